//! Where to send and how to sign in: flag over environment over configuration, and what is wrong with each.

use crate::common::{Answer, Run, Service, World, patch, root, run};
use serde_json::{Value, json};

fn service() -> Service {
    Service::start([Answer::json(200, "{}")])
}

/// Runs with these variables set.
fn run_with(world: &World, environment: &[(&str, &str)], words: &[&str]) -> Run {
    run(world.booster(words).envs(environment.iter().copied()))
}

/// Where the configuration lies unless somebody names another place.
fn usual_place(world: &World) -> std::path::PathBuf {
    let path = std::path::PathBuf::from(world.run(["config", "path"]).expect(0).stdout.trim_end());
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("the home takes a folder");
    path
}

fn config(service: &Service) -> String {
    format!("default_profile = \"dev\"\n[profiles.dev]\nbase_url = \"{}\"\n", service.url)
}

#[test]
fn the_configuration_lies_where_the_flag_says_else_the_environment_else_at_its_usual_place() {
    let world = World::new();
    let (usual, by_environment, by_flag) = (service(), service(), service());
    std::fs::write(usual_place(&world), config(&usual)).expect("a file");
    let environment = world.file("environment.toml", config(&by_environment));
    let flag = world.file("flag.toml", config(&by_flag));
    run_with(&world, &[], &patch(&[])).expect(0);
    run_with(&world, &[("BOOSTER_CONFIG", "")], &patch(&[])).expect(0);
    usual.wait_for(2);
    run_with(&world, &[("BOOSTER_CONFIG", &environment)], &patch(&[])).expect(0);
    by_environment.only();
    run_with(&world, &[("BOOSTER_CONFIG", &environment)], &patch(&["--config", &flag])).expect(0);
    by_flag.only();
    assert_eq!(usual.received().len(), 2);
    // One that is named must be there; one at its usual place may be missing.
    let missing = world.path("missing.toml").to_string_lossy().into_owned();
    run_with(&world, &[], &patch(&["--config", &missing])).expect(2);
    run_with(&world, &[("BOOSTER_CONFIG", &missing)], &patch(&[])).expect(2);
    run_with(&World::new(), &[], &patch(&["--base-url", &by_flag.url])).expect(0);
}

/// Without its configuration a profile would lose its guard, and the environment alone could send.
#[test]
#[cfg(unix)]
fn a_configuration_that_cannot_be_read_is_never_taken_for_none() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let world = World::new();
    let service = service();
    let place = usual_place(&world);
    let folder = place.parent().expect("a folder").to_owned();
    let refused = |what: &str| {
        let run = run_with(&world, &[("BOOSTER_BASE_URL", &service.url)], &patch(&[]));
        assert!(run.expect(2).stderr.contains(what), "{}", run.stderr);
        assert!(service.received().is_empty(), "{what}");
    };
    symlink("gone/config.toml", &place).expect("a link");
    refused(&format!("{} is a link to nothing", place.display()));
    std::fs::remove_file(&place).expect("removed");
    symlink("config.toml", &place).expect("a link");
    refused("cannot read");
    std::fs::remove_file(&place).expect("removed");
    std::fs::create_dir(&place).expect("a folder");
    refused("it is a folder");
    std::fs::remove_dir(&place).expect("removed");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o000)).expect("set");
    // Nobody hides a folder from root.
    if folder
        .join("x")
        .symlink_metadata()
        .is_err_and(|error| error.kind() == std::io::ErrorKind::PermissionDenied)
    {
        refused("permission denied");
    }
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).expect("set");
    std::fs::remove_dir(&folder).expect("removed");
    symlink("gone", &folder).expect("a link");
    refused(&format!("{} is a link to nothing", folder.display()));
    std::fs::remove_file(&folder).expect("removed");
    std::fs::write(&folder, "").expect("written");
    refused("cannot read");
    std::fs::remove_file(&folder).expect("removed");
    run_with(&world, &[("BOOSTER_BASE_URL", &service.url)], &patch(&[])).expect(0);
}

