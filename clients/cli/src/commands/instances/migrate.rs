//! `baton instances migrate`.

use client::{Key, MigrateInstance};

use crate::address::Reason;

/// Let an instance go on by another definition; all of it, or nothing
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton instances migrate 2251799813685251 --to 2251799813685300 --map pack=pack\n  baton instances migrate 2251799813685251 --to 2251799813685300 --map a=b,c=d --reason 'new law'"
)]
pub(super) struct Migrate {
    /// The instance
    #[arg(value_name = "KEY")]
    pub(super) key: Key,
    /// The definition that it goes on by; `baton deploy` shows its key
    #[arg(long, value_name = "KEY")]
    to: Key,
    /// What active elements, their events and waiting gateways become
    #[arg(long = "map", value_name = "ELEMENT=ELEMENT,...", value_delimiter = ',', value_parser = pair)]
    mapping: Vec<(String, String)>,
    #[command(flatten)]
    pub(super) reason: Reason,
}

impl Migrate {
    pub(super) fn request(&self) -> MigrateInstance {
        MigrateInstance { instance: self.key, target: self.to, mapping: self.mapping.clone() }
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((source, target)) if !source.is_empty() && !target.is_empty() => {
            Ok((source.to_owned(), target.to_owned()))
        }
        _ => Err("write OLD=NEW, such as pack=ship".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::pair;

    #[test]
    fn an_element_and_what_it_becomes_are_two_ids() {
        assert_eq!(pair("pack=ship"), Ok(("pack".to_owned(), "ship".to_owned())));
        for wrong in ["pack", "pack=", "=ship", ""] {
            assert!(pair(wrong).is_err(), "{wrong}");
        }
    }
}
