//! Loop markers: what is read, what is refused, and which loops are marked for their protection.

use expect_test::expect;

use crate::support::{check, file, model};

fn task(id: &str, marker: &str) -> String {
    format!("<bpmn:manualTask id=\"{id}\">{marker}</bpmn:manualTask>\n")
}

fn marker(attributes: &str, inside: &str) -> String {
    format!(
        "<bpmn:standardLoopCharacteristics {attributes}>{inside}</bpmn:standardLoopCharacteristics>"
    )
}

fn condition(text: &str) -> String {
    format!("<bpmn:loopCondition>{text}</bpmn:loopCondition>")
}

#[test]
fn a_marker_is_read_with_its_condition_and_its_maximum() {
    let documented = "<bpmn:documentation>Again and again.</bpmn:documentation>";
    let tasks = [
        task("a", &marker("", &condition("=x &lt; 3"))),
        task("b", &marker(r#"testBefore="true" loopMaximum=" 7 ""#, &condition("=x"))),
        task("c", &marker(r#"testBefore="false" loopMaximum="2""#, documented)),
        task("d", &marker(r#"loopMaximum="""#, &(condition("") + &condition("=y")))),
    ];
    let process = model(&format!("start s\n{}flow f: s -> a", tasks.concat()));
    check(
        &file("", &process),
        &expect![[r#"
        process p none_start="s" message_starts=[]
          #1 p PROCESS/UNSPECIFIED in p
          #2 s START_EVENT/NONE in p outgoing=f
          #3 a MANUAL_TASK/UNSPECIFIED in p incoming=1 in-loop repeats while =x < 3
          #6 b MANUAL_TASK/UNSPECIFIED in p in-loop while =x at most 7
          #9 c MANUAL_TASK/UNSPECIFIED in p in-loop repeats while (always) at most 2
          #12 d MANUAL_TASK/UNSPECIFIED in p in-loop repeats while =y
          #16 flow f: s -> a
    "#]],
    );
}

#[test]
fn a_marker_needs_an_end_that_can_be_read_and_an_activity() {
    let good = marker("", &condition("=x"));
    let tasks = [
        task("endless", &marker("", "")),
        task("static", &marker("", &condition("x"))),
        task("none", &marker(r#"loopMaximum="0""#, "")),
        task("less", &marker(r#"loopMaximum="-1""#, &condition("=x"))),
        task("many", &marker(r#"loopMaximum="4294967296""#, "")),
        task("some", &marker(r#"loopMaximum="=n""#, "")),
        task("two", &(good.clone() + &good)),
        task("unknown", &marker("", &(condition("=x") + "<bpmn:completionCondition/>"))),
        task(
            "list",
            &marker(
                r#"loopMaximum="2""#,
                "<bpmn:extensionElements><zeebe:loopCharacteristics inputCollection=\"=x\"/>\
                 </bpmn:extensionElements>",
            ),
        ),
        task(
            "both",
            &(good.clone()
                + "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2\
                   </bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"),
        ),
        format!("<bpmn:exclusiveGateway id=\"g\">{good}</bpmn:exclusiveGateway>"),
        format!(
            "<bpmn:subProcess id=\"x\" triggeredByEvent=\"true\">{good}<bpmn:startEvent id=\"xs\">\
             <bpmn:errorEventDefinition/></bpmn:startEvent></bpmn:subProcess>"
        ),
    ];
    let process = model(&format!("start s\n{}flow f: s -> endless", tasks.concat()));
    check(
        &file("", &process),
        &expect![[r#"
        p > endless: The element 'endless' has a loop marker with neither a loopCondition nor a loopMaximum, so that it could never end. Add one of them.
        p > static: The loop condition of 'static' must be a FEEL expression, but it is 'x'. Begin it with '='.
        p > none: The loopMaximum '0' of 'none' is no whole number from 1 to 4294967295.
        p > less: The loopMaximum '-1' of 'less' is no whole number from 1 to 4294967295.
        p > many: The loopMaximum '4294967296' of 'many' is no whole number from 1 to 4294967295.
        p > some: The loopMaximum '=n' of 'some' is no whole number from 1 to 4294967295.
        p > two: The element 'two' has more than one loop marker. Remove all but one.
        p > unknown: The element 'unknown' has 'completionCondition' in its loop marker, which Baton does not know.
        p > list: The element 'list' has a loop marker with zeebe:loopCharacteristics, which only multi-instance markers can have.
        p > both: The element 'both' has a loop marker and a multi-instance marker. Remove one of them.
        p > g: The element 'g' has a loop marker, which only activities can have.
        p > x: The element 'x' has a loop marker, which only activities can have.
    "#]],
    );
}

#[test]
fn only_loops_in_which_nothing_waits_are_marked() {
    let good = marker("", &condition("=x"));
    let listeners = "<bpmn:extensionElements><zeebe:executionListeners><zeebe:executionListener \
                     eventType=\"end\" type=\"l\"/></zeebe:executionListeners>\
                     </bpmn:extensionElements>";
    let job = "<bpmn:extensionElements><zeebe:taskDefinition type=\"t\"/></bpmn:extensionElements>";
    let elements = [
        task("idle", &good),
        task("heard", &format!("{listeners}{good}")),
        format!("<bpmn:serviceTask id=\"job\">{job}{good}</bpmn:serviceTask>"),
        format!(
            "<bpmn:subProcess id=\"u\">{good}<bpmn:startEvent id=\"us\"/>\
             <bpmn:manualTask id=\"um\"/><bpmn:sequenceFlow id=\"uf\" sourceRef=\"us\" \
             targetRef=\"um\"/></bpmn:subProcess>"
        ),
        format!(
            "<bpmn:subProcess id=\"v\">{good}<bpmn:startEvent id=\"vs\"/><bpmn:serviceTask \
             id=\"vt\">{job}</bpmn:serviceTask><bpmn:sequenceFlow id=\"vf\" sourceRef=\"vs\" \
             targetRef=\"vt\"/></bpmn:subProcess>"
        ),
    ];
    let process = model(&format!("start s\n{}flow f: s -> idle", elements.concat()));
    check(
        &file("", &process),
        &expect![[r#"
        process p none_start="s" message_starts=[]
          #1 p PROCESS/UNSPECIFIED in p
          #2 s START_EVENT/NONE in p
          #3 idle MANUAL_TASK/UNSPECIFIED in p in-loop repeats while =x
          #6 heard MANUAL_TASK/UNSPECIFIED in p repeats while =x on-end="l"x3
          #12 job SERVICE_TASK/UNSPECIFIED in p repeats while =x job="t" retries=3 headers=[]
          #17 u SUB_PROCESS/UNSPECIFIED in p in-loop repeats while =x start=us
          #20 us START_EVENT/NONE in u outgoing=uf in-loop
          #21 um MANUAL_TASK/UNSPECIFIED in u incoming=1 in-loop
          #23 v SUB_PROCESS/UNSPECIFIED in p repeats while =x start=vs
          #26 vs START_EVENT/NONE in v outgoing=vf
          #27 vt SERVICE_TASK/UNSPECIFIED in v incoming=1 job="t" retries=3 headers=[]
          #22 flow uf: us -> um
          #30 flow vf: vs -> vt
    "#]],
    );
}
