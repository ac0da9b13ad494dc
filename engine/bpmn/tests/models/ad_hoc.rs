//! Ad-hoc subprocesses: what is read, and what is refused.

use expect_test::expect;

use crate::support::{check, file, model};

fn ad_hoc(id: &str, attributes: &str, extensions: &str, inside: &str) -> String {
    let inside = model(inside);
    format!(
        "<bpmn:adHocSubProcess id=\"{id}\" {attributes}><bpmn:extensionElements>{extensions}\
         </bpmn:extensionElements>{inside}</bpmn:adHocSubProcess>\n"
    )
}

fn until(condition: &str) -> String {
    format!("<bpmn:completionCondition>{condition}</bpmn:completionCondition>")
}

const WORKER: &str = "<zeebe:taskDefinition type=\"agent\"/>";
const ONE: &str = "<bpmn:manualTask id=\"x\"/>";

#[test]
fn the_elements_that_can_begin_are_listed_with_what_is_said_of_them() {
    let described = "<bpmn:task id=\"a\" name=\"Ask\"><bpmn:documentation>Asks.\
        </bpmn:documentation><bpmn:extensionElements><zeebe:properties><zeebe:property name=\"k\" \
        value=\"v\"/><zeebe:property name=\"\" value=\"left\"/></zeebe:properties>\
        <zeebe:ioMapping><zeebe:input source=\"=fromAi(toolCall.who, &quot;whom&quot;, \
        &quot;string&quot;)\" target=\"who\"/></zeebe:ioMapping></bpmn:extensionElements></bpmn:task>";
    let inside = format!(
        "{described}
         task b
         task c
         xor g
         flow f: b -> c
         <bpmn:boundaryEvent id=\"late\" attachedToRef=\"b\"><bpmn:timerEventDefinition>\
         <bpmn:timeDuration>PT1S</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>
         <bpmn:manualTask id=\"undo\" isForCompensation=\"true\"/>
         <bpmn:subProcess id=\"esp\" triggeredByEvent=\"true\"><bpmn:startEvent id=\"es\">\
         <bpmn:errorEventDefinition/></bpmn:startEvent></bpmn:subProcess>
         {}",
        until("=done")
    );
    let settings = "<zeebe:adHoc activeElementsCollection=\"=ids\" outputCollection=\"all\" \
        outputElement=\"=r\"/>";
    let body = ad_hoc("u", "cancelRemainingInstances=\"false\"", settings, &inside)
        + &ad_hoc("w", "", WORKER, ONE).replace("\"x\"", "\"y\"")
        + &ad_hoc("bare", "ordering=\"Parallel\"", "", &format!("{ONE}{}", until("")));
    check(
        &file("", &model(&format!("start s\n{body}"))),
        &expect![[r#"
        process p none_start="s" message_starts=[]
          #1 p PROCESS/UNSPECIFIED in p
          #2 s START_EVENT/NONE in p
          #3 u AD_HOC_SUB_PROCESS/UNSPECIFIED in p of a,b,g all := =r begins =ids until =done and waits for the rest
            [{"elementId":"a","elementName":"Ask","documentation":"Asks.","properties":{"k":"v"},"parameters":[{"name":"who","description":"whom","type":"string","schema":null,"options":null}]},{"elementId":"b","elementName":null,"documentation":null,"properties":{},"parameters":[]},{"elementId":"g","elementName":null,"documentation":null,"properties":{},"parameters":[]}]
          #6 a TASK/UNSPECIFIED in u in(who := =fromAi(toolCall.who, "whom", "string"))
          #14 b SERVICE_TASK/UNSPECIFIED in u outgoing=f boundary=late job="b" retries=3 headers=[]
          #17 c SERVICE_TASK/UNSPECIFIED in u incoming=1 job="c" retries=3 headers=[]
          #20 g EXCLUSIVE_GATEWAY/UNSPECIFIED in u
          #22 late BOUNDARY_EVENT/TIMER in u on b interrupting=true duration="PT1S"
          #25 undo MANUAL_TASK/COMPENSATION in u
          #26 esp EVENT_SUB_PROCESS/UNSPECIFIED in u start=es
          #27 es START_EVENT/ERROR in esp interrupting=true code=*
          #30 w AD_HOC_SUB_PROCESS/UNSPECIFIED in p of y job="agent" retries=3 headers=[]
            [{"elementId":"y","elementName":null,"documentation":null,"properties":{},"parameters":[]}]
          #33 y MANUAL_TASK/UNSPECIFIED in w
          #34 bare AD_HOC_SUB_PROCESS/UNSPECIFIED in p of x
            [{"elementId":"x","elementName":null,"documentation":null,"properties":{},"parameters":[]}]
          #36 x MANUAL_TASK/UNSPECIFIED in bare
          #21 flow f: b -> c
    "#]],
    );
}

#[test]
fn it_has_an_activity_and_neither_start_nor_end() {
    let body = ad_hoc("empty", "", "", "xor g")
        + &ad_hoc("only-undoes", "", "", "<bpmn:manualTask id=\"m\" isForCompensation=\"true\"/>")
        + &ad_hoc("ends", "", "", "start es\ntask t\nend ee\nflow f: es -> t\nflow g2: t -> ee");
    check(
        &file("", &model(&format!("start s\n{body}"))),
        &expect![[r#"
        p > empty: The ad-hoc subprocess 'empty' has no activity, so that nothing could be done in it. Add one.
        p > only-undoes: The ad-hoc subprocess 'only-undoes' has no activity, so that nothing could be done in it. Add one.
        p > ends > es: The start event 'es' is in the ad-hoc subprocess 'ends', which must not have one: what begins there is decided while it runs. Remove it.
        p > ends > ee: The end event 'ee' is in the ad-hoc subprocess 'ends', which must not have one: a path ends with its last element. Remove it.
    "#]],
    );
}

#[test]
fn what_the_model_and_a_worker_would_both_decide_is_refused() {
    let active = format!("{WORKER}<zeebe:adHoc activeElementsCollection=\"=[]\"/>");
    let one = |id: &str| ONE.replace("\"x\"", &format!("\"{id}-x\""));
    let body = [
        ad_hoc("active", "", &active, &one("active")),
        ad_hoc("until", "", WORKER, &(one("until") + &until("=true"))),
        ad_hoc("rest", "cancelRemainingInstances=\"false\"", WORKER, &one("rest")),
        ad_hoc("twice", "", &format!("{WORKER}{WORKER}"), &one("twice")),
    ];
    check(
        &file("", &model(&format!("start s\n{}", body.concat()))),
        &expect![[r#"
        p > active: The ad-hoc subprocess 'active' has a zeebe:taskDefinition and names the elements that begin with it (activeElementsCollection). Remove one of the two: its worker decides that.
        p > until: The ad-hoc subprocess 'until' has a zeebe:taskDefinition and has a completion condition. Remove one of the two: its worker decides that.
        p > rest: The ad-hoc subprocess 'rest' has a zeebe:taskDefinition and sets cancelRemainingInstances to false. Remove one of the two: its worker decides that.
        p > twice: The element 'twice' has more than one zeebe:taskDefinition. It needs exactly one, with a job type.
    "#]],
    );
}

#[test]
fn its_settings_are_expressions_and_there_once() {
    let one = |id: &str| ONE.replace("\"x\"", &format!("\"{id}-x\""));
    let settings = |attributes: &str| format!("<zeebe:adHoc {attributes}/>");
    let body = [
        ad_hoc("static", "", &settings("activeElementsCollection=\"a, b\""), &one("static")),
        ad_hoc("half", "", &settings("outputCollection=\"all\""), &one("half")),
        ad_hoc("plain", "", "", &(one("plain") + &until("done"))),
        ad_hoc("two", "", "", &(one("two") + &until("=true") + &until("=false"))),
        ad_hoc("double", "", &(settings("") + &settings("")), &one("double")),
        format!(
            "<bpmn:subProcess id=\"sub\"><bpmn:startEvent id=\"us\"/>{}</bpmn:subProcess>",
            until("=true")
        ),
    ];
    check(
        &file("", &model(&format!("start s\n{}", body.concat()))),
        &expect![[r#"
        p > static: The active elements collection of 'static' must be a FEEL expression, but it is 'a, b'. Begin it with '='.
        p > half: The element 'half' has an outputCollection and no outputElement. Both are needed to collect something.
        p > plain: The completion condition of 'plain' must be a FEEL expression, but it is 'done'. Begin it with '='.
        p > two: The ad-hoc subprocess 'two' has more than one completion condition. At most one is allowed.
        p > double: The element 'double' has more than one zeebe:adHoc. At most one is allowed.
        p > sub > <completionCondition>: The element is of the type 'completionCondition', which Baton does not know here.
    "#]],
    );
}
