//! Magnitudes of up to 384 bits, for what 128 bits cannot hold in between.
//!
//! Products of two 34-digit numbers need 226 bits; `pow` works with 45 digits and needs 300.

use std::cmp::Ordering;

const LIMBS: usize = 6;

/// The largest power of ten in one limb, and its exponent.
const CHUNK: u32 = 19;

/// An unsigned integer; limbs from low to high.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wide([u64; LIMBS]);

/// The low and the high half of two limbs.
fn split(value: u128) -> (u64, u64) {
    let bytes = value.to_le_bytes();
    let (mut low, mut high) = ([0; 8], [0; 8]);
    low.copy_from_slice(&bytes[..8]);
    high.copy_from_slice(&bytes[8..]);
    (u64::from_le_bytes(low), u64::from_le_bytes(high))
}

fn join(low: u64, high: u64) -> u128 {
    u128::from(high) << 64 | u128::from(low)
}

impl Wide {
    pub(super) const ONE: Self = Self([1, 0, 0, 0, 0, 0]);

    pub(super) fn from_u128(value: u128) -> Self {
        let (low, high) = split(value);
        Self([low, high, 0, 0, 0, 0])
    }

    pub(super) fn to_u128(self) -> Option<u128> {
        let [low, high, rest @ ..] = self.0;
        (rest == [0; LIMBS - 2]).then(|| join(low, high))
    }

    pub(super) fn is_zero(self) -> bool {
        self.0 == [0; LIMBS]
    }

    /// How many limbs are in use.
    fn used(&self) -> usize {
        self.0.iter().rposition(|it| *it != 0).map_or(0, |it| it + 1)
    }

    /// The sum; callers keep it below 384 bits.
    pub(super) fn add(self, other: Self) -> Self {
        let mut sum = self;
        let mut carry = false;
        for (limb, more) in sum.0.iter_mut().zip(other.0) {
            let (partial, first) = limb.overflowing_add(more);
            let (total, second) = partial.overflowing_add(u64::from(carry));
            *limb = total;
            carry = first | second;
        }
        debug_assert!(!carry, "sum of more than 384 bits");
        sum
    }

    /// The difference; `other` must not be larger.
    pub(super) fn sub(self, other: Self) -> Self {
        let mut difference = self;
        let mut borrow = false;
        for (limb, less) in difference.0.iter_mut().zip(other.0) {
            let (partial, first) = limb.overflowing_sub(less);
            let (total, second) = partial.overflowing_sub(u64::from(borrow));
            *limb = total;
            borrow = first | second;
        }
        debug_assert!(!borrow, "difference below zero");
        difference
    }

    /// The product; callers keep it below 384 bits.
    pub(super) fn mul(self, other: Self) -> Self {
        let (left, right) = (self.used(), other.used());
        debug_assert!(left + right <= LIMBS + 1, "product of more than 384 bits");
        let mut product = [0u64; LIMBS];
        for (at, limb) in self.0.iter().enumerate().take(left) {
            let mut carry = 0u64;
            for (other_limb, target) in
                other.0.iter().take(right + 1).zip(product.iter_mut().skip(at))
            {
                let sum = u128::from(*limb) * u128::from(*other_limb)
                    + u128::from(*target)
                    + u128::from(carry);
                (*target, carry) = split(sum);
            }
        }
        Self(product)
    }

    pub(super) fn mul_pow10(self, exponent: u32) -> Self {
        let mut product = self;
        let mut left = exponent;
        while left > 0 {
            let step = left.min(CHUNK);
            product = product.mul(Self([10u64.pow(step), 0, 0, 0, 0, 0]));
            left -= step;
        }
        product
    }

    /// Divides by one limb; answers the remainder.
    fn div_limb(&mut self, divisor: u64) -> u64 {
        let used = self.used();
        let mut rest = 0u64;
        for limb in self.0.iter_mut().take(used).rev() {
            let value = join(*limb, rest);
            (*limb, _) = split(value / u128::from(divisor));
            (rest, _) = split(value % u128::from(divisor));
        }
        rest
    }

    /// Cuts decimal digits off; true if one of them was not zero.
    pub(super) fn cut(&mut self, digits: u32) -> bool {
        let mut sticky = false;
        let mut left = digits;
        while left > 0 {
            let step = left.min(CHUNK);
            sticky |= self.div_limb(10u64.pow(step)) != 0;
            left -= step;
        }
        sticky
    }

    /// Rounds half to even to `precision` digits; answers how many were cut off.
    pub(super) fn round(&mut self, precision: u32, sticky: bool) -> u32 {
        let mut drop = self.digits().saturating_sub(precision);
        if drop == 0 {
            return 0;
        }
        let sticky = self.cut(drop - 1) | sticky;
        let last = self.div_limb(10);
        if last > 5 || (last == 5 && (sticky || self.0[0] & 1 == 1)) {
            *self = self.add(Self::ONE);
            if self.digits() > precision {
                self.div_limb(10);
                drop += 1;
            }
        }
        drop
    }

