//! Which element is shown in which situation, and why some situations cannot occur.
//!
//! A scenario claims what it covers; a claim counts only if the trace bears it out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The elements, and how a trace calls them.
const ELEMENTS: [(&str, &str); 96] = [
    ("process", "Process"),
    ("none start", "StartEvent(None)"),
    ("message start", "StartEvent(Message)"),
    ("none end", "EndEvent(None)"),
    ("service task", "ServiceTask"),
    ("undefined task", "Task"),
    ("manual task", "ManualTask"),
    ("send task", "SendTask"),
    ("send task (published)", "SendTask"),
    ("business rule task (job)", "BusinessRuleTask"),
    ("business rule task (decision)", "BusinessRuleTask"),
    ("script task (FEEL)", "ScriptTask"),
    ("script task (job)", "ScriptTask"),
    ("receive task", "ReceiveTask"),
    ("instantiating receive task", "ReceiveTask"),
    ("user task", "UserTask"),
    ("user task (job)", "UserTask"),
    ("none throw", "IntermediateThrowEvent(None)"),
    ("message throw", "IntermediateThrowEvent(Message)"),
    ("message throw (published)", "IntermediateThrowEvent(Message)"),
    ("message end", "EndEvent(Message)"),
    ("message end (published)", "EndEvent(Message)"),
    ("exclusive gateway", "ExclusiveGateway"),
    ("parallel gateway", "ParallelGateway"),
    ("inclusive gateway", "InclusiveGateway"),
    ("complex gateway", "ComplexGateway"),
    ("event-based gateway", "EventBasedGateway"),
    ("timer catch", "IntermediateCatchEvent(Timer)"),
    ("message catch", "IntermediateCatchEvent(Message)"),
    ("interrupting timer boundary", "BoundaryEvent(Timer)"),
    ("non-interrupting timer boundary", "BoundaryEvent(Timer)"),
    ("interrupting message boundary", "BoundaryEvent(Message)"),
    ("non-interrupting message boundary", "BoundaryEvent(Message)"),
    ("embedded subprocess", "SubProcess"),
    ("ad-hoc subprocess", "AdHocSubProcess"),
    ("ad-hoc subprocess (worker)", "AdHocSubProcess"),
    ("ad-hoc inner instance", "AdHocSubProcessInnerInstance"),
    ("call activity", "CallActivity"),
    ("parallel multi-instance", "MultiInstanceBody"),
    ("sequential multi-instance", "MultiInstanceBody"),
    ("loop", "MultiInstanceBody"),
    ("error boundary", "BoundaryEvent(Error)"),
    ("error end", "EndEvent(Error)"),
    ("interrupting escalation boundary", "BoundaryEvent(Escalation)"),
    ("non-interrupting escalation boundary", "BoundaryEvent(Escalation)"),
    ("escalation throw", "IntermediateThrowEvent(Escalation)"),
    ("escalation end", "EndEvent(Escalation)"),
    ("terminate end", "EndEvent(Terminate)"),
    ("link throw", "IntermediateThrowEvent(Link)"),
    ("link catch", "IntermediateCatchEvent(Link)"),
    ("event subprocess", "EventSubProcess"),
    ("interrupting timer event start", "StartEvent(Timer)"),
    ("non-interrupting timer event start", "StartEvent(Timer)"),
    ("interrupting message event start", "StartEvent(Message)"),
    ("non-interrupting message event start", "StartEvent(Message)"),
    ("error event start", "StartEvent(Error)"),
    ("interrupting escalation event start", "StartEvent(Escalation)"),
    ("non-interrupting escalation event start", "StartEvent(Escalation)"),
    ("signal start", "StartEvent(Signal)"),
    ("signal catch", "IntermediateCatchEvent(Signal)"),
    ("interrupting signal boundary", "BoundaryEvent(Signal)"),
    ("non-interrupting signal boundary", "BoundaryEvent(Signal)"),
    ("interrupting signal event start", "StartEvent(Signal)"),
    ("non-interrupting signal event start", "StartEvent(Signal)"),
    ("signal throw", "IntermediateThrowEvent(Signal)"),
    ("signal end", "EndEvent(Signal)"),
    ("timer start", "StartEvent(Timer)"),
    ("compensation boundary", "BoundaryEvent(Compensation)"),
    ("compensation handler", "ServiceTask(Compensation)"),
    ("compensation throw", "IntermediateThrowEvent(Compensation)"),
    ("compensation end", "EndEvent(Compensation)"),
    ("compensation event subprocess", "EventSubProcess(Compensation)"),
    ("compensation event start", "StartEvent(Compensation)"),
    ("transaction subprocess", "SubProcess"),
    ("cancel end", "EndEvent(Cancel)"),
    ("cancel boundary", "BoundaryEvent(Cancel)"),
    ("conditional start", "StartEvent(Conditional)"),
    ("conditional catch", "IntermediateCatchEvent(Conditional)"),
    ("interrupting conditional boundary", "BoundaryEvent(Conditional)"),
    ("non-interrupting conditional boundary", "BoundaryEvent(Conditional)"),
    ("interrupting conditional event start", "StartEvent(Conditional)"),
    ("non-interrupting conditional event start", "StartEvent(Conditional)"),
    ("multiple start", "StartEvent(Multiple)"),
    ("multiple catch", "IntermediateCatchEvent(Multiple)"),
    ("interrupting multiple boundary", "BoundaryEvent(Multiple)"),
    ("non-interrupting multiple boundary", "BoundaryEvent(Multiple)"),
    ("interrupting multiple event start", "StartEvent(Multiple)"),
    ("non-interrupting multiple event start", "StartEvent(Multiple)"),
    ("multiple throw", "IntermediateThrowEvent(Multiple)"),
    ("multiple end", "EndEvent(Multiple)"),
    ("parallel multiple catch", "IntermediateCatchEvent(ParallelMultiple)"),
    ("parallel multiple boundary", "BoundaryEvent(ParallelMultiple)"),
    ("parallel multiple event start", "StartEvent(ParallelMultiple)"),
    ("sequence flow", ""),
    ("mappings", "ServiceTask"),
    ("execution listeners", "ServiceTask"),
];

