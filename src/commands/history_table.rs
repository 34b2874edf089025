//! How the runs of the history are listed: one line each, in as many columns as the terminal has room for.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use unicode_width::UnicodeWidthStr;

use crate::escape::escaped;
use crate::state::history::Entry;
use crate::terminal::table;

/// From these widths on, in columns, a line has room for more than a run, its time, customer, outcome and fields.
const WITH_PROFILE: usize = 100;
const WITH_SERVICE: usize = 140;

/// The narrowest list of fields, in columns.
const LEAST: usize = 6;

/// The blanks that a row begins with, and those between two cells.
const GAP: usize = 2;

/// What is listed of a run.
pub struct Line<'a> {
    pub entry: &'a Entry,
    pub is_undone: bool,
    pub can_be_undone: bool,
}

/// The runs below a head, and what the mark means where one has it. In a pipe (no width) nothing is left out.
pub fn table_of(lines: &[Line<'_>], width: Option<usize>, time_zone: &TimeZone) -> String {
    let has_room = |least: usize| width.is_none_or(|width| width >= least);
    let (profile, service) = (has_room(WITH_PROFILE), has_room(WITH_SERVICE));
    let head = row(
        ["  Run", "Time", "Service", "Profile", "Customer", "Outcome"].map(str::to_owned),
        profile,
        service,
    );
    let mut rows = vec![head];
    rows.extend(lines.iter().map(|line| {
        let Line { entry, .. } = line;
        let time =
            if profile { long_time(&entry.time, time_zone) } else { short_time(&entry.time, time_zone) };
        let own = entry.profile.as_ref().map_or_else(|| "-".to_owned(), |name| escaped(name));
        let mark = if line.can_be_undone { "*" } else { " " };
        let service_of = escaped(entry.service.trim_end_matches('/'));
        let cells = [
            format!("{mark} {}", entry.run.name()),
            time,
            service_of,
            own,
            entry.customer.map_or_else(|| entry.subject(), |customer| customer.to_string()),
            outcome(line, width),
        ];
        row(cells, profile, service)
    }));
    let taken: usize = (0..rows[0].len())
        .map(|column| rows.iter().map(|row| row[column].width()).max().unwrap_or_default())
        .filter(|width| *width > 0)
        .map(|width| width + GAP)
        .sum();
    let room = width.map(|width| width.saturating_sub(GAP + taken).max(LEAST));
    let fields = std::iter::once("Fields".to_owned())
        .chain(lines.iter().map(|line| shortened(&line.entry.fields, room)));
    for (row, fields) in rows.iter_mut().zip(fields) {
        row.push(fields);
    }
    let mut text = table(&rows);
    if lines.iter().any(|line| line.can_be_undone) {
        text.push_str("\n* `booster undo RUN` can undo it");
    }
    text
}

/// The cells without the columns that there is no room for.
fn row(cells: [String; 6], profile: bool, service: bool) -> Vec<String> {
    let is_shown = |column: &usize| (profile || *column != 3) && (service || *column != 2);
    cells.into_iter().enumerate().filter(|(column, _)| is_shown(column)).map(|(_, cell)| cell).collect()
}

/// The outcome, and what an undo has to do with the run.
fn outcome(line: &Line<'_>, width: Option<usize>) -> String {
    let outcome = line.entry.progress.word();
    match (&line.entry.undoes, line.is_undone, width) {
        (Some(run), _, None) => format!("{outcome}, undoes {}", run.name()),
        (Some(_), _, Some(_)) => format!("{outcome}, undo"),
        (None, true, None) => format!("{outcome}, undone since"),
        (None, true, Some(_)) => format!("{outcome}, undone"),
        (None, false, _) => outcome.to_owned(),
    }
}

/// As many names as there is room for, and the number of the others: `notes, emails +5`.
fn shortened(names: &[String], room: Option<usize>) -> String {
    let whole = names.join(", ");
    let Some(room) = room.filter(|room| whole.width() > *room) else { return whole };
    let with_rest = |shown: usize| format!("{} +{}", names[..shown].join(", "), names.len() - shown);
    let fitting = (1..names.len()).rev().map(with_rest).find(|text| text.width() <= room);
    let counted = || if names.len() == 1 { "1 field".to_owned() } else { format!("{} fields", names.len()) };
    let few = || Some(counted()).filter(|text| text.width() <= room);
    fitting.or_else(few).unwrap_or_else(|| format!("+{}", names.len()))
}

/// A stored time as a clock on the wall shows it, with its offset.
pub fn long_time(time: &str, time_zone: &TimeZone) -> String {
    shown(time, time_zone, |time, offset| {
        let (sign, minutes) = (if offset.seconds() < 0 { '-' } else { '+' }, offset.seconds().abs() / 60);
        format!("{} {sign}{:02}:{:02}", time.strftime("%Y-%m-%d %H:%M:%S"), minutes / 60, minutes % 60)
    })
}

/// A stored time to the minute, on this machine's clock.
pub fn short(time: &str) -> String {
    short_time(time, &TimeZone::system())
}

/// The same to the minute.
fn short_time(time: &str, time_zone: &TimeZone) -> String {
    shown(time, time_zone, |time, _| time.strftime("%Y-%m-%d %H:%M").to_string())
}

/// What is no time of ours stays as it is.
fn shown(time: &str, time_zone: &TimeZone, format: impl Fn(DateTime, Offset) -> String) -> String {
    let read = time.parse::<Timestamp>().map(|time| {
        let offset = time_zone.to_offset(time);
        format(offset.to_datetime(time), offset)
    });
    read.unwrap_or_else(|_| escaped(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_of_fields_is_counted() {
        let names = ["notes", "emails", "contactByEmailFlag"].map(str::to_owned);
        assert_eq!(shortened(&names, None), "notes, emails, contactByEmailFlag");
        assert_eq!(shortened(&names, Some(40)), "notes, emails, contactByEmailFlag");
        assert_eq!(shortened(&names, Some(20)), "notes, emails +1");
        assert_eq!(shortened(&names, Some(9)), "notes +2");
        assert_eq!(shortened(&names[2..], Some(9)), "1 field");
        assert_eq!(shortened(&names[1..], Some(8)), "2 fields");
        assert_eq!(shortened(&names[1..], Some(7)), "+2");
    }

    #[test]
    fn a_time_is_that_of_the_time_zone() {
        let zone = TimeZone::fixed(jiff::tz::offset(9));
        assert_eq!(long_time("2026-11-24T21:18:45.123Z", &zone), "2026-11-25 06:18:45 +09:00");
        assert_eq!(short_time("2026-11-24T21:18:45.123Z", &zone), "2026-11-25 06:18");
        assert_eq!(short_time("yesterday\u{7}", &zone), "yesterday\\u{7}");
    }
}
