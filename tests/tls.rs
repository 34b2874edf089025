//! Encrypted connections and proxies through the real binary: whom booster trusts, what it presents, what it says when
//! a handshake fails, and that nobody sees the proxy's password.

mod common;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use common::{Answer, Received, Run, Service, World, patch, read_request, run};
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion};

/// An authority, its certificate in PEM.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    der: CertificateDer<'static>,
}

impl Authority {
    fn new(name: &str) -> Authority {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        Authority { pem: certificate.pem(), der: certificate.der().clone(), issuer: Issuer::new(params, key) }
    }

    /// A certificate for this host, changed as the test wants it.
    fn issue(&self, host: &str, change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let key = KeyPair::generate().expect("a key");
        let certificate = params(host, change).signed_by(&key, &self.issuer).expect("a certificate");
        Identity { pem: certificate.pem(), der: certificate.der().clone(), key }
    }
}

struct Identity {
    pem: String,
    der: CertificateDer<'static>,
    key: KeyPair,
}

fn params(host: &str, change: impl FnOnce(&mut CertificateParams)) -> CertificateParams {
    let mut params = CertificateParams::new(vec![host.to_owned()]).expect("a name");
    params.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    change(&mut params);
    params
}

fn self_signed(host: &str, change: impl FnOnce(&mut CertificateParams)) -> Identity {
    let key = KeyPair::generate().expect("a key");
    let certificate = params(host, change).self_signed(&key).expect("a certificate");
    Identity { pem: certificate.pem(), der: certificate.der().clone(), key }
}

const BOTH: &[&SupportedProtocolVersion] = &[&rustls::version::TLS13, &rustls::version::TLS12];

/// A service that speaks TLS on a loopback port and answers every request with 200.
struct Tls {
    port: u16,
    /// The heads of the requests that came through.
    received: Arc<Mutex<Vec<String>>>,
    /// Whether each of them came with a certificate.
    presented: Arc<Mutex<Vec<bool>>>,
}

impl Tls {
    fn start(identity: &Identity) -> Tls {
        Tls::start_with(identity, BOTH, None)
    }

    /// With an authority, clients must present a certificate of its.
    fn start_with(
        identity: &Identity,
        versions: &[&'static SupportedProtocolVersion],
        clients_of: Option<&Authority>,
    ) -> Tls {
        Tls::start_asking(identity, versions, clients_of, true)
    }

    /// Clients are asked for a certificate of the authority, and let in without one unless it is required.
    fn start_asking(
        identity: &Identity,
        versions: &[&'static SupportedProtocolVersion],
        clients_of: Option<&Authority>,
        is_required: bool,
    ) -> Tls {
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
        let config = config.with_single_cert(vec![identity.der.clone()], key).expect("a server");
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let received = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&received);
        let presented = Arc::new(Mutex::new(Vec::new()));
        let certificates = Arc::clone(&presented);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let connection = ServerConnection::new(Arc::clone(&config)).expect("a connection");
                let mut stream = StreamOwned::new(connection, stream);
                if let Some(Received { head, .. }) = read_request(&mut stream) {
                    log.lock().expect("no test panics in here").push(head);
                    let own = stream.conn.peer_certificates().is_some();
                    certificates.lock().expect("no test panics in here").push(own);
                    // A token for whoever asks for one, and for everybody else any JSON.
                    let body = r#"{"access_token":"t0ken"}"#;
                    let answer = format!(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
                         Connection: close\r\n\r\n{body}",
                        body.len()
                    );
                    // The other side may have gone.
                    let _ = stream.write_all(answer.as_bytes());
                    stream.conn.send_close_notify();
                    let _ = stream.flush();
                }
                // Bytes that nobody read would turn the end into a reset, and the alert might be lost.
                let _ = stream.sock.shutdown(std::net::Shutdown::Write);
                let _ = stream.sock.read_to_end(&mut Vec::new());
            }
        });
        Tls { port, received, presented }
    }

    fn url(&self, host: &str) -> String {
        format!("https://{host}:{}", self.port)
    }

    fn count(&self) -> usize {
        self.received.lock().expect("no test panics in here").len()
    }
}

