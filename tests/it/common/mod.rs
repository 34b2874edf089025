//! The real binary in an empty world: no home, no configuration, no variable of the machine; and a service that
//! answers as the test says and remembers what it was sent.

pub mod sandbox;
#[cfg(unix)]
pub mod terminal;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// A folder that vanishes with the test, and serves as its home.
pub struct World {
    folder: tempfile::TempDir,
}

/// What a run of booster left behind.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl World {
    pub fn new() -> World {
        World { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The path of a file in the folder for history and backups.
    pub fn state(&self, name: &str) -> PathBuf {
        self.path(if HAS_XDG { ".local/state/booster" } else { "" }).join(name)
    }

    /// Writes the configuration that is read where none is named.
    pub fn config(&self, content: impl AsRef<[u8]>) -> String {
        let folder = if HAS_XDG { ".config/booster/" } else { "" };
        std::fs::create_dir_all(self.path(folder)).expect("made");
        self.file(&format!("{folder}config.toml"), content)
    }

    /// Writes a file into the world and gives its path.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).expect("the folder takes a file");
        path.to_str().expect("a plain path").to_owned()
    }

    /// The command with nothing of the machine in its environment. Pauses before a repetition are cut to nothing.
    pub fn booster<S: AsRef<std::ffi::OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_booster"));
        command.args(args).env_clear().env("HOME", self.folder.path()).env("BOOSTER_RETRY_BASE", "0");
        if !HAS_XDG {
            command.env("BOOSTER_HOME", self.folder.path());
        }
        command.envs(WINDOWS_NEEDS.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    pub fn run<S: AsRef<std::ffi::OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Run {
        run(&mut self.booster(args))
    }

    /// Runs with a text on standard input.
    pub fn run_with_stdin<S: AsRef<std::ffi::OsStr>>(
        &self,
        args: impl IntoIterator<Item = S>,
        stdin: impl AsRef<[u8]>,
    ) -> Run {
        let mut command = self.booster(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        // A command that does not want its input closes the pipe; that is its right.
        let _ = child.stdin.take().expect("a pipe").write_all(stdin.as_ref());
        finish(child)
    }
}

/// Whether the platform's folders lie in `HOME`, by XDG's names.
const HAS_XDG: bool = cfg!(target_os = "linux");

/// What no program on Windows can do without.
const WINDOWS_NEEDS: &[&str] =
    if cfg!(windows) { &["SystemRoot", "USERPROFILE", "TEMP", "TMP"] } else { &[] };

/// Whether nobody else can read a file or folder. On Windows those of a test lie in the user's profile, which answers for
/// that.
pub fn is_private(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::metadata(path).expect("it is there").permissions().mode() & 0o077 == 0
    }
    #[cfg(not(unix))]
    path.exists()
}

pub fn run(command: &mut Command) -> Run {
    Run::from(command.output().expect("the binary starts"))
}

/// Every shell has `kill`; not every machine has a program of that name.
#[cfg(unix)]
pub fn send_signal(process: u32, signal: &str) {
    let command = format!("kill -{signal} {process}");
    assert!(Command::new("sh").args(["-c", &command]).status().expect("a shell").success());
}

/// Looks again and again, but not for ever.
#[track_caller]
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "{what}: not in time");
        std::thread::yield_now();
    }
}

/// Waits for the end of a run, but not for ever: one that hangs is ended and fails its test.
pub fn finish(mut child: Child) -> Run {
    fn read(pipe: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<Vec<u8>> {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            pipe.map(|mut pipe| pipe.read_to_end(&mut bytes)).transpose().expect("a pipe can be read");
            bytes
        })
    }
    let (stdout, stderr) = (read(child.stdout.take()), read(child.stderr.take()));
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("the binary is our child") {
            break status;
        }
        if began.elapsed() > PATIENCE {
            child.kill().expect("the binary is our child");
            panic!("the binary does not end");
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let bytes = |reader: std::thread::JoinHandle<Vec<u8>>| reader.join().expect("the reader does not panic");
    Run::from(Output { status, stdout: bytes(stdout), stderr: bytes(stderr) })
}

impl From<Output> for Run {
    fn from(output: Output) -> Run {
        let text = |bytes| String::from_utf8(bytes).expect("booster prints UTF-8");
        Run {
            code: output.status.code().expect("booster ends by itself, not by a signal"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl Run {
    /// The one JSON document on standard output.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| {
            panic!("{error} in standard output {:?}; standard error {:?}", self.stdout, self.stderr)
        })
    }

    /// `rule field` of each problem in the document.
    #[track_caller]
    pub fn problems(&self) -> Vec<String> {
        let document = self.json();
        let problems = document["problems"].as_array().expect("problems");
        problems
            .iter()
            .map(|problem| {
                let word = |key: &str| problem[key].as_str().unwrap_or_default().to_owned();
                format!("{} {}", word("rule"), word("field")).trim_end().to_owned()
            })
            .collect()
    }

    #[track_caller]
    pub fn expect(&self, code: i32) -> &Run {
        assert_eq!(self.code, code, "standard output:\n{}\nstandard error:\n{}", self.stdout, self.stderr);
        self
    }
}

/// A patch that breaks no rule, without the fields that the test adds.
pub const GOOD: [&str; 4] =
    ["--can-be-contacted-by-maison=true", "--client-type=COMPANY", "--country-id=it", "--company-name=Acme"];

/// `customer patch 123` with a good patch and these words.
pub fn patch<'a>(words: &[&'a str]) -> Vec<&'a str> {
    ["customer", "patch", "123"].into_iter().chain(GOOD).chain(words.iter().copied()).collect()
}