const COMPLETES: &str = "completes";
const INCIDENT: &str = "incident and resolve";
const TERMINATED: &str = "terminated while active";
const INTERRUPTED: &str = "interrupted by a boundary";
const RESTART: &str = "survives restart";
const MIGRATED: &str = "migrated";
const REPEATED: &str = "inside a multi-instance";
const TRIGGERED: &str = "inside an event subprocess";
const PLACED: &str = "modified into";
const SITUATIONS: [&str; 9] =
    [COMPLETES, INCIDENT, TERMINATED, INTERRUPTED, REPEATED, TRIGGERED, MIGRATED, PLACED, RESTART];
/// Situations in which all scenarios are run again, and what runs them.
const SWEPT: [(&str, &str); 4] = [
    (REPEATED, "wrapped.rs"),
    (TRIGGERED, "wrapped.rs"),
    (MIGRATED, "migrated.rs"),
    (PLACED, "placed.rs"),
];

/// How traces call the elements.
pub(crate) fn kinds() -> impl Iterator<Item = &'static str> {
    ELEMENTS.iter().map(|it| it.1)
}

/// What fills the cells: scenarios by name, or a reason.
#[derive(Default)]
pub(crate) struct Coverage {
    scenarios: BTreeMap<String, BTreeSet<String>>,
    reasons: BTreeMap<String, String>,
    /// How many scenarios show a cell when they are run again in its situation, and what runs them.
    swept: BTreeMap<String, (usize, &'static str)>,
    /// What differs from Zeebe, and why: Markdown.
    differences: String,
}

impl Coverage {
    /// Takes a scenario's claim, if its text bears it out.
    pub(crate) fn claim(&mut self, name: &str, claim: &str, text: &str) -> Result<(), String> {
        let (element, situation) = known(claim).ok_or_else(|| {
            format!("{name}: '{claim}' names no element and situation of the matrix")
        })?;
        if !is_shown(element, situation, text) {
            return Err(format!("{name}: its trace does not show '{claim}'"));
        }
        self.scenarios.entry(claim.to_owned()).or_default().insert(name.to_owned());
        Ok(())
    }