/// Sends a patch to this address by a profile with these keys.
fn send(world: &World, url: &str, keys: &str) -> Run {
    let config = world.file("config.toml", format!("[profiles.tls]\nbase_url = \"{url}\"\n{keys}"));
    world.run(patch(&["--config", &config, "-p", "tls"]))
}

/// The message and the hint of a patch that was not sent.
#[track_caller]
fn refused(world: &World, url: &str, keys: &str) -> (String, String) {
    send(world, url, keys);
    let config = world.path("config.toml");
    let config = config.to_str().expect("a plain path");
    let run = world.run(patch(&["--config", config, "-p", "tls", "-o", "json"]));
    let document = run.expect(7).json();
    assert_eq!(document["outcome"], "unreachable");
    let word = |key: &str| document["problems"][0][key].as_str().unwrap_or_default().to_owned();
    (word("message"), word("hint"))
}

#[test]
fn the_authority_in_the_profile_is_trusted_and_no_other() {
    let world = World::new();
    let authority = Authority::new("Ada's CA");
    let service = Tls::start(&authority.issue("127.0.0.1", |_| ()));
    world.file("ca.pem", &authority.pem);
    let other = Authority::new("Another CA");
    world.file("other.pem", &other.pem);
    world.file("both.pem", format!("{}{}", other.pem, authority.pem));
    for keys in
        ["ca_file = \"ca.pem\"", "ca_file = \"both.pem\"", "ca_file = \"ca.pem\"\nsystem_roots = true"]
    {
        send(&world, &service.url("127.0.0.1"), keys).expect(0);
    }
    let (message, hint) = refused(&world, &service.url("127.0.0.1"), "ca_file = \"other.pem\"");
    assert!(message.contains("was issued by Ada's CA, whom nobody here trusts"), "{message}");
    assert!(hint.contains("ca_file"), "{hint}");
    assert_eq!(service.count(), 3);
}

#[test]
#[cfg(target_os = "linux")]
fn the_systems_authorities_are_trusted_unless_the_profile_has_its_own() {
    let world = World::new();
    let (ours, systems) = (Authority::new("Ours"), Authority::new("The system's"));
    let service = Tls::start(&systems.issue("127.0.0.1", |_| ()));
    let systems = world.file("systems.pem", &systems.pem);
    world.file("ours.pem", &ours.pem);
    for (keys, code) in [
        ("", 0),
        ("ca_file = \"ours.pem\"", 7),
        ("ca_file = \"ours.pem\"\nsystem_roots = true", 0),
        ("system_roots = false", 2),
    ] {
        let url = service.url("127.0.0.1");
        let config = world.file("config.toml", format!("[profiles.tls]\nbase_url = \"{url}\"\n{keys}"));
        let mut command = world.booster(patch(&["--config", &config, "-p", "tls"]));
        run(command.env("SSL_CERT_FILE", &systems)).expect(code);
    }
}

#[test]
fn what_is_wrong_with_a_certificate_is_said() {
    let world = World::new();
    let authority = Authority::new("Ada's CA");
    world.file("ca.pem", &authority.pem);
    let on = |identity: &Identity| {
        let service = Tls::start(identity);
        let said = refused(&world, &service.url("127.0.0.1"), "ca_file = \"ca.pem\"");
        assert_eq!(service.count(), 0);
        said
    };
    let host = "127.0.0.1";
    for (identity, what, todo) in [
        (
            self_signed(host, |_| ()),
            "the host's certificate is self-signed",
            "name its certificate as ca_file",
        ),
        (
            authority.issue(host, |params| params.not_after = rcgen::date_time_ymd(2024, 2, 3)),
            "the host's certificate expired at 2024-02-03T00:00:00Z",
            "needs a new one",
        ),
        (
            authority.issue(host, |params| params.not_before = rcgen::date_time_ymd(2999, 1, 1)),
            "the host's certificate is valid only from 2999-01-01T00:00:00Z",
            "clock",
        ),
        (
            authority.issue("other.example", |_| ()),
            "the host's certificate is for other.example, not for 127.0.0.1",
            "base_url",
        ),
        (
            Authority::new("Eve").issue(host, |_| ()),
            "the host's certificate was issued by Eve, whom nobody here trusts",
            "ca_file",
        ),
        (
            authority.issue(host, |params| {
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            }),
            "the host's certificate will not do",
            "",
        ),
        (
            self_signed(host, |params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained)),
            "is marked as an authority's",
            "CA:FALSE",
        ),
    ] {
        let (message, hint) = on(&identity);
        assert!(message.starts_with("not reached: ") && message.contains(what), "{message}");
        assert!(message.ends_with("nothing was applied"), "{message}");
        assert!(hint.contains(todo), "{message}: {hint}");
    }
}

