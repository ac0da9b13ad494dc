//! Whether a message really left: the transport asks for the next one only after it took the last.
//!
//! A response stream is polled by the encoder, which asks for more at once in order to fill its
//! buffer, and by the transport, which asks again only after it took what the encoder gave it.
//! To tell the two apart a stream that has handed out a message answers the next question with
//! "not yet" (waking its task at once). The encoder then passes on what it has; the question after
//! that comes from the transport, and only then does the message count as taken.
//!
//! ```text
//!   poll ─▶ message                      Handed
//!   poll ─▶ Pending, wake   (encoder)    Handed ─▶ Passed
//!   poll ─▶ …               (transport)  Passed ─▶ taken
//! ```

use std::task::Context;

/// How far a message is that was handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The encoder has it.
    Handed,
    /// The encoder was made to pass it on.
    Passed,
}

/// What is on its way to the transport.
#[derive(Debug)]
pub(super) struct OnTheWay<T> {
    what: Option<(T, Stage)>,
}

impl<T> Default for OnTheWay<T> {
    fn default() -> Self {
        Self { what: None }
    }
}

/// What a stream does when it is polled.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn<T> {
    /// Answer `Pending`; the task is woken already.
    NotYet,
    /// Go on. What was on its way has been taken, if anything was.
    Next(Option<T>),
}

impl<T> OnTheWay<T> {
    /// A message is handed out.
    pub(super) fn hand(&mut self, what: T) {
        debug_assert!(self.what.is_none(), "the last message must be taken first");
        self.what = Some((what, Stage::Handed));
    }

    /// The stream is polled.
    pub(super) fn turn(&mut self, cx: &Context<'_>) -> Turn<T> {
        match self.what.take() {
            Some((what, Stage::Handed)) => {
                self.what = Some((what, Stage::Passed));
                cx.waker().wake_by_ref();
                Turn::NotYet
            }
            Some((what, Stage::Passed)) => Turn::Next(Some(what)),
            None => Turn::Next(None),
        }
    }

    /// What has not been taken, when the stream ends before its time.
    pub(super) fn lost(&mut self) -> Option<T> {
        self.what.take().map(|(what, _)| what)
    }
}

#[cfg(test)]
mod tests {
    use super::{OnTheWay, Turn};
    use std::task::{Context, Waker};

    #[test]
    fn a_message_counts_as_taken_only_when_the_transport_asks_again() {
        let cx = Context::from_waker(Waker::noop());
        let mut way = OnTheWay::default();
        assert_eq!(way.turn(&cx), Turn::Next(None));
        way.hand(1);
        assert_eq!(way.turn(&cx), Turn::NotYet);
        assert_eq!(way.turn(&cx), Turn::Next(Some(1)));
        assert_eq!(way.lost(), None);
    }

    #[test]
    fn what_was_not_taken_is_lost() {
        let cx = Context::from_waker(Waker::noop());
        let mut way = OnTheWay::default();
        way.hand(1);
        assert_eq!(way.turn(&cx), Turn::NotYet);
        assert_eq!(way.lost(), Some(1));
    }
}
