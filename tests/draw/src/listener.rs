//! Listeners that are asked before all instances of a multi-instance activity, and when an instance
//! of a process is terminated.

use crate::Random;
use crate::model::{JOB_TYPES, Process, Scope};

/// Adds some to a process.
pub(crate) fn add(random: &mut Random, process: &mut Process) {
    if random.percent(25) {
        process.listeners = format!(" on-cancel={}", types(random));
    }
    before_all(random, &mut process.scope);
}

fn before_all(random: &mut Random, scope: &mut Scope) {
    for node in &mut scope.nodes {
        let is_several =
            [" items=", " cardinality="].iter().any(|marker| node.line.contains(marker));
        if is_several && random.percent(40) {
            let added = format!(" before-all={}", types(random));
            // The words that end a line stay at its end.
            let at = node.line.find(" items=").or_else(|| node.line.find(" cardinality="));
            node.line.insert_str(at.unwrap_or(node.line.len()), &added);
        }
        if let Some(inner) = &mut node.inner {
            before_all(random, inner);
        }
    }
}

/// The types of one listener or two; now and then one that a variable has to give.
fn types(random: &mut Random) -> String {
    let first = random.one_of(&JOB_TYPES);
    match random.below(6) {
        0 => format!("{first},=[\"{}\"][1-0*x]", random.one_of(&JOB_TYPES)),
        1 | 2 => {
            let others: Vec<&str> = JOB_TYPES.iter().copied().filter(|it| *it != first).collect();
            format!("{first},{}", random.one_of(&others))
        }
        _ => first.to_owned(),
    }
}
