//! Compiling what is deployed after a start, beside the engine.
//!
//! The engine compiles a file when it is first used. After a start that would be all of them, one
//! by one, each while the whole partition waits; a large one takes long.

use super::deploy::Compiled;
use super::worker::Task;
use crate::platform::{Platform, Running};
use engine::Engine;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Compiles the files that the engine would have to compile, and offers it what came of it. A file
/// that does not compile is left to the engine, which stops with the reason when it needs it.
pub(super) fn start<P: Platform>(
    platform: &P,
    engine: &Engine,
    tasks: mpsc::Sender<Task>,
    stop: CancellationToken,
) -> std::io::Result<Running> {
    let (processes, decisions) = (engine.uncompiled_processes(), engine.uncompiled_decisions());
    platform.run("compile", async move {
        let processes = processes.iter().filter_map(|it| {
            let found = bpmn::compile_accepted(it).ok()?;
            Some(Compiled::Processes(Arc::new(found)))
        });
        let decisions = decisions.iter().filter_map(|it| {
            let file = dmn::File { resource_name: "", bytes: it };
            let found = dmn::compile_all_accepted(&[file]).ok()?.into_iter().next()?;
            Some(Compiled::Decisions(Arc::new(found)))
        });
        for compiled in processes.chain(decisions) {
            tokio::select! {
                () = stop.cancelled() => return,
                sent = tasks.send(Task::Offer(compiled)) => if sent.is_err() { return },
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partition::deploy::prepare;
    use crate::platform::Real;
    use broker_api::Resource;
    use engine::StateRow;
    use record::{Command, Entry, EntryBody, LOGIC};

    const PROCESS: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
        <process id="p" isExecutable="true"><startEvent id="s"/></process></definitions>"#;
    const DECISION: &str = r#"<definitions id="d" name="d" namespace="d"
        xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="answer" name="Answer">
        <variable name="Answer"/><literalExpression><text>6 * 7</text></literalExpression>
        </decision></definitions>"#;

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_deployed_is_compiled_and_offered_after_a_start() {
        let platform = Real::default();
        let (tasks, mut offered) = mpsc::channel(8);
        let resources = [("p.bpmn", PROCESS), ("d.dmn", DECISION)];
        let resources = resources.map(|(name, content)| Resource {
            name: name.into(),
            content: content.as_bytes().into(),
        });
        let body =
            prepare(&platform, resources.into(), LOGIC, &tasks).await.expect("they are valid");
        let mut engine = Engine::new(1);
        let command = Command { body, ..Command::default() };
        let body = EntryBody { now: 1, logic: LOGIC, command, ..EntryBody::default() };
        engine.apply(&Entry { index: 1, term: 1, body }, &mut engine::Output::default());
        while offered.try_recv().is_ok() {}

        let rows = engine.take_changes().into_changes().filter_map(|(key, row)| {
            let (version, value) = row?;
            Some(StateRow { key, version, value })
        });
        let engine = Engine::restore(1, rows.collect::<Vec<_>>()).expect("it is a state");
        let stop = CancellationToken::new();
        let running = start(&platform, &engine, tasks.clone(), stop.clone()).expect("a thread");
        running.ended().await;
        let mut found = Vec::new();
        while let Ok(task) = offered.try_recv() {
            match task {
                Task::Offer(Compiled::Processes(it)) => found.push(it.processes[0].id.to_string()),
                Task::Offer(Compiled::Decisions(it)) => found.push(it.id.to_string()),
                _ => panic!("something else is asked of the engine"),
            }
        }
        assert_eq!(found, ["p", "d"]);
    }
}
