//! Ad-hoc subprocesses in the notation of scripts.
//!
//! ```text
//! begin ELEMENT a,b [instead] [{local variables of each}]
//! complete JOB begins=a,b [instead] [enough] [for-each] [{…}]
//! ```
//!
//! `instead` ends first what is active. A job is completed with the variables of the line or, with
//! `for-each`, they are those of what begins.

use record::{
    ActivateActivity, ActivateAdHocActivities, AdHocResult, CommandBody, CompleteJob, JobResult,
    Key,
};
use std::collections::BTreeMap;
use value::Doc;

fn activities(names: &str, variables: &Doc) -> Vec<ActivateActivity> {
    let ids = names.split(',').filter(|it| !it.is_empty());
    ids.map(|it| ActivateActivity { element_id: it.into(), variables: variables.clone() }).collect()
}

/// The command of a line that tells a subprocess what to begin.
pub(super) fn begin(element_instance: Key, words: &[String], variables: &Doc) -> CommandBody {
    let ids = words.get(2).map_or("", String::as_str).trim_matches('-');
    CommandBody::ActivateAdHocActivities(ActivateAdHocActivities {
        element_instance,
        activities: activities(ids, variables),
        cancel_remaining: words.iter().any(|it| it == "instead"),
    })
}

/// Completes a job, with what the line says besides its variables.
pub(super) fn complete(
    command: CompleteJob,
    words: &[String],
    settings: &BTreeMap<String, String>,
) -> CommandBody {
    let has = |word: &str| words.iter().any(|it| it == word);
    let begins = settings.get("begins");
    let is_said = begins.is_some() || has("instead") || has("enough");
    let CompleteJob { variables: doc, result, .. } = command;
    let (variables, each) = if has("for-each") { (Doc::empty(), doc) } else { (doc, Doc::empty()) };
    let ad_hoc = is_said.then(|| {
        Box::new(AdHocResult {
            activities: activities(begins.map_or("", String::as_str), &each),
            is_fulfilled: has("enough"),
            cancel_remaining: has("instead"),
        })
    });
    let result = match (result, ad_hoc) {
        (said, None) => said,
        (said, ad_hoc) => {
            Some(Box::new(JobResult { ad_hoc, ..said.map(|it| *it).unwrap_or_default() }))
        }
    };
    CommandBody::CompleteJob(CompleteJob { variables, result, ..command })
}
