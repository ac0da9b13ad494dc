//! What an instance of each element costs: its processor time, and how many records it writes.
//!
//! `cargo bench -p baton-engine --bench elements`; each line is a small process that is begun, given
//! what it waits for, and ended, many times. The first line has nothing but its start and end, which
//! the others have too.

#![expect(clippy::unwrap_used, reason = "a benchmark may fail where something is missing")]
#![expect(clippy::print_stdout, reason = "that is what it is for")]

#[path = "../tests/support/model.rs"]
mod model;
mod support;

use record::{
    BroadcastSignal, CommandBody, CompleteJob, CompleteUserTask, ConditionalIntent, Continue,
    CreateInstance, Event, JobIntent, ProcessMessageSubscriptionIntent, PublishMessage, Record,
    SetVariables, SignalSubscriptionIntent, Tick, UserTaskIntent,
};
use std::collections::VecDeque;
use support::Partition;
use value::Doc;

/// The allocator of the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Instances of each model.
const INSTANCES: u32 = 2_000;
const MINUTE: i64 = 60_000;
/// Entries that an instance takes at most.
const ROUNDS_MAX: usize = 100;

/// A name, and what stands between start and end: the lines of the model.
const MODELS: [(&str, &str); 46] = [
    ("start and end", "s -> e"),
    ("undefined task", "untyped a\ns -> a -> e"),
    ("manual task", "manual a\ns -> a -> e"),
    ("service task", "task a type=x\ns -> a -> e"),
    ("service task with mappings", "task a type=x\n  in =k -> y\n  out =y -> z\ns -> a -> e"),
    ("service task with listeners", "task a type=x on-start=b on-end=c\ns -> a -> e"),
    ("send task", "send a type=x\ns -> a -> e"),
    ("published message", "send a publish=m key==k\ns -> a -> e"),
    ("business rule task (job)", "rule a type=x\ns -> a -> e"),
    ("script task (FEEL)", "script a feel=`1 + 1` result=r\ns -> a -> e"),
    ("receive task", "receive a message=m key==k\ns -> a -> e"),
    ("user task", "user a native assignee=ada\ns -> a -> e"),
    ("none throw", "throw t\ns -> t -> e"),
    ("message throw (job)", "throw t sends= type=x\ns -> t -> e"),
    ("exclusive gateway", "gateway g default=g-e\nend f\ns -> g -> e\ng -> f if =false"),
    ("parallel fork and join", "parallel f\nparallel j\ns -> f\nf -> j times 2\nj -> e"),
    (
        "inclusive fork and join",
        "inclusive f\ninclusive j\nuntyped a\nuntyped b\ns -> f\nj -> e\na -> j\nb -> j\nf -> a if =true\nf -> b if =true",
    ),
    (
        "parallel fork and complex join, 1 of 2",
        "parallel f\ncomplex j when=`=activationCount >= 1`\nuntyped a\nuntyped b\ns -> f\nf -> a -> j\nf -> b -> j\nj -> e",
    ),
    (
        "event-based gateway",
        "first g\ncatch a timer=PT1S\ncatch b message=m key==k\ns -> g -> a -> e\ng -> b -> e",
    ),
    ("timer catch", "catch c timer=PT1S\ns -> c -> e"),
    ("message catch", "catch c message=m key==k\ns -> c -> e"),
    ("signal catch", "catch c signal=go\ns -> c -> e"),
    ("signal throw", "throw t signal=unheard\ns -> t -> e"),
    ("conditional catch", "catch c condition=`=y > 1`\ns -> c -> e"),
    ("multiple catch", "catch c timer=PT1S signal=never\ns -> c -> e"),
    ("parallel multiple catch", "catch c timer=PT1S message=m key==k all\ns -> c -> e"),
    ("multiple throw", "throw t signal=unheard escalation=X\ns -> t -> e"),
    ("link", "throw t link=L\ncatch c link=L\ns -> t\nc -> e"),
    (
        "timer boundary that does not fire",
        "task a type=x\nboundary b on a timer=PT1H\nend f\ns -> a -> e\nb -> f",
    ),
    (
        "timer boundary that interrupts",
        "receive a message=never key==k\nboundary b on a timer=PT1S\nend f\ns -> a -> e\nb -> f",
    ),
    (
        "message boundary that interrupts",
        "receive a message=never key=`=\"z\"`\nboundary b on a message=m key==k\nend f\ns -> a -> e\nb -> f",
    ),
    (
        "error end and boundary",
        "sub u {\n  start us\n  end ue error=E\n  us -> ue\n}\nboundary b on u error=E\nend f\ns -> u -> e\nb -> f",
    ),
    (
        "escalation throw and boundary",
        "sub u {\n  start us\n  throw t escalation=L\n  end ue\n  us -> t -> ue\n}\nboundary b on u escalation=L\nend f\ns -> u -> e\nb -> f",
    ),
    ("terminate end", "sub u {\n  start us\n  end ue terminates=\n  us -> ue\n}\ns -> u -> e"),
    ("embedded subprocess", "sub u {\n  start us\n  end ue\n  us -> ue\n}\ns -> u -> e"),
    (
        "event subprocess that interrupts",
        "receive a message=never key==k\ns -> a -> e\nevents x {\n  start xs timer=PT1S\n  end xe\n  xs -> xe\n}",
    ),
    ("call activity", "call a process=c\ns -> a -> e"),
    (
        "multi-instance of 10, parallel",
        "script a feel=`item` result=r items=`=[1,2,3,4,5,6,7,8,9,10]` item=item collect=all gives==r\ns -> a -> e",
    ),
    (
        "multi-instance of 10, sequential",
        "script a feel=`item` result=r items=`=[1,2,3,4,5,6,7,8,9,10]` item=item collect=all gives==r one-by-one\ns -> a -> e",
    ),
    ("loop of 10", "untyped a loop=`=true` rounds=10\ns -> a -> e"),
    (
        "compensation",
        "untyped a\nboundary b on a compensate=h\nuntyped h handler\nthrow t compensate=\ns -> a -> t -> e",
    ),
    (
        "compensation event subprocess",
        "sub u {\n  start us\n  end ue\n  us -> ue\n  events x {\n    start xs compensate=\n    end xe\n    xs -> xe\n  }\n}\nthrow t compensate=\ns -> u -> t -> e",
    ),
    ("transaction", "transaction u {\n  start us\n  end ue\n  us -> ue\n}\ns -> u -> e"),
    (
        "transaction that is canceled",
        "transaction u {\n  start us\n  untyped a\n  boundary b on a compensate=h\n  untyped h handler\n  end ue cancels=\n  us -> a -> ue\n}\nboundary x on u cancels=\nend f\ns -> u -> e\nx -> f",
    ),
    ("ad-hoc subprocess", "adhoc u begins=`=[\"a\"]` {\n  untyped a\n}\ns -> u -> e"),
    (
        "ten undefined tasks",
        "untyped a1\nuntyped a2\nuntyped a3\nuntyped a4\nuntyped a5\nuntyped a6\nuntyped a7\nuntyped a8\nuntyped a9\nuntyped a10\ns -> a1 -> a2 -> a3 -> a4 -> a5 -> a6 -> a7 -> a8 -> a9 -> a10 -> e",
    ),
];