#[test]
fn a_self_signed_certificate_is_trusted_when_the_profile_names_it() {
    let world = World::new();
    let identity = self_signed("127.0.0.1", |_| ());
    world.file("own.pem", &identity.pem);
    let service = Tls::start(&identity);
    send(&world, &service.url("127.0.0.1"), "ca_file = \"own.pem\"").expect(0);
}

#[test]
fn a_client_certificate_is_presented_where_it_is_wanted() {
    let world = World::new();
    let authority = Authority::new("Ada's CA");
    world.file("ca.pem", &authority.pem);
    let client = authority.issue("client", |_| ());
    world.file("client.pem", &client.pem);
    world.file("client-key.pem", client.key.serialize_pem());
    world.file("both.pem", client.pem.clone() + &client.key.serialize_pem());
    let stranger = Authority::new("Eve").issue("client", |_| ());
    world.file("stranger.pem", stranger.pem + &stranger.key.serialize_pem());
    let server = authority.issue("127.0.0.1", |_| ());
    for versions in [&[&rustls::version::TLS12][..], &[&rustls::version::TLS13]] {
        let service = Tls::start_with(&server, versions, Some(&authority));
        let url = service.url("127.0.0.1");
        let ca = "ca_file = \"ca.pem\"\n";
        let pair = "client_cert = \"client.pem\"\nclient_key = \"client-key.pem\"";
        for keys in [pair, "client_cert = \"both.pem\""] {
            send(&world, &url, &format!("{ca}{keys}")).expect(0);
        }
        let (message, hint) = refused(&world, &url, ca);
        assert!(message.contains("wants a client certificate, and the profile has none"), "{message}");
        assert!(hint.contains("client_cert"), "{hint}");
        let (message, hint) = refused(&world, &url, &format!("{ca}client_cert = \"stranger.pem\""));
        assert!(message.contains("refuses the profile's client certificate"), "{message}");
        assert!(hint.contains("client_cert"), "{hint}");
        assert_eq!(service.count(), 2);
    }
}

