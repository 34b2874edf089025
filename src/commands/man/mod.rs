//! `booster man`: the manual pages of the commands, as roff.

mod page;

use std::io::{Error, ErrorKind};
use std::path::Path;

use clap::Command;
use serde_json::json;

use crate::app::App;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::pipeline::backup::write_outcome;
use crate::report::Report;
use crate::spelling::near_or;

use super::help::{names, subcommand};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
`booster man customer patch | man -l -` shows a page. What is printed is roff, which `man`, `mandoc` and `groff -man` \
read.
A package puts the files of --dir into share/man/man1.")]
pub struct Args {
    /// The command, as in `customer patch`; without one, the page of booster itself
    #[arg(conflicts_with = "dir")]
    command: Vec<String>,
    /// Write the pages of all commands into this folder; existing pages are overwritten
    #[arg(long, value_name = "FOLDER")]
    dir: Option<String>,
}

/// # Errors
/// Usage: no such command, a folder that takes no files. Failed: a full disk.
pub fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let mut root = (app.definition)();
    root.build();
    match &args.dir {
        Some(folder) => write_all(&root, folder, report),
        None => {
            let command = command(&root, &args.command)?;
            let text = page::page(&root, command).map_err(anyhow::Error::from)?;
            report.answer("page", json!(text), text.clone());
            report.verbatim = true;
            Ok(())
        }
    }
}

/// The command of this path.
fn command<'a>(root: &'a Command, path: &[String]) -> Result<&'a Command, Failure> {
    subcommand(root, path).map_err(|(name, parent)| {
        let known = names(parent);
        let all = || match known.len() {
            0 => format!("{} has no commands of its own", parent.get_name()),
            _ => format!("commands are {}", known.join(", ")),
        };
        Failure::usage(format!("there is no command {}", path.join(" "))).hint(near_or(name, &known, all))
    })
}

fn write_all(root: &Command, folder: &str, report: &mut Report) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let mut written = Vec::new();
    for command in with_subcommands(root) {
        let path = Path::new(folder).join(page::file_name(command));
        let shown = path.to_string_lossy().into_owned();
        let text = page::page(root, command).map_err(anyhow::Error::from)?;
        std::fs::write(&path, text).map_err(|error| unwritable(&shown, &error))?;
        written.push(shown);
    }
    let text = format!("Wrote {} manual pages to {folder}.", written.len());
    report.answer("pages", json!(written), text);
    Ok(())
}

/// The command and all below it that are shown.
fn with_subcommands(command: &Command) -> Vec<&Command> {
    let below = command.get_subcommands().filter(|sub| !sub.is_hide_set());
    std::iter::once(command).chain(below.flat_map(with_subcommands)).collect()
}

fn unwritable(path: &str, error: &Error) -> Failure {
    const ANOTHER: &str = "name a folder that you can write to, with --dir";
    if error.kind() == ErrorKind::AlreadyExists {
        return Failure::usage(format!("{path} is a file, not a folder")).hint(ANOTHER);
    }
    let outcome = write_outcome(error);
    let hint = if outcome == Outcome::Usage { ANOTHER } else { "check whether the disk is full" };
    Failure::new(outcome, format!("cannot write {path}: {error}")).hint(hint)
}
