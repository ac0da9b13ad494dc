//! Each refusal says what is wrong and what to do.

use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;

use super::{Error, Folder, IDENTITY, Identity, identify};
use crate::io::RealDisk;
use crate::io::preamble::Kind;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn open(dir: &Path, node_id: u32, logic: RangeInclusive<u32>) -> Result<Folder, Error> {
    Folder::open(RealDisk, dir, node_id, logic, || "0123456789abcdef".repeat(2))
}

fn refusal(result: Result<Folder, Error>) -> String {
    result.expect_err("is refused").to_string()
}

#[test]
fn a_new_folder_gets_an_identity_and_keeps_it() {
    let dir = folder();
    let path = dir.path().join("deep/data");
    let opened = open(&path, 2, 1..=1).expect("opens");
    let identity = opened.identity().clone();
    assert_eq!((identity.node_id, identity.logic, identity.cluster_id.len()), (2, 1, 32));
    drop(opened);
    assert_eq!(open(&path, 2, 1..=5).expect("opens").identity(), &identity);
    assert_eq!(identify(&path).expect("reads"), Some(identity));
}

#[test]
fn a_newer_format_is_refused() {
    let dir = folder();
    drop(open(dir.path(), 0, 1..=1).expect("opens"));
    let mut bytes = Vec::new();
    Kind { version: 7, ..IDENTITY }.put(&Identity::default(), &mut bytes);
    fs::write(dir.path().join("identity"), bytes).expect("writes");
    let message = refusal(open(dir.path(), 0, 1..=1));
    assert!(
        message
            .contains("has format version 7, which a newer Baton wrote; this one knows 1. Start"),
        "{message}"
    );
}

#[test]
fn a_newer_logic_version_is_refused() {
    let dir = folder();
    let mut opened = open(dir.path(), 0, 1..=3).expect("opens");
    opened.raise_logic(3).expect("raises");
    opened.raise_logic(2).expect("lower changes nothing");
    drop(opened);
    let message = refusal(open(dir.path(), 0, 1..=2));
    assert!(message.contains("has logic version 3, which a newer Baton wrote; this one knows 2."));
    open(dir.path(), 0, 1..=3).expect("the newer program opens it");
}

#[test]
fn the_folder_of_another_node_is_refused() {
    let dir = folder();
    drop(open(dir.path(), 0, 1..=1).expect("opens"));
    let message = refusal(open(dir.path(), 4, 1..=1));
    assert!(message.contains("belongs to node 0, not to node 4. Start it with node id 0, or"));
}

#[test]
fn a_folder_open_for_writing_is_refused_and_still_readable() {
    let dir = folder();
    let opened = open(dir.path(), 0, 1..=1).expect("opens");
    // Locks belong to the open file, so a second open in this process meets the same wall.
    let message = refusal(open(dir.path(), 0, 1..=1));
    assert!(message.contains("is already open for writing in another process. Stop that"));
    assert_eq!(identify(dir.path()).expect("reads").as_ref(), Some(opened.identity()));
    drop(opened);
    open(dir.path(), 0, 1..=1).expect("opens again");
}

#[test]
fn every_flipped_bit_of_the_identity_is_refused() {
    let dir = folder();
    drop(open(dir.path(), 0, 1..=1).expect("opens"));
    let path = dir.path().join("identity");
    let good = fs::read(&path).expect("reads");
    for bit in 0..good.len() * 8 {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, bad).expect("writes");
        let message = refusal(open(dir.path(), 0, 1..=1));
        assert!(message.contains("identity") || message.contains("format version"), "{message}");
    }
    fs::write(&path, &good[..good.len() - 1]).expect("writes");
    assert!(refusal(open(dir.path(), 0, 1..=1)).contains("inside its header"));
}

#[test]
fn a_folder_with_partitions_but_no_identity_is_not_taken_for_a_new_one() {
    let dir = folder();
    drop(open(dir.path(), 0, 1..=1).expect("opens"));
    fs::create_dir(dir.path().join("partitions")).expect("makes a folder");
    fs::remove_file(dir.path().join("identity")).expect("removes");
    assert!(refusal(open(dir.path(), 0, 1..=1)).contains("has lost its file 'identity'"));
}

#[test]
fn a_node_that_joins_takes_over_the_cluster_id() {
    let dir = folder();
    open(dir.path(), 0, 1..=1).expect("opens").join("c0ffee").expect("joins");
    let opened = open(dir.path(), 0, 1..=1).expect("opens");
    assert_eq!(&*opened.identity().cluster_id, "c0ffee");
}
