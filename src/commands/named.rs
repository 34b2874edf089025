//! Options that are defined only where the command line names their command: to define those of all commands takes
//! longer than a patch.

use std::cell::RefCell;
use std::ffi::OsString;
use std::ops::Deref;

use clap::{ArgMatches, Args, Command, Error, FromArgMatches, Subcommand};

thread_local! {
    /// The words of the command line; none where every command is wanted. Clap's traits hand nothing else down.
    static WORDS: RefCell<Option<Vec<OsString>>> = const { RefCell::new(None) };
}

/// Builds a definition in which only the commands that the words name have options.
pub fn of(words: &[OsString], build: impl FnOnce() -> Command) -> Command {
    WORDS.set(Some(words.to_vec()));
    let definition = build();
    WORDS.set(None);
    definition
}

fn is_wanted(command: &Command) -> bool {
    WORDS.with_borrow(|words| {
        words.as_ref().is_none_or(|words| words.iter().any(|word| word == command.get_name()))
    })
}

/// What follows a command's name: its options, or its own commands.
#[derive(Debug)]
pub struct Named<T>(Box<T>);

impl<T> Deref for Named<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: FromArgMatches> FromArgMatches for Named<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Named<T>, Error> {
        T::from_arg_matches(matches).map(Box::new).map(Named)
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Named<T>, Error> {
        T::from_arg_matches_mut(matches).map(Box::new).map(Named)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}

impl<T: Args> Args for Named<T> {
    fn augment_args(command: Command) -> Command {
        if is_wanted(&command) { T::augment_args(command) } else { command }
    }

    fn augment_args_for_update(command: Command) -> Command {
        T::augment_args_for_update(command)
    }
}

impl<T: Subcommand> Subcommand for Named<T> {
    fn augment_subcommands(command: Command) -> Command {
        if is_wanted(&command) { T::augment_subcommands(command) } else { command }
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        T::augment_subcommands_for_update(command)
    }

    fn has_subcommand(name: &str) -> bool {
        T::has_subcommand(name)
    }
}
