//! Decision tables of the sizes that businesses write.

#![expect(clippy::unwrap_used, reason = "a broken benchmark must stop")]

use std::fmt::Write;

use divan::{Bencher, black_box};
use dmn::Model;
use feel::{Budget, Env, Variables};
use jiff::tz::TimeZone;
use value::Doc;

/// The allocator of the server, so that the figures are the server's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

struct Scope(Doc);

impl Variables for Scope {
    fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name)
    }
}

/// Five inputs: two texts, two numbers, a boolean; every rule differs in the first number.
fn model(rules: usize) -> Model {
    let mut xml = String::from(
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"d\" name=\"d\" \
         namespace=\"d\"><decision id=\"t\" name=\"t\"><decisionTable hitPolicy=\"FIRST\">",
    );
    for name in ["country", "kind", "amount", "age", "vip"] {
        write!(xml, "<input><inputExpression><text>{name}</text></inputExpression></input>")
            .unwrap();
    }
    xml += "<output name=\"rate\"/>";
    let countries = ["DE", "FR", "IT", "ES"];
    for ix in 0..rules {
        xml += "<rule>";
        let low = ix * 10;
        for cell in [
            format!("\"{}\"", countries[ix % 4]),
            "\"a\", \"b\"".to_owned(),
            format!("[{low}..{})", low + 10),
            "&gt;= 18".to_owned(),
            "-".to_owned(),
        ] {
            write!(xml, "<inputEntry><text>{cell}</text></inputEntry>").unwrap();
        }
        write!(xml, "<outputEntry><text>{ix}</text></outputEntry></rule>").unwrap();
    }
    xml += "</decisionTable></decision></definitions>";
    dmn::compile("bench.dmn", xml.as_bytes()).unwrap()
}

/// The last rule matches, so that all are looked at.
fn scope(rules: usize) -> Scope {
    let country = ["DE", "FR", "IT", "ES"][(rules - 1) % 4];
    let amount = rules * 10 - 5;
    let json = format!(
        "{{\"country\":\"{country}\",\"kind\":\"b\",\"amount\":{amount},\"age\":30,\"vip\":true}}"
    );
    Scope(Doc::from_json(&json).unwrap())
}

#[divan::bench(args = [10, 31, 100, 1000, 10_000], sample_size = 100)]
fn evaluate(bencher: Bencher<'_, '_>, rules: usize) {
    let (model, scope, zone) = (model(rules), scope(rules), TimeZone::UTC);
    let decision = model.decision("t").unwrap();
    bencher.bench_local(|| {
        let mut budget = Budget::default();
        let mut env = Env::new(0, &zone, 1, &mut budget);
        model.evaluate(decision, black_box(&scope), &mut env).unwrap()
    });
}

#[divan::bench(args = [100, 1000, 10_000], sample_size = 100)]
fn explain(bencher: Bencher<'_, '_>, rules: usize) {
    let (model, scope, zone) = (model(rules), scope(rules), TimeZone::UTC);
    let decision = model.decision("t").unwrap();
    bencher.bench_local(|| {
        let mut budget = Budget::default();
        let mut env = Env::new(0, &zone, 1, &mut budget);
        model.explain(decision, usize::MAX, black_box(&scope), &mut env).unwrap()
    });
}

#[divan::bench(args = [100, 1000], sample_size = 1, sample_count = 20)]
fn compile(bencher: Bencher<'_, '_>, rules: usize) {
    bencher.bench(|| model(black_box(rules)));
}
