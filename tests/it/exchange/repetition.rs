//! What is repeated and how often, counted in requests that came in.

use std::net::{TcpListener, TcpStream};

use super::send;
use crate::common::{Answer, Service, World, patch};

/// Why a row of the table is there, the service's answers in their order, whether the patch is of plain scalars, how
/// many requests come in, exit code and outcome.
type Row = (&'static str, Vec<Answer>, bool, usize, i32, &'static str);

fn later(status: u16, retry_after: &str) -> Answer {
    Answer::with_headers(status, &format!("Retry-After: {retry_after}\r\n"), "")
}

fn empty(status: u16) -> Answer {
    Answer::json(status, "")
}

/// Says that a hundred bytes come, and sends a few.
fn cut(status: u16) -> Answer {
    let head =
        format!("HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{}}");
    Answer::Bytes(head.into_bytes())
}

fn done() -> Answer {
    Answer::json(200, "{}")
}

const SCALARS: bool = true;
const LISTS: bool = false;

fn table() -> Vec<Row> {
    let service_asks: Vec<Row> = vec![
        ("429 may be repeated by itself", vec![empty(429), done()], LISTS, 2, 0, "sent"),
        ("429 to the end", vec![empty(429)], SCALARS, 4, 7, "unreachable"),
        ("429 to the end, whatever the patch", vec![later(429, "0")], LISTS, 4, 7, "unreachable"),
        ("503 that says when", vec![later(503, "0"), done()], LISTS, 2, 0, "sent"),
        ("503 that says when, to the end", vec![later(503, "0")], LISTS, 4, 7, "unreachable"),
        (
            "a date in the past is now",
            vec![later(503, "Wed, 21 Oct 2015 07:28:00 GMT"), done()],
            LISTS,
            2,
            0,
            "sent",
        ),
        ("over a minute is too long to wait", vec![later(429, "61")], SCALARS, 1, 7, "unreachable"),
        ("over a minute is too long to wait", vec![later(503, "3600")], LISTS, 1, 7, "unreachable"),
        ("so is the end of time", vec![later(503, "18446744073709551615")], SCALARS, 1, 7, "unreachable"),
        (
            "so is a date far off",
            vec![later(429, "Wed, 21 Oct 2099 07:28:00 GMT")],
            SCALARS,
            1,
            7,
            "unreachable",
        ),
    ];
    let perhaps_applied: Vec<Row> = vec![
        ("502 twice", vec![empty(502), empty(502), done()], SCALARS, 3, 0, "sent"),
        ("502 to the end", vec![empty(502)], SCALARS, 3, 11, "unknown"),
        ("502 with lists", vec![empty(502), done()], LISTS, 1, 11, "unknown"),
        ("503 that says nothing", vec![empty(503)], SCALARS, 3, 11, "unknown"),
        ("503 that says nothing, with lists", vec![empty(503), done()], LISTS, 1, 11, "unknown"),
        ("503 that says nonsense", vec![later(503, "soon")], SCALARS, 3, 11, "unknown"),
        ("504 to the end", vec![empty(504)], SCALARS, 3, 11, "unknown"),
        ("504 with lists", vec![empty(504), done()], LISTS, 1, 11, "unknown"),
        ("cut before the answer", vec![Answer::Silence, done()], SCALARS, 2, 0, "sent"),
        ("cut before the answer, to the end", vec![Answer::Silence], SCALARS, 3, 11, "unknown"),
        ("cut before the answer, with lists", vec![Answer::Silence, done()], LISTS, 1, 11, "unknown"),
        ("cut in the answer", vec![cut(200), done()], SCALARS, 2, 0, "sent"),
        ("cut in the answer, to the end", vec![cut(200)], SCALARS, 3, 11, "unknown"),
        ("cut in the answer, with lists", vec![cut(200), done()], LISTS, 1, 11, "unknown"),
        (
            "cut in the head",
            vec![Answer::Bytes(b"HTTP/1.1 200 OK\r\nContent-".to_vec())],
            SCALARS,
            3,
            11,
            "unknown",
        ),
        (
            "no HTTP at all",
            vec![Answer::Bytes(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec())],
            SCALARS,
            3,
            11,
            "unknown",
        ),
    ];
    let mixed: Vec<Row> = vec![
        (
            "a refusal does not settle what went before",
            vec![empty(504), empty(409)],
            SCALARS,
            2,
            11,
            "unknown",
        ),
        ("nor does a missing customer", vec![Answer::Silence, empty(404)], SCALARS, 2, 11, "unknown"),
        ("nor does a wish to come later", vec![empty(502), later(503, "3600")], SCALARS, 2, 11, "unknown"),
        (
            "four attempts in all",
            vec![empty(429), empty(429), empty(502), empty(502)],
            SCALARS,
            4,
            11,
            "unknown",
        ),
        ("a refusal after a wish is one", vec![empty(429), empty(409)], LISTS, 2, 6, "rejected"),
    ];
    let settled: Vec<Row> = vec![
        ("500 is never repeated", vec![empty(500), done()], SCALARS, 1, 11, "unknown"),
        ("nor is one that is cut", vec![cut(500), done()], SCALARS, 1, 11, "unknown"),
        ("nor a refusal that is cut", vec![cut(409), done()], SCALARS, 1, 6, "rejected"),
        ("nor 501", vec![empty(501), done()], SCALARS, 1, 11, "unknown"),
        ("nor 401", vec![empty(401), done()], SCALARS, 1, 4, "unauthenticated"),
        ("nor 408", vec![empty(408), done()], SCALARS, 1, 6, "rejected"),
        ("nor a success that is none", vec![Answer::json(200, "<html>"), done()], SCALARS, 1, 11, "unknown"),
    ];
    [service_asks, perhaps_applied, mixed, settled].into_iter().flatten().collect()
}

