//! What clients were told, to be held against the records.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use client::{Code, Error};

/// Shared by all clients, over all rounds.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Commands that wait for their answer.
    pub(crate) in_flight: AtomicUsize,
    /// Commands that were answered with success.
    pub(crate) acknowledged: AtomicU64,
    /// From here on, calls may fail.
    pub(crate) is_killed: AtomicBool,
    /// Makes names that are never used twice.
    names: AtomicU64,
    told: Mutex<Told>,
    unexpected: Mutex<Vec<String>>,
}

/// What was acknowledged.
#[derive(Debug, Default, Clone)]
pub(crate) struct Told {
    /// Process instances that were created.
    pub(crate) created: Vec<i64>,
    /// Jobs that were completed.
    pub(crate) completed: Vec<i64>,
    /// Jobs that were failed, and the message of the failure.
    pub(crate) failed: Vec<(i64, String)>,
    /// Messages that were published, with their correlation key.
    pub(crate) published: Vec<(i64, String)>,
    /// Correlation keys that an instance may wait for, acknowledged or not.
    pub(crate) awaited: BTreeSet<String>,
}

impl Ledger {
    /// Makes a call; nothing is returned when it was not acknowledged.
    pub(crate) async fn call<T>(
        &self,
        what: &str,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<Option<T>, Stopped> {
        self.in_flight.fetch_add(1, Ordering::SeqCst);
        let answer = call.await;
        self.in_flight.fetch_sub(1, Ordering::SeqCst);
        let error = match answer {
            Ok(answer) => {
                self.acknowledged.fetch_add(1, Ordering::SeqCst);
                return Ok(Some(answer));
            }
            Err(error) => error,
        };
        // A job's time may run out when the clock is moved, and then another worker does it.
        if let Some(Code::NotFound | Code::FailedPrecondition) = error.code() {
            return Ok(None);
        }
        if !self.is_killed.load(Ordering::SeqCst) {
            let mut unexpected = self.unexpected.lock().unwrap_or_else(PoisonError::into_inner);
            unexpected.push(format!("{what}: {error:?}"));
        }
        Err(Stopped)
    }

    /// Calls that failed although the server was not killed.
    pub(crate) fn unexpected(&self) -> Vec<String> {
        self.unexpected.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes what was acknowledged.
    pub(crate) fn note(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All that was acknowledged.
    pub(crate) fn told(&self) -> Told {
        self.note().clone()
    }

    /// A name that was not used before.
    pub(crate) fn name(&self, prefix: &str) -> String {
        format!("{prefix}-{}", self.names.fetch_add(1, Ordering::SeqCst))
    }
}

/// The server is gone: the client ends.
#[derive(Debug)]
pub(crate) struct Stopped;
