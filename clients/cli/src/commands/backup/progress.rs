//! How far a long work is, on stderr: a line that changes on a terminal, else one every ten
//! seconds.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

const ON_TERMINAL: Duration = Duration::from_millis(200);
const ELSEWHERE: Duration = Duration::from_secs(10);

/// Shows progress. It says nothing of work that is done sooner than the first line is due.
pub(super) struct Progress {
    /// What happened to the bytes.
    what: &'static str,
    done: u64,
    is_terminal: bool,
    shown: Instant,
    /// A line on the terminal waits for its end.
    is_open: bool,
}

impl Progress {
    pub(super) fn new(what: &'static str) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        Self { what, done: 0, is_terminal, shown: Instant::now(), is_open: false }
    }

    /// More bytes are done, of so many in all.
    pub(super) fn add(&mut self, bytes: u64, total: u64) {
        self.set(self.done.saturating_add(bytes), total);
    }

    /// So many bytes are done, of so many in all.
    pub(super) fn set(&mut self, done: u64, total: u64) {
        self.done = done;
        let pause = if self.is_terminal { ON_TERMINAL } else { ELSEWHERE };
        if self.shown.elapsed() < pause {
            return;
        }
        self.shown = Instant::now();
        let text = line(self.what, done, total);
        // Nobody may be looking.
        let mut stderr = std::io::stderr();
        let _ = if self.is_terminal {
            self.is_open = true;
            write!(stderr, "\r{text}")
        } else {
            writeln!(stderr, "{text}")
        };
    }

    /// The work is done.
    pub(super) fn end(&mut self) {
        if std::mem::take(&mut self.is_open) {
            let _ = writeln!(std::io::stderr());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}

fn line(what: &str, done: u64, total: u64) -> String {
    let mib = |bytes: u64| bytes >> 20;
    let percent = done.saturating_mul(100).checked_div(total).unwrap_or(0).min(100);
    format!("{percent:>3} %  {} of {} MiB {what}", mib(done), mib(total))
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_line_says_how_much_of_how_much() {
        assert_eq!(line("written", 3 << 20, 4 << 20), " 75 %  3 of 4 MiB written");
        assert_eq!(line("written", 0, 0), "  0 %  0 of 0 MiB written");
        assert_eq!(line("written", 9 << 20, 4 << 20), "100 %  9 of 4 MiB written");
    }
}
