//! Writes the folders that are damaged, or starts a node on each folder it is told:
//! `at-rest-opener write FOLDER SEED`, `at-rest-opener open`.

use std::io;
use std::path::Path;

use anyhow::{Context, bail};
use baton_chaos::at_rest::{folders, opener};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["write", folder, seed] => {
            let seed = seed.parse().context("the seed is a number")?;
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            runtime.block_on(folders::write(Path::new(folder), seed))
        }
        ["open"] => opener::serve(io::stdin().lock(), io::stdout()),
        _ => bail!("usage: at-rest-opener write FOLDER SEED | open"),
    }
}
