//! The configuration file: what is wrong in it and where, `config check` and `config init`.

use super::{refused, run_with, usual_place};
use crate::common::{World, patch, root};
use serde_json::{Value, json};

#[test]
fn what_is_wrong_in_a_configuration_is_told_with_its_place() {
    let world = World::new();
    for (content, line, column, word) in [
        ("[profiles.dev]\n  base_ulr = \"https://a.example\"\n", 2, 3, "did you mean base_url?"),
        ("default_profil = \"dev\"\n", 1, 1, "did you mean default_profile?"),
        ("[profile.dev]\n", 1, 2, "did you mean profiles?"),
        ("[profiles.dev]\nauth = { kind = \"api-key\", haeder = \"x\" }\n", 2, 28, "did you mean header?"),
        ("[profiles.dev]\nauth = { kind = \"beerer\" }\n", 2, 17, "bearer"),
        ("[profiles.dev]\ntimeout = \"long\"\n", 2, 11, "without quotes"),
        ("[profiles.dev]\ntimeout = 0\n", 2, 11, "3600"),
        ("[profiles.dev]\nbase_url = 1\n", 2, 12, "in quotes"),
        ("[profiles.dev]\nauth = \"bearer\"\n", 2, 8, "auth = { kind = \"bearer\" }"),
        ("[profiles.dev]\ntimeout = 5\n", 1, 11, "has no base_url"),
        (
            "[profiles.dev]\nauth = { kind = \"api-key\", header = \"content-length\" }\n",
            2,
            37,
            "set by booster itself",
        ),
        (
            "[profiles.dev]\nbase_url = \"https://a.example\"\nusername = \"a:b\"\nauth = { kind = \"basic\" }\n",
            3,
            12,
            "cannot contain a colon",
        ),
        ("[profiles.dev]\n[profiles.dev]\n", 2, 1, "twice"),
        ("[profiles.dev\n", 1, 14, ""),
        (
            "[profiles.dev]\nbase_url = \"https://a.example\"\n[profiles.dev.defaults]\nfristName = \"x\"\n",
            4,
            1,
            "did you mean firstName?",
        ),
        (
            "[profiles.dev]\nbase_url = \"https://a.example\"\n[profiles.dev.defaults]\nbirthDate = \"31/12/2020\"\n",
            4,
            13,
            "2020-12-31",
        ),
        (
            "[profiles.dev]\nbase_url = \"https://a.example\"\n[profiles.dev.defaults]\ndataSharingConsent = \"true\"\n",
            4,
            22,
            "without quotes",
        ),
    ] {
        let (found_line, found_column, words) = refused(&world, content);
        assert!(words.contains(word), "{content}: {words}");
        if word == "twice" {
            assert_eq!(found_line, line, "{content}: {words}");
        } else {
            assert_eq!((found_line, found_column), (json!(line), json!(column)), "{content}: {words}");
        }
    }
    let utf16: Vec<u8> = "\u{feff}[profiles.dev]".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for content in [utf16, b"\x7fELF\x00\xff".to_vec(), vec![b'#'; 9 << 20]] {
        refused(&world, content);
    }
    world.run(["config", "check", "--config", "."]).expect(2);
    // What is empty, or begins with a mark, is in order.
    for content in ["", "\u{feff}[profiles.dev]\nbase_url = \"https://a.example\"\n"] {
        let path = world.file("config.toml", content);
        world.run(["config", "check", "--config", &path]).expect(0);
    }
}

#[test]
fn a_secret_in_a_configuration_is_refused_without_being_shown() {
    let world = World::new();
    for content in [
        "[profiles.dev]\ntoken = \"s3cret\"\n",
        "[profiles.dev]\npassword = 's3cret'\n",
        "[profiles.dev]\nclient_secret = \"s3cret\"\n",
        "[profiles.dev]\nauth = { kind = \"api-key\", api_key = \"s3cret\" }\n",
        "[profiles.dev]\nauth = { kind = \"s3cret\" }\n",
        "[profiles.dev]\nauth = \"s3cret\"\n",
        "[profiles.dev]\nbase_url = \"https://ada:s3cret@a.example\"\n",
        "[profiles.dev]\ntimeout = \"s3cret\"\n",
        "[profiles.dev]\ntimeout = s3cret\n",
        "token = \"s3cret\"\n",
    ] {
        let path = world.file("config.toml", content);
        for words in [
            vec!["config", "check"],
            vec!["config", "check", "-o", "json"],
            vec!["config", "check", "-vv"],
            patch(&["-p", "dev", "-vv"]),
        ] {
            let run = world.run(words.iter().copied().chain(["--config", &path]));
            run.expect(2);
            assert!(
                !format!("{}{}", run.stdout, run.stderr).contains("s3cret"),
                "{}{}",
                run.stdout,
                run.stderr
            );
        }
    }
}

