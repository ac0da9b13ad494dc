//! Conditional start events.

use proto::gateway as wire;
use serde_json::Value;

use crate::{Client, Error, Key, payload};

/// What an evaluation of conditional start events came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConditionsEvaluated {
    /// The evaluation's key.
    pub key: Key,
    /// What it started, in the order of the definitions.
    pub started: Vec<StartedInstance>,
}

/// An instance that a condition started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StartedInstance {
    /// The definition.
    pub definition: Key,
    /// The instance.
    pub instance: Key,
}

impl Client {
    /// Evaluates the conditional start events of the latest version of each process with these
    /// variables, an object; each whose condition holds starts an instance.
    ///
    /// # Errors
    /// `RESOURCE_EXHAUSTED` when the conditions together cost more than one command may.
    pub async fn evaluate_conditions(
        &self,
        variables: &Value,
    ) -> Result<ConditionsEvaluated, Error> {
        let request = wire::EvaluateConditionalRequest {
            variables: payload::to_text(variables)?,
            ..wire::EvaluateConditionalRequest::default()
        };
        let answer = self.answer(self.gateway().evaluate_conditional(request)).await?;
        let started = answer.process_instances.iter().map(|it| StartedInstance {
            definition: it.process_definition_key,
            instance: it.process_instance_key,
        });
        Ok(ConditionsEvaluated {
            key: answer.conditional_evaluation_key,
            started: started.collect(),
        })
    }
}
