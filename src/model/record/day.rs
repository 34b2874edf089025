//! The calendar day of a date in the service's answer.
//!
//! ServiceStack writes `/Date(milliseconds+hhmm)/` for a date of its own time zone, `/Date(milliseconds)/` for one in
//! UTC, and `/Date(milliseconds-0000)/` for one of no time zone; a host that is set up otherwise writes ISO 8601. The
//! offset that is written counts: it says in which time zone that day began.

use jiff::Span;
use jiff::civil::Date;

use crate::model::date::parse_date;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// The day, or `None` where the text is no date in any of the four forms, or none of the years 1 to 9999.
pub fn parse(text: &str) -> Option<Date> {
    let inner = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/"));
    inner.map_or_else(|| of_iso(text), of_milliseconds)
}

/// Milliseconds since 1970 in UTC, with or without an offset behind them.
fn of_milliseconds(text: &str) -> Option<Date> {
    let sign = text.char_indices().skip(1).find(|(_, letter)| matches!(letter, '+' | '-'));
    let (number, offset) = sign.map_or((text, None), |(at, _)| (&text[..at], Some(&text[at..])));
    let is_whole = number.strip_prefix('-').unwrap_or(number).bytes().all(|byte| byte.is_ascii_digit());
    let moment = number.parse::<i64>().ok().filter(|_| is_whole)?;
    let shift = match offset {
        None => 0,
        // The host counted from a midnight of its own, and does not say where: the nearest one is meant.
        Some("-0000") => DAY / 2,
        Some(offset) => minutes(offset)? * MINUTE,
    };
    let days = moment.checked_add(shift)?.div_euclid(DAY);
    let day = Date::constant(1970, 1, 1).checked_add(Span::new().try_days(days).ok()?).ok()?;
    (day.year() >= 1).then_some(day)
}

/// `+0530`, `-05:30`, in minutes.
fn minutes(offset: &str) -> Option<i64> {
    let (sign, digits) = match offset.split_at_checked(1)? {
        ("+", digits) => (1, digits.replacen(':', "", 1)),
        ("-", digits) => (-1, digits.replacen(':', "", 1)),
        _ => return None,
    };
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = (digits[..2].parse::<i64>().ok()?, digits[2..].parse::<i64>().ok()?);
    (hours <= 23 && minutes <= 59).then_some(sign * (hours * 60 + minutes))
}

/// A day, alone or with a time behind it. Whatever offset the time has, the day is the one that is written.
fn of_iso(text: &str) -> Option<Date> {
    let (day, rest) = text.split_at_checked(10)?;
    (rest.is_empty() || is_time(rest)).then(|| parse_date(day).ok()).flatten()
}

/// `T23:30`, ` 23:30:00.0000000`, with `Z` or an offset behind it.
fn is_time(text: &str) -> bool {
    let Some(time) = text.strip_prefix(['T', ' ']) else { return false };
    let end = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(end);
    let is_zone = zone.is_empty() || zone == "Z" || minutes(zone).is_some();
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let parts: Vec<Option<u32>> = clock
        .split(':')
        .map(|part| part.parse().ok().filter(|_| part.len() == 2 && part.as_bytes()[0].is_ascii_digit()))
        .collect();
    let is_clock = match parts.as_slice() {
        [Some(hours), Some(minutes)] => *hours <= 23 && *minutes <= 59,
        [Some(hours), Some(minutes), Some(seconds)] => *hours <= 23 && *minutes <= 59 && *seconds <= 60,
        _ => false,
    };
    is_zone && is_clock && !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_means_the_day_that_was_parse() {
        for text in [
            "2020-12-30",
            "2020-12-30T00:00:00",
            "2020-12-30 00:00",
            "2020-12-30T00:00:00.0000000",
            "2020-12-30T00:00:00Z",
            "2020-12-30T00:00:00.000+01:00",
            "2020-12-30T23:30:00-0500",
            "/Date(1609286400000)/",
            "/Date(1609286400000+0000)/",
            "/Date(1609282800000+0100)/",
            // As a host in New York wrote them, the second one without saying so.
            "/Date(1609304400000-0500)/",
            "/Date(1609304400000-0000)/",
            // As a host in Rome and one in Tokyo would write it without saying so.
            "/Date(1609282800000-0000)/",
            "/Date(1609254000000-0000)/",
        ] {
            assert_eq!(parse(text), Some(jiff::civil::date(2020, 12, 30)), "{text}");
        }
        assert_eq!(parse("/Date(1609282800000)/"), Some(jiff::civil::date(2020, 12, 29)));
        assert_eq!(parse("/Date(-62135596800000-0000)/"), Some(jiff::civil::date(1, 1, 1)));
        assert_eq!(parse("/Date(-1)/"), Some(jiff::civil::date(1969, 12, 31)));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "30.12.2020",
            "2020-02-30",
            "2020-12-30T",
            "2020-12-30T25:00:00",
            "2020-12-30T00:00:00+1",
            "2020-12-30T00:00:00.",
            "2020-12-30x",
            "2020-12-3é",
            "/Date()/",
            "/Date(1e3)/",
            "/Date(--1)/",
            "/Date(1+é00)/",
            "/Date(1609286400000+01)/",
            "/Date(9223372036854775807+0100)/",
            "/Date(-62135596800001)/",
            "/Date(99999999999999999)/",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_odd_to_be_looked_at(text: String, inner: String) {
            parse(&text);
            parse(&format!("/Date({inner})/"));
        }

        #[test]
        fn midnight_means_its_day_in_every_zone(days in -719_162..2_932_896_i64, quarters in -56..=56_i64) {
            let (minutes, sign) = (quarters.abs() * 15, if quarters < 0 { '-' } else { '+' });
            proptest::prop_assume!((sign, minutes) != ('-', 0));
            let moment = days * DAY - quarters * 15 * MINUTE;
            let text = format!("/Date({moment}{sign}{:02}{:02})/", minutes / 60, minutes % 60);
            let day = Date::constant(1970, 1, 1).saturating_add(Span::new().days(days));
            proptest::prop_assert_eq!(parse(&text), Some(day));
            proptest::prop_assert_eq!(parse(&format!("{day}T00:00:00{sign}{:02}:{:02}", minutes / 60, minutes % 60)), Some(day));
        }
    }
}
