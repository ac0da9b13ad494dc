//! Lines about the partition as a whole.

use expect_test::expect;

use super::check;
use crate::*;

#[test]
fn the_clock_tells_pin_or_offset() {
    check(
        Event::Clock(ClockEvent { change: ClockChange::Pin, value: 1_700_000_000_000 }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"CLOCK","intent":"PINNED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"time":1700000000000}}"#]],
    );
    check(
        Event::Clock(ClockEvent { change: ClockChange::Add, value: 1_000 }),
        expect![[r#"
        {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"CLOCK","intent":"ADDED","rejectionType":"NULL_VAL","rejectionReason":"",
        "value":{"time":-1,"offset":1000}}"#]],
    );
}

#[test]
fn settings_are_listed() {
    check(
        Event::Settings(SettingsEvent { settings: Settings::initial() }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"SETTINGS","intent":"CHANGED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"zone":"UTC","work_per_entry":512,"expression_steps_max":1000000,"expression_bytes_max":16777216,"expression_depth_max":200,"activation_bytes_max":4000000,"activation_jobs_max":10000,"remembered_replies_max":65536,"remembered_replies_ms":600000,"streams_max":10000,"error_message_bytes_max":10000,"call_depth_max":1000,"loop_cardinality_max":100000,"loop_elements_max":10000,"idempotency_bytes_max":67108864,"idempotency_ms":86400000,"business_id_unique":0}}"#]],
    );
}

#[test]
fn a_raised_logic_version_is_told() {
    check(
        Event::Logic(LogicEvent { logic: 2 }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"LOGIC","intent":"RAISED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"logicVersion":2}}"#]],
    );
}

#[test]
fn a_rejection_names_command_type_and_reason() {
    check(
        Event::Rejection(Rejection {
            kind: RejectionType::NotFound,
            intent: CommandIntent::JobComplete,
            reason: "There is no job '7'.".into(),
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"COMMAND_REJECTION","valueType":"JOB","intent":"COMPLETE","rejectionType":"NOT_FOUND","rejectionReason":"There is no job '7'.",
            "value":{}}"#]],
    );
}
