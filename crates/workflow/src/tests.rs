//! Tests of the crate as a whole: shipped processes, checked-in truths, laws that hold for whatever happens.
mod laws;
mod released;
pub(crate) mod scene;
mod shipped;
pub(crate) mod together;
mod versions;
mod walk;
