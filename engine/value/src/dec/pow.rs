//! Powers with an integer exponent.

use super::wide::Wide;
use super::{DIGITS_MAX, Dec};

impl Dec {
    /// The power, as `BigDecimal.pow(n, DECIMAL128)` computes it (ANSI X3.274: squaring with a few
    /// digits more, one rounding at the end). `None` for zero to a negative power and for results
    /// out of range.
    pub fn pow(self, exponent: i32) -> Option<Self> {
        if exponent == 0 {
            return Some(Self::ONE);
        }
        if self.is_zero() {
            let scale = i64::from(self.scale) * i64::from(exponent);
            return (exponent > 0).then(|| Self::exact(false, 0, scale)).flatten();
        }
        let count = exponent.unsigned_abs();
        let precision = DIGITS_MAX + super::digits(u128::from(count)) + 1;
        let base = Wide::from_u128(self.magnitude());
        let mut power = Wide::ONE;
        let mut scale = 0i64;
        for bit in (0..u32::BITS - count.leading_zeros()).rev() {
            power = power.mul(power);
            scale = scale * 2 - i64::from(power.round(precision, false));
            if count >> bit & 1 == 1 {
                power = power.mul(base);
                scale += i64::from(self.scale) - i64::from(power.round(precision, false));
            }
        }
        if exponent < 0 {
            let shift = power.digits() + precision + 1;
            let (quotient, rest) = Wide::ONE.mul_pow10(shift).div_rem(power);
            let least = -scale;
            power = quotient;
            let cut = power.round(precision, !rest.is_zero());
            scale = i64::from(shift) - scale - i64::from(cut);
            if rest.is_zero() {
                scale -= power.strip(scale - least);
            }
        }
        let negative = self.is_negative() && exponent % 2 != 0;
        Self::rounded_wide(negative, power, scale, false)
    }
}
