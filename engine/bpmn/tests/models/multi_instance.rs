//! Multi-instance markers: what is read, and what is refused.

use expect_test::expect;

use crate::support::{check, file, model};

fn task(id: &str, marker: &str) -> String {
    format!("<bpmn:manualTask id=\"{id}\">{marker}</bpmn:manualTask>\n")
}

fn marker(attributes: &str, list: &str, inside: &str) -> String {
    format!(
        "<bpmn:multiInstanceLoopCharacteristics {attributes}><bpmn:extensionElements>{list}\
         </bpmn:extensionElements>{inside}</bpmn:multiInstanceLoopCharacteristics>"
    )
}

fn list(attributes: &str) -> String {
    format!("<zeebe:loopCharacteristics {attributes}/>")
}

#[test]
fn a_marker_is_read_with_its_items_output_and_condition() {
    let all =
        r#"inputCollection="=items" inputElement="item" outputCollection="all" outputElement="=r""#;
    let nested = r#"inputCollection="=items" outputCollection="all" outputElement="=r.x + 1""#;
    let until = "<bpmn:completionCondition>=done</bpmn:completionCondition>";
    let tasks = [
        task("a", &marker("", &list(all), until)),
        task("b", &marker("isSequential=\"true\"", &list(nested), "<bpmn:completionCondition/>")),
        task("c", &marker("", "", "<bpmn:loopCardinality>5</bpmn:loopCardinality>")),
        task("d", &marker("", "", "<bpmn:loopCardinality>=n + 1</bpmn:loopCardinality>")),
        format!(
            "<bpmn:subProcess id=\"u\">{}<bpmn:startEvent id=\"us\"/></bpmn:subProcess>",
            marker(
                "",
                &list("inputCollection=\"=[1]\""),
                "<bpmn:loopDataInputRef>x</bpmn:loopDataInputRef>"
            )
        ),
    ];
    let process = model(&format!("start s\n{}flow f: s -> a", tasks.concat()));
    check(
        &file("", &process),
        &expect![[r#"
        process p none_start="s" message_starts=[]
          #1 p PROCESS/UNSPECIFIED in p
          #2 s START_EVENT/NONE in p
          #3 a MANUAL_TASK/UNSPECIFIED in p parallel over =items as item all := =r (Some("r")) until =done
          #8 b MANUAL_TASK/UNSPECIFIED in p sequential over =items all := =r.x + 1 (None)
          #13 c MANUAL_TASK/UNSPECIFIED in p parallel times 5
          #17 d MANUAL_TASK/UNSPECIFIED in p parallel times =n + 1
          #21 u SUB_PROCESS/UNSPECIFIED in p parallel over =[1] start=us
          #26 us START_EVENT/NONE in u
    "#]],
    );
}

#[test]
fn a_marker_needs_a_list_or_a_number_and_both_parts_of_an_output() {
    let good = list("inputCollection=\"=items\"");
    let number = |text: &str| format!("<bpmn:loopCardinality>{text}</bpmn:loopCardinality>");
    let tasks = [
        task("nothing", "<bpmn:multiInstanceLoopCharacteristics/>"),
        task("two-lists", &marker("", &(good.clone() + &good), "")),
        task("two-markers", &(marker("", &good, "") + &marker("", &good, ""))),
        task("no-feel", &marker("", &list("inputCollection=\"items\""), "")),
        task("empty", &marker("", &list("inputCollection=\"\""), "")),
        task("half", &marker("", &list("inputCollection=\"=items\" outputCollection=\"all\""), "")),
        task(
            "other-half",
            &marker("", &list("inputCollection=\"=items\" outputElement=\"=r\""), ""),
        ),
        task(
            "static",
            &marker("", &good, "<bpmn:completionCondition>done</bpmn:completionCondition>"),
        ),
        task("no-number", &marker("", "", &number("many"))),
        task("no-text", &marker("", "", &number(""))),
        task("unknown", &marker("", &good, "<bpmn:complexBehaviorDefinition/>")),
        format!(
            "<bpmn:exclusiveGateway id=\"g\">{}</bpmn:exclusiveGateway>",
            marker("", &good, "")
        ),
        format!(
            "<bpmn:subProcess id=\"x\" triggeredByEvent=\"true\">{}<bpmn:startEvent id=\"xs\">\
             <bpmn:errorEventDefinition/></bpmn:startEvent></bpmn:subProcess>",
            marker("", &good, "")
        ),
    ];
    let process = model(&format!("start s\n{}flow f: s -> nothing", tasks.concat()));
    check(
        &file("", &process),
        &expect![[r#"
        p > nothing: The element 'nothing' is multi-instance and has no zeebe:loopCharacteristics. It needs exactly one, with an input collection.
        p > two-lists: The element 'two-lists' is multi-instance and has more than one zeebe:loopCharacteristics. It needs exactly one, with an input collection.
        p > two-markers: The element 'two-markers' has more than one multi-instance marker. Remove all but one.
        p > no-feel: The input collection of 'no-feel' must be a FEEL expression, but it is 'items'. Begin it with '='.
        p > empty: The element 'empty' needs the attribute 'inputCollection' of 'loopCharacteristics', which is missing or empty.
        p > half: The element 'half' has an outputCollection and no outputElement. Both are needed to collect something.
        p > other-half: The element 'other-half' has an outputElement and no outputCollection. Both are needed to collect something.
        p > static: The completion condition of 'static' must be a FEEL expression, but it is 'done'. Begin it with '='.
        p > no-number: The loop cardinality 'many' of 'no-number' is neither a number nor a FEEL expression.
        p > no-text: The loop cardinality '' of 'no-text' is neither a number nor a FEEL expression.
        p > unknown: The element 'unknown' has 'complexBehaviorDefinition' in its multi-instance marker, which Baton does not know.
        p > g: The element 'g' has a multi-instance marker, which only activities can have.
        p > x: The element 'x' has a multi-instance marker, which only activities can have.
    "#]],
    );
}
