//! Which credential a profile sends, and what is wrong with each.

use super::{config, run_with, service};
use crate::common::{Answer, Service, World, patch};

/// The headers, of those that could carry a credential, that the service got.
fn credentials(service: &Service) -> Vec<String> {
    let received = service.received().pop().expect("a request");
    let is_known = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        !["host", "accept", "content-type", "content-length", "user-agent", "x-request-id"]
            .contains(&name.as_str())
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
    assert!(run.expect(4).stderr.contains("profile dev does not sign in"), "{}", run.stderr);
    assert!(!run.stderr.contains("BOOSTER_TOKEN"), "{}", run.stderr);
    let run = run_with(&World::new(), &[], &patch(&["--base-url", &service.url]));
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
        ("auth.kind = \"bearer\"", &[("BOOSTER_TOKEN", "s3cret\n\n")], "BOOSTER_TOKEN"),
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
