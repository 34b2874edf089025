//! What is read off an address: whether it is this machine, its origin, and the address of a route below it.

use std::net::Ipv6Addr;

use unicode_normalization::UnicodeNormalization;
use url::Url;

/// What is wrong with an address, in words that follow its name, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub struct AddressFault {
    pub message: String,
    pub hint: Option<String>,
}

/// The name of a host that is written otherwise than it would be read.
const OTHER_FORM: &str = "has a host name in unusual characters";

/// Reads an address as it is written. The crate `url` drops line breaks and tabs, takes a backslash for a slash, makes
/// up missing slashes, and turns full-width letters, escapes and numbers into another name, so that a request would go
/// to a host that nobody wrote. What it would change is refused here; one line end behind the address, which a shell or
/// a file leaves, is no part of it.
///
/// # Errors
/// Why it cannot be read. Nothing of the address is repeated but a host or a path segment that is harmless.
pub fn read(text: &str) -> Result<Url, AddressFault> {
    let fault = |message: String| AddressFault { message, hint: None };
    let text = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
    if let Some(odd) = text.chars().find_map(odd_character) {
        let hint = Some("remove that, as in https://dev-api-booster.example.com".to_owned());
        return Err(AddressFault { message: format!("contains {odd}"), hint });
    }
    let (_, rest) = text.split_once("://").ok_or_else(|| fault("does not begin with https://".to_owned()))?;
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if authority.is_empty() {
        return Err(fault("has no host".to_owned()));
    }
    // User and password are the caller's to refuse.
    let written = without_port(authority.rsplit('@').next().unwrap_or_default());
    let other_form = |read: Option<&str>| {
        let hint = match read {
            Some(read) => format!("if you mean the host {read}, write it that way"),
            None => "write it as it is asked for in the network, as in xn--bcher-kva.example".to_owned(),
        };
        AddressFault { message: OTHER_FORM.to_owned(), hint: Some(hint) }
    };
    if !written.is_ascii() {
        return Err(other_form(in_ascii(written).as_deref()));
    }
    let url = Url::parse(text).map_err(|error| match written {
        escaped if escaped.contains('%') && !escaped.starts_with('[') => other_form(None),
        _ => fault(format!("cannot be read: {error}")),
    })?;
    let read = url.host_str().unwrap_or_default();
    if !is_same_host(written, read) {
        return Err(other_form(Some(read)));
    }
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let is_dots =
        |segment: &&str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    match path.split('/').find(is_dots) {
        Some(dots) => Err(AddressFault {
            message: format!("contains the path segment {dots}"),
            hint: Some("write the full path without it".to_owned()),
        }),
        None => Ok(url),
    }
}

/// A character that no address has, in words.
fn odd_character(letter: char) -> Option<String> {
    match letter {
        '\n' | '\r' => Some("a line break".to_owned()),
        '\t' => Some("a tab".to_owned()),
        '\\' => Some("a backslash".to_owned()),
        letter if letter.is_control() => Some(format!("the control character U+{:04X}", u32::from(letter))),
        letter if letter.is_whitespace() => Some("a space".to_owned()),
        _ => None,
    }
}

/// Host and port without the port.
fn without_port(written: &str) -> &str {
    match written.rsplit_once(':') {
        // The last colon of an address in brackets is its own.
        Some((host, port)) if !port.ends_with(']') => host,
        Some(_) | None => written,
    }
}

fn is_same_host(written: &str, read: &str) -> bool {
    let ipv6 = |host: &str| host.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok();
    written.eq_ignore_ascii_case(read) || ipv6(written).is_some_and(|address| ipv6(read) == Some(address))
}

/// The name of a host as it is asked for in the network, as far as that is certain.
fn in_ascii(written: &str) -> Option<String> {
    let narrow = |letter: char| match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0),
        '\u{3002}' | '\u{ff61}' => Some('.'),
        // Not seen, and no part of a name.
        '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => None,
        letter => Some(letter),
    };
    let name: String = written.chars().filter_map(narrow).flat_map(char::to_lowercase).nfc().collect();
    let encoded = |label: &str| match idna::punycode::encode_str(label) {
        _ if label.is_ascii() => Some(label.to_owned()),
        Some(code) if label.chars().all(|letter| letter.is_alphanumeric() || letter == '-') => {
            Some(format!("xn--{code}"))
        }
        Some(_) | None => None,
    };
    let name = name.split('.').map(encoded).collect::<Option<Vec<_>>>()?.join(".");
    // What else would become of it is not guessed.
    Url::parse(&format!("https://{name}")).ok().filter(|url| url.host_str() == Some(&name)).map(|_| name)
}

