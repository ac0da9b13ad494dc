//! A node over a real folder: commands, restart, polls, streams, limits.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/one.rs"]
mod one;
mod support;

use broker::{Config, Node, StartError};
use broker_api::{Broker as _, PollRequest, Refusal, Request, StreamRequest};
use one::{create, deploy};
use record::{
    CommandBody, CompleteJob, CreateInstance, Envelope, Key, PublishMessage, Reply, ResolveIncident,
};
use std::time::Duration;
use support::{copy_folder, start, submit};
use value::Doc;

fn poll(wait: Duration) -> PollRequest {
    PollRequest {
        envelope: Envelope::default(),
        job_type: "work".into(),
        worker: "test".into(),
        timeout_ms: 60_000,
        jobs_max: 10,
        fetch_variables: Vec::new(),
        wait,
    }
}

async fn complete(node: &Node, job: Key) -> Reply {
    submit(node, CommandBody::CompleteJob(CompleteJob { job, ..CompleteJob::default() })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_waits_through_a_restart_and_completes() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::new(folder.path().to_owned());
    let node = start(&config).await;
    deploy(&node).await;
    let instance = create(&node).await;
    let before = node.status(1).await.unwrap();
    node.shut_down().await;
    drop(node);

    let node = start(&config).await;
    let after = node.status(1).await.unwrap();
    assert_eq!(after.instances, 1);
    assert!(after.applied_index > before.applied_index, "the new term has its entry");
    let batch = node.activate_jobs(poll(Duration::ZERO)).await.unwrap();
    let job = batch.jobs.first().unwrap();
    assert_eq!(job.origin.instance, instance);
    assert_eq!(job.variables.to_json(), r#"{"x":1}"#);
    assert!(matches!(complete(&node, job.key).await, Reply::Accepted(_)));
    assert_eq!(node.status(1).await.unwrap().instances, 0);
    node.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_without_checkpoint_replays_the_log_to_the_same_state() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::new(folder.path().to_owned());
    let node = start(&config).await;
    deploy(&node).await;
    for _ in 0..20 {
        create(&node).await;
    }
    let before = node.status(1).await.unwrap();
    // As after a kill: nothing is told to stop, the folder is copied as it is.
    let copy = tempfile::tempdir().unwrap();
    copy_folder(folder.path(), copy.path());
    node.shut_down().await;

    let node = start(&Config::new(copy.path().to_owned())).await;
    let after = node.status(1).await.unwrap();
    assert_eq!((before.instances, after.instances), (20, 20));
    assert_eq!(before.last_position, after.last_position, "a term's first entry has no record");
    node.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_deployed_before_a_start_is_compiled_beside_apply() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::new(folder.path().to_owned());
    let node = start(&config).await;
    deploy(&node).await;
    create(&node).await;
    let compiled = |node: &Node| {
        let metrics = node.metrics();
        [&metrics.files_compiled_ahead, &metrics.files_compiled_in_apply]
            .map(|it| it.load(std::sync::atomic::Ordering::Relaxed))
    };
    assert_eq!(compiled(&node), [0, 0], "it was compiled before the log");
    node.shut_down().await;
    drop(node);

    let node = start(&config).await;
    let is_ahead = async {
        while compiled(&node)[0] == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), is_ahead).await.unwrap();
    create(&node).await;
    assert_eq!(compiled(&node), [1, 0], "its first use finds it");
    node.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_poll_wakes_when_a_job_appears() {
    let folder = tempfile::tempdir().unwrap();
    let node = start(&Config::new(folder.path().to_owned())).await;
    deploy(&node).await;
    let polling = tokio::spawn(node.activate_jobs(poll(Duration::from_secs(30))));
    while node.metrics().polls_parked.load(std::sync::atomic::Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    create(&node).await;
    let batch = tokio::time::timeout(Duration::from_secs(10), polling).await.unwrap().unwrap();
    assert_eq!(batch.unwrap().jobs.len(), 1);
    node.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_polls_that_were_woken_leave_the_log_alone() {
    let folder = tempfile::tempdir().unwrap();
    let node = start(&Config::new(folder.path().to_owned())).await;
    deploy(&node).await;
    let polls: Vec<_> =
        (0..3).map(|_| tokio::spawn(node.activate_jobs(poll(Duration::from_mins(1))))).collect();
    while node.metrics().polls_parked.load(std::sync::atomic::Ordering::Relaxed) < 3 {
        tokio::task::yield_now().await;
    }
    create(&node).await;
    // One poll gets the job; the others must wait again without a command of their own.
    let before = node.status(1).await.unwrap().applied_index;
    for _ in 0..200 {
        node.status(1).await.unwrap();
    }
    let after = node.status(1).await.unwrap().applied_index;
    assert!(after - before <= 2, "{} entries while nothing happened", after - before);
    polls.iter().for_each(tokio::task::JoinHandle::abort);
    node.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_gets_jobs_by_credit_and_a_dropped_one_gives_them_back() {
    let folder = tempfile::tempdir().unwrap();
    let node = start(&Config::new(folder.path().to_owned())).await;
    deploy(&node).await;
    let request = StreamRequest {
        envelope: Envelope::default(),
        job_type: "work".into(),
        worker: "stream".into(),
        timeout_ms: 60_000,
        fetch_variables: Vec::new(),
        credit: 2,
    };
    let mut stream = node.open_stream(request).await.unwrap();
    for _ in 0..3 {
        create(&node).await;
    }
    let first = stream.jobs.recv().await.unwrap();
    assert!(matches!(complete(&node, first.key).await, Reply::Accepted(_)));
    // The second job is still inside, the third was beyond the credit.
    drop(stream);
    let mut jobs = Vec::new();
    while jobs.len() < 2 {
        jobs.extend(node.activate_jobs(poll(Duration::from_secs(10))).await.unwrap().jobs);
    }
    assert!(jobs.iter().all(|it| it.key != first.key), "{jobs:?}");
    node.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_is_named_when_it_is_reached() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::new(folder.path().to_owned());
    config.limits.polls_parked_max = 1;
    config.limits.message_size_max_bytes = 10_000;
    let node = start(&config).await;
    deploy(&node).await;

    let parked = tokio::spawn(node.activate_jobs(poll(Duration::from_mins(1))));
    while node.metrics().polls_parked.load(std::sync::atomic::Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    let refused = node.activate_jobs(poll(Duration::from_mins(1))).await.unwrap_err();
    let is_named = matches!(refused, Refusal::LimitReached { limit: "polls-parked-max", .. });
    assert!(is_named, "{refused:?}");
    parked.abort();

    let large = Doc::from_json(&format!(r#"{{"x": "{}"}}"#, "x".repeat(20_000))).unwrap();
    let body = CommandBody::PublishMessage(PublishMessage {
        name: "m".into(),
        variables: large,
        ..PublishMessage::default()
    });
    let request = Request { partition: 1, envelope: Envelope::default(), body };
    let refused = node.submit(request).await.unwrap_err();
    assert!(matches!(refused, Refusal::TooLarge { max_bytes: 10_000, .. }), "{refused:?}");
    node.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_commands_with_the_reason_and_answers_questions() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::new(folder.path().to_owned());
    config.limits.disk_free_min_bytes = u64::MAX;
    let node = Node::start(config).await.unwrap();
    node.ready().await;
    while node.health().is_ready {
        tokio::task::yield_now().await;
    }
    let body = CommandBody::ResolveIncident(ResolveIncident { incident: Key(7) });
    let request = Request { partition: 1, envelope: Envelope::default(), body };
    let refused = node.submit(request).await.unwrap_err();
    let is_named = matches!(refused, Refusal::LimitReached { limit: "free-disk-min-bytes", .. });
    assert!(is_named, "{refused:?}");
    assert!(node.status(1).await.is_ok());
    node.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_in_use_or_of_another_node_is_refused_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::new(folder.path().to_owned());
    let node = start(&config).await;
    let second = Node::start(config.clone()).await.unwrap_err();
    assert!(matches!(second, StartError::Folder(_)), "{second}");
    node.shut_down().await;
    drop(node);
    let other = Node::start(Config { node_id: 7, ..config }).await.unwrap_err();
    assert!(other.to_string().contains('7'), "{other}");
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_in_flight_are_limited_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::new(folder.path().to_owned());
    config.limits.commands_in_flight_max = 3;
    let node = start(&config).await;
    let submit = || {
        let body = CommandBody::ResolveIncident(ResolveIncident { incident: Key(7) });
        node.submit(Request { partition: 1, envelope: Envelope::default(), body })
    };
    // All are on their way before the first can be durable.
    let pending: Vec<_> = (0..50).map(|_| tokio::spawn(submit())).collect();
    let (mut taken, mut refused) = (0, 0);
    for answer in pending {
        match answer.await.unwrap() {
            Ok(_) => taken += 1,
            Err(Refusal::LimitReached { limit: "commands-in-flight-max", max: 3, .. }) => {
                refused += 1;
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(taken >= 3 && refused > 0, "{taken} taken, {refused} refused");
    // Those that were answered are in flight no more.
    submit().await.unwrap();
    node.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_wait_for_a_result_do_not_keep_out_the_worker_that_they_wait_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::new(folder.path().to_owned());
    config.limits.commands_in_flight_max = 1;
    config.limits.answers_awaited_max = 3;
    let node = start(&config).await;
    deploy(&node).await;
    let ask = || {
        let body = CommandBody::CreateInstance(CreateInstance {
            process_id: "one".into(),
            version: -1,
            await_result: true,
            ..CreateInstance::default()
        });
        node.submit(Request { partition: 1, envelope: Envelope::default(), body })
    };
    let awaited = &node.metrics().answers_awaited;
    let mut waiting = Vec::new();
    for count in 1..=3 {
        waiting.push(tokio::spawn(ask()));
        while awaited.load(std::sync::atomic::Ordering::Relaxed) < count {
            tokio::task::yield_now().await;
        }
    }
    let refused = ask().await.unwrap_err();
    let is_named =
        matches!(refused, Refusal::LimitReached { limit: "answers-awaited-max", max: 3, .. });
    assert!(is_named, "{refused:?}");

    // Others go on beside them, and so all have what they wait for.
    let batch = node.activate_jobs(poll(Duration::from_secs(10))).await.unwrap();
    assert_eq!(batch.jobs.len(), 3);
    for job in batch.jobs {
        assert!(matches!(complete(&node, job.key).await, Reply::Accepted(_)));
    }
    for result in waiting {
        let reply = result.await.unwrap().unwrap();
        assert!(matches!(reply, Reply::InstanceResult(_)), "{reply:?}");
    }
    let is_told = async {
        while awaited.load(std::sync::atomic::Ordering::Relaxed) > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), is_told).await.unwrap();
    node.shut_down().await;
}
