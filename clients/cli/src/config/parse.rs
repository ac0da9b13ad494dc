//! From text to values, with errors that name option, value and source.

use std::collections::BTreeMap;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::options::{CONFIG, OPTIONS, ServeOption};
use super::{Clock, Config, Found, Limits, LogFormat, Source};
use crate::failure::Failure;
use crate::span;

/// Reads the TOML file. Every key must be an option, so that no misspelled one is ignored.
pub(super) fn file(path: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("The file '{shown}' cannot be read: {error}.")))?;
    let table: toml::Table = text
        .parse()
        .map_err(|error| Failure::usage(format!("The file '{shown}' is no TOML: {error}")))?;
    let mut found = BTreeMap::new();
    for (key, value) in table {
        if key == CONFIG || OPTIONS.iter().all(|option| option.name != key) {
            let known: Vec<&str> =
                OPTIONS.iter().map(|option| option.name).filter(|name| *name != CONFIG).collect();
            return Err(Failure::usage(format!("The file '{shown}' has the unknown key '{key}'."))
                .hint(format!("The keys are: {}.", known.join(", "))));
        }
        let text = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(flag) => flag.to_string(),
            toml::Value::Float(_)
            | toml::Value::Datetime(_)
            | toml::Value::Array(_)
            | toml::Value::Table(_) => {
                return Err(Failure::usage(format!(
                    "The key '{key}' in the file '{shown}' must be a text, a whole number, true or false."
                )));
            }
        };
        found.insert(key, text);
    }
    Ok(found)
}

/// Parses what was found for each option.
pub(super) fn config(found: &Found) -> Result<Config, Failure> {
    let options = Options(found);
    let unprotected = options.parse("unprotected", "true or false", |text| text.parse().ok())?;
    Ok(Config {
        data: PathBuf::from(options.text("data").0),
        node_id: options
            .parse("node-id", "a whole number below 4294967296", |text| text.parse().ok())?,
        grpc_addr: options.address("grpc-addr", unprotected)?,
        http_addr: options.address("http-addr", unprotected)?,
        log_format: options.parse("log-format", "text or json", |text| match text {
            "text" => Some(LogFormat::Text),
            "json" => Some(LogFormat::Json),
            _ => None,
        })?,
        clock: options.parse("clock", "system or controllable", |text| match text {
            "system" => Some(Clock::System),
            "controllable" => Some(Clock::Controllable),
            _ => None,
        })?,
        unprotected,
        limits: Limits {
            commands_in_flight_max: options.limit("commands-in-flight-max")?,
            answers_awaited_max: options.limit("answers-awaited-max")?,
            polls_parked_max: options.limit("polls-parked-max")?,
            free_disk_min_bytes: options.number("free-disk-min-bytes")?,
            checkpoint_interval: options.parse(
                "checkpoint-interval",
                "a span such as 30s",
                |text| span::parse(text).ok().filter(|span| !span.is_zero()),
            )?,
            checkpoint_log_bytes: options.parse(
                "checkpoint-log-bytes",
                "a number above 0",
                above_zero,
            )?,
            checkpoint_base_bytes: options.parse(
                "checkpoint-base-bytes",
                "a number above 0",
                above_zero,
            )?,
            log_file_bytes: options.limit("log-file-bytes")?,
            record_file_bytes: options.parse(
                "record-file-bytes",
                "a number above 0",
                above_zero,
            )?,
        },
    })
}

/// What was found.
struct Options<'a>(&'a Found);

impl Options<'_> {
    fn text(&self, name: &str) -> (&str, &Source) {
        let (text, source) = self.0.get(name).expect("a value was found for every option");
        (text, source)
    }

    fn parse<T>(
        &self,
        name: &str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Failure> {
        let (text, source) = self.text(name);
        parse(text.trim())
            .ok_or_else(|| wrong(name, text, source, &format!("It must be {expected}.")))
    }

    fn number(&self, name: &str) -> Result<u64, Failure> {
        self.parse(name, "a whole number", |text| text.replace('_', "").parse().ok())
    }

    fn limit(&self, name: &str) -> Result<u32, Failure> {
        self.parse(name, "a whole number above 0 and below 4294967296", above_zero)
    }

    fn address(&self, name: &str, unprotected: bool) -> Result<SocketAddr, Failure> {
        let (text, source) = self.text(name);
        let mut addresses = text.trim().to_socket_addrs().map_err(|error| {
            wrong(name, text, source, &format!("It must be HOST:PORT of this machine ({error})."))
        })?;
        let address = addresses
            .next()
            .ok_or_else(|| wrong(name, text, source, "This name has no address."))?;
        if !unprotected && !address.ip().is_loopback() {
            return Err(wrong(name, text, source, "It reaches beyond this machine.").hint(
                "There is no authentication yet: everybody who reaches the port may do everything. \
                 Say --unprotected if that is what you want.",
            ));
        }
        Ok(address)
    }
}

/// A number that is not 0.
fn above_zero<T: FromStr + Default + PartialOrd>(text: &str) -> Option<T> {
    text.replace('_', "").parse().ok().filter(|number| *number > T::default())
}

fn wrong(name: &str, text: &str, source: &Source, why: &str) -> Failure {
    let place = match source {
        Source::Flag => format!("--{name}"),
        Source::Environment => {
            let option = OPTIONS.iter().find(|option| option.name == name);
            option.map_or_else(|| name.to_owned(), ServeOption::variable)
        }
        Source::File(path) => format!("'{name}' in the file '{}'", path.display()),
        Source::Default => format!("the default of --{name}"),
    };
    Failure::usage(format!("'{text}' cannot be the value of {place}. {why}"))
}
