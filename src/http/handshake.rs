//! What went wrong in a TLS handshake, in plain words, and what to do about it.

use std::fmt::Debug;

use jiff::Timestamp;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError};

use super::tls::HandshakeInfo;
use crate::escape::escaped;

/// What went wrong, and what to do about it.
pub type Explanation = (String, Option<&'static str>);

/// Whether the error is the service's refusal of what we presented in the handshake. Such an alert comes after the
/// first bytes of the request left, with TLS 1.3, and still before any of them was read.
pub fn refuses_our_certificate(error: &rustls::Error) -> bool {
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

const RIGHT_HOST: Option<&str> = Some("check that base_url has the right host");
const OWN_CA: Option<&str> = Some(
    "if it is the right host, set ca_file in the profile to the issuer's certificate; a proxy that \
    decrypts connections has its own issuer",
);
const CLIENT_CERT: Option<&str> = Some("set client_cert and client_key in the profile");

/// Says what went wrong in a handshake, and what to do about it.
pub fn explain(error: &rustls::Error, info: &HandshakeInfo, has_identity: bool) -> Explanation {
    match error {
        rustls::Error::InvalidCertificate(why) => of_certificate(why, info),
        rustls::Error::AlertReceived(alert) => of_alert(*alert, info, has_identity),
        rustls::Error::PeerIncompatible(why) => (
            format!("the host and booster have no TLS version or cipher in common: {}", words(why)),
            Some("booster supports TLS 1.2 and 1.3; the host must support one of them"),
        ),
        rustls::Error::InvalidMessage(_) => (
            "the host does not use TLS on this port".to_owned(),
            Some("check the port in base_url, and the proxy if there is one"),
        ),
        other => (format!("the TLS handshake failed: {}", words(other)), None),
    }
}

fn of_certificate(why: &CertificateError, info: &HandshakeInfo) -> Explanation {
    let is_self_signed = info.certificate.as_ref().is_some_and(|certificate| certificate.is_self_signed);
    match why {
        CertificateError::UnknownIssuer if is_self_signed => (
            "the host's certificate is self-signed, and is not trusted on this machine".to_owned(),
            Some("if it is the right host, set ca_file in the profile to its certificate"),
        ),
        CertificateError::UnknownIssuer => {
            let issuer = info.certificate.as_ref().map_or("somebody", |certificate| &certificate.issuer);
            (
                format!(
                    "the host's certificate was issued by {issuer}, which is not trusted on this machine"
                ),
                OWN_CA,
            )
        }
        // Only some systems say since when.
        CertificateError::Expired => ("the host's certificate has expired".to_owned(), EXPIRED),
        CertificateError::ExpiredContext { not_after, .. } => {
            (format!("the host's certificate expired at {}", moment(*not_after)), EXPIRED)
        }
        CertificateError::NotValidYet => ("the host's certificate is not valid yet".to_owned(), EXPIRED),
        CertificateError::NotValidYetContext { not_before, .. } => {
            (format!("the host's certificate is valid only from {}", moment(*not_before)), EXPIRED)
        }
        CertificateError::NotValidForName => {
            ("the host's certificate is for another name".to_owned(), RIGHT_HOST)
        }
        CertificateError::NotValidForNameContext { expected, presented } => {
            let names =
                presented.iter().map(|name| escaped(&plain_name(name))).collect::<Vec<_>>().join(", ");
            let names = if names.is_empty() { "nobody" } else { &names };
            (format!("the host's certificate is for {names}, not for {}", expected.to_str()), RIGHT_HOST)
        }
        CertificateError::Revoked => ("the host's certificate was revoked".to_owned(), NEW_ONE),
        // Of webpki's errors that rustls has no name for, this one is met often: `openssl req -x509` marks every
        // certificate as an authority's unless it is told otherwise.
        other if format!("{other:?}").contains("CaUsedAsEndEntity") => (
            "the host's certificate is marked as a certificate authority, so it cannot be used for a host"
                .to_owned(),
            Some("the host needs one with the basic constraint CA:FALSE"),
        ),
        CertificateError::BadEncoding => ("the host's certificate cannot be read".to_owned(), NEW_ONE),
        CertificateError::BadSignature => {
            ("the host's certificate is not signed by the issuer that it names".to_owned(), NEW_ONE)
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            ("the host's certificate is not valid for a host".to_owned(), NEW_ONE)
        }
        CertificateError::UnsupportedSignatureAlgorithmContext { .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => (
            "the host's certificate is signed with an old method that is not trusted, such as SHA-1"
                .to_owned(),
            NEW_ONE,
        ),
        CertificateError::UnhandledCriticalExtension => {
            ("the host's certificate has restrictions that booster does not support".to_owned(), NEW_ONE)
        }
        // The platform's own verifier speaks in sentences; it may repeat names of the certificate.
        CertificateError::Other(other)
            if other.to_string().contains(' ') && !is_debug(&other.to_string()) =>
        {
            (format!("the host's certificate is not valid: {}", escaped(&other.to_string())), None)
        }
        other => (format!("the host's certificate is not valid: {}", words(other)), None),
    }
}

const NEW_ONE: Option<&str> = Some("the host needs a new certificate");
const EXPIRED: Option<&str> = Some("the host needs a new certificate, unless this machine's clock is wrong");

fn of_alert(alert: AlertDescription, info: &HandshakeInfo, has_identity: bool) -> Explanation {
    // With TLS 1.2 some hosts say no more than that the handshake failed.
    let is_about_ours = is_about_our_certificate(alert)
        || (alert == AlertDescription::HandshakeFailure && info.asked_for_ours);
    match (is_about_ours, has_identity) {
        (true, false) => {
            ("the host requires a client certificate, and the profile has none".to_owned(), CLIENT_CERT)
        }
        (true, true) => (
            format!("the host refuses the profile's client certificate: {}", alert_words(alert)),
            Some("check that client_cert is the one that the host expects, and that it has not expired"),
        ),
        (false, _) if alert == AlertDescription::ProtocolVersion => (
            "the host supports neither TLS 1.2 nor TLS 1.3".to_owned(),
            Some("booster supports nothing older; the host must be updated"),
        ),
        (false, _) if alert == AlertDescription::UnrecognisedName => {
            ("the host does not recognise the name in base_url".to_owned(), RIGHT_HOST)
        }
        (false, _) => (format!("the host ended the handshake: {}", alert_words(alert)), None),
    }
}

/// An alert by its name and number (RFC 8446, section 6), as other tools show it.
fn alert_words(alert: AlertDescription) -> String {
    match alert {
        AlertDescription::Unknown(number) => format!("alert {number}"),
        known => format!("{} (alert {})", words(&known), u8::from(known)),
    }
}

/// The name of an error that has no sentence of its own, `NoCipherSuitesInCommon`, as words: "no cipher suites in
/// common". Of nested errors it is the innermost one's; their values are left out.
fn words(error: &impl Debug) -> String {
    let text = format!("{error:?}");
    let mut names = text.split(['{', '[', '"']).next().unwrap_or_default().split(['(', ')', ' ']);
    let name = names.rfind(|name| name.starts_with(|letter: char| letter.is_ascii_uppercase()));
    let mut words = String::new();
    let mut before = ' ';
    for letter in name.unwrap_or("unknown").chars().filter(char::is_ascii_alphanumeric) {
        if letter.is_ascii_uppercase() && before.is_ascii_lowercase() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
        before = letter;
    }
    words
}

/// Whether a text is what Rust writes of a value for its own programmers.
fn is_debug(text: &str) -> bool {
    text.contains(['{', '(']) || text.contains("::")
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::crypto::ring;
    use rustls::pki_types::{PrivateKeyDer, ServerName};
    use rustls::server::WebPkiClientVerifier;
    use rustls::{ClientConnection, RootCertStore, ServerConfig, ServerConnection};

    use super::*;
    use crate::http::tls::{self, HandshakeObserver, Tls};

    #[test]
    fn no_error_is_shown_as_rust_writes_it() {
        use rustls::pki_types::ServerName;
        use rustls::{
            CertRevocationListError, InconsistentKeys, InvalidMessage, OtherError, PeerIncompatible,
        };
        use rustls::{ContentType, PeerMisbehaved};
        #[derive(Debug, thiserror::Error)]
        #[error("{self:?}")]
        enum Inner {
            NameConstraintViolation,
        }
        let other = OtherError(Arc::new(Inner::NameConstraintViolation));
        let certificate = rustls::Error::InvalidCertificate;
        let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(1));
        let name = ServerName::try_from("a.example").expect("a name");
        for (error, message) in [
            (
                rustls::Error::AlertReceived(AlertDescription::InternalError),
                "the host ended the handshake: internal error (alert 80)",
            ),
            (
                rustls::Error::AlertReceived(AlertDescription::Unknown(200)),
                "the host ended the handshake: alert 200",
            ),
            (
                PeerIncompatible::NoCipherSuitesInCommon.into(),
                "the host and booster have no TLS version or cipher in common: no cipher suites in common",
            ),
            (
                certificate(CertificateError::Other(other.clone())),
                "the host's certificate is not valid: name constraint violation",
            ),
            (rustls::Error::Other(other), "the TLS handshake failed: name constraint violation"),
            (
                certificate(CertificateError::UnknownRevocationStatus),
                "the host's certificate is not valid: unknown revocation status",
            ),
            (
                certificate(CertificateError::ExpiredRevocationListContext { time: now, next_update: now }),
                "the host's certificate is not valid: expired revocation list context",
            ),
        ] {
            assert_eq!(explain(&error, &HandshakeInfo::default(), false).0, message);
        }
        let no_name = CertificateError::NotValidForNameContext { expected: name, presented: Vec::new() };
        for error in [
            rustls::Error::InappropriateMessage {
                expect_types: vec![ContentType::Alert],
                got_type: ContentType::Handshake,
            },
            PeerMisbehaved::TooMuchEarlyDataReceived.into(),
            rustls::Error::InvalidMessage(InvalidMessage::InvalidCcs),
            rustls::Error::InvalidCertRevocationList(CertRevocationListError::BadSignature),
            rustls::Error::InconsistentKeys(InconsistentKeys::Unknown),
            rustls::Error::General("Some(Debug) \u{1b}[2J".to_owned()),
            certificate(CertificateError::BadEncoding),
            certificate(CertificateError::BadSignature),
            certificate(CertificateError::InvalidPurpose),
            certificate(CertificateError::UnhandledCriticalExtension),
            certificate(CertificateError::UnsupportedSignatureAlgorithmContext {
                signature_algorithm_id: vec![1],
                supported_algorithms: Vec::new(),
            }),
            certificate(no_name),
        ] {
            let message = explain(&error, &HandshakeInfo::default(), true).0;
            let is_name = |word: &str| {
                word.chars().skip(1).any(|letter| letter.is_ascii_uppercase())
                    && !["TLS", "SHA-1"].contains(&word.trim_matches(','))
            };
            assert!(!is_debug(&message) && !message.split(' ').any(is_name), "{message}");
        }
    }

    /// In TLS 1.2 the request for a certificate comes before the service's own is looked at, and some hosts then say no
    /// more than that the handshake failed.
    #[test]
    fn that_a_certificate_was_asked_for_is_known_in_either_version() {
        let key = rcgen::KeyPair::generate().expect("a key");
        let own = rcgen::CertificateParams::new(vec!["a.example".to_owned()]).expect("a name");
        let own = own.self_signed(&key).expect("a certificate");
        for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
            let mut roots = RootCertStore::empty();
            roots.add(own.der().clone()).expect("a root");
            let provider = Arc::new(ring::default_provider());
            let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
            let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
            let server = ServerConfig::builder_with_provider(provider)
                .with_protocol_versions(&[version])
                .expect("a version")
                .with_client_cert_verifier(clients.build().expect("a verifier"))
                .with_single_cert(vec![own.der().clone()], key)
                .expect("a server");
            let mut server = ServerConnection::new(Arc::new(server)).expect("a connection");
            let observer = HandshakeObserver::default();
            let tls = Tls { system: false, ca: vec![own.der().clone()], ..Tls::default() };
            let client = Arc::new(tls::config(&tls, &observer).expect("settings"));
            let name = ServerName::try_from("a.example").expect("a name");
            let mut client = ClientConnection::new(client, name).expect("a connection");
            // It ends with the server's refusal.
            while client.is_handshaking() || server.is_handshaking() {
                let mut bytes = Vec::new();
                while client.wants_write() {
                    client.write_tls(&mut bytes).expect("memory");
                }
                server.read_tls(&mut bytes.as_slice()).expect("memory");
                let refused = server.process_new_packets().is_err();
                let mut bytes = Vec::new();
                while server.wants_write() {
                    server.write_tls(&mut bytes).expect("memory");
                }
                client.read_tls(&mut bytes.as_slice()).expect("memory");
                if refused || client.process_new_packets().is_err() {
                    break;
                }
            }
            let info = observer.info();
            assert!(info.asked_for_ours && info.certificate.is_some(), "{version:?}: {info:?}");
            let alert = rustls::Error::AlertReceived(AlertDescription::HandshakeFailure);
            let message = explain(&alert, &info, false).0;
            assert!(message.contains("requires a client certificate"), "{message}");
        }
    }
}
