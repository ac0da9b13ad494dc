//! What must hold between the records and what clients were told.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};
use baton_e2e::Record;

use crate::ledger::Told;

/// A reader that was stopped and continued saw each record once, and no hole.
pub(crate) fn seen_once(seen: &[Record], all: &[Record]) -> Result<()> {
    for (expected, record) in (1_u64..).zip(seen) {
        let found = record.position();
        ensure!(found == expected, "the reader saw {found} where {expected} was next");
    }
    ensure!(seen.len() == all.len(), "the reader saw {} of {} records", seen.len(), all.len());
    for (one, other) in seen.iter().zip(all) {
        ensure!(one.0 == other.0, "a record changed after it was read: {one:?} {other:?}");
    }
    Ok(())
}

/// Log time never goes back nor ahead of the clock; timers are neither early nor lost.
pub(crate) fn time(all: &[Record], latest: i64) -> Result<()> {
    let mut last = 0;
    let mut waiting = BTreeMap::new();
    let mut triggered = 0;
    for record in all {
        let now = record.timestamp();
        ensure!(now >= last, "time went back from {last}: {record:?}");
        ensure!(now <= latest, "log time is ahead of the clock ({latest}): {record:?}");
        last = now;
        if record.is("TIMER", "CREATED") {
            let is_new = waiting.insert(record.key(), record.number("dueDate")).is_none();
            ensure!(is_new, "a timer was created twice: {record:?}");
        } else if record.is("TIMER", "TRIGGERED") {
            let due = waiting.remove(&record.key());
            ensure!(due.is_some_and(|it| it <= now), "early, or not waiting: {due:?} {record:?}");
            triggered += 1;
        }
    }
    ensure!(waiting.is_empty(), "timers were lost: {waiting:?}");
    ensure!(triggered > 0, "no timer was triggered, so nothing was shown");
    Ok(())
}

/// What was acknowledged happened, once.
pub(crate) fn held(told: &Told, all: &[Record]) -> Result<()> {
    let keys = |value_type: &str, intent: &str| count(all, |it| it.is(value_type, intent));
    let begun = count(all, |it| it.is_of_instance("ELEMENT_ACTIVATED"));
    let ended = count(all, |it| it.is_of_instance("ELEMENT_COMPLETED"));
    ensure!(begun == ended && begun.values().all(|it| *it == 1), "instances did not end once each");
    for key in &told.created {
        ensure!(begun.contains_key(key), "instance {key} was acknowledged and is lost");
    }
    let completed = keys("JOB", "COMPLETED");
    ensure!(completed.values().all(|it| *it == 1), "a job completed twice: {completed:?}");
    ensure!(completed == keys("JOB", "CREATED"), "a job was lost, or created twice");
    let once: BTreeSet<_> = told.completed.iter().collect();
    ensure!(once.len() == told.completed.len(), "a completion was acknowledged twice");
    for job in &told.completed {
        ensure!(completed.contains_key(job), "job {job} was acknowledged, not completed");
    }
    let mut failures: BTreeMap<(i64, &str), u32> = BTreeMap::new();
    for record in all.iter().filter(|it| it.is("JOB", "FAILED")) {
        *failures.entry((record.key(), record.text("errorMessage"))).or_default() += 1;
    }
    for (job, message) in &told.failed {
        let found = failures.get(&(*job, message.as_str()));
        ensure!(found == Some(&1), "failure '{message}' of job {job} is there {found:?} times");
    }
    let published = keys("MESSAGE", "PUBLISHED");
    for (message, key) in &told.published {
        let found = published.get(message);
        ensure!(found == Some(&1), "message {message} for '{key}' is there {found:?} times");
    }
    ensure!(keys("INCIDENT", "CREATED").is_empty(), "there are incidents");
    let sizes = [&told.created.len(), &told.completed.len(), &told.failed.len()];
    ensure!(sizes.iter().all(|it| **it > 0) && !told.published.is_empty(), "no load: {sizes:?}");
    Ok(())
}

/// How many of these records there are of each key.
fn count(all: &[Record], is_it: impl Fn(&Record) -> bool) -> BTreeMap<i64, u32> {
    let mut counts = BTreeMap::new();
    for record in all.iter().filter(|it| is_it(it)) {
        *counts.entry(record.key()).or_default() += 1;
    }
    counts
}

/// Plants one fault in records that are as they should be: the oracle has to name each.
mod tests {
    use baton_e2e::Record;
    use serde_json::{Value, json};

    use super::{held, seen_once, time};
    use crate::ledger::Told;

    fn record(key: i64, value_type: &str, intent: &str, value: &Value) -> Record {
        Record(json!({
            "recordType": "EVENT", "valueType": value_type, "intent": intent, "key": key,
            "timestamp": 100, "value": value,
        }))
    }

    fn good() -> (Told, Vec<Record>) {
        let process = json!({"bpmnElementType": "PROCESS"});
        let none = json!({});
        let mut all = vec![
            record(1, "PROCESS_INSTANCE", "ELEMENT_ACTIVATED", &process),
            record(2, "JOB", "CREATED", &none),
            record(2, "JOB", "FAILED", &json!({"errorMessage": "f"})),
            record(2, "JOB", "COMPLETED", &none),
            record(3, "MESSAGE", "PUBLISHED", &none),
            record(4, "TIMER", "CREATED", &json!({"dueDate": 100})),
            record(4, "TIMER", "TRIGGERED", &none),
            record(1, "PROCESS_INSTANCE", "ELEMENT_COMPLETED", &process),
        ];
        for (position, record) in (1..).zip(&mut all) {
            record.0["position"] = Value::from(position);
        }
        let told = Told {
            created: vec![1],
            completed: vec![2],
            failed: vec![(2, "f".to_owned())],
            published: vec![(3, "k".to_owned())],
            ..Told::default()
        };
        (told, all)
    }

    #[test]
    fn records_as_they_should_be_pass() {
        let (told, all) = good();
        seen_once(&all, &all).and(time(&all, 100)).and(held(&told, &all)).unwrap();
    }

    #[test]
    fn each_record_that_is_missing_or_there_twice_is_noticed() {
        let (told, all) = good();
        for at in 0..all.len() {
            let mut missing = all.clone();
            missing.remove(at);
            assert!(seen_once(&missing, &all).is_err(), "{at} is missing for the reader");
            let mut twice = all.clone();
            twice.insert(at, all[at].clone());
            assert!(seen_once(&twice, &all).is_err(), "{at} is there twice for the reader");
            for (what, records) in [("missing", missing), ("there twice", twice)] {
                let noticed = time(&records, 100).and(held(&told, &records)).is_err();
                assert!(noticed, "{at} is {what}: {:?}", all[at]);
            }
        }
    }

    #[test]
    fn an_early_timer_and_a_clock_that_is_ahead_or_goes_back_are_noticed() {
        let (_, all) = good();
        assert!(time(&all, 99).is_err());
        let mut early = all.clone();
        early[5].0["value"]["dueDate"] = 101.into();
        assert!(time(&early, 100).is_err());
        let mut back = all;
        back[7].0["timestamp"] = 99.into();
        assert!(time(&back, 100).is_err());
    }
}
