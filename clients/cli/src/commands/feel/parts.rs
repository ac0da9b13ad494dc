//! The parts of an expression as a tree, for people and for programs.

use feel::Part;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{as_json, null, warning_json};

/// How many characters of a part's text are shown.
const TEXT_MAX: usize = 60;

/// How many characters of a value are shown.
const VALUE_MAX: usize = 100;

/// One line for each part, its value beside it, what was wrong with it below.
pub(super) fn to_text(parts: &[Part]) -> String {
    let branches = branches(parts);
    let labels: Vec<String> = parts
        .iter()
        .zip(&branches)
        .map(|(part, branch)| format!("{}{}", branch.here, shortened(&part.text, TEXT_MAX)))
        .collect();
    let width = labels.iter().map(|it| it.chars().count()).max().unwrap_or(0);
    let mut lines = Vec::new();
    for ((part, label), branch) in parts.iter().zip(&labels).zip(&branches) {
        let value = part.value.as_ref().map(readable);
        let value = value.unwrap_or_else(|| "failed".to_owned());
        lines.push(format!("{label:width$}  {value}"));
        for warning in &part.warnings {
            let (kind, text) = (warning.kind().name(), warning.text());
            lines.push(format!("{}! {kind}: {text}", branch.below));
        }
    }
    lines.join("\n")
}

/// What stands before a part's text.
struct Branch {
    here: String,
    /// The same for further lines of the part.
    below: String,
}

/// A value, cut off when it is long.
fn readable(value: &feel::Value) -> String {
    match value.as_dec() {
        Some(_) => value.readable_text(),
        None => value.shown(VALUE_MAX),
    }
}

/// The lines of the tree. From the last part to the first, because a part must know whether
/// another one of its level follows.
fn branches(parts: &[Part]) -> Vec<Branch> {
    // Whether a part follows on each level.
    let mut follows: Vec<bool> = Vec::new();
    let mut branches: Vec<Branch> = Vec::with_capacity(parts.len());
    for part in parts.iter().rev() {
        let has_parts = follows.len() > part.depth + 1 && follows[part.depth + 1];
        follows.resize(part.depth + 1, false);
        let mut here = String::new();
        let mut below = String::new();
        for (level, &goes_on) in follows.iter().enumerate().skip(1) {
            let is_own = level == part.depth;
            here.push_str(match (is_own, goes_on) {
                (true, true) => "├─ ",
                (true, false) => "└─ ",
                (false, true) => "│  ",
                (false, false) => "   ",
            });
            below.push_str(if goes_on { "│  " } else { "   " });
        }
        below.push_str(if has_parts { "│  " } else { "   " });
        follows[part.depth] = true;
        branches.push(Branch { here, below });
    }
    branches.reverse();
    branches
}

/// A text on one line, cut off when it is long.
fn shortened(text: &str, characters_max: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(characters_max) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// A part with those inside it, as shown to programs.
#[derive(serde::Serialize)]
pub(super) struct Shown {
    expression: String,
    feel: Option<String>,
    parts: Vec<Shown>,
    r#type: Option<&'static str>,
    value: Box<RawValue>,
    warnings: Vec<Value>,
}

/// The parts inside each other.
pub(super) fn to_json(parts: &[Part]) -> Vec<Shown> {
    // From the innermost: what is complete is collected by level, the last part first.
    let mut levels: Vec<Vec<Shown>> = Vec::new();
    for part in parts.iter().rev() {
        let mut inner = levels.get_mut(part.depth + 1).map(std::mem::take).unwrap_or_default();
        inner.reverse();
        levels.resize_with(levels.len().max(part.depth + 1), Vec::new);
        let warnings = part.warnings.iter();
        let warnings = warnings.map(|it| warning_json(it.kind().name(), &it.text()));
        levels[part.depth].push(Shown {
            expression: part.text.to_string(),
            feel: part.value.as_ref().map(feel::Value::readable_text),
            parts: inner,
            r#type: part.value.as_ref().map(feel::Value::feel_type),
            value: part.value.as_ref().map_or_else(null, as_json),
            warnings: warnings.collect(),
        });
    }
    let mut outer = levels.into_iter().next().unwrap_or_default();
    outer.reverse();
    outer
}
