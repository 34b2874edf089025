//! Where the dependencies come from and under which licences, asked of Cargo itself.

use std::process::Command;

use serde_json::Value;

/// What may be linked into a program under MIT OR Apache-2.0 that is passed on as a binary. MPL-2.0 binds its own
/// files alone, which nobody here changes.
const ALLOWED: [&str; 11] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "ISC",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "Zlib",
    "Unlicense",
    "Unicode-3.0",
    "CDLA-Permissive-2.0",
    "MPL-2.0",
];

/// What Cargo prints. It is asked for nothing that the build did not need as well, so no network is needed.
fn cargo(words: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(words)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Every package that is built on this machine, our own left out.
fn packages() -> Vec<Value> {
    let version = cargo(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let metadata =
        cargo(&["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", host]);
    let metadata: Value = serde_json::from_str(&metadata).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    packages.iter().filter(|package| package["name"] != "booster").cloned().collect()
}

/// Whether an SPDX expression can be satisfied. Old manifests write a slash for OR.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let allowed = either(&mut words);
    allowed && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn either(words: &mut Words<'_>) -> bool {
    let mut allowed = both(words);
    while words.next_if_eq(&"OR").is_some() {
        allowed |= both(words);
    }
    allowed
}

fn both(words: &mut Words<'_>) -> bool {
    let mut allowed = one(words);
    while words.next_if_eq(&"AND").is_some() {
        allowed &= one(words);
    }
    allowed
}

fn one(words: &mut Words<'_>) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let allowed = either(words);
        return words.next() == Some(")") && allowed;
    }
    let allowed = words.next().is_some_and(|licence| ALLOWED.contains(&licence));
    // An exception permits more, never less.
    if words.next_if_eq(&"WITH").is_some() {
        words.next();
    }
    allowed
}

#[test]
fn every_dependency_comes_from_a_registry_under_a_licence_that_is_allowed() {
    let packages = packages();
    assert!(packages.len() > 50, "{} packages", packages.len());
    for package in packages {
        let source = package["source"].as_str().unwrap_or("a path");
        assert!(source.starts_with("registry+"), "{} comes from {source}", package["id"]);
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(is_allowed(licence), "{} is under {licence:?}", package["id"]);
    }
}

/// The lock file knows the packages of every platform.
#[test]
fn every_locked_package_comes_from_a_registry_and_is_held_by_its_checksum() {
    let lock = include_str!("../../Cargo.lock");
    let blocks: Vec<&str> =
        lock.split("[[package]]").skip(1).filter(|block| !block.contains("name = \"booster\"")).collect();
    assert!(blocks.len() > 50, "{} packages", blocks.len());
    for block in blocks {
        assert!(block.contains("\nsource = \"registry+"), "{block}");
        assert!(block.contains("\nchecksum = \""), "{block}");
    }
}

#[test]
fn a_licence_is_read_as_spdx_reads_it() {
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("", false),
        ("MIT/Apache-2.0", true),
        ("GPL-3.0-only OR MIT", true),
        ("GPL-3.0-only AND MIT", false),
        ("MIT AND GPL-3.0-only OR ISC", true),
        ("MIT AND (GPL-3.0-only OR ISC)", true),
        ("(MIT OR GPL-3.0-only) AND GPL-3.0-only", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("GPL-3.0-only WITH Classpath-exception-2.0", false),
        ("MIT )", false),
        ("MIT ISC", false),
    ] {
        assert_eq!(is_allowed(expression), expected, "{expression}");
    }
}
