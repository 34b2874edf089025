//! The secrets that are planted, and everything that they can look like.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// The letters change in every notation: quote, slash, percent, plus, backslash.
pub const SECRET: &str = "cAn4Ry\"/%+\\tok3n~";
/// A password may hold letters that no header takes.
pub const PASSWORD: &str = "cAn4Ry\"/%+\\p\u{e4}ss w0rd";
/// What the service itself gives out.
pub const ISSUED: &str = "cAn4Ry~1ssued.t0ken-here";
pub const REFRESH: &str = "cAn4Ry~r3fresh.t0ken-here";
pub const COOKIE: &str = "cAn4Ry~s3ssion-cookie";

/// Of a header that the profile adds.
pub const GATEWAY: &str = "cAn4Ry~g4teway\"/%+\\k3y";

const ALL: [&str; 6] = [SECRET, PASSWORD, ISSUED, REFRESH, COOKIE, GATEWAY];

/// Everything that a secret can look like.
fn forms(secret: &str) -> BTreeSet<String> {
    let json = serde_json::Value::from(secret).to_string();
    let in_capitals: String = secret.bytes().map(|byte| percent(byte, true)).collect();
    let unicode: String = secret.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    let mut forms = BTreeSet::from([
        secret.to_owned(),
        json[1..json.len() - 1].to_owned(),
        in_capitals,
        secret.bytes().map(|byte| percent(byte, false)).collect(),
        unicode,
        secret.replace('"', "\\u0022"),
        secret.replace('/', "\\/"),
    ]);
    for alphabet in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
        for before in 0..3 {
            // The letters in the middle, which depend on the secret alone, wherever it is in a longer text.
            let encoded = alphabet.encode([&b"\0\0"[..before], secret.as_bytes()].concat());
            forms.insert(encoded[4..encoded.len() - 3].to_owned());
        }
    }
    forms
}

pub fn percent(byte: u8, in_capitals: bool) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        char::from(byte).to_string()
    } else if in_capitals {
        format!("%{byte:02X}")
    } else {
        format!("%{byte:02x}")
    }
}

/// The forms of all secrets that are in a text.
pub fn found(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    static FORMS: LazyLock<BTreeSet<String>> = LazyLock::new(|| ALL.into_iter().flat_map(forms).collect());
    found.extend(FORMS.iter().filter(|form| text.contains(form.as_str())).cloned());
    // The word that all of them begin with, should a form be missing above.
    if found.is_empty() && text.contains("cAn4Ry") {
        found.push("cAn4Ry".to_owned());
    }
    found
}

#[track_caller]
pub fn is_clean(what: &str, text: &str) {
    let found = found(text);
    if let Some(form) = found.first() {
        let at = text.find(form).unwrap_or_default();
        let around = text[..at].char_indices().rev().nth(60).map_or(0, |(at, _)| at);
        panic!("{what}: {form} stands in {}", text[around..].chars().take(200).collect::<String>());
    }
}

#[test]
fn the_forms_are_found_where_they_are() {
    for secret in ALL {
        for form in forms(secret) {
            assert!(!found(&format!("x{form}x")).is_empty(), "{form}");
        }
        for before in ["", "a", "ab", "abc"] {
            assert!(!found(&STANDARD.encode(format!("{before}{secret}{before}"))).is_empty());
        }
    }
    is_clean("nothing", "Authorization: Bearer ***");
}