#[test]
fn the_profile_is_the_flags_else_the_environments_else_the_default_one() {
    let world = World::new();
    let profiles: Vec<String> = ["a", "b", "c"]
        .iter()
        .map(|name| format!("[profiles.{name}]\nbase_url = \"https://{name}.example\"\n"))
        .collect();
    let path = world.file("config.toml", format!("default_profile = \"a\"\n{}", profiles.concat()));
    for (environment, flag, name) in [
        (&[][..], None, "a"),
        (&[("BOOSTER_PROFILE", "b")], None, "b"),
        (&[("BOOSTER_PROFILE", "b")], Some("c"), "c"),
        (&[("BOOSTER_PROFILE", "")], None, "a"),
    ] {
        let words = patch(&["--config", &path, "--dry-run", "-o", "json"]);
        let words: Vec<&str> =
            words.into_iter().chain(flag.into_iter().flat_map(|flag| ["-p", flag])).collect();
        let document = run_with(&world, environment, &words).expect(0).json();
        assert_eq!(document["profile"], name);
        assert_eq!(document["request"]["url"], format!("https://{name}.example/customer/123"));
    }
    let run = run_with(&world, &[], &patch(&["--config", &path, "-p", "d", "-o", "json"]));
    assert_eq!(run.expect(2).json()["outcome"], "usage");
    let near = world.file("near.toml", "[profiles.boutique]\n");
    let run = run_with(&world, &[], &patch(&["--config", &near, "-p", "botique", "-o", "json"]));
    assert_eq!(run.expect(2).json()["problems"][0]["hint"], "did you mean boutique?");
    // Without a default one none is chosen.
    run_with(&world, &[], &patch(&["--config", &near])).expect(2);
}

#[test]
fn the_address_is_the_flags_else_the_environments_else_the_profiles() {
    let world = World::new();
    let path = world.file(
        "config.toml",
        "default_profile = \"dev\"\n[profiles.dev]\nbase_url = \"https://profile.example/a/\"\n",
    );
    for (environment, flag, host) in [
        (&[][..], None, "profile.example/a"),
        (&[("BOOSTER_BASE_URL", "https://environment.example")], None, "environment.example"),
        (&[("BOOSTER_BASE_URL", "")], None, "profile.example/a"),
        (
            &[("BOOSTER_BASE_URL", "https://environment.example")],
            Some("--base-url=https://flag.example:8443/"),
            "flag.example:8443",
        ),
    ] {
        let words = patch(&["--config", &path, "--dry-run", "-o", "json"]);
        let words: Vec<&str> = words.into_iter().chain(flag).collect();
        let document = run_with(&world, environment, &words).expect(0).json();
        assert_eq!(document["request"]["url"], format!("https://{host}/customer/123"));
    }
}

#[test]
fn the_time_limit_is_the_flags_else_the_environments_else_the_profiles() {
    let world = World::new();
    let deaf = Service::start([Answer::Never]);
    let with = |timeout: &str| {
        world.file(&format!("{timeout}.toml"), format!("{}timeout = {timeout}\n", config(&deaf)))
    };
    let (short, long) = (with("0.1"), with("3600"));
    for (path, environment, flag) in [
        (&short, &[][..], None),
        (&long, &[("BOOSTER_TIMEOUT", "0.1")], None),
        (&long, &[("BOOSTER_TIMEOUT", "3600")], Some("--timeout=0.1")),
    ] {
        let words = patch(&["--notes=x", "--config", path]);
        run_with(&world, environment, &words.into_iter().chain(flag).collect::<Vec<_>>()).expect(11);
    }
}

/// The headers, of those that could carry a credential, that the service got.
fn credentials(service: &Service) -> Vec<String> {
    let received = service.received().pop().expect("a request");
    let is_known = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        !["host", "accept", "content-type", "content-length", "user-agent"].contains(&name.as_str())
    };
    received
        .head
        .lines()
        .skip(1)
        .filter(|line| !line.is_empty())
        .filter(is_known)
        .map(str::to_owned)
        .collect()
}

const TOKEN: (&str, &str) = ("BOOSTER_TOKEN", "t0ken");
const PASSWORD: (&str, &str) = ("BOOSTER_PASSWORD", "pass:wörd");
const USERNAME: (&str, &str) = ("BOOSTER_USERNAME", "ada");
/// `ada:pass:wörd` and `eva:pass:wörd` in UTF-8.
const ADA: &str = "Authorization: Basic YWRhOnBhc3M6d8O2cmQ=";
const EVA: &str = "Authorization: Basic ZXZhOnBhc3M6d8O2cmQ=";

