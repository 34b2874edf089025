//! `booster` changes customer records in the Booster CRM.
//!
//! The map of the tree, by the way of one command from argv to exit code:
//!
//! - `cli` reads the command line; the fields' flags come from the table in `customer`, written in the vocabulary of
//!   `field`. `commands` has a file a command, whose `run` reads as a summary.
//! - `doors` let the fields in: `flags` (with `shorthand`), `file` (with `tree`). Each yields a `patch` and, beside it,
//!   every `problem`. `input` reads whole texts; `spelling` finds what a misspelt name meant; `iso` knows codes;
//!   `offer` lets completion offer values.
//! - `rules` says what the API page demands; `wire` writes the patch as the service's JSON and reads its errors back.
//! - `record` is what the service shows of a customer now: `fill` takes from it what is missing, `diff` compares it,
//!   `undo` says what sets it back. `patch_file` writes a patch as a file, which `editor` lets the user change.
//! - `backup` and `history` keep what was there and what was sent, in `private` files.
//! - `profile` resolves where to send, finds the secret, and changes the configuration, which `replace` writes whole or
//!   not at all; `guard` decides whether a patch may go, and gives the permission without which `client` has no PATCH
//!   to send. `client` signs in, sends, repeats where that is safe, and gives a verdict. `interrupt` says what a signal
//!   does meanwhile.
//! - `report` prints what came of it, as text or as one JSON document, through `terminal`; `failure` has the outcomes
//!   and their exit codes. `escape` makes foreign text harmless; `environment` names the variables; `system` keeps
//!   core files away.
//! - `explain`, `schema` and `template` show the table itself; `sandbox` is a Booster to try things on.

mod auth;
mod cli;
mod commands;
mod config;
mod document;
mod environment;
mod escape;
mod failure;
mod guard;
mod http;
mod input;
mod model;
mod outcome;
mod pipeline;
mod platform;
mod report;
mod sandbox;
mod secret;
mod shell;
mod spelling;
mod state;
mod terminal;
mod views;

use std::ffi::OsString;
use std::pin::pin;
use std::process::ExitCode;

use anyhow::Context;

use cli::{Cli, NoCommand};
use commands::App;
use failure::Failure;
use platform::signals::{Interrupts, Phase, Signal};
use report::{Output, Report};
use terminal::Terminal;

fn main() -> ExitCode {
    give_the_terminal_back_on_panic();
    platform::core_files::forbid_core_files();
    let argv: Vec<OsString> = std::env::args_os().collect();
    let code = match cli::parse(&argv) {
        Ok(cli) => command(&cli, cli::wants_json(&argv)),
        Err(no_command) => {
            let terminal = Terminal::new(cli::wanted_color(&argv), false, 0);
            without_command(no_command, &terminal, cli::wants_json(&argv))
        }
    };
    ExitCode::from(code)
}

/// A panic is a defect of ours, but it must not leave the user with a terminal that shows nothing that is typed.
fn give_the_terminal_back_on_panic() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        terminal::restore();
        usual(info);
    }));
}

/// Runs a command and prints what came of it.
fn command(cli: &Cli, wants_json: bool) -> u8 {
    let global = &cli.global;
    let terminal = Terminal::new(global.color, global.quiet, global.verbose);
    let mut report = Report::new();
    let output = global.output().unwrap_or_else(|failure| {
        report.fail(failure);
        if wants_json { Output::Json } else { Output::Text }
    });
    if report.problems.is_empty() {
        let ended = run(cli, &terminal, output, &mut report);
        ended.unwrap_or_else(|failure| report.fail(failure));
    }
    report.print(&terminal, output)
}

fn run(cli: &Cli, terminal: &Terminal, output: Output, report: &mut Report) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let within = runtime.enter();
    let watching = terminal.clone();
    let interrupts = Interrupts::watch(move |signal, phase| last_words(signal, phase, &watching, output))
        .context("cannot watch for signals")?;
    drop(within);
    let app = App { global: &cli.global, terminal, interrupts: &interrupts, json: output == Output::Json };
    let command = pin!(commands::run(cli, &app, report));
    let ended = runtime.block_on(interrupts.or_stop(command));
    // A name that is still being resolved must not hold up the end.
    runtime.shutdown_background();
    interrupts.ended();
    ended
}

/// Says that a signal ends the process.
fn last_words(signal: Signal, phase: Phase, terminal: &Terminal, output: Output) {
    terminal::restore();
    let mut report = Report::new();
    report.exit_code = Some(signal.exit_code());
    match phase {
        Phase::Before => report.fail(Failure::interrupted()),
        Phase::Sending => report.fail(Failure::interrupted_under_way()),
        Phase::After | Phase::Ending => return terminal.error("interrupted while the result was printed"),
    }
    report.print(terminal, output);
}

/// Help and version go to standard output, as asked for; a usage error to standard error, or into the document.
fn without_command(no_command: NoCommand, terminal: &Terminal, wants_json: bool) -> u8 {
    let mut report = Report::new();
    let output = if wants_json { Output::Json } else { Output::Text };
    match no_command {
        NoCommand::Asked { what, text } => {
            let plain = crate::terminal::plain(text.trim_end());
            report.answer(what, plain.into(), text);
            report.print(terminal, output)
        }
        NoCommand::Wrong { failure, .. } if wants_json => {
            report.fail(failure);
            report.print(terminal, output)
        }
        NoCommand::Wrong { text, failure } => {
            terminal.error(&text);
            failure.outcome.exit_code()
        }
    }
}
