//! The sled base: rot is named by tree and row, memory and blobs stay bounded.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::Error;
use super::super::backend::{Backend, Base, Digest, Place, Row, Survey, Value};
use super::SledBackend;

mod refusals;

/// A folder for a base and for what is beside it.
struct Dir(tempfile::TempDir, PathBuf);

impl Dir {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let base = folder.path().join("base");
        Self(folder, base)
    }

    fn path(&self) -> &Path {
        &self.1
    }
}

fn row(key: &[u8], value: &[u8]) -> Row {
    Row { key: key.to_vec(), value: Some(Value { version: 1, bytes: value.to_vec() }) }
}

fn fold(base: &mut dyn Base, index: u64, rows: Vec<Row>) {
    let replaced = replaced(base, &rows);
    base.begin(index, replaced).expect("begins");
    base.apply(rows).expect("applies");
    base.commit(index, b"meta").expect("commits");
}

/// What the rows will replace.
fn replaced(base: &dyn Base, rows: &[Row]) -> Digest {
    let mut digest = Digest::default();
    for row in rows {
        if let Some(checksum) = base.claimed_checksum(&row.key).expect("reads") {
            digest.add(checksum);
        }
    }
    digest
}

fn scan(base: &dyn Base) -> Result<Vec<(Vec<u8>, usize)>, Error> {
    scan_half_folded(base, &[])
}

/// Scans a base in which a fold was interrupted that touches the rows with these keys.
fn scan_half_folded(base: &dyn Base, touched: &[&[u8]]) -> Result<Vec<(Vec<u8>, usize)>, Error> {
    let mut found = Vec::new();
    base.scan(&|key| touched.contains(&key), &mut |row| {
        found.push((row.key, row.value?.bytes.len()));
        Ok(())
    })?;
    Ok(found)
}

#[test]
fn values_of_every_size_come_back_without_blob_files() {
    let dir = Dir::new();
    let mut base = SledBackend::default().open(dir.path()).expect("opens");
    let lengths = [0, 1, 4079, 4080, 4081, 8176, 8177, 100_000, 1_000_000];
    let rows: Vec<Row> =
        (0u8..).zip(lengths).map(|(key, it)| row(&[key; 200], &vec![key; it])).collect();
    fold(base.as_mut(), 1, rows.clone());
    fold(base.as_mut(), 2, rows);
    let found: Vec<usize> =
        scan(base.as_ref()).expect("scans").into_iter().map(|it| it.1).collect();
    assert_eq!(found, lengths);
    let blobs = fs::read_dir(dir.path().join("blobs")).expect("lists").count();
    assert_eq!(blobs, 0, "sled never syncs blobs");
}

#[test]
fn a_row_that_shrinks_or_goes_leaves_no_pieces() {
    let dir = Dir::new();
    let mut base = SledBackend::default().open(dir.path()).expect("opens");
    fold(base.as_mut(), 1, vec![row(b"a", &[1; 50_000]), row(b"b", &[1; 50_000])]);
    fold(base.as_mut(), 2, vec![row(b"a", b"short"), Row { key: b"b".to_vec(), value: None }]);
    drop(base);
    let base = SledBackend::default().open(dir.path()).expect("opens");
    assert_eq!(scan(base.as_ref()).expect("scans"), [(b"a".to_vec(), 5)]);
    assert_eq!(base.marker().map(|it| (it.index, it.rows)), Some((2, 1)));
}

#[test]
fn what_rows_have_is_kept_account_of_and_counted_again_after_opening() {
    let dir = Dir::new();
    let mut base = SledBackend::default().open(dir.path()).expect("opens");
    let have = |base: &dyn Base| base.row_bytes().expect("counts");
    assert_eq!(have(base.as_ref()), 0);
    let rows = vec![row(b"a", &[1; 50_000]), row(b"bb", b"x"), row(b"c", &[])];
    fold(base.as_mut(), 1, rows);
    assert_eq!(have(base.as_ref()), 50_001 + 3 + 1);
    let gone = Row { key: b"bb".to_vec(), value: None };
    let never = Row { key: b"never".to_vec(), value: None };
    fold(base.as_mut(), 2, vec![row(b"a", b"short"), gone, never]);
    assert_eq!(have(base.as_ref()), 6 + 1);
    drop(base);
    let mut base = SledBackend::default().open(dir.path()).expect("opens");
    fold(base.as_mut(), 3, vec![row(b"d", b"new")]);
    assert_eq!(have(base.as_ref()), 6 + 1 + 4, "not asked before");
    fold(base.as_mut(), 4, vec![row(b"d", &[2; 9_000])]);
    assert_eq!(have(base.as_ref()), 6 + 1 + 9_001);
}

#[test]
fn a_snapshot_that_sled_did_not_finish_is_no_damage() {
    let dir = Dir::new();
    let mut base = SledBackend::default().open(dir.path()).expect("opens");
    fold(base.as_mut(), 1, vec![row(b"a", b"kept")]);
    drop(base);
    for torn in [&b""[..], b"half of a snapshot, longer than its end"] {
        let unfinished = dir.path().join("snap.FFFFFFFFFFFFFF00.generating");
        fs::write(&unfinished, torn).expect("writes");
        let base = SledBackend::default().open(dir.path()).expect("opens");
        assert_eq!(scan(base.as_ref()).expect("scans"), [(b"a".to_vec(), 4)]);
        assert!(!unfinished.exists());
    }
}