#[test]
fn each_way_to_sign_in_sends_its_header_and_nothing_else() {
    let world = World::new();
    for (auth, environment, header) in [
        ("auth = { kind = \"none\" }", &[TOKEN, PASSWORD, USERNAME][..], None),
        ("", &[TOKEN, PASSWORD, USERNAME], None),
        ("auth = { kind = \"bearer\" }", &[TOKEN, PASSWORD, USERNAME], Some("Authorization: Bearer t0ken")),
        ("auth = { kind = \"api-key\" }", &[TOKEN], Some("X-Api-Key: t0ken")),
        ("auth = { kind = \"api-key\", header = \"x-key\" }", &[TOKEN], Some("X-Key: t0ken")),
        ("username = \"eva\"\nauth = { kind = \"basic\" }", &[PASSWORD], Some(EVA)),
        ("username = \"eva\"\nauth = { kind = \"basic\" }", &[PASSWORD, USERNAME, TOKEN], Some(ADA)),
        ("auth.kind = \"basic\"", &[PASSWORD, USERNAME], Some(ADA)),
    ] {
        let service = service();
        let path = world.file("config.toml", format!("{}{auth}\n", config(&service)));
        run_with(&world, environment, &patch(&["--config", &path])).expect(0);
        assert_eq!(credentials(&service), header.into_iter().collect::<Vec<_>>(), "{auth}");
    }
}

#[test]
fn the_environment_alone_is_a_whole_profile() {
    let world = World::new();
    for (environment, header) in [
        (&[TOKEN][..], Some("Authorization: Bearer t0ken")),
        (&[TOKEN, USERNAME, PASSWORD], Some("Authorization: Bearer t0ken")),
        (&[USERNAME, PASSWORD], Some(ADA)),
        (&[("BOOSTER_TOKEN", ""), USERNAME, PASSWORD], Some(ADA)),
        (&[], None),
    ] {
        let service = service();
        let environment = [environment, &[("BOOSTER_BASE_URL", service.url.as_str())]].concat();
        let run = run_with(&world, &environment, &patch(&["-o", "json"]));
        assert!(run.expect(0).json()["profile"].is_null());
        assert_eq!(credentials(&service), header.into_iter().collect::<Vec<_>>(), "{environment:?}");
    }
    // Half of a pair was meant to sign in, and cannot.
    for (environment, missing) in [
        (&[USERNAME][..], "BOOSTER_PASSWORD"),
        (&[USERNAME, ("BOOSTER_PASSWORD", "")], "BOOSTER_PASSWORD"),
        (&[PASSWORD], "BOOSTER_USERNAME"),
    ] {
        let service = service();
        let environment = [environment, &[("BOOSTER_BASE_URL", service.url.as_str())]].concat();
        let run = run_with(&world, &environment, &patch(&["-o", "json"]));
        let problem = &run.expect(4).json()["problems"][0];
        assert!(problem["hint"].as_str().is_some_and(|hint| hint.contains(missing)), "{problem}");
        assert!(service.received().is_empty(), "{environment:?}");
    }
    let run = run_with(&world, &[TOKEN], &patch(&["-o", "json"]));
    assert_eq!(run.expect(2).json()["outcome"], "usage");
    assert!(run.stdout.contains("BOOSTER_BASE_URL"), "{}", run.stdout);
}

#[test]
fn who_signs_in_by_nothing_is_told_what_would_help() {
    let world = World::new();
    let service = Service::start([Answer::json(401, "")]);
    let path = world.file("config.toml", config(&service));
    // A profile of the configuration takes no sign-in from the environment.
    let run = run_with(&world, &[TOKEN], &patch(&["--config", &path]));
    assert!(run.expect(4).stderr.contains("profile dev signs in by none"), "{}", run.stderr);
    assert!(!run.stderr.contains("BOOSTER_TOKEN"), "{}", run.stderr);
    let run = run_with(&world, &[], &patch(&["--base-url", &service.url]));
    assert!(run.expect(4).stderr.contains("BOOSTER_TOKEN"), "{}", run.stderr);
}

