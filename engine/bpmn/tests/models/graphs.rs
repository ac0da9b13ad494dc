//! What models compile to.

use bpmn::ElementIx;
use expect_test::expect;

use crate::support::{check, file, model};

#[test]
fn element_numbers_are_the_ordinals_of_all_start_tags() {
    // A stored format: whoever changes an expected number breaks the running instances of users.
    let xml = r#"<!-- no tag --><?no tag?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
 <vendor xmlns="urn:other"><startEvent id="no"/><a:b xmlns:a="urn:a"/></vendor>
 <process id="p" isExecutable="true">
  <extensionElements><x:y xmlns:x="urn:x"><x:z/></x:y></extensionElements>
  <startEvent id="s"><outgoing>f</outgoing></startEvent>
  <sequenceFlow id="f" sourceRef="s" targetRef="e"/>
  <endEvent id="e"/>
 </process>
</definitions>"#;
    let resource = bpmn::compile("numbers.bpmn", xml.as_bytes()).expect("the model is valid");
    let process = &resource.processes[0];
    assert_eq!(process.ix, ElementIx(4));
    assert_eq!(process.element(ElementIx(4)).map(|it| &*it.id), Some("p"));
    assert_eq!(process.element(ElementIx(8)).map(|it| &*it.id), Some("s"));
    assert_eq!(process.flow(ElementIx(10)).map(|it| &*it.id), Some("f"));
    assert_eq!(process.element(ElementIx(11)).map(|it| &*it.id), Some("e"));
    assert_eq!(process.by_id("e").map(|it| it.ix), Some(ElementIx(11)));
    for no_element in [0, 3, 5, 7, 9, 10, 12, u32::MAX] {
        assert!(process.element(ElementIx(no_element)).is_none(), "{no_element}");
    }
}

