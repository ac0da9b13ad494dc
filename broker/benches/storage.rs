//! What a checkpoint and its fold cost, and how fast records go out and come back.

use std::path::Path;

use broker::checkpoint::{SledBackend, Store};
use broker::io::RealDisk;
use broker::segment::{Options, Reader, Start, Writer};
use divan::Bencher;
use divan::counter::ItemsCount;

const ROWS: u64 = 100_000;
const ROW_BYTES: usize = 700;
const RECORDS: u64 = 200_000;
const RECORD_BYTES: usize = 300;

fn main() {
    divan::main();
}

/// Half of it repeats, as names and keys in encoded values do.
fn filled(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = vec![b'n'; length];
    for byte in bytes.iter_mut().step_by(2) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        *byte = state.to_le_bytes()[3];
    }
    bytes
}

type Row = ([u8; 8], Option<(u32, Vec<u8>)>);

fn rows(round: u64) -> Vec<Row> {
    let row = |key: u64| (key.to_be_bytes(), Some((1, filled(key ^ round << 40, ROW_BYTES))));
    (0..ROWS).map(row).collect()
}

fn store(dir: &Path) -> Store<RealDisk> {
    let backend = Box::new(SledBackend::default());
    Store::open(RealDisk, backend, dir, 1).expect("opens").0
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn write_delta(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = store(folder.path());
    let rows = rows(0);
    let mut index = 0;
    bencher.counter(ItemsCount::new(ROWS)).bench_local(|| {
        index += 1;
        let rows = rows.iter().map(|(key, value)| {
            (key, value.as_ref().map(|(version, bytes)| (*version, bytes.as_slice())))
        });
        store.write(index, b"", rows).expect("writes");
    });
}

/// The first fold fills an empty base, the others overwrite every row.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn fold(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = store(folder.path());
    let mut index = 0;
    bencher
        .counter(ItemsCount::new(ROWS))
        .with_inputs(|| {
            index += 1;
            store.write(index, b"", rows(index)).expect("writes");
        })
        .bench_local_values(|()| store.fold().expect("folds"));
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn open_and_scan(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    {
        let store = store(folder.path());
        store.write(1, b"", rows(1)).expect("writes");
        store.fold().expect("folds");
    }
    bencher.counter(ItemsCount::new(ROWS)).bench_local(|| {
        let mut count = 0u64;
        let scanned = store(folder.path()).scan(|_, _, _| {
            count += 1;
            Ok(())
        });
        scanned.expect("scans");
        assert_eq!(count, ROWS);
    });
}

fn append(dir: &Path) {
    let mut writer = Writer::open(RealDisk, dir, Options::new(1, 1), Start::At(1)).expect("opens");
    for position in 1..=RECORDS {
        writer.append(position, &filled(position, RECORD_BYTES)).expect("appends");
    }
    writer.sync().expect("syncs");
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn append_records(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(RECORDS))
        .with_inputs(|| tempfile::tempdir().expect("a temporary folder"))
        .bench_local_refs(|folder| append(folder.path()));
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn read_records(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    append(folder.path());
    bencher.counter(ItemsCount::new(RECORDS)).bench_local(|| {
        let mut reader = Reader::open(RealDisk, folder.path(), 1, 1);
        let mut count = 0u64;
        while reader.next().expect("reads").is_some() {
            count += 1;
        }
        assert_eq!(count, RECORDS);
    });
}