/// The issuer of the tokens is somebody else as a rule, and need not learn who we are elsewhere.
#[test]
fn a_client_certificate_is_for_the_service_alone() {
    let world = World::new();
    let authority = Authority::new("Ada's CA");
    world.file("ca.pem", &authority.pem);
    let client = authority.issue("client", |_| ());
    world.file("both.pem", client.pem.clone() + &client.key.serialize_pem());
    let server = authority.issue("127.0.0.1", |_| ());
    let service = Tls::start_with(&server, BOTH, Some(&authority));
    let issuer = Tls::start_asking(&server, BOTH, Some(&authority), false);
    for (token_url, presented) in [(issuer.url("127.0.0.1"), &[false][..]), (service.url("127.0.0.1"), &[])] {
        let auth =
            format!("{{ kind = \"oauth2-client\", token_url = \"{token_url}/t?a=b\", client_id = \"x\" }}");
        let keys = format!("ca_file = \"ca.pem\"\nclient_cert = \"both.pem\"\nauth = {auth}");
        let url = service.url("127.0.0.1");
        let config = world.file("config.toml", format!("[profiles.tls]\nbase_url = \"{url}\"\n{keys}"));
        let mut command = world.booster(patch(&["--config", &config, "-p", "tls", "-vv"]));
        let sent = run(command.env("BOOSTER_PASSWORD", "s3cret"));
        assert!(sent.expect(0).stderr.contains(&format!("> POST {token_url}/t\n")), "{}", sent.stderr);
        assert!(!sent.stderr.contains("grant_type") && !sent.stderr.contains("a=b"), "{}", sent.stderr);
        assert_eq!(*issuer.presented.lock().expect("no test panics in here"), presented);
        issuer.presented.lock().expect("no test panics in here").clear();
    }
    let strict = Tls::start_with(&server, BOTH, Some(&authority));
    let (url, strict) = (service.url("127.0.0.1"), strict.url("127.0.0.1"));
    let auth = format!("{{ kind = \"oauth2-client\", token_url = \"{strict}/t\", client_id = \"x\" }}");
    let keys = format!("ca_file = \"ca.pem\"\nclient_cert = \"both.pem\"\nauth = {auth}");
    let config = world.file("config.toml", format!("[profiles.tls]\nbase_url = \"{url}\"\n{keys}"));
    let mut command = world.booster(patch(&["--config", &config, "-p", "tls"]));
    let stopped = run(command.env("BOOSTER_PASSWORD", "s3cret"));
    let hint = format!("hint: {strict} wants a client certificate, and the profile's is for {url} alone");
    assert!(stopped.expect(7).stderr.contains(&hint), "{}", stopped.stderr);
    // The issuer's own token request and two patches.
    assert_eq!(*service.presented.lock().expect("no test panics in here"), [true; 3]);
}

#[test]
fn certificate_files_that_will_not_do_are_refused_before_anything_is_sent() {
    let world = World::new();
    let authority = Authority::new("Ada's CA");
    let client = authority.issue("client", |_| ());
    world.file("cert.pem", &client.pem);
    world.file("key.pem", client.key.serialize_pem());
    world.file("other-key.pem", KeyPair::generate().expect("a key").serialize_pem());
    world.file("damaged.pem", client.pem.replace("-----END", "####\n-----END"));
    world.file("no-der.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    world.file(
        "locked.pem",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    world.file("text.pem", "hunter2");
    // As openssl wrote it for long: the label is the one of any key.
    let locked = "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,744CB8E9\n\nAAAA\n\
                  -----END EC PRIVATE KEY-----\n";
    world.file("locked-long-ago.pem", locked);
    for (keys, line, what) in [
        ("ca_file = \"none.pem\"", 3, "there is no such file"),
        ("ca_file = \".\"", 3, "it is a folder"),
        ("ca_file = \"text.pem\"", 3, "there is no PEM certificate in it"),
        ("ca_file = \"damaged.pem\"", 3, "damaged"),
        ("ca_file = \"no-der.pem\"", 3, "certificate 1 in it cannot be read"),
        ("system_roots = false", 3, "nobody would be trusted"),
        ("client_key = \"key.pem\"", 3, "client_key goes with client_cert"),
        ("client_cert = \"cert.pem\"", 3, "there is no PEM private key in it"),
        ("client_cert = \"text.pem\"\nclient_key = \"key.pem\"", 3, "there is no PEM certificate in it"),
        ("client_cert = \"no-der.pem\"\nclient_key = \"key.pem\"", 3, "its certificate cannot be read"),
        (
            "client_cert = \"cert.pem\"\nclient_key = \"other-key.pem\"",
            4,
            "it is not the key of the certificate",
        ),
        ("client_cert = \"cert.pem\"\nclient_key = \"locked.pem\"", 4, "its key is encrypted"),
        ("client_cert = \"cert.pem\"\nclient_key = \"locked-long-ago.pem\"", 4, "its key is encrypted"),
        ("client_cert = \"cert.pem\"\nclient_key = \"none.pem\"", 4, "there is no such file"),
    ] {
        let text = format!("[profiles.tls]\nbase_url = \"https://127.0.0.1:1\"\n{keys}\n");
        let config = world.file("config.toml", text);
        let run = world.run(patch(&["--config", &config, "-p", "tls", "-o", "json"]));
        let document = run.expect(2).json();
        let problem = &document["problems"][0];
        assert!(problem["message"].as_str().expect("a message").contains(what), "{keys}: {problem}");
        assert_eq!(problem["source"]["line"], line, "{keys}: {problem}");
        assert!(!problem.to_string().contains("hunter2"), "{problem}");
        let hint = problem["hint"].as_str().expect("a hint");
        if what.contains("encrypted") {
            assert!(hint.contains("openssl pkey"), "{hint}");
        } else if what.contains("not the key") {
            assert!(hint.contains("the key that cert.pem was issued for"), "{hint}");
        }
    }
}

#[test]
fn a_service_without_tls_is_told_from_one_that_cannot_be_trusted() {
    let world = World::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("https://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let _ = stream.read_to_end(&mut Vec::new());
        }
    });
    world.file("ca.pem", Authority::new("Ada's CA").pem);
    let (message, hint) = refused(&world, &url, "ca_file = \"ca.pem\"");
    assert!(message.contains("does not speak TLS at this port"), "{message}");
    assert!(hint.contains("port in base_url"), "{hint}");
}

