//! O11: a message reaches each process once, never after its time, and is never lost inside it.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::Evidence;
use super::fact::What;
use super::verdict::{Oracle, Verdict};

/// A subscription that was open so long must have got the message, in milliseconds.
const OPEN_MIN: i64 = 1_000;

#[derive(Debug)]
struct Message<'a> {
    name: &'a str,
    tag: &'a str,
    deadline: i64,
    published: i64,
    reached: BTreeSet<&'a str>,
}

#[derive(Debug)]
struct Subscription<'a> {
    name: &'a str,
    tag: &'a str,
    process: &'a str,
    opened: i64,
}

pub(super) fn check(evidence: &Evidence, verdict: &mut Verdict) {
    let mut messages: BTreeMap<i64, Message<'_>> = BTreeMap::new();
    let mut open: BTreeMap<i64, Subscription<'_>> = BTreeMap::new();
    for fact in &evidence.facts {
        let now = fact.timestamp;
        match &fact.what {
            What::MessagePublished { name, tag, deadline } => {
                let reached = BTreeSet::new();
                let message = Message { name, tag, deadline: *deadline, published: now, reached };
                messages.insert(fact.key, message);
            }
            What::SubscriptionOpened { name, tag, process } => {
                open.insert(fact.key, Subscription { name, tag, process, opened: now });
            }
            What::SubscriptionClosed => drop(open.remove(&fact.key)),
            What::Correlating { message, process } => match messages.get_mut(message) {
                Some(message) => {
                    verdict.expect(Oracle::Messages, message.reached.insert(process), || {
                        format!("'{process}' got it twice: {message:?} {fact:?}")
                    });
                    verdict.expect(Oracle::Messages, now <= message.deadline, || {
                        format!("it came after its time: {message:?} {fact:?}")
                    });
                    open.remove(&fact.key);
                }
                None => verdict.expect(Oracle::Messages, false, || {
                    format!("a message came that was not published, or had expired: {fact:?}")
                }),
            },
            What::MessageExpired => match messages.remove(&fact.key) {
                Some(message) => {
                    verdict.expect(Oracle::Messages, message.deadline <= now, || {
                        format!("it expired early: {message:?} {fact:?}")
                    });
                    kept(&message, open.values(), now.min(message.deadline), verdict);
                }
                None => verdict.expect(Oracle::Messages, false, || {
                    format!("a message expired that was not there: {fact:?}")
                }),
            },
            _ => {}
        }
    }
    let last = evidence.facts.last().map_or(0, |it| it.timestamp);
    for message in messages.values() {
        kept(message, open.values(), last.min(message.deadline), verdict);
    }
}

/// Nobody waited for this message, until then, without getting it.
fn kept<'a>(
    message: &Message<'_>,
    open: impl Iterator<Item = &'a Subscription<'a>>,
    until: i64,
    verdict: &mut Verdict,
) {
    verdict.looked(Oracle::Messages, 1);
    for it in open {
        let is_for_it = it.name == message.name && it.tag == message.tag;
        let waited = until - it.opened.max(message.published);
        if is_for_it && waited > OPEN_MIN && !message.reached.contains(it.process) {
            verdict.expect(Oracle::Messages, false, || {
                format!("it is lost: {message:?} did not reach {it:?} in {waited} ms")
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::{blames, fact, good, passes, position};
    use super::super::fact::What;
    use super::super::verdict::Oracle::Messages;

    fn correlating(what: &What) -> bool {
        matches!(what, What::Correlating { .. })
    }

    #[test]
    fn a_message_that_reaches_a_process_twice_is_noticed() {
        let mut evidence = good();
        let at = position(&evidence, correlating);
        let again = evidence.facts[at].clone();
        evidence.facts.insert(at, again);
        blames(&evidence, Messages);
    }

    #[test]
    fn a_message_that_comes_after_its_time_is_noticed() {
        let mut evidence = good();
        let at = position(&evidence, correlating);
        let now = evidence.facts[at].timestamp;
        for it in &mut evidence.facts {
            if let What::MessagePublished { deadline, .. } = &mut it.what {
                *deadline = now - 1;
            }
        }
        blames(&evidence, Messages);
    }

    #[test]
    fn a_message_that_was_never_published_is_noticed() {
        let mut evidence = good();
        let at = position(&evidence, |it| matches!(it, What::MessagePublished { .. }));
        evidence.facts.remove(at);
        blames(&evidence, Messages);
    }

    #[test]
    fn a_message_that_expires_early_or_although_it_was_waited_for_is_noticed() {
        let mut lost = good();
        let at = position(&lost, correlating);
        lost.facts.remove(at);
        let at = position(&lost, |it| matches!(it, What::SubscriptionClosed));
        lost.facts.remove(at);
        let (message, deadline) = lost
            .facts
            .iter()
            .find_map(|it| match &it.what {
                What::MessagePublished { deadline, .. } => Some((it.key, *deadline)),
                _ => None,
            })
            .unwrap();
        fact(&mut lost, message, deadline, What::MessageExpired);
        blames(&lost, Messages);
        let mut fine = good();
        fact(&mut fine, message, deadline, What::MessageExpired);
        passes(&fine);
        let mut early = good();
        fact(&mut early, message, deadline - 1, What::MessageExpired);
        blames(&early, Messages);
    }
}
