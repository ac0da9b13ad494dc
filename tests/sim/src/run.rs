//! One run of a seed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::world::{Counts, World};

/// How a run ended.
#[derive(Debug)]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// Steps of the safety phase that were done.
    pub steps: u64,
    /// What does not hold, if anything.
    pub failure: Option<String>,
    /// The hash of everything that happened.
    pub hash: u64,
    /// The last lines of what happened.
    pub last_lines: Vec<String>,
    /// How often things happened.
    pub counts: Counts,
    /// Log entries that were applied.
    pub entries: u64,
    /// Simulated time.
    pub simulated: Duration,
    /// Time that it took.
    pub took: Duration,
}

/// Lines of what happened that are kept of a run that failed.
const LINES: usize = 150;

/// Runs a seed: so many steps in which everything may fail, then the liveness phase.
pub fn run(seed: u64, steps: u64) -> Outcome {
    let started = Instant::now();
    let mut world = World::new(seed);
    let mut done = 0;
    let ended = catch_unwind(AssertUnwindSafe(|| {
        world.begin()?;
        while done < steps {
            world.step()?;
            done += 1;
        }
        world.finish()
    }));
    let failure = match ended {
        Ok(Ok(())) => None,
        Ok(Err(sentence)) => Some(sentence),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            Some(format!("a panic: {}", text.unwrap_or("without words")))
        }
    };
    let mut counts = std::mem::take(&mut world.counts);
    let struck = world.node.machine.struck();
    counts.extend(struck.into_iter().filter(|it| it.1 > 0).map(|(what, n)| (what.to_owned(), n)));
    let begun = &world.oracles.instances.begun;
    counts.extend(begun.iter().map(|((kind, event), n)| (format!("began {kind:?} {event:?}"), *n)));
    Outcome {
        seed,
        steps: done,
        failure,
        hash: world.trace.hash(),
        last_lines: world.trace.last_lines(LINES).map(str::to_owned).collect(),
        entries: world.shadow.index,
        simulated: Duration::from_millis(world.now_ms()),
        counts,
        took: started.elapsed(),
    }
}
