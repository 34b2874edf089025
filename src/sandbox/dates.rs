//! Which texts ServiceStack takes for a date, and the day it makes of them. The sandbox's time zone is UTC, as that
//! of the recorded default host.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

/// What a date that is not nullable holds when none was given: .NET's first day.
pub const NONE_GIVEN: &str = "0001-01-01";

/// Of two possible readings the day comes first: `05/06/2020` is the fifth of June.
const DAYS: [&str; 4] = ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d"];

/// Reads a date. `None` is the silent loss of a default host and the 400 of a strict one.
pub fn parse(text: &str) -> Option<Date> {
    let text = text.trim();
    let date = if text.contains(['T', ' ']) {
        let utc = text.parse::<Timestamp>().map(|timestamp| Offset::UTC.to_datetime(timestamp));
        utc.or_else(|_| text.parse::<DateTime>()).ok()?.date()
    } else {
        DAYS.iter().find_map(|format| Date::strptime(format, text).ok())?
    };
    // Years before 1, which jiff has and .NET lacks.
    (1..=9999).contains(&date.year()).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_what_the_recorded_hosts_made_of_it() {
        // The recordings hold the common ones; these are in prose only, or at the edges.
        for (text, day) in [
            ("05/06/2020", Some("2020-06-05")),
            ("12/30/2020", Some("2020-12-30")),
            ("0000-01-01", None),
            ("2020-12-30T24:00:00", None),
            ("2020-12-30T00:00:00.1234567Z", Some("2020-12-30")),
            ("2020-12-30T", None),
            ("２０２０-１２-３０", None),
            ("0001-01-01T00:00:00+01:00", None),
            ("9999-12-31", Some("9999-12-31")),
            ("20203012", None),
            ("-1", None),
            ("--", None),
        ] {
            assert_eq!(parse(text).map(|date| date.to_string()).as_deref(), day, "{text}");
        }
        assert_eq!(parse(NONE_GIVEN).map(|date| date.to_string()).as_deref(), Some(NONE_GIVEN));
    }
}
