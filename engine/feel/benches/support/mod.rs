//! What the benchmarks share: the server's allocator, and variables out of JSON.

use feel::Variables;
use value::Doc;

/// The allocator of the server, so that the figures are the server's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Variables.
pub(crate) struct Scope(Doc);

impl Scope {
    pub(crate) fn of(json: &str) -> Self {
        Self(Doc::from_json(json).expect("the benchmark's own text is JSON"))
    }
}

impl Variables for Scope {
    fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name)
    }
}
