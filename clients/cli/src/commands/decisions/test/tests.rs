//! Examples against a decision, as people see it.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use expect_test::{Expect, expect};

use super::super::Decisions;
use crate::environment::Environment;
use crate::output::{Format, Output};

const DISH: &str = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="d"><decision id="dish" name="Dish"><decisionTable hitPolicy="FIRST">
<input id="i" label="guests"><inputExpression><text>guests</text></inputExpression></input>
<output name="meal"/><output name="hot"/>
<rule id="r1"><inputEntry><text>&gt; 10</text></inputEntry><outputEntry><text>"stew"</text></outputEntry>
<outputEntry><text>true</text></outputEntry></rule>
<rule id="r2"><inputEntry><text>-</text></inputEntry><outputEntry><text>"salad"</text></outputEntry>
<outputEntry><text>false</text></outputEntry></rule>
</decisionTable></decision></definitions>"#;

/// Collects what is written.
#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("not poisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[derive(Debug, clap::Parser)]
struct Line {
    #[command(flatten)]
    decisions: Decisions,
}

/// Runs `baton decisions` with the files in a folder of their own, and shows output and exit code.
#[expect(clippy::needless_pass_by_value, reason = "expect! makes values")]
fn check(arguments: &[&str], examples: (&str, &str), expected: Expect) {
    expected.assert_eq(&run(arguments, examples));
}

fn run(arguments: &[&str], examples: (&str, &str)) -> String {
    run_files(arguments, &[("d.dmn", DISH), examples])
}

/// Runs a command with files, which it is given by their names.
fn run_files(arguments: &[&str], files: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let in_folder = |name: &str| Path::join(folder.path(), name).display().to_string();
    for (name, text) in files {
        std::fs::write(in_folder(name), text).expect("a file");
    }
    let mut words = vec!["decisions".to_owned()];
    for it in arguments {
        let is_file = files.iter().any(|file| file.0 == *it);
        words.push(if is_file { in_folder(it) } else { (*it).to_owned() });
    }
    let line = <Line as clap::Parser>::try_parse_from(words).expect("the words are right");
    let page = Page::default();
    let result =
        line.decisions.run(&Environment::default(), &mut Output::to(Format::Table, page.clone()));
    let text = String::from_utf8(page.0.lock().expect("not poisoned").clone()).expect("text");
    let end = match result {
        Ok(()) => "exit 0".to_owned(),
        Err(failure) => format!("exit {}: {}", failure.exit.code(), failure.message),
    };
    let end = end.replace(&format!("{}/", folder.path().display()), "");
    let text: Vec<&str> = text.lines().map(str::trim_end).collect();
    format!("{}\n{end}\n", text.join("\n"))
}

