//! Decimals against dashu-float, an arbitrary-precision implementation.

use std::str::FromStr;

use dashu_float::round::mode::HalfEven;
use dashu_float::{Context, FBig};
use proptest::prelude::*;

use super::{DIGITS_MAX, Dec};

type Big = FBig<HalfEven, 10>;

/// Numbers of every length, near each other and far apart.
fn number() -> impl Strategy<Value = String> {
    let digits = prop_oneof![
        "[0-9]{1,4}",
        "[0-9]{1,18}",
        "[1-9][0-9]{30,33}",
        "9{1,34}",
        "[1-9]0{0,33}",
        "[1-9]0{0,20}[0-9]{1,12}",
        "[1-9]{1,17}50{0,15}",
    ];
    let exponent = prop_oneof![4 => -10i32..10, 2 => -45i32..45, 1 => -2000i32..2000];
    (any::<bool>(), digits, exponent).prop_map(|(negative, digits, exponent)| {
        format!("{}{digits}e{exponent}", if negative { "-" } else { "" })
    })
}

fn big(text: &str) -> Big {
    Big::from_str(text).expect("the generator writes numbers")
}

fn dec(text: &str) -> Dec {
    Dec::parse(text).expect("the generator stays in range")
}

/// A number whose operations are exact. (The oracle's own rounding leaves 35 digits at times.)
fn exact(text: &str) -> Big {
    big(text).with_precision(0).value()
}

/// Rounds an exact result.
fn once(exact: Big) -> Big {
    exact.with_precision(DIGITS_MAX as usize).value()
}

/// The oracle's number from our plain text, which does not rely on our own arithmetic.
fn seen(ours: Option<Dec>) -> Option<Big> {
    ours.map(|it| big(&it.to_string()))
}

/// The algorithm of ANSI X3.274, which `BigDecimal.pow` documents, on the oracle's numbers.
///
/// It is not the exact power rounded once: 180234 to the 13th differs in the last digit.
fn power(base: &str, exponent: i32) -> Big {
    let count = exponent.unsigned_abs();
    let precision = DIGITS_MAX as usize + count.to_string().len() + 1;
    let mut power = exact("1");
    for bit in (0..=count.ilog2()).rev() {
        power = exact_round(power.clone() * power, precision);
        if count >> bit & 1 == 1 {
            power = exact_round(power * exact(base), precision);
        }
    }
    if exponent < 0 {
        let context = Context::<HalfEven>::new(precision);
        let inverse = context.div(exact("1").repr(), power.repr());
        power = inverse.expect("a power of a number that is not zero").value();
    }
    once(power)
}

/// Rounds, and goes on without a limit.
fn exact_round(number: Big, precision: usize) -> Big {
    number.with_precision(precision).value().with_precision(0).value()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn sums_and_differences_agree(a in number(), b in number()) {
        let sum = once(exact(&a) + exact(&b));
        prop_assert_eq!(seen(dec(&a).checked_add(dec(&b))), Some(sum));
        let difference = once(exact(&a) - exact(&b));
        prop_assert_eq!(seen(dec(&a).checked_sub(dec(&b))), Some(difference));
    }

    #[test]
    fn products_agree(a in number(), b in number()) {
        let product = once(exact(&a) * exact(&b));
        prop_assert_eq!(seen(dec(&a).checked_mul(dec(&b))), Some(product));
    }

    #[test]
    fn quotients_agree(a in number(), b in number()) {
        let (x, y) = (dec(&a), dec(&b));
        if y.is_zero() {
            prop_assert_eq!(x.checked_div(y), None);
        } else {
            let context = Context::<HalfEven>::new(DIGITS_MAX as usize);
            let quotient = context.div(big(&a).repr(), big(&b).repr());
            let quotient = quotient.map(dashu_float::round::Rounded::value).ok();
            prop_assert_eq!(seen(x.checked_div(y)), quotient);
        }
    }

    #[test]
    fn order_and_text_agree(a in number(), b in number()) {
        prop_assert_eq!(dec(&a).cmp(&dec(&b)), big(&a).cmp(&big(&b)));
        prop_assert_eq!(seen(Some(dec(&a))), Some(big(&a)));
        prop_assert_eq!(dec(&a).to_string(), dec(&dec(&a).to_string()).to_string());
    }

    #[test]
    fn remainders_agree(a in number(), b in number()) {
        let (x, y) = (dec(&a), dec(&b));
        prop_assume!(!y.is_zero());
        // Exact arithmetic: a = b × n + rest with a whole n and |rest| < |b|.
        let rest = x.checked_rem(y).expect("the divisor is not zero");
        prop_assert!(rest.abs() < y.abs());
        prop_assert!(rest.is_zero() || rest.is_negative() == x.is_negative());
        let multiple = exact(&a) - exact(&rest.to_string());
        prop_assert_eq!(multiple % exact(&b), big("0"));
        let modulo = x.checked_modulo(y).expect("the divisor is not zero");
        prop_assert!(modulo.is_zero() || modulo.is_negative() == y.is_negative());
    }

    #[test]
    fn powers_agree(digits in "[1-9][0-9]{0,20}", scale in 0i32..20, exponent in -280i32..280) {
        let text = format!("{digits}e-{scale}");
        prop_assume!(exponent != 0);
        prop_assert_eq!(seen(dec(&text).pow(exponent)), Some(power(&text, exponent)));
    }

    #[test]
    fn doubles_survive(value in proptest::num::f64::ANY) {
        prop_assume!(value.is_finite() && value != 0.0);
        let number = Dec::from_f64(value).expect("a finite double is a number");
        prop_assert_eq!(number.to_f64().to_bits(), value.to_bits());
    }

    #[test]
    fn a_short_double_is_what_its_text_says(coef in -99_999_999_999_999_999i64..99_999_999_999_999_999, scale in 0u32..9) {
        let value = format!("{coef}e-{scale}").parse::<f64>().expect("a number");
        prop_assert_eq!(Dec::from_f64(value), Dec::parse(&format!("{value:e}")));
        let short = coef % 1_000_000;
        let value = format!("{short}e-{scale}").parse::<f64>().expect("a number");
        prop_assert_eq!(Dec::from_f64(value), Dec::parse(&format!("{short}e-{scale}")));
        prop_assert_eq!(Dec::from_f64(value).map(Dec::to_f64), Some(value + 0.0));
    }
}
