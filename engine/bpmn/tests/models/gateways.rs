//! Inclusive gateways: what they take and join.

use expect_test::expect;

use crate::support::{check, file, model};

#[test]
fn an_inclusive_gateway_knows_what_leads_to_each_of_its_flows() {
    let process = r#"
        start s
        <bpmn:inclusiveGateway id="fork" default="f3"/>
        task a
        task b
        <bpmn:boundaryEvent id="late" attachedToRef="b"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1S</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>
        <bpmn:intermediateThrowEvent id="out"><bpmn:linkEventDefinition name="L"/></bpmn:intermediateThrowEvent>
        <bpmn:intermediateCatchEvent id="in"><bpmn:linkEventDefinition name="L"/></bpmn:intermediateCatchEvent>
        task c
        <bpmn:inclusiveGateway id="join"/>
        xor again end
        end e
        flow f1: s -> fork
        flow f2: fork -> a =x
        flow f3: fork -> b
        flow f4: a -> join
        flow f5: b -> out
        flow f6: in -> join
        flow f7: late -> c
        flow f8: c -> join
        flow f9: join -> again
        flow back: again -> fork =y
        flow end: again -> e"#;
    check(
        &file("", &model(process)),
        &expect![[r#"
        process p none_start="s" message_starts=[]
          #1 p PROCESS/UNSPECIFIED in p
          #2 s START_EVENT/NONE in p outgoing=f1
          #3 fork INCLUSIVE_GATEWAY/UNSPECIFIED in p incoming=2 outgoing=f2,f3 default=f3 f1<-s back<-a,b,late,out,in,c,join,again
          #4 a SERVICE_TASK/UNSPECIFIED in p incoming=1 outgoing=f4 job="a" retries=3 headers=[]
          #7 b SERVICE_TASK/UNSPECIFIED in p incoming=1 outgoing=f5 boundary=late job="b" retries=3 headers=[]
          #10 late BOUNDARY_EVENT/TIMER in p outgoing=f7 on b interrupting=true duration="PT1S"
          #13 out INTERMEDIATE_THROW_EVENT/LINK in p incoming=1 to in
          #15 in INTERMEDIATE_CATCH_EVENT/LINK in p outgoing=f6
          #17 c SERVICE_TASK/UNSPECIFIED in p incoming=1 outgoing=f8 job="c" retries=3 headers=[]
          #20 join INCLUSIVE_GATEWAY/UNSPECIFIED in p incoming=3 outgoing=f9 f4<-s,fork,a,again f6<-s,fork,b,out,in,again f8<-s,fork,b,late,c,again
          #21 again EXCLUSIVE_GATEWAY/UNSPECIFIED in p incoming=1 outgoing=back,end default=end
          #22 e END_EVENT/NONE in p incoming=1
          #23 flow f1: s -> fork
          #24 flow f2: fork -> a if =x
          #26 flow f3: fork -> b
          #27 flow f4: a -> join
          #28 flow f5: b -> out
          #29 flow f6: in -> join
          #30 flow f7: late -> c
          #31 flow f8: c -> join
          #32 flow f9: join -> again
          #33 flow back: again -> fork if =y
          #35 flow end: again -> e
    "#]],
    );
}

#[test]
fn an_inclusive_gateway_with_several_ways_has_conditions() {
    let process = r#"
        start s
        <bpmn:inclusiveGateway id="g" default="gone"/>
        end e
        flow f1: s -> g
        flow f2: g -> e =x
        flow f3: g -> e"#;
    check(
        &file("", &model(process)),
        &expect![[r#"
        p > g: The default flow of the gateway 'g' is 'gone', which is no outgoing sequence flow of it.
        p > f3: The sequence flow 'f3' of the gateway 'g' has no condition and is not the default flow. Give it a condition, or make it the default.
    "#]],
    );
}

#[test]
fn tables_of_joining_gateways_are_bounded() {
    let mut process = String::from("start s\n");
    for number in 0..120 {
        process += &format!("<bpmn:inclusiveGateway id=\"g{number}\"/>\n");
        for flow in 0..300 {
            process += &format!("flow f{number}-{flow}: s -> g{number}\n");
        }
    }
    check(
        &file("", &model(&process)),
        &expect![[r#"
        p: The inclusive gateways of the process 'p' join so many flows among so many elements that 4356000 pairs of them would have to be kept. At most 4000000 are allowed. Divide the process with subprocesses.
    "#]],
    );
}