    /// Takes which scenarios show an element when all of them are run again in a situation.
    pub(crate) fn swept(&mut self, situation: &str, shown: &BTreeMap<String, BTreeSet<String>>) {
        let (situation, file) =
            SWEPT.into_iter().find(|it| it.0 == situation).expect("a situation of the matrix");
        let cell = |element: &str| format!("{element} / {situation}");
        let cells = shown.iter().map(|(element, names)| (cell(element), (names.len(), file)));
        self.swept.extend(cells);
    }

    /// Reads `element / situation: why it cannot occur`, one per line.
    pub(crate) fn reasons(&mut self, text: &str) {
        for line in text.lines().filter(|it| !it.is_empty() && !it.starts_with('#')) {
            let (cell, reason) = line.split_once(": ").expect("CELL: REASON");
            assert!(known(cell).is_some(), "reasons.txt: '{cell}' is no cell of the matrix");
            self.reasons.insert(cell.to_owned(), reason.to_owned());
        }
    }

    /// Takes what differs from Zeebe, as Markdown.
    pub(crate) fn differences(&mut self, text: &str) {
        text.clone_into(&mut self.differences);
    }

    /// The matrix as Markdown.
    ///
    /// # Errors
    /// Names the empty cells, and those with both a scenario and a reason.
    pub(crate) fn markdown(&self) -> Result<String, String> {
        let mut wrong = String::new();
        let mut rows = String::new();
        for (element, _) in ELEMENTS {
            let _ = write!(rows, "| {element} |");
            for situation in SITUATIONS {
                let cell = format!("{element} / {situation}");
                let named = self.scenarios.get(&cell).map(links);
                let counted = self.swept.get(&cell).map(|it| count(*it));
                let shown: Vec<String> = named.into_iter().chain(counted).collect();
                match (shown.is_empty(), self.reasons.get(&cell)) {
                    (false, None) => {
                        let _ = write!(rows, " {} |", shown.join("<br>"));
                    }
                    (true, Some(_)) => rows.push_str(" cannot occur |"),
                    (true, None) => {
                        let _ = writeln!(wrong, "'{cell}' has neither scenario nor reason");
                    }
                    (false, Some(_)) => {
                        let _ = writeln!(wrong, "'{cell}' has a scenario, so its reason is wrong");
                    }
                }
            }
            rows.push('\n');
        }
        if wrong.is_empty() { Ok(self.page(&rows)) } else { Err(wrong) }
    }

    fn page(&self, rows: &str) -> String {
        let cells = ELEMENTS.len() * SITUATIONS.len();
        let reasons = self.reasons.len();
        let header = SITUATIONS.join(" | ");
        let rule = "|---".repeat(SITUATIONS.len() + 1);
        let mut page = format!(
            "# BPMN coverage\n\n\
             Generated from the scenarios of the engine; `UPDATE=1 cargo test -p baton-engine --test scenarios` renews it.\n\
             A cell names the scenarios that show it.\n\
             For four situations all scenarios run again, and a cell counts those that show it:\n\
             inside a subprocess that runs twice at once; inside an event subprocess; with their instances migrated to and fro after each step, which must end as before; and held at their beginning, with one element after the other begun by a modification.\n\n\
             {cells} cells: {} shown by scenarios, {reasons} that cannot occur.\n\n\
             | element | {header} |\n{rule}|\n{rows}\n\
             ## What cannot occur\n\n",
            cells - reasons
        );
        for (cell, reason) in &self.reasons {
            let _ = writeln!(page, "- **{cell}**: {reason}");
        }
        let _ = write!(page, "\n## Where it differs from Zeebe\n\n{}", self.differences);
        page
    }
}

fn links(names: &BTreeSet<String>) -> String {
    let links: Vec<String> =
        names.iter().map(|it| format!("[{it}](../engine/tests/scenarios/{it}.scenario)")).collect();
    links.join("<br>")
}

fn count((scenarios, file): (usize, &str)) -> String {
    let plural = if scenarios == 1 { "" } else { "s" };
    format!("[{scenarios} scenario{plural}](../engine/tests/scenarios/{file})")
}

/// The elements of a model of which lines of a trace say that they began.
pub(crate) fn begun_in(model: &str, lines: &BTreeSet<String>) -> Vec<&'static str> {
    let text = lines.iter().fold(format!("{model}\n"), |text, line| text + line + "\n");
    let all = ELEMENTS.iter().map(|(element, _)| *element);
    let begins_processes =
        |it: &str| it.ends_with(" start") && !it.ends_with(" event start") && it != "none start";
    all.filter(|element| match *element {
        "sequence flow" => lines.contains("SequenceFlowTaken"),
        // Those in the text stand in event subprocesses.
        it if begins_processes(it) => false,
        element => !instances(element, &text).is_empty(),
    })
    .collect()
}

