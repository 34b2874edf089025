//! Secrets: values that cannot be printed, and the masking of those that somebody else repeats.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// What stands where a secret was.
pub const MASK: &str = "***";

/// The secrets that this run knows, for masking what comes back from outside. Clones share what they know: a session
/// that begins in the middle of a run is masked everywhere from then on.
#[derive(Debug, Clone, Default)]
pub struct Secrets(Arc<Mutex<Vec<SecretString>>>);

impl Secrets {
    /// Remembers a secret in every form in which somebody may repeat it.
    pub fn add(&self, secret: &str) {
        let mut known = self.known();
        for form in forms(secret) {
            if !known.iter().any(|other| other.expose_secret() == form) {
                known.push(SecretString::from(form));
            }
        }
        // The longest first: of a secret that holds another one nothing may be left.
        known.sort_by_key(|form| std::cmp::Reverse(form.expose_secret().len()));
    }

    /// The text with every known secret replaced.
    pub fn masked(&self, text: &str) -> String {
        self.known().iter().fold(text.to_owned(), |text, secret| text.replace(secret.expose_secret(), MASK))
    }

    /// Whether a known secret stands in the text.
    pub fn stand_in(&self, text: &str) -> bool {
        self.known().iter().any(|secret| text.contains(secret.expose_secret()))
    }

    /// The body of an answer with every known secret replaced, however a JSON text in it escapes its letters. The keys of
    /// a JSON object stay, since they say what the answer means, and no secret of ours is sent as one.
    pub fn masked_body(&self, body: &str) -> String {
        let Ok(mut json) = serde_json::from_str::<Value>(body) else { return self.masked(body) };
        let before = json.clone();
        self.mask(&mut json);
        if json == before { body.to_owned() } else { json.to_string() }
    }

    /// Masks the texts and numbers in a JSON value.
    fn mask(&self, json: &mut Value) {
        match json {
            Value::String(text) => *text = self.masked(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.mask(item)),
            Value::Object(members) => members.values_mut().for_each(|member| self.mask(member)),
            Value::Number(number) => {
                let written = number.to_string();
                let masked = self.masked(&written);
                if masked != written {
                    *json = Value::String(masked);
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn known(&self) -> MutexGuard<'_, Vec<SecretString>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A secret as it is and as the bodies that we send have it, in JSON or in a form; as JSON writes the former; and each
/// of these in base64 and percent-encoded too. What we send may come back as a whole, inside a text of the answer.
fn forms(secret: &str) -> BTreeSet<String> {
    if secret.is_empty() {
        return BTreeSet::new();
    }
    let json = in_json(secret);
    let mut forms = BTreeSet::new();
    // Of most secrets, which need no escaping, there is one alone.
    for text in BTreeSet::from([secret, &json, &in_json(&json), &percent_encoded(secret)]) {
        let percent = percent_encoded(text);
        forms.insert(text.to_owned());
        forms.insert(percent.replace("%20", "+"));
        forms.insert(percent);
        forms.insert(percent_encoded_by(text, |byte| format!("%{byte:02x}")));
        for alphabet in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            forms.insert(alphabet.encode(text));
            forms.extend((0..3).map(|before| within_base64(&alphabet, text, before)));
        }
    }
    forms.retain(|form| form.len() >= SHORTEST_FORM || form == secret);
    forms
}

/// A text between the quotes of a JSON string.
fn in_json(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// A shorter form would be found in any text, in bytes.
const SHORTEST_FORM: usize = 4;

/// What a secret looks like in the base64 of a longer text that has so many bytes before it, counted modulo three:
/// the letters that depend on the secret alone.
fn within_base64(alphabet: &impl base64::Engine, secret: &str, before: usize) -> String {
    let encoded = alphabet.encode([&b"\0\0"[..before], secret.as_bytes()].concat());
    let whole_letters = (before + secret.len()) * 8 / 6;
    encoded[(before * 8).div_ceil(6)..whole_letters].to_owned()
}

/// A text as a part of a URL or a form: everything but letters, digits and `-._~` escaped (RFC 3986).
pub fn percent_encoded(text: &str) -> String {
    percent_encoded_by(text, |byte| format!("%{byte:02X}"))
}

fn percent_encoded_by(text: &str, escape: impl Fn(u8) -> String) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => escape(byte),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_comes_back_is_masked_and_never_debugged() {
        let secrets = Secrets::default();
        secrets.add("s3cret");
        secrets.add("");
        assert_eq!(secrets.masked("no key s3cret here"), "no key *** here");
        assert!(!format!("{secrets:?}").contains("s3cret"));
    }

    #[test]
    fn a_secret_is_masked_in_whatever_form_it_comes_back() {
        let secrets = Secrets::default();
        secrets.add("p\u{e4}\"s/ w?rd~");
        for form in [
            "p\u{e4}\"s/ w?rd~",
            "p\u{e4}\\\"s/ w?rd~",
            "cMOkInMvIHc/cmR+",
            "cMOkInMvIHc_cmR-",
            "p%C3%A4%22s%2F%20w%3Frd~",
            "p%c3%a4%22s%2f%20w%3frd~",
            "p%C3%A4%22s%2F+w%3Frd~",
            "p%C3%A4%5C%22s%2F%20w%3Frd~",
        ] {
            assert_eq!(secrets.masked(&format!("<{form}>")), "<***>", "{form}");
        }
        for before in ["", "x", "xy", "xyz"] {
            let longer = STANDARD_NO_PAD.encode(format!("{before}p\u{e4}\"s/ w?rd~ and more"));
            assert!(secrets.masked(&longer).contains("***"), "{longer}");
        }
        let body = r#"{"a":["x","p\u00e4\u0022s\/ w?rd~"]}"#;
        assert_eq!(secrets.masked_body(body), r#"{"a":["x","***"]}"#);
        secrets.add("responseStatus");
        secrets.add("4711");
        let body = r#"{"responseStatus":{"errorCode":4711,"message":"responseStatus"}}"#;
        let masked = r#"{"responseStatus":{"errorCode":"***","message":"***"}}"#;
        assert_eq!(secrets.masked_body(body), masked);
        assert_eq!(secrets.masked_body("responseStatus {"), "*** {");
        assert_eq!(secrets.masked_body(r#"{ "a": 1.0 }"#), r#"{ "a": 1.0 }"#, "nothing else is touched");
    }

    #[test]
    fn of_a_secret_inside_another_nothing_is_left() {
        let secrets = Secrets::default();
        secrets.add("abc");
        secrets.add("abcdef");
        assert_eq!(secrets.masked("abcdef"), "***");
    }

    #[test]
    fn clones_know_the_same_secrets() {
        let secrets = Secrets::default();
        secrets.clone().add("later");
        assert_eq!(secrets.masked("later"), "***");
    }
}
