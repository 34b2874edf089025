//! `booster completions`: a completion script for a shell.
//!
//! clap writes the scripts. What it leaves to be done is done here: it writes a value such as `Mr & Mrs` in a way that
//! no shell takes for one word, and to fish it does not offer what an argument without a flag can be.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, CommandFactory, ValueHint};
use clap_complete::Shell;
use serde_json::json;

use crate::cli::Cli;
use crate::failure::Failure;
use crate::report::Report;
use crate::shell::{self, quoted};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
bash: put it into ~/.local/share/bash-completion/completions/booster.
zsh: put it as _booster into a folder of $fpath, and call compinit behind that.
fish: put it into ~/.config/fish/completions/booster.fish.
PowerShell: add `booster completions powershell | Out-String | Invoke-Expression` to $PROFILE.
elvish: add `eval (booster completions elvish | slurp)` to ~/.config/elvish/rc.elv.")]
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
    let mut marked = Vec::new();
    let command = with_files(with_commands_in_help(Cli::command()));
    let command = if shell == Shell::Bash { without_forms(command) } else { command };
    let mut command = mark(command, &mut marked);
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, NAME, &mut script);
    let mut script = String::from_utf8_lossy(&script).into_owned();
    if shell == Shell::Fish {
        script.push_str(&fish_positionals(&command));
    }
    unmark(&script, &marked, shell)
}

const NAME: &str = "booster";

/// Offers the commands beside the topics: the topic's own definition cannot know them without knowing itself.
fn with_commands_in_help(command: Command) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    command.mut_subcommand("help", |help| {
        help.mut_arg("topic", |topic| {
            let values = names.into_iter().chain(super::help::topics());
            topic.value_parser(PossibleValuesParser::new(values))
        })
    })
}

/// Offers files for a value that is one, by the name that help gives it, and for others nothing: a shell would offer them
/// the folder's files.
fn with_files(command: Command) -> Command {
    let with_hint = |arg: Arg| {
        if !arg.get_action().takes_values() || !arg.get_possible_values().is_empty() {
            return arg;
        }
        let is_file =
            arg.get_value_names().is_some_and(|names| names.iter().any(|name| name.starts_with("FILE")));
        arg.value_hint(if is_file { ValueHint::FilePath } else { ValueHint::Other })
    };
    command.mut_args(with_hint).mut_subcommands(with_files)
}

/// Takes the values from what wants an equals sign before them: bash would offer them as a word of their own alone.
fn without_forms(command: Command) -> Command {
    let without = |arg: Arg| {
        if !arg.is_require_equals_set() {
            return arg;
        }
        let plain = Arg::new(arg.get_id().clone()).action(ArgAction::SetTrue);
        let plain = arg.get_long().map_or(plain.clone(), |long| plain.long(long.to_owned()));
        plain.help(arg.get_help().cloned().unwrap_or_default())
    };
    command.mut_args(without).mut_subcommands(without_forms)
}

/// The name that stands in the place of a value that needs quotes while clap writes the script.
fn mark_of(index: usize) -> String {
    format!("boosterValue{index}Quoted")
}

fn is_plain(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.@".contains(&byte))
}

/// The command with a plain word in the place of every offered value that needs quotes. They go to `marked`.
fn mark(command: Command, marked: &mut Vec<String>) -> Command {
    let mark_arg = |arg: Arg, marked: &mut Vec<String>| {
        let values = arg.get_possible_values();
        if values.iter().all(|value| is_plain(value.get_name())) {
            return arg;
        }
        let names: Vec<String> = values
            .iter()
            .map(|value| match value.get_name() {
                plain if is_plain(plain) => plain.to_owned(),
                other => {
                    marked.push(other.to_owned());
                    mark_of(marked.len() - 1)
                }
            })
            .collect();
        arg.value_parser(PossibleValuesParser::new(names))
    };
    let command = command.mut_args(|arg| mark_arg(arg, marked));
    command.mut_subcommands(|sub| mark(sub, marked))
}

