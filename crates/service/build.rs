//! Watches the console's build, so that new files are embedded. It never builds the console itself:
//! `cargo check` must work on a machine without Node.

fn main() {
    let dist = "../../console/dist";
    // A watched path that is missing makes cargo run this on every build. Where the folder cannot be made
    // (a read-only checkout) nothing is lost but that: the derive takes a missing folder as an empty one.
    if let Err(error) = std::fs::create_dir_all(dist) {
        println!("cargo::warning={dist} cannot be made: {error}");
    }
    println!("cargo::rerun-if-changed={dist}");
}
