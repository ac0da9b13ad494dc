//! One open sled database.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};

use super::super::Error;
use super::super::backend::{Base, Digest, EachRow, IsTouched, Marker, Place, Row};
use super::files::{checksum_beside, open_patiently, remove_damaged_beside, snapshot_lsn};
use super::guard::call;
use super::handles::{Handles, STATE_TREE};
use super::rows::{self, Assembly, Head, TREE};
use super::{log, mark};
use crate::io::preamble::Kind;
use crate::io::{Attempt, Disk, Failure, RealDisk};
use value::wire::Message;

const MARKER: &str = "marker";
const FOLDING: &str = "folding";
const MARKER_KIND: Kind = Kind { magic: *b"BTNMARKR", version: 1 };
/// Version 1 had no digest.
const FOLDING_KIND: Kind = Kind { magic: *b"BTNFOLDG", version: 2 };

value::wire_struct! {
    /// The note that a fold has begun.
    struct Folding {
        1 => index: u64,
        /// Absent in version 1.
        2 => others: Option<Others>,
    }
}

value::wire_struct! {
    /// The digest of the rows that a fold does not touch.
    struct Others {
        1 => rows: u64,
        2 => sum: u64,
    }
}

impl Folding {
    fn others(&self) -> Option<Digest> {
        self.others.as_ref().map(|it| Digest { rows: it.rows, sum: it.sum })
    }
}

/// Gets a row's key, a piece's number and the piece.
type EachPiece<'a> = &'a mut dyn FnMut(&[u8], u32, &[u8]) -> Result<(), Error>;

/// One open sled database.
#[derive(Debug)]
pub(super) struct SledBase {
    path: PathBuf,
    handles: Handles,
    /// Our own handle on sled's file, for the sync that it does not do.
    file: fs::File,
    /// What was found where sled replayed its log.
    replayed: Place,
    /// The checksum of its settings and snapshot, which change only when it is opened.
    beside: u64,
    marker: Option<Marker>,
    folding: Option<Folding>,
    /// Unknown after an interrupted fold, until the rows are counted again.
    digest: Option<Digest>,
    /// What keys and values of all rows have. Unknown from opening until somebody counts it.
    row_bytes: Cell<Option<u64>>,
}

impl SledBase {
    pub(super) fn open(path: &Path, cache_bytes: u64) -> Result<Self, Error> {
        RealDisk.create_dir_all(path).map_err(Failure::of(Attempt::Create, path))?;
        remove_damaged_beside(path)?;
        // Opening it writes zeros over what does not fit.
        let replayed = log::look(&path.join("db"), snapshot_lsn(path)?)?;
        let base = Self::open_files(path, path, cache_bytes, replayed)
            .map_err(|error| placed(path, replayed, error))?;
        base.sync()?;
        base.sync_names()?;
        base.note()?;
        Ok(base)
    }

    /// Opens a copy in the folder `files` of the base at `path`, in whose file `replayed` was
    /// found. Nothing of it needs to last.
    pub(super) fn open_copy(
        files: &Path,
        path: &Path,
        cache_bytes: u64,
        replayed: Place,
    ) -> Result<Self, Error> {
        Self::open_files(files, path, cache_bytes, replayed)
            .map_err(|error| placed(path, replayed, error))
    }

    fn open_files(
        files: &Path,
        path: &Path,
        cache_bytes: u64,
        replayed: Place,
    ) -> Result<Self, Error> {
        let db = open_patiently(files, path, cache_bytes)?;
        let handles = Handles::of(path, db)?;
        let file_path = files.join("db");
        let file = fs::File::open(&file_path).map_err(Failure::of(Attempt::Open, &file_path))?;
        let marker = read::<Marker>(path, handles.state(), MARKER, MARKER_KIND)?;
        let folded = marker.as_ref().map_or(0, |marker| marker.index);
        let folding = read::<Folding>(path, handles.state(), FOLDING, FOLDING_KIND)?;
        let folding = folding.filter(|it| it.index > folded);
        let digest = match (&marker, &folding) {
            (_, Some(_)) => None,
            (Some(marker), None) => Some(marker.digest()),
            (None, None) => Some(Digest::default()),
        };
        let is_new = marker.is_none() && folding.is_none();
        let row_bytes = Cell::new(is_new.then_some(0));
        let beside = checksum_beside(files)?;
        let path = path.to_owned();
        Ok(Self { path, handles, file, replayed, beside, marker, folding, digest, row_bytes })
    }

    /// Notes how its files are, if all that they hold is durable.
    fn note(&self) -> Result<(), Error> {
        if self.folding.is_some() {
            return Ok(());
        }
        let index = self.marker.as_ref().map_or(0, |marker| marker.index);
        Ok(mark::note(&self.path, index, self.beside)?)
    }

