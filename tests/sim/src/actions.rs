//! What a step does.

use broker::io::Loss;
use broker_api::{Broker as _, PollRequest, Request, Resource, StreamRequest};
use record::{
    Activation, CancelInstance, ChangeClock, ClockChange, CommandBody, CompleteJob, CreateInstance,
    Envelope, FailJob, Key, PublishMessage, ResolveIncident, SetVariables, SettingsChange,
    UpdateJobRetries, UpdateJobTimeout,
};
use std::time::Duration;
use tokio::sync::mpsc;
use value::Doc;

use crate::clients::{Answer, Heard, Held, Stream, StreamOrder, Wish, trace_of};
use crate::disk::Faults;
use crate::models::{JOB_TYPES, MESSAGES, Model, START_MESSAGE};
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
        self.count(&format!("{action:?}"));
        match action {
            Action::Deploy => self.deploy(),
            Action::Create => self.create(false),
            Action::CreateAndWait => self.create(true),
            Action::Cancel => self.cancel(),
            Action::Publish => self.publish(),
            Action::Poll => self.poll(),
            Action::OpenStream => self.open_stream(),
            Action::Credit => self.credit(),
            Action::CloseStream => self.close_stream(),
            Action::Complete => self.complete(1),
            Action::CompleteTwice => self.complete(2),
            Action::CompleteLate => self.complete_late(),
            Action::Fail => self.fail(),
            Action::Yield => self.yield_job(),
            Action::Retries => self.retries(),
            Action::Timeout => self.timeout(),
            Action::Resolve => self.resolve(),
            Action::SetVariables => self.set_variables(),
            Action::Settings => self.settings(),
            Action::TestClock => self.test_clock(),
            Action::GiveUp => self.give_up(),
            Action::Kill => return self.crash(Loss::Nothing),
            Action::PowerLoss => {
                let is_total = self.random.percent(40);
                let loss =
                    if is_total { Loss::Everything } else { Loss::Some(self.random.number()) };
                return self.crash(loss);
            }
            Action::PowerLossAtWrite => self.cut_power(),
            Action::FoldFails => {
                let bases = &self.node.machine.bases;
                bases.fail_at(Some(bases.calls() + self.random.below(6)));
                self.disturb();
            }
            Action::WriteErrors => self.break_disk(Faults { write: 300, sync: 0 }),
            Action::SyncErrors => self.break_disk(Faults { write: 0, sync: 300 }),
            Action::NoSpace => {
                let free = self.random.one_of(&[0, 1 << 10, 64 << 10, 200 << 10]);
                self.node.machine.disk.limit_space(Some(free));
                self.disturb();
            }
            Action::SlowSync => {
                self.node.machine.set_sync_ms_max(self.random.one_of(&[50, 2_000]));
                self.well_since_ms = None;
            }
            Action::ClockJump => {
                let ms = self.random.between(1, 3_600_000).cast_signed();
                let ms = if self.random.percent(50) { ms } else { -ms };
                self.node.machine.clock.jump(ms);
                // What is due now may take a moment.
                self.well_since_ms = self.well_since_ms.map(|_| self.now_ms());
            }
            Action::Heal => self.heal(),
            Action::Restart => return self.restart(),
            Action::Wait => {
                let ms = self.random.one_of(&[1_000, 11_000, 70_000]);
                self.advance(0, ms);
            }
            Action::Compare => return self.compare(),
        }
        Ok(())
    }

    fn disturb(&mut self) {
        self.is_disturbed = true;
        self.well_since_ms = None;
    }

    fn cut_power(&mut self) {
        let disk = &self.node.machine.disk;
        let operations = self.random.below(40);
        disk.cut_power_after(operations);
        self.power_goes_at = Some(disk.operations() + operations);
        self.disturb();
    }

    fn break_disk(&mut self, faults: Faults) {
        self.node.machine.disk.set_faults(faults);
        self.disturb();
    }

    /// Stops the node cleanly and starts it again, unless something is broken.
    ///
    /// # Errors
    /// It does not stop or start, or something is lost.
    pub fn restart(&mut self) -> Result<(), String> {
        if self.well_since_ms.is_none() {
            return Ok(());
        }
        self.observe()?;
        if !self.node.is_up() {
            return Ok(());
        }
        let clock = self.node.machine.clock.clone();
        let before = clock.passed_ms();
        self.node.stop()?;
        self.oracles.timers.pass(clock.passed_ms() - before, clock.wall_at_rest());
        self.crash(Loss::Everything)?;
        self.start()
    }

    /// Submits a command.
    pub fn submit(&mut self, body: CommandBody) {
        let waits = matches!(&body, CommandBody::CreateInstance(it) if it.await_result);
        let wish = Wish::Command(Box::new(body.clone()));
        let number = self.clients.ask(wish, self.now_ms(), (!waits).then_some(0));
        let Some(broker) = self.node.broker().cloned() else { return };
        self.trace.note(format!("request {number} is {body:?}"));
        let envelope = envelope(number);
        let inbox = self.clients.inbox.clone();
        let task = self.node.spawn(async move {
            let request = Request { partition: PARTITION, envelope, body };
            let answer = broker.submit(request).await.map(Answer::Reply);
            inbox.lock().push_back(Heard::Answer(number, answer));
        });
        self.clients.tasks.extend(task.map(|it| (number, it)));
    }

    fn deploy(&mut self) {
        let Some(mut model) = self.random.pick(&self.models).cloned() else { return };
        match self.random.below(10) {
            // A new version of the process.
            0..3 => {
                let version = self.random.below(3).to_string();
                model.xml.extend(["<!-- ", version.as_str(), " -->"]);
            }
            // Not a model at all.
            3 => model.xml = model.xml.replace("</process>", ""),
            _ => {}
        }
        self.deploy_model(model);
    }

    /// Deploys a model.
    pub fn deploy_model(&mut self, model: Model) {
        let number = self.clients.ask(Wish::Deploy(model.id.clone()), self.now_ms(), Some(0));
        let Some(broker) = self.node.broker().cloned() else { return };
        let inbox = self.clients.inbox.clone();
        let task = self.node.spawn(async move {
            let name = format!("{}.bpmn", model.id).as_str().into();
            let resource = Resource { name, content: model.xml.into_bytes().into() };
            let answer = broker.deploy(envelope(number), vec![resource]).await;
            inbox.lock().push_back(Heard::Answer(number, answer.map(Answer::Reply)));
        });
        self.clients.tasks.extend(task.map(|it| (number, it)));
    }

    fn create(&mut self, await_result: bool) {
        if self.oracles.instances.roots.len() >= self.options.instances_max {
            return;
        }
        let Some(model) = self.random.pick(&self.models) else { return };
        let process_id = model.id.as_str().into();
        let variables = self.draw_variables();
        self.submit(CommandBody::CreateInstance(CreateInstance {
            process_id,
            version: -1,
            variables,
            await_result,
            ..CreateInstance::default()
        }));
    }

    fn draw_variables(&mut self) -> Doc {
        let key = self.random.below(self.options.correlation_keys);
        let n = self.random.below(12);
        let json = match self.random.below(10) {
            0 => format!(r#"{{"k": "key-{key}"}}"#),
            1 => format!(r#"{{"n": {n}}}"#),
            2 => format!(r#"{{"k": "key-{key}", "n": {n}, "set": 1}}"#),
            _ => format!(r#"{{"k": "key-{key}", "n": {n}, "x": "{}"}}"#, "x".repeat(30)),
        };
        Doc::from_json(&json).unwrap_or_else(|_| Doc::empty())
    }

    fn cancel(&mut self) {
        let roots: Vec<Key> = self.oracles.instances.roots.keys().copied().collect();
        let instance = self.random.pick(&roots).copied().unwrap_or(Key::new(PARTITION, 1));
        self.submit(CommandBody::CancelInstance(CancelInstance { instance }));
    }

    fn publish(&mut self) {
        let is_start = self.random.percent(15)
            && self.oracles.instances.roots.len() < self.options.instances_max;
        let name = if is_start { START_MESSAGE } else { self.random.one_of(&MESSAGES) };
        let key = self.random.below(self.options.correlation_keys);
        let message_id = match self.random.below(3) {
            0 => format!("id-{}", self.random.below(5)),
            _ => String::new(),
        };
        let (variables, time_to_live_ms) =
            (self.draw_variables(), self.random.one_of(&[0, 500, 20_000]));
        self.submit(CommandBody::PublishMessage(PublishMessage {
            name: name.into(),
            correlation_key: format!("key-{key}").as_str().into(),
            time_to_live_ms,
            message_id: message_id.as_str().into(),
            variables,
            ..PublishMessage::default()
        }));
    }

    fn poll(&mut self) {
        let job_type = self.random.one_of(&JOB_TYPES);
        let wait_ms = self.random.one_of(&[0, 0, 50, 5_000]);
        let timeout_ms = self.random.one_of(&[100, 5_000, 60_000]);
        let jobs_max = self.random.one_of(&[1, 5, 50]);
        self.poll_for(job_type, jobs_max, timeout_ms, wait_ms);
    }

    /// Asks for jobs.
    pub fn poll_for(
        &mut self,
        job_type: &'static str,
        jobs_max: u32,
        timeout_ms: i64,
        wait_ms: u64,
    ) {
        let number = self.clients.ask(Wish::Poll(job_type), self.now_ms(), Some(wait_ms));
        let Some(broker) = self.node.broker().cloned() else { return };
        let inbox = self.clients.inbox.clone();
        let task = self.node.spawn(async move {
            let request = PollRequest {
                envelope: envelope(number),
                job_type: job_type.into(),
                worker: "poller".into(),
                timeout_ms,
                jobs_max,
                fetch_variables: Vec::new(),
                wait: Duration::from_millis(wait_ms),
            };
            let answer = broker.activate_jobs(request).await.map(Answer::Jobs);
            inbox.lock().push_back(Heard::Answer(number, answer));
        });
        self.clients.tasks.extend(task.map(|it| (number, it)));
    }

    fn open_stream(&mut self) {
        let job_type = self.random.one_of(&JOB_TYPES);
        let credit = self.random.one_of(&[1, 4, 20]);
        let timeout_ms = self.random.one_of(&[100, 5_000, 60_000]);
        let number = self.clients.ask(Wish::Stream(job_type), self.now_ms(), Some(0));
        let Some(broker) = self.node.broker().cloned() else { return };
        let (orders, received) = mpsc::unbounded_channel();
        let stream = Stream { orders, credit: u64::from(credit), received: 0, returned: 0 };
        self.clients.streams.insert(number, stream);
        let inbox = self.clients.inbox.clone();
        let task = self.node.spawn(async move {
            let request = StreamRequest {
                envelope: envelope(number),
                job_type: job_type.into(),
                worker: "streamer".into(),
                timeout_ms,
                fetch_variables: Vec::new(),
                credit,
            };
            match broker.open_stream(request).await {
                Ok(stream) => {
                    inbox.lock().push_back(Heard::StreamOpened(number));
                    hold_stream(number, stream, received, &inbox).await;
                }
                Err(refusal) => {
                    inbox.lock().push_back(Heard::Answer(number, Err(refusal)));
                }
            }
            inbox.lock().push_back(Heard::StreamEnded(number));
        });
        self.clients.tasks.extend(task.map(|it| (number, it)));
    }

    fn credit(&mut self) {
        let numbers: Vec<u64> = self.clients.streams.keys().copied().collect();
        let Some(number) = self.random.pick(&numbers) else { return };
        let Some(stream) = self.clients.streams.get_mut(number) else { return };
        let taken = stream.received - stream.returned;
        let count = u32::try_from(taken).unwrap_or(u32::MAX);
        stream.returned += taken;
        stream.credit += taken;
        // A stream that has ended takes no more orders.
        drop(stream.orders.send(StreamOrder::Credit(count)));
    }

    fn close_stream(&mut self) {
        let numbers: Vec<u64> = self.clients.streams.keys().copied().collect();
        let Some(number) = self.random.pick(&numbers) else { return };
        if let Some(stream) = self.clients.streams.get(number) {
            drop(stream.orders.send(StreamOrder::Close));
        }
    }

    fn take_held(&mut self) -> Option<Held> {
        let index = usize::try_from(self.random.below(self.clients.held.len() as u64)).ok()?;
        if self.clients.held.is_empty() {
            return None;
        }
        let held = self.clients.held.swap_remove(index);
        self.clients.once_held.push(held);
        Some(held)
    }

    fn complete(&mut self, times: u32) {
        let Some(held) = self.take_held() else { return };
        for _ in 0..times {
            let variables =
                if self.random.percent(50) { Doc::empty() } else { self.draw_variables() };
            self.submit(CommandBody::CompleteJob(CompleteJob {
                job: held.job,
                variables,
                result: None,
                ..CompleteJob::default()
            }));
        }
    }

    fn complete_late(&mut self) {
        let Some(held) = self.random.pick(&self.clients.once_held).copied() else { return };
        let body = if self.random.percent(60) {
            CommandBody::CompleteJob(CompleteJob { job: held.job, ..CompleteJob::default() })
        } else {
            CommandBody::FailJob(FailJob { job: held.job, retries: 1, ..FailJob::default() })
        };
        self.submit(body);
    }

    fn fail(&mut self) {
        let Some(held) = self.take_held() else { return };
        let fail = FailJob {
            job: held.job,
            retries: self.random.one_of(&[0, 1, 3]),
            message: "it broke".into(),
            back_off_ms: self.random.one_of(&[0, 0, 300, 20_000]),
            variables: Doc::empty(),
        };
        self.submit(CommandBody::FailJob(fail));
    }

    fn yield_job(&mut self) {
        let Some(held) = self.take_held() else { return };
        let Some(broker) = self.node.broker().cloned() else { return };
        self.node.spawn(async move {
            let activation = Activation { job: held.job, number: held.activation };
            broker.yield_jobs(PARTITION, vec![activation]);
        });
    }

    fn draw_job(&mut self) -> Key {
        let live: Vec<Key> = self.oracles.jobs.live.keys().copied().collect();
        self.random.pick(&live).copied().unwrap_or(Key::new(PARTITION, 2))
    }

    fn retries(&mut self) {
        let job = self.draw_job();
        let retries = self.random.one_of(&[0, 1, 3]);
        self.submit(CommandBody::UpdateJobRetries(UpdateJobRetries { job, retries }));
    }

    fn timeout(&mut self) {
        let job = self.draw_job();
        let timeout_ms = self.random.one_of(&[0, 100, 5_000, 60_000]);
        self.submit(CommandBody::UpdateJobTimeout(UpdateJobTimeout { job, timeout_ms }));
    }

    fn resolve(&mut self) {
        let open: Vec<Key> = self.oracles.instances.incidents.keys().copied().collect();
        let Some(incident) = self.random.pick(&open).copied() else { return };
        if self.random.percent(70) {
            self.repair(incident);
        }
        self.submit(CommandBody::ResolveIncident(ResolveIncident { incident }));
    }

    /// Sets what an incident may need.
    pub fn repair(&mut self, incident: Key) {
        let Some(it) = self.oracles.instances.incidents.get(&incident).copied() else { return };
        if !it.job.is_none() {
            let body = UpdateJobRetries { job: it.job, retries: 1 };
            self.submit(CommandBody::UpdateJobRetries(body));
        }
        let variables = Doc::from_json(r#"{"n": 99, "k": "key-0", "set": 1}"#);
        self.submit(CommandBody::SetVariables(SetVariables {
            element_instance: it.element_instance,
            variables: variables.unwrap_or_else(|_| Doc::empty()),
            local: false,
        }));
    }

    fn set_variables(&mut self) {
        let elements: Vec<Key> = self.oracles.instances.elements.keys().copied().collect();
        let element_instance =
            self.random.pick(&elements).copied().unwrap_or(Key::new(PARTITION, 3));
        let (variables, local) = (self.draw_variables(), self.random.percent(50));
        let body = SetVariables { element_instance, variables, local };
        self.submit(CommandBody::SetVariables(body));
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

async fn hold_stream(
    number: u64,
    mut stream: broker_api::JobStream,
    mut orders: mpsc::UnboundedReceiver<StreamOrder>,
    inbox: &crate::clients::Inbox,
) {
    loop {
        tokio::select! {
            biased;
            order = orders.recv() => match order {
                Some(StreamOrder::Credit(count)) => stream.control.add_credit(count),
                Some(StreamOrder::Close) | None => return,
            },
            job = stream.jobs.recv() => match job {
                Some(job) => inbox.lock().push_back(Heard::StreamJob(number, Box::new(job))),
                None => return,
            },
        }
    }
}
