//! `booster profile show`: what a profile comes to, and which flag, variable or line said so.

use serde_json::{Value, json};

use crate::app::App;
use crate::config::Profile;
use crate::config::provenance::Origin;
use crate::escape::escaped;
use crate::failure::Failure;
use crate::model::problem::Source;
use crate::report::Report;
use crate::terminal::table;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile [the one in use]
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
    let is_news = |origin: &&Origin| args.name.is_none() || origin.key != "profile";
    let origins: Vec<&Origin> = profile.origins.iter().filter(is_news).collect();
    let rows: Vec<Vec<String>> = origins
        .iter()
        .map(|origin| vec![escaped(&origin.key), escaped(&origin.value), origin.describe()])
        .collect();
    let values: Vec<Value> = origins.iter().map(|origin| origin.to_json()).collect();
    report.answer("values", json!(values), table(&rows));
    Ok(())
}
