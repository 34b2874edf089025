//! What went wrong in a TLS handshake, in a person's words, and what to do about it.

use jiff::Timestamp;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError};

use super::tls::Seen;
use crate::escape::escaped;

/// A failed handshake in a person's words.
#[derive(Debug, PartialEq, Eq)]
pub struct Explanation {
    pub message: String,
    pub hint: Option<&'static str>,
}

/// Whether the error is the service's refusal of what we presented in the handshake. Such an alert comes after the
/// first bytes of the request left, with TLS 1.3, and still before any of them was read.
pub fn is_refusal_of_ours(error: &rustls::Error) -> bool {
    match error {
        rustls::Error::AlertReceived(alert) => is_about_our_certificate(*alert),
        _ => false,
    }
}

fn is_about_our_certificate(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::CertificateRequired
            | AlertDescription::NoCertificate
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
    )
}

const RIGHT_HOST: Option<&str> = Some("look whether base_url names the right host");
const OWN_CA: Option<&str> = Some(
    "if it is the right host, name the certificate of whoever issued it as ca_file in the profile; a proxy that \
     opens encrypted connections has an authority of its own",
);
const CLIENT_CERT: Option<&str> = Some("name one as client_cert and its key as client_key in the profile");

/// Says what went wrong in a handshake, and what to do about it.
pub fn explain(error: &rustls::Error, seen: &Seen, has_identity: bool) -> Explanation {
    match error {
        rustls::Error::InvalidCertificate(why) => of_certificate(why, seen),
        rustls::Error::AlertReceived(alert) => of_alert(*alert, seen, has_identity),
        rustls::Error::PeerIncompatible(why) => Explanation {
            message: format!("the host and booster have no version or cipher of TLS in common: {why:?}"),
            hint: Some("booster speaks TLS 1.2 and 1.3; the host must speak one of them"),
        },
        rustls::Error::InvalidMessage(_) => Explanation {
            message: "the host does not speak TLS at this port".to_owned(),
            hint: Some("look at the port in base_url, and at the proxy if there is one"),
        },
        other => Explanation {
            message: format!("the handshake failed: {}", escaped(&other.to_string())),
            hint: None,
        },
    }
}

fn of_certificate(why: &CertificateError, seen: &Seen) -> Explanation {
    let is_self_signed = seen.certificate.as_ref().is_some_and(|certificate| certificate.is_self_signed);
    let say = |message: String, hint| Explanation { message, hint };
    match why {
        CertificateError::UnknownIssuer if is_self_signed => say(
            "the host's certificate is self-signed, and nobody here trusts it".to_owned(),
            Some("if it is the right host, name its certificate as ca_file in the profile"),
        ),
        CertificateError::UnknownIssuer => {
            let issuer = seen.certificate.as_ref().map_or("somebody", |certificate| &certificate.issuer);
            say(format!("the host's certificate was issued by {issuer}, whom nobody here trusts"), OWN_CA)
        }
        CertificateError::Expired => say("the host's certificate has expired".to_owned(), EXPIRED),
        CertificateError::ExpiredContext { not_after, .. } => {
            say(format!("the host's certificate expired at {}", moment(*not_after)), EXPIRED)
        }
        CertificateError::NotValidYet => say("the host's certificate is not valid yet".to_owned(), EXPIRED),
        CertificateError::NotValidYetContext { not_before, .. } => {
            say(format!("the host's certificate is valid only from {}", moment(*not_before)), EXPIRED)
        }
        CertificateError::NotValidForName => {
            say("the host's certificate is for another name".to_owned(), RIGHT_HOST)
        }
        CertificateError::NotValidForNameContext { expected, presented } => {
            let names =
                presented.iter().map(|name| escaped(&plain_name(name))).collect::<Vec<_>>().join(", ");
            let names = if names.is_empty() { "nobody" } else { &names };
            say(format!("the host's certificate is for {names}, not for {}", expected.to_str()), RIGHT_HOST)
        }
        CertificateError::Revoked => {
            say("the host's certificate was revoked".to_owned(), Some("the host needs a new one"))
        }
        // Of webpki's errors that rustls has no name for, this one is met often: `openssl req -x509` marks every
        // certificate as an authority's unless it is told otherwise.
        other if format!("{other:?}").contains("CaUsedAsEndEntity") => say(
            "the host's certificate is marked as an authority's, and so cannot be a host's".to_owned(),
            Some("the host needs one with the basic constraint CA:FALSE"),
        ),
        other => say(format!("the host's certificate will not do: {}", escaped(&other.to_string())), None),
    }
}

const EXPIRED: Option<&str> = Some("the host needs a new one, unless this machine's clock is wrong");

fn of_alert(alert: AlertDescription, seen: &Seen, has_identity: bool) -> Explanation {
    let say = |message: String, hint| Explanation { message, hint };
    // With TLS 1.2 some hosts say no more than that the handshake failed.
    let is_about_ours = is_about_our_certificate(alert)
        || (alert == AlertDescription::HandshakeFailure && seen.asked_for_ours);
    match (is_about_ours, has_identity) {
        (true, false) => {
            say("the host wants a client certificate, and the profile has none".to_owned(), CLIENT_CERT)
        }
        (true, true) => say(
            format!("the host refuses the profile's client certificate: {alert:?}"),
            Some("look whether client_cert is the one that the host knows, and not expired"),
        ),
        (false, _) if alert == AlertDescription::ProtocolVersion => say(
            "the host speaks neither TLS 1.2 nor TLS 1.3".to_owned(),
            Some("booster speaks nothing older; the host must be renewed"),
        ),
        (false, _) if alert == AlertDescription::UnrecognisedName => {
            say("the host does not know its own name".to_owned(), RIGHT_HOST)
        }
        (false, _) => say(format!("the host ended the handshake: {alert:?}"), None),
    }
}

/// rustls writes the names in a certificate as `DnsName("a.example")` and `IpAddress(127.0.0.1)`.
fn plain_name(name: &str) -> String {
    let inner = name.split_once('(').map_or(name, |(_, rest)| rest.trim_end_matches(')'));
    inner.trim_matches('"').to_owned()
}

/// A point in time to the second, in UTC.
fn moment(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX).to_string()
}
