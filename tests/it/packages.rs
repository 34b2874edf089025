//! What `Cargo.toml` says that the packages hold.

use std::collections::BTreeSet;

use crate::common::root;

/// The files that a kind of package takes from the repository, and where it puts all files.
fn assets(kind: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let manifest: toml::Table = include_str!("../../Cargo.toml").parse().expect("TOML");
    let assets = manifest["package"]["metadata"][kind]["assets"].as_array().expect("a list").clone();
    let word = |asset: &toml::Value, key: &str, nth: usize| {
        let word = asset.get(key).or_else(|| asset.get(nth)).and_then(toml::Value::as_str);
        word.expect("a word").to_owned()
    };
    let own = assets.iter().map(|asset| word(asset, "source", 0));
    let own = own.filter(|source| !source.starts_with("target/release/")).collect();
    let places = assets.iter().map(|asset| word(asset, "dest", 1).trim_start_matches('/').to_owned());
    (own, places.collect())
}

#[test]
fn what_the_packages_hold_is_in_the_repository() {
    for kind in ["deb", "generate-rpm"] {
        for source in assets(kind).0 {
            let file = source.strip_suffix("*.1").unwrap_or(&source);
            assert!(root().join(file).exists(), "{kind}: {source}");
        }
    }
}

#[test]
fn both_kinds_of_package_hold_binary_manual_and_completions() {
    for kind in ["deb", "generate-rpm"] {
        let (own, places) = assets(kind);
        for place in
            ["usr/bin/booster", "usr/share/man/man1/", "usr/share/bash-completion/completions/booster"]
        {
            let held = places.iter().any(|held| {
                *held == place || held.strip_suffix('/') == place.rsplit_once('/').map(|it| it.0)
            });
            assert!(held, "{kind}: {place}");
        }
        for file in ["completions/_booster", "completions/booster.fish", "README.md", "CHANGELOG.md"] {
            assert!(own.contains(file), "{kind}: {file}");
        }
    }
}
