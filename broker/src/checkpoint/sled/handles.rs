//! What holds an open sled database, and how it is let go.

use std::path::{Path, PathBuf};

use super::super::Error;
use super::guard::call;
use super::rows::TREE;

/// Holds the marker and the note that a fold has begun.
pub(super) const STATE_TREE: &str = "checkpoint";

/// The handles on one database.
#[derive(Debug)]
pub(super) struct Handles {
    path: PathBuf,
    /// Until it is closed.
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    /// Owns the trees' threads and the lock.
    db: sled::Db,
    rows: sled::Tree,
    state: sled::Tree,
}

impl Handles {
    pub(super) fn of(path: &Path, db: sled::Db) -> Result<Self, Error> {
        let rows = call(path, "open tree 'rows'", || db.open_tree(TREE))?;
        let state = call(path, "open tree 'checkpoint'", || db.open_tree(STATE_TREE))?;
        Ok(Self { path: path.to_owned(), open: Some(Open { db, rows, state }) })
    }

    pub(super) fn rows(&self) -> &sled::Tree {
        &self.open().rows
    }

    pub(super) fn state(&self) -> &sled::Tree {
        &self.open().state
    }

    fn open(&self) -> &Open {
        self.open.as_ref().expect("only its drop and `close`, which takes it, close it")
    }

    /// Keeps the database open until the process ends, so that sled does not sync it again.
    pub(super) fn never_close(&self) {
        std::mem::forget(self.open().db.clone());
    }

    /// Lets sled close its files. It syncs them once more, and panics when that fails.
    pub(super) fn close(mut self) -> Result<(), Error> {
        self.let_go()
    }

    fn let_go(&mut self) -> Result<(), Error> {
        let open = self.open.take();
        call(&self.path, "close", move || {
            drop(open);
            Ok(())
        })
    }
}

impl Drop for Handles {
    fn drop(&mut self) {
        // What must last was synced before, so this takes nothing away.
        if let Err(error) = self.let_go() {
            tracing::warn!(%error, "the base was not closed in order");
        }
    }
}
