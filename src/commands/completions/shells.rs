//! How each shell asks for completions and wants the answer.
//!
//! The scripts for fish, elvish and PowerShell are clap's, and so is elvish's answer. The others need more:
//! bash splits words at `=` and `:`, and inserts a candidate without quoting it; zsh drops a candidate that does not
//! begin with what is typed, such as a code for a name; zsh and fish pass words with their quotes; PowerShell inserts
//! a candidate without quoting it.

use std::ffi::OsString;
use std::io::{Error, Write};
use std::path::Path;

use clap::Command;
use clap_complete::engine::{CompletionCandidate, complete};
use clap_complete::env::{self, EnvCompleter, Shells};

use crate::platform::shell::{self, Shell};

pub const ALL: Shells<'static> = Shells(&[
    &Adapter { of: &env::Bash, script: Some(BASH), answer: bash },
    &env::Elvish,
    &Adapter { of: &env::Fish, script: None, answer: fish },
    &Adapter { of: &env::Powershell, script: None, answer: powershell },
    &Adapter { of: &env::Zsh, script: Some(ZSH), answer: zsh },
]);

/// clap's support of a shell, with an answer of our own, and a script where clap's will not do.
struct Adapter {
    of: &'static (dyn EnvCompleter + Sync),
    script: Option<&'static str>,
    answer: fn(&mut Definition<'_>, Vec<OsString>, &mut dyn Write) -> Result<(), Error>,
}

/// The command line's definition, and the folder in which files are completed.
struct Definition<'a> {
    command: &'a mut Command,
    folder: Option<&'a Path>,
}

impl Definition<'_> {
    /// What the last of the words can become.
    fn candidates(&mut self, words: Vec<OsString>) -> Result<Vec<CompletionCandidate>, Error> {
        let last = words.len().saturating_sub(1);
        complete(self.command, words, last, self.folder)
    }
}

impl EnvCompleter for Adapter {
    fn name(&self) -> &'static str {
        self.of.name()
    }

    fn is(&self, name: &str) -> bool {
        self.of.is(name)
    }

    fn write_registration(
        &self,
        variable: &str,
        name: &str,
        command: &str,
        completer: &str,
        to: &mut dyn Write,
    ) -> Result<(), Error> {
        let Some(script) = self.script else {
            return self.of.write_registration(variable, name, command, completer, to);
        };
        let script = script.replace("VARIABLE", variable).replace("COMPLETER", completer);
        to.write_all(script.replace("NAME", command).as_bytes())
    }

    fn write_complete(
        &self,
        command: &mut Command,
        words: Vec<OsString>,
        folder: Option<&Path>,
        to: &mut dyn Write,
    ) -> Result<(), Error> {
        (self.answer)(&mut Definition { command, folder }, words, to)
    }
}

