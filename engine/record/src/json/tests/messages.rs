//! Lines about messages and who waits for them, and about loops.

use expect_test::expect;
use value::Doc;

use super::{check, doc, origin};
use crate::*;

#[test]
fn a_message_has_its_variables() {
    check(
        Event::Message(MessageEvent {
            intent: MessageIntent::Published,
            name: "order placed".into(),
            correlation_key: "A1".into(),
            message_id: "m-1".into(),
            time_to_live_ms: 1_000,
            deadline: 1_700_000_001_000,
            variables: doc(r#"{"a":[1,2]}"#),
            ..MessageEvent::default()
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"MESSAGE","intent":"PUBLISHED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"name":"order placed","correlationKey":"A1","messageId":"m-1","timeToLive":1000,"deadline":1700000001000,"variables":{"a":[1,2]},"tenantId":"<default>"}}"#]],
    );
}

#[test]
fn a_message_or_signal_that_an_element_threw_names_it() {
    let message = MessageEvent {
        intent: MessageIntent::AlreadyPublished,
        name: "order placed".into(),
        origin: origin(),
        ..MessageEvent::default()
    };
    check(
        Event::Message(message),
        expect![[r#"
        {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"MESSAGE","intent":"ALREADY_PUBLISHED","rejectionType":"NULL_VAL","rejectionReason":"",
        "value":{"name":"order placed","correlationKey":"","messageId":"","timeToLive":0,"deadline":-1,"variables":{},"tenantId":"<default>"},
        "baton":{"thrownBy":{"processInstanceKey":2251799813685252,"elementId":"ship","elementInstanceKey":2251799813685253}}}"#]],
    );
    let signal = SignalEvent { name: "closed".into(), origin: origin(), ..SignalEvent::default() };
    check(
        Event::Signal(signal),
        expect![[r#"
        {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"SIGNAL","intent":"BROADCASTED","rejectionType":"NULL_VAL","rejectionReason":"",
        "value":{"signalName":"closed","variables":{},"tenantId":"<default>"},
        "baton":{"thrownBy":{"processInstanceKey":2251799813685252,"elementId":"ship","elementInstanceKey":2251799813685253}}}"#]],
    );
}

#[test]
fn a_loop_says_how_often_it_runs_at_most() {
    let entered = |count| {
        let intent = MultiInstanceIntent::LoopEntered;
        let event = MultiInstanceEvent { intent, count, ..MultiInstanceEvent::default() };
        Event::MultiInstance(MultiInstanceEvent { origin: origin(), ..event })
    };
    check(
        entered(3),
        expect![[r#"
        {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"MULTI_INSTANCE","intent":"LOOP_ENTERED","rejectionType":"NULL_VAL","rejectionReason":"",
        "value":{"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"elementId":"ship","elementInstanceKey":2251799813685253,"loopMaximum":3,"tenantId":"<default>"}}"#]],
    );
    check(
        entered(u32::MAX),
        expect![[r#"
        {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"MULTI_INSTANCE","intent":"LOOP_ENTERED","rejectionType":"NULL_VAL","rejectionReason":"",
        "value":{"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"elementId":"ship","elementInstanceKey":2251799813685253,"tenantId":"<default>"}}"#]],
    );
}

fn subscription() -> Subscription {
    Subscription {
        origin: origin(),
        message_name: "paid".into(),
        correlation_key: "A1".into(),
        interrupting: true,
    }
}

#[test]
fn the_two_sides_of_a_subscription_have_the_same_fields() {
    check(
        Event::MessageSubscription(MessageSubscriptionEvent {
            intent: MessageSubscriptionIntent::Correlating,
            subscription: subscription(),
            message: Key::new(1, 11),
            variables: doc(r#"{"amount":10}"#),
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"MESSAGE_SUBSCRIPTION","intent":"CORRELATING","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"elementId":"ship","elementInstanceKey":2251799813685253,"messageName":"paid","correlationKey":"A1","interrupting":true,"tenantId":"<default>","messageKey":2251799813685259,"variables":{"amount":10}}}"#]],
    );
    check(
        Event::ProcessMessageSubscription(ProcessMessageSubscriptionEvent {
            intent: ProcessMessageSubscriptionIntent::Created,
            subscription: subscription(),
            message: Key::NONE,
            variables: Doc::empty(),
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"PROCESS_MESSAGE_SUBSCRIPTION","intent":"CREATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":2251799813685252,"rootProcessInstanceKey":2251799813685252,"elementId":"ship","elementInstanceKey":2251799813685253,"messageName":"paid","correlationKey":"A1","interrupting":true,"tenantId":"<default>","messageKey":-1,"variables":{}}}"#]],
    );
}

#[test]
fn a_start_subscription_names_the_start_event() {
    check(
        Event::MessageStartSubscription(MessageStartSubscriptionEvent {
            intent: StartSubscriptionIntent::Created,
            origin: Origin {
                instance: Key::NONE,
                element_instance: Key::NONE,
                element_id: "placed".into(),
                ..origin()
            },
            message_name: "order placed".into(),
            ..MessageStartSubscriptionEvent::default()
        }),
        expect![[r#"
            {"partitionId":1,"position":12,"sourceRecordPosition":10,"key":2251799813685255,"timestamp":1700000000000,"recordType":"EVENT","valueType":"MESSAGE_START_EVENT_SUBSCRIPTION","intent":"CREATED","rejectionType":"NULL_VAL","rejectionReason":"",
            "value":{"bpmnProcessId":"order","processDefinitionKey":2251799813685250,"processInstanceKey":-1,"rootProcessInstanceKey":-1,"startEventId":"placed","messageName":"order placed","messageKey":-1,"correlationKey":"","variables":{},"tenantId":"<default>"}}"#]],
    );
}
