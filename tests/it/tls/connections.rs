//! Connections one by one: how often a host is tried, and what it has got by then.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use super::authority::{Authority, BOTH, server_config};
use crate::common::{Received, Run, World, patch, read_request, run};

/// How a host of this name speaks TLS, with a certificate that ends in that year.
fn config(authority: &Authority, name: &str, year: i32) -> Arc<rustls::ServerConfig> {
    let identity = authority.issue(name, |params| params.not_after = rcgen::date_time_ymd(year, 1, 1));
    server_config(&identity, BOTH, None, true)
}

/// What a host does with one connection.
#[derive(Clone, Copy)]
enum Behaviour {
    Answer,
    /// Closes in the middle of the handshake.
    CutHandshake,
    /// Shakes hands, reads the request, and closes.
    CutAnswer,
    /// Speaks HTTP without encryption.
    Plain,
}

/// A host that does one thing after the other, the last one for ever.
struct Host {
    url: String,
    log: Arc<Mutex<Log>>,
}

#[derive(Default)]
struct Log {
    connections: usize,
    received: Vec<Received>,
}

impl Host {
    fn start(config: &Arc<rustls::ServerConfig>, behaviours: &[Behaviour]) -> Host {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let host = Host { url: format!("https://localhost:{port}"), log: Arc::default() };
        let (log, config) = (Arc::clone(&host.log), Arc::clone(config));
        let mut behaviours = behaviours.to_vec();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                log.lock().expect("no test panics in here").connections += 1;
                let behaviour = if behaviours.len() > 1 { behaviours.remove(0) } else { behaviours[0] };
                // The other side may leave at any time; that is what the tests are about.
                match behaviour {
                    Behaviour::CutHandshake => drop(stream.read(&mut [0; 1 << 14])),
                    Behaviour::Plain => {
                        drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
                        // Bytes that nobody read would turn the end into a reset, and the answer might be lost.
                        drop(stream.shutdown(std::net::Shutdown::Write));
                        drop(stream.read_to_end(&mut Vec::new()));
                    }
                    Behaviour::Answer | Behaviour::CutAnswer => {
                        let connection =
                            rustls::ServerConnection::new(Arc::clone(&config)).expect("a good configuration");
                        let mut stream = rustls::StreamOwned::new(connection, stream);
                        let Some(request) = read_request(&mut stream) else { continue };
                        log.lock().expect("no test panics in here").received.push(request);
                        if matches!(behaviour, Behaviour::Answer) {
                            drop(stream.write_all(
                                b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
                            ));
                            stream.conn.send_close_notify();
                            drop(stream.flush());
                        }
                    }
                }
            }
        });
        host
    }

    fn connections(&self) -> usize {
        self.log.lock().expect("no test panics in here").connections
    }

    fn received(&self) -> Vec<Received> {
        self.log.lock().expect("no test panics in here").received.clone()
    }

    /// Sends a patch that must not arrive twice, trusting this CA file, or the system's roots.
    fn patch(&self, world: &World, ca: Option<&str>) -> Run {
        let ca = ca.map_or(String::new(), |path| format!("ca_file = '{path}'\n"));
        let config =
            format!("[profiles.dev]\nbase_url = \"{}\"\nauth = {{ kind = \"bearer\" }}\n{ca}", self.url);
        let config = world.file("config.toml", config);
        let words = patch(&["--notes=x", "-p", "dev", "--config", &config, "-o", "json"]);
        // The system's roots are those of another authority.
        let system = world.file("system.pem", Authority::new("System CA").pem);
        let mut command = world.booster(words);
        run(command
            .env("BOOSTER_TOKEN", "t0ken")
            .env("SSL_CERT_FILE", system)
            .env("SSL_CERT_DIR", world.path("none")))
    }
}

/// Message and hint of the only problem.
#[track_caller]
fn told(run: &Run) -> String {
    let document = run.json();
    assert_eq!(document["problems"].as_array().map(Vec::len), Some(1), "{document}");
    let word = |key: &str| document["problems"][0][key].as_str().expect(key).to_owned();
    format!("{} {}", word("message"), word("hint"))
}

const LATER: i32 = 2100;

#[test]
fn the_ca_file_of_the_profile_is_trusted() {
    let world = World::new();
    let authority = Authority::new("Own CA");
    let ca = world.file("ca.pem", &authority.pem);
    let both = world.file("both.pem", Authority::new("Other CA").pem + &authority.pem);
    for ca in [ca, both] {
        let host = Host::start(&config(&authority, "localhost", LATER), &[Behaviour::Answer]);
        let run = host.patch(&world, Some(&ca));
        assert_eq!(run.expect(0).json()["outcome"], "sent");
        let [received] = host.received().try_into().expect("one request");
        assert!(received.head.starts_with("PATCH /customer/123 HTTP/1.1\r\n"), "{}", received.head);
        assert!(received.head.contains("\r\nAuthorization: Bearer t0ken\r\n"), "{}", received.head);
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&received.body).expect("JSON"),
            run.json()["request"]["body"]
        );
    }
}

