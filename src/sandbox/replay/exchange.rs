//! The recorded exchanges, and a client that sends their requests again, byte for byte.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde::Deserialize;
use serde_json::Value as Json;

#[derive(Debug, Deserialize)]
pub struct Exchange {
    pub host: String,
    pub name: String,
    pub request: Request,
    pub response: Response,
    pub bound: Json,
}

#[derive(Debug, Deserialize)]
pub struct Request {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<String>,
    pub chunked: bool,
}

#[derive(Debug, Deserialize)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

pub fn recordings() -> Vec<Exchange> {
    let recordings = include_str!("../../../tests/api/recordings.jsonl");
    recordings.lines().map(|line| serde_json::from_str(line).expect("a recorded exchange")).collect()
}

/// Remembers the tokens and sessions that the sandbox issued; the recordings have placeholders instead of them.
#[derive(Debug, Default)]
pub struct Client {
    address: String,
    session: String,
    permanent_session: String,
    bearer_token: String,
    refresh_token: String,
    /// Of a host that keeps its tokens in cookies.
    token_cookie: String,
    refresh_cookie: String,
}

impl Client {
    pub fn of(port: u16) -> Client {
        Client { address: format!("127.0.0.1:{port}"), ..Client::default() }
    }

    pub fn send(&self, exchange: &Exchange) -> Response {
        let request = &exchange.request;
        let body = match exchange.name.as_str() {
            // Recorded as a length: the body is the one of the other encodings, in ISO-8859-1.
            "latin1-charset" => b"{\"firstName\": \"Zo\xeb\"}".to_vec(),
            _ => request
                .body
                .clone()
                .unwrap_or_default()
                .replace("\"JWT\"", &format!("{:?}", self.refresh_token))
                .into(),
        };
        let mut message = format!("{} {} HTTP/1.1\r\n", request.method, request.target).into_bytes();
        let mut add = |name: &str, value: &str| message.extend(format!("{name}: {value}\r\n").bytes());
        add("Host", &self.address);
        add("Connection", "close");
        for (name, value) in &request.headers {
            add(name, &self.header(name, value));
        }
        if request.chunked {
            add("Transfer-Encoding", "chunked");
            message.extend(format!("\r\n{:x}\r\n", body.len()).bytes());
            message.extend(body);
            message.extend(b"\r\n0\r\n\r\n");
        } else {
            add("Content-Length", &body.len().to_string());
            message.extend(b"\r\n");
            message.extend(body);
        }
        let mut stream = TcpStream::connect(&self.address).expect("the sandbox listens");
        stream.write_all(&message).expect("the sandbox reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the sandbox answers");
        read_response(&answer)
    }

    fn header(&self, name: &str, value: &str) -> String {
        match name {
            "Authorization" => value.replace("JWT", &self.bearer_token),
            "X-ss-id" => self.session.clone(),
            "X-ss-pid" => self.permanent_session.clone(),
            "Cookie" => {
                let cookies = value.split("; ").map(|cookie| match cookie.split_once('=') {
                    Some(("ss-id", _)) => format!("ss-id={}", self.session),
                    Some(("ss-pid", _)) => format!("ss-pid={}", self.permanent_session),
                    Some(("ss-tok", _)) => format!("ss-tok={}", self.token_cookie),
                    Some(("ss-reftok", _)) => format!("ss-reftok={}", self.refresh_cookie),
                    Some(_) | None => cookie.to_owned(),
                });
                cookies.collect::<Vec<_>>().join("; ")
            }
            _ => value.to_owned(),
        }
    }

    pub fn learn(&mut self, exchange: &Exchange, response: &Response) {
        let body: Json = serde_json::from_str(&response.body).unwrap_or_default();
        let token = |name: &str| body[name].as_str().map(str::to_owned);
        self.bearer_token =
            token("bearerToken").or(token("accessToken")).unwrap_or(self.bearer_token.clone());
        self.refresh_token = token("refreshToken").unwrap_or(self.refresh_token.clone());
        if exchange.name == "login" {
            let cookie = |name: &str| {
                let cookies = response.headers.iter().filter(|(own, _)| own == "set-cookie");
                let value = cookies.filter_map(|(_, value)| value.split_once(';')?.0.split_once('='));
                value.filter(|(own, _)| *own == name).map(|(_, value)| value.to_owned()).next()
            };
            self.session = cookie("ss-id").expect("a session");
            self.permanent_session = cookie("ss-pid").expect("a session");
            self.token_cookie = cookie("ss-tok").unwrap_or_default();
            self.refresh_cookie = cookie("ss-reftok").unwrap_or_default();
        }
    }
}

fn read_response(answer: &[u8]) -> Response {
    let mut answer = answer;
    loop {
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8(answer[..end].to_vec()).expect("a head of text");
        answer = &answer[end + 4..];
        let mut lines = head.split("\r\n");
        let (_, status_line) = lines.next().and_then(|line| line.split_once(' ')).expect("a status line");
        let (status, _) = status_line.split_once(' ').unwrap_or((status_line, ""));
        let status = status.parse().expect("a status");
        if status == 100 {
            continue;
        }
        let headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(": ").expect("a header"))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let chunked = headers.iter().any(|(name, _)| name == "transfer-encoding");
        let body = if chunked { dechunked(answer) } else { answer.to_vec() };
        let body = String::from_utf8(body).expect("a body of text");
        return Response { status, headers, body };
    }
}

fn dechunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|window| window == b"\r\n").expect("a chunk's length");
        let length = std::str::from_utf8(&rest[..end]).expect("a length");
        let length = usize::from_str_radix(length, 16).expect("a length");
        rest = &rest[end + 2..];
        if length == 0 {
            return body;
        }
        body.extend(&rest[..length]);
        rest = &rest[length + 2..];
    }
}
