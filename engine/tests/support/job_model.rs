//! What elements with jobs have in common, in the notation of models.
//!
//! ```text
//! task a type=pay job-priority=7   or =x for an expression; `process p job-priority=7` for all
//! linked=ID                        a file that the worker needs, with linked-type=…, link-name=…,
//!                                  linked-binding=deployment or linked-binding=TAG
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// True for a setting of elements with jobs.
pub(super) fn is_setting(name: &str) -> bool {
    name == "job-priority" || name.starts_with("linked") || name == "link-name"
}

/// The extensions of an element with jobs.
pub(super) fn extensions(settings: &BTreeMap<String, String>) -> String {
    let text = |name: &str, default: &str| {
        super::escaped(settings.get(name).map_or(default, String::as_str))
    };
    let mut out = String::new();
    if settings.contains_key("job-priority") {
        let priority = text("job-priority", "");
        let _ = write!(out, "<zeebe:jobPriorityDefinition priority=\"{priority}\"/>");
    }
    if settings.contains_key("linked") {
        let binding = match settings.get("linked-binding").map_or("latest", String::as_str) {
            it @ ("latest" | "deployment") => format!("bindingType=\"{it}\""),
            tag => format!("bindingType=\"versionTag\" versionTag=\"{tag}\""),
        };
        let _ = write!(
            out,
            "<zeebe:linkedResources><zeebe:linkedResource resourceId=\"{}\" resourceType=\"{}\" \
             linkName=\"{}\" {binding}/></zeebe:linkedResources>",
            text("linked", ""),
            text("linked-type", "RPA"),
            text("link-name", "")
        );
    }
    out
}
