//! One request, whole before it is sent: what is sent and what `--dry-run` shows are computed from the same value.

use std::fmt;

use hyper::Method;
use url::Url;

use super::address::{host_of, route_below};
use super::header::{Header, REQUEST_ID};
use crate::guard::Permission;

/// How we name ourselves to the service.
const USER_AGENT: &str = concat!("booster/", env!("CARGO_PKG_VERSION"));

/// A request that may be sent. Its method is not for others to set: what changes a customer comes from a
/// [`Proposal`] alone.
#[derive(Clone)]
pub struct Request {
    method: Method,
    pub url: Url,
    /// In the order of sending, `Host` included.
    headers: Vec<Header>,
    /// The headers that sign it in, as they are shown; what really goes out is computed anew for each attempt.
    credential: Vec<Header>,
    /// What is behind the credential.
    length: Option<Header>,
    pub body: String,
}

/// A request that changes a customer. It can be shown; only a guard's permission makes it one that can be sent.
#[derive(Debug, Clone)]
pub struct Proposal(Request);

impl Proposal {
    pub fn permitted(self, _: &Permission) -> Request {
        self.0
    }

    /// The same as a part of this run; of one that is not known yet, where there is none.
    pub fn of_run(self, run: Option<&str>) -> Proposal {
        Proposal(self.0.of_run(run))
    }

    pub fn to_http(&self) -> String {
        self.0.to_http()
    }

    /// The request for those who only show it.
    pub fn request(&self) -> &Request {
        &self.0
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

impl Request {
    /// `PATCH {base_url}/customer/{id}` with this body: no query string, since a real host lets it override the
    /// body, and a length, since a real host binds nothing from a chunked body.
    pub fn patch_customer(base_url: &Url, id: u32, body: String, credential: Vec<Header>) -> Proposal {
        let url = route_below(base_url, &format!("customer/{id}"));
        let headers = headers(&url, Some("application/json"));
        let length = Some(length(&body));
        Proposal(Request { method: Method::PATCH, url, headers, credential, length, body })
    }

    /// `GET {base_url}/{route}` without a query and without a body, which changes nothing and so needs no permission.
    pub fn get(base_url: &Url, route: &str, credential: Vec<Header>) -> Request {
        let url = route_below(base_url, route.trim_start_matches('/'));
        let headers = headers(&url, None);
        Request { method: Method::GET, url, headers, credential, length: None, body: String::new() }
    }

    /// The same as a part of this run, by which the service's log and our history can be brought together; of one that
    /// is not known yet, where there is none.
    pub fn of_run(mut self, run: Option<&str>) -> Request {
        self.headers.push(match run {
            Some(run) => Header::own(REQUEST_ID, run),
            None => Header::unknown(REQUEST_ID, "(the name of the run)"),
        });
        self
    }

    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The headers in the order of sending, with this credential in the place of the shown one.
    pub fn headers_with<'a>(&'a self, credential: &'a [Header]) -> impl Iterator<Item = &'a Header> {
        self.headers.iter().chain(credential).chain(&self.length)
    }

    /// The headers with the credential as it is shown.
    pub fn shown_headers(&self) -> impl Iterator<Item = &Header> {
        self.headers_with(&self.credential)
    }

    /// The request as it goes out, byte for byte, with the secrets masked. Lines end in CR LF, as on the wire.
    pub fn to_http(&self) -> String {
        let mut http = format!("{} {} HTTP/1.1\r\n", self.method, self.url.path());
        for header in self.shown_headers() {
            http.push_str(&format!("{}: {}\r\n", header.name, header.display()));
        }
        http.push_str("\r\n");
        http.push_str(&self.body);
        http
    }

    /// The request as `-o json` shows it, the body as the object it is.
    pub fn to_json(&self) -> serde_json::Value {
        let headers: serde_json::Map<String, serde_json::Value> =
            self.shown_headers().map(|header| (header.name.to_string(), header.display().into())).collect();
        let mut request = serde_json::json!({
            "method": self.method.as_str(), "url": self.url.as_str(), "headers": headers,
        });
        if !self.body.is_empty() {
            request["body"] = serde_json::from_str(&self.body).unwrap_or_else(|_| self.body.clone().into());
        }
        request
    }
}

/// The headers of every request, in the order of sending; a credential and the length come behind them.
pub fn headers(url: &Url, content_type: Option<&'static str>) -> Vec<Header> {
    let mut headers = vec![Header::own("Host", &host_of(url)), Header::fixed("Accept", "application/json")];
    headers.extend(content_type.map(|content_type| Header::fixed("Content-Type", content_type)));
    headers.push(Header::fixed("User-Agent", USER_AGENT));
    headers
}

/// The length of a body, in bytes.
pub fn length(body: &str) -> Header {
    Header::own("Content-Length", &body.len().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::header::is_reserved;

    #[test]
    fn every_header_of_ours_is_reserved() {
        let url = Url::parse("https://a.example/").expect("an address");
        for header in headers(&url, Some("application/json")).iter().chain([&length("{}")]) {
            assert!(is_reserved(&header.name.to_lowercase()), "{}", header.name);
        }
        assert!(!is_reserved("Authorization") && !is_reserved("X-Api-Key"));
    }
}
