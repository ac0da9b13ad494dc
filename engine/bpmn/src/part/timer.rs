//! Timer definitions: exactly one of date, duration and cycle.

use feel::{Budget, Edition, Env, NoVariables};
use jiff::tz::TimeZone;

use crate::context::Context;
use crate::expression::{Expression, Feel, Literals};
use crate::graph::Timer;
use crate::outline::Part;
use crate::part::event::Cycles;
use crate::timer::{Interval, Repetition, Starts, parse_date, says_moment, start};
use xml::{Namespace, Node};

/// The timer of an event. Static text is checked now, so that no timer fails later that could never
/// have worked.
pub(crate) fn read<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    definition: &'t Node,
    cycles: Cycles,
) -> Option<Timer> {
    let times: Vec<_> = definition
        .of(Namespace::Bpmn)
        .filter(|child| matches!(&*child.name, "timeDate" | "timeDuration" | "timeCycle"))
        .collect();
    let [time] = times.as_slice() else {
        let message = format!(
            "The timer of '{}' has {} of date, duration and cycle. Exactly one is needed.",
            part.label(),
            if times.is_empty() { "none" } else { "several" }
        );
        ctx.problem(part, definition, message);
        return None;
    };
    let (what, make): (_, fn(Expression) -> Timer) = match &*time.name {
        "timeDate" => ("timer date", Timer::Date),
        "timeDuration" => ("timer duration", Timer::Duration),
        _ => ("timer cycle", Timer::Cycle),
    };
    if &*time.name == "timeCycle" && cycles == Cycles::Refused {
        let message = format!(
            "The timer of '{}' is a cycle, but its event happens only once. Use a duration or a \
             date.",
            part.label()
        );
        ctx.problem(part, time, message);
        return None;
    }
    let text = time.text();
    if text.is_empty() {
        ctx.problem(part, time, format!("The {what} of '{}' is empty.", part.label()));
        return None;
    }
    let expression = ctx.expression(part, time, what, (text, Literals::Text))?;
    if let (Expression::Static(_), Err(fault)) = (&expression, check_static(&time.name, text)) {
        let message = format!("The {what} of '{}' is not valid: {fault}.", part.label());
        ctx.problem(part, time, message);
        return None;
    }
    if matches!(expression, Expression::Static(_)) && never_matches(&time.name, text) {
        let message = format!(
            "The {what} of '{}' is not valid: no date matches the cron expression '{text}', so that \
             it would never be due.",
            part.label()
        );
        // What is deployed tells so in an incident.
        ctx.refusals.push(ctx.outline.problem(part.ix, time, message));
    }
    if matches!(expression, Expression::Static(_))
        && let Some(date) = date_in(&time.name, text)
    {
        refuse_without_zone(ctx, part, time, date);
    }
    Some(make(expression))
}

/// The date that stands in the static text of a timer, and what it is for people.
fn date_in<'t>(xml_name: &str, text: &'t str) -> Option<(&'static str, &'t str)> {
    match xml_name {
        "timeDate" => Some(("timer date", text)),
        "timeDuration" => None,
        _ => start(text).map(|start| ("start of the timer cycle", start)),
    }
}

/// Refuses static text for a date that names neither offset nor zone, as Camunda does: it would mean
/// another moment wherever the system's zone is another one. What is deployed keeps meaning the
/// system's. `what` names it for people.
pub(crate) fn refuse_without_zone<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    at: &Node,
    (what, text): (&str, &str),
) {
    if says_moment(text, Edition::Refined) {
        return;
    }
    let time = if text.contains('T') { "" } else { "T00:00:00" };
    let message = format!(
        "The {what} of '{}' is '{text}', without offset and time zone, so that it could mean several \
         moments. Write it with one, as in '{text}{time}Z' or '{text}{time}+01:00'.",
        part.label()
    );
    ctx.refusals.push(ctx.outline.problem(part.ix, at, message));
}

/// Checks that a timer which starts a process can be set without variables, of which there are
/// none at deployment.
pub(crate) fn check_start<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    definition: &'t Node,
    timer: &Timer,
) -> Option<()> {
    let Expression::Feel(feel) = timer.expression() else { return Some(()) };
    // The first edition is for what is deployed already.
    let planned = plan_alone(feel, timer, Edition::Refined)
        .or_else(|fault| plan_alone(feel, timer, Edition::First).map_err(|_| fault));
    let Err(fault) = planned else { return Some(()) };
    let message = format!(
        "The timer '{}' of the start event '{}' cannot be set without variables, of which there \
         are none yet: {fault}.",
        timer.expression().text(),
        part.label()
    );
    ctx.problem(part, definition, message);
    None
}

/// Sets a timer without variables.
fn plan_alone(feel: &Feel, timer: &Timer, edition: Edition) -> Result<(), String> {
    // The moment of the deployment is known only when it is applied; any will do for the check.
    let (zone, mut budget) = (TimeZone::UTC, Budget::default());
    let mut env = Env::new(0, &zone, 0, &mut budget);
    env.edition = edition;
    let value = feel.program().evaluate(&NoVariables, &mut env);
    let value = value.map_err(|failure| failure.to_string())?;
    timer.plan(&value, 0, &zone, Starts::All).map(|_| ())
}

/// Whether static text is a cron expression that no date matches.
fn never_matches(xml_name: &str, text: &str) -> bool {
    let zone = TimeZone::UTC;
    let cycle = (xml_name == "timeCycle").then(|| Repetition::parse(text, &zone, Starts::All));
    // Any moment will do: what comes at all comes again within the years that are looked at.
    cycle.and_then(Result::ok).is_some_and(|it| it.never_matches(0, &zone))
}

fn check_static(xml_name: &str, text: &str) -> Result<(), crate::timer::Malformed> {
    match xml_name {
        "timeDate" => parse_date(text, &TimeZone::UTC, Edition::Refined).map(|_| ()),
        "timeDuration" => text.parse::<Interval>().map(|_| ()),
        _ => Repetition::parse(text, &TimeZone::UTC, Starts::All).map(|_| ()),
    }
}
