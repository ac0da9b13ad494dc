//! The checkpoints of one partition.

mod compact;
mod fold;
pub(super) mod scan;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use super::Error;
use super::backend::{Backend, Base, Marker};
use super::delta::{DeltaReader, DeltaWriter, Header};
use super::names::{base_dir, delta_path};
use super::opening::{self, Cut, Found, Pending};
use crate::io::{Attempt, Disk, Failure, File, publish, sync_parent};
use compact::Compacted;

/// A durable checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The log index of the state.
    pub index: u64,
    /// The bytes given to [`Store::write`] with it.
    pub meta: Arc<[u8]>,
}

/// The checkpoints of one partition. Share it by reference: [`Store::write`] and [`Store::fold`]
/// may run on different threads.
#[derive(Debug)]
pub struct Store<D> {
    disk: D,
    backend: Box<dyn Backend>,
    dir: PathBuf,
    partition: u32,
    /// Held while the base is used: by folding, scanning and exporting, never by writing.
    /// `None` after a failure, until it is opened again.
    base: Mutex<Option<Box<dyn Base>>>,
    files: Mutex<Files>,
    /// Held while a checkpoint file is made.
    writing: Mutex<()>,
    /// How the base was written anew the last time.
    compacted: Mutex<Compacted>,
}

#[derive(Debug)]
struct Files {
    last: Option<Restored>,
    pending: Vec<Pending>,
    /// The index of the base's marker.
    folded: u64,
    cut: Option<Cut>,
}

impl<D: Disk> Store<D> {
    /// Opens the checkpoints in `dir`, and says which one is the newest.
    ///
    /// An incomplete newest file is left out with a warning ([`Store::cut`]), so the caller must
    /// check that its log reaches back to the index returned. It goes when the next one is written.
    ///
    /// # Errors
    /// Damage ([`Error::Damaged`], [`Error::DamagedRow`], [`Error::Incomplete`],
    /// [`Error::Missing`], [`Error::HalfFolded`]), [`Error::Newer`], [`Error::Base`],
    /// [`Error::Disk`].
    pub fn open(
        disk: D,
        backend: Box<dyn Backend>,
        dir: &Path,
        partition: u32,
    ) -> Result<(Self, Option<Restored>), Error> {
        let Found { base, pending, restored, cut } =
            opening::open(&disk, backend.as_ref(), dir, partition)?;
        let folded = base.marker().map_or(0, |marker| marker.index);
        let files = Files { last: restored.clone(), pending, folded, cut };
        let store = Self {
            disk,
            backend,
            dir: dir.to_owned(),
            partition,
            base: Mutex::new(Some(base)),
            files: Mutex::new(files),
            writing: Mutex::new(()),
            compacted: Mutex::default(),
        };
        Ok((store, restored))
    }

    /// Where the checkpoints are.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The newest durable checkpoint.
    pub fn last(&self) -> Option<Restored> {
        self.files.lock().last.clone()
    }

    /// The newest file, if it was incomplete when the store was opened.
    pub fn cut(&self) -> Option<Cut> {
        self.files.lock().cut.clone()
    }

    /// Whether the newest checkpoint is a snapshot of another replica that is not folded yet.
    pub fn is_last_a_snapshot(&self) -> bool {
        self.files.lock().pending.last().is_some_and(|it| it.is_full)
    }

    /// How many durable checkpoints wait to be folded.
    pub fn unfolded(&self) -> usize {
        self.files.lock().pending.len()
    }

    /// Makes the checkpoint at `index` durable: the rows that changed since the last one. Rows
    /// without a value are deleted. If a key comes twice, the last one counts.
    ///
    /// # Errors
    /// [`Error::NotNewer`], [`Error::RowTooLarge`], [`Error::Disk`]. Nothing is half visible
    /// afterwards; when [`Error::is_out_of_space`], the same call can be made again.
    pub fn write<K, V>(
        &self,
        index: u64,
        meta: &[u8],
        rows: impl IntoIterator<Item = (K, Option<(u32, V)>)>,
    ) -> Result<(), Error>
    where
        K: AsRef<[u8]>,
        V: AsRef<[u8]>,
    {
        let _writing = self.writing.lock();
        let previous = self.check_newer(index)?;
        self.remove_cut()?;
        let header =
            Header { partition: self.partition, index, previous, full: false, meta: meta.into() };
        let path = delta_path(&self.dir, index);
        self.write_file(&path, header.clone(), |writer| {
            for (key, value) in rows {
                let value = value.as_ref().map(|(version, bytes)| (*version, bytes.as_ref()));
                writer.put(key.as_ref(), value)?;
            }
            Ok(())
        })?;
        let mut files = self.files.lock();
        files.pending.push(Pending::of(&self.dir, &header));
        files.last = Some(Restored { index, meta: header.meta });
        Ok(())
    }

    fn check_newer(&self, index: u64) -> Result<u64, Error> {
        let last = self.files.lock().last.as_ref().map_or(0, |last| last.index);
        if index > last { Ok(last) } else { Err(Error::NotNewer { last, index }) }
    }

    /// Removes a file that was cut, durably: what comes next does not build on it.
    fn remove_cut(&self) -> Result<(), Error> {
        if let Some(Cut { path, .. }) = self.cut() {
            opening::remove(&self.disk, &path)?;
            sync_parent(&self.disk, &path)?;
            self.files.lock().cut = None;
        }
        Ok(())
    }

