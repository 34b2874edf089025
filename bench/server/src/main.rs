//! The server that all clients of `bench/bulk.py` send to: it answers every PATCH as a real host does, at once or after a
//! while, on as many threads as there are processors.
//!
//! `bench-server CERTIFICATE KEY MILLISECONDS…` listens twice for each time, without and with TLS, on ports that the
//! system picks, and prints them in that order. A line on standard input asks how many requests came since the last one,
//! and how many bytes their bodies had; at its end the process ends.

use std::io::{BufRead, Write, stdin, stdout};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, available_parallelism};
use std::time::Duration;

use memchr::memmem;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio_rustls::TlsAcceptor;

/// What a real host answers to a patch.
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nVary: Accept\r\n\
    Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";

static REQUESTS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);

/// A connection that was accepted, and how it is served.
struct Accepted {
    stream: std::net::TcpStream,
    tls: Option<TlsAcceptor>,
    pause: Duration,
}

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut words = std::env::args().skip(1);
    let (Some(certificate), Some(key)) = (words.next(), words.next()) else {
        return Err("usage: bench-server CERTIFICATE KEY MILLISECONDS…".into());
    };
    let tls = acceptor(&certificate, &key)?;
    let workers: Arc<Vec<_>> = Arc::new((0..available_parallelism()?.get()).map(|_| worker()).collect());
    for milliseconds in words {
        let pause = Duration::from_millis(milliseconds.parse()?);
        for tls in [None, Some(tls.clone())] {
            let listener = TcpListener::bind("127.0.0.1:0")?;
            println!("{}", listener.local_addr()?.port());
            let workers = Arc::clone(&workers);
            thread::spawn(move || accept(&listener, tls.as_ref(), pause, &workers));
        }
    }
    for line in stdin().lock().lines() {
        line?;
        println!("{} {}", REQUESTS.swap(0, Ordering::Relaxed), BYTES.swap(0, Ordering::Relaxed));
        stdout().flush()?;
    }
    Ok(())
}

fn acceptor(certificate: &str, key: &str) -> Result<TlsAcceptor, Failure> {
    let chain = CertificateDer::pem_file_iter(certificate)?.collect::<Result<_, _>>()?;
    let config = ServerConfig::builder().with_no_client_auth();
    Ok(TlsAcceptor::from(Arc::new(config.with_single_cert(chain, PrivateKeyDer::from_pem_file(key)?)?)))
}

/// Hands the connections to the workers in turn, so that each has as many.
fn accept(
    listener: &TcpListener,
    tls: Option<&TlsAcceptor>,
    pause: Duration,
    workers: &[UnboundedSender<Accepted>],
) {
    for worker in workers.iter().cycle() {
        // What goes wrong here shows at the client.
        if let Ok((stream, _)) = listener.accept() {
            let _ = worker.send(Accepted { stream, tls: tls.cloned(), pause });
        }
    }
}

/// A thread that serves what it is handed.
fn worker() -> UnboundedSender<Accepted> {
    let (sender, mut accepted) = unbounded_channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let tasks = tokio::task::LocalSet::new();
        tasks.block_on(&runtime, async {
            while let Some(accepted) = accepted.recv().await {
                tokio::task::spawn_local(serve(accepted));
            }
        });
    });
    sender
}

async fn serve(Accepted { stream, tls, pause }: Accepted) -> std::io::Result<()> {
    stream.set_nonblocking(true)?;
    stream.set_nodelay(true)?;
    let stream = TcpStream::from_std(stream)?;
    match tls {
        Some(tls) => answer_all(tls.accept(stream).await?, pause).await,
        None => answer_all(stream, pause).await,
    }
}

async fn answer_all(mut stream: impl AsyncRead + AsyncWrite + Unpin, pause: Duration) -> std::io::Result<()> {
    let mut received = Vec::with_capacity(1 << 14);
    loop {
        let (length, body) = loop {
            if let Some(whole) = whole(&received) {
                break whole;
            }
            if stream.read_buf(&mut received).await? == 0 {
                return Ok(());
            }
        };
        received.drain(..length);
        REQUESTS.fetch_add(1, Ordering::Relaxed);
        BYTES.fetch_add(body as u64, Ordering::Relaxed);
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        stream.write_all(ANSWER).await?;
        stream.flush().await?;
    }
}

/// The length of a request that is there wholly, and of its body.
fn whole(received: &[u8]) -> Option<(usize, usize)> {
    let head = memmem::find(received, b"\r\n\r\n")? + 4;
    let mut lines = received[..head].split(|byte| *byte == b'\n');
    let body = lines.find_map(|line| {
        let (name, value) = line.split_at_checked(b"content-length:".len())?;
        let value = name.eq_ignore_ascii_case(b"content-length:").then_some(value)?;
        std::str::from_utf8(value).ok()?.trim().parse::<usize>().ok()
    });
    let length = head + body.unwrap_or(0);
    (received.len() >= length).then_some((length, body.unwrap_or(0)))
}
