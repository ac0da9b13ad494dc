//! `baton`: the server and the commands of its users and operators.

fn main() {}
