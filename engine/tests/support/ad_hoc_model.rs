//! Ad-hoc subprocesses in the notation of models.
//!
//! ```text
//! adhoc u begins==ids enough=`=done` keeps=all each==r waits-for-rest {
//! adhoc u type=agent retries=3 {
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::escaped;

/// What belongs into the extensions, and what into the element itself.
pub(super) fn parts(settings: &BTreeMap<String, String>) -> (String, String) {
    let mut extensions = String::new();
    if let Some(kind) = settings.get("type") {
        let retries = settings.get("retries").map_or("3", String::as_str);
        let _ = write!(
            extensions,
            "<zeebe:taskDefinition type=\"{}\" retries=\"{}\"/>",
            escaped(kind),
            escaped(retries)
        );
    }
    let attributes = [
        ("begins", "activeElementsCollection"),
        ("keeps", "outputCollection"),
        ("each", "outputElement"),
    ];
    extensions.push_str("<zeebe:adHoc");
    for (setting, attribute) in attributes {
        if let Some(value) = settings.get(setting) {
            let _ = write!(extensions, " {attribute}=\"{}\"", escaped(value));
        }
    }
    extensions.push_str("/>");
    let condition = settings.get("enough").map_or_else(String::new, |it| {
        format!("<bpmn:completionCondition>{}</bpmn:completionCondition>", escaped(it))
    });
    (extensions, condition)
}