/// A request as it came in, byte for byte.
#[derive(Debug, Clone)]
pub struct Received {
    /// Request line and headers, as they were sent.
    pub head: String,
    pub body: String,
}

/// What the service does with one connection.
#[derive(Clone)]
pub enum Answer {
    /// Sends these bytes and closes.
    Bytes(Vec<u8>),
    /// Reads the request, and closes without a word.
    Silence,
    /// Reads the request, and never answers.
    Never,
    /// Sends these bytes, and nothing more, without closing.
    ThenNever(Vec<u8>),
}

impl Answer {
    /// A whole answer with a JSON body.
    pub fn json(status: u16, body: &str) -> Answer {
        Answer::with_headers(status, "Content-Type: application/json\r\n", body)
    }

    pub fn with_headers(status: u16, headers: &str, body: &str) -> Answer {
        let length = body.len();
        let head =
            format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n");
        Answer::Bytes((head + body).into_bytes())
    }
}

/// A service on a loopback port that gives one answer after the other, the last one for ever.
pub struct Service {
    pub url: String,
    log: Arc<Log>,
}

/// What came in so far, and a bell that rings with each request.
#[derive(Default)]
struct Log {
    received: Mutex<Vec<Received>>,
    bell: Condvar,
}

/// How long a test waits for what must happen at once; only a failing test ever waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

impl Service {
    pub fn start(answers: impl IntoIterator<Item = Answer>) -> Service {
        let mut answers: Vec<Answer> = answers.into_iter().collect();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let service = Service { url, log: Arc::default() };
        let log = Arc::clone(&service.log);
        std::thread::spawn(move || {
            let mut kept_open = Vec::new();
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let Some(request) = read_request(&mut stream) else { continue };
                log.received.lock().expect("no test panics in here").push(request);
                log.bell.notify_all();
                let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
                match answer {
                    // The other side may have gone; that is what some tests are about.
                    Answer::Bytes(bytes) => drop(stream.write_all(&bytes)),
                    Answer::Silence => {}
                    Answer::Never => kept_open.push(stream),
                    Answer::ThenNever(bytes) => {
                        drop(stream.write_all(&bytes));
                        kept_open.push(stream);
                    }
                }
            }
        });
        service
    }

    pub fn received(&self) -> Vec<Received> {
        self.log.received.lock().expect("no test panics in here").clone()
    }

    /// Waits until so many requests have come in.
    #[track_caller]
    pub fn wait_for(&self, requests: usize) {
        let began = Instant::now();
        let mut received = self.log.received.lock().expect("no test panics in here");
        while received.len() < requests {
            let left = PATIENCE.checked_sub(began.elapsed()).expect("the requests come in time");
            received = self.log.bell.wait_timeout(received, left).expect("no test panics in here").0;
        }
    }

    /// The only request that came.
    #[track_caller]
    pub fn only(&self) -> Received {
        let received = self.received();
        assert_eq!(received.len(), 1, "{received:?}");
        received[0].clone()
    }
}

/// Reads one request; none where the other side leaves before it is whole.
pub fn read_request(stream: &mut impl Read) -> Option<Received> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let (head, body) = bytes.split_at(end + 4);
            let head = String::from_utf8(head.to_vec()).expect("a head is ASCII");
            if body.len() >= content_length(&head) {
                let body = String::from_utf8(body.to_vec()).expect("booster sends UTF-8");
                return Some(Received { head, body });
            }
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&chunk[..read]),
        }
    }
}

fn content_length(head: &str) -> usize {
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    length.unwrap_or(0)
}

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Whether curl is on this machine; where it is not, it is said that the test was skipped.
#[cfg(unix)]
pub fn has_curl() -> bool {
    let is_there = Command::new("curl").arg("--version").output().is_ok();
    if !is_there {
        #[expect(clippy::print_stdout, reason = "a test that was not run must not look like one that passed")]
        {
            println!("skipped: there is no curl on this machine");
        }
    }
    is_there
}

/// A shell into which these lines are pasted, with nothing of this machine's environment but the programs. The world's folder
/// is its home, so that no .curlrc of the machine speaks.
#[cfg(unix)]
pub fn pasted(world: &World, lines: &str) -> Command {
    let mut shell = Command::new("bash");
    let programs = std::env::var_os("PATH").unwrap_or_default();
    shell.arg(world.file("line.sh", lines)).env_clear().env("HOME", world.path("")).env("PATH", programs);
    shell
}