#[test]
fn an_evaluation_shows_the_table_with_its_rules_marked() {
    check(
        &["evaluate", "d.dmn", "--var", "guests=4"],
        ("x", ""),
        expect![[r#"
        decision  dish
        output    {"meal":"salad","hot":false}

        dish = {"meal":"salad","hot":false}
        FIRST  guests = 4  meal     hot
          1    [> 10]      "stew"   true
        > 2    -           "salad"  false
        exit 0
    "#]],
    );
}

#[test]
fn an_evaluation_shows_its_warnings() {
    let file = |text: &str| {
        dmn(
            "d",
            &format!(
                "<decision id=\"t\" name=\"T\"><literalExpression><text>{text}</text>\
                 </literalExpression></decision>"
            ),
        )
    };
    let told = ["[missing, 2 * 1e400]", "assert(missing, false)"]
        .map(|it| run_files(&["evaluate", "t.dmn"], &[("t.dmn", &file(it))]));
    expect![[r"
        decision  t
        output    [null,null]

        t = [null,null]

        warning  NO_VARIABLE_FOUND: decision 'T', expression '[missing, 2 * 1e400]': No variable found with name 'missing'
        warning  UNKNOWN: decision 'T': A number is too large for a variable and becomes null
        exit 0
        decision  t

        t has no result

        warning  NO_VARIABLE_FOUND: decision 'T', expression 'assert(missing, false)': No variable found with name 'missing'
        exit 4: decision 'T', expression 'assert(missing, false)': The condition is not fulfilled.
    "]]
    .assert_eq(&told.concat());
}

#[test]
fn examples_that_hold_are_counted() {
    let csv = "guests,=meal,=hot\n11,stew,true\n4,salad,\n";
    check(
        &["test", "d.dmn", "e.csv"],
        ("e.csv", csv),
        expect![[r"
        All 2 examples hold.
        exit 0
    "]],
    );
}

#[test]
fn an_example_that_fails_shows_the_difference() {
    let csv = "guests,=meal\n11,salad\n4,salad\n";
    check(
        &["test", "d.dmn", "e.csv"],
        ("e.csv", csv),
        expect![[r#"
        EXAMPLE  GIVEN          DIFFERENCE
        1        {"guests":11}  meal: expected "salad", but it is "stew"
        exit 4: 1 of 2 examples failed.
    "#]],
    );
    let json = r#"[{"given": {"guests": 4}, "expect": {"meal": "salad", "hot": true}}]"#;
    check(
        &["test", "d.dmn", "e.json"],
        ("e.json", json),
        expect![[r#"
            EXAMPLE  GIVEN         DIFFERENCE
            1        {"guests":4}  expected {"meal":"salad","hot":true}, but it is {"meal":"salad","hot":false}
            exit 4: 1 of 1 examples failed.
        "#]],
    );
}

#[test]
fn examples_in_yaml_name_their_lines() {
    let yaml = "# from the workshop\n- given: {guests: 11}\n  expect: {meal: stew, hot: true}\n\n\
                - given:\n    guests: 4\n  expect:\n    meal: soup\n    hot: no\n";
    check(
        &["test", "d.dmn", "e.yaml"],
        ("e.yaml", yaml),
        expect![[r#"
            EXAMPLE     GIVEN         DIFFERENCE
            2 (line 5)  {"guests":4}  expected {"meal":"soup","hot":false}, but it is {"meal":"salad","hot":false}
            exit 4: 1 of 2 examples failed.
        "#]],
    );
    let hold = "- given: &many {guests: 12}\n  expect: {hot: true, meal: stew}\n\
                - {given: *many, expect: {hot: true, meal: \"stew\"}}\n";
    check(
        &["test", "d.dmn", "e.yml"],
        ("e.yml", hold),
        expect![[r"
        All 2 examples hold.
        exit 0
    "]],
    );
}

#[test]
fn examples_that_are_wrong_name_example_and_line() {
    let wrong = [
        "- given: {guests: 1}\n  expected: {}\n",
        "- given: {guests: 1}\n  expect: 1\n- given: {guests: 1}\n",
        "- given: 3\n  expect: 1\n",
        "given: {guests: 1}\n",
        "- given: {guests: 1\n  expect: 2\n- 3",
        "- given: {a: 1, a: 2}\n  expect: 2\n",
        "- {given: {}, expect: *nothing}\n",
        "",
    ];
    let told = wrong.map(|yaml| run(&["test", "d.dmn", "e.yaml"], ("e.yaml", yaml)));
    expect![[r"

        exit 2: The examples in 'e.yaml' are wrong: Example 1, line 1: unknown field `expected`, expected `given` or `expect`.

        exit 2: The examples in 'e.yaml' are wrong: Example 2, line 3: missing field `expect`.

        exit 2: The examples in 'e.yaml' are wrong: Example 1, line 1: invalid type: integer `3`, expected a map.

        exit 2: The examples in 'e.yaml' are wrong: The file is no list. Each example begins with '- given:'.

        exit 2: The examples in 'e.yaml' are wrong: while parsing a flow mapping, did not find expected ',' or '}' at line 2, column 9.

        exit 2: The examples in 'e.yaml' are wrong: duplicate mapping key `a` is not allowed here at line 1, column 17.

        exit 2: The examples in 'e.yaml' are wrong: reference to unknown value at line 1, column 23.

        exit 2: There is no example in 'e.yaml'.
    "]].assert_eq(&told.concat());
}

#[test]
fn examples_that_cannot_be_read_say_why() {
    check(
        &["test", "d.dmn", "e.csv"],
        ("e.csv", "guests,meal\n1,2\n"),
        expect![[r"

        exit 2: The examples in 'e.csv' are wrong: No column says what is expected. Its name begins with '='.
    "]],
    );
    check(
        &["test", "d.dmn", "e.csv"],
        ("e.csv", "=\n1,2\n"),
        expect![[r"

        exit 2: The examples in 'e.csv' are wrong: Example 1 has more values than the first line has columns.
    "]],
    );
    check(
        &["test", "d.dmn", "e.json"],
        ("e.json", "{"),
        expect![[r"

        exit 2: The examples in 'e.json' are wrong: invalid type: map, expected a sequence at line 1 column 0.
    "]],
    );
}

#[test]
fn a_csv_file_that_would_check_nothing_is_refused() {
    let wrong = [
        "guests,=zz\n11,null\n",
        "guests,=meal\n11,stew\n4,\n",
        "guests,guests,=meal\n1,2,stew\n",
        "guests,=meal,=meal\n11,stew,salad\n",
        "guests,,=meal\n11,1,stew\n",
    ];
    let told = wrong.map(|csv| run(&["test", "d.dmn", "e.csv"], ("e.csv", csv)));
    expect![[r"

        exit 2: The decision 'dish' has no output 'zz'. It has: meal, hot.

        exit 2: The examples in 'e.csv' are wrong: Example 2 says nothing that is expected.

        exit 2: The examples in 'e.csv' are wrong: The column 'guests' is there twice.

        exit 2: The examples in 'e.csv' are wrong: The column '=meal' is there twice.

        exit 2: The examples in 'e.csv' are wrong: Column 2 has no name.
    "]]
    .assert_eq(&told.concat());
}

/// A decision that is no table of several outputs.
fn dmn(namespace: &str, body: &str) -> String {
    format!(
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"d{namespace}\" \
         name=\"d\" namespace=\"{namespace}\">{body}</definitions>"
    )
}

fn literal(text: &str) -> String {
    dmn(
        "n",
        &format!(
            "<decision id=\"l\" name=\"L\"><literalExpression><text>{text}</text>\
             </literalExpression></decision>"
        ),
    )
}

#[test]
fn an_output_is_named_only_where_there_are_several() {
    let single = dmn(
        "n",
        "<decision id=\"s\" name=\"S\"><decisionTable><input id=\"i\"><inputExpression><text>x\
         </text></inputExpression></input><output name=\"a\"/><rule id=\"r\"><inputEntry><text>-\
         </text></inputEntry><outputEntry><text>1</text></outputEntry></rule></decisionTable>\
         </decision>",
    );
    let told = [
        (single.as_str(), "x,=a\n1,1\n"),
        (single.as_str(), "x,=\n1,1\n"),
        (literal("{a: x}").as_str(), "x,=a,=b\n1,1,null\n"),
        (literal("[x]").as_str(), "x,=a\n1,null\n"),
        (literal("if x = 1 then null else 1").as_str(), "x,=a\n1,null\n"),
    ]
    .map(|(model, csv)| {
        run_files(&["test", "m.dmn", "e.csv"], &[("m.dmn", model), ("e.csv", csv)])
    });
    expect![[r#"

        exit 2: The column '=a' names an output, but the decision 's' has only one: its value is the whole answer.
        All 1 examples hold.
        exit 0
        EXAMPLE  GIVEN    DIFFERENCE
        1        {"x":1}  b: expected null, but the answer has no 'b': {"a":1}
        exit 4: 1 of 1 examples failed.
        EXAMPLE  GIVEN    DIFFERENCE
        1        {"x":1}  a: expected null, but the answer is no context with names: [1]
        exit 4: 1 of 1 examples failed.
        All 1 examples hold.
        exit 0
    "#]]
    .assert_eq(&told.concat());
}

#[test]
fn what_a_file_imports_is_taken_from_beside_it() {
    let import = |namespace: &str| {
        format!(
            "<import namespace=\"{namespace}\" name=\"lib\" \
             importType=\"https://www.omg.org/spec/DMN/20191111/MODEL/\"/>"
        )
    };
    let uses = dmn(
        "urn:main",
        &(import("urn:lib")
            + "<decision id=\"t\" name=\"T\"><knowledgeRequirement><requiredKnowledge \
               href=\"urn:lib#twice\"/></knowledgeRequirement><literalExpression><text>\
               lib.twice(x)</text></literalExpression></decision>"),
    );
    let library = dmn(
        "urn:lib",
        "<businessKnowledgeModel id=\"twice\" name=\"twice\"><encapsulatedLogic>\
         <formalParameter name=\"n\"/><literalExpression><text>2 * n</text></literalExpression>\
         </encapsulatedLogic></businessKnowledgeModel>",
    );
    let arguments = ["evaluate", "main.dmn", "--var", "x=21"];
    let told = [
        vec![("main.dmn", uses.as_str()), ("lib.dmn", library.as_str())],
        vec![("main.dmn", uses.as_str()), ("other.dmn", "<a/>")],
        vec![
            ("main.dmn", uses.as_str()),
            ("lib.dmn", library.as_str()),
            ("copy.dmn", library.as_str()),
        ],
    ]
    .map(|files| run_files(&arguments, &files));
    expect![[r"
        decision  t
        output    42

        t = 42
        exit 0

        exit 4: The file 'main.dmn' imports the model with the namespace 'urn:lib', which no DMN file in its folder has.

        exit 4: The file 'main.dmn' imports the model with the namespace 'urn:lib', which several files in its folder have: copy.dmn, lib.dmn.
    "]]
    .assert_eq(&told.concat());
}

#[test]
fn whole_numbers_are_compared_with_all_their_digits() {
    let files = |expected: &str| {
        let csv = format!("=\n{expected}\n");
        run_files(
            &["test", "m.dmn", "e.csv"],
            &[("m.dmn", &literal("9007199254740993")), ("e.csv", &csv)],
        )
    };
    let told = ["9007199254740993", "9007199254740992", "9007199254740993.0"].map(files);
    expect![[r"
        All 1 examples hold.
        exit 0
        EXAMPLE  GIVEN  DIFFERENCE
        1        {}     expected 9007199254740992, but it is 9007199254740993
        exit 4: 1 of 1 examples failed.
        All 1 examples hold.
        exit 0
    "]]
    .assert_eq(&told.concat());
}

#[test]
fn a_variable_that_nothing_reads_is_refused() {
    let told =
        [("x", "y,=\n5,null\n"), ("1", "y,=\n5,1\n"), ("x", "x,=\n5,5\n")].map(|(text, csv)| {
            run_files(&["test", "m.dmn", "e.csv"], &[("m.dmn", &literal(text)), ("e.csv", csv)])
        });
    let yaml = "- {given: {x: 1}, expect: 1}\n- {given: {x: 1, z: 2}, expect: 1}\n";
    let told = told.concat()
        + &run_files(&["test", "m.dmn", "e.yaml"], &[("m.dmn", &literal("x")), ("e.yaml", yaml)]);
    expect![[r"

        exit 2: Example 1 gives the variable 'y', which the decision 'l' does not read. It reads: x.

        exit 2: Example 1 gives the variable 'y', which the decision 'l' does not read. It reads none at all.
        All 1 examples hold.
        exit 0

        exit 2: Example 2, line 2 gives the variable 'z', which the decision 'l' does not read. It reads: x.
    "]].assert_eq(&told);
}

#[test]
fn a_difference_shows_the_warnings() {
    let told = [("missing.a", "=\n1\n"), ("assert(1 / 0, false)", "=\n1\n")].map(|(text, csv)| {
        run_files(&["test", "m.dmn", "e.csv"], &[("m.dmn", &literal(text)), ("e.csv", csv)])
    });
    expect![[r"
        EXAMPLE  GIVEN  DIFFERENCE
        1        {}     expected 1, but it is null; warning NO_VARIABLE_FOUND: decision 'L', expression 'missing.a': No variable found with name 'missing'; warning NO_CONTEXT_ENTRY_FOUND: decision 'L', expression 'missing.a': No context entry found with key 'a'. The context is null
        exit 4: 1 of 1 examples failed.
        EXAMPLE  GIVEN  DIFFERENCE
        1        {}     decision 'L', expression 'assert(1 / 0, false)': The condition is not fulfilled; warning INVALID_TYPE: decision 'L', expression 'assert(1 / 0, false)': Can't divide '1' by '0'
        exit 4: 1 of 1 examples failed.
    "]].assert_eq(&told.concat());
}

#[test]
fn semicolons_and_columns_with_points_are_read() {
    let told = [
        "order.total;order.more.deep;=\n1.5;2;1.5\n",
        "order.total;=\n1,5;1,5\n",
        "order;order.total;=\n1;2;2\n",
        "order.;=\n1;2\n",
    ]
    .map(|csv| {
        let files = [("m.dmn", &*literal("order.total")), ("e.csv", csv)];
        run_files(&["test", "m.dmn", "e.csv"], &files)
    });
    expect![[r#"
        All 1 examples hold.
        exit 0

        exit 2: The examples in 'e.csv' are wrong: Example 1 has '1,5' in the column 'order.total'. Write numbers with a point, such as 1.5; or in quotes as JSON, such as """1,5""", if it is text.

        exit 2: The examples in 'e.csv' are wrong: The column 'order.total' and another one say both what the same variable is.

        exit 2: The examples in 'e.csv' are wrong: The column 'order.' has nothing before or behind a point.
    "#]].assert_eq(&told.concat());
}

#[test]
fn a_zone_is_taken_for_files_only() {
    let model = literal("now().timezone");
    let files = [("m.dmn", model.as_str()), ("e.csv", "=\nx\n")];
    let told = [
        vec!["evaluate", "m.dmn", "--zone", "Europe/Berlin"],
        vec!["test", "m.dmn", "e.csv", "--zone", "Europe/Berlin"],
        vec!["evaluate", "m.dmn", "--zone", "Mars/Phobos"],
        vec!["evaluate", "deployed", "--zone", "UTC"],
    ]
    .map(|it| run_files(&it, &files));
    expect![[r#"
        decision  l
        output    "Europe/Berlin"

        l = "Europe/Berlin"
        exit 0
        EXAMPLE  GIVEN  DIFFERENCE
        1        {}     expected "x", but it is "Europe/Berlin"
        exit 4: 1 of 1 examples failed.

        exit 2: There is no time zone 'Mars/Phobos'.

        exit 2: --zone is for files: the server has a zone of its own.
    "#]]
    .assert_eq(&told.concat());
}

#[test]
fn a_table_that_fails_is_shown_with_the_rules_that_matched() {
    let table = dmn(
        "n",
        "<decision id=\"s\" name=\"S\"><decisionTable><input id=\"i\"><inputExpression><text>x\
         </text></inputExpression></input><output name=\"a\"/><rule id=\"r\"><inputEntry><text>-\
         </text></inputEntry><outputEntry><text>y</text></outputEntry></rule><rule id=\"q\">\
         <inputEntry><text>1</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>\
         <rule id=\"p\"><inputEntry><text>3</text></inputEntry><outputEntry><text>2</text>\
         </outputEntry></rule></decisionTable></decision>",
    );
    let told = run_files(&["evaluate", "m.dmn", "--var", "x=1"], &[("m.dmn", &table)]);
    expect![[r"
        decision  s

        s has no result
        UNIQUE  x = 1  a
        > 1     -      y
        > 2     1      2
          3     [3]    2

        warning  NO_VARIABLE_FOUND: decision 'S', rule 1, output 'a', expression 'y': No variable found with name 'y'
        exit 4: decision 'S': the rules 1, 2 match, but the hit policy UNIQUE allows only one.
    "]].assert_eq(&told);
}

#[test]
fn columns_with_a_sharp_in_front_are_comments() {
    let csv = "# why,guests,=meal,#\nmany,12,stew,\"1,5\"\nfew,2,stew,\n,,,only a comment\n";
    check(
        &["test", "d.dmn", "e.csv"],
        ("e.csv", &csv.replace(",,,only a comment\n", "")),
        expect![[r#"
            EXAMPLE  GIVEN         DIFFERENCE
            2        {"guests":2}  meal: expected "stew", but it is "salad"
            exit 4: 1 of 2 examples failed.
        "#]],
    );
    check(
        &["test", "d.dmn", "e.csv"],
        ("e.csv", csv),
        expect![[r"

            exit 2: The examples in 'e.csv' are wrong: Example 3 says nothing that is expected.
        "]],
    );
    // A comment says nothing that is expected.
    check(
        &["test", "d.dmn", "e.csv"],
        ("e.csv", "guests,#=meal\n12,stew\n"),
        expect![[r"

            exit 2: The examples in 'e.csv' are wrong: No column says what is expected. Its name begins with '='.
        "]],
    );
}

#[test]
fn a_whole_number_is_compared_with_all_digits_also_with_one_that_has_a_point() {
    let told = |text: &str, csv: &str| {
        run_files(&["test", "m.dmn", "e.csv"], &[("m.dmn", &literal(text)), ("e.csv", csv)])
    };
    for (text, csv) in [
        ("9007199254740993", "=\n9007199254740992.0\n"),
        ("{a: 9007199254740993}.a", "=\n9.007199254740992e15\n"),
        ("18446744073709551615", "=\n18446744073709551617\n"),
    ] {
        assert!(told(text, csv).contains("1 of 1 examples failed"), "{text} {csv}");
    }
    for (text, csv) in [("1", "=\n1.0\n"), ("0.1 + 0.2", "=\n0.30\n"), ("10 ** 20", "=\n1e20\n")] {
        assert!(told(text, csv).contains("All 1 examples hold."), "{text} {csv}");
    }
}

const LABELS: &str = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="d" xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:executionPlatform="Camunda Cloud">
<decision id="l" name="l"><decisionTable hitPolicy="FIRST">
<input id="i"><inputExpression><text>x</text></inputExpression><inputValues><text>1,2</text></inputValues></input>
<output id="o" name="r"><outputValues><text>"p","q"</text></outputValues></output>
<rule id="r1"><inputEntry><text>1</text></inputEntry><outputEntry><text>"z"</text></outputEntry></rule>
</decisionTable></decision></definitions>"#;

#[test]
fn values_that_a_model_for_camunda_declares_and_does_not_enforce_are_warned_of() {
    let files = [("m.dmn", LABELS), ("e.csv", "x,=\n1,p\n3,p\n1,z\n")];
    expect![[r#"
        decision  l
        output    "z"

        l = "z"
        FIRST  x = 1  r
        > 1    1      "z"

        warning  INVALID_TYPE: decision 'l', rule 1, output 'r', expression '"z"': the value "z" is none of "p","q", which the model declares; it stays, because the model is made for Camunda
        exit 0
        EXAMPLE  GIVEN    DIFFERENCE
        1        {"x":1}  expected "p", but it is "z"; warning INVALID_TYPE: decision 'l', rule 1, output 'r', expression '"z"': the value "z" is none of "p","q", which the model declares; it stays, because the model is made for Camunda
        2        {"x":3}  expected "p", but it is null; warning INVALID_TYPE: decision 'l', input 'x': the value 3 is none of 1,2, which the model declares; it stays, because the model is made for Camunda
        exit 4: 2 of 3 examples failed.
    "#]]
    .assert_eq(
        &(run_files(&["evaluate", "m.dmn", "--var", "x=1"], &files)
            + &run_files(&["test", "m.dmn", "e.csv"], &files)),
    );
}
