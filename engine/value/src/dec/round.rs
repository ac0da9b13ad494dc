//! Rounding: to a number of places on request, and to 34 digits after each operation.

use std::cmp::Ordering;

use super::wide::Wide;
use super::{DIGITS_MAX, Dec, SCALE_MAX, SCALE_MIN, digits, pow10};

/// Which neighbor a number between two is rounded to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// The nearer; from the middle to the even one.
    HalfEven,
    /// The nearer; from the middle away from zero.
    HalfUp,
    /// The nearer; from the middle towards zero.
    HalfDown,
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
    /// Towards negative infinity.
    Floor,
    /// Towards positive infinity.
    Ceiling,
}

impl Rounding {
    /// Whether the magnitude grows by one; `rest` compares what was cut off with one half.
    fn grows(self, negative: bool, odd: bool, rest: Ordering) -> bool {
        match self {
            Self::HalfEven => rest.is_gt() || (rest.is_eq() && odd),
            Self::HalfUp => rest.is_ge(),
            Self::HalfDown => rest.is_gt(),
            Self::Up => true,
            Self::Down => false,
            Self::Floor => negative,
            Self::Ceiling => !negative,
        }
    }
}

/// Cuts `drop` digits off a magnitude. `sticky`: something non-zero was cut off below already.
fn cut(magnitude: u128, drop: i64, sticky: bool, negative: bool, mode: Rounding) -> u128 {
    // From 39 digits on nothing is left, and what was there is far below one half.
    let (whole, rest, half) = match pow10(drop) {
        Some(unit) => (magnitude / unit, magnitude % unit, unit / 2),
        None => (0, magnitude.min(1), 2),
    };
    if rest == 0 && !sticky {
        return whole;
    }
    let mut order = rest.cmp(&half);
    if order.is_eq() && sticky {
        order = Ordering::Greater;
    }
    whole + u128::from(mode.grows(negative, whole % 2 == 1, order))
}

impl Dec {
    /// The number with `scale` digits behind the point, or as many as it can have; a negative scale
    /// rounds to tens, hundreds and so on. `None` if the result is out of range.
    pub fn round(self, scale: i32, mode: Rounding) -> Option<Self> {
        let drop = i64::from(self.scale) - i64::from(scale);
        if drop <= 0 {
            return Some(self.padded(i64::from(scale)));
        }
        let negative = self.is_negative();
        let magnitude = cut(self.magnitude(), drop, false, negative, mode);
        Self::rounded(negative, magnitude, i64::from(scale), false)
    }

    /// The same value with zeros at the end up to a scale, or up to 34 digits.
    pub(super) fn padded(self, scale: i64) -> Self {
        let (magnitude, missing) = (self.magnitude(), scale - i64::from(self.scale));
        if magnitude == 0 {
            return Self::exact(false, 0, scale).unwrap_or(self);
        }
        let room = i64::from(DIGITS_MAX) - i64::from(digits(magnitude));
        let zeros = missing.min(room).max(0);
        let padded = pow10(zeros)
            .and_then(|unit| magnitude.checked_mul(unit))
            .and_then(|it| Self::exact(self.is_negative(), it, i64::from(self.scale) + zeros));
        padded.unwrap_or(self)
    }

    /// The number `±magnitude × 10^-scale`, rounded to what a number can hold.
    #[inline]
    pub(super) fn rounded(
        negative: bool,
        magnitude: u128,
        scale: i64,
        sticky: bool,
    ) -> Option<Self> {
        match Self::exact(negative, magnitude, scale) {
            Some(number) if !sticky => Some(number),
            Some(_) | None => Self::shortened(negative, magnitude, scale, sticky),
        }
    }

    /// As [`Self::rounded`], for what needs more than that.
    fn shortened(negative: bool, magnitude: u128, scale: i64, sticky: bool) -> Option<Self> {
        let drop = (i64::from(digits(magnitude)) - i64::from(DIGITS_MAX)).max(scale - SCALE_MAX);
        let (mut magnitude, mut scale) = (magnitude, scale);
        if drop > 0 {
            magnitude = cut(magnitude, drop, sticky, negative, Rounding::HalfEven);
            scale -= drop;
            if digits(magnitude) > DIGITS_MAX {
                // 99…9 became 100…0.
                magnitude /= 10;
                scale -= 1;
            }
        }
        if scale < SCALE_MIN {
            let room = i64::from(DIGITS_MAX) - i64::from(digits(magnitude));
            let pad = SCALE_MIN - scale;
            if pad > room {
                return None;
            }
            magnitude = magnitude.checked_mul(pow10(pad.min(room))?)?;
            scale = SCALE_MIN;
        }
        Self::exact(negative, magnitude, scale)
    }

    /// As [`Dec::rounded`], of a wide magnitude.
    pub(super) fn rounded_wide(
        negative: bool,
        mut magnitude: Wide,
        scale: i64,
        mut sticky: bool,
    ) -> Option<Self> {
        // 37 digits fit `u128` and leave three for the decision.
        let drop = magnitude.digits().saturating_sub(37);
        sticky |= magnitude.cut(drop);
        Self::rounded(negative, magnitude.to_u128()?, scale - i64::from(drop), sticky)
    }
}
