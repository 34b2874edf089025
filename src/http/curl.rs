//! A request as a curl command line, whose shell takes the secrets from variables.

use std::path::PathBuf;

use super::header::{Header, InShell, Part, REQUEST_ID};
use super::request::Request;
use super::tls::{Files, Tls};
use crate::platform::shell::{Shell, quoted};
use crate::secret::MASK;

/// What fits well into one word of a command line, in bytes. Linux takes 128 KiB (`MAX_ARG_STRLEN`); what a shell does
/// itself, such as `printf`, has no such limit.
const LARGEST_WORD: usize = 100 << 10;

/// A line that sends the request to whom these settings trust, and fails where the answer is an error. `Host` and
/// `Content-Length` are curl's to set, and it sets the same ones. Comments above it say which variables are missing.
pub fn to_curl(request: &Request, tls: &Tls) -> String {
    let mut remarks = Vec::new();
    let url = request.url.as_str();
    let mut curl =
        format!("curl --fail-with-body --request {} {}", request.method(), quoted(url, Shell::Unix));
    // The line is no run of ours, so it names none.
    let is_ours = |header: &&Header| !matches!(header.name.as_ref(), "Host" | "Content-Length" | REQUEST_ID);
    for header in request.shown_headers().filter(is_ours) {
        let (option, remark) = option(header);
        curl.push_str(&format!(" \\\n  {option}"));
        remarks.extend(remark);
    }
    if url.contains(['[', ']', '{', '}']) {
        // Else curl takes them for a pattern of several addresses.
        curl.push_str(" \\\n  --globoff");
    }
    if request.url.scheme() == "https" {
        curl.extend(of_files(&tls.files).map(|option| format!(" \\\n  {option}")));
        if tls.system && tls.files.ca.is_some() {
            remarks.push("Where the system trusts the host already, remove --cacert.".to_owned());
        }
    }
    let body = quoted(&request.body, Shell::Unix);
    let line = if body.len() < LARGEST_WORD {
        format!("{curl} \\\n  --data-raw {body}")
    } else {
        format!("printf %s {body} |\n{curl} \\\n  --data-binary @-")
    };
    let remarks = remarks.iter().map(|remark| format!("# {remark}\n"));
    remarks.chain([line]).collect()
}

/// The options that name the files by which hosts are trusted, and ours.
fn of_files(files: &Files) -> impl Iterator<Item = String> {
    let shown = |file: &PathBuf| file.to_string_lossy().into_owned();
    // What follows a colon would be a password.
    let certificate = files.certificate.as_ref().map(|file| shown(file).replace(':', "\\:"));
    let (ca, key) = (files.ca.as_ref().map(shown), files.key.as_ref().map(shown));
    let given = [("cacert", ca), ("cert", certificate), ("key", key)].into_iter();
    given.filter_map(|(option, file)| Some(format!("--{option} {}", quoted(&file?, Shell::Unix))))
}

/// The option that sends the header, and what a person has to do for it.
fn option(header: &Header) -> (String, Option<String>) {
    let shown = header.display();
    let Some(scheme) = shown.strip_suffix(MASK) else { return (plain(header), None) };
    match header.in_shell() {
        Some(InShell::User { user, password, remark }) => {
            let colon = Part::Text(":".to_owned());
            (format!("--user {}", expanded(&[user, &colon, password])), remark.clone())
        }
        Some(InShell::Variable { name, remark }) => {
            let start = Part::Text(format!("{}: {scheme}", header.name));
            (format!("--header {}", expanded(&[&start, &Part::Variable(name.clone())])), remark.clone())
        }
        None => {
            let remark = format!("Replace {MASK} with the secret of {}.", header.name);
            (plain(header), Some(remark))
        }
    }
}

fn plain(header: &Header) -> String {
    format!("--header {}", quoted(&format!("{}: {}", header.name, header.display()), Shell::Unix))
}

/// One word in double quotes, in which the shell expands the variables and nothing else.
fn expanded(parts: &[&Part]) -> String {
    let written = |part: &&Part| match part {
        Part::Variable(name) => format!("${name}"),
        // An exclamation mark is history to an interactive bash, even in double quotes.
        Part::Text(text) if text.contains('!') => format!("\"{}\"", quoted(text, Shell::Unix)),
        Part::Text(text) => text.chars().flat_map(escaped).collect(),
    };
    format!("\"{}\"", parts.iter().map(written).collect::<String>())
}

fn escaped(letter: char) -> impl Iterator<Item = char> {
    let backslash = matches!(letter, '"' | '\\' | '$' | '`').then_some('\\');
    backslash.into_iter().chain([letter])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_expands_the_variables_and_nothing_else() {
        let word = |text: &str| expanded(&[&Part::Text(text.to_owned()), &Part::Variable("TOKEN".into())]);
        assert_eq!(word("Authorization: Bearer "), "\"Authorization: Bearer $TOKEN\"");
        assert_eq!(word("a\"`\\$x:"), "\"a\\\"\\`\\\\\\$x:$TOKEN\"");
        assert_eq!(word("o'k!:"), "\"\"'o'\\''k!:'\"$TOKEN\"");
    }
}