    /// Writes a checkpoint file under a temporary name, syncs it and gives it its name.
    fn write_file(
        &self,
        path: &Path,
        header: Header,
        put: impl FnOnce(&mut DeltaWriter<D::File>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let temporary = path.with_extension("tmp");
        let written = DeltaWriter::create(&self.disk, &temporary, header).and_then(|mut writer| {
            put(&mut writer)?;
            writer.finish()
        });
        if let Err(error) = written {
            // Best effort, to give the space back: opening removes left-overs too.
            let _ = self.disk.remove(&temporary);
            return Err(error);
        }
        publish(&self.disk, &temporary, path)?;
        Ok(())
    }

    /// Shows every row of the newest checkpoint once, in no particular order.
    ///
    /// # Errors
    /// What `each` returns; [`Error::DamagedRow`], [`Error::DamagedBase`], [`Error::Damaged`],
    /// [`Error::Base`], [`Error::Disk`].
    pub fn scan(
        &self,
        mut each: impl FnMut(&[u8], u32, &[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut base = self.base.lock();
        let base = self.opened(&mut base)?;
        let pending = self.files.lock().pending.clone();
        scan::scan(&self.disk, base.as_ref(), &pending, &mut each)
    }

    /// Folds all durable checkpoints into the base; returns the index of the last one folded.
    ///
    /// # Errors
    /// [`Error::Base`], [`Error::Disk`], [`Error::Damaged`]. When [`Error::is_out_of_space`],
    /// the same call can be made again.
    pub fn fold(&self) -> Result<u64, Error> {
        let mut base = self.base.lock();
        self.fold_all(&mut base)
    }

    /// The base, opened again if a failure closed it.
    fn opened<'a>(
        &self,
        slot: &'a mut Option<Box<dyn Base>>,
    ) -> Result<&'a mut Box<dyn Base>, Error> {
        match slot {
            Some(base) => Ok(base),
            None => Ok(slot.insert(self.backend.open(&base_dir(&self.dir))?)),
        }
    }

    /// Writes all rows of the newest folded checkpoint to one file at `path`, after folding what
    /// waits; returns which checkpoint it is, or `None` when there is none yet. Folding waits
    /// meanwhile, writing does not. `watch` is told the bytes of each row, and may end it.
    ///
    /// # Errors
    /// As [`Store::fold`] and [`Store::scan`], and what `watch` returns.
    pub fn export(
        &self,
        path: &Path,
        watch: &mut dyn FnMut(u64) -> Result<(), Error>,
    ) -> Result<Option<Restored>, Error> {
        let mut slot = self.base.lock();
        self.fold_all(&mut slot)?;
        let base = self.opened(&mut slot)?;
        let Some(marker) = base.marker().cloned() else {
            return Ok(None);
        };
        self.write_all_rows(base.as_ref(), &marker, path, watch)?;
        Ok(Some(Restored { index: marker.index, meta: marker.meta }))
    }

    fn write_all_rows(
        &self,
        base: &dyn Base,
        marker: &Marker,
        path: &Path,
        watch: &mut dyn FnMut(u64) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let header = Header {
            partition: self.partition,
            index: marker.index,
            previous: 0,
            full: true,
            meta: marker.meta.clone(),
        };
        self.write_file(path, header, |writer| {
            base.scan(&|_| false, &mut |row| {
                let value = row.value?;
                watch((row.key.len() + value.bytes.len()) as u64)?;
                writer.put(&row.key, Some((value.version, &value.bytes)))
            })
        })
    }

    /// Replaces everything by a file that [`Store::export`] wrote on another replica, durably.
    /// `received` must lie in [`Store::dir`]; it is renamed. Scan afterwards to get its rows.
    ///
    /// # Errors
    /// [`Error::NotASnapshot`], [`Error::NotNewer`], [`Error::Damaged`], [`Error::Incomplete`],
    /// [`Error::Disk`]; the state is then unchanged.
    pub fn install(&self, received: &Path) -> Result<Restored, Error> {
        let _writing = self.writing.lock();
        let mut slot = self.base.lock();
        let header = DeltaReader::open(&self.disk, received)?.verify()?;
        self.check_installable(received, &header)?;
        self.check_newer(header.index)?;
        self.remove_cut()?;
        let file = self.disk.open(received).map_err(Failure::of(Attempt::Open, received))?;
        file.sync().map_err(Failure::of(Attempt::Sync, received))?;
        publish(&self.disk, received, &delta_path(&self.dir, header.index))?;
        let restored = Restored { index: header.index, meta: header.meta.clone() };
        {
            let mut files = self.files.lock();
            files.pending = vec![Pending::of(&self.dir, &header)];
            files.last = Some(restored.clone());
        }
        // A base that failed is of no further interest.
        if slot.is_none() {
            self.backend.remove(&base_dir(&self.dir))?;
            self.opened(&mut slot)?;
        }
        self.remove_older(header.index)?;
        sync_parent(&self.disk, received)?;
        Ok(restored)
    }

    fn check_installable(&self, path: &Path, header: &Header) -> Result<(), Error> {
        let reason = if !header.full {
            "it holds changes, not all rows".to_owned()
        } else if header.partition != self.partition {
            format!("it is of partition {}, not {}", header.partition, self.partition)
        } else if path.parent() != Some(&self.dir) {
            format!("it does not lie in '{}'", self.dir.display())
        } else {
            return Ok(());
        };
        Err(Error::NotASnapshot { path: path.to_owned(), reason })
    }
}

#[cfg(test)]
mod tests;
