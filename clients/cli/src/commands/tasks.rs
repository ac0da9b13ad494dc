//! `baton tasks`.

use serde_json::{Value, json};

use super::{DataFolder, block_on, call};
use crate::address::{HttpAddress, IdempotencyKey, Reason};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::history::models::Models;
use crate::history::source::Source;
use crate::history::tasks::Tasks as Open;
use crate::output::Output;
use crate::rest;

mod list;

/// List user tasks, and do what people do with them
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton tasks list\n  baton tasks claim 2251799813685270 ada\n  baton tasks complete 2251799813685270 --var approved=true"
)]
pub(crate) struct Tasks {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    http: HttpAddress,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    List(List),
    Claim(Claim),
    Unclaim(Unclaim),
    Assign(Assign),
    Update(Update),
    Complete(Complete),
}

/// List user tasks that wait for somebody, from the record segments
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton tasks list\n  baton tasks list --assignee ada\n  baton tasks list --group sales -o json"
)]
struct List {
    /// Only those of this person
    #[arg(long, value_name = "USER")]
    assignee: Option<String>,
    /// Only those that this group may do
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
    #[command(flatten)]
    data: DataFolder,
}

/// Take a task that nobody else has
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton tasks claim 2251799813685270 ada\n  baton tasks claim 2251799813685270 ada --reason 'bob is away'"
)]
struct Claim {
    /// The task
    #[arg(value_name = "KEY")]
    key: i64,
    /// Who takes it
    #[arg(value_name = "USER")]
    user: String,
    #[command(flatten)]
    reason: Reason,
}

/// Give a task back, so that nobody has it
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton tasks unclaim 2251799813685270\n  baton tasks unclaim 2251799813685270 --reason 'on holiday'"
)]
struct Unclaim {
    /// The task
    #[arg(value_name = "KEY")]
    key: i64,
    #[command(flatten)]
    reason: Reason,
}

/// Give a task to somebody, whoever has it
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton tasks assign 2251799813685270 bob\n  baton tasks assign 2251799813685270 bob --reason 'ada is away'"
)]
struct Assign {
    /// The task
    #[arg(value_name = "KEY")]
    key: i64,
    /// Who gets it
    #[arg(value_name = "USER")]
    user: String,
    #[command(flatten)]
    reason: Reason,
}

/// Change who may do a task, its dates and its priority
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton tasks update 2251799813685270 --groups sales,law --priority 80\n  baton tasks update 2251799813685270 --due 2030-01-31T12:00:00Z\n  baton tasks update 2251799813685270 --users= --due="
)]
struct Update {
    /// The task
    #[arg(value_name = "KEY")]
    key: i64,
    /// The groups that may do it, with commas between them; empty for none
    #[arg(long, value_name = "LIST")]
    groups: Option<String>,
    /// The people that may do it, with commas between them; empty for none
    #[arg(long, value_name = "LIST")]
    users: Option<String>,
    /// When it must be done, with offset; empty for any time
    #[arg(long, value_name = "TIME")]
    due: Option<String>,
    /// When somebody should look at it, with offset; empty for never
    #[arg(long, value_name = "TIME")]
    follow_up: Option<String>,
    /// From 0 to 100
    #[arg(long, value_name = "N")]
    priority: Option<i32>,
    #[command(flatten)]
    reason: Reason,
}

/// Complete a task: its process goes on
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton tasks complete 2251799813685270 --var approved=true\n  baton tasks complete 2251799813685270 --vars @result.json"
)]
struct Complete {
    /// The task
    #[arg(value_name = "KEY")]
    key: i64,
    #[command(flatten)]
    variables: crate::variables::Variables,
    #[command(flatten)]
    reason: Reason,
    #[command(flatten)]
    once: IdempotencyKey,
}

impl Tasks {
    pub(crate) fn run(
        &self,
        environment: &Environment,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let (key, request) = match &self.verb {
            Verb::List(it) => return it.run(environment, output),
            Verb::Claim(it) => {
                let body = json!({"assignee": it.user, "allowOverride": false, "action": "claim"});
                (
                    it.key,
                    call::request("POST", &path(it.key, "/assignment"), Some(&body), &it.reason),
                )
            }
            Verb::Unclaim(it) => {
                (it.key, call::request("DELETE", &path(it.key, "/assignee"), None, &it.reason))
            }
            Verb::Assign(it) => {
                let body = json!({"assignee": it.user});
                (
                    it.key,
                    call::request("POST", &path(it.key, "/assignment"), Some(&body), &it.reason),
                )
            }
            Verb::Update(it) => {
                let body = json!({"changeset": it.changeset()});
                (it.key, call::request("PATCH", &path(it.key, ""), Some(&body), &it.reason))
            }
            Verb::Complete(it) => {
                let body = format!("{{\"variables\":{}}}", it.variables.read()?.text());
                let path = path(it.key, "/completion");
                let request = call::request("POST", &path, Some(&body), &it.reason);
                (it.key, call::once(request, &it.once))
            }
        };
        block_on(rest::send(self.http.resolve(environment), &request))?;
        output.answer(|| json!({"userTaskKey": key.to_string()}), String::new)?;
        Ok(())
    }
}

/// What stands at a path below a task.
fn path(task: i64, path: &str) -> String {
    format!("user-tasks/{task}{path}")
}

impl Update {
    /// Only what was said.
    fn changeset(&self) -> Value {
        let list = |text: &String| -> Value {
            text.split(',').map(str::trim).filter(|it| !it.is_empty()).collect()
        };
        let said = [
            ("candidateGroups", self.groups.as_ref().map(list)),
            ("candidateUsers", self.users.as_ref().map(list)),
            ("dueDate", self.due.as_deref().map(Value::from)),
            ("followUpDate", self.follow_up.as_deref().map(Value::from)),
            ("priority", self.priority.map(Value::from)),
        ];
        said.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

impl List {
    fn run(&self, environment: &Environment, output: &mut Output) -> Result<(), Failure> {
        let (mut open, mut models) = (Open::default(), Models::default());
        Source::open(&self.data.resolve(environment), None)?.for_each(|record| {
            open.apply(record);
            models.apply(record);
        })?;
        let wanted: Vec<_> = open
            .iter()
            .filter(|(_, it)| {
                let attributes = &it.attributes;
                let is_of = |who: &String| **who == *attributes.assignee;
                let is_for =
                    |group: &String| attributes.candidate_groups.iter().any(|it| **it == **group);
                self.assignee.as_ref().is_none_or(is_of) && self.group.as_ref().is_none_or(is_for)
            })
            .collect();
        output.answer(|| list::to_json(&wanted, &models), || list::to_table(&wanted, &models))?;
        Ok(())
    }
}
