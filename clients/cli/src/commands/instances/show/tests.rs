//! The page of an instance.

use expect_test::{expect, expect_file};
use record::{
    ConditionalIntent, ElementType, IncidentIntent, JobIntent, ListenerEventType,
    ProcessInstanceIntent, ProcessMessageSubscriptionIntent, TimerIntent,
};

use super::{json, text};
use crate::history::models::Models;
use crate::history::tests::{INSTANCE, Story};

fn story() -> Story {
    let mut story = Story::new();
    story.timer(TimerIntent::Created);
    story.subscription(ProcessMessageSubscriptionIntent::Created, true);
    story.job(JobIntent::Created, 3, 0);
    story.job(JobIntent::Failed, 0, 0);
    story.incident(IncidentIntent::Created);
    story
}

#[test]
fn people_see_where_it_waits_why_it_stopped_and_how_it_came_there() {
    let names = Models::default().names(record::Key(2));
    expect![[r#"
        order v3 · 100 · active · 14s since 2023-11-14T22:13:21Z

        WAITING
          ship since 2023-11-14T22:13:28Z
            job 'ship-goods', 0 retries left, failed (no truck)  [200]
            timer at 2023-11-28T22:13:20Z -> reminder  [201]
            message 'order canceled' with key 'A1' -> canceled  [202]

        INCIDENTS
          JOB_NO_RETRIES at ship since 2023-11-14T22:13:35Z: no truck  [300]

        VARIABLES
          creditScore = 712
          address = {"city":"Berlin"}  in ship

        PATH
          BEGAN                 ELEMENT                                                           STATE      TOOK
          2023-11-14T22:13:21Z  order                                                             active
          2023-11-14T22:13:24Z  credit                                                            completed  2s
                                   not taken no: creditScore < 600 is false  (creditScore = 712)
                                -> taken yes: creditScore >= 600 is true  (creditScore = 712)
          2023-11-14T22:13:28Z  ship                                                              active"#]].assert_eq(&text::instance(&story().fold(), &names));
}

#[test]
fn a_listener_that_is_asked_is_called_one() {
    let events = [
        (ListenerEventType::Start, "start", "START"),
        (ListenerEventType::BeforeAll, "before all", "BEFORE_ALL"),
        (ListenerEventType::Cancel, "cancel", "CANCEL"),
    ];
    for (event, called, name) in events {
        let mut story = Story::new();
        story.listener(event);
        let names = Models::default().names(record::Key(2));
        let page = text::instance(&story.fold(), &names);
        let line = page.lines().find(|it| it.contains("audit")).unwrap_or_default();
        let waits = "listener 'audit', 1 retry left, waits for a worker  [203]";
        assert_eq!(line, format!("    {called} {waits}"));
        let json = json::instance(&story.fold(), &names);
        assert_eq!(json["waits"][0]["listenerEventType"], name, "{json:#}");
    }
}

#[test]
fn a_suspended_instance_that_is_canceled_waits_for_listeners_and_not_for_its_resumption() {
    let mut story = Story::new();
    let steps = [
        (ProcessInstanceIntent::Suspended, "suspended"),
        (ProcessInstanceIntent::ElementTerminating, "active"),
        (ProcessInstanceIntent::ElementTerminated, "terminated"),
    ];
    for (intent, state) in steps {
        story.end(INSTANCE, "order", intent);
        assert_eq!(story.fold().state.name(), state, "{intent:?}");
    }
}

#[test]
fn an_idle_ad_hoc_subprocess_can_be_told_what_begins_unless_it_waits_for_a_listener() {
    let mut story = Story::with(ElementType::AdHocSubProcess);
    let names = Models::default().names(record::Key(2));
    assert!(text::instance(&story.fold(), &names).contains("can be told what begins"));
    story.listener(ListenerEventType::End);
    assert!(!text::instance(&story.fold(), &names).contains("can be told what begins"));
}

#[test]
fn a_condition_is_shown_as_it_stands_in_the_model() {
    let mut story = Story::new();
    story.condition(ConditionalIntent::Created);
    story.condition(ConditionalIntent::Triggered);
    let names = Models::default().names(record::Key(2));
    let page = text::instance(&story.fold(), &names);
    let line = page.lines().find(|it| it.contains("condition")).unwrap_or_default();
    assert_eq!(line, "    condition 'stock < 3' -> low  [204]");
    let json = json::instance(&story.fold(), &names);
    assert_eq!(json["waits"][0]["condition"], "= stock < 3", "{json:#}");
    story.condition(ConditionalIntent::Deleted);
    assert!(!text::instance(&story.fold(), &names).contains("condition"));
}

#[test]
fn programs_see_the_same() {
    let names = Models::default().names(record::Key(2));
    expect_file!["tests/instance.json"]
        .assert_eq(&format!("{:#}\n", json::instance(&story().fold(), &names)));
}