/// The elements that a text shows while their instance is migrated.
pub(crate) fn migrated_in(text: &str) -> Vec<&'static str> {
    let all = ELEMENTS.iter().map(|(element, _)| *element);
    all.filter(|element| is_shown(element, MIGRATED, text)).collect()
}

/// The element and situation that a cell names.
fn known(cell: &str) -> Option<(&'static str, &'static str)> {
    let (element, situation) = cell.split_once(" / ")?;
    let (element, _) = ELEMENTS.into_iter().find(|(it, _)| *it == element)?;
    Some((element, SITUATIONS.into_iter().find(|it| *it == situation)?))
}

/// True if the text of a scenario shows a situation.
fn is_shown(element: &str, situation: &str, text: &str) -> bool {
    let has = |what: &str| text.contains(what);
    if element == "sequence flow" {
        let waits = has("steps set aside");
        return match situation {
            COMPLETES => has("SequenceFlowTaken"),
            INCIDENT => has("  Incident Created") && has("  Incident Resolved"),
            TERMINATED => waits && has("> cancel"),
            INTERRUPTED => waits && has("BoundaryEvent"),
            MIGRATED => has("  SequenceFlowDeleted "),
            REPEATED | TRIGGERED | PLACED => false,
            _ => waits && has("> restart"),
        };
    }
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    if lines.iter().any(|it| is_join(element, it)) && waits_at_join(element, situation, &lines) {
        return true;
    }
    instances(element, text).iter().any(|name| shows(situation, name, text))
}

/// True for the line of a model that makes a gateway which joins.
fn is_join(element: &str, line: &str) -> bool {
    let kind = element.strip_suffix(" gateway");
    let joins = kind.filter(|it| matches!(*it, "parallel" | "inclusive" | "complex"));
    joins.is_some_and(|it| line.strip_prefix(it).is_some_and(|rest| rest.starts_with(' ')))
}

/// True if a token waits at a joining gateway in a situation. No element instance is there then.
fn waits_at_join(element: &str, situation: &str, lines: &[&str]) -> bool {
    let joins = lines.iter().filter(|it| is_join(element, it));
    joins.filter_map(|it| it.split(' ').nth(1)).any(|id| {
        let into = format!("-{id})");
        let is_taken = |it: &&str| it.starts_with("SequenceFlowTaken") && it.contains(&into);
        let Some(taken) = lines.iter().position(is_taken) else { return false };
        let waits = lines[taken..]
            .iter()
            .take_while(|it| !it.starts_with(&format!("ElementActivating {id}.")));
        let after: Vec<_> = waits.collect();
        let is_for_ever = after.len() == lines.len() - taken;
        match situation {
            TERMINATED => is_for_ever && after.iter().any(|it| it.starts_with("> cancel")),
            INTERRUPTED => is_for_ever && after.iter().any(|it| it.contains("BoundaryEvent")),
            RESTART => !is_for_ever && after.iter().any(|it| **it == "> restart"),
            MIGRATED => !is_for_ever && after.iter().any(|it| it.starts_with("> migrate ")),
            _ => false,
        }
    })
}

