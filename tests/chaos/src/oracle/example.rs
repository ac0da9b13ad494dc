//! A run as it should be, for tests that plant one fault in it.

use super::evidence::{End, Evidence, Said, Times, judge};
use super::fact::{Activated, Fact, Shape, What};
use super::history::{Ask, Call, History, Outcome};
use super::verdict::Oracle;

/// A deployment, one instance with a failed and completed job, one with a timer, one with a message, and one that
/// is cancelled.
pub(super) fn good() -> Evidence {
    let mut evidence = Evidence {
        end: End { is_drained: true },
        times: Times { latest: 100_000, ..Times::default() },
        ..Evidence::default()
    };
    let tag = |text: &str| text.to_owned();
    let it = &mut evidence;
    ok(it, Ask::Deploy { file: tag("job-1.bpmn") }, &[5]);
    fact(it, 6, 90, What::ProcessCreated);
    follows(it, 5, What::Deployed { file: tag("job-1.bpmn") });
    ok(it, Ask::Create { process: tag("job"), tag: tag("c-1") }, &[10]);
    fact(it, 9, 100, What::VariableCreated);
    follows(it, 10, What::InstanceCreated { tag: tag("c-1") });
    follows(it, 10, What::InstanceActivated);
    follows(it, 11, What::ElementActivating { instance: 10, shape: Shape::Other });
    follows(it, 12, What::JobCreated { instance: 10 });
    for (number, time) in [("1", 110), ("2", 130)] {
        let worker = format!("w-{number}");
        ok(it, Ask::Activate { tag: worker.clone() }, &[12]);
        let jobs = vec![Activated { job: 12, deadline: 5_000 }];
        fact(it, 0, time, What::JobsActivated { tag: worker, jobs });
        if number == "1" {
            ok(it, Ask::Fail { job: 12, tag: tag("f-1") }, &[]);
            fact(it, 12, 120, What::JobFailed { tag: tag("f-1"), retries: 3, back_off: 0 });
        }
    }
    ok(it, Ask::Complete { job: 12, tag: tag("d-1") }, &[]);
    fact(it, 12, 140, What::JobCompleted { tag: tag("d-1") });
    follows(it, 11, What::ElementEnded { instance: 10 });
    follows(it, 10, What::InstanceCompleted);
    let (code, reason) = (tag("NOT_FOUND"), tag("no such job"));
    call(it, Ask::Complete { job: 12, tag: tag("d-2") }, Outcome::Refused { code, reason });
    timer(it);
    message(it);
    ok(it, Ask::Create { process: tag("job"), tag: tag("c-4") }, &[50]);
    fact(it, 50, 400, What::InstanceCreated { tag: tag("c-4") });
    follows(it, 50, What::InstanceActivated);
    let position = it.facts.len() as u64;
    it.said.push(Said { position, active: 1 });
    ok(it, Ask::Cancel { instance: 50 }, &[]);
    fact(it, 50, 410, What::InstanceTerminating);
    follows(it, 50, What::InstanceTerminated);
    let position = it.facts.len() as u64;
    it.said.push(Said { position, active: 0 });
    // Nobody knows whether this one was done; here it was.
    let reason = tag("the connection was cut");
    call(it, Ask::Publish { tag: tag("k-2") }, Outcome::Ambiguous { reason });
    let deadline = 500;
    fact(it, 60, 420, What::MessagePublished { name: tag("go"), tag: tag("k-2"), deadline });
    fact(it, 60, 500, What::MessageExpired);
    evidence.readers = vec![evidence.facts.iter().map(Fact::seen).collect()];
    evidence
}

fn timer(it: &mut Evidence) {
    ok(it, Ask::Create { process: "timer".to_owned(), tag: "c-2".to_owned() }, &[20]);
    fact(it, 20, 150, What::InstanceCreated { tag: "c-2".to_owned() });
    follows(it, 20, What::InstanceActivated);
    follows(it, 21, What::TimerCreated { due: 200, element: 20, repetitions: 1 });
    fact(it, 21, 200, What::TimerTriggered { due: 200 });
    follows(it, 20, What::InstanceCompleted);
}

fn message(it: &mut Evidence) {
    let tag = |text: &str| text.to_owned();
    ok(it, Ask::Create { process: tag("message"), tag: tag("c-3") }, &[30]);
    fact(it, 30, 210, What::InstanceCreated { tag: tag("c-3") });
    follows(it, 30, What::InstanceActivated);
    let (name, process) = (tag("go"), tag("message"));
    follows(it, 31, What::SubscriptionOpened { name: name.clone(), tag: tag("k-1"), process });
    ok(it, Ask::Publish { tag: tag("k-1") }, &[40]);
    fact(it, 40, 300, What::MessagePublished { name, tag: tag("k-1"), deadline: 9_000 });
    follows(it, 31, What::Correlating { message: 40, process: tag("message") });
    follows(it, 31, What::SubscriptionClosed);
    follows(it, 30, What::InstanceCompleted);
}

/// Adds the first record of a work item.
pub(super) fn fact(evidence: &mut Evidence, key: i64, timestamp: i64, what: What) {
    let position = evidence.facts.len() as u64 + 1;
    let fingerprint = position * 7;
    let fact = Fact { position, source: position, key, timestamp, fingerprint, what };
    if let Some(reader) = evidence.readers.first_mut() {
        reader.push(fact.seen());
    }
    evidence.facts.push(fact);
}

/// Adds a job, and a record that may have caused it.
pub(super) fn job(evidence: &mut Evidence, key: i64, timestamp: i64) {
    fact(evidence, 0, timestamp, What::ClockChanged);
    follows(evidence, key, What::JobCreated { instance: 0 });
}

/// Adds a record to the work item at hand.
pub(super) fn follows(evidence: &mut Evidence, key: i64, what: What) {
    let last = evidence.facts.last().unwrap().clone();
    fact(evidence, key, last.timestamp, what);
    evidence.facts.last_mut().unwrap().source = last.source;
}

pub(super) fn ok(evidence: &mut Evidence, ask: Ask, keys: &[i64]) {
    call(evidence, ask, Outcome::Ok { keys: keys.to_vec() });
}

pub(super) fn call(evidence: &mut Evidence, ask: Ask, outcome: Outcome) {
    let History { calls } = &mut evidence.history;
    let began_us = calls.len() as u64 * 10;
    let ended_us = began_us + 5;
    calls.push(Call { ask, began_us, ended_us, patience_us: 1_000, outcome });
}

/// Where the first record stands that says such a thing.
pub(super) fn position(evidence: &Evidence, is_it: impl Fn(&What) -> bool) -> usize {
    evidence.facts.iter().position(|fact| is_it(&fact.what)).unwrap()
}

/// Every oracle is content.
pub(super) fn passes(evidence: &Evidence) {
    judge(evidence).require(&[]).unwrap();
}

/// This oracle, at least, finds something.
pub(super) fn blames(evidence: &Evidence, oracle: Oracle) {
    let verdict = judge(evidence);
    assert!(verdict.blames(oracle), "{oracle} found nothing: {:?}", verdict.violations);
}
