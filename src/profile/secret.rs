//! Secrets: values that cannot be printed, and the masking of those that somebody else repeats.

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// What stands where a secret was.
pub const MASK: &str = "***";

/// The secrets that this run knows, for masking what comes back from outside.
#[derive(Debug, Default)]
pub struct Secrets(Vec<SecretString>);

impl Secrets {
    pub fn add(&mut self, secret: &str) {
        if !secret.is_empty() {
            self.0.push(SecretString::from(secret));
        }
    }

    /// The text with every known secret replaced.
    pub fn masked(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret.expose_secret(), MASK))
    }

    /// The body of an answer with every known secret replaced, however a JSON text in it escapes its letters.
    pub fn masked_body(&self, body: &str) -> String {
        if let Ok(mut json) = serde_json::from_str(body)
            && self.mask(&mut json)
        {
            return json.to_string();
        }
        self.masked(body)
    }

    /// Masks the texts in a JSON value, and says whether there was anything to mask.
    fn mask(&self, json: &mut Value) -> bool {
        match json {
            Value::String(text) => {
                let masked = self.masked(text);
                let changed = masked != *text;
                *text = masked;
                changed
            }
            Value::Array(items) => items.iter_mut().fold(false, |changed, item| self.mask(item) | changed),
            Value::Object(members) => {
                members.values_mut().fold(false, |changed, member| self.mask(member) | changed)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_comes_back_is_masked_and_never_debugged() {
        let mut secrets = Secrets::default();
        secrets.add("s3cret");
        secrets.add("");
        assert_eq!(secrets.masked("no key s3cret here"), "no key *** here");
        assert!(!format!("{secrets:?}").contains("s3cret"));
    }

    #[test]
    fn a_secret_is_masked_however_json_escapes_it() {
        let mut secrets = Secrets::default();
        secrets.add("a\"/b");
        let body = r#"{"a":["x","a\u0022\/b"]}"#;
        assert_eq!(secrets.masked_body(body), r#"{"a":["x","***"]}"#);
        assert_eq!(secrets.masked_body(r#"{ "a": 1.0 }"#), r#"{ "a": 1.0 }"#, "nothing else is touched");
        assert_eq!(secrets.masked_body("no a\"/b"), "no ***");
    }
}
