//! The asynchronous runtime that openraft runs on: tokio, with randomness that can be decided.
//!
//! openraft draws election time-outs and the phase of its ticks from the runtime. On a thread that
//! called [`decide`] these numbers follow from a seed; elsewhere the operating system gives them.

use std::cell::Cell;
use std::convert::Infallible;
use std::future::Future;
use std::time::Duration;

use openraft::{AsyncRuntime, OptionalSend, TokioRuntime};
use rand::rngs::ThreadRng;
use rand::{Rng, TryRng};

thread_local! {
    static DECIDED: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Decides all randomness that openraft draws on this thread from now on.
pub fn decide(seed: u64) {
    DECIDED.set(Some(seed));
}

/// Tokio.
#[derive(Debug)]
pub struct Runtime(TokioRuntime);

/// Where openraft's randomness comes from.
#[derive(Debug)]
pub enum Randomness {
    /// The operating system, by way of the thread's generator.
    Thread(ThreadRng),
    /// The seed of this thread.
    Decided,
}

impl TryRng for Randomness {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let [_, _, _, _, high @ ..] = self.try_next_u64()?.to_le_bytes();
        Ok(u32::from_le_bytes(high))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(match self {
            Self::Thread(it) => it.next_u64(),
            Self::Decided => next_decided(),
        })
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            let number = self.try_next_u64()?.to_le_bytes();
            chunk.copy_from_slice(number.get(..chunk.len()).unwrap_or_default());
        }
        Ok(())
    }
}

/// The next number of this thread's seed (`SplitMix64`).
fn next_decided() -> u64 {
    let state = DECIDED.get().unwrap_or_default().wrapping_add(0x9e37_79b9_7f4a_7c15);
    DECIDED.set(Some(state));
    let mut z = state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl AsyncRuntime for Runtime {
    type JoinError = <TokioRuntime as AsyncRuntime>::JoinError;
    type JoinHandle<T: OptionalSend + 'static> = <TokioRuntime as AsyncRuntime>::JoinHandle<T>;
    type Sleep = <TokioRuntime as AsyncRuntime>::Sleep;
    type Instant = <TokioRuntime as AsyncRuntime>::Instant;
    type TimeoutError = <TokioRuntime as AsyncRuntime>::TimeoutError;
    type Timeout<R, T: Future<Output = R> + OptionalSend> =
        <TokioRuntime as AsyncRuntime>::Timeout<R, T>;
    type ThreadLocalRng = Randomness;
    type Mpsc = <TokioRuntime as AsyncRuntime>::Mpsc;
    type Watch = <TokioRuntime as AsyncRuntime>::Watch;
    type Oneshot = <TokioRuntime as AsyncRuntime>::Oneshot;
    type Mutex<T: OptionalSend + 'static> = <TokioRuntime as AsyncRuntime>::Mutex<T>;

    fn spawn<T>(future: T) -> Self::JoinHandle<T::Output>
    where
        T: Future + OptionalSend + 'static,
        T::Output: OptionalSend + 'static,
    {
        TokioRuntime::spawn(future)
    }

    fn sleep(duration: Duration) -> Self::Sleep {
        TokioRuntime::sleep(duration)
    }

    fn sleep_until(deadline: Self::Instant) -> Self::Sleep {
        TokioRuntime::sleep_until(deadline)
    }

    fn timeout<R, F: Future<Output = R> + OptionalSend>(
        duration: Duration,
        future: F,
    ) -> Self::Timeout<R, F> {
        TokioRuntime::timeout(duration, future)
    }

    fn timeout_at<R, F: Future<Output = R> + OptionalSend>(
        deadline: Self::Instant,
        future: F,
    ) -> Self::Timeout<R, F> {
        TokioRuntime::timeout_at(deadline, future)
    }

    fn is_panic(join_error: &Self::JoinError) -> bool {
        TokioRuntime::is_panic(join_error)
    }

    fn thread_rng() -> Randomness {
        match DECIDED.get() {
            Some(_) => Randomness::Decided,
            None => Randomness::Thread(rand::rng()),
        }
    }

    fn new(threads: usize) -> Self {
        Self(TokioRuntime::new(threads))
    }

    fn block_on<F, T>(&mut self, future: F) -> T
    where
        F: Future<Output = T>,
    {
        self.0.block_on(future)
    }
}

#[cfg(test)]
mod tests {
    use super::{AsyncRuntime as _, Runtime, decide};
    use rand::Rng as _;

    #[test]
    fn a_seed_decides_what_openraft_draws_on_its_thread() {
        let draw = || (Runtime::thread_rng().next_u64(), Runtime::thread_rng().next_u32());
        decide(7);
        let first = draw();
        assert_ne!(draw(), first);
        decide(7);
        assert_eq!(draw(), first);
    }
}
