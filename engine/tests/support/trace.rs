//! Records, replies and pushes as lines that people read.

use super::names::Names;
use super::time::at;
use engine::Push;
use record::{
    ActivatedJob, AdHocInstructionEvent, AdHocResult, Cause, ConditionEvaluation, ConditionalEvent,
    ConditionalIntent, DecisionEvaluationEvent, DeployedIntent, ElementType, Event, EventType,
    FileEvent, GatewayPhase, JobEvent, JobIntent, JobKind, Labels, MultiInstanceEvent,
    MultiInstanceIntent, Origin, ProcessEventEvent, ProcessEventIntent, ProcessInstanceEvent,
    ProcessInstanceIntent, Record, Reply, Subscription, TimerEvent, UserTaskEvent, UserTaskIntent,
};
use std::fmt::Write as _;
use value::Doc;

/// One record as a line; `None` for bookkeeping that scenarios do not show.
#[expect(clippy::too_many_lines, reason = "one arm for each kind of event")]
pub(crate) fn record(record: &Record, names: &Names) -> Option<String> {
    let key = names.of(record.key);
    let line = match &record.event {
        Event::ProcessInstance(it) => element(it, &key, names),
        Event::Deployment(it) => {
            let processes = it.processes.iter().map(|it| (it.key, it.duplicate));
            let decisions = it.decisions.iter().map(|it| (it.key, it.duplicate));
            let graphs = it.requirements.iter().map(|it| (it.key, it.duplicate));
            let forms = it.forms.iter().map(|it| (it.key, it.duplicate));
            let others = it.resources.iter().map(|it| (it.key, it.duplicate));
            let all = processes.chain(decisions).chain(graphs).chain(forms).chain(others);
            let all = all.map(|(key, is_duplicate)| {
                let duplicate = if is_duplicate { " (duplicate)" } else { "" };
                format!("{}{duplicate}", names.of(key))
            });
            format!("Deployment {key} of {}", all.collect::<Vec<_>>().join(", "))
        }
        Event::Process(it) if it.intent != DeployedIntent::Created => {
            format!("Process {:?} {key}", it.intent)
        }
        Event::Process(it) => format!("Process {key} from {}", it.process.resource_name),
        Event::Decision(it) if it.intent != DeployedIntent::Created => {
            format!("Decision {:?} {key}", it.intent)
        }
        Event::Decision(it) => {
            let tag = &it.version_tag;
            let tag = if tag.is_empty() { String::new() } else { format!(" tagged '{tag}'") };
            format!("Decision {key} in {}{tag}", names.of(it.decision.requirements))
        }
        Event::DecisionRequirements(it) if it.intent != DeployedIntent::Created => {
            format!("DecisionRequirements {:?} {key}", it.intent)
        }
        Event::DecisionRequirements(it) => {
            let imports = it.imports.iter().map(|it| names.of(it.requirements));
            let imports: Vec<String> = imports.map(|it| format!(" importing {it}")).collect();
            let imports = imports.concat();
            format!("DecisionRequirements {key} from {}{imports}", it.requirements.resource_name)
        }
        Event::DecisionEvaluation(it) => evaluation_of_decision(it, &key, names),
        Event::ProcessInstanceCreation(it) => {
            let awaits = if it.awaits.is_some() { " result awaited" } else { "" };
            let ends = it.end_after.join(",");
            let ends = if ends.is_empty() { ends } else { format!(" ends after {ends}") };
            let definition = names.of(it.origin.definition);
            format!("Creation {key} of {definition} {}{awaits}{ends}", it.variables.to_json())
        }
        Event::ProcessInstanceResult(it) => {
            format!("Result {} {}", names.of(it.origin.instance), it.variables.to_json())
        }
        Event::ProcessEvent(it) => format!(
            "ProcessEvent {:?} {} at {}{}{}{}",
            it.intent,
            it.origin.element_id,
            names.of(it.scope),
            part(it),
            document(&it.variables),
            cause(Some(&it.cause), names)
        ),
        Event::Job(it) => job(it, &key, names),
        Event::Form(it) => file("Form", it, &key),
        Event::Resource(it) => file("Resource", it, &key),
        Event::ResourceDeletion(it) => {
            format!("ResourceDeletion {:?} {key} of {}", it.intent, names.of(it.resource))
        }
        Event::UserTask(it) => user_task(it, &key, names),
        Event::JobBatch(it) => {
            let to = it.stream.as_ref().map_or_else(
                || format!("max={}", it.jobs_max),
                |it| format!("stream{}", it.number),
            );
            let truncated = if it.truncated { " truncated" } else { "" };
            let jobs: Vec<String> = it.jobs.iter().map(|it| names.of(it.key)).collect();
            format!(
                "JobBatch {} {to} worker={}{truncated}: {}",
                it.job_type,
                it.worker,
                jobs.join(" ")
            )
        }
        Event::Variable(it) => format!(
            "Variable {:?} {} {}={}",
            it.intent,
            names.of(it.origin.element_instance),
            it.name,
            value::json::value_to_json(&it.value)
        ),
        Event::VariableDocument(it) => {
            let local = if it.local { " local" } else { "" };
            let scope = names.of(it.origin.element_instance);
            format!("VariableDocument {scope}{local}{}", document(&it.variables))
        }
        Event::Incident(it) => {
            let job =
                if it.job.is_none() { String::new() } else { format!(" {}", names.of(it.job)) };
            let message = names.in_text(&it.message).replace('\n', "\\n");
            let message = if message.is_empty() { message } else { format!(": {message}") };
            let place = names.of(it.variable_scope);
            let conditions: String = it.conditions.iter().map(evaluation).collect();
            format!(
                "Incident {:?} {key} {:?} at {place}{job}{message}{conditions}",
                it.intent, it.kind
            )
        }
        Event::Timer(it) => timer(it, &key, names),
        Event::Message(it) => {
            let id = if it.message_id.is_empty() {
                String::new()
            } else {
                format!(" id={}", it.message_id)
            };
            let by = names.of(it.origin.element_instance);
            let by = if it.origin.instance.is_none() { String::new() } else { format!(" by {by}") };
            format!(
                "Message {:?} {key} {} '{}'{id} until {}{}{by}",
                it.intent,
                it.name,
                it.correlation_key,
                at(it.deadline),
                document(&it.variables)
            )
        }
        Event::MessageSubscription(it) => {
            let what = subscription(&it.subscription, names);
            let message = message(it.message, names);
            format!("MessageSubscription {:?} {key}{what}{message}", it.intent)
        }
        Event::ProcessMessageSubscription(it) => {
            let what = subscription(&it.subscription, names);
            let message = message(it.message, names);
            let variables = document(&it.variables);
            format!("ProcessMessageSubscription {:?} {key}{what}{message}{variables}", it.intent)
        }
        Event::MessageStartSubscription(it) => {
            let definition = names.of(it.origin.definition);
            let started = if it.origin.instance.is_none() {
                String::new()
            } else {
                format!(" starts {}", names.of(it.origin.instance))
            };
            let place = &it.origin.element_id;
            let message = message(it.message, names);
            let name = &it.message_name;
            format!(
                "MessageStartSubscription {:?} {key} {name} {place} of {definition}{started}{message}",
                it.intent
            )
        }
        Event::Signal(it) => {
            let by = names.of(it.origin.element_instance);
            let by = if it.origin.instance.is_none() { String::new() } else { format!(" by {by}") };
            format!("Signal {:?} {key} {}{}{by}", it.intent, it.name, document(&it.variables))
        }
        Event::CompensationSubscription(it) => {
            let activity = names.of(it.origin.element_instance);
            let by = if it.thrower.is_none() {
                String::new()
            } else {
                format!(" thrown by {}", names.of(it.thrower))
            };
            let handler = if it.handler_id.is_empty() { "what is inside" } else { &it.handler_id };
            let scope = names.of(it.scope);
            let kept = document(&it.variables);
            let how = format!("by {handler}{by}{kept}");
            format!("Compensation {:?} {key} of {activity} in {scope} {how}", it.intent)
        }
        Event::ConditionalSubscription(it) => conditional(it, &key, names),
        Event::SignalSubscription(it) => {
            let event = &it.origin.element_id;
            format!(
                "SignalSubscription {:?} {key} {} for {event}{}",
                it.intent,
                it.name,
                waiting(&it.origin, names)
            )
        }
        Event::Error(it) => format!("Error in {}", names.of(it.instance)),
        Event::Modification(it) => {
            let activated = it.activated.iter().map(|it| &*it.element_id).collect::<Vec<_>>();
            let terminated =
                it.terminated.iter().map(|it| names.of(it.element_instance)).collect::<Vec<_>>();
            format!("Modification {activated:?} instead of {terminated:?}")
        }
        Event::Migration(it) => {
            let (from, to) = (names.of(it.source), names.of(it.origin.definition));
            let mapped = it.mapping.iter().map(|it| format!(" {}>{}", it.source_id, it.target_id));
            format!(
                "Migration of {} from {from} to {to}{}",
                names.of(it.origin.instance),
                mapped.collect::<String>()
            )
        }
        Event::Escalation(it) => {
            let by = if it.catch_element_id.is_empty() {
                String::new()
            } else {
                format!(" caught by {}", it.catch_element_id)
            };
            let place = names.of(it.origin.element_instance);
            format!("Escalation {:?} '{}' at {place}{by}", it.intent, it.code)
        }
        Event::Clock(it) => format!("Clock {:?} {}", it.change, clock_value(it)),
        Event::AdHocInstruction(it) => instruction(it, names),
        Event::MultiInstance(it) => multi_instance(it, names),
        Event::ComplexGateway(it) => {
            let (id, scope) = (&it.origin.element_id, names.of(it.flow_scope));
            let conditions: String = it.conditions.iter().map(evaluation).collect();
            format!("ComplexGateway {:?} {id} in {scope}{conditions}", it.intent)
        }
        Event::Settings(_) => "Settings changed".to_owned(),
        Event::Logic(it) => format!("Logic raised to {}", it.logic),
        Event::KeysSkipped(_) => "(keys skipped)".to_owned(),
        Event::Rejection(it) => rejection(it, names),
        Event::StreamOpened(it) => {
            format!("(stream{} opened for {} worker={})", it.stream.number, it.job_type, it.worker)
        }
        Event::StreamCredited(it) => {
            format!("(stream{} credited {})", it.stream.number, it.credit)
        }
        Event::StreamClosed(it) => format!("(stream{} closed)", it.stream.number),
        Event::TermStarted(it) => format!("(term {} started)", it.term),
        Event::WorkParked(it) => format!("({} steps set aside)", it.steps.len()),
        Event::WorkResumed(_) => "(work taken up)".to_owned(),
        Event::Idempotency(it) => {
            let name = [" ", &*it.idempotency_key].concat();
            format!("(idempotency key {:?}{})", it.intent, name.trim_end())
        }
        Event::StepHeld(it) if it.timer.is_none() => "(a step is kept)".to_owned(),
        Event::StepHeld(it) => format!("({} is kept)", names.of(it.timer)),
        Event::JobHeld(it) => {
            let how = if it.is_held { "kept" } else { "offered again" };
            format!("({} is {how})", names.of(it.job))
        }
        Event::ReplyRemembered(_) | Event::RequestsSettled(_) => return None,
    };
    Some(line)
}

