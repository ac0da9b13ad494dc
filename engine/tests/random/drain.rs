//! Bringing everything to its end: whatever waits gets what it waits for, again and again; what
//! then still lives must have said why, and ends when it is canceled.

use super::life::Life;
use crate::support::watch::Watch;
use record::{JobIntent, JobKind, Key};
use std::collections::BTreeMap;

/// How often everything that waits is given what it waits for.
const ROUNDS: u32 = 10;
/// How often the same message or signal is sent in a round. An event that stays open may take it
/// each time, and make more that wait for it.
const SAME_MAX: u32 = 4;
/// Good for every condition, mapping and correlation key.
const GOOD: &str = "{\"k\": \"k0\", \"x\": 2, \"n\": 1, \"y\": 1, \"r\": 1, \"list\": [1]}";

/// Ends everything.
pub(crate) fn drain(life: &mut Life<'_>) {
    life.play("settings work_per_entry=512".to_owned());
    life.settle();
    let suspended: Vec<Key> = life.runner.watch.suspended.iter().copied().collect();
    for instance in suspended {
        let name = life.runner.names.of(instance);
        life.play(format!("resume {name}"));
        life.settle();
    }
    for round in 0..ROUNDS {
        if life.runner.watch.elements.is_empty() {
            break;
        }
        if round % 4 == 0 {
            give_variables(life);
        }
        round_of_answers(life);
        life.play("advance 1d".to_owned());
        life.settle();
    }
    for root in life.runner.watch.roots() {
        life.canceled += 1;
        let name = life.runner.names.of(root);
        life.play(format!("cancel {name}"));
        life.settle();
    }
    for _ in 0..ROUNDS {
        give_listeners_to_the_end(life);
        answer_jobs(life);
    }
    let watch = &life.runner.watch;
    let left: Vec<&str> = watch.elements.values().map(|it| &*it.id).collect();
    assert!(left.is_empty(), "canceled, {left:?} live on");
    watch.check_empty().unwrap_or_else(|it| panic!("with the instances ended, {it}"));
    let engine = life.runner.twins.engine();
    assert_eq!(engine.instances_active(), 0, "no element lives, but instances do");
    assert_eq!(engine.incidents_open(), 0, "no element lives, but incidents do");
    assert_eq!(engine.jobs_activatable(), 0, "no element lives, but jobs do");
}

fn give_variables(life: &mut Life<'_>) {
    for root in life.runner.watch.roots() {
        let name = life.runner.names.of(root);
        life.play(format!("set {name} {GOOD}"));
        life.settle();
    }
}

/// A listener to the end of an instance may need variables that it does not have.
fn give_listeners_to_the_end(life: &mut Life<'_>) {
    let incidents: Vec<Key> = life.runner.watch.incidents.keys().copied().collect();
    for key in incidents {
        let Some(found) = life.runner.watch.incidents.get(&key).cloned() else { continue };
        let (name, at) = (life.runner.names.of(key), life.runner.names.of(found.at));
        life.play(format!("set {at} {GOOD}"));
        life.settle();
        life.play(format!("resolve {name}"));
        life.settle();
    }
}

/// Gives everything that waits now what it waits for.
fn round_of_answers(life: &mut Life<'_>) {
    let incidents: Vec<Key> = life.runner.watch.incidents.keys().copied().collect();
    for key in incidents {
        let Some(found) = life.runner.watch.incidents.get(&key).cloned() else { continue };
        let name = life.runner.names.of(key);
        if life.runner.watch.jobs.get(&found.job).is_some_and(|it| it.retries <= 0) {
            let job = life.runner.names.of(found.job);
            life.play(format!("retries {job} 1"));
        }
        life.play(format!("resolve {name}"));
        life.settle();
    }
    answer_jobs(life);
    let tasks: Vec<Key> = life.runner.watch.tasks.keys().copied().collect();
    for key in tasks {
        if life.runner.watch.tasks.contains_key(&key) {
            let name = life.runner.names.of(key);
            life.play(format!("done {name} {GOOD}"));
            life.settle();
        }
    }
    let messages: Vec<Key> = life.runner.watch.messages.keys().copied().collect();
    send(life, &messages, |watch, key| {
        let it = watch.messages.get(&key)?;
        Some(format!("publish {} {} {GOOD}", it.name, it.correlation_key))
    });
    let signals: Vec<Key> = life.runner.watch.signals.keys().copied().collect();
    send(life, &signals, |watch, key| {
        Some(format!("signal {} {GOOD}", watch.signals.get(&key)?.name))
    });
}

/// Sends to each of those that wait, as long as it does, what it waits for.
fn send(life: &mut Life<'_>, waiting: &[Key], what: impl Fn(&Watch, Key) -> Option<String>) {
    let mut sent: BTreeMap<String, u32> = BTreeMap::new();
    for key in waiting {
        let Some(text) = what(&life.runner.watch, *key) else { continue };
        let times = sent.entry(text.clone()).or_default();
        *times += 1;
        if *times <= SAME_MAX {
            life.play(text);
            life.settle();
        }
    }
}

fn answer_jobs(life: &mut Life<'_>) {
    let jobs: Vec<Key> = life.runner.watch.jobs.keys().copied().collect();
    for key in jobs {
        let Some(job) = life.runner.watch.jobs.get(&key).cloned() else { continue };
        if job.state != JobIntent::ErrorThrown {
            let name = life.runner.names.of(key);
            let answer = match job.kind {
                // Listeners bring no variables.
                JobKind::TaskListener => format!("complete {name}"),
                JobKind::AdHocSubProcess => format!("complete {name} enough {GOOD}"),
                JobKind::BpmnElement | JobKind::ExecutionListener => {
                    format!("complete {name} {GOOD}")
                }
            };
            life.play(answer);
            life.settle();
        }
    }
}
