//! The commands, one file each; every `run` reads as a summary.

pub mod auth;
pub mod bulk;
pub mod check;
pub mod completions;
pub mod config;
pub mod doctor;
pub mod edit;
mod errors;
pub mod explain;
pub mod get;
mod get_fields;
pub mod help;
pub mod history;
mod history_table;
mod interaction;
pub mod interactive;
pub mod man;
pub mod named;
pub mod patch;
mod patch_report;
pub mod profile;
pub mod run_lookup;
pub mod sandbox;
pub mod schema;
pub mod template;
pub mod undo;

use clap::Args as _;

use crate::app::{App, Global};
use crate::config::Profile;
use crate::failure::Failure;
use crate::report::Report;
use named::Named;

/// The profile that the command line names, which the report names too.
fn resolve_profile(app: &App<'_>, report: &mut Report) -> Result<Profile, Failure> {
    let profile = Profile::resolve(&app.global.wanted())?;
    report.profile = profile.name.clone();
    Ok(profile)
}

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Change, check and explain customers
    #[command(subcommand, arg_required_else_help = true)]
    Customer(Named<Customer>),
    /// Change many customers, one for each row of a table
    #[command(subcommand, arg_required_else_help = true)]
    Bulk(Named<bulk::Bulk>),
    /// Restore the values from before a patch
    Undo(Named<undo::Args>),
    /// List what was sent: time, customer, names of fields, outcome
    History(Named<history::Args>),
    /// Sign in, sign out, and show who is signed in
    #[command(subcommand, arg_required_else_help = true)]
    Auth(Named<auth::Auth>),
    /// Create and check the configuration file
    #[command(subcommand, arg_required_else_help = true)]
    Config(Named<config::Config>),
    /// List, show and change the profiles in the configuration file
    #[command(subcommand, arg_required_else_help = true)]
    Profile(Named<profile::Profile>),
    /// Check that a patch could be sent; nothing is sent
    Doctor,
    /// Run a sandbox on this machine: a test service to try things out
    Sandbox(Named<crate::sandbox::Options>),
    /// Print a completion script
    Completions(Named<completions::Args>),
    /// Print a manual page, or write all of them
    Man(Named<man::Args>),
    /// Print help for a command or a topic
    Help(Named<help::Args>),
}

#[derive(Debug, clap::Subcommand)]
pub enum Customer {
    /// Change one customer
    Patch(Named<patch::Args>),
    /// Show a customer's current record
    Get(Named<get::Args>),
    /// Change a customer in an editor
    Edit(Named<edit::Args>),
    /// Check patch files without sending anything
    Check(Named<check::Args>),
    /// Explain the fields
    Explain(Named<explain::Args>),
    /// Print a patch file to fill in
    Template(Named<template::Args>),
    /// Print the JSON Schema of a patch file
    Schema(Named<schema::Args>),
}

/// Whether the command has the flag, by its name with the dashes. The others say nothing of a patch's flags.
pub fn has_flag(command: &Command, flag: &str) -> bool {
    match command {
        Command::Customer(command) => match &**command {
            Customer::Get(_) => takes::<get::Args>(flag),
            Customer::Edit(_) => takes::<edit::Args>(flag),
            Customer::Check(_) => takes::<check::Args>(flag),
            Customer::Patch(_) | Customer::Explain(_) | Customer::Template(_) | Customer::Schema(_) => true,
        },
        Command::Bulk(command) => match &**command {
            bulk::Bulk::Patch(_) => takes::<bulk::patch::Args>(flag),
            bulk::Bulk::Check(_) => takes::<bulk::check::Args>(flag),
            bulk::Bulk::Resume(_) => takes::<bulk::resume::Args>(flag),
            bulk::Bulk::Status(_)
            | bulk::Bulk::Results(_)
            | bulk::Bulk::Remove(_)
            | bulk::Bulk::Template(_) => true,
        },
        Command::Undo(_) => takes::<undo::Args>(flag),
        Command::History(_)
        | Command::Auth(_)
        | Command::Config(_)
        | Command::Profile(_)
        | Command::Doctor
        | Command::Sandbox(_)
        | Command::Completions(_)
        | Command::Man(_)
        | Command::Help(_) => true,
    }
}

fn takes<Args: clap::Args>(flag: &str) -> bool {
    let definition = Global::augment_args(Args::augment_args(clap::Command::new("booster")));
    let mut names = definition.get_arguments().filter_map(clap::Arg::get_long);
    flag.strip_prefix("--").is_some_and(|flag| names.any(|name| name == flag))
}

/// Runs the command that the command line names.
///
/// # Errors
/// Why it stopped; what was known until then is in the report.
pub async fn run(command: &Command, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    match command {
        Command::Customer(command) => of_customer(command, app, report).await,
        Command::Bulk(command) => bulk::run(command, app, report).await,
        Command::Undo(args) => undo::run(args, app, report).await,
        Command::History(args) => history::run(args, app, report),
        Command::Auth(args) => auth::run(args, app, report).await,
        Command::Config(args) => config::run(args, app, report),
        Command::Profile(args) => profile::run(args, app, report),
        Command::Doctor => doctor::run(app, report).await,
        Command::Sandbox(args) => sandbox::run(args, app, report).await,
        Command::Completions(args) => completions::run(args, report),
        Command::Man(args) => man::run(args, app, report),
        Command::Help(args) => help::run(args, app, report),
    }
}

async fn of_customer(command: &Customer, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    match command {
        Customer::Patch(args) => patch::run(args, app, report).await,
        Customer::Get(args) => get::run(args, app, report).await,
        Customer::Edit(args) => edit::run(args, app, report).await,
        Customer::Check(args) => check::run(args, app, report),
        Customer::Explain(args) => explain::run(args, app, report),
        Customer::Template(args) => template::run(args, report),
        Customer::Schema(args) => schema::run(args, app, report),
    }
}
