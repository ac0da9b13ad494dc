//! The time zone of what has none, where expressions are evaluated without a server.

use jiff::tz::TimeZone;

use crate::failure::Failure;

#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Zone {
    /// The zone of what has none [default: UTC]
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
}

impl Zone {
    /// Whether one was named.
    pub(crate) fn is_given(&self) -> bool {
        self.zone.is_some()
    }

    /// The zone, UTC if none was named.
    ///
    /// # Errors
    /// When there is no zone with this name.
    pub(crate) fn resolve(&self) -> Result<TimeZone, Failure> {
        let Some(name) = &self.zone else { return Ok(TimeZone::UTC) };
        TimeZone::get(name).map_err(|_| {
            Failure::usage(format!("There is no time zone '{name}'."))
                .hint("Write a name such as Europe/Berlin.")
        })
    }
}
