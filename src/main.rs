//! `booster` changes customer records in the Booster CRM.

mod commands;
mod customer;
mod escape;
mod field;
mod patch;
mod problem;
mod sandbox;
mod wire;

use clap::Parser;

#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Sandbox(commands::sandbox::Args),
}

fn main() -> anyhow::Result<()> {
    let Command::Sandbox(args) = Cli::parse().command;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(commands::sandbox::run(&args))
}
