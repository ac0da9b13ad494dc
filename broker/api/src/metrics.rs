//! Every metric of the process: name, unit and help text in one place.
//!
//! Counters and gauges are atomics; writing one costs a few nanoseconds and no lock.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

/// Declares [`Metrics`] from one list.
macro_rules! metrics {
    ($($(#[$meta:meta])* $kind:ident $field:ident = $name:literal, $help:literal;)*) => {
        /// The metrics of the process.
        #[derive(Debug, Default)]
        pub struct Metrics {
            $(#[doc = $help] $(#[$meta])* pub $field: AtomicU64,)*
            /// Why commands cannot commit, by kind.
            pub not_ready: readiness::NotReady,
            /// Requests by protocol call and status.
            pub requests: requests::Requests,
        }

        impl Metrics {
            /// All metrics as Prometheus text.
            pub fn render(&self) -> String {
                let mut out = String::new();
                $(
                    let _ = writeln!(out, "# HELP {} {}", $name, $help);
                    let _ = writeln!(out, "# TYPE {} {}", $name, stringify!($kind));
                    let _ = writeln!(out, "{} {}", $name, self.$field.load(Ordering::Relaxed));
                )*
                self.not_ready.render(&mut out);
                self.requests.render(&mut out);
                out
            }
        }
    };
}

metrics! {
    counter commands_accepted = "baton_commands_accepted_total", "Commands whose entry was applied and answered with success.";
    counter commands_rejected = "baton_commands_rejected_total", "Commands whose entry was applied and answered with a rejection.";
    counter commands_refused = "baton_commands_refused_total", "Commands refused before the log by a limit or missing leader.";
    gauge commands_in_flight = "baton_commands_in_flight", "Commands proposed and not yet carried out.";
    gauge answers_awaited = "baton_answers_awaited", "Requests whose command was carried out and that wait for what others do.";
    counter entries_applied = "baton_entries_applied_total", "Log entries applied.";
    counter records_written = "baton_records_written_total", "Records put out by apply.";
    counter apply_nanoseconds = "baton_apply_nanoseconds_total", "Time spent in apply.";
    counter files_compiled_ahead = "baton_files_compiled_ahead_total", "Deployed files compiled beside apply, after a start or because another node had compiled them.";
    counter files_compiled_in_apply = "baton_files_compiled_in_apply_total", "Deployed files compiled while the partition waited.";
    counter log_batches = "baton_log_batches_total", "Batches of commands handed to the log together.";
    counter log_bytes = "baton_log_bytes_total", "Bytes appended to the log.";
    gauge applied_index = "baton_applied_index", "Index of the last applied log entry.";
    gauge checkpoint_index = "baton_checkpoint_index", "Index covered by the last durable checkpoint.";
    counter checkpoints = "baton_checkpoints_total", "Checkpoints made durable.";
    gauge instances_active = "baton_process_instances_active", "Process instances that have not ended.";
    gauge incidents_open = "baton_incidents_open", "Incidents that are open.";
    gauge jobs_activatable = "baton_jobs_activatable", "Jobs that wait for a worker.";
    gauge streams_open = "baton_job_streams_open", "Job streams that are open.";
    gauge polls_parked = "baton_job_polls_parked", "Job polls that wait for a job.";
    counter jobs_pushed = "baton_jobs_pushed_total", "Jobs pushed to streams.";
    counter jobs_yielded = "baton_jobs_yielded_total", "Jobs given back because they did not reach a worker.";
    gauge records_damaged = "baton_records_damaged", "Damaged or missing places in the record segments that the check after the start found.";
    gauge disk_free_bytes = "baton_disk_free_bytes", "Free space on the disk of the data folder.";
    gauge is_ready = "baton_ready", "1 while commands can commit, else 0.";
}

/// What keeps commands from committing.
pub mod readiness {
    use std::fmt::Write as _;
    use std::sync::atomic::{AtomicBool, Ordering};

    use crate::Obstacle;

    /// One gauge for each kind of reason, so that none has to be asked twice.
    #[derive(Debug, Default)]
    pub struct NotReady([AtomicBool; Obstacle::ALL.len()]);

    impl NotReady {
        /// Notes what is in the way now, and nothing else.
        pub fn set(&self, obstacles: &[Obstacle]) {
            for (gauge, obstacle) in self.0.iter().zip(Obstacle::ALL) {
                gauge.store(obstacles.contains(&obstacle), Ordering::Relaxed);
            }
        }

        /// Appends them as Prometheus text.
        pub fn render(&self, out: &mut String) {
            let name = "baton_not_ready";
            let _ = writeln!(out, "# HELP {name} 1 while commands cannot commit for this reason.");
            let _ = writeln!(out, "# TYPE {name} gauge");
            for (gauge, obstacle) in self.0.iter().zip(Obstacle::ALL) {
                let value = u8::from(gauge.load(Ordering::Relaxed));
                let _ = writeln!(out, "{name}{{reason=\"{}\"}} {value}", obstacle.name());
            }
        }
    }
}

/// Counters with labels from closed sets.
pub mod requests {
    use std::collections::BTreeMap;
    use std::fmt::Write as _;
    use std::sync::Mutex;

    /// Requests by call and status; both come from closed sets.
    #[derive(Debug, Default)]
    pub struct Requests(Mutex<BTreeMap<(&'static str, &'static str), u64>>);

    impl Requests {
        /// Counts one request.
        pub fn count(&self, call: &'static str, status: &'static str) {
            let mut map = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            *map.entry((call, status)).or_default() += 1;
        }

        /// Appends them as Prometheus text.
        pub fn render(&self, out: &mut String) {
            let name = "baton_requests_total";
            let _ = writeln!(out, "# HELP {name} Requests answered, by call and status.");
            let _ = writeln!(out, "# TYPE {name} counter");
            let map = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            for ((call, status), count) in map.iter() {
                let _ = writeln!(out, "{name}{{call=\"{call}\",status=\"{status}\"}} {count}");
            }
        }
    }
}
