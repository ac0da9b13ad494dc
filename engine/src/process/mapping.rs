//! Input and output mappings: one FEEL context, evaluated in order.

use super::expression::{Failure, Place, Visible, evaluate, stored};
use crate::ctx::Ctx;
use bpmn::Mapping;
use feel::Variables as _;
use record::IncidentType;
use value::msgpack::Reader;
use value::{Doc, DocBuilder, Str};

/// Whether nested targets extend what is visible, as outputs do, or begin afresh, as inputs do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Input,
    Output,
}

/// Evaluates mappings at a place. A later source may use an earlier target.
///
/// Fails as a whole: nothing of it is kept.
pub(crate) fn apply(
    ctx: &mut Ctx<'_>,
    place: Place,
    mappings: &[Mapping],
    direction: Direction,
) -> Result<Doc, Failure> {
    let mut result = Doc::empty();
    for mapping in mappings {
        let source = &mapping.source;
        let value = evaluate(ctx, place, Some(&result), source, IncidentType::IoMappingError)?;
        let raw = stored(&value.value);
        let (name, rest) = mapping.target.split_first().expect("a target path is never empty");
        if rest.is_empty() {
            result = result.set(name, &raw);
            continue;
        }
        let instance = ctx.state.instance(place.instance);
        let visible = Visible { overlay: Some(&result), instance, scope: place.scope };
        let before = match direction {
            Direction::Input => result.get(name),
            Direction::Output => visible.get(name),
        };
        let nested = with_path(before, rest, &raw);
        result = result.set(name, nested.as_bytes());
    }
    Ok(result)
}

/// The object `before`, or a new one, with `raw` at a path inside it.
fn with_path(before: Option<&[u8]>, path: &[Str], raw: &[u8]) -> Doc {
    let object = before.filter(|it| Reader::new(it).map().is_some());
    let mut builder = DocBuilder::with_capacity(object.map_or(0, <[u8]>::len) + raw.len() + 16);
    let old = object.and_then(|it| Doc::from_bytes(it).ok()).unwrap_or_default();
    builder.extend(&old);
    let Some((name, rest)) = path.split_first() else { return old };
    if rest.is_empty() {
        builder.push(name, raw);
    } else {
        // As deep as the target path is long, which the validation of the model bounds.
        let nested = with_path(old.get(name), rest, raw);
        builder.push(name, nested.as_bytes());
    }
    builder.build()
}
