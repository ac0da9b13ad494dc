//! Models of jobs, timers to the millisecond and messages, made of blocks so that each is valid.
//!
//! ```text
//! start ─▶ task ─▶ choice ─┬▶ … ─┬▶ timer ─▶ message ─▶ sub{ … } ─▶ end
//!                          └▶ … ─┘                       └─ boundary ─▶ …
//! ```

use std::fmt::Write as _;

use draw::Random;
use draw::model::{JOB_TYPES, START_MESSAGE};

/// Messages that these models wait for, by correlation key: some of those of the other models.
const MESSAGES: [&str; 3] = ["m0", "m1", "m2"];
/// How deep blocks nest.
const DEPTH_MAX: u32 = 3;

/// A block with one way in and one way out.
#[derive(Debug)]
enum Block {
    Task {
        job_type: &'static str,
        mapping: Mapping,
    },
    /// Condition on `n`; without a default flow if it may get stuck.
    Choice {
        over: u64,
        branches: [Vec<Block>; 2],
        has_default: bool,
    },
    Parallel {
        branches: [Vec<Block>; 2],
    },
    Timer {
        ms: u64,
    },
    Message {
        name: &'static str,
    },
    Sub {
        inner: Vec<Block>,
        guard: Option<Guard>,
    },
    Guarded {
        job_type: &'static str,
        guard: Guard,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mapping {
    None,
    Output,
    /// Fails unless a variable `set` is there.
    Fragile,
}

/// A boundary event.
#[derive(Debug)]
struct Guard {
    trigger: Trigger,
    is_interrupting: bool,
    then: Vec<Block>,
}

#[derive(Debug)]
enum Trigger {
    After { ms: u64 },
    Every { ms: u64, times: u64 },
    Message { name: &'static str },
}

/// Draws the BPMN of a model with this process id.
pub(super) fn draw(random: &mut Random, id: &str) -> String {
    let starts_with_message = random.percent(20);
    let blocks = draw_blocks(random, 0);
    let mut scope = Scope { next: 0, xml: String::new() };
    let start = scope.id("start");
    let definition = if starts_with_message {
        r#"<messageEventDefinition messageRef="message-start"/>"#
    } else {
        ""
    };
    scope.line(&format!(r#"<startEvent id="{start}">{definition}</startEvent>"#));
    let last = scope.sequence(&blocks, start);
    scope.end(&last);
    let mut xml = String::from(concat!(
        r#"<?xml version="1.0"?><definitions "#,
        r#"xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" "#,
        r#"xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="sim">"#,
        "\n",
    ));
    let _ = writeln!(xml, r#"<message id="message-start" name="{START_MESSAGE}"/>"#);
    for name in MESSAGES {
        let _ = writeln!(
            xml,
            r#"<message id="message-{name}" name="{name}"><extensionElements><zeebe:subscription correlationKey="=k"/></extensionElements></message>"#
        );
    }
    let _ = write!(
        xml,
        "<process id=\"{id}\" isExecutable=\"true\">\n{}</process>\n</definitions>\n",
        scope.xml
    );
    xml
}

fn draw_blocks(random: &mut Random, depth: u32) -> Vec<Block> {
    let count = random.between(1, 3);
    (0..count).map(|_| draw_block(random, depth)).collect()
}

fn draw_block(random: &mut Random, depth: u32) -> Block {
    let is_deep = depth >= DEPTH_MAX;
    match random.below(if is_deep { 40 } else { 100 }) {
        0..20 => draw_task(random),
        20..30 => Block::Timer { ms: draw_ms(random) },
        30..40 => Block::Message { name: random.one_of(&MESSAGES) },
        40..50 => {
            Block::Parallel { branches: [draw_whole(random, depth), draw_whole(random, depth)] }
        }
        50..62 => Block::Choice {
            over: random.below(10),
            branches: [draw_blocks(random, depth + 1), draw_blocks(random, depth + 1)],
            has_default: random.percent(80),
        },
        62..80 => {
            Block::Guarded { job_type: random.one_of(&JOB_TYPES), guard: draw_guard(random, depth) }
        }
        _ => {
            let inner = draw_blocks(random, depth + 1);
            let guard = random.percent(60).then(|| draw_guard(random, depth));
            Block::Sub { inner, guard }
        }
    }
}

/// Blocks that reach their end whatever interrupts them inside: a join waits for every branch.
fn draw_whole(random: &mut Random, depth: u32) -> Vec<Block> {
    vec![Block::Sub { inner: draw_blocks(random, depth + 1), guard: None }]
}

fn draw_task(random: &mut Random) -> Block {
    let mapping = match random.below(10) {
        0 => Mapping::Fragile,
        1..4 => Mapping::Output,
        _ => Mapping::None,
    };
    Block::Task { job_type: random.one_of(&JOB_TYPES), mapping }
}

fn draw_guard(random: &mut Random, depth: u32) -> Guard {
    let is_interrupting = random.percent(50);
    let trigger = match random.below(3) {
        0 => Trigger::Message { name: random.one_of(&MESSAGES) },
        1 if !is_interrupting => {
            Trigger::Every { ms: draw_ms(random), times: random.between(1, 4) }
        }
        _ => Trigger::After { ms: draw_ms(random) },
    };
    let then = if depth + 1 >= DEPTH_MAX { Vec::new() } else { draw_blocks(random, depth + 1) };
    Guard { trigger, is_interrupting, then }
}

fn draw_ms(random: &mut Random) -> u64 {
    random.one_of(&[0, 10, 500, 2_000, 10_000, 60_000])
}

/// The XML of one flow scope and all inside.
struct Scope {
    next: u32,
    xml: String,
}

impl Scope {
    fn id(&mut self, kind: &str) -> String {
        self.next += 1;
        format!("{kind}-{}", self.next)
    }

    fn line(&mut self, line: &str) {
        self.xml.push_str(line);
        self.xml.push('\n');
    }

    fn flow(&mut self, from: &str, to: &str, condition: Option<String>) -> String {
        let id = self.id("flow");
        let condition = condition.map_or_else(String::new, |text| {
            format!("<conditionExpression>={text}</conditionExpression>")
        });
        self.line(&format!(
            r#"<sequenceFlow id="{id}" sourceRef="{from}" targetRef="{to}">{condition}</sequenceFlow>"#
        ));
        id
    }

    fn end(&mut self, last: &str) {
        let end = self.id("end");
        self.line(&format!(r#"<endEvent id="{end}"/>"#));
        self.flow(last, &end, None);
    }

    /// Appends blocks after an element; answers the last element.
    fn sequence(&mut self, blocks: &[Block], mut last: String) -> String {
        for block in blocks {
            let (first, next) = self.block(block);
            self.flow(&last, &first, None);
            last = next;
        }
        last
    }

    /// Writes a block; answers its first and last element.
    fn block(&mut self, block: &Block) -> (String, String) {
        match block {
            Block::Task { job_type, mapping } => self.task(job_type, *mapping),
            Block::Choice { over, branches, has_default } => {
                self.choice(*over, branches, *has_default)
            }
            Block::Parallel { branches } => self.parallel(branches),
            Block::Timer { ms } => {
                let definition = format!(
                    "<timerEventDefinition><timeDuration>{}</timeDuration></timerEventDefinition>",
                    duration(*ms)
                );
                self.catch(&definition)
            }
            Block::Message { name } => {
                self.catch(&format!(r#"<messageEventDefinition messageRef="message-{name}"/>"#))
            }
            Block::Sub { inner, guard } => self.sub(inner, guard.as_ref()),
            Block::Guarded { job_type, guard } => {
                let (task, _) = self.task(job_type, Mapping::None);
                self.guard(&task, guard);
                (task.clone(), task)
            }
        }
    }

    fn task(&mut self, job_type: &str, mapping: Mapping) -> (String, String) {
        let id = self.id("task");
        let mapping = match mapping {
            Mapping::None => "",
            Mapping::Output => {
                r#"<zeebe:ioMapping><zeebe:output source="=n" target="m"/></zeebe:ioMapping>"#
            }
            Mapping::Fragile => {
                r#"<zeebe:ioMapping><zeebe:input source="=assert(set, set != null)" target="got"/></zeebe:ioMapping>"#
            }
        };
        self.line(&format!(
            r#"<serviceTask id="{id}"><extensionElements><zeebe:taskDefinition type="{job_type}" retries="2"/>{mapping}</extensionElements></serviceTask>"#
        ));
        (id.clone(), id)
    }

    fn catch(&mut self, definition: &str) -> (String, String) {
        let id = self.id("catch");
        self.line(&format!(
            r#"<intermediateCatchEvent id="{id}">{definition}</intermediateCatchEvent>"#
        ));
        (id.clone(), id)
    }

    fn choice(
        &mut self,
        over: u64,
        branches: &[Vec<Block>; 2],
        has_default: bool,
    ) -> (String, String) {
        let (split, join) = (self.id("choice"), self.id("join"));
        self.line(&format!(r#"<exclusiveGateway id="{join}"/>"#));
        let mut default = String::new();
        for (number, branch) in branches.iter().enumerate() {
            let (pass, last) = self.branch(branch);
            let condition = match (number, has_default) {
                (0, _) => Some(format!("n &gt; {over}")),
                (_, true) => None,
                (_, false) => Some(format!("n &lt; {over}")),
            };
            let is_default = condition.is_none();
            let flow = self.flow(&split, &pass, condition);
            if is_default {
                default = format!(r#" default="{flow}""#);
            }
            self.flow(&last, &join, None);
        }
        self.line(&format!(r#"<exclusiveGateway id="{split}"{default}/>"#));
        (split, join)
    }

    fn parallel(&mut self, branches: &[Vec<Block>; 2]) -> (String, String) {
        let (fork, join) = (self.id("fork"), self.id("join"));
        self.line(&format!(r#"<parallelGateway id="{fork}"/><parallelGateway id="{join}"/>"#));
        for branch in branches {
            let (first, last) = self.branch(branch);
            self.flow(&fork, &first, None);
            self.flow(&last, &join, None);
        }
        (fork, join)
    }

    /// A branch that is not empty; answers its first and last element.
    fn branch(&mut self, blocks: &[Block]) -> (String, String) {
        let mut ends: Option<(String, String)> = None;
        for block in blocks {
            let (first, last) = self.block(block);
            ends = Some(match ends {
                None => (first, last),
                Some((begin, before)) => {
                    self.flow(&before, &first, None);
                    (begin, last)
                }
            });
        }
        ends.unwrap_or_default()
    }

    fn sub(&mut self, inner: &[Block], guard: Option<&Guard>) -> (String, String) {
        let id = self.id("sub");
        self.line(&format!(r#"<subProcess id="{id}">"#));
        let start = self.id("start");
        self.line(&format!(r#"<startEvent id="{start}"/>"#));
        let last = self.sequence(inner, start);
        self.end(&last);
        self.line("</subProcess>");
        if let Some(guard) = guard {
            self.guard(&id, guard);
        }
        (id.clone(), id)
    }

    fn guard(&mut self, host: &str, guard: &Guard) {
        let id = self.id("boundary");
        let definition = match &guard.trigger {
            Trigger::After { ms } => format!(
                "<timerEventDefinition><timeDuration>{}</timeDuration></timerEventDefinition>",
                duration(*ms)
            ),
            Trigger::Every { ms, times } => format!(
                "<timerEventDefinition><timeCycle>R{times}/{}</timeCycle></timerEventDefinition>",
                duration((*ms).max(1_000))
            ),
            Trigger::Message { name } => {
                format!(r#"<messageEventDefinition messageRef="message-{name}"/>"#)
            }
        };
        let cancels = guard.is_interrupting;
        self.line(&format!(
            r#"<boundaryEvent id="{id}" attachedToRef="{host}" cancelActivity="{cancels}">{definition}</boundaryEvent>"#
        ));
        let last = self.sequence(&guard.then, id);
        self.end(&last);
    }
}

fn duration(ms: u64) -> String {
    format!("PT{}.{:03}S", ms / 1_000, ms % 1_000)
}
