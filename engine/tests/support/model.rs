//! Small models in few words, as BPMN XML.
//!
//! One thing per line; indentation is free, and a word with spaces stands in backticks:
//!
//! ```text
//! process order                    `tag=T` at the end gives the version a tag; see `job_model` for more
//! start s                        start s message=placed; or signal=…, timer=…, cycle=…, date=…
//! task a type=pay retries=3      the three lines after it belong to it
//!   in =x -> y
//!   out =y -> z.part
//!   header color blue
//! catch c timer=PT5S             or date=…, message=… key=…, or signal=…
//! send a type=mail               or rule, script; script a feel=`x + 1` result=y
//! user a native assignee=ada     without `native` a job; see `user_task_model` for the rest
//! rule a decision=d result=y     perhaps binding=deployment, or binding=TAG
//! receive r message=placed instantiate   begins the process
//! receive r message=paid key==k  untyped u, manual m: tasks that nobody does
//! throw t                        a message: `throw t sends= type=mail`, and `end e sends= type=mail`
//! throw t publish=NAME key==k    which the engine publishes, perhaps id=… and ttl=…; also of `end`
//!                                and `send`
//! gateway g default=g-b          exclusive; `parallel p` forks and joins; `inclusive o` also decides;
//!                                `first f` waits for the first event behind it
//! complex j when=`=activationCount >= 2`   also decides; without `when` it only forks
//! boundary b on a timer=PT1H     or cycle=…, date=…, message=… key=…, signal=…; `non-interrupting`
//!                                at the end
//! sub u {                        or `transaction u {`
//! }
//! task m items==list …            several times, see `multi_instance_model.rs`; also `sub u items==list {`
//! call c process=p                binding=deployment, or binding=TAG; `own-variables` gives it only the
//!                                  call activity's, `nothing-back` takes back only what `out` says
//! adhoc u {                       an ad-hoc subprocess, see `ad_hoc_model.rs`
//! events x {                     an event subprocess; its start has an event, perhaps
//!   start x1 timer=PT5S          `non-interrupting`
//! }
//! end e                          or error=CODE, escalation=CODE (empty catches all), terminates=
//! … on-start=a,b on-end=c          its listeners, on any line that makes an element; `a+h=v` also has
//!                                  a header of its own. `before-all=a` of multi-instance activities,
//!                                  `on-cancel=a` of processes
//! boundary b on a condition=`=x > 1` vars=x,y changes=update
//!                                  also of catch and start events; what changes count, if not all
//! catch c timer=PT5S signal=go     any of several; with `all` at the end all of them. They come in the
//!                                order of their names, and `signal2=…` is a second of a kind
//! boundary b on a compensate=h    begins the activity `h`, which has `handler` at the end
//! end c cancels=                  and `boundary b on u cancels=`; `start s compensate=` in `events`
//! throw t compensate=a           undoes a, or everything if nothing stands there (also `end`)
//! throw t link=L                 and `catch c link=L`; or escalation=CODE, signal=… (also `end`)
//! s -> a -> g                    flows are called `s-a`, `a-g`
//! g -> b if =x > 1               the condition goes to the end of the line
//! a -> b times 300               so many flows between the two
//! ```

#[path = "ad_hoc_model.rs"]
mod ad_hoc;
#[path = "job_model.rs"]
mod job;
#[path = "multi_instance_model.rs"]
mod multi_instance;
#[path = "user_task_model.rs"]
mod user_task;

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// One XML element with what is inside it.
#[derive(Default)]
struct Node {
    tag: &'static str,
    attributes: String,
    /// What `zeebe:taskDefinition` says.
    job: String,
    headers: String,
    mappings: String,
    listeners: String,
    /// Event definitions and flows.
    inner: String,
    children: Vec<Node>,
}

/// The XML of a model in the notation of this module.
pub(crate) fn xml(model: &str) -> String {
    let mut reading = Reading::default();
    for line in model.lines().map(str::trim).filter(|it| !it.is_empty()) {
        reading.line(line);
    }
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<bpmn:definitions \
         xmlns:bpmn=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" \
         xmlns:zeebe=\"http://camunda.org/schema/zeebe/1.0\" targetNamespace=\"t\">\n",
    );
    out.push_str(&reading.messages);
    while let Some(node) = reading.open.pop() {
        reading.close(node);
    }
    for process in &reading.done {
        write(process, &mut out);
    }
    out.push_str("</bpmn:definitions>\n");
    out
}

