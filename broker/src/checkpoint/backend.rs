//! The store that checkpoints are folded into, as an interface: sled, or a twin in memory.

use std::fmt::{self, Debug};
use std::path::Path;

use xxhash_rust::xxh3::Xxh3;

use super::Error;

/// The value of a row, with the version of its encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The encoding's version; what it means is the caller's business.
    pub version: u32,
    /// The encoded value.
    pub bytes: Vec<u8>,
}

/// A row that changed: its new value, or nothing when it was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// At most [`super::KEY_BYTES_MAX`] bytes.
    pub key: Vec<u8>,
    /// `None` deletes the row.
    pub value: Option<Value>,
}

/// A row met by a scan. A damaged one is an error only if nobody replaces it.
#[derive(Debug)]
pub struct Scanned {
    /// The row's key.
    pub key: Vec<u8>,
    /// Its value, or what is wrong with it.
    pub value: Result<Value, Error>,
}

/// Number and sum of the checksums of all rows: finds rows that are lost, stale or too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Digest {
    /// How many rows there are.
    pub rows: u64,
    /// The wrapping sum of their checksums.
    pub sum: u64,
}

impl Digest {
    /// Counts a row in.
    pub fn add(&mut self, checksum: u64) {
        self.rows = self.rows.wrapping_add(1);
        self.sum = self.sum.wrapping_add(checksum);
    }

    /// Counts a row out.
    pub fn remove(&mut self, checksum: u64) {
        self.rows = self.rows.wrapping_sub(1);
        self.sum = self.sum.wrapping_sub(checksum);
    }

    /// The rows of both.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let (rows, sum) = (self.rows.wrapping_add(other.rows), self.sum.wrapping_add(other.sum));
        Self { rows, sum }
    }

    /// The rows of this without those of the other.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        let (rows, sum) = (self.rows.wrapping_sub(other.rows), self.sum.wrapping_sub(other.sum));
        Self { rows, sum }
    }
}

/// The checksum of a row: over its key, version and value.
pub(super) fn row_checksum(key: &[u8], version: u32, value: &[u8]) -> u64 {
    let mut hasher = Xxh3::new();
    hasher.update(&(key.len() as u64).to_le_bytes());
    hasher.update(key);
    hasher.update(&version.to_le_bytes());
    hasher.update(value);
    hasher.digest()
}

value::wire_struct! {
    /// What the base holds.
    pub struct Marker {
        /// The log index of the checkpoint folded last.
        1 => pub index: u64,
        /// The caller's bytes of that checkpoint.
        2 => pub meta: std::sync::Arc<[u8]>,
        /// How many rows there are.
        3 => pub rows: u64,
        /// The wrapping sum of their checksums.
        4 => pub sum: u64,
    }
}

/// Where the file of a base is not what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// What begins at this offset is not as it was written.
    DamagedAt(u64),
    /// All that can be read is sound; from this offset on there is nothing.
    EndsAt(u64),
    /// There is no such file.
    Missing,
}

/// What is known of a base before it is opened. Opening one may change its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Survey {
    /// Opening it changes nothing that cannot be had again.
    Harmless,
    /// There is none.
    Absent,
    /// It is as it was when it was made durable last: opening it loses nothing.
    AsSynced {
        /// The checkpoint folded last, 0 for none.
        folded: u64,
        /// Where its file ends.
        place: Place,
    },
    /// It is not, or nobody can tell: what opening it does is tried on a copy.
    Unsure,
}

/// Takes a base that is tried.
pub type Trial<'a> = &'a mut dyn FnMut(Box<dyn Base>) -> Result<(), Error>;

/// Says of a base's file that it is damaged, and where, as far as that is known.
#[derive(Debug)]
pub(super) struct DamagedFile(pub(super) &'static str, pub(super) Option<Place>);

impl fmt::Display for DamagedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(name, place) = self;
        match place {
            None => write!(f, "its file '{name}' is damaged"),
            Some(Place::DamagedAt(offset)) => {
                write!(f, "its file '{name}' is damaged at offset {offset}")
            }
            Some(Place::EndsAt(offset)) => {
                write!(f, "its file '{name}', which can be read up to offset {offset}, is damaged")
            }
            Some(Place::Missing) => write!(f, "its file '{name}' is missing"),
        }
    }
}

/// Opens bases in folders.
pub trait Backend: Debug + Send + Sync {
    /// Looks at the base in `dir` without changing anything of it. It must not be open.
    ///
    /// # Errors
    /// [`Error::Disk`].
    fn survey(&self, _dir: &Path) -> Result<Survey, Error> {
        Ok(Survey::Harmless)
    }

