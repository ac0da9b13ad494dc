//! Who asks and what for, from a request's metadata.

use proto::REASON_METADATA;
use record::Envelope;
use tonic::Status;
use tonic::metadata::MetadataMap;
use value::Str;

use crate::limits::METADATA_VALUE_MAX;
use crate::refusal::invalid;

/// The metadata key with the caller's own name for a request.
const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The metadata key with the W3C trace context.
const TRACE: &str = "traceparent";

/// The envelope of a request that has no idempotency key.
pub(crate) fn of(metadata: &MetadataMap) -> Result<Envelope, Status> {
    let envelope = keyed(metadata)?;
    without_key(&envelope).map_err(invalid)?;
    Ok(envelope)
}

/// The envelope of a request that may have an idempotency key: one that creates an instance,
/// publishes a message or completes something.
pub(crate) fn keyed(metadata: &MetadataMap) -> Result<Envelope, Status> {
    let idempotency_key = text(metadata, IDEMPOTENCY_KEY)?;
    if idempotency_key.trim().is_empty() && metadata.contains_key(IDEMPOTENCY_KEY) {
        return Err(invalid(format!(
            "The metadata '{IDEMPOTENCY_KEY}' is blank. Give each request a key of its own, or \
             leave it out."
        )));
    }
    let (trace, reason) = (text(metadata, TRACE)?, reason(metadata)?);
    Ok(Envelope { trace, reason, idempotency_key, ..Envelope::default() })
}

/// The envelope of a request whose body may give a number to find its records by. The protocols
/// know no reference 0: it means none, as leaving it out does.
pub(crate) fn referring(envelope: Envelope, reference: Option<u64>) -> Result<Envelope, Status> {
    let operation_reference = reference.unwrap_or(0);
    if i64::try_from(operation_reference).is_err() {
        return Err(invalid(format!(
            "The 'operationReference' {operation_reference} is too large: records hold it as a \
             signed number of 64 bits. Use one of at most {}.",
            i64::MAX
        )));
    }
    Ok(Envelope { operation_reference, ..envelope })
}

/// Refuses an idempotency key where it would be ignored: a caller who sends one relies on it. The
/// error is a sentence.
pub(crate) fn without_key(envelope: &Envelope) -> Result<(), String> {
    if envelope.idempotency_key.is_empty() {
        return Ok(());
    }
    Err(format!(
        "The metadata '{IDEMPOTENCY_KEY}' has a meaning only where instances are created, messages \
         are published, and jobs and user tasks are completed. Leave it out."
    ))
}

/// Why a request is made, in the caller's words.
fn reason(metadata: &MetadataMap) -> Result<Str, Status> {
    let Some(value) = metadata.get_bin(REASON_METADATA) else {
        return Ok(Str::default());
    };
    let bytes = value.to_bytes().unwrap_or_default();
    match std::str::from_utf8(&bytes) {
        Ok(text) if !text.is_empty() && text.len() <= METADATA_VALUE_MAX => Ok(text.into()),
        _ => Err(invalid(format!(
            "The metadata '{REASON_METADATA}' must be base64 of 1 to {METADATA_VALUE_MAX} bytes of \
             UTF-8 (limit 'metadata-value-max')."
        ))),
    }
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
    use super::{keyed, of, referring};
    use proto::REASON_METADATA;
    use tonic::metadata::{MetadataMap, MetadataValue};

    #[test]
    fn a_reason_is_text_of_any_script_and_not_too_long() {
        let of_reason = |text: &[u8]| {
            let mut metadata = MetadataMap::new();
            metadata.insert_bin(REASON_METADATA, MetadataValue::from_bytes(text));
            of(&metadata)
        };
        let asked = of_reason("Kunde rief an: «zurück»".as_bytes()).expect("text");
        assert_eq!(&*asked.reason, "Kunde rief an: «zurück»");
        for wrong in [&b"\xff"[..], b"", &[b'a'; 257]] {
            let error = of_reason(wrong).expect_err("not text, or of another length");
            assert!(error.message().contains("'baton-reason-bin'"), "{}", error.message());
        }
    }

    #[test]
    fn an_idempotency_key_is_refused_where_it_would_be_ignored() {
        let mut metadata = MetadataMap::new();
        metadata.insert("idempotency-key", "order 7".parse().expect("ASCII"));
        assert_eq!(&*keyed(&metadata).expect("a key").idempotency_key, "order 7");
        let error = of(&metadata).expect_err("no meaning here");
        assert!(error.message().contains("'idempotency-key'"), "{}", error.message());
        metadata.insert("idempotency-key", " ".parse().expect("ASCII"));
        assert!(keyed(&metadata).expect_err("blank").message().contains("is blank"));
    }

    #[test]
    fn a_reference_that_records_cannot_hold_is_refused_with_its_value() {
        let of = |reference| referring(record::Envelope::default(), reference);
        assert_eq!(of(Some(7)).expect("a number").operation_reference, 7);
        assert_eq!(of(None).expect("none").operation_reference, 0);
        let error = of(Some(1 << 63)).expect_err("too large");
        assert!(error.message().contains("9223372036854775808"), "{}", error.message());
    }

    #[test]
    fn a_value_beyond_the_limit_is_refused_by_name() {
        let mut metadata = MetadataMap::new();
        metadata.insert("traceparent", "0".repeat(257).parse().expect("ASCII"));
        let error = of(&metadata).expect_err("too long");
        assert!(error.message().contains("'traceparent'"), "{}", error.message());
    }
}
