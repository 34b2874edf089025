//! What the check of a table found, in words: by rule, by customer, and what would be sent.

use serde_json::{Map, json};

use crate::bulk::check::{Summary, Tally};
use crate::bulk::database::FirstRow;
use crate::bulk::input::hex;
use crate::bulk::job_options::JobOptions;
use crate::bulk::results::Files;
use crate::config::Profile;
use crate::escape::escaped;
use crate::failure::Failure;
use crate::model::problem::{Level, Problem};
use crate::model::rules;
use crate::number::grouped;
use crate::outcome::Outcome;
use crate::report::Report;
use crate::terminal::{bold, table, unbroken};

/// Adds what was found to the report: the input, the rules with their numbers, the first problems of each.
pub fn tell(name: &str, summary: &Summary, report: &mut Report) {
    report.part("input", input_json(name, summary));
    report.part("valid", (summary.rows - summary.invalid).into());
    report.part("invalid", summary.invalid.into());
    let rules: Map<String, serde_json::Value> =
        summary.tallies.iter().map(|tally| (tally.id.to_owned(), tally.count.into())).collect();
    report.part("rules", rules.into());
    if summary.repeated.customers > 0 {
        let first = summary.repeated.first.iter().map(|(id, rows)| json!({ "customer": id, "rows": rows }));
        let first: Vec<_> = first.collect();
        report.part("repeatedCustomers", json!({ "count": summary.repeated.customers, "first": first }));
    }
    for level in [Level::Error, Level::Warning] {
        let own = summary.tallies.iter().filter(|tally| tally.level == level);
        own.for_each(|tally| report.problems.extend(tally.first.iter().cloned()));
    }
}

/// The input as `-o json` describes it before there is a run.
fn input_json(name: &str, summary: &Summary) -> serde_json::Value {
    json!({ "name": name, "format": summary.detected.describe(), "columns": summary.detected.columns,
        "rows": summary.rows, "bytes": summary.fingerprint.size, "sha256": hex(&summary.fingerprint.digest) })
}

/// What was found, for a person: the format, what is wrong by rule, the customers in several rows.
pub fn text(name: &str, summary: &Summary) -> String {
    let mut text =
        format!("{}: {}, {}\n", bold(&escaped(name)), summary.detected.describe(), rows(summary.rows));
    if !summary.tallies.is_empty() {
        let counts = summary
            .tallies
            .iter()
            .map(|tally| vec![tally.level.word().to_owned(), tally.id.to_owned(), grouped(tally.count)]);
        text.push_str(&table(counts));
        text.push('\n');
    }
    text + &repeated(summary)
}

fn repeated(summary: &Summary) -> String {
    let repeated = &summary.repeated;
    if repeated.customers == 0 {
        return String::new();
    }
    let first: Vec<String> =
        repeated.first.iter().take(5).map(|(customer, rows)| format!("{customer} ({rows} rows)")).collect();
    let more = if repeated.customers > 5 { ", …" } else { "" };
    let customers = match repeated.customers {
        1 => "1 customer is".to_owned(),
        many => format!("{} customers are", grouped(many)),
    };
    format!("{customers} in several rows, which are sent one after the other: {}{more}\n", first.join(", "))
}

fn rows(number: u64) -> String {
    if number == 1 { "1 row".to_owned() } else { format!("{} rows", grouped(number)) }
}

/// The verdict on the table as a whole.
pub fn verdict(summary: &Summary) -> String {
    let valid = summary.rows - summary.invalid;
    match summary.invalid {
        0 => format!(
            "{} correct",
            if valid == 1 { "1 row is".to_owned() } else { format!("{} rows are", grouped(valid)) }
        ),
        invalid => format!("{} correct, {} with errors", rows(valid), rows(invalid)),
    }
}

