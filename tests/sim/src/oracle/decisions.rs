//! A business rule task completes after one evaluation of its decision, or one job of its own.

use std::collections::BTreeMap;

use record::{
    DecisionEvaluationIntent, ElementType, Event, JobIntent, JobKind, Key, ProcessInstanceIntent,
    Record,
};

/// What was decided for the tasks that have not ended.
#[derive(Debug, Default)]
pub struct Decisions {
    /// Evaluations with a result, and jobs that were completed, by element instance.
    done: BTreeMap<Key, u32>,
}

impl Decisions {
    /// Looks at a record.
    ///
    /// # Errors
    /// A task ends without having been done, or is done twice.
    pub fn see(&mut self, record: &Record) -> Result<(), String> {
        match &record.event {
            // A client that asks for itself has no element.
            Event::DecisionEvaluation(it)
                if it.intent == DecisionEvaluationIntent::Evaluated
                    && !it.origin.element_instance.is_none() =>
            {
                *self.done.entry(it.origin.element_instance).or_default() += 1;
            }
            Event::Job(it)
                if it.intent == JobIntent::Completed && it.kind == JobKind::BpmnElement =>
            {
                *self.done.entry(it.origin.element_instance).or_default() += 1;
            }
            Event::ProcessInstance(it) => {
                let is_decided = it.element_type == ElementType::BusinessRuleTask;
                let done = match it.intent {
                    ProcessInstanceIntent::ElementCompleted => self.done.remove(&record.key),
                    ProcessInstanceIntent::ElementTerminated => {
                        self.done.remove(&record.key);
                        return Ok(());
                    }
                    _ => return Ok(()),
                };
                if is_decided && done != Some(1) {
                    let id = &it.origin.element_id;
                    return Err(format!("'{id}' ({}) was decided {done:?} times", record.key));
                }
            }
            _ => {}
        }
        Ok(())
    }
}