    /// sled's flush, and then what it leaves out.
    fn sync(&self) -> Result<(), Error> {
        let synced = self.flush_and_sync();
        if synced.as_ref().is_err_and(|error| !error.is_out_of_space()) {
            // sled syncs once more when it is dropped, and after a failure that would seem to
            // succeed. The process ends anyway, so the database is never dropped.
            self.handles.never_close();
        }
        synced
    }

    fn flush_and_sync(&self) -> Result<(), Error> {
        call(&self.path, "flush", || self.handles.rows().flush())?;
        let path = self.path.join("db");
        self.file.sync_data().map_err(Failure::of(Attempt::Sync, &path))?;
        Ok(())
    }

    /// sled creates its files without making their names durable, and never syncs `conf`.
    fn sync_names(&self) -> Result<(), Error> {
        let conf = self.path.join("conf");
        fs::File::open(&conf)
            .and_then(|file| file.sync_all())
            .map_err(Failure::of(Attempt::Sync, &conf))?;
        RealDisk.sync_dir(&self.path).map_err(Failure::of(Attempt::Sync, &self.path))?;
        Ok(())
    }

    fn head(&self, key: &[u8]) -> Result<Option<Head>, Error> {
        let piece =
            call(&self.path, "read a row", || self.handles.rows().get(rows::piece_key(key, 0)))?;
        Ok(piece.and_then(|piece| Head::parse(&piece)))
    }

    /// Counts the rows by what their first pieces claim.
    fn count(&self) -> Result<Digest, Error> {
        let mut digest = Digest::default();
        self.pieces(&mut |_, piece, bytes| {
            if let (0, Some(head)) = (piece, Head::parse(bytes)) {
                digest.add(head.checksum);
            }
            Ok(())
        })?;
        Ok(digest)
    }

    fn pieces(&self, each: EachPiece<'_>) -> Result<(), Error> {
        let mut iter = self.handles.rows().iter();
        while let Some((key, piece)) = call(&self.path, "scan rows", || iter.next().transpose())? {
            let (key, number) = rows::parse_key(&key)
                .ok_or_else(|| rows::damaged_row(&self.path, &key, "its key is malformed"))?;
            each(key, number, &piece)?;
        }
        Ok(())
    }

    /// Says where, if an error is damage.
    fn placed(&self, error: Error) -> Error {
        placed(&self.path, self.replayed, error)
    }

    fn write_state(&self, entries: sled::Batch) -> Result<(), Error> {
        call(&self.path, "write the marker", || self.handles.state().apply_batch(entries))?;
        self.sync()
    }
}

impl Base for SledBase {
    fn close(self: Box<Self>) -> Result<(), Error> {
        self.handles.close()
    }

    fn marker(&self) -> Option<&Marker> {
        self.marker.as_ref()
    }

    fn folding(&self) -> Option<u64> {
        self.folding.as_ref().map(|it| it.index)
    }

    fn claimed_checksum(&self, key: &[u8]) -> Result<Option<u64>, Error> {
        Ok(self.head(key)?.map(|head| head.checksum))
    }

    fn begin(&mut self, index: u64, replaced: Digest) -> Result<(), Error> {
        let noted = self.folding.as_ref().filter(|it| it.index == index).and_then(Folding::others);
        // Counting all rows again would take what is there for what should be there.
        let all = match (self.digest, noted) {
            (Some(digest), _) => digest,
            (None, Some(others)) => others.plus(replaced),
            (None, None) => self.count()?,
        };
        let Digest { rows, sum } = all.minus(replaced);
        let folding = Folding { index, others: Some(Others { rows, sum }) };
        let mut batch = sled::Batch::default();
        batch.insert(FOLDING, stamped(FOLDING_KIND, &folding));
        self.write_state(batch)?;
        self.folding = Some(folding);
        self.digest = Some(all);
        Ok(())
    }

    fn apply(&mut self, chunk: Vec<Row>) -> Result<(), Error> {
        let mut digest = self.digest.unwrap_or_default();
        let mut batch = sled::Batch::default();
        let mut row_bytes = self.row_bytes.take();
        for row in chunk {
            let old = self.head(&row.key)?;
            let new = row.value.map(|value| rows::cut(&row.key, &value));
            let kept = new.as_ref().map_or(0, |(head, _)| head.pieces());
            let needs = |head: &Head| (row.key.len() as u64) + u64::from(head.length);
            row_bytes = row_bytes.map(|all| {
                let more = new.as_ref().map_or(0, |(head, _)| needs(head));
                (all + more).saturating_sub(old.as_ref().map_or(0, needs))
            });
            if let Some(old) = old {
                digest.remove(old.checksum);
                for piece in kept..old.pieces() {
                    batch.remove(rows::piece_key(&row.key, piece));
                }
            }
            if let Some((head, pieces)) = new {
                digest.add(head.checksum);
                for (number, piece) in (0..).zip(pieces) {
                    batch.insert(rows::piece_key(&row.key, number), piece);
                }
            }
        }
        call(&self.path, "fold rows", || self.handles.rows().apply_batch(batch))?;
        self.sync()?;
        self.digest = Some(digest);
        self.row_bytes.set(row_bytes);
        Ok(())
    }

