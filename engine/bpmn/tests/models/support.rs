//! Small models in few words, and graphs and problems as text.

use std::fmt::Write as _;

use bpmn::{
    AdHocSubProcess, BoundaryEvent, BusinessRule, CalledProcess, Condition, Decider, Element,
    Expression, Form, Items, JobDefinition, Kind, Listener, Mapping, MultiInstance, Process,
    Script, Sending, StandardLoop, StartEvent, Throw, Timer, Trigger, UserTask,
};
use expect_test::Expect;

/// A file with one executable process `p`, and `roots` beside it.
pub(crate) fn file(roots: &str, process: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t">{roots}
<bpmn:process id="p" name="P" isExecutable="true">
{process}
</bpmn:process></bpmn:definitions>"#
    )
}

/// A process from a small language, one element per line; XML lines stay as they are.
///
/// `start s`, `end e`, `task t`, `idle t`, `manual t`, `xor x [default]`,
/// `flow f: a -> b [= condition]`.
pub(crate) fn model(lines: &str) -> String {
    let mut xml = String::new();
    for line in lines.lines().map(str::trim) {
        let words: Vec<_> = line.split(' ').collect();
        match words.as_slice() {
            ["start", id] => writeln!(xml, r#"<bpmn:startEvent id="{id}"/>"#),
            ["end", id] => writeln!(xml, r#"<bpmn:endEvent id="{id}"/>"#),
            ["task", id] => writeln!(
                xml,
                r#"<bpmn:serviceTask id="{id}"><bpmn:extensionElements><zeebe:taskDefinition type="{id}"/></bpmn:extensionElements></bpmn:serviceTask>"#
            ),
            ["idle", id] => writeln!(xml, r#"<bpmn:task id="{id}"/>"#),
            ["manual", id] => writeln!(xml, r#"<bpmn:manualTask id="{id}"/>"#),
            ["xor", id] => writeln!(xml, r#"<bpmn:exclusiveGateway id="{id}"/>"#),
            ["xor", id, default] => {
                writeln!(xml, r#"<bpmn:exclusiveGateway id="{id}" default="{default}"/>"#)
            }
            ["flow", id, source, "->", target, condition @ ..] => {
                let id = id.trim_end_matches(':');
                let condition = condition.join(" ");
                let condition = if condition.is_empty() {
                    String::new()
                } else {
                    format!("<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>")
                };
                writeln!(
                    xml,
                    r#"<bpmn:sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}">{condition}</bpmn:sequenceFlow>"#
                )
            }
            _ => writeln!(xml, "{line}"),
        }
        .expect("text can be written");
    }
    xml
}

/// Compiles a file and compares the graphs, or the problems, with what is expected.
pub(crate) fn check(xml: &str, expected: &Expect) {
    let shown = match bpmn::compile("model.bpmn", xml.as_bytes()) {
        Ok(resource) => resource.processes.iter().map(|process| dump(process)).collect(),
        Err(problems) => lines(problems.iter().map(|problem| {
            let path = if problem.path.is_empty() { "(file)" } else { &problem.path };
            format!("{path}: {}", problem.message)
        })),
    };
    expected.assert_eq(&shown);
}

fn lines(items: impl Iterator<Item = String>) -> String {
    items.fold(String::new(), |text, line| text + &line + "\n")
}

/// A process as text, one element or flow per line.
fn dump(process: &Process) -> String {
    let mut text = format!("process {}", process.id);
    if let Some(tag) = &process.version_tag {
        write!(text, " tag={tag}").expect("text can be written");
    }
    text += &format!(
        " none_start={:?} message_starts={:?}\n",
        id(process, process.none_start),
        process.message_starts.iter().map(|ix| id(process, Some(*ix))).collect::<Vec<_>>()
    );
    text += &lines(process.elements.iter().map(|element| format!("  {}", one(process, element))));
    text + &lines(process.flows.iter().map(|flow| {
        let condition =
            flow.condition.as_ref().map_or(String::new(), |it| format!(" if {}", it.text()));
        format!(
            "  #{} flow {}: {} -> {}{condition}",
            flow.ix.0,
            flow.id,
            id(process, Some(flow.source)),
            id(process, Some(flow.target))
        )
    }))
}

fn ids(process: &Process, all: &[bpmn::ElementIx]) -> String {
    let all: Vec<_> = all.iter().map(|ix| id(process, Some(*ix))).collect();
    all.join(",")
}

fn id(process: &Process, ix: Option<bpmn::ElementIx>) -> &str {
    ix.and_then(|ix| process.element(ix)).map_or("-", |element| &element.id)
}

fn one(process: &Process, element: &Element) -> String {
    let mut text = format!(
        "#{} {} {}/{} in {}",
        element.ix.0,
        element.id,
        element.element_type().as_str(),
        element.event_type().as_str(),
        id(process, Some(element.scope))
    );
    if element.incoming > 0 {
        text += &format!(" incoming={}", element.incoming);
    }
    if !element.outgoing.is_empty() {
        let flows: Vec<_> = process.outgoing(element).map(|flow| &*flow.id).collect();
        text += &format!(" outgoing={}", flows.join(","));
    }
    if !element.boundary_events.is_empty() {
        let events: Vec<_> =
            element.boundary_events.iter().map(|ix| id(process, Some(*ix))).collect();
        text += &format!(" boundary={}", events.join(","));
    }
    if element.in_straight_loop {
        text += " in-loop";
    }
    if let Some(it) = &element.multi_instance {
        text += &marker(it);
    }
    text += &kind(process, &element.kind);
    text += &listeners(" before-all", &element.listeners.before_all);
    text += &listeners(" on-start", &element.listeners.start);
    text += &listeners(" on-end", &element.listeners.end);
    text += &listeners(" on-cancel", &element.listeners.cancel);
    text += &mappings(" in", &element.inputs);
    text + &mappings(" out", &element.outputs)
}

fn listeners(label: &str, list: &[Listener]) -> String {
    let one = |it: &Listener| {
        let headers: Vec<_> =
            it.headers.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let headers =
            if headers.is_empty() { String::new() } else { format!(" [{}]", headers.join(",")) };
        format!("{}x{}{headers}", value(&it.job_type), value(&it.retries))
    };
    let all: Vec<_> = list.iter().map(one).collect();
    if all.is_empty() { String::new() } else { format!("{label}={}", all.join(",")) }
}

fn marker(it: &MultiInstance) -> String {
    let order = if it.is_sequential { "sequential" } else { "parallel" };
    let items = match &it.items {
        Items::Collection(list) => format!("over {}", value(list)),
        Items::Cardinality(count) => format!("times {}", value(count)),
        Items::Loop(it) => return standard_loop(it),
    };
    let item = it.input_element.as_ref().map_or(String::new(), |it| format!(" as {it}"));
    let output = it.output.as_ref().map_or(String::new(), |it| {
        format!(" {} := {} ({:?})", it.collection, value(&it.element), it.variable())
    });
    let until = it
        .completion_condition
        .as_ref()
        .map_or(String::new(), |it| format!(" until {}", value(it)));
    format!(" {order} {items}{item}{output}{until}")
}

fn standard_loop(it: &StandardLoop) -> String {
    let word = if it.tests_before { "while" } else { "repeats while" };
    let condition = it.condition.as_ref().map_or("(always)".to_owned(), value);
    let maximum = it.maximum.map_or(String::new(), |it| format!(" at most {it}"));
    format!(" {word} {condition}{maximum}")
}

fn mappings(label: &str, mappings: &[Mapping]) -> String {
    mappings.iter().fold(String::new(), |text, mapping| {
        text + &format!("{label}({} := {})", mapping.target.join("."), value(&mapping.source))
    })
}

fn job_text(job: &JobDefinition) -> String {
    let headers: Vec<_> = job.headers.iter().map(|(key, it)| format!("{key}={it}")).collect();
    format!(
        " job={} retries={} headers=[{}]",
        value(&job.job_type),
        value(&job.retries),
        headers.join(", ")
    )
}

fn kind(process: &Process, kind: &Kind) -> String {
    match kind {
        Kind::Process
        | Kind::LinkCatchEvent
        | Kind::Task
        | Kind::ManualTask
        | Kind::ParallelGateway => String::new(),
        Kind::ReceiveTask(it) => {
            format!(" message={} key={}", value(&it.name), value(&it.correlation_key))
        }
        Kind::UserTask(task) => user_task(task),
        Kind::ScriptTask(Script::Feel { expression, result_variable }) => {
            format!(" {result_variable} := {}", value(expression))
        }
        Kind::BusinessRuleTask(BusinessRule::Decision(it)) => {
            let (id, binding) = (value(&it.decision_id), &it.binding);
            format!(" {} := {id} {binding:?}", it.result_variable)
        }
        Kind::ServiceTask(job)
        | Kind::BusinessRuleTask(BusinessRule::Job(job))
        | Kind::ScriptTask(Script::Job(job)) => job_text(job),
        Kind::InstantiatingReceiveTask { name } => format!(" message={name}"),
        Kind::StartEvent(it) => start(it),
        Kind::EndEvent(it) | Kind::ThrowEvent(it) => throw(process, it),
        Kind::SendTask(it) => sending(it),
        Kind::ExclusiveGateway { default } => default_flow(process, *default),
        Kind::InclusiveGateway { default, joins } => {
            joins.iter().fold(default_flow(process, *default), |text, join| {
                let flow = process.flow(join.flow).map_or("-", |it| &it.id);
                text + &format!(" {flow}<-{}", ids(process, &join.from))
            })
        }
        Kind::ComplexGateway(it) => {
            let when =
                it.activation.as_ref().map_or(String::new(), |it| format!(" when {}", it.text()));
            let text = default_flow(process, it.default) + &when;
            it.joins.iter().fold(text, |text, join| {
                let flow = process.flow(join.flow).map_or("-", |it| &it.id);
                text + &format!(" {flow}<-{}", ids(process, &join.from))
            })
        }
        Kind::EventBasedGateway { events } => format!(" events={}", ids(process, events)),
        Kind::CatchEvent(it) => trigger(it),
        Kind::BoundaryEvent(BoundaryEvent { attached_to, interrupting, trigger: it }) => format!(
            " on {} interrupting={interrupting}{}",
            id(process, Some(*attached_to)),
            trigger(it)
        ),
        Kind::AdHocSubProcess(it) => ad_hoc(process, it),
        Kind::CallActivity(it) => called(it),
        Kind::SubProcess { start, is_transaction } => {
            let what = if *is_transaction { " transaction" } else { "" };
            format!("{what} start={}", id(process, Some(*start)))
        }
        Kind::EventSubProcess { start } => format!(" start={}", id(process, Some(*start))),
    }
}

fn start(of: &StartEvent) -> String {
    match of {
        StartEvent::None => String::new(),
        StartEvent::OfSubProcess { interrupting, trigger: it } => {
            format!(" interrupting={interrupting}{}", trigger(it))
        }
        StartEvent::Message { name } => format!(" message={name}"),
        StartEvent::Signal { name } => format!(" signal={name}"),
        StartEvent::Timer(it) => timer(it),
        StartEvent::Condition(it) => condition(it),
        StartEvent::Multiple(all) => {
            let all: Vec<_> = all.iter().map(start).collect();
            all.join(" or")
        }
    }
}

fn throw(process: &Process, of: &Throw) -> String {
    match of {
        Throw::None | Throw::Terminate | Throw::Cancel => String::new(),
        Throw::Error { code } | Throw::Escalation { code } => format!(" code={}", value(code)),
        Throw::Link { target } => format!(" to {}", id(process, Some(*target))),
        Throw::Compensation { activity } => format!(" undoes {}", id(process, *activity)),
        Throw::Signal { name } => format!(" signal={}", value(name)),
        Throw::Message(it) => sending(it),
        Throw::Multiple(all) => {
            let all: Vec<_> = all.iter().map(|it| throw(process, it)).collect();
            all.join(" and")
        }
    }
}

fn sending(it: &Sending) -> String {
    match it {
        Sending::Job(job) => job_text(job),
        Sending::Publish(it) => {
            let (name, key) = (value(&it.name), value(&it.correlation_key));
            let id =
                it.message_id.as_ref().map_or(String::new(), |it| format!(" id={}", value(it)));
            let time = it.time_to_live.as_ref().map(bpmn::Timer::expression);
            let time = time.map_or(String::new(), |it| format!(" for {}", value(it)));
            format!(" publishes {name} key={key}{id}{time}")
        }
    }
}

fn ad_hoc(process: &Process, it: &AdHocSubProcess) -> String {
    let mut text = format!(" of {}", ids(process, &it.activities));
    if let Some(it) = &it.output {
        text += &format!(" {} := {}", it.collection, value(&it.element));
    }
    match &it.decided_by {
        Decider::Worker(job) => text += &job_text(job),
        Decider::Model { active_elements, completion_condition } => {
            let parts = [("begins", active_elements), ("until", completion_condition)];
            for (name, expression) in parts {
                if let Some(it) = expression {
                    text += &format!(" {name} {}", value(it));
                }
            }
        }
    }
    if !it.cancels_remaining {
        text += " and waits for the rest";
    }
    text + "\n    " + &::value::json::value_to_json(&it.description)
}

fn user_task(task: &UserTask) -> String {
    let mut text = String::from(if task.is_native { " native" } else { " job" });
    let attributes = [
        ("assignee", &task.assignee),
        ("groups", &task.candidate_groups),
        ("users", &task.candidate_users),
        ("due", &task.due_date),
        ("follow-up", &task.follow_up_date),
        ("priority", &task.priority),
    ];
    for (name, attribute) in attributes {
        if let Some(it) = attribute {
            text += &format!(" {name}={}", value(it));
        }
    }
    match &task.form {
        Some(Form::Deployed { id, binding }) => text += &format!(" form={id} {binding:?}"),
        Some(Form::Key(key)) => text += &format!(" form-key={key}"),
        Some(Form::External(it)) => text += &format!(" external={}", value(it)),
        None => {}
    }
    for it in &task.listeners {
        text += &format!(
            " {:?}({}, {})",
            it.occasion,
            value(&it.listener.job_type),
            value(&it.listener.retries)
        );
    }
    let headers: Vec<_> = task.headers.iter().map(|(key, it)| format!("{key}={it}")).collect();
    text + &format!(" headers=[{}]", headers.join(", "))
}

fn default_flow(process: &Process, default: Option<bpmn::ElementIx>) -> String {
    let flow = default.and_then(|ix| process.flow(ix));
    flow.map_or(String::new(), |flow| format!(" default={}", flow.id))
}

fn called(it: &CalledProcess) -> String {
    format!(
        " calls={} {:?} gets-all={} gives-all={}",
        value(&it.process_id),
        it.binding,
        it.gets_all_variables,
        it.gives_all_variables
    )
}

fn trigger(of: &Trigger) -> String {
    match of {
        Trigger::Timer(it) => timer(it),
        Trigger::Compensation { .. } => " compensation".to_owned(),
        Trigger::Cancel => " cancel".to_owned(),
        Trigger::Multiple(it) => {
            let each = it.definitions.iter();
            let each = each.map(|it| format!(" #{}{}", it.ix.0, trigger(&it.trigger)));
            each.collect::<Vec<_>>().join(if it.is_parallel { " and" } else { " or" })
        }
        Trigger::Signal { name } => format!(" signal={}", value(name)),
        Trigger::Condition(it) => condition(it),
        Trigger::Error { code } | Trigger::Escalation { code } => {
            format!(" code={}", code.as_deref().unwrap_or("*"))
        }
        Trigger::Message(it) => {
            format!(" message={} key={}", value(&it.name), value(&it.correlation_key))
        }
    }
}

fn condition(it: &Condition) -> String {
    let names = if it.variables.is_empty() {
        String::new()
    } else {
        format!(" of {}", it.variables.join(","))
    };
    let create = if it.on_create { " create" } else { "" };
    let update = if it.on_update { " update" } else { "" };
    format!(" condition={}{names}{create}{update}", value(&it.expression))
}

fn timer(timer: &Timer) -> String {
    match timer {
        Timer::Date(it) => format!(" date={}", value(it)),
        Timer::Duration(it) => format!(" duration={}", value(it)),
        Timer::Cycle(it) => format!(" cycle={}", value(it)),
    }
}

fn value(expression: &Expression) -> String {
    match expression {
        Expression::Static(literal) => ::value::json::value_to_json(literal.value()),
        Expression::Feel(_) => expression.text().to_string(),
    }
}
