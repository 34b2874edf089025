//! `booster` changes customer records in the Booster CRM.
//!
//! The map of the tree, by the way of one command from argv to exit code:
//!
//! 1. `cli` reads the command line. `app` is what every command is given; `commands` has one file a command, with its
//!    options beside its `run`, which reads as a summary.
//! 2. `input` turns flags, shorthand, files, rows and answers into a `Patch`: a name is looked up in the table
//!    (`model/customer.rs`), and its text becomes a value in `Value::parse` (`model/patch.rs`); a file's values are read
//!    in `input/file`. Both read a day in `model/date.rs`, where a wrong date becomes its message. JSON and TOML are
//!    read into one tree by `document`. Problems are collected on the way and never stop the reading.
//! 3. `pipeline` sends it: gather, fill, check (`model/rules`), diff, confirm, back up, send, verify. It neither prints
//!    nor asks.
//! 4. `config` says where to send and finds the profile; `auth` signs the request in and repeats it where that is safe;
//!    `http` makes one attempt and judges the answer. `guard` decides whether a patch may be sent at all.
//! 5. `report` prints what came of it through `terminal`, as text or as one JSON document; `outcome` has the exit codes.
//!
//! `bulk` sends the rows of a table: `input/rows` reads them, each goes through `pipeline`, and `bulk/journal` keeps what
//! became of it. Beside that way: `views` shows fields, patches and differences; `state` keeps history and backups; `sandbox` is a
//! Booster to try things on; `platform` holds what differs between Unix and Windows, quoting for their shells
//! included. `hint` fits what to do about a problem to the command that was run. At the bottom are `model` (what the
//! API page says, without files, terminal or network), `failure`, `secret` (values that cannot be printed), `escape`
//! (makes foreign text harmless), `environment` (our variables), `number` and `spelling`.

mod app;
mod auth;
mod bulk;
mod cli;
mod commands;
mod config;
mod document;
mod environment;
mod escape;
mod failure;
mod guard;
mod hint;
mod http;
mod input;
mod model;
mod number;
mod outcome;
mod pipeline;
mod platform;
mod report;
mod sandbox;
mod secret;
mod spelling;
mod state;
mod terminal;
mod views;

use std::ffi::OsString;
use std::pin::pin;
use std::process::ExitCode;

use anyhow::Context;

use app::App;
use cli::{Cli, NoCommand};
use failure::Failure;
use hint::Hints;
use model::problem::{Problem, Source};
use platform::signals::{Interrupts, Phase, Signal};
use report::{Output, Report};
use terminal::Terminal;

/// musl's own allocator gives memory back to the system and asks for it again, which takes a tenth of a patch's time.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    give_the_terminal_back_on_panic();
    platform::core_files::forbid_core_files();
    let argv: Vec<OsString> = std::env::args_os().collect();
    if let Some(code) = commands::completions::answer(&argv, cli::definition, cli::wanted_config) {
        return code;
    }
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
    let mut report = Report::default();
    let output = global.output().unwrap_or_else(|failure| {
        report.fail(failure);
        if wants_json { Output::Json } else { Output::Text }
    });
    if let Some(variable) = environment::not_unicode() {
        let problem = Problem::usage(format!("{} is not UTF-8", variable.name()));
        report.fail(Failure::problem(problem.at(Source::Environment(variable))));
    }
    let has_flag = |flag: &str| commands::has_flag(&cli.command, flag);
    let hints = Hints { target: global.target_words(), has_flag: &has_flag };
    if report.problems.is_empty() {
        let ended = run(cli, &terminal, &hints, output, &mut report);
        ended.unwrap_or_else(|failure| report.fail(failure));
    }
    report.problems.iter_mut().for_each(|problem| hints.fit(problem));
    report.print(&terminal, output)
}

fn run(
    cli: &Cli,
    terminal: &Terminal,
    hints: &Hints<'_>,
    output: Output,
    report: &mut Report,
) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let within = runtime.enter();
    let watching = terminal.clone();
    let interrupts = Interrupts::watch(move |signal, phase| on_signal(signal, phase, &watching, output))
        .context("cannot watch for signals")?;
    drop(within);
    let app = App {
        global: &cli.global,
        terminal,
        hints,
        interrupts: &interrupts,
        definition: cli::definition,
        json: output == Output::Json,
    };
    let command = pin!(commands::run(&cli.command, &app, report));
    let ended = runtime.block_on(interrupts.or_stop(command));
    // A name that is still being resolved must not hold up the end.
    runtime.shutdown_background();
    interrupts.ended();
    ended
}

/// Says that a signal ends the process.
fn on_signal(signal: Signal, phase: Phase, terminal: &Terminal, output: Output) {
    terminal::restore();
    let mut report = Report::default();
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
    let mut report = Report::default();
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
