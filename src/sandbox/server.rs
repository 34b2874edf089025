//! The way of a request through the sandbox: read, found, recognised, bound, let in, carried out, answered.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Response, StatusCode, header};
use serde_json::json;

use super::answer::{self, Answer, Content, Failure, field_error};
use super::binding::{self, Refusal};
use super::body::{self, Read};
use super::fault::{self, Fault, Instead, Rehearsal, Target};
use super::lenient::{Notation, Raw};
use super::received::PatchCustomer;
use super::route::{self, Format, Route};
use super::session::Session;
use super::sign_in::{self, Caller, Provider, Recognised, SignIn};
use super::store::Store;
use super::{Host, csv, misreport, service};
use crate::model::customer::ID_KEY;

/// Everything that the requests to one sandbox share.
#[derive(Debug)]
pub struct Booster {
    pub host: Host,
    pub store: Mutex<Store>,
    pub sign_in: Mutex<SignIn>,
    pub faults: Mutex<Vec<Fault>>,
    /// What the service method got since the replay last looked.
    #[cfg(test)]
    pub bound: Mutex<Option<serde_json::Value>>,
}

/// A panic elsewhere must not silence the sandbox: what a lock guards is whole between any two statements.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Booster {
    pub async fn handle(&self, request: Request) -> Response<Body> {
        let (head, body) = request.into_parts();
        let accept = Format::of_accept(text(&head.headers, header::ACCEPT));
        let debug = self.host == Host::Debug;
        let body = match body::read(body).await {
            Read::Whole(body) => body,
            Read::TooLarge => return too_large().into_response(accept, debug, false),
            Read::Broken => return answer::no_answer(),
        };
        let method = method(&head);
        let found = route::route(method, head.uri.path());
        let target = match found {
            Some((Route::PatchCustomer(_), _)) => Some(Target::Patch),
            Some((Route::GetCustomer(_), _)) => Some(Target::Read),
            Some(_) | None => None,
        };
        let rehearsal = fault::strike(&mut lock(&self.faults), target);
        if !rehearsal.slow.is_zero() {
            tokio::time::sleep(rehearsal.slow).await;
        }
        if let Some(response) = instead(&rehearsal, accept, debug) {
            return response;
        }
        let (mut answer, format) = match found {
            Some(_) if head.headers.contains_key(header::CONTENT_ENCODING) => (compressed(), accept),
            Some((route, named)) => {
                let format = named.unwrap_or(accept);
                (self.answer(&route, &head, &body, format, &rehearsal), format)
            }
            None => (Answer::no_route(), accept),
        };
        if let (Some(Instead::Status(status)), true) = (rehearsal.answer, answer.status.is_success()) {
            answer.status = status;
            if status == StatusCode::NO_CONTENT {
                answer.content = Content::Empty;
            }
        }
        answer.into_response(format, debug, rehearsal.answer == Some(Instead::CutBody))
    }

    fn answer(
        &self,
        route: &Route,
        head: &Parts,
        body: &[u8],
        format: Format,
        rehearsal: &Rehearsal,
    ) -> Answer {
        if *route == Route::OAuthToken {
            return lock(&self.sign_in).token(&head.headers, body);
        }
        let session = Session::of(&head.headers);
        let Recognised { caller, cookies: renewed } =
            match lock(&self.sign_in).recognise(&head.headers, &session) {
                Ok(recognised) => recognised,
                Err(unreadable) => return *unreadable,
            };
        match route {
            Route::SignIn => {
                let [user, password, remember] = members(body, ["userName", "password", "rememberMe"]);
                return lock(&self.sign_in).sign_in(&user, &password, remember == "true", session);
            }
            Route::SignOut => return lock(&self.sign_in).sign_out(&session),
            Route::AccessToken => {
                let [refresh_token] = members(body, ["refreshToken"]);
                return lock(&self.sign_in).refresh(&refresh_token, session);
            }
            Route::PatchCustomer(_)
            | Route::NoSuchMethod(_)
            | Route::GetCustomer(_)
            | Route::Me
            | Route::Authenticate
            | Route::OAuthToken => {}
        }
        // A real host binds before it asks who is calling: a body that cannot be read is a 400 to anybody.
        let request = match route {
            Route::PatchCustomer(id) => match self.bind(head, body, id.as_deref()) {
                Ok(request) => Some(request),
                Err(refusal) => return refused(refusal),
            },
            Route::NoSuchMethod(_)
            | Route::GetCustomer(_)
            | Route::Me
            | Route::Authenticate
            | Route::SignIn
            | Route::SignOut
            | Route::AccessToken
            | Route::OAuthToken => None,
        };
        let (session, mut cookies) = session.renew();
        cookies.extend(renewed);
        let Caller::User(provider) = caller else {
            let host = text(&head.headers, header::HOST).unwrap_or("127.0.0.1");
            let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
            return sign_in::turned_away(caller, format, host, target, cookies);
        };
        match provider {
            Provider::Basic | Provider::ApiKey => cookies.push(sign_in::user_cookie()),
            Provider::Jwt | Provider::Session | Provider::Open => {}
        }
        let answer = match (route, request) {
            (Route::PatchCustomer(_), Some(request)) => self.patch(&request, rehearsal),
            (Route::GetCustomer(id), _) => {
                let id = id.parse().ok();
                let mut store = lock(&self.store);
                let shown = id.and_then(|id| store.shown(id, Instant::now()));
                let answer = service::read(shown);
                let answer = misreport::disfigured(answer, &rehearsal.read);
                if let Some(id) = id {
                    misreport::change(&mut store, id, &rehearsal.read);
                }
                answer
            }
            (Route::Me, _) => Answer::json(json!({ "userName": sign_in::USER })),
            (Route::Authenticate, _) => lock(&self.sign_in).describe(provider, &session),
            (Route::NoSuchMethod(method), _) => no_such_method(method),
            (
                Route::PatchCustomer(_)
                | Route::SignIn
                | Route::SignOut
                | Route::AccessToken
                | Route::OAuthToken,
                _,
            ) => Answer::no_route(),
        };
        answer.cookies(cookies)
    }

    fn bind(&self, head: &Parts, body: &[u8], id: Option<&str>) -> Result<PatchCustomer, Refusal> {
        let content_type = text(&head.headers, header::CONTENT_TYPE).unwrap_or_default();
        let content_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        // A body without a Content-Length is read by nobody, and answered 200.
        let chunked = head.headers.contains_key(header::TRANSFER_ENCODING);
        // Whatever the charset says, the bytes are taken for UTF-8.
        let text = if chunked { "".into() } else { String::from_utf8_lossy(body) };
        let strict = self.host == Host::Strict;
        let mut request = PatchCustomer::nothing();
        let mut parameters = Vec::new();
        match content_type.as_str() {
            "application/json" | "text/json" => request = binding::bind_body(&text, Notation::Json, strict)?,
            "text/jsv" | "application/jsv" => request = binding::bind_body(&text, Notation::Jsv, strict)?,
            // What a CSV value that does not fit gets is not recorded; here it is lost, as in JSON.
            "text/csv" => drop(binding::bind_parameters(&mut request, &csv::first_record(&text))),
            "application/x-www-form-urlencoded" => parameters = route::pairs(&text),
            _ => {}
        }
        // The path's id counts more than the body's, and the query string's more than both.
        parameters.extend(id.map(|id| (ID_KEY.to_owned(), id.to_owned())));
        parameters.extend(route::pairs(head.uri.query().unwrap_or_default()));
        binding::bind_parameters(&mut request, &parameters)?;
        Ok(request)
    }

    fn patch(&self, request: &PatchCustomer, rehearsal: &Rehearsal) -> Answer {
        #[cfg(test)]
        lock(&self.bound).replace(request.to_json());
        let mut store = lock(&self.store);
        let broken_rule = if self.host == Host::Rules { service::check_rules(request) } else { None };
        let refusal =
            broken_rule.or_else(|| service::check_customer(request, store.has(i64::from(request.id))));
        if let Some(refusal) = refusal {
            return refusal;
        }
        let dropped: Vec<_> = rehearsal.dropped.iter().map(|name| name.0).collect();
        match store.apply(request, &dropped, rehearsal.lag) {
            Ok(()) => Answer::done(),
            Err(error) => {
                service::exception(request, &format!("The sandbox's data file cannot be written: {error}"))
            }
        }
    }
}

