//! Random decision models: of tables and other logic, or somebody's file with changes.

use crate::feel_text::{cell, sound_text, spoil};
use crate::random::Random;
use std::fmt::Write as _;

const POLICIES: &[&str] = &[
    "UNIQUE",
    "UNIQUE",
    "FIRST",
    "FIRST",
    "COLLECT",
    "FIRST",
    "ANY",
    "PRIORITY",
    "RULE ORDER",
    "OUTPUT ORDER",
    "COLLECT",
    "COLLECT\" aggregation=\"SUM",
    "COLLECT\" aggregation=\"MIN",
    "COLLECT\" aggregation=\"MAX",
    "COLLECT\" aggregation=\"COUNT",
    "NONE",
];

/// A random file.
pub(crate) fn xml(random: &mut Random, corpus: &[String]) -> String {
    let mut file = if corpus.is_empty() || random.once_in(2) {
        generated(random)
    } else {
        random.pick(corpus).clone()
    };
    while random.once_in(3) {
        change(random, &mut file);
    }
    file
}

fn generated(random: &mut Random) -> String {
    let mut out = String::from(
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"f\" name=\"f\" \
         namespace=\"f\">",
    );
    for ix in 0..=random.below(4) {
        let _ = write!(out, "<decision id=\"d{ix}\" name=\"d{ix}\">");
        if ix > 0 && random.once_in(2) {
            let to = random.below(ix + 1);
            let _ = write!(
                out,
                "<informationRequirement><requiredDecision href=\"#d{to}\"/>\
                 </informationRequirement>"
            );
        }
        logic(random, 3, &mut out);
        out.push_str("</decision>");
    }
    out.push_str("</definitions>");
    out
}

fn logic(random: &mut Random, depth: usize, out: &mut String) {
    if depth == 0 || random.once_in(4) {
        let text = escaped(&sound_text(random));
        let _ = write!(out, "<literalExpression><text>{text}</text></literalExpression>");
        return;
    }
    match random.below(6) {
        0..=3 => table(random, out),
        4 => {
            out.push_str("<context><contextEntry><variable name=\"x\"/>");
            logic(random, depth - 1, out);
            out.push_str("</contextEntry></context>");
        }
        _ => {
            out.push_str("<list>");
            logic(random, depth - 1, out);
            logic(random, depth - 1, out);
            out.push_str("</list>");
        }
    }
}

fn table(random: &mut Random, out: &mut String) {
    let (inputs, outputs) = (1 + random.below(3), 1 + usize::from(random.once_in(4)));
    let _ = write!(out, "<decisionTable hitPolicy=\"{}\">", random.word(POLICIES));
    for ix in 0..inputs {
        let text = if random.once_in(3) { escaped(&sound_text(random)) } else { "x".to_owned() };
        let _ = write!(
            out,
            "<input id=\"i{ix}\"><inputExpression><text>{text}</text></inputExpression></input>"
        );
    }
    for ix in 0..outputs {
        let _ = write!(out, "<output name=\"o{ix}\"/>");
    }
    for _ in 0..random.below(6) {
        out.push_str("<rule>");
        for _ in 0..inputs {
            let text = escaped(&cell(random));
            let _ = write!(out, "<inputEntry><text>{text}</text></inputEntry>");
        }
        for _ in 0..outputs {
            let text = escaped(&text_of_output(random));
            let _ = write!(out, "<outputEntry><text>{text}</text></outputEntry>");
        }
        out.push_str("</rule>");
    }
    out.push_str("</decisionTable>");
}

fn text_of_output(random: &mut Random) -> String {
    if random.once_in(3) { sound_text(random) } else { random.below(5).to_string() }
}

/// Changes the file as text, or one of its expressions.
fn change(random: &mut Random, file: &mut String) {
    let expressions: Vec<usize> =
        file.match_indices("<text>").map(|(at, it)| at + it.len()).collect();
    if expressions.is_empty() || random.once_in(3) {
        spoil(random, file);
        return;
    }
    let at = *random.pick(&expressions);
    let end = file[at..].find("</text>").map_or(at, |it| at + it);
    file.replace_range(at..end, &escaped(&cell(random)));
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\0', " ")
}
