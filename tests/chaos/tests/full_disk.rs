//! The short form of a small disk that is filled and freed.

#[test]
fn a_full_disk_refuses_with_the_reason_and_goes_on_by_itself() -> anyhow::Result<()> {
    baton_chaos::short::run_short("full-disk", 5)
}
