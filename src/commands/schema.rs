//! `booster customer schema`: the JSON Schema of a patch file.

use crate::app::App;
use crate::failure::Failure;
use crate::report::Report;
use crate::views::schema::schema;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Save it as customer.schema.json in the folder of your files, and an editor can complete and check them: \
with \"$schema\": \"./customer.schema.json\" in JSON, or with `#:schema ./customer.schema.json` as the \
first line in TOML.")]
pub struct Args {
    /// For files for `patch --fill`: required fields may be missing
    #[arg(long)]
    for_fill: bool,
}

/// The schema is a JSON document by itself, and is printed as it is whatever the output's format.
///
/// # Errors
/// Usage: a wrong configuration, whose profile may add fields.
pub fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let profile = super::resolve_profile(app, report)?;
    let for_fill = args.for_fill || profile.patching.fill;
    report.answer_document(schema(profile.patching.record, for_fill), app.json);
    Ok(())
}