    /// Opens a copy of the base in `dir`, of which nothing is changed, and shows it.
    ///
    /// # Errors
    /// As [`Backend::open`], and what `trial` returns.
    fn rehearse(&self, dir: &Path, trial: Trial<'_>) -> Result<(), Error> {
        trial(self.open(dir)?)
    }

    /// Opens the base in `dir`, or makes an empty one.
    ///
    /// # Errors
    /// [`Error::Base`], [`Error::DamagedBase`], [`Error::Newer`], [`Error::Disk`].
    fn open(&self, dir: &Path) -> Result<Box<dyn Base>, Error>;

    /// Throws the base in `dir` away. It must not be open.
    ///
    /// # Errors
    /// [`Error::Disk`].
    fn remove(&self, dir: &Path) -> Result<(), Error>;
}

/// Whether the fold that was interrupted puts or deletes the row with this key.
pub type IsTouched<'a> = &'a dyn Fn(&[u8]) -> bool;

/// Takes a row.
pub type EachRow<'a> = &'a mut dyn FnMut(Scanned) -> Result<(), Error>;

/// A base: `begin`, then `apply` chunk by chunk, then `commit`. After an error it must be dropped
/// and opened again.
pub trait Base: Debug + Send {
    /// Lets its files go, which syncs them once more. One that is dropped instead tells nobody when
    /// that fails.
    ///
    /// # Errors
    /// [`Error::Base`].
    fn close(self: Box<Self>) -> Result<(), Error>;

    /// The checkpoint folded last, if any.
    fn marker(&self) -> Option<&Marker>;

    /// The checkpoint whose rows may be there in part.
    fn folding(&self) -> Option<u64>;

    /// The checksum that a row claims to have, if it is there.
    ///
    /// # Errors
    /// [`Error::Base`].
    fn claimed_checksum(&self, key: &[u8]) -> Result<Option<u64>, Error>;

    /// Notes durably that rows of the checkpoint at `index` may be there from now on, and the
    /// digest of all others. `replaced` counts the rows now there that the checkpoint replaces or
    /// deletes.
    ///
    /// # Errors
    /// [`Error::Base`], [`Error::Disk`].
    fn begin(&mut self, index: u64, replaced: Digest) -> Result<(), Error>;

    /// Puts and deletes rows, durably. Keys in a chunk are distinct.
    ///
    /// # Errors
    /// [`Error::Base`], [`Error::Disk`].
    fn apply(&mut self, chunk: Vec<Row>) -> Result<(), Error>;

    /// Notes durably that all rows of the checkpoint at `index` are there.
    ///
    /// # Errors
    /// [`Error::Base`], [`Error::Disk`].
    fn commit(&mut self, index: u64, meta: &[u8]) -> Result<(), Error>;

    /// Shows every row once, then compares their digest with the marker's. When a fold was
    /// interrupted, the rows that it touches may be old or new: then only the others are compared.
    ///
    /// # Errors
    /// What `each` returns, [`Error::Base`], [`Error::DamagedBase`].
    fn scan(&self, is_touched: IsTouched<'_>, each: EachRow<'_>) -> Result<(), Error>;

    /// How many bytes the keys and values of all rows have.
    ///
    /// # Errors
    /// [`Error::Base`].
    fn row_bytes(&self) -> Result<u64, Error>;

    /// How many bytes of the disk it uses, for rows and for what is left of others.
    ///
    /// # Errors
    /// [`Error::Base`].
    fn disk_bytes(&self) -> Result<u64, Error>;

    /// Where its file is not what was written, for the words of a refusal: this may read all of
    /// it. Nothing if it cannot tell.
    ///
    /// # Errors
    /// [`Error::Disk`]: what looked like damage may be none.
    fn place(&self) -> Result<Option<Place>, Error> {
        Ok(None)
    }
}

impl Marker {
    /// The digest of the rows.
    pub fn digest(&self) -> Digest {
        Digest { rows: self.rows, sum: self.sum }
    }
}

impl Digest {
    /// The error that says that `found` is not this.
    pub(super) fn mismatch(
        self,
        path: &Path,
        tree: &'static str,
        found: Self,
        place: Option<Place>,
    ) -> Error {
        let reason = format!(
            "it should hold {} rows with digest {:016x}, but holds {} with digest {:016x}: {}, or \
             another one was put there",
            self.rows,
            self.sum,
            found.rows,
            found.sum,
            DamagedFile("db", place)
        );
        Error::DamagedBase { path: path.to_owned(), tree, reason }
    }
}