#[test]
fn each_end_of_an_attempt_is_repeated_as_often_as_is_safe() {
    let world = World::new();
    for (why, answers, scalars, requests, code, outcome) in table() {
        // Either may be appended to what is there.
        let words: &[&[&str]] = if scalars {
            &[&["--first-name=Ada"]]
        } else {
            &[&["--email=a@b.co,main", "--replace-lists"], &["--notes=x"], &["--clear=notes"]]
        };
        for words in words {
            let service = Service::start(answers.clone());
            let run = send(&world, &service, words);
            assert_eq!(run.code, code, "{why} {words:?}: {} {}", run.stdout, run.stderr);
            assert_eq!(service.received().len(), requests, "{why} {words:?}");
            let document = run.json();
            assert_eq!(document["outcome"], outcome, "{why} {words:?}");
            if !document["response"].is_null() {
                assert_eq!(document["response"]["attempts"], requests, "{why} {words:?}");
            }
            let bodies: Vec<String> = service.received().into_iter().map(|request| request.body).collect();
            assert!(bodies.iter().all(|body| *body == bodies[0]), "{why}: {bodies:?}");
        }
    }
}

#[test]
fn the_service_is_not_asked_again_before_it_wishes() {
    let world = World::new();
    let service = Service::start([later(429, "1"), done()]);
    let began = std::time::Instant::now();
    let run = send(&world, &service, &[]);
    run.expect(0);
    assert!(began.elapsed() >= std::time::Duration::from_secs(1));
    assert!(run.stderr.contains("429"), "{}", run.stderr);
    assert!(run.stderr.contains("trying again in 1 s (attempt 2 of 4)"), "{}", run.stderr);
}

#[test]
fn as_many_attempts_are_announced_as_are_made() {
    let world = World::new();
    let service = Service::start([Answer::Silence]);
    let run = send(&world, &service, &["--first-name=Ada"]);
    run.expect(11);
    let announced: Vec<&str> = run.stderr.lines().filter(|line| line.contains("trying again now")).collect();
    assert_eq!(announced.len(), 2, "{}", run.stderr);
    assert!(announced[0].ends_with("(attempt 2 of 3)") && announced[1].ends_with("(attempt 3 of 3)"));
    assert_eq!(service.received().len(), 3);
}

#[test]
fn who_must_wait_is_told_how_long() {
    let world = World::new();
    for (seconds, said) in [
        ("5400", "try again in 1 h 30 min, as the service asks"),
        ("99999999999999999999999", "try again in more than a year, as the service asks"),
    ] {
        let service = Service::start([later(503, seconds)]);
        let run = world.run(patch(&["--base-url", &service.url]));
        assert!(run.expect(7).stderr.contains(said), "{}", run.stderr);
        assert!(run.stderr.contains("nothing was applied"), "{}", run.stderr);
        assert_eq!(service.received().len(), 1);
    }
}

/// A port that is taken, and at which nobody listens, for as long as both ends live: of a connection that is cut off the
/// system would give the port away.
fn deaf_port() -> (u16, [TcpStream; 2]) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let stream = TcpStream::connect(listener.local_addr().expect("an address")).expect("a connection");
    let (other, _) = listener.accept().expect("the connection");
    (stream.local_addr().expect("an address").port(), [stream, other])
}

#[test]
fn a_refused_connection_is_tried_four_times_whatever_the_patch() {
    let world = World::new();
    let (port, _kept) = deaf_port();
    let url = format!("http://127.0.0.1:{port}");
    for words in [["--first-name=Ada"], ["--email=a@b.co,main"]] {
        let run = world.run(patch(&words).into_iter().chain(["--base-url", &url, "-o", "json"]));
        assert_eq!(run.expect(7).json()["outcome"], "unreachable");
        assert!(run.json()["response"].is_null());
        let pauses = run.stderr.lines().filter(|line| line.contains("attempt")).count();
        assert_eq!(pauses, 3, "{}", run.stderr);
    }
}

#[test]
fn a_time_out_may_have_been_applied() {
    let world = World::new();
    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{".to_vec();
    for (answer, words, requests) in [
        (Answer::Never, "--first-name=Ada", 3),
        (Answer::Never, "--notes=x", 1),
        (Answer::ThenNever(half), "--notes=x", 1),
    ] {
        let service = Service::start([answer]);
        let run = send(&world, &service, &[words, "--timeout=0.4"]);
        assert_eq!(run.expect(11).json()["outcome"], "unknown");
        assert_eq!(service.received().len(), requests, "{words}");
    }
    let environment = Service::start([Answer::Never]);
    let words = patch(&["--notes=x", "--base-url", &environment.url]);
    let mut command = world.booster(words);
    let run = crate::common::run(command.env("BOOSTER_TIMEOUT", "0.4"));
    assert!(run.expect(11).stderr.contains("time limit"), "{}", run.stderr);
    for bad in ["0", "-1", "3601", "soon", "nan", "inf", ""] {
        let run = send(&world, &environment, &[&format!("--timeout={bad}")]);
        assert_eq!(run.expect(2).json()["outcome"], "usage", "{bad}");
    }
    environment.only();
}