    /// Cuts zeros at the end off, so many at most; answers how many.
    pub(super) fn strip(&mut self, most: i64) -> i64 {
        let mut count = 0;
        while count < most && !self.is_zero() {
            let mut shorter = *self;
            if shorter.div_limb(10) != 0 {
                break;
            }
            *self = shorter;
            count += 1;
        }
        count
    }

    /// How many decimal digits; 0 for zero.
    pub(super) fn digits(self) -> u32 {
        if let Some(small) = self.to_u128() {
            return super::digits(small);
        }
        // Beyond 38 digits: cut 19 at a time until it fits.
        let mut rest = self;
        let mut count = 0;
        loop {
            rest.div_limb(10u64.pow(CHUNK));
            count += CHUNK;
            if let Some(small) = rest.to_u128() {
                return count + super::digits(small);
            }
        }
    }

    /// Quotient and remainder; the divisor must not be zero. (Knuth, TAOCP 2, 4.3.1, algorithm D.)
    pub(super) fn div_rem(self, divisor: Self) -> (Self, Self) {
        if self < divisor {
            return (Self([0; LIMBS]), self);
        }
        let count = divisor.used();
        if count <= 1 {
            let mut quotient = self;
            let rest = quotient.div_limb(divisor.0[0].max(1));
            return (quotient, Self([rest, 0, 0, 0, 0, 0]));
        }
        // Normalize: the divisor's highest bit is set, so that a quotient limb is at most 2 off.
        let shift = divisor.0[count - 1].leading_zeros();
        let divisor = divisor.shl(shift);
        let mut rest = [0u64; LIMBS + 1];
        rest[..LIMBS].copy_from_slice(&self.shl(shift).0);
        rest[LIMBS] = self.0[LIMBS - 1].checked_shr(u64::BITS - shift).unwrap_or(0);
        let mut quotient = [0u64; LIMBS];
        for at in (0..=LIMBS - count).rev() {
            quotient[at] = quotient_limb(&mut rest[at..=at + count], &divisor.0[..count]);
        }
        let mut remainder = Self([0; LIMBS]);
        remainder.0.copy_from_slice(&rest[..LIMBS]);
        (Self(quotient), remainder.shr(shift))
    }

    /// Shifts by less than a limb; the highest bits fall off.
    fn shl(self, bits: u32) -> Self {
        let mut carry = 0u64;
        let mut shifted = self;
        for limb in &mut shifted.0 {
            let (low, high) = split(u128::from(*limb) << bits);
            *limb = low | carry;
            carry = high;
        }
        shifted
    }

    /// Shifts by less than a limb.
    fn shr(self, bits: u32) -> Self {
        let mut carry = 0u64;
        let mut shifted = self;
        for limb in shifted.0.iter_mut().rev() {
            let (low, high) = split(join(0, *limb) >> bits);
            *limb = high | carry;
            carry = low;
        }
        shifted
    }
}

/// One step of algorithm D: the next limb of the quotient; `rest` loses it times the divisor.
///
/// `rest` is one limb longer than the divisor.
fn quotient_limb(rest: &mut [u64], divisor: &[u64]) -> u64 {
    let count = divisor.len();
    let (top, next) = (divisor[count - 1], divisor[count - 2]);
    let head = join(rest[count - 1], rest[count]);
    let (mut guess, mut over) = (head / u128::from(top), head % u128::from(top));
    let base = 1u128 << 64;
    while guess >= base || guess * u128::from(next) > (over << 64 | u128::from(rest[count - 2])) {
        guess -= 1;
        over += u128::from(top);
        if over >= base {
            break;
        }
    }
    let (mut limb, _) = split(guess);
    let (mut carry, mut borrow) = (0u64, false);
    for (target, part) in rest.iter_mut().zip(divisor.iter().chain([&0])) {
        let (low, high) = split(u128::from(limb) * u128::from(*part) + u128::from(carry));
        carry = high;
        let (partial, first) = target.overflowing_sub(low);
        let (total, second) = partial.overflowing_sub(u64::from(borrow));
        *target = total;
        borrow = first | second;
    }
    if borrow {
        // The guess was one too high: give one divisor back.
        limb -= 1;
        let mut carry = false;
        for (target, part) in rest.iter_mut().zip(divisor.iter().chain([&0])) {
            let (partial, first) = target.overflowing_add(*part);
            let (total, second) = partial.overflowing_add(u64::from(carry));
            *target = total;
            carry = first | second;
        }
    }
    limb
}

impl Ord for Wide {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.iter().rev().cmp(other.0.iter().rev())
    }
}

impl PartialOrd for Wide {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
