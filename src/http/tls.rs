//! Which certificates a TLS connection trusts and presents, and what its handshake showed.

use std::path::PathBuf;
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
    /// Where these were read from.
    pub files: Files,
}

/// The PEM files that a connection's settings come from, for another program that is to connect in the same way.
#[derive(Debug, Clone, Default)]
pub struct Files {
    pub ca: Option<PathBuf>,
    pub certificate: Option<PathBuf>,
    /// None where the certificate's file holds its key as well.
    pub key: Option<PathBuf>,
}

/// The system's roots, and no certificate of our own.
impl Default for Tls {
    fn default() -> Tls {
        Tls { system: true, ca: Vec::new(), identity: None, files: Files::default() }
    }
}

/// What the last handshake showed, whether or not it succeeded.
#[derive(Debug, Clone, Default)]
pub struct HandshakeInfo {
    pub certificate: Option<Certificate>,
    /// As a person writes it: "TLS 1.3".
    pub version: Option<&'static str>,
    /// Whether the service asked for a certificate of ours.
    pub asked_for_ours: bool,
}

/// Shared by the connections of a client and whoever wants to know what their handshakes showed.
#[derive(Debug, Clone, Default)]
pub struct HandshakeObserver(Arc<Mutex<HandshakeInfo>>);

impl HandshakeObserver {
    pub fn info(&self) -> HandshakeInfo {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, HandshakeInfo> {
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

/// Which of the two files that make an identity is wrong, how, and what to do about it.
#[derive(Debug)]
pub struct IdentityError {
    /// Whether it is the key's file.
    pub is_key: bool,
    pub why: String,
    pub hint: Option<&'static str>,
}

/// Reads our own certificate with its chain, and its key.
///
/// # Errors
/// Which text is wrong and why, without any of it.
pub fn identity(certificate_pem: &[u8], key_pem: &[u8]) -> Result<Arc<CertifiedKey>, IdentityError> {
    let wrong = |is_key, why: &str, hint| IdentityError { is_key, why: why.to_owned(), hint };
    let chain = certificates(certificate_pem).map_err(|why| wrong(false, &why, None))?;
    // Either the label says so, or a header below a label that looks like any other key's.
    if String::from_utf8_lossy(key_pem).contains("ENCRYPTED") {
        let hint =
            "`openssl pkey -in OLD -out NEW` writes it without a password; let nobody else read that file";
        return Err(wrong(true, "its key is encrypted, and booster cannot ask for its password", Some(hint)));
    }
    let key = PrivateKeyDer::from_pem_slice(key_pem)
        .map_err(|_| wrong(true, "there is no PEM private key in it", None))?;
    let identity = CertifiedKey::from_der(chain, key, &ring::default_provider());
    identity.map(Arc::new).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => wrong(
            true,
            "it is not the certificate's key",
            Some("set client_key to the key that client_cert was issued for"),
        ),
        rustls::Error::InvalidCertificate(_) => wrong(false, "its certificate cannot be read", None),
        _ => wrong(true, "its key type is not supported", None),
    })
}

/// The settings of a connection: TLS 1.2 or newer, HTTP/1.1, everything verified.
///
/// # Errors
/// If nothing is there to trust, as on a machine without roots.
pub fn config(tls: &Tls, observer: &HandshakeObserver) -> anyhow::Result<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    let verifier = ObservedVerifier { verifier: verifier(tls, &provider)?, observer: observer.clone() };
    let identity = ObservedIdentity { identity: tls.identity.clone(), observer: observer.clone() };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_client_cert_resolver(Arc::new(identity));
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
    anyhow::bail!("this system does not accept a CA file in addition to its own certificates");
}

/// Leaves every decision to the verifier inside, and notes what it was given: rustls by itself does not say whose
/// certificate it refused.
#[derive(Debug)]
struct ObservedVerifier {
    verifier: Arc<dyn ServerCertVerifier>,
    observer: HandshakeObserver,
}

impl ServerCertVerifier for ObservedVerifier {
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
        let asked_for_ours = self.observer.lock().asked_for_ours;
        *self.observer.lock() = HandshakeInfo { certificate, version: None, asked_for_ours };
        self.verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.observer.lock().version = Some("TLS 1.2");
        self.verifier.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.observer.lock().version = Some("TLS 1.3");
        self.verifier.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

/// Presents our certificate where there is one, and remembers that it was asked for.
#[derive(Debug)]
struct ObservedIdentity {
    identity: Option<Arc<CertifiedKey>>,
    observer: HandshakeObserver,
}

impl ResolvesClientCert for ObservedIdentity {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.observer.lock().asked_for_ours = true;
        self.identity.clone()
    }

    fn has_certs(&self) -> bool {
        self.identity.is_some()
    }
}