/// The method, as an override in the headers of a POST has it.
fn method(head: &Parts) -> &str {
    let method = head.method.as_str();
    if method == "POST" { text(&head.headers, OVERRIDE).unwrap_or(method) } else { method }
}

const OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The members of a small JSON body as texts, empty where they are missing.
fn members<const N: usize>(body: &[u8], names: [&str; N]) -> [String; N] {
    let text = String::from_utf8_lossy(body);
    let members = Raw::new(&text, Notation::Json).members().unwrap_or_default();
    names.map(|name| {
        let named = members
            .iter()
            .rfind(|member| member.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name)));
        named.map(|member| member.value.to_text()).unwrap_or_default()
    })
}

const DTO: &str = "Richemont.Booster2.PublicApi.CRM.ServiceModel.PatchCustomer";
const SERIALIZATION: &str = "SerializationException";

fn unreadable_body(reason: &str) -> Failure {
    let message = format!("Could not deserialize 'application/json' request using {DTO}'\nError: {reason}");
    let mut failure = Failure::new(SERIALIZATION, message)
        .thrown("System.Runtime.Serialization.SerializationException", "ServiceStack.Host.RestHandler");
    failure.inner = Some(reason.to_owned());
    failure
}

fn refused(refusal: Refusal) -> Answer {
    let failure = match refusal {
        Refusal::Body(reason) => unreadable_body(&reason),
        Refusal::Parameters(misfits) => {
            let errors = misfits.iter().map(|(name, text)| {
                field_error(SERIALIZATION, name, &format!("'{text}' is an Invalid value for '{name}'"))
            });
            Failure::new(SERIALIZATION, "Unable to bind to request 'PatchCustomer'")
                .thrown(
                    "System.Runtime.Serialization.SerializationException",
                    "ServiceStack.Serialization.StringMapTypeDeserializer.PopulateFromMap",
                )
                .errors(errors.collect())
        }
    };
    failure.with(StatusCode::BAD_REQUEST)
}