/// Opens the database directly and changes what is in it.
fn tamper(dir: &Path, change: impl FnOnce(&sled::Db, &sled::Tree)) {
    let db = super::files::open_patiently(dir, dir, 1 << 20).expect("opens");
    change(&db, &db.open_tree("rows").expect("opens"));
    db.flush().expect("flushes");
}

#[test]
fn rot_in_a_row_names_tree_and_key() {
    let key = super::rows::piece_key(&[0xab, 0xcd], 0);
    for byte in 0..18 {
        let dir = Dir::new();
        let mut base = SledBackend::default().open(dir.path()).expect("opens");
        fold(base.as_mut(), 1, vec![row(&[0xab, 0xcd], b"ok"), row(b"z", b"ok")]);
        drop(base);
        tamper(dir.path(), |_, rows| {
            let mut value = rows.get(&key).expect("reads").expect("is there").to_vec();
            value[byte] ^= 1;
            rows.insert(&key, value).expect("writes");
        });
        let base = SledBackend::default().open(dir.path()).expect("opens");
        let error = scan(base.as_ref()).expect_err("is detected").to_string();
        let told =
            "tree 'rows', row abcd: its checksum differs; its file 'db' can be read up to offset";
        assert!(error.contains(told), "{error}");
    }
}

#[test]
fn lost_stale_and_foreign_rows_are_detected() {
    let pieces = |key: &[u8]| super::rows::piece_key(key, 0);
    let changes: [&dyn Fn(&sled::Tree); 3] = [
        &|rows| drop(rows.remove(pieces(b"a")).expect("removes")),
        &|rows| {
            let value = Value { version: 1, bytes: b"stale".to_vec() };
            let (_, mut stale) = super::rows::cut(b"a", &value);
            rows.insert(pieces(b"a"), stale.remove(0)).expect("writes");
        },
        &|rows| {
            let value = Value { version: 1, bytes: b"foreign".to_vec() };
            let (_, mut foreign) = super::rows::cut(b"b", &value);
            rows.insert(pieces(b"b"), foreign.remove(0)).expect("writes");
        },
    ];
    for change in changes {
        let dir = Dir::new();
        let mut base = SledBackend::default().open(dir.path()).expect("opens");
        fold(base.as_mut(), 1, vec![row(b"a", b"ok"), row(b"z", b"ok")]);
        drop(base);
        tamper(dir.path(), |_, rows| change(rows));
        let base = SledBackend::default().open(dir.path()).expect("opens");
        let error = scan(base.as_ref()).expect_err("is detected").to_string();
        assert!(error.contains("tree 'rows': it should hold 2 rows with digest"), "{error}");
    }
}

#[test]
fn a_rotten_marker_is_named() {
    let dir = Dir::new();
    let mut base = SledBackend::default().open(dir.path()).expect("opens");
    fold(base.as_mut(), 1, vec![row(b"a", b"ok")]);
    drop(base);
    tamper(dir.path(), |db, _| {
        let state = db.open_tree("checkpoint").expect("opens");
        let mut marker = state.get("marker").expect("reads").expect("is there").to_vec();
        marker[21] ^= 1;
        state.insert("marker", marker).expect("writes");
    });
    let error = SledBackend::default().open(dir.path()).expect_err("is detected").to_string();
    let told =
        "tree 'checkpoint', row 'marker': its checksum differs; its file 'db' can be read up to";
    assert!(error.contains(told), "{error}");
}

/// A base in which the fold of `rows` was interrupted after their first chunk, reopened.
fn half_folded(dir: &Path, rows: &[Row], first: &[Row]) -> Box<dyn Base> {
    let mut base = SledBackend::default().open(dir).expect("opens");
    fold(base.as_mut(), 1, vec![row(b"a", b"1"), row(b"b", b"2")]);
    let replaced = replaced(base.as_ref(), rows);
    base.begin(2, replaced).expect("begins");
    base.apply(first.to_vec()).expect("applies");
    drop(base);
    SledBackend::default().open(dir).expect("opens")
}

#[test]
fn an_interrupted_fold_is_folded_again() {
    let dir = Dir::new();
    let rows = [row(b"b", b"3"), row(b"c", b"4"), row(b"d", b"5")];
    let mut base = half_folded(dir.path(), &rows, &rows[..2]);
    assert_eq!((base.marker().map(|it| it.index), base.folding()), (Some(1), Some(2)));
    let touched: [&[u8]; 3] = [b"b", b"c", b"d"];
    assert_eq!(scan_half_folded(base.as_ref(), &touched).expect("scans").len(), 3);
    fold(base.as_mut(), 2, rows.to_vec());
    drop(base);
    let base = SledBackend::default().open(dir.path()).expect("opens");
    assert_eq!(scan(base.as_ref()).expect("scans").len(), 4);
}

