//! Authorities, the certificates that they issue, and how a host with one of them speaks TLS.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};

/// An authority, its certificate in PEM.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub pem: String,
    pub der: CertificateDer<'static>,
}

impl Authority {
    pub fn new(name: &str) -> Authority {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        Authority { pem: certificate.pem(), der: certificate.der().clone(), issuer: Issuer::new(params, key) }
    }

    /// A certificate for this host, changed as the test wants it.
    pub fn issue(&self, host: &str, change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let key = KeyPair::generate().expect("a key");
        let certificate = params(host, change).signed_by(&key, &self.issuer).expect("a certificate");
        Identity { pem: certificate.pem(), der: certificate.der().clone(), key }
    }
}

pub struct Identity {
    pub pem: String,
    pub der: CertificateDer<'static>,
    pub key: KeyPair,
}

fn params(host: &str, change: impl FnOnce(&mut CertificateParams)) -> CertificateParams {
    let mut params = CertificateParams::new(vec![host.to_owned()]).expect("a name");
    params.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    change(&mut params);
    params
}

pub fn self_signed(host: &str, change: impl FnOnce(&mut CertificateParams)) -> Identity {
    let key = KeyPair::generate().expect("a key");
    let certificate = params(host, change).self_signed(&key).expect("a certificate");
    Identity { pem: certificate.pem(), der: certificate.der().clone(), key }
}

pub const BOTH: &[&SupportedProtocolVersion] = &[&rustls::version::TLS13, &rustls::version::TLS12];

/// How a host with this identity speaks TLS. With an authority, clients are asked for a certificate of its, and let in
/// without one unless it is required.
pub fn server_config(
    identity: &Identity,
    versions: &[&'static SupportedProtocolVersion],
    clients_of: Option<&Authority>,
    is_required: bool,
) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(versions)
        .expect("versions");
    let config = match clients_of {
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.der.clone()).expect("a root");
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            let verifier = if is_required { verifier } else { verifier.allow_unauthenticated() };
            config.with_client_cert_verifier(verifier.build().expect("a verifier"))
        }
        None => config.with_no_client_auth(),
    };
    let key = PrivateKeyDer::try_from(identity.key.serialize_der()).expect("a key");
    Arc::new(config.with_single_cert(vec![identity.der.clone()], key).expect("the key is the certificate's"))
}
