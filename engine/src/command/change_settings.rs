//! Change what `apply` uses: limits, slices, budgets, zone.

use super::answer::Answer;
use crate::ctx::{Ctx, Refused, refuse};
use record::{CommandIntent, Event, Key, RejectionType, Reply, SettingsChange, SettingsEvent};

pub(super) fn handle(ctx: &mut Ctx<'_>, change: &SettingsChange) -> Result<Answer, Refused> {
    let refused = |reason: String| {
        refuse(RejectionType::InvalidArgument, CommandIntent::SettingsChange, reason)
    };
    change.check().map_err(refused)?;
    if let Some(zone) = &change.zone
        && jiff::tz::TimeZone::get(zone).is_err()
    {
        return Err(refused(format!(
            "The setting 'zone' cannot be '{zone}'. Choose an IANA time zone such as \
             'Europe/Berlin'."
        )));
    }
    let mut settings = (*ctx.state.meta.settings.0).clone();
    settings.apply(change);
    ctx.emit(Key::NONE, Event::Settings(SettingsEvent { settings: settings.clone() }));
    Ok(Answer::Now(Reply::Settings(settings)))
}
