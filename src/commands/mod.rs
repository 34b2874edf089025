//! The commands, one file each; every `run` reads as a summary.

pub mod auth;
pub mod check;
pub mod completions;
pub mod config;
pub mod doctor;
pub mod edit;
mod errors;
pub mod explain;
pub mod get;
pub mod help;
pub mod history;
mod interaction;
pub mod interactive;
pub mod patch;
mod patch_report;
pub mod profile;
pub mod run_lookup;
pub mod sandbox;
pub mod template;
pub mod undo;

use crate::app::App;
use crate::cli::{Cli, Command, Customer};
use crate::failure::Failure;
use crate::report::Report;

/// Runs the command that the command line names.
///
/// # Errors
/// Why it stopped; what was known until then stands in the report.
pub async fn run(cli: &Cli, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    match &cli.command {
        Command::Customer(Customer::Patch(args)) => patch::run(args, app, report).await,
        Command::Customer(Customer::Get(args)) => get::run(args, app, report).await,
        Command::Customer(Customer::Edit(args)) => edit::run(args, app, report).await,
        Command::Customer(Customer::Check(args)) => check::run(args, app, report),
        Command::Customer(Customer::Explain(args)) => explain::run(args, report),
        Command::Customer(Customer::Template(args)) => template::run(args, report),
        Command::Customer(Customer::Schema) => explain::schema(app, report),
        Command::Undo(args) => undo::run(args, app, report).await,
        Command::History(args) => history::run(args, report),
        Command::Auth(args) => auth::run(args, app, report).await,
        Command::Config(args) => config::run(args, app, report),
        Command::Profile(args) => profile::run(args, app, report),
        Command::Doctor => doctor::run(app, report).await,
        Command::Sandbox(args) => sandbox::run(args, app, report).await,
        Command::Completions(args) => completions::run(args, report),
        Command::Help(args) => help::run(args, report),
    }
}
