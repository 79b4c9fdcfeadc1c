//! What the gates look at: the files of the repository and cargo's own account of the dependencies.
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the workspace")
}

/// The text of a file, its path relative to the root.
pub(crate) fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every file that is committed or would be by `git add --all`, relative to the root.
pub(crate) fn files() -> Vec<PathBuf> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root());
    let mut files: Vec<PathBuf> =
        output(git).split('\0').map(PathBuf::from).filter(|path| root().join(path).is_file()).collect();
    assert!(!files.is_empty(), "git knows no file of this repository");
    files.sort();
    files
}

/// The Rust files of the crates, of `migrations` and of this package.
pub(crate) fn rust_files() -> Vec<PathBuf> {
    let mut files = files();
    files.retain(|path| {
        let ours = ["crates", "migrations", "tests"].iter().any(|room| path.starts_with(room));
        ours && path.extension().is_some_and(|extension| extension == "rs")
    });
    files
}

/// `cargo metadata` of every platform, from the lock file as it stands.
pub(crate) fn metadata() -> serde_json::Value {
    let metadata = cargo(&["metadata", "--locked", "--format-version", "1"]);
    serde_json::from_str(&metadata).expect("cargo metadata prints JSON")
}

/// The names of all crates that the binary is built from, on any platform. Unlike `cargo metadata`,
/// `cargo tree` leaves out the features that only tests turn on.
pub(crate) fn crates_in_the_binary() -> BTreeSet<String> {
    let arguments = ["tree", "--locked", "--package", "app", "--edges", "normal,build", "--target", "all"];
    let tree = cargo(&[&arguments[..], &["--prefix", "none", "--format", "{p}"]].concat());
    tree.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

/// The text under a key of cargo's metadata.
pub(crate) fn text<'a>(value: &'a serde_json::Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("cargo metadata gives no {key:?} in {value}"))
}

fn cargo(arguments: &[&str]) -> String {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(arguments).current_dir(root());
    output(cargo)
}

fn output(mut command: Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("paths and metadata are UTF-8")
}
