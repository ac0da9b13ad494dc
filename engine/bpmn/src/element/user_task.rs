//! The user task: work for people, kept by the engine or by a worker.

use feel::Edition;
use jiff::tz::TimeZone;
use xml::Node;

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::expression::{Expression, Literals};
use crate::graph::Kind;
use crate::graph::user_task::{Form, UserTask};
use crate::outline::Part;
use crate::part::{binding, job, listener, timer};
use crate::timer::parse_date;

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "userTask",
    noun: "a user task",
    activity: true,
    scope: false,
    decides: false,
    mappings: Mappings::Both,
    read,
};

fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Kind> {
    let headers = job::headers(ctx, part);
    let before = ctx.problems.count();
    let is_native = part.node.extension("userTask").is_some();
    let task = UserTask {
        is_native,
        assignee: attribute(ctx, part, "assignmentDefinition.assignee", Literals::Text),
        candidate_groups: attribute(
            ctx,
            part,
            "assignmentDefinition.candidateGroups",
            Literals::List,
        ),
        candidate_users: attribute(
            ctx,
            part,
            "assignmentDefinition.candidateUsers",
            Literals::List,
        ),
        due_date: date(ctx, part, "taskSchedule.dueDate"),
        follow_up_date: date(ctx, part, "taskSchedule.followUpDate"),
        priority: priority(ctx, part),
        form: form(ctx, part, is_native),
        headers: headers.unwrap_or_default(),
        listeners: listener::of_task(ctx, part).into(),
    };
    (ctx.problems.count() == before).then(|| Kind::UserTask(Box::new(task)))
}

/// An attribute `extension.attribute`, if it is there and not blank: modelers leave some behind.
fn attribute<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    path: &str,
    literals: Literals,
) -> Option<Expression> {
    let (node, name, text) = find(part, path)?;
    ctx.expression(part, node, name, (text, literals))
}

/// The extension of a path, the name of the attribute and its text.
fn find<'t, 'p>(part: &Part<'t>, path: &'p str) -> Option<(&'t Node, &'p str, &'t str)> {
    let (extension, name) = path.split_once('.')?;
    let node = part.node.extension(extension)?;
    let text = node.attribute(name).filter(|text| !text.trim().is_empty())?;
    Some((node, name, text))
}

/// A date. Static text is checked now.
fn date<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>, path: &str) -> Option<Expression> {
    let expression = attribute(ctx, part, path, Literals::Text)?;
    let (node, name, text) = find(part, path)?;
    if matches!(expression, Expression::Static(_))
        && let Err(fault) = parse_date(text, &TimeZone::UTC, Edition::Refined)
    {
        let message = format!("The {name} of '{}' is not valid: {fault}.", part.label());
        ctx.problem(part, node, message);
        return None;
    }
    if matches!(expression, Expression::Static(_)) {
        timer::refuse_without_zone(ctx, part, node, (name, text));
    }
    Some(expression)
}

/// The priority. A static one is checked now.
fn priority<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Expression> {
    let path = "priorityDefinition.priority";
    let expression = attribute(ctx, part, path, Literals::Typed)?;
    let (node, _, text) = find(part, path)?;
    let is_in_range =
        text.trim().parse().is_ok_and(|it: i32| (0..=UserTask::PRIORITY_MAX).contains(&it));
    if matches!(expression, Expression::Static(_)) && !is_in_range {
        let message = format!(
            "The priority '{text}' of '{}' is not a whole number from 0 to {}.",
            part.label(),
            UserTask::PRIORITY_MAX
        );
        ctx.problem(part, node, message);
        return None;
    }
    Some(expression)
}

/// The form: exactly one of the two that the flavour of the task may have.
fn form<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>, is_native: bool) -> Option<Form> {
    let node = part.node.extension("formDefinition")?;
    let text = |name: &str| node.attribute(name).filter(|text| !text.trim().is_empty());
    let other = if is_native { "externalReference" } else { "formKey" };
    match (text("formId"), text(other)) {
        (Some(id), None) => {
            Some(Form::Deployed { id: id.into(), binding: binding::read(ctx, part, node)? })
        }
        (None, Some(reference)) if is_native => ctx
            .expression(part, node, "externalReference", (reference, Literals::Text))
            .map(Form::External),
        (None, Some(key)) => Some(Form::Key(key.into())),
        (None, None) | (Some(_), Some(_)) => {
            let message = format!(
                "The form of the user task '{}' needs exactly one of 'formId' and '{other}'{}.",
                part.label(),
                if is_native { "" } else { ", because it has no zeebe:userTask" }
            );
            ctx.problem(part, node, message);
            // Its own problems are told at once.
            let _ = binding::read(ctx, part, node);
            None
        }
    }
}
