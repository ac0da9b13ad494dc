//! Inclusive and complex gateways: what they take and join.

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
        p: The inclusive and complex gateways of the process 'p' join so many flows among so many elements that 4356000 pairs of them would have to be kept. At most 4000000 are allowed. Divide the process with subprocesses.
    "#]],
    );
}

#[test]
fn a_complex_gateway_knows_when_it_starts_and_what_leads_to_each_of_its_flows() {
    let process = r#"
        start s
        <bpmn:parallelGateway id="fork"/>
        task a
        task b
        <bpmn:complexGateway id="join" default="f7" gatewayDirection="Mixed"><bpmn:incoming>f4</bpmn:incoming><bpmn:activationCondition>=activationCount &gt;= 2</bpmn:activationCondition></bpmn:complexGateway>
        <bpmn:complexGateway id="once"><bpmn:activationCondition>=ready</bpmn:activationCondition></bpmn:complexGateway>
        <bpmn:complexGateway id="split"><bpmn:activationCondition/></bpmn:complexGateway>
        end e
        flow f1: s -> fork
        flow f2: fork -> a
        flow f3: fork -> b
        flow f4: a -> join
        flow f5: b -> join
        flow f6: join -> once =not(waitingForStart)
        flow f7: join -> split
        flow f8: once -> e
        flow f9: split -> e"#;
    check(
        &file("", &model(process)),
        &expect![[r#"
            process p none_start="s" message_starts=[]
              #1 p PROCESS/UNSPECIFIED in p
              #2 s START_EVENT/NONE in p outgoing=f1
              #3 fork PARALLEL_GATEWAY/UNSPECIFIED in p incoming=1 outgoing=f2,f3
              #4 a SERVICE_TASK/UNSPECIFIED in p incoming=1 outgoing=f4 job="a" retries=3 headers=[]
              #7 b SERVICE_TASK/UNSPECIFIED in p incoming=1 outgoing=f5 job="b" retries=3 headers=[]
              #10 join COMPLEX_GATEWAY/UNSPECIFIED in p incoming=2 outgoing=f6,f7 default=f7 when =activationCount >= 2 f4<-s,fork,a f5<-s,fork,b
              #13 once COMPLEX_GATEWAY/UNSPECIFIED in p incoming=1 outgoing=f8 when =ready f6<-s,fork,a,b,join
              #15 split COMPLEX_GATEWAY/UNSPECIFIED in p incoming=1 outgoing=f9
              #17 e END_EVENT/NONE in p incoming=2
              #18 flow f1: s -> fork
              #19 flow f2: fork -> a
              #20 flow f3: fork -> b
              #21 flow f4: a -> join
              #22 flow f5: b -> join
              #23 flow f6: join -> once if =not(waitingForStart)
              #25 flow f7: join -> split
              #26 flow f8: once -> e
              #27 flow f9: split -> e
        "#]],
    );
}

#[test]
fn a_complex_gateway_that_joins_says_how_much_is_enough() {
    let process = r#"
        start s
        <bpmn:complexGateway id="none" default="gone"/>
        <bpmn:complexGateway id="empty"><bpmn:activationCondition> </bpmn:activationCondition></bpmn:complexGateway>
        <bpmn:complexGateway id="two"><bpmn:activationCondition>=a</bpmn:activationCondition><bpmn:activationCondition>=b</bpmn:activationCondition></bpmn:complexGateway>
        <bpmn:complexGateway id="text"><bpmn:activationCondition>activationCount &gt;= 2</bpmn:activationCondition></bpmn:complexGateway>
        <bpmn:complexGateway id="broken"><bpmn:activationCondition>=activationCount &gt;=</bpmn:activationCondition></bpmn:complexGateway>
        <bpmn:inclusiveGateway id="other"><bpmn:activationCondition>=true</bpmn:activationCondition></bpmn:inclusiveGateway>
        <bpmn:complexGateway id="heard"><bpmn:extensionElements><zeebe:executionListeners><zeebe:executionListener eventType="end" type="l"/></zeebe:executionListeners></bpmn:extensionElements></bpmn:complexGateway>
        end e
        flow f1: s -> none
        flow f2: s -> none
        flow f3: none -> empty
        flow f4: none -> empty =x
        flow f5: empty -> two
        flow f6: two -> text
        flow f7: text -> broken
        flow f8: broken -> other
        flow f9: other -> heard
        flow f10: heard -> e"#;
    check(
        &file("", &model(process)),
        &expect![[r#"
            p > none: The default flow of the gateway 'none' is 'gone', which is no outgoing sequence flow of it.
            p > none: The complex gateway 'none' has 2 incoming sequence flows and no activation condition, so that nothing says how many tokens are enough. Give it one, for example '=activationCount >= 2'.
            p > empty: The complex gateway 'empty' has 2 incoming sequence flows and no activation condition, so that nothing says how many tokens are enough. Give it one, for example '=activationCount >= 2'.
            p > two: The complex gateway 'two' has more than one activation condition. Combine them with 'and' or 'or'.
            p > text: The activation condition of 'text' must be a FEEL expression, but it is 'activationCount >= 2'. Begin it with '='.
            p > broken: The activation condition of 'broken' is no FEEL expression: found the end at line 1, column 19: expected a value.
            p > other: The element 'other' contains 'activationCondition', which Baton does not know there.
            p > heard: An execution listener of 'heard' has the eventType 'end', which cannot be: a gateway ends with its decision. Remove it.
            p > f3: The sequence flow 'f3' of the gateway 'none' has no condition and is not the default flow. Give it a condition, or make it the default.
        "#]],
    );
}