/// Asks with the word as readline sees it and the line up to the cursor.
const BASH: &str = r#"
_booster() {
    local IFS candidate
    COMPREPLY=()
    while IFS= read -r candidate; do
        COMPREPLY+=("$candidate")
    done < <(VARIABLE=bash COMPLETER -- "$2" "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
}
complete -o nospace -o nosort -F _booster NAME 2>/dev/null || complete -o nospace -F _booster NAME
"#;

/// Asks with the words up to the cursor. Several candidates that do not begin with what is typed are chosen from in a
/// menu: zsh would put their common beginning in its place.
const ZSH: &str = r#"
#compdef NAME
_booster() {
    local -a candidates files others
    local candidate
    candidates=("${(@f)$(VARIABLE=zsh COMPLETER -- "${(@)words[1,CURRENT]}" 2>/dev/null)}")
    for candidate in $candidates; do
        if [[ $candidate == */ ]]; then files+=("${candidate%/}"); else others+=("$candidate"); fi
    done
    [[ $#others -gt 1 && -z ${(M)others:#${(b)PREFIX}*} ]] && compstate[insert]=menu
    [[ -n $files ]] && _describe -V folder files -U -S / -r /
    [[ -n $others ]] && _describe -V value others -U
}
if [[ $funcstack[1] == _booster ]]; then _booster; else compdef _booster NAME; fi
"#;

/// One line for each candidate: what replaces readline's word.
fn bash(definition: &mut Definition<'_>, args: Vec<OsString>, to: &mut dyn Write) -> Result<(), Error> {
    let texts: Vec<String> = args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let [readline_word, line] = texts.as_slice() else {
        return Err(Error::other("bash asks with a word and a line"));
    };
    let (words, last) = split(line);
    let typed = words.last().cloned().unwrap_or_default();
    let candidates = definition.candidates(words.into_iter().map(OsString::from).collect())?;
    for candidate in for_bash(&candidates, &typed) {
        writeln!(to, "{}", last.replacing(&candidate, readline_word))?;
    }
    Ok(())
}

/// The candidates as bash can show them. It replaces what is typed by their common prefix; where they do not begin with
/// what is typed (several codes whose names do), it gets the names until only one is left.
fn for_bash(candidates: &[CompletionCandidate], typed: &str) -> Vec<String> {
    let value = |candidate: &CompletionCandidate| candidate.get_value().to_string_lossy().into_owned();
    let typed = typed.to_lowercase();
    let is_other = |candidate: &CompletionCandidate| !value(candidate).to_lowercase().starts_with(&typed);
    let flag = if typed.starts_with("--") { typed.find('=').map_or("", |at| &typed[..=at]) } else { "" };
    let name = |candidate: &CompletionCandidate| {
        candidate.get_help().map_or_else(|| value(candidate), |name| format!("{flag}{name}"))
    };
    match candidates {
        [_, _, ..] if candidates.iter().all(is_other) => candidates.iter().map(name).collect(),
        _ => candidates.iter().map(value).collect(),
    }
}

/// The word at the end of a line, as it is written there.
#[derive(Debug, PartialEq, Eq)]
struct LastWord<'a> {
    written: &'a str,
    /// The quote that is still open in it.
    quote: Option<char>,
}

impl LastWord<'_> {
    /// What replaces `readline_word`, the end of this word that readline takes for a word of its own: the candidate
    /// without what comes before that end, escaped as needed there. A blank ends the word.
    fn replacing(&self, candidate: &str, readline_word: &str) -> String {
        let kept = self.written.strip_suffix(readline_word).unwrap_or_default();
        let (kept, _) = split(kept);
        let kept = kept.last().map_or("", String::as_str);
        let rest = candidate.get(kept.len()..).filter(|_| candidate.starts_with(kept)).unwrap_or(candidate);
        let is_end = !rest.ends_with('/');
        let mut written = String::new();
        for letter in rest.chars() {
            let is_special = match self.quote {
                Some('\'') => false,
                Some(_) => matches!(letter, '"' | '\\' | '$' | '`'),
                None => !letter.is_alphanumeric() && !"-_=./,:@%+".contains(letter),
            };
            written.extend(is_special.then_some('\\'));
            written.push(letter);
        }
        // Readline closes an open quote itself.
        if is_end && self.quote.is_none() {
            written.push(' ');
        }
        written
    }
}

/// The words of a line that may be unfinished, without quotes and backslashes, and the last one as it is written: an
/// empty one behind a blank.
fn split(line: &str) -> (Vec<String>, LastWord<'_>) {
    let mut words = vec![String::new()];
    let (mut begin, mut quote) = (0, None);
    let mut letters = line.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let word = words.last_mut().expect("there is always one");
        match (quote, letter) {
            (None, ' ' | '\t') => {
                if at > begin {
                    words.push(String::new());
                }
                begin = at + 1;
            }
            (None, '\'' | '"') => quote = Some(letter),
            (Some(open), _) if letter == open => quote = None,
            (None, '\\') => word.extend(letters.next().map(|(_, escaped)| escaped)),
            (Some('"'), '\\') => {
                let is_special = |(_, next): &(usize, char)| matches!(next, '"' | '\\' | '$' | '`');
                word.push(letters.next_if(is_special).map_or('\\', |(_, escaped)| escaped));
            }
            _ => word.push(letter),
        }
    }
    (words, LastWord { written: &line[begin..], quote })
}

