//! The command line: what there is, and what happens when it is wrong.

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

use crate::commands;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::habits;
use crate::output::{Format, Output};

/// The exit code of a wrong command line.
const USAGE: u8 = 2;

/// Baton executes BPMN processes over a replicated log.
#[derive(Debug, Parser)]
#[command(
    name = "baton",
    version,
    disable_help_subcommand = true,
    after_help = "Examples:\n  baton serve\n  baton deploy order.bpmn"
)]
struct Arguments {
    /// How answers are shown
    #[arg(short, long, value_enum, default_value_t, global = true)]
    output: Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(commands::serve::Serve),
    Deploy(commands::deploy::Deploy),
    #[command(visible_alias = "pi")]
    Instances(commands::instances::Instances),
    #[command(visible_alias = "inc")]
    Incidents(commands::incidents::Incidents),
    Jobs(commands::jobs::Jobs),
    #[command(visible_alias = "msg")]
    Messages(commands::messages::Messages),
    #[command(visible_alias = "sig")]
    Signals(commands::signals::Signals),
    #[command(visible_alias = "ut")]
    Tasks(commands::tasks::Tasks),
    Variables(commands::variables::Variables),
    Cluster(commands::cluster::Cluster),
    Backup(commands::backup::Backup),
    Records(commands::records::Records),
    Resources(commands::resources::Resources),
    #[command(visible_alias = "dmn")]
    Decisions(commands::decisions::Decisions),
    Lint(commands::lint::Lint),
    Feel(commands::feel::Feel),
    Version(commands::version::Version),
}

/// Runs a command line; the first argument is the program's name.
pub(crate) fn run(arguments: &[String], environment: &Environment) -> ExitCode {
    let parsed = match Arguments::try_parse_from(arguments) {
        Ok(parsed) => parsed,
        Err(error) => return ExitCode::from(refuse(&error, arguments)),
    };
    let format = parsed.output;
    let mut output = Output::stdout(format);
    let result = dispatch(&parsed.command, environment, &mut output)
        .and_then(|()| output.flush().map_err(Failure::from));
    let Err(failure) = result else {
        return ExitCode::SUCCESS;
    };
    // What was said before stays said: a failed list shows its first items.
    drop(output);
    if failure.report(format, &mut std::io::stderr()).is_err() {
        // Nobody listens on stderr; the code still tells.
        return ExitCode::from(Exit::Unexpected.code());
    }
    ExitCode::from(failure.exit.code())
}

fn dispatch(
    command: &Command,
    environment: &Environment,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        Command::Serve(it) => it.run(environment, output),
        Command::Deploy(it) => it.run(environment, output),
        Command::Instances(it) => it.run(environment, output),
        Command::Incidents(it) => it.run(environment, output),
        Command::Jobs(it) => it.run(environment, output),
        Command::Messages(it) => it.run(environment, output),
        Command::Signals(it) => it.run(environment, output),
        Command::Tasks(it) => it.run(environment, output),
        Command::Variables(it) => it.run(environment, output),
        Command::Cluster(it) => it.run(environment, output),
        Command::Backup(it) => it.run(environment, output),
        Command::Records(it) => it.run(environment, output),
        Command::Resources(it) => it.run(environment, output),
        Command::Decisions(it) => it.run(environment, output),
        Command::Lint(it) => it.run(output),
        Command::Feel(it) => it.run(output),
        Command::Version(it) => it.run(output),
    }
}

/// Says what is wrong with a command line, or shows the help; answers the exit code.
fn refuse(error: &clap::Error, arguments: &[String]) -> u8 {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // Help that was asked for is data. A closed pipe ends it early, which is fine.
            return if error.print().is_ok() { 0 } else { Exit::Unexpected.code() };
        }
        _ => {}
    }
    let failure = usage(error, arguments);
    let told = match format_asked_for(arguments) {
        Format::Json => failure.report(Format::Json, &mut std::io::stderr()),
        Format::Table => match &failure.hint {
            Some(_) => failure.report(Format::Table, &mut std::io::stderr()),
            None => error.print(),
        },
    };
    if told.is_ok() { USAGE } else { Exit::Unexpected.code() }
}

fn usage(error: &clap::Error, arguments: &[String]) -> Failure {
    let words: Vec<String> = words(arguments).cloned().collect();
    if error.kind() == ErrorKind::InvalidSubcommand
        && let Some(suggestion) = habits::suggestion(&words)
    {
        let given = words.iter().take(2).map(String::as_str).collect::<Vec<_>>().join(" ");
        return Failure::usage(format!("There is no command 'baton {given}'."))
            .hint(format!("did you mean `{suggestion}`"));
    }
    // What is missing or wrong stands in the lines before the first empty one.
    let text = error.to_string();
    let lines: Vec<&str> = text.lines().take_while(|it| !it.is_empty()).map(str::trim).collect();
    let first = lines.join(" ");
    Failure::usage(first.strip_prefix("error: ").unwrap_or(&first))
}

/// The arguments without the program's name and without leading options of the whole program.
fn words(arguments: &[String]) -> impl Iterator<Item = &String> {
    arguments.iter().skip(1).skip_while(|it| it.starts_with('-') || Format::named(it).is_some())
}

/// The format of a command line that could not be parsed.
fn format_asked_for(arguments: &[String]) -> Format {
    let mut previous = "";
    for argument in arguments {
        let value = match previous {
            "-o" | "--output" => Some(argument.as_str()),
            _ => argument.strip_prefix("--output=").or_else(|| argument.strip_prefix("-o")),
        };
        if let Some(format) = value.and_then(Format::named) {
            return format;
        }
        previous = argument;
    }
    Format::default()
}

#[cfg(test)]
mod tests;