/// A proxy on a loopback port that leads every tunnel to the service, or refuses with this status.
struct Proxy {
    port: u16,
    received: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start(service: u16, status: &'static str) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let received = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&received);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let Some(Received { head, .. }) = read_request(&mut stream) else { continue };
                log.lock().expect("no test panics in here").push(head);
                let _ = stream.write_all(format!("HTTP/1.1 {status}\r\n\r\n").as_bytes());
                if status.starts_with("200") {
                    tunnel(&stream, &TcpStream::connect(("127.0.0.1", service)).expect("the service"));
                }
            }
        });
        Proxy { port, received }
    }

    fn heads(&self) -> Vec<String> {
        self.received.lock().expect("no test panics in here").clone()
    }
}

/// Copies both ways until one side ends.
fn tunnel(one: &TcpStream, other: &TcpStream) {
    let copy = |from: &TcpStream, to: &TcpStream| {
        let (mut from, mut to) = (from.try_clone().expect("a stream"), to.try_clone().expect("a stream"));
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut from, &mut to);
            let _ = to.shutdown(std::net::Shutdown::Write);
        })
    };
    copy(one, other);
    copy(other, one);
}

/// A patch to `booster.example` by the proxy, at the most verbose level, with these variables besides.
fn by_proxy(world: &World, port: u16, host: &str, variables: &[(&str, &str)]) -> Run {
    let url = format!("https://{host}:{port}");
    let config =
        world.file("config.toml", format!("[profiles.tls]\nbase_url = \"{url}\"\nca_file = \"ca.pem\""));
    let mut command = world.booster(patch(&["--config", &config, "-p", "tls", "-vv"]));
    run(command.envs(variables.iter().copied()))
}

#[test]
fn a_proxy_is_signed_in_to_and_nobody_is_shown_how() {
    let world = World::new();
    let authority = Authority::new("Ada's CA");
    world.file("ca.pem", &authority.pem);
    let service = Tls::start(&authority.issue("booster.example", |_| ()));
    // `prox%21user` and `s3cr%21t`, as both stand in an address.
    let secrets = ["prox!user", "prox%21user", "s3cr!t", "s3cr%21t", "cHJveCF1c2VyOnMzY3IhdA=="];
    for (status, code) in [("200 OK", 0), ("407 Proxy Authentication Required", 7), ("503 Busy", 7)] {
        let proxy = Proxy::start(service.port, status);
        let address = format!("http://prox%21user:s3cr%21t@127.0.0.1:{}", proxy.port);
        let sent = by_proxy(&world, 443, "booster.example", &[("HTTPS_PROXY", &address)]);
        sent.expect(code);
        let heads = proxy.heads();
        assert!(heads[0].starts_with("CONNECT booster.example:443 HTTP/1.1\r\n"), "{heads:?}");
        assert!(heads[0].contains("Proxy-Authorization: Basic cHJveCF1c2VyOnMzY3IhdA==\r\n"), "{heads:?}");
        // A proxy that wants another sign-in is not asked again.
        assert_eq!(heads.len(), if status.starts_with("503") { 4 } else { 1 });
        if code == 7 {
            let shown = format!("by way of the proxy http://***@127.0.0.1:{}", proxy.port);
            assert!(sent.stderr.contains(&shown) && sent.stderr.contains("HTTPS_PROXY"), "{}", sent.stderr);
        }
        for secret in secrets {
            assert!(!(sent.stdout.clone() + &sent.stderr).contains(secret), "{secret}: {}", sent.stderr);
        }
    }
    assert_eq!(service.count(), 1);
}

