//! Random lines of scripts: what clients, workers, people and operators may do, in time or too late.

use super::case::Case;
use crate::support::scenario::Runner;
use crate::support::watch::Lives;
use draw::Random;
use draw::model::{
    CALLED, ERRORS, JOB_TYPES, MESSAGES, PROCESS, SIGNALS, START_MESSAGE, START_SIGNAL,
};
use record::{ElementType, JobKind, Key};

/// The next line.
pub(crate) fn line(random: &mut Random, case: &Case, runner: &Runner<'_>, number: u64) -> String {
    let mut hand = Hand { random, case, runner, number };
    match (number, hand.random.below(100)) {
        (0, _) => format!("settings work_per_entry={}", hand.random.one_of(&[8, 20, 512])),
        (1, _) | (_, 0..8) => hand.create(),
        (_, 8..34) => hand.job(),
        (_, 34..44) => hand.message(),
        (_, 44..50) => hand.signal(),
        (_, 50..55) => hand.incident(),
        (_, 55..59) => hand.variables_of(),
        (_, 59..61) => format!("cancel {}", hand.root()),
        (_, 61..69) => hand.modify(),
        (_, 69..77) => hand.person(),
        (_, 77..81) => hand.stream(),
        (_, 81..83) => "restart".to_owned(),
        (_, 83..90) => "continue".to_owned(),
        (_, 90..92) => format!("suspend {}", hand.root()),
        (_, 92..94) => format!("resume {}", hand.root()),
        (_, _) => format!("advance {}s", hand.random.below(12)),
    }
}

struct Hand<'a, 'b> {
    random: &'a mut Random,
    case: &'a Case,
    runner: &'a Runner<'b>,
    number: u64,
}

impl Hand<'_, '_> {
    fn variables(&mut self) -> String {
        let (k, x) = (self.random.below(2), self.random.below(5));
        let number = self.number;
        match self.random.below(12) {
            0 => "{}".to_owned(),
            1 => format!("{{\"x\": {x}}}"),
            2 => format!("{{\"k\": \"k{k}\", \"x\": \"text\", \"list\": []}}"),
            _ => format!(
                "{{\"k\": \"k{k}\", \"x\": {x}, \"n\": {number}, \"list\": [1, 2], \"y\": 1}}"
            ),
        }
    }

    /// The name of something alive, now and then of something that has perhaps ended.
    fn name(&mut self, alive: &[Key], stem: &str) -> String {
        if self.random.percent(8) {
            let name = format!("{stem}{}", self.random.between(1, 6));
            return if self.runner.names.has(&name) { name } else { "unknown".to_owned() };
        }
        // The newest are more interesting than the oldest.
        let from = alive.len().saturating_sub(6);
        let key = self.random.pick(&alive[from..]);
        key.map_or_else(|| "unknown".to_owned(), |it| self.runner.names.of(*it))
    }

    fn root(&mut self) -> String {
        self.name(&self.runner.watch.roots(), "p.")
    }

    fn create(&mut self) -> String {
        let variables = self.variables();
        let result = if self.random.percent(20) { " result" } else { "" };
        let mut at = String::new();
        if self.random.percent(10) {
            let ids = self.case.model.ids();
            at = format!(" at={}", self.random.pick(&ids).map_or("", String::as_str));
        }
        let request = if self.random.percent(10) {
            format!(" request={}", self.random.below(3) + 1)
        } else {
            String::new()
        };
        format!("create {PROCESS}{result}{at}{request} {variables}")
    }

    fn job(&mut self) -> String {
        let alive: Vec<Key> = self.runner.watch.jobs.keys().copied().collect();
        if self.random.percent(20)
            && let Some(decision) = self.decision()
        {
            return decision;
        }
        let (job, variables) = (self.name(&alive, "job"), self.variables());
        match self.random.below(20) {
            0..10 => format!("complete {job} {variables}"),
            10 => format!("complete {job}"),
            11 => format!("complete {job} denied"),
            12..15 => {
                let retries = self.random.below(3);
                let back_off = self.random.one_of(&["", " backoff=5s"]);
                format!("fail {job} retries={retries}{back_off} {variables}")
            }
            15..17 => {
                let code = self.random.one_of(&[ERRORS[0], ERRORS[1], "other"]);
                format!("throw {job} {code} {variables}")
            }
            17 => format!("retries {job} {}", self.random.below(3)),
            18 => format!("timeout {job} {}s", self.random.below(9)),
            _ => {
                let job_type = self.random.one_of(&JOB_TYPES);
                format!("activate {job_type} max=2 timeout={}s", self.random.between(1, 9))
            }
        }
    }