fn file(what: &str, it: &FileEvent, key: &str) -> String {
    if it.intent != DeployedIntent::Created {
        return format!("{what} {:?} {key}", it.intent);
    }
    let tag = &it.version_tag;
    let tag = if tag.is_empty() { String::new() } else { format!(" tagged '{tag}'") };
    format!("{what} {key} from {}{tag}", it.file.resource_name)
}

/// An evaluation with a line for each decision, and one for each rule that says something.
fn evaluation_of_decision(it: &DecisionEvaluationEvent, key: &str, names: &Names) -> String {
    let decision = names.of(it.decision.key);
    let place = names.of(it.origin.element_instance);
    let place = if it.origin.instance.is_none() { String::new() } else { format!(" at {place}") };
    let mut line = format!("DecisionEvaluation {:?} {key} of {decision}{place}", it.intent);
    let _ = write!(line, "{} = {}", document(&it.variables), shown(&it.output));
    if !it.failed_decision_id.is_empty() {
        let message = it.failure_message.replace('\n', "\\n");
        let _ = write!(line, " failed in {}: {message}", it.failed_decision_id);
    }
    if it.values_left_out > 0 {
        let _ = write!(line, " ({} values left out)", it.values_left_out);
    }
    for it in &it.evaluated {
        let _ = write!(line, "\n    {} {:?} = {}", names.of(it.key), it.kind, shown(&it.output));
        for input in &it.inputs {
            let _ = write!(line, " [{}]={}", input.name, shown(&input.value));
        }
        for rule in &it.matched {
            let outputs = rule.outputs.iter().map(|it| format!("{}={}", it.name, shown(&it.value)));
            let outputs: Vec<String> = outputs.collect();
            // An output that fails has no value, and neither have those behind it.
            let given = if outputs.is_empty() { "matches" } else { "gives " };
            let _ = write!(line, "\n      rule {} {given}{}", rule.number, outputs.join(" "));
        }
        unmatched(&mut line, &it.unmatched_rules().collect::<Vec<_>>());
        if it.unmatched_left_out {
            line.push_str("\n      (too many rules to explain)");
        }
    }
    for it in &it.warnings {
        let _ = write!(line, "\n    warning [{}] {}: {}", it.kind, it.place, it.message);
    }
    if it.warnings_left_out > 0 {
        let _ = write!(line, "\n    ({} warnings left out)", it.warnings_left_out);
    }
    line
}

