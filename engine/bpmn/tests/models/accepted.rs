//! Files that were deployed stay deployed: rules that only refuse do not take them away.

use bpmn::Expression;
use feel::{Budget, Env, Failure, Value, Variables};

use crate::support::{file, model};

/// Files that today's rules refuse, as those that a later rule refuses.
fn refused_today() -> [String; 12] {
    let looped = model(
        "start s
         xor a
         xor b d
         idle i
         task t
         flow f: s -> a
         flow g: a -> i
         flow h: i -> b
         flow d: b -> t
         flow back: b -> a = x",
    );
    let extended = model(
        r#"start s
           <bpmn:endEvent id="e"><bpmn:extensionElements><zeebe:newerThanBaton/></bpmn:extensionElements></bpmn:endEvent>
           flow f: s -> e"#,
    );
    let unconditional = model(
        "start s
         xor a
         task t
         task u
         flow f: s -> a
         flow g: a -> t
         flow h: a -> u",
    );
    // What was ignored before it was refused.
    let ignored = [
        boundary(r#"<bpmn:extensionElements><zeebe:conditionalFilter variableNames="a"/></bpmn:extensionElements>"#, ""),
        boundary("", r#"<bpmn:extensionElements><zeebe:ioMapping><zeebe:output source="=a" target="b"/></zeebe:ioMapping><zeebe:foo/></bpmn:extensionElements>"#),
        r#"start s
           <bpmn:manualTask id="m"><bpmn:extensionElements><zeebe:linkedResources><zeebe:linkedResource resourceId=""/></zeebe:linkedResources></bpmn:extensionElements></bpmn:manualTask>
           <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="m"><bpmn:extensionElements><zeebe:executionListeners><zeebe:executionListener eventType="take" type="l"/></zeebe:executionListeners></bpmn:extensionElements></bpmn:sequenceFlow>"#.to_owned(),
        r#"start s
           <bpmn:parallelGateway id="g" default="h"/>
           task t
           flow f: s -> g
           flow h: g -> t"#.to_owned(),
        r#"start s
           <bpmn:serviceTask id="t"><bpmn:extensionElements><zeebe:taskDefinition type="x" retries="99999999999"/></bpmn:extensionElements></bpmn:serviceTask>
           flow f: s -> t"#.to_owned(),
        r#"<bpmn:startEvent id="s"><bpmn:timerEventDefinition><bpmn:timeCycle>0 0 0 31 2 *</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:startEvent>"#.to_owned(),
        r#"<bpmn:startEvent id="s"><bpmn:timerEventDefinition><bpmn:timeDate>2030-01-01T10:00:00</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:startEvent>"#.to_owned(),
        r#"<bpmn:startEvent id="s"><bpmn:timerEventDefinition><bpmn:timeCycle>R/2030-01-01T10:00:00/P1D</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:startEvent>"#.to_owned(),
        r#"start s
           <bpmn:userTask id="t"><bpmn:extensionElements><zeebe:userTask/><zeebe:taskSchedule dueDate="2030-01-01"/></bpmn:extensionElements></bpmn:userTask>
           flow f: s -> t"#.to_owned(),
    ];
    let [filter, mapping, listener, default, retries, cron, date, grid, due] =
        ignored.map(|it| file("", &model(&it)));
    let old = [file("", &looped), file("", &extended), file("", &unconditional)];
    let [looped, extended, unconditional] = old;
    [
        looped,
        extended,
        unconditional,
        filter,
        mapping,
        listener,
        default,
        retries,
        cron,
        date,
        grid,
        due,
    ]
}

/// A process with a conditional boundary event; `at` stands at it, `inside` in its definition.
fn boundary(at: &str, inside: &str) -> String {
    format!(
        r#"start s
           task t
           <bpmn:boundaryEvent id="b" attachedToRef="t">{at}<bpmn:conditionalEventDefinition>{inside}<bpmn:condition>=a</bpmn:condition></bpmn:conditionalEventDefinition></bpmn:boundaryEvent>
           flow f: s -> t"#
    )
}

#[test]
fn a_deployed_file_that_a_rule_refuses_keeps_its_graph() {
    for file in refused_today() {
        assert!(bpmn::compile("p.bpmn", file.as_bytes()).is_err(), "no rule refuses it: {file}");
        let accepted = bpmn::compile_accepted(file.as_bytes());
        let resource = accepted.unwrap_or_else(|it| panic!("{it:?} in {file}"));
        assert_eq!(resource.processes.len(), 1);
        assert_eq!(&*resource.processes[0].id, "p");
    }
}

/// Regular expressions that another release may have known: they have a place in the graph, and end
/// the evaluation that gets to them.
#[test]
fn a_regular_expression_that_is_refused_today_fails_where_it_is_evaluated() {
    let model = model(
        r#"start s
           xor a
           <bpmn:scriptTask id="t"><bpmn:extensionElements><zeebe:script expression="=replace(x, &quot;\X&quot;, y)" resultVariable="r"/></bpmn:extensionElements></bpmn:scriptTask>
           task u
           flow f: s -> a
           flow g: a -> t = matches(x, "\X")
           flow h: a -> u = not(matches(x, "a"))"#,
    );
    let file = file("", &model);
    let problems = bpmn::compile("p.bpmn", file.as_bytes()).expect_err("nothing refuses it");
    let found: Vec<_> = problems.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().all(|it| it.contains(r"'\X' is not supported")), "{found:?}");

    let resource = bpmn::compile_accepted(file.as_bytes()).expect("it keeps its graph");
    let process = &resource.processes[0];
    let condition = |id: &str| {
        let flow = process.flows.iter().find(|it| &*it.id == id).expect("the flow is there");
        flow.condition.clone().expect("it has a condition")
    };
    assert_eq!(evaluated(&condition("h")).map(|it| it.feel_text()).as_deref(), Ok("false"));
    let failure = evaluated(&condition("g")).expect_err("it has a value");
    assert!(matches!(failure, Failure::Pattern { .. }), "{failure:?}");
    assert!(failure.to_string().contains(r"regular expression '\X' is not supported"), "{failure}");
}

fn evaluated(expression: &Expression) -> Result<Value, Failure> {
    let Expression::Feel(feel) = expression else { panic!("{expression:?}") };
    let (zone, mut budget) = (jiff::tz::TimeZone::UTC, Budget::default());
    feel.program().evaluate(&Text, &mut Env::new(0, &zone, 0, &mut budget))
}

/// All variables are the text `a`.
struct Text;

impl Variables for Text {
    fn get(&self, _name: &str) -> Option<&[u8]> {
        Some(b"\xa1a")
    }
}

#[test]
fn what_has_no_graph_is_told() {
    let nothing = file("", r#"<bpmn:startEvent id="s"/><bpmn:unknown id="u"/>"#)
        .replace("isExecutable", "isDrawn");
    assert!(bpmn::compile_accepted(nothing.as_bytes()).is_err());
    assert!(bpmn::compile_accepted(b"<a/>").is_err());
    let broken = file("", &model("start s\ntask t\nflow f: s -> t = =)("));
    assert!(bpmn::compile_accepted(broken.as_bytes()).is_err());
}
