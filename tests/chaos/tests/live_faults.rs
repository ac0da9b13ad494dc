//! The short forms of the suites that disturb a server while it works.

use baton_chaos::short::run_short;

const SEED: u64 = 20_260_301;

#[test]
fn kills_under_load_lose_nothing_and_do_nothing_twice() -> anyhow::Result<()> {
    run_short("kills", SEED)
}

#[test]
fn power_cuts_under_the_whole_folder_lose_nothing() -> anyhow::Result<()> {
    run_short("cuts", SEED)
}

#[test]
fn a_failed_sync_ends_the_server_with_one_sentence() -> anyhow::Result<()> {
    run_short("failed-syncs", SEED)
}

#[test]
fn a_fault_under_a_backup_or_a_restore_leaves_it_whole_or_refused() -> anyhow::Result<()> {
    run_short("backups", SEED)
}

#[test]
fn a_kill_at_any_call_on_the_disk_loses_nothing() -> anyhow::Result<()> {
    run_short("kill-points", SEED)
}

#[test]
fn a_broken_or_full_disk_is_named_and_loses_nothing() -> anyhow::Result<()> {
    run_short("disk-errors", SEED)
}

#[test]
fn slow_syncs_are_survived_and_shown_in_health() -> anyhow::Result<()> {
    run_short("slow-syncs", SEED)
}
