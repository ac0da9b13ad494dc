//! Random numbers that go into the log.

use crate::platform::Platform;

/// Random numbers for entries: from the platform once, then a sequence.
#[derive(Debug, Clone)]
pub(crate) struct Seeds {
    state: u64,
}

impl Seeds {
    pub(crate) fn of<P: Platform>(platform: &P) -> Self {
        Self { state: platform.random() }
    }

    /// The next number (`SplitMix64`).
    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number that no other life of a gateway has.
    pub(crate) fn incarnation(&self) -> u64 {
        self.clone().next() >> 1 | 1
    }
}
