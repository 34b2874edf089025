//! Single fields of a record, by their places: `firstName`, `emails[0].email`, `emails[].email`.

use serde_json::{Map, Value as Json};

use crate::escape::{escaped_lines, quoted};
use crate::failure::Failure;
use crate::input::flags::field_by_name;
use crate::model::field::Record;
use crate::model::problem::{Problem, Source};
use crate::model::record::Snapshot;
use crate::outcome::Outcome;
use crate::pipeline::fill::ensure_readable;
use crate::report::Report;
use crate::spelling::near_or;
use crate::terminal::table;
use crate::views::record::rows;

/// The source of a place, as the command line names it.
const FIELD: &str = "FIELD";

/// A field, or something in the items of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The customer's own field, as the table has it, or as it was written where the table has none of that name.
    field: String,
    items: Items,
    /// The field of the items.
    inner: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Items {
    /// Not asked for: the field itself.
    None,
    Each,
    One(usize),
}

/// Why there is nothing at a place.
enum Nothing {
    /// Nobody has a field of this name; the names that there are.
    Unknown(String, Vec<String>),
    NotCarried,
    /// The list has just so many items.
    NoSuchItem(usize),
}

impl Place {
    /// `None` where no place is written so.
    pub fn read(record: &Record, written: &str) -> Option<Place> {
        let (head, inner) =
            written.split_once('.').map_or((written, None), |(head, inner)| (head, Some(inner)));
        let (name, index) = head.split_once('[').map_or((head, None), |(name, index)| (name, Some(index)));
        let items = match index.map(|index| index.strip_suffix(']')) {
            None if inner.is_some() => Items::Each,
            None => Items::None,
            Some(None) => return None,
            Some(Some("" | "*")) => Items::Each,
            Some(Some(number)) => Items::One(number.parse().ok()?),
        };
        if name.is_empty() || inner.is_some_and(str::is_empty) {
            return None;
        }
        let known = field_by_name(record, name);
        let field = known.map_or(name, |field| field.name).to_owned();
        let own = |inner: &str| {
            let own = known.and_then(|field| field.record()?.field_in_any_case(inner));
            own.map_or(inner, |field| field.name).to_owned()
        };
        Some(Place { field, items, inner: inner.map(own) })
    }

    fn name(&self) -> String {
        let index = match self.items {
            Items::None => String::new(),
            Items::Each => "[]".to_owned(),
            Items::One(number) => format!("[{number}]"),
        };
        let inner = self.inner.as_ref().map_or_else(String::new, |inner| format!(".{inner}"));
        format!("{}{index}{inner}", self.field)
    }

    /// What the record holds there.
    fn find(&self, record: &Map<String, Json>, table: &Record) -> Result<Json, Nothing> {
        let known = table.field(&self.field);
        let Some(value) = member(record, &self.field) else {
            return Err(match known {
                Some(_) => Nothing::NotCarried,
                None => {
                    let own = table.fields.iter().map(|field| field.name.to_owned());
                    Nothing::Unknown(self.field.clone(), own.chain(record.keys().cloned()).collect())
                }
            });
        };
        let items = match (self.items, value) {
            (Items::None, value) => return Ok(value.clone()),
            (Items::Each | Items::One(_), Json::Array(items)) => items,
            (Items::Each | Items::One(_), _) => {
                return Err(Nothing::Unknown(self.name(), vec![self.field.clone()]));
            }
        };
        let inside = |item: &Json| self.inside(item, known.and_then(|field| field.record()), items);
        match self.items {
            Items::None | Items::Each => {
                let found: Vec<Json> = items.iter().filter_map(|item| inside(item).ok()).collect();
                match items.first().filter(|_| found.is_empty()) {
                    Some(first) => inside(first),
                    None => Ok(found.into()),
                }
            }
            Items::One(number) => items.get(number).ok_or(Nothing::NoSuchItem(items.len())).and_then(inside),
        }
    }

    /// What an item of the list holds there.
    fn inside(&self, item: &Json, record: Option<&Record>, all: &[Json]) -> Result<Json, Nothing> {
        let Some(inner) = &self.inner else { return Ok(item.clone()) };
        if let Some(value) = item.as_object().and_then(|members| member(members, inner)) {
            return Ok(value.clone());
        }
        let own =
            record.into_iter().flat_map(|record| record.fields.iter().map(|field| field.name.to_owned()));
        let others = all.iter().filter_map(Json::as_object).flat_map(|members| members.keys().cloned());
        let names: Vec<String> = own.chain(others).collect();
        if names.iter().any(|name| name.eq_ignore_ascii_case(inner)) {
            return Err(Nothing::NotCarried);
        }
        let places = names.into_iter().map(|name| Place { inner: Some(name), ..self.clone() }.name());
        Err(Nothing::Unknown(self.name(), places.collect()))
    }
}

fn member<'a>(members: &'a Map<String, Json>, name: &str) -> Option<&'a Json> {
    let in_any_case =
        || members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    members.get(name).or_else(in_any_case)
}

