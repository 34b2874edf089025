//! The profiles in the configuration through the real binary: what is written, what survives, and what is refused.

use crate::common::{Run, World, root, run};
use serde_json::{Value, json};

const CONFIG: &str = "\
# Ours.

default_profile = \"dev\"  # the usual one

# To try things on.
[profiles.dev]
base_url = \"http://127.0.0.1:1\" # nobody
auth = { kind = \"basic\" }
username = \"ada\"

[profiles.dev.defaults]
countryId = \"it\"

# The real one.
[profiles.prod]
base_url = \"https://booster.example.com\"
guard = \"confirm\"
environment = \"production\"
timeout = 20
backup = true
";

struct Configured {
    world: World,
    path: String,
}

impl Configured {
    fn new(text: &str) -> Configured {
        let world = World::new();
        let path = world.file("config.toml", text);
        Configured { world, path }
    }

    fn run(&self, words: &[&str]) -> Run {
        self.world.run([&["--config", &self.path], words].concat())
    }

    fn json(&self, words: &[&str]) -> Value {
        let run = self.run(&[words, &["-o", "json"]].concat());
        run.expect(0);
        run.json()
    }

    fn text(&self) -> String {
        std::fs::read_to_string(&self.path).expect("there")
    }

    /// Message and hint of the only problem, with which the command ends as a usage error.
    #[track_caller]
    fn refused(&self, words: &[&str]) -> (String, String) {
        let run = self.run(&[words, &["-o", "json"]].concat());
        run.expect(2);
        let document = run.json();
        let problems = document["problems"].as_array().expect("problems");
        assert_eq!(problems.len(), 1, "{document}");
        let word = |key: &str| problems[0][key].as_str().unwrap_or_default().to_owned();
        (word("message"), word("hint"))
    }
}

#[test]
fn the_list_marks_the_profile_in_use_whoever_named_it() {
    let configured = Configured::new(CONFIG);
    let run = configured.run(&["profile", "list"]);
    assert_eq!(
        run.expect(0).stdout,
        "  *  dev   http://127.0.0.1:1           basic  open\n\
         \x20    prod  https://booster.example.com  none   confirm  production\n"
    );
    let in_use = |document: &Value| -> Vec<String> {
        let profiles = document["profiles"].as_array().expect("profiles").iter();
        let used = profiles.filter(|profile| profile["inUse"] == true);
        used.map(|profile| profile["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(in_use(&configured.json(&["profile", "list"])), ["dev"]);
    assert_eq!(in_use(&configured.json(&["profile", "list", "-p", "prod"])), ["prod"]);
    let mut command =
        configured.world.booster(["profile", "list", "-o", "json", "--config", &configured.path]);
    command.env("BOOSTER_PROFILE", "prod");
    assert_eq!(in_use(&run_json(&mut command)), ["prod"]);
    // Without a configuration there are none, which is no error.
    let nothing = World::new().run(["profile", "list", "-o", "json"]);
    assert_eq!(nothing.expect(0).json()["profiles"], json!([]));
}

#[test]
fn a_secret_in_the_wrong_place_is_never_shown() {
    let configured = Configured::new(
        "[profiles.a]\nbase_url = \"https://ada:hunter2@x.example.com\"\n\
         [profiles.b]\nbase_url = \"https://x.example.com/?token=hunter2\"\n",
    );
    for (words, code) in [
        (&["profile", "list"][..], 0),
        (&["profile", "show", "a"], 2),
        (&["profile", "show", "b"], 2),
        (&["doctor", "-p", "a"], 2),
        (&["config", "check"], 2),
        (&["profile", "use", "a"], 0),
    ] {
        for output in ["text", "json"] {
            let run = configured.run(&[words, &["-vv", "-o", output]].concat());
            let printed = run.expect(code).stdout.clone() + &run.stderr;
            assert!(!printed.contains("hunter2"), "{printed}");
        }
    }
}

fn run_json(command: &mut std::process::Command) -> Value {
    run(command).expect(0).json()
}

#[test]
fn show_names_where_each_value_came_from() {
    let configured = Configured::new(CONFIG);
    let values = |document: &Value| -> Vec<(String, String, Value)> {
        let values = document["values"].as_array().expect("values").iter();
        let word = |value: &Value, key: &str| value[key].as_str().expect("a text").to_owned();
        values.map(|value| (word(value, "key"), word(value, "value"), value["source"].clone())).collect()
    };
    let at = |line: u32, column: u32| json!({ "file": configured.path, "line": line, "column": column });
    let mut command = configured.world.booster(["profile", "show", "--timeout", "5", "-o", "json"]);
    command.env("BOOSTER_CONFIG", &configured.path).env("BOOSTER_USERNAME", "grace");
    let found = values(&run_json(&mut command));
    let expected = [
        ("profile", "dev", at(3, 19)),
        ("base_url", "http://127.0.0.1:1", at(7, 12)),
        ("username", "grace", json!({ "environment": "BOOSTER_USERNAME" })),
        ("timeout", "5", json!({ "flag": "--timeout" })),
        ("guard", "open", json!({ "default": true })),
        ("read", "true", json!({ "default": true })),
        ("read_route", "/customer/v2/{id}", json!({ "default": true })),
        ("verify_within", "5", json!({ "default": true })),
        ("backup", "false", json!({ "default": true })),
        ("backup_days", "30", json!({ "default": true })),
        ("history", "optional", json!({ "default": true })),
        ("lists", "replace", json!({ "default": true })),
        ("time_zone", "none", json!({ "default": true })),
        ("fill", "false", json!({ "default": true })),
        ("may_change", "all fields", json!({ "default": true })),
        ("extra_fields", "none", json!({ "default": true })),
        ("reason", "optional", json!({ "default": true })),
        ("auth.kind", "basic", at(8, 17)),
        ("defaults.countryId", "it", at(12, 13)),
    ];
    let expected: Vec<_> =
        expected.into_iter().map(|(key, value, source)| (key.to_owned(), value.to_owned(), source)).collect();
    assert_eq!(found, expected);

    let mut command = configured.world.booster(["profile", "show", "prod", "--config", &configured.path]);
    command.env("BOOSTER_BASE_URL", "https://other.example.com").env("BOOSTER_PROFILE", "dev");
    let path = &configured.path;
    assert_eq!(
        run(&mut command).expect(0).stdout,
        format!(
            "  base_url       https://other.example.com  BOOSTER_BASE_URL
  auth.kind      none                       default
  timeout        20                         {path}:19:11
  read           true                       default
  read_route     /customer/v2/{{id}}          default
  verify_within  5                          default
  backup_days    30                         default
  history        optional                   default
  lists          replace                    default
  time_zone      none                       default
  fill           false                      default
  may_change     all fields                 default
  extra_fields   none                       default
  reason         optional                   default
  guard          confirm                    {path}:17:9
  environment    production                 {path}:18:15
  backup         true                       {path}:20:10
"
        )
    );
}

#[test]
fn use_changes_one_word_of_the_file() {
    let configured = Configured::new(CONFIG);
    configured.run(&["profile", "use", "prod"]).expect(0);
    assert_eq!(configured.text(), CONFIG.replace("= \"dev\"  #", "= \"prod\"  #"));
    assert_eq!(
        configured.refused(&["profile", "use", "pord"]),
        (format!("{} has no profile pord", configured.path), "did you mean prod?".to_owned())
    );
    let mut command = configured.world.booster(["profile", "use", "prod", "--config", &configured.path]);
    command.env("BOOSTER_PROFILE", "dev");
    assert!(run(&mut command).expect(0).stdout.contains("BOOSTER_PROFILE is set to dev"));
}

#[test]
fn add_writes_a_whole_profile_and_the_first_one_is_the_default() {
    let world = World::new();
    let config = world.path("a/b/config.toml");
    let config = config.to_str().expect("a plain path");
    let add = |words: &[&str]| world.run([&["--config", config, "profile", "add"], words].concat());
    add(&["dev", "--base-url=https://dev.example.com", "--auth=bearer", "--timeout=30"]).expect(0);
    let first = "default_profile = \"dev\"\n\n[profiles.dev]\nbase_url = \"https://dev.example.com\"\n\
                 auth = { kind = \"bearer\" }\ntimeout = 30\n";
    assert_eq!(std::fs::read_to_string(config).expect("written"), first);
    add(&[
        "shop 1",
        "--base-url=https://shop.example.com/api",
        "--auth=api-key",
        "--guard=read-only",
        "--environment=staging",
        "--set=auth.header=X-Key",
        "--set=defaults.countryId=it",
        "--set=defaults.canBeContactedByMaison=false",
    ])
    .expect(0);
    let second = "\n[profiles.\"shop 1\"]\nbase_url = \"https://shop.example.com/api\"\n\
                  auth = { kind = \"api-key\", header = \"X-Key\" }\nguard = \"read-only\"\nenvironment = \"staging\"\n\n\
                  [profiles.\"shop 1\".defaults]\ncountryId = \"it\"\ncanBeContactedByMaison = false\n";
    assert_eq!(std::fs::read_to_string(config).expect("written"), format!("{first}{second}"));
    world.run(["--config", config, "config", "check"]).expect(0);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for (name, expected) in
            [("a", 0o700), ("a/b", 0o700), ("a/b/config.toml", 0o600), ("a/b/.config.toml.lock", 0o600)]
        {
            let found = std::fs::metadata(world.path(name)).expect("there").permissions().mode() & 0o777;
            assert_eq!(found, expected, "{name}: {found:o}");
        }
    }
}

#[test]
fn what_would_not_do_is_not_added() {
    let configured = Configured::new(CONFIG);
    let pem = configured.world.file("empty.pem", "");
    let add = |name: &str, words: &[&str]| {
        let (message, hint) = configured.refused(&[&["profile", "add", name], words].concat());
        format!("{message} / {hint}")
    };
    let good = ["--base-url=https://x.example.com", "--auth=none"];
    for (name, words, expected) in [
        ("dev", &good[..], "profile dev already exists"),
        ("", &good, "is empty"),
        ("a\u{202e}b", &good, "a\\u{202e}b"),
        ("a\nb", &good, "contains an invisible character"),
        ("x", &["--auth=none"], "add --base-url"),
        ("x", &["--base-url=http://x.example.com", "--auth=none"], "is not encrypted"),
        ("x", &["--base-url=https://ada:hunter2@x.example.com", "--auth=none"], "a user or a password"),
        ("x", &["--base-url=https://x.example.com", "--auth=hmac"], "invalid value 'hmac'"),
        ("x", &[&good[..], &["--timeout=0"]].concat(), "at most 3600 seconds / the usual value is 60"),
        ("x", &[&good[..], &["--set=colour=red"]].concat(), "there is no key colour"),
        ("x", &[&good[..], &["--set=time-out=5"]].concat(), "did you mean timeout?"),
        ("x", &[&good[..], &["--set=auth.token=hunter2"]].concat(), "secrets are not allowed"),
        ("x", &[&good[..], &["--set=defaults.countryID=it"]].concat(), "did you mean countryId?"),
        ("x", &[&good[..], &["--set=username"]].concat(), "--set needs a key and a value"),
        ("x", &[&good[..], &["--set=a b=1"]].concat(), "cannot be read"),
        ("x", &[&good[..], &["--set=auth.kind=bearer"]].concat(), "the key auth.kind is given twice"),
        ("x", &[&good[..], &["--set=auth={kind='bearer'}"]].concat(), "the key auth is given twice"),
        ("x", &[&good[..], &["--set=\"base_url\"=https://y.example.com"]].concat(), "is given twice"),
        ("x", &[&good[..], &["--set=read=false", "--set=read=true"]].concat(), "the key read is given twice"),
        ("x", &[&good[..], &["--set=username.x=1"]].concat(), "username: expected text, found a table"),
        ("x", &[&good[..], &["--ca-file=missing.pem"]].concat(), "missing.pem: there is no such file"),
        ("x", &[&good[..], &["--ca-file", &pem]].concat(), "there is no PEM certificate in it"),
        ("x", &[&good[..], &["--client-key", &pem]].concat(), "client_key can only be used with client_cert"),
    ] {
        let said = add(name, words);
        assert!(said.contains(expected), "{words:?}: {said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
    assert_eq!(configured.text(), CONFIG);
    // Nothing stays behind of what was not written.
    let names: Vec<_> = std::fs::read_dir(configured.world.path(".")).expect("a folder").flatten().collect();
    assert_eq!(names.len(), 3, "{names:?}");
}

#[test]
fn everything_that_a_new_profile_lacks_is_named_at_once() {
    let configured = Configured::new(CONFIG);
    for (words, message, hint) in [
        (
            &[][..],
            "a profile needs a name, an address and a type of sign-in",
            "add NAME, --base-url https://… and --auth TYPE",
        ),
        (
            &["x"],
            "a profile needs an address and a type of sign-in",
            "add --base-url https://… and --auth TYPE",
        ),
        (&["--auth=none"], "a profile needs a name and an address", "add NAME and --base-url https://…"),
        (&["x", "--base-url=https://x.example"], "a profile needs a type of sign-in", "add --auth TYPE"),
    ] {
        let found = configured.refused(&[&["profile", "add"], words].concat());
        assert_eq!((found.0.as_str(), found.1.as_str()), (message, hint), "{words:?}");
    }
    let words =
        ["profile", "add", "x", "--auth=oauth2-client", "--timeout=0", "--set=reed=false", "-o", "json"];
    let run = configured.run(&words);
    let messages: Vec<String> = run.expect(2).json()["problems"]
        .as_array()
        .expect("problems")
        .iter()
        .map(|problem| problem["message"].as_str().expect("a message").to_owned())
        .collect();
    for part in
        ["needs an address", "needs the key token_url", "needs the key client_id", "there is no key reed"]
    {
        assert!(messages.iter().any(|message| message.contains(part)), "{part}: {messages:?}");
    }
    assert_eq!(configured.text(), CONFIG);
}

#[test]
fn a_new_profile_can_say_by_flags_what_every_patch_does() {
    let configured = Configured::new(CONFIG);
    let words = [
        "profile",
        "add",
        "x",
        "--base-url=https://x.example.com",
        "--auth=none",
        "--guard=confirm",
        "--backup",
        "--fill",
    ];
    configured.run(&words).expect(0);
    let keys = "auth = { kind = \"none\" }\nguard = \"confirm\"\nbackup = true\nfill = true\n";
    assert!(configured.text().contains(keys), "{}", configured.text());
    configured.run(&["config", "check"]).expect(0);
}

#[test]
fn a_file_named_on_the_command_line_is_found_from_anywhere_afterwards() {
    let configured = Configured::new(CONFIG);
    let key = rcgen::KeyPair::generate().expect("a key");
    let certificate = rcgen::CertificateParams::default().self_signed(&key).expect("a certificate");
    std::fs::create_dir(configured.world.path("certs")).expect("a folder");
    configured.world.file("certs/ca.pem", certificate.pem());
    let words =
        ["profile", "add", "x", "--base-url=https://x.example.com", "--auth=none", "--ca-file=certs/ca.pem"];
    configured.run(&words).expect(0);
    let root = dunce::canonicalize(configured.world.path("certs/ca.pem")).expect("there");
    assert!(
        configured
            .text()
            .contains(&format!("ca_file = {}", toml_edit::Value::from(root.to_str().expect("a plain path"))))
    );
    // In the file a path begins where the file is.
    let text = format!("{CONFIG}ca_file = \"certs/ca.pem\"\n");
    let other = Configured { path: configured.world.file("config.toml", text), world: configured.world };
    let mut command = other.world.booster(["profile", "show", "prod", "--config", &other.path]);
    run(command.current_dir("/")).expect(0);
    other.world.file("config.toml", format!("{CONFIG}ca_file = \"~/ca.pem\"\n"));
    assert!(other.refused(&["profile", "show", "prod"]).1.contains("write the whole path"));
}

#[test]
fn remove_takes_a_profile_and_its_comment_but_not_the_default_unless_told() {
    let configured = Configured::new(CONFIG);
    let (message, hint) = configured.refused(&["profile", "remove", "dev"]);
    assert!(message.contains("is the default profile") && hint.contains("--force"), "{message} {hint}");
    assert_eq!(configured.text(), CONFIG);
    let run = configured.run(&["profile", "remove", "prod"]);
    assert_eq!(run.expect(0).stdout, format!("Removed profile prod from {}.\n", configured.path));
    assert_eq!(configured.text(), CONFIG.split("\n# The real one.").next().expect("the rest"));
    configured.run(&["profile", "remove", "dev", "--force"]).expect(0);
    assert_eq!(configured.text(), "# Ours.\n");
    assert!(configured.refused(&["profile", "remove", "dev"]).1.contains("booster profile add"));
}

#[test]
fn what_is_not_there_is_neither_changed_nor_made() {
    let world = World::new();
    for words in [["profile", "use", "dev"], ["profile", "remove", "dev"]] {
        let run = world.run(words);
        assert!(run.expect(2).stderr.contains("booster profile add"), "{}", run.stderr);
    }
    assert_eq!(std::fs::read_dir(world.path(".")).expect("a folder").count(), 0);
}

#[test]
fn two_writers_at_once_lose_nothing() {
    let configured = Configured::new(CONFIG);
    let names: Vec<String> = (0..12).map(|i| format!("p{i}")).collect();
    let children: Vec<_> = names
        .iter()
        .map(|name| {
            let words = ["profile", "add", name, "--base-url=https://x.example.com", "--auth=none"];
            let mut command =
                configured.world.booster([&["--config", &configured.path], &words[..]].concat());
            command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
            command.spawn().expect("the binary starts")
        })
        .collect();
    for mut child in children {
        assert!(child.wait().expect("an end").success());
    }
    let text = configured.text();
    assert!(text.starts_with(CONFIG), "{text}");
    for name in &names {
        assert_eq!(text.matches(&format!("[profiles.{name}]\n")).count(), 1, "{text}");
    }
}

#[test]
#[cfg(unix)]
fn a_link_stays_a_link_and_its_target_is_written() {
    use std::os::unix::fs::PermissionsExt;
    let configured = Configured::new("");
    let real = configured.world.path("real/config.toml");
    std::fs::create_dir(configured.world.path("real")).expect("a folder");
    std::fs::write(&real, CONFIG).expect("written");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).expect("set");
    std::fs::remove_file(&configured.path).expect("gone");
    std::os::unix::fs::symlink("real/config.toml", &configured.path).expect("a link");
    configured.run(&["profile", "use", "prod"]).expect(0);
    assert!(std::fs::symlink_metadata(&configured.path).expect("there").is_symlink());
    assert!(std::fs::read_to_string(&real).expect("there").contains("default_profile = \"prod\""));
    assert_eq!(std::fs::metadata(&real).expect("there").permissions().mode() & 0o777, 0o640);
    // A link to where nothing is yet leads to a new file there.
    std::fs::remove_file(&real).expect("gone");
    configured.run(&["profile", "add", "x", "--base-url=https://x.example.com", "--auth=none"]).expect(0);
    assert!(std::fs::symlink_metadata(&configured.path).expect("there").is_symlink());
    assert_eq!(std::fs::metadata(&real).expect("there").permissions().mode() & 0o777, 0o600);
}

#[test]
#[cfg(unix)]
fn a_configuration_that_cannot_be_written_stays_as_it_was() {
    let configured = Configured::new(CONFIG);
    let refused = |path: &str| {
        let words =
            ["--config", path, "profile", "add", "x", "--base-url=https://x.example.com", "--auth=none"];
        let run = configured.world.run([&words[..], &["-o", "json"]].concat());
        run.expect(2);
        run.json()["problems"][0]["message"].as_str().expect("a message").to_owned()
    };
    let beneath = format!("{}/config.toml", configured.path);
    assert_eq!(refused(&beneath), format!("cannot write {beneath}: part of its path is a file"));
    let folder = configured.world.path(".");
    let folder = folder.to_str().expect("a plain path");
    assert!(refused(folder).contains("it is a folder"), "{}", refused(folder));
    if cfg!(target_os = "linux") {
        // Not even root can make a file there.
        let nowhere = refused("/proc/config.toml");
        assert!(nowhere.starts_with("cannot write /proc/config.toml: "), "{nowhere}");
    }
    assert_eq!(configured.text(), CONFIG);
}

/// A limit on the size of files cuts the writing off in the middle, as a full disk does.
#[test]
#[cfg(unix)]
fn a_full_disk_leaves_the_old_file_whole() {
    let configured = Configured::new(&format!("{CONFIG}# {}\n", "x".repeat(2000)));
    let booster = configured.world.booster(["profile", "use", "prod", "--config", &configured.path]);
    let mut shell = std::process::Command::new("sh");
    shell.arg("-c").arg("trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"");
    shell.arg(booster.get_program()).args(booster.get_args()).env_clear();
    let old = configured.text();
    let run = run(&mut shell);
    assert!(run.expect(1).stderr.contains("the disk is full"), "{}", run.stderr);
    assert!(run.stderr.contains("free some space and try again"), "{}", run.stderr);
    assert_eq!(configured.text(), old);
    let left: Vec<_> = std::fs::read_dir(configured.world.path(".")).expect("a folder").flatten().collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn what_is_wrong_in_the_file_is_told_with_its_place() {
    let configured = Configured::new(CONFIG);
    for (text, line, column, message, hint) in [
        ("[profiles.a]\n\n[profiles.a]\n", 3, 11, "a is written twice", "remove or rename"),
        ("[profiles.a]\nbase_ulr = 1\n", 2, 1, "there is no key base_ulr", "did you mean base_url?"),
        ("[profiles.a]\nguard = true\n", 2, 9, "guard: expected text, found true or false", "in quotes"),
        (
            "[profiles.a]\nsystem_roots = \"yes\"\n",
            2,
            16,
            "expected true or false, found text",
            "without quotes",
        ),
        (
            "[profiles.a]\nenvironment = \"prod\"\n",
            2,
            15,
            "environment: expected production, staging, test or development",
            "did you mean production?",
        ),
        ("profiles = 1\n", 1, 12, "profiles: expected a table, found a number", "[profiles.dev]"),
        ("[profiles.a\n", 1, 12, "unclosed", ""),
    ] {
        configured.world.file("config.toml", text);
        for words in [&["profile", "list"][..], &["profile", "use", "a"], &["config", "check"]] {
            let run = configured.run(&[words, &["-o", "json"]].concat());
            run.expect(2);
            let problem = &run.json()["problems"][0];
            let word = |key: &str| problem[key].as_str().unwrap_or_default().to_owned();
            assert!(word("message").contains(message), "{text}: {problem}");
            assert!(word("hint").contains(hint), "{text}: {problem}");
            assert_eq!(
                (&problem["source"]["line"], &problem["source"]["column"]),
                (&json!(line), &json!(column)),
                "{text}: {problem}"
            );
        }
        assert_eq!(configured.text(), text);
    }
    configured.world.file("config.toml", CONFIG);
    for words in [&["-p", "deev"][..], &["-p", "DEV"]] {
        let hint = configured.refused(&[words, &["profile", "show"]].concat()).1;
        assert_eq!(hint, "did you mean dev?");
    }
    assert_eq!(configured.refused(&["-p", "other", "profile", "show"]).1, "it has dev, prod");
}

#[test]
fn the_example_shows_every_key_and_is_read_without_complaint() {
    let example = std::fs::read_to_string(root().join("config.example.toml")).expect("there");
    let configured = Configured::new(&example);
    configured.run(&["config", "check"]).expect(0);
    // The profiles that are commented out must be right as well, but for the files that they name.
    let key = rcgen::KeyPair::generate().expect("a key");
    let certificate = rcgen::CertificateParams::default().self_signed(&key).expect("a certificate");
    let pem = configured.world.file("both.pem", certificate.pem() + &key.serialize_pem());
    let whole: String = example
        .lines()
        .map(|line| {
            let is_code = line.starts_with("# [") || line.starts_with("# ") && line.contains(" = ");
            let line = if is_code { &line[2..] } else { line };
            let names_a_file =
                ["ca_file", "client_cert", "client_key"].iter().any(|key| line.starts_with(key));
            match line.split_once(" = ").filter(|_| names_a_file) {
                Some((key, _)) => format!("{key} = {pem:?}\n"),
                None => format!("{line}\n"),
            }
        })
        .collect();
    configured.world.file("config.toml", &whole);
    configured.run(&["config", "check"]).expect(0);
    for key in [
        "guard",
        "environment",
        "ca_file",
        "system_roots",
        "client_cert",
        "client_key",
        "username",
        "secret_command",
        "store",
        "whoami",
        "read",
        "read_route",
        "verify_within",
        "backup",
        "backup_days",
        "lists",
        "time_zone",
        "history",
        "fill",
        "may_change",
        "extra_fields",
        "reason",
    ] {
        assert!(whole.lines().any(|line| line.starts_with(&format!("{key} = "))), "{key}");
    }
}