#[derive(Default)]
struct Reading {
    done: Vec<Node>,
    /// The process and subprocesses around the current line.
    open: Vec<Node>,
    messages: String,
    message_count: u32,
}

impl Reading {
    fn line(&mut self, line: &str) {
        let words = words(line);
        let first = words.first().map_or("", String::as_str);
        let id = words.get(1).cloned().unwrap_or_default();
        let settings: BTreeMap<String, String> = words
            .iter()
            .filter_map(|it| it.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        match first {
            "process" => {
                if let Some(before) = self.open.pop() {
                    self.close(before);
                }
                let attributes = format!("id=\"{id}\" isExecutable=\"true\"");
                let tag = settings.get("tag");
                let mut job = tag
                    .map_or_else(String::new, |it| format!("<zeebe:versionTag value=\"{it}\"/>"));
                job.push_str(&job::extensions(&settings));
                let listeners = listeners(&settings);
                self.open.push(Node {
                    tag: "process",
                    attributes,
                    job,
                    listeners,
                    ..Node::default()
                });
            }
            "sub" | "transaction" => {
                let inner = multi_instance::marker(&words, &settings);
                let listeners = listeners(&settings);
                let tag = if first == "sub" { "subProcess" } else { "transaction" };
                let mut scope = Node { listeners, inner, ..node(tag, &id) };
                if words.iter().any(|it| it == "handler") {
                    scope.attributes.push_str(" isForCompensation=\"true\"");
                }
                self.open.push(scope);
            }
            "adhoc" => {
                let (mut job, condition) = ad_hoc::parts(&settings);
                job.push_str(&job::extensions(&settings));
                let inner = multi_instance::marker(&words, &settings) + &condition;
                let listeners = listeners(&settings);
                let mut scope = Node { job, listeners, inner, ..node("adHocSubProcess", &id) };
                if words.iter().any(|it| it == "waits-for-rest") {
                    scope.attributes.push_str(" cancelRemainingInstances=\"false\"");
                }
                self.open.push(scope);
            }
            "events" => {
                let mut scope = node("subProcess", &id);
                scope.listeners = listeners(&settings);
                scope.attributes.push_str(" triggeredByEvent=\"true\"");
                self.open.push(scope);
            }
            "}" => {
                let node = self.open.pop().expect("a '}' closes a 'sub'");
                self.close(node);
            }
            "in" | "out" => self.mapping(line),
            "header" => {
                let value = escaped(&words[2]);
                let header = format!("<zeebe:header key=\"{id}\" value=\"{value}\"/>");
                self.last().headers.push_str(&header);
            }
            _ if words.get(1).is_some_and(|it| it == "->") => self.flows(line),
            _ => self.element(first, &id, &words, &settings),
        }
    }

    fn element(
        &mut self,
        word: &str,
        id: &str,
        words: &[String],
        settings: &BTreeMap<String, String>,
    ) {
        let mut node = new_element(word, id, words);
        node.inner = multi_instance::marker(words, settings);
        node.listeners = listeners(settings);
        if words.iter().any(|it| it == "handler") {
            node.attributes.push_str(" isForCompensation=\"true\"");
        }
        if words.iter().any(|it| it == "all") {
            node.attributes.push_str(" parallelMultiple=\"true\"");
        }
        if words.iter().any(|it| it == "instantiate") {
            node.attributes.push_str(" instantiate=\"true\"");
        }
        if word == "user" {
            let is_native = words.iter().any(|it| it == "native");
            node.job = user_task::extensions(is_native, settings);
        }
        for (name, value) in settings {
            let value = escaped(value);
            let name = name.trim_end_matches(|it: char| it.is_ascii_digit());
            if let Some(definition) = self.definition(word, id, (name, &value), settings) {
                node.inner.push_str(&definition);
                continue;
            }
            match name {
                "type" => {
                    let retries =
                        settings.get("retries").map_or_else(|| "3".to_owned(), |it| escaped(it));
                    node.job =
                        format!("<zeebe:taskDefinition type=\"{value}\" retries=\"{retries}\"/>");
                }
                "default" => {
                    let _ = write!(node.attributes, " default=\"{value}\"");
                }
                "feel" => {
                    let result = escaped(&settings["result"]);
                    node.job = format!(
                        "<zeebe:script expression=\"={value}\" resultVariable=\"{result}\"/>"
                    );
                }
                "decision" => {
                    let result = escaped(&settings["result"]);
                    let binding = binding(settings);
                    node.job = format!(
                        "<zeebe:calledDecision decisionId=\"{value}\" \
                         resultVariable=\"{result}\"{binding}/>"
                    );
                }
                "process" => node.job = called_element(&value, words, settings),
                "message" if word == "receive" => {
                    let reference = self.message(&value, settings.get("key"));
                    let _ = write!(node.attributes, " messageRef=\"{reference}\"");
                }
                "publish" => {
                    let reference = self.message(&value, None);
                    let _ = write!(node.attributes, " messageRef=\"{reference}\"");
                    node.job = publication(settings);
                }
                name if job::is_setting(name) => {}
                name if multi_instance::is_setting(name) => {}
                "on-start" | "on-end" | "before-all" | "on-cancel" => {}
                name if word == "user" && user_task::is_setting(name) => {}
                "key" | "id" | "ttl" | "retries" | "result" | "binding" | "vars" | "changes" => {}
                other => panic!("the model notation has no setting '{other}'"),
            }
        }
        if word != "send" && settings.contains_key("publish") {
            node.job = publication(settings);
        }
        node.job.push_str(&job::extensions(settings));
        self.open.last_mut().expect("elements stand in a process").children.push(node);
    }

    /// The definition of an event or the condition of a gateway, if the setting is about one.
    fn definition(
        &mut self,
        word: &str,
        id: &str,
        (name, value): (&str, &str),
        settings: &BTreeMap<String, String>,
    ) -> Option<String> {
        Some(match name {
            "timer" => timer("timeDuration", value),
            "cycle" => timer("timeCycle", value),
            "date" => timer("timeDate", value),
            "condition" => condition(value, settings),
            "error" | "escalation" => self.code(name, value),
            "signal" => {
                self.message_count += 1;
                let id = format!("signal-{}", self.message_count);
                let signal = format!("<bpmn:signal id=\"{id}\" name=\"{value}\"/>");
                let _ = writeln!(self.messages, "{signal}");
                format!("<bpmn:signalEventDefinition signalRef=\"{id}\"/>")
            }
            "compensate" if word == "boundary" => {
                let association = format!(
                    "<bpmn:association id=\"{id}-{value}\" sourceRef=\"{id}\" targetRef=\"{value}\"/>"
                );
                let scope = self.open.last_mut().expect("elements stand in a process");
                let _ = writeln!(scope.inner, "{association}");
                "<bpmn:compensateEventDefinition/>".to_owned()
            }
            "compensate" if value.is_empty() => "<bpmn:compensateEventDefinition/>".to_owned(),
            "compensate" => format!("<bpmn:compensateEventDefinition activityRef=\"{value}\"/>"),
            "terminates" => "<bpmn:terminateEventDefinition/>".to_owned(),
            "cancels" => "<bpmn:cancelEventDefinition/>".to_owned(),
            "when" => format!("<bpmn:activationCondition>{value}</bpmn:activationCondition>"),
            "link" => format!("<bpmn:linkEventDefinition name=\"{value}\"/>"),
            "sends" => "<bpmn:messageEventDefinition/>".to_owned(),
            "publish" if word != "send" => {
                let reference = self.message(value, None);
                format!("<bpmn:messageEventDefinition messageRef=\"{reference}\"/>")
            }
            "message" if word != "receive" => {
                let reference = self.message(value, settings.get("key"));
                format!("<bpmn:messageEventDefinition messageRef=\"{reference}\"/>")
            }
            _ => return None,
        })
    }

    /// The definition of an error or escalation event; an empty code stands for all codes.
    fn code(&mut self, kind: &str, code: &str) -> String {
        if code.is_empty() {
            return format!("<bpmn:{kind}EventDefinition/>");
        }
        self.message_count += 1;
        let id = format!("{kind}-{}", self.message_count);
        let _ = writeln!(self.messages, "<bpmn:{kind} id=\"{id}\" {kind}Code=\"{code}\"/>");
        format!("<bpmn:{kind}EventDefinition {kind}Ref=\"{id}\"/>")
    }

    fn message(&mut self, name: &str, key: Option<&String>) -> String {
        self.message_count += 1;
        let id = format!("message-{}", self.message_count);
        let subscription = key.map_or_else(String::new, |it| {
            format!(
                "<bpmn:extensionElements><zeebe:subscription correlationKey=\"{}\"/>\
                 </bpmn:extensionElements>",
                escaped(it)
            )
        });
        let _ = writeln!(
            self.messages,
            "<bpmn:message id=\"{id}\" name=\"{name}\">{subscription}</bpmn:message>"
        );
        id
    }

    fn mapping(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').expect("a mapping has a source");
        let (source, target) = rest.rsplit_once(" -> ").expect("a mapping has a target");
        let tag = if word == "in" { "input" } else { "output" };
        let source = escaped(source.trim());
        let mapping = format!("<zeebe:{tag} source=\"{source}\" target=\"{target}\"/>");
        self.last().mappings.push_str(&mapping);
    }

    /// What mappings and headers belong to: the last element, or the scope if there is none yet.
    fn last(&mut self) -> &mut Node {
        let scope = self.open.last_mut().expect("there is a process");
        if scope.children.is_empty() {
            scope
        } else {
            scope.children.last_mut().expect("not empty")
        }
    }

    fn flows(&mut self, line: &str) {
        let (path, condition) = match line.split_once(" if ") {
            Some((path, condition)) => (path, Some(condition)),
            None => (line, None),
        };
        let (path, times) = match path.split_once(" times ") {
            Some((path, times)) => (path, times.trim().parse().expect("a number of flows")),
            None => (path, 1),
        };
        let ids: Vec<&str> = path.split("->").map(str::trim).collect();
        let scope = self.open.last_mut().expect("flows stand in a process");
        for pair in ids.windows(2) {
            for number in 1..=times {
                let (source, target) = (pair[0], pair[1]);
                let suffix = if times > 1 { format!("-{number}") } else { String::new() };
                let condition = condition.map_or_else(String::new, |it| {
                    format!("<bpmn:conditionExpression>{}</bpmn:conditionExpression>", escaped(it))
                });
                let _ = writeln!(
                    scope.inner,
                    "<bpmn:sequenceFlow id=\"{source}-{target}{suffix}\" sourceRef=\"{source}\" \
                     targetRef=\"{target}\">{condition}</bpmn:sequenceFlow>"
                );
            }
        }
    }

    fn close(&mut self, node: Node) {
        match self.open.last_mut() {
            Some(scope) => scope.children.push(node),
            None => self.done.push(node),
        }
    }
}

/// The XML element that a word of the notation stands for.
fn new_element(word: &str, id: &str, words: &[String]) -> Node {
    match word {
        "start" => {
            let mut node = node("startEvent", id);
            if words.iter().any(|it| it == "non-interrupting") {
                node.attributes.push_str(" isInterrupting=\"false\"");
            }
            node
        }
        "end" => node("endEvent", id),
        "task" => node("serviceTask", id),
        "untyped" => node("task", id),
        "manual" => node("manualTask", id),
        "send" => node("sendTask", id),
        "rule" => node("businessRuleTask", id),
        "script" => node("scriptTask", id),
        "receive" => node("receiveTask", id),
        "user" => node("userTask", id),
        "throw" => node("intermediateThrowEvent", id),
        "gateway" => node("exclusiveGateway", id),
        "parallel" => node("parallelGateway", id),
        "inclusive" => node("inclusiveGateway", id),
        "complex" => node("complexGateway", id),
        "first" => node("eventBasedGateway", id),
        "catch" => node("intermediateCatchEvent", id),
        "call" => node("callActivity", id),
        "boundary" => {
            let interrupting = !words.iter().any(|it| it == "non-interrupting");
            let mut node = node("boundaryEvent", id);
            let _ = write!(
                node.attributes,
                " attachedToRef=\"{}\" cancelActivity=\"{interrupting}\"",
                words[3]
            );
            node
        }
        other => panic!("the model notation has no '{other}'"),
    }
}

/// The message that an element publishes.
fn publication(settings: &BTreeMap<String, String>) -> String {
    let mut out = "<zeebe:publishMessage".to_owned();
    for (setting, attribute) in
        [("key", "correlationKey"), ("id", "messageId"), ("ttl", "timeToLive")]
    {
        if let Some(value) = settings.get(setting) {
            let _ = write!(out, " {attribute}=\"{}\"", escaped(value));
        }
    }
    out + "/>"
}

/// What a call activity calls.
fn called_element(process: &str, words: &[String], settings: &BTreeMap<String, String>) -> String {
    let binding = binding(settings);
    let gets_all = !words.iter().any(|it| it == "own-variables");
    let gives_all = !words.iter().any(|it| it == "nothing-back");
    format!(
        "<zeebe:calledElement processId=\"{process}\" propagateAllParentVariables=\"{gets_all}\" \
         propagateAllChildVariables=\"{gives_all}\"{binding}/>"
    )
}

/// Which version is called, as attributes.
fn binding(settings: &BTreeMap<String, String>) -> String {
    match settings.get("binding").map(String::as_str) {
        None => String::new(),
        Some("deployment") => " bindingType=\"deployment\"".to_owned(),
        Some(tag) => format!(" bindingType=\"versionTag\" versionTag=\"{tag}\""),
    }
}

/// The listeners to the beginning and the end of an element, each with what stands behind a `+` as
/// its own header.
fn listeners(settings: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let events = [
        ("on-end", "end"),
        ("on-start", "start"),
        ("before-all", "beforeAll"),
        ("on-cancel", "cancel"),
    ];
    for (setting, event) in events {
        let listeners = settings.get(setting).map_or("", String::as_str);
        for listener in listeners.split(',').filter(|it| !it.is_empty()) {
            let (job_type, header) = listener.split_once('+').unwrap_or((listener, ""));
            let headers = header.split_once('=').map_or_else(String::new, |(key, value)| {
                format!(
                    "<zeebe:taskHeaders><zeebe:header key=\"{key}\" value=\"{value}\"/>\
                     </zeebe:taskHeaders>"
                )
            });
            let _ = write!(
                out,
                "<zeebe:executionListener eventType=\"{event}\" type=\"{}\" retries=\"1\">\
                 {headers}</zeebe:executionListener>",
                escaped(job_type)
            );
        }
    }
    if out.is_empty() {
        return out;
    }
    format!("<zeebe:executionListeners>{out}</zeebe:executionListeners>")
}

fn node(tag: &'static str, id: &str) -> Node {
    Node { tag, attributes: format!("id=\"{id}\""), ..Node::default() }
}

/// A conditional event definition, with the changes of variables that count.
fn condition(condition: &str, settings: &BTreeMap<String, String>) -> String {
    let attributes = [("vars", "variableNames"), ("changes", "variableEvents")];
    let given = attributes.iter().filter_map(|(setting, attribute)| {
        settings.get(*setting).map(|it| format!(" {attribute}=\"{it}\""))
    });
    let filter: String = given.collect();
    let filter = if filter.is_empty() {
        filter
    } else {
        format!(
            "<bpmn:extensionElements><zeebe:conditionalFilter{filter}/></bpmn:extensionElements>"
        )
    };
    format!(
        "<bpmn:conditionalEventDefinition>{filter}<bpmn:condition>{condition}</bpmn:condition>\
         </bpmn:conditionalEventDefinition>"
    )
}

fn timer(tag: &str, value: &str) -> String {
    format!(
        "<bpmn:timerEventDefinition><bpmn:{tag}>{value}</bpmn:{tag}></bpmn:timerEventDefinition>"
    )
}

fn write(node: &Node, out: &mut String) {
    let _ = writeln!(out, "<bpmn:{} {}>", node.tag, node.attributes);
    let mut extensions = node.job.clone();
    if !node.headers.is_empty() {
        let _ = write!(extensions, "<zeebe:taskHeaders>{}</zeebe:taskHeaders>", node.headers);
    }
    if !node.mappings.is_empty() {
        let _ = write!(extensions, "<zeebe:ioMapping>{}</zeebe:ioMapping>", node.mappings);
    }
    extensions.push_str(&node.listeners);
    if !extensions.is_empty() {
        let _ = writeln!(out, "<bpmn:extensionElements>{extensions}</bpmn:extensionElements>");
    }
    for child in &node.children {
        write(child, out);
    }
    let _ = writeln!(out, "{}</bpmn:{}>", node.inner, node.tag);
}

/// The words of a line; what stands in backticks is one word, or the rest of one.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        match c {
            '`' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            _ => words.last_mut().expect("there is one").push(c),
        }
    }
    words.retain(|it| !it.is_empty());
    words
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
