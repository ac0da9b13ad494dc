//! The task runner behind the Makefile.

fn main() {}
