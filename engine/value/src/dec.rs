//! Decimal numbers: what a FEEL number is while it is being computed with.
//!
//! The rules are those of Java's `BigDecimal` under `MathContext.DECIMAL128`: 34 significant
//! digits, rounded half to even after each operation. `0.1 + 0.2 = 0.3` holds.
//!
//! The range is that of IEEE 754 decimal128: a result beyond 9.99…e6144 is `None`, one below
//! 1e-6176 in magnitude becomes zero.

mod arith;
mod pow;
mod round;
mod text;
mod wide;

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

pub use round::Rounding;

/// How many significant digits a number has at most.
pub const DIGITS_MAX: u32 = 34;
/// The largest scale: the smallest step is 10^-6176.
const SCALE_MAX: i64 = 6176;
/// The smallest scale: a number of 34 digits may have 6111 zeros behind them.
const SCALE_MIN: i64 = -6111;

/// Powers of ten that fit `u128`.
const POW10: [u128; 39] = {
    let mut powers = [1u128; 39];
    let mut ix = 1;
    while ix < powers.len() {
        powers[ix] = powers[ix - 1] * 10;
        ix += 1;
    }
    powers
};

/// The first magnitude that has too many digits.
const COEF_END: u128 = POW10[DIGITS_MAX as usize];

/// A decimal number of up to 34 significant digits.
///
/// Equality, order and hash go by numeric value: `1.0` equals `1`. The zeros at the end stay all the
/// same, as in Java: they can be seen in [`Dec::java_text`] and nowhere else.
/// Operations answer `None` when the result is out of range or undefined; none of them panics.
///
/// ```
/// use value::Dec;
/// let sum = Dec::parse("0.1").unwrap().checked_add(Dec::parse("0.2").unwrap());
/// assert_eq!(sum, Dec::parse("0.3"));
/// let third = Dec::ONE.checked_div(Dec::from_i64(3)).unwrap();
/// assert_eq!(third.to_string(), "0.3333333333333333333333333333333333");
/// ```
#[derive(Clone, Copy)]
pub struct Dec {
    /// Below 10^34 in magnitude.
    coef: i128,
    /// The value is `coef × 10^-scale`; between [`SCALE_MIN`] and [`SCALE_MAX`].
    scale: i32,
}

impl Dec {
    /// Zero.
    pub const ZERO: Self = Self { coef: 0, scale: 0 };
    /// One.
    pub const ONE: Self = Self { coef: 1, scale: 0 };

    /// The number with exactly this value.
    pub fn from_i64(value: i64) -> Self {
        Self { coef: i128::from(value), scale: 0 }
    }

    /// The number with exactly this value.
    pub fn from_u64(value: u64) -> Self {
        Self { coef: i128::from(value), scale: 0 }
    }

    /// True for an integer that says no more than that: without zeros behind the point, and without
    /// a power of ten.
    pub fn is_plain_integer(self) -> bool {
        self.scale == 0
    }

    /// True for zero.
    pub fn is_zero(self) -> bool {
        self.coef == 0
    }

    /// True below zero.
    pub fn is_negative(self) -> bool {
        self.coef < 0
    }

    /// True when there is nothing behind the decimal point.
    pub fn is_integer(self) -> bool {
        match pow10(i64::from(self.scale)) {
            Some(unit) => self.magnitude().is_multiple_of(unit),
            None => self.scale <= 0 || self.coef == 0,
        }
    }

    /// The integer with exactly this value, if there is one in range.
    pub fn to_i64(self) -> Option<i64> {
        let whole = match self.scale {
            0 => self.coef,
            _ if self.coef == 0 => 0,
            scale => {
                // A multiple of 10^scale is one of 2^scale.
                if i64::from(self.coef.trailing_zeros()) < i64::from(scale) {
                    return None;
                }
                let unit = i128::try_from(pow10(i64::from(scale).abs())?).ok()?;
                if scale < 0 {
                    self.coef.checked_mul(unit)?
                } else if let (Ok(coef), Ok(unit)) = (i64::try_from(self.coef), i64::try_from(unit))
                {
                    // Division of 128 bits is a loop in software.
                    return (coef % unit == 0).then(|| coef / unit);
                } else if self.coef % unit == 0 {
                    self.coef / unit
                } else {
                    return None;
                }
            }
        };
        i64::try_from(whole).ok()
    }

