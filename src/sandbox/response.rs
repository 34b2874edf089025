//! A response and how it looks on the wire: status, headers, and a body of JSON.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use hyper::body::Frame;
use serde_json::{Value as Json, json};

#[derive(Debug)]
pub struct Response {
    pub status: StatusCode,
    pub content: Content,
    headers: Vec<(HeaderName, String)>,
}

#[derive(Debug)]
pub enum Content {
    Empty,
    Json(Json),
    Html(&'static str),
}

impl Response {
    pub fn new(status: StatusCode, content: Content) -> Response {
        Response { status, content, headers: Vec::new() }
    }

    pub fn json(body: Json) -> Response {
        Response::new(StatusCode::OK, Content::Json(body))
    }

    /// The 401 of somebody who presented nothing.
    pub fn unauthorized() -> Response {
        Response::new(StatusCode::UNAUTHORIZED, Content::Empty)
            .header(header::WWW_AUTHENTICATE, "basic realm=\"/auth/basic\"")
    }

    /// An error in ServiceStack's `responseStatus`.
    pub fn error(status: StatusCode, code: &str, message: &str) -> Response {
        Response::errors(status, code, message, Vec::new())
    }

    /// An error with rows in `errors`, each of them a [`field_error`].
    pub fn errors(status: StatusCode, code: &str, message: &str, errors: Vec<Json>) -> Response {
        let body = json!({ "errorCode": code, "message": message, "errors": errors });
        Response::new(status, Content::Json(json!({ "responseStatus": body })))
    }

    pub fn header(mut self, name: HeaderName, value: impl Into<String>) -> Response {
        self.headers.push((name, value.into()));
        self
    }

    pub fn cookies(mut self, cookies: impl IntoIterator<Item = String>) -> Response {
        self.headers.extend(cookies.into_iter().map(|cookie| (header::SET_COOKIE, cookie)));
        self
    }

    /// The response as it is sent; `cut` ends it in the middle of the body.
    pub fn into_axum(self, cut: bool) -> axum::response::Response {
        let mut response = axum::response::Response::new(Body::empty());
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        let (content_type, text) = match self.content {
            Content::Empty => (None, String::new()),
            Content::Json(json) => (Some("application/json; charset=utf-8"), with_escaped_dates(&json)),
            Content::Html(page) => (Some("text/html"), page.to_owned()),
        };
        if let Some(content_type) = content_type {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        for (name, value) in self.headers {
            headers.append(name, HeaderValue::try_from(value).expect("our own headers are ASCII"));
        }
        *response.body_mut() = match content_type {
            _ if cut => Body::new(Chunks::broken_after(&text.as_bytes()[..text.len() / 2])),
            Some(_) => Body::new(Chunks::whole(text)),
            None => Body::empty(),
        };
        response
    }
}

/// One row of `errors`.
pub fn field_error(code: &str, field: &str, message: &str) -> Json {
    json!({ "errorCode": code, "fieldName": field, "message": message })
}

/// No response at all: the connection closes before its first byte.
pub fn no_response() -> axum::response::Response {
    axum::response::Response::new(Body::new(Chunks(vec![Chunks::error()].into_iter())))
}

/// ServiceStack escapes the slashes of its dates.
fn with_escaped_dates(json: &Json) -> String {
    json.to_string().replace("\"/Date(", "\"\\/Date(").replace(")/\"", ")\\/\"")
}

/// A body of unknown length, which is what makes it go out in chunks, as ServiceStack's do.
struct Chunks(std::vec::IntoIter<Poll<Chunk>>);

type Chunk = Result<Frame<Bytes>, std::io::Error>;

impl Chunks {
    fn whole(text: String) -> Chunks {
        Chunks(vec![Poll::Ready(Ok(Frame::data(text.into())))].into_iter())
    }

    /// These bytes, and then the connection breaks. The pause lets the server send the bytes before that.
    fn broken_after(data: &[u8]) -> Chunks {
        let data = Poll::Ready(Ok(Frame::data(Bytes::copy_from_slice(data))));
        Chunks(vec![data, Poll::Pending, Chunks::error()].into_iter())
    }

    fn error() -> Poll<Chunk> {
        Poll::Ready(Err(std::io::ErrorKind::ConnectionAborted.into()))
    }
}

impl HttpBody for Chunks {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Chunk>> {
        let Some(chunk) = self.0.next() else { return Poll::Ready(None) };
        if chunk.is_pending() {
            context.waker().wake_by_ref();
        }
        chunk.map(Some)
    }
}
