//! `booster auth switch`: makes another profile the default, as `booster profile use` does.

use super::super::profile::select;
use crate::app::App;
use crate::failure::Failure;
use crate::report::Report;

pub use super::super::profile::select::Args;

/// # Errors
/// As `booster profile use`.
pub fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    select::run(args, app, report)
}
