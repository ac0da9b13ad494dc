//! Compiling what is deployed beside the engine: after a start, and where another node compiled it.
//!
//! The engine compiles a file when it is first used and nobody has offered it. After a start that
//! would be all of them, one by one, each while the whole partition waits; a large one takes long.
//! The same holds for what the log brings that another node, or this one before it stopped, had
//! compiled.

use super::worker::Task;
use crate::platform::{Platform, Running};
use broker_api::metrics::Metrics;
use engine::Uncompiled;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// Compiles the files that the engine would have to compile, now and whenever it is told that
/// there are new ones, and offers what came of them. A file that does not compile is left to the
/// engine, which stops with the reason when it needs it. It ends with the engine.
pub(super) fn start<P: Platform>(
    platform: &P,
    tasks: mpsc::WeakSender<Task>,
    mut more: mpsc::Receiver<()>,
    (metrics, stop): (Arc<Metrics>, CancellationToken),
) -> std::io::Result<Running> {
    platform.run("compile", async move {
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                done = compile_all(&tasks, &metrics) => if done.is_none() { return },
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                told = more.recv() => if told.is_none() { return },
            }
        }
    })
}

/// Compiles what is not compiled. `None` if the engine has stopped.
async fn compile_all(tasks: &mpsc::WeakSender<Task>, metrics: &Metrics) -> Option<()> {
    // The engine ends when the last way to it is closed, so this one is not kept.
    let tasks = tasks.upgrade()?;
    let (answer, found) = oneshot::channel();
    let ask = Task::Ask(Box::new(|engine| drop(answer.send(engine.uncompiled()))));
    tasks.send(ask).await.ok()?;
    let found = found.await.ok()?;
    for compiled in found.into_iter().filter_map(Uncompiled::compile) {
        tasks.send(Task::OfferDeployed(compiled)).await.ok()?;
        metrics.files_compiled_ahead.fetch_add(1, Ordering::Relaxed);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partition::deploy::prepare;
    use crate::platform::Real;
    use broker_api::Resource;
    use engine::{Engine, Output, StateRow};
    use record::{
        Command, CommandBody, CreateInstance, Entry, EntryBody, EvaluateDecision, LOGIC, Reply,
    };

    /// More than there were places, once.
    const SMALL: usize = 320;

    fn small(id: usize) -> Resource {
        let text = format!(
            r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
            <process id="small{id}" isExecutable="true"><startEvent id="s"/></process>
            </definitions>"#
        );
        file(&format!("small{id}.bpmn"), &text)
    }

    /// It is the first, so the oldest.
    fn big() -> Resource {
        let text = String::from(
            r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
            <process id="big" isExecutable="true"><startEvent id="s"/>"#,
        );
        let text = text + &r#"<manualTask id="tN"/>"#.repeat(1_000);
        let text = (0..1_000).fold(text, |text, it| text.replacen("tN", &format!("t{it}"), 1));
        file("big.bpmn", &(text + "</process></definitions>"))
    }

    fn decision(id: &str, import: &str, expression: &str) -> Resource {
        let import = match import {
            "" => String::new(),
            other => format!(
                r#"<import name="{other}" namespace="{other}"
                importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>"#
            ),
        };
        let text = format!(
            r#"<definitions id="g{id}" name="g{id}" namespace="{id}"
            xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/">{import}
            <decision id="{id}" name="{id}"><variable name="{id}"/><literalExpression><text>
            {expression}</text></literalExpression></decision></definitions>"#
        );
        file(&format!("{id}.dmn"), &text)
    }

    fn file(name: &str, content: &str) -> Resource {
        Resource { name: name.into(), content: content.as_bytes().into() }
    }

    async fn deploys() -> Vec<CommandBody> {
        let (tasks, mut offered) = mpsc::channel(1_024);
        let mut deploys = Vec::new();
        let decisions = vec![decision("base", "", "6 * 7"), decision("top", "base", "1 + 1")];
        let files = [vec![big()], decisions].into_iter();
        for resources in files.chain((0..SMALL).map(|it| vec![small(it)])) {
            let body = prepare(&Real::default(), resources, LOGIC, &tasks).await;
            deploys.push(body.expect("they are valid"));
            while offered.try_recv().is_ok() {}
        }
        deploys
    }

    fn apply(engine: &mut Engine, body: CommandBody) -> Vec<Reply> {
        let request =
            record::RequestId { node: 1, incarnation: 1, seq: engine.applied_index() + 1 };
        let command = Command { request, body, ..Command::default() };
        let body = EntryBody { now: 1, logic: LOGIC, command, ..EntryBody::default() };
        let mut out = Output::default();
        engine.apply(&Entry { index: engine.applied_index() + 1, term: 1, body }, &mut out);
        out.replies.into_iter().map(|it| it.1).collect()
    }

    fn create(process_id: &str) -> CommandBody {
        let create = CreateInstance { version: -1, ..CreateInstance::default() };
        CommandBody::CreateInstance(CreateInstance { process_id: process_id.into(), ..create })
    }

    fn evaluate(decision_id: &str) -> CommandBody {
        let evaluate = EvaluateDecision::default();
        CommandBody::EvaluateDecision(EvaluateDecision {
            decision_id: decision_id.into(),
            ..evaluate
        })
    }

    fn restored(engine: &mut Engine) -> Engine {
        let rows = engine.take_changes().into_changes().filter_map(|(key, row)| {
            let (version, value) = row?;
            Some(StateRow { key, version, value })
        });
        Engine::restore(1, rows.collect::<Vec<_>>()).expect("it is a state")
    }

    /// Uses all that is deployed, and says how many files were compiled in `apply` meanwhile.
    fn compiled_by_use(engine: &mut Engine) -> u64 {
        let before = engine.compiled_in_apply();
        let small = (0..SMALL).map(|it| create(&format!("small{it}")));
        let uses = [create("big"), evaluate("base"), evaluate("top")].into_iter().chain(small);
        for body in uses {
            let replies = apply(engine, body);
            assert!(
                matches!(
                    replies.as_slice(),
                    [Reply::InstanceCreated(_) | Reply::DecisionEvaluated(_)]
                ),
                "{replies:?}"
            );
        }
        engine.compiled_in_apply() - before
    }

    /// Does what the worker does with what it is asked, until nothing is left to compile.
    async fn warm(engine: &mut Engine) -> Vec<String> {
        let (tasks, mut asked) = mpsc::channel(8);
        let (metrics, stop) = (Arc::<Metrics>::default(), CancellationToken::new());
        let around = (metrics.clone(), stop.clone());
        let (_told, more) = mpsc::channel(1);
        let running = start(&Real::default(), tasks.downgrade(), more, around).expect("a thread");
        let mut found = Vec::new();
        loop {
            match asked.recv().await.expect("it goes on until it is stopped") {
                Task::Ask(question) => question(engine),
                Task::OfferDeployed(compiled) => {
                    found.push(match &compiled {
                        engine::Compiled::Processes(_, it) => it.processes[0].id.to_string(),
                        engine::Compiled::Decisions(_, it) => it.id.to_string(),
                    });
                    engine.offer_deployed(compiled);
                }
                other => panic!("{other:?} is asked of the engine"),
            }
            if engine.uncompiled().is_empty() {
                break;
            }
        }
        stop.cancel();
        running.ended().await;
        assert_eq!(metrics.files_compiled_ahead.load(Ordering::Relaxed), found.len() as u64);
        found
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn after_a_start_nothing_is_compiled_in_apply() {
        let deploys = deploys().await;
        let mut engine = Engine::new(1);
        for body in &deploys {
            apply(&mut engine, body.clone());
        }
        let mut cold = restored(&mut engine);
        assert_eq!(compiled_by_use(&mut cold), SMALL as u64 + 3, "without help it is all of them");

        let mut engine = Engine::new(1);
        for body in deploys {
            apply(&mut engine, body);
        }
        let mut engine = restored(&mut engine);
        let found = warm(&mut engine).await;
        assert_eq!(found.len(), SMALL + 3);
        assert_eq!(found[0], "big", "the largest is the first");
        assert_eq!(compiled_by_use(&mut engine), 0);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_offered_before_the_log_is_not_compiled_again() {
        let (tasks, mut offered) = mpsc::channel(8);
        let mut engine = Engine::new(1);
        let resources =
            vec![big(), decision("top", "base", "1 + 1"), decision("base", "", "6 * 7")];
        let body = prepare(&Real::default(), resources, LOGIC, &tasks).await;
        let body = body.expect("they are valid");
        while let Ok(task) = offered.try_recv() {
            match task {
                Task::Offer(compiled) => engine.offer(compiled),
                other => panic!("{other:?} is asked of the engine"),
            }
        }
        let CommandBody::Deploy(deploy) = &body else { panic!("{body:?}") };
        assert!(!engine.lacks(deploy));
        assert!(Engine::new(1).lacks(deploy));
        apply(&mut engine, body);
        for it in 0..SMALL {
            let body = prepare(&Real::default(), vec![small(it)], LOGIC, &tasks).await;
            while let Ok(Task::Offer(compiled)) = offered.try_recv() {
                engine.offer(compiled);
            }
            apply(&mut engine, body.expect("it is valid"));
        }
        assert!(engine.uncompiled().is_empty());
        assert_eq!(compiled_by_use(&mut engine), 0);
    }
}
