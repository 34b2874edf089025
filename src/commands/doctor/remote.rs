//! The checks that need the network: name, connection, TLS, clock, sign-in, reading back. They send GET alone, of
//! routes that show nobody's data.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use url::Url;

use super::super::auth::who;
use super::{Check, READ_BACK, SIGN_IN};
use crate::auth::exchange::try_once;
use crate::auth::sign_in::SignIn;
use crate::config::Profile;
use crate::escape::escaped;
use crate::http::address::is_loopback;
use crate::http::request::Request;
use crate::http::tls::HandshakeInfo;
use crate::http::verdict::{self, Verdict};
use crate::http::{Attempt, Client, Response, proxy};
use crate::outcome::Outcome;
use crate::pipeline::answer;
use crate::secret::Secrets;

/// The longest time that a name's resolution may take.
const LOOKUP: Duration = Duration::from_secs(10);

/// Below this a certificate's end is near enough to speak of it, in days.
const FEW_DAYS: i64 = 14;

/// Clocks that are further apart let tokens and certificates look expired, or not valid yet.
const APART: Duration = Duration::from_secs(60);

/// ServiceStack's route that tells who one is.
const WHO_AM_I: &str = "auth";

/// What to do about an answer that is not the service's.
const NOT_THE_SERVICE: &str =
    "check base_url: a sign-in page or a gateway may be answering instead of the service";

/// The id of a customer that nobody is, to try the route by which customers are read back: ids begin at 1.
const NOBODY: u32 = 0;

pub async fn name(url: &Url) -> Check {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    if host.parse::<std::net::IpAddr>().is_ok() {
        return Check::skipped(format!("{host} is an address"));
    }
    if proxy::of(url).is_some() {
        return Check::skipped("the proxy resolves names");
    }
    let port = url.port_or_known_default().unwrap_or(443);
    let found = tokio::time::timeout(LOOKUP, tokio::net::lookup_host((host, port))).await;
    let failed = |why: String| {
        Check::failed(Outcome::Unreachable, format!("{host} cannot be resolved: {why}"))
            .hint("check the host in base_url and the network connection")
    };
    match found {
        Ok(Ok(addresses)) => {
            let mut addresses: Vec<String> = addresses.map(|address| address.ip().to_string()).collect();
            addresses.dedup();
            match addresses.is_empty() {
                true => failed("it has no address".to_owned()),
                false => Check::good(format!("{host} is {}", addresses.join(", "))),
            }
        }
        Ok(Err(error)) => failed(error.to_string()),
        Err(_) => failed(format!("no response within {} s", LOOKUP.as_secs())),
    }
}

/// The checks that need an answer of the service.
pub async fn exchanges(
    profile: &Profile,
    url: &Url,
    client: &Client,
    signs_in: &SignIn,
    checks: &mut Vec<Check>,
) {
    let began = Instant::now();
    let request = Request::get(url, WHO_AM_I, profile.shown_credential());
    let attempt = try_once(client, signs_in, &request).await;
    let handshake = client.handshake();
    checks.push(connection(&attempt, &handshake, began.elapsed()).named("connection"));
    checks.push(tls(url, &attempt, &handshake).named("tls"));
    let Attempt::Response(response) = &attempt else { return };
    checks.push(clock(response).named("clock"));
    checks.push(sign_in(&attempt, response, profile, signs_in.secrets()).named(SIGN_IN));
    if let Some(path) = profile.reading.path(NOBODY) {
        let request = Request::get(url, &path, profile.shown_credential());
        let attempt = try_once(client, signs_in, &request).await;
        let is_signed = !profile.auth.is_open();
        checks.push(read_back(&path, &attempt, is_signed, profile.reading.backup).named(READ_BACK));
    }
}

/// A handshake that showed a certificate got through to the service, whatever became of it.
fn connection(attempt: &Attempt, handshake: &HandshakeInfo, took: Duration) -> Check {
    let failed = |cause: &str, hint: Option<&String>| {
        let hint = hint.map_or("check base_url and the network connection", |hint| hint);
        Check::failed(Outcome::Unreachable, cause).hint(hint)
    };
    match attempt {
        Attempt::Response(response) => {
            Check::good(format!("answered {} within {} ms", response.status, took.as_millis()))
        }
        Attempt::NotSent { not_retryable: true, .. } if handshake.certificate.is_some() => {
            Check::good(format!("reached within {} ms", took.as_millis()))
        }
        Attempt::NotSent { cause, hint, .. } => failed(cause, hint.as_ref()),
        Attempt::Lost { cause } => failed(cause, None),
    }
}

fn tls(url: &Url, attempt: &Attempt, handshake: &HandshakeInfo) -> Check {
    if url.scheme() != "https" {
        let why = if is_loopback(url) { "http, to this machine only" } else { "http" };
        return Check::skipped(why);
    }
    let Some(certificate) = &handshake.certificate else {
        return Check::skipped("there was no TLS handshake");
    };
    let days = certificate.days_left(Timestamp::now());
    let issuer = &certificate.issuer;
    match attempt {
        Attempt::NotSent { cause, hint, .. } => {
            let check = Check::failed(Outcome::Unreachable, cause);
            hint.iter().fold(check, |check, hint| check.hint(hint))
        }
        Attempt::Response(_) | Attempt::Lost { .. } => {
            let version = handshake.version.unwrap_or("TLS");
            let text = format!("{version}, certificate by {issuer}, {days} days left");
            if days < FEW_DAYS {
                Check::warning(text).hint("ask who runs the host to renew the certificate soon")
            } else {
                Check::good(text)
            }
        }
    }
}

