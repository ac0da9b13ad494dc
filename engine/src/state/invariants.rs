//! What must hold between the parts of the state. Tests check it after every entry.

use super::State;
use super::due::DueKind;
use super::instance::{ElementState, Instance, JobState, Role, SubscriptionState};
use super::user_task::UserTaskState;
use record::{GatewayPhase, IncidentType, Key, ListenerEventType};
use std::collections::{BTreeMap, BTreeSet};

type Checked = Result<(), String>;

macro_rules! must {
    ($holds:expr, $($text:tt)*) => {
        if !$holds {
            return Err(format!($($text)*));
        }
    };
}

impl State {
    /// Checks what must hold between the parts of the state.
    pub(crate) fn check_invariants(&self) -> Checked {
        let mut incidents = 0;
        let mut owned = 0;
        let mut attached = 0;
        let mut children = 0;
        let mut watched = 0;
        let mut due = 0;
        let mut activatable = 0;
        let mut signals = self.signal_starts.len();
        for (key, instance) in self.instances.iter() {
            must!(*key == instance.key, "instance {key} is stored as {}", instance.key);
            check_tree(instance)?;
            check_jobs(instance)?;
            check_user_tasks(instance)?;
            self.check_calls(instance)?;
            attached += self.check_attached(instance)?;
            children += self.check_children(instance)?;
            watched += self.check_watched(instance)?;
            owned += self.check_owned(instance)?;
            due += self.check_due(instance)?;
            activatable += self.check_activatable(instance)?;
            self.check_subscriptions(instance)?;
            incidents += instance.incidents.iter().count() as u64;
            signals += self.check_signals(instance)?;
            check_compensations(instance)?;
            self.check_ad_hoc(instance)?;
            self.check_gateways(instance)?;
        }
        self.check_running()?;
        self.check_business_ids()?;
        must!(self.meta.incidents_open == incidents, "open incidents are miscounted");
        must!(self.attached.len() == attached, "something waits at what has ended");
        must!(self.children.len() == children, "something is inside what has ended");
        must!(self.watched.len() == watched, "a condition is waited for in what has ended");
        must!(self.owners.len() == owned, "an owner is left of something that ended");
        must!(self.activatable.len() == activatable, "a job that ended can be handed out");
        let messages = self.messages.iter().filter(|(_, it)| it.time_to_live_ms > 0).count();
        must!(self.messages_by_name.len() == messages, "buffered messages are misindexed");
        let named = self.messages.iter().filter(|(_, it)| it.by_business_id().is_some()).count();
        let indexed = self.messages_by_business_id.len();
        must!(indexed == named, "buffered messages are misindexed by business id");
        must!(self.signals_by_name.len() == signals, "signal subscriptions are misindexed");
        let others = self.gateways.len() + self.start_timers.len() + self.asked_answered.len();
        let expected = due + messages + others;
        must!(self.due.len() == expected, "{} due entries, expected {expected}", self.due.len());
        self.check_deployed()?;
        self.check_asked()?;
        self.check_streams()
    }

    fn check_business_ids(&self) -> Checked {
        let all = self.instances.iter().filter_map(|(_, it)| it.business_id());
        let mut count = 0;
        for it in all {
            must!(self.business_ids.contains(&it), "business id {it:?} is not indexed");
            count += 1;
        }
        must!(self.business_ids.len() == count, "business ids of ended instances are indexed");
        Ok(())
    }

    /// The instances that run of each definition are counted, and the definition is there.
    fn check_running(&self) -> Checked {
        let mut running: BTreeMap<Key, u64> = BTreeMap::new();
        for (_, instance) in self.instances.iter() {
            *running.entry(instance.definition).or_default() += 1;
        }
        for (key, count) in &running {
            let counted = self.running.get(key);
            must!(
                counted == Some(count),
                "{count} instances of {key} run, {counted:?} are counted"
            );
            must!(self.definitions.get(key).is_some(), "definition {key} of instances is gone");
        }
        must!(self.running.len() == running.len(), "definitions without instances are counted");
        for (key, it) in self.definitions.iter().filter(|(_, it)| it.is_retired) {
            let id = &it.process_id;
            must!(running.contains_key(key), "'{id}' {key} is kept for no instance");
        }
        Ok(())
    }