/// A line for each rule, or for many in a row that fail at the same input.
fn unmatched(line: &mut String, rules: &[record::UnmatchedRule]) {
    let runs = rules.chunk_by(|it, next| it.rule + 1 == next.rule && it.input == next.input);
    for run in runs {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        if run.len() >= 10 {
            let (first, last, input) = (first.rule, last.rule, first.input);
            let _ = write!(line, "\n      rules {first} to {last} fail at input {input}");
            continue;
        }
        for it in run {
            let _ = write!(line, "\n      rule {} fails at input {}", it.rule, it.input);
        }
    }
}

/// A value that may have been left out.
fn shown(value: &[u8]) -> String {
    if value.is_empty() { "(none)".to_owned() } else { value::json::value_to_json(value) }
}

fn clock_value(event: &record::ClockEvent) -> String {
    match event.change {
        record::ClockChange::Pin => at(event.value),
        record::ClockChange::Add => format!("{} ms", event.value),
        record::ClockChange::Reset => String::new(),
    }
}

fn element(event: &ProcessInstanceEvent, key: &str, names: &Names) -> String {
    let mut line = format!("{:?} {key}", event.intent);
    match event.intent {
        ProcessInstanceIntent::ElementActivating => {
            let _ = write!(line, " {}", kind(event.element_type, event.event_type));
            if !event.flow_scope.is_none() {
                let _ = write!(line, " in {}", names.of(event.flow_scope));
            }
            line.push_str(&cause(event.cause.as_deref(), names));
            if event.flow_scope.is_none() && !event.parent_element.is_none() {
                let root = names.of(event.origin.root);
                let _ = write!(line, " called by {} in {root}", names.of(event.parent_element));
            }
            if event.passed > 0 {
                let _ = write!(line, " after {} in a loop", event.passed);
            }
            if event.phase != GatewayPhase::None {
                let _ = write!(line, " for {:?}", event.phase);
            }
            line.push_str(&labels(&event.labels));
            if !event.start_lock.is_empty() {
                let _ = write!(line, " locks '{}'", event.start_lock);
            }
        }
        ProcessInstanceIntent::SequenceFlowTaken | ProcessInstanceIntent::SequenceFlowDeleted => {
            let _ = write!(line, " in {}", names.of(event.flow_scope));
            line.push_str(&cause(event.cause.as_deref(), names));
        }
        ProcessInstanceIntent::ElementMigrated => {
            let kind = kind(event.element_type, event.event_type);
            let _ = write!(line, " becomes {} {kind}", event.origin.element_id);
            line.push_str(&cause(event.cause.as_deref(), names));
            if !event.start_lock.is_empty() {
                let _ = write!(line, " locks '{}'", event.start_lock);
            }
            for it in &event.awaiting_reset {
                let flows = it.flows.len();
                let _ = write!(line, " awaits the rest at #{} after {flows}", it.gateway);
            }
        }
        ProcessInstanceIntent::BusinessIdAssigned => line.push_str(&labels(&event.labels)),
        ProcessInstanceIntent::Unspecified
        | ProcessInstanceIntent::ElementActivated
        | ProcessInstanceIntent::ElementCompleting
        | ProcessInstanceIntent::ElementCompleted
        | ProcessInstanceIntent::ElementTerminating
        | ProcessInstanceIntent::ElementTerminated
        | ProcessInstanceIntent::Suspended
        | ProcessInstanceIntent::Resumed => {
            line.push_str(&cause(event.cause.as_deref(), names));
        }
    }
    for condition in &event.conditions {
        line.push_str(&evaluation(condition));
    }
    line
}

