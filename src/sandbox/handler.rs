//! How a request is answered: routed, struck by faults, authenticated, bound, and carried out.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use serde_json::{Value as Json, json};

use super::binding::{self, PatchCustomer};
use super::fault::{self, Effect, Fault, Instead, Target};
use super::misreport;
use super::options::{Host, RequestLog, USER};
use super::response::{Content, Response, no_response};
use super::route::Route;
use super::service;
use super::sign_in::SignIn;
use super::store::Store;
use crate::escape::escaped;
use crate::http::response_status;
use crate::model::field::Record;

/// In bytes, the default of ASP.NET's server.
pub const BODY_LIMIT: usize = 30_000_000;

/// Everything that the requests to one sandbox share.
#[derive(Debug)]
pub struct Booster {
    pub host: Host,
    /// The fields that its customers have.
    pub record: &'static Record,
    pub store: Mutex<Store>,
    pub sign_in: Mutex<SignIn>,
    pub faults: Mutex<Vec<Fault>>,
    pub log: RequestLog,
    /// What the service method got since the replay last looked.
    #[cfg(test)]
    pub bound: Mutex<Option<serde_json::Value>>,
}

/// A panic elsewhere must not silence the sandbox: what a lock guards is whole between any two statements.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers any request, and notes it.
pub async fn handle(
    State(booster): State<Arc<Booster>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> axum::response::Response {
    let request = format!("{method} {}", uri.path());
    let id = headers.get("x-request-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let response = answer(&booster, method, uri, headers, body).await;
    booster.log.write(|| {
        let id = id.map_or_else(String::new, |id| format!(" ({})", escaped(&id)));
        format!("{} {}{id}", escaped(&request), response.status().as_u16())
    });
    response
}

async fn answer(
    booster: &Booster,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> axum::response::Response {
    let body = match body {
        Ok(body) => body,
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => return too_large().into_axum(false),
        // The client went away, or broke the rules of HTTP.
        Err(_) => return no_response(),
    };
    let route = Route::of(&method, uri.path());
    let target = match route {
        Some(Route::PatchCustomer(_)) => Some(Target::Patch),
        Some(Route::GetCustomer(_)) => Some(Target::Read),
        Some(_) | None => None,
    };
    let effect = fault::strike(&mut lock(&booster.faults), target);
    if !effect.slow.is_zero() {
        tokio::time::sleep(effect.slow).await;
    }
    if let Some(response) = instead(&effect) {
        return response;
    }
    let mut response = match route {
        Some(Route::PatchCustomer(_)) if uri.query().is_some() => {
            let message = "The sandbox does not read a query string, which on a real host overrides the body";
            Response::error(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
        }
        Some(route) => booster.answer(&route, &headers, &body, &effect).unwrap_or_else(|refusal| *refusal),
        None => Response::new(StatusCode::NOT_FOUND, Content::Empty),
    };
    if let (Some(Instead::Status(status)), true) = (effect.answer, response.status.is_success()) {
        response.status = status;
        if status == StatusCode::NO_CONTENT {
            response.content = Content::Empty;
        }
    }
    response.into_axum(effect.answer == Some(Instead::CutBody))
}

impl Booster {
    fn answer(
        &self,
        route: &Route,
        headers: &HeaderMap,
        body: &[u8],
        effect: &Effect,
    ) -> Result<Response, Box<Response>> {
        check_accept(headers)?;
        let json = || binding::json_text(headers, body);
        let mut sign_in = lock(&self.sign_in);
        let mut renewed = None;
        let response = match route {
            Route::OAuthToken => sign_in.oauth_token(headers, body),
            Route::SignIn => {
                let [user, password] = texts(&json()?, ["userName", "password"]);
                sign_in.sign_in(&user, &password)
            }
            Route::SignOut => sign_in.sign_out(headers),
            Route::AccessToken => {
                let [refresh_token] = texts(&json()?, ["refreshToken"]);
                sign_in.refresh(&refresh_token)
            }
            Route::PatchCustomer(id) => {
                renewed = sign_in.admit(headers)?;
                self.patch(&binding::bind(self.record, &json()?, id, self.host == Host::Strict)?, effect)
            }
            Route::GetCustomer(id) => {
                renewed = sign_in.admit(headers)?;
                self.read(id, effect)
            }
            Route::WhoAmI => {
                renewed = sign_in.admit(headers)?;
                Response::json(json!({ "userName": USER }))
            }
        };
        Ok(response.cookies(renewed))
    }

    fn patch(&self, patch: &PatchCustomer, effect: &Effect) -> Response {
        #[cfg(test)]
        lock(&self.bound).replace(patch.to_json());
        let mut store = lock(&self.store);
        let broken_rule = if self.host == Host::Rules { service::check_rules(patch) } else { None };
        let refusal = broken_rule.or_else(|| service::check_customer(patch.id, store.has(patch.id.into())));
        if let Some(refusal) = refusal {
            return refusal;
        }
        match store.apply(patch, &effect.dropped, effect.lag) {
            Ok(()) => Response::json(json!({})),
            Err(error) => service::exception(&format!("The sandbox's data file cannot be written: {error}")),
        }
    }

    fn read(&self, id: &str, effect: &Effect) -> Response {
        let id = id.parse().ok();
        let mut store = lock(&self.store);
        let mut response = service::read(id.and_then(|id| store.read(id, Instant::now())));
        misreport::corrupt(&mut response, &effect.misreports);
        if let Some(id) = id {
            misreport::change(&mut store, id, &effect.misreports);
        }
        response
    }
}

/// A real host compares the header as one text from its start, and gives HTML or CSV to those who do not ask for JSON.
fn check_accept(headers: &HeaderMap) -> Result<(), Box<Response>> {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accept = accept.trim().to_ascii_lowercase();
    if accept.starts_with("application/json") || accept.starts_with("*/*") {
        return Ok(());
    }
    let message = "The sandbox answers only in JSON, although a real host has other formats too; send \
    Accept: application/json";
    Err(Response::error(StatusCode::NOT_ACCEPTABLE, "NotAcceptable", message).into())
}

/// The members of a small JSON body as texts, empty where they are missing.
fn texts<const N: usize>(body: &str, names: [&str; N]) -> [String; N] {
    let body: Json = serde_json::from_str(body).unwrap_or_default();
    names.map(|name| response_status::text(&body, name))
}

fn too_large() -> Response {
    let reason = format!("Request body too large. The max request body size is {BODY_LIMIT} bytes.");
    binding::unreadable_body(&reason).header(header::CONNECTION, "close")
}

/// The response that a fault gives in place of the service's own, if it does.
fn instead(effect: &Effect) -> Option<axum::response::Response> {
    let mut response = match effect.answer? {
        Instead::Status(status) if status.is_success() => return None,
        Instead::CutBody => return None,
        Instead::Cut => return Some(no_response()),
        Instead::Html => {
            let page = "<!doctype html>\n<title>Not the service</title>\n<p>A simulated page.</p>\n";
            Response::new(StatusCode::OK, Content::Html(page))
        }
        Instead::Status(status) if status.is_redirection() => {
            Response::new(status, Content::Empty).header(header::LOCATION, "/login")
        }
        Instead::Status(StatusCode::UNAUTHORIZED) => Response::unauthorized(),
        Instead::Status(status) => {
            let code: String = status.canonical_reason().unwrap_or("Error").split([' ', '-', '\'']).collect();
            Response::error(status, &code, "Simulated by the sandbox")
        }
    };
    if let Some(seconds) = effect.retry_after {
        response = response.header(header::RETRY_AFTER, seconds.to_string());
    }
    Some(response.into_axum(false))
}
