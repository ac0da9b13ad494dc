//! Lines of a script as commands.
//!
//! ```text
//! deploy MODEL…            create PROCESS [version=N] [result] [fetch=a,b] [at=ELEMENT,…] [{…}]
//! (create, publish and complete with business-id=…; create with tags=a,b end-after=ELEMENT,…)
//! call INSTANCE ID         (a business id)
//! delete RESOURCE          (a process, graph, form or other file)
//! cancel INSTANCE          activate TYPE [max=N] [timeout=5m] [worker=W] [fetch=a,b]
//! complete JOB [{…}]       fail JOB retries=N [backoff=5s] [message=M] [{…}]
//! retries JOB N            priority JOB N            timeout JOB 5s
//! yield JOB#ACTIVATION…
//! publish NAME KEY [ttl=1h] [id=ID] [{…}]            (KEY `-` is the empty key)
//! signal NAME [{…}]
//! resolve INCIDENT         set SCOPE [local] [{…}]
//! start-if [PROCESS:VERSION] [{…}]                   (conditional start events)
//! evaluate DECISION [{…}]  (an id, or a key as `dish:1`)
//! stream N open TYPE [credit=N] [timeout=5m] [worker=W]
//! stream N credit N        stream N close            term
//! settings NAME=VALUE      clock pin +5s | add 5s | reset
//! raise VERSION            (the logic version)       skip N  (keys)
//! modify INSTANCE …        see `modification`
//! begin ELEMENT a,b            see `ad_hoc`, also for `complete`
//! suspend INSTANCE         resume INSTANCE
//! migrate INSTANCE to=PROCESS:VERSION [map=ELEMENT>ELEMENT,…]
//! assign TASK WHO          and what else people do: see `user_task`
//! advance 5s               (time goes on, then what is due is done)
//! wait 5s                  (time goes on, and nothing is proposed)
//! tick · continue          restart                   (from a checkpoint)
//! ```
//!
//! Before any of them: `quiet` shows only how many records of which kind there were, and
//! `request=N` gives the command that request id, so that it can be repeated; `idempotency-key=K`
//! anywhere in the line gives it that key.

use super::names::Names;
use super::time::{START, duration};
use super::{ad_hoc, modification, user_task};
use record::{
    ActivateJobs, Activation, AddCredit, AssignBusinessId, BroadcastSignal, CancelInstance,
    ChangeClock, ClockChange, CloseStream, CommandBody, CompleteJob, Continue, CreateInstance,
    DeleteResource, EvaluateConditional, EvaluateDecision, FailJob, Key, Labels, MappedElement,
    MigrateInstance, Millis, OpenStream, PublishMessage, RaiseLogic, ResolveIncident,
    ResumeInstance, SetVariables, SettingsChange, SkipKeys, StartTerm, StreamId, SuspendInstance,
    ThrowError, Tick, UpdateJobPriority, UpdateJobRetries, UpdateJobTimeout, YieldJobs,
};
use std::collections::BTreeMap;
use value::Doc;

/// What a line of a script does.
#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
pub(crate) enum Action {
    Command(CommandBody),
    Deploy(Vec<String>),
    /// Time goes on; then a tick is proposed, or nothing.
    Advance(Millis, bool),
    Restart,
}

/// A line of a script.
pub(crate) struct Line {
    pub(crate) action: Action,
    /// The idempotency key; empty for none.
    pub(crate) key: String,
    pub(crate) is_quiet: bool,
    pub(crate) request: Option<u64>,
}

/// The words, settings and document of a line.
struct Parts {
    words: Vec<String>,
    settings: BTreeMap<String, String>,
    doc: Doc,
}

