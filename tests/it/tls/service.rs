//! A service that speaks TLS, and a patch to it by a profile.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use rustls::{ServerConnection, StreamOwned, SupportedProtocolVersion};

use super::authority::{Authority, BOTH, Identity, server_config};
use crate::common::{Received, Run, World, patch, read_request};

/// A service that speaks TLS on a loopback port and answers every request with 200.
pub struct Tls {
    pub port: u16,
    /// The heads of the requests that came through.
    pub received: Arc<Mutex<Vec<String>>>,
    /// Whether each of them came with a certificate.
    pub presented: Arc<Mutex<Vec<bool>>>,
}

impl Tls {
    pub fn start(identity: &Identity) -> Tls {
        Tls::start_with(identity, BOTH, None)
    }

    /// With an authority, clients must present a certificate of its.
    pub fn start_with(
        identity: &Identity,
        versions: &[&'static SupportedProtocolVersion],
        clients_of: Option<&Authority>,
    ) -> Tls {
        Tls::start_asking(identity, versions, clients_of, true)
    }

    /// Clients are asked for a certificate of the authority, and let in without one unless it is required.
    pub fn start_asking(
        identity: &Identity,
        versions: &[&'static SupportedProtocolVersion],
        clients_of: Option<&Authority>,
        is_required: bool,
    ) -> Tls {
        let config = server_config(identity, versions, clients_of, is_required);
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

    pub fn url(&self, host: &str) -> String {
        format!("https://{host}:{}", self.port)
    }

    pub fn count(&self) -> usize {
        self.received.lock().expect("no test panics in here").len()
    }
}

/// Sends a patch to this address by a profile with these keys.
pub fn send(world: &World, url: &str, keys: &str) -> Run {
    let config = world.file("config.toml", format!("[profiles.tls]\nbase_url = \"{url}\"\n{keys}"));
    world.run(patch(&["--config", &config, "-p", "tls"]))
}

/// The message and the hint of a patch that was not sent.
#[track_caller]
pub fn refused(world: &World, url: &str, keys: &str) -> (String, String) {
    send(world, url, keys);
    let config = world.path("config.toml");
    let config = config.to_str().expect("a plain path");
    let run = world.run(patch(&["--config", config, "-p", "tls", "-o", "json"]));
    let document = run.expect(7).json();
    assert_eq!(document["outcome"], "unreachable");
    let word = |key: &str| document["problems"][0][key].as_str().unwrap_or_default().to_owned();
    (word("message"), word("hint"))
}
