//! What cargo-deny (`deny.toml`) cannot say of the dependencies.

/// The lock file knows the packages of every platform.
#[test]
fn every_locked_package_is_held_by_its_checksum() {
    let lock = include_str!("../../Cargo.lock");
    let blocks: Vec<&str> =
        lock.split("[[package]]").skip(1).filter(|block| !block.contains("name = \"booster\"")).collect();
    assert!(blocks.len() > 50, "{} packages", blocks.len());
    for block in blocks {
        assert!(block.contains("\nchecksum = \""), "{block}");
    }
}