    /// What the worker of an ad-hoc subprocess, or a caller, decides; sensible or not.
    fn decision(&mut self) -> Option<String> {
        let watch = &self.runner.watch;
        let jobs = watch.jobs.iter().filter(|(_, it)| it.kind == JobKind::AdHocSubProcess);
        let jobs: Vec<Key> = jobs.map(|(key, _)| *key).collect();
        let is_ad_hoc = |it: &&Lives| it.kind == ElementType::AdHocSubProcess;
        let ad_hoc = watch.elements.iter().filter(|(_, it)| is_ad_hoc(it));
        let ad_hoc: Vec<Key> = ad_hoc.map(|(key, _)| *key).collect();
        let ids = self.case.model.ids();
        let mut one = || self.random.pick(&ids).map_or("", String::as_str);
        let begins = format!("{},{}", one(), one());
        let variables = self.variables();
        let names = &self.runner.names;
        if let Some(job) = self.random.pick(&jobs) {
            let how = self.random.one_of(&["", " instead", " enough", " for-each"]);
            return Some(format!("complete {} begins={begins}{how} {variables}", names.of(*job)));
        }
        let told = self.random.pick(&ad_hoc)?;
        let how = self.random.one_of(&["", " instead"]);
        Some(format!("begin {} {begins}{how} {variables}", names.of(*told)))
    }

    fn message(&mut self) -> String {
        let name =
            if self.random.percent(10) { START_MESSAGE } else { self.random.one_of(&MESSAGES) };
        let (key, ttl) = (self.random.below(2), self.random.one_of(&["", " ttl=10s"]));
        let variables = self.variables();
        format!("publish {name} k{key}{ttl} {variables}")
    }

    fn signal(&mut self) -> String {
        let name =
            if self.random.percent(10) { START_SIGNAL } else { self.random.one_of(&SIGNALS) };
        let variables = self.variables();
        format!("signal {name} {variables}")
    }

    fn incident(&mut self) -> String {
        let alive: Vec<Key> = self.runner.watch.incidents.keys().copied().collect();
        format!("resolve {}", self.name(&alive, "incident"))
    }

    fn element(&mut self) -> String {
        let alive: Vec<Key> = self.runner.watch.elements.keys().copied().collect();
        self.name(&alive, "p.")
    }

    fn variables_of(&mut self) -> String {
        let (scope, variables) = (self.element(), self.variables());
        let local = self.random.one_of(&["", " local"]);
        format!("set {scope}{local} {variables}")
    }

    fn modify(&mut self) -> String {
        let watch = &self.runner.watch;
        let instances: Vec<Key> = watch
            .elements
            .iter()
            .filter(|(_, it)| it.scope.is_none())
            .map(|(key, _)| *key)
            .collect();
        let instance = self.name(&instances, "p.");
        let key = self.runner.names.key(&instance);
        let inside: Vec<Key> = watch
            .elements
            .iter()
            .filter(|(_, it)| it.instance == key && !it.scope.is_none())
            .map(|(key, _)| *key)
            .collect();
        let process = if instance.starts_with(CALLED) { CALLED } else { PROCESS };
        let ids = self.case.model.ids_of(process);
        let target = self.random.pick(&ids).map_or("nowhere", String::as_str).to_owned();
        let alive = self.random.pick(&inside).map(|it| self.runner.names.of(*it));
        let alive = alive.unwrap_or_else(|| "unknown".to_owned());
        let variables = if self.random.percent(30) { self.variables() } else { String::new() };
        match self.random.below(6) {
            0 | 1 => format!("modify {instance} activate={target} {variables}"),
            2 => format!("modify {instance} activate={target}@{alive} {variables}"),
            3 => format!("modify {instance} terminate={alive}"),
            4 => format!("modify {instance} activate={target} terminate={alive} {variables}"),
            _ => {
                let scope = self.random.one_of(&["", "@parent", "@inferred"]);
                format!("modify {instance} move={alive}>{target}{scope} {variables}")
            }
        }
    }

    /// What people do with user tasks.
    fn person(&mut self) -> String {
        let alive: Vec<Key> = self.runner.watch.tasks.keys().copied().collect();
        let (task, variables) = (self.name(&alive, "task"), self.variables());
        match self.random.below(8) {
            0 => format!("assign {task} ada"),
            1 => format!("unassign {task}"),
            2 => format!("claim {task} bob"),
            3 => format!("update {task} priority={}", self.random.below(120)),
            _ => format!("done {task} {variables}"),
        }
    }

    fn stream(&mut self) -> String {
        let (stream, job_type) = (self.random.between(1, 2), self.random.one_of(&JOB_TYPES));
        match self.random.below(4) {
            0 | 1 => format!("stream {stream} open {job_type} credit=2 timeout=5s"),
            2 => format!("stream {stream} credit 1"),
            _ => format!("stream {stream} close"),
        }
    }
}
