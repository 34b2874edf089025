//! `booster bulk template`: the header of a table to fill in, or a map for another table.

use crate::app::App;
use crate::failure::Failure;
use crate::report::Report;
use crate::views::map_template::map_template;
use crate::views::table_header::template_header;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The columns, such as firstName,emails[0].email [default: all fields, and the first item of each list]
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    columns: Option<Vec<String>>,
    /// Print CSV, the only format there is
    #[arg(long, hide = true)]
    csv: bool,
    /// Print a map to fill in, for a table with columns of its own: `booster bulk patch TABLE --map map.toml`
    #[arg(long, conflicts_with = "csv")]
    map: bool,
}

/// # Errors
/// Usage: a wrong configuration; refused, where there is no such column.
pub fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let _ = args.csv;
    let profile = crate::commands::resolve_profile(app, report)?;
    let (record, columns) = (profile.patching.record, args.columns.as_deref());
    if args.map {
        let map = map_template(record, columns).map_err(Failure::problems)?;
        report.answer("map", map.clone().into(), map);
    } else {
        let header = template_header(record, columns).map_err(Failure::problems)?;
        report.answer("header", header.clone().into(), header + "\n");
    }
    report.verbatim = true;
    Ok(())
}
