//! The `headers` of a profile: which may be named, and what their values may hold.

use std::ops::Range;

use toml::{Spanned, Value};
use url::Url;

use super::config_file::Entry;
use super::error::{ConfigError, Errors};
use crate::auth::Auth;
use crate::auth::profile_header::{HeaderValue, ProfileHeader};
use crate::auth::table_reader::type_name;
use crate::escape::escaped;
use crate::http::header::why_not_for_profiles;
use crate::model::problem::Source;

/// How a secret value is written.
const SECRET: &str = "write a secret value as { secret = \"gateway\" }";

/// Reads the headers of an entry, beside the sign-in and the address that they go out with.
///
/// # Errors
/// Usage: every header that cannot be sent.
pub fn read(
    entry: &Entry,
    auth: Option<&Auth>,
    base_url: Option<&Url>,
    in_config: &dyn Fn(Range<usize>) -> Option<Source>,
) -> Result<Vec<ProfileHeader>, ConfigError> {
    let Some(table) = &entry.headers else { return Ok(Vec::new()) };
    let of_sign_in: Vec<String> = auth
        .zip(base_url)
        .map(|(auth, url)| {
            auth.shown_headers(url).into_iter().map(|header| header.name.into_owned()).collect()
        })
        .unwrap_or_default();
    let (mut errors, mut headers) = (Errors::default(), Vec::<ProfileHeader>::new());
    for (name, value) in table.get_ref() {
        let text = name.get_ref();
        let is_same = |other: &String| other.eq_ignore_ascii_case(text);
        let wrong = if headers.iter().any(|header| is_same(&header.name)) {
            Some((
                "is given twice",
                "remove one of the two: upper and lower case do not matter in header names",
            ))
        } else if of_sign_in.iter().any(is_same) {
            Some(("is already set by the profile's auth", "remove it here"))
        } else if !is_name(text) {
            Some(("is not a valid header name", "use letters, digits, dashes and underscores"))
        } else {
            why_not_for_profiles(text)
        };
        if let Some((why, hint)) = wrong {
            let message = format!("the header {} {why}", escaped(text));
            errors.add(ConfigError::new(message).at(in_config(name.span())).hint(hint));
        } else if let Some(value) = errors.keep(read_value(text, value, in_config)) {
            headers.push(ProfileHeader { name: text.clone(), value });
        }
    }
    errors.finish().map(|()| headers)
}

fn is_name(text: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    !text.is_empty() && text.chars().all(is_letter)
}

fn read_value(
    name: &str,
    value: &Spanned<Value>,
    in_config: &dyn Fn(Range<usize>) -> Option<Source>,
) -> Result<HeaderValue, ConfigError> {
    let refused = |why: &str, hint: &str| {
        let message = format!("the header {name} {why}");
        Err(ConfigError::new(message).at(in_config(value.span())).hint(hint))
    };
    let table = match value.get_ref() {
        Value::String(text) if text.is_empty() => return refused("has no value", "leave it out"),
        Value::String(text) if text.trim() != text => {
            return refused("has a value with spaces around it", "remove them: HTTP ignores them");
        }
        Value::String(text) if !text.chars().all(|letter| letter == ' ' || letter.is_ascii_graphic()) => {
            let why = "has a value with a control character or a character that is not ASCII";
            return refused(why, "use only ASCII letters, digits and signs");
        }
        Value::String(_) if is_secret(name) => {
            return refused("is a secret, and secrets are not allowed in the configuration", SECRET);
        }
        Value::String(text) => return Ok(HeaderValue::Plain(text.clone())),
        Value::Table(table) => table,
        other => {
            let found = type_name(other.type_str());
            let hint = "write it in quotes; write a secret value as { secret = \"gateway\" }";
            return refused(&format!("has a wrong value: expected text, found {found}"), hint);
        }
    };
    match (table.get("secret"), table.len()) {
        (Some(Value::String(secret)), 1) if is_secret_name(secret) => Ok(HeaderValue::Secret(secret.clone())),
        (Some(Value::String(_)), 1) => {
            let why = "has a secret with a name that is not allowed";
            refused(why, "use small letters, digits and underscores, with a letter first")
        }
        _ => refused("has a value that is neither text nor a secret", SECRET),
    }
}

/// It is a part of the name of a variable.
fn is_secret_name(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_lowercase())
        && name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
}

/// Whether a header is one for secrets, by the last word of its name.
fn is_secret(name: &str) -> bool {
    let last = name.rsplit(['-', '_']).next().unwrap_or_default();
    ["key", "apikey", "token", "secret", "password"].iter().any(|word| word.eq_ignore_ascii_case(last))
}
