//! Parsing, help and old habits.

use clap::{CommandFactory, Parser};

use super::{Arguments, format_asked_for, usage};
use crate::output::Format;

fn arguments(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

/// Every command, with its path.
fn commands() -> Vec<(String, clap::Command)> {
    let mut root = Arguments::command();
    root.build();
    let mut found = Vec::new();
    let mut open = vec![("baton".to_owned(), root)];
    while let Some((path, command)) = open.pop() {
        for inner in command.get_subcommands() {
            open.push((format!("{path} {}", inner.get_name()), inner.clone()));
        }
        found.push((path, command));
    }
    found
}

#[test]
fn the_declaration_is_sound() {
    Arguments::command().debug_assert();
}

#[test]
fn every_help_fits_a_screen_and_has_two_examples() {
    for (path, mut command) in commands() {
        let help = command.render_help().to_string();
        let lines = help.lines().count();
        assert!(lines <= 40, "{path}: {lines} lines\n{help}");
        let examples = help.lines().skip_while(|line| *line != "Examples:").skip(1);
        let count = examples.filter(|line| line.trim_start().starts_with("baton ")).count();
        assert!(count >= 2, "{path}: {count} examples\n{help}");
    }
}

#[test]
fn every_example_of_every_help_parses() {
    for (path, mut command) in commands() {
        let help = command.render_help().to_string();
        let examples = help.lines().skip_while(|line| *line != "Examples:").skip(1);
        for example in examples.map(str::trim).filter(|line| !line.is_empty()) {
            let words = split(example);
            let parsed = Arguments::try_parse_from(&words);
            assert!(parsed.is_ok(), "{path}: {example}\n{}", parsed.expect_err("not parsed"));
        }
    }
}

/// Splits at spaces outside single quotes and stops at a pipe, as a shell does.
fn split(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        match c {
            '\'' => is_quoted = !is_quoted,
            '|' if !is_quoted => break,
            ' ' if !is_quoted => words.push(String::new()),
            _ => words.last_mut().expect("one word at least").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn an_old_habit_is_answered_with_the_command() {
    let line = arguments("baton -o json create instance order --version 2");
    let error = Arguments::try_parse_from(&line).expect_err("no such command");
    let failure = usage(&error, &line);
    assert_eq!(failure.exit.code(), 2);
    let hint = failure.hint.expect("a suggestion");
    assert_eq!(hint, "did you mean `baton instances create order --version 2`");
    assert_eq!(failure.message, "There is no command 'baton create instance'.");
}

#[test]
fn other_mistakes_keep_their_first_line() {
    let line = arguments("baton jobs fail 7");
    let error = Arguments::try_parse_from(&line).expect_err("no retries");
    let failure = usage(&error, &line);
    assert!(failure.message.contains("required arguments"), "{}", failure.message);
    assert_eq!(failure.hint, None);
}

#[test]
fn the_format_is_known_even_when_the_rest_is_wrong() {
    assert_eq!(format_asked_for(&arguments("baton -o json nonsense")), Format::Json);
    assert_eq!(format_asked_for(&arguments("baton nonsense --output=json")), Format::Json);
    assert_eq!(format_asked_for(&arguments("baton nonsense -ojson")), Format::Json);
    assert_eq!(format_asked_for(&arguments("baton nonsense")), Format::Table);
}

#[test]
fn options_may_stand_before_and_after_the_verb() {
    for line in [
        "baton instances create order --address h:1 -o json",
        "baton -o json instances --address h:1 create order",
        "baton pi create order",
    ] {
        assert!(Arguments::try_parse_from(arguments(line)).is_ok(), "{line}");
    }
}
