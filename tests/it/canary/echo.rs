//! A service that repeats everything that it is sent.

use std::io::Write;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::forms::{COOKIE, ISSUED, REFRESH, percent};

/// How the service answers what is no sign-in.
#[derive(Debug, Clone, Copy)]
pub enum Answer {
    /// With this status and the service's own words, in which it repeats everything that it was sent.
    Status(u16),
    /// With success, and somebody's name, which is what it was sent.
    Name,
    /// A redirect to another address that carries what it was sent.
    Redirect,
    /// A page.
    Html,
    /// The connection is closed in the middle of the answer.
    Cut,
}

pub const ANSWERS: [Answer; 9] = [
    Answer::Status(200),
    Answer::Status(400),
    Answer::Status(401),
    Answer::Status(404),
    Answer::Status(500),
    Answer::Name,
    Answer::Redirect,
    Answer::Html,
    Answer::Cut,
];

/// A service that repeats what it is sent, in every form.
pub struct Echo {
    pub url: String,
    answer: Arc<Mutex<Answer>>,
    /// What the last requests looked like; the secrets have to be in there.
    pub received: Arc<Mutex<String>>,
}

impl Echo {
    pub fn start(elsewhere: &str) -> Echo {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let echo = Echo { url, answer: Arc::new(Mutex::new(Answer::Name)), received: Arc::default() };
        let (answer, received) = (Arc::clone(&echo.answer), Arc::clone(&echo.received));
        let elsewhere = elsewhere.to_owned();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let Some(request) = crate::common::read_request(&mut stream) else { continue };
                let text = format!("{}{}", request.head, request.body);
                received.lock().expect("no panic").push_str(&text);
                let now = *answer.lock().expect("no panic");
                let answer = if request.head.starts_with("POST") && !matches!(now, Answer::Status(400..)) {
                    sign_in(&request.head, &text)
                } else {
                    repeat(now, &text, &elsewhere)
                };
                // The other side may have gone.
                let _ = stream.write_all(&answer);
            }
        });
        echo
    }

    pub fn set(&self, answer: Answer) {
        *self.answer.lock().expect("no panic") = answer;
    }
}

/// An answer to a sign-in: a token, cookies, or a token of OAuth, for somebody who is called by what was sent.
fn sign_in(head: &str, text: &str) -> Vec<u8> {
    let body = if head.contains("/token") {
        serde_json::json!({ "access_token": ISSUED, "token_type": "Bearer", "expires_in": 3600, "accessToken": ISSUED })
    } else if head.contains("/cookies/") {
        serde_json::json!({ "userName": text })
    } else {
        serde_json::json!({ "userName": text, "bearerToken": ISSUED, "refreshToken": REFRESH })
    };
    let body = body.to_string();
    let cookies = format!("Set-Cookie: ss-id={COOKIE}; path=/\r\nSet-Cookie: ss-opt=perm\r\n");
    answer(200, &format!("Content-Type: application/json\r\n{cookies}"), &body)
}

fn repeat(now: Answer, text: &str, elsewhere: &str) -> Vec<u8> {
    let unescaped = text.replace("\\\"", "\"").replace("\\\\", "\\");
    let decoded = text
        .lines()
        .filter_map(|line| line.split_once("Basic "))
        .filter_map(|(_, pair)| String::from_utf8(STANDARD.decode(pair.trim()).ok()?).ok());
    let all = format!("{text} {unescaped} {}", decoded.collect::<Vec<_>>().join(" "));
    let in_capitals: String = all.bytes().map(|byte| percent(byte, true)).collect();
    let words = [
        all.clone(),
        STANDARD.encode(&all),
        URL_SAFE_NO_PAD.encode(format!("x{all}")),
        STANDARD.encode(format!("xy{all}")),
        in_capitals.clone(),
        all.bytes().map(|byte| percent(byte, false)).collect(),
        serde_json::Value::from(all.as_str()).to_string(),
    ];
    let words = words.join(" ");
    let json = |code: &str| {
        let error = serde_json::json!({ "errorCode": "NotEmpty", "fieldName": words, "message": words });
        let status = serde_json::json!({
            "responseStatus": { "errorCode": code, "message": words, "stackTrace": words, "errors": [error, { "message": words }] }
        });
        // As a careful host writes it: every letter escaped.
        status.to_string().replace('/', "\\/").replace('+', "\\u002b")
    };
    let content = "Content-Type: application/json\r\n";
    match now {
        Answer::Status(status) => answer(status, content, &json(&words)),
        Answer::Name => {
            answer(200, content, &serde_json::json!({ "userName": all, "displayName": words }).to_string())
        }
        Answer::Redirect => {
            let location = format!("{content}Location: {elsewhere}/login?{in_capitals}\r\n");
            answer(302, &location, &json(&words))
        }
        Answer::Html => answer(200, "Content-Type: text/html\r\n", &format!("<html>{words}")),
        Answer::Cut => {
            let mut whole = answer(400, content, &json(&words));
            whole.truncate(whole.len() / 2);
            whole
        }
    }
}

fn answer(status: u16, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}")
        .into_bytes()
}