#[test]
fn a_host_that_is_not_trusted_gets_nothing_and_is_tried_once() {
    let world = World::new();
    let authority = Authority::new("Own CA");
    let own = world.file("ca.pem", &authority.pem);
    let others = world.file("others.pem", Authority::new("Other CA").pem);
    for (name, year, ca, word) in [
        ("localhost", LATER, Some(&others), "ca_file"),
        ("localhost", LATER, None, "ca_file"),
        ("other.example", LATER, Some(&own), "base"),
        ("localhost", 2001, Some(&own), "expired"),
    ] {
        let host = Host::start(&config(&authority, name, year), &[Behaviour::Answer]);
        let run = host.patch(&world, ca.map(String::as_str));
        assert_eq!(run.expect(7).json()["outcome"], "unreachable");
        let told = told(&run);
        assert!(told.contains("certificate") && told.contains(word), "{name} {year}: {told}");
        assert_eq!((host.connections(), host.received().len()), (1, 0), "{name} {year}: {told}");
    }
}

/// Elsewhere a variable cannot name them.
#[test]
#[cfg(target_os = "linux")]
fn the_systems_roots_are_trusted_without_a_ca_file() {
    let world = World::new();
    let authority = Authority::new("Own CA");
    let host = Host::start(&config(&authority, "localhost", LATER), &[Behaviour::Answer]);
    let roots = world.file("roots.pem", &authority.pem);
    let mut command = world.booster(patch(&["--base-url", &host.url]));
    run(command.env("SSL_CERT_FILE", roots)).expect(0);
    assert_eq!(host.received().len(), 1);
}

#[test]
#[cfg(target_os = "linux")]
fn a_machine_without_roots_is_told_what_is_missing() {
    let world = World::new();
    let host = Host::start(&config(&Authority::new("Own CA"), "localhost", LATER), &[Behaviour::Answer]);
    let mut command = world.booster(patch(&["--base-url", &host.url, "-o", "json"]));
    let empty = world.file("empty.pem", "");
    let run = run(command.env("SSL_CERT_FILE", empty).env("SSL_CERT_DIR", world.path("none")));
    assert_ne!(run.code, 0);
    assert!(host.received().is_empty());
    let told = told(&run);
    assert!(told.contains("certificate") && told.contains("ca_file"), "{told}");
}

#[test]
fn a_handshake_that_is_cut_short_is_tried_again() {
    let world = World::new();
    let authority = Authority::new("Own CA");
    let ca = world.file("ca.pem", &authority.pem);
    let tls = config(&authority, "localhost", LATER);
    let host = Host::start(&tls, &[Behaviour::CutHandshake, Behaviour::CutHandshake, Behaviour::Answer]);
    host.patch(&world, Some(&ca)).expect(0);
    assert_eq!((host.connections(), host.received().len()), (3, 1));

    let host = Host::start(&tls, &[Behaviour::CutHandshake]);
    assert_eq!(host.patch(&world, Some(&ca)).expect(7).json()["outcome"], "unreachable");
    assert_eq!(host.connections(), 4);
}

#[test]
fn what_is_cut_after_the_handshake_may_have_been_applied() {
    let world = World::new();
    let authority = Authority::new("Own CA");
    let ca = world.file("ca.pem", &authority.pem);
    let host = Host::start(&config(&authority, "localhost", LATER), &[Behaviour::CutAnswer]);
    assert_eq!(host.patch(&world, Some(&ca)).expect(11).json()["outcome"], "unknown");
    assert_eq!(host.received().len(), 1);
}

#[test]
fn a_host_that_does_not_encrypt_gets_nothing() {
    let world = World::new();
    let authority = Authority::new("Own CA");
    let ca = world.file("ca.pem", &authority.pem);
    let host = Host::start(&config(&authority, "localhost", LATER), &[Behaviour::Plain]);
    let run = host.patch(&world, Some(&ca));
    assert_eq!(run.expect(7).json()["outcome"], "unreachable");
    let told = told(&run);
    assert!(told.contains("does not use TLS on this port") && told.contains("port in base_url"), "{told}");
    assert_eq!((host.connections(), host.received().len()), (1, 0));
}

#[test]
fn a_ca_file_that_is_none_is_a_wrong_configuration() {
    let world = World::new();
    let host = Host::start(&config(&Authority::new("Own CA"), "localhost", LATER), &[Behaviour::Answer]);
    let cut = Authority::new("Own CA").pem.replace("-----END", "-----");
    let der = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    for content in [Some(""), Some("not PEM"), Some(&cut), Some(der), None] {
        let path = content.map_or(world.path("missing.pem").to_string_lossy().into_owned(), |content| {
            world.file("bad.pem", content)
        });
        let run = host.patch(&world, Some(&path));
        assert_eq!(run.expect(2).json()["outcome"], "usage", "{content:?}");
        assert!(told(&run).contains("ca_file"), "{}", run.stdout);
    }
    assert_eq!(host.connections(), 0);
}
