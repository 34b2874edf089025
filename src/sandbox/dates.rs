//! Which texts ServiceStack takes for a date, and the day it makes of them. The sandbox's time zone is UTC, as that
//! of the recorded default host.

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// What a date that is not nullable holds when none was given: .NET's first day.
pub const NONE_GIVEN: &str = "0001-01-01";

/// Reads a date. `None` is the silent loss of a default host and the 400 of a strict one.
pub fn parse(text: &str) -> Option<Date> {
    let text = text.trim();
    let date = if let Some(milliseconds) = wcf_milliseconds(text) {
        // A `Timestamp` ends before .NET's last day does.
        let since_1970 = SignedDuration::from_millis(milliseconds.parse().ok()?);
        DateTime::constant(1970, 1, 1, 0, 0, 0, 0).checked_add(since_1970).ok()?.date()
    } else if text.contains(['T', ' ']) {
        let utc = text.parse::<Timestamp>().map(|timestamp| Offset::UTC.to_datetime(timestamp));
        utc.or_else(|_| text.parse::<DateTime>()).ok()?.date()
    } else if text.len() == 8 && is_number(text) {
        Date::strptime("%Y%m%d", text).ok()?
    } else {
        parse_day(text)?
    };
    // Years before 1, which jiff has and .NET lacks.
    (1..=9999).contains(&date.year()).then_some(date)
}

/// The number in `/Date(1609286400000+0100)/`, where the slashes may be escaped. The offset changes nothing.
fn wcf_milliseconds(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("/Date(").or_else(|| text.strip_prefix("\\/Date("))?;
    let inner = inner.strip_suffix(")/").or_else(|| inner.strip_suffix(")\\/"))?;
    let sign = inner.get(1..)?.find(['+', '-']).map(|at| at + 1);
    Some(&inner[..sign.unwrap_or(inner.len())])
}

/// Day, month and year, or year first where the first number has the length of a year. Of two possible readings
/// the day comes first: `05/06/2020` is the fifth of June.
fn parse_day(text: &str) -> Option<Date> {
    let separator = if text.contains('/') { '/' } else { '-' };
    let parts: Vec<&str> = text.split(separator).collect();
    let &[first, second, third] = parts.as_slice() else { return None };
    let (a, b, c) = (number(first)?, number(second)?, number(third)?);
    if first.len() > 2 {
        return date(a, b, c);
    }
    let year = match c {
        0..=49 if third.len() <= 2 => 2000 + c,
        50..=99 if third.len() <= 2 => 1900 + c,
        _ => c,
    };
    date(year, b, a).or_else(|| date(year, a, b))
}

fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

fn number(text: &str) -> Option<i16> {
    is_number(text).then(|| text.parse().ok()).flatten()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_what_the_recorded_hosts_made_of_it() {
        // The recordings hold the common ones; these stand in prose only, or at the edges.
        for (text, day) in [
            ("05/06/2020", Some("2020-06-05")),
            ("12/30/2020", Some("2020-12-30")),
            ("1-1-1", Some("2001-01-01")),
            ("0000-01-01", None),
            ("\\/Date(1609286400000)\\/", Some("2020-12-30")),
            ("/Date(1609286400000-0000)/", Some("2020-12-30")),
            ("/Date(-62135596800000)/", Some("0001-01-01")),
            ("/Date(99999999999999999)/", None),
            ("/Date()/", None),
            ("2020-12-30T24:00:00", None),
            ("2020-12-30T00:00:00.1234567Z", Some("2020-12-30")),
            ("2020-12-30T", None),
            ("２０２０-１２-３０", None),
            ("0001-01-01T00:00:00+01:00", None),
            ("9999-12-31", Some("9999-12-31")),
            ("/Date(253402214400000)/", Some("9999-12-31")),
            ("20203012", None),
            ("-1", None),
            ("--", None),
        ] {
            assert_eq!(parse(text).map(|date| date.to_string()).as_deref(), day, "{text}");
        }
        assert_eq!(parse(NONE_GIVEN).map(|date| date.to_string()).as_deref(), Some(NONE_GIVEN));
    }
}
