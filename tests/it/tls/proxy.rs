//! Proxies: which hosts are reached by one, and that nobody sees its password or our credential.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use super::authority::Authority;
use super::service::Tls;
use crate::common::{Answer, Received, Run, Service, World, patch, read_request, run};

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
    // `prox%21user` and `s3cr%21t`, as both are in an address.
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
            let shown = format!("through the proxy http://***@127.0.0.1:{}", proxy.port);
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
        sent.expect(7).stderr.contains(&format!("through the proxy http://***@{nobody}")),
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
            "http://***@127.0.0.1:port has a port that is not a number",
        ),
        ("HTTPS_PROXY", "http://user:s3cret@", "HTTPS_PROXY is not a proxy address"),
        ("https_proxy", "http://user:s3cret@", "HTTPS_PROXY is not a proxy address"),
        ("ALL_PROXY", "ftp://user:s3cret@127.0.0.1:1", "ALL_PROXY is not a proxy address"),
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
    for name in ["127.0.0.1", "localhost"] {
        let mut command = world.booster(patch(&["--base-url", &plain.url.replace("127.0.0.1", name)]));
        run(command.envs(variables.iter().copied())).expect(0);
    }
    assert!(proxy.heads().is_empty());
    assert_eq!((service.count(), plain.received().len()), (1, 2));
}

#[test]
fn the_systems_proxy_is_asked_for_everybody_else() {
    let world = World::new();
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        // The proxy lets nobody through, and it is not the service that says so.
        let proxy = Service::start([Answer::with_headers(502, "", "")]);
        let url = "https://booster.example.com/api";
        let mut command = world.booster(patch(&["--base-url", url, "-o", "json"]));
        let run = run(command
            .env(variable, proxy.url.replace("://", "://ada:t0ps3cret@"))
            .env("BOOSTER_TOKEN", "t0ken"));
        assert_eq!(run.expect(7).json()["outcome"], "unreachable");
        assert!(!format!("{}{}", run.stdout, run.stderr).contains("t0ps3cret"), "{}", run.stdout);
        let received = proxy.received();
        assert_eq!(received.len(), 4, "nothing was applied, so it is tried again");
        for request in received {
            assert!(
                request.head.starts_with("CONNECT booster.example.com:443 HTTP/1.1\r\n"),
                "{}",
                request.head
            );
            assert!(
                !request.head.contains("t0ken"),
                "the proxy sees no credential of ours: {}",
                request.head
            );
        }
    }
}
