//! How a word is written so that a shell takes it as it is.

use crate::environment::Variable;

/// The shells by how they quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    /// sh, bash, zsh, ksh, dash.
    Posix,
    Fish,
    /// PowerShell.
    Pwsh,
}

impl Shell {
    /// The shell in use, as far as the environment tells.
    pub fn current() -> Shell {
        if cfg!(windows) {
            return Shell::Pwsh;
        }
        let path = Variable::Shell.get().unwrap_or_default();
        match path.rsplit('/').next() {
            Some("fish") => Shell::Fish,
            Some("pwsh") => Shell::Pwsh,
            _ => Shell::Posix,
        }
    }
}

/// A word in single quotes, in which no shell replaces anything.
pub fn quoted(word: &str, shell: Shell) -> String {
    let inside = match shell {
        Shell::Posix => word.replace('\'', r"'\''"),
        Shell::Fish => word.replace('\\', r"\\").replace('\'', r"\'"),
        Shell::Pwsh => word.replace('\'', "''"),
    };
    format!("'{inside}'")
}

/// A command line of these words, with quotes where they are needed alone.
pub fn command_line(words: &[String], shell: Shell) -> String {
    let is_plain = |word: &str| {
        !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_=./:+".contains(&byte))
    };
    let words: Vec<String> =
        words.iter().map(|word| if is_plain(word) { word.clone() } else { quoted(word, shell) }).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_word_keeps_its_quotes_and_backslashes() {
        assert_eq!(quoted(r"it's \ $x", Shell::Posix), r"'it'\''s \ $x'");
        assert_eq!(quoted(r"it's \ $x", Shell::Fish), r"'it\'s \\ $x'");
        assert_eq!(quoted(r"it's \ $x", Shell::Pwsh), r"'it''s \ $x'");
    }

    #[test]
    fn only_what_needs_it_is_quoted() {
        let words = ["booster", "--first-name=Ada", "--notes=a b", "--x=~", ""].map(str::to_owned);
        assert_eq!(command_line(&words, Shell::Posix), "booster --first-name=Ada '--notes=a b' '--x=~' ''");
    }
}
