//! What `apply` uses besides the entry: limits, slices, budgets and the system zone.
//!
//! They are replicated state, changed by a command and never by a node's flag, because every
//! replica must decide alike.

use value::{Str, wire_struct};

/// Declares [`Settings`] and [`SettingsChange`] from one list of names, defaults and limits.
macro_rules! settings {
    ($($(#[$meta:meta])* $number:literal => $name:ident: $default:literal in $low:literal..=$high:literal,)*
     later $($(#[$later_meta:meta])* $later_number:literal => $later:ident: $later_default:literal in $later_low:literal..=$later_high:literal,)*) => {
        wire_struct! {
            /// A change: what is absent stays as it is.
            pub struct SettingsChange {
                /// The system time zone, an IANA name.
                1 => pub zone: Option<Str>,
                $($(#[$meta])* $number => pub $name: Option<u64>,)*
                $($(#[$later_meta])* $later_number => pub $later: Option<u64>,)*
            }
        }

        wire_struct! {
            /// The settings in force.
            pub struct Settings {
                /// The system time zone, an IANA name.
                1 => pub zone: Str,
                $($(#[$meta])* $number => pub $name: u64,)*
                $($(#[$later_meta])*
                ///
                /// 0 for the default: the setting came after the first release, and states that
                /// were written before do not have it.
                $later_number => pub $later: u64,)*
            }
        }

        impl Settings {
            /// The settings of a new partition.
            pub fn initial() -> Self {
                Self { zone: "UTC".into(), $($name: $default,)* $($later: 0,)* }
            }

            $($(#[$later_meta])*
            pub fn $later(&self) -> u64 {
                if self.$later == 0 { $later_default } else { self.$later }
            })*

            /// Applies a change.
            pub fn apply(&mut self, change: &SettingsChange) {
                if let Some(zone) = &change.zone {
                    self.zone = zone.clone();
                }
                $(if let Some(value) = change.$name {
                    self.$name = value;
                })*
                $(if let Some(value) = change.$later {
                    self.$later = value;
                })*
            }

            /// Names, values and meanings, for people.
            pub fn list(&self) -> Vec<(&'static str, String)> {
                vec![
                    ("zone", self.zone.to_string()),
                    $((stringify!($name), self.$name.to_string()),)*
                    $((stringify!($later), self.$later().to_string()),)*
                ]
            }
        }

        impl SettingsChange {
            /// A change of one setting given as text.
            ///
            /// # Errors
            /// A sentence that names the unknown setting, or the value and its range.
            pub fn parse(name: &str, text: &str) -> Result<Self, String> {
                let mut change = Self::default();
                match name {
                    "zone" => change.zone = Some(text.into()),
                    $(stringify!($name) => change.$name = Some(number(name, text)?),)*
                    $(stringify!($later) => change.$later = Some(number(name, text)?),)*
                    _ => return Err(format!(
                        "There is no setting '{name}'. The settings are: zone{}.",
                        concat!($(", ", stringify!($name),)* $(", ", stringify!($later)),*)
                    )),
                }
                change.check()?;
                Ok(change)
            }

            /// Checks each value against its range.
            ///
            /// # Errors
            /// A sentence that names the value and its range.
            pub fn check(&self) -> Result<(), String> {
                $(if let Some(value) = self.$name
                    && !($low..=$high).contains(&value)
                {
                    return Err(format!(
                        "The setting '{}' cannot be {value}. Choose a number from {} to {}.",
                        stringify!($name), $low, $high
                    ));
                })*
                $(if let Some(value) = self.$later
                    && !($later_low..=$later_high).contains(&value)
                {
                    return Err(format!(
                        "The setting '{}' cannot be {value}. Choose a number from {} to {}.",
                        stringify!($later), $later_low, $later_high
                    ));
                })*
                Ok(())
            }
        }
    };
}

settings! {
    /// Units of due and pending work that one entry does at most after its command.
    2 => work_per_entry: 512 in 8..=100_000,
    /// Steps that all expressions of one work item may take together.
    3 => expression_steps_max: 1_000_000 in 1_000..=1_000_000_000,
    /// Bytes that all expressions of one work item may create together.
    4 => expression_bytes_max: 16_777_216 in 65_536..=1_073_741_824,
    /// How deep an expression may nest or call.
    5 => expression_depth_max: 200 in 16..=1_000,
    /// Bytes of jobs that one activation answers at most.
    6 => activation_bytes_max: 4_000_000 in 65_536..=67_108_864,
    /// Jobs that one activation answers at most.
    7 => activation_jobs_max: 10_000 in 1..=100_000,
    /// Replies that are remembered for repeated requests, over all gateways.
    8 => remembered_replies_max: 65_536 in 256..=10_000_000,
    /// How long the replies of a gateway that fell silent are remembered.
    9 => remembered_replies_ms: 600_000 in 1_000..=86_400_000,
    /// Job streams that may be open.
    10 => streams_max: 10_000 in 1..=1_000_000,
    /// Bytes of an error message that are kept.
    11 => error_message_bytes_max: 10_000 in 100..=1_000_000,
    later
    /// Process instances that may call each other in a row, the outermost included.
    12 => call_depth_max: 1_000 in 1..=100_000,
    /// Instances of an activity that a loop cardinality may ask for.
    13 => loop_cardinality_max: 100_000 in 1..=10_000_000,
    /// Elements that a path may pass one after the other on a loop in which nothing waits.
    14 => loop_elements_max: 10_000 in 10..=10_000_000,
    /// Bytes of idempotency keys and their answers that are kept; the oldest go first.
    15 => idempotency_bytes_max: 67_108_864 in 65_536..=2_000_000_000,
    /// How long an idempotency key is kept.
    16 => idempotency_ms: 86_400_000 in 1_000..=2_000_000_000,
    /// Whether a second instance of a process with a business id that a running one has is refused:
    /// 1 for yes.
    17 => business_id_unique: 0 in 0..=1,
}

fn number(name: &str, text: &str) -> Result<u64, String> {
    text.trim()
        .replace('_', "")
        .parse()
        .map_err(|_| format!("The setting '{name}' cannot be '{text}'. It must be a whole number."))
}

#[cfg(test)]
mod tests {
    use super::{Settings, SettingsChange};

    #[test]
    fn a_change_of_one_setting_leaves_the_others() {
        let mut settings = Settings::initial();
        settings.apply(&SettingsChange::parse("work_per_entry", "1_000").expect("in range"));
        assert_eq!(settings, Settings { work_per_entry: 1_000, ..Settings::initial() });
    }

    #[test]
    fn a_wrong_name_or_value_is_named_with_the_way_out() {
        let unknown = SettingsChange::parse("speed", "9").expect_err("no such setting");
        assert!(unknown.contains("'speed'") && unknown.contains("work_per_entry"), "{unknown}");
        let small = SettingsChange::parse("work_per_entry", "1").expect_err("below the range");
        assert!(small.contains("from 8 to 100000"), "{small}");
    }
}
