//! A base that is mostly of rows that are gone is written anew.

use super::{Model, Simulated, change, delete, open_real, put, rows};
use crate::checkpoint::Error;
use crate::io::Disk;

const FREE: u64 = u64::MAX;

#[test]
fn only_a_large_base_of_few_rows_is_written_anew_and_where_there_is_space() {
    let simulated = Simulated::default();
    let (store, _) = simulated.open().expect("opens");
    assert!(!store.compact(1, FREE).expect("looks"), "there is no checkpoint");
    store.write(1, b"m", vec![put(b"a", &[1; 4_000]), put(b"b", b"2")]).expect("writes");
    store.fold().expect("folds");
    rows(&store).expect("measures");
    assert!(!store.compact(1, FREE).expect("looks"), "its rows need it");
    for index in 2..9 {
        store.write(index, b"m", vec![put(b"a", &[3; 4_000])]).expect("writes");
        store.fold().expect("folds");
    }
    let model = rows(&store).expect("scans");
    assert!(!store.compact(1 << 20, FREE).expect("looks"), "it is small");
    assert!(!store.compact(1, 40_000).expect("looks"), "there is no space for two of it");
    assert!(store.compact(1, FREE).expect("compacts"));
    assert_eq!(rows(&store).expect("scans"), model);
    assert!(!store.compact(1, FREE).expect("looks"), "it was written anew just now");
    let (store, restored) = simulated.open().expect("opens");
    assert_eq!(restored.map(|it| (it.index, it.meta.to_vec())), Some((8, b"m".to_vec())));
    assert_eq!(rows(&store).expect("scans"), model);
}

/// Judged by the rows that were there once, a base after a load of large ones would never be too
/// large again.
#[test]
fn what_rows_need_is_what_they_have_now() {
    let (store, _) = Simulated::default().open().expect("opens");
    let keys: Vec<[u8; 4]> = (0_u32..200).map(u32::to_be_bytes).collect();
    for index in 1..8 {
        let all = keys.iter().map(|key| (key, Some((1, vec![7_u8; 20_000]))));
        store.write(index, b"", all).expect("writes");
        store.fold().expect("folds");
    }
    assert!(store.compact(1 << 20, FREE).expect("compacts"), "rows that were written seven times");
    assert!(!store.compact(1 << 20, FREE).expect("looks"), "its rows need it");
    let all = keys.iter().map(|key| (key, Some((1, [1_u8; 8]))));
    store.write(8, b"", all).expect("writes");
    store.fold().expect("folds");
    assert!(store.compact(1 << 20, FREE).expect("compacts"), "the rows are small now");
    assert!(!store.compact(1, FREE).expect("looks"));
}

#[test]
fn checkpoints_that_wait_stay_on_top_of_a_new_base() {
    let simulated = Simulated::default();
    let (store, _) = simulated.open().expect("opens");
    let mut model = Model::new();
    let first = vec![put(b"a", b"1"), put(b"b", b"2")];
    change(&mut model, &first);
    store.write(1, b"", first).expect("writes");
    store.fold().expect("folds");
    let second = vec![delete(b"a"), put(b"c", b"3")];
    change(&mut model, &second);
    store.write(2, b"", second).expect("writes");
    for step in 0..8 {
        simulated.backend.fail_at(Some(simulated.backend.calls() + step));
        let error = store.compact(1, FREE).err();
        simulated.backend.fail_at(None);
        assert_eq!(rows(&store).expect("scans"), model, "step {step}: {error:?}");
        let (again, restored) = simulated.open().expect("opens");
        assert_eq!(restored.map(|it| it.index), Some(2), "step {step}");
        assert_eq!(rows(&again).expect("scans"), model, "step {step}");
        assert!(matches!(error, Some(Error::Base { .. }) | None), "step {step}: {error:?}");
    }
    assert_eq!(store.fold().expect("folds"), 2);
    assert_eq!(rows(&store).expect("scans"), model);
}

#[test]
fn a_real_base_gives_its_space_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("checkpoints");
    let (store, _) = open_real(&dir).expect("opens");
    let keys: Vec<[u8; 4]> = (0_u32..4_000).map(u32::to_be_bytes).collect();
    for index in 0..3 {
        let noise =
            |at: usize| vec![at.wrapping_mul(31).wrapping_add(index).to_le_bytes()[0]; 2_000];
        let all = keys.iter().enumerate().map(|(at, key)| (key, Some((1, noise(at)))));
        store.write(2 * index as u64 + 1, b"", all).expect("writes");
        store.fold().expect("folds");
        let gone = keys.iter().map(|key| (key, None::<(u32, &[u8])>));
        store.write(2 * index as u64 + 2, b"", gone).expect("writes");
        store.fold().expect("folds");
    }
    let used = |dir: &std::path::Path| {
        let names = crate::io::RealDisk.list(&dir.join("base")).expect("lists");
        let size = |name: &String| dir.join("base").join(name).metadata().expect("is there").len();
        names.iter().map(size).sum::<u64>()
    };
    let before = used(&dir);
    assert!(store.compact(1 << 20, FREE).expect("compacts"), "{before} bytes are of no row");
    assert!(used(&dir) * 4 < before, "{before} bytes became {}", used(&dir));
    assert!(rows(&store).expect("scans").is_empty());
    drop(store);
    let (store, restored) = open_real(&dir).expect("opens");
    assert_eq!(restored.map(|it| it.index), Some(6));
    assert!(rows(&store).expect("scans").is_empty());
}
