//! Where clients note what they ask and what they are told, shared by all of them.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use client::{Code, Error};
use serde_json::Value;

use super::history::{Ask, Call, History, Outcome};

/// Shared by all clients, over all rounds.
#[derive(Debug)]
pub struct Ledger {
    started: Instant,
    /// Makes tags that are never used twice.
    tags: AtomicU64,
    in_flight: AtomicUsize,
    acknowledged: AtomicU64,
    may_fail: AtomicBool,
    history: Mutex<History>,
    unexpected: Mutex<Vec<String>>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            tags: AtomicU64::new(0),
            in_flight: AtomicUsize::new(0),
            acknowledged: AtomicU64::new(0),
            may_fail: AtomicBool::new(false),
            history: Mutex::default(),
            unexpected: Mutex::default(),
        }
    }
}

/// The server did not answer: the client ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped;

impl Ledger {
    /// Makes a call and notes how it ends; nothing is returned when it was refused for good.
    ///
    /// # Errors
    /// [`Stopped`] when nobody knows whether it was carried out.
    pub async fn call<T>(
        &self,
        ask: Ask,
        patience: Duration,
        call: impl Future<Output = Result<T, Error>>,
        keys: impl FnOnce(&T) -> Vec<i64>,
    ) -> Result<Option<T>, Stopped> {
        let began_us = self.now_us();
        self.in_flight.fetch_add(1, Ordering::SeqCst);
        let answer = call.await;
        self.in_flight.fetch_sub(1, Ordering::SeqCst);
        let outcome = outcome(&answer, keys);
        let is_over = matches!(outcome, Outcome::Ambiguous { .. });
        self.heard(ask, began_us, patience, outcome);
        match answer {
            Ok(answer) => Ok(Some(answer)),
            Err(_) if is_over => Err(Stopped),
            Err(_) => Ok(None),
        }
    }

    /// Makes a call by HTTP and notes how it ends; false if it was refused for good.
    ///
    /// # Errors
    /// [`Stopped`] when nobody knows whether it was carried out.
    pub async fn request(
        &self,
        ask: Ask,
        patience: Duration,
        call: impl Future<Output = anyhow::Result<(u16, String)>>,
    ) -> Result<bool, Stopped> {
        let began_us = self.now_us();
        self.in_flight.fetch_add(1, Ordering::SeqCst);
        let answer = call.await;
        self.in_flight.fetch_sub(1, Ordering::SeqCst);
        let outcome = http_outcome(answer);
        let told = match &outcome {
            Outcome::Ok { .. } => Ok(true),
            Outcome::Refused { .. } => Ok(false),
            Outcome::Ambiguous { .. } => Err(Stopped),
        };
        self.heard(ask, began_us, patience, outcome);
        told
    }

    /// Notes how a call ended.
    fn heard(&self, ask: Ask, began_us: u64, patience: Duration, outcome: Outcome) {
        match &outcome {
            Outcome::Ok { .. } => drop(self.acknowledged.fetch_add(1, Ordering::SeqCst)),
            Outcome::Refused { code, .. } if is_usual(code) => {}
            Outcome::Refused { reason, .. } | Outcome::Ambiguous { reason } => {
                self.complain(format!("{ask:?}: {reason}"));
            }
        }
        let patience_us = micros(patience);
        let call = Call { ask, began_us, ended_us: self.now_us(), patience_us, outcome };
        self.note(call);
    }

    /// Adds a call that was made elsewhere.
    pub fn note(&self, call: Call) {
        lock(&self.history).calls.push(call);
    }

    /// From now on calls may fail, because the server is being disturbed; or they may no longer.
    pub fn let_fail(&self, may_fail: bool) {
        self.may_fail.store(may_fail, Ordering::SeqCst);
    }

    /// Whether calls may fail.
    pub fn may_fail(&self) -> bool {
        self.may_fail.load(Ordering::SeqCst)
    }

    /// Calls that failed although they had no reason to.
    pub fn unexpected(&self) -> Vec<String> {
        lock(&self.unexpected).clone()
    }

