//! The base's twin in memory, for simulation: durable as sled is, chunk by chunk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use super::backend::{
    Backend, Base, EachRow, IsTouched, Marker, Row, Scanned, Value, row_checksum,
};
use super::error::BaseCause;
use super::{Digest, Error};
use crate::io::Trouble;

/// Bases in memory; clones share them, so that a reopened store finds what it left.
#[derive(Debug, Clone, Default)]
pub struct MemoryBackend(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    bases: BTreeMap<PathBuf, Contents>,
    /// Calls that make something durable, and the one that is cut short.
    calls: u64,
    fail_at: Option<u64>,
    failures: u64,
}

#[derive(Debug, Default, Clone)]
struct Contents {
    marker: Option<Marker>,
    /// The index of the fold, and the digest of the rows that it does not touch.
    folding: Option<(u64, Digest)>,
    rows: BTreeMap<Vec<u8>, Value>,
    /// What was ever written: it gives nothing back, as the one on disk may not either.
    bytes: u64,
}

#[derive(Debug)]
struct MemoryBase {
    dir: PathBuf,
    backend: MemoryBackend,
    marker: Option<Marker>,
    folding: Option<(u64, Digest)>,
}

impl MemoryBackend {
    /// How many durable steps there were so far.
    pub fn calls(&self) -> u64 {
        self.0.lock().calls
    }

    /// How many of them failed.
    pub fn failures(&self) -> u64 {
        self.0.lock().failures
    }

    /// Cuts the durable step of this number short (a chunk is left half done) and fails all later
    /// ones; `None` heals.
    pub fn fail_at(&self, call: Option<u64>) {
        self.0.lock().fail_at = call;
    }

    /// Changes a row at rest: rot.
    pub fn edit(&self, dir: &Path, key: &[u8], change: impl FnOnce(&mut Value)) {
        let mut state = self.0.lock();
        if let Some(value) = state.bases.get_mut(dir).and_then(|base| base.rows.get_mut(key)) {
            change(value);
        }
    }
}

impl Backend for MemoryBackend {
    fn open(&self, dir: &Path) -> Result<Box<dyn Base>, Error> {
        let mut state = self.0.lock();
        let contents = state.bases.entry(dir.to_owned()).or_default();
        Ok(Box::new(MemoryBase {
            dir: dir.to_owned(),
            backend: self.clone(),
            marker: contents.marker.clone(),
            folding: contents.folding,
        }))
    }

    fn remove(&self, dir: &Path) -> Result<(), Error> {
        self.0.lock().bases.remove(dir);
        Ok(())
    }
}

impl MemoryBase {
    /// Runs one durable step; `true` tells it to stop half-way.
    fn step(
        &self,
        doing: &'static str,
        run: impl FnOnce(&mut Contents, bool),
    ) -> Result<(), Error> {
        let mut state = self.backend.0.lock();
        let call = state.calls;
        state.calls += 1;
        let failed = state.fail_at.filter(|&at| call >= at);
        state.failures += u64::from(failed.is_some());
        let contents = state.bases.entry(self.dir.clone()).or_default();
        match failed {
            None => run(contents, false),
            Some(at) if at == call => run(contents, true),
            Some(_) => {}
        }
        match failed {
            None => Ok(()),
            Some(_) => Err(Error::Base {
                path: self.dir.clone(),
                doing,
                reason: "the simulated base was interrupted".to_owned(),
                cause: BaseCause::Refused(Trouble::Refused),
            }),
        }
    }

    fn digest(rows: &BTreeMap<Vec<u8>, Value>) -> Digest {
        let mut digest = Digest::default();
        for (key, value) in rows {
            digest.add(row_checksum(key, value.version, &value.bytes));
        }
        digest
    }
}

impl Base for MemoryBase {
    fn close(self: Box<Self>) -> Result<(), Error> {
        self.step("close", |_, _| ())
    }

    fn marker(&self) -> Option<&Marker> {
        self.marker.as_ref()
    }

    fn folding(&self) -> Option<u64> {
        self.folding.map(|(index, _)| index)
    }

    fn claimed_checksum(&self, key: &[u8]) -> Result<Option<u64>, Error> {
        let state = self.backend.0.lock();
        let value = state.bases.get(&self.dir).and_then(|base| base.rows.get(key));
        Ok(value.map(|value| row_checksum(key, value.version, &value.bytes)))
    }

    fn begin(&mut self, index: u64, replaced: Digest) -> Result<(), Error> {
        let others = match (self.folding, &self.marker) {
            (Some((noted, others)), _) if noted == index => others,
            (_, Some(marker)) => marker.digest().minus(replaced),
            (_, None) => Digest::default(),
        };
        let folding = Some((index, others));
        self.step("note a fold", |contents, _| contents.folding = folding)?;
        self.folding = folding;
        Ok(())
    }

    fn apply(&mut self, chunk: Vec<Row>) -> Result<(), Error> {
        self.step("fold rows", |contents, is_cut| {
            let count = if is_cut { chunk.len() / 2 } else { chunk.len() };
            for row in chunk.into_iter().take(count) {
                let value_bytes = row.value.as_ref().map_or(0, |it| it.bytes.len());
                contents.bytes += (row.key.len() + value_bytes) as u64;
                match row.value {
                    Some(value) => contents.rows.insert(row.key, value),
                    None => contents.rows.remove(&row.key),
                };
            }
        })
    }

    fn commit(&mut self, index: u64, meta: &[u8]) -> Result<(), Error> {
        let mut marker = None;
        self.step("write the marker", |contents, is_cut| {
            if is_cut {
                return;
            }
            let Digest { rows, sum } = Self::digest(&contents.rows);
            contents.marker = Some(Marker { index, meta: meta.into(), rows, sum });
            contents.folding = None;
            marker.clone_from(&contents.marker);
        })?;
        self.marker = marker;
        self.folding = None;
        Ok(())
    }

    fn scan(&self, is_touched: IsTouched<'_>, each: EachRow<'_>) -> Result<(), Error> {
        let mut contents = {
            let state = self.backend.0.lock();
            state.bases.get(&self.dir).cloned().unwrap_or_default()
        };
        for (key, value) in &contents.rows {
            each(Scanned { key: key.clone(), value: Ok(value.clone()) })?;
        }
        let expected = match self.folding {
            None => contents.marker.map_or(Digest::default(), |marker| marker.digest()),
            Some((_, others)) => {
                contents.rows.retain(|key, _| !is_touched(key));
                others
            }
        };
        let found = Self::digest(&contents.rows);
        if found == expected {
            Ok(())
        } else {
            Err(expected.mismatch(&self.dir, "rows", found, None))
        }
    }

    fn row_bytes(&self) -> Result<u64, Error> {
        let state = self.backend.0.lock();
        let rows = state.bases.get(&self.dir).into_iter().flat_map(|it| &it.rows);
        Ok(rows.map(|(key, value)| (key.len() + value.bytes.len()) as u64).sum())
    }

    fn disk_bytes(&self) -> Result<u64, Error> {
        Ok(self.backend.0.lock().bases.get(&self.dir).map_or(0, |it| it.bytes))
    }
}
