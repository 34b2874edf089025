//! `booster customer get`: a customer's record, as a person reads it, as JSON, or as a patch file.

use serde_json::{Value as Json, json};

use super::interaction::TerminalInteraction;
use super::patch::start_sandbox;
use crate::app::App;
use crate::config::Profile;
use crate::document::tree::Format;
use crate::escape::{escaped, escaped_lines};
use crate::failure::Failure;
use crate::input::file;
use crate::input::flags::field_by_name;
use crate::model::customer::{CUSTOMER, ID_KEY};
use crate::model::field::{Field, Group};
use crate::model::patch::Patch;
use crate::model::problem::{Level, Problem, Rule, Source};
use crate::model::record::Snapshot;
use crate::model::{fill, rules, wire};
use crate::outcome::Outcome;
use crate::pipeline::fill::ensure_readable;
use crate::pipeline::service::Service;
use crate::report::Report;
use crate::terminal::{bold, table};
use crate::views::{patch_file, preview};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
What the service does not put into its answer is not shown as empty: it is not known.
With -o json the customer stands under `record`; with --as-patch the patch stands under `patch`.")]
pub struct Args {
    /// The customer's Booster id, from 1 to 2147483647
    #[arg(allow_negative_numbers = true)]
    id: String,
    /// Print a patch file that sets these fields, or all, to what they are, with what the rules require beside them
    #[arg(long, value_name = "FIELD,…", num_args = 0..=1, default_missing_value = "")]
    as_patch: Option<String>,
    /// Form of the patch file: toml, json
    #[arg(long, value_enum, default_value = "toml", requires = "as_patch", value_name = "FORM")]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    format: Format,
}

/// # Errors
/// Every way in which a customer cannot be read.
pub async fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let mut profile = super::resolve_profile(app, report)?;
    let (id, fields) = wanted(args)?;
    report.customer = Some(id);
    let _sandbox = start_sandbox(&mut profile).await?;
    let interaction = TerminalInteraction::new(app);
    let asked = Service::new(&profile, &interaction).get(id).await?;
    report.request = Some(asked.request.to_json());
    report.response = asked.response.map(|response| response.to_json());
    let current = asked.current?;
    if let Some(fields) = fields {
        return as_patch(&fields, args.format, &current, app, report);
    }
    report.answer("record", current.to_json(), page(&current, &profile));
    // What could be read is shown even where something could not.
    let text = report.text.clone();
    if let Err(failure) = ensure_readable(&current, |_| true) {
        report.fail(failure);
        report.text = text;
    }
    Ok(())
}

/// The id, and the fields of the patch file where one is wanted.
fn wanted(args: &Args) -> Result<(u32, Option<Vec<&'static Field>>), Failure> {
    let mut problems = Vec::new();
    let id = rules::id(&args.id);
    let id = id.map_err(|fault| problems.push(fault.at(ID_KEY, Source::Argument("ID"))));
    let names = args.as_patch.as_ref().map(|names| names.split(',').filter(|name| !name.is_empty()));
    let fields = names.map(|names| {
        let mut fields: Vec<&'static Field> = Vec::new();
        for name in names {
            match field_by_name(name) {
                Some(field) => fields.push(field),
                None => problems.push(file::unknown(&CUSTOMER, name).at(name, Source::flag("as-patch"))),
            }
        }
        if fields.is_empty() { CUSTOMER.fields.iter().collect() } else { fields }
    });
    match id {
        Ok(id) if problems.is_empty() => Ok((id, fields)),
        Ok(_) | Err(()) => Err(Failure::problems(problems)),
    }
}