    fn check_deployed(&self) -> Checked {
        self.definitions.check("process")?;
        self.forms.check("form")?;
        self.resources.check("resource")?;
        self.decisions.check("decision")?;
        self.requirements.check("requirements graph")?;
        self.check_decisions()
    }

    /// A called instance and the call activity that began it know each other.
    fn check_calls(&self, instance: &Instance) -> Checked {
        let by = instance.caller;
        if !by.instance.is_none() {
            let found = self.element(by.instance, by.element_instance);
            let called = found.map(|it| it.called);
            must!(
                called == Some(instance.key),
                "{} is called by one that {called:?}",
                instance.key
            );
        }
        for element in instance.elements.iter().filter(|it| !it.called.is_none()) {
            let by = self.instance(element.called).map(|it| it.caller.element_instance);
            must!(by == Some(element.key), "{} calls one that {by:?} called", element.key);
        }
        Ok(())
    }

    fn check_owned(&self, instance: &Instance) -> Result<usize, String> {
        let elements = instance.elements.iter().map(|it| it.key);
        let jobs = instance.jobs.iter().map(|it| it.key);
        let incidents = instance.incidents.iter().map(|it| it.key);
        let user_tasks = instance.user_tasks.iter().map(|it| it.key);
        let mut count = 0;
        for key in elements.chain(jobs).chain(incidents).chain(user_tasks) {
            let owner = self.owners.get(&key).copied();
            must!(owner == Some(instance.key), "{key} is owned by {owner:?}");
            count += 1;
        }
        Ok(count)
    }

    fn check_due(&self, instance: &Instance) -> Result<usize, String> {
        let timers = instance
            .timers
            .iter()
            .filter(|it| !it.is_parked)
            .map(|it| (it.due, DueKind::Timer, it.key));
        let jobs = instance.jobs.iter().filter_map(|it| match it.state {
            JobState::Activated => Some((it.deadline, DueKind::JobDeadline, it.key)),
            JobState::Failed if it.recurs_at > 0 => {
                Some((it.recurs_at, DueKind::JobBackOff, it.key))
            }
            JobState::Failed | JobState::Activatable | JobState::ErrorThrown => None,
        });
        let mut count = 0;
        for key in timers.chain(jobs) {
            must!(self.due.get(&key) == Some(&instance.key), "{key:?} is not in the due index");
            count += 1;
        }
        Ok(count)
    }

    fn check_activatable(&self, instance: &Instance) -> Result<usize, String> {
        let mut count = 0;
        for job in instance.jobs.iter().filter(|it| it.is_held) {
            must!(job.state == JobState::Activatable, "job {} is held for nothing", job.key);
        }
        for job in instance.jobs.iter().filter(|it| it.is_offered()) {
            let listed = self.activatable.contains(&job.place());
            must!(listed, "job {} cannot be handed out", job.key);
            count += 1;
        }
        Ok(count)
    }

    fn check_signals(&self, instance: &Instance) -> Result<usize, String> {
        let mut count = 0;
        for it in instance.signals.iter() {
            let found = self.signals_by_name.get(&(it.name.clone(), it.key));
            must!(found == Some(&instance.key), "signal subscription {} is not indexed", it.key);
            let waits = instance.element(it.element_instance);
            let waits = waits.is_some_and(|it| it.state != ElementState::Terminating);
            must!(waits, "signal subscription {} waits for nobody", it.key);
            count += 1;
        }
        Ok(count)
    }

