//! What is still there, and what is not, when the log is opened again.

use broker::raft::error::LogError;
use broker::raft::types::Vote;
use openraft::RaftLogReader;
use openraft::storage::RaftLogStorage;

use super::{append, entry, log_files, log_id, open, read};

#[tokio::test]
async fn an_empty_folder_is_an_empty_log() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let mut store = open(&folder.path().join("partitions/1/log")).unwrap();
        let state = store.get_log_state().await.unwrap();
        assert_eq!((state.last_log_id, state.last_purged_log_id), (None, None));
        assert_eq!(store.read_vote().await.unwrap(), None);
        assert_eq!(store.read_committed().await.unwrap(), None);
        assert!(read(&mut store, 0..100).await.is_empty());
    }
}

#[tokio::test]
async fn a_restart_keeps_vote_entries_and_committed() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path()).unwrap();
    store.save_vote(&Vote::new_committed(3, 0)).await.unwrap();
    append(&mut store, 3, 0..200).await;
    store.save_committed(Some(log_id(3, 190))).await.unwrap();
    append(&mut store, 3, 200..201).await;
    assert!(log_files(folder.path()).len() > 3, "the entries fill several files");
    drop(store);

    let mut store = open(folder.path()).unwrap();
    assert_eq!(store.read_vote().await.unwrap(), Some(Vote::new_committed(3, 0)));
    assert_eq!(store.read_committed().await.unwrap(), Some(log_id(3, 190)));
    assert_eq!(store.get_log_state().await.unwrap().last_log_id, Some(log_id(3, 200)));
    let expected: Vec<_> = (0..201).map(|index| entry(3, index)).collect();
    assert_eq!(read(&mut store, 0..u64::MAX).await, expected);
    append(&mut store, 4, 201..202).await;
    assert_eq!(read(&mut store, 200..210).await, [entry(3, 200), entry(4, 201)]);
}

#[tokio::test]
async fn appended_entries_are_streamed_in_order_across_files_and_batches() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path()).unwrap();
    append(&mut store, 1, 0..500).await;
    let stream = store.entries_stream(100..=400).await;
    let found: Vec<_> = futures_util::TryStreamExt::try_collect(stream).await.unwrap();
    let expected: Vec<_> = (100..401).map(|index| entry(1, index)).collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_limited_read_returns_at_least_one_entry() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path()).unwrap();
    append(&mut store, 1, 0..10).await;
    let found = store.limited_get_log_entries(4, 10).await.unwrap();
    assert_eq!(found.first(), Some(&entry(1, 4)));
}

#[tokio::test]
async fn truncated_entries_stay_away_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path()).unwrap();
    append(&mut store, 1, 0..100).await;
    store.truncate_after(Some(log_id(1, 49))).await.unwrap();
    store.truncate_after(Some(log_id(1, 70))).await.unwrap();
    append(&mut store, 2, 50..60).await;
    drop(store);

    let mut store = open(folder.path()).unwrap();
    let expected: Vec<_> =
        (0..50).map(|index| entry(1, index)).chain((50..60).map(|index| entry(2, index))).collect();
    assert_eq!(read(&mut store, 0..1000).await, expected);
}

#[tokio::test]
async fn purged_entries_are_gone_and_their_files_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path()).unwrap();
    append(&mut store, 1, 0..300).await;
    let before = log_files(folder.path()).len();
    store.purge(log_id(1, 250)).await.unwrap();
    assert!(read(&mut store, 0..251).await.is_empty());
    assert_eq!(read(&mut store, 240..253).await, [entry(1, 251), entry(1, 252)]);
    drop(store);
    let after = log_files(folder.path()).len();
    assert!(after < before / 2, "{after} of {before} files are left");

    let mut store = open(folder.path()).unwrap();
    let state = store.get_log_state().await.unwrap();
    assert_eq!(state.last_purged_log_id, Some(log_id(1, 250)));
    assert_eq!(state.last_log_id, Some(log_id(1, 299)));
    assert_eq!(read(&mut store, 0..252).await, [entry(1, 251)]);
}

#[tokio::test]
async fn a_log_that_a_snapshot_overtook_goes_on_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path()).unwrap();
    append(&mut store, 1, 0..10).await;
    store.purge(log_id(2, 1000)).await.unwrap();
    assert_eq!(store.get_log_state().await.unwrap().last_log_id, Some(log_id(2, 1000)));
    append(&mut store, 2, 1001..1003).await;
    drop(store);

    let mut store = open(folder.path()).unwrap();
    assert_eq!(read(&mut store, 0..2000).await, [entry(2, 1001), entry(2, 1002)]);
}

#[tokio::test]
async fn a_second_opening_is_refused_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let _store = open(folder.path()).unwrap();
    let error = open(folder.path()).unwrap_err();
    assert!(matches!(error, LogError::Locked { .. }), "{error}");
    assert!(error.to_string().contains("is open in another process"), "{error}");
}
