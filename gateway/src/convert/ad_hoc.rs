//! What the workers of ad-hoc subprocesses decide.

use proto::gateway as wire;
use record::{ActivateActivity, AdHocResult};
use tonic::Status;

use super::field;
use crate::refusal::invalid;

/// What a worker decided; nothing if it says nothing of an ad-hoc subprocess.
pub(super) fn result(sent: &wire::JobResult) -> Result<Option<Box<AdHocResult>>, Status> {
    let activities = sent.activate_elements.iter().map(activity).collect::<Result<_, _>>()?;
    let result = AdHocResult {
        activities,
        is_fulfilled: sent.is_completion_condition_fulfilled.unwrap_or(false),
        cancel_remaining: sent.is_cancel_remaining_instances.unwrap_or(false),
    };
    Ok((result != AdHocResult::default()).then(|| Box::new(result)))
}

fn activity(sent: &wire::JobResultActivateElement) -> Result<ActivateActivity, Status> {
    if sent.element_id.is_empty() {
        return Err(invalid("An element to activate has no 'elementId'. Name it."));
    }
    let variables = field::variables(&sent.variables)?;
    Ok(ActivateActivity { element_id: sent.element_id.as_str().into(), variables })
}

#[cfg(test)]
mod tests {
    use super::result;
    use proto::gateway as wire;

    fn element(id: &str, variables: &str) -> wire::JobResultActivateElement {
        wire::JobResultActivateElement { element_id: id.into(), variables: variables.into() }
    }

    #[test]
    fn what_begins_comes_with_its_variables_and_saying_nothing_is_nothing() {
        let bare = wire::JobResult { r#type: Some("adHocSubProcess".into()), ..Default::default() };
        assert_eq!(result(&bare).expect("bare"), None);
        let activate_elements = vec![element("a", ""), element("b", r#"{"x": 1}"#)];
        let sent = wire::JobResult { activate_elements, ..bare.clone() };
        let found = result(&sent).expect("valid").expect("some");
        let found: Vec<_> =
            found.activities.iter().map(|it| (&*it.element_id, it.variables.to_json())).collect();
        assert_eq!(found, [("a", "{}".to_owned()), ("b", r#"{"x":1}"#.to_owned())]);
        let enough = wire::JobResult { is_completion_condition_fulfilled: Some(true), ..bare };
        assert!(result(&enough).expect("valid").expect("some").is_fulfilled);
    }

    #[test]
    fn an_element_needs_an_id_and_variables_must_be_an_object() {
        for wrong in [element("", "{}"), element("a", "[1]")] {
            let sent = wire::JobResult { activate_elements: vec![wrong], ..Default::default() };
            assert!(result(&sent).is_err());
        }
    }
}