fn clock(response: &Response) -> Check {
    let Some(date) = response.date else { return Check::skipped("the response has no time") };
    let apart = Timestamp::now().duration_since(date);
    let seconds = apart.as_secs();
    let side = if seconds < 0 { "behind" } else { "ahead of" };
    let text = format!("{} s {side} the service's", seconds.abs());
    if apart.unsigned_abs() > APART {
        Check::warning(text).hint("set this machine's clock: it is needed to check tokens and certificates")
    } else {
        Check::good(text)
    }
}

/// What `GET /auth` says of the credential.
fn sign_in(attempt: &Attempt, response: &Response, profile: &Profile, secrets: &Secrets) -> Check {
    let status = response.status;
    let route = format!("GET /{WHO_AM_I} answered {status}");
    let is_signed = !profile.auth.is_open();
    match verdict::of(attempt, is_signed).0 {
        Verdict::Done => match who(&response.body) {
            // It may call somebody by what it was sent.
            Some(user) => Check::good(format!("as {}", secrets.masked(&escaped(&user)))),
            None => Check::good(route),
        },
        Verdict::Unauthenticated if is_signed => {
            Check::failed(Outcome::Unauthenticated, format!("{route}: the credential is not accepted"))
                .hint("check that the secret is right and has not expired, and that auth has the right type")
        }
        Verdict::Unauthenticated => Check::warning(format!("{route}: nobody is signed in"))
            .hint("the profile sends no credential; if patches get 401, set auth in the profile"),
        Verdict::Forbidden => Check::failed(Outcome::Forbidden, format!("{route}: it is not allowed"))
            .hint("check that this is the right sign-in, and what the service allows it to do"),
        Verdict::NotFound | Verdict::Rejected => {
            Check::warning(format!("{route}: whether the sign-in is accepted is not known"))
                .hint("no other route is tried: `booster customer get ID` or the first patch will show it")
        }
        Verdict::Unreachable | Verdict::Unknown => match verdict::why_no_success(response) {
            Some(why_no_success) => {
                Check::failed(Outcome::Unreachable, format!("{route} {why_no_success}")).hint(NOT_THE_SERVICE)
            }
            None => {
                Check::failed(Outcome::Unreachable, format!("GET /{WHO_AM_I}: {}", answer::describe(attempt)))
                    .hint(answer::unreachable_hint(attempt))
            }
        },
    }
}

/// Whether customers can be read back, asked by the id of nobody. Where every patch wants a backup (`is_needed`), none
/// is sent without.
fn read_back(route: &str, attempt: &Attempt, is_signed: bool, is_needed: bool) -> Check {
    let route = format!("GET {route}");
    let (verdict, _) = verdict::of(attempt, is_signed);
    let what = match attempt {
        Attempt::Response(response) => match (response.status, verdict::why_no_success(response)) {
            (200, None) if is_object(response) => return Check::good(format!("{route} answered 200")),
            // A missing customer is answered 404 with a body that looks like one; without a body there is no such route.
            (404, _) if verdict == Verdict::NotFound && is_object(response) => {
                return Check::good(format!("{route} answered that there is no such customer"));
            }
            (404, _) if verdict == Verdict::NotFound => "answered 404: there is no such route".to_owned(),
            (200, None) => "answered 200 without a customer".to_owned(),
            (_, Some(_)) | (300..=399, _) => answer::describe(attempt).replacen("the service ", "", 1),
            (status, None) => format!("answered {status}"),
        },
        Attempt::NotSent { cause, .. } | Attempt::Lost { cause } => format!("got no response: {cause}"),
    };
    // Of what a read came to, nothing is unknown: it applies nothing.
    let outcome = match verdict {
        Verdict::Unauthenticated => Outcome::Unauthenticated,
        Verdict::Forbidden => Outcome::Forbidden,
        Verdict::NotFound => Outcome::NotFound,
        Verdict::Rejected => Outcome::Rejected,
        Verdict::Unreachable | Verdict::Done | Verdict::Unknown => Outcome::Unreachable,
    };
    let is_redirect = matches!(attempt, Attempt::Response(response) if (300..400).contains(&response.status));
    // A service may refuse just the id of nobody, or reading alone.
    let says_little = matches!(verdict, Verdict::NotFound | Verdict::Forbidden | Verdict::Rejected);
    let hint = match outcome {
        Outcome::Unauthenticated if !is_signed => "the profile sends no credential: set auth in the profile",
        Outcome::Unauthenticated => "check that the sign-in may read customers",
        _ if says_little && !is_redirect => {
            "set another route as read_route in the profile, or turn reading off with read = false"
        }
        _ if matches!(attempt, Attempt::Response(response) if response.status < 400) => NOT_THE_SERVICE,
        _ => &answer::unreachable_hint(attempt),
    };
    if is_needed {
        let message = format!("{route} {what}, and every patch needs a backup (backup = true)");
        return Check::failed(outcome, message).hint(hint);
    }
    let check = match says_little && !is_redirect {
        true => Check::warning(format!("{route} {what}: whether customers can be read is not known")),
        false => Check::failed(outcome, format!("{route} {what}: no customer can be read")),
    };
    check.hint(hint)
}

fn is_object(response: &Response) -> bool {
    response.body.trim_start().starts_with('{')
}
