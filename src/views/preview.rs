//! A patch as a person reads it: before it is sent, in a dry run, and after it was sent.

use crate::config::Profile;
use crate::config::config_file::Environment;
use crate::escape::{self, escaped, escaped_lines};
use crate::model::field::Field;
use crate::model::patch::{Given, Patch, Removal, Value};
use crate::model::problem::Source;
use crate::model::wire;
use crate::terminal::{bold, red, table};

/// The longest value that is shown whole, in characters.
pub const WIDEST: usize = 70;

/// Target and fields, the consents in a block of their own.
pub fn before_sending(id: u32, patch: &Patch, profile: &Profile) -> String {
    let (consents, rest): (Vec<_>, Vec<_>) = patch.iter().partition(|(field, _)| field.is_consent());
    let mut text = format!("{} {}\n", bold(&format!("Customer {id}")), target(profile));
    for (title, fields) in [("Fields", rest), ("Consents", consents)] {
        if !fields.is_empty() {
            let rows = fields.iter().flat_map(|(field, given)| rows(field, given, patch.list_edit(field)));
            text.push_str(&format!("{title}\n{}\n", table(rows)));
        }
    }
    text
}

/// What a dry run would send.
pub fn dry_run(id: u32, patch: &Patch, profile: &Profile) -> String {
    format!("{}Nothing was sent.", before_sending(id, patch, profile))
}

/// What was sent, and what the service answered.
pub fn sent(id: u32, patch: &Patch, profile: &Profile, answer: &str) -> String {
    let fields = if patch.len() == 1 { "1 field" } else { &format!("{} fields", patch.len()) };
    let mut text = format!("Customer {id}: {fields} sent {}; {answer}.\n", target(profile));
    let defaults = defaults(patch)
        .map(|(field, given)| format!("{} = {}", field.name, one_line(&wire::value(&given.value))))
        .collect();
    for (title, names) in [("Cleared", cleared(patch)), ("From the profile's defaults", defaults)] {
        if !names.is_empty() {
            text.push_str(&format!("{title}: {}.\n", names.join(", ")));
        }
    }
    text
}

/// The fields that the patch clears. They are named wherever it is shown: an empty text may be what a template left.
pub fn cleared(patch: &Patch) -> Vec<String> {
    let cleared =
        patch.iter().filter(|(field, given)| given.value.clears() && patch.list_edit(field).is_none());
    cleared.map(|(field, _)| field.name.to_owned()).collect()
}

/// The profile's defaults that are sent: nobody wrote them for this customer.
pub fn defaults(patch: &Patch) -> impl Iterator<Item = (&'static Field, &Given)> {
    patch.iter().filter(|(_, given)| matches!(given.source, Source::Profile(_)))
}

/// Where each field came from.
pub fn layers(patch: &Patch) -> String {
    let rows = patch.iter().map(|(field, given)| [field.name.to_owned(), given.source.describe()]);
    format!("Where each field came from\n{}", table(rows))
}

/// What a sandbox now holds of the customer.
pub fn sandbox_record(record: &serde_json::Map<String, serde_json::Value>) -> String {
    let rows = record.iter().flat_map(|(name, value)| match value {
        serde_json::Value::Array(items) => {
            let row = |(i, item)| [format!("{name}[{i}]"), one_line(item)];
            items.iter().enumerate().map(row).collect()
        }
        value => vec![[name.clone(), one_line(value)]],
    });
    format!("The sandbox now has\n{}\n", table(rows))
}

/// The text with a mark before each line, as `-vv` shows requests and answers.
pub fn marked_lines(mark: &str, text: &str) -> String {
    let text = escaped_lines(&text.replace('\r', ""));
    text.lines().map(|line| format!("{mark}{line}")).collect::<Vec<_>>().join("\n")
}

/// Where a customer is, after `Customer 123`.
pub fn location(profile: &Profile) -> String {
    address(profile).map_or("in the sandbox".to_owned(), |address| format!("at {address}"))
}

pub fn target(profile: &Profile) -> String {
    let target = address(profile).map_or("to the sandbox".to_owned(), |address| format!("to {address}"));
    if profile.environment == Some(Environment::Production) { red(&target) } else { target }
}

/// The address and what is known of it; none of a sandbox, where the profile's name would stand for an address to
/// which nothing goes.
fn address(profile: &Profile) -> Option<String> {
    if profile.is_sandbox {
        return None;
    }
    let url = profile.address().unwrap_or("(no address yet)");
    let notes: Vec<String> = profile
        .name
        .iter()
        .map(|name| format!("profile {}", escaped(name)))
        .chain(profile.environment.map(|environment| environment.word().to_owned()))
        .chain(profile.foreign_guard().map(|owner| format!("guard of profile {}", escaped(owner))))
        .collect();
    Some(if notes.is_empty() { url.to_owned() } else { format!("{url} ({})", notes.join(", ")) })
}

/// A list that is changed by its items has those that are added at `emails[+]` and those that are removed at `emails[-]`.
fn rows(field: &Field, given: &Given, edit: Option<&[Removal]>) -> Vec<[String; 3]> {
    let row = |place: String, value: String| [place, value, source_note(&given.source)];
    let removed = edit
        .unwrap_or_default()
        .iter()
        .map(|removal| row(format!("{}[-]", field.name), one_line(&wire::object(&removal.matching).into())));
    match &given.value {
        value if value.clears() && edit.is_none() => vec![row(field.name.to_owned(), "(cleared)".to_owned())],
        // A row for each member, so that no window is too narrow for an item.
        Value::List(items) => items
            .iter()
            .enumerate()
            .flat_map(|(i, item)| {
                let at = if edit.is_some() { "+".to_owned() } else { i.to_string() };
                let place = format!("{}[{at}]", field.name);
                let members = item.patch.iter().map(|(inner, own)| {
                    // The others of a list that is added to are the customer's.
                    let source = if own.source == Source::Record { &own.source } else { &given.source };
                    let value = one_line(&wire::value(&own.value));
                    [inner.at(&place), value, source_note(source)]
                });
                let members: Vec<[String; 3]> = members.collect();
                if members.is_empty() { vec![row(place, "(nothing)".to_owned())] } else { members }
            })
            .chain(removed)
            .collect(),
        scalar @ (Value::Text(_) | Value::Bool(_) | Value::Date(_)) => {
            vec![row(field.name.to_owned(), one_line(&wire::value(scalar)))]
        }
    }
}

/// Where a value came from that nobody wrote for this customer.
fn source_note(source: &Source) -> String {
    match source {
        Source::Record => "unchanged (required)".to_owned(),
        Source::Profile(_) => source.describe(),
        Source::Flag { .. }
        | Source::Argument(_)
        | Source::Environment(_)
        | Source::File { .. }
        | Source::WholeFile(_)
        | Source::Row { .. }
        | Source::Prompt
        | Source::Service => String::new(),
    }
}

pub fn one_line(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => short(text),
        serde_json::Value::Object(members) => members
            .iter()
            .map(|(name, value)| format!("{name}: {}", one_line(value)))
            .collect::<Vec<_>>()
            .join(", "),
        other => short(&other.to_string()),
    }
}

fn short(text: &str) -> String {
    if text.is_empty() {
        return "(empty)".to_owned();
    }
    let cut: String = text.chars().take(WIDEST).collect();
    let shown = escape::one_line(&cut);
    if cut.len() == text.len() { shown } else { format!("{shown}… ({} characters)", text.chars().count()) }
}
