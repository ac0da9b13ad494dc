//! What people do with user tasks, in the notation of scripts.
//!
//! ```text
//! assign TASK WHO · unassign TASK · claim TASK [WHO]
//! update TASK groups=a,b users= due=… follow=… priority=… assignee=…
//! complete JOB denied [reason=…] · complete JOB correct assignee=… (and what `update` has)
//! deploy f.form g+v1.form f/2.form     forms; the last has another content than the first;
//!                                      likewise `r.rpa`, a file that is only kept
//! done TASK [{…}]                  all of them with action=… if need be
//! ```

use record::{
    AssignUserTask, CommandBody, CompleteUserTask, DeployedResource, FileSummary, JobResult, Key,
    Texts, UpdateUserTask, UserTaskChange,
};
use std::collections::BTreeMap;
use value::{Doc, Str};

type Settings = BTreeMap<String, String>;

/// The command of a line, if it is one about a user task.
pub(super) fn command(
    word: &str,
    task: impl FnOnce() -> Key,
    who: Str,
    settings: &Settings,
    variables: Doc,
) -> Option<CommandBody> {
    let action: Str = settings.get("action").map_or("", String::as_str).into();
    let assign = |task, assignee, is_claim, action| {
        CommandBody::AssignUserTask(AssignUserTask { task, assignee, is_claim, action })
    };
    Some(match word {
        "assign" => assign(task(), who, false, action),
        "unassign" => assign(task(), Str::default(), false, action),
        "claim" => assign(task(), who, true, action),
        "update" => CommandBody::UpdateUserTask(UpdateUserTask {
            task: task(),
            change: change(settings),
            action,
        }),
        "done" => {
            CommandBody::CompleteUserTask(CompleteUserTask { task: task(), variables, action })
        }
        _ => return None,
    })
}

/// A form as it is deployed: `f`, `f/2` with another content, `f+v1` with a version tag.
pub(super) fn form(name: &str) -> DeployedResource {
    let (summary, file) = kept(name, "form");
    DeployedResource { form: Some(summary), ..file }
}

/// Another file as it is deployed, likewise.
pub(super) fn robot(name: &str) -> DeployedResource {
    let (summary, file) = kept(name, "rpa");
    DeployedResource { other: Some(summary), ..file }
}

fn kept(name: &str, extension: &str) -> (Box<FileSummary>, DeployedResource) {
    let (stem, _) = name.split_once('/').unwrap_or((name, ""));
    let (id, version_tag) = stem.split_once('+').unwrap_or((stem, ""));
    let file = DeployedResource {
        name: format!("{id}.{extension}").into(),
        content: name.as_bytes().into(),
        // Any bytes that differ with the content do.
        checksum: name.as_bytes().into(),
        ..DeployedResource::default()
    };
    (Box::new(FileSummary { id: id.into(), version_tag: version_tag.into() }), file)
}

/// What the job of a listener decides: `complete JOB denied reason=…` or `complete JOB correct …`.
pub(super) fn result(words: &[String], settings: &Settings) -> Option<Box<JobResult>> {
    let denied = words.iter().any(|it| it == "denied");
    let is_said = denied || words.iter().any(|it| it == "correct");
    is_said.then(|| {
        Box::new(JobResult {
            denied,
            denied_reason: settings.get("reason").map_or("", String::as_str).into(),
            corrections: change(settings),
            ad_hoc: None,
        })
    })
}

/// What settings change.
fn change(settings: &Settings) -> UserTaskChange {
    let text = |name: &str| settings.get(name).map(|it| Str::from(it.as_str()));
    let texts = |name: &str| {
        settings.get(name).map(|it| {
            let items = it.split(',').filter(|it| !it.is_empty());
            Box::new(Texts { list: items.map(Str::from).collect() })
        })
    };
    UserTaskChange {
        assignee: text("assignee"),
        candidate_groups: texts("groups"),
        candidate_users: texts("users"),
        due_date: text("due"),
        follow_up_date: text("follow"),
        priority: settings.get("priority").map(|it| it.parse().expect("a priority")),
    }
}
