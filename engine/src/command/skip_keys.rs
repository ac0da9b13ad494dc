//! Leave out keys that may have been handed out elsewhere.

use super::answer::{Answer, accepted};
use crate::ctx::{Ctx, Refused};
use record::{Event, Key, KeysSkipped, SkipKeys};

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &SkipKeys) -> Result<Answer, Refused> {
    let last = ctx.state.meta.last_key.saturating_add(command.count);
    ctx.emit(Key::NONE, Event::KeysSkipped(KeysSkipped { last }));
    accepted()
}
