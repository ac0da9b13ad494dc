//! The marker that makes an activity run several times, in the notation of models.
//!
//! ```text
//! task a type=x items==list item=i collect=all gives==r until=`=numberOfCompletedInstances > 2`
//! sub u items==list one-by-one {
//! task b type=y cardinality=3
//! task c type=z loop=`=n < 3` rounds=5 tests-before
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::escaped;

const ATTRIBUTES: [(&str, &str); 4] = [
    ("items", "inputCollection"),
    ("item", "inputElement"),
    ("collect", "outputCollection"),
    ("gives", "outputElement"),
];

/// True for what belongs to the marker.
pub(super) fn is_setting(name: &str) -> bool {
    matches!(name, "until" | "cardinality" | "loop" | "rounds")
        || ATTRIBUTES.iter().any(|it| it.0 == name)
}

/// The marker that the settings of a line ask for, if they do.
pub(super) fn marker(words: &[String], settings: &BTreeMap<String, String>) -> String {
    if ["loop", "rounds"].iter().any(|it| settings.contains_key(*it)) {
        return standard_loop(words, settings);
    }
    if !["items", "cardinality"].iter().any(|it| settings.contains_key(*it)) {
        return String::new();
    }
    let sequential = words.iter().any(|it| it == "one-by-one");
    let mut text = format!("<bpmn:multiInstanceLoopCharacteristics isSequential=\"{sequential}\">");
    if settings.contains_key("items") {
        text.push_str("<bpmn:extensionElements><zeebe:loopCharacteristics");
        for (setting, attribute) in ATTRIBUTES {
            if let Some(value) = settings.get(setting) {
                let _ = write!(text, " {attribute}=\"{}\"", escaped(value));
            }
        }
        text.push_str("/></bpmn:extensionElements>");
    }
    for (setting, tag) in [("cardinality", "loopCardinality"), ("until", "completionCondition")] {
        if let Some(value) = settings.get(setting) {
            let _ = write!(text, "<bpmn:{tag}>{}</bpmn:{tag}>", escaped(value));
        }
    }
    text + "</bpmn:multiInstanceLoopCharacteristics>"
}

/// The marker of an activity that is repeated while a condition holds.
fn standard_loop(words: &[String], settings: &BTreeMap<String, String>) -> String {
    let mut attributes = String::new();
    if words.iter().any(|it| it == "tests-before") {
        attributes.push_str(" testBefore=\"true\"");
    }
    if let Some(rounds) = settings.get("rounds") {
        let _ = write!(attributes, " loopMaximum=\"{rounds}\"");
    }
    let condition = settings.get("loop").map_or_else(String::new, |it| {
        format!("<bpmn:loopCondition>{}</bpmn:loopCondition>", escaped(it))
    });
    format!(
        "<bpmn:standardLoopCharacteristics{attributes}>{condition}\
         </bpmn:standardLoopCharacteristics>"
    )
}
