//! Checks of single request fields.
//!
//! What a field asks for is done or refused by name, never ignored.

use record::DEFAULT_TENANT;
use tonic::Status;
use value::{Doc, Str};

use crate::refusal::invalid;

/// The variables of a request: a JSON object, or nothing.
pub(crate) fn variables(text: &str) -> Result<Doc, Status> {
    Doc::from_json(text).map_err(|error| {
        invalid(format!(
            "The field 'variables' must be the text of a JSON object, such as {{\"orderId\": 7}}; \
             {error}."
        ))
    })
}

/// The tenant of a request, while there is only the default one.
pub(crate) fn tenant(tenant_id: &str) -> Result<(), Status> {
    if tenant_id.is_empty() || tenant_id == DEFAULT_TENANT {
        return Ok(());
    }
    Err(invalid(format!(
        "There is no tenant '{tenant_id}': multi-tenancy is off. \
         Leave the tenant empty or use '{DEFAULT_TENANT}'."
    )))
}

/// The tenants of a worker, and where they come from.
pub(crate) fn tenants(tenant_ids: &[String], filter: i32) -> Result<(), Status> {
    if proto::gateway::TenantFilter::try_from(filter).is_err() {
        return Err(invalid(format!(
            "The field 'tenantFilter' cannot be {filter}. Use PROVIDED (0) or ASSIGNED (1)."
        )));
    }
    tenant_ids.iter().try_for_each(|it| tenant(it))
}

/// Refuses a field that asks for what this version cannot do.
pub(crate) fn unsupported(is_set: bool, field: &str) -> Result<(), Status> {
    if is_set {
        return Err(invalid(format!(
            "The field '{field}' is not supported by this version of Baton. Leave it out."
        )));
    }
    Ok(())
}

/// Refuses a text that is set.
pub(crate) fn unsupported_text(text: Option<&str>, field: &str) -> Result<(), Status> {
    unsupported(text.is_some_and(|it| !it.is_empty()), field)
}

/// The job type of a worker.
pub(crate) fn job_type(job_type: &str) -> Result<Str, Status> {
    if job_type.trim().is_empty() {
        return Err(invalid("The field 'type' is blank. Name the job type that is wanted."));
    }
    Ok(job_type.into())
}

/// How long a worker holds each job.
pub(crate) fn job_timeout(timeout_ms: i64) -> Result<i64, Status> {
    if timeout_ms < 1 {
        return Err(invalid(format!(
            "The field 'timeout' cannot be {timeout_ms}. \
             Say for how many milliseconds the worker holds each job, at least 1."
        )));
    }
    Ok(timeout_ms)
}

/// A list of texts.
pub(crate) fn texts(list: &[String]) -> Vec<Str> {
    list.iter().map(|it| it.as_str().into()).collect()
}

#[cfg(test)]
mod tests {
    use super::{tenants, variables};

    #[test]
    fn variables_are_an_object_or_nothing() {
        assert_eq!(variables("").expect("nothing is no variables").to_json(), "{}");
        assert_eq!(variables(r#"{"a":1}"#).expect("an object").to_json(), r#"{"a":1}"#);
        for text in ["[1]", "\"text\"", "null", r#"{"x": 2"#, "7"] {
            let error = variables(text).expect_err("not an object");
            assert_eq!(error.code(), tonic::Code::InvalidArgument);
            assert!(error.message().contains("'variables'"), "{}", error.message());
        }
    }

    #[test]
    fn only_the_default_tenant_exists() {
        assert!(tenants(&["<default>".into(), String::new()], 0).is_ok());
        assert!(tenants(&[], 1).is_ok());
        let foreign = tenants(&["<default>".into(), "acme".into()], 0).expect_err("unknown");
        assert!(foreign.message().contains("'acme'"), "{}", foreign.message());
        assert!(tenants(&[], 7).expect_err("no such filter").message().contains("tenantFilter"));
    }
}
