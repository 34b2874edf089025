//! How an answer looks on the wire: status, reason phrase, headers, and a body in the format that was asked for.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use hyper::body::Frame;
use hyper::ext::ReasonPhrase;
use serde_json::{Value as Json, json};

use super::route::Format;

/// What a recorded host says of itself, with a word that it is not one.
const POWERED_BY: &str = "ServiceStack/10.15 (booster sandbox)";

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    /// In place of the status's usual phrase.
    pub reason: Option<String>,
    pub content: Content,
    pub headers: Vec<(HeaderName, String)>,
}

#[derive(Debug)]
pub enum Content {
    /// Not even the framework's own headers, as where no route was found.
    Bare,
    Empty,
    Json(Json),
    Failure(Box<Failure>),
    /// A page or a text, whatever was asked for.
    Text(&'static str, String),
}

/// An error in ServiceStack's `responseStatus`.
#[derive(Debug)]
pub struct Failure {
    pub code: String,
    pub message: String,
    pub errors: Vec<Json>,
    /// What a debug host adds. Invented in its text, true in its shape: it repeats every value sent.
    pub trace: String,
    pub inner: Option<String>,
}

impl Failure {
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Failure {
        Failure {
            code: code.into(),
            message: message.into(),
            errors: Vec::new(),
            trace: "\n".to_owned(),
            inner: None,
        }
    }

    pub fn errors(mut self, errors: Vec<Json>) -> Failure {
        self.errors = errors;
        self
    }

    pub fn trace(mut self, trace: impl Into<String>) -> Failure {
        self.trace = trace.into();
        self
    }

    /// The trace of an exception that was thrown before the service was called.
    pub fn thrown(self, exception: &str, place: &str) -> Failure {
        let trace = format!("{exception}: {}\n   at {place}", self.message);
        self.trace(trace)
    }

    /// The answer with this status and the status's usual reason phrase.
    pub fn with(self, status: StatusCode) -> Answer {
        Answer::new(status, Content::Failure(Box::new(self)))
    }

    fn json(&self, debug: bool) -> Json {
        let mut status = json!({ "errorCode": self.code, "message": self.message });
        if debug {
            status["stackTrace"] = self.trace.as_str().into();
        }
        status["errors"] = self.errors.clone().into();
        if let (true, Some(inner)) = (debug, &self.inner) {
            status["meta"] = json!({ "InnerMessages": inner });
        }
        json!({ "responseStatus": status })
    }
}

/// One row of `errors`.
pub fn field_error(code: &str, field: &str, message: &str) -> Json {
    json!({ "errorCode": code, "fieldName": field, "message": message })
}

impl Answer {
    pub fn new(status: StatusCode, content: Content) -> Answer {
        Answer { status, reason: None, content, headers: Vec::new() }
    }

    pub fn done() -> Answer {
        Answer::json(json!({}))
    }

    pub fn json(body: Json) -> Answer {
        Answer::new(StatusCode::OK, Content::Json(body))
    }

    pub fn no_route() -> Answer {
        Answer::new(StatusCode::NOT_FOUND, Content::Bare)
    }

    pub fn reason(mut self, reason: impl Into<String>) -> Answer {
        self.reason = Some(reason.into());
        self
    }

    pub fn header(mut self, name: HeaderName, value: impl Into<String>) -> Answer {
        self.headers.push((name, value.into()));
        self
    }

    pub fn cookies(mut self, cookies: Vec<String>) -> Answer {
        self.headers.extend(cookies.into_iter().map(|cookie| (header::SET_COOKIE, cookie)));
        self
    }

