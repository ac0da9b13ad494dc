//! Backups of a node: made while it works, damaged in every way, restored.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/one.rs"]
mod one;
mod support;

use broker::backup::{self, State};
use broker::checkpoint::{SledBackend, Store};
use broker::io::RealDisk;
use broker::segment::Reader;
use broker::{Config, Node};
use broker_api::{BackupRequest, BackupStep, Broker as _, Refusal};
use engine::{Engine, StateRow};
use one::{create, deploy};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;
use support::{copy_folder, start};
use tempfile::TempDir;

/// Makes a backup, and returns the last step.
async fn back_up(node: &Node, folder: &Path, id: u64) -> Result<BackupStep, Refusal> {
    let mut steps = node.back_up(BackupRequest { folder: folder.to_owned(), id });
    loop {
        let step = tokio::time::timeout(Duration::from_mins(1), steps.recv()).await.unwrap();
        match step.expect("the last step says how it ended") {
            Ok(BackupStep { finished: None, .. }) => {}
            last => return last,
        }
    }
}

fn refusal(result: Result<BackupStep, Refusal>) -> String {
    let refusal = result.expect_err("it is refused");
    assert!(matches!(refusal, Refusal::InvalidState { .. }), "{refusal:?}");
    refusal.to_string()
}

fn ignore(_: u64, _: u64) {}

/// The positions and bytes of all records.
fn records(data: &Path) -> Vec<(u64, Vec<u8>)> {
    let mut reader = Reader::open(RealDisk, &data.join("partitions/1/records"), 1, 1);
    let mut records = Vec::new();
    while let Some(record) = reader.next().unwrap() {
        records.push((record.position, record.bytes.to_vec()));
    }
    records
}

/// A node with some instances and a backup of it, stopped.
async fn backed_up(folder: &TempDir) -> (PathBuf, PathBuf) {
    let (data, backups) = (folder.path().join("data"), folder.path().join("backups"));
    let node = start(&Config::new(data.clone())).await;
    deploy(&node).await;
    for _ in 0..20 {
        create(&node).await;
    }
    back_up(&node, &backups, 1).await.unwrap();
    node.shut_down().await;
    (data, backups)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_is_restored_to_the_state_and_records_of_its_cut() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backups) = (folder.path().join("data"), folder.path().join("backups"));
    let mut config = Config::new(data.clone());
    config.checkpoints.interval = Duration::from_millis(50);
    let node = start(&config).await;
    deploy(&node).await;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let loads: Vec<_> = (0..4)
        .map(|_| {
            let (node, stopped) = (node.clone(), stopped.clone());
            tokio::spawn(async move {
                let mut keys = Vec::new();
                while !*stopped.borrow() {
                    keys.push(create(&node).await);
                }
                keys
            })
        })
        .collect();
    let mut finished = Vec::new();
    for id in 1..=3 {
        tokio::time::sleep(Duration::from_millis(200)).await;
        finished.push(back_up(&node, &backups, id).await.unwrap().finished.unwrap());
    }
    stop.send(true).unwrap();
    let mut handed_out = BTreeSet::new();
    for load in loads {
        handed_out.extend(load.await.unwrap());
    }
    assert!(handed_out.len() > 50, "{} instances are no load", handed_out.len());
    let old = node.status(1).await.unwrap();
    node.shut_down().await;
    let all = records(&data);

    for (id, told) in (1..).zip(&finished) {
        let part = backup::verify(&backups, id, &mut ignore).unwrap().partitions.remove(0);
        assert_eq!((told[0].index, told[0].state_hash), (part.index, part.state_hash));
        assert!(part.instances > 0 && part.index < old.applied_index, "{part:?}");
        let to = folder.path().join(format!("restored-{id}"));
        restored(&backups, id, &to, &all, &handed_out).await;
    }
}

/// Index and hash of the state that a restored folder holds.
fn restored_state(folder: &Path) -> (u64, u64) {
    let checkpoints = folder.join("partitions/1/checkpoints");
    let backend = Box::new(SledBackend::default());
    let (store, restored) = Store::open(RealDisk, backend, &checkpoints, 1).unwrap();
    let mut rows = Vec::new();
    store
        .scan(|key, version, value| {
            rows.push(StateRow { key: key.to_vec(), version, value: value.to_vec() });
            Ok(())
        })
        .unwrap();
    (restored.unwrap().index, Engine::restore(1, rows).unwrap().state_hash())
}

