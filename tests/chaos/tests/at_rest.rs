//! The short form of damage at rest: every kind of file, every kind of damage.

#[test]
fn damaged_files_are_named_or_do_no_harm() -> anyhow::Result<()> {
    baton_chaos::short::run_short("at-rest", 4)
}