#[test]
fn a_secret_that_is_missing_or_cannot_be_sent_stops_before_sending() {
    let world = World::new();
    let service = service();
    for (auth, environment, variable) in [
        ("auth.kind = \"bearer\"", &[][..], "BOOSTER_TOKEN"),
        ("auth.kind = \"bearer\"", &[("BOOSTER_TOKEN", "")], "BOOSTER_TOKEN"),
        ("auth.kind = \"api-key\"", &[PASSWORD], "BOOSTER_TOKEN"),
        ("auth.kind = \"basic\"\nusername = \"ada\"", &[TOKEN], "BOOSTER_PASSWORD"),
        ("auth.kind = \"bearer\"", &[("BOOSTER_TOKEN", "s3cret\n")], "BOOSTER_TOKEN"),
        ("auth.kind = \"bearer\"", &[("BOOSTER_TOKEN", "s3\r\nX-Evil: 1")], "BOOSTER_TOKEN"),
        ("auth.kind = \"api-key\"", &[("BOOSTER_TOKEN", "s3cr\u{e9}t\u{7}")], "BOOSTER_TOKEN"),
    ] {
        let path = world.file("config.toml", format!("{}{auth}\n", config(&service)));
        for output in ["text", "json"] {
            let run = run_with(&world, environment, &patch(&["--config", &path, "-vv", "-o", output]));
            run.expect(4);
            assert!(!format!("{}{}", run.stdout, run.stderr).contains("s3"), "{}{}", run.stdout, run.stderr);
            assert!(format!("{}{}", run.stdout, run.stderr).contains(variable), "{auth}: {}", run.stdout);
            if output == "json" {
                assert_eq!(run.json()["outcome"], "unauthenticated");
            }
        }
        // Nothing of it is needed to see what would go out.
        run_with(&world, environment, &patch(&["--config", &path, "--dry-run=http"])).expect(0);
    }
    run_with(&world, &[("BOOSTER_BASE_URL", &service.url), ("BOOSTER_TOKEN", "a\nb")], &patch(&[])).expect(4);
    assert!(service.received().is_empty());
}

#[test]
fn an_address_that_will_not_do_is_a_usage_error() {
    let world = World::new();
    for url in [
        "https://booster.example/?api_key=s3cret",
        "https://booster.example?",
        "https://booster.example/#s3cret",
        "https://ada:s3cret@booster.example",
        "https://s3cret@booster.example",
        "http://s3cret@127.0.0.1",
        "http://booster.example",
        "http://10.0.0.1",
        "http://127.0.0.1.example.com",
        "http://[::2]",
        "http://0.0.0.0",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "booster.example",
        "//booster.example",
        "https://",
        "https://a b",
        "https://127.0.0.1:99999",
        "127.0.0.1:8080",
    ] {
        let path = world.file("config.toml", format!("[profiles.dev]\nbase_url = '{url}'\n"));
        let flag = world.run(patch(&["--base-url", url, "-o", "json"]));
        let environment = run_with(&world, &[("BOOSTER_BASE_URL", url)], &patch(&["-o", "json"]));
        let configuration = world.run(patch(&["--config", &path, "-p", "dev", "-o", "json"]));
        for (run, source) in [
            (flag, json!({ "flag": "--base-url" })),
            (environment, json!({ "environment": "BOOSTER_BASE_URL" })),
            (configuration, json!({ "file": path, "line": 2, "column": 12 })),
        ] {
            let document = run.expect(2).json();
            assert_eq!(document["problems"][0]["source"], source, "{url}");
            assert!(document["problems"][0]["hint"].is_string(), "{url}");
            assert!(!run.stdout.contains("s3cret"), "{}", run.stdout);
        }
    }
    assert_eq!(world.run(patch(&["--base-url=", "-o", "json"])).expect(2).json()["outcome"], "usage");
}

/// Line, column, message and hint of the only problem of `config check`.
fn refused(world: &World, content: impl AsRef<[u8]>) -> (Value, Value, String) {
    let path = world.file("config.toml", content);
    let run = world.run(["config", "check", "--config", &path, "-o", "json"]);
    let document = run.expect(2).json();
    assert_eq!(document["outcome"], "usage");
    let problem = &document["problems"][0];
    // Whoever uses the configuration is told the same.
    let patched = world.run(patch(&["--config", &path, "-p", "dev", "-o", "json"]));
    assert_eq!(patched.expect(2).json()["problems"][0], *problem);
    let source = &problem["source"];
    let words = format!(
        "{} {}",
        problem["message"].as_str().unwrap_or_default(),
        problem["hint"].as_str().unwrap_or_default()
    );
    (source["line"].clone(), source["column"].clone(), words)
}

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
            "no colon",
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
    assert!(world.run(["config", "check", "--config", &good]).expect(0).stdout.contains("good"));
    let missing = world
        .file("config.toml", "default_profile = \"dve\"\n[profiles.dev]\nbase_url = \"https://a.example\"\n");
    world.run(["config", "check", "--config", &missing]).expect(2);
}