/// Restores a backup, and checks that the node goes on as the old one was at the cut.
async fn restored(
    backups: &Path,
    id: u64,
    to: &Path,
    all: &[(u64, Vec<u8>)],
    handed_out: &BTreeSet<record::Key>,
) {
    let restored = backup::restore(backups, id, to, &mut ignore).unwrap();
    assert_ne!(restored.cluster_id, &*restored.manifest.cluster_id);
    let part = &restored.manifest.partitions[0];
    let last = usize::try_from(part.last_position).unwrap();
    assert_eq!(records(to), all[..last], "the records up to the cut");
    // Before it is started: a start makes it hand out other keys.
    assert_eq!(restored_state(to), (part.index, part.state_hash));

    let node = start(&Config::new(to.to_owned())).await;
    let status = node.status(1).await.unwrap();
    assert_eq!((status.instances, status.last_position), (part.instances, part.last_position));
    assert_eq!(node.topology().cluster_id, restored.cluster_id);
    for _ in 0..10 {
        assert!(!handed_out.contains(&create(&node).await), "a key is handed out again");
    }
    let state = node.status(1).await.unwrap();
    // Two checkpoints and restarts later all is still there.
    node.shut_down().await;
    drop(node);
    let node = start(&Config::new(to.to_owned())).await;
    create(&node).await;
    node.shut_down().await;
    drop(node);
    let node = start(&Config::new(to.to_owned())).await;
    let status = node.status(1).await.unwrap();
    assert_eq!(status.instances, state.instances + 1);
    node.shut_down().await;
    let found = records(to);
    assert_eq!(found[..last], all[..last]);
    let positions: Vec<u64> = found.iter().map(|(position, _)| *position).collect();
    assert_eq!(positions, (1..=status.last_position).collect::<Vec<_>>(), "no hole");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_nodes_backup_has_the_hash_that_its_status_shows() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backups) = (folder.path().join("data"), folder.path().join("backups"));
    let node = start(&Config::new(data)).await;
    deploy(&node).await;
    create(&node).await;
    let before = node.status(1).await.unwrap();
    for id in 1..=2 {
        let finished = back_up(&node, &backups, id).await.unwrap().finished.unwrap();
        let told = (finished[0].index, finished[0].state_hash, finished[0].last_position);
        assert_eq!(told, (before.applied_index, before.state_hash, before.last_position));
    }
    node.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_backup_cannot_be_it_is_refused_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backups) = (folder.path().join("data"), folder.path().join("backups"));
    let node = start(&Config::new(data.clone())).await;
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&data, &link).unwrap();
    for inside in [data.clone(), data.join("backups/deep"), link.join("b"), data.join("x/../y")] {
        let refused = refusal(back_up(&node, &inside, 1).await);
        assert!(refused.contains("lies inside the data folder"), "{refused}");
    }
    let refused = refusal(back_up(&node, Path::new("backups"), 1).await);
    assert!(refused.contains("no absolute path"), "{refused}");
    std::fs::create_dir_all(backups.join("7")).unwrap();
    let refused = refusal(back_up(&node, &backups, 7).await);
    assert!(refused.contains("There is a backup 7 in"), "{refused}");
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let refused = refusal(back_up(&node, &file, 1).await);
    assert!(refused.starts_with("Could not ") && refused.contains("file"), "{refused}");
    back_up(&node, &backups, 8).await.unwrap();
    assert!(node.health().is_ready);
    node.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_would_be_too_full_afterwards_is_refused_with_the_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::new(folder.path().join("data"));
    config.limits.disk_free_min_bytes = u64::MAX / 2;
    let node = Node::start(config).await.unwrap();
    node.ready().await;
    let refused = refusal(back_up(&node, &folder.path().join("backups"), 1).await);
    assert!(refused.contains("bytes free, but"), "{refused}");
    assert!(!folder.path().join("backups").exists(), "a refused backup leaves nothing");
    node.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_backup_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let backups = folder.path().join("backups");
    let node = start(&Config::new(folder.path().join("data"))).await;
    let mut first = node.back_up(BackupRequest { folder: backups.clone(), id: 1 });
    let refused = refusal(back_up(&node, &backups, 2).await);
    assert!(refused.contains("Another backup is being made"), "{refused}");
    while let Some(step) = first.recv().await {
        step.unwrap();
    }
    back_up(&node, &backups, 3).await.unwrap();
    node.shut_down().await;
}

