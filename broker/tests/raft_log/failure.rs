//! A log that cannot be written any more.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use broker::raft::log_store::LogStore;
use openraft::storage::RaftLogStorage as _;

use crate::{append, log_id, small_files};

/// Whoever writes first tells why the log ends, also where openraft only notes what is committed.
#[tokio::test]
async fn a_log_that_cannot_note_what_is_committed_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("log");
    let told = Arc::new(OnceLock::new());
    let noted = Arc::clone(&told);
    let on_failure = move |why: &str| drop(noted.set(why.to_owned()));
    let mut store = LogStore::open(&folder, &small_files(), Arc::new(on_failure)).unwrap();
    append(&mut store, 1, 0..1).await;
    // The next file cannot be made in a folder that is none any more.
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(&folder, b"").unwrap();
    let mut refused = None;
    for _ in 0..1_000 {
        refused = store.save_committed(Some(log_id(1, 0))).await.err();
        if refused.is_some() {
            break;
        }
    }
    assert!(refused.is_some(), "the log went on without a folder");
    let sentence = told.get().expect("nobody was told");
    assert_sentence(sentence, &folder);
}

fn assert_sentence(sentence: &str, folder: &Path) {
    assert!(sentence.contains(&format!("'{}'", folder.display())), "{sentence}");
    assert!(sentence.contains("(os error "), "{sentence}");
    assert!(sentence.ends_with("then start again."), "{sentence}");
}
