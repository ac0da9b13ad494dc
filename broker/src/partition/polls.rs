//! Job polls that wait at the leader, outside the log, until their type has work.

use parking_lot::Mutex;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::oneshot;
use value::Str;

/// The polls of one type, by number, with the way to wake each.
type Queue = VecDeque<(u64, oneshot::Sender<()>)>;

/// Parked polls by job type, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Polls {
    parked: Mutex<BTreeMap<Str, Queue>>,
    next: AtomicU64,
    count: AtomicU64,
}

/// A parked poll. Dropping it gives up the place; a wake-up that came too late is passed on.
#[derive(Debug)]
pub(crate) struct Place {
    number: u64,
    job_type: Str,
    woken: oneshot::Receiver<()>,
    was_served: bool,
    polls: Arc<Polls>,
}

impl Polls {
    /// Takes a place in the queue of a type. `None` if `max` polls are parked already.
    pub(crate) fn park(self: &Arc<Self>, job_type: &Str, max: u64) -> Option<Place> {
        if self.count.fetch_add(1, Ordering::AcqRel) >= max {
            self.count.fetch_sub(1, Ordering::AcqRel);
            return None;
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (sender, woken) = oneshot::channel();
        self.parked.lock().entry(job_type.clone()).or_default().push_back((number, sender));
        let (job_type, polls) = (job_type.clone(), self.clone());
        Some(Place { number, job_type, woken, was_served: false, polls })
    }

    /// Wakes the poll of a type that has waited longest.
    pub(crate) fn wake(&self, job_type: &Str) {
        let mut parked = self.parked.lock();
        let Some(queue) = parked.get_mut(job_type) else { return };
        while let Some((_, sender)) = queue.pop_front() {
            if sender.send(()).is_ok() {
                break;
            }
        }
        if queue.is_empty() {
            parked.remove(job_type);
        }
    }

    /// How many polls are parked.
    pub(crate) fn len(&self) -> u64 {
        self.count.load(Ordering::Acquire)
    }
}

impl Place {
    /// Waits until the type has work.
    pub(crate) async fn woken(&mut self) {
        // The sender is dropped only with the queue, when the node stops.
        if (&mut self.woken).await.is_err() {
            std::future::pending::<()>().await;
        }
        self.was_served = true;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.polls.count.fetch_sub(1, Ordering::AcqRel);
        let missed = !self.was_served && self.woken.try_recv().is_ok();
        let mut parked = self.polls.parked.lock();
        if let Some(queue) = parked.get_mut(&self.job_type) {
            queue.retain(|(number, _)| *number != self.number);
            if queue.is_empty() {
                parked.remove(&self.job_type);
            }
        }
        drop(parked);
        if missed {
            self.polls.wake(&self.job_type);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Polls;
    use std::sync::Arc;
    use value::Str;

    #[tokio::test]
    async fn a_wake_up_for_a_poll_that_left_goes_to_the_next() {
        let polls = Arc::new(Polls::default());
        let job_type = Str::from("work");
        let first = polls.park(&job_type, 2).expect("there is room");
        let mut second = polls.park(&job_type, 2).expect("there is room");
        assert!(polls.park(&job_type, 2).is_none(), "the limit is two");
        polls.wake(&job_type);
        drop(first);
        second.woken().await;
        drop(second);
        assert_eq!(polls.len(), 0);
    }
}
