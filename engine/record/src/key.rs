//! Keys: numbers that name what the engine creates.

use value::wire::{Field, Reader, WireError};

/// The number of a partition, from 1.
pub type PartitionId = u32;

/// The number of something the engine created: an instance, a job, a message.
///
/// The upper bits name the partition that owns it, so that every command on it can be routed:
/// `partition << 51 | counter`, the counter beginning at 1. Zero means "none".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Key(pub u64);

impl Key {
    /// No key.
    pub const NONE: Self = Self(0);
    const COUNTER_BITS: u32 = 51;

    /// The `counter`-th key of a partition.
    pub const fn new(partition: PartitionId, counter: u64) -> Self {
        Self((partition as u64) << Self::COUNTER_BITS | counter)
    }

    /// The partition that created it.
    ///
    /// # Panics
    /// Never: thirteen bits fit.
    pub fn partition(self) -> PartitionId {
        u32::try_from(self.0 >> Self::COUNTER_BITS).expect("13 bits fit 32")
    }

    /// Its number within the partition.
    pub const fn counter(self) -> u64 {
        self.0 & ((1 << Self::COUNTER_BITS) - 1)
    }

    /// True for [`Key::NONE`].
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// As protocols write it: a signed number, with -1 for none.
    pub fn as_i64(self) -> i64 {
        if self.is_none() { -1 } else { self.0.cast_signed() }
    }

    /// From a protocol's signed number; what cannot be a key becomes [`Key::NONE`].
    pub fn from_i64(number: i64) -> Self {
        u64::try_from(number).map_or(Self::NONE, Self)
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Field for Key {
    fn put(&self, number: u32, out: &mut Vec<u8>) {
        self.0.put(number, out);
    }

    fn put_always(&self, number: u32, out: &mut Vec<u8>) {
        self.0.put_always(number, out);
    }

    fn take(&mut self, number: u32, kind: u8, input: &mut Reader<'_>) -> Result<(), WireError> {
        self.0.take(number, kind, input)
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn the_first_key_of_partition_one_is_the_known_number() {
        let key = Key::new(1, 1);
        assert_eq!(key.0, 2_251_799_813_685_249);
        assert_eq!((key.partition(), key.counter()), (1, 1));
    }

    #[test]
    fn none_is_minus_one_for_protocols() {
        assert_eq!(Key::NONE.as_i64(), -1);
        assert_eq!(Key::from_i64(-7), Key::NONE);
    }
}