/// What an ad-hoc subprocess was told.
fn instruction(event: &AdHocInstructionEvent, names: &Names) -> String {
    let place = names.of(event.origin.element_instance);
    let begins = event.activities.iter();
    let begins: Vec<_> =
        begins.map(|it| format!(" {}{}", it.element_id, document(&it.variables))).collect();
    let begins = begins.concat();
    let cancels = if event.cancel_remaining { " instead of the rest" } else { "" };
    let by = cause(Some(&event.cause), names);
    format!("AdHocInstruction {:?} {place}{begins}{cancels}{by}", event.intent)
}

/// What the worker of an ad-hoc subprocess decided.
fn decided(result: &AdHocResult) -> String {
    let ids: Vec<&str> = result.activities.iter().map(|it| &*it.element_id).collect();
    let enough = if result.is_fulfilled { " enough" } else { "" };
    let instead = if result.cancel_remaining { " instead of the rest" } else { "" };
    format!(" begins=[{}]{enough}{instead}", ids.join(","))
}

/// An element as traces name it.
pub(crate) fn kind(element: ElementType, event: EventType) -> String {
    match event {
        EventType::Unspecified => format!("{element:?}"),
        EventType::None
        | EventType::Message
        | EventType::Timer
        | EventType::Error
        | EventType::Escalation
        | EventType::Terminate
        | EventType::Link
        | EventType::Signal
        | EventType::Compensation
        | EventType::Conditional
        | EventType::Cancel
        | EventType::Multiple
        | EventType::ParallelMultiple => {
            format!("{element:?}({event:?})")
        }
    }
}

