//! Files that were made to break a reader of XML, or were broken on the way.

use expect_test::{Expect, expect};

use crate::support::{file, model};

fn refused(bytes: &[u8]) -> String {
    let problems = bpmn::compile("hostile.bpmn", bytes).expect_err("the file is refused");
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems[0].to_string()
}

fn check_bytes(bytes: &[u8], expected: &Expect) {
    expected.assert_eq(&refused(bytes));
}

#[test]
fn a_document_type_is_refused_before_its_entities_are_read() {
    check_bytes(
        br#"<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>
<definitions>&b;&x;</definitions>"#,
        &expect![
            "line 2, column 1: The file has a document type (DOCTYPE). Remove it: BPMN needs none, and Baton reads none."
        ],
    );
    check_bytes(
        b"<!DOCTYPE definitions><definitions/>",
        &expect![
            "line 1, column 1: The file has a document type (DOCTYPE). Remove it: BPMN needs none, and Baton reads none."
        ],
    );
}

#[test]
fn entities_that_nothing_declares_are_refused() {
    check_bytes(
        b"<definitions>&nbsp;</definitions>",
        &expect![
            "line 1, column 14: The file uses '&nbsp;', which stands for no character in XML."
        ],
    );
    check_bytes(
        b"<definitions a='&nbsp;'/>",
        &expect![
            "line 1, column 1: The file is not well-formed XML: at 1..5: unrecognized entity `nbsp`."
        ],
    );
    check_bytes(
        b"<definitions a='&#1;'/>",
        &expect![
            "line 1, column 1: An attribute value contains a character that XML does not allow."
        ],
    );
    check_bytes(
        b"<definitions>&#xFFFF;</definitions>",
        &expect![
            "line 1, column 14: The file uses '&#xFFFF;', which stands for no character in XML."
        ],
    );
}

#[test]
fn deep_nesting_is_refused() {
    let deep = "<a>".repeat(100_000);
    check_bytes(
        deep.as_bytes(),
        &expect!["line 1, column 769: Elements are nested more than 256 levels deep."],
    );
    let extensions = format!(
        "<bpmn:extensionElements>{}{}</bpmn:extensionElements>",
        "<x>".repeat(100_000),
        "</x>".repeat(100_000)
    );
    check_bytes(
        file("", &extensions).as_bytes(),
        &expect!["line 5, column 784: Elements are nested more than 256 levels deep."],
    );
}

#[test]
fn too_many_elements_attributes_and_namespaces_are_refused() {
    let many = format!("<d>{}</d>", "<a/>".repeat(1_000_000));
    check_bytes(
        many.as_bytes(),
        &expect!["line 1, column 1000000: The file has more than 250000 elements."],
    );
    let attributes: String = (0..1_000_000).map(|at| format!(" a{at}=''")).collect();
    check_bytes(
        format!("<d{attributes}/>").as_bytes(),
        &expect!["line 1, column 1: An element has more than 256 attributes."],
    );
    let namespaces: String =
        (0..200).map(|at| format!("<p{at}:a xmlns:p{at}='u{at}' xmlns:q{at}='v'>")).collect();
    check_bytes(
        namespaces.as_bytes(),
        &expect!["line 1, column 4809: More than 256 namespace declarations are in force here."],
    );
}

