//! What must survive: the program killed at any moment, a full disk, a damaged row, being told to stop under load.
//!
//! Each test works the real binary on a folder of its own and then reads the tables behind its back. Nothing here
//! waits for a while; it asks until the thing itself is so.
mod damage;
mod full;
mod killed;
mod program;
mod stopped;
mod walker;
