//! Decisions: what is deployed of them, and what an evaluation leaves for people.

use crate::{DeployedIntent, Key, Origin};
use std::sync::Arc;
use value::{Doc, Str, wire_enum, wire_struct};

wire_struct! {
    /// What `apply` must know of a DMN file without compiling it.
    pub struct RequirementsSummary {
        /// The id of the requirements graph.
        1 => pub id: Str,
        /// Its name.
        2 => pub name: Str,
        /// Its namespace.
        3 => pub namespace: Str,
        /// Its decisions in document order.
        4 => pub decisions: Vec<DecisionSummary>,
        /// The namespaces of the files it imports, all of the same deployment.
        5 => pub imports: Vec<Str>,
    }
}

wire_struct! {
    /// What `apply` must know of a decision.
    pub struct DecisionSummary {
        /// The decision id.
        1 => pub id: Str,
        /// Its name.
        2 => pub name: Str,
        /// The version tag, or empty.
        3 => pub version_tag: Str,
    }
}

wire_struct! {
    /// A decision of a deployment.
    pub struct DeployedDecision {
        /// The decision id.
        1 => pub id: Str,
        /// Its name.
        2 => pub name: Str,
        /// Its version.
        3 => pub version: u32,
        /// Its key.
        4 => pub key: Key,
        /// The id of the requirements graph it stands in.
        5 => pub requirements_id: Str,
        /// The key of that graph.
        6 => pub requirements: Key,
        /// True if this version existed before.
        7 => pub duplicate: bool,
    }
}

wire_struct! {
    /// A decision requirements graph of a deployment: what one DMN file contains.
    pub struct DeployedRequirements {
        /// Its id.
        1 => pub id: Str,
        /// Its name.
        2 => pub name: Str,
        /// Its version.
        3 => pub version: u32,
        /// Its key.
        4 => pub key: Key,
        /// Its namespace.
        5 => pub namespace: Str,
        /// The file it came from.
        6 => pub resource_name: Str,
        /// MD5 of the file.
        7 => pub checksum: Arc<[u8]>,
        /// True if this version existed before.
        8 => pub duplicate: bool,
    }
}

wire_struct! {
    /// Something happened to a decision. Its key is the record's key.
    pub struct DecisionEvent {
        /// What was deployed.
        1 => pub decision: DeployedDecision,
        /// The deployment.
        2 => pub deployment: Key,
        /// The version tag, or empty.
        3 => pub version_tag: Str,
        /// What happened.
        4 => pub intent: DeployedIntent,
    }
}

wire_struct! {
    /// Something happened to a decision requirements graph. Its key is the record's key.
    pub struct DecisionRequirementsEvent {
        /// What was deployed.
        1 => pub requirements: DeployedRequirements,
        /// The deployment.
        2 => pub deployment: Key,
        /// The file; empty when it goes.
        3 => pub resource: Arc<[u8]>,
        /// The graphs it imports.
        4 => pub imports: Vec<RequirementsImport>,
        /// What happened.
        5 => pub intent: DeployedIntent,
    }
}

wire_struct! {
    /// A decision requirements graph that another one imports.
    pub struct RequirementsImport {
        /// Its key.
        1 => pub requirements: Key,
    }
}

wire_struct! {
    /// Evaluates a decision, by key, or the latest version by its id.
    pub struct EvaluateDecision {
        /// The decision, or none.
        1 => pub decision: Key,
        /// The decision id, if there is no key.
        2 => pub decision_id: Str,
        /// What it reads.
        3 => pub variables: Doc,
    }
}

wire_enum! {
    /// How an evaluation ended.
    pub enum DecisionEvaluationIntent {
        /// With a result.
        0 => Evaluated,
        /// Without one.
        1 => Failed,
    }
}

wire_struct! {
    /// A decision was evaluated. The record's key is the evaluation's own.
    pub struct DecisionEvaluationEvent {
        /// How it ended.
        1 => pub intent: DecisionEvaluationIntent,
        /// The decision.
        2 => pub decision: DeployedDecision,
        /// The business rule task that asked; nowhere if a client did.
        3 => pub origin: Origin,
        /// What a client gave it to read.
        4 => pub variables: Doc,
        /// The result as MessagePack; empty if there is none.
        5 => pub output: Arc<[u8]>,
        /// The decisions that were evaluated: required ones first, the one asked for last.
        6 => pub evaluated: Vec<EvaluatedDecision>,
        /// The decision without a result, if it is one's fault.
        7 => pub failed_decision_id: Str,
        /// For people: where it failed and why.
        8 => pub failure_message: Str,
        /// How many values of inputs and outputs were left out, because all together were larger
        /// than [`DecisionEvaluationEvent::VALUES_BYTES_MAX`].
        9 => pub values_left_out: u32,
        /// What was answered with null on the way to the result: first what of the results became
        /// null when it was stored, then what the evaluation warned of, in its order. Without a
        /// result the message tells them. Only since [`LOGIC_REFINED`](crate::LOGIC_REFINED).
        10 => pub warnings: Vec<EvaluationWarning>,
        /// How many more there were, beyond [`DecisionEvaluationEvent::WARNINGS_MAX`] and
        /// [`DecisionEvaluationEvent::WARNINGS_BYTES_MAX`].
        11 => pub warnings_left_out: u32,
    }
}