    /// What something in an ad-hoc subprocess begins in stands in one, and with no work pending
    /// nothing waits to begin.
    fn check_ad_hoc(&self, instance: &Instance) -> Checked {
        let mut open = instance.incidents.iter();
        let is_parked = instance.suspension.is_some()
            || open.any(|it| it.kind == IncidentType::ProcessingError);
        for element in instance.elements.iter() {
            let around = instance.element(element.scope).and_then(|it| it.ad_hoc.as_ref());
            let is_inner = element.role == Role::AdHocInner;
            must!(!is_inner || around.is_some(), "{} stands in no ad-hoc subprocess", element.key);
            let is_open = element.state == ElementState::Activated && element.interrupted_by == 0;
            let waits = element.ad_hoc.as_ref().is_some_and(|it| !it.waiting.is_empty());
            let is_stuck = waits && is_open && !is_parked && self.pending.len() == 0;
            must!(!is_stuck, "something waits for ever to begin in {}", element.key);
        }
        Ok(())
    }

    /// A complex gateway waits for the rest once, an undecided one keeps what it took, and with no
    /// work pending none holds a scope in which nothing goes on.
    fn check_gateways(&self, instance: &Instance) -> Checked {
        let mut open = instance.incidents.iter();
        let is_parked = instance.suspension.is_some()
            || open.any(|it| it.kind == IncidentType::ProcessingError);
        for it in instance.elements.iter() {
            let gateways: BTreeSet<u32> = it.awaiting_reset.iter().map(|it| it.gateway).collect();
            must!(
                gateways.len() == it.awaiting_reset.len(),
                "a gateway in {} awaits twice",
                it.key
            );
            let is_idle = it.children == 0 && it.tokens == 0 && it.interrupted_by == 0;
            let waits = !gateways.is_empty() && it.state == ElementState::Activated;
            let is_stuck = waits && is_idle && !is_parked && self.pending.len() == 0;
            must!(!is_stuck, "a gateway holds {}, in which nothing goes on", it.key);
            let scope = instance.element(it.scope);
            let keeps = scope.is_some_and(|scope| scope.awaiting_reset_of(it.element).is_some());
            let is_undecided = it.phase == GatewayPhase::Undecided;
            let is_ending = it.state == ElementState::Terminating
                || scope.is_some_and(|it| it.interrupted_by != 0);
            must!(!is_undecided || keeps || is_ending, "{} keeps no tokens", it.key);
        }
        Ok(())
    }

    /// With the two sides on one partition and no work pending, they agree.
    fn check_subscriptions(&self, instance: &Instance) -> Checked {
        // Those of a suspended instance are opened again when it is resumed.
        if self.pending.len() > 0 || instance.suspension.is_some() {
            return Ok(());
        }
        for it in instance.subscriptions.iter() {
            let is_settled = it.state == SubscriptionState::Created;
            must!(is_settled, "subscription {} is still {:?}", it.key, it.state);
            let known = self.subscriptions.contains(&it.key);
            must!(known, "the message's side does not know subscription {}", it.key);
        }
        Ok(())
    }

    fn check_streams(&self) -> Checked {
        for (key, stream) in self.streams.iter() {
            let is_ready = self.ready_streams.contains(&(stream.job_type.clone(), *key));
            must!(is_ready == (stream.credit > 0), "stream {key:?} is misindexed");
        }
        Ok(())
    }
}

/// What is being undone has somebody who asked for it, and somebody who does it.
fn check_compensations(instance: &Instance) -> Checked {
    for it in instance.compensations.iter() {
        let is_there = |key: Key| key.is_none() || instance.element(key).is_some();
        must!(is_there(it.thrower), "compensation {} was thrown by nobody", it.key);
        must!(is_there(it.handler_instance), "nobody handles compensation {}", it.key);
        let is_begun = it.handler == 0 || it.thrower.is_none() == it.handler_instance.is_none();
        must!(is_begun, "compensation {} was thrown and not begun", it.key);
    }
    Ok(())
}

