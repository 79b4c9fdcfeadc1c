//! Templates are embedded: a new file among them builds this crate anew.
fn main() {
    println!("cargo:rerun-if-changed=templates");
}
