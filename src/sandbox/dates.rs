//! Which texts ServiceStack takes for a date, what it makes of them, and how it prints the result.
//!
//! The sandbox's time zone is UTC, as that of the recorded default host.

use jiff::civil::Date;

/// A point in time with .NET's note on what it refers to, which shows in print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since 1970 in UTC.
    milliseconds: i64,
    reference: Reference,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reference {
    Utc,
    Local,
    Unspecified,
}

const DAY: i64 = 86_400_000;

/// The first and the last day that .NET has, in days since 1970.
const DAYS: std::ops::RangeInclusive<i64> = -719_162..=2_932_896;

impl Moment {
    /// What a date that is not nullable holds when none was given: the first of January of the year 1.
    pub const NONE_GIVEN: Moment =
        Moment { milliseconds: *DAYS.start() * DAY, reference: Reference::Unspecified };

    /// ServiceStack's way to print it, by which the reference can be told.
    #[cfg(test)]
    pub fn wcf(self) -> String {
        let zone = match self.reference {
            Reference::Utc => "",
            Reference::Local => "+0000",
            Reference::Unspecified => "-0000",
        };
        format!("/Date({}{zone})/", self.milliseconds)
    }

    /// The calendar day in UTC, as the sandbox stores and shows it.
    pub fn day(self) -> Date {
        let days = self.milliseconds.div_euclid(DAY);
        let span = jiff::SignedDuration::from_secs(days * (DAY / 1000));
        Date::constant(1970, 1, 1).saturating_add(span)
    }

    fn at(milliseconds: i64, reference: Reference) -> Option<Moment> {
        DAYS.contains(&milliseconds.div_euclid(DAY)).then_some(Moment { milliseconds, reference })
    }
}

/// Reads a date. `None` is the silent loss of a default host and the 400 of a strict one.
pub fn parse(text: &str) -> Option<Moment> {
    let text = text.trim();
    if let Some(inner) = wcf_inner(text) {
        return parse_wcf(inner);
    }
    if text.len() == 8 && digits(text) {
        let day = day(number(&text[..4])?, number(&text[4..6])?, number(&text[6..])?)?;
        return Moment::at(day, Reference::Unspecified);
    }
    if text.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return parse_named_month(text);
    }
    let (date, time, reference) = match text.split_once(['T', ' ']) {
        Some((date, time)) => {
            let iso = text.as_bytes().get(date.len()) == Some(&b'T');
            (date, parse_time(time)?, if iso { Reference::Unspecified } else { Reference::Local })
        }
        None => (text, (0, None), Reference::Local),
    };
    let (time, offset) = time;
    let reference = if offset.is_some() { Reference::Local } else { reference };
    Moment::at(parse_day(date)? + time - offset.unwrap_or(0), reference)
}

fn wcf_inner(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("/Date(").or_else(|| text.strip_prefix("\\/Date("))?;
    inner.strip_suffix(")/").or_else(|| inner.strip_suffix(")\\/"))
}

fn parse_wcf(inner: &str) -> Option<Moment> {
    let sign = inner.get(1..)?.find(['+', '-']).map(|at| at + 1);
    let (milliseconds, reference) = match sign {
        Some(at) => (&inner[..at], Reference::Local),
        None => (inner, Reference::Utc),
    };
    Moment::at(milliseconds.parse().ok()?, reference)
}

/// Day, month and year, or year first where the first number has the length of a year. Of two possible readings
/// the day comes first: `05/06/2020` is the fifth of June.
fn parse_day(text: &str) -> Option<i64> {
    let separator = if text.contains('/') { '/' } else { '-' };
    let parts: Vec<&str> = text.split(separator).collect();
    let &[first, second, third] = parts.as_slice() else { return None };
    let (a, b, c) = (number(first)?, number(second)?, number(third)?);
    if first.len() > 2 {
        return day(a, b, c);
    }
    let year = match c {
        0..=49 if third.len() <= 2 => 2000 + c,
        50..=99 if third.len() <= 2 => 1900 + c,
        _ => c,
    };
    day(year, b, a).or_else(|| day(year, a, b))
}

/// `Dec 30, 2020`.
fn parse_named_month(text: &str) -> Option<Moment> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let parts: Vec<&str> = text.split([' ', ',']).filter(|part| !part.is_empty()).collect();
    let &[month, date, year] = parts.as_slice() else { return None };
    let month = MONTHS.iter().position(|name| *name == month.to_ascii_lowercase())?;
    Moment::at(day(number(year)?, i64::try_from(month).ok()? + 1, number(date)?)?, Reference::Local)
}

/// Milliseconds since midnight, and the offset from UTC in milliseconds where one is given.
fn parse_time(text: &str) -> Option<(i64, Option<i64>)> {
    let (clock, offset) = match text.find(['Z', '+', '-']) {
        Some(at) if &text[at..] == "Z" => (&text[..at], Some(0)),
        Some(at) => {
            let (hours, minutes) = text[at + 1..].split_once(':')?;
            let length = number(hours)? * 60 + number(minutes)?;
            (&text[..at], Some(if text[at..].starts_with('-') { -length } else { length } * 60_000))
        }
        None => (text, None),
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = clock.split(':');
    let (hour, minute) = (number(parts.next()?)?, number(parts.next()?)?);
    let second = parts.next().map_or(Some(0), number)?;
    let fits = hour < 24 && minute < 60 && second < 60 && parts.next().is_none() && digits(fraction);
    let thousandths = number(&fraction.chars().chain("000".chars()).take(3).collect::<String>())?;
    fits.then_some((((hour * 60 + minute) * 60 + second) * 1000 + thousandths, offset))
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn number(text: &str) -> Option<i64> {
    (digits(text) && text.len() <= 4).then(|| text.parse().ok()).flatten()
}

fn day(year: i64, month: i64, day: i64) -> Option<i64> {
    let date =
        Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(date.duration_since(Date::constant(1970, 1, 1)).as_secs() * 1000).filter(|_| year >= 1)
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
            ("/Date(-62135596800000)/", Some("0001-01-01")),
            ("/Date(99999999999999999)/", None),
            ("/Date()/", None),
            ("2020-12-30T24:00:00", None),
            ("2020-12-30T00:00:00.1234567Z", Some("2020-12-30")),
            ("2020-12-30T", None),
            ("２０２０-１２-３０", None),
            ("0001-01-01T00:00:00+01:00", None),
            ("Dec 30, 2020", Some("2020-12-30")),
            ("-1", None),
            ("--", None),
        ] {
            assert_eq!(parse(text).map(|moment| moment.day().to_string()).as_deref(), day, "{text}");
        }
    }

    #[test]
    fn the_last_and_the_first_day_are_days() {
        assert_eq!(Moment::NONE_GIVEN.day().to_string(), "0001-01-01");
        assert_eq!(parse("9999-12-31").map(|moment| moment.day().to_string()).as_deref(), Some("9999-12-31"));
        assert_eq!(parse("9999-12-31T23:00:00-05:00"), None);
    }
}