fn too_large() -> Answer {
    let reason = format!("Request body too large. The max request body size is {} bytes.", body::LIMIT);
    unreadable_body(&reason).with(StatusCode::BAD_REQUEST).header(header::CONNECTION, "close")
}

/// A real host reads gzip. Better to say so than to bind nothing.
fn compressed() -> Answer {
    let message = "The sandbox does not read compressed bodies";
    Failure::new("UnsupportedMediaType", message).with(StatusCode::UNSUPPORTED_MEDIA_TYPE)
}

fn no_such_method(method: &str) -> Answer {
    let mut name = method.to_ascii_lowercase();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let message = format!(
        "Could not find method named {name}(PatchCustomer) or Any(PatchCustomer) on Service CustomerServices"
    );
    Failure::new("NotImplementedException", message)
        .thrown("System.NotImplementedException", "ServiceStack.Host.ServiceExec`1.Execute")
        .with(StatusCode::METHOD_NOT_ALLOWED)
}

/// The answer that a rehearsed failure gives in place of the service's own, if it does.
fn instead(rehearsal: &Rehearsal, format: Format, debug: bool) -> Option<Response<Body>> {
    let answer = match rehearsal.answer? {
        Instead::Status(status) if status.is_success() => return None,
        Instead::CutBody => return None,
        Instead::Cut => return Some(answer::no_answer()),
        Instead::Html => {
            let page = "<!doctype html>\n<title>Not the service</title>\n<p>A rehearsed page.</p>\n";
            Answer::new(StatusCode::OK, Content::Text("text/html", page.to_owned()))
        }
        Instead::Status(status) if status.is_redirection() => {
            Answer::new(status, Content::Empty).header(header::LOCATION, "/login")
        }
        Instead::Status(StatusCode::UNAUTHORIZED) => Answer::new(StatusCode::UNAUTHORIZED, Content::Empty)
            .header(header::WWW_AUTHENTICATE, "basic realm=\"/auth/basic\""),
        Instead::Status(status) => {
            let code: String = status.canonical_reason().unwrap_or("Error").split([' ', '-', '\'']).collect();
            Failure::new(code, "Rehearsed by the sandbox").with(status)
        }
    };
    let answer = match rehearsal.retry_after {
        Some(seconds) => answer.header(header::RETRY_AFTER, seconds.to_string()),
        None => answer,
    };
    Some(answer.into_response(format, debug, false))
}
