//! Every dependency may be shipped under the project's own MIT OR Apache-2.0. deny.toml says the same.
use crate::workspace::{self, text};

/// Licences that ask for no more than a notice, or not even that.
const ALLOWED: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "PSF-2.0",
    "Unicode-3.0",
    "Zlib",
];

/// Crates of other licences that only tests are built with: poem's test client reads event streams with it.
const ONLY_IN_TESTS: [&str; 1] = ["sse-codec"];

#[test]
fn every_dependency_has_a_licence_we_may_ship_under_ours() {
    let metadata = workspace::metadata();
    let packages = metadata["packages"].as_array().expect("cargo metadata lists packages").iter();
    let packages = packages.filter(|package| !ONLY_IN_TESTS.contains(&text(package, "name")));
    let wrong: Vec<_> = packages
        .filter_map(|package| {
            let name = format!("{} {}", text(package, "name"), text(package, "version"));
            objection(&name, package["license"].as_str())
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_only_tests_may_use_is_not_in_the_binary() {
    let binary = workspace::crates_in_the_binary();
    assert!(binary.contains("poem"), "the binary is built with poem, so the list must name it");
    for name in ONLY_IN_TESTS {
        assert!(!binary.contains(name), "{name} is built into the binary");
    }
}

#[test]
fn the_configuration_of_cargo_deny_allows_the_same_licences() {
    let deny: toml::Table = toml::from_str(&workspace::read("deny.toml")).unwrap();
    let listed = deny["licenses"]["allow"].as_array().unwrap();
    assert_eq!(listed.iter().map(|licence| licence.as_str().unwrap()).collect::<Vec<_>>(), ALLOWED);
}

#[test]
fn what_the_console_bundles_has_such_a_licence_too() {
    let lock: serde_json::Value =
        serde_json::from_str(&workspace::read("console/package-lock.json")).unwrap();
    let packages = lock["packages"].as_object().unwrap().iter();
    let shipped: Vec<_> = packages.filter(|(_, package)| package["dev"] != true).collect();
    assert!(shipped.len() > 1, "the console bundles nothing");
    let wrong: Vec<_> =
        shipped.iter().filter_map(|(name, package)| objection(name, package["license"].as_str())).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with the licence that a package names.
fn objection(name: &str, licence: Option<&str>) -> Option<String> {
    let Some(licence) = licence else { return Some(format!("{name}: names no licence")) };
    match is_allowed(licence) {
        Ok(true) => None,
        Ok(false) => Some(format!("{name}: {licence} is not allowed")),
        Err(error) => Some(format!("{name}: {licence:?}: {error}")),
    }
}

/// Whether one choice among the alternatives of an SPDX expression is allowed throughout.
/// The old `MIT/Apache-2.0` means OR, as crates.io reads it.
fn is_allowed(expression: &str) -> Result<bool, String> {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words: Vec<&str> = spaced.split_whitespace().rev().collect();
    let allowed = alternatives(&mut words)?;
    words.pop().map_or(Ok(allowed), |word| Err(format!("unexpected {word:?}")))
}

fn alternatives(words: &mut Vec<&str>) -> Result<bool, String> {
    let mut allowed = conjunction(words)?;
    while words.pop_if(|word| *word == "OR").is_some() {
        allowed |= conjunction(words)?;
    }
    Ok(allowed)
}

fn conjunction(words: &mut Vec<&str>) -> Result<bool, String> {
    let mut allowed = licence(words)?;
    while words.pop_if(|word| *word == "AND").is_some() {
        allowed &= licence(words)?;
    }
    Ok(allowed)
}

fn licence(words: &mut Vec<&str>) -> Result<bool, String> {
    let name = words.pop().ok_or("a licence is missing")?;
    if name == "(" {
        let allowed = alternatives(words)?;
        return match words.pop() {
            Some(")") => Ok(allowed),
            other => Err(format!("expected \")\", found {other:?}")),
        };
    }
    if words.pop_if(|word| *word == "WITH").is_none() {
        return Ok(ALLOWED.contains(&name));
    }
    let exception = words.pop().ok_or("WITH names no exception")?;
    Ok(ALLOWED.contains(&format!("{name} WITH {exception}").as_str()))
}

#[test]
fn expressions_are_read_as_spdx_reads_them() {
    for allowed in [
        "MIT",
        "GPL-3.0-only OR MIT",
        "Unlicense/MIT",
        "Apache-2.0 / MIT",
        "(GPL-2.0 OR MIT) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception OR GPL-3.0",
        "GPL-3.0 AND ISC OR MIT",
    ] {
        assert_eq!(is_allowed(allowed), Ok(true), "{allowed}");
    }
    for refused in [
        "GPL-3.0-only",
        "MIT AND GPL-3.0-only",
        "MIT AND (GPL-3.0-only OR LGPL-2.1)",
        "GPL-2.0 WITH Classpath-exception-2.0",
        "MIT WITH Classpath-exception-2.0",
    ] {
        assert_eq!(is_allowed(refused), Ok(false), "{refused}");
    }
    for broken in ["", "MIT OR", "(MIT", "MIT)", "MIT Apache-2.0", "MIT WITH"] {
        assert!(is_allowed(broken).is_err(), "{broken}");
    }
}
