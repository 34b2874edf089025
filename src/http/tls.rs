//! Whom an encrypted connection trusts, what it presents, and what its handshake showed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ResolvesClientCert, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};

use super::certificate::Certificate;

/// What a connection trusts and presents.
#[derive(Debug, Clone)]
pub struct Tls {
    /// Whether the system's roots are trusted.
    pub system: bool,
    /// Certificates that are trusted besides, or alone.
    pub ca: Vec<CertificateDer<'static>>,
    /// Our own certificate, for a service that asks for one.
    pub identity: Option<Arc<CertifiedKey>>,
}

/// The system's roots, and no certificate of our own.
impl Default for Tls {
    fn default() -> Tls {
        Tls { system: true, ca: Vec::new(), identity: None }
    }
}

/// What the last handshake showed, whether or not it came about.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub certificate: Option<Certificate>,
    /// As a person writes it: "TLS 1.3".
    pub version: Option<&'static str>,
    /// Whether the service asked for a certificate of ours.
    pub asked_for_ours: bool,
}

/// Shared by the connections of a client and whoever wants to know what they saw.
#[derive(Debug, Clone, Default)]
pub struct Watch(Arc<Mutex<Seen>>);

impl Watch {
    pub fn seen(&self) -> Seen {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads PEM certificates, at least one of which can be trusted as an authority's.
///
/// # Errors
/// What is wrong with the text, without any of it.
pub fn authorities(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates = certificates(pem)?;
    let mut store = rustls::RootCertStore::empty();
    for (i, certificate) in certificates.iter().enumerate() {
        store.add(certificate.clone()).map_err(|_| format!("certificate {} in it cannot be read", i + 1))?;
    }
    Ok(certificates)
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match read {
        Ok(certificates) if certificates.is_empty() => Err("there is no PEM certificate in it".to_owned()),
        Ok(certificates) => Ok(certificates),
        Err(_) => Err("its PEM text is damaged".to_owned()),
    }
}

/// Which of the two files that make an identity is wrong, and how.
#[derive(Debug, PartialEq, Eq)]
pub enum Wrong {
    Certificate(String),
    Key(&'static str),
    /// Nobody could give the password in a job.
    LockedKey,
    /// The key of another certificate.
    OtherKey,
}

/// Reads our own certificate with its chain, and its key.
///
/// # Errors
/// Which text is wrong and why, without any of it.
pub fn identity(certificate_pem: &[u8], key_pem: &[u8]) -> Result<Arc<CertifiedKey>, Wrong> {
    let chain = certificates(certificate_pem).map_err(Wrong::Certificate)?;
    // Either the label says so, or a header below a label that looks like any other key's.
    if String::from_utf8_lossy(key_pem).contains("ENCRYPTED") {
        return Err(Wrong::LockedKey);
    }
    let key = PrivateKeyDer::from_pem_slice(key_pem)
        .map_err(|_| Wrong::Key("there is no PEM private key in it"))?;
    match CertifiedKey::from_der(chain, key, &ring::default_provider()) {
        Ok(identity) => Ok(Arc::new(identity)),
        Err(rustls::Error::InconsistentKeys(_)) => Err(Wrong::OtherKey),
        Err(rustls::Error::InvalidCertificate(_)) => {
            Err(Wrong::Certificate("its certificate cannot be read".to_owned()))
        }
        Err(_) => Err(Wrong::Key("its key is of a kind that cannot be used")),
    }
}

/// The settings of a connection: TLS 1.2 or newer, HTTP/1.1, everything verified.
///
/// # Errors
/// Where nothing is there to trust, as on a machine without roots.
pub fn config(tls: &Tls, watch: &Watch) -> anyhow::Result<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Watching { verifier: verifier(tls, &provider)?, watch: watch.clone() };
    let presenting = Presenting { identity: tls.identity.clone(), watch: watch.clone() };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_client_cert_resolver(Arc::new(presenting));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn verifier(tls: &Tls, provider: &Arc<CryptoProvider>) -> anyhow::Result<Arc<dyn ServerCertVerifier>> {
    if !tls.system {
        let mut roots = rustls::RootCertStore::empty();
        roots.add_parsable_certificates(tls.ca.iter().cloned());
        return Ok(
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build()?
        );
    }
    let provider = Arc::clone(provider);
    if tls.ca.is_empty() {
        return Ok(Arc::new(rustls_platform_verifier::Verifier::new(provider)?));
    }
    #[cfg(not(target_os = "android"))]
    return Ok(Arc::new(rustls_platform_verifier::Verifier::new_with_extra_roots(tls.ca.clone(), provider)?));
    #[cfg(target_os = "android")]
    anyhow::bail!("this system does not take a CA file beside its own roots");
}

/// Leaves every decision to the verifier inside, and remembers what it was shown: rustls by itself does not say whose
/// certificate it refused.
#[derive(Debug)]
struct Watching {
    verifier: Arc<dyn ServerCertVerifier>,
    watch: Watch,
}

impl ServerCertVerifier for Watching {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let certificate = Certificate::read(end_entity).ok();
        // In TLS 1.2 the service has asked for ours before its own is looked at.
        let asked_for_ours = self.watch.lock().asked_for_ours;
        *self.watch.lock() = Seen { certificate, version: None, asked_for_ours };
        self.verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.watch.lock().version = Some("TLS 1.2");
        self.verifier.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.watch.lock().version = Some("TLS 1.3");
        self.verifier.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

/// Presents our certificate where there is one, and remembers that it was asked for.
#[derive(Debug)]
struct Presenting {
    identity: Option<Arc<CertifiedKey>>,
    watch: Watch,
}

impl ResolvesClientCert for Presenting {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.watch.lock().asked_for_ours = true;
        self.identity.clone()
    }

    fn has_certs(&self) -> bool {
        self.identity.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::handshake;
    use rustls::server::WebPkiClientVerifier;
    use rustls::{AlertDescription, ClientConnection, RootCertStore, ServerConfig, ServerConnection};

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
            let watch = Watch::default();
            let tls = Tls { system: false, ca: vec![own.der().clone()], identity: None };
            let client = Arc::new(config(&tls, &watch).expect("settings"));
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
            let seen = watch.seen();
            assert!(seen.asked_for_ours && seen.certificate.is_some(), "{version:?}: {seen:?}");
            let alert = rustls::Error::AlertReceived(AlertDescription::HandshakeFailure);
            let said = handshake::explain(&alert, &seen, false).message;
            assert!(said.contains("wants a client certificate"), "{said}");
        }
    }
}