fn as_patch(
    fields: &[&'static Field],
    format: Format,
    current: &Snapshot,
    app: &App<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    let is_wanted = |field: &Field| fields.iter().any(|own| own.name == field.name);
    let demanded = |field: &Field| field.need.demands(current.carried().client_type());
    ensure_readable(current, |field| is_wanted(field) || demanded(field))?;
    let mut patch = Patch::new(&CUSTOMER);
    let chosen = current.carried().iter().filter(|(field, _)| is_wanted(field));
    for (field, given) in fill::demanded(current).chain(chosen) {
        patch.set(field, given.value.clone(), Source::Record);
    }
    let (patch, remarks) = writable(patch)?;
    report.problems.extend(remarks);
    let mut object = serde_json::Map::from_iter([(ID_KEY.to_owned(), Json::from(current.id()))]);
    object.extend(wire::object(&patch));
    let text = match format {
        Format::Json => patch_file::json(current.id(), &patch),
        Format::Toml => patch_file::toml(current.id(), &patch, &[]),
    };
    report.answer("patch", Json::Object(object), text);
    report.verbatim = true;
    let uncertain = fields.iter().filter_map(|field| current.uncertain.get(field.name));
    report.problems.extend(uncertain.map(|found| {
        let message = format!("left out, since the day is uncertain: {}", found.describe());
        let hint = "time_zone in the profile has to be the service's own, as in time_zone = \"Europe/Paris\"";
        Problem::warning(Rule::NOT_A_DATE, message).hint(hint)
    }));
    let is_unknown =
        |field: &&&Field| current.get(field).is_none() && !current.uncertain.contains_key(field.name);
    let unknown: Vec<&str> = fields.iter().filter(is_unknown).map(|field| field.name).collect();
    if !unknown.is_empty() && !app.json {
        report.afterword = format!("Not in the answer, so not in the patch: {}.", unknown.join(", "));
    }
    report.part("notInAnswer", json!(unknown));
    Ok(())
}

/// The patch without the fields that `check --for-fill` would refuse, each with a remark, and with what `check` would say
/// of the others.
///
/// # Errors
/// Unreachable, if nothing is left; refused, if it is too large.
fn writable(patch: Patch) -> Result<(Patch, Vec<Problem>), Failure> {
    let options = rules::Options { has_flags: false, ..rules::Options::of_day(rules::today()) };
    let of_field = |problem: &Problem| {
        let place = problem.field.as_deref()?.split(['[', '.']).next()?;
        CUSTOMER.field(place)
    };
    let found = rules::check(&patch, rules::Options { for_fill: true, ..options });
    let refused: Vec<Problem> =
        found.into_iter().filter(|problem| problem.is_error() && of_field(problem).is_some()).collect();
    let mut kept = patch;
    refused.iter().filter_map(of_field).for_each(|field| kept.remove(field));
    let is_left_out = |problem: &Problem| {
        let field = of_field(problem);
        refused.iter().filter_map(of_field).any(|own| field.is_some_and(|field| field.name == own.name))
    };
    if kept.len() == 0 {
        let message = "the answer has nothing that a patch file could hold";
        return Err(Failure::new(Outcome::Unreachable, message)
            .hint("`booster customer get` without --as-patch shows what the service answers"));
    }
    rules::body(&wire::body(&kept)).map_err(|fault| {
        Failure::problem(fault.hint("name the fields that you want: --as-patch FIELD,…").of(None))
    })?;
    let others = rules::check(&kept, options).into_iter();
    // Nobody's wish is in it yet, which is as it should be.
    let others = others.filter(|problem| problem.id != Rule::EMPTY.into() && !is_left_out(problem));
    let others: Vec<Problem> = others.map(|problem| Problem { level: Level::Warning, ..problem }).collect();
    let remarks = refused.iter().map(|problem| Problem {
        level: Level::Warning,
        message: format!("left out, since a patch cannot send it: {}", problem.message),
        ..problem.clone().hint("it stays as it is, unless you give it another value")
    });
    Ok((kept, remarks.chain(others).collect()))
}

/// The record by groups, the consents apart; then what the answer has besides, and what it does not carry.
fn page(current: &Snapshot, profile: &Profile) -> String {
    let mut text =
        format!("{} {}\n", bold(&format!("Customer {}", current.id())), preview::location(profile));
    let mut block = |title: &str, rows: Vec<Vec<String>>| {
        if !rows.is_empty() {
            text.push_str(&format!("{title}\n{}\n", table(&rows)));
        }
    };
    let rows = |is_here: &dyn Fn(&Field) -> bool| -> Vec<Vec<String>> {
        let here = current.carried().iter().filter(|(field, _)| is_here(field));
        here.flat_map(|(field, _)| rows_of(field, current.field_to_json(field))).collect()
    };
    for group in Group::ALL {
        let title = if group == Group::Consents { "Contact" } else { group.title() };
        block(title, rows(&|field| field.group == group && !field.is_consent()));
    }
    let uncertain =
        current.uncertain.iter().map(|(name, found)| vec![(*name).to_owned(), whole(&found.value)]);
    block("Uncertain days (set time_zone in the profile)", uncertain.collect());
    block("Consents", rows(&|field| field.is_consent()));
    let besides =
        current.extra_fields.iter().map(|(name, value)| vec![escaped(name), whole(value)]).collect();
    block("Besides, and no part of a patch", besides);
    let unknown = CUSTOMER.fields.iter().filter(|field| !current.carried().mentions(field));
    let unknown: Vec<&str> = unknown.map(|field| field.name).collect();
    if !unknown.is_empty() {
        text.push_str(&format!("Not in the answer, so not known: {}\n", unknown.join(", ")));
    }
    text
}

fn rows_of(field: &Field, value: Json) -> Vec<Vec<String>> {
    match value {
        Json::Array(items) if !items.is_empty() => items
            .iter()
            .enumerate()
            .map(|(i, item)| vec![format!("{}[{i}]", field.name), whole(item)])
            .collect(),
        value => vec![vec![field.name.to_owned(), whole(&value)]],
    }
}

/// A value in full: this is where a person looks for all of it.
fn whole(value: &Json) -> String {
    match value {
        Json::String(text) if text.is_empty() => "(empty)".to_owned(),
        Json::String(text) => escaped_lines(text),
        Json::Array(items) if items.is_empty() => "(empty)".to_owned(),
        Json::Object(members) => members
            .iter()
            .map(|(name, value)| format!("{}: {}", escaped(name), whole(value)))
            .collect::<Vec<_>>()
            .join(", "),
        other => escaped(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use proptest::prelude::*;

    use super::*;
    use crate::model::arbitrary::{self, snapshot_of};
    use crate::model::problem::FileText;

    proptest! {
        #[test]
        fn what_get_writes_as_a_patch_file_is_what_check_for_fill_accepts(record in arbitrary::record()) {
            let snapshot = snapshot_of(&record);
            let mut patch = Patch::new(&CUSTOMER);
            for (field, given) in snapshot.carried().iter() {
                patch.set(field, given.value.clone(), Source::Record);
            }
            let Ok((kept, remarks)) = writable(patch.clone()) else { return Ok(()) };
            for (field, _) in patch.iter().filter(|(field, _)| !kept.mentions(field)) {
                let is_named = |remark: &Problem| {
                    remark.field.as_deref().is_some_and(|place| place.starts_with(field.name))
                        && remark.message.starts_with("left out")
                };
                prop_assert!(remarks.iter().any(is_named), "{} is left out without a word", field.name);
            }
            for (path, text) in [
                ("a.json", patch_file::json(123, &kept)),
                ("a.toml", patch_file::toml(123, &kept, &[])),
            ] {
                let mut problems = Vec::new();
                let text = Rc::new(FileText::new(path, text, true));
                let read = file::patch(&text, None, &mut problems);
                let options = rules::Options { for_fill: true, ..rules::Options::of_day(rules::today()) };
                problems.extend(rules::check(&read.patch, options));
                problems.retain(Problem::is_error);
                prop_assert_eq!(&problems, &Vec::new(), "{}", text.text);
                prop_assert_eq!(wire::object(&read.patch), wire::object(&kept));
            }
        }
    }
}
