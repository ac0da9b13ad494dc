//! Files that were deployed stay deployed: rules that only refuse do not take them away.

use crate::support::{file, model};

/// Files that today's rules refuse, as those that a later rule refuses.
fn refused_today() -> [String; 3] {
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
    [file("", &looped), file("", &extended), file("", &unconditional)]
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

#[test]
fn what_has_no_graph_is_told() {
    let nothing = file("", r#"<bpmn:startEvent id="s"/><bpmn:unknown id="u"/>"#)
        .replace("isExecutable", "isDrawn");
    assert!(bpmn::compile_accepted(nothing.as_bytes()).is_err());
    assert!(bpmn::compile_accepted(b"<a/>").is_err());
    let broken = file("", &model("start s\ntask t\nflow f: s -> t = =)("));
    assert!(bpmn::compile_accepted(broken.as_bytes()).is_err());
}