/// Which part of what an event waits for has happened.
fn part(event: &ProcessEventEvent) -> String {
    match (event.part_of, event.intent) {
        (0, _) => String::new(),
        (of, ProcessEventIntent::Triggered) => format!(" one of {of}"),
        (of, ProcessEventIntent::Triggering) => format!(" one of {of}, {} left", event.parts_left),
    }
}

fn conditional(event: &ConditionalEvent, key: &str, names: &Names) -> String {
    let mut line = format!("Conditional {:?} {key}", event.intent);
    if event.intent == ConditionalIntent::Evaluated {
        let _ = write!(line, "{}", document(&event.variables));
    } else {
        let place = names.of(event.origin.element_instance);
        let _ = write!(line, " {} for {} at {place}", event.condition, event.origin.element_id);
    }
    if event.intent == ConditionalIntent::Created {
        let words = [
            (!event.variable_names.is_empty(), format!(" of {}", event.variable_names.join(","))),
            (!event.on_create, " not when created".to_owned()),
            (!event.on_update, " not when updated".to_owned()),
            (!event.interrupting, " non-interrupting".to_owned()),
        ];
        line.extend(words.into_iter().filter(|it| it.0).map(|it| it.1));
    }
    for condition in &event.conditions {
        line.push_str(&evaluation(condition));
    }
    line
}

fn evaluation(condition: &ConditionEvaluation) -> String {
    let reads: Vec<String> = condition
        .reads
        .iter()
        .map(|it| {
            let value = match (it.truncated, it.value.is_empty()) {
                (true, _) => "(too large)".to_owned(),
                (false, true) => "(absent)".to_owned(),
                (false, false) => value::json::value_to_json(&it.value),
            };
            format!("{}={value}", it.name)
        })
        .collect();
    let taken = if condition.taken { ", taken" } else { "" };
    let more = if condition.reads_truncated { " and more" } else { "" };
    format!(
        "\n    {} [{}] read {{{}}}{more}: {:?}{taken}",
        condition.flow_id,
        condition.expression,
        reads.join(", "),
        condition.result
    )
}

fn cause(cause: Option<&Cause>, names: &Names) -> String {
    cause.map_or_else(String::new, |it| {
        let key = if it.key.is_none() { String::new() } else { format!(" {}", names.of(it.key)) };
        let by =
            if it.principal.is_empty() { String::new() } else { format!(" of {}", it.principal) };
        let reason = if it.reason.is_empty() { String::new() } else { format!(" '{}'", it.reason) };
        format!(" by {:?}{key}{by}{reason}", it.kind)
    })
}

