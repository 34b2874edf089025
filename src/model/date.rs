//! A calendar day as users write it.

use jiff::civil::Date;

use crate::escape::quoted;
use crate::model::problem::{Fault, Rule};

/// Reads a calendar day written `YYYY-MM-DD`, years 0001 to 9999. A real host drops any other day in silence.
///
/// # Errors
/// `not-a-date`, with the day in the right form where it is certain which one is meant.
pub fn parse_date(text: &str) -> Result<Date, Fault> {
    let bytes = text.as_bytes();
    let is_iso = bytes.len() == 10
        && bytes.iter().enumerate().all(|(i, byte)| match i {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !is_iso {
        let fault = Fault::new(
            Rule::NOT_A_DATE,
            format!("expected a date written YYYY-MM-DD, found {}", quoted(text)),
        );
        return Err(match meant_days(text).as_slice() {
            [day] if has_time_of_day(text) => fault.hint(format!(
                "write only the date: {day} in the time zone given, which may be another day where the customer lives"
            )),
            [] => fault.hint(match spreadsheet_day(text) {
                Some(day) => format!("if a spreadsheet stored this date as a number, write {day}"),
                None => "write the date as in 2020-12-30".to_owned(),
            }),
            [day] => fault.hint(format!("write {day}")),
            days => fault.hint(format!(
                "write {}: both readings are possible",
                days.iter().map(Date::to_string).collect::<Vec<_>>().join(" or ")
            )),
        });
    }
    let number = |range: std::ops::Range<usize>| text[range].parse::<i16>().expect("digits, at most four");
    let (year, month, day) = (number(0..4), number(5..7) as i8, number(8..10) as i8);
    day_of(year, month, day).ok_or_else(|| {
        let fault = Fault::new(Rule::NOT_A_DATE, format!("{text} does not exist in the calendar"));
        match day_of(year, month, 1) {
            Some(first) => fault.hint(format!("the last day of that month is {}", first.last_of_month())),
            None if year == 0 => fault.hint("the first year is 0001"),
            None => fault.hint("the month must be from 01 to 12"),
        }
    })
}

/// The day that a text in another notation certainly stands for; `None` where it could be another one as well.
pub fn only_reading(text: &str) -> Option<Date> {
    match meant_days(text).as_slice() {
        [day] if !has_time_of_day(text) => Some(*day),
        _ => None,
    }
}

fn day_of(year: i16, month: i8, day: i8) -> Option<Date> {
    (year >= 1).then(|| Date::new(year, month, day).ok()).flatten()
}

/// The day of a number as spreadsheets keep one: days since 1899-12-30. In a range in which lives are, and in which no year
/// is.
fn spreadsheet_day(text: &str) -> Option<Date> {
    let whole = text.trim().strip_suffix(".0").unwrap_or(text.trim());
    let is_number = whole.len() == 5 && whole.bytes().all(|byte| byte.is_ascii_digit());
    let days: i64 = whole.parse().ok().filter(|_| is_number)?;
    let last_of_2099 = 73_050;
    (10_000..=last_of_2099)
        .contains(&days)
        .then(|| Date::constant(1899, 12, 30).saturating_add(jiff::Span::new().days(days)))
}

/// Whether the text is a time with an offset, other than a midnight, which is how some programs write a day alone.
fn has_time_of_day(text: &str) -> bool {
    let Some((_, time)) = text.trim().split_once(['T', 't', ' ']) else { return false };
    let clock = time.trim_end_matches(['Z', 'z']);
    let clock = clock.find(['+', '-']).map_or(clock, |offset| &clock[..offset]);
    clock.len() < time.len() && clock.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

/// The days that a text in another notation can mean: one where it is certain, two where day and month could
/// change places, none where it is no day that we know how to read.
fn meant_days(text: &str) -> Vec<Date> {
    let text = text.trim();
    let day_alone = text.split(['T', ' ']).next().unwrap_or(text);
    if day_alone.len() == 8 && day_alone.bytes().all(|byte| byte.is_ascii_digit()) {
        let part = |range: std::ops::Range<usize>| day_alone[range].parse().unwrap_or(0);
        return day_of(part(0..4), part(4..6) as i8, part(6..8) as i8).into_iter().collect();
    }
    let parts: Vec<&str> = day_alone.split(['-', '/', '.']).collect();
    let [first, second, third] = parts.as_slice() else { return Vec::new() };
    let number =
        |part: &str| part.parse::<i16>().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit()));
    let (Some(a), Some(b), Some(c)) = (number(first), number(second), number(third)) else {
        return Vec::new();
    };
    let day = |year: i16, month: i16, day: i16| {
        day_of(year, i8::try_from(month).unwrap_or(0), i8::try_from(day).unwrap_or(0))
    };
    let mut days: Vec<Date> = match (first.len(), third.len()) {
        (4, 1..=2) => day(a, b, c).into_iter().collect(),
        (1..=2, 4) => [day(c, b, a), day(c, a, b)].into_iter().flatten().collect(),
        _ => Vec::new(),
    };
    days.dedup();
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_real_day_in_iso_form_only() {
        for good in ["2020-12-30", "2020-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(parse_date(good).expect(good).to_string(), good);
        }
        for (bad, hint) in [
            ("31/12/2020", "write 2020-12-31"),
            ("12/31/2020", "write 2020-12-31"),
            ("30.12.2020", "write 2020-12-30"),
            ("2020/12/30", "write 2020-12-30"),
            ("2020-12-30T00:00:00Z", "write 2020-12-30"),
            ("2020-12-30T00:00:00+01:00", "write 2020-12-30"),
            ("2020-12-30T22:00:00", "write 2020-12-30"),
            (
                "1990-05-04T22:00:00Z",
                "write only the date: 1990-05-04 in the time zone given, which may be another day where the customer lives",
            ),
            (
                "1990-05-04 22:00:00+02:00",
                "write only the date: 1990-05-04 in the time zone given, which may be another day where the customer lives",
            ),
            ("20201230", "write 2020-12-30"),
            ("2020-1-5", "write 2020-01-05"),
            (" 2020-12-30", "write 2020-12-30"),
            ("07/07/2020", "write 2020-07-07"),
            ("05/06/2020", "write 2020-06-05 or 2020-05-06: both readings are possible"),
            ("31412", "if a spreadsheet stored this date as a number, write 1985-12-31"),
            ("31412.0", "if a spreadsheet stored this date as a number, write 1985-12-31"),
            ("73050", "if a spreadsheet stored this date as a number, write 2099-12-31"),
            ("73051", "write the date as in 2020-12-30"),
            ("1985", "write the date as in 2020-12-30"),
            ("1-1-1", "write the date as in 2020-12-30"),
            ("nonsense", "write the date as in 2020-12-30"),
            ("", "write the date as in 2020-12-30"),
            ("２０２０-１２-３０", "write the date as in 2020-12-30"),
            ("2020-02-30", "the last day of that month is 2020-02-29"),
            ("2020-13-01", "the month must be from 01 to 12"),
            ("0000-01-01", "the first year is 0001"),
        ] {
            let fault = parse_date(bad).expect_err(bad);
            assert_eq!((fault.rule, fault.hint.as_deref()), (Rule::NOT_A_DATE, Some(hint)), "{bad}");
        }
    }
}