/// Nothing is sent of a table with errors. The problems are in the report already.
///
/// `fill` is the flag that takes what is missing from the record, where that was not asked for.
pub fn refused(summary: &Summary, fill: Option<&str>, report: &mut Report) -> Failure {
    report.found = Some((summary.errors(), summary.warnings()));
    let is_missing = |tally: &&Tally| tally.first.iter().any(rules::is_about_missing);
    let fill = fill.filter(|_| summary.tallies.iter().any(|tally| is_missing(&tally)));
    report.afterword = format!(
        "{}\n{}. Correct the rows, or send the others with --skip-invalid; --problems FILE writes every problem.",
        counts(summary),
        verdict(summary)
    );
    if let Some(fill) = fill {
        report
            .afterword
            .push_str(&format!("\n{fill} takes what is required and missing from each customer's record."));
    }
    let is_usage = report.problems.iter().any(|problem| problem.is_usage() && problem.is_error());
    Failure::with(if is_usage { Outcome::Usage } else { Outcome::Refused }, Vec::<Problem>::new())
}

/// The problems by rule, in a line each.
fn counts(summary: &Summary) -> String {
    let lines = summary
        .tallies
        .iter()
        .map(|tally| vec![tally.level.word().to_owned(), tally.id.to_owned(), grouped(tally.count)]);
    table(lines)
}

/// What a dry run says of a table that could be sent.
pub fn planned(name: &str, summary: &Summary, profile: &Profile, options: &JobOptions, report: &mut Report) {
    report.outcome = Outcome::Planned;
    let shown = before_sending(name, summary, profile, options);
    report.text = format!("{shown}Nothing was sent: {}.", verdict(summary));
}

fn target(profile: &Profile) -> String {
    let to = profile.address().map_or_else(|| "no address yet".to_owned(), escaped);
    match &profile.name {
        Some(profile) => format!("to {to} (profile {})", escaped(profile)),
        None => format!("to {to}"),
    }
}

/// What became of the first rows, a line each.
pub fn of_rows(rows: &[FirstRow]) -> String {
    let head = ["Row", "Customer", "State", "Why"].map(str::to_owned);
    let lines = rows.iter().map(|(number, customer, state, message)| {
        let customer = customer.map_or_else(|| "-".to_owned(), |customer| customer.to_string());
        [number.to_string(), customer, state.word().to_owned(), message.clone()]
    });
    table(std::iter::once(head).chain(lines))
}

/// What is about to be sent, for a person who has to agree.
pub fn before_sending(name: &str, summary: &Summary, profile: &Profile, options: &JobOptions) -> String {
    let (consents, fields): (Vec<_>, Vec<_>) = summary.fields.iter().partition(|field| field.is_consent());
    let names = |fields: &[&&'static crate::model::field::Field]| {
        fields.iter().map(|field| field.name).collect::<Vec<_>>().join(", ")
    };
    let lists = match options.lists.as_str() {
        "replace" => "sent as written: items of the customers that are not in the table may go",
        "add" => "their items are added to the customers' lists",
        _ => "",
    };
    let sending = summary.rows - summary.invalid;
    let rows_of = if summary.own < summary.rows {
        format!("{} of the {} of {}", grouped(summary.own), rows(summary.rows), escaped(name))
    } else {
        format!("{} of {}", grouped(sending), escaped(name))
    };
    let mut lines = vec![
        ("Rows", rows_of),
        ("To", target(profile).trim_start_matches("to ").to_owned()),
        ("Fields", names(&fields)),
        ("Consents", names(&consents)),
        ("Lists", lists.to_owned()),
    ];
    lines.retain(|(_, text)| !text.is_empty());
    let invalid = match summary.invalid {
        0 => String::new(),
        invalid => format!("{} with errors will not be sent.\n", rows(invalid)),
    };
    let lines = lines.into_iter().map(|(title, text)| vec![title.to_owned(), text]);
    format!("{}{}\n{invalid}", text(name, summary), table(lines))
}

/// The files of results, a line each, as they can be copied.
pub fn of_files(files: &Files) -> String {
    let lines = files.iter().map(|(name, path)| format!("  {name:<7}  {}", path.display()));
    unbroken(&lines.collect::<Vec<_>>().join("\n"))
}
