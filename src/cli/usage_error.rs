//! Better tips for what clap refuses: it knows the flags, but not what they mean.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, Error};

use crate::escape::quoted;
use crate::failure::Failure;
use crate::input::shorthand;
use crate::model::customer::CUSTOMER;
use crate::model::field::Record;
use crate::outcome::Outcome;
use crate::platform::shell::{Shell, command_line};

/// The error with a better tip, where there is one.
pub fn improve_usage_error(mut error: Error, argv: &[OsString], definition: &mut Command) -> Error {
    if error.kind() == ErrorKind::InvalidUtf8 {
        return not_utf8(argv)
            .map_or(error, |message| Error::raw(ErrorKind::InvalidUtf8, message).format(definition));
    }
    if error.kind() == ErrorKind::InvalidSubcommand
        && error.get(ContextKind::InvalidSubcommand) == Some(&ContextValue::String("help".to_owned()))
    {
        let words = argv.iter().skip(1).filter_map(|word| word.to_str());
        let of: Vec<&str> = words.take_while(|word| *word != "help").collect();
        let tip = format!("write help first: booster help {}", of.join(" "));
        error.remove(ContextKind::SuggestedSubcommand);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
        return error;
    }
    if error.kind() != ErrorKind::UnknownArgument {
        return error;
    }
    let Some(ContextValue::String(unknown)) = error.get(ContextKind::InvalidArg).cloned() else {
        return error;
    };
    // No argument takes a flag's name as its value, so the tip to pass it as one does not help.
    if let Some(ContextValue::StyledStrs(tips)) = error.remove(ContextKind::Suggested) {
        let others: Vec<_> =
            tips.into_iter().filter(|tip| !tip.to_string().contains("as a value, use")).collect();
        if !others.is_empty() {
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(others));
        }
    }
    let command = command_of(argv, definition);
    // A misspelt flag after one that lacks its value is not that value.
    let is_misspelt = unknown.starts_with("--") && error.get(ContextKind::SuggestedArg).is_some();
    let value = || value_after_a_flag(&unknown, argv, command).filter(|_| !is_misspelt);
    if let Some(tip) = field_of_an_item(&unknown, command).or_else(value) {
        // The usage beside clap's own suggestion is that of the suggested flag.
        if error.remove(ContextKind::SuggestedArg).is_some() {
            error.remove(ContextKind::Usage);
        }
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
}

/// Clap's message and tip, as clap prints them, as a failure.
pub fn to_failure(text: &str) -> Failure {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let message = first.strip_prefix("error: ").unwrap_or("a command is missing");
    let mut parts = vec![message.to_owned()];
    let mut hint = None;
    for line in lines {
        if let Some(tip) = line.strip_prefix("tip: ") {
            hint = Some(tip.to_owned());
        } else if line.starts_with("Usage:") || !first.starts_with("error: ") {
            break;
        } else if !line.starts_with("For more information") {
            parts.push(line.to_owned());
        }
    }
    let failure = Failure::new(Outcome::Usage, parts.join(" "));
    failure.hint(hint.unwrap_or_else(|| "see --help".to_owned()))
}

/// Which word is not UTF-8.
fn not_utf8(argv: &[OsString]) -> Option<String> {
    let (number, word) = argv.iter().enumerate().find(|(_, word)| word.to_str().is_none())?;
    Some(format!("argument {number}, {}, is not UTF-8", quoted(&word.to_string_lossy())))
}

/// The innermost subcommand that the command line names.
fn command_of<'a>(argv: &[OsString], definition: &'a Command) -> &'a Command {
    argv.iter().skip(1).fold(definition, |command, word| command.find_subcommand(word).unwrap_or(command))
}

/// A value that clap did not accept as one, with the flag before it: it begins with a dash, it is the second word of a
/// value without quotes, or it lacks the equals sign.
fn value_after_a_flag(unknown: &str, argv: &[OsString], command: &Command) -> Option<String> {
    let words: Vec<&str> = argv.iter().filter_map(|word| word.to_str()).collect();
    let has_dash = unknown.starts_with('-');
    // In a group of short options, clap names the one that it does not know.
    let is_it = |word: &&str| if has_dash { word.starts_with(unknown) } else { *word == unknown };
    let at = words.iter().position(is_it)?;
    let taking = |back: usize| -> Option<(&str, &Arg)> {
        let flag = words.get(at.checked_sub(back)?)?;
        let long = flag.strip_prefix("--")?;
        let found = command.get_arguments().find(|arg| arg.get_long() == Some(long))?;
        found.get_action().takes_values().then_some((flag, found))
    };
    let written = |words: &[&str]| command_line(&[words.join(" ")], Shell::current());
    match (taking(1), taking(2)) {
        (Some((flag, _)), _) if has_dash => Some(format!(
            "a value that begins with a dash needs an equals sign, as in {flag}={}",
            written(&words[at..=at])
        )),
        (Some((flag, arg)), _) if arg.is_require_equals_set() => {
            Some(format!("its value needs an equals sign: {flag}={}", written(&words[at..=at])))
        }
        (None, Some((flag, _))) if !has_dash => {
            Some(format!("put a value with spaces in quotes, as in {flag} {}", written(&words[at - 1..=at])))
        }
        _ => None,
    }
}

