//! A secret as somebody gives it, by whatever way, and what it can only be by mistake.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// A secret that can be used. There is no other way to one than [`Secret::read`].
#[derive(Clone)]
pub struct Secret(SecretString);

/// Why a text is no secret, in words that follow its name, and what to do about it. Neither holds a part of it.
#[derive(Debug, PartialEq, Eq)]
pub struct SecretFault {
    pub message: String,
    pub hint: &'static str,
}

/// The quotes that a shell, a file of variables or a text processor may leave around a secret.
const QUOTES: [(char, char); 6] = [
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('\u{201c}', '\u{201d}'),
    ('\u{2018}', '\u{2019}'),
    ('\u{ab}', '\u{bb}'),
];

/// The schemes of `Authorization`, which is written by booster itself.
const SCHEMES: [&str; 2] = ["Bearer", "Basic"];

impl Secret {
    /// Reads a secret from a variable, a file, a program or a person. A byte order mark before it and one line end
    /// behind it belong to the file.
    ///
    /// # Errors
    /// If it is empty, or holds what is no part of any secret.
    pub fn read(text: &str) -> Result<Secret, SecretFault> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let text = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
        match fault(text) {
            Some((message, hint)) => Err(SecretFault { message, hint }),
            None => Ok(Secret(text.into())),
        }
    }

    /// The same where it goes out in a header as it is.
    ///
    /// # Errors
    /// If it holds a blank, or a letter that a server may read otherwise than it was written.
    pub fn for_header(self) -> Result<Secret, SecretFault> {
        if self.expose_secret().bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(self);
        }
        Err(SecretFault {
            message: "contains a space or a character that is not ASCII".to_owned(),
            hint: "copy it again: only ASCII letters, digits and signs are allowed",
        })
    }
}

fn fault(text: &str) -> Option<(String, &'static str)> {
    if text.is_empty() {
        return Some(("is empty".to_owned(), "give the secret itself"));
    }
    if text.contains(['\n', '\r']) {
        let hint = "give only the secret: an entry of a password store may have other lines below it";
        return Some(("contains a line break".to_owned(), hint));
    }
    if let Some(odd) = text.chars().find(|letter| letter.is_control()) {
        let hint = "give only the secret, as UTF-8 text";
        return Some((format!("contains the control character U+{:04X}", u32::from(odd)), hint));
    }
    if QUOTES.iter().any(|(open, close)| is_between(text, *open, *close)) {
        return Some(("is in quotes".to_owned(), "remove the quotes: they would be sent with it"));
    }
    let scheme = SCHEMES.into_iter().find(|scheme| is_behind(scheme, text))?;
    Some((format!("begins with \"{scheme} \""), "remove that: booster adds it"))
}

fn is_between(text: &str, open: char, close: char) -> bool {
    text.strip_prefix(open).is_some_and(|rest| rest.ends_with(close))
}

/// Whether a scheme is before one word. A passphrase of several words may begin in this way.
fn is_behind(scheme: &str, text: &str) -> bool {
    let mut words = text.split_whitespace();
    let is_scheme = words.next().is_some_and(|word| word.eq_ignore_ascii_case(scheme));
    is_scheme && words.next().is_some() && words.next().is_none()
}

impl ExposeSecret<str> for Secret {
    fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

impl From<Secret> for SecretString {
    fn from(secret: Secret) -> SecretString {
        secret.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_around_a_secret_in_a_file_is_no_part_of_it() {
        for (text, secret) in [
            ("tok", "tok"),
            ("\u{feff}tok\r\n", "tok"),
            (" tok ", " tok "),
            ("'tis", "'tis"),
            ("to\"k", "to\"k"),
            ("Bearer", "Bearer"),
            ("Basic training is over", "Basic training is over"),
            ("p\u{e4}ss w0rd", "p\u{e4}ss w0rd"),
        ] {
            assert_eq!(Secret::read(text).expect(text).expose_secret(), secret);
        }
    }

    #[test]
    fn what_is_no_part_of_a_secret_is_refused_without_a_part_of_it() {
        for text in
            ["", "\n", "\u{feff}", "'canary'", "BEARER canary", "canary\n\n", "can\0ary", "can\u{85}ary"]
        {
            let fault = Secret::read(text).expect_err(text);
            assert!(!format!("{fault:?}").contains("canary"), "{fault:?}");
        }
        assert!(Secret::read("\"").is_ok(), "a quote alone is between no others");
    }
}
