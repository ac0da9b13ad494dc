//! The fold on records made by hand.

use std::sync::Arc;

use record::*;
use value::{Doc, Str, json};

use super::incidents::Incidents;
use super::instance::{Instance, State};
use super::waits::{JobState, What};

/// The instance that is asked for.
pub(crate) const INSTANCE: Key = Key(100);
/// Its service task.
pub(crate) const SHIP: Key = Key(102);

/// Records of the order process: a gateway that chose, then a service task with a boundary timer
/// and a boundary message.
pub(crate) struct Story(pub(crate) Vec<Record>);

impl Story {
    pub(crate) fn new() -> Self {
        Self::with(ElementType::ServiceTask)
    }

    /// The same with another element in the place of the service task.
    pub(crate) fn with(ship: ElementType) -> Self {
        let mut story = Self(Vec::new());
        story.element(INSTANCE, "order", ElementType::Process, Key::NONE);
        story.variable(INSTANCE, "creditScore", "712");
        story.element(Key(101), "credit", ElementType::ExclusiveGateway, INSTANCE);
        story.gateway();
        story.flow("yes");
        story.element(SHIP, "ship", ship, INSTANCE);
        story.variable(SHIP, "address", r#"{"city":"Berlin"}"#);
        story
    }

    pub(crate) fn add(&mut self, key: Key, event: Event) {
        let position = self.0.len() as u64 + 1;
        let timestamp = 1_700_000_000_000 + i64::try_from(position).expect("few") * 1_000;
        self.0.push(Record {
            position,
            source: position,
            key,
            timestamp,
            event,
            caller: None,
            operation_reference: 0,
        });
    }

    pub(crate) fn origin(element_id: &str, element_instance: Key) -> Origin {
        Origin {
            definition: Key(2),
            process_id: "order".into(),
            version: 3,
            instance: INSTANCE,
            element: 1,
            element_id: element_id.into(),
            element_instance,
            root: Key(0),
        }
    }

    fn process_instance(
        &mut self,
        key: Key,
        intent: ProcessInstanceIntent,
        rest: ProcessInstanceEvent,
    ) {
        self.add(key, Event::ProcessInstance(ProcessInstanceEvent { intent, ..rest }));
    }

    fn element(&mut self, key: Key, id: &str, element_type: ElementType, flow_scope: Key) {
        let cause = Cause { kind: CauseKind::Command, key: INSTANCE, ..Cause::default() };
        let event = ProcessInstanceEvent {
            origin: Self::origin(id, key),
            flow_scope,
            element_type,
            ..ProcessInstanceEvent::default()
        };
        let began = ProcessInstanceEvent { cause: Some(Box::new(cause)), ..event.clone() };
        self.process_instance(key, ProcessInstanceIntent::ElementActivating, began);
        self.process_instance(key, ProcessInstanceIntent::ElementActivated, event);
    }

    pub(crate) fn end(&mut self, key: Key, id: &str, intent: ProcessInstanceIntent) {
        let event = ProcessInstanceEvent {
            origin: Self::origin(id, key),
            ..ProcessInstanceEvent::default()
        };
        self.process_instance(key, intent, event);
    }

    fn gateway(&mut self) {
        let condition = |flow: &str, expression: &str, result, taken| ConditionEvaluation {
            flow_id: flow.into(),
            expression: expression.into(),
            reads: vec![VariableRead {
                name: "creditScore".into(),
                value: raw("712"),
                truncated: false,
            }],
            result,
            taken,
            ..ConditionEvaluation::default()
        };
        let event = ProcessInstanceEvent {
            origin: Self::origin("credit", Key(101)),
            flow_scope: INSTANCE,
            element_type: ElementType::ExclusiveGateway,
            conditions: vec![
                condition("no", "=creditScore < 600", ConditionResult::False, false),
                condition("yes", "=creditScore >= 600", ConditionResult::True, true),
            ],
            ..ProcessInstanceEvent::default()
        };
        self.process_instance(Key(101), ProcessInstanceIntent::ElementCompleted, event);
    }

    fn flow(&mut self, id: &str) {
        let event = ProcessInstanceEvent {
            origin: Self::origin(id, Key(103)),
            flow_scope: INSTANCE,
            element_type: ElementType::SequenceFlow,
            ..ProcessInstanceEvent::default()
        };
        self.process_instance(Key(103), ProcessInstanceIntent::SequenceFlowTaken, event);
    }

    fn variable(&mut self, scope: Key, name: &str, value: &str) {
        self.add(
            Key(500),
            Event::Variable(VariableEvent {
                intent: VariableIntent::Created,
                origin: Self::origin("order", scope),
                name: name.into(),
                value: raw(value),
            }),
        );
    }

    pub(crate) fn job(&mut self, intent: JobIntent, retries: i32, back_off_ms: i64) {
        self.add(
            Key(200),
            Event::Job(JobEvent {
                intent,
                origin: Self::origin("ship", SHIP),
                job_type: "ship-goods".into(),
                retries,
                back_off_ms,
                recurs_at: 1_700_000_900_000,
                error_message: "no truck".into(),
                ..JobEvent::default()
            }),
        );
    }

    pub(crate) fn condition(&mut self, intent: ConditionalIntent) {
        let origin = Self::origin("low", SHIP);
        let condition = "= stock < 3".into();
        let event = ConditionalEvent { intent, origin, condition, ..ConditionalEvent::default() };
        self.add(Key(204), Event::ConditionalSubscription(event));
    }

    pub(crate) fn listener(&mut self, listener_event: ListenerEventType) {
        self.add(
            Key(203),
            Event::Job(JobEvent {
                intent: JobIntent::Created,
                origin: Self::origin("ship", SHIP),
                job_type: "audit".into(),
                retries: 1,
                kind: JobKind::ExecutionListener,
                listener_event,
                ..JobEvent::default()
            }),
        );
    }

    pub(crate) fn batch(&mut self) {
        let job = ActivatedJob {
            key: Key(200),
            origin: Self::origin("ship", SHIP),
            worker: "w1".into(),
            deadline: 1_700_000_300_000,
            ..ActivatedJob::default()
        };
        self.add(
            Key(600),
            Event::JobBatch(JobBatchEvent { jobs: vec![job], ..Default::default() }),
        );
    }

    pub(crate) fn timer(&mut self, intent: TimerIntent) {
        self.add(
            Key(201),
            Event::Timer(TimerEvent {
                intent,
                origin: Self::origin("reminder", SHIP),
                due: 1_701_209_600_000,
                repetitions: 1,
                interval: "".into(),
            }),
        );
    }

    pub(crate) fn subscription(
        &mut self,
        intent: ProcessMessageSubscriptionIntent,
        interrupting: bool,
    ) {
        self.add(
            Key(202),
            Event::ProcessMessageSubscription(ProcessMessageSubscriptionEvent {
                intent,
                subscription: Subscription {
                    origin: Self::origin("canceled", SHIP),
                    message_name: "order canceled".into(),
                    correlation_key: "A1".into(),
                    interrupting,
                },
                message: Key::NONE,
                variables: Doc::empty(),
            }),
        );
    }

    pub(crate) fn incident(&mut self, intent: IncidentIntent) {
        self.add(
            Key(300),
            Event::Incident(IncidentEvent {
                intent,
                origin: Self::origin("ship", SHIP),
                kind: IncidentType::JobNoRetries,
                message: "no truck".into(),
                job: Key(200),
                variable_scope: SHIP,
                parked: Arc::new([]),
                conditions: Vec::new(),
            }),
        );
    }

    pub(crate) fn fold(&self) -> Instance {
        let mut instance = Instance::new(INSTANCE);
        self.0.iter().for_each(|record| instance.apply(record));
        instance
    }

    /// The state of the one job.
    fn job_state(&self) -> Option<JobState> {
        let instance = self.fold();
        let mut states = instance.waits.iter().filter_map(|(_, wait)| match &wait.what {
            What::Job { state, .. } => Some(state.clone()),
            What::UserTask { .. }
            | What::Message { .. }
            | What::Signal { .. }
            | What::Condition { .. }
            | What::Timer { .. } => None,
        });
        states.next()
    }
}

fn raw(text: &str) -> Arc<[u8]> {
    json::to_msgpack(text).expect("JSON").into()
}

fn places(instance: &Instance) -> Vec<&str> {
    instance.places().map(|place| &*place.element_id).collect()
}

#[test]
fn an_instance_is_where_its_innermost_active_elements_are() {
    let instance = Story::new().fold();
    assert_eq!(instance.state, State::Active);
    assert_eq!(places(&instance), ["ship"]);
    assert_eq!((&*instance.origin.process_id, instance.origin.version), ("order", 3));
}

#[test]
fn the_path_holds_elements_and_flows_in_order_with_what_gateways_evaluated() {
    let instance = Story::new().fold();
    let ids: Vec<&str> = instance.path.iter().map(|step| &*step.element_id).collect();
    assert_eq!(ids, ["order", "credit", "yes", "ship"]);
    let gateway = &instance.path[1];
    assert_eq!(gateway.state, State::Completed);
    let taken: Vec<(&str, bool)> =
        gateway.conditions.iter().map(|it| (&*it.flow_id, it.taken)).collect();
    assert_eq!(taken, [("no", false), ("yes", true)]);
    assert_eq!(gateway.cause.as_ref().map(|cause| cause.kind), Some(CauseKind::Command));
}

#[test]
fn a_completed_instance_keeps_its_own_variables_only() {
    let mut story = Story::new();
    story.end(SHIP, "ship", ProcessInstanceIntent::ElementCompleted);
    story.end(INSTANCE, "order", ProcessInstanceIntent::ElementCompleted);
    let instance = story.fold();
    assert_eq!(instance.state, State::Completed);
    assert!(instance.ended.is_some());
    assert_eq!(places(&instance), [""; 0]);
    let names: Vec<Str> = instance.variables.into_keys().map(|(_, name)| name).collect();
    assert_eq!(names, [Str::from("creditScore")]);
}

#[test]
fn a_canceled_instance_is_terminated() {
    let mut story = Story::new();
    story.end(SHIP, "ship", ProcessInstanceIntent::ElementTerminated);
    story.end(INSTANCE, "order", ProcessInstanceIntent::ElementTerminated);
    let instance = story.fold();
    assert_eq!(instance.state, State::Terminated);
    assert_eq!(instance.path[3].state, State::Terminated);
}

#[test]
fn a_job_goes_from_worker_to_worker() {
    let mut story = Story::new();
    assert_eq!(story.job_state(), None);
    story.job(JobIntent::Created, 3, 0);
    assert_eq!(story.job_state(), Some(JobState::Activatable));
    story.batch();
    let has_it = JobState::Activated { worker: "w1".into(), deadline: 1_700_000_300_000 };
    assert_eq!(story.job_state(), Some(has_it));
    story.job(JobIntent::TimedOut, 3, 0);
    assert_eq!(story.job_state(), Some(JobState::Activatable));
    story.job(JobIntent::Failed, 2, 500);
    let message: Str = "no truck".into();
    let until = 1_700_000_900_000;
    let backing_off = JobState::BackingOff { until, message: message.clone() };
    assert_eq!(story.job_state(), Some(backing_off));
    story.job(JobIntent::RecurredAfterBackoff, 2, 0);
    assert_eq!(story.job_state(), Some(JobState::Activatable));
    story.job(JobIntent::Failed, 0, 0);
    assert_eq!(story.job_state(), Some(JobState::OutOfRetries { message: message.clone() }));
    story.incident(IncidentIntent::Created);
    story.job(JobIntent::RetriesUpdated, 1, 0);
    assert_eq!(story.job_state(), Some(JobState::OutOfRetries { message }));
    story.incident(IncidentIntent::Resolved);
    assert_eq!(story.job_state(), Some(JobState::Activatable));
    story.job(JobIntent::Completed, 1, 0);
    assert_eq!(story.job_state(), None);
}

#[test]
fn timers_and_messages_are_waited_for_until_they_end() {
    let mut story = Story::new();
    story.timer(TimerIntent::Created);
    story.subscription(ProcessMessageSubscriptionIntent::Creating, true);
    story.subscription(ProcessMessageSubscriptionIntent::Created, true);
    assert_eq!(story.fold().waits.iter().count(), 2);
    story.timer(TimerIntent::Triggered);
    story.subscription(ProcessMessageSubscriptionIntent::Correlated, true);
    assert_eq!(story.fold().waits.iter().count(), 0);
}

#[test]
fn a_subscription_that_does_not_interrupt_goes_on() {
    let mut story = Story::new();
    story.subscription(ProcessMessageSubscriptionIntent::Creating, false);
    story.subscription(ProcessMessageSubscriptionIntent::Correlated, false);
    assert_eq!(story.fold().waits.iter().count(), 1);
    story.subscription(ProcessMessageSubscriptionIntent::Deleted, false);
    assert_eq!(story.fold().waits.iter().count(), 0);
}

#[test]
fn incidents_are_open_until_they_are_resolved() {
    let mut story = Story::new();
    let open = |story: &Story| {
        let mut all = Incidents::default();
        story.0.iter().for_each(|record| all.apply(record));
        assert_eq!(all.iter().count(), story.fold().incidents.len());
        all.iter().count()
    };
    assert_eq!(open(&story), 0);
    story.incident(IncidentIntent::Created);
    assert_eq!(open(&story), 1);
    story.incident(IncidentIntent::Resolved);
    assert_eq!(open(&story), 0);
}

#[test]
fn records_of_other_instances_change_nothing() {
    let story = Story::new();
    let mut other = Instance::new(Key(999));
    story.0.iter().for_each(|record| other.apply(record));
    assert!(!other.is_known());
    assert!(other.variables.is_empty());
}
