//! Models and decisions in few words, as XML: what scenarios are written in.

#[path = "../../../engine/tests/support/decisions.rs"]
mod decisions;
#[path = "../../../engine/tests/support/model.rs"]
mod process;

/// The BPMN of a model.
///
/// # Panics
/// If the text is not in the notation.
pub fn bpmn(model: &str) -> String {
    process::xml(model)
}

/// The DMN of decisions, in a file of this name.
///
/// # Panics
/// If the text is not in the notation.
pub fn dmn(name: &str, decisions: &str) -> String {
    decisions::xml(name, decisions)
}