/// Counters of children, and that every element instance hangs in the tree.
fn check_tree(instance: &Instance) -> Checked {
    let mut children: BTreeMap<Key, u32> = BTreeMap::new();
    for element in instance.elements.iter().filter(|it| !it.scope.is_none()) {
        *children.entry(element.scope).or_default() += 1;
        must!(instance.element(element.scope).is_some(), "{} has no scope", element.key);
    }
    for element in instance.elements.iter() {
        let counted = children.get(&element.key).copied().unwrap_or_default();
        must!(
            element.children == counted,
            "{} counts {} children, but has {counted}",
            element.key,
            element.children
        );
    }
    for element in instance.elements.iter() {
        let waiting: u32 = element.arrivals.iter().map(|it| it.tokens).sum();
        let tokens = element.tokens;
        must!(waiting <= tokens, "{waiting} tokens wait in {}, which has {tokens}", element.key);
        let parts: BTreeSet<u32> = element.parts.iter().map(|it| it.element).collect();
        must!(parts.len() == element.parts.len(), "{} keeps a definition twice", element.key);
    }
    must!(instance.root().is_some(), "instance {} has no root", instance.key);
    Ok(())
}

fn check_jobs(instance: &Instance) -> Checked {
    for job in instance.jobs.iter() {
        let element = instance.element(job.element_instance);
        must!(element.is_some(), "job {} has no element instance", job.key);
        let state = element.map(|it| it.state);
        let expected = match job.listener_event {
            ListenerEventType::Start | ListenerEventType::BeforeAll => ElementState::Activating,
            ListenerEventType::End => ElementState::Completing,
            ListenerEventType::Cancel => ElementState::Terminating,
            ListenerEventType::Unspecified
            | ListenerEventType::Creating
            | ListenerEventType::Assigning
            | ListenerEventType::Updating
            | ListenerEventType::Completing
            | ListenerEventType::Canceling => continue,
        };
        must!(state == Some(expected), "listener {} is asked while {state:?}", job.key);
        let of_same = instance.jobs.iter().filter(|it| it.element_instance == job.element_instance);
        must!(of_same.count() == 1, "listener {} is not asked alone", job.key);
        let is_of_body = element.is_some_and(|it| it.role == Role::Body);
        let is_before_all = job.listener_event == ListenerEventType::BeforeAll;
        must!(is_of_body == is_before_all, "listener {} is asked in the wrong place", job.key);
    }
    let hears = instance.root().is_some_and(|it| it.state == ElementState::Terminating);
    let agreed = instance.cancel_listeners_agreed;
    must!(hears || agreed == 0, "{agreed} listeners to no cancellation have agreed");
    for timer in instance.timers.iter() {
        let element = instance.element(timer.element_instance);
        let waits = element.is_some_and(|it| it.state != ElementState::Terminating);
        must!(waits, "timer {} waits for nobody", timer.key);
    }
    for incident in instance.incidents.iter() {
        let element = instance.element(incident.element_instance);
        must!(element.is_some(), "incident {} has no element instance", incident.key);
    }
    Ok(())
}

/// A task belongs to an element instance that has no other, and is its own only work.
fn check_user_tasks(instance: &Instance) -> Checked {
    let mut elements = BTreeSet::new();
    for task in instance.user_tasks.iter() {
        let element = instance.element(task.element_instance);
        must!(element.is_some(), "user task {} has no element instance", task.key);
        let is_only = elements.insert(task.element_instance);
        must!(is_only, "the element of user task {} has another one", task.key);
        let is_settled = task.state == UserTaskState::Created && task.transition.is_none();
        let asks = instance.jobs.iter().any(|it| it.element_instance == task.element_instance)
            || instance.incidents.iter().any(|it| it.element_instance == task.element_instance);
        let waits = asks && task.transition.is_some();
        must!(is_settled || waits, "user task {} is still {}", task.key, task.state.name());
        let priority = task.attributes.priority;
        must!((0..=100).contains(&priority), "user task {} has priority {priority}", task.key);
    }
    Ok(())
}