/// Every file of a backup.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn every_damage_at_rest_is_found_and_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let (_, backups) = backed_up(&folder).await;
    let dir = backups.join("1");
    backup::verify(&backups, 1, &mut ignore).unwrap();
    let restored = folder.path().join("restored");
    for path in files(&dir).into_iter().filter(|it| !it.ends_with("started")) {
        let good = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let step = (good.len() / 150).max(1);
        for at in (0..good.len()).step_by(step).chain([good.len() - 1]) {
            let mut bad = good.clone();
            bad[at] ^= 1 << (at % 8);
            std::fs::write(&path, &bad).unwrap();
            let error = backup::verify(&backups, 1, &mut ignore).expect_err("it is damaged");
            let sentence = backup::sentence(&error);
            assert!(sentence.contains(name), "byte {at} of {name}: {sentence}");
            let is_placed = sentence.contains("offset") || sentence.contains("newer Baton");
            assert!(is_placed, "byte {at} of {name}: {sentence}");
        }
        backup::restore(&backups, 1, &restored, &mut ignore).expect_err("it is damaged");
        let left = std::fs::read_dir(&restored).map_or(0, Iterator::count);
        assert_eq!(left, 0, "a refused restore leaves nothing");
        for length in [0, good.len() / 2, good.len() - 1] {
            std::fs::write(&path, &good[..length]).unwrap();
            let error = backup::verify(&backups, 1, &mut ignore).expect_err("it is cut");
            let sentence = backup::sentence(&error);
            assert!(sentence.contains(name), "{name} of {length} bytes: {sentence}");
        }
        std::fs::remove_file(&path).unwrap();
        backup::verify(&backups, 1, &mut ignore).expect_err("it is gone");
        std::fs::write(&path, &good).unwrap();
    }
    backup::verify(&backups, 1, &mut ignore).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_another_backup_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backups) = (folder.path().join("data"), folder.path().join("backups"));
    let node = start(&Config::new(data)).await;
    deploy(&node).await;
    for id in 1..=2 {
        create(&node).await;
        back_up(&node, &backups, id).await.unwrap();
    }
    node.shut_down().await;
    for name in ["checkpoints", "records"] {
        let mixed = folder.path().join(name);
        copy_folder(&backups, &mixed);
        let of = |id: u64| mixed.join(format!("{id}/partitions/1"));
        let pick = |dir: &Path| {
            files(dir).into_iter().find(|it| it.to_string_lossy().contains(&name[..7])).unwrap()
        };
        let (from, to) = (pick(&of(2)), pick(&of(1)));
        std::fs::copy(&from, &to).unwrap();
        let error = backup::verify(&mixed, 1, &mut ignore).expect_err("it is another's");
        assert!(backup::sentence(&error).contains(to.to_str().unwrap()), "{error}");
    }
    // What says when it was begun is not needed once there is a manifest.
    let mixed = folder.path().join("started");
    copy_folder(&backups, &mixed);
    std::fs::copy(mixed.join("2/started"), mixed.join("1/started")).unwrap();
    backup::verify(&mixed, 1, &mut ignore).unwrap();
    std::fs::write(mixed.join("1/started"), "rotten").unwrap();
    backup::verify(&mixed, 1, &mut ignore).unwrap();
    // The manifest of another backup does not make this one that.
    std::fs::copy(mixed.join("2/manifest"), mixed.join("1/manifest")).unwrap();
    for (place, id, other) in [(&mixed, 1, 2), (&backups, 5, 2)] {
        if id == 5 {
            // A whole backup under another name.
            std::fs::rename(backups.join("2"), backups.join("5")).unwrap();
        }
        let error = backup::verify(place, id, &mut ignore).expect_err("it is another's");
        let (sentence, file) = (backup::sentence(&error), place.join(format!("{id}/manifest")));
        let told = format!("The file '{}' is the manifest of backup {other}", file.display());
        assert!(sentence.starts_with(&told), "{sentence}");
        let restored = folder.path().join("restored");
        backup::restore(place, id, &restored, &mut ignore).expect_err("it is another's");
        assert!(!restored.exists(), "a refused restore leaves nothing");
    }
    // The list tells it too.
    let found = backup::list(&backups).unwrap();
    assert!(matches!(found[0].state, State::Complete(_)));
    assert!(matches!(&found[1].state, State::Failed(reason) if reason.contains("backup 2")));
}

