//! The short forms of the suites that disturb what is around a server: its disk, its processor, its
//! clock.

#[test]
fn a_full_disk_refuses_with_the_reason_and_goes_on_by_itself() -> anyhow::Result<()> {
    baton_chaos::short::run_short("full-disk", 5)
}

#[test]
fn a_server_that_stood_still_goes_on() -> anyhow::Result<()> {
    baton_chaos::short::run_short("pause", 5)
}

#[test]
fn a_wall_clock_that_jumps_moves_no_timer() -> anyhow::Result<()> {
    baton_chaos::short::run_short("clock", 5)
}
