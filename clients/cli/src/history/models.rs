//! Names of elements, from the models that were deployed.

use std::collections::BTreeMap;
use std::sync::Arc;

use record::{DeployedIntent, Event, Key, Record};
use value::Str;

/// The deployed files by definition. A file is compiled when a name is asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Models(BTreeMap<Key, (Str, Arc<[u8]>)>);

/// Names of the elements and flows of one file, by id.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names(BTreeMap<Str, Str>);

impl Models {
    /// Takes a record into account.
    pub(crate) fn apply(&mut self, record: &Record) {
        if let Event::Process(event) = &record.event
            && event.intent == DeployedIntent::Created
        {
            let file = (event.process.resource_name.clone(), event.resource.clone());
            self.0.insert(record.key, file);
        }
    }

    /// The names in a definition's file; none if the file is not known or not readable.
    pub(crate) fn names(&self, definition: Key) -> Names {
        let compiled = self.0.get(&definition).map(|(name, bytes)| bpmn::compile(name, bytes));
        let Some(Ok(resource)) = compiled else {
            return Names::default();
        };
        let elements = resource.processes.iter().flat_map(|process| {
            let elements = process.elements.iter().map(|it| (&it.id, &it.name));
            elements.chain(process.flows.iter().map(|it| (&it.id, &it.name)))
        });
        let named = elements.filter(|(_, name)| !name.is_empty());
        Names(named.map(|(id, name)| (id.clone(), name.clone())).collect())
    }
}

impl Names {
    /// The name for people, if the model gives one.
    pub(crate) fn get(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(|name| &**name)
    }

    /// The name with the id behind it, or the id alone. What an ad-hoc subprocess begins something
    /// in is named after it.
    pub(crate) fn shown(&self, id: &str) -> String {
        if let Some(around) = id.strip_suffix("#innerInstance") {
            return format!("instance in {}", self.shown(around));
        }
        match self.get(id) {
            Some(name) => format!("{name} ({id})").replace('\n', " "),
            None => id.to_owned(),
        }
    }
}
