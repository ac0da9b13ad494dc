//! `baton-fuzz TARGET [--seconds N] [--seed N] [--number N] [--corpus FOLDER]`.
//!
//! Runs one target until the time is over and ends with 1 if an input broke something. With
//! `--number` it runs that one input of the seed and shows it. The number under work stands in
//! `--last FILE`, if that is given, so that an input that ends the process can be found.

#![expect(clippy::print_stdout, reason = "it is a program for people")]

use fuzz::{Target, check, input};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (target, options) = match arguments.split_first() {
        Some((name, rest)) if name == "feel" => (Target::Feel, rest),
        Some((name, rest)) if name == "long" => (Target::Long, rest),
        Some((name, rest)) if name == "dmn" => (Target::Dmn, rest),
        Some(_) | None => {
            println!(
                "baton-fuzz feel|long|dmn [--seconds N] [--seed N] [--number N] [--corpus FOLDER] \
                 [--last FILE]"
            );
            return ExitCode::from(2);
        }
    };
    let options: BTreeMap<&str, &str> =
        options.chunks_exact(2).map(|it| (it[0].as_str(), it[1].as_str())).collect();
    let number =
        |name: &str, default| options.get(name).and_then(|it| it.parse().ok()).unwrap_or(default);
    let corpus = options.get("--corpus").map_or_else(Vec::new, |it| corpus(target, Path::new(it)));
    let seed = number("--seed", 1);
    if let Some(number) = options.get("--number").and_then(|it| it.parse().ok()) {
        let text = input(target, seed, number, &corpus);
        println!("{text}");
        return verdict(check(target, &text).map_err(|it| it.what).err());
    }
    // A panic is told with its input, not where it happens.
    std::panic::set_hook(Box::new(|_| {}));
    let until = Instant::now() + Duration::from_secs(number("--seconds", 60));
    let mut faults = 0;
    let mut at: u64 = 0;
    while Instant::now() < until {
        if let Some(last) = options.get("--last") {
            drop(std::fs::write(last, at.to_string()));
        }
        if let Err(fault) = check(target, &input(target, seed, at, &corpus)) {
            println!("--seed {seed} --number {at}: {}\n{}\n", fault.what, fault.input);
            faults += 1;
        }
        at += 1;
    }
    println!("{at} inputs, {faults} faults");
    verdict((faults > 0).then(|| format!("{faults} faults")))
}

fn verdict(fault: Option<String>) -> ExitCode {
    match fault {
        None => ExitCode::SUCCESS,
        Some(what) => {
            println!("{what}");
            ExitCode::FAILURE
        }
    }
}

/// The texts of a folder: lines of `.feel` files up to the first `|`, or `.dmn` files as they are.
fn corpus(target: Target, folder: &Path) -> Vec<String> {
    let mut folders = vec![folder.to_owned()];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let extension = if target == Target::Dmn { "dmn" } else { "feel" };
    let files = files.iter().filter(|it| it.extension().is_some_and(|it| it == extension));
    let texts = files.filter_map(|it| std::fs::read_to_string(it).ok());
    match target {
        Target::Feel | Target::Long => texts
            .flat_map(|it| it.lines().map(str::to_owned).collect::<Vec<_>>())
            .filter_map(|line| line.split(" | ").next().map(str::to_owned))
            .filter(|it| !it.is_empty())
            .collect(),
        Target::Dmn => texts.collect(),
    }
}