/// Reads a line.
pub(crate) fn parse(line: &str, names: &Names) -> Line {
    let (head, json) = match line.find('{') {
        Some(at) => line.split_at(at),
        None => (line, "{}"),
    };
    let doc = Doc::from_json(json).unwrap_or_else(|error| panic!("{line}: {error}"));
    let (settings, mut words): (Vec<_>, Vec<_>) =
        head.split_whitespace().map(str::to_owned).partition(|it| it.contains('='));
    let is_quiet = words.first().is_some_and(|it| it == "quiet");
    if is_quiet {
        words.remove(0);
    }
    let settings: BTreeMap<String, String> = settings
        .iter()
        .filter_map(|it| it.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let request = settings.get("request").map(|it| it.parse().expect("a request's number"));
    let key = settings.get("idempotency-key").cloned().unwrap_or_default();
    let parts = Parts { words, settings, doc };
    Line { action: parts.action(names, line), key, is_quiet, request }
}

impl Parts {
    fn word(&self, at: usize) -> &str {
        self.words.get(at).unwrap_or_else(|| panic!("a word is missing after {:?}", self.words))
    }

    fn number<T: std::str::FromStr>(&self, at: usize) -> T {
        self.word(at).parse().unwrap_or_else(|_| panic!("{:?} needs a number", self.words))
    }

    fn setting<T: std::str::FromStr>(&self, name: &str, default: T) -> T {
        let parse = |it: &String| it.parse().unwrap_or_else(|_| panic!("{name}={it}"));
        self.settings.get(name).map_or(default, parse)
    }

    fn time(&self, name: &str, default: Millis) -> Millis {
        self.settings.get(name).map_or(default, |it| duration(it))
    }

    fn text(&self, name: &str, default: &str) -> value::Str {
        self.settings.get(name).map_or(default, String::as_str).into()
    }

    fn list(&self, name: &str) -> Vec<value::Str> {
        let split = |it: &String| it.split(',').map(value::Str::from).collect();
        self.settings.get(name).map_or_else(Vec::new, split)
    }

    fn has(&self, word: &str) -> bool {
        self.words.iter().any(|it| it == word)
    }

    fn action(&self, names: &Names, line: &str) -> Action {
        let doc = self.doc.clone();
        let key = |at| names.key(self.word(at));
        Action::Command(match self.word(0) {
            "deploy" => return Action::Deploy(self.words[1..].to_vec()),
            "advance" => return Action::Advance(duration(self.word(1)), true),
            "wait" => return Action::Advance(duration(self.word(1)), false),
            "restart" => return Action::Restart,
            "tick" => CommandBody::Tick(Tick {}),
            "continue" => CommandBody::Continue(Continue {}),
            "term" => CommandBody::StartTerm(StartTerm {}),
            "create" => self.create(names),
            "delete" => CommandBody::DeleteResource(DeleteResource { resource: key(1) }),
            "cancel" => CommandBody::CancelInstance(CancelInstance { instance: key(1) }),
            "activate" => self.activate(),
            "begin" => ad_hoc::begin(key(1), &self.words, &doc),
            "complete" => {
                let command = CompleteJob {
                    job: key(1),
                    variables: doc,
                    result: user_task::result(&self.words, &self.settings),
                    business_id: self.text("business-id", ""),
                };
                ad_hoc::complete(command, &self.words, &self.settings)
            }
            "yield" => yield_jobs(&self.words[1..], names),
            "evaluate" => self.evaluate(names),
            "start-if" => CommandBody::EvaluateConditional(EvaluateConditional {
                definition: self.words.get(1).map_or(Key::NONE, |it| names.key(it)),
                variables: doc,
            }),
            "publish" => CommandBody::PublishMessage(PublishMessage {
                name: self.words.get(1).map_or("", String::as_str).into(),
                correlation_key: self.words.get(2).map_or("", |it| it.trim_matches('-')).into(),
                time_to_live_ms: self.time("ttl", 0),
                message_id: self.text("id", ""),
                variables: doc,
                business_id: self.text("business-id", ""),
            }),
            "signal" => CommandBody::BroadcastSignal(BroadcastSignal {
                name: self.words.get(1).map_or("", String::as_str).into(),
                variables: doc,
            }),
            "resolve" => CommandBody::ResolveIncident(ResolveIncident { incident: key(1) }),
            "modify" => modification::command(names, &self.words, &self.settings, doc),
            "migrate" => self.migrate(names),
            "suspend" => CommandBody::SuspendInstance(SuspendInstance { instance: key(1) }),
            "resume" => CommandBody::ResumeInstance(ResumeInstance { instance: key(1) }),
            "set" => CommandBody::SetVariables(SetVariables {
                element_instance: key(1),
                variables: doc,
                local: self.has("local"),
            }),
            "stream" => self.stream(),
            "settings" => CommandBody::ChangeSettings(self.change()),
            "clock" => CommandBody::ChangeClock(self.clock()),
            "raise" => CommandBody::RaiseLogic(RaiseLogic { to: self.number(1) }),
            "skip" => CommandBody::SkipKeys(SkipKeys { count: self.number(1) }),
            word => self
                .job(word, names)
                .or_else(|| user_task::command(word, || key(1), self.who(), &self.settings, doc))
                .unwrap_or_else(|| panic!("no such step: {line}")),
        })
    }

    /// What workers and operators ask about one job, besides completing it.
    fn job(&self, word: &str, names: &Names) -> Option<CommandBody> {
        let doc = self.doc.clone();
        let key = |at| names.key(self.word(at));
        Some(match word {
            "fail" => CommandBody::FailJob(FailJob {
                job: key(1),
                retries: self.setting("retries", 0),
                message: self.text("message", ""),
                back_off_ms: self.time("backoff", 0),
                variables: doc,
            }),
            "throw" => CommandBody::ThrowError(ThrowError {
                job: key(1),
                code: self.word(2).into(),
                message: self.text("message", ""),
                variables: doc,
            }),
            "retries" => CommandBody::UpdateJobRetries(UpdateJobRetries {
                job: key(1),
                retries: self.number(2),
            }),
            "call" => CommandBody::AssignBusinessId(AssignBusinessId {
                instance: key(1),
                business_id: self.words.get(2).map_or("", String::as_str).into(),
            }),
            "priority" => CommandBody::UpdateJobPriority(UpdateJobPriority {
                job: key(1),
                priority: self.number(2),
            }),
            "timeout" => CommandBody::UpdateJobTimeout(UpdateJobTimeout {
                job: key(1),
                timeout_ms: duration(self.word(2)),
            }),
            _ => return None,
        })
    }

    fn activate(&self) -> CommandBody {
        CommandBody::ActivateJobs(ActivateJobs {
            job_type: self.words.get(1).map_or("", String::as_str).into(),
            worker: self.text("worker", "w"),
            timeout_ms: self.time("timeout", 300_000),
            jobs_max: self.setting("max", 10),
            fetch_variables: self.list("fetch"),
        })
    }

    /// The second word after a command about a user task.
    fn who(&self) -> value::Str {
        self.words.get(2).map_or("", String::as_str).into()
    }

    fn evaluate(&self, names: &Names) -> CommandBody {
        let name = self.word(1);
        let by_key = name.contains(':') || name == "unknown";
        CommandBody::EvaluateDecision(EvaluateDecision {
            decision: if by_key { names.key(name) } else { Key::NONE },
            decision_id: if by_key { "" } else { name }.into(),
            variables: self.doc.clone(),
        })
    }

    fn create(&self, names: &Names) -> CommandBody {
        let id = self.words.get(1).map_or("", String::as_str);
        let by_key = id.contains(':') || id == "unknown";
        CommandBody::CreateInstance(CreateInstance {
            definition: if by_key { names.key(id) } else { Key::NONE },
            process_id: if by_key { "" } else { id }.into(),
            version: self.setting("version", -1),
            variables: self.doc.clone(),
            await_result: self.has("result"),
            fetch_variables: self.list("fetch"),
            start_at: self.list("at"),
            labels: Labels { business_id: self.text("business-id", ""), tags: self.list("tags") },
            end_after: self.list("end-after"),
        })
    }

    fn migrate(&self, names: &Names) -> CommandBody {
        let all = self.list("map");
        let mapping = all.iter().map(|it| {
            let (source_id, target_id) = it.split_once('>').expect("ELEMENT>ELEMENT");
            MappedElement { source_id: source_id.into(), target_id: target_id.into() }
        });
        CommandBody::MigrateInstance(MigrateInstance {
            instance: names.key(self.word(1)),
            target: names.key(self.settings.get("to").map_or("unknown", String::as_str)),
            mapping: mapping.collect(),
        })
    }

    fn stream(&self) -> CommandBody {
        let stream = StreamId { node: 1, incarnation: 1, number: self.number(1) };
        match self.word(2) {
            "open" => CommandBody::OpenStream(OpenStream {
                stream,
                job_type: self.words.get(3).map_or("", String::as_str).into(),
                worker: self.text("worker", "w"),
                timeout_ms: self.time("timeout", 300_000),
                fetch_variables: self.list("fetch"),
                credit: self.setting("credit", 0),
            }),
            "credit" => CommandBody::AddCredit(AddCredit { stream, credit: self.number(3) }),
            "close" => CommandBody::CloseStream(CloseStream { stream }),
            other => panic!("a stream does not '{other}'"),
        }
    }

    fn change(&self) -> SettingsChange {
        let mut change = SettingsChange::default();
        for (name, value) in self.settings.iter().filter(|(name, _)| *name != "request") {
            // The range is for the engine to check, so the change is built without it.
            match name.as_str() {
                "zone" => change.zone = Some(value.as_str().into()),
                "work_per_entry" => change.work_per_entry = value.parse().ok(),
                "activation_bytes_max" => change.activation_bytes_max = value.parse().ok(),
                "expression_steps_max" => change.expression_steps_max = value.parse().ok(),
                "loop_elements_max" => change.loop_elements_max = value.parse().ok(),
                "call_depth_max" => change.call_depth_max = value.parse().ok(),
                "loop_cardinality_max" => change.loop_cardinality_max = value.parse().ok(),
                "streams_max" => change.streams_max = value.parse().ok(),
                "business_id_unique" => change.business_id_unique = value.parse().ok(),
                "idempotency_bytes_max" => change.idempotency_bytes_max = value.parse().ok(),
                "idempotency_ms" => change.idempotency_ms = value.parse().ok(),
                "remembered_replies_ms" => change.remembered_replies_ms = value.parse().ok(),
                "remembered_replies_max" => change.remembered_replies_max = value.parse().ok(),
                other => panic!("scripts do not change '{other}'"),
            }
        }
        change
    }

    fn clock(&self) -> ChangeClock {
        match self.word(1) {
            "pin" => {
                ChangeClock { change: ClockChange::Pin, value: START + duration(self.word(2)) }
            }
            "add" => ChangeClock { change: ClockChange::Add, value: duration(self.word(2)) },
            "reset" => ChangeClock { change: ClockChange::Reset, value: 0 },
            other => panic!("the clock does not '{other}'"),
        }
    }
}

fn yield_jobs(words: &[String], names: &Names) -> CommandBody {
    let jobs = words.iter().map(|it| activation(it, names)).collect();
    CommandBody::YieldJobs(YieldJobs { jobs })
}

fn activation(word: &str, names: &Names) -> Activation {
    let (job, number) = word.split_once('#').expect("JOB#ACTIVATION");
    Activation { job: names.key(job), number: number.parse().expect("an activation's number") }
}
