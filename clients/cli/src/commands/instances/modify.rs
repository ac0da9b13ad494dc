//! `baton instances modify`.

use client::{Element, Key, ModifyInstance};

use crate::address::Reason;
use crate::failure::Failure;
use crate::variables::Variables;

/// Move an instance: activate, terminate and move elements by hand, all of it or nothing; `instances
/// show` tells the keys
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton instances modify 2251799813685251 --move pack:ship --var carrier=fast\n  baton instances modify 2251799813685251 --activate ship --terminate pack"
)]
pub(super) struct Modify {
    /// The instance
    #[arg(value_name = "KEY")]
    pub(super) key: Key,
    /// Activate an element; its scopes are made where they are missing, below ANCESTOR if given
    #[arg(long, value_name = "ELEMENT[@ANCESTOR]", value_parser = activation)]
    activate: Vec<(String, Option<Key>)>,
    /// Terminate an element instance, or all of an element
    #[arg(long, value_name = "KEY|ELEMENT", value_parser = element)]
    terminate: Vec<Element>,
    /// Terminate an element instance, or all of an element, and activate another one for each
    #[arg(long = "move", value_name = "KEY|ELEMENT:ELEMENT", value_parser = movement)]
    moves: Vec<(Element, String)>,
    #[command(flatten)]
    variables: Variables,
    /// The element or new scope that the variables are for; the whole instance if not given
    #[arg(long, value_name = "ELEMENT")]
    scope: Option<String>,
    #[command(flatten)]
    pub(super) reason: Reason,
}

impl Modify {
    pub(super) fn request(&self) -> Result<ModifyInstance, Failure> {
        let variables = self.variables.read()?;
        if self.activate.is_empty() && self.moves.is_empty() && !variables.is_none() {
            let text = "The variables have no place: nothing is activated.";
            return Err(Failure::usage(text).hint("`baton variables set` writes variables alone."));
        }
        if self.activate.is_empty() && self.moves.is_empty() && self.terminate.is_empty() {
            let text = "There is nothing to do: give --activate, --terminate or --move.";
            return Err(Failure::usage(text));
        }
        Ok(ModifyInstance {
            instance: self.key,
            activate: self.activate.clone(),
            terminate: self.terminate.clone(),
            moves: self.moves.clone(),
            variables: variables.for_client(),
            variables_of: self.scope.clone().unwrap_or_default(),
        })
    }
}

fn activation(text: &str) -> Result<(String, Option<Key>), String> {
    match text.rsplit_once('@') {
        None => Ok((text.to_owned(), None)),
        Some((id, ancestor)) => {
            let key = ancestor.parse();
            let key = key.map_err(|_| format!("'{ancestor}' is no key of an element instance"))?;
            Ok((id.to_owned(), Some(key)))
        }
    }
}

/// XML ids never begin with a digit, so a number is a key.
fn element(text: &str) -> Result<Element, String> {
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    Ok(text.parse().map_or_else(|_| Element::Id(text.to_owned()), Element::Instance))
}

fn movement(text: &str) -> Result<(Element, String), String> {
    let Some((source, target)) = text.rsplit_once(':').filter(|it| !it.1.is_empty()) else {
        return Err("write FROM:TO, such as pack:ship".to_owned());
    };
    Ok((element(source)?, target.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_named_by_key_or_id() {
        assert_eq!(element("2251799813685260"), Ok(Element::Instance(2_251_799_813_685_260)));
        assert_eq!(element("ship"), Ok(Element::Id("ship".to_owned())));
        assert_eq!(movement("pack:ship"), Ok((Element::Id("pack".into()), "ship".into())));
        assert!(movement("pack").is_err());
        assert!(movement("pack:").is_err());
        assert_eq!(activation("ship@7"), Ok(("ship".to_owned(), Some(7))));
        assert!(activation("ship@here").is_err());
    }
}
