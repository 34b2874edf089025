//! One request, whole before it is sent: what is sent and what `--dry-run` shows are computed from the same value.

use reqwest::Url;
use reqwest::header::{HeaderValue, InvalidHeaderValue};

use crate::guard::Permission;
use crate::profile::secret::MASK;
use crate::shell::{Shell, quoted};

/// How we name ourselves to the service.
const USER_AGENT: &str = concat!("booster/", env!("CARGO_PKG_VERSION"));

/// A request that may be sent. Its method is not for others to set: what changes a customer comes from a
/// [`Proposal`] alone.
#[derive(Debug, Clone)]
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

    pub fn into_body(self) -> String {
        self.0.body
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
}

impl Header {
    pub fn plain(name: &str, value: &str) -> Header {
        let header = HeaderValue::from_str(value).expect("our own header values are printable ASCII");
        Header { name: title_case(name), value: header, shown: value.to_owned() }
    }

    /// A secret header of which only the scheme is ever shown: `Bearer ***`.
    ///
    /// # Errors
    /// Where the value holds a character that no header may have.
    pub fn secret(name: &str, scheme: &str, value: &str) -> Result<Header, InvalidHeaderValue> {
        let mut header = HeaderValue::from_str(&format!("{scheme}{value}"))?;
        header.set_sensitive(true);
        Ok(Header { name: title_case(name), value: header, shown: format!("{scheme}{MASK}") })
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
        let mut headers = vec![
            Header::plain("Host", &host_of(&url)),
            Header::plain("Accept", "application/json"),
            Header::plain("Content-Type", "application/json"),
            Header::plain("User-Agent", USER_AGENT),
        ];
        headers.extend(credential);
        headers.push(Header::plain("Content-Length", &body.len().to_string()));
        Proposal(Request { method: reqwest::Method::PATCH, url, headers, body })
    }

    /// `GET {base_url}/{route}`, which changes nothing and so needs no permission.
    pub fn get(base_url: &Url, route: &str, credential: Option<Header>) -> Request {
        let url = under(base_url, route);
        let mut headers = vec![
            Header::plain("Host", &host_of(&url)),
            Header::plain("Accept", "application/json"),
            Header::plain("User-Agent", USER_AGENT),
        ];
        headers.extend(credential);
        Request { method: reqwest::Method::GET, url, headers, body: String::new() }
    }

    pub fn method(&self) -> &reqwest::Method {
        &self.method
    }

    /// `GET {base_url}{path}`, without a query and without a body.
    pub fn get_customer(base_url: &Url, path: &str, credential: Option<Header>) -> Request {
        let url = under(base_url, path.trim_start_matches('/'));
        let mut headers = vec![
            Header::plain("Host", &host_of(&url)),
            Header::plain("Accept", "application/json"),
            Header::plain("User-Agent", USER_AGENT),
        ];
        headers.extend(credential);
        Request { method: reqwest::Method::GET, url, headers, body: String::new() }
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
        curl.push_str(&format!(" \\\n  --data-raw {}", quoted(&self.body, Shell::Unix)));
        curl
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

/// The address of a route below the base URL, whose path may end in a slash or not.
fn under(base_url: &Url, route: &str) -> Url {
    let mut url = base_url.clone();
    url.set_path(&format!("{}/{route}", base_url.path().trim_end_matches('/')));
    url
}

fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