/// Whether a text is a path below a base URL: it can name no other host, and no query.
pub fn is_plain_path(path: &str) -> bool {
    let is_plain =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_' | '~' | '/');
    path.starts_with('/')
        && path.chars().all(is_plain)
        && !path.split('/').any(|segment| matches!(segment, "." | ".."))
}

/// What two addresses of one service have in common, however they are written: host and port, where all names of this
/// machine are one, and so is a name with a dot at its end.
pub fn service_of(url: &Url) -> (String, Option<u16>) {
    let host = if is_loopback(url) { "localhost" } else { url.host_str().unwrap_or_default() };
    (host.trim_end_matches('.').to_owned(), url.port_or_known_default())
}

/// Whether the address is this machine: then no proxy is asked, and http will do.
pub fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

/// Scheme, host and port: what a credential is bound to.
pub fn origin_of(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The address of a route below the base URL, whose path may end in a slash or not.
pub fn route_below(base_url: &Url, route: &str) -> Url {
    let mut url = base_url.clone();
    url.set_path(&format!("{}/{route}", base_url.path().trim_end_matches('/')));
    url
}

/// The value of `Host`: the port is in it only where it is not the scheme's own.
pub fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Host and port, as one connects to them.
pub fn host_and_port(url: &Url) -> Option<String> {
    Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_is_written_or_not_at_all() {
        for text in [
            "https://host.example",
            "https://HOST.example:443/a%20b/\u{e9}",
            "https://xn--bcher-kva.example",
            "https://host.example.",
            "https://host_name",
            "http://[::1]:8080",
            "http://[0:0::0001]",
            "https://u:p@host.example/?x",
        ] {
            read(text).expect(text);
        }
        let refused = |text: &str| read(text).expect_err(text);
        assert_eq!(
            refused("https://\u{ff48}ost.example").hint.as_deref(),
            Some("if you mean the host host.example, write it that way")
        );
        for (host, read) in [
            ("b\u{fc}cher.example", "xn--bcher-kva"),
            ("BU\u{308}CHER\u{3002}example", "xn--bcher-kva"),
            ("ho\u{ad}st.example", "host"),
        ] {
            let hint = format!("if you mean the host {read}.example, write it that way");
            assert_eq!(
                refused(&format!("https://u:p@{host}:8443/x")),
                AddressFault { message: OTHER_FORM.to_owned(), hint: Some(hint) }
            );
        }
        for host in
            ["host.example\u{2215}x", "h\u{ff1a}1.example", "\u{ff05}6f.example", "b%C3%BCcher.example"]
        {
            let fault = refused(&format!("https://{host}"));
            assert_eq!(fault.message, OTHER_FORM);
            assert!(fault.hint.is_some_and(|hint| hint.ends_with("xn--bcher-kva.example")), "{host:?}");
        }
        assert_eq!(refused("https://host.example\u{85}").message, "contains the control character U+0085");
    }

    proptest::proptest! {
        #[test]
        fn no_text_leads_to_a_host_that_is_not_in_it(text in "(https?:)?[/\\\\]{0,3}[a-z0-9.:@%\\[\\]\\\\/\\n\\t ?#\u{ff41}-\u{ff43}\u{ad}\u{3002}]{0,30}") {
            if let Ok(url) = read(&text) {
                let host = url.host_str().unwrap_or_default();
                proptest::prop_assert!(text.to_ascii_lowercase().contains(host) || host.starts_with('['), "{host}");
                proptest::prop_assert!(text.trim_end_matches(['\r', '\n']).chars().all(|letter| odd_character(letter).is_none()));
            }
        }
    }

    #[test]
    fn one_service_is_known_by_all_its_addresses() {
        let of = |text: &str| service_of(&Url::parse(text).expect(text));
        for (one, other) in [
            ("https://Host.example", "https://host.example:443/api"),
            ("https://host.example.", "https://host.example"),
            ("http://127.0.0.1:80", "http://localhost"),
            ("http://[::1]:1", "http://127.9.9.9:1"),
        ] {
            assert_eq!(of(one), of(other));
        }
        assert_ne!(of("https://host.example"), of("https://host.example:444"));
        assert_ne!(of("https://host.example"), of("https://a.host.example"));
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for (url, expected) in [
            ("http://localhost:80", true),
            ("http://127.0.0.1", true),
            ("http://127.1.2.3", true),
            ("http://[::1]:1", true),
            ("http://localhost.example.com", false),
            ("http://10.0.0.1", false),
            ("https://example.com", false),
        ] {
            assert_eq!(is_loopback(&Url::parse(url).expect(url)), expected, "{url}");
        }
    }
}
