//! Runs every check on this repository.

use std::path::Path;

use tidy::{Tree, Violation, check};

fn assert_clean(check: fn(&Tree) -> Vec<Violation>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let tree = Tree::read(&root).expect("the repository is readable");
    assert!(tree.rust().count() > 20, "the tree was not found in '{}'", root.display());
    let found: Vec<String> = check(&tree).iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{} violations:\n{}", found.len(), found.join("\n"));
}

#[test]
fn arrows_between_crates_only_go_down() {
    assert_clean(check::arrows::check);
}

#[test]
fn versions_and_lints_stand_in_the_root_manifest() {
    assert_clean(check::manifests::check);
}

#[test]
fn the_engine_lists_its_dependencies_with_reasons() {
    assert_clean(check::dependencies::check);
}

#[test]
fn engine_crates_are_pure() {
    assert_clean(check::purity::check);
}

#[test]
fn files_are_short() {
    assert_clean(check::length::check);
}

#[test]
fn rust_files_say_what_they_are_for() {
    assert_clean(check::headers::check);
}

#[test]
fn imports_name_what_they_import() {
    assert_clean(check::imports::check);
}

#[test]
fn mod_files_declare_and_dispatch() {
    assert_clean(check::modules::check);
}

#[test]
fn comments_hold_no_open_ends_and_no_code() {
    assert_clean(check::comments::check);
}

#[test]
fn no_file_names_a_folder_of_one_machine() {
    assert_clean(check::paths::check);
}

#[test]
fn tests_run_and_are_named_by_sentences() {
    assert_clean(check::test_style::check);
}

#[test]
fn markdown_has_one_sentence_per_line() {
    assert_clean(check::markdown::check);
}

#[test]
fn links_between_files_lead_somewhere() {
    assert_clean(check::links::check);
}
