//! One request, whole before it is sent: what is sent and what `--dry-run` shows are computed from the same value.

use std::fmt;

use reqwest::Url;
use reqwest::header::{HeaderValue, InvalidHeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::guard::Permission;
use crate::secret::MASK;
use crate::shell::{Shell, quoted};

/// How we name ourselves to the service.
const USER_AGENT: &str = concat!("booster/", env!("CARGO_PKG_VERSION"));

/// A request that may be sent. Its method is not for others to set: what changes a customer comes from a
/// [`Proposal`] alone. The header that signs it in is the one that is shown: what really goes out there is the
/// sign-in's to say, anew for each attempt.
#[derive(Clone)]
pub struct Request {
    method: reqwest::Method,
    pub url: Url,
    /// In the order of sending, `Host` and `Content-Length` included.
    pub headers: Vec<Header>,
    pub body: String,
}

/// A request that changes a customer. It can be shown; only a guard's permission makes it one that can be sent.
#[derive(Debug, Clone)]
pub struct Proposal(Request);

impl Proposal {
    pub fn permitted(self, _: &Permission) -> Request {
        self.0
    }

    pub fn to_http(&self) -> String {
        self.0.to_http()
    }

    pub fn to_curl(&self) -> String {
        self.0.to_curl()
    }

    pub fn to_json(&self) -> serde_json::Value {
        self.0.to_json()
    }
}

/// The body is somebody's personal data.
impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {} ({} bytes)", self.method, self.url, self.body.len())
    }
}

/// A header whose value may be secret; then it is never shown.
#[derive(Debug, Clone)]
pub struct Header {
    /// As it is sent: each word with a capital, whatever the profile writes.
    pub name: String,
    /// Marked sensitive where it is secret, so that its `Debug` hides it.
    pub value: HeaderValue,
    /// What stands in the value's place when the request is shown.
    shown: String,
    /// Whether this is the header that signs a request in.
    signs_in: bool,
}

impl Header {
    pub fn plain(name: &str, value: &str) -> Header {
        let header = HeaderValue::from_str(value).expect("our own header values are printable ASCII");
        Header { name: title_case(name), value: header, shown: value.to_owned(), signs_in: false }
    }

    /// A secret header of which only the scheme is ever shown: `Bearer ***`.
    ///
    /// # Errors
    /// Where the value holds a character that no header may have.
    pub fn secret(name: &str, scheme: &str, value: &str) -> Result<Header, InvalidHeaderValue> {
        let mut header = HeaderValue::from_str(&format!("{scheme}{value}"))?;
        header.set_sensitive(true);
        Ok(Header { name: title_case(name), value: header, shown: format!("{scheme}{MASK}"), signs_in: true })
    }

    /// The same header where nothing is sent and no secret is at hand.
    pub fn shown_only(name: &str, scheme: &str) -> Header {
        Header { signs_in: true, ..Header::plain(name, &format!("{scheme}{MASK}")) }
    }

    /// The part of a secret header that must be masked where it comes back.
    pub fn hidden(&self) -> Option<&str> {
        let scheme = self.shown.strip_suffix(MASK)?;
        self.value.to_str().ok()?.strip_prefix(scheme)
    }

    pub fn shown(&self) -> &str {
        &self.shown
    }
}

impl Request {
    /// `PATCH {base_url}/customer/{id}` with this body: no query string, since a real host lets it override the
    /// body, and a length, since a real host binds nothing from a chunked body.
    pub fn patch_customer(base_url: &Url, id: u32, body: String, credential: Option<Header>) -> Proposal {
        let url = under(base_url, &format!("customer/{id}"));
        let headers = headers(&url, Some("application/json"), credential, Some(body.len()));
        Proposal(Request { method: reqwest::Method::PATCH, url, headers, body })
    }

    /// `GET {base_url}/{route}` without a query and without a body, which changes nothing and so needs no permission.
    pub fn get(base_url: &Url, route: &str, credential: Option<Header>) -> Request {
        let url = under(base_url, route.trim_start_matches('/'));
        let headers = headers(&url, None, credential, None);
        Request { method: reqwest::Method::GET, url, headers, body: String::new() }
    }

    pub fn method(&self) -> &reqwest::Method {
        &self.method
    }

    /// The headers as they go out with this credential in the place of the shown one.
    pub fn headers_with<'a>(&'a self, credential: Option<&'a Header>) -> impl Iterator<Item = &'a Header> {
        let has_place = self.headers.iter().any(|header| header.signs_in);
        let in_place = move |header: &'a Header| if header.signs_in { credential } else { Some(header) };
        self.headers.iter().filter_map(in_place).chain(credential.filter(|_| !has_place))
    }

    /// The request as it goes out, byte for byte, with the secrets masked. Lines end in CR LF, as on the wire.
    pub fn to_http(&self) -> String {
        let mut http = format!("{} {} HTTP/1.1\r\n", self.method, self.url.path());
        for header in &self.headers {
            http.push_str(&format!("{}: {}\r\n", header.name, header.shown()));
        }
        http.push_str("\r\n");
        http.push_str(&self.body);
        http
    }

