//! `booster completions`: a completion script for a shell.

use clap::CommandFactory;
use clap_complete::Shell;
use serde_json::json;

use crate::cli::Cli;
use crate::failure::Failure;
use crate::report::Report;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// bash, zsh, fish, powershell or elvish
    #[arg(value_enum, hide_possible_values = true)]
    shell: Shell,
}

/// # Errors
/// None; the signature is every command's.
pub fn run(args: &Args, report: &mut Report) -> Result<(), Failure> {
    let script = script(args.shell);
    report.answer("script", json!(script), script.clone());
    Ok(())
}

fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "booster", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
