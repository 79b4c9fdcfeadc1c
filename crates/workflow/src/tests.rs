//! Tests of the crate as a whole: shipped processes, checked-in truths, laws that hold for whatever happens.
mod laws;
pub(crate) mod scene;
mod shipped;
mod walk;