    fn magnitude(self) -> u128 {
        self.coef.unsigned_abs()
    }

    /// The same value without trailing zeros: one representation for each value.
    fn canonical(self) -> Self {
        let (magnitude, scale) = strip(self.magnitude(), i64::from(self.scale), SCALE_MIN);
        Self::exact(self.is_negative(), magnitude, scale).unwrap_or(self)
    }

    /// The number `±magnitude × 10^-scale`, if it needs no rounding and is in range.
    #[inline]
    fn exact(negative: bool, magnitude: u128, scale: i64) -> Option<Self> {
        if magnitude == 0 {
            let scale = i32::try_from(scale.clamp(SCALE_MIN, SCALE_MAX)).ok()?;
            return Some(Self { coef: 0, scale });
        }
        if magnitude >= COEF_END || !(SCALE_MIN..=SCALE_MAX).contains(&scale) {
            return None;
        }
        let coef = i128::try_from(magnitude).ok()?;
        let coef = if negative { -coef } else { coef };
        Some(Self { coef, scale: i32::try_from(scale).ok()? })
    }
}

/// The power of ten, if the exponent is not negative and it fits.
fn pow10(exponent: i64) -> Option<u128> {
    POW10.get(usize::try_from(exponent).ok()?).copied()
}

/// How many decimal digits a magnitude has; 0 for zero.
fn digits(magnitude: u128) -> u32 {
    // 1233 / 4096 is about log10(2): the estimate is right or one too low.
    let estimate = ((u128::BITS - magnitude.leading_zeros()) * 1233) >> 12;
    match POW10.get(estimate as usize) {
        Some(power) if magnitude >= *power => estimate + 1,
        Some(_) | None => estimate,
    }
}

/// Drops trailing zeros until none is left or the scale reaches `scale_min`.
fn strip(mut magnitude: u128, mut scale: i64, scale_min: i64) -> (u128, i64) {
    if magnitude == 0 {
        return (0, 0);
    }
    // Even numbers only can end in a zero; the check spares most numbers the divisions.
    for step in [16, 8, 4, 2, 1] {
        let unit = POW10[step];
        let step = i64::try_from(step).unwrap_or_default();
        while scale - step >= scale_min && magnitude & 1 == 0 && magnitude.is_multiple_of(unit) {
            magnitude /= unit;
            scale -= step;
        }
    }
    (magnitude, scale)
}

impl Ord for Dec {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.scale == other.scale {
            return self.coef.cmp(&other.coef);
        }
        // A coefficient and four more digits fit `i128` in any case.
        let unit = |shift: i64| i128::from(10i64.pow(u32::try_from(shift).unwrap_or_default()));
        match i64::from(other.scale) - i64::from(self.scale) {
            shift @ 1..=4 => return (self.coef * unit(shift)).cmp(&other.coef),
            shift @ -4..=-1 => return self.coef.cmp(&(other.coef * unit(-shift))),
            _ => {}
        }
        let signs = self.coef.signum().cmp(&other.coef.signum());
        if signs.is_ne() || self.coef == 0 {
            return signs;
        }
        let (a, b) = (self.magnitude(), other.magnitude());
        // The place of the first digit decides, unless it is the same.
        let top = |magnitude, scale| i64::from(digits(magnitude)) - i64::from(scale);
        let order = top(a, self.scale).cmp(&top(b, other.scale)).then_with(|| {
            let shift = i64::from(other.scale) - i64::from(self.scale);
            match (pow10(shift), pow10(-shift)) {
                (Some(unit), _) => (a * unit).cmp(&b),
                (None, Some(unit)) => a.cmp(&(b * unit)),
                // Both are zero: other numbers with one top have scales at most 33 apart.
                (None, None) => Ordering::Equal,
            }
        });
        if self.is_negative() { order.reverse() } else { order }
    }
}

impl PartialOrd for Dec {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Dec {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Dec {}

impl Hash for Dec {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let canonical = self.canonical();
        canonical.coef.hash(state);
        canonical.scale.hash(state);
    }
}

impl Default for Dec {
    fn default() -> Self {
        Self::ZERO
    }
}

impl From<i64> for Dec {
    fn from(value: i64) -> Self {
        Self::from_i64(value)
    }
}

impl From<u64> for Dec {
    fn from(value: u64) -> Self {
        Self::from_u64(value)
    }
}

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;
