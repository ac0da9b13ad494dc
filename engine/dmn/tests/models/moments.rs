//! Moments up to the ends of the calendar: typed inputs, cells, the index, lint, and old logs.

use feel::Edition;

use super::support::{
    answer, answer_by, compiled, definitions, explained, quickly, table, table_model, warnings,
    warnings_by,
};

/// A decision `t` that reads the input `at` of a type.
fn reads(type_ref: &str, decision: &str) -> String {
    definitions(&format!(
        "<inputData id=\"i\" name=\"at\"><variable name=\"at\" typeRef=\"{type_ref}\"/></inputData>\
         <decision id=\"t\" name=\"t\"><informationRequirement><requiredInput href=\"#i\"/>\
         </informationRequirement>{decision}</decision>"
    ))
}

fn literal(text: &str) -> String {
    let text = super::support::escaped(text);
    format!("<literalExpression><text>{text}</text></literalExpression>")
}

#[test]
fn a_typed_input_reads_moments_up_to_the_ends_of_the_calendar() {
    let xml = reads("dateTime", &literal("string(at)"));
    for at in [
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-18:00",
        "9999-12-31T23:59:59@Europe/Berlin",
        "-9999-01-01T00:00:00Z",
        "-9999-01-01T00:00:00+18:00",
        "-9999-01-01T00:00:00@Europe/Berlin",
    ] {
        let json = format!("{{\"at\": \"{at}\"}}");
        assert_eq!(answer(&xml, "t", &json), format!("\"{at}\""));
        assert_eq!(warnings(&xml, "t", &json), "");
        assert_eq!(answer_by(Edition::First, &xml, "t", &json), "null", "{at}");
    }
}

#[test]
fn a_typed_input_beyond_the_calendar_is_told_as_that() {
    let told = |type_ref: &str, at: &str, edition: Edition| {
        let json = format!("{{\"at\": \"{at}\"}}");
        warnings_by(edition, &reads(type_ref, &literal("at")), "t", &json)
    };
    for (type_ref, at) in [("dateTime", "10000-01-01T00:00:00Z"), ("date", "10000-01-01")] {
        let found = told(type_ref, at, Edition::Refined);
        let wanted =
            format!("the value \"{at}\" is beyond the calendar, whose years are -9999 to 9999");
        assert!(found.contains(&wanted), "{found}");
        let found = told(type_ref, at, Edition::First);
        assert!(!found.contains("calendar"), "{found}");
    }
    let found = told("dateTime", "10000-02-30T00:00:00Z", Edition::Refined);
    assert!(found.contains("is no date and time as it is declared"), "{found}");
}

#[test]
fn the_last_date_is_its_midnight_where_a_moment_is_declared() {
    let of_date = |edition| {
        let given = definitions(&format!(
            "<decision id=\"t\" name=\"t\"><variable name=\"t\" typeRef=\"dateTime\"/>{}</decision>",
            literal("@\"9999-12-31\"")
        ));
        answer_by(edition, &given, "t", "{}")
    };
    assert_eq!(of_date(Edition::Refined), "9999-12-31T00:00:00Z");
    assert_eq!(of_date(Edition::First), "null");
}

#[test]
fn a_cell_that_ends_with_the_calendar_matches() {
    for cell in [
        ">= @\"2024-01-01T00:00:00Z\"",
        "[@\"2024-01-01T00:00:00Z\"..@\"9999-12-31T23:59:59Z\"]",
        "[date and time(\"2024-01-01T00:00:00Z\")..date and time(\"9999-12-31T23:59:59Z\")]",
        "<= @\"9999-12-31T23:59:59Z\"",
        "not(< @\"2024-01-01T00:00:00Z\", > @\"9999-12-31T23:59:59.999999999-18:00\")",
    ] {
        let rules = table("", &["at"], "<output name=\"r\"/>", &[&format!("{cell} | \"valid\"")]);
        let xml = reads("dateTime", &rules);
        for at in ["9999-12-31T23:59:59Z", "2024-06-01T00:00:00@Europe/Berlin"] {
            let json = format!("{{\"at\": \"{at}\"}}");
            assert_eq!(answer(&xml, "t", &json), "\"valid\"", "{cell} {at}");
        }
    }
}

/// Fifty tariffs of a year each, the last one without end.
fn tariffs(policy: &str) -> String {
    let rules: Vec<String> = (0..50)
        .map(|it| {
            let from = format!("@\"{}-01-01T00:00:00Z\"", 2000 + it);
            let to = match it {
                49 => "@\"9999-12-31T23:59:59.999999999-18:00\"".to_owned(),
                _ => format!("@\"{}-01-01T00:00:00Z\"", 2001 + it),
            };
            let end = if it == 49 { ']' } else { ')' };
            format!("[{from}..{to}{end} | {it}")
        })
        .collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let attributes = format!("hitPolicy=\"{policy}\"");
    table_model(&attributes, &["date and time(at)"], "<output name=\"r\"/>", &rules)
}

#[test]
fn the_index_knows_the_last_moments() {
    let xml = tariffs("COLLECT");
    let model = compiled(&xml);
    for (at, answer) in [
        ("2024-06-01T00:00:00Z", "[24]"),
        ("2048-12-31T23:59:59.999Z", "[48]"),
        ("2049-01-01T00:00:00Z", "[49]"),
        ("9999-12-30T22:00:01Z", "[49]"),
        ("9999-12-31T23:59:59@America/New_York", "[49]"),
        ("1999-12-31T23:59:59Z", "null"),
        ("-9999-01-01T00:00:00+18:00", "null"),
    ] {
        let json = format!("{{\"at\": \"{at}\"}}");
        let evaluation = quickly(&model, "t", &json).unwrap();
        assert_eq!(evaluation.output.feel_text(), answer, "{at}");
        let explained = explained(&model, "t", usize::MAX, &json).unwrap();
        assert_eq!(explained.output.feel_text(), answer, "{at}");
    }
    // By the first edition the cell is none, and every other one is what it was.
    for (at, answer) in [("2024-06-01T00:00:00Z", "[24]"), ("2049-06-01T00:00:00Z", "null")] {
        let json = format!("{{\"at\": \"{at}\"}}");
        assert_eq!(answer_by(Edition::First, &xml, "t", &json), answer, "{at}");
        let told = warnings_by(Edition::First, &xml, "t", &json);
        assert!(told.contains("is no date, time or duration"), "{told}");
    }
}

#[test]
fn lint_judges_cells_that_end_with_the_calendar() {
    let found = |rules: &[&str]| {
        let xml = table_model("hitPolicy=\"UNIQUE\"", &["at"], "<output name=\"r\"/>", rules);
        let found = compiled(&xml).findings();
        found.into_iter().map(|it| it.message).collect::<Vec<_>>().join("\n")
    };
    let whole = "[@\"2024-01-01T00:00:00Z\"..@\"9999-12-31T23:59:59Z\"] | 1";
    let both = found(&[whole, "> @\"9999-12-31T00:00:00Z\" | 2"]);
    assert_eq!(
        both,
        "No rule matches at < 2024-01-01T00:00:00Z.\nThe rules 1 and 2 both match \
         9999-12-31T00:00:00Z < at < 9999-12-31T23:59:59Z. The hit policy UNIQUE allows only one."
    );
}
