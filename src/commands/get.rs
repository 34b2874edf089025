//! `booster customer get`: a customer's record, as a person reads it, as JSON, or as a patch file.

use serde_json::{Value as Json, json};

use super::get_fields::{Place, places, report_fields};
use super::interaction::TerminalInteraction;
use super::patch::start_sandbox;
use crate::app::App;
use crate::document::tree::Format;
use crate::failure::Failure;
use crate::input::file;
use crate::input::flags::field_by_name;
use crate::model::customer::ID_KEY;
use crate::model::field::{Field, Record};
use crate::model::patch::Patch;
use crate::model::problem::{Level, Problem, Rule, Source};
use crate::model::record::Snapshot;
use crate::model::{fill, rules, wire};
use crate::outcome::Outcome;
use crate::pipeline::fill::ensure_readable;
use crate::pipeline::service::Service;
use crate::report::Report;
use crate::views::{patch_file, record};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
A FIELD is a name in any case, emails[0].email, or emails[].email for all items. A single value is \
printed on its own, several in a table. If a value is not known, the exit code is 7.
A field that is not in the service's response is shown as not known, never as empty.
With -o json the customer is in `record`; with --as-patch the patch is in `patch`.")]
pub struct Args {
    /// The customer's Booster id, from 1 to 2147483647
    #[arg(allow_negative_numbers = true)]
    id: String,
    /// The fields to show [default: all]
    #[arg(value_name = "FIELD")]
    fields: Vec<String>,
    /// Print a patch file with the current values of these fields, or of all, and of the required fields
    #[arg(long, value_name = "FIELD,…", num_args = 0..=1, default_missing_value = "")]
    as_patch: Option<String>,
    /// Format of the patch file: toml, json
    #[arg(long, value_enum, default_value = "toml", requires = "as_patch", value_name = "FORMAT")]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    format: Format,
}

/// # Errors
/// Every way in which a customer cannot be read.
pub async fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let mut profile = super::resolve_profile(app, report)?;
    let Wanted { id, places, as_patch: fields } = wanted(args, profile.patching.record)?;
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
    if !places.is_empty() {
        return report_fields(&places, &current, report);
    }
    report.answer("record", current.to_json(), record::page(&current, &profile));
    // What could be read is shown even where something could not.
    let text = report.text.clone();
    if let Err(failure) = ensure_readable(&current, |_| true) {
        report.fail(failure);
        report.text = text;
    }
    Ok(())
}

/// What the command line asks for.
struct Wanted {
    id: u32,
    /// Empty where everything is to be shown.
    places: Vec<Place>,
    /// The fields of the patch file where one is wanted.
    as_patch: Option<Vec<&'static Field>>,
}

