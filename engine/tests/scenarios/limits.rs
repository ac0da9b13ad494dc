//! Limits that are too large for a script: what passes them is refused in words, and nothing changes.

use super::lives::Life;
use super::support::scenario;
use record::{
    CommandBody, Event, Key, MappedElement, MigrateInstance, ModifyInstance, Record,
    SettingsChange, TerminateElement,
};

/// More instances of an element than one command terminates, each with a job, in a multi-instance
/// activity, which it does.
const TEXT: &str = "Many instances of an element

== model p
process p
start s
sub u cardinality=10001 {
  start us
  task a type=work
  us -> a
}
s -> u

== run
> create p
";

#[test]
fn very_many_element_instances_are_neither_terminated_nor_migrated_at_a_time() {
    let scenario = scenario::parse(TEXT);
    let mut life = Life::new(&scenario, scenario.model("p").unwrap());
    let work_per_entry = Some(100_000);
    life.apply(CommandBody::ChangeSettings(SettingsChange {
        work_per_entry,
        ..SettingsChange::default()
    }));
    life.create(&scenario);
    let instance = life.instance().unwrap();
    let definition = life.news().iter().find_map(|it| match &it.event {
        Event::Job(job) => Some(job.origin.definition),
        _ => None,
    });

    let terminate = vec![TerminateElement { element_instance: Key::NONE, element_id: "a".into() }];
    let modify = ModifyInstance { instance, terminate, ..ModifyInstance::default() };
    let reason = refused(&mut life, CommandBody::ModifyInstance(modify));
    let words = "it terminates 10001 elements, and 10000 are the most at a time";
    assert!(reason.contains(words), "{reason}");

    let same = |id: &str| MappedElement { source_id: id.into(), target_id: id.into() };
    let mapping = vec![same("u"), same("a")];
    let migrate = MigrateInstance { instance, target: definition.unwrap(), mapping };
    let reason = refused(&mut life, CommandBody::MigrateInstance(migrate));
    let words = "it has more than 20000 element instances, variables, jobs, timers and \
                 subscriptions, which are the most that can be migrated at a time";
    assert!(reason.contains(words), "{reason}");

    let terminate = vec![TerminateElement { element_instance: Key::NONE, element_id: "u".into() }];
    life.apply(CommandBody::ModifyInstance(ModifyInstance {
        instance,
        terminate,
        ..ModifyInstance::default()
    }));
    life.settle();
    assert_eq!(life.instance(), None, "it ends as a whole");
}

/// The reason for which a command is refused; it changes nothing.
fn refused(life: &mut Life, body: CommandBody) -> String {
    let before = life.news().len();
    life.apply(body);
    // Bookkeeping has no position.
    let told: Vec<&Record> = life.news()[before..].iter().filter(|it| it.position != 0).collect();
    match told.as_slice() {
        [Record { event: Event::Rejection(it), .. }] => it.reason.to_string(),
        other => panic!("it is not refused: {other:?}"),
    }
}
