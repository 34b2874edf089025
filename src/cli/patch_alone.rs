//! Parses `customer patch` by a definition that has no other command: building all of them adds a quarter to the
//! instructions of a patch, a tenth to its time. The full definition parses or refuses whatever this one cannot.

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use super::Cli;
use crate::app::Global;
use crate::commands::patch;
use crate::commands::{Command, Customer};

#[derive(Debug, Parser)]
#[command(disable_help_subcommand = true, disable_help_flag = true)]
struct Alone {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: OneCommand,
}

#[derive(Debug, Subcommand)]
enum OneCommand {
    #[command(subcommand)]
    Customer(OneCustomer),
}

#[derive(Debug, Subcommand)]
enum OneCustomer {
    Patch(Box<patch::Args>),
}

/// The patch that the command line asks for; none for anything else, such as help or a mistake.
pub fn parse(argv: &[OsString]) -> Option<Cli> {
    let names = |name: &str| argv.iter().any(|word| word == name);
    if !names("customer") || !names("patch") {
        return None;
    }
    // Never freed, as the full definition.
    let definition = Box::leak(Box::new(Alone::command()));
    let mut matches = definition.try_get_matches_from_mut(argv).ok()?;
    let Alone { global, command: OneCommand::Customer(OneCustomer::Patch(args)) } =
        Alone::from_arg_matches_mut(&mut matches).ok()?;
    Cli { global, command: Command::Customer(Customer::Patch(args)) }.consistent().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_is_read_and_nothing_else_is() {
        let is_read = |line: &str| parse(&line.split(' ').map(OsString::from).collect::<Vec<_>>()).is_some();
        for line in [
            "booster customer patch 123 --first-name Ada",
            "booster -p shop customer -v patch --from a.toml -ojson -- 123",
            "booster customer patch -1",
            "booster customer patch --from a.toml",
        ] {
            assert!(is_read(line), "{line}");
        }
        for line in [
            "booster customer patch 123 --frist-name Ada",
            "booster customer patch 123 --help",
            "booster customer patch 123 --sandbox --base-url https://example.com",
            "booster help customer patch",
            "booster customer check patch",
        ] {
            assert!(!is_read(line), "{line}");
        }
    }
}
