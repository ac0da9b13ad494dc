//! Values of the engine's types, read with the generated ones.

use prost::Message as _;
use proto::log;
use record::{
    ActivatedJob, AdHocActivity, AdHocInstructionEvent, AdHocIntent, AwaitingReset, Caller, Cause,
    CauseKind, Command, CommandBody, ComplexGatewayEvent, ComplexGatewayIntent,
    ConditionEvaluation, ConditionResult, CreateInstance, ElementType, EntryBody, Envelope, Event,
    EventType, GatewayPhase, Header, JobBatchEvent, JobKind, JoinedFlow, Key, Labels,
    ListenerEventType, Origin, ProcessInstanceEvent, ProcessInstanceIntent, PublishMessage, Record,
    Rejection, RejectionType, RememberedReply, Reply, RequestId, Seen, SettingsChange, StreamId,
    TimerEvent, TimerIntent, VariableRead, WorkParked,
};
use value::Doc;
use value::wire::Message;

fn bytes(message: &impl Message) -> Vec<u8> {
    message.to_bytes()
}

fn doc() -> Doc {
    Doc::from_json(r#"{"orderId":7}"#).unwrap()
}

fn origin() -> Origin {
    Origin {
        definition: Key::new(1, 2),
        process_id: "order".into(),
        version: 3,
        instance: Key::new(1, 4),
        element: 5,
        element_id: "ship".into(),
        element_instance: Key::new(1, 6),
        root: Key::NONE,
    }
}

fn assert_origin(it: Option<&log::Origin>) {
    let it = it.unwrap();
    assert_eq!((it.definition, it.instance), (Key::new(1, 2).0, Key::new(1, 4).0));
    assert_eq!((it.process_id.as_str(), it.version, it.element), ("order", 3, 5));
    assert_eq!((it.element_id.as_str(), it.element_instance), ("ship", Key::new(1, 6).0));
}

#[test]
fn an_entry_reads_the_same() {
    let entry = EntryBody {
        now: -5,
        seed: u64::MAX,
        logic: 1,
        seen: Seen { index: 8, hash: 9 },
        command: Command {
            request: RequestId { node: 1, incarnation: 2, seq: 3 },
            settled: 4,
            envelope: Envelope {
                principal: "ann".into(),
                trace: "t".into(),
                operation_reference: 12,
                ..Default::default()
            },
            body: CommandBody::CreateInstance(CreateInstance {
                process_id: "order".into(),
                version: -1,
                variables: doc(),
                await_result: true,
                fetch_variables: vec!["a".into(), "b".into()],
                ..Default::default()
            }),
        },
        units_max: 200,
    };
    let read = log::EntryBody::decode(&*bytes(&entry)).unwrap();
    assert_eq!((read.now, read.seed, read.logic), (-5, u64::MAX, 1));
    assert_eq!(read.units_max, 200);
    assert_eq!(read.seen, Some(log::Seen { index: 8, hash: 9 }));
    let command = read.command.unwrap();
    assert_eq!(command.request, Some(log::RequestId { node: 1, incarnation: 2, seq: 3 }));
    assert_eq!(command.settled, 4);
    let envelope = command.envelope.unwrap();
    assert_eq!((envelope.principal.as_str(), envelope.trace.as_str()), ("ann", "t"));
    assert_eq!(envelope.operation_reference, 12);
    let Some(log::command_body::Body::CreateInstance(create)) = command.body.unwrap().body else {
        panic!("another command");
    };
    assert_eq!((create.definition, create.process_id.as_str(), create.version), (0, "order", -1));
    assert_eq!((create.await_result, create.fetch_variables.len()), (true, 2));
    assert_eq!(create.variables, doc().as_bytes());
}

#[test]
fn a_gateways_record_reads_the_same() {
    let read_variable =
        VariableRead { name: "sum".into(), value: vec![7].into(), truncated: false };
    let condition = ConditionEvaluation {
        flow_id: "large".into(),
        expression: "sum > 5".into(),
        reads: vec![read_variable],
        reads_truncated: true,
        result: ConditionResult::True,
        taken: true,
    };
    let record = Record {
        position: 10,
        source: 9,
        key: Key::new(1, 6),
        timestamp: 1_767_225_600_000,
        event: Event::ProcessInstance(ProcessInstanceEvent {
            intent: ProcessInstanceIntent::ElementCompleting,
            origin: origin(),
            flow_scope: Key::new(1, 4),
            element_type: ElementType::ExclusiveGateway,
            event_type: EventType::Unspecified,
            cause: Some(Box::new(Cause {
                kind: CauseKind::SequenceFlow,
                key: Key::new(1, 3),
                ..Default::default()
            })),
            conditions: vec![condition],
            from_flow: true,
            start_lock: "k".into(),
            joined_by: 8,
            interrupts: true,
            parent_instance: Key::NONE,
            parent_element: Key::NONE,
            call_depth: 0,
            passed: 7,
            interrupted_by: 0,
            labels: Labels { business_id: "A1".into(), tags: vec!["vip".into()] },
            phase: GatewayPhase::None,
            awaiting_reset: Vec::new(),
        }),
        caller: Some(Box::new(Caller {
            principal: "ann".into(),
            reason: "asked by phone".into(),
            trace: "00-1-2-01".into(),
        })),
        operation_reference: 12,
    };
    let read = log::Record::decode(&*bytes(&record)).unwrap();
    assert_eq!((read.position, read.source, read.timestamp), (10, 9, 1_767_225_600_000));
    assert_eq!(read.operation_reference, 12);
    let caller = read.caller.unwrap();
    assert_eq!((&*caller.principal, &*caller.reason), ("ann", "asked by phone"));
    assert_eq!(caller.trace, "00-1-2-01");
    let Some(log::event::Event::ProcessInstance(event)) = read.event.unwrap().event else {
        panic!("another event");
    };
    assert_eq!(event.intent(), log::ProcessInstanceIntent::ElementCompleting);
    assert_eq!(event.element_type(), log::ElementType::ExclusiveGateway);
    assert_origin(event.origin.as_ref());
    assert_eq!(event.passed, 7);
    let cause = event.cause.unwrap();
    assert_eq!((cause.kind(), cause.key), (log::CauseKind::SequenceFlow, Key::new(1, 3).0));
    let condition = &event.conditions[0];
    assert_eq!((condition.flow_id.as_str(), condition.expression.as_str()), ("large", "sum > 5"));
    assert_eq!(condition.result(), log::ConditionResult::True);
    assert_eq!((condition.reads[0].name.as_str(), &*condition.reads[0].value), ("sum", &[7][..]));
    assert!(condition.reads_truncated && condition.taken && event.from_flow);
    assert_eq!(event.start_lock, "k");
}

#[test]
fn what_an_ad_hoc_subprocess_is_told_reads_the_same() {
    let event = Event::AdHocInstruction(AdHocInstructionEvent {
        intent: AdHocIntent::Completed,
        origin: origin(),
        activities: vec![AdHocActivity { element: 7, element_id: "pack".into(), variables: doc() }],
        cancel_remaining: true,
        cause: Cause { kind: CauseKind::Job, key: Key::new(1, 8), ..Default::default() },
    });
    let read = log::Event::decode(&*bytes(&event)).unwrap();
    let Some(log::event::Event::AdHocInstruction(it)) = read.event else { panic!("another event") };
    assert_eq!(it.intent(), log::AdHocIntent::Completed);
    assert_origin(it.origin.as_ref());
    assert_eq!((it.activities[0].element, &*it.activities[0].element_id), (7, "pack"));
    assert!(it.cancel_remaining && !it.activities[0].variables.is_empty());
    assert_eq!(it.cause.unwrap().kind(), log::CauseKind::Job);
}

#[test]
fn what_a_complex_gateway_finds_out_reads_the_same() {
    let condition = ConditionEvaluation { expression: "=n > 2".into(), ..Default::default() };
    let event = Event::ComplexGateway(ComplexGatewayEvent {
        intent: ComplexGatewayIntent::Returned,
        origin: origin(),
        flow_scope: Key::new(1, 9),
        conditions: vec![condition],
    });
    let read = log::Event::decode(&*bytes(&event)).unwrap();
    let Some(log::event::Event::ComplexGateway(it)) = read.event else { panic!("another event") };
    assert_eq!(it.intent(), log::ComplexGatewayIntent::Returned);
    assert_origin(it.origin.as_ref());
    assert_eq!((it.flow_scope, &*it.conditions[0].expression), (Key::new(1, 9).0, "=n > 2"));

    let event = ProcessInstanceEvent {
        phase: GatewayPhase::Reset,
        awaiting_reset: vec![AwaitingReset { gateway: 7, flows: vec![JoinedFlow { flow: 300 }] }],
        ..Default::default()
    };
    let read = log::Event::decode(&*bytes(&Event::ProcessInstance(event))).unwrap();
    let Some(log::event::Event::ProcessInstance(it)) = read.event else { panic!("another event") };
    assert_eq!(it.phase(), log::GatewayPhase::Reset);
    assert_eq!((it.awaiting_reset[0].gateway, it.awaiting_reset[0].flows[0].flow), (7, 300));
}

#[test]
fn jobs_timers_and_bookkeeping_read_the_same() {
    let job = ActivatedJob {
        key: Key::new(1, 7),
        job_type: "pay".into(),
        origin: origin(),
        headers: vec![Header { key: "h".into(), value: "v".into() }],
        worker: "w".into(),
        retries: -2,
        deadline: 99,
        variables: doc(),
        activation: 3,
        kind: JobKind::TaskListener,
        listener_event: ListenerEventType::Canceling,
        priority: -9,
        ..ActivatedJob::default()
    };
    let stream = StreamId { node: 1, incarnation: 2, number: 3 };
    let event = Event::JobBatch(JobBatchEvent {
        job_type: "pay".into(),
        jobs: vec![job],
        stream: Some(Box::new(stream)),
        ..Default::default()
    });
    let read = log::Event::decode(&*bytes(&event)).unwrap();
    let Some(log::event::Event::JobBatch(batch)) = read.event else { panic!("another event") };
    let job = &batch.jobs[0];
    assert_eq!((job.retries, job.deadline, job.activation, job.priority), (-2, 99, 3, -9));
    assert_eq!((job.headers[0].key.as_str(), job.headers[0].value.as_str()), ("h", "v"));
    assert_eq!(job.kind(), log::JobKind::TaskListener);
    assert_eq!(job.listener_event(), log::ListenerEventType::Canceling);
    assert_origin(job.origin.as_ref());
    assert_eq!(batch.stream, Some(log::StreamId { node: 1, incarnation: 2, number: 3 }));

    let event = Event::Timer(TimerEvent {
        intent: TimerIntent::Triggered,
        repetitions: -1,
        interval: "PT1H".into(),
        ..Default::default()
    });
    let read = log::Event::decode(&*bytes(&event)).unwrap();
    let Some(log::event::Event::Timer(timer)) = read.event else { panic!("another event") };
    assert_eq!((timer.intent(), timer.repetitions), (log::TimerIntent::Triggered, -1));
    assert_eq!(timer.interval, "PT1H");

    let event = Event::WorkParked(WorkParked {
        steps: vec![vec![1, 2].into(), vec![].into()],
        operation_reference: 12,
        ..Default::default()
    });
    let read = log::Event::decode(&*bytes(&event)).unwrap();
    let Some(log::event::Event::WorkParked(parked)) = read.event else { panic!("another event") };
    assert_eq!((parked.steps, parked.operation_reference), (vec![vec![1, 2], vec![]], 12));
}

#[test]
fn replies_and_changes_read_the_same() {
    let remembered = RememberedReply {
        reply: Reply::Rejected(Rejection {
            kind: RejectionType::InvalidState,
            reason: "Because.".into(),
            ..Default::default()
        }),
        at: 12,
        ..Default::default()
    };
    let read = log::RememberedReply::decode(&*bytes(&remembered)).unwrap();
    assert_eq!(read.at, 12);
    let Some(log::reply::Reply::Rejected(rejection)) = read.reply.unwrap().reply else {
        panic!("another reply");
    };
    assert_eq!(rejection.kind(), log::RejectionType::InvalidState);
    assert_eq!(rejection.reason, "Because.");

    let change = SettingsChange { work_per_entry: Some(0), ..Default::default() };
    let read = log::SettingsChange::decode(&*bytes(&change)).unwrap();
    assert_eq!((read.work_per_entry, read.zone), (Some(0), None));

    let message = PublishMessage { time_to_live_ms: i64::MIN, ..Default::default() };
    let read = log::PublishMessage::decode(&*bytes(&message)).unwrap();
    assert_eq!(read.time_to_live_ms, i64::MIN);
}
