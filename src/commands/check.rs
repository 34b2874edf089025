//! `booster customer check`: patch files against the rules, without sending anything.

use serde_json::json;

use crate::app::App;
use crate::document::read::STDIN;
use crate::document::tree::Format;
use crate::escape::escaped;
use crate::failure::Failure;
use crate::model::customer::ID_KEY;
use crate::model::problem::{Problem, Source};
use crate::model::rules;
use crate::outcome::Outcome;
use crate::pipeline::check::check;
use crate::pipeline::gather::{self, Inputs};
use crate::pipeline::options::Strictness;
use crate::report::{Report, counted};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// JSON or TOML files, each one patch; - for standard input
    #[arg(required = true, value_name = "FILE|-")]
    files: Vec<String>,
    /// The id that the files must have, if they have one
    #[arg(long, allow_negative_numbers = true)]
    id: Option<String>,
    /// Check files for `patch --fill`: required fields may be missing, since the record has them; the default if
    /// the profile has fill = true
    #[arg(long)]
    for_fill: bool,
    /// Format of the files, if their names and first characters do not show it: toml, json
    #[arg(long, value_enum, hide_possible_values = true, value_name = "FORMAT")]
    format: Option<Format>,
    #[command(flatten)]
    strictness: Strictness,
}

/// The report tells of each file whether it is good, and all problems together.
///
/// # Errors
/// Usage: a wrong configuration, standard input named twice.
pub fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let stdin_uses = args.files.iter().filter(|path| *path == STDIN).count();
    gather::read_stdin_once(stdin_uses)?;
    let profile = super::resolve_profile(app, report)?;
    let judged = args.id.as_deref().map(rules::id).transpose();
    let id = judged.map_err(|fault| fault.at(ID_KEY, Source::flag("id")));
    let (id, wrong_id) = id.map_or_else(|problem| (None, vec![problem]), |id| (id, Vec::new()));
    report.customer = id;
    report.problems = wrong_id;
    let (mut files, mut text, mut was_read) = (Vec::new(), String::new(), false);
    for path in &args.files {
        let mut inputs = Inputs::of(&profile)?;
        inputs.for_fill = args.for_fill || profile.patching.fill;
        inputs.merge_file(path, args.format);
        let customer = inputs.agree_on_id(id);
        let (fields, problems) = match check(inputs, args.strictness) {
            Ok(checked) => (Some(checked.patch.len()), checked.warnings),
            Err(failure) => (None, failure.problems),
        };
        was_read |= !problems.iter().any(|problem| problem.is_usage());
        text.push_str(&format!("{}: {}\n", escaped(path), verdict(fields, &problems)));
        let mut file = json!({ "file": path, "good": fields.is_some() });
        if let Some(fields) = fields {
            file["fields"] = fields.into();
        }
        if let Some(customer) = customer {
            file["customer"] = customer.into();
        }
        files.push(file);
        // What is missing is nowhere, but it is missing from this file.
        report.problems.extend(problems.into_iter().map(|problem| match problem.source {
            None => problem.at(Source::WholeFile(path.as_str().into())),
            Some(_) => problem,
        }));
    }
    report.answer = Some(("files", files.into()));
    // Where not a single file could be read there is no result, only the reason.
    if was_read {
        report.text = text;
    }
    let is_good = !report.problems.iter().any(Problem::is_error);
    report.outcome = if is_good { Outcome::Planned } else { Failure::outcome_of(&report.problems) };
    Ok(())
}

/// What is said of one file, whose fields are known where it is good.
fn verdict(fields: Option<usize>, problems: &[Problem]) -> String {
    let fields = fields.map(|fields| match fields {
        1 => "correct, 1 field".to_owned(),
        _ => format!("correct, {fields} fields"),
    });
    let parts = [fields, counted(problems)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
