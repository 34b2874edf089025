//! `booster customer schema`: the JSON Schema of a patch file.

use crate::app::App;
use crate::failure::Failure;
use crate::report::Report;
use crate::views::schema::schema;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Save it as customer.schema.json beside your files, and an editor completes and checks them: in JSON by \"$schema\": \
\"./customer.schema.json\", in TOML by the first line `#:schema ./customer.schema.json`.")]
pub struct Args {
    /// Of a file for `patch --fill`: what is required may be missing
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