#[test]
fn a_huge_attribute_is_read() {
    let long = "x".repeat(3_900_000);
    let process = model(&format!(r#"<bpmn:startEvent id="s" name="{long}"/>"#));
    let resource = bpmn::compile("m", file("", &process).as_bytes()).expect("it is valid");
    assert_eq!(resource.processes[0].elements[1].name.len(), long.len());
}

#[test]
fn other_encodings_than_utf8_are_refused() {
    check_bytes(
        b"\xFF\xFE<\0d\0/\0>\0",
        &expect!["The file is encoded as UTF-16. Save it as UTF-8."],
    );
    check_bytes(
        b"\x00\x00\xFE\xFF\0\0\0<",
        &expect!["The file is encoded as UTF-32. Save it as UTF-8."],
    );
    check_bytes(
        b"<d a='\xE4'/>",
        &expect!["The file is not UTF-8 text: byte 6 is wrong. Save it as UTF-8."],
    );
    check_bytes(
        b"<d a='\xC0\x80'/>",
        &expect!["The file is not UTF-8 text: byte 6 is wrong. Save it as UTF-8."],
    );
    check_bytes(
        b"<d a='\x00'/>",
        &expect!["The file contains the character U+0000 at byte 6, which XML does not allow."],
    );
    check_bytes(
        "<?xml version='1.0' encoding='ISO-8859-1'?><d a='ä'/>".as_bytes(),
        &expect![
            "line 1, column 1: The file says that it is encoded as 'ISO-8859-1'. Save it as UTF-8."
        ],
    );
}

#[test]
fn a_byte_order_mark_and_a_foreign_label_on_plain_text_do_no_harm() {
    let xml = format!("\u{FEFF}{}", file("", &model("start s")).replace("UTF-8", "ISO-8859-1"));
    assert!(bpmn::compile("m", xml.as_bytes()).is_ok());
}

#[test]
fn what_is_no_document_is_refused() {
    check_bytes(b"", &expect!["line 1, column 1: The file contains no XML element."]);
    check_bytes(b"\xEF\xBB\xBF", &expect!["line 1, column 1: The file contains no XML element."]);
    check_bytes(
        b"just text",
        &expect!["line 1, column 1: There is text outside the root element."],
    );
    check_bytes(
        b"%PDF-1.7\n1 0 obj",
        &expect!["line 1, column 1: There is text outside the root element."],
    );
    check_bytes(
        b"<html><body><br></body></html>",
        &expect![
            "line 1, column 17: The file is not well-formed XML: ill-formed document: expected `</br>`, but `</body>` was found."
        ],
    );
    check_bytes(
        b"<d/><d/>",
        &expect!["line 1, column 5: The file has more than one root element."],
    );
    check_bytes(b"<d/>text", &expect!["line 1, column 5: There is text outside the root element."]);
    check_bytes(
        b"<d><e></d>",
        &expect![
            "line 1, column 7: The file is not well-formed XML: ill-formed document: expected `</e>`, but `</d>` was found."
        ],
    );
    check_bytes(b"<d><e/>", &expect!["line 1, column 8: The file ends inside the element 'd'."]);
    check_bytes(
        b"<d",
        &expect![
            "line 1, column 1: The file is not well-formed XML: syntax error: tag not closed: `>` not found before end of input."
        ],
    );
    check_bytes(
        b"<d a='<'/>",
        &expect!["line 1, column 1: An attribute value contains '<'. Write it as '&lt;'."],
    );
    check_bytes(
        b"<d a='1' a='2'/>",
        &expect![
            "line 1, column 1: The file is not well-formed XML: error while parsing attribute: position 8: duplicated attribute, previous declaration at position 2."
        ],
    );
    check_bytes(b"<x:d/>", &expect!["line 1, column 1: The namespace prefix 'x' is not declared."]);
    check_bytes(
        b" <?xml version='1.0'?><d/>",
        &expect!["line 1, column 2: The XML declaration must stand at the very beginning."],
    );
}

#[test]
fn a_dmn_file_under_a_name_of_bpmn_is_told_how_to_be_called() {
    check_bytes(
        b"<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/' id='d'/>",
        &expect![
            "line 1, column 1: The file is a DMN model, but its name is that of a BPMN file. Give it a name that ends in '.dmn'."
        ],
    );
}

#[test]
fn another_root_or_namespace_is_refused() {
    check_bytes(
        b"<definitions/>",
        &expect![
            "line 1, column 1: The root element is 'definitions'. A BPMN 2.0 file has 'definitions' in the namespace of the BPMN 2.0 model."
        ],
    );
    check_bytes(
        b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100501/MODEL'><process id='p' isExecutable='true'/></definitions>",
        &expect!["line 1, column 1: The root element is 'definitions'. A BPMN 2.0 file has 'definitions' in the namespace of the BPMN 2.0 model."],
    );
    check_bytes(
        b"<process xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' id='p' isExecutable='true'/>",
        &expect!["line 1, column 1: The root element is 'process'. A BPMN 2.0 file has 'definitions' in the namespace of the BPMN 2.0 model."],
    );
}

#[test]
fn names_may_contain_anything_and_problems_stay_one_line() {
    let process = model(
        "start s\n<bpmn:choreographyTask id=\"u&#10;\u{1F600}\u{202E}\" name=\"&lt;script&gt;\"/>",
    );
    let xml = file("", &process);
    let problems = bpmn::compile("m", xml.as_bytes()).expect_err("a choreography task is refused");
    let shown: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert!(shown.iter().all(|line| !line.contains(['\n', '\u{202E}'])), "{shown:?}");
    expect![[r#"
        line 6, column 1: p > u\n😀\u{202e}: The id 'u\n😀\u{202e}' is not a valid name. Begin with a letter or '_', and use only letters, digits, '_', '-' and '.'.
        line 6, column 1: p > u\n😀\u{202e}: The element 'u\n😀\u{202e}' is a choreography task. Baton does not run choreography tasks yet."#]].assert_eq(&shown.join("\n"));
}

#[test]
fn a_resource_name_is_only_text() {
    let xml = file("", &model("start s"));
    for name in ["../../x.bpmn", "C:\\x", "", "a\nb", &"x".repeat(4_096)] {
        assert!(bpmn::compile(name, xml.as_bytes()).is_ok(), "{name}");
    }
    assert!(bpmn::compile(&"x".repeat(4_097), xml.as_bytes()).is_err());
}

#[test]
fn large_models_compile_in_linear_time() {
    // Quadratic work on this many elements would take minutes in a debug build.
    let count = 20_000;
    let mut process = model("start s\nxor t0\nflow f0: s -> t0");
    for at in 0..count {
        process += &model(&format!("end e{at}\nflow g{at}: t0 -> e{at} = x = {at}"));
    }
    let resource = bpmn::compile("m", file("", &process).as_bytes()).expect("it is valid");
    assert_eq!(resource.processes[0].elements.len(), count + 3);
    let mut process = model("start s\ntask t\nflow f: s -> t");
    for at in 0..5_000 {
        process += &format!(
            r#"<bpmn:boundaryEvent id="b{at}" attachedToRef="t"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1S</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"#
        );
    }
    let resource = bpmn::compile("m", file("", &process).as_bytes()).expect("it is valid");
    assert_eq!(resource.processes[0].elements[2].boundary_events.len(), 5_000);
}

#[test]
fn gateways_that_all_lead_to_each_other_compile_in_time_linear_in_their_tables() {
    // Each of the 14 280 searches sees 14 280 flows: one after the other would take minutes.
    let count = 120;
    let mut process = model("start s\nflow f: s -> g0");
    for at in 0..count {
        process += &format!("<bpmn:inclusiveGateway id=\"g{at}\"/>\n");
        for to in (0..count).filter(|it| *it != at) {
            process += &model(&format!("flow f{at}_{to}: g{at} -> g{to} = x = {to}"));
        }
    }
    let resource = bpmn::compile("m", file("", &process).as_bytes()).expect("it is valid");
    let gateways = resource.processes[0].elements.iter();
    let joins = gateways.filter_map(|it| match &it.kind {
        bpmn::Kind::InclusiveGateway { joins, .. } => Some(joins),
        _ => None,
    });
    for (at, joins) in joins.enumerate() {
        let leading: Vec<_> = joins.iter().map(|it| it.from.len()).collect();
        // The start event and all gateways but this one lead to it; the start event only through
        // the first one.
        let expected = if at == 0 {
            [vec![1], vec![count - 1; count - 1]].concat()
        } else {
            vec![count; count - 1]
        };
        assert_eq!(leading, expected, "gateway {at}");
    }
}

#[test]
fn at_most_a_thousand_problems_are_listed() {
    let tasks: String =
        (0..3_000).map(|at| format!("<bpmn:choreographyTask id=\"u{at}\"/>")).collect();
    let problems = bpmn::compile("m", file("", &tasks).as_bytes()).expect_err("they are refused");
    assert_eq!(problems.len(), 1_001);
    assert_eq!(problems[1_000].message, "There are 2001 more problems that are not listed.");
}
