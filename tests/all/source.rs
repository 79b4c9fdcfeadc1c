//! Reads Rust source as far as the gates need it: where the tests begin, and what strings it writes.
use std::path::Path;

/// Whether the whole file is test code: `tests.rs`, or below a folder `tests` of its crate.
pub(crate) fn is_test(path: &Path) -> bool {
    let below = path.strip_prefix("tests").unwrap_or(path);
    below.file_name().is_some_and(|name| name == "tests.rs")
        || below.components().any(|part| part.as_os_str() == "tests")
}

/// The source without the module of tests at its end.
pub(crate) fn without_tests(source: &str) -> &str {
    let mut from = 0;
    while let Some(found) = source[from..].find("#[cfg(test)]") {
        let start = from + found;
        let begins_line = source[..start].ends_with('\n') || start == 0;
        let rest = &source[start..];
        let item = rest.lines().find(|line| !line.starts_with("#[")).unwrap_or_default();
        if begins_line && item.starts_with("mod ") && item.ends_with('{') {
            return &source[..start];
        }
        from = start + 1;
    }
    source
}

/// Every string literal, as it is written between its quotes. Comments are not read.
pub(crate) fn string_literals(source: &str) -> Vec<&str> {
    let mut literals = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let mut taken = first.len_utf8();
        if rest.starts_with("//") {
            taken = rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            taken = block_comment(rest);
        } else if first == '\'' {
            taken = character_or_lifetime(rest);
        } else if first == '"' {
            let inside = escaped(&rest[1..]);
            literals.push(inside);
            taken = inside.len() + 2;
        } else if let Some((inside, length)) = raw_string(rest) {
            literals.push(inside);
            taken = length;
        } else if first.is_alphanumeric() || first == '_' {
            // Words are taken whole, so that the r of `for` never begins a raw string.
            let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            taken = word;
        }
        rest = rest.get(taken..).unwrap_or_default();
    }
    literals
}

/// The length of a block comment, which may hold further ones.
fn block_comment(source: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < source.len() {
        let rest = &source.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    source.len()
}

/// The length of `'x'` or `'\''`; one for the quote of a lifetime.
fn character_or_lifetime(source: &str) -> usize {
    let mut inside = source[1..].chars();
    match (inside.next(), inside.next()) {
        (Some('\\'), Some(escape)) => {
            let from = 2 + escape.len_utf8();
            source[from..].find('\'').map_or(source.len(), |end| from + end + 1)
        }
        (Some(letter), Some('\'')) => letter.len_utf8() + 2,
        _ => 1,
    }
}

/// What stands before the closing quote.
fn escaped(source: &str) -> &str {
    let mut skip = false;
    for (at, letter) in source.char_indices() {
        match letter {
            _ if skip => skip = false,
            '\\' => skip = true,
            '"' => return &source[..at],
            _ => {}
        }
    }
    source
}

/// The inside of `r"…"`, `br#"…"#` and the like, and the length of the whole.
fn raw_string(source: &str) -> Option<(&str, usize)> {
    let prefix = ["r", "br", "cr"].into_iter().find(|prefix| {
        let after = source.strip_prefix(prefix).unwrap_or_default();
        after.trim_start_matches('#').starts_with('"')
    })?;
    let hashes = source[prefix.len()..].find('"')?;
    let start = prefix.len() + hashes + 1;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = source[start..].find(&end)?;
    Some((&source[start..start + length], start + length + end.len()))
}

#[test]
fn string_literals_are_found_between_comments_characters_and_raw_strings() {
    let source = r#"
        // "a comment" it's
        /* "another /* nested */ one" */
        fn f<'a>(x: &'a str) -> char { let _ = ("plain", "with \" quote", b"bytes", r"raw\"); '"' }
        for r in '\''..'\u{41}' { "last" }
    "#;
    assert_eq!(string_literals(source), ["plain", "with \\\" quote", "bytes", "raw\\", "last"]);
    assert_eq!(string_literals("f(br#\"a \"b\"\"#, \"c\")"), ["a \"b\"", "c"]);
}

#[test]
fn only_the_module_of_tests_is_cut_off() {
    let kept = "#[cfg(test)]\nuse helper;\nfn kept() {}\n";
    let cut = "#[cfg(test)]\n#[expect(dead_code)]\nmod tests {\n    fn gone() {}\n}\n";
    assert_eq!(without_tests(&format!("{kept}{cut}")), kept);
    assert_eq!(
        without_tests("#[cfg(test)]\nmod tests;\nfn kept() {}\n"),
        "#[cfg(test)]\nmod tests;\nfn kept() {}\n"
    );
}

#[test]
fn the_package_tests_is_not_itself_exempt() {
    assert!(is_test(Path::new("crates/desk/src/case/tests.rs")));
    assert!(is_test(Path::new("crates/desk/tests/door.rs")));
    assert!(!is_test(Path::new("crates/desk/src/case.rs")));
    assert!(!is_test(Path::new("tests/all/size.rs")));
}
