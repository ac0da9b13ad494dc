//! The context of one work item: state to read, `emit` to change it, steps still to be done.

use crate::evolve;
use crate::graphs::Graphs;
use crate::models::Models;
use crate::output::{Mark, Output, Push};
use crate::process::idempotency;
use crate::process::queue::Queue;
use crate::process::step::Step;
use crate::state::State;
use record::{
    Caller, CommandIntent, Event, Key, Millis, Record, Rejection, RejectionType, RememberedReply,
    Reply, RequestId,
};
use std::sync::Arc;
use value::Str;

/// The context of one work item.
pub(crate) struct Ctx<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) graphs: &'a mut Graphs,
    pub(crate) models: &'a mut Models,
    pub(crate) out: &'a mut Output,
    /// Log time of the entry.
    pub(crate) now: Millis,
    /// The source of randomness of this work item.
    pub(crate) seed: u64,
    pub(crate) zone: &'a jiff::tz::TimeZone,
    /// What the expressions of this work item may still use.
    pub(crate) budget: feel::Budget,
    /// Steps that follow, oldest first.
    pub(crate) steps: Queue,
    /// The position of the work item's first record.
    pub(crate) source: u64,
    /// Who asked, until the first record has taken it.
    pub(crate) caller: Option<Box<Caller>>,
    /// The number that the caller of the command gave it; 0 if there is none.
    pub(crate) operation_reference: u64,
    /// The instance at work, to be parked if this work item must be undone.
    pub(crate) at_work: Key,
    /// The expressions of this work item have spent their budget: the steps that are left go on
    /// in a work item of their own.
    pub(crate) budget_is_spent: bool,
    /// Units of the entry's work that it has taken beside its steps.
    pub(crate) units: u64,
    /// Job types with activatable jobs that no stream took, to be told once.
    pub(crate) waiting_types: Vec<Str>,
}

impl Ctx<'_> {
    /// A new key of this partition.
    pub(crate) fn next_key(&mut self) -> Key {
        self.state.meta.last_key += 1;
        Key::new(self.state.meta.partition, self.state.meta.last_key)
    }

    /// Puts out an event about `key` and changes the state by it.
    pub(crate) fn emit(&mut self, key: Key, event: Event) {
        let mut record = Record {
            position: 0,
            source: self.source,
            key,
            timestamp: self.now,
            event,
            caller: None,
            operation_reference: 0,
        };
        if !record.event.is_internal() {
            self.state.meta.last_position += 1;
            record.position = self.state.meta.last_position;
            record.operation_reference = self.operation_reference;
            if self.source == 0 {
                self.source = record.position;
                record.source = record.position;
                record.caller = self.caller.take();
            }
        }
        evolve::apply(self.state, &record);
        self.out.records.push(record);
    }

    /// Takes back everything that the work item did: for a command that finds out late that it has
    /// to be refused.
    pub(crate) fn undo(&mut self, mark: Mark, caller: Option<Box<Caller>>) {
        self.state.rollback();
        self.state.begin();
        self.out.cut(mark);
        self.steps.clear();
        self.waiting_types.clear();
        self.source = 0;
        self.caller = caller;
    }

    /// Puts a step at the end of the queue.
    pub(crate) fn then(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// Puts a step before all others.
    pub(crate) fn at_once(&mut self, step: Step) {
        self.steps.push_front(step);
    }

    /// Answers a request and remembers the answer.
    pub(crate) fn reply(&mut self, request: &RequestId, reply: Reply) {
        if request.is_none() {
            return;
        }
        for other in idempotency::keep_answer(self, request, &reply) {
            self.remember(&other, reply.clone());
            self.out.replies.push((other, reply.clone()));
        }
        self.remember(request, reply.clone());
        self.out.replies.push((request.clone(), reply));
    }

    /// Remembers a reply without giving it.
    pub(crate) fn remember(&mut self, request: &RequestId, reply: Reply) {
        if !request.is_none() {
            let remembered = RememberedReply { request: request.clone(), reply, at: self.now };
            self.emit(Key::NONE, Event::ReplyRemembered(remembered));
        }
    }

    /// Tells long polls that jobs of a type can be handed out.
    pub(crate) fn tell_waiting(&mut self, job_type: &Str) {
        if !self.waiting_types.contains(job_type) {
            self.waiting_types.push(job_type.clone());
        }
    }

    pub(crate) fn push(&mut self, push: Push) {
        self.out.pushes.push(push);
    }

    /// The graph of a definition.
    pub(crate) fn graph(&mut self, definition: Key) -> Option<Arc<bpmn::Process>> {
        self.graphs.get(self.state, definition)
    }
}

/// A refusal of a command: nothing was changed.
pub(crate) type Refused = Rejection;

/// Builds a refusal. The reason is a sentence that names the value at fault and the way out.
pub(crate) fn refuse(
    kind: RejectionType,
    intent: CommandIntent,
    reason: impl Into<Str>,
) -> Refused {
    Rejection { kind, intent, reason: reason.into() }
}
