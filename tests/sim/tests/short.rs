//! The short form: a few seeds, in which every kind of fault must have happened.

use std::time::Duration;

use sim::campaign::{Plan, run_all};
use sim::run::run;

/// What must have happened at least once, or the run shows nothing.
const CLASSES: &[&str] = &[
    "Kill",
    "PowerLoss",
    "power loss at a write",
    "fold that failed",
    "write that failed",
    "sync that failed",
    "fatal",
    "NoSpace",
    "refused: disk space",
    "slow sync",
    "ClockJump",
    "TestClock",
    "Restart",
    "comparison",
    "acknowledged",
    "rejected",
    "refused: limit",
    "refused: invalid resources",
    "job delivered",
    // What only some elements have must have happened, too: to each of them what was broken.
    "began UserTask Unspecified",
    "began CallActivity Unspecified",
    "began MultiInstanceBody Unspecified",
    "began AdHocSubProcess Unspecified",
    "began BusinessRuleTask Unspecified",
    "began ScriptTask Unspecified",
    "began SendTask Unspecified",
    "began ReceiveTask Unspecified",
    "began EventSubProcess Unspecified",
    "began EventBasedGateway Unspecified",
    "began InclusiveGateway Unspecified",
    "began IntermediateCatchEvent Signal",
    "began IntermediateCatchEvent Conditional",
    "began IntermediateThrowEvent Compensation",
    "began IntermediateThrowEvent Escalation",
    "began IntermediateThrowEvent Link",
    "began IntermediateThrowEvent Message",
    "began ComplexGateway Unspecified",
    "began IntermediateCatchEvent Multiple",
    "began IntermediateCatchEvent ParallelMultiple",
    "began EndEvent Cancel",
    "began EndEvent Terminate",
    "began EndEvent Error",
    "task completed",
    "signal heard",
    "activity undone",
    "decision evaluated",
    "error thrown",
    "listener's job completed",
    "instance modified",
    "instance migrated",
    "instance resumed",
    "instance started by a signal",
    "instance started by a condition",
    "definition deleted",
    "request answered again",
    "message refused that came before a restart",
];

#[test]
fn the_same_seed_does_the_same_again() {
    for seed in 1..4 {
        let (first, second) = (run(seed, 200), run(seed, 200));
        assert_eq!(first.failure, None, "seed {seed}");
        assert_eq!(first.hash, second.hash, "seed {seed} went another way");
        assert_ne!(first.hash, run(seed + 1, 200).hash, "the seed decides nothing");
    }
}

#[test]
fn what_is_promised_holds_for_the_seeds_of_the_short_form() {
    let jobs = std::thread::available_parallelism().map_or(1, Into::into);
    let plan = Plan { seeds: 1..31, steps: 300, time: None, jobs };
    let report = run_all(&plan, |_, _: Duration| {});
    if let Some(failed) = &report.failure {
        let lines = failed.last_lines.join("\n");
        let seed = failed.seed;
        let sentence = failed.failure.as_deref().unwrap_or_default();
        panic!(
            "{lines}\nseed {seed} after {} steps: {sentence}\nreproduce: cargo run -p baton-sim \
             --profile sim -- --seed {seed} --steps {}",
            failed.steps, plan.steps
        );
    }
    println!(
        "{} runs, {} steps, {} log entries, {:.1} simulated hours",
        report.runs,
        report.steps,
        report.entries,
        report.simulated.as_secs_f64() / 3600.0
    );
    for class in CLASSES {
        assert!(report.counts.contains_key(*class), "no run had '{class}': {:?}", report.counts);
    }
}