/// The names of an element's instances in a trace.
fn instances(element: &str, text: &str) -> Vec<String> {
    let kind = ELEMENTS.iter().find(|(it, _)| *it == element).map_or("", |(_, kind)| kind);
    let begins = text.lines().filter_map(|it| it.trim().strip_prefix("ElementActivating "));
    let named = begins.filter_map(|it| {
        let mut words = it.split(' ');
        let name = words.next()?;
        (words.next()? == kind).then(|| name.to_owned())
    });
    named.filter(|name| has_the_manner(element, name, text)).collect()
}

/// True unless the element is a boundary event that the model makes interrupting, or not, in
/// contrast to the cell; or mappings are meant, and the element has none.
fn has_the_manner(element: &str, name: &str, text: &str) -> bool {
    let id = name.split_once('.').map_or(name, |(id, _)| id);
    let model: Vec<&str> = text.lines().map(str::trim).collect();
    let boundary = model.iter().find(|it| it.starts_with(&format!("boundary {id} ")));
    let start = model.iter().find(|it| it.starts_with(&format!("start {id} ")));
    match boundary.or(start.filter(|_| element.ends_with("event start"))) {
        Some(line) => line.contains("non-interrupting") == element.starts_with("non-"),
        None if element == "mappings" => {
            let at = model.iter().position(|it| it.starts_with(&format!("task {id} ")));
            let next = at.and_then(|it| model.get(it + 1));
            next.is_some_and(|it| it.starts_with("in ") || it.starts_with("out "))
        }
        None if element == "execution listeners" => {
            let line = model.iter().find(|it| it.starts_with(&format!("task {id} ")));
            line.is_some_and(|it| it.contains(" on-start=") || it.contains(" on-end="))
        }
        None if element.starts_with("ad-hoc subprocess") => {
            let line = model.iter().find(|it| it.starts_with(&format!("adhoc {id} ")));
            line.is_some_and(|it| it.contains(" type=") == element.ends_with("(worker)"))
        }
        None if element.starts_with("user task") => {
            let line = model.iter().find(|it| it.starts_with(&format!("user {id} ")));
            line.is_some_and(|it| it.contains(" native") != element.ends_with("(job)"))
        }
        None if element.ends_with("multi-instance") => {
            let line =
                model.iter().find(|it| it.contains(&format!(" {id} ")) && it.contains(" items="));
            line.is_some_and(|it| it.contains("one-by-one") == element.starts_with("sequential"))
        }
        None if sends_messages(element) => {
            let line = model.iter().find(|it| {
                let rest = it.split_once(' ').map(|(_, rest)| rest);
                rest.is_some_and(|it| it.starts_with(&format!("{id} ")))
            });
            line.is_some_and(|it| it.contains(" publish=") == element.ends_with("(published)"))
        }
        None if element.ends_with("receive task") => {
            let line = model.iter().find(|it| it.starts_with(&format!("receive {id} ")));
            line.is_some_and(|it| it.contains(" instantiate") == element.starts_with("inst"))
        }
        None if element == "transaction subprocess" => {
            model.iter().any(|it| it.starts_with(&format!("transaction {id} ")))
        }
        None if element == "loop" => {
            let has = |line: &&&str, what| line.contains(&format!(" {id} ")) && line.contains(what);
            model.iter().any(|it| has(&it, " loop=") || has(&it, " rounds="))
        }
        None if element.starts_with("script task") => {
            let line = model.iter().find(|it| it.starts_with(&format!("script {id} ")));
            line.is_some_and(|it| it.contains(" feel=") == element.ends_with("(FEEL)"))
        }
        None if element.starts_with("business rule task") => {
            let line = model.iter().find(|it| it.starts_with(&format!("rule {id} ")));
            line.is_some_and(|it| it.contains(" decision=") == element.ends_with("(decision)"))
        }
        None => true,
    }
}

