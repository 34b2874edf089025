//! `booster customer explain`: the table itself.

use serde_json::{Value, json};

use crate::app::App;
use crate::config::Profile;
use crate::escape::escaped;
use crate::failure::Failure;
use crate::model::customer::ID_KEY;
use crate::model::describe::kind;
use crate::model::field::Field;
use crate::model::rules::LARGEST_ID;
use crate::report::Report;
use crate::terminal::layout::{WIDEST, paragraph, width};
use crate::views::explain::{self, Explanation};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// A field: its name, its flag, or its place in a list [default: all]
    #[arg(allow_hyphen_values = true, value_parser = no_short_option)]
    field: Option<String>,
}

/// Clap takes a short option with its value behind it, such as -ojson, for a flag's name.
fn no_short_option(name: &str) -> Result<String, String> {
    if name.starts_with('-') && !name.starts_with("--") {
        return Err("write the option and its value separately, as in -o json".to_owned());
    }
    Ok(name.to_owned())
}

/// # Errors
/// Usage: no such field, or a wrong configuration, whose profile may add some.
pub fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let profile = super::resolve_profile(app, report)?;
    let Some(name) = &args.field else {
        let fields = explain::all();
        let extra = profile.patching.extra_fields().iter().map(|field| extra_json(field, &profile));
        let fields = fields.iter().map(|found| as_json(found, &profile)).chain(extra);
        report.answer("fields", fields.collect(), explain::overview() + &of_profile(&profile));
        return Ok(());
    };
    let named = |field: &&Field| field.name.eq_ignore_ascii_case(name);
    if let Some(field) = profile.patching.extra_fields().iter().find(named) {
        let text = explain::extra(field, profile_name(&profile));
        let text = text + &permission(field, &profile);
        report.answer("fields", json!([extra_json(field, &profile)]), text);
        return Ok(());
    }
    if name.eq_ignore_ascii_case(ID_KEY) {
        let text = format!(
            "{ID_KEY} is the customer's id, from 1 to {LARGEST_ID}. Give it on the command line or in a \
            file; if you give it more than once, it must be the same. It is sent only in the path of the request."
        );
        report.answer("fields", json!([the_id()]), text);
        return Ok(());
    }
    let found = explain::find(name).map_err(|near| {
        let hint = near.map(|near| format!("did you mean {near}?"));
        Failure::usage(format!("there is no field {}", crate::escape::quoted(name)))
            .hint(hint.unwrap_or_else(|| "`booster customer explain` lists every field".to_owned()))
    })?;
    let text = |found: &Explanation| found.text() + &permission(of_customer(found), &profile);
    let texts: Vec<String> = found.iter().map(text).collect();
    let fields = found.iter().map(|found| as_json(found, &profile)).collect();
    report.answer("fields", fields, texts.join("\n"));
    Ok(())
}

/// The facts of the id, under the names that a field's have.
fn the_id() -> Value {
    json!({
        "field": ID_KEY, "label": "Customer id", "kind": "id", "type": format!("a whole number from 1 to {LARGEST_ID}"),
        "need": "required on the command line or in a file", "argument": "<ID>",
        "key": format!("\"{ID_KEY}\": 123"), "column": ID_KEY,
    })
}

/// The customer's own field that an explanation is about: the field itself, or the list that it is in.
fn of_customer(explanation: &Explanation) -> &'static Field {
    explanation.list.unwrap_or(explanation.field)
}

/// Whether the profile may change the customer's field of this name.
fn may_change(field: &Field, profile: &Profile) -> bool {
    profile.patching.record.field(field.name).is_some_and(|field| field.may_change)
}

fn as_json(explanation: &Explanation, profile: &Profile) -> Value {
    with_permission(explanation.to_json(), of_customer(explanation), profile)
}

fn extra_json(field: &Field, profile: &Profile) -> Value {
    with_permission(explain::extra_json(field), field, profile)
}

/// What may be changed is said only where the profile says so.
fn with_permission(mut known: Value, field: &Field, profile: &Profile) -> Value {
    if profile.patching.may_change().is_some() {
        known["mayChange"] = may_change(field, profile).into();
    }
    known
}

fn permission(field: &Field, profile: &Profile) -> String {
    if may_change(field, profile) {
        return String::new();
    }
    explain::row("profile", &format!("{} may not change it (may_change)", profile_name(profile)))
}

fn profile_name(profile: &Profile) -> &str {
    profile.name.as_deref().unwrap_or_default()
}

/// What the profile makes of the table, below the overview of the fields.
fn of_profile(profile: &Profile) -> String {
    let name = escaped(profile_name(profile));
    let extra: Vec<String> = profile
        .patching
        .extra_fields()
        .iter()
        .map(|field| format!("{}: {}", field.name, kind(field)))
        .collect();
    let extra = (!extra.is_empty())
        .then(|| format!("The profile {name} has these extra fields, for files: {}.", extra.join("; ")));
    let may_change = profile.patching.may_change().map(|names| match names.as_slice() {
        [] => format!("The profile {name} may change none of the fields."),
        _ => format!("The profile {name} may change only {}.", names.join(", ")),
    });
    let lines = extra.into_iter().chain(may_change);
    lines.map(|line| format!("\n{}\n", paragraph(&line, width().min(WIDEST)))).collect()
}
