//! A cursor over the digits and signs of temporal texts.

/// Reads a text from the front.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scan<'t> {
    rest: &'t str,
}

impl<'t> Scan<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { rest: text }
    }

    pub(super) fn is_end(self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn rest(self) -> &'t str {
        self.rest
    }

    pub(super) fn peek(self) -> Option<u8> {
        self.rest.bytes().next()
    }

    /// Passes this character if it comes next.
    pub(super) fn accept(&mut self, it: char) -> bool {
        match self.rest.strip_prefix(it) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Passes this character, which must come next.
    pub(super) fn expect(&mut self, it: char) -> Option<()> {
        self.accept(it).then_some(())
    }

    /// The digits that come next, perhaps none.
    pub(super) fn digits(&mut self) -> &'t str {
        let end = self.rest.bytes().position(|it| !it.is_ascii_digit());
        let (digits, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        digits
    }

    /// A number of exactly this many digits.
    pub(super) fn number(&mut self, digits: usize) -> Option<i32> {
        let mut ahead = *self;
        let found = ahead.digits();
        if found.len() < digits {
            return None;
        }
        let (number, _) = found.split_at(digits);
        self.rest = &self.rest[digits..];
        number.parse().ok()
    }

    /// The digits of a fraction as billionths; more than nine are no fraction.
    pub(super) fn billionths(&mut self) -> Option<i32> {
        let digits = self.digits();
        if digits.is_empty() || digits.len() > 9 {
            return None;
        }
        let mut value: i32 = digits.parse().ok()?;
        for _ in digits.len()..9 {
            value *= 10;
        }
        Some(value)
    }
}
