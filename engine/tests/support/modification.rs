//! Modifications in the notation of scripts.
//!
//! ```text
//! modify INSTANCE activate=ELEMENT[@ANCESTOR],… terminate=NAME,… move=FROM>TO[@parent|@inferred],…
//!        [scope=ID] [{variables for that scope, or for the instance}]
//! ```
//!
//! What is terminated or moved is an element instance such as `work.1`, or all of an element.

use super::names::Names;
use record::{
    ActivateElement, CommandBody, Key, ModifyInstance, MoveElement, MoveScope, ScopeVariables,
    TerminateElement,
};
use std::collections::BTreeMap;
use value::{Doc, Str};

/// The command of a line.
pub(super) fn command(
    names: &Names,
    words: &[String],
    settings: &BTreeMap<String, String>,
    variables: Doc,
) -> CommandBody {
    let list = |name: &str| -> Vec<String> {
        let all = settings.get(name).map_or("", String::as_str);
        all.split(',').filter(|it| !it.is_empty()).map(str::to_owned).collect()
    };
    let scope_id = settings.get("scope").map_or("", String::as_str).into();
    let mut given = Vec::new();
    if !variables.is_empty() {
        given.push(ScopeVariables { scope_id, variables });
    }
    let activate = list("activate").into_iter().map(|it| {
        let (id, ancestor) = it.split_once('@').unwrap_or((&it, "none"));
        ActivateElement {
            element_id: id.into(),
            ancestor: names.key(ancestor),
            variables: std::mem::take(&mut given),
        }
    });
    let activate: Vec<_> = activate.collect();
    let terminate = list("terminate").into_iter().map(|it| {
        let (element_instance, element_id) = named(names, &it);
        TerminateElement { element_instance, element_id }
    });
    let moves = list("move").into_iter().map(|it| {
        let (from, to) = it.split_once('>').expect("FROM>TO");
        let (target, scope) = to.split_once('@').unwrap_or((to, ""));
        let (source, source_id) = named(names, from);
        MoveElement {
            source,
            source_id,
            target_id: target.into(),
            variables: std::mem::take(&mut given),
            scope: match scope {
                "parent" => MoveScope::SourceParent,
                "inferred" => MoveScope::Inferred,
                _ => MoveScope::Named,
            },
            ancestor: Key::NONE,
        }
    });
    let (terminate, moves) = (terminate.collect(), moves.collect());
    let instance = names.key(&words[1]);
    CommandBody::ModifyInstance(ModifyInstance { instance, activate, terminate, moves })
}

/// An element instance, or all of an element.
fn named(names: &Names, word: &str) -> (Key, Str) {
    if word.contains('.') || word == "unknown" {
        (names.key(word), Str::default())
    } else {
        (Key::NONE, word.into())
    }
}