#[test]
fn a_row_lost_beside_an_interrupted_fold_is_detected_before_and_after_it_is_folded_again() {
    let dir = Dir::new();
    let rows = [row(b"b", b"3"), row(b"c", b"4")];
    drop(half_folded(dir.path(), &rows, &rows[..1]));
    tamper(dir.path(), |_, rows| {
        rows.remove(super::rows::piece_key(b"a", 0)).expect("removes").expect("was there");
    });
    let mut base = SledBackend::default().open(dir.path()).expect("opens");
    let touched: [&[u8]; 2] = [b"b", b"c"];
    let error = scan_half_folded(base.as_ref(), &touched).expect_err("is detected").to_string();
    assert!(error.contains("tree 'rows': it should hold 1 rows with digest"), "{error}");
    fold(base.as_mut(), 2, rows.to_vec());
    drop(base);
    let base = SledBackend::default().open(dir.path()).expect("opens");
    let error = scan(base.as_ref()).expect_err("is detected").to_string();
    assert!(error.contains("tree 'rows': it should hold 3 rows with digest"), "{error}");
}

/// The note of a fold of the checkpoint at index 2, as version 1 wrote it.
const NOTE_1: &str = "42544e464f4c4447010000000200000032576e03dbf90e670802";
/// The same in version 2, with 2 other rows and their sum.
const NOTE_2: &str =
    "42544e464f4c44470200000010000000c5cff177352067ab0802120c0802108f9890e0c79cd58211";

#[test]
fn the_note_of_a_fold_keeps_its_bytes_and_that_of_version_1_is_still_read() {
    let dir = Dir::new();
    let rows = [row(b"c", b"3")];
    drop(half_folded(dir.path(), &rows, &rows));
    tamper(dir.path(), |db, _| {
        let state = db.open_tree("checkpoint").expect("opens");
        let note = state.get("folding").expect("reads").expect("is there");
        assert_eq!(hex(&note), NOTE_2);
        state.insert("folding", unhex(NOTE_1)).expect("writes");
    });
    let mut base = SledBackend::default().open(dir.path()).expect("opens");
    assert_eq!(base.folding(), Some(2));
    // It says nothing about the other rows.
    assert_eq!(scan(base.as_ref()).expect("scans").len(), 3);
    fold(base.as_mut(), 2, rows.to_vec());
    drop(base);
    let base = SledBackend::default().open(dir.path()).expect("opens");
    assert_eq!(scan(base.as_ref()).expect("scans").len(), 3);
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a text takes everything");
        text
    })
}

fn unhex(digits: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal");
    (0..digits.len()).step_by(2).map(digit).collect()
}

#[test]
fn a_ruined_database_is_an_error_and_not_a_panic() {
    let dir = Dir::new();
    let mut base = SledBackend::default().open(dir.path()).expect("opens");
    fold(base.as_mut(), 1, (0u8..200).map(|key| row(&[key], &[key; 3000])).collect());
    drop(base);
    let path = dir.path().join("db");
    let good = fs::read(&path).expect("reads");
    for start in (0..good.len()).step_by(good.len() / 20) {
        let mut bad = good.clone();
        let end = (start + 4096).min(bad.len());
        bad[start..end].fill(0xee);
        fs::write(&path, bad).expect("writes");
        if let Ok(base) = SledBackend::default().open(dir.path()) {
            let found = scan(base.as_ref());
            // sled may repair some of it from elsewhere in its file, or go back to an earlier
            // state: then the note of the fold is there, and the file that stays folds it again.
            match (found, base.marker(), base.folding()) {
                (Ok(rows), Some(_), None) => assert_eq!(rows.len(), 200),
                (Ok(rows), None, None) => assert_eq!(rows.len(), 0),
                (Ok(_), _, Some(index)) => assert_eq!(index, 1),
                (Err(_), _, _) => {}
            }
        }
        for name in fs::read_dir(dir.path()).expect("lists") {
            let name = name.expect("lists").path();
            if name.file_name().is_some_and(|it| it.to_string_lossy().starts_with("snap")) {
                fs::remove_file(name).expect("removes");
            }
        }
    }
}

#[test]
fn settings_that_say_something_else_are_named() {
    let dir = Dir::new();
    let mut base = SledBackend::default().open(dir.path()).expect("opens");
    fold(base.as_mut(), 1, vec![row(b"a", b"1")]);
    drop(base);
    let path = dir.path().join("conf");
    let sound = fs::read(&path).expect("reads");
    let version = sound.windows(9).position(|it| it == b"version: ").expect("says its version");
    let mut other_version = sound;
    other_version[version + 9] = b'4';
    let body = other_version.len() - 4;
    let checksum = crc32fast::hash(&other_version[..body]).to_le_bytes();
    other_version[body..].copy_from_slice(&checksum);
    fs::write(&path, other_version).expect("writes");
    let error = SledBackend::default().open(dir.path()).err();
    let error = error.expect("is detected").to_string();
    assert!(error.contains("'conf'") && !error.ends_with('.'), "{error}");
}