fn job(event: &JobEvent, key: &str, names: &Names) -> String {
    let place = names.of(event.origin.element_instance);
    let mut line = format!(
        "Job {:?} {key} {} at {place} retries={}",
        event.intent, event.job_type, event.retries
    );
    if event.kind != JobKind::BpmnElement {
        let _ = write!(line, " {:?}:{:?}", event.kind, event.listener_event);
    }
    if event.priority != 0 {
        let _ = write!(line, " priority={}", event.priority);
    }
    if event.intent == JobIntent::Created {
        line.push_str(&labels(&event.labels));
    }
    if event.deadline != 0 {
        let _ = write!(line, " deadline={}", at(event.deadline));
    }
    if event.recurs_at != 0 {
        let _ = write!(line, " again={}", at(event.recurs_at));
    }
    if !event.error_code.is_empty() {
        let _ = write!(line, " code={}", event.error_code);
    }
    if !event.error_message.is_empty() {
        let _ = write!(line, " '{}'", event.error_message);
    }
    for header in event.headers.iter().chain(&event.added_headers) {
        let _ = write!(line, " {}:{}", header.key, names.in_text(&header.value));
    }
    if let Some(it) = &event.result {
        let denied = if it.denied { " denied" } else { "" };
        match &it.ad_hoc {
            None => {
                let _ = write!(line, "{denied} corrects=[{}]", it.corrections.names().join(","));
            }
            Some(it) => line.push_str(&decided(it)),
        }
    }
    line.push_str(&document(&event.variables));
    line
}

/// What the caller calls an instance.
fn labels(labels: &Labels) -> String {
    let mut text = String::new();
    if !labels.business_id.is_empty() {
        let _ = write!(text, " business-id={}", labels.business_id);
    }
    if !labels.tags.is_empty() {
        let _ = write!(text, " tags={}", labels.tags.join(","));
    }
    text
}

fn multi_instance(event: &MultiInstanceEvent, names: &Names) -> String {
    let place = names.of(event.origin.element_instance);
    let json = |value: &[u8]| value::json::value_to_json(value);
    match event.intent {
        MultiInstanceIntent::InputCollectionEvaluated => {
            let items = if event.items.is_empty() { String::new() } else { json(&event.items) };
            let order = if event.is_sequential { " one by one" } else { "" };
            format!("MultiInstance InputCollectionEvaluated {place} {}{order} {items}", event.count)
        }
        MultiInstanceIntent::OutputElementCollected => {
            let (number, output) = (event.loop_counter, json(&event.output));
            format!("MultiInstance OutputElementCollected {place} {number} {output}")
        }
        MultiInstanceIntent::LoopEntered if event.count == u32::MAX => {
            format!("MultiInstance LoopEntered {place}")
        }
        MultiInstanceIntent::LoopEntered => {
            format!("MultiInstance LoopEntered {place} at most {}", event.count)
        }
        it
        @ (MultiInstanceIntent::CompletionConditionFulfilled | MultiInstanceIntent::LoopLeft) => {
            format!("MultiInstance {it:?} {place}")
        }
    }
}

fn user_task(event: &UserTaskEvent, key: &str, names: &Names) -> String {
    let it = &event.attributes;
    let place = names.of(event.origin.element_instance);
    let form = if it.form.is_none() { String::new() } else { names.of(it.form) };
    let said = [
        ("assignee", it.assignee.to_string()),
        ("groups", it.candidate_groups.join(",")),
        ("users", it.candidate_users.join(",")),
        ("due", it.due_date.to_string()),
        ("follow", it.follow_up_date.to_string()),
        ("priority", it.priority.to_string()),
        ("form", form),
        ("external-form", it.external_form.to_string()),
        ("action", event.action.to_string()),
        ("changes", event.changed.join(",")),
        ("first-assignee", event.first_assignee.to_string()),
        ("denied", event.denied_reason.to_string()),
    ];
    let mut line = format!("UserTask {:?} {key} at {place}", event.intent);
    if event.intent == UserTaskIntent::Creating {
        line.push_str(&labels(&event.labels));
    }
    for (name, value) in said.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = write!(line, " {name}={value}");
    }
    for header in &event.headers {
        let _ = write!(line, " {}:{}", header.key, header.value);
    }
    line.push_str(&document(&event.variables));
    line
}

fn timer(event: &TimerEvent, key: &str, names: &Names) -> String {
    let waiting = waiting(&event.origin, names);
    let target = &event.origin.element_id;
    let mut line =
        format!("Timer {:?} {key} {target}{waiting} due {}", event.intent, at(event.due));
    if !event.interval.is_empty() {
        let _ = write!(line, " left={} every {}", event.repetitions, event.interval);
    }
    line
}

