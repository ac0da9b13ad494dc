//! What is waited for and thrown, and event subprocesses.

use std::fmt::Write as _;

use crate::model::{ERRORS, ESCALATIONS, JOB_TYPES, MESSAGES, Pen, SIGNALS, Scope};

/// Kinds of things that something can wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    Timer,
    Date,
    Cycle,
    Message,
    Signal,
    Error,
    Escalation,
    /// Holds when everything is brought to its end.
    Condition,
    /// Never holds where a flow leads back, nor through what the model does by itself: nothing
    /// would wait on such a way.
    Exception,
}

/// What a catching event waits for.
pub(crate) const CATCHES: &[Wait] = &[
    Wait::Timer,
    Wait::Message,
    Wait::Signal,
    Wait::Timer,
    Wait::Message,
    Wait::Date,
    Wait::Condition,
];
/// What an event at a task waits for.
pub(crate) const AT_TASKS: &[Wait] = &[
    Wait::Timer,
    Wait::Cycle,
    Wait::Message,
    Wait::Signal,
    Wait::Error,
    Wait::Error,
    Wait::Exception,
];
/// What an event at a scope, or the start of an event subprocess, waits for.
pub(crate) const AT_SCOPES: &[Wait] = &[
    Wait::Timer,
    Wait::Cycle,
    Wait::Message,
    Wait::Signal,
    Wait::Error,
    Wait::Error,
    Wait::Escalation,
    Wait::Escalation,
    Wait::Escalation,
    Wait::Escalation,
    Wait::Exception,
];

impl Pen<'_> {
    /// What one event waits for, as settings.
    fn wait(&mut self, kind: Wait) -> String {
        let seconds = self.random.below(30);
        match kind {
            Wait::Timer => format!("timer=PT{seconds}S"),
            Wait::Date => format!("date=2026-01-01T00:00:{:02}Z", seconds + 10),
            Wait::Cycle => format!("cycle=R2/PT{}S", seconds + 1),
            Wait::Message => format!("message={} key==k", self.random.one_of(&MESSAGES)),
            Wait::Signal => format!("signal={}", self.random.one_of(&SIGNALS)),
            Wait::Error => format!("error={}", self.random.one_of(&["", ERRORS[0], ERRORS[1]])),
            Wait::Escalation => {
                let codes = ["", ESCALATIONS[0], ESCALATIONS[1]];
                format!("escalation={}", self.random.one_of(&codes))
            }
            Wait::Condition => format!("condition=`=x > {}`", self.random.below(2)),
            Wait::Exception => {
                let changes = self.random.one_of(&["", " changes=update"]);
                format!("condition=`=x > 2` vars=k{changes}")
            }
        }
    }

    /// What several events side by side wait for: no two for the same.
    pub(crate) fn distinct(&mut self, kinds: &[Wait], count: usize) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        while found.len() < count {
            let kind = self.random.one_of(kinds);
            let wait = self.wait(kind);
            let is_timed = matches!(kind, Wait::Timer | Wait::Date | Wait::Cycle);
            if is_timed || !found.contains(&wait) {
                found.push(wait);
            }
        }
        found
    }

    /// What several events wait for that interrupt, or do not.
    pub(crate) fn interrupting(&mut self, kinds: &[Wait], count: usize) -> Vec<String> {
        let mut found = self.distinct(kinds, count);
        for wait in &mut found {
            let must_not = wait.starts_with("cycle");
            let must = wait.starts_with("error");
            if must_not || (!must && self.random.percent(50)) {
                wait.push_str(" non-interrupting");
            }
        }
        self.widen(&mut found, true);
        found
    }

    /// Lets one of several events side by side wait for a timer, too: for any of the two or, perhaps,
    /// for both.
    pub(crate) fn widen(&mut self, waits: &mut [String], may_need_all: bool) {
        let is_wide = self.random.percent(25);
        let Some(wait) = waits.first_mut().filter(|it| is_wide && !it.starts_with("timer")) else {
            return;
        };
        let seconds = self.random.below(30);
        let is_bound = wait.contains("interrupting") || wait.starts_with("cycle");
        let is_thrown = wait.starts_with("error") || wait.starts_with("escalation");
        let all = may_need_all && !is_bound && !is_thrown && self.random.percent(50);
        let all = if all { " all" } else { "" };
        let _ = write!(wait, " timer=PT{seconds}S{all}");
    }

    pub(crate) fn catch(&mut self, scope: &mut Scope) -> String {
        let id = self.id("c");
        let kind = self.random.one_of(CATCHES);
        let mut wait = self.wait(kind);
        self.widen(std::slice::from_mut(&mut wait), true);
        scope.add(&id, format!("catch {id} {wait}"));
        id
    }

    pub(crate) fn throw(&mut self, scope: &mut Scope) -> String {
        let id = self.id("t");
        let thrown = self.thrown(scope);
        scope.add(&id, format!("throw {id}{thrown}"));
        id
    }

    /// What an intermediate or end event throws, as settings with a space before them.
    fn thrown(&mut self, scope: &Scope) -> String {
        match self.random.below(10) {
            8 if !self.is_quiet => {
                let signal = self.random.one_of(&SIGNALS);
                format!(" signal={signal} escalation={}", self.random.one_of(&ESCALATIONS))
            }
            9 if !self.is_quiet => {
                format!("{} compensate=", self.published())
            }
            7 if !self.is_quiet => self.published(),
            0 | 1 if !self.is_quiet => format!(" signal={}", self.random.one_of(&SIGNALS)),
            2 | 6 if !self.is_quiet => format!(" escalation={}", self.random.one_of(&ESCALATIONS)),
            3 => format!(" sends= type={}", self.random.one_of(&JOB_TYPES)),
            4 => " compensate=".to_owned(),
            5 => {
                let hosts = scope.nodes.iter().filter(|it| it.line.contains(" compensate="));
                let hosts: Vec<&str> = hosts.filter_map(|it| it.host()).collect();
                self.random.pick(&hosts).map_or_else(String::new, |it| format!(" compensate={it}"))
            }
            _ => String::new(),
        }
    }

    /// A message that the engine publishes, as settings with a space before them.
    pub(crate) fn published(&mut self) -> String {
        let kept = self.random.one_of(&["", " ttl=PT9S", " ttl==x id==n", " ttl=5000 id=one"]);
        format!(" publish={} key==k{kept}", self.random.one_of(&MESSAGES))
    }

    /// Ends a path after an element.
    pub(crate) fn end(&mut self, scope: &mut Scope, last: &str) {
        let id = self.id("e");
        let what = match self.random.below(20) {
            0 => " terminates=".to_owned(),
            1 => format!(" error={}", self.random.one_of(&ERRORS)),
            2..6 => self.thrown(scope),
            _ => String::new(),
        };
        scope.add(&id, format!("end {id}{what}"));
        scope.flow(last, &id);
    }

    /// One or two event subprocesses of a scope.
    pub(crate) fn event_subprocesses(&mut self, scope: &mut Scope, depth: u32) {
        let count = if self.random.percent(30) { 2 } else { 1 };
        let was_quiet = std::mem::replace(&mut self.is_quiet, true);
        for wait in self.interrupting(AT_SCOPES, count) {
            let (id, start) = (self.id("x"), self.id("s"));
            let inner = self.inside(&start, &wait, depth);
            scope.add(&id, format!("events {id}")).inner = Some(inner);
        }
        self.is_quiet = was_quiet;
    }
}
