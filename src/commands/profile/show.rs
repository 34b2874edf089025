//! `booster profile show`: what a profile comes to, and which flag, variable or line said so.

use serde_json::{Value, json};

use crate::app::App;
use crate::config::Profile;
use crate::config::provenance::Provenance;
use crate::escape::escaped;
use crate::failure::Failure;
use crate::model::problem::Source;
use crate::report::Report;
use crate::terminal::table;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile [default: the one in use]
    name: Option<String>,
}

/// # Errors
/// Usage: a profile that is not there or will not do.
pub fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let mut wanted = app.global.wanted();
    if let Some(name) = &args.name {
        wanted.profile = Some((name.clone(), Source::Argument("NAME")));
    }
    let profile = Profile::resolve(&wanted)?;
    report.profile = profile.name.clone();
    // The name that was asked for needs no explanation.
    let is_news = |known: &&Provenance| args.name.is_none() || known.key != "profile";
    let provenance: Vec<&Provenance> = profile.provenance.iter().filter(is_news).collect();
    let row = |known: &&Provenance| vec![escaped(&known.key), escaped(&known.shown()), known.describe()];
    let rows: Vec<Vec<String>> = provenance.iter().map(row).collect();
    let values: Vec<Value> = provenance.iter().map(|known| known.to_json()).collect();
    report.answer("values", json!(values), table(&rows));
    Ok(())
}