#[test]
fn config_init_writes_a_good_configuration_once() {
    let world = World::new();
    let path = usual_place(&world);
    std::fs::remove_dir(path.parent().expect("a folder")).expect("it is empty");
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
    world.run(["config", "init", "--config", "/dev/null/x.toml"]).expect(2);
    assert!(World::new().run(["config", "check", "-o", "json"]).expect(2).stdout.contains("config init"));
}

#[test]
fn a_default_profile_that_is_not_there_is_told_where_it_is_named() {
    let world = World::new();
    let path = world.file("config.toml", "default_profile = \"pord\"\n[profiles.prod]\n");
    for words in
        [patch(&["--config", &path, "-o", "json"]), vec!["config", "check", "--config", &path, "-o", "json"]]
    {
        let problem = &world.run(&words).expect(2).json()["problems"][0];
        assert_eq!(problem["source"], json!({ "file": path, "line": 1, "column": 19 }), "{words:?}");
        assert_eq!(problem["hint"], "did you mean prod?");
    }
    let problem =
        &world.run(patch(&["--config", &path, "-p", "dev", "-o", "json"])).expect(2).json()["problems"][0];
    assert_eq!(problem["source"], json!({ "flag": "--profile" }));
}

#[test]
fn of_an_address_that_will_not_do_nothing_secret_is_repeated() {
    let world = World::new();
    let scheme = "write it as in https://dev-api-booster.example.com";
    for (url, message, hint) in [
        ("127.0.0.1:8080", "the base URL does not begin with https://", "write http://127.0.0.1:8080"),
        ("localhost:1/api", "the base URL does not begin with https://", "write http://localhost:1"),
        ("booster.example.com/s3cr3t", "the base URL does not begin with https://", scheme),
        ("u:s3cr3t@h", "the base URL does not begin with https://", scheme),
        ("x?token=s3cr3t", "the base URL does not begin with https://", scheme),
        ("mailto:s3cr3t", "the base URL does not begin with https://", scheme),
        ("https://u:s3cr3t@h", "the base URL holds a user or a password", ""),
        ("https://h/?token=s3cr3t", "the base URL has a query or a fragment", ""),
        ("https://[::1/s3cr3t", "the base URL cannot be read: invalid IPv6 address", scheme),
        ("http://h.example:81/s3cr3t", "the base URL http://h.example:81 is not encrypted", "write https"),
        ("ftp://h/s3cr3t", "the base URL begins with ftp", "write https"),
    ] {
        let run = world.run(patch(&["--base-url", url, "-o", "json"]));
        let problem = &run.expect(2).json()["problems"][0];
        assert_eq!(problem["message"], message, "{url}");
        assert!(problem["hint"].as_str().is_some_and(|told| told.starts_with(hint)), "{url}: {problem}");
        assert!(!run.stdout.contains("s3cr3t"), "{}", run.stdout);
    }
}

#[test]
fn a_variable_that_cannot_be_read_is_a_usage_error() {
    let world = World::new();
    let service = service();
    for (variable, value, url) in [
        ("BOOSTER_RETRY_BASE", "soon", service.url.as_str()),
        ("BOOSTER_RETRY_BASE", "21", &service.url),
        ("BOOSTER_RETRY_BASE", "-1", &service.url),
        ("BOOSTER_TIMEOUT", "5x", &service.url),
    ] {
        let run = run_with(&world, &[(variable, value)], &patch(&["--base-url", url, "-o", "json"]));
        let problem = &run.expect(2).json()["problems"][0];
        assert_eq!(problem["source"], json!({ "environment": variable }), "{value}");
        assert!(!run.stdout.contains("t0ps3cret"), "{}", run.stdout);
    }
    assert!(service.received().is_empty());
}