/// How to give a field of a list's item, which has no flag of its own.
fn field_of_an_item(unknown: &str, command: &Command) -> Option<String> {
    let name = unknown.strip_prefix("--")?.split('=').next()?;
    let has_flag = |record: &Record| {
        let flag = record.item_flag();
        command.get_arguments().any(|arg| arg.get_long() == Some(flag.as_str()))
    };
    let lists = CUSTOMER.fields.iter().filter_map(|field| Some((field, field.record()?)));
    let forms: Vec<String> = lists
        .filter(|(_, record)| has_flag(record))
        .filter_map(|(list, record)| {
            let field = record.fields.iter().find(|field| field.flag() == name || field.name == name)?;
            let is_mark = field.is_main_mark();
            let part =
                if is_mark { shorthand::MAIN.to_owned() } else { format!("{}=…", record.key(field)) };
            Some(format!("--{} …,{part} ({}[].{})", record.item_flag(), list.name, field.name))
        })
        .collect();
    (!forms.is_empty()).then(|| format!("it is part of a list item: {}", forms.join(" or ")))
}

#[cfg(test)]
mod tests {
    use super::super::{NoCommand, parse};
    use super::*;

    /// Message and hint of a command line that cannot be read.
    #[track_caller]
    fn refusal(words: &[&str]) -> (String, String) {
        let argv: Vec<OsString> = ["booster"].iter().chain(words).map(OsString::from).collect();
        match parse(&argv) {
            Err(NoCommand::Wrong { failure, .. }) => {
                let problem = &failure.problems[0];
                (problem.message.clone(), problem.hint.clone().unwrap_or_default())
            }
            other => panic!("{words:?} can be read: {other:?}"),
        }
    }

    #[test]
    fn an_unknown_flag_brings_a_hint() {
        let patch = |words: &[&'static str]| refusal(&[&["customer", "patch", "1"], words].concat()).1;
        let dash = "a value that begins with a dash needs an equals sign, as in ";
        let part = "it is part of a list item: ";
        for (words, hint) in [
            (&["--notes", "-5"][..], format!("{dash}--notes=-5")),
            (&["--first-name", "-Ada"], format!("{dash}--first-name=-Ada")),
            (&["--notes", "--5"], format!("{dash}--notes=--5")),
            (&["--notes", "- one"], format!("{dash}--notes='- one'")),
            (&["--first-name", "--last-nam", "x"], "a similar argument exists: '--last-name'".to_owned()),
            (&["--nots", "x"], "a similar argument exists: '--notes'".to_owned()),
            (&["-5"], "see --help".to_owned()),
            (&["--sandbox", "-5"], "see --help".to_owned()),
            (
                &["--first-name", "Anna", "An"],
                "put a value with spaces in quotes, as in --first-name 'Anna An'".to_owned(),
            ),
            (&["--dry-run", "json"], "its value needs an equals sign: --dry-run=json".to_owned()),
            (&["--", "--first-name", "Anna"], "see --help".to_owned()),
            (&["2"], "see --help".to_owned()),
            (&["--city=Rome"], format!("{part}--address …,city=… (addresses[].city)")),
            (&["--is-main-email=true"], format!("{part}--email …,main (emails[].isMainEmail)")),
            (&["--phone-type", "x"], format!("{part}--phone …,type=… (phones[].phoneType)")),
        ] {
            assert_eq!(patch(words), hint, "{words:?}");
        }
        assert_eq!(refusal(&["customer", "check", "--city"]).1, "see --help");
    }

    #[test]
    fn a_wrong_number_brings_what_it_should_be() {
        for (words, expected) in [
            (&["--timeout=5x", "doctor"][..], "the timeout must be a number of seconds, as in 2.5"),
            (&["sandbox", "--port=x"], "a port is a number from 0 to 65535"),
            (&["sandbox", "--port=70000"], "a port is a number from 0 to 65535"),
        ] {
            assert!(refusal(words).0.ends_with(expected), "{words:?}: {}", refusal(words).0);
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_word_that_is_no_text_is_named() {
        use std::os::unix::ffi::OsStringExt as _;
        let bad = OsString::from_vec(b"--title=\xff".to_vec());
        let argv = ["booster", "customer", "patch", "1"].map(OsString::from).into_iter().chain([bad]);
        let Err(NoCommand::Wrong { failure, .. }) = parse(&argv.collect::<Vec<_>>()) else {
            panic!("unreadable")
        };
        assert_eq!(failure.problems[0].message, "argument 4, \"--title=\u{fffd}\", is not UTF-8");
    }
}
