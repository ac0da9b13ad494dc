//! What clients hear.

use broker_api::Refusal;

use super::World;
use crate::clients::{Answer, Ending, Heard, Held, Wish};

impl World {
    /// Takes what clients heard. Answers why the node cannot go on, if it cannot.
    pub(super) fn hear(&mut self) -> Result<Option<String>, String> {
        let mut fatal = None;
        loop {
            let heard = self.clients.inbox.lock().pop_front();
            match heard {
                None => return Ok(fatal),
                Some(Heard::Fatal(reason)) => fatal = Some(reason),
                Some(Heard::Answer(number, answer)) => self.answered(number, answer)?,
                Some(Heard::StreamOpened(number)) => {
                    self.trace.note(format!("stream {number} is open"));
                    self.clients.end(number, Ending::Served);
                }
                Some(Heard::StreamJob(number, job)) => {
                    let held = Held { job: job.key, activation: job.activation };
                    self.arrived(held);
                    if let Some(stream) = self.clients.streams.get_mut(&number) {
                        stream.received += 1;
                        if stream.received > stream.credit {
                            let credit = stream.credit;
                            return Err(format!("stream {number} got more than its {credit} jobs"));
                        }
                    }
                }
                Some(Heard::StreamEnded(number)) => {
                    self.trace.note(format!("stream {number} has ended"));
                    self.clients.streams.remove(&number);
                }
            }
        }
    }

    fn arrived(&mut self, held: Held) {
        self.trace.note(format!("got job {} hand-out {}", held.job, held.activation));
        self.count("job delivered");
        self.arrivals.push(held);
        self.clients.held.push(held);
    }

    fn answered(&mut self, number: u64, answer: Result<Answer, Refusal>) -> Result<(), String> {
        self.trace.note(format!("request {number} heard {answer:?}"));
        let ending = match answer {
            Ok(Answer::Jobs(batch)) => {
                for job in &batch.jobs {
                    self.arrived(Held { job: job.key, activation: job.activation });
                }
                Ending::Served
            }
            Ok(Answer::Reply(reply)) => {
                let is_rejected = matches!(reply, record::Reply::Rejected(_));
                self.count(if is_rejected { "rejected" } else { "acknowledged" });
                if self.clients.is_told_taken(number, &reply) {
                    self.count("message refused that came before a restart");
                }
                let is_again = self.clients.is_again(number);
                if is_again && !is_rejected {
                    self.count("request answered again");
                }
                self.oracles.acknowledged.heard(number);
                Ending::Answered(reply)
            }
            Err(Refusal::Interrupted | Refusal::Stopping) => Ending::Unknown,
            Err(refusal) => {
                self.count(refusal_name(&refusal));
                let wish = self.clients.requests.get(&number).map(|it| it.wish.clone());
                if matches!(wish, Some(Wish::Command { .. } | Wish::Deploy(_))) {
                    self.oracles.acknowledged.refused(number)?;
                    Ending::Refused
                } else {
                    Ending::Unknown
                }
            }
        };
        self.clients.end(number, ending);
        Ok(())
    }
}

fn refusal_name(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::LimitReached { limit: "free-disk-min-bytes", .. } => "refused: disk space",
        Refusal::NoSpace { .. } => "refused: no space",
        Refusal::LimitReached { .. } => "refused: limit",
        Refusal::Unavailable { .. } => "refused: unavailable",
        Refusal::InvalidResources { .. } => "refused: invalid resources",
        _ => "refused: other",
    }
}