    /// Commands that wait for their answer.
    pub fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::SeqCst)
    }

    /// Commands that were acknowledged.
    pub fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::SeqCst)
    }

    /// All calls so far.
    pub fn history(&self) -> History {
        lock(&self.history).clone()
    }

    /// A tag that was not used before.
    pub fn tag(&self, prefix: &str) -> String {
        format!("{prefix}-{}", self.tags.fetch_add(1, Ordering::SeqCst))
    }

    /// The clock of all calls: it never goes back.
    pub fn now_us(&self) -> u64 {
        micros(self.started.elapsed())
    }

    /// Notes that something failed, if nothing may.
    pub(crate) fn complain(&self, what: String) {
        if !self.may_fail() {
            lock(&self.unexpected).push(what);
        }
    }
}

/// What workers meet in peace: a job's time may run out, and then another worker does it.
fn is_usual(code: &str) -> bool {
    code == Code::NotFound.name() || code == Code::FailedPrecondition.name()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// What an answer means.
pub fn outcome<T>(answer: &Result<T, Error>, keys: impl FnOnce(&T) -> Vec<i64>) -> Outcome {
    let error = match answer {
        Ok(answer) => return Outcome::Ok { keys: keys(answer) },
        Err(error) => error,
    };
    let reason = error.to_string();
    match error.code().filter(|code| is_definite(*code)) {
        Some(code) => Outcome::Refused { code: code.name().to_owned(), reason },
        None => Outcome::Ambiguous { reason: format!("{:?}: {reason}", error.code()) },
    }
}

/// What an answer by HTTP means: its problem has a title that is a code.
fn http_outcome(answer: anyhow::Result<(u16, String)>) -> Outcome {
    let (status, body) = match answer {
        Ok((200..300, _)) => return Outcome::Ok { keys: Vec::new() },
        Ok(answer) => answer,
        Err(error) => return Outcome::Ambiguous { reason: format!("{error:#}") },
    };
    let problem: Value = serde_json::from_str(&body).unwrap_or_default();
    let text = |field: &str| problem[field].as_str().unwrap_or_default().to_owned();
    let title = text("title");
    let code = match title.as_str() {
        "NOT_FOUND" => Code::NotFound,
        "INVALID_ARGUMENT" => Code::InvalidArgument,
        "INVALID_STATE" => Code::FailedPrecondition,
        "RESOURCE_EXHAUSTED" => Code::ResourceExhausted,
        _ => return Outcome::Ambiguous { reason: format!("{status}: {body}") },
    };
    Outcome::Refused { code: code.name().to_owned(), reason: text("detail") }
}

/// Whether nothing was done and nothing will be. Limits are checked before the log.
fn is_definite(code: Code) -> bool {
    match code {
        Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::ResourceExhausted
        | Code::FailedPrecondition
        | Code::OutOfRange
        | Code::Unimplemented
        | Code::Unauthenticated => true,
        Code::Cancelled
        | Code::Unknown
        | Code::DeadlineExceeded
        | Code::Aborted
        | Code::Internal
        | Code::Unavailable
        | Code::DataLoss => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(code: Code) -> Error {
        Error::Call { code, message: "why".to_owned() }
    }

    async fn noted(ledger: &Ledger, answer: Result<i64, Error>) -> Result<Option<i64>, Stopped> {
        let ask = Ask::Publish { tag: ledger.tag("k") };
        ledger.call(ask, Duration::ZERO, async { answer }, |key| vec![*key]).await
    }

    #[tokio::test]
    async fn what_clients_are_told_is_kept() {
        let ledger = Ledger::default();
        assert_eq!(noted(&ledger, Ok(7)).await, Ok(Some(7)));
        assert_eq!(noted(&ledger, Err(status(Code::NotFound))).await, Ok(None));
        assert_eq!(ledger.unexpected(), [""; 0]);
        assert_eq!(noted(&ledger, Err(status(Code::Unavailable))).await, Err(Stopped));
        assert_eq!(ledger.unexpected().len(), 1);
        ledger.let_fail(true);
        let away = Err(Error::NoAnswer { waited_ms: 1 });
        assert_eq!(noted(&ledger, away).await, Err(Stopped));
        assert_eq!(ledger.unexpected().len(), 1);
        assert_eq!(ledger.history().counts(), (1, 1, 2));
        assert_eq!(ledger.acknowledged(), 1);
        assert_eq!(ledger.in_flight(), 0);
    }
}
