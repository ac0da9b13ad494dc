//! Writes that the log has been asked for and that are not durable yet: how long it has been
//! standing still.

use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The writes that are under way. Cloning shares them.
#[derive(Debug, Clone, Default)]
pub(crate) struct UnderWay(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    count: u64,
    /// When the first of them began, or the last one ended: since then nothing has moved.
    since: Option<Instant>,
}

/// One write. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Write(UnderWay);

impl State {
    fn begin(&mut self, now: Instant) {
        self.count += 1;
        self.since.get_or_insert(now);
    }

    fn end(&mut self, now: Instant) {
        self.count -= 1;
        self.since = (self.count > 0).then_some(now);
    }

    fn standing(&self, now: Instant) -> Option<Duration> {
        self.since.map(|since| now - since)
    }
}

impl UnderWay {
    /// A write begins. Note it before the log is called: the call itself may stand still.
    pub(crate) fn begin(&self) -> Write {
        self.0.lock().begin(Instant::now());
        Write(self.clone())
    }

    /// How long there have been writes under way of which none ended; nothing if there are none.
    pub(crate) fn standing(&self) -> Option<Duration> {
        self.0.lock().standing(Instant::now())
    }
}

impl Drop for Write {
    fn drop(&mut self) {
        self.0.0.lock().end(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_still_only_while_writes_wait_and_none_ends() {
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let mut state = State::default();
        assert_eq!(state.standing(at(0)), None);
        state.begin(at(0));
        state.begin(at(3));
        assert_eq!(state.standing(at(4)), Some(Duration::from_secs(4)));
        state.end(at(4));
        assert_eq!(state.standing(at(6)), Some(Duration::from_secs(2)));
        state.end(at(6));
        assert_eq!(state.standing(at(9)), None);
    }

    #[test]
    fn a_write_ends_when_it_is_dropped() {
        let under_way = UnderWay::default();
        let write = under_way.begin();
        assert!(under_way.standing().is_some());
        drop(write);
        assert_eq!(under_way.standing(), None);
    }
}
