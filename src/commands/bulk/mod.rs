//! `booster bulk`: many customers, one for each row of a table.

mod changes;
pub mod check;
mod ending;
mod input;
mod job;
mod observer;
pub mod patch;
pub mod remove;
pub mod results;
pub mod resume;
mod sample;
pub mod status;
mod summary;
pub mod template;
pub mod undo;

use crate::app::App;
use crate::commands::named::Named;
use crate::failure::Failure;
use crate::report::Report;

#[derive(Debug, clap::Subcommand)]
pub enum Bulk {
    /// Change many customers, one for each row of a table
    Patch(Named<patch::Args>),
    /// Check a table without sending anything
    Check(Named<check::Args>),
    /// Go on with a run that was stopped
    Resume(Named<resume::Args>),
    /// Show how far runs are
    Status(Named<status::Args>),
    /// Write what became of the rows of a run, as tables
    Results(Named<results::Args>),
    /// Remove a run with all that is stored of it
    Remove(Named<remove::Args>),
    /// Print the header of a table to fill in
    Template(Named<template::Args>),
}

/// # Errors
/// Why the command stopped.
pub async fn run(command: &Bulk, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    match command {
        Bulk::Patch(args) => patch::run(args, app, report).await,
        Bulk::Check(args) => check::run(args, app, report),
        Bulk::Resume(args) => resume::run(args, app, report).await,
        Bulk::Status(args) => status::run(args, report),
        Bulk::Results(args) => results::run(args, app, report).await,
        Bulk::Remove(args) => remove::run(args, app, report).await,
        Bulk::Template(args) => template::run(args, app, report),
    }
}
