//! How fast entries become durable: `cargo bench -p baton-broker --bench raft_log [SECONDS]`.
//!
//! Entries of 300 bytes, appended in batches that are awaited one after another, and one by one
//! with 64 under way. Before each, what a plain file does with the same bytes and one sync per
//! batch: compare with that, because disks and their load differ.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{Write, stdout};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use broker::raft::log_store::{LogOptions, LogStore};
use broker::raft::types::{Entry, LeaderId, LogId, Payload, TypeConfig};
use openraft::EntryPayload;
use openraft::storage::{IOFlushed, RaftLogStorage};
use openraft::type_config::TypeConfigExt;

const ENTRY_SIZE_BYTES: usize = 300;

fn main() {
    let seconds = std::env::args().find_map(|it| it.parse().ok()).unwrap_or(3);
    let time = Duration::from_secs(seconds);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("tokio starts");
    let mut out = stdout();
    for (batch, under_way) in [(1, 1), (16, 1), (256, 1), (1024, 1), (1, 64), (16, 64)] {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        if under_way == 1 {
            let run = append_to_file(&folder.path().join("plain"), batch, time);
            writeln!(out, "plain file · {}", run.line(batch, under_way))
                .expect("a line is written");
        }
        let run = runtime.block_on(append(folder.path(), batch, under_way, time));
        writeln!(out, "log        · {}", run.line(batch, under_way)).expect("a line is written");
    }
}

struct Run {
    entries: u64,
    took: Duration,
    latencies: Vec<Duration>,
}

impl Run {
    fn line(mut self, batch: u64, under_way: usize) -> String {
        self.latencies.sort_unstable();
        let at = |permille: usize| {
            let last = self.latencies.len().saturating_sub(1);
            self.latencies.get(last * permille / 1000).copied().unwrap_or_default().as_micros()
        };
        let rate = u128::from(self.entries) * 1000 / self.took.as_millis().max(1);
        format!(
            "batch {batch:>4} · {under_way:>2} under way: {rate:>8} entries/s · p50 {:>6} µs · \
             p99 {:>6} µs",
            at(500),
            at(990)
        )
    }
}

fn append_to_file(path: &Path, batch: u64, time: Duration) -> Run {
    let mut file = File::create(path).expect("the file is created");
    let size = ENTRY_SIZE_BYTES * usize::try_from(batch).expect("batches are small");
    let bytes = vec![0x5a; size];
    let start = Instant::now();
    let mut run = Run { entries: 0, took: Duration::ZERO, latencies: Vec::new() };
    while start.elapsed() < time {
        let begun = Instant::now();
        file.write_all(&bytes).and_then(|()| file.sync_data()).expect("the disk works");
        run.entries += batch;
        run.latencies.push(begun.elapsed());
    }
    run.took = start.elapsed();
    run
}

async fn append(folder: &Path, batch: u64, under_way: usize, time: Duration) -> Run {
    let fails = |sentence: &str| panic!("{sentence}");
    let mut store =
        LogStore::open(folder, &LogOptions::default(), Arc::new(fails)).expect("the log opens");
    let payload = Payload(vec![0x5a; ENTRY_SIZE_BYTES].into());
    let start = Instant::now();
    let mut run = Run { entries: 0, took: Duration::ZERO, latencies: Vec::new() };
    let mut waiting = VecDeque::new();
    let mut purged = 0;
    while start.elapsed() < time {
        let entries: Vec<_> = (run.entries..run.entries + batch)
            .map(|index| Entry {
                log_id: log_id(index),
                payload: EntryPayload::Normal(payload.clone()),
            })
            .collect();
        run.entries += batch;
        let (flushed, wait) = TypeConfig::oneshot();
        let begun = Instant::now();
        store.append(entries, IOFlushed::signal(flushed)).await.expect("the append begins");
        waiting.push_back((begun, wait));
        while waiting.len() >= under_way {
            let Some((begun, wait)) = waiting.pop_front() else { break };
            wait.await.expect("the flush thread answers").expect("the disk works");
            run.latencies.push(begun.elapsed());
        }
        // As a checkpoint would, so that neither disk nor memory grows without end.
        if run.entries - purged > 400_000 {
            purged = run.entries - 200_000;
            store.purge(log_id(purged)).await.expect("the purge works");
        }
    }
    run.took = start.elapsed();
    run
}

fn log_id(index: u64) -> LogId {
    LogId::new(LeaderId { term: 1, node_id: 0 }, index)
}
