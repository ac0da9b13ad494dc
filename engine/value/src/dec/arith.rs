//! The four operations, remainders and signs.

use super::wide::Wide;
use super::{COEF_END, DIGITS_MAX, Dec, digits, pow10, strip};

/// Beyond this distance the smaller summand cannot change 34 digits of the larger one.
const ALIGN_DIGITS_MAX: i64 = 77;

impl Dec {
    /// The number with the other sign.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "stands beside the checked operations")]
    pub fn neg(self) -> Self {
        Self { coef: -self.coef, scale: self.scale }
    }

    /// The number without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self { coef: self.coef.abs(), scale: self.scale }
    }

    /// The sum; `None` if it is out of range.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if self.scale == other.scale {
            return Self::from_i128(self.coef + other.coef, self.scale);
        }
        let (coarse, fine) = if self.scale < other.scale { (self, other) } else { (other, self) };
        if coarse.is_zero() {
            return Some(fine);
        }
        let shift = i64::from(fine.scale) - i64::from(coarse.scale);
        // A coefficient and four more digits fit `i128` in any case.
        let aligned = match pow10(shift).and_then(|it| i128::try_from(it).ok()) {
            Some(unit) if shift <= 4 => Some(coarse.coef * unit),
            Some(unit) => coarse.coef.checked_mul(unit),
            None => None,
        };
        if let Some(sum) = aligned.and_then(|it| it.checked_add(fine.coef)) {
            return Self::from_i128(sum, fine.scale);
        }
        Self::add_wide(coarse, fine, shift)
    }

    #[cold]
    fn add_wide(coarse: Self, fine: Self, shift: i64) -> Option<Self> {
        let digits = i64::from(digits(coarse.magnitude()));
        if fine.is_zero() || digits + shift > ALIGN_DIGITS_MAX {
            return Some(coarse.padded(i64::from(fine.scale)));
        }
        let shift = u32::try_from(shift).ok()?;
        let large = Wide::from_u128(coarse.magnitude()).mul_pow10(shift);
        let small = Wide::from_u128(fine.magnitude());
        let negative = coarse.is_negative();
        let scale = i64::from(fine.scale);
        if negative == fine.is_negative() {
            Self::rounded_wide(negative, large.add(small), scale, false)
        } else if large >= small {
            Self::rounded_wide(negative, large.sub(small), scale, false)
        } else {
            Self::rounded_wide(!negative, small.sub(large), scale, false)
        }
    }

    /// The difference; `None` if it is out of range.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(other.neg())
    }

    /// The product; `None` if it is out of range.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        let scale = i64::from(self.scale) + i64::from(other.scale);
        let negative = self.is_negative() != other.is_negative();
        if let (Ok(a), Ok(b)) = (i64::try_from(self.coef), i64::try_from(other.coef)) {
            let product = i128::from(a) * i128::from(b);
            return Self::rounded(negative, product.unsigned_abs(), scale, false);
        }
        let (a, b) = (self.magnitude(), other.magnitude());
        if let Some(product) = a.checked_mul(b) {
            return Self::rounded(negative, product, scale, false);
        }
        let product = Wide::from_u128(a).mul(Wide::from_u128(b));
        Self::rounded_wide(negative, product, scale, false)
    }

    /// The quotient; `None` if the divisor is zero or the result out of range.
    pub fn checked_div(self, other: Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        let (a, b) = (self.magnitude(), other.magnitude());
        let negative = self.is_negative() != other.is_negative();
        let scale = i64::from(self.scale) - i64::from(other.scale);
        if let Some(quotient) = exact_quotient(a, b) {
            return Self::rounded(negative, quotient, scale, false);
        }
        // One digit more than is kept decides the rounding, together with the remainder.
        let shift = (DIGITS_MAX + 1 + digits(b)).saturating_sub(digits(a));
        let numerator = Wide::from_u128(a).mul_pow10(shift);
        let (quotient, rest) = numerator.div_rem(Wide::from_u128(b));
        let mut quotient = quotient.to_u128()?;
        let mut full_scale = scale + i64::from(shift);
        let sticky = !rest.is_zero();
        if !sticky {
            (quotient, full_scale) = strip(quotient, full_scale, scale);
        }
        Self::rounded(negative, quotient, full_scale, sticky)
    }

    /// What is left of the division towards zero, exactly; it has the dividend's sign.
    /// `None` if the divisor is zero.
    pub fn checked_rem(self, other: Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        let (a, b) = (self.magnitude(), other.magnitude());
        let shift = i64::from(other.scale) - i64::from(self.scale);
        let rest = if shift > 0 {
            scaled_rem(a, shift, b)
        } else {
            // A divisor that is too large to be written with the dividend's scale leaves it whole.
            match pow10(-shift).and_then(|unit| b.checked_mul(unit)) {
                Some(divisor) => a % divisor,
                None => a,
            }
        };
        let scale = i64::from(self.scale.max(other.scale));
        Self::rounded(self.is_negative(), rest, scale, false)
    }

    /// FEEL's `modulo`: what is left of the division towards negative infinity; it has the
    /// divisor's sign. `None` if the divisor is zero.
    pub fn checked_modulo(self, other: Self) -> Option<Self> {
        let rest = self.checked_rem(other)?;
        if rest.is_zero() || rest.is_negative() == other.is_negative() {
            return Some(rest);
        }
        rest.checked_add(other)
    }

    /// A coefficient that may have become too long.
    fn from_i128(coef: i128, scale: i32) -> Option<Self> {
        if coef != 0 && coef.unsigned_abs() < COEF_END {
            return Some(Self { coef, scale });
        }
        Self::rounded(coef < 0, coef.unsigned_abs(), i64::from(scale), false)
    }
}

/// The quotient, if there is no remainder; 64-bit divisions are five times as fast.
fn exact_quotient(a: u128, b: u128) -> Option<u128> {
    if let (Ok(a), Ok(b)) = (u64::try_from(a), u64::try_from(b)) {
        return a.is_multiple_of(b).then(|| u128::from(a / b));
    }
    a.is_multiple_of(b).then(|| a / b)
}

/// `a × 10^shift mod b`, by squaring, so that a shift of thousands costs a dozen steps.
fn scaled_rem(a: u128, shift: i64, b: u128) -> u128 {
    let product = |x: u128, y: u128| {
        if let Some(product) = x.checked_mul(y) {
            return product % b;
        }
        let wide = Wide::from_u128(x).mul(Wide::from_u128(y));
        wide.div_rem(Wide::from_u128(b)).1.to_u128().unwrap_or_default()
    };
    let (mut rest, mut power, mut left) = (a % b, 10 % b, shift);
    while left > 0 {
        if left & 1 == 1 {
            rest = product(rest, power);
        }
        power = product(power, power);
        left >>= 1;
    }
    rest
}
