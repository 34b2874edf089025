//! The calendar day of a date in the service's answer.
//!
//! ServiceStack writes `/Date(milliseconds+hhmm)/` for a date of its own time zone, `/Date(milliseconds)/` for one in
//! UTC, and `/Date(milliseconds-0000)/` for one of no time zone; a host that is set up otherwise writes ISO 8601. A day
//! without an offset is the day as written. An instant is a day if it is midnight in its own offset, or in the time zone
//! that the profile names; any other instant may be either of two days, and is uncertain.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};

use crate::model::date::parse_date;

const MINUTE: i64 = 60_000;
const HALF_DAY: i64 = 12 * 60 * MINUTE;

/// What a date in the answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    Certain(Date),
    /// An instant that is not midnight where it was written, nor in the profile's time zone.
    Uncertain,
}

/// The day, or `None` if the text is no date in any of the forms, or none of the years 1 to 9999.
pub fn parse(text: &str, time_zone: Option<&TimeZone>) -> Option<Day> {
    let inner = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/"));
    inner.map_or_else(|| of_iso(text, time_zone), |inner| of_milliseconds(inner, time_zone))
}

/// Milliseconds since 1970 in UTC, with or without an offset behind them.
fn of_milliseconds(text: &str, time_zone: Option<&TimeZone>) -> Option<Day> {
    let sign = text.char_indices().skip(1).find(|(_, letter)| matches!(letter, '+' | '-'));
    let (number, offset) = sign.map_or((text, None), |(at, _)| (&text[..at], Some(&text[at..])));
    let is_whole = number.strip_prefix('-').unwrap_or(number).bytes().all(|byte| byte.is_ascii_digit());
    let moment = number.parse::<i64>().ok().filter(|_| is_whole)?;
    match offset {
        // The host counted from a midnight of its own, and does not say where: the nearest one is meant.
        Some("-0000") => {
            let nearest = Timestamp::from_millisecond(moment.checked_add(HALF_DAY)?).ok()?;
            of_years(Offset::UTC.to_datetime(nearest).date()).map(Day::Certain)
        }
        offset => {
            let minutes = offset.map_or(Some(0), minutes)?;
            of_instant(Timestamp::from_millisecond(moment).ok()?, offset_of(minutes)?, time_zone)
        }
    }
}

fn of_instant(instant: Timestamp, offset: Offset, time_zone: Option<&TimeZone>) -> Option<Day> {
    let own = offset.to_datetime(instant);
    let in_zone = time_zone.map(|zone| zone.to_datetime(instant));
    let midnight = [Some(own), in_zone].into_iter().flatten().find(|local| local.time() == Time::midnight());
    match midnight {
        Some(local) => of_years(local.date()).map(Day::Certain),
        None => of_years(own.date()).map(|_| Day::Uncertain),
    }
}

fn of_years(day: Date) -> Option<Date> {
    (day.year() >= 1).then_some(day)
}

fn offset_of(minutes: i64) -> Option<Offset> {
    Offset::from_seconds(i32::try_from(minutes * 60).ok()?).ok()
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

/// A day, alone or with a time behind it.
fn of_iso(text: &str, time_zone: Option<&TimeZone>) -> Option<Day> {
    let (day, rest) = text.split_at_checked(10)?;
    let date = parse_date(day).ok()?;
    if !rest.is_empty() && !is_time(rest) {
        return None;
    }
    let zone = rest.find(['Z', '+', '-']).map(|at| rest.split_at(at));
    let Some((clock, zone)) = zone else { return Some(Day::Certain(date)) };
    let is_midnight = clock.bytes().all(|byte| !byte.is_ascii_digit() || byte == b'0');
    if is_midnight {
        return Some(Day::Certain(date));
    }
    let minutes = if zone == "Z" { 0 } else { minutes(zone)? };
    let local: Time = clock.get(1..)?.parse().ok()?;
    let instant = offset_of(minutes)?.to_timestamp(date.to_datetime(local)).ok()?;
    of_instant(instant, offset_of(minutes)?, time_zone)
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

    fn certain(text: &str, zone: Option<&TimeZone>) -> Option<Date> {
        match parse(text, zone) {
            Some(Day::Certain(day)) => Some(day),
            Some(Day::Uncertain) | None => None,
        }
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::posix(name).expect("a time zone")
    }

    #[test]
    fn each_form_means_the_day_that_was_parse() {
        for text in [
            "2020-12-30",
            "2020-12-30T00:00:00",
            "2020-12-30 00:00",
            "2020-12-30T00:00:00.0000000",
            "2020-12-30T00:00:00Z",
            "2020-12-30T00:00:00.000+01:00",
            "2020-12-30T23:30:00",
            "2020-12-30T00:00:00-0500",
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
            assert_eq!(certain(text, None), Some(jiff::civil::date(2020, 12, 30)), "{text}");
        }
        assert_eq!(certain("/Date(-62135596800000-0000)/", None), Some(jiff::civil::date(1, 1, 1)));
        assert_eq!(certain("/Date(-86400000)/", None), Some(jiff::civil::date(1969, 12, 31)));
    }

    #[test]
    fn an_instant_is_a_day_only_at_midnight() {
        let rome = zone("CET-1CEST,M3.5.0,M10.5.0/3");
        for text in [
            "1985-12-09T23:00:00Z",
            "1985-12-09T23:00:00.000Z",
            "/Date(503017200000)/",
            "1985-12-09T18:00:00-05:00",
        ] {
            assert_eq!(parse(text, None), Some(Day::Uncertain), "{text}");
            assert_eq!(certain(text, Some(&rome)), Some(jiff::civil::date(1985, 12, 10)), "{text}");
        }
        // Summer time counts, and so does the offset that is written.
        assert_eq!(certain("2020-06-30T22:00:00Z", Some(&rome)), Some(jiff::civil::date(2020, 7, 1)));
        assert_eq!(certain("2020-06-30T00:00:00Z", Some(&rome)), Some(jiff::civil::date(2020, 6, 30)));
        assert_eq!(parse("2020-06-30T23:00:00Z", Some(&rome)), Some(Day::Uncertain));
        assert_eq!(parse("/Date(-1)/", None), Some(Day::Uncertain));
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
            assert_eq!(parse(text, None), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_odd_to_be_looked_at(text: String, inner: String) {
            for zone in [None, Some(&TimeZone::UTC)] {
                parse(&text, zone);
                parse(&format!("/Date({inner})/"), zone);
                parse(&format!("2020-12-30{inner}"), zone);
            }
        }

        #[test]
        fn midnight_means_its_day_in_every_zone(days in -719_162..2_932_896_i64, quarters in -56..=56_i64) {
            let (minutes, sign) = (quarters.abs() * 15, if quarters < 0 { '-' } else { '+' });
            proptest::prop_assume!((sign, minutes) != ('-', 0));
            let moment = days * 2 * HALF_DAY - quarters * 15 * MINUTE;
            let text = format!("/Date({moment}{sign}{:02}{:02})/", minutes / 60, minutes % 60);
            let day = Date::constant(1970, 1, 1).saturating_add(jiff::Span::new().days(days));
            proptest::prop_assert_eq!(certain(&text, None), Some(day));
            proptest::prop_assert_eq!(certain(&format!("{day}T00:00:00{sign}{:02}:{:02}", minutes / 60, minutes % 60), None), Some(day));
        }
    }
}
