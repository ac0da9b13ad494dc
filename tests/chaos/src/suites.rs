//! All suites, in the order in which a run takes them.

mod backups;
mod clock;
mod cuts;
mod disk_errors;
mod failed_syncs;
mod full_disk;
mod kill_points;
mod kills;
mod lengths;
mod misses;
mod pause;
mod slow_syncs;

use crate::at_rest::AtRest;
use crate::suite::Suite;

/// All suites. Each is listed here once, and its short form has a test in `tests/chaos/tests`.
pub const SUITES: &[&dyn Suite] = &[
    &kills::Kills,
    &kill_points::KillPoints,
    &cuts::Cuts,
    &disk_errors::DiskErrors,
    &failed_syncs::FailedSyncs,
    &backups::Backups,
    &slow_syncs::SlowSyncs,
    &AtRest,
    &full_disk::FullDisk,
    &pause::Pause,
    &clock::Clock,
];

/// The suite of this name.
pub fn find(name: &str) -> Option<&'static dyn Suite> {
    SUITES.iter().copied().find(|it| it.name() == name)
}
