//! What values cost: looking variables up, JSON text both ways, decimal arithmetic.
//!
//! `cargo bench -p baton-value`

use divan::{Bencher, black_box};
use value::{Dec, Doc, Rounding, json, msgpack};

/// An order as a process carries it: 14 variables in 460 bytes.
const ORDER: &str = r#"{"orderId":"O-2026-0018442","customerId":7700412,"express":true,"total":1249.95,"currency":"EUR","country":"DE","email":"ada.lovelace@example.com","coupon":null,"items":[{"sku":"A-100","count":2,"price":499.5},{"sku":"B-7","count":1,"price":250.95}],"address":{"street":"Unter den Linden 1","city":"Berlin","zip":"10117"},"createdAt":"2026-03-14T09:26:53+01:00","retries":3,"notes":"Leave it with the neighbor if nobody opens the door.","channel":"web shop 2"}"#;

fn main() {
    assert_eq!(ORDER.len(), 460, "the numbers are quoted for a document of this size");
    divan::main();
}

fn order() -> Doc {
    Doc::from_json(ORDER).expect("the order is a document")
}

fn dec(text: &str) -> Dec {
    Dec::parse(text).expect("the benchmark writes numbers")
}

#[divan::bench(args = ["orderId", "total", "channel", "missing"])]
fn doc_get(bencher: Bencher<'_, '_>, name: &str) {
    let doc = order();
    bencher.bench_local(|| black_box(&doc).get(black_box(name)).map(<[u8]>::len));
}

#[divan::bench]
fn doc_set(bencher: Bencher<'_, '_>) {
    let doc = order();
    bencher.bench_local(|| black_box(&doc).set("total", black_box(&[5])));
}

#[divan::bench]
fn doc_merge_two_variables(bencher: Bencher<'_, '_>) {
    let doc = order();
    let over = Doc::from_json(r#"{"total":5,"paid":true}"#).expect("a document");
    bencher.bench_local(|| black_box(&doc).merge(black_box(&over)));
}

#[divan::bench]
fn doc_from_bytes(bencher: Bencher<'_, '_>) {
    let doc = order();
    bencher.bench_local(|| Doc::from_bytes(black_box(doc.as_bytes())));
}

#[divan::bench]
fn msgpack_validate(bencher: Bencher<'_, '_>) {
    let doc = order();
    bencher.bench_local(|| msgpack::validate(black_box(doc.as_bytes())));
}

#[divan::bench]
fn json_to_msgpack() -> Vec<u8> {
    json::to_msgpack(black_box(ORDER)).expect("the order is JSON")
}

#[divan::bench]
fn json_from_msgpack(bencher: Bencher<'_, '_>) {
    let doc = order();
    bencher.bench_local(|| black_box(&doc).to_json());
}

/// Short numbers, as in prices, and numbers of full length, as after a division.
const PAIRS: [(&str, &str); 2] = [
    ("1249.95", "0.19"),
    ("416.6499999999999999999999999999999", "0.3333333333333333333333333333333333"),
];

#[divan::bench(args = [0, 1])]
fn dec_add(bencher: Bencher<'_, '_>, ix: usize) {
    let (a, b) = (dec(PAIRS[ix].0), dec(PAIRS[ix].1));
    bencher.bench_local(|| black_box(a).checked_add(black_box(b)));
}

#[divan::bench(args = [0, 1])]
fn dec_mul(bencher: Bencher<'_, '_>, ix: usize) {
    let (a, b) = (dec(PAIRS[ix].0), dec(PAIRS[ix].1));
    bencher.bench_local(|| black_box(a).checked_mul(black_box(b)));
}

#[divan::bench(args = [0, 1])]
fn dec_div(bencher: Bencher<'_, '_>, ix: usize) {
    let (a, b) = (dec(PAIRS[ix].0), dec(PAIRS[ix].1));
    bencher.bench_local(|| black_box(a).checked_div(black_box(b)));
}

#[divan::bench(args = [0, 1])]
fn dec_cmp(bencher: Bencher<'_, '_>, ix: usize) {
    let (a, b) = (dec(PAIRS[ix].0), dec(PAIRS[ix].1));
    bencher.bench_local(|| black_box(a) < black_box(b));
}

#[divan::bench]
fn dec_cmp_integer_to_price(bencher: Bencher<'_, '_>) {
    let (a, b) = (dec("1249.95"), dec("1000"));
    bencher.bench_local(|| black_box(a) > black_box(b));
}

#[divan::bench]
fn dec_round(bencher: Bencher<'_, '_>) {
    let a = dec("237.4905");
    bencher.bench_local(|| black_box(a).round(2, Rounding::HalfUp));
}

#[divan::bench]
fn dec_pow_compound_interest(bencher: Bencher<'_, '_>) {
    let a = dec("1.0125");
    bencher.bench_local(|| black_box(a).pow(black_box(36)));
}

#[divan::bench]
fn dec_parse() -> Option<Dec> {
    Dec::parse(black_box("1249.95"))
}

#[divan::bench]
fn dec_from_f64() -> Option<Dec> {
    Dec::from_f64(black_box(1249.95))
}

#[divan::bench]
fn dec_to_f64(bencher: Bencher<'_, '_>) {
    let a = dec("237.4905");
    bencher.bench_local(|| black_box(a).to_f64());
}

#[divan::bench]
fn dec_to_text(bencher: Bencher<'_, '_>) {
    let a = dec("237.4905");
    bencher.bench_local(|| black_box(a).to_string());
}
