//! What people do with user tasks: assign, claim, unassign, change, complete.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{delete, patch, post};
use record::{
    AssignUserTask, CommandBody, CommandIntent, CompleteUserTask, Texts, UpdateUserTask,
    UserTaskChange,
};
use value::Str;

use super::super::problem::Problem;
use super::super::serve::Http;
use super::answer::{key, submit};
use super::fields::Fields;
use super::payload::{PathPart, Payload};

const TASK: &str = "/v2/user-tasks/{userTaskKey}";
const ASSIGNEE: &str = "/v2/user-tasks/{userTaskKey}/assignee";
const ASSIGNMENT: &str = "/v2/user-tasks/{userTaskKey}/assignment";
const COMPLETION: &str = "/v2/user-tasks/{userTaskKey}/completion";

/// The paths of this module.
pub(super) const PATHS: [&str; 4] = [TASK, ASSIGNEE, ASSIGNMENT, COMPLETION];

/// The routes of this module.
pub(super) fn routes() -> Router<Http> {
    Router::new()
        .route(TASK, patch(update))
        .route(ASSIGNEE, delete(unassign))
        .route(ASSIGNMENT, post(assign))
        .route(COMPLETION, post(complete))
}

type Answer = Result<StatusCode, Problem>;

async fn assign(State(http): State<Http>, PathPart(task): PathPart, payload: Payload) -> Answer {
    let uri = &payload.uri;
    let (partition, task) = key(&http, &task, "user task", uri)?;
    let mut fields = Fields::required(&payload.body, uri)?;
    let assignee: Option<String> = fields.take("assignee")?;
    let may_override = fields.take("allowOverride")?.unwrap_or(true);
    let action = action(&mut fields, "assign")?;
    fields.finish()?;
    let Some(assignee) = assignee.filter(|it| !it.is_empty()) else {
        return Err(Problem::invalid("No assignee provided. Say who does the task.", uri));
    };
    let command =
        AssignUserTask { task, assignee: assignee.into(), is_claim: !may_override, action };
    let intent =
        if may_override { CommandIntent::UserTaskAssign } else { CommandIntent::UserTaskClaim };
    submit(&http, partition, payload, intent, CommandBody::AssignUserTask(command)).await
}

async fn unassign(State(http): State<Http>, PathPart(task): PathPart, payload: Payload) -> Answer {
    let (partition, task) = key(&http, &task, "user task", &payload.uri)?;
    Fields::optional(&payload.body, &payload.uri)?.finish()?;
    let command = AssignUserTask { task, action: "unassign".into(), ..AssignUserTask::default() };
    let intent = CommandIntent::UserTaskAssign;
    submit(&http, partition, payload, intent, CommandBody::AssignUserTask(command)).await
}

async fn update(State(http): State<Http>, PathPart(task): PathPart, payload: Payload) -> Answer {
    let uri = &payload.uri;
    let (partition, task) = key(&http, &task, "user task", uri)?;
    let mut fields = Fields::optional(&payload.body, uri)?;
    let named: Option<String> = fields.take("action")?;
    let change = match fields.object("changeset")? {
        Some(changeset) => change(changeset)?,
        None => UserTaskChange::default(),
    };
    fields.finish()?;
    let action = named.filter(|it| !it.is_empty());
    if action.is_none() && change == UserTaskChange::default() {
        return Err(Problem::invalid(
            "No update data provided. Provide at least an 'action', or a value for one of \
             'candidateGroups', 'candidateUsers', 'dueDate', 'followUpDate' and 'priority' in the \
             'changeset'.",
            uri,
        ));
    }
    let action = action.map_or_else(|| "update".into(), Str::from);
    let command = UpdateUserTask { task, change, action };
    let intent = CommandIntent::UserTaskUpdate;
    submit(&http, partition, payload, intent, CommandBody::UpdateUserTask(command)).await
}

async fn complete(State(http): State<Http>, PathPart(task): PathPart, payload: Payload) -> Answer {
    let uri = &payload.uri;
    let (partition, task) = key(&http, &task, "user task", uri)?;
    let mut fields = Fields::optional(&payload.body, uri)?;
    let variables = fields.variables("variables")?;
    let action = action(&mut fields, "complete")?;
    fields.finish()?;
    let command = CompleteUserTask { task, variables, action };
    let intent = CommandIntent::UserTaskComplete;
    submit(&http, partition, payload, intent, CommandBody::CompleteUserTask(command)).await
}

/// What the caller calls it; the usual name if nothing.
fn action(fields: &mut Fields<'_>, usual: &str) -> Result<Str, Problem> {
    let action: Option<String> = fields.take("action")?;
    Ok(action.filter(|it| !it.is_empty()).map_or_else(|| usual.into(), Str::from))
}

/// The changes of a changeset. By contract, attributes that are not known are ignored.
fn change(mut fields: Fields<'_>) -> Result<UserTaskChange, Problem> {
    let mut texts = |name: &str| -> Result<Option<Box<Texts>>, Problem> {
        let texts: Option<Vec<String>> = fields.take(name)?;
        Ok(texts.map(|it| Box::new(Texts { list: it.into_iter().map(Str::from).collect() })))
    };
    let (candidate_groups, candidate_users) = (texts("candidateGroups")?, texts("candidateUsers")?);
    let mut text = |name: &str| -> Result<Option<Str>, Problem> {
        Ok(fields.take::<String>(name)?.map(Str::from))
    };
    Ok(UserTaskChange {
        assignee: None,
        candidate_groups,
        candidate_users,
        due_date: text("dueDate")?,
        follow_up_date: text("followUpDate")?,
        priority: fields.take("priority")?,
    })
}