/// Puts the values back, as the shell wants them.
fn unmark(script: &str, marked: &[String], shell: Shell) -> String {
    let has_mark = |line: &str| (0..marked.len()).any(|index| line.contains(&mark_of(index)));
    let lines = script.split('\n').map(|line| match shell {
        _ if !has_mark(line) => line.to_owned(),
        Shell::Bash => bash_values(line, marked),
        Shell::Zsh => replaced(line, marked, in_zsh_list),
        Shell::Fish => replaced(line, marked, in_fish_list),
        // The other scripts offer no values.
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The text with each mark's value in the mark's place, written like this.
fn replaced(text: &str, marked: &[String], write: fn(&str) -> String) -> String {
    let marks = marked.iter().enumerate();
    marks.fold(text.to_owned(), |text, (index, value)| text.replace(&mark_of(index), &write(value)))
}

/// The words of a list in bash, which splits what it gets at blanks unless it is told to split at newlines alone. It
/// quotes the word that it writes into the command line itself where it takes the words for names of files; bash 3
/// cannot be told so in the middle, and is not offered what it would write without quotes.
fn bash_values(line: &str, marked: &[String]) -> String {
    let indent = &line[..line.len() - line.trim_start().len()];
    let Some((_, rest)) = line.split_once("-W \"") else { return line.to_owned() };
    let Some((words, _)) = rest.split_once('"') else { return line.to_owned() };
    let words = || words.split(' ');
    let all: Vec<String> = words().map(|word| replaced(word, marked, in_bash_list)).collect();
    let is_mark = |word: &&str| (0..marked.len()).any(|index| mark_of(index) == **word);
    let plain: Vec<&str> = words().filter(|word| !is_mark(word)).collect();
    [
        "if [[ \"${BASH_VERSINFO[0]}\" -ge 4 ]]; then".to_owned(),
        "    local IFS=$'\\n'".to_owned(),
        "    compopt -o filenames".to_owned(),
        format!("    COMPREPLY=($(compgen -W $'{}' -- \"${{cur}}\"))", all.join("\\n")),
        "else".to_owned(),
        format!("    COMPREPLY=($(compgen -W \"{}\" -- \"${{cur}}\"))", plain.join(" ")),
        "fi".to_owned(),
    ]
    .map(|line| format!("{indent}{line}"))
    .join("\n")
}

/// A word in which every character that could mean something to a shell has a backslash before it.
fn backslashed(word: &str) -> String {
    let mut quoted = String::new();
    for letter in word.chars() {
        if !letter.is_alphanumeric() && !matches!(letter, '-' | '_' | '.' | '@') {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted
}

/// A word of a list within `$'…'`.
fn in_bash_list(word: &str) -> String {
    backslashed(word).replace('\\', r"\\").replace('\'', r"\'")
}

/// A word of a list in the parentheses of a zsh specification, which stands in single quotes.
fn in_zsh_list(word: &str) -> String {
    backslashed(word).replace('\'', r"'\''")
}

/// A word of a list in double quotes, in which fish reads words as on a command line.
fn in_fish_list(word: &str) -> String {
    let word = quoted(word, shell::Shell::Unix);
    word.replace('\\', r"\\").replace('"', "\\\"").replace('$', "\\$")
}

/// What an argument without a flag can be, for fish.
fn fish_positionals(command: &Command) -> String {
    let mut lines = String::new();
    for sub in command.get_subcommands() {
        let condition = format!("__fish_{NAME}_using_subcommand {}", sub.get_name());
        lines.push_str(&fish_positional(sub, &condition));
        for inner in sub.get_subcommands() {
            let condition = format!("{condition}; and __fish_seen_subcommand_from {}", inner.get_name());
            lines.push_str(&fish_positional(inner, &condition));
        }
    }
    lines
}

fn fish_positional(command: &Command, condition: &str) -> String {
    let values: Vec<String> = command
        .get_positionals()
        .flat_map(Arg::get_possible_values)
        .map(|value| value.get_name().to_owned())
        .collect();
    if values.is_empty() {
        return String::new();
    }
    format!("complete -c {NAME} -n \"{condition}\" -f -a \"{}\"\n", values.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFERING: [Shell; 3] = [Shell::Bash, Shell::Zsh, Shell::Fish];

    #[test]
    fn a_value_with_blanks_is_one_quoted_word_in_every_shell() {
        for (shell, written) in [
            (Shell::Bash, r"COMPREPLY=($(compgen -W $'Mr\\ \\&\\ Mrs\nMr.\nMrs.\nSama\nCaptain' -- "),
            (Shell::Zsh, r":TEXT:(Mr\ \&\ Mrs Mr. Mrs. Sama Captain)' \"),
            (Shell::Fish, "-r -f -a \"'Mr & Mrs'\\t''\nMr.\\t''\n"),
        ] {
            assert!(script(shell).contains(written), "{shell}");
        }
    }

    /// The lists of values in a script, as they stand in it.
    fn value_lists(script: &str, shell: Shell) -> Vec<String> {
        let (open, close) = match shell {
            Shell::Bash => ("compgen -W ", " -- "),
            Shell::Zsh => (":(", ")' \\\n"),
            _ => (" -a ", "\ncomplete"),
        };
        script
            .split(open)
            .skip(1)
            .map(|rest| rest.split(close).next().unwrap_or_default().to_owned())
            .collect()
    }

    #[test]
    fn no_list_of_values_holds_an_unquoted_ampersand() {
        for shell in OFFERING {
            let script = script(shell);
            let lists = value_lists(&script, shell);
            assert!(lists.len() > 10, "{shell}");
            let quoted = ["Mr\\ \\&\\ Mrs", "Mr\\\\ \\\\&\\\\ Mrs", "'Mr & Mrs'"];
            let bare = |list: &String| quoted.iter().fold(list.clone(), |list, form| list.replace(form, ""));
            for list in &lists {
                assert!(!bare(list).contains('&'), "{shell}: {list}");
            }
            assert!(lists.iter().any(|list| bare(list) != *list), "{shell} offers the value");
            assert!(!script.contains(&mark_of(0)), "{shell}");
        }
    }

    #[test]
    fn fields_topics_commands_and_client_types_are_offered() {
        for shell in OFFERING {
            let lists = value_lists(&script(shell), shell);
            let offers = |words: &[&str]| {
                lists.iter().any(|list| {
                    let list: Vec<&str> = list
                        .split(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '-' | '.' | '_'))
                        .collect();
                    words.iter().all(|word| list.contains(word))
                }) || script(shell).lines().any(|line| {
                    line.contains("opts=") && words.iter().all(|word| line.contains(&format!(" {word}")))
                })
            };
            for words in [
                ["notes", "emails", "companyName"].as_slice(),
                &["canBeContactedByMaison", "emails.isMainEmail"],
                &["customer", "sandbox", "exit-codes", "shorthand"],
                &["PRIVATE", "COMPANY"],
            ] {
                assert!(offers(words), "{shell}: {words:?}");
            }
        }
    }
}