/// What a process waits for after a record of it, if it begins to wait.
fn answer(record: &Record) -> Option<CommandBody> {
    Some(match &record.event {
        Event::Job(it) if it.intent == JobIntent::Created => {
            CommandBody::CompleteJob(CompleteJob { job: record.key, ..CompleteJob::default() })
        }
        Event::UserTask(it) if it.intent == UserTaskIntent::Created => {
            let task = record.key;
            CommandBody::CompleteUserTask(CompleteUserTask { task, ..Default::default() })
        }
        Event::SignalSubscription(it) if it.intent == SignalSubscriptionIntent::Created => {
            let (name, variables) = (it.name.clone(), Doc::empty());
            CommandBody::BroadcastSignal(BroadcastSignal { name, variables })
        }
        Event::ConditionalSubscription(it) if it.intent == ConditionalIntent::Created => {
            let variables = Doc::from_json(r#"{"y": 2}"#).unwrap();
            let element_instance = it.origin.instance;
            CommandBody::SetVariables(SetVariables { element_instance, variables, local: false })
        }
        Event::ProcessMessageSubscription(it)
            if it.intent == ProcessMessageSubscriptionIntent::Created
                && &*it.subscription.message_name != "never" =>
        {
            CommandBody::PublishMessage(PublishMessage {
                name: it.subscription.message_name.clone(),
                correlation_key: it.subscription.correlation_key.clone(),
                ..PublishMessage::default()
            })
        }
        _ => return None,
    })
}

fn run(name: &str, lines: &str) {
    let child =
        if lines.contains("process=c") { "\nprocess c\nstart cs\nend ce\ncs -> ce" } else { "" };
    let mut partition =
        Partition::new(&model::xml(&format!("process p\nstart s\nend e\n{lines}{child}")));
    partition.forget();
    let mut records = 0;
    for number in 0..INSTANCES {
        partition.apply(CommandBody::CreateInstance(CreateInstance {
            process_id: "p".into(),
            version: -1,
            variables: Doc::from_json(&format!(r#"{{"k": "k{number}"}}"#)).unwrap(),
            ..CreateInstance::default()
        }));
        let mut answers = VecDeque::new();
        for _ in 0..ROUNDS_MAX {
            records += partition.out.records.iter().filter(|it| it.position != 0).count();
            answers.extend(partition.out.records.iter().filter_map(answer));
            if partition.engine.instances_active() == 0 {
                break;
            } else if partition.engine.has_pending() {
                partition.apply(CommandBody::Continue(Continue {}));
            } else if let Some(body) = answers.pop_front() {
                partition.apply(body);
            } else {
                partition.now += MINUTE;
                partition.apply(CommandBody::Tick(Tick {}));
            }
        }
        assert_eq!(partition.engine.instances_active(), 0, "'{name}' does not end");
    }
    let each = |it: f64| it / f64::from(INSTANCES);
    println!(
        "{name:<36} {:>10.2} {:>9.1} {:>8.1}",
        each(partition.total.as_secs_f64() * 1e6),
        each(f64::from(partition.entries)),
        each(f64::from(u32::try_from(records).unwrap())),
    );
}

fn main() {
    println!("{:<36} {:>10} {:>9} {:>8}", "element", "us each", "entries", "records");
    for (name, lines) in MODELS {
        run(name, lines);
    }
}
