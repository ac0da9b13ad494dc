//! The short form of a server that stands still.

#[test]
fn a_server_that_stood_still_goes_on() -> anyhow::Result<()> {
    baton_chaos::short::run_short("pause", 5)
}
