//! The files of a deployed decision: the one it stands in, and what that one imports.

use client::DecisionEvaluation;

use crate::failure::{Exit, Failure};

/// The file of an evaluated decision and, behind it, those that it imports, directly or not. `read`
/// gives the file of a path below `/v2`.
///
/// The server does not tell which file an import means, but the keys of the decisions that were
/// evaluated, whose files are then known. A file that gives only types or knowledge models is not
/// among them.
///
/// # Errors
/// When a file cannot be read, or none of them is what one imports.
pub(super) fn files(
    found: &DecisionEvaluation,
    read: impl Fn(&str) -> Result<String, Failure>,
) -> Result<Vec<String>, Failure> {
    let mut known = vec![read(&format!("decision-requirements/{}", found.requirements))?];
    if !imported(&known[0]).is_empty() {
        for decision in found.decisions.iter().filter(|it| it.key > 0) {
            let id = decision.id.as_str();
            if !known.iter().any(|it| dmn::element_names(it.as_bytes()).contains_key(id)) {
                known.push(read(&format!("decision-definitions/{}", decision.key))?);
            }
        }
    }
    let mut files = vec![known.remove(0)];
    let mut at = 0;
    while let Some(file) = files.get(at) {
        at += 1;
        for namespace in imported(file) {
            if files.iter().any(|it| has(it, &namespace)) {
                continue;
            }
            match known.iter().position(|it| has(it, &namespace)) {
                Some(ix) => files.push(known.remove(ix)),
                None => return Err(not_told(&namespace, &found.id)),
            }
        }
    }
    Ok(files)
}

fn imported(file: &str) -> Vec<String> {
    dmn::namespaces(file.as_bytes()).map_or(Vec::new(), |it| it.imported)
}

fn has(file: &str, namespace: &str) -> bool {
    dmn::namespaces(file.as_bytes()).is_some_and(|it| it.own == namespace)
}

fn not_told(namespace: &str, id: &str) -> Failure {
    let message = format!(
        "its file imports the model with the namespace '{namespace}', none of whose decisions was \
         evaluated, and the server does not tell which file that is. With the files at hand: baton \
         decisions evaluate FILE --decision {id}"
    );
    Failure::new(Exit::Refused, message)
}