#[test]
fn config_check_looks_at_every_profile_whatever_the_environment_says() {
    let world = World::new();
    // A wrong default does not hide what is wrong besides.
    let content = "default_profile = \"dev\"\n[profiles.dev]\nbase_url = \"https://a.example\"\n[profiles.b]\nbase_url = \"http://b.example\"\n[profiles.c]\nbase_url = \"https://c.example\"\ntimeout = -1\n[profiles.d.defaults]\nnots = \"x\"\n";
    let path = world.file("config.toml", content);
    for environment in [
        &[][..],
        &[("BOOSTER_BASE_URL", "https://e.example"), ("BOOSTER_TIMEOUT", "5"), ("BOOSTER_PROFILE", "dev")],
    ] {
        let run = run_with(&world, environment, &["config", "check", "--config", &path, "-o", "json"]);
        let document = run.expect(2).json();
        let lines: Vec<&Value> = document["problems"]
            .as_array()
            .expect("problems")
            .iter()
            .map(|problem| &problem["source"]["line"])
            .collect();
        assert_eq!(lines[..2], [5, 8], "{environment:?}");
    }
    let good = world.file(
        "config.toml",
        "[profiles.dev]\nbase_url = \"https://a.example\"\n[profiles.dev.defaults]\ncountryId = \"it\"\n",
    );
    let run = world.run(["config", "check", "--config", &good, "-o", "json"]);
    assert_eq!(run.expect(0).json()["profiles"], json!(["dev"]));
    assert!(world.run(["config", "check", "--config", &good]).expect(0).stdout.contains("correct"));
    let missing = world
        .file("config.toml", "default_profile = \"dve\"\n[profiles.dev]\nbase_url = \"https://a.example\"\n");
    world.run(["config", "check", "--config", &missing]).expect(2);
}

#[test]
fn config_init_writes_a_good_configuration_once() {
    let world = World::new();
    let path = usual_place(&world);
    let folder = path.parent().expect("a folder");
    if folder != world.path("") {
        std::fs::remove_dir(folder).expect("it is empty");
    }
    let run = world.run(["config", "init", "-o", "json"]);
    assert_eq!(run.expect(0).json()["path"], path.to_string_lossy().as_ref());
    let written = std::fs::read_to_string(&path).expect("the file is there");
    assert_eq!(written, std::fs::read_to_string(root().join("config.example.toml")).expect("the example"));
    world.run(["config", "check"]).expect(0);
    #[cfg(unix)]
    for (path, mode) in [(path.as_path(), 0o600), (path.parent().expect("a folder"), 0o700)] {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777,
            mode,
            "{path:?}"
        );
    }
    std::fs::write(&path, "# mine\n").expect("a file");
    assert_eq!(world.run(["config", "init", "-o", "json"]).expect(2).json()["outcome"], "usage");
    assert_eq!(std::fs::read_to_string(&path).expect("the file is there"), "# mine\n");
    let other = world.path("a/b/other.toml").to_string_lossy().into_owned();
    world.run(["config", "init", "--config", &other]).expect(0);
    world.run(["config", "init", "--config", &format!("{other}/x.toml")]).expect(2);
    assert!(World::new().run(["config", "check", "-o", "json"]).expect(2).stdout.contains("config init"));
}