    /// The answer as it is sent. A debug host shows its stack traces; `cut` breaks off in the middle of the body.
    pub fn into_response(self, format: Format, debug: bool, cut: bool) -> Response<Body> {
        let (content_type, text, chunked) = match self.content {
            Content::Bare | Content::Empty => (None, String::new(), false),
            Content::Json(ref json) => written(&escaped_dates(json), format),
            // A 404 is the one error that has a plain text for those who do not ask for JSON.
            Content::Failure(ref failure)
                if self.status == StatusCode::NOT_FOUND
                    && self.reason.is_some()
                    && format == Format::Html =>
            {
                let text = format!("Error ({}): {}\n\n404", failure.code, failure.message);
                (Some("text/plain; charset=utf-8"), text, false)
            }
            Content::Failure(ref failure) => written(&failure.json(debug).to_string(), format),
            Content::Text(content_type, ref text) => (Some(content_type), text.clone(), false),
        };
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        if let Some(reason) = self.reason.and_then(|reason| ReasonPhrase::try_from(reason.into_bytes()).ok())
        {
            response.extensions_mut().insert(reason);
        }
        let headers = response.headers_mut();
        if let Some(content_type) = content_type {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        if !matches!(self.content, Content::Bare) {
            headers.insert(header::VARY, HeaderValue::from_static("Accept"));
            headers.insert(HeaderName::from_static("x-powered-by"), HeaderValue::from_static(POWERED_BY));
        }
        if content_type == Some("text/csv") {
            let name = HeaderValue::from_static("attachment;filename=\"PatchCustomer.csv\"");
            headers.insert(header::CONTENT_DISPOSITION, name);
        }
        for (name, value) in self.headers {
            // A value that no header can hold comes from the request's own Host line; it is left out.
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.append(name, value);
            }
        }
        *response.body_mut() = match (cut, chunked) {
            (true, _) => Body::new(Pieces::cut_short(&text)),
            (false, true) => Body::new(Pieces::whole(text)),
            (false, false) => Body::from(text),
        };
        response
    }
}

/// The JSON text in the format asked for, with its content type and whether it goes out in chunks.
fn written(json: &str, format: Format) -> (Option<&'static str>, String, bool) {
    match format {
        Format::Json => (Some("application/json; charset=utf-8"), json.to_owned(), true),
        // A host answers a CSV request with the empty answer's only column, whatever happened.
        Format::Csv => (Some("text/csv"), "ResponseStatus\r\n\r\n".to_owned(), true),
        Format::Html => {
            let json = json.replace('<', "\\u003c");
            let page = format!(
                "<!doctype html>\n<html><head><title>Booster sandbox</title></head><body>\n\
                 <p>Ask for application/json to get this answer as JSON.</p>\n\
                 <script type=\"application/json\">{json}</script>\n</body></html>\n"
            );
            (Some("text/html"), page, true)
        }
    }
}

/// ServiceStack writes the slashes of its dates escaped, in its own answers as well.
fn escaped_dates(json: &Json) -> String {
    json.to_string().replace("\"/Date(", "\"\\/Date(").replace(")/\"", ")\\/\"")
}

/// A body of unknown length, which is what makes it go out in chunks, as ServiceStack's do.
struct Pieces {
    /// In reverse order.
    pieces: Vec<Piece>,
}

enum Piece {
    Data(Bytes),
    /// Lets the server send what it has before the next piece.
    Pause,
    BreakOff,
}

impl Pieces {
    fn whole(text: String) -> Pieces {
        Pieces { pieces: vec![Piece::Data(text.into())] }
    }

    fn cut_short(text: &str) -> Pieces {
        let some = text.as_bytes()[..text.len() / 2].to_vec();
        Pieces { pieces: vec![Piece::BreakOff, Piece::Pause, Piece::Data(some.into())] }
    }
}

/// The body of an answer that is never given: the connection closes before its first byte.
pub fn no_answer() -> Response<Body> {
    Response::new(Body::new(Pieces { pieces: vec![Piece::BreakOff] }))
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        match self.pieces.pop() {
            Some(Piece::Data(data)) => Poll::Ready(Some(Ok(Frame::data(data)))),
            Some(Piece::Pause) => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Some(Piece::BreakOff) => Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionAborted.into()))),
            None => Poll::Ready(None),
        }
    }
}
