//! What one attempt came to: an answer, read within limits, or why there is none.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{DATE, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, SET_COOKIE};
use jiff::Timestamp;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::Sleep;

use super::response_status::{response_status, status_in};
use crate::secret::Secrets;

/// The largest answer that is read, in bytes.
const LARGEST_RESPONSE: usize = 1 << 20;

/// What came of one attempt.
#[derive(Debug)]
pub enum Attempt {
    Response(Response),
    /// Certainly not applied: no byte of the request left.
    NotSent {
        cause: String,
        /// What to do about this cause, where that is known.
        hint: Option<String>,
        /// Another attempt would end the same way, e.g. with an untrusted certificate.
        not_retryable: bool,
    },
    /// The request may have been applied: bytes left, and no answer came.
    Lost {
        cause: String,
    },
}

/// An answer of the service, or of something in front of it.
#[derive(Debug, Clone, Default)]
pub struct Response {
    pub status: u16,
    pub location: Option<String>,
    /// The time by the service's clock, from `Date`.
    pub date: Option<Timestamp>,
    /// The pause that `Retry-After` asks for, counted from now.
    pub retry_after: Option<Duration>,
    /// The body as text, our own secrets masked where it speaks of the request rather than of a customer. Cut where
    /// `whole` is false.
    pub body: String,
    /// Whether the body was read to its end, within the limit.
    pub whole: bool,
    /// Whether the body is larger than what is read.
    pub too_large: bool,
    /// Whether bytes that are no UTF-8 were replaced, so that the body holds characters that the service never wrote.
    pub repaired: bool,
    /// Whether one of our secrets stood in the body, so that it is not what the service wrote.
    pub holds_secret: bool,
}

/// A successful answer that is secret as a whole, such as one with a token in it.
#[derive(Debug)]
pub struct SecretResponse {
    pub body: SecretString,
    /// The lines of `Set-Cookie`.
    pub cookies: Vec<SecretString>,
}

impl Response {
    /// Reads an answer to its end, to the limit, or until the time is over; beside it the cookies that it sets, which are
    /// secrets.
    pub(super) async fn read(
        mut response: hyper::Response<Incoming>,
        mut time_limit: Pin<&mut Sleep>,
    ) -> (Response, Vec<SecretString>) {
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let header = |name: HeaderName| response.headers().get(name).map(text);
        let cookies = response.headers().get_all(SET_COOKIE).iter();
        let cookies = cookies.map(|line| SecretString::from(text(line))).collect();
        let mut read = Response {
            status: response.status().as_u16(),
            location: header(LOCATION),
            date: header(DATE).and_then(|text| parse_date(&text)),
            retry_after: header(RETRY_AFTER).and_then(|text| pause_of(&text)),
            ..Response::default()
        };
        let mut bytes = Zeroizing::new(Vec::new());
        loop {
            let chunk = tokio::select! {
                biased;
                chunk = chunk(response.body_mut()) => chunk,
                () = time_limit.as_mut() => break,
            };
            match chunk {
                Some(Ok(chunk)) if bytes.len() + chunk.len() > LARGEST_RESPONSE => {
                    read.too_large = true;
                    break;
                }
                Some(Ok(chunk)) => bytes.extend_from_slice(&chunk),
                None => {
                    read.whole = true;
                    break;
                }
                Some(Err(_)) => break,
            }
        }
        // Some hosts write a byte order mark, which is no part of the text.
        let body = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes));
        read.repaired = matches!(body, std::borrow::Cow::Owned(_));
        read.body = body.into_owned();
        (read, cookies)
    }

    /// The answer with our own secrets masked. The record of a customer stays as it is: a name that happens to be
    /// somebody's password must not come back as asterisks, and from there into a backup.
    pub(super) fn masked(mut self, secrets: &Secrets) -> Response {
        self.location = self.location.map(|location| secrets.masked(&location));
        let masked = secrets.masked_body(&self.body);
        self.holds_secret = masked != self.body || secrets.stand_in(&self.body);
        let is_report = self.body.to_ascii_lowercase().contains("responsestatus")
            || response_status(&self.body).is_some();
        let is_record = self.status < 300 && !is_report;
        if !is_record {
            self.body = masked;
        }
        self
    }
}

impl SecretResponse {
    /// The body as an object in which the service reports no error.
    pub fn json(&self) -> Option<Value> {
        let body: Value = serde_json::from_str(self.body.expose_secret()).ok()?;
        let is_error = status_in(&body).is_some_and(|status| status.is_error);
        (body.is_object() && !is_error).then_some(body)
    }
}

/// The next bytes of a body; none at its end.
async fn chunk(body: &mut Incoming) -> Option<hyper::Result<Bytes>> {
    loop {
        let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await?;
        // What is no data are trailers, which say nothing to us.
        if let Some(data) = frame.map(|frame| frame.into_data().ok()).transpose() {
            return Some(data);
        }
    }
}

/// The pause that a `Retry-After` header means: seconds, or a date.
fn pause_of(text: &str) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More than fits is as long as can be.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let then = httpdate::parse_http_date(text).ok()?;
    Some(then.duration_since(SystemTime::now()).unwrap_or(Duration::ZERO))
}

/// A point in time in any of the three forms that HTTP knows (RFC 9110, section 5.6.7).
pub fn parse_date(text: &str) -> Option<Timestamp> {
    Timestamp::try_from(httpdate::parse_http_date(text).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_given_in_seconds_or_as_a_date() {
        assert_eq!(pause_of("120"), Some(Duration::from_secs(120)));
        assert_eq!(pause_of("99999999999999999999999"), Some(Duration::from_secs(u64::MAX)));
        assert_eq!(pause_of("soon"), None);
        assert_eq!(pause_of("-1"), None);
        let in_an_hour = SystemTime::now() + Duration::from_secs(3600);
        let pause = pause_of(&httpdate::fmt_http_date(in_an_hour)).expect("a date");
        assert!(pause > Duration::from_secs(3590) && pause <= Duration::from_secs(3600), "{pause:?}");
    }

    #[test]
    fn a_date_may_be_written_in_each_form_of_http() {
        for text in
            ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
        {
            assert_eq!(parse_date(text), "1994-11-06T08:49:37Z".parse().ok(), "{text}");
            assert_eq!(pause_of(text), Some(Duration::ZERO), "{text}");
        }
    }
}
