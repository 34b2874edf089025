//! Secrets: values that cannot be printed, and the masking of those that somebody else repeats.

mod decoding;
mod given;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

pub use given::{Secret, SecretFault};

/// What replaces a secret.
pub const MASK: &str = "***";

/// The secrets that this run knows, for masking what comes back from outside. Clones share what they know: a session
/// that begins in the middle of a run is masked everywhere from then on.
#[derive(Debug, Clone, Default)]
pub struct Secrets(Arc<Mutex<Vec<SecretString>>>);

impl Secrets {
    /// Remembers a secret in every form in which somebody may repeat it.
    pub fn add(&self, secret: &str) {
        let mut known = self.known();
        if known.iter().any(|other| other.expose_secret() == secret) {
            return;
        }
        for form in forms(secret) {
            if !known.iter().any(|other| other.expose_secret() == form) {
                known.push(SecretString::from(form));
            }
        }
        // The longest first: of a secret that holds another one nothing may be left.
        known.sort_by_key(|form| std::cmp::Reverse(form.expose_secret().len()));
    }

    /// The text with every known secret replaced, however it is encoded there.
    pub fn masked(&self, text: &str) -> String {
        let mut masked = String::with_capacity(text.len());
        let mut end = 0;
        for found in self.found_in(text) {
            masked.push_str(&text[end..found.start]);
            masked.push_str(MASK);
            end = found.end;
        }
        masked.push_str(&text[end..]);
        masked
    }

    /// Whether a known secret is in the text.
    pub fn stand_in(&self, text: &str) -> bool {
        !self.found_in(text).is_empty()
    }

    /// Where known secrets are in the text, in order; what overlaps is one.
    fn found_in(&self, text: &str) -> Vec<Range<usize>> {
        let known = self.known();
        if known.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        decoding::each_reading(text, &mut |reading| {
            let secrets = known.iter().map(|secret| secret.expose_secret().as_bytes());
            found.extend(secrets.flat_map(|secret| reading.find(secret)));
        });
        found.sort_by_key(|found| (found.start, found.end));
        found.dedup_by(|next, one| {
            let overlap = next.start < one.end;
            if overlap {
                one.end = one.end.max(next.end);
            }
            overlap
        });
        found
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

/// A secret as it is, and in base64 by itself and as the bodies that we send have it, in JSON or in a form: what we send
/// may come back as a whole. Other encodings are undone where a text is looked through.
fn forms(secret: &str) -> BTreeSet<String> {
    if secret.is_empty() {
        return BTreeSet::new();
    }
    let mut forms = BTreeSet::from([secret.to_owned()]);
    // Of most secrets, which need no escaping, there is one alone.
    for text in BTreeSet::from([secret, &in_json(secret), &percent_encoded(secret)]) {
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
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
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
            // As .NET writes JSON, by either of its writers, and all of it escaped.
            r"p\u00E4\u0022s/ w?rd~",
            r#"p\u00e4\"s\/ w?rd~"#,
            r"\u0070\u00e4\u0022\u0073\u002f\u0020\u0077\u003F\u0072\u0064\u007e",
            // JSON in a text of JSON.
            r#"p\\u00e4\\\"s\\/ w?rd~"#,
            // As a path of a URL, where a slash stays, and once more.
            "p%C3%A4%22s/%20w%3Frd~",
            "p%25C3%25A4%2522s%252F%2520w%253Frd~",
            // As HTML by name and number, in JSON too, where .NET escapes the ampersand.
            "p&#228;&quot;s/ w?rd~",
            "p&#xE4;&#x22;s&#x2f; w?rd~",
            "p&auml;&#34;s&#47; w?rd~",
            "p%u00e4%22s%2f+w%3frd~",
            r"p\u0026#228;\u0026quot;s/ w?rd~",
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
    fn a_secret_is_found_in_every_encoding_of_base64_with_its_signs() {
        let secrets = Secrets::default();
        secrets.add(">>>???");
        let base64 = STANDARD_NO_PAD.encode(">>>???");
        assert!(base64.contains('+') && base64.contains('/'), "{base64}");
        for form in [base64.replace('+', r"\u002B"), base64.replace('/', r"\/"), percent_encoded(&base64)] {
            assert_eq!(secrets.masked(&format!("<{form}>")), "<***>", "{form}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_else_is_masked(text in "[a-c%&#;+/0-9\\\\u\"{}:,]{0,60}", secret in "[xyz]{4,8}") {
            let secrets = Secrets::default();
            secrets.add(&secret);
            proptest::prop_assert_eq!(secrets.masked(&text), text);
        }

        #[test]
        fn however_its_letters_are_written_it_is_masked(letters in proptest::collection::vec(("[a-zA-Z0-9+/=\"'<>&äß李😀~ -]", 0..6), 4..12)) {
            let secret: String = letters.iter().map(|(letter, _)| letter.as_str()).collect();
            let written: String = letters
                .iter()
                .map(|(letter, how)| match how {
                    0 => letter.clone(),
                    1 => letter.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect(),
                    2 => percent_encoded(letter),
                    3 => letter.bytes().map(|byte| format!("%{byte:02x}")).collect(),
                    4 => letter.chars().map(|letter| format!("&#{};", u32::from(letter))).collect(),
                    _ => letter.chars().map(|letter| format!("&#x{:x};", u32::from(letter))).collect(),
                })
                .collect();
            let secrets = Secrets::default();
            secrets.add(&secret);
            proptest::prop_assert_eq!(secrets.masked(&format!("<b>{written}</b>")), "<b>***</b>");
        }
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