fn wanted(args: &Args, record: &'static Record) -> Result<Wanted, Failure> {
    let mut problems = Vec::new();
    let id = rules::id(&args.id);
    let id = id.map_err(|fault| problems.push(fault.at(ID_KEY, Source::Argument("ID"))));
    let as_patch = args.as_patch.as_ref().map(|names| {
        let of_flag = names.split(',').map(|name| (name, Source::flag("as-patch")));
        let words = args.fields.iter().flat_map(|word| word.split(','));
        let named = of_flag.chain(words.map(|name| (name, Source::Argument("FIELD"))));
        let mut fields: Vec<&'static Field> = Vec::new();
        for (name, source) in named.filter(|(name, _)| !name.is_empty()) {
            match field_by_name(record, name) {
                Some(field) => fields.push(field),
                None => problems.push(file::unknown(record, name).at(name, source)),
            }
        }
        if fields.is_empty() { record.fields.iter().collect() } else { fields }
    });
    let read = if as_patch.is_some() { Ok(Vec::new()) } else { places(record, &args.fields) };
    let places = read.unwrap_or_else(|wrong| {
        problems.extend(wrong);
        Vec::new()
    });
    match id {
        Ok(id) if problems.is_empty() => Ok(Wanted { id, places, as_patch }),
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
    let mut patch = Patch::new(current.carried().record());
    let chosen = current.carried().iter().filter(|(field, _)| is_wanted(field));
    for (field, given) in fill::demanded(current).chain(chosen) {
        patch.set(field, given.value.clone(), Source::Record);
    }
    let (patch, remarks) = writable(patch)?;
    report.problems.extend(remarks);
    let mut object = serde_json::Map::from_iter([(ID_KEY.to_owned(), Json::from(current.id()))]);
    object.extend(wire::object(&patch));
    let is_sent =
        |place: &&String| patch.iter().any(|(field, _)| place.starts_with(&format!("{}[", field.name)));
    let extra: Vec<&str> = current.extra_item_fields.iter().filter(is_sent).map(String::as_str).collect();
    let left_out: Vec<String> = (!extra.is_empty())
        .then(|| format!("In the response, but not part of a patch: {}.", extra.join(", ")))
        .into_iter()
        .collect();
    let text = match format {
        Format::Json => patch_file::json(current.id(), &patch),
        Format::Toml => patch_file::toml(current.id(), &patch, &left_out),
    };
    report.answer("patch", Json::Object(object), text);
    report.verbatim = true;
    let uncertain = fields.iter().filter_map(|field| current.uncertain.get(field.name));
    report.problems.extend(uncertain.map(|found| {
        let message = format!("left out, since the date is uncertain: {}", found.describe());
        let hint =
            "set time_zone in the profile to the service's time zone, as in time_zone = \"Europe/Paris\"";
        Problem::warning(Rule::NOT_A_DATE, message).hint(hint)
    }));
    let is_unknown =
        |field: &&&Field| current.get(field).is_none() && !current.uncertain.contains_key(field.name);
    let unknown: Vec<&str> = fields.iter().filter(is_unknown).map(|field| field.name).collect();
    let unknown_line = (!unknown.is_empty())
        .then(|| format!("Not in the response, so not in the patch: {}.", unknown.join(", ")));
    if !app.json {
        report.afterword = left_out.into_iter().chain(unknown_line).collect::<Vec<_>>().join("\n");
    }
    report.part("notInAnswer", json!(unknown));
    report.part("notInPatch", json!(extra));
    Ok(())
}

/// The patch without the fields that `check --for-fill` would refuse, each with a remark, and with what `check` would say
/// of the others.
///
/// # Errors
/// Unreachable, if nothing is left; refused, if it is too large.
fn writable(patch: Patch) -> Result<(Patch, Vec<Problem>), Failure> {
    let options = rules::Options { has_flags: false, ..rules::Options::of_day(rules::today()) };
    let record = patch.record();
    let of_field = |problem: &Problem| {
        let place = problem.field.as_deref()?.split(['[', '.']).next()?;
        record.field(place)
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
        let message = "the response has nothing that can be in a patch file";
        return Err(Failure::new(Outcome::Unreachable, message)
            .hint("`booster customer get` without --as-patch shows the whole record"));
    }
    rules::body(wire::body(&kept).len()).map_err(|fault| {
        Failure::problem(fault.hint("name the fields that you want: --as-patch FIELD,…").of(None))
    })?;
    let others = rules::check(&kept, options).into_iter();
    // Nobody's wish is in it yet, which is as it should be.
    let others = others.filter(|problem| problem.id != Rule::EMPTY.into() && !is_left_out(problem));
    let others: Vec<Problem> = others.map(|problem| Problem { level: Level::Warning, ..problem }).collect();
    let remarks = refused.iter().map(|problem| Problem {
        level: Level::Warning,
        message: format!("left out, since it cannot be sent in a patch: {}", problem.message),
        ..problem.clone().hint("it is not changed, unless you give another value")
    });
    Ok((kept, remarks.chain(others).collect()))
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use proptest::prelude::*;

    use super::*;
    use crate::model::arbitrary::{self, snapshot_of};
    use crate::model::customer::CUSTOMER;
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
                let read = file::patch(&CUSTOMER, &text, None, &mut problems);
                let options = rules::Options { for_fill: true, ..rules::Options::of_day(rules::today()) };
                problems.extend(rules::check(&read.patch, options));
                problems.retain(Problem::is_error);
                prop_assert_eq!(&problems, &Vec::new(), "{}", text.text);
                prop_assert_eq!(wire::object(&read.patch), wire::object(&kept));
            }
        }
    }
}
