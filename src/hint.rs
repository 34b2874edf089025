//! What a hint says in the mouth of one command: the command lines in it go where this one goes, and the flags in it are
//! its own.

use crate::model::problem::Problem;
use crate::platform::shell::{Shell, command_line};

/// What is known of the command that hints are given for.
pub struct Hints<'a> {
    /// The words of the command line that say where it goes.
    pub target: Vec<String>,
    /// Whether the command has the flag, by its name with the dashes.
    pub has_flag: &'a dyn Fn(&str) -> bool,
}

/// The commands that go to the target, and those that read the configuration alone.
const TO_THE_TARGET: [&str; 8] = [
    "customer get",
    "customer patch",
    "customer edit",
    "undo",
    "auth login",
    "auth logout",
    "auth status",
    "doctor",
];
const OF_THE_CONFIGURATION: [&str; 2] = ["profile", "config"];

impl Hints<'_> {
    /// The problem with its hint as it holds for the command.
    pub fn fit(&self, problem: &mut Problem) {
        problem.hint = problem.hint.take().and_then(|hint| self.own_flags(&self.completed(&hint)));
    }

    /// The text, in which each command line in backticks goes where the command goes.
    pub fn completed(&self, text: &str) -> String {
        let piece = |(i, piece): (usize, &str)| {
            let line = piece.strip_prefix("booster ").filter(|_| i % 2 == 1);
            line.map_or_else(|| piece.to_owned(), |line| format!("booster {line}{}", self.target_of(line)))
        };
        text.split('`').enumerate().map(piece).collect::<Vec<_>>().join("`")
    }

    /// The words that are missing behind this command.
    fn target_of(&self, line: &str) -> String {
        let is_one_of = |commands: &[&str]| {
            commands.iter().any(|command| {
                line.strip_prefix(command).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            })
        };
        let is_wanted = |word: &&String| {
            let flag = word.split('=').next().unwrap_or_default();
            let short = if flag == "--profile" { "-p" } else { flag };
            let is_given = line.split(' ').any(|own| own == short || own.split('=').next() == Some(flag));
            let is_taken =
                is_one_of(&TO_THE_TARGET) || flag == "--config" && is_one_of(&OF_THE_CONFIGURATION);
            is_taken && !is_given
        };
        let words: Vec<String> = self.target.iter().filter(is_wanted).cloned().collect();
        if words.is_empty() { String::new() } else { format!(" {}", command_line(&words, Shell::current())) }
    }

    /// The hint without the flags that the command does not have: an alternative goes, else the clause. `None` if
    /// nothing is left.
    fn own_flags(&self, hint: &str) -> Option<String> {
        let mut hint = hint.to_owned();
        for flag in flags(&hint).iter().filter(|flag| !(self.has_flag)(flag)) {
            hint = hint.replace(&format!("{flag}, or "), "");
        }
        let is_own = |clause: &&str| flags(clause).iter().all(|flag| (self.has_flag)(flag));
        let clauses: Vec<&str> = hint.split("; ").filter(is_own).collect();
        (!clauses.is_empty()).then(|| clauses.join("; "))
    }
}

/// The flags that a text names outside of the command lines in it.
fn flags(text: &str) -> Vec<String> {
    let outside: Vec<&str> = text.split('`').step_by(2).collect();
    let words = outside.iter().flat_map(|piece| piece.split_whitespace());
    let name = |word: &str| {
        let name: String =
            word.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
        (name.len() > 2 && name.starts_with("--")).then_some(name)
    };
    words.filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAGS: [&str; 2] = ["--strict", "--config"];

    fn hints() -> Hints<'static> {
        let target = ["--profile=shop", "--config=my file.toml"].map(str::to_owned).to_vec();
        Hints { target, has_flag: &|flag| FLAGS.contains(&flag) }
    }

    #[test]
    fn a_command_in_a_hint_goes_where_this_one_goes() {
        for (hint, completed) in [
            (
                "`booster customer get 1` shows it",
                "`booster customer get 1 --profile=shop '--config=my file.toml'` shows it",
            ),
            (
                "sign in with `booster auth login -p shop`",
                "sign in with `booster auth login -p shop '--config=my file.toml'`",
            ),
            ("`booster profile add` adds one", "`booster profile add '--config=my file.toml'` adds one"),
            ("`booster history` lists the runs", "`booster history` lists the runs"),
            ("`booster customer explain` lists them", "`booster customer explain` lists them"),
            ("booster is a tool", "booster is a tool"),
        ] {
            assert_eq!(hints().completed(hint), completed);
        }
    }

    #[test]
    fn a_flag_that_the_command_does_not_have_is_not_named() {
        for (hint, own) in [
            ("add --last-name, or lastName in a file", Some("add lastName in a file")),
            ("add --strict, or strict in a file", Some("add --strict, or strict in a file")),
            ("--diff shows it; check the file", Some("check the file")),
            ("--diff shows it", None),
            (
                "`booster customer patch 1 --fill` takes it",
                Some("`booster customer patch 1 --fill` takes it"),
            ),
        ] {
            assert_eq!(hints().own_flags(hint).as_deref(), own);
        }
    }
}
