//! Which partition a message goes to.

use record::PartitionId;

/// The partition of a correlation key: `|h mod count| + 1`, with `h = 31·h + byte` over the UTF-8
/// bytes as signed numbers in 32-bit arithmetic, as Zeebe has it. The empty key goes to the first.
pub(crate) fn for_correlation_key(correlation_key: &str, partition_count: u32) -> PartitionId {
    let hash = correlation_key
        .bytes()
        .fold(0i32, |hash, byte| hash.wrapping_mul(31).wrapping_add(i32::from(byte.cast_signed())));
    let count = i64::from(partition_count.max(1));
    let place = (i64::from(hash) % count).unsigned_abs();
    PartitionId::try_from(place).unwrap_or(0) + 1
}

#[cfg(test)]
mod tests {
    use super::for_correlation_key;

    #[test]
    fn the_hash_is_that_of_a_java_string_for_ascii_text() {
        // "foobar".hashCode() == -1268878963, and -1268878963 % 10 == -3.
        assert_eq!(for_correlation_key("foobar", 10), 4);
        assert_eq!(for_correlation_key("", 10), 1);
        assert_eq!(for_correlation_key("anything", 1), 1);
    }
}
