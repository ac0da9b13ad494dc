//! The short form of a wall clock that jumps.

#[test]
fn a_wall_clock_that_jumps_moves_no_timer() -> anyhow::Result<()> {
    baton_chaos::short::run_short("clock", 5)
}
