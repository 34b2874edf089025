//! What a hostile file system and a killed process do: paths that are not UTF-8, pipes and devices in the place of files,
//! and a connection on which another answer already waits.

use std::ffi::OsStr;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::common::sandbox::{Sandbox, configure, login, profile};
use crate::common::{Answer, Run, Service, World, finish, patch, read_request, run};

/// A folder in the world whose name is not UTF-8, as an old home from the days of Latin-1 has it.
fn latin(world: &World) -> PathBuf {
    let folder = world.path("").join(OsStr::from_bytes(b"Zo\xeb"));
    std::fs::create_dir_all(&folder).expect("made");
    folder
}

fn at_home(world: &World, home: &Path, words: &[&str]) -> Command {
    let mut command = world.booster(words);
    command.env("HOME", home).current_dir(home);
    command
}

#[test]
#[cfg(target_os = "linux")]
fn a_home_that_is_not_utf_8_has_backups_that_can_be_undone() {
    let world = World::new();
    let home = latin(&world);
    let sandbox = Sandbox::start(&world, &[]);
    let config = world.file(
        "c.toml",
        format!(
            "default_profile='a'\n[profiles.a]\nbase_url='{}'\nbackup=true\nauth={{kind='none'}}\n",
            sandbox.url
        ),
    );
    let before = sandbox.customer(&world, 123);
    for words in [&[][..], &["--backup=b.toml"]] {
        let words = [&["customer", "patch", "123", "--first-name=Eva", "--fill", "--config", &config], words];
        run(&mut at_home(&world, &home, &words.concat())).expect(0);
        assert_eq!(sandbox.customer(&world, 123)["firstName"], "Eva");
        run(&mut at_home(&world, &home, &["undo", "--config", &config])).expect(0);
        assert_eq!(sandbox.customer(&world, 123), before);
        run(&mut at_home(&world, &home, &["history"])).expect(0);
    }
    // A backup that is not needed is removed by the path that it really has.
    let refusing = Sandbox::start(&world, &["400,on=patch"]);
    let words = ["customer", "patch", "123", "--first-name=Eva", "--fill", "--backup=r.toml"];
    run(&mut at_home(&world, &home, &[&words[..], &["--base-url", &refusing.url]].concat())).expect(6);
    assert!(!home.join("r.toml").exists());
}

