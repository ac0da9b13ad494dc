//! Writes to the log of a partition until the power goes: `log-writer FOLDER SEED FILE_SIZE`.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use baton_chaos::writer::Writer;
use broker::raft::log_store::{LogOptions, LogStore};
use draw::Random;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [folder, seed, file_size] = arguments.as_slice() else {
        bail!("usage: log-writer FOLDER SEED FILE_SIZE");
    };
    let seed = seed.parse().context("the seed is a number")?;
    let mut options = LogOptions::default();
    options.file_size_bytes = file_size.parse().context("the file size is a number")?;
    options.cache_size_bytes = options.file_size_bytes / 2;
    let stop = |sentence: &str| {
        eprintln!("{sentence}");
        std::process::exit(1)
    };
    let store = LogStore::open(&PathBuf::from(folder), &options, Arc::new(stop))?;
    let runtime = tokio::runtime::Builder::new_current_thread().build().context("start tokio")?;
    let mut says = io::stdout().lock();
    runtime
        .block_on(async { Writer::start(store, &mut says, Random::new(seed)).await?.run().await })
}
