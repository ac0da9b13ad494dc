//! Randomness, drawn from the seed the evaluation was given: every replica draws the same.

use ::value::Dec;

use super::{Builtin, Invocation, Outcome, Reject, fixed};
use crate::values::Value;

pub(super) const TABLE: &[Builtin] =
    &[fixed("random number", &[], random_number), fixed("uuid", &[], uuid)];

/// One step of `SplitMix64`.
fn draw(call: &mut Invocation<'_, '_, '_, '_>) -> u64 {
    let seed = &mut call.machine.env.seed;
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *seed;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// A number from 0 up to, but not including, 1.
fn random_number(call: &mut Invocation<'_, '_, '_, '_>, _: &[Value]) -> Outcome {
    #[expect(clippy::cast_precision_loss, reason = "53 bits are what a double holds exactly")]
    let number = (draw(call) >> 11) as f64 / (1_u64 << 53) as f64;
    Dec::from_f64(number).map(Value::from_dec).ok_or(Reject::Arguments)
}

/// A UUID of version 4.
fn uuid(call: &mut Invocation<'_, '_, '_, '_>, _: &[Value]) -> Outcome {
    let high = draw(call) & !0xf000 | 0x4000;
    let low = draw(call) & !(0b11 << 62) | 0b10 << 62;
    let text = format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    );
    call.new_text(&text)
}
