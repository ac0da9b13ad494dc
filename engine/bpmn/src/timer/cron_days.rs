//! The two fields of a cron expression that choose days.

use jiff::civil::Date;

use super::cron_field::{Bounds, field, number};

const MONTH_DAYS: Bounds = Bounds { first: 1, last: 31, names: &[] };
/// Sunday is 0 and 7.
const WEEK_DAYS: Bounds =
    Bounds { first: 0, last: 7, names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] };

/// Days of a month: any that is chosen by one of the items.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct MonthDays(Vec<MonthDay>);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum MonthDay {
    /// Bit n stands for day n.
    Set(u64),
    /// So many days before the last one.
    BeforeLast(i8),
    /// The last one from Monday to Friday.
    LastWorking,
    /// The one from Monday to Friday that is nearest to a day and in the same month.
    NearestWorking(i8),
}

impl MonthDays {
    /// Reads the field; the error is the rest of a sentence that begins with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text == "?" {
            return Self::parse("*");
        }
        text.split(',').map(month_day).collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn matches(&self, date: Date) -> bool {
        let last = date.days_in_month();
        self.0.iter().any(|it| match *it {
            MonthDay::Set(days) => days >> date.day() & 1 == 1,
            MonthDay::BeforeLast(count) => date.day() == last - count,
            MonthDay::LastWorking => is_nearest_working(date, last),
            MonthDay::NearestWorking(day) => day <= last && is_nearest_working(date, day),
        })
    }
}

fn month_day(text: &str) -> Result<MonthDay, String> {
    let upper = text.to_ascii_uppercase();
    let day =
        |digits: &str| number(digits, &MONTH_DAYS).map(|it| i8::try_from(it).unwrap_or(i8::MAX));
    if upper == "L" {
        Ok(MonthDay::BeforeLast(0))
    } else if upper == "LW" {
        Ok(MonthDay::LastWorking)
    } else if let Some(count) = upper.strip_prefix("L-") {
        day(count).map(MonthDay::BeforeLast)
    } else if let Some(near) = upper.strip_suffix('W') {
        day(near).map(MonthDay::NearestWorking)
    } else {
        field(text, &MONTH_DAYS).map(MonthDay::Set)
    }
}

/// True if a date is the one from Monday to Friday that is nearest to a day of its month, without
/// leaving the month.
fn is_nearest_working(date: Date, day: i8) -> bool {
    let Ok(wanted) = Date::new(date.year(), date.month(), day) else { return false };
    let nearest = match wanted.weekday().to_sunday_zero_offset() {
        6 if day == 1 => 3,
        6 => day - 1,
        0 if day == date.days_in_month() => day - 2,
        0 => day + 1,
        _ => day,
    };
    date.day() == nearest
}

/// Days of the week: any that is chosen by one of the items.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct WeekDays(Vec<WeekDay>);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum WeekDay {
    /// Bit n stands for day n, Sunday being 0.
    Set(u64),
    /// The last one of its kind in the month.
    Last(i8),
    /// The n-th one of its kind in the month.
    Nth(i8, i8),
}

impl WeekDays {
    /// Reads the field; the error is the rest of a sentence that begins with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text == "?" {
            return Self::parse("*");
        }
        text.split(',').map(week_day).collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn matches(&self, date: Date) -> bool {
        let day = date.weekday().to_sunday_zero_offset();
        self.0.iter().any(|it| match *it {
            WeekDay::Set(days) => days >> day & 1 == 1,
            WeekDay::Last(wanted) => day == wanted && date.day() + 7 > date.days_in_month(),
            WeekDay::Nth(wanted, nth) => day == wanted && (date.day() - 1) / 7 + 1 == nth,
        })
    }
}

fn week_day(text: &str) -> Result<WeekDay, String> {
    let day =
        |name: &str| number(name, &WEEK_DAYS).map(|it| i8::try_from(it % 7).unwrap_or(i8::MAX));
    if let Some((name, nth)) = text.split_once('#') {
        let nth = nth.parse().ok().filter(|it| (1..=5).contains(it));
        let nth = nth.ok_or_else(|| format!("has '{text}', which is not from #1 to #5"))?;
        return day(name).map(|it| WeekDay::Nth(it, nth));
    }
    match text.strip_suffix(['L', 'l']) {
        // The last day of a week, which ends with Saturday.
        Some("") => Ok(WeekDay::Set(1 << 6)),
        Some(name) => day(name).map(WeekDay::Last),
        None => {
            let days = field(text, &WEEK_DAYS)?;
            Ok(WeekDay::Set((days | days >> 7) & 0x7f))
        }
    }
}