    /// A curl command line that sends the same, with the secrets masked. `Host` and `Content-Length` are curl's to
    /// set, and it sets the same ones.
    pub fn to_curl(&self) -> String {
        let mut curl = format!("curl --request {} {}", self.method, quoted(self.url.as_str(), Shell::Unix));
        for header in
            self.headers.iter().filter(|header| !matches!(header.name.as_str(), "Host" | "Content-Length"))
        {
            curl.push_str(&format!(
                " \\\n  --header {}",
                quoted(&format!("{}: {}", header.name, header.shown()), Shell::Unix)
            ));
        }
        if self.url.as_str().contains(['[', ']', '{', '}']) {
            // Else curl takes them for a pattern of several addresses.
            curl.push_str(" \\\n  --globoff");
        }
        let body = quoted(&self.body, Shell::Unix);
        if body.len() < LARGEST_WORD {
            return format!("{curl} \\\n  --data-raw {body}");
        }
        format!("printf %s {body} |\n{curl} \\\n  --data-binary @-")
    }

    /// The request as `-o json` shows it, the body as the object it is.
    pub fn to_json(&self) -> serde_json::Value {
        let headers: serde_json::Map<String, serde_json::Value> =
            self.headers.iter().map(|header| (header.name.clone(), header.shown().into())).collect();
        let mut request = serde_json::json!({
            "method": self.method.as_str(), "url": self.url.as_str(), "headers": headers,
        });
        if !self.body.is_empty() {
            request["body"] = serde_json::from_str(&self.body).unwrap_or_else(|_| self.body.clone().into());
        }
        request
    }
}

/// What fits well into one word of a command line, in bytes. Linux takes 128 KiB (`MAX_ARG_STRLEN`); what a shell does
/// itself, such as `printf`, has no such limit.
const LARGEST_WORD: usize = 100 << 10;

/// Whether we set this header ourselves, or HTTP does for its own ends: then no secret can travel in it.
pub fn is_taken(name: &str) -> bool {
    const TAKEN: [&str; 14] = [
        "Accept-Encoding",
        "Content-Encoding",
        "Host",
        "Accept",
        "Content-Type",
        "User-Agent",
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "Expect",
        "Te",
        "Trailer",
        "Upgrade",
        "Proxy-Authorization",
    ];
    TAKEN.iter().any(|taken| taken.eq_ignore_ascii_case(name))
}

/// A header's name as `http1_title_case_headers` writes it.
fn title_case(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_ascii_uppercase().to_string() + &letters.as_str().to_ascii_lowercase()
        })
    });
    words.collect::<Vec<_>>().join("-")
}

/// A request of the sign-in itself: its body is secret, and it is never shown.
#[derive(Debug)]
pub struct Knock {
    pub url: Url,
    pub headers: Vec<Header>,
    pub body: SecretString,
}

impl Knock {
    pub fn post_json(url: Url, body: &serde_json::Value) -> Knock {
        Knock::post(url, "application/json", body.to_string().into())
    }

    pub fn post_form(url: Url, form: &str) -> Knock {
        Knock::post(url, "application/x-www-form-urlencoded", form.into())
    }

    fn post(url: Url, content_type: &str, body: SecretString) -> Knock {
        let headers = headers(&url, Some(content_type), None, Some(body.expose_secret().len()));
        Knock { url, headers, body }
    }

    /// Where it goes, and nothing else of it. What a query holds may be secret as well.
    pub fn shown(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        format!("POST {url}")
    }

    pub fn with(mut self, header: Header) -> Knock {
        self.headers.push(header);
        self
    }
}

/// Headers in the order of sending.
fn headers(
    url: &Url,
    content_type: Option<&str>,
    credential: Option<Header>,
    length: Option<usize>,
) -> Vec<Header> {
    let mut headers = vec![Header::plain("Host", &host_of(url)), Header::plain("Accept", "application/json")];
    headers.extend(content_type.map(|content_type| Header::plain("Content-Type", content_type)));
    headers.push(Header::plain("User-Agent", USER_AGENT));
    headers.extend(credential);
    headers.extend(length.map(|length| Header::plain("Content-Length", &length.to_string())));
    headers
}

/// The address of a route below the base URL, whose path may end in a slash or not.
pub fn under(base_url: &Url, route: &str) -> Url {
    let mut url = base_url.clone();
    url.set_path(&format!("{}/{route}", base_url.path().trim_end_matches('/')));
    url
}

fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_header_of_ours_is_taken() {
        let url = Url::parse("https://a.example/").expect("an address");
        for header in headers(&url, Some("application/json"), None, Some(2)) {
            assert!(is_taken(&header.name.to_lowercase()), "{}", header.name);
        }
        assert!(!is_taken("Authorization") && !is_taken("X-Api-Key"));
    }
}
