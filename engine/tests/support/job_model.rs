//! What elements with jobs have in common, in the notation of models.
//!
//! ```text
//! task a type=pay job-priority=7   or =x for an expression; `process p job-priority=7` for all
//! ```

use std::collections::BTreeMap;

/// True for a setting of elements with jobs.
pub(super) fn is_setting(name: &str) -> bool {
    name == "job-priority"
}

/// The extensions of an element with jobs.
pub(super) fn extensions(settings: &BTreeMap<String, String>) -> String {
    settings.get("job-priority").map_or_else(String::new, |it| {
        format!("<zeebe:jobPriorityDefinition priority=\"{}\"/>", super::escaped(it))
    })
}
