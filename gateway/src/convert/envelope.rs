//! Who asks and what for, from a request's metadata.

use record::Envelope;
use tonic::Status;
use tonic::metadata::MetadataMap;
use value::Str;

use crate::limits::METADATA_VALUE_MAX;
use crate::refusal::invalid;

/// The metadata key with the caller's own name for a request.
pub(crate) const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The metadata key with the W3C trace context.
const TRACE: &str = "traceparent";

/// The envelope of a request.
pub(crate) fn of(metadata: &MetadataMap) -> Result<Envelope, Status> {
    Ok(Envelope {
        idempotency_key: text(metadata, IDEMPOTENCY_KEY)?,
        trace: text(metadata, TRACE)?,
        ..Envelope::default()
    })
}

fn text(metadata: &MetadataMap, name: &str) -> Result<Str, Status> {
    let Some(value) = metadata.get(name) else {
        return Ok(Str::default());
    };
    let text = value.to_str().unwrap_or_default();
    if text.len() != value.len() || text.len() > METADATA_VALUE_MAX {
        return Err(invalid(format!(
            "The metadata '{name}' must be at most {METADATA_VALUE_MAX} characters of ASCII \
             (limit 'metadata-value-max')."
        )));
    }
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::of;
    use tonic::metadata::MetadataMap;

    #[test]
    fn the_callers_name_for_a_request_is_kept() {
        let mut metadata = MetadataMap::new();
        metadata.insert("idempotency-key", "order 7".parse().expect("ASCII"));
        let envelope = of(&metadata).expect("short and plain");
        assert_eq!((&*envelope.idempotency_key, &*envelope.trace), ("order 7", ""));
    }

    #[test]
    fn a_value_beyond_the_limit_is_refused_by_name() {
        let mut metadata = MetadataMap::new();
        metadata.insert("traceparent", "0".repeat(257).parse().expect("ASCII"));
        let error = of(&metadata).expect_err("too long");
        assert!(error.message().contains("'traceparent'"), "{}", error.message());
    }
}