    fn commit(&mut self, index: u64, meta: &[u8]) -> Result<(), Error> {
        let Digest { rows, sum } = self.digest.unwrap_or_default();
        let marker = Marker { index, meta: meta.into(), rows, sum };
        let mut batch = sled::Batch::default();
        batch.insert(MARKER, stamped(MARKER_KIND, &marker));
        batch.remove(FOLDING);
        self.write_state(batch)?;
        self.marker = Some(marker);
        self.folding = None;
        self.note()
    }

    fn scan(&self, is_touched: IsTouched<'_>, each: EachRow<'_>) -> Result<(), Error> {
        let mut found = Digest::default();
        let mut others = Digest::default();
        let mut open: Option<Assembly> = None;
        let mut close = |row: Assembly| {
            if let Some(checksum) = row.claimed_checksum() {
                found.add(checksum);
                if !is_touched(row.key()) {
                    others.add(checksum);
                }
            }
            let mut row = row.finish(&self.path);
            row.value = row.value.map_err(|error| self.placed(error));
            each(row)
        };
        let scanned = self.pieces(&mut |key, number, piece| {
            if open.as_ref().is_none_or(|row| row.key() != key)
                && let Some(done) = open.replace(Assembly::begin(key))
            {
                close(done)?;
            }
            if let Some(row) = &mut open {
                row.add(number, piece);
            }
            Ok(())
        });
        scanned.map_err(|error| self.placed(error))?;
        if let Some(done) = open {
            close(done)?;
        }
        let (expected, found) = match &self.folding {
            None => (self.digest, found),
            Some(folding) => (folding.others(), others),
        };
        match expected {
            Some(expected) if found != expected => {
                Err(expected.mismatch(&self.path, TREE, found, self.place()?))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn row_bytes(&self) -> Result<u64, Error> {
        if let Some(known) = self.row_bytes.get() {
            return Ok(known);
        }
        let mut bytes = 0;
        self.pieces(&mut |key, number, piece| {
            if let (0, Some(head)) = (number, Head::parse(piece)) {
                bytes += (key.len() as u64) + u64::from(head.length);
            }
            Ok(())
        })?;
        self.row_bytes.set(Some(bytes));
        Ok(bytes)
    }

    fn disk_bytes(&self) -> Result<u64, Error> {
        let mut bytes = 0;
        for name in RealDisk.list(&self.path).map_err(Failure::of(Attempt::Read, &self.path))? {
            // One that is gone by now, as old snapshots go, uses nothing.
            bytes += fs::metadata(self.path.join(name)).map_or(0, |it| it.len());
        }
        Ok(bytes)
    }

    fn place(&self) -> Result<Option<Place>, Error> {
        Ok(Some(find_place(&self.path, self.replayed)?))
    }
}

/// Where sled's file is damaged: in what sled replayed when it was opened, or anywhere.
fn find_place(path: &Path, replayed: Place) -> Result<Place, Failure> {
    if let Place::DamagedAt(_) = replayed {
        return Ok(replayed);
    }
    // What sled replayed ended where it did before it was opened.
    match log::look(&path.join("db"), 0)? {
        found @ Place::DamagedAt(_) => Ok(found),
        Place::EndsAt(_) | Place::Missing => Ok(replayed),
    }
}

/// Says where, if an error is damage; or that the disk cannot be read, if that is why.
fn placed(path: &Path, replayed: Place, error: Error) -> Error {
    if !error.is_damaged_base() {
        return error;
    }
    match find_place(path, replayed) {
        Ok(place) => error.in_file(Some(place)),
        Err(failure) => failure.into(),
    }
}

fn stamped<M: Message>(kind: Kind, message: &M) -> Vec<u8> {
    let mut bytes = Vec::new();
    kind.put(message, &mut bytes);
    bytes
}

fn read<M: Message>(
    path: &Path,
    tree: &sled::Tree,
    key: &'static str,
    kind: Kind,
) -> Result<Option<M>, Error> {
    let Some(bytes) = call(path, "read the marker", || tree.get(key))? else {
        return Ok(None);
    };
    match kind.take::<M>(&bytes) {
        Ok((message, end)) if end == bytes.len() => Ok(Some(message)),
        Err(crate::io::preamble::Refusal::Newer { found, known }) => {
            Err(Error::Newer { path: path.to_owned(), found, known })
        }
        Ok(_) | Err(_) => Err(Error::DamagedRow {
            path: path.to_owned(),
            tree: STATE_TREE,
            key: format!("'{key}'"),
            reason: "its checksum differs".to_owned(),
        }),
    }
}
