//! What was acknowledged is there, what was refused is not, and nothing was invented.

use std::collections::BTreeMap;

use record::{CommandBody, RejectionType, Reply};

use super::idempotency::Idempotency;
use super::jobs::Jobs;
use super::tasks::Tasks;
use crate::clients::{Clients, Ending, Wish};
use crate::shadow::{Applied, Shadow};

/// Requests that the log holds, and what is still to be compared.
#[derive(Debug, Default)]
pub struct Acknowledged {
    entries: BTreeMap<u64, u64>,
    unverified: Vec<u64>,
}

/// Who must hear what clients were told.
#[derive(Debug)]
pub struct Told<'a> {
    /// That a job was completed.
    pub jobs: &'a mut Jobs,
    /// That a user task was completed.
    pub tasks: &'a mut Tasks,
    /// What came of a request that may be made again.
    pub idempotency: &'a mut Idempotency,
}

impl Told<'_> {
    fn hear(&mut self, wish: &Wish, reply: &Reply) -> Result<(), String> {
        let Wish::Command { body, idempotency_key: key } = wish else { return Ok(()) };
        // A refusal is not kept, unless it comes after the command was accepted.
        if !key.is_empty() && !matches!(reply, Reply::Rejected(_)) {
            self.idempotency.answered(&key.as_str().into(), reply)?;
        }
        match (&**body, reply) {
            (CommandBody::CompleteJob(it), Reply::Accepted(_)) => self.jobs.accepted(it.job, key),
            (CommandBody::CompleteUserTask(it), Reply::Accepted(_)) => {
                self.tasks.accepted(it.task, key)
            }
            _ => Ok(()),
        }
    }
}

impl Acknowledged {
    /// Looks at an entry that was applied.
    ///
    /// # Errors
    /// It is nobody's, was refused, or is there twice.
    pub fn see(&mut self, applied: &Applied, clients: &Clients) -> Result<(), String> {
        let Some(number) = applied.request else { return Ok(()) };
        let Some(request) = clients.requests.get(&number) else {
            return Err(format!("entry {} is nobody's", applied.index));
        };
        if request.ending == Ending::Refused {
            return Err(format!("request {number} was refused, but has entry {}", applied.index));
        }
        let before = self.entries.insert(number, applied.index);
        let is_once =
            matches!(request.wish, Wish::Command { .. } | Wish::Deploy(_) | Wish::Stream(_));
        match before {
            Some(other) if is_once => {
                Err(format!("request {number} has entries {other} and {}", applied.index))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// A client heard an answer.
    pub fn heard(&mut self, number: u64) {
        self.unverified.push(number);
    }

    /// A client was refused.
    ///
    /// # Errors
    /// The log has its request.
    pub fn refused(&self, number: u64) -> Result<(), String> {
        match self.entries.get(&number) {
            Some(index) => Err(format!("request {number} was refused, but has entry {index}")),
            None => Ok(()),
        }
    }

    /// Compares what clients heard with what the log says. `must_all` leaves nothing for later.
    ///
    /// # Errors
    /// An acknowledged request is lost, or its answer was another one.
    pub fn verify(
        &mut self,
        clients: &Clients,
        shadow: &Shadow,
        mut told: Told<'_>,
        must_all: bool,
    ) -> Result<(), String> {
        let mut later = Vec::new();
        for number in std::mem::take(&mut self.unverified) {
            let Some(request) = clients.requests.get(&number) else { continue };
            let Ending::Answered(heard) = &request.ending else { continue };
            match shadow.replies.get(&number) {
                Some(reply) if reply != heard => {
                    return Err(difference(number, &request.wish, heard, reply));
                }
                Some(reply) => told.hear(&request.wish, reply)?,
                None if must_all => {
                    return Err(format!(
                        "request {number} was acknowledged and is lost: {heard:?}"
                    ));
                }
                None => later.push(number),
            }
        }
        self.unverified = later;
        Ok(())
    }
}

/// What it means that a client heard something else than the log leads to.
fn difference(number: u64, wish: &Wish, heard: &Reply, reply: &Reply) -> String {
    if let Wish::Command { body, .. } = wish
        && let CommandBody::PublishMessage(message) = &**body
        && let (Reply::MessagePublished(_), Reply::Rejected(rejection)) = (heard, reply)
        && rejection.kind == RejectionType::AlreadyExists
    {
        return format!(
            "message id '{}' was forgotten: request {number} published it again, although a message \
             with this id is kept ({heard:?} instead of {reply:?})",
            message.message_id
        );
    }
    format!("request {number} heard an answer to something else: {heard:?} instead of {reply:?}")
}
