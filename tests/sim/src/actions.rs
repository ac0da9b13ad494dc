//! What a step does.

mod events;
mod faults;
pub(crate) mod instances;
mod people;
mod streams;
mod work;

use broker_api::{Broker as _, Request};
use record::{ChangeClock, ClockChange, CommandBody, Envelope, PublishMessage, SettingsChange};

use crate::clients::{Answer, Heard, Keyed, Wish, trace_of};
use crate::node::PARTITION;
use crate::options::Action;
use crate::world::World;

impl World {
    /// Does something.
    ///
    /// # Errors
    /// A sentence that says what does not hold.
    pub fn act(&mut self, action: Action) -> Result<(), String> {
        self.trace.note(format!("{:>8} {action:?}", self.now_ms()));
        match action {
            Action::Fault(fault) => self.count(&format!("{fault:?}")),
            action => self.count(&format!("{action:?}")),
        }
        match action {
            Action::Deploy => self.deploy(),
            Action::Delete => self.delete(),
            Action::Create => self.create(false),
            Action::CreateAndWait => self.create(true),
            Action::Cancel => self.cancel(),
            Action::Publish => self.publish(),
            Action::Signal => self.signal(),
            Action::Evaluate => self.evaluate(),
            Action::AskAgain => self.ask_again(),
            Action::Poll => self.poll(),
            Action::OpenStream => self.open_stream(),
            Action::Credit => self.credit(),
            Action::CloseStream => self.close_stream(),
            Action::Complete => self.complete(1),
            Action::CompleteTwice => self.complete(2),
            Action::CompleteLate => self.complete_late(),
            Action::Fail => self.fail(),
            Action::ThrowError => self.throw_error(),
            Action::Yield => self.yield_job(),
            Action::Retries => self.retries(),
            Action::Timeout => self.timeout(),
            Action::ChangeTask => self.change_task(),
            Action::CompleteTask => self.complete_task(1),
            Action::CompleteTaskTwice => self.complete_task(2),
            Action::CompleteTaskLate => self.complete_task_late(),
            Action::BeginActivities => self.begin_activities(),
            Action::Modify => self.modify(),
            Action::Migrate => self.migrate(),
            Action::Suspend => self.suspend(),
            Action::Resume => self.resume(),
            Action::Resolve => self.resolve(),
            Action::SetVariables => self.set_variables(),
            Action::Settings => self.settings(),
            Action::TestClock => self.test_clock(),
            Action::GiveUp => self.give_up(),
            Action::Fault(fault) => return self.go_wrong(fault),
            Action::Restart => return self.restart(),
            Action::Wait => {
                let ms = self.random.one_of(&[1_000, 11_000, 70_000]);
                self.advance(0, ms);
            }
            Action::Compare => return self.compare(),
        }
        Ok(())
    }

    /// Submits a command.
    pub fn submit(&mut self, body: CommandBody) {
        self.submit_as(body, String::new());
    }

    /// Submits a message again that was sent before; `is_in_doubt` if the node was gone since.
    pub(super) fn send_again(&mut self, message: PublishMessage, is_in_doubt: bool) {
        let number = self.submit_as(CommandBody::PublishMessage(message), String::new());
        if is_in_doubt {
            self.clients.sent_again.insert(number);
        }
    }

    /// Submits a command that may be made again: now and then with an idempotency key.
    pub(super) fn submit_once(&mut self, body: CommandBody) {
        let idempotency_key = if self.random.percent(25) {
            let key = format!("once-{}", self.clients.keyed.len());
            let keyed = Keyed { idempotency_key: key.clone(), body: body.clone() };
            self.clients.keyed.push(keyed);
            key
        } else {
            String::new()
        };
        self.submit_as(body, idempotency_key);
    }

    /// Makes a request again that has an idempotency key, whatever became of it.
    fn ask_again(&mut self) {
        // The newest are the ones that somebody would ask for again.
        let from = self.clients.keyed.len().saturating_sub(20);
        let Some(again) = self.random.pick(&self.clients.keyed[from..]).cloned() else { return };
        self.submit_as(again.body, again.idempotency_key);
    }

    /// Submits a command under a key of the client; the request's number.
    fn submit_as(&mut self, body: CommandBody, idempotency_key: String) -> u64 {
        let waits = match &body {
            CommandBody::CreateInstance(it) => it.await_result,
            // The listeners to a task are asked before its variables change too.
            CommandBody::SetVariables(it) => self.oracles.tasks.has(it.element_instance),
            _ => false,
        };
        let wish = Wish::Command { body: Box::new(body.clone()), idempotency_key };
        let wait_ms = (!waits && !wish.is_about_a_task()).then_some(0);
        let envelope_key = wish.idempotency_key().into();
        let number = self.clients.ask(wish, self.now_ms(), wait_ms);
        let Some(broker) = self.node.broker().cloned() else { return number };
        self.trace.note(format!("request {number} is {body:?}"));
        let envelope = Envelope { idempotency_key: envelope_key, ..envelope(number) };
        let inbox = self.clients.inbox.clone();
        let task = self.node.spawn(async move {
            let request = Request { partition: PARTITION, envelope, body };
            let answer = broker.submit(request).await.map(Answer::Reply);
            inbox.lock().push_back(Heard::Answer(number, answer));
        });
        self.clients.tasks.extend(task.map(|it| (number, it)));
        number
    }

    fn settings(&mut self) {
        let mut change = SettingsChange::default();
        match self.random.below(5) {
            0 => change.work_per_entry = Some(self.random.one_of(&[8, 64, 512])),
            1 => change.activation_jobs_max = Some(self.random.one_of(&[1, 10_000])),
            2 => change.streams_max = Some(self.random.one_of(&[1, 10_000])),
            3 => change.remembered_replies_max = Some(self.random.one_of(&[256, 65_536])),
            _ => change.zone = Some("Europe/Berlin".into()),
        }
        self.submit(CommandBody::ChangeSettings(change));
    }

    fn test_clock(&mut self) {
        let now = self.shadow.engine.now();
        let (change, value) = match self.random.below(3) {
            0 => (ClockChange::Reset, 0),
            1 => (ClockChange::Pin, now + self.random.between(0, 90_000).cast_signed()),
            _ => (ClockChange::Add, self.random.between(1, 90_000).cast_signed()),
        };
        self.submit(CommandBody::ChangeClock(ChangeClock { change, value }));
    }

    /// A client goes away before it has its answer.
    fn give_up(&mut self) {
        let Some(number) = self.random.pick(&self.clients.open).copied() else { return };
        self.clients.give_up(number);
    }
}

fn envelope(number: u64) -> Envelope {
    Envelope { trace: trace_of(number).as_str().into(), ..Envelope::default() }
}