#[test]
#[cfg(target_os = "linux")]
fn a_home_that_is_not_utf_8_has_a_configuration_that_can_be_read_again() {
    let world = World::new();
    let home = latin(&world);
    let sandbox = Sandbox::start(&world, &[]);
    let at_home = |words: &[&str]| run(&mut at_home(&world, &home, words));

    at_home(&["profile", "add", "a", "--auth=bearer", "--base-url", &sandbox.url]).expect(0);
    at_home(&["profile", "list"]).expect(0);
    at_home(&["config", "check"]).expect(0);
    let mut login = self::at_home(&world, &home, &["auth", "login", "--with-token"]);
    login.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = login.spawn().expect("the binary starts");
    child.stdin.take().expect("a pipe").write_all(b"t0ken\n").expect("written");
    finish(child).expect(0);
    at_home(&["customer", "get", "123"]).expect(0);
    at_home(&["doctor"]);
    // By the variable, too.
    let config = home.join(".config/booster/config.toml");
    let named = world.booster(["profile", "show", "a"]).env("BOOSTER_CONFIG", &config).output();
    assert!(named.expect("it starts").status.success());
    // A variable that is no path and not UTF-8 is never taken as not set.
    let mut command = world.booster(["profile", "list"]);
    command.env("BOOSTER_PROFILE", OsStr::from_bytes(b"Zo\xeb"));
    assert!(run(&mut command).expect(2).stderr.contains("BOOSTER_PROFILE is not UTF-8"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_certificate_in_a_folder_that_is_not_utf_8_is_named_from_the_configurations_folder() {
    let world = World::new();
    let home = latin(&world);
    let key = rcgen::KeyPair::generate().expect("a key");
    let certificate = rcgen::CertificateParams::new(vec!["a.example".to_owned()]).expect("a name");
    let pem = certificate.self_signed(&key).expect("a certificate").pem();
    std::fs::create_dir_all(home.join("inner")).expect("made");
    std::fs::write(home.join("inner/ca.pem"), &pem).expect("written");
    let add = |name: &'static str, config: &str| {
        let words =
            ["profile", "add", name, "--auth=none", "--base-url=https://a.example", "--ca-file=inner/ca.pem"];
        run(&mut at_home(&world, &home, &[&words[..], &["--config", config]].concat()))
    };
    add("a", "c.toml").expect(0);
    run(&mut at_home(&world, &home, &["config", "check", "--config", "c.toml"])).expect(0);
    let elsewhere = world.path("c.toml");
    let refused = add("a", elsewhere.to_str().expect("plain"));
    assert!(
        refused.expect(2).stderr.contains("cannot be written into the configuration"),
        "{}",
        refused.stderr
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_temporary_folder_that_is_not_utf_8_can_hold_the_editors_file() {
    let world = World::new();
    let folder = latin(&world);
    let sandbox = Sandbox::start(&world, &[]);
    let mut command = world.booster(["customer", "edit", "123", "--base-url", &sandbox.url]);
    command.env("TMPDIR", folder).env("PATH", "/usr/bin:/bin");
    command.env("EDITOR", "sed -i 's/^firstName = .*/firstName = \"Eva\"/'");
    run(&mut command).expect(0);
    assert_eq!(sandbox.customer(&world, 123)["firstName"], "Eva");
}

fn pipe(path: &Path) {
    let _ = std::fs::remove_file(path);
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo is there").success());
}

/// Runs it to its end, which must come by itself.
fn ends(command: &mut Command) -> Run {
    finish(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts"))
}

#[test]
fn a_pipe_or_a_device_in_the_place_of_a_file_is_refused_at_once() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    pipe(&world.path("pipe"));
    let words =
        |config: &'static str| patch(&["--config", config, "--base-url", "http://127.0.0.1:1"]).into_iter();
    for config in ["pipe", "/dev/zero", "/dev/tty"] {
        let words: Vec<&str> = words(config).collect();
        ends(&mut world.booster(words)).expect(2);
        ends(&mut world.booster([
            "profile",
            "add",
            "x",
            "--auth=none",
            "--base-url=https://a.example",
            "--config",
            config,
        ]))
        .expect(2);
    }
    let run = ends(&mut world.booster(words("pipe").collect::<Vec<_>>()));
    assert!(run.stderr.contains("cannot read pipe: it is a pipe, a device or a socket"), "{}", run.stderr);
    // No configuration, by custom.
    ends(&mut world.booster(patch(&["--config=/dev/null", "--base-url", &service.url]))).expect(0);
    let config = configure(&world, &service.url, "ca_file = 'pipe'");
    ends(&mut world.booster(patch(&["--config", &config]))).expect(2);
    // Completion reads it as well, and must not hang a shell.
    let mut command = world.booster(["--", "booster", "--config", "pipe", "--profile", ""]);
    ends(command.env("_CLAP_COMPLETE_INDEX", "4").env("COMPLETE", "bash"));
}

#[test]
fn a_pipe_in_the_place_of_history_lock_or_note_is_a_warning_and_no_hang() {
    let world = World::new();
    let state = world.state("");
    let sandbox = Sandbox::start(&world, &[]);
    let config = configure(&world, &sandbox.url, "backup = true\nauth = { kind = 'none' }");
    let words = ["customer", "patch", "123", "--first-name=Eva", "--fill", "--force", "--config", &config];
    let words: Vec<&str> = words.into_iter().filter(|word| *word != "--force").collect();
    std::fs::create_dir_all(state.join("backups")).expect("made");
    for name in ["history.jsonl", "pruned.json", "backups/20200101T000000000Z-abcd.sent.json"] {
        pipe(&state.join(name));
        ends(&mut world.booster(&words)).expect(0);
        ends(&mut world.booster(["history"]));
        ends(&mut world.booster(["undo", "--config", &config]));
        let _ = std::fs::remove_file(state.join(name));
    }
    std::fs::write(state.join("history.jsonl"), vec![b'\n'; 1 << 20]).expect("written");
    pipe(&state.join("history.lock"));
    let run = ends(&mut world.booster(&words));
    assert!(run.expect(0).stderr.contains("cannot be written"), "{}", run.stderr);
    // The locks of the configuration and of the store.
    pipe(&world.path(".config.toml.lock"));
    let words = ["profile", "add", "x", "--auth=none", "--base-url=https://a.example", "--config", &config];
    ends(&mut world.booster(words)).expect(2);
    pipe(&world.path("credentials.lock"));
    let config = profile(&world, &sandbox.url, "kind = 'bearer'");
    login(&world, &config, "--with-token", "t0ken").expect(4);
    pipe(&world.path("data.json"));
    ends(&mut world.booster(["sandbox", "--data=data.json"]));
}

#[test]
fn what_a_killed_login_left_is_removed_by_logout() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let config = profile(&world, &service.url, "kind = 'bearer'");
    let left = world.path(".credentials.toml.x.booster.tmp");
    std::fs::write(&left, "secret = 't0ken'").expect("written");
    let file = std::fs::File::options().write(true).open(&left).expect("it is there");
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(60);
    file.set_modified(old).expect("made old");
    world.run(["auth", "logout", "--config", &config]).expect(0);
    assert!(!left.exists());
}

#[test]
fn a_remark_of_a_backup_cannot_hold_what_the_service_says_raw() {
    let world = World::new();
    let record = r#"{"boosterCustomerId":123,"firstName":"Ada","lastName":"L","title":"Ms.","gender":"F","languageId":"eng",
        "canBeContactedByMaison":true,"clientType":"PRIVATE","countryId":"gb",
        "emails":[{"email":"a@example.com","isMainEmail":true,"x\u001b[2J\nfirstName = \"Eve\"\u0007":1}]}"#;
    for name in ["b.toml", "b.json"] {
        let service = Service::start([Answer::json(200, record), Answer::json(200, "{}")]);
        let backup = format!("--backup={name}");
        let words =
            patch(&["--base-url", &service.url, &backup, "--emails=[]", "--first-name=Eva", "--unchecked"]);
        world.run(words).expect(0);
        let text = std::fs::read_to_string(world.path(name)).expect("a backup");
        assert!(!text.contains(|letter: char| letter.is_control() && letter != '\n'), "{text:?}");
        let run = world.run(["customer", "check", name, "--id=123", "--for-fill", "-o", "json"]);
        let run = if run.code == 2 {
            world.run([
                "customer",
                "patch",
                "123",
                "--from",
                name,
                "--unchecked",
                "--dry-run",
                "-o",
                "json",
                "--base-url=http://127.0.0.1:1",
            ])
        } else {
            run
        };
        let problems: Vec<Value> = run.json()["problems"].as_array().expect("problems").clone();
        assert!(!problems.iter().any(|problem| problem["rule"] == "syntax"), "{problems:?}");
    }
}

/// A service that keeps its connections open, and answers the first request of each twice. It counts its connections.
fn doubling(answers: [&'static str; 2]) -> (String, std::sync::mpsc::Receiver<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let sender = sender.clone();
            std::thread::spawn(move || {
                let mut heads = Vec::new();
                while let Some(request) = read_request(&mut stream) {
                    let is_get = request.head.starts_with("GET");
                    heads.push(request.head.lines().next().unwrap_or_default().to_owned());
                    let (body, status) = if is_get { (answers[0], 200) } else { (answers[1], 400) };
                    let length = body.len();
                    let answer = format!(
                        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
                    );
                    let stray =
                        "HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
                    let _ = stream.write_all(answer.as_bytes());
                    if is_get {
                        let mut again = stream.try_clone().expect("a stream");
                        std::thread::spawn(move || {
                            std::thread::sleep(std::time::Duration::from_millis(1));
                            let _ = again.write_all(stray.as_bytes());
                        });
                    }
                }
                let _ = sender.send(heads);
            });
        }
    });
    (url, receiver)
}

#[test]
fn a_stray_answer_to_the_reading_is_not_taken_for_the_patchs() {
    let world = World::new();
    let record = r#"{"boosterCustomerId":123,"firstName":"Ada","companyName":"Acme","canBeContactedByMaison":true,"clientType":"COMPANY","countryId":"it"}"#;
    let (url, connections) = doubling([record, r#"{"responseStatus":{"errorCode":"X","message":"no"}}"#]);
    world.run(["customer", "patch", "123", "--first-name=Eva", "--fill", "--base-url", &url]).expect(6);
    for _ in 0..2 {
        let heads = connections.recv_timeout(std::time::Duration::from_secs(20)).expect("it is closed");
        assert_eq!(heads.len(), 1, "{heads:?}");
    }
}