#[test]
fn a_proxy_that_is_not_there_is_named() {
    let world = World::new();
    world.file("ca.pem", Authority::new("Ada's CA").pem);
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let address = format!("http://user:s3cret@{nobody}");
    let sent = by_proxy(&world, 443, "booster.example", &[("HTTPS_PROXY", &address)]);
    assert!(
        sent.expect(7).stderr.contains(&format!("by way of the proxy http://***@{nobody}")),
        "{}",
        sent.stderr
    );
    assert!(!sent.stderr.contains("s3cret"));
}

/// Nobody goes around a proxy that somebody wanted, and nobody is asked four times for what cannot be.
#[test]
fn a_proxy_that_cannot_be_asked_is_said_at_once() {
    let world = World::new();
    let authority = Authority::new("Ada's CA");
    world.file("ca.pem", &authority.pem);
    // This address means this machine, and is not among those that are never asked of a proxy.
    let host = "0.0.0.0";
    let service = Tls::start(&authority.issue(host, |_| ()));
    for (variable, address, said) in [
        (
            "HTTPS_PROXY",
            "http://user:s3cret@127.0.0.1:port",
            "http://***@127.0.0.1:port has no number for a port",
        ),
        ("HTTPS_PROXY", "http://user:s3cret@", "HTTPS_PROXY is no proxy's address"),
        ("https_proxy", "http://user:s3cret@", "HTTPS_PROXY is no proxy's address"),
        ("ALL_PROXY", "ftp://user:s3cret@127.0.0.1:1", "ALL_PROXY is no proxy's address"),
        ("HTTPS_PROXY", "socks5://user:s3cret@127.0.0.1:1", "socks5://***@127.0.0.1:1 is a SOCKS proxy"),
    ] {
        let sent = by_proxy(&world, service.port, host, &[(variable, address)]);
        assert!(sent.expect(7).stderr.contains(said), "{address}: {}", sent.stderr);
        assert!(sent.stderr.contains("hint: ") && !sent.stderr.contains("attempt"), "{}", sent.stderr);
        assert!(!sent.stderr.contains("s3cret"), "{}", sent.stderr);
        by_proxy(&world, service.port, host, &[(variable, address), ("NO_PROXY", host)]).expect(0);
        let config = world.path("config.toml").to_string_lossy().into_owned();
        let mut doctor = world.booster(["--config", &config, "-p", "tls", "doctor", "-o", "json"]);
        let doctor = run(doctor.env(variable, address)).expect(7).json();
        let check =
            doctor["checks"].as_array().expect("checks").iter().find(|check| check["name"] == "proxy");
        assert_eq!(check.expect("a check")["state"], "failed", "{address}");
    }
    // Tunnels to nobody and sandboxes need no proxy, whatever it is called.
    let plain = Service::start([Answer::json(200, "{}")]);
    run(world.booster(patch(&["--base-url", &plain.url])).env("HTTPS_PROXY", "http://:port")).expect(0);
    assert_eq!(service.count(), 5);
}

