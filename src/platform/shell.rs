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

/// A word in quotes, in which no shell expands anything.
pub fn quoted(word: &str, shell: Shell) -> String {
    // In double quotes cmd reads it as well, which knows no single ones.
    if shell == Shell::Pwsh && !word.ends_with('\\') && !word.contains(EXPANDED_IN_DOUBLE_QUOTES) {
        return format!("\"{word}\"");
    }
    let written = |letter: char| match (shell, letter) {
        // Outside quotes every shell reads an escaped backslash or quote the same.
        (Shell::Unix, '\\') => r"'\\'".to_owned(),
        (Shell::Unix, '\'') => r"'\''".to_owned(),
        // To PowerShell a typographic quote is one like any other.
        (Shell::Pwsh, '\'' | '‘' | '’' | '‚' | '‛') => format!("{letter}{letter}"),
        (Shell::Unix | Shell::Pwsh, other) => other.to_string(),
    };
    let inside: String = word.chars().map(written).collect();
    format!("'{inside}'")
}

/// What PowerShell or cmd reads as more than itself in double quotes.
const EXPANDED_IN_DOUBLE_QUOTES: &[char] = &['"', '“', '”', '„', '$', '`', '%', '!', '^', '\n', '\r'];

/// A command line of these words, with quotes only where they are needed.
pub fn command_line(words: &[String], shell: Shell) -> String {
    // To PowerShell a comma makes a list, and an at sign one out of a variable.
    let plain: &[u8] = match shell {
        Shell::Unix => b"-_=./:+,@",
        Shell::Pwsh => b"-_=./:+\\",
    };
    let is_plain = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || plain.contains(&byte))
    };
    let words: Vec<String> =
        words.iter().map(|word| if is_plain(word) { word.clone() } else { quoted(word, shell) }).collect();
    words.join(" ")
}

/// A word that names a file for its text, as in `--notes @file`.
pub fn from_file(file: &str) -> String {
    match Shell::current() {
        Shell::Unix => format!("@{file}"),
        Shell::Pwsh => quoted(&format!("@{file}"), Shell::Pwsh),
    }
}

/// Setting a variable for a command.
pub fn variable(name: &str, value: &str) -> String {
    match Shell::current() {
        Shell::Unix => format!("{name}={value}"),
        Shell::Pwsh => format!("$env:{name}={}", quoted(value, Shell::Pwsh)),
    }
}

/// Whether a program gets the words of a command line as they are written. PowerShell before 7.3 takes double quotes out of a word, and
/// later ones do not: nothing can be written that both pass on.
pub fn passes_on(words: &[String], shell: Shell) -> bool {
    match shell {
        Shell::Unix => true,
        // Those around a word are ours.
        Shell::Pwsh => !words.iter().any(|word| word.contains('"')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_word_keeps_its_quotes_and_backslashes() {
        assert_eq!(quoted(r"it's \ $x", Shell::Unix), r"'it'\''s '\\' $x'");
        assert_eq!(quoted(r"it's \ $x", Shell::Pwsh), r"'it''s \ $x'");
        assert_eq!(quoted(r"it's \ x", Shell::Pwsh), r#""it's \ x""#);
        assert_eq!(quoted(r"C:\", Shell::Pwsh), r"'C:\'");
    }

    #[test]
    fn no_line_is_offered_whose_double_quotes_a_shell_may_lose() {
        let words = |word: &str| ["booster".to_owned(), word.to_owned()];
        assert!(passes_on(&words("--notes=say \"hi\""), Shell::Unix));
        assert!(!passes_on(&words("--notes=say \"hi\""), Shell::Pwsh));
        assert!(passes_on(&words("--notes=it's"), Shell::Pwsh));
    }

    #[test]
    fn only_what_needs_it_is_quoted() {
        let words = ["booster", "--first-name=Ada", "--notes=a b", "--x=~", ""].map(str::to_owned);
        assert_eq!(command_line(&words, Shell::Unix), "booster --first-name=Ada '--notes=a b' '--x=~' ''");
        let email = ["--email=ada@example.com,main".to_owned()];
        assert_eq!(command_line(&email, Shell::Unix), "--email=ada@example.com,main");
        assert_eq!(command_line(&email, Shell::Pwsh), "\"--email=ada@example.com,main\"");
        let awkward = ["--notes=it’s $5".to_owned()];
        assert_eq!(command_line(&awkward, Shell::Pwsh), "'--notes=it’’s $5'");
    }
}