/// Reports what the record holds at the places: a single value bare, several in a table.
///
/// # Errors
/// Usage, where there is no field of a name; unreachable, where the answer does not carry one or it cannot be
/// understood. What is known is in the report all the same.
pub fn report_fields(places: &[Place], current: &Snapshot, report: &mut Report) -> Result<(), Failure> {
    let Json::Object(record) = current.to_json() else { return Ok(()) };
    let mut found: Vec<(String, Json)> = Vec::new();
    let mut problems = Vec::new();
    for place in places {
        match place.find(&record, current.carried().record()) {
            Ok(value) => found.push((place.name(), value)),
            Err(Nothing::NotCarried) => {
                let message = format!("{} is not known: it is not in the service's response", place.name());
                let hint = format!(
                    "the field may still have a value; `booster customer get {}` shows what is known",
                    current.id()
                );
                problems.push(Problem::of(Outcome::Unreachable, message).on(place.name()).hint(hint));
            }
            Err(Nothing::NoSuchItem(count)) => {
                let count = if count == 1 { "1 item".to_owned() } else { format!("{count} items") };
                let message = format!("{} does not exist: the list has {count}", place.name());
                let hint = format!("items are counted from 0: the first one is {}[0]", place.field);
                problems.push(Problem::of(Outcome::Unreachable, message).on(place.name()).hint(hint));
            }
            Err(Nothing::Unknown(name, names)) => {
                let hint = near_or(&name, names, || {
                    format!("`booster customer get {}` shows the whole record", current.id())
                });
                let problem = Problem::usage(format!("there is no field {}", quoted(&name)));
                problems.push(problem.at(Source::Argument(FIELD)).hint(hint));
            }
        }
    }
    let is_wanted = |name: &str| places.iter().any(|place| place.field == name);
    if let Err(failure) = ensure_readable(current, |field| is_wanted(field.name)) {
        problems.retain(|problem| problem.is_usage());
        problems.extend(failure.problems);
    }
    let text = match &found[..] {
        [] => String::new(),
        [(_, value)] if places.len() == 1 => bare(value),
        found => table(found.iter().flat_map(|(place, value)| rows(place, value))) + "\n",
    };
    report.answer("record", Json::Object(found.into_iter().collect()), text);
    if problems.is_empty() {
        return Ok(());
    }
    let is_usage = problems.iter().any(Problem::is_usage);
    let text = if is_usage { String::new() } else { std::mem::take(&mut report.text) };
    report.fail(Failure::with(if is_usage { Outcome::Usage } else { Outcome::Unreachable }, problems));
    report.text = text;
    Ok(())
}

/// A value for a script: a text as it is, a line for each item of a list of texts, else rows.
fn bare(value: &Json) -> String {
    let line = |value: &Json| match value {
        Json::String(text) => Some(escaped_lines(text)),
        Json::Null | Json::Bool(_) | Json::Number(_) => Some(value.to_string()),
        Json::Array(_) | Json::Object(_) => None,
    };
    if let Some(line) = line(value) {
        return line + "\n";
    }
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    if let Some(lines) =
        items.iter().map(line).collect::<Option<Vec<String>>>().filter(|lines| !lines.is_empty())
    {
        return lines.join("\n") + "\n";
    }
    match value {
        Json::Array(items) if items.is_empty() => String::new(),
        Json::Object(members) => table(members.iter().flat_map(|(name, value)| rows(name, value))) + "\n",
        Json::Array(items) => {
            let row = |(i, item)| rows(&format!("[{i}]"), item);
            table(items.iter().enumerate().flat_map(row)) + "\n"
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => String::new(),
    }
}

/// The places that the words name, each of which may be several with commas between them.
///
/// # Errors
/// The words that are no places.
pub fn places(record: &Record, words: &[String]) -> Result<Vec<Place>, Vec<Problem>> {
    let names = words.iter().flat_map(|word| word.split(',')).filter(|name| !name.is_empty());
    let (mut read, mut wrong) = (Vec::new(), Vec::new());
    for name in names {
        match Place::read(record, name) {
            Some(place) => read.push(place),
            None => {
                let problem = Problem::usage(format!("{} is not a field or a place in a list", quoted(name)));
                let hint = "write it as in firstName, emails[0].email or emails[].email";
                wrong.push(problem.at(Source::Argument(FIELD)).hint(hint));
            }
        }
    }
    if wrong.is_empty() { Ok(read) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::customer::CUSTOMER;

    #[test]
    fn a_place_is_read_in_each_notation() {
        for (written, name) in [
            ("FIRSTNAME", "firstName"),
            ("first-name", "firstName"),
            ("emails", "emails"),
            ("emails[0]", "emails[0]"),
            ("Emails[12].ISMAINEMAIL", "emails[12].isMainEmail"),
            ("emails.email", "emails[].email"),
            ("emails[*].email", "emails[].email"),
            ("sapId", "sapId"),
        ] {
            assert_eq!(Place::read(&CUSTOMER, written).expect(written).name(), name);
        }
        for written in ["", "emails[", "emails[x]", "emails[0]x", ".email", "emails.", "emails[-1]"] {
            assert_eq!(Place::read(&CUSTOMER, written), None, "{written}");
        }
    }
}
