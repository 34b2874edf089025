//! A command's manual page: clap_mangen's sections, in the order of man-pages(7), and those of our own tables.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use clap::{Arg, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, roman};

use crate::environment::Variable;
use crate::outcome::Outcome;

/// The section of the manual for programs.
const SECTION: &str = "1";

/// What is stored, on Linux. The folders are those of the XDG base directories.
const FILES: [(&str, &str); 4] = [
    ("~/.config/booster/config.toml", "the configuration: profiles and their defaults"),
    ("~/.config/booster/credentials.toml", "the secrets that `booster auth login` stored"),
    ("~/.local/state/booster/history.jsonl", "what was sent, without values; `booster history` shows it"),
    ("~/.local/state/booster/backups/", "the previous values, for `booster undo`"),
];

/// Where it is stored instead.
const ELSEWHERE: &str = "XDG_CONFIG_HOME and XDG_STATE_HOME override these folders. On macOS all of it is located in \
                         ~/Library/Application Support/booster. `booster config path` prints where the configuration is.";

/// The name of the file that holds the page.
pub fn file_name(command: &Command) -> String {
    format!("{}.{SECTION}", dashed(command))
}

/// The page of a command of a definition that is built.
///
/// # Errors
/// None: it is written to memory, but the writer's type does not say so.
pub fn page(root: &Command, command: &Command) -> io::Result<String> {
    let mut written = Vec::new();
    beginning(root, command, &mut written)?;
    remarks(command).to_writer(&mut written)?;
    if command.has_subcommands() {
        manual(command.clone()).render_subcommands_section(&mut written)?;
    }
    options(command, &mut written)?;
    let is_group = command.is_arg_required_else_help_set();
    if !is_group || command.get_name() == root.get_name() {
        from_tables().to_writer(&mut written)?;
    }
    see_also(root, command).to_writer(&mut written)?;
    // Each section brings its own definition of an apostrophe.
    let preamble = Roff::new().render();
    Ok(preamble.clone() + &String::from_utf8_lossy(&written).replace(&preamble, ""))
}

fn manual(command: Command) -> Man {
    Man::new(command.subcommand_help_heading("COMMANDS"))
}

/// The sections up to the description.
fn beginning(root: &Command, command: &Command, written: &mut Vec<u8>) -> io::Result<()> {
    let version = format!("{} {}", root.get_name(), root.get_version().unwrap_or_default());
    // clap_mangen would name every option here, which the section of options does.
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").to_owned();
    // An empty date has to be quoted, or what follows takes its place.
    let man = manual(command.clone().override_usage(usage)).date("\"\"").source(version);
    let man = man.manual("booster manual");
    man.render_title(written)?;
    // Flush left, without hyphens: names of options and fields are to be found by searching.
    Roff::new().control("nh", []).control("ad", ["l"]).to_writer(written)?;
    man.render_name_section(written)?;
    man.render_synopsis_section(written)?;
    man.render_description_section(written)
}

fn dashed(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

/// What help says behind the options, each line as a paragraph.
fn remarks(command: &Command) -> Roff {
    let mut roff = Roff::new();
    let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    for line in text.lines() {
        roff.control("PP", []).text(with_commands(line));
    }
    roff
}

/// A text in which what stands in backticks is bold.
fn with_commands(text: &str) -> Vec<Inline> {
    let pieces = text.split('`').enumerate();
    pieces.map(|(i, piece)| if i % 2 == 1 { bold(piece) } else { roman(piece) }).collect()
}

/// The arguments, and the options: first those without a heading, then each heading as a part of the section.
fn options(command: &Command, written: &mut Vec<u8>) -> io::Result<()> {
    let shown: Vec<&Arg> = command.get_arguments().filter(|arg| !arg.is_hide_set()).collect();
    let headings: BTreeMap<_, _> =
        shown.iter().enumerate().rev().map(|(i, arg)| (arg.get_help_heading(), i)).collect();
    let mut headings: Vec<_> = headings.into_iter().collect();
    headings.sort_by_key(|(heading, first)| (heading.is_some(), *first));
    let is_argument = |arg: &Arg| arg.is_positional();
    if shown.iter().any(|arg| is_argument(arg)) {
        written.extend(entries(command, ".SH ARGUMENTS\n", is_argument)?);
    }
    written.extend(b".SH OPTIONS\n");
    for (heading, _) in headings {
        let title = heading.map(|heading| format!(".SS \"{heading}\"\n")).unwrap_or_default();
        let is_in = |arg: &Arg| !is_argument(arg) && arg.get_help_heading() == heading;
        written.extend(entries(command, &title, is_in)?);
    }
    Ok(())
}

/// The entries of these arguments under a title of its own. clap_mangen writes a section of all, so the others are hidden.
fn entries(command: &Command, title: &str, is_in: impl Fn(&Arg) -> bool) -> io::Result<Vec<u8>> {
    let alone = command.clone().mut_args(|arg| {
        let is_hidden = arg.is_hide_set() || !is_in(&arg);
        arg.help_heading(None::<&str>).hide(is_hidden)
    });
    let mut section = Vec::new();
    Man::new(alone).render_options_section(&mut section)?;
    Ok(String::from_utf8_lossy(&section).replacen(".SH OPTIONS\n", title, 1).into_bytes())
}

/// The sections that say what holds of every command.
fn from_tables() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXIT STATUS"]);
    for outcome in Outcome::ALL {
        let tag = vec![bold(outcome.exit_code().to_string()), roman(format!(" ({})", outcome.word()))];
        entry(&mut roff, tag, outcome.meaning());
    }
    roff.control("SH", ["ENVIRONMENT"]);
    for variable in Variable::all() {
        entry(&mut roff, vec![bold(variable.name())], variable.meaning());
    }
    roff.control("SH", ["FILES"]);
    for (path, what) in FILES {
        entry(&mut roff, vec![bold(path)], what);
    }
    roff.control("PP", []).text(with_commands(ELSEWHERE));
    roff
}

fn entry(roff: &mut Roff, tag: Vec<Inline>, text: &str) {
    roff.control("TP", []).text(tag).text(with_commands(text));
}

/// The commands above this one, and those beside it in its group.
fn see_also(root: &Command, command: &Command) -> Roff {
    let above = above(root, command);
    let mut names: BTreeSet<&str> = above.iter().map(|command| dashed(command)).collect();
    if let [_, .., parent] = &above[..] {
        names.extend(parent.get_subcommands().filter(|sub| !sub.is_hide_set()).map(dashed));
    }
    names.remove(dashed(command));
    let mut roff = Roff::new();
    if !names.is_empty() {
        roff.control("SH", ["SEE ALSO"]);
    }
    for (i, name) in names.iter().enumerate() {
        let comma = if i + 1 < names.len() { "," } else { "" };
        roff.text([bold(*name), roman(format!("({SECTION}){comma}"))]);
    }
    roff
}

/// The commands from the first word of the command line to the one before this.
fn above<'a>(root: &'a Command, command: &Command) -> Vec<&'a Command> {
    let name = dashed(command);
    let leads_to = |sub: &&Command| name == dashed(sub) || name.starts_with(&format!("{}-", dashed(sub)));
    let next = |command: &&'a Command| command.get_subcommands().find(leads_to);
    std::iter::successors(Some(root), next).take_while(|command| dashed(command) != name).collect()
}
