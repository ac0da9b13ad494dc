//! Decimals from and to text and doubles.

use std::fmt::{self, Write as _};

use super::{Dec, digits, pow10};

/// More digits than are kept: what follows only says whether the rest is zero.
const DIGITS_READ: u32 = 37;

/// Text of up to this many bytes, on the stack.
struct Short {
    bytes: [u8; 40],
    length: usize,
}

impl fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        let target = self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?;
        target.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

impl Dec {
    /// The number with the shortest text that names this double (`0.1` is exactly 0.1), with the
    /// digits that Java writes of it: `5.0`, `1.0E7`. `None` for NaN and infinities.
    pub fn from_f64(value: f64) -> Option<Self> {
        if let Some(short) = Self::from_short_f64(value) {
            return Some(short);
        }
        let mut text = Short { bytes: [0; 40], length: 0 };
        // 17 digits, point, signs and exponent take 24 bytes at most.
        write!(text, "{value:e}").ok()?;
        let number = Self::parse(std::str::from_utf8(text.bytes.get(..text.length)?).ok()?)?;
        Some(number.as_of_double())
    }

    /// Amounts with up to four decimals, without going through text.
    ///
    /// A decimal of at most 15 digits that is nearest to a double is its shortest text, since no
    /// two of them share a double.
    fn from_short_f64(value: f64) -> Option<Self> {
        let scaled = value * 1e4;
        if scaled.is_nan() || scaled.abs() >= 1e15 {
            return None;
        }
        // `round` would be a call of the C library; that a half may go the wrong way is seen below.
        #[expect(clippy::cast_possible_truncation, reason = "a number below 10^15")]
        let coef = (scaled + 0.5_f64.copysign(scaled)) as i64;
        #[expect(clippy::cast_precision_loss, reason = "a number of 15 digits")]
        if (coef as f64 / 1e4).to_bits() != value.to_bits() {
            return None;
        }
        let (coef, scale) = match coef {
            _ if coef % 10 != 0 => (coef, 4),
            _ if coef % 100 != 0 => (coef / 10, 3),
            _ if coef % 1000 != 0 => (coef / 100, 2),
            _ => (coef / 1000, 1),
        };
        let number = Self { coef: i128::from(coef), scale };
        let is_without_exponent = coef == 0 || (1e1..1e11).contains(&scaled.abs());
        Some(if is_without_exponent { number } else { number.as_of_double() })
    }

    /// The same value with the digits that Java writes of a double: at least one behind the point,
    /// and from ten millions on and below a thousandth with one before it and an exponent.
    fn as_of_double(self) -> Self {
        let canonical = self.canonical();
        let count = i64::from(digits(canonical.magnitude()));
        let exponent = count - 1 - i64::from(canonical.scale);
        let behind = if (-3..7).contains(&exponent) { 1 } else { 1 - exponent };
        canonical.padded(behind.max(i64::from(canonical.scale)))
    }

    /// Reads `-12`, `+.5`, `1.` or `1.5e-7`; more than 34 digits are rounded.
    /// `None` if it is no number or out of range.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = sign(text.as_bytes());
        let mut magnitude = 0u128;
        let mut count = 0u32;
        let mut scale = 0i64;
        let mut sticky = false;
        let mut point = false;
        let mut any = false;
        let mut rest = unsigned.iter();
        while let Some(byte) = rest.next() {
            match byte {
                b'0'..=b'9' => {
                    any = true;
                    let digit = u128::from(byte - b'0');
                    if count < DIGITS_READ {
                        magnitude = magnitude * 10 + digit;
                        count += u32::from(magnitude != 0);
                        scale += i64::from(point);
                    } else {
                        sticky |= digit != 0;
                        scale -= i64::from(!point);
                    }
                }
                b'.' if !point => point = true,
                b'e' | b'E' if any => {
                    scale -= exponent(rest.as_slice())?;
                    break;
                }
                _ => return None,
            }
        }
        any.then_some(())?;
        Self::rounded(negative, magnitude, scale, sticky)
    }

    /// The nearest double; infinite beyond 1.8e308.
    pub fn to_f64(self) -> f64 {
        // Both are exact as doubles, so their quotient is rounded once.
        if let (Ok(coef), Some(unit)) = (i32::try_from(self.coef), pow10(i64::from(self.scale)))
            && let Ok(unit) = u32::try_from(unit)
        {
            return f64::from(coef) / f64::from(unit);
        }
        let text = format!("{}e{}", self.coef, -i64::from(self.scale));
        text.parse().unwrap_or(f64::NAN)
    }
}

/// Splits a sign off; true for a minus.
fn sign(bytes: &[u8]) -> (bool, &[u8]) {
    match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] | rest => (false, rest),
    }
}

/// An exponent with an optional sign. One of more than nine digits is out of range anyway, and
/// cut to where arithmetic is still safe.
fn exponent(bytes: &[u8]) -> Option<i64> {
    let (negative, digits) = sign(bytes);
    if digits.is_empty() {
        return None;
    }
    let mut value = 0i64;
    for byte in digits {
        let digit = byte.checked_sub(b'0').filter(|it| *it < 10)?;
        value = (value * 10 + i64::from(digit)).min(i64::from(i32::MAX));
    }
    Some(if negative { -value } else { value })
}

impl Dec {
    /// What Java's `BigDecimal.toString` writes, and so Camunda's `string()`: with the zeros at the
    /// end that the number has, and with an exponent if it has a power of ten or six zeros before
    /// its first digit.
    ///
    /// ```
    /// use value::Dec;
    /// assert_eq!(Dec::parse("1.50").unwrap().java_text(), "1.50");
    /// assert_eq!(Dec::parse("1e40").unwrap().java_text(), "1E+40");
    /// ```
    pub fn java_text(self) -> String {
        let sign = if self.is_negative() { "-" } else { "" };
        let all = self.magnitude().to_string();
        let scale = i64::from(self.scale);
        let exponent = i64::try_from(all.len()).unwrap_or_default() - 1 - scale;
        match usize::try_from(scale) {
            Ok(0) => format!("{sign}{all}"),
            Ok(places) if exponent >= -6 => {
                let all = format!("{all:0>width$}", width = places + 1);
                let (whole, behind) = all.split_at(all.len() - places);
                format!("{sign}{whole}.{behind}")
            }
            Ok(_) | Err(_) => {
                let (first, rest) = all.split_at(1);
                let point = if rest.is_empty() { "" } else { "." };
                let exponent = if exponent == 0 { String::new() } else { format!("E{exponent:+}") };
                format!("{sign}{first}{point}{rest}{exponent}")
            }
        }
    }
}

/// Plain notation without exponent and without trailing zeros.
impl fmt::Display for Dec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let canonical = self.canonical();
        let magnitude = canonical.magnitude();
        if canonical.is_negative() {
            f.write_char('-')?;
        }
        let Ok(places) = usize::try_from(canonical.scale) else {
            write!(f, "{magnitude}")?;
            return zeros(f, canonical.scale.unsigned_abs());
        };
        if places == 0 {
            return write!(f, "{magnitude}");
        }
        if let Some(unit) = pow10(i64::from(canonical.scale)) {
            return write!(f, "{}.{:0places$}", magnitude / unit, magnitude % unit);
        }
        f.write_str("0.")?;
        zeros(f, canonical.scale.unsigned_abs().saturating_sub(digits(magnitude)))?;
        write!(f, "{magnitude}")
    }
}

fn zeros(f: &mut fmt::Formatter<'_>, count: u32) -> fmt::Result {
    (0..count).try_for_each(|_| f.write_char('0'))
}

impl fmt::Debug for Dec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