#[tokio::test(flavor = "multi_thread")]
async fn half_backups_are_listed_as_failed_and_never_restored() {
    let folder = tempfile::tempdir().unwrap();
    let (_, backups) = backed_up(&folder).await;
    let whole = files(&backups.join("1"));
    // As a kill leaves it: any number of files, the manifest last.
    let order = |path: &PathBuf| (path.ends_with("manifest"), !path.ends_with("started"));
    let mut ordered = whole;
    ordered.sort_by_key(order);
    for count in 0..ordered.len() {
        let half = folder.path().join(format!("half-{count}"));
        std::fs::create_dir_all(half.join("1")).unwrap();
        for path in &ordered[..count] {
            let to = half.join("1").join(path.strip_prefix(backups.join("1")).unwrap());
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(path, to).unwrap();
        }
        let found = backup::list(&half).unwrap();
        assert_eq!(found.len(), 1);
        assert!(matches!(found[0].state, State::Failed(_)), "{count} files: {found:?}");
        let error = backup::verify(&half, 1, &mut ignore).expect_err("it is half");
        assert!(error.to_string().contains("was never finished"), "{error}");
        let restored = half.join("restored");
        backup::restore(&half, 1, &restored, &mut ignore).expect_err("it is half");
        assert!(!restored.join("identity").exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_nobody_waits_for_stops_and_is_listed_as_failed() {
    let folder = tempfile::tempdir().unwrap();
    let backups = folder.path().join("backups");
    let node = start(&Config::new(folder.path().join("data"))).await;
    deploy(&node).await;
    let mut id = 0;
    let reason = loop {
        id += 1;
        let steps = node.back_up(BackupRequest { folder: backups.clone(), id });
        let dir = backups.join(id.to_string());
        while !dir.join("started").exists() {
            tokio::task::yield_now().await;
        }
        drop(steps);
        let found = loop {
            match backup::list(&backups).unwrap().pop().unwrap().state {
                State::Running => tokio::task::yield_now().await,
                state => break state,
            }
        };
        // It may have been quicker.
        match found {
            State::Failed(reason) => break reason,
            State::Complete(_) | State::Running => assert!(id < 200, "it never stops"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert!(reason.contains("stopped before it was done"), "{reason}");
    assert!(!backups.join(id.to_string()).join("partitions").exists(), "its space is given back");
    while back_up(&node, &backups, id + 1).await.is_err() {
        tokio::task::yield_now().await;
    }
    node.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_empty_folder_is_restored_into_and_a_half_restored_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backups) = backed_up(&folder).await;
    let error = backup::restore(&backups, 1, &data, &mut ignore).expect_err("it is used");
    assert!(error.to_string().contains("is not empty: it holds"), "{error}");
    let missing = backup::restore(&backups, 9, &folder.path().join("x"), &mut ignore);
    let missing = missing.expect_err("no such backup").to_string();
    assert!(missing.contains("There is no backup 9"), "{missing}");

    let disk = folder.path().join("disk");
    std::fs::create_dir_all(disk.join("lost+found")).unwrap();
    backup::restore(&backups, 1, &disk, &mut ignore).unwrap();
    std::fs::write(disk.join("restoring"), "").unwrap();
    let refused = Node::start(Config::new(disk.clone())).await.unwrap_err().to_string();
    assert!(refused.contains("was not finished"), "{refused}");
    std::fs::remove_file(disk.join("restoring")).unwrap();
    let node = start(&Config::new(disk)).await;
    assert_eq!(node.status(1).await.unwrap().instances, 20);
    node.shut_down().await;
}