#[test]
fn the_order_process_is_a_graph() {
    let xml = include_str!("../../../../tests/fixtures/order.bpmn");
    check(
        xml,
        &expect![[r#"
        process order none_start="-" message_starts=["order-placed"]
          #1 order PROCESS/UNSPECIFIED in order
          #3 order-placed START_EVENT/MESSAGE in order outgoing=to-retrieve-payment message=order placed
          #7 retrieve-payment SERVICE_TASK/UNSPECIFIED in order incoming=1 outgoing=to-fetch-inventory boundary=unpaid-for-14-days,unpaid-for-21-days job="retrieve-payment" retries=3 headers=[]
          #13 fetch-inventory SERVICE_TASK/UNSPECIFIED in order incoming=1 outgoing=to-ship-order job="fetch-inventory" retries=3 headers=[]
          #19 ship-order SERVICE_TASK/UNSPECIFIED in order incoming=1 outgoing=to-order-done job="ship-order" retries=3 headers=[]
          #25 order-done END_EVENT/NONE in order incoming=1
          #27 unpaid-for-14-days BOUNDARY_EVENT/TIMER in order outgoing=to-remind-customer on retrieve-payment interrupting=false duration="P14D"
          #32 remind-customer SERVICE_TASK/UNSPECIFIED in order incoming=1 outgoing=to-customer-reminded job="remind-customer" retries=3 headers=[]
          #38 customer-reminded END_EVENT/NONE in order incoming=1
          #40 unpaid-for-21-days BOUNDARY_EVENT/TIMER in order outgoing=to-cancel-order on retrieve-payment interrupting=true duration="P21D"
          #45 cancel-order SERVICE_TASK/UNSPECIFIED in order incoming=1 outgoing=to-order-canceled job="cancel-order" retries=3 headers=[]
          #51 order-canceled END_EVENT/NONE in order incoming=1
          #6 flow to-retrieve-payment: order-placed -> retrieve-payment
          #12 flow to-fetch-inventory: retrieve-payment -> fetch-inventory
          #18 flow to-ship-order: fetch-inventory -> ship-order
          #24 flow to-order-done: ship-order -> order-done
          #31 flow to-remind-customer: unpaid-for-14-days -> remind-customer
          #37 flow to-customer-reminded: remind-customer -> customer-reminded
          #44 flow to-cancel-order: unpaid-for-21-days -> cancel-order
          #50 flow to-order-canceled: cancel-order -> order-canceled
    "#]],
    );
}

#[test]
fn the_checksum_is_the_md5_of_the_bytes() {
    let xml = file("", &model("start s"));
    let with_blank = format!("{xml}\n");
    let checksum = |xml: &str| bpmn::compile("m", xml.as_bytes()).expect("it is valid").checksum;
    assert_eq!(checksum(&xml), checksum(&xml));
    assert_ne!(checksum(&xml), checksum(&with_blank));
}

#[test]
fn gateways_keep_their_flows_in_document_order() {
    let process = model(
        "start s
         flow z: x -> b = a < 1
         flow y: x -> a
         xor x y
         flow f: s -> x
         task a
         task b
         flow w: x -> b =a>1",
    )
    .replace(" < ", " &lt; ");
    check(
        &file("", &process),
        &expect![[r#"
        process p none_start="s" message_starts=[]
          #1 p PROCESS/UNSPECIFIED in p
          #2 s START_EVENT/NONE in p outgoing=f
          #6 x EXCLUSIVE_GATEWAY/UNSPECIFIED in p incoming=1 outgoing=z,y,w default=y
          #8 a SERVICE_TASK/UNSPECIFIED in p incoming=1 job="a" retries=3 headers=[]
          #11 b SERVICE_TASK/UNSPECIFIED in p incoming=2 job="b" retries=3 headers=[]
          #3 flow z: x -> b if = a < 1
          #5 flow y: x -> a
          #7 flow f: s -> x
          #14 flow w: x -> b if =a>1
    "#]],
    );
}

#[test]
fn conditions_are_joined_across_entities_comments_and_cdata() {
    let process = model(
        "start s
         xor x
         flow f: s -> x
         task a
         flow g: x -> a = a <!-- c -->&lt; <![CDATA[1 and b < ]]>&#50;<?pi?> and \"&amp;\" = c",
    );
    check(
        &file("", &process),
        &expect![[r#"
        process p none_start="s" message_starts=[]
          #1 p PROCESS/UNSPECIFIED in p
          #2 s START_EVENT/NONE in p outgoing=f
          #3 x EXCLUSIVE_GATEWAY/UNSPECIFIED in p incoming=1 outgoing=g
          #5 a SERVICE_TASK/UNSPECIFIED in p incoming=1 job="a" retries=3 headers=[]
          #4 flow f: s -> x
          #8 flow g: x -> a if = a < 1 and b < 2 and "&" = c
    "#]],
    );
}

#[test]
fn jobs_have_types_retries_and_headers() {
    let process = r#"<bpmn:startEvent id="s"/>
<bpmn:serviceTask id="a" name="A"><bpmn:extensionElements>
 <zeebe:taskDefinition type="=&quot;x&quot; + y" retries="= n"/>
 <zeebe:taskHeaders>
  <zeebe:header key="k" value="v"/><zeebe:header key="" value="no key"/>
  <zeebe:header key="no value"/><zeebe:header key="b" value="2"/>
 </zeebe:taskHeaders>
</bpmn:extensionElements></bpmn:serviceTask>
<bpmn:serviceTask id="b"><bpmn:extensionElements>
 <zeebe:taskDefinition type="123" retries="5"/><zeebe:taskHeaders/><zeebe:executionListeners/>
 <zeebe:properties><zeebe:property name="n" value="v"/></zeebe:properties>
</bpmn:extensionElements></bpmn:serviceTask>
<bpmn:serviceTask id="c"><bpmn:extensionElements>
 <zeebe:taskDefinition type="=" retries=""/>
</bpmn:extensionElements></bpmn:serviceTask>"#;
    check(
        &file("", process),
        &expect![[r#"
        process p none_start="s" message_starts=[]
          #1 p PROCESS/UNSPECIFIED in p
          #2 s START_EVENT/NONE in p
          #3 a SERVICE_TASK/UNSPECIFIED in p job=="x" + y retries== n headers=[k=v, b=2]
          #11 b SERVICE_TASK/UNSPECIFIED in p job=123 retries=5 headers=[]
          #18 c SERVICE_TASK/UNSPECIFIED in p job="=" retries=3 headers=[]
    "#]],
    );
}

#[test]
fn mappings_have_paths_as_targets() {
    let process = r#"<bpmn:startEvent id="s"><bpmn:extensionElements><zeebe:ioMapping>
 <zeebe:output source="= a" target="b"/></zeebe:ioMapping></bpmn:extensionElements></bpmn:startEvent>
<bpmn:serviceTask id="a"><bpmn:extensionElements><zeebe:taskDefinition type="a"/>
<zeebe:ioMapping>
 <zeebe:input source="12" target="number_like.text"/><zeebe:input target="_empty"/>
 <zeebe:input source="= x.y" target="a.b.c1"/><zeebe:output source="=c" target="d"/>
</zeebe:ioMapping></bpmn:extensionElements></bpmn:serviceTask>"#;
    check(
        &file("", process),
        &expect![[r#"
        process p none_start="s" message_starts=[]
          #1 p PROCESS/UNSPECIFIED in p
          #2 s START_EVENT/NONE in p out(b := = a)
          #6 a SERVICE_TASK/UNSPECIFIED in p job="a" retries=3 headers=[] in(number_like.text := "12") in(_empty := "") in(a.b.c1 := = x.y) out(d := =c)
    "#]],
    );
}

const MESSAGES: &str = r#"
<bpmn:message id="m1" name="one"/>
<bpmn:message id="m2" name="= &quot;two&quot; + n"><bpmn:extensionElements>
 <zeebe:subscription correlationKey="= key"/></bpmn:extensionElements></bpmn:message>"#;

#[test]
fn events_wait_for_messages_and_timers() {
    let process = model(
        r#"start s
<bpmn:startEvent id="m"><bpmn:messageEventDefinition messageRef="m1"/></bpmn:startEvent>
<bpmn:intermediateCatchEvent id="c"><bpmn:messageEventDefinition messageRef="t:m2"/></bpmn:intermediateCatchEvent>
<bpmn:intermediateCatchEvent id="d"><bpmn:timerEventDefinition><bpmn:timeDuration>PT5M</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
<bpmn:intermediateCatchEvent id="e"><bpmn:timerEventDefinition><bpmn:timeDate>
 2030-01-01T00:00:00Z </bpmn:timeDate></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
task t
<bpmn:boundaryEvent id="b1" attachedToRef="t"><bpmn:messageEventDefinition messageRef="m2"/></bpmn:boundaryEvent>
<bpmn:boundaryEvent id="b2" attachedToRef="t" cancelActivity="false"><bpmn:timerEventDefinition><bpmn:timeCycle>R3/PT1H</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:boundaryEvent>
<bpmn:boundaryEvent id="b3" attachedToRef="t" cancelActivity="false"><bpmn:timerEventDefinition><bpmn:timeCycle>=cycle(3, d)</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:boundaryEvent>
flow f1: s -> c
flow f2: m -> c
flow f3: c -> d
flow f4: d -> e
flow f5: e -> t
flow f6: b1 -> t"#,
    );
    check(
        &file(MESSAGES, &process),
        &expect![[r#"
        process p none_start="s" message_starts=["m"]
          #5 p PROCESS/UNSPECIFIED in p
          #6 s START_EVENT/NONE in p outgoing=f1
          #7 m START_EVENT/MESSAGE in p outgoing=f2 message=one
          #9 c INTERMEDIATE_CATCH_EVENT/MESSAGE in p incoming=2 outgoing=f3 message== "two" + n key== key
          #11 d INTERMEDIATE_CATCH_EVENT/TIMER in p incoming=1 outgoing=f4 duration="PT5M"
          #14 e INTERMEDIATE_CATCH_EVENT/TIMER in p incoming=1 outgoing=f5 date="2030-01-01T00:00:00Z"
          #17 t SERVICE_TASK/UNSPECIFIED in p incoming=2 boundary=b1,b2,b3 job="t" retries=3 headers=[]
          #20 b1 BOUNDARY_EVENT/MESSAGE in p outgoing=f6 on t interrupting=true message== "two" + n key== key
          #22 b2 BOUNDARY_EVENT/TIMER in p on t interrupting=false cycle="R3/PT1H"
          #25 b3 BOUNDARY_EVENT/TIMER in p on t interrupting=false cycle==cycle(3, d)
          #28 flow f1: s -> c
          #29 flow f2: m -> c
          #30 flow f3: c -> d
          #31 flow f4: d -> e
          #32 flow f5: e -> t
          #33 flow f6: b1 -> t
    "#]],
    );
}

#[test]
fn subprocesses_are_scopes() {
    let process = model(
        r#"start s
<bpmn:subProcess id="sub">
start s2
<bpmn:subProcess id="inner">
start s3
task t3
flow f3: s3 -> t3
</bpmn:subProcess>
flow f2: s2 -> inner
</bpmn:subProcess>
<bpmn:boundaryEvent id="b" attachedToRef="sub"><bpmn:timerEventDefinition><bpmn:timeDuration>=d</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>
flow f1: s -> sub"#,
    );
    check(
        &file("", &process),
        &expect![[r#"
        process p none_start="s" message_starts=[]
          #1 p PROCESS/UNSPECIFIED in p
          #2 s START_EVENT/NONE in p outgoing=f1
          #3 sub SUB_PROCESS/UNSPECIFIED in p incoming=1 boundary=b start=s2
          #4 s2 START_EVENT/NONE in sub outgoing=f2
          #5 inner SUB_PROCESS/UNSPECIFIED in sub incoming=1 start=s3
          #6 s3 START_EVENT/NONE in inner outgoing=f3
          #7 t3 SERVICE_TASK/UNSPECIFIED in inner incoming=1 job="t3" retries=3 headers=[]
          #12 b BOUNDARY_EVENT/TIMER in p on sub interrupting=true duration==d
          #10 flow f3: s3 -> t3
          #11 flow f2: s2 -> inner
          #15 flow f1: s -> sub
    "#]],
    );
}

#[test]
fn what_has_no_effect_is_ignored_wherever_it_stands() {
    let roots = r#"<bpmn:import importType="x" location="http://example.org/x" namespace="x"/>
<bpmn:collaboration id="col"><bpmn:participant id="part" processRef="p"/><bpmn:messageFlow id="mf" sourceRef="part" targetRef="t"/></bpmn:collaboration>
<bpmn:error id="err" errorCode="e"/><bpmn:signal id="sig" name="s"/>
<bpmn:process id="drawn"><bpmn:userTask id="u"/><bpmn:sequenceFlow id="nowhere" sourceRef="x" targetRef="y"/></bpmn:process>
<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"><di:BPMNPlane bpmnElement="p"/></di:BPMNDiagram>"#;
    let process = model(
        r#"<bpmn:documentation>words</bpmn:documentation>
<bpmn:extensionElements><zeebe:versionTag value="v1"/><zeebe:userTaskForm id="f">{}</zeebe:userTaskForm><x:any xmlns:x="urn:x"><x:b/></x:any></bpmn:extensionElements>
<bpmn:laneSet id="ls"><bpmn:lane id="l"><bpmn:flowNodeRef>s</bpmn:flowNodeRef><bpmn:flowNodeRef>t</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
<bpmn:startEvent id="s"><bpmn:extensionElements/><bpmn:documentation>after</bpmn:documentation><bpmn:outgoing>f</bpmn:outgoing><bpmn:outgoing>f</bpmn:outgoing></bpmn:startEvent>
<bpmn:textAnnotation id="ta"><bpmn:text>note</bpmn:text></bpmn:textAnnotation>
<bpmn:association id="as" sourceRef="s" targetRef="ta"/><bpmn:group id="g"/>
<bpmn:dataObject id="do"/><bpmn:dataObjectReference id="dor" dataObjectRef="do"/><bpmn:dataStoreReference id="ds"/>
<bpmn:ioSpecification id="io"><bpmn:inputSet/><bpmn:outputSet/></bpmn:ioSpecification>
<vendor:shape xmlns:vendor="urn:v" id="s"/>
<bpmn:endEvent id="t" vendor:x="1" xmlns:vendor="urn:v"><bpmn:dataInputAssociation id="dia"/></bpmn:endEvent>
flow f: s -> t"#,
    );
    check(
        &file(roots, &process),
        &expect![[r#"
        process p tag=v1 none_start="s" message_starts=[]
          #12 p PROCESS/UNSPECIFIED in p
          #23 s START_EVENT/NONE in p outgoing=f
          #39 t END_EVENT/NONE in p incoming=1
          #41 flow f: s -> t
    "#]],
    );
}

#[test]
fn several_processes_of_a_file_compile() {
    let other =
        r#"<bpmn:process id="q" isExecutable="1"><bpmn:startEvent id="s2"/></bpmn:process>"#;
    check(
        &file(other, &model("start s")),
        &expect![[r#"
        process q none_start="s2" message_starts=[]
          #1 q PROCESS/UNSPECIFIED in q
          #2 s2 START_EVENT/NONE in q
        process p none_start="s" message_starts=[]
          #3 p PROCESS/UNSPECIFIED in p
          #4 s START_EVENT/NONE in p
    "#]],
    );
}

#[test]
fn namespaces_count_and_prefixes_do_not() {
    let xml = r#"<zeebe:definitions xmlns:zeebe="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmn="http://camunda.org/schema/zeebe/1.0">
<zeebe:process id="p" isExecutable="true"><zeebe:startEvent id="s"/>
<process xmlns="http://www.omg.org/spec/BPMN/20100524/MODELS" id="not bpmn"/>
<serviceTask xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="t"><extensionElements>
<taskDefinition xmlns="http://camunda.org/schema/zeebe/1.0" type="x"/></extensionElements></serviceTask>
</zeebe:process></zeebe:definitions>"#;
    check(
        xml,
        &expect![[r#"
        process p none_start="s" message_starts=[]
          #1 p PROCESS/UNSPECIFIED in p
          #2 s START_EVENT/NONE in p
          #4 t SERVICE_TASK/UNSPECIFIED in p job="x" retries=3 headers=[]
    "#]],
    );
}