#[test]
fn a_host_that_no_proxy_names_is_reached_without_it() {
    let world = World::new();
    let authority = Authority::new("Ada's CA");
    world.file("ca.pem", &authority.pem);
    // This address means this machine, and is not among those that are never asked of a proxy.
    let host = "0.0.0.0";
    let service = Tls::start(&authority.issue(host, |_| ()));
    let proxy = Proxy::start(service.port, "200 OK");
    let address = format!("http://127.0.0.1:{}", proxy.port);
    by_proxy(&world, service.port, host, &[("HTTPS_PROXY", &address)]).expect(0);
    assert_eq!(proxy.heads().len(), 1);
    by_proxy(&world, service.port, host, &[("HTTPS_PROXY", &address), ("NO_PROXY", host)]).expect(0);
    by_proxy(&world, service.port, host, &[("ALL_PROXY", &address), ("NO_PROXY", "10.0.0.0/8,0.0.0.0/8")])
        .expect(0);
    assert_eq!((proxy.heads().len(), service.count()), (1, 3));
}

#[test]
fn this_machine_is_never_asked_of_a_proxy() {
    let world = World::new();
    let authority = Authority::new("Ada's CA");
    world.file("ca.pem", &authority.pem);
    let service = Tls::start(&authority.issue("127.0.0.1", |_| ()));
    let plain = Service::start([Answer::json(200, "{}")]);
    let proxy = Proxy::start(service.port, "200 OK");
    let address = format!("http://127.0.0.1:{}", proxy.port);
    let names = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    let variables: Vec<(&str, &str)> = names.iter().map(|name| (*name, address.as_str())).collect();
    by_proxy(&world, service.port, "127.0.0.1", &variables).expect(0);
    let mut command = world.booster(patch(&["--base-url", &plain.url]));
    run(command.envs(variables.iter().copied())).expect(0);
    assert!(proxy.heads().is_empty());
    assert_eq!((service.count(), plain.received().len()), (1, 1));
}

#[test]
fn doctor_shows_the_handshake_and_what_is_wrong_with_it() {
    let world = World::new();
    let authority = Authority::new("Ada's CA");
    world.file("ca.pem", &authority.pem);
    let check = |service: &Tls, code: i32| {
        let url = service.url("127.0.0.1");
        let text = format!("[profiles.tls]\nbase_url = \"{url}\"\nca_file = \"ca.pem\"\n");
        let config = world.file("config.toml", text);
        let run = world.run(["--config", &config, "-p", "tls", "doctor", "-o", "json"]);
        let document = run.expect(code).json();
        let checks = document["checks"].as_array().expect("checks").clone();
        let tls = checks.into_iter().find(|check| check["name"] == "tls").expect("a check of TLS");
        let word = |key: &str| tls[key].as_str().unwrap_or_default().to_owned();
        (word("state"), word("message"))
    };
    for (versions, version) in
        [(&[&rustls::version::TLS12][..], "TLS 1.2"), (&[&rustls::version::TLS13], "TLS 1.3")]
    {
        let identity =
            authority.issue("127.0.0.1", |params| params.not_after = rcgen::date_time_ymd(2999, 1, 1));
        let (state, message) = check(&Tls::start_with(&identity, versions, None), 0);
        assert_eq!(state, "ok");
        assert!(message.starts_with(&format!("{version}, certificate by Ada's CA, ")), "{message}");
        assert!(message.ends_with(" days left"), "{message}");
    }
    let identity = authority.issue("127.0.0.1", |params| {
        // rcgen's own type for a time is not ours to name; the difference to one that is near is.
        let midnight = rcgen::date_time_ymd(1970, 1, 1);
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
        params.not_after = midnight + now + std::time::Duration::from_secs((5 * 24 + 1) * 60 * 60);
    });
    let (state, message) = check(&Tls::start(&identity), 0);
    assert_eq!((state.as_str(), message.ends_with(", 5 days left")), ("warning", true), "{message}");
    let (state, message) = check(&Tls::start(&self_signed("127.0.0.1", |_| ())), 7);
    assert_eq!(state, "failed");
    assert!(message.contains("is self-signed"), "{message}");
    let service = Tls::start_with(&identity, BOTH, Some(&authority));
    let (state, message) = check(&service, 7);
    assert_eq!(state, "failed");
    assert!(message.contains("wants a client certificate"), "{message}");
}
