//! What becomes of work items that panic.

use super::STRUCK;
use super::case::Case;
use record::{CommandBody, Key, RejectionType, Reply, Tick};

/// Plants a defect in the engines of this thread.
pub(super) fn plant(instance: Key) {
    STRUCK.set(instance);
}

fn mend() {
    STRUCK.set(Key::NONE);
}

#[test]
fn a_command_that_panics_is_undone_and_refused_and_others_go_on() {
    let mut case = Case::new(1);
    let (struck, other) = (case.instances[0], case.instances[1]);
    plant(struck);
    for _ in 0..2 {
        let refused = case.complete(struck);
        let kind = RejectionType::ProcessingError;
        assert!(matches!(refused, Reply::Rejected(it) if it.kind == kind), "it is refused");
        assert_eq!(case.engine.jobs_activatable(), 2, "the job is not completed");
        case.is_parked(struck);
    }
    assert!(matches!(case.complete(other), Reply::Accepted(_)));
    case.cancel(struck);
    case.all_ended();
}

#[test]
fn an_instance_that_goes_on_after_a_defect_leaves_no_incident() {
    let mut case = Case::new(1);
    let (struck, other) = (case.instances[0], case.instances[1]);
    plant(struck);
    case.complete(struck);
    mend();
    assert!(matches!(case.complete(struck), Reply::Accepted(_)));
    case.complete(other);
    case.all_ended();
}

#[test]
fn a_listener_whose_answer_panics_is_answered_again_when_the_defect_is_mended() {
    let mut case = Case::listened_to();
    let struck = case.instances[0];
    for is_canceled in [false, true] {
        if is_canceled {
            case.cancel(struck);
            assert_eq!(case.engine.instances_active(), 1, "it waits for its listener");
        }
        plant(struck);
        let refused = case.complete_last();
        let kind = RejectionType::ProcessingError;
        assert!(matches!(refused, Reply::Rejected(it) if it.kind == kind), "it is refused");
        assert_eq!(case.engine.jobs_activatable(), 1, "the job is not completed");
        case.is_parked(struck);
        mend();
        assert!(matches!(case.complete_last(), Reply::Accepted(_)));
    }
    case.all_ended();
}

#[test]
fn a_due_timer_that_panics_leaves_its_queue_and_fires_again_when_resolved() {
    let mut case = Case::new(1);
    let struck = case.instances[0];
    plant(struck);
    case.advance();
    case.is_parked(struck);
    assert_eq!(case.engine.instances_active(), 1, "the other instance's timer fired");
    let due = case.engine.next_due().expect("the gateway's silence");
    assert!(due > case.now, "the timer is not tried again and again");
    mend();
    case.resolve();
    case.all_ended();
}

#[test]
fn an_instance_whose_timer_panicked_can_be_canceled() {
    let mut case = Case::new(1);
    let struck = case.instances[0];
    plant(struck);
    case.advance();
    case.is_parked(struck);
    case.cancel(struck);
    case.all_ended();
}

#[test]
fn a_continuation_that_panics_leaves_its_queue_and_goes_on_when_resolved() {
    for is_resolved in [true, false] {
        let mut case = Case::new(40);
        let (struck, other) = (case.instances[0], case.instances[1]);
        assert!(case.engine.has_pending());
        plant(struck);
        case.drain();
        case.is_parked(struck);
        let of = |case: &Case, instance| case.jobs.iter().filter(|it| it.0 == instance).count();
        assert_eq!(of(&case, other), 40, "the other instance went on");
        assert!(of(&case, struck) < 40);
        if is_resolved {
            mend();
            case.resolve();
            assert_eq!(of(&case, struck), 40);
        }
        case.cancel(struck);
        case.cancel(other);
        case.all_ended();
    }
}

#[test]
fn a_message_reaches_the_others_when_one_receiver_panics() {
    for is_resolved in [true, false] {
        let mut case = Case::waiting_for_a_message(&["p", "q", "r"]);
        let [first, struck, last] = case.instances[..] else { panic!("three instances") };
        plant(struck);
        assert!(matches!(case.publish(), Reply::MessagePublished(_)), "the sender is not at fault");
        assert!(case.has_job(first) && case.has_job(last), "the others got it");
        assert!(!case.has_job(struck));
        case.is_parked(struck);
        if is_resolved {
            mend();
            case.resolve();
            assert!(case.has_job(struck), "the message was kept for it");
        }
        for instance in [first, struck, last] {
            case.cancel(instance);
        }
        case.all_ended();
    }
}

#[test]
fn several_receivers_that_panic_are_parked_each_for_itself() {
    let mut case = Case::waiting_for_a_message(&["p", "q"]);
    case.create("p");
    let [first, other, next] = case.instances[..] else { panic!("three instances") };
    plant(first);
    case.publish();
    case.is_parked(first);
    assert!(case.has_job(other) && !case.has_job(next));
    mend();
    // The message of the first one is not taken from it; the next message goes to the next.
    case.publish();
    assert!(case.has_job(next));
    case.resolve();
    assert!(case.has_job(first));
}

#[test]
fn a_job_whose_time_out_panics_leaves_its_queue_and_is_offered_again_when_resolved() {
    for is_resolved in [true, false] {
        let mut case = Case::new(1);
        let struck = case.instances[0];
        case.apply(CommandBody::ActivateJobs(record::ActivateJobs {
            job_type: "work".into(),
            worker: "w".into(),
            timeout_ms: 100,
            jobs_max: 2,
            ..record::ActivateJobs::default()
        }));
        plant(struck);
        case.now += 100;
        case.apply(CommandBody::Tick(Tick {}));
        case.is_parked(struck);
        assert_eq!(case.engine.jobs_activatable(), 1, "the other job is offered again");
        let due = case.engine.next_due().expect("the boundary timers");
        assert!(due > case.now, "the time-out is not tried again and again");
        if is_resolved {
            mend();
            case.resolve();
            assert_eq!(case.engine.jobs_activatable(), 2);
        }
        case.cancel(struck);
        let other = case.instances[1];
        case.cancel(other);
        case.all_ended();
    }
}

#[test]
fn an_instance_whose_work_a_defect_stopped_is_not_migrated() {
    let mut case = Case::new(40);
    let (struck, other) = (case.instances[0], case.instances[1]);
    plant(struck);
    case.drain();
    case.is_parked(struck);
    mend();
    let refused = case.migrate(struck).expect_err("its work is parked");
    assert!(refused.contains("keeps work that a defect stopped; resolve it first"), "{refused}");
    case.resolve();
    assert_eq!(case.migrate(struck), Ok(()));
    case.cancel(struck);
    case.cancel(other);
    case.all_ended();
}
