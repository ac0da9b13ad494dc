//! What is read of user tasks, and what is refused.

use expect_test::expect;

use crate::support::{check, file, model};

/// A process of user tasks with these extensions, called `u1`, `u2`, ….
fn with(tasks: &[&str]) -> String {
    let mut process = model("start s");
    for (at, extensions) in tasks.iter().enumerate() {
        let extensions = format!("<bpmn:extensionElements>{extensions}</bpmn:extensionElements>");
        process += &format!("<bpmn:userTask id=\"u{}\">{extensions}</bpmn:userTask>\n", at + 1);
        process += &model(&format!("flow f{0}: s -> u{0}", at + 1));
    }
    file("", &process)
}

#[test]
fn both_flavours_are_read_with_their_attributes() {
    check(
        &with(&[
            "",
            "<zeebe:userTask/>",
            r#"<zeebe:assignmentDefinition assignee="=who" candidateGroups="a , b" candidateUsers="=[&quot;c&quot;]"/>
<zeebe:taskSchedule dueDate="2026-01-02T10:00:00+01:00" followUpDate="=now()"/>
<zeebe:formDefinition formKey="camunda-forms:bpmn:f"/>
<zeebe:taskHeaders><zeebe:header key="h" value="v"/></zeebe:taskHeaders>"#,
            r#"<zeebe:userTask/><zeebe:priorityDefinition priority="100"/><zeebe:assignmentDefinition assignee="7" candidateGroups=" "/>
<zeebe:formDefinition formId="f" bindingType="versionTag" versionTag="v1"/>"#,
            r#"<zeebe:userTask/><zeebe:priorityDefinition priority="=x"/>
<zeebe:formDefinition externalReference="=url" formId=""/>"#,
            r#"<zeebe:formDefinition formId="f" bindingType="deployment"/>"#,
            r#"<zeebe:userTask/><zeebe:taskListeners><zeebe:taskListener eventType="creating" type="=kind" retries="=2"/>
<zeebe:taskListener eventType="canceling" type="bye"/></zeebe:taskListeners>"#,
            "<zeebe:taskListeners/>",
        ]),
        &expect![[r#"
            process p none_start="s" message_starts=[]
              #1 p PROCESS/UNSPECIFIED in p
              #2 s START_EVENT/NONE in p outgoing=f1,f2,f3,f4,f5,f6,f7,f8
              #3 u1 USER_TASK/UNSPECIFIED in p incoming=1 job headers=[]
              #6 u2 USER_TASK/UNSPECIFIED in p incoming=1 native headers=[]
              #10 u3 USER_TASK/UNSPECIFIED in p incoming=1 job assignee==who groups=["a","b"] users==["c"] due="2026-01-02T10:00:00+01:00" follow-up==now() form-key=camunda-forms:bpmn:f headers=[h=v]
              #18 u4 USER_TASK/UNSPECIFIED in p incoming=1 native assignee="7" priority=100 form=f VersionTag("v1") headers=[]
              #25 u5 USER_TASK/UNSPECIFIED in p incoming=1 native priority==x external==url headers=[]
              #31 u6 USER_TASK/UNSPECIFIED in p incoming=1 job form=f Deployment headers=[]
              #35 u7 USER_TASK/UNSPECIFIED in p incoming=1 native Creating(=kind, =2) Canceling("bye", 3) headers=[]
              #42 u8 USER_TASK/UNSPECIFIED in p incoming=1 job headers=[]
              #5 flow f1: s -> u1
              #9 flow f2: s -> u2
              #17 flow f3: s -> u3
              #24 flow f4: s -> u4
              #30 flow f5: s -> u5
              #34 flow f6: s -> u6
              #41 flow f7: s -> u7
              #45 flow f8: s -> u8
        "#]],
    );
}

#[test]
fn wrong_attributes_are_refused_by_name() {
    check(
        &with(&[
            r#"<zeebe:userTask/><zeebe:formDefinition formKey="k"/>"#,
            r#"<zeebe:userTask/><zeebe:formDefinition formId="k" externalReference="r"/>"#,
            r#"<zeebe:formDefinition externalReference="r" bindingType="versionTag"/>"#,
            r#"<zeebe:formDefinition formId="f" bindingType="versionTag"/>"#,
            r#"<zeebe:formDefinition formId="f" bindingType="newest"/>"#,
            r#"<zeebe:assignmentDefinition candidateGroups="a,,b" assignee="=1 +"/>"#,
            r#"<zeebe:taskSchedule dueDate="tomorrow"/>"#,
            r#"<zeebe:userTask/><zeebe:priorityDefinition priority="101"/>"#,
            r#"<zeebe:userTask/><zeebe:userTask/><zeebe:priorityDefinition priority="high"/>"#,
            r#"<zeebe:taskListeners><zeebe:taskListener eventType="creating" type="t"/></zeebe:taskListeners>"#,
            r#"<zeebe:userTask/><zeebe:taskListeners><zeebe:taskListener eventType="start" type="t"/><zeebe:taskListener eventType="creating"/><zeebe:taskListener type="t" retries="many"/></zeebe:taskListeners>"#,
        ]),
        &expect![[r#"
            p > u1: The form of the user task 'u1' needs exactly one of 'formId' and 'externalReference'.
            p > u2: The form of the user task 'u2' needs exactly one of 'formId' and 'externalReference'.
            p > u3: The form of the user task 'u3' needs exactly one of 'formId' and 'formKey', because it has no zeebe:userTask.
            p > u3: The element 'u3' needs the attribute 'versionTag' of 'formDefinition', which is missing or empty.
            p > u4: The element 'u4' needs the attribute 'versionTag' of 'formDefinition', which is missing or empty.
            p > u5: The bindingType 'newest' of 'u5' is not known. Use 'latest', 'deployment' or 'versionTag'.
            p > u6: The assignee of 'u6' is no FEEL expression: found the end at line 1, column 4: expected a value.
            p > u6: The candidateGroups of 'u6' must be a list with commas between its items, or a FEEL expression, but it is 'a,,b'.
            p > u7: The dueDate of 'u7' is not valid: 'tomorrow' is no date and time such as 2030-01-31T12:00:00Z.
            p > u8: The priority '101' of 'u8' is not a whole number from 0 to 100.
            p > u9: The element 'u9' has more than one zeebe:userTask. At most one is allowed.
            p > u9: The priority 'high' of 'u9' is not a whole number from 0 to 100.
            p > u10: The element 'u10' has task listeners, which only a user task with zeebe:userTask can have. Add the marker, or remove them.
            p > u11: The eventType 'start' of a task listener of 'u11' is not known. Use 'creating', 'assigning', 'updating', 'completing' or 'canceling'.
            p > u11: The element 'u11' needs the attribute 'type' of 'taskListener', which is missing or empty.
            p > u11: The element 'u11' needs the attribute 'eventType' of 'taskListener', which is missing or empty.
            p > u11: The number of retries 'many' of 'u11' is neither a number nor a FEEL expression.
        "#]],
    );
}
