//! How a word is quoted for a shell.

/// The shells by how they quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    /// sh, bash, zsh, ksh, dash, and fish, which differs only in what a backslash means inside quotes.
    Unix,
    /// PowerShell.
    Pwsh,
}

impl Shell {
    /// The shell in use, by the platform. `SHELL` does not say which of the Unix shells it is: it names the login shell.
    pub fn current() -> Shell {
        if cfg!(windows) { Shell::Pwsh } else { Shell::Unix }
    }
}

/// A word in single quotes, in which no shell expands anything.
pub fn quoted(word: &str, shell: Shell) -> String {
    let written = |letter: char| match (shell, letter) {
        // Outside quotes every shell reads an escaped backslash or quote the same.
        (Shell::Unix, '\\') => r"'\\'".to_owned(),
        (Shell::Unix, '\'') => r"'\''".to_owned(),
        (Shell::Pwsh, '\'') => "''".to_owned(),
        (Shell::Unix | Shell::Pwsh, other) => other.to_string(),
    };
    let inside: String = word.chars().map(written).collect();
    format!("'{inside}'")
}

/// A command line of these words, with quotes only where they are needed.
pub fn command_line(words: &[String], shell: Shell) -> String {
    // To PowerShell a comma makes a list, and an at sign one out of a variable.
    let plain: &[u8] = match shell {
        Shell::Unix => b"-_=./:+,@",
        Shell::Pwsh => b"-_=./:+",
    };
    let is_plain = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || plain.contains(&byte))
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
        assert_eq!(quoted(r"it's \ $x", Shell::Unix), r"'it'\''s '\\' $x'");
        assert_eq!(quoted(r"it's \ $x", Shell::Pwsh), r"'it''s \ $x'");
    }

    #[test]
    fn only_what_needs_it_is_quoted() {
        let words = ["booster", "--first-name=Ada", "--notes=a b", "--x=~", ""].map(str::to_owned);
        assert_eq!(command_line(&words, Shell::Unix), "booster --first-name=Ada '--notes=a b' '--x=~' ''");
        let email = ["--email=ada@example.com,main".to_owned()];
        assert_eq!(command_line(&email, Shell::Unix), "--email=ada@example.com,main");
        assert_eq!(command_line(&email, Shell::Pwsh), "'--email=ada@example.com,main'");
    }
}
