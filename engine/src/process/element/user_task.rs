//! User task: work for people, kept by the engine, or as a job by a worker that shows it to them.

use super::next::Next;
use crate::ctx::Ctx;
use crate::process::at::At;
use crate::process::expression::{self, Evaluated, Failure, Place, wrong_type};
use crate::process::job::{self, NewJob};
use crate::process::{date, file, subscribe, user_task};
use bpmn::{Expression, Form, UserTask};
use record::{Header, IncidentType, UserTaskAttributes};
use value::Str;

/// What the names of the headers begin with by which a worker hears of the attributes.
const HEADER: &str = "io.camunda.zeebe:";
/// So much of a value is shown when it will not do.
const VALUE_BYTES_MAX: usize = 100;
const WRONG: IncidentType = IncidentType::ExtractValueError;

pub(super) fn activate(ctx: &mut Ctx<'_>, at: &At, task: &UserTask) -> Result<Next, Failure> {
    let attributes = evaluate(ctx, at, task)?;
    let priority = if task.is_native { 0 } else { job::priority(ctx, at)? };
    subscribe::open_boundary(ctx, at)?;
    if task.is_native {
        user_task::create(ctx, at, attributes);
    } else {
        let job = NewJob {
            job_type: UserTask::JOB_TYPE.into(),
            retries: 1,
            added_headers: headers(&attributes, task.form.as_ref()),
            priority,
            ..NewJob::default()
        };
        job::create(ctx, at, job);
    }
    Ok(Next::Wait)
}

fn evaluate(ctx: &mut Ctx<'_>, at: &At, task: &UserTask) -> Result<UserTaskAttributes, Failure> {
    let place = Place { instance: at.instance, scope: at.element_instance };
    let mut attributes = UserTaskAttributes {
        assignee: text(ctx, place, task.assignee.as_ref())?,
        candidate_groups: texts(ctx, place, task.candidate_groups.as_ref())?,
        candidate_users: texts(ctx, place, task.candidate_users.as_ref())?,
        due_date: moment(ctx, place, task.due_date.as_ref())?,
        follow_up_date: moment(ctx, place, task.follow_up_date.as_ref())?,
        priority: priority(ctx, place, task)?,
        ..UserTaskAttributes::default()
    };
    match &task.form {
        Some(Form::Deployed { id, binding }) => attributes.form = file::form(ctx, at, id, binding)?,
        Some(Form::External(reference)) => {
            attributes.external_form = expression::text(ctx, place, reference)?;
        }
        Some(Form::Key(_)) | None => {}
    }
    Ok(attributes)
}

/// A text; empty for null and where there is no expression.
fn text(ctx: &mut Ctx<'_>, place: Place, from: Option<&Expression>) -> Result<Str, Failure> {
    let Some(from) = from else { return Ok(Str::default()) };
    let found = expression::evaluate(ctx, place, None, from, WRONG)?;
    if found.value.is_null() {
        return Ok(Str::default());
    }
    match found.value.as_str() {
        Some(text) => Ok(text.into()),
        None => Err(wrong_type(from, "'STRING'", &found)),
    }
}

/// A list of texts; an empty text stands for an empty list.
fn texts(ctx: &mut Ctx<'_>, place: Place, from: Option<&Expression>) -> Result<Vec<Str>, Failure> {
    let Some(from) = from else { return Ok(Vec::new()) };
    let found = expression::evaluate(ctx, place, None, from, WRONG)?;
    if found.value.as_str().is_some_and(str::is_empty) {
        return Ok(Vec::new());
    }
    let list = found.value.as_list();
    let texts = list.as_ref().and_then(|list| {
        list.items().iter().map(|it| it.as_str().map(Str::from)).collect::<Option<Vec<_>>>()
    });
    texts.ok_or_else(|| wrong_type(from, "'ARRAY' of 'STRING'", &found))
}

/// A date and time as ISO 8601 text with offset; empty for null, an empty text, and where there is
/// no expression.
fn moment(ctx: &mut Ctx<'_>, place: Place, from: Option<&Expression>) -> Result<Str, Failure> {
    let Some(from) = from else { return Ok(Str::default()) };
    let found = expression::evaluate(ctx, place, None, from, WRONG)?;
    let is_none = found.value.is_null() || found.value.as_str().is_some_and(str::is_empty);
    if is_none {
        return Ok(Str::default());
    }
    let date = date::of_value(&found.value, ctx.zone, expression::edition(ctx.state));
    date.ok_or_else(|| wrong_value(from, "'DATE_TIME'", &found))
}

/// The failure of a value of the right type that will not do.
fn wrong_value(from: &Expression, expected: &str, found: &Evaluated) -> Failure {
    let is_right_type = found.value.as_str().is_some() || found.value.as_dec().is_some();
    if !is_right_type {
        return wrong_type(from, expected, found);
    }
    let mut message = format!(
        "Expected result of the expression '{}' to be {expected}, but was '{}'.",
        from.text().trim_start_matches('='),
        found.value.shown(VALUE_BYTES_MAX)
    );
    expression::append_warnings(&mut message, &found.warnings);
    Failure::new(WRONG, message)
}

fn priority(ctx: &mut Ctx<'_>, place: Place, task: &UserTask) -> Result<i32, Failure> {
    let Some(from) = &task.priority else { return Ok(UserTask::PRIORITY_DEFAULT) };
    let found = expression::evaluate(ctx, place, None, from, WRONG)?;
    let number = found.value.as_i64().and_then(|it| i32::try_from(it).ok());
    let number = number.filter(|it| (0..=UserTask::PRIORITY_MAX).contains(it));
    number.ok_or_else(|| wrong_value(from, "a whole number from 0 to 100", &found))
}

/// What a worker hears of the attributes.
fn headers(attributes: &UserTaskAttributes, form: Option<&Form>) -> Vec<Header> {
    let form = match form {
        Some(Form::Key(key)) => key.clone(),
        Some(Form::Deployed { .. }) => attributes.form.to_string().into(),
        Some(Form::External(_)) | None => Str::default(),
    };
    let named = [
        ("assignee", attributes.assignee.clone()),
        ("candidateGroups", listed(&attributes.candidate_groups)),
        ("candidateUsers", listed(&attributes.candidate_users)),
        ("dueDate", attributes.due_date.clone()),
        ("followUpDate", attributes.follow_up_date.clone()),
        ("formKey", form),
    ];
    let named = named.into_iter().filter(|(_, value)| !value.is_empty());
    named.map(|(name, value)| Header { key: format!("{HEADER}{name}").into(), value }).collect()
}

/// A list as JSON text; empty for none.
pub(crate) fn listed(texts: &[Str]) -> Str {
    if texts.is_empty() {
        return Str::default();
    }
    let mut out = String::from("[");
    for (at, text) in texts.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        value::json::write_json_str(text, &mut out);
    }
    out.push(']');
    out.into()
}
