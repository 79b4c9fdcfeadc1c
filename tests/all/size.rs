//! Nothing grows past what one can read in one sitting. (Functions: clippy's `too_many_lines`.)
use crate::{source, workspace};
use std::os::unix::fs::PermissionsExt;

const RUST_LINES: usize = 400;
const SCRIPT_LINES: usize = 80;

#[test]
fn rust_files_stay_under_400_lines_without_their_tests() {
    let mut long = Vec::new();
    for path in workspace::rust_files().iter().filter(|path| !source::is_test(path)) {
        let lines = lines_without_tests(&workspace::read(path));
        if lines >= RUST_LINES {
            long.push(format!("{}: {lines} lines, allowed are fewer than {RUST_LINES}", path.display()));
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn scripts_stay_short_and_can_be_executed() {
    let mut wrong = Vec::new();
    for script in ["run", "test", "bench", ".ci/run"] {
        let path = workspace::root().join(script);
        let Ok(file) = path.metadata() else { continue };
        if !file.is_file() {
            continue;
        }
        let lines = workspace::read(script).lines().count();
        if lines > SCRIPT_LINES {
            wrong.push(format!("{script}: {lines} lines, allowed are {SCRIPT_LINES}"));
        }
        if file.permissions().mode() & 0o111 != 0o111 {
            wrong.push(format!("{script}: not executable"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn lines_without_tests(text: &str) -> usize {
    source::without_tests(text).lines().count()
}

#[test]
fn the_module_of_tests_is_not_counted() {
    let code = "fn f() {}\n".repeat(10);
    let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "    fn t() {}\n".repeat(500));
    assert_eq!(lines_without_tests(&format!("{code}{tests}")), 10);
}