wire_struct! {
    /// Something that an evaluation found wrong and answered with null.
    pub struct EvaluationWarning {
        /// The kind, named as in Zeebe's messages, such as `NO_VARIABLE_FOUND`.
        1 => pub kind: Str,
        /// For people: what.
        2 => pub message: Str,
        /// Where in the model, outermost first, such as `decision 'Risk', rule 2`.
        3 => pub place: Str,
    }
}

impl DecisionEvaluationEvent {
    /// How many warnings are kept.
    pub const WARNINGS_MAX: usize = 32;

    /// How many bytes their messages and places may have together.
    pub const WARNINGS_BYTES_MAX: usize = 8 * 1_024;

    /// How many bytes of inputs, of outputs of rules, and of results of required decisions are kept.
    pub const VALUES_BYTES_MAX: usize = 256 * 1_024;

    /// How many bytes of [`EvaluatedDecision::failing_inputs`] are kept.
    pub const FAILING_INPUTS_BYTES_MAX: usize = 256 * 1_024;
}

wire_enum! {
    /// How a decision is written. Names are Zeebe's.
    pub enum DecisionType {
        /// In none of the other ways.
        0 => Unknown,
        /// As a table.
        1 => DecisionTable,
        /// As an expression.
        2 => LiteralExpression,
        /// As a context.
        3 => Context,
        /// As a call of a function.
        4 => Invocation,
        /// As a list.
        5 => List,
        /// As a relation.
        6 => Relation,
    }
}

wire_struct! {
    /// One decision of an evaluation.
    pub struct EvaluatedDecision {
        /// The decision id.
        1 => pub id: Str,
        /// Its name.
        2 => pub name: Str,
        /// Its key.
        3 => pub key: Key,
        /// Its version.
        4 => pub version: u32,
        /// How it is written.
        5 => pub kind: DecisionType,
        /// Its result as MessagePack; empty if it has none, or if that was left out.
        6 => pub output: Arc<[u8]>,
        /// The inputs of its table.
        7 => pub inputs: Vec<EvaluatedInput>,
        /// The rules of its table that matched.
        8 => pub matched: Vec<MatchedRule>,
        /// The rules that did not match, as far as they were tried: only by the first logic
        /// version. [`EvaluatedDecision::unmatched_rules`] reads both.
        9 => pub unmatched: Vec<UnmatchedRule>,
        /// True if it is not noted why rules did not match, because the table has more rules than
        /// [`EvaluatedDecision::RULES_EXPLAINED_MAX`], or because those of all tables of the
        /// evaluation together would take more than
        /// [`DecisionEvaluationEvent::FAILING_INPUTS_BYTES_MAX`].
        10 => pub unmatched_left_out: bool,
        /// The first input that failed of each rule of its table, as far as they were tried, written
        /// by [`EvaluatedDecision::pack_failing_inputs`]; since
        /// [`LOGIC_REFINED`](crate::LOGIC_REFINED).
        11 => pub failing_inputs: Arc<[u8]>,
    }
}

impl EvaluatedDecision {
    /// The largest table whose rules that did not match are noted.
    pub const RULES_EXPLAINED_MAX: usize = 16_384;

    /// The same by the first logic version.
    pub const RULES_EXPLAINED_MAX_FIRST: usize = 256;
}

wire_struct! {
    /// An input column with its value.
    pub struct EvaluatedInput {
        /// The column's id.
        1 => pub id: Str,
        /// Its label, or else its expression.
        2 => pub name: Str,
        /// Its value as MessagePack; empty if it was left out.
        3 => pub value: Arc<[u8]>,
    }
}

wire_struct! {
    /// A rule that matched.
    pub struct MatchedRule {
        /// The rule's id.
        1 => pub id: Str,
        /// Its number, from 1.
        2 => pub number: u32,
        /// Its outputs, by column.
        3 => pub outputs: Vec<EvaluatedOutput>,
    }
}

wire_struct! {
    /// An output column with its value in a rule.
    pub struct EvaluatedOutput {
        /// The column's id.
        1 => pub id: Str,
        /// Its name.
        2 => pub name: Str,
        /// Its value as MessagePack; empty if it was left out.
        3 => pub value: Arc<[u8]>,
    }
}

wire_struct! {
    /// A rule that did not match.
    pub struct UnmatchedRule {
        /// Its number, from 1.
        1 => pub rule: u32,
        /// The first input whose cell did not hold, from 1.
        2 => pub input: u32,
    }
}