/// The words of a line, or the one of a word, as a shell passes them.
pub fn words(text: &OsString) -> Vec<OsString> {
    split(&text.to_string_lossy()).0.into_iter().map(OsString::from).collect()
}

/// One word without the quotes and backslashes that it is written with.
fn unquoted(word: &OsString) -> OsString {
    split(&word.to_string_lossy()).0.join(" ").into()
}

/// One line for each candidate: `value:help`.
fn zsh(definition: &mut Definition<'_>, words: Vec<OsString>, to: &mut dyn Write) -> Result<(), Error> {
    let escaped = |text: &str| text.replace('\\', r"\\").replace(':', r"\:");
    for candidate in definition.candidates(words.iter().map(unquoted).collect())? {
        let help = first_line(&candidate).map_or_else(String::new, |help| format!(":{}", escaped(&help)));
        writeln!(to, "{}{help}", escaped(&candidate.get_value().to_string_lossy()))?;
    }
    Ok(())
}

/// One line for each candidate: the value, a tab, its help.
fn fish(definition: &mut Definition<'_>, mut words: Vec<OsString>, to: &mut dyn Write) -> Result<(), Error> {
    // fish passes the words before the last without quotes.
    if let Some(last) = words.last_mut() {
        *last = unquoted(last);
    }
    env::Fish.write_complete(definition.command, words, definition.folder, to)
}

/// As for fish, with the value quoted where it needs it.
fn powershell(
    definition: &mut Definition<'_>,
    words: Vec<OsString>,
    to: &mut dyn Write,
) -> Result<(), Error> {
    for candidate in definition.candidates(words)? {
        let word = candidate.get_value().to_string_lossy().into_owned();
        let help = first_line(&candidate).map_or_else(String::new, |help| format!("\t{help}"));
        writeln!(to, "{}{help}", shell::command_line(&[word], Shell::Pwsh))?;
    }
    Ok(())
}

fn first_line(candidate: &CompletionCandidate) -> Option<String> {
    candidate.get_help()?.to_string().lines().next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unfinished_line_is_split_as_bash_splits_it() {
        for (line, words, written, quote) in [
            ("booster cu", vec!["booster", "cu"], "cu", None),
            ("booster  undo ", vec!["booster", "undo", ""], "", None),
            (r#"b --title="M"#, vec!["b", "--title=M"], r#"--title="M"#, Some('"')),
            (r"b United\ K", vec!["b", "United K"], r"United\ K", None),
            (r#"b 'a\' "\$\x""#, vec!["b", r"a\", r"$\x"], r#""\$\x""#, None),
            ("b é", vec!["b", "é"], "é", None),
        ] {
            let (split, last) = split(line);
            assert_eq!(split, words, "{line}");
            assert_eq!(last, LastWord { written, quote }, "{line}");
        }
    }

    #[test]
    fn bash_is_given_what_stands_behind_the_part_that_it_keeps() {
        for (written, readline_word, candidate, expected) in [
            ("--client-type=P", "P", "--client-type=PRIVATE", "PRIVATE "),
            ("--client-type=", "", "--client-type=PRIVATE", "PRIVATE "),
            ("P", "P", "PRIVATE", "PRIVATE "),
            ("M", "M", "Mr & Mrs", r"Mr\ \&\ Mrs "),
            ("\"M", "M", "Mr & Mrs", "Mr & Mrs"),
            ("ger", "ger", "de", "de "),
            ("a", "a", "ablage/", "ablage/"),
        ] {
            let (_, last) = split(written);
            assert_eq!(last.replacing(candidate, readline_word), expected, "{written}");
        }
    }
}
