//! `baton decisions evaluate`.

use std::path::Path;

use client::DecisionEvaluation;
use dmn::Model;

use super::deployed;
use super::local::{self, Evaluated};
use super::shown;
use crate::address::{Address, HttpAddress};
use crate::commands::block_on;
use crate::commands::zone::Zone;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::http::Request;
use crate::output::Output;
use crate::rest;
use crate::variables::{Document, Variables};

/// Evaluate a decision of a file, or a deployed one by its id or key
///
/// The tables are shown with the rules that matched marked by `>`; in each of the others the first
/// cell that did not hold is in brackets. Warnings follow, and the failure if there is no result.
/// Of a deployed decision the cells come from its file, evaluated here as well, and they are left
/// out if that gives something else; warnings that only this evaluation has follow the server's.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton decisions evaluate discount.dmn --var amount=120\n  baton decisions evaluate discount --vars @order.json\n  baton decisions evaluate 2251799813685251 --vars @order.json"
)]
pub(super) struct Evaluate {
    /// A DMN file, the id of a deployed decision (its latest version), or the key of one version
    #[arg(value_name = "FILE|ID|KEY")]
    what: String,
    /// Which decision of the file
    #[arg(long, value_name = "ID")]
    decision: Option<String>,
    #[command(flatten)]
    variables: Variables,
    #[command(flatten)]
    address: Address,
    #[command(flatten)]
    http: HttpAddress,
    #[command(flatten)]
    zone: Zone,
}

impl Evaluate {
    pub(super) fn run(
        &self,
        environment: &Environment,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let variables = self.variables.read()?;
        let path = Path::new(&self.what);
        let is_dmn = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("dmn"));
        if path.is_file() || is_dmn {
            return self.file(path, &variables, output);
        }
        if self.zone.is_given() {
            return Err(Failure::usage("--zone is for files: the server has a zone of its own.")
                .hint("See it with: baton cluster settings get zone"));
        }
        let found = block_on(async {
            let client = self.address.connect(environment).await?;
            let variables = variables.for_client();
            Ok(match key(&self.what) {
                Some(key) => client.evaluate_decision_by_key(key, &variables).await?,
                None => client.evaluate_decision(&self.what, &variables).await?,
            })
        })?;
        let model = self.deployed_model(environment, &found);
        let again = model.as_ref().and_then(|it| again(it, &found, &variables));
        output.answer_written(
            || shown::deployed_json(&found, again.as_ref()),
            || shown::deployed_text(&found, model.as_ref(), again.as_ref()),
        )?;
        match found.failure {
            Some(failure) => Err(Failure::new(Exit::Refused, failure)),
            None => Ok(()),
        }
    }

    fn file(&self, path: &Path, variables: &Document, output: &mut Output) -> Result<(), Failure> {
        let zone = self.zone.resolve()?;
        let model = local::model(path)?;
        let id = local::decision(&model, self.decision.as_deref())?;
        let found = local::evaluate(&model, &id, variables, &zone)?;
        output.answer_written(
            || shown::file_json(&id, &found),
            || shown::file_text(&model, &id, &found),
        )?;
        match found.output {
            Ok(_) => Ok(()),
            Err(message) => Err(Failure::new(Exit::Refused, message)),
        }
    }

    /// What was evaluated, as it is written. Without it the result is still worth showing.
    fn deployed_model(
        &self,
        environment: &Environment,
        found: &DecisionEvaluation,
    ) -> Option<Model> {
        let address = self.http.resolve(environment);
        let files = deployed::files(found, |path| {
            let request = Request { line: format!("GET /v2/{path}/xml"), ..Request::default() };
            Ok(block_on(rest::send(address, &request))?.body)
        });
        let model = files.and_then(|it| local::accepted(&it));
        let without = |failure: Failure| {
            eprintln!(
                "The tables are not shown with their rules, and warnings that the server does not \
                 tell are left out: {}",
                failure.message
            );
        };
        model.map_err(without).ok()
    }
}

/// The key that a text is, if it is one: the smallest is that of the first thing in partition 1. No
/// XML id begins with a digit.
fn key(text: &str) -> Option<client::Key> {
    text.parse().ok().filter(|it: &client::Key| *it > 1 << 51)
}

/// The same evaluation here, if it comes to the same: it tells what the server does not answer.
fn again(model: &Model, found: &DecisionEvaluation, variables: &Document) -> Option<Evaluated> {
    let again = local::evaluate(model, &found.id, variables, &jiff::tz::TimeZone::UTC).ok();
    let again = again.filter(|it| is_same(it, found));
    if again.is_none() {
        eprintln!(
            "The cells that did not hold are left out, and warnings that the server does not tell: \
             evaluated here, with UTC and the clock of this machine, the decision gives something \
             else."
        );
    }
    again
}

fn is_same(here: &Evaluated, found: &DecisionEvaluation) -> bool {
    let is_alike = |(here, there): (&dmn::EvaluatedDecision, &client::EvaluatedDecision)| {
        let matched = here.matched.iter().map(|it| i32::try_from(it.number).ok());
        let inputs = here.inputs.iter().map(|it| local::as_json(&it.value));
        *here.id == *there.id
            && local::as_json(&here.output) == there.output
            && matched.eq(there.matched.iter().map(|it| Some(*it)))
            && inputs.eq(there.inputs.iter().map(|it| it.1.clone()))
    };
    here.output.is_err() == found.failure.is_some()
        && here.decisions.len() == found.decisions.len()
        && here.decisions.iter().zip(&found.decisions).all(is_alike)
}
