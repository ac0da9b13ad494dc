//! O3 and O4: no user task is completed twice, none is lost, and none outlives its element.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::Evidence;
use super::fact::What;
use super::history::Ask;
use super::verdict::{Oracle, Verdict};

/// What became of a user task.
#[derive(Debug, Default)]
struct Task {
    begun: u32,
    completed: u32,
    canceled: u32,
}

pub(super) fn check(evidence: &Evidence, verdict: &mut Verdict) {
    answers(evidence, verdict);
    let mut tasks: BTreeMap<i64, Task> = BTreeMap::new();
    // The task of each element instance, until it ends.
    let mut at: BTreeMap<i64, i64> = BTreeMap::new();
    for fact in &evidence.facts {
        match &fact.what {
            What::TaskCreating { element } => {
                tasks.entry(fact.key).or_default().begun += 1;
                let is_only = at.insert(*element, fact.key).is_none();
                verdict.expect(Oracle::JobKept, is_only, || {
                    format!("an element instance has two tasks: {fact:?}")
                });
            }
            What::TaskCompleted { .. } => tasks.entry(fact.key).or_default().completed += 1,
            What::TaskCanceled => tasks.entry(fact.key).or_default().canceled += 1,
            What::ElementEnded { .. } => {
                let Some(task) = at.remove(&fact.key).and_then(|it| tasks.get(&it)) else {
                    continue;
                };
                let ends = task.completed + task.canceled;
                verdict.expect(Oracle::JobKept, ends == 1, || {
                    format!("a task outlives its element: {task:?} {fact:?}")
                });
            }
            _ => {}
        }
    }
    for (key, task) in &tasks {
        verdict.expect(Oracle::CompletedOnce, task.completed <= 1, || {
            format!("task {key} was completed {} times", task.completed)
        });
        let ends = task.completed + task.canceled;
        verdict.expect(Oracle::JobKept, task.begun == 1 && ends <= 1, || {
            format!("task {key} did not begin once, or ended twice: {task:?}")
        });
        verdict.expect(Oracle::JobKept, ends > 0 || !evidence.end.is_drained, || {
            format!("task {key} is lost: everything was done and it did not end")
        });
    }
}

/// At most one call is told that it completed a task.
fn answers(evidence: &Evidence, verdict: &mut Verdict) {
    let mut told = BTreeSet::new();
    for call in evidence.history.calls.iter().filter(|it| it.is_ok()) {
        if let Ask::CompleteTask { task, .. } = &call.ask {
            verdict.expect(Oracle::CompletedOnce, told.insert(*task), || {
                format!("a second person was told that they completed the task: {call:?}")
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::evidence::Evidence;
    use super::super::example::{blames, fact, follows, good, ok, passes};
    use super::super::fact::{Shape, What};
    use super::super::history::Ask;
    use super::super::verdict::Oracle::{CompletedOnce, JobKept};

    /// A user task of an element instance, completed so often.
    fn done(times: u32, ends: bool) -> Evidence {
        let mut it = good();
        let create = Ask::Create { process: "mixed".to_owned(), tag: "c-9".to_owned() };
        ok(&mut it, create, &[70]);
        fact(&mut it, 70, 600, What::InstanceCreated { tag: "c-9".to_owned() });
        follows(&mut it, 70, What::InstanceActivated);
        follows(&mut it, 71, What::ElementActivating { instance: 70, shape: Shape::Other });
        follows(&mut it, 72, What::TaskCreating { element: 71 });
        for number in 0..times {
            let tag = format!("t-{number}");
            ok(&mut it, Ask::CompleteTask { task: 72, tag: tag.clone() }, &[]);
            fact(&mut it, 72, 610, What::TaskCompleting);
            follows(&mut it, 72, What::TaskCompleted { tag });
        }
        if ends {
            follows(&mut it, 71, What::ElementEnded { instance: 70 });
            follows(&mut it, 70, What::InstanceCompleted);
        }
        it
    }

    #[test]
    fn a_task_that_is_lost_or_completed_twice_or_outlives_its_element_is_noticed() {
        passes(&done(1, true));
        blames(&done(2, true), CompletedOnce);
        blames(&done(0, true), JobKept);
        blames(&done(0, false), JobKept);
    }
}
