//! Models as short texts, and their evaluation.

use std::fmt::Write;

use dmn::{DecisionFailure, Evaluation, Model, Problem};
use feel::{Budget, Edition, Env, Limits, Variables};
use jiff::tz::TimeZone;
use value::Doc;

pub(crate) struct Scope(Doc);

impl Scope {
    pub(crate) fn of(json: &str) -> Self {
        Self(Doc::from_json(json).unwrap())
    }
}

impl Variables for Scope {
    fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name)
    }
}

/// A file of DMN 1.3 with these elements.
pub(crate) fn definitions(elements: &str) -> String {
    format!(
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"d\" \
         name=\"D\" namespace=\"urn:d\">{elements}</definitions>"
    )
}

/// The same file as a tool of Camunda writes it.
pub(crate) fn for_camunda(xml: &str) -> String {
    xml.replace(
        "<definitions ",
        "<definitions xmlns:modeler=\"http://camunda.org/schema/modeler/1.0\" \
         modeler:executionPlatform=\"Camunda Cloud\" ",
    )
}

/// Text as XML content.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A decision `id` with a literal expression, which requires the decisions named after it.
pub(crate) fn literal(id: &str, text: &str, required: &[&str]) -> String {
    let mut out = format!("<decision id=\"{id}\" name=\"{id}\"><variable name=\"{id}\"/>");
    for it in required {
        write!(
            out,
            "<informationRequirement><requiredDecision href=\"#{it}\"/></informationRequirement>"
        )
        .unwrap();
    }
    let text = escaped(text);
    write!(out, "<literalExpression><text>{text}</text></literalExpression></decision>").unwrap();
    out
}

/// A table: the policy's attributes, the input expressions, the outputs as XML, and the rules,
/// each with its cells and results separated by ` | `.
pub(crate) fn table(attributes: &str, inputs: &[&str], outputs: &str, rules: &[&str]) -> String {
    let mut out = format!("<decisionTable {attributes}>");
    for (ix, text) in inputs.iter().enumerate() {
        let text = escaped(text);
        write!(
            out,
            "<input id=\"in{ix}\"><inputExpression><text>{text}</text></inputExpression></input>"
        )
        .unwrap();
    }
    out += outputs;
    for (ix, rule) in rules.iter().enumerate() {
        write!(out, "<rule id=\"rule{ix}\">").unwrap();
        for (column, text) in rule.split(" | ").enumerate() {
            let tag = if column < inputs.len() { "inputEntry" } else { "outputEntry" };
            write!(out, "<{tag}><text>{}</text></{tag}>", escaped(text.trim())).unwrap();
        }
        out += "</rule>";
    }
    out + "</decisionTable>"
}

/// The file of one decision `t` that is a table.
pub(crate) fn table_model(
    attributes: &str,
    inputs: &[&str],
    outputs: &str,
    rules: &[&str],
) -> String {
    let table = table(attributes, inputs, outputs, rules);
    definitions(&format!("<decision id=\"t\" name=\"T\">{table}</decision>"))
}

pub(crate) fn compile(xml: &str) -> Result<Model, Vec<Problem>> {
    dmn::compile("test.dmn", xml.as_bytes())
}

pub(crate) fn compiled(xml: &str) -> Model {
    compile(xml).unwrap_or_else(|problems| {
        let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", texts.join("\n"))
    })
}

/// Evaluates a decision with all that explains it.
pub(crate) fn evaluate(
    model: &Model,
    decision: &str,
    json: &str,
) -> Result<Evaluation, Box<DecisionFailure>> {
    explained(model, decision, usize::MAX, json)
}

/// Evaluates a decision with all that explains it, in tables of at most so many rules.
pub(crate) fn explained(
    model: &Model,
    decision: &str,
    rules_max: usize,
    json: &str,
) -> Result<Evaluation, Box<DecisionFailure>> {
    let zone = TimeZone::UTC;
    let mut budget = Budget::new(Limits::default());
    let mut env = Env::new(0, &zone, 1, &mut budget);
    let decision = model.decision(decision).unwrap();
    model.explain(decision, rules_max, &Scope::of(json), &mut env).map_err(Box::new)
}

/// Evaluates a decision as in production, where an index may spare rules.
pub(crate) fn quickly(
    model: &Model,
    decision: &str,
    json: &str,
) -> Result<Evaluation, Box<DecisionFailure>> {
    let zone = TimeZone::UTC;
    let mut budget = Budget::new(Limits::default());
    let mut env = Env::new(0, &zone, 1, &mut budget);
    let decision = model.decision(decision).unwrap();
    model.evaluate(decision, &Scope::of(json), &mut env).map_err(Box::new)
}

/// The result of a decision by an edition, as FEEL writes it.
pub(crate) fn answer_by(edition: Edition, xml: &str, decision: &str, json: &str) -> String {
    let (model, zone) = (compiled(xml), TimeZone::UTC);
    let mut budget = Budget::new(Limits::default());
    let mut env = Env::new(0, &zone, 1, &mut budget);
    env.edition = edition;
    let decision = model.decision(decision).unwrap();
    match model.evaluate(decision, &Scope::of(json), &mut env) {
        Ok(evaluation) => evaluation.output.feel_text(),
        Err(failure) => format!("failure: {failure}"),
    }
}

/// The result of a decision as FEEL writes it, or the message of its failure.
pub(crate) fn answer(xml: &str, decision: &str, json: &str) -> String {
    match evaluate(&compiled(xml), decision, json) {
        Ok(evaluation) => evaluation.output.feel_text(),
        Err(failure) => format!("failure: {failure}"),
    }
}

/// The warnings of an evaluation, whether it has a result or not, a line each.
pub(crate) fn warnings(xml: &str, decision: &str, json: &str) -> String {
    warnings_by(Edition::default(), xml, decision, json)
}

/// The warnings of an evaluation by an edition, a line each.
pub(crate) fn warnings_by(edition: Edition, xml: &str, decision: &str, json: &str) -> String {
    warnings_of(edition, &compiled(xml), decision, json)
}

/// The warnings of an evaluation of a compiled model by an edition, a line each.
pub(crate) fn warnings_of(edition: Edition, model: &Model, decision: &str, json: &str) -> String {
    let zone = TimeZone::UTC;
    let mut budget = Budget::new(Limits::default());
    let mut env = Env::new(0, &zone, 1, &mut budget);
    env.tells_undeclared = true;
    env.edition = edition;
    let decision = model.decision(decision).unwrap();
    let _either = model.explain(decision, usize::MAX, &Scope::of(json), &mut env);
    env.warnings.iter().fold(String::new(), |mut out, it| {
        writeln!(out, "{it}").unwrap();
        out
    })
}
