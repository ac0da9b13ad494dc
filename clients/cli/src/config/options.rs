//! The options of `baton serve`: one row gives the flag, the variable and the key of the file.

use std::collections::BTreeMap;

use clap::{Arg, ArgAction, ArgMatches, Command};

/// One option.
pub(super) struct ServeOption {
    /// As flag and as key of the file.
    pub(super) name: &'static str,
    /// What stands for its value in the help; a switch has none.
    pub(super) value: Option<&'static str>,
    /// When nobody says otherwise.
    pub(super) default: &'static str,
    /// One line.
    pub(super) help: &'static str,
}

/// The option that names the file, which alone cannot stand in the file.
pub(super) const CONFIG: &str = "config";

/// All options, in the order of the help.
pub(super) const OPTIONS: &[ServeOption] = &[
    ServeOption {
        name: "data",
        value: Some("DIR"),
        default: "./baton-data",
        help: "Folder for everything that must outlive the process",
    },
    ServeOption {
        name: "node-id",
        value: Some("N"),
        default: "0",
        help: "The number of this node",
    },
    ServeOption {
        name: "grpc-addr",
        value: Some("HOST:PORT"),
        default: "127.0.0.1:26500",
        help: "Where gRPC listens; port 0 picks a free one",
    },
    ServeOption {
        name: "http-addr",
        value: Some("HOST:PORT"),
        default: "127.0.0.1:8080",
        help: "Where HTTP listens: health, metrics",
    },
    ServeOption {
        name: CONFIG,
        value: Some("FILE"),
        default: "",
        help: "TOML file with these options as keys",
    },
    ServeOption {
        name: "log-format",
        value: Some("text|json"),
        default: "text",
        help: "How the log on stderr looks",
    },
    ServeOption {
        name: "clock",
        value: Some("system|controllable"),
        default: "system",
        help: "Let tests move the time over HTTP",
    },
    ServeOption {
        name: "unprotected",
        value: None,
        default: "false",
        help: "Listen beyond this machine although there is no authentication",
    },
    ServeOption {
        name: "commands-in-flight-max",
        value: Some("N"),
        default: "4096",
        help: "Commands that may be under way",
    },
    ServeOption {
        name: "answers-awaited-max",
        value: Some("N"),
        default: "65536",
        help: "Requests that may wait for a result or for listeners",
    },
    ServeOption {
        name: "polls-parked-max",
        value: Some("N"),
        default: "10000",
        help: "Polls that may wait for jobs",
    },
    ServeOption {
        name: "free-disk-min-bytes",
        value: Some("BYTES"),
        default: "268435456",
        help: "Refuse commands below this much free disk",
    },
    ServeOption {
        name: "checkpoint-interval",
        value: Some("SPAN"),
        default: "30s",
        help: "Take a checkpoint at least this often",
    },
    ServeOption {
        name: "checkpoint-log-bytes",
        value: Some("BYTES"),
        default: "67108864",
        help: "Take a checkpoint after this much log",
    },
    ServeOption {
        name: "checkpoint-base-bytes",
        value: Some("BYTES"),
        default: "16777216",
        help: "Write anew what checkpoints are folded into when it is larger and mostly unused",
    },
    ServeOption {
        name: "log-file-bytes",
        value: Some("BYTES"),
        default: "16777216",
        help: "Begin a new file of the log at this size; space is freed file by file",
    },
    ServeOption {
        name: "record-file-bytes",
        value: Some("BYTES"),
        default: "67108864",
        help: "Begin a new file of records at this size",
    },
];

impl ServeOption {
    /// The environment variable.
    pub(super) fn variable(&self) -> String {
        format!("BATON_{}", self.name.to_ascii_uppercase().replace('-', "_"))
    }
}

/// The options that stood on the command line, as text.
#[derive(Debug, Clone, Default)]
pub(crate) struct ServeFlags(BTreeMap<&'static str, String>);

impl ServeFlags {
    /// What the command line says about an option.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

#[cfg(test)]
impl<const N: usize> From<[(&'static str, &str); N]> for ServeFlags {
    fn from(pairs: [(&'static str, &str); N]) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name, value.to_owned())).collect())
    }
}

impl clap::Args for ServeFlags {
    fn augment_args(command: Command) -> Command {
        command.args(OPTIONS.iter().map(|option| {
            let arg = Arg::new(option.name).long(option.name);
            match option.value {
                None => arg.help(option.help).action(ArgAction::SetTrue),
                Some(value) => {
                    let help = if option.default.is_empty() {
                        option.help.to_owned()
                    } else {
                        format!("{} [default: {}]", option.help, option.default)
                    };
                    arg.help(help).value_name(value)
                }
            }
        }))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for ServeFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for option in OPTIONS {
            match option.value {
                Some(_) => {
                    if let Some(text) = matches.get_one::<String>(option.name) {
                        self.0.insert(option.name, text.clone());
                    }
                }
                None => {
                    if matches.get_flag(option.name) {
                        self.0.insert(option.name, true.to_string());
                    }
                }
            }
        }
        Ok(())
    }
}
