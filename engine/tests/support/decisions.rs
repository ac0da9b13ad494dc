//! Small decision models in few words, as DMN XML.
//!
//! ```text
//! made for Camunda                             what the whole file says of itself
//! import base                                  the file `base` of the same deployment
//! input order.total                            input data without a type
//! table dish FIRST guests, season -> meal      a policy, inputs, and outputs
//!   | > 10 | -        -> "stew"                its rules, a cell for each input
//!   | -    | "winter" -> "soup"
//! table bill COLLECT dish -> price requires dish tag=spring
//! table fee FIRST dish -> price := 5, unit     the output `price` has a default
//! table hint FIRST dish -> word among "a"; "b" the output `word` has these values
//! type season = string among "a"; "b"          a type, which is named before its decisions
//! table dish FIRST when:season -> price:number an input and an output of types
//! table bill COLLECT+SUM dish -> price         an aggregation
//! literal total = sum(bill) requires bill
//! ```

use std::fmt::Write as _;

/// The XML of the model `name` in the notation of this module.
pub(crate) fn xml(name: &str, model: &str) -> String {
    let mut reading = Reading::default();
    for line in model.lines().map(str::trim).filter(|it| !it.is_empty()) {
        reading.line(line);
    }
    reading.close();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<definitions \
         xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" \
         xmlns:zeebe=\"http://camunda.org/schema/zeebe/1.0\" id=\"{name}\" name=\"{name}\" \
         namespace=\"{name}\"{}>\n{}</definitions>\n",
        reading.platform, reading.out
    )
}

#[derive(Default)]
struct Reading {
    out: String,
    /// The attributes that say what the file was made for.
    platform: &'static str,
    /// What closes the decision that is being written.
    end: String,
    rules: u32,
    id: String,
}

impl Reading {
    fn line(&mut self, line: &str) {
        if let Some(rule) = line.strip_prefix('|') {
            self.rule(rule);
            return;
        }
        self.close();
        let (word, rest) = line.split_once(' ').expect("a word and what it is about");
        let (rest, tag) = rest.split_once(" tag=").unwrap_or((rest, ""));
        let (rest, requires) = rest.split_once(" requires ").unwrap_or((rest, ""));
        match word {
            "made" => {
                assert_eq!(rest, "for Camunda", "the only platform that matters");
                self.platform = " xmlns:modeler=\"http://camunda.org/schema/modeler/1.0\" \
                                 modeler:executionPlatform=\"Camunda Cloud\"";
            }
            "import" => self.import(rest),
            "type" => self.item_type(rest),
            "input" => {
                let id = format!("input-{}", rest.replace(' ', "-"));
                let _ = writeln!(self.out, "<inputData id=\"{id}\" name=\"{rest}\"/>");
            }
            "table" => self.table(rest, requires, tag),
            "literal" => {
                let (id, text) = rest.split_once(" = ").expect("literal ID = EXPRESSION");
                self.decision(id, requires, tag);
                let text = escaped(text);
                let _ = writeln!(
                    self.out,
                    "<variable name=\"{id}\"/><literalExpression><text>{text}</text>\
                     </literalExpression>"
                );
            }
            other => panic!("the notation of decisions has no '{other}'"),
        }
    }

    fn import(&mut self, name: &str) {
        let _ = writeln!(
            self.out,
            "<import name=\"{name}\" namespace=\"{name}\" \
             importType=\"https://www.omg.org/spec/DMN/20191111/MODEL/\"/>"
        );
    }

    fn item_type(&mut self, definition: &str) {
        let (name, of) = definition.split_once(" = ").expect("type NAME = TYPE");
        let (of, values) = of.split_once(" among ").expect("TYPE among VALUES");
        let values = escaped(values).replace("; ", ", ");
        let _ = writeln!(
            self.out,
            "<itemDefinition name=\"{name}\"><typeRef>{of}</typeRef><allowedValues>\
             <text>{values}</text></allowedValues></itemDefinition>"
        );
    }

    /// Opens a decision. What it requires may stand in an imported file, as `base.dish`.
    fn decision(&mut self, id: &str, requires: &str, tag: &str) {
        let _ = writeln!(self.out, "<decision id=\"{id}\" name=\"{id}\">");
        if !tag.is_empty() {
            let _ = writeln!(
                self.out,
                "<extensionElements><zeebe:versionTag value=\"{tag}\"/></extensionElements>"
            );
        }
        for it in requires.split(", ").filter(|it| !it.is_empty()) {
            let (file, it) = it.split_once('.').unwrap_or(("", it));
            let _ = writeln!(
                self.out,
                "<informationRequirement><requiredDecision href=\"{file}#{it}\"/>\
                 </informationRequirement>"
            );
        }
        id.clone_into(&mut self.id);
        self.rules = 0;
        "</decision>\n".clone_into(&mut self.end);
    }

    fn table(&mut self, rest: &str, requires: &str, tag: &str) {
        let (id, rest) = rest.split_once(' ').expect("table ID POLICY");
        let (policy, rest) = rest.split_once(' ').expect("table ID POLICY INPUTS");
        let (inputs, outputs) = rest.split_once("-> ").expect("INPUTS -> OUTPUTS");
        self.decision(id, requires, tag);
        let (policy, aggregation) = policy.split_once('+').unwrap_or((policy, ""));
        let aggregation = attribute("aggregation", aggregation);
        let _ = writeln!(self.out, "<decisionTable hitPolicy=\"{policy}\"{aggregation}>");
        for input in inputs.trim().split(", ").filter(|it| !it.is_empty()) {
            let (input, of) = input.split_once(':').unwrap_or((input, ""));
            let of = attribute("typeRef", of);
            let _ = writeln!(
                self.out,
                "<input id=\"{id}-{input}\" label=\"{input}\"><inputExpression{of}>\
                 <text>{input}</text></inputExpression></input>"
            );
        }
        for output in outputs.split(", ") {
            let (output, values) = output.split_once(" among ").unwrap_or((output, ""));
            let (output, default) = output.split_once(" := ").unwrap_or((output, ""));
            let (output, of) = output.split_once(':').unwrap_or((output, ""));
            let of = attribute("typeRef", of);
            let _ = write!(self.out, "<output id=\"{id}-{output}\" name=\"{output}\"{of}>");
            if !values.is_empty() {
                let values = escaped(values).replace("; ", ", ");
                let _ = write!(self.out, "<outputValues><text>{values}</text></outputValues>");
            }
            if !default.is_empty() {
                let default = escaped(default);
                let text = format!("<text>{default}</text>");
                let _ = write!(self.out, "<defaultOutputEntry>{text}</defaultOutputEntry>");
            }
            self.out.push_str("</output>\n");
        }
        self.end.insert_str(0, "</decisionTable>\n");
    }

    fn rule(&mut self, rule: &str) {
        self.rules += 1;
        let _ = write!(self.out, "<rule id=\"{}-{}\">", self.id, self.rules);
        let (inputs, outputs) = rule.split_once(" -> ").expect("| CELLS -> CELLS");
        for (cells, tag) in [(inputs, "inputEntry"), (outputs, "outputEntry")] {
            for cell in cells.split('|').map(|it| escaped(it.trim())).filter(|it| !it.is_empty()) {
                let _ = write!(self.out, "<{tag}><text>{cell}</text></{tag}>");
            }
        }
        self.out.push_str("</rule>\n");
    }

    fn close(&mut self) {
        self.out.push_str(&std::mem::take(&mut self.end));
    }
}

/// An attribute, if it has a value.
fn attribute(name: &str, value: &str) -> String {
    if value.is_empty() { String::new() } else { format!(" {name}=\"{value}\"") }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
