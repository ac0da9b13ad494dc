//! Places that a script does not come by each time, because its threads work beside each other.
//!
//! A place that was missed is tried again. One that is missed every time shows nothing, so only few
//! may be.

use anyhow::{Result, ensure};

use crate::suite::Tally;

/// A missed place is tried so often more.
const RETRIES: u64 = 3;
/// So many places may be missed whatever their share is.
const MISSED_MAX: u64 = 2;
/// Above that, one of so many.
const ONE_OF: u64 = 20;
/// The figure of places that were missed each time.
const MISSED: &str = "places missed each time";
/// The figure of tries that missed their place.
const MISSES: &str = "tries that missed their place";

/// Tries a place until it is struck, or was missed too often.
pub(super) async fn strike(
    tally: &mut Tally,
    mut is_struck: impl AsyncFnMut(&mut Tally) -> Result<bool>,
) -> Result<()> {
    tally.count(MISSED, 0);
    for _ in 0..=RETRIES {
        if is_struck(tally).await? {
            return Ok(());
        }
        tally.count(MISSES, 1);
    }
    tally.count(MISSED, 1);
    Ok(())
}

/// Not too many of a run's places were missed.
pub(super) fn check(places: u64, tally: &Tally) -> Result<()> {
    let missed = tally.figure(MISSED);
    ensure!(
        missed <= MISSED_MAX.max(places / ONE_OF),
        "{missed} of {places} places were missed, though each was tried {} times, so that too \
         little was shown",
        1 + RETRIES
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn struck_at(try_number: u64) -> (u64, Tally) {
        let (mut tries, mut tally) = (0, Tally::default());
        let struck = strike(&mut tally, async |_| {
            tries += 1;
            Ok(tries == try_number)
        });
        struck.await.unwrap();
        (tries, tally)
    }

    #[tokio::test]
    async fn a_place_is_tried_again_until_it_is_struck_and_four_times_at_most() {
        for (try_number, tries, missed) in [(1, 1, 0), (4, 4, 0), (5, 4, 1)] {
            let (found, tally) = struck_at(try_number).await;
            assert_eq!((found, tally.figure(MISSED)), (tries, missed), "{try_number}");
            assert_eq!(tally.figure(MISSES), tries - 1 + missed);
        }
    }

    #[test]
    fn a_run_that_missed_more_than_two_and_one_in_twenty_fails() {
        for (places, missed, is_fine) in
            [(10, 2, true), (10, 3, false), (100, 5, true), (100, 6, false)]
        {
            let mut tally = Tally::default();
            tally.count(MISSED, missed);
            assert_eq!(check(places, &tally).is_ok(), is_fine, "{missed} of {places}");
        }
    }
}
