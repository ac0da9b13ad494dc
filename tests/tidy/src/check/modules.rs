//! `mod.rs` files declare and dispatch: whoever looks for logic never has to open them.

use crate::rust::is_code;
use crate::{File, Tree, Violation};

/// What may stand at the outer level of a `mod.rs`.
const OUTER: &[&str] = &["mod ", "use ", "fn ", "#[", "#![", "}", ")"];

/// What a dispatching function must not contain.
const LOGIC: &[&str] = &["let ", "if ", "for ", "while ", "loop ", "loop{"];

/// Finds anything in `mod.rs` files that is neither a declaration nor a dispatch.
pub fn check(tree: &Tree) -> Vec<Violation> {
    tree.rust()
        .filter(|file| file.name() == "mod.rs" && !file.is_test)
        .flat_map(check_file)
        .collect()
}

fn check_file(file: &File) -> Vec<Violation> {
    let mut found = Vec::new();
    // The lines of a `use` tree or of a function's signature are indented, like a body.
    let mut in_import = false;
    for (number, line) in file.production_lines().filter(|(_, line)| is_code(line)) {
        let code = without_visibility(line);
        let outer = !line.starts_with(' ');
        if outer && line.contains("pub use ") {
            found.push(file.violation(number, "re-exports belong into lib.rs"));
        } else if outer && !OUTER.iter().any(|start| code.starts_with(start)) {
            found.push(file.violation(number, "a mod.rs holds declarations and dispatch only"));
        } else if !outer
            && !in_import
            && LOGIC.iter().any(|start| line.trim_start().starts_with(start))
        {
            found.push(file.violation(number, "a mod.rs dispatches; logic has its own file"));
        }
        in_import = (in_import || code.starts_with("use ")) && !code.ends_with(';');
    }
    found
}

fn without_visibility(line: &str) -> &str {
    ["pub(crate) ", "pub(super) ", "pub "]
        .iter()
        .find_map(|visibility| line.strip_prefix(visibility))
        .unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        let found = check(&Tree::of(&[("engine/src/command/mod.rs", text)]));
        found.iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn declarations_and_a_dispatching_match_are_clean() {
        let text = "\
//! Commands.

mod job;

use crate::{
    Ctx,
    Command,
};

/// Decides.
pub(crate) fn handle(ctx: &mut Ctx, command: &Command) {
    match command {
        Command::CompleteJob(it) if it.is_late() => job::late(ctx, it),
        Command::CompleteJob(it) => job::complete(ctx, it),
    }
}
";
        assert_eq!(lines(text), [0; 0]);
    }

    #[test]
    fn a_type_is_found() {
        assert_eq!(lines("mod job;\npub struct Job;\nimpl Job {\n}\n"), [2, 3]);
    }

    #[test]
    fn logic_in_a_function_is_found() {
        assert_eq!(lines("fn handle() {\n    let a = 1;\n    if a > 0 {}\n}\n"), [2, 3]);
    }

    #[test]
    fn a_re_export_is_found() {
        assert_eq!(lines("mod job;\npub use job::Job;\n"), [2]);
    }
}
