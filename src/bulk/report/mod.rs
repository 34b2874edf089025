//! `report.html`: one page about a run, to look at and to hand on. It has no script, needs no other file, and shows no value
//! of a field.

mod charts;
mod html;

use std::path::Path;

use super::database::{Database, Error};
use super::folder::Head;
use super::state::{Counts, State};
use crate::number::grouped;
use html::{tag, text};

/// The most rows that are listed one by one.
const LISTED: usize = 1000;

/// The look of the page: light and dark, on paper, on a telephone.
const STYLE: &str = include_str!("style.css");

/// Makes the page.
///
/// # Errors
/// If the database cannot be read.
pub fn page(head: &Head, counts: &Counts, database: &Database) -> Result<String, Error> {
    let title = format!("Run {}", head.run);
    let sections = [
        facts(head, counts, database)?,
        outcomes(counts),
        charts::rate(database)?,
        charts::latency(database)?,
        reasons(database)?,
        listed(database)?,
    ];
    Ok(format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{}\n{}\n</main>\n</body>\n</html>\n",
        text(&title),
        tag("h1", &title),
        sections.join("\n")
    ))
}

/// What was done, where, and by whom.
fn facts(head: &Head, counts: &Counts, database: &Database) -> Result<String, Error> {
    let times = database.times()?;
    let mut facts = vec![
        ("Command", format!("booster {}", head.command)),
        ("Outcome", head.outcome.clone().unwrap_or_else(|| "stopped".to_owned())),
        ("Table", format!("{} ({}, {} rows)", head.input, head.format, grouped(head.rows))),
        ("SHA-256 of the table", head.digest.clone()),
        ("Service", head.service.clone()),
        ("Profile", head.profile.clone().unwrap_or_else(|| "none".to_owned())),
        ("Fields", head.fields.join(", ")),
        ("Started", html::stored_time(&head.started)),
    ];
    if let Some((first, last)) = times {
        facts.push(("First and last row", format!("{} to {}", html::time(first), html::time(last))));
    }
    if let Some(user) = &head.user {
        facts.insert(1, ("Started by", user.clone()));
    }
    if let Some(shard) = head.shard {
        facts.push(("Part of the table", shard.to_string()));
    }
    if let Some(reason) = &head.reason {
        facts.push(("Reason", reason.clone()));
    }
    if let Some(run) = &head.undoes {
        facts.push(("Undoes", run.clone()));
    }
    let rows: String = facts
        .iter()
        .map(|(name, value)| format!("<div><dt>{}</dt><dd>{}</dd></div>\n", text(name), text(value)))
        .collect();
    let summary = format!(
        "{} of {} rows: {}.",
        grouped(counts.total() - counts.pending),
        grouped(counts.total()),
        counts.describe()
    );
    Ok(format!("{}\n<dl>\n{rows}</dl>", tag("p", &summary)))
}

/// The states with their numbers.
fn outcomes(counts: &Counts) -> String {
    let total = counts.total().max(1);
    let tiles: String = counts
        .rows()
        .into_iter()
        .filter(|(word, number)| *number > 0 || *word == "done")
        .map(|(word, number)| {
            format!(
                "<li class=\"{word}\"><span class=\"number\">{}</span> <span class=\"word\">{word}</span> \
                 <span class=\"part\">{}</span></li>\n",
                grouped(number),
                percent(number, total)
            )
        })
        .collect();
    format!("<section>\n<h2>Outcomes</h2>\n<ul class=\"tiles\">\n{tiles}</ul>\n</section>")
}

fn percent(part: u64, whole: u64) -> String {
    let tenths = (part * 1000 + whole / 2) / whole.max(1);
    match (part, tenths) {
        (1.., 0) => "under 0.1 %".to_owned(),
        (_, tenths) if part < whole && tenths == 1000 => "over 99.9 %".to_owned(),
        (_, tenths) => format!("{}.{} %", tenths / 10, tenths % 10),
    }
}

/// Why rows did not end well, by kind.
fn reasons(database: &Database) -> Result<String, Error> {
    let mut rows = String::new();
    for state in [State::Failed, State::Unknown, State::Skipped] {
        for reason in database.reasons(state, 50)? {
            let message = if reason.message.is_empty() {
                "it is not known whether it was applied"
            } else {
                &reason.message
            };
            let hint = reason
                .hint
                .as_deref()
                .map_or_else(String::new, |hint| format!("<br><small>{}</small>", text(hint)));
            rows.push_str(&format!(
                "<tr><td class=\"{0}\">{0}</td><td class=\"right\">{1}</td><td>{2}{hint}</td><td class=\"right\">{3}</td></tr>\n",
                state.word(),
                grouped(reason.rows),
                text(message),
                grouped(reason.first)
            ));
        }
    }
    if rows.is_empty() {
        return Ok(String::new());
    }
    Ok(format!(
        "<section>\n<h2>Problems by kind</h2>\n<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">State</th>\
         <th scope=\"col\" class=\"right\">Rows</th><th scope=\"col\">Reason</th>\
         <th scope=\"col\" class=\"right\">First row</th></tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n</section>"
    ))
}

/// The rows that did not end well, one by one.
fn listed(database: &Database) -> Result<String, Error> {
    let found = database.not_done(LISTED + 1)?;
    if found.is_empty() {
        return Ok(String::new());
    }
    let rows: String = found
        .iter()
        .take(LISTED)
        .map(|row| {
            let customer = row.customer.map_or_else(|| "none".to_owned(), |customer| customer.to_string());
            let status = row.status.map_or_else(String::new, |status| status.to_string());
            format!(
                "<tr><td class=\"right\">{}</td><td class=\"right\">{customer}</td><td class=\"{2}\">{2}</td>\
                 <td class=\"right\">{status}</td><td>{}</td></tr>\n",
                row.number,
                text(&row.message),
                row.state.word(),
            )
        })
        .collect();
    let more = if found.len() > LISTED {
        tag("p", &format!("The first {} of them; all are in the results of the run.", grouped(LISTED as u64)))
    } else {
        String::new()
    };
    Ok(format!(
        "<section>\n<h2>Rows that were not done</h2>\n{more}<div class=\"wide\"><table>\n<thead><tr>\
         <th scope=\"col\" class=\"right\">Row</th><th scope=\"col\" class=\"right\">Customer</th>\
         <th scope=\"col\">State</th><th scope=\"col\" class=\"right\">HTTP status</th><th scope=\"col\">Reason</th>\
         </tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n</section>"
    ))
}

/// Writes the page into a folder.
///
/// # Errors
/// If it cannot be written.
pub fn write(folder: &Path, page: &str) -> std::io::Result<std::path::PathBuf> {
    let path = folder.join("report.html");
    crate::platform::replace::replace_private(&path, page.as_bytes())?;
    Ok(path)
}
