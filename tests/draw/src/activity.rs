//! Tasks and call activities, and what hangs on activities: markers, mappings, boundary events,
//! compensation handlers.

use crate::event::{AT_SCOPES, AT_TASKS};
use crate::model::{CALLED, JOB_TYPES, MESSAGES, Pen, Scope};
use crate::transaction::is_undone_from_inside;
use std::fmt::Write as _;

const MAPPINGS: [&str; 6] = [
    "in =random number() -> r",
    "in =assert(x, x < 3) -> y",
    "out =n + 1 -> result.n",
    "in =string(now()) -> at",
    "in =list -> items",
    "out =y -> z",
];

impl Pen<'_> {
    /// A task or a call activity, with what hangs on it.
    pub(crate) fn activity(&mut self, scope: &mut Scope) -> String {
        let id = self.id("a");
        let job_type = self.random.one_of(&JOB_TYPES);
        let mut has_mappings = true;
        let line = match self.random.below(20) {
            0..8 => format!("task {id} type={job_type}"),
            8..11 => self.user_task(&id),
            11 => format!("user {id}"),
            12 if !self.is_quiet && self.random.percent(50) => {
                format!("send {id}{}", self.published())
            }
            12 => format!("send {id} type={job_type}"),
            13 => format!("rule {id} decision=d result=y"),
            14 => format!("rule {id} type={job_type}"),
            15 => format!("script {id} feel=`x + 1` result=y"),
            16 => format!("script {id} type={job_type}"),
            17 => format!("receive {id} message={} key==k", self.random.one_of(&MESSAGES)),
            18 if self.may_call => {
                let own = self.random.one_of(&["", " own-variables", " nothing-back"]);
                format!("call {id} process={CALLED}{own}")
            }
            _ => {
                has_mappings = false;
                let word = self.random.one_of(&["untyped", "manual"]);
                format!("{word} {id}")
            }
        };
        let marker = self.marker();
        let at = scope.nodes.len();
        scope.add(&id, format!("{line}{marker}"));
        if has_mappings && self.random.percent(30) {
            scope.nodes[at].details.push(self.random.one_of(&MAPPINGS).to_owned());
        }
        self.dress(scope, &id);
        id
    }

    /// A user task that people do, perhaps with listeners.
    fn user_task(&mut self, id: &str) -> String {
        let mut line = format!("user {id} native");
        if self.random.percent(50) {
            line.push_str(self.random.one_of(&[" assignee=ada", " assignee==string(x)"]));
        }
        if self.random.percent(30) {
            let on = ["creating", "assigning", "updating", "completing", "canceling"];
            let (on, job_type) = (self.random.one_of(&on), self.random.one_of(&JOB_TYPES));
            let _ = write!(line, " on-{on}={job_type}");
        }
        line
    }

    /// What makes an activity run several times, perhaps.
    pub(crate) fn marker(&mut self) -> String {
        if !self.random.percent(15) {
            return String::new();
        }
        let mut marker = match self.random.below(5) {
            4 => return self.standard_loop(),
            0 => " cardinality=2".to_owned(),
            1 => " items==list item=i collect=all gives==i".to_owned(),
            2 => " items=`=[1, 2, 3]` item=i collect=all gives==x".to_owned(),
            _ => " items==list item=i".to_owned(),
        };
        if self.random.percent(40) {
            marker.push_str(" one-by-one");
        }
        if self.random.percent(25) {
            marker.push_str(" until=`=numberOfCompletedInstances > 0`");
        }
        marker
    }

    /// What makes an activity run again and again, which ends by itself.
    fn standard_loop(&mut self) -> String {
        let ends = [" loop=`=loopCounter < 2`", " rounds=2", " loop=`=loopCounter < 3` rounds=2"];
        let when = self.random.one_of(&["", " tests-before"]);
        format!("{}{when}", self.random.one_of(&ends))
    }

    /// Boundary events and a compensation handler, perhaps.
    pub(crate) fn dress(&mut self, scope: &mut Scope, activity: &str) {
        let node = scope.nodes.iter().find(|it| it.id == activity);
        let line = node.map(|it| it.line.clone()).unwrap_or_default();
        let is_undone = node.is_some_and(is_undone_from_inside);
        if self.random.percent(30) {
            self.boundaries(scope, activity, &line);
        }
        if self.random.percent(15) && !is_undone {
            let (boundary, handler) = (self.id("b"), self.id("h"));
            let job_type = self.random.one_of(&JOB_TYPES);
            scope.add(&boundary, format!("boundary {boundary} on {activity} compensate={handler}"));
            scope.add(&handler, format!("task {handler} type={job_type} handler"));
        }
    }

    fn boundaries(&mut self, scope: &mut Scope, activity: &str, line: &str) {
        let is_scope =
            ["sub ", "transaction ", "call ", "adhoc "].iter().any(|it| line.starts_with(it));
        let count = if self.random.percent(25) { 2 } else { 1 };
        let waits = self.interrupting(if is_scope { AT_SCOPES } else { AT_TASKS }, count);
        let was_quiet = std::mem::replace(&mut self.is_quiet, true);
        for wait in waits {
            // A receive task and its boundary event must not wait for the same.
            let message = wait.split(' ').next().filter(|it| it.starts_with("message="));
            if message.is_some_and(|it| line.contains(it)) {
                continue;
            }
            let id = self.id("b");
            scope.add(&id, format!("boundary {id} on {activity} {wait}"));
            if self.random.percent(40) && self.room > 0 {
                let (first, last) = self.sequence(scope, 0);
                scope.flow(&id, &first);
                self.end(scope, &last);
            } else {
                self.end(scope, &id);
            }
        }
        self.is_quiet = was_quiet;
    }
}