/// One mistake hides no other: of all profiles, in the structure and in the values, in the order of writing.
#[test]
fn config_check_shows_everything_that_is_wrong_at_once() {
    let world = World::new();
    let path = world.file(
        "config.toml",
        r#"default_profil = "a"
[profiles.a]
base_url = "https://a.example"
timeot = 3
guard = "readonly"
auth = { knid = "bearer" }
[profiles.b]
base_url = "http://b.example"
guard = true
timeout = "60"
read_route = "/x"
backup_days = 0
auth = { kind = "oauth2-client", token_ulr = "https://x.example", scpoe = "y" }
[profiles.c]
backup = "yes"
verify_within = 1000
secret_command = []
ca_file = "missing.pem"
client_key = "key.pem"
"#,
    );
    let run = world.run(["config", "check", "--config", &path, "-o", "json"]);
    let problems = run.expect(2).json()["problems"].as_array().expect("problems").clone();
    let folder = world.path("").to_str().expect("a plain path").to_owned();
    let found: Vec<String> = problems
        .iter()
        .map(|problem| {
            let text = |key: &str| problem[key].as_str().unwrap_or_default().to_owned();
            assert_eq!(problem["source"]["file"], path.as_str(), "{problem}");
            let (line, column) = (&problem["source"]["line"], &problem["source"]["column"]);
            let message = text("message").replace(&folder, "");
            format!("{line}:{column} {message} | {}", text("hint"))
        })
        .collect();
    let expected = [
        "1:1 there is no key default_profil | did you mean default_profile?",
        "4:1 there is no key timeot | did you mean timeout?",
        "5:9 guard: expected open, confirm or read-only | did you mean read-only?",
        "6:10 there is no key knid in auth | did you mean kind?",
        "8:12 the base URL http://b.example is not encrypted | write https; http is only for this machine, as in http://127.0.0.1:8080",
        "9:9 guard: expected text, found true or false | write it in quotes",
        "10:11 timeout: expected a number, found text | write it without quotes",
        "11:14 read_route must be a path that contains {id} once, without a query | write it as in read_route = \"/customer/v2/{id}\"",
        "12:15 backup_days must be from 1 to 3650 days | the usual value is 30",
        "13:8 auth needs the key client_id | write it as in client_id = \"booster\"",
        "13:34 there is no key token_ulr in auth | did you mean token_url?",
        "13:67 this type of sign-in has no key scpoe | did you mean scope?",
        "15:10 backup: expected true or false, found text | write true or false, without quotes",
        "16:17 verify_within must be from 0 to 600 seconds | the usual value is 5",
        "17:18 secret_command is empty | write the program and each argument, as in [\"pass\", \"show\", \"booster\"]",
        "18:11 ca_file cannot be used: cannot read missing.pem: there is no such file | a relative path begins at the configuration's folder",
        "19:14 client_key can only be used with client_cert | set client_cert to the certificate",
        "14:11 profile c has no base_url | set base_url in the configuration, or use --base-url",
    ];
    assert_eq!(found, expected);
    // Nothing is sent by any profile of a configuration whose structure is wrong.
    let patched =
        world.run(patch(&["--config", &path, "-p", "c", "--base-url=http://127.0.0.1:9", "-o", "json"]));
    assert!(patched.expect(2).stdout.contains("timeot"));
    // Syntax errors come together, too.
    let path = world.file("config.toml", "[profiles.a]\nread = \nguard = \"open\"\nguard = \"open\"\n");
    let run = world.run(["config", "check", "--config", &path, "-o", "json"]);
    assert_eq!(run.expect(2).json()["problems"].as_array().map(Vec::len), Some(2), "{}", run.stdout);
}

#[test]
fn the_line_of_a_mistake_is_shown_without_what_may_be_a_secret() {
    let world = World::new();
    let path = world.file(
        "config.toml",
        r#"[profiles.dev] # canary
  guard = "readonly" # canary
auth = { kind = "bearer", token = "canary", haeder = "canary" }
tokn = "canary"
username = ["canary", '''canary
canary''']
password = 4711
"#,
    );
    let run = world.run(["config", "check", "--config", &path]);
    let shown = run.expect(2).stderr.clone();
    for part in [
        &format!("--> {path}:2:11"),
        "2 |   guard = \"readonly\" # ***",
        "  |           ^^^^^^^^^^",
        "3 | auth = { kind = \"bearer\", token = ***, haeder = *** }",
        "4 | tokn = ***",
        "7 | password = ***",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains("canary") && !shown.contains("4711"), "{shown}");
}
