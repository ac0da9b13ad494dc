//! What is deployed.

use std::collections::BTreeMap;

use record::{DeployedIntent, Event, Key, Record};
use value::Str;

/// Deployed versions by key.
#[derive(Debug, Clone, Default)]
pub(crate) struct Resources(BTreeMap<Key, Deployed>);

/// One version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Deployed {
    /// What it is.
    pub(crate) what: What,
    /// Its id.
    pub(crate) id: Str,
    /// Its version.
    pub(crate) version: u32,
    /// The version tag, or empty.
    pub(crate) version_tag: Str,
    /// The file it came from.
    pub(crate) file: Str,
    /// True while it is only kept for instances that still run.
    pub(crate) is_ending: bool,
}

/// What can be deployed, and deleted by its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Process,
    Decisions,
    Form,
    Resource,
}

impl What {
    /// The name for people and programs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Process => "process",
            Self::Decisions => "decisions",
            Self::Form => "form",
            Self::Resource => "resource",
        }
    }
}

impl Resources {
    /// Takes a record into account.
    pub(crate) fn apply(&mut self, record: &Record) {
        let key = record.key;
        match &record.event {
            Event::Process(it) => {
                let tag = &it.summary.version_tag;
                self.note(key, it.intent, What::Process, &it.process, tag);
            }
            Event::Form(it) => self.note(key, it.intent, What::Form, &it.file, &it.version_tag),
            Event::Resource(it) => {
                self.note(key, it.intent, What::Resource, &it.file, &it.version_tag);
            }
            Event::DecisionRequirements(it) => {
                let graph = &it.requirements;
                let version = record::DeployedVersion {
                    id: graph.id.clone(),
                    version: graph.version,
                    resource_name: graph.resource_name.clone(),
                    ..record::DeployedVersion::default()
                };
                self.note(key, it.intent, What::Decisions, &version, &Str::default());
            }
            _ => {}
        }
    }

    fn note(
        &mut self,
        key: Key,
        intent: DeployedIntent,
        what: What,
        version: &record::DeployedVersion,
        version_tag: &Str,
    ) {
        match intent {
            DeployedIntent::Created => {
                let deployed = Deployed {
                    what,
                    id: version.id.clone(),
                    version: version.version,
                    version_tag: version_tag.clone(),
                    file: version.resource_name.clone(),
                    is_ending: false,
                };
                self.0.insert(key, deployed);
            }
            DeployedIntent::Deleting => {
                if let Some(it) = self.0.get_mut(&key) {
                    it.is_ending = true;
                }
            }
            DeployedIntent::Deleted => {
                self.0.remove(&key);
            }
        }
    }

    /// All of them, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Key, &Deployed)> {
        self.0.iter().map(|(key, it)| (*key, it))
    }
}

#[cfg(test)]
mod tests {
    use super::{Resources, What};
    use record::{DeployedIntent, DeployedVersion, Event, FileEvent, Key, ProcessEvent, Record};

    fn record(counter: u64, event: Event) -> Record {
        Record { key: Key::new(1, counter), event, ..Record::default() }
    }

    fn process(intent: DeployedIntent) -> Event {
        let process = DeployedVersion { id: "order".into(), version: 3, ..Default::default() };
        Event::Process(ProcessEvent { process, intent, ..ProcessEvent::default() })
    }

    #[test]
    fn what_was_deleted_is_gone_when_its_last_instance_has_ended() {
        let mut resources = Resources::default();
        resources.apply(&record(1, process(DeployedIntent::Created)));
        let file = DeployedVersion { id: "logo.png".into(), version: 1, ..Default::default() };
        let file = FileEvent { file, ..FileEvent::default() };
        resources.apply(&record(2, Event::Resource(file)));
        let shown = |it: &Resources| -> Vec<(What, bool)> {
            it.iter().map(|(_, it)| (it.what, it.is_ending)).collect()
        };
        assert_eq!(shown(&resources), [(What::Process, false), (What::Resource, false)]);
        resources.apply(&record(1, process(DeployedIntent::Deleting)));
        assert_eq!(shown(&resources), [(What::Process, true), (What::Resource, false)]);
        resources.apply(&record(1, process(DeployedIntent::Deleted)));
        assert_eq!(shown(&resources), [(What::Resource, false)]);
    }
}
