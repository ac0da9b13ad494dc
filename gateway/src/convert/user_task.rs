//! What listeners of user tasks hear and decide.

use proto::gateway as wire;
use record::{ActivatedJob, JobKind, JobResult, Texts, UserTaskChange};
use tonic::Status;
use value::Str;

use super::{ad_hoc, field};
use crate::refusal::invalid;

/// What the names of the headers begin with by which a listener hears of the task.
const HEADER: &str = "io.camunda.zeebe:";

/// The task of a listener's job, as its headers tell of it.
pub(super) fn properties(job: &ActivatedJob) -> Option<wire::UserTaskProperties> {
    if job.kind != JobKind::TaskListener {
        return None;
    }
    let header = |name: &str| {
        let mut headers = job.headers.iter();
        let found = headers.find(|it| it.key.strip_prefix(HEADER) == Some(name));
        found.map(|it| it.value.to_string())
    };
    let list = |name: &str| -> Vec<String> {
        header(name).and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default()
    };
    Some(wire::UserTaskProperties {
        action: header("action"),
        assignee: header("assignee"),
        candidate_groups: list("candidateGroups"),
        candidate_users: list("candidateUsers"),
        changed_attributes: list("changedAttributes"),
        due_date: header("dueDate"),
        follow_up_date: header("followUpDate"),
        form_key: header("formKey").and_then(|it| it.parse().ok()),
        priority: header("priority").and_then(|it| it.parse().ok()),
        user_task_key: header("userTaskKey").and_then(|it| it.parse().ok()),
    })
}

/// What a listener or the worker of an ad-hoc subprocess decided; nothing if it says nothing.
///
/// Some clients send a result with each completion: naming the kind alone says nothing.
pub(super) fn result(sent: Option<&wire::JobResult>) -> Result<Option<Box<JobResult>>, Status> {
    let Some(sent) = sent else { return Ok(None) };
    let kind = sent.r#type.as_deref().unwrap_or_default();
    if !matches!(kind, "" | "userTask" | "adHocSubProcess") {
        return Err(invalid(format!(
            "The result type '{kind}' is not known. Use 'userTask' or 'adHocSubProcess'."
        )));
    }
    let result = JobResult {
        denied: sent.denied.unwrap_or(false),
        denied_reason: sent.denied_reason.as_deref().unwrap_or_default().into(),
        corrections: sent.corrections.as_ref().map(change).unwrap_or_default(),
        ad_hoc: ad_hoc::result(sent)?,
    };
    Ok((result != JobResult::default()).then(|| Box::new(result)))
}

fn change(sent: &wire::JobResultCorrections) -> UserTaskChange {
    let text = |text: &Option<String>| text.as_deref().map(Str::from);
    let texts = |list: &Option<wire::StringList>| {
        list.as_ref().map(|it| Box::new(Texts { list: field::texts(&it.values) }))
    };
    UserTaskChange {
        assignee: text(&sent.assignee),
        candidate_groups: texts(&sent.candidate_groups),
        candidate_users: texts(&sent.candidate_users),
        due_date: text(&sent.due_date),
        follow_up_date: text(&sent.follow_up_date),
        priority: sent.priority,
    }
}

#[cfg(test)]
mod tests {
    use super::{properties, result};
    use proto::gateway as wire;
    use record::{ActivatedJob, Header, JobKind, Key};

    #[test]
    fn a_listener_hears_of_its_task_and_other_jobs_do_not() {
        let header = |name: &str, value: &str| Header {
            key: format!("io.camunda.zeebe:{name}").into(),
            value: value.into(),
        };
        let job = ActivatedJob {
            key: Key::new(1, 7),
            headers: vec![
                header("userTaskKey", "9"),
                header("candidateGroups", r#"["a","b"]"#),
                header("priority", "50"),
                Header { key: "assignee".into(), value: "of the model".into() },
            ],
            kind: JobKind::TaskListener,
            ..ActivatedJob::default()
        };
        let found = properties(&job).expect("a listener");
        assert_eq!((found.user_task_key, found.priority), (Some(9), Some(50)));
        assert_eq!(found.candidate_groups, ["a", "b"]);
        assert_eq!((found.assignee, found.due_date), (None, None));
        assert_eq!(properties(&ActivatedJob { kind: JobKind::BpmnElement, ..job }), None);
    }

    #[test]
    fn a_result_that_says_nothing_is_none_and_one_of_another_kind_is_refused() {
        let bare = wire::JobResult { r#type: Some("userTask".into()), ..Default::default() };
        assert_eq!(result(None).expect("none"), None);
        assert_eq!(result(Some(&bare)).expect("bare"), None);
        let corrections = wire::JobResultCorrections {
            assignee: Some(String::new()),
            candidate_users: Some(wire::StringList::default()),
            ..Default::default()
        };
        let sent = wire::JobResult { corrections: Some(corrections), ..bare.clone() };
        let found = result(Some(&sent)).expect("corrections").expect("some");
        assert_eq!(found.corrections.names().len(), 2);
        let denied = wire::JobResult { denied: Some(true), ..bare.clone() };
        assert!(result(Some(&denied)).expect("denied").expect("some").denied);
        let other = wire::JobResult { r#type: Some("somethingElse".into()), ..bare };
        assert!(result(Some(&other)).is_err());
    }
}
