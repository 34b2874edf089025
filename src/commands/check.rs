//! `booster customer check`: patch files against the rules, without sending anything.

use serde_json::json;

use super::App;
use super::inputs::{Inputs, Strictness};
use crate::customer::ID_KEY;
use crate::doors::tree::Format;
use crate::failure::{Failure, Outcome};
use crate::problem::{Problem, Source};
use crate::profile::Profile;
use crate::report::Report;
use crate::rules;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// JSON or TOML files, each a patch of its own; - for standard input
    #[arg(required = true, value_name = "FILE|-")]
    files: Vec<String>,
    /// The customer whom the files must be about
    #[arg(long, allow_negative_numbers = true)]
    id: Option<String>,
    /// Form of the files, where neither extension nor first character tells it: toml, json
    #[arg(long, value_enum, hide_possible_values = true, value_name = "FORM")]
    format: Option<Format>,
    #[command(flatten)]
    strictness: Strictness,
}

/// # Errors
/// The problems of all files together.
pub fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let profile = Profile::resolve(&app.global.wanted())?;
    report.profile = profile.name.clone();
    let mut wrong: Vec<Problem> = Vec::new();
    let mut good = Vec::new();
    let judged = args.id.as_deref().map(rules::id).transpose();
    let id = judged.map_err(|fault| wrong.push(fault.at(ID_KEY, Some(Source::flag("id"))))).ok().flatten();
    report.customer = id;
    for path in &args.files {
        let mut inputs = Inputs::of(&profile)?;
        inputs.lay_file(path, args.format);
        inputs.compare_ids(id);
        match inputs.check(args.strictness) {
            Ok(checked) => {
                report.problems.extend(checked.warnings);
                good.push((path, checked.patch.len()));
            }
            Err(failure) => wrong.extend(failure.problems),
        }
    }
    if !wrong.is_empty() {
        return Err(Failure::problems(wrong));
    }
    report.outcome = Outcome::Planned;
    report.answer = Some((
        "files",
        good.iter().map(|(path, fields)| json!({ "file": path, "fields": fields })).collect(),
    ));
    for (path, fields) in good {
        report
            .text
            .push_str(&format!("{path}: good, {fields} {}\n", if fields == 1 { "field" } else { "fields" }));
    }
    Ok(())
}
