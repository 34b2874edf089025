//! Where a patch goes: the configuration, the profile, the address and the time limit, each by flag, environment or file.

use super::{config, run_with, service, usual_place};
use crate::common::{Answer, Service, World, patch};
use serde_json::json;

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
    refused(&format!("{} is a link to a file that does not exist", place.display()));
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
    refused(&format!("{} is a link to a file that does not exist", folder.display()));
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
        ("https://u:s3cr3t@h", "the base URL contains a user or a password", ""),
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

/// The reader of URLs drops line breaks and tabs, and turns other characters into those of another host.
#[test]
fn an_address_goes_to_the_host_that_is_written_or_nowhere() {
    let world = World::new();
    for (url, message) in [
        ("https://host.example\n.evil.example", "the base URL contains a line break"),
        ("https://host.example\r\n.evil.example", "the base URL contains a line break"),
        ("https://host.example\n\n", "the base URL contains a line break"),
        ("\nhttps://host.example", "the base URL contains a line break"),
        ("https://host.example\t.evil.example", "the base URL contains a tab"),
        ("https://host.example/\u{1b}api", "the base URL contains the control character U+001B"),
        ("https://host.example ", "the base URL contains a space"),
        (" https://host.example", "the base URL contains a space"),
        ("https://host.example/a b", "the base URL contains a space"),
        ("https://host.example\u{a0}", "the base URL contains a space"),
        ("https://host.example\\@evil.example", "the base URL contains a backslash"),
        ("https:\\\\host.example", "the base URL contains a backslash"),
        ("https://\u{ff48}ost.example", "the base URL has a host name in unusual characters"),
        ("https://host\u{3002}example", "the base URL has a host name in unusual characters"),
        ("https://ho\u{ad}st.example", "the base URL has a host name in unusual characters"),
        ("https://h\u{200b}ost.example", "the base URL has a host name in unusual characters"),
        ("https://b\u{fc}cher.example", "the base URL has a host name in unusual characters"),
        ("https://h%6fst.example", "the base URL has a host name in unusual characters"),
        ("http://0x7f.1", "the base URL has a host name in unusual characters"),
        ("http://2130706433", "the base URL has a host name in unusual characters"),
        ("http://127.1", "the base URL has a host name in unusual characters"),
        ("https:host.example", "the base URL does not begin with https://"),
        ("https:/host.example", "the base URL does not begin with https://"),
        ("https:///host.example", "the base URL has no host"),
        ("https://host.example/api/../admin", "the base URL contains the path segment .."),
        ("https://host.example/%2e%2E/admin", "the base URL contains the path segment %2e%2E"),
    ] {
        let toml = serde_json::Value::from(url).to_string().replace('\u{7f}', "");
        let path = world.file("config.toml", format!("[profiles.dev]\nbase_url = {toml}\n"));
        for (environment, words) in [
            (&[][..], patch(&["--base-url", url, "-o", "json"])),
            (&[("BOOSTER_BASE_URL", url)], patch(&["-o", "json"])),
            (&[], patch(&["--config", &path, "-p", "dev", "-o", "json"])),
            (&[], vec!["config", "check", "--config", &path, "-o", "json"]),
        ] {
            let problem = &run_with(&world, environment, &words).expect(2).json()["problems"][0];
            assert_eq!(problem["message"], message, "{url:?} {words:?}");
            assert!(problem["hint"].is_string(), "{url:?}");
        }
    }
    for url in ["https://host.example\n", "https://host.example\r\n", "https://HOST.example:443/"] {
        let document = world.run(patch(&["--base-url", url, "--dry-run", "-o", "json"])).expect(0).json();
        assert_eq!(document["request"]["url"], "https://host.example/customer/123", "{url:?}");
    }
}

#[test]
fn the_other_addresses_of_a_profile_are_read_as_strictly() {
    let world = World::new();
    for (lines, message) in [
        (
            "auth = { kind = \"oauth2-client\", client_id = \"x\", token_url = \"https://login.example\\n.evil.example/t\" }",
            "token_url contains a line break",
        ),
        (
            "auth = { kind = \"oauth2-client\", client_id = \"x\", token_url = \"https://l\u{ff4f}gin.example/t\" }",
            "token_url has a host name in unusual characters",
        ),
        ("whoami = \"/me\\n/x\"", "whoami must be a path without a query"),
        ("whoami = \"/me?x=1\"", "whoami must be a path without a query"),
    ] {
        let text = format!("[profiles.dev]\nbase_url = \"https://a.example\"\n{lines}\n");
        let path = world.file("config.toml", text);
        for words in [
            patch(&["--config", &path, "-p", "dev", "-o", "json", "--dry-run"]),
            vec!["config", "check", "--config", &path, "-o", "json"],
        ] {
            let problem = &world.run(&words).expect(2).json()["problems"][0];
            assert_eq!(problem["message"], message, "{lines}");
            assert_eq!(problem["source"]["line"], 3);
        }
    }
}