/// Which element instance waits or, for a start event, of which definition it is and what it
/// starts.
fn waiting(origin: &Origin, names: &Names) -> String {
    if !origin.element_instance.is_none() {
        return format!(" at {}", names.of(origin.element_instance));
    }
    let of = format!(" of {}", names.of(origin.definition));
    if origin.instance.is_none() {
        of
    } else {
        format!("{of} starts {}", names.of(origin.instance))
    }
}

fn subscription(it: &Subscription, names: &Names) -> String {
    let Origin { element_id, element_instance, .. } = &it.origin;
    let waiting = names.of(*element_instance);
    format!(" {} '{}' for {element_id} at {waiting}", it.message_name, it.correlation_key)
}

fn message(key: record::Key, names: &Names) -> String {
    if key.is_none() { String::new() } else { format!(" {}", names.of(key)) }
}

fn document(doc: &Doc) -> String {
    if doc.is_empty() { String::new() } else { format!(" {}", doc.to_json()) }
}

fn rejection(it: &record::Rejection, names: &Names) -> String {
    format!("Rejected {:?} {:?}: {}", it.intent, it.kind, names.in_text(&it.reason))
}

/// One reply as a line.
pub(crate) fn reply(seq: u64, reply: &Reply, names: &Names) -> String {
    let what = match reply {
        Reply::Accepted(_) => "accepted".to_owned(),
        Reply::Rejected(it) => format!("rejected {:?}", it.kind),
        Reply::Deployed(it) => {
            let processes = it.processes.iter().map(|it| it.key);
            let decisions = it.decisions.iter().map(|it| it.key);
            let graphs = it.requirements.iter().map(|it| it.key);
            let forms = it.forms.iter().map(|it| it.key);
            let others = it.resources.iter().map(|it| it.key);
            let all = processes.chain(decisions).chain(graphs).chain(forms).chain(others);
            let all = all.map(|it| names.of(it));
            format!("deployed {}", all.collect::<Vec<_>>().join(", "))
        }
        Reply::InstanceCreated(it) => {
            let labels = labels(&it.labels);
            format!("created {} of {}{labels}", names.of(it.instance), names.of(it.definition))
        }
        Reply::InstanceResult(it) => {
            format!("result of {} {}", names.of(it.created.instance), it.variables.to_json())
        }
        Reply::JobsActivated(it) => {
            let jobs: Vec<String> = it.jobs.iter().map(|it| activated(it, names)).collect();
            let truncated = if it.truncated { " (truncated)" } else { "" };
            format!("{} jobs{truncated}{}", it.jobs.len(), jobs.concat())
        }
        Reply::MessagePublished(it) => format!("published {}", names.of(it.key)),
        Reply::SignalBroadcast(it) => format!("broadcast {}", names.of(it.key)),
        Reply::VariablesSet(_) => "variables set".to_owned(),
        Reply::Settings(_) => "settings".to_owned(),
        Reply::ClockChanged(it) => format!("clock at {}", at(it.now)),
        Reply::ConditionalEvaluated(it) => {
            let started = it.started.iter().map(|it| names.of(it.instance)).collect::<Vec<_>>();
            format!("{} started [{}]", names.of(it.key), started.join(", "))
        }
        Reply::DecisionEvaluated(it) => {
            let output = shown(&it.evaluation.output);
            format!("{:?} {} {output}", it.evaluation.intent, names.of(it.key))
        }
    };
    format!("=> #{seq} {what}")
}

fn activated(job: &ActivatedJob, names: &Names) -> String {
    let headers: Vec<String> =
        job.headers.iter().map(|it| format!(" {}:{}", it.key, names.in_text(&it.value))).collect();
    format!(
        "\n    {} #{} worker={} retries={} deadline={}{}{} {}",
        names.of(job.key),
        job.activation,
        job.worker,
        job.retries,
        at(job.deadline),
        labels(&job.labels),
        headers.concat(),
        job.variables.to_json()
    )
}

/// One push as a line.
pub(crate) fn push(push: &Push, names: &Names) -> String {
    match push {
        Push::Job(it) => format!("=> stream{} gets{}", it.stream.number, activated(&it.job, names)),
        Push::JobsAvailable(it) => format!("=> jobs available: {}", it.job_type),
        Push::StreamClosed(it) => format!("=> stream{} is closed", it.number),
    }
}