fn sends_messages(element: &str) -> bool {
    ["send task", "message throw", "message end"].iter().any(|it| element.starts_with(it))
}

fn shows(situation: &str, name: &str, text: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let at =
        |line: &str| lines.iter().position(|it| *it == line || it.starts_with(&format!("{line} ")));
    let completed = at(&format!("ElementCompleted {name}"));
    let terminated = at(&format!("ElementTerminated {name}"));
    // An error end event never completes: what catches the error ends it.
    let is_error = text.contains(&format!("ElementActivating {name} EndEvent(Error)"));
    let ended = if is_error { terminated } else { completed };
    let begun = waits_from(name, text, &lines);
    match situation {
        COMPLETES => completed.is_some(),
        TERMINATED => terminated.is_some() && text.contains("> cancel"),
        // Claims of single scenarios are not needed there.
        REPEATED | TRIGGERED => false,
        PLACED => lines.iter().any(|it| {
            it.starts_with(&format!("ElementActivating {name} ")) && it.contains(" by Modification")
        }),
        INCIDENT => {
            let resolved = lines.iter().position(|it| {
                it.starts_with("Incident Resolved") && it.contains(&format!(" at {name}"))
            });
            resolved.is_some() && resolved < ended
        }
        INTERRUPTED => terminated.is_some_and(|it| {
            let step = lines[it..].iter().take_while(|it| !it.starts_with("> "));
            step.into_iter()
                .any(|it| it.starts_with("ElementActivating") && it.contains("Boundary"))
        }),
        _ => {
            let word = if situation == MIGRATED { "> migrate " } else { "> restart" };
            let mut lived = (0..lines.len()).filter(|it| lines[*it].starts_with(word));
            lived.any(|it| begun.is_some() && begun < Some(it) && Some(it) < ended)
        }
    }
}

/// From where in a trace an element waits: an event on an activity or in front of an event
/// subprocess from when its timer or subscription is created or, if it has none, from when what it
/// belongs to is active; others from when they begin.
fn waits_from(name: &str, text: &str, lines: &[&str]) -> Option<usize> {
    let id = name.split_once('.').map_or(name, |(id, _)| id);
    let starting = |what: &str| lines.iter().position(|it| it.starts_with(what));
    let waits = || lines.iter().position(|it| it.contains(&format!(" {id} at ")));
    let boundary = lines
        .iter()
        .find_map(|it| it.strip_prefix(&format!("boundary {id} on "))?.split(' ').next());
    if let Some(activity) = boundary {
        return waits().or_else(|| starting(&format!("ElementActivated {activity}.")));
    }
    let mut within = lines.iter().skip_while(|it| !it.starts_with("events "));
    let is_event_start =
        text.contains("events ") && within.any(|it| it.starts_with(&format!("start {id} ")));
    if is_event_start {
        return waits().or_else(|| starting("ElementActivated p."));
    }
    starting(&format!("ElementActivating {name} "))
}

#[cfg(test)]
mod tests {
    use super::Coverage;

    const TRACE: &str = "task a type=x\n> create p\n  ElementActivating a.1 ServiceTask in p.1\n\
                         > restart\n  ElementCompleted a.1\n";

    #[test]
    fn a_claim_counts_only_if_the_trace_shows_it() {
        let mut coverage = Coverage::default();
        assert!(coverage.claim("s", "service task / survives restart", TRACE).is_ok());
        let claims = ["service task / terminated while active", "none end / completes", "x / y"];
        for claim in claims {
            assert!(coverage.claim("s", claim, TRACE).is_err(), "{claim}");
        }
    }

    #[test]
    fn an_empty_cell_and_a_reason_beside_a_scenario_are_named() {
        let mut coverage = Coverage::default();
        coverage.claim("s", "service task / completes", TRACE).expect("it is shown");
        coverage.reasons("service task / completes: never");
        let wrong = coverage.markdown().expect_err("most cells are empty");
        assert!(wrong.contains("'process / completes' has neither"), "{wrong}");
        assert!(wrong.contains("'service task / completes' has a scenario"), "{wrong}");
    }
}
