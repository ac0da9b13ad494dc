//! What an ad-hoc subprocess says of the activities in it, to whoever decides what begins.

use feel::Parameter;
use value::msgpack::Writer;
use xml::{Namespace, Node};

use crate::outline::Part;

/// The activities as a list of contexts, encoded like a variable.
pub(crate) fn of(activities: &[&Part<'_>]) -> Vec<u8> {
    let mut list = Writer::new();
    list.array(activities.len());
    for it in activities {
        one(it, &mut list);
    }
    list.into_bytes()
}

fn one(part: &Part<'_>, out: &mut Writer) {
    out.map(5);
    out.str("elementId").str(part.id);
    text(out, "elementName", part.node.attribute("name"));
    let documentation = part.node.named(Namespace::Bpmn, "documentation").next();
    text(out, "documentation", documentation.map(Node::text));
    let properties: Vec<_> = properties(part).collect();
    out.str("properties").map(properties.len());
    for (name, value) in properties {
        out.str(name).str(value);
    }
    let parameters: Vec<_> = sources(part).flat_map(feel::parameters).collect();
    out.str("parameters").array(parameters.len());
    for it in &parameters {
        parameter(it, out);
    }
}

fn text(out: &mut Writer, name: &str, value: Option<&str>) {
    match value.filter(|it| !it.is_empty()) {
        Some(value) => out.str(name).str(value),
        None => out.str(name).null(),
    };
}

/// Names and values, the last of those with the same name.
fn properties<'t>(part: &Part<'t>) -> impl Iterator<Item = (&'t str, &'t str)> {
    let list = part.node.extension("properties");
    let all = list.into_iter().flat_map(|it| it.named(Namespace::Zeebe, "property"));
    let all = all.filter_map(|it| {
        let name = it.attribute("name").filter(|it| !it.is_empty())?;
        Some((name, it.attribute("value").unwrap_or_default()))
    });
    all.collect::<std::collections::BTreeMap<_, _>>().into_iter()
}

/// The expressions of its mappings.
fn sources<'t>(part: &Part<'t>) -> impl Iterator<Item = &'t str> {
    let list = part.node.extension("ioMapping");
    let all = list.into_iter().flat_map(|it| it.of(Namespace::Zeebe));
    all.filter_map(|it| it.attribute("source")?.strip_prefix('='))
}

fn parameter(parameter: &Parameter, out: &mut Writer) {
    out.map(5);
    out.str("name").str(&parameter.name);
    out.str("description").raw(&parameter.description);
    out.str("type").raw(&parameter.type_name);
    out.str("schema").raw(&parameter.schema);
    out.str("options").raw(&parameter.options);
}
