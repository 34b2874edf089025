//! The kinds of sign-in: what each sends, and which profiles of them are refused.

use super::credential;
use crate::common::sandbox::{API_KEY, CLIENT_SECRET, PASSWORD, Sandbox, configure, login, patch, profile};
use crate::common::{Answer, Service, World, run};

#[test]
fn every_kind_signs_in_and_its_patch_arrives() {
    let world = World::new();
    let sandbox = Sandbox::demanding(&world, &["--api-key-header", "X-Key"]);
    let oauth =
        format!("kind = 'oauth2-client', token_url = '{}/oauth2/token', client_id = 'booster'", sandbox.url);
    for (auth, flag, secret) in [
        ("kind = 'bearer'", "--with-token", API_KEY),
        ("kind = 'basic'", "--with-password", PASSWORD),
        ("kind = 'api-key', header = 'X-Key'", "--with-token", API_KEY),
        ("kind = 'api-key', as = 'bearer'", "--with-token", API_KEY),
        ("kind = 'api-key', as = 'basic'", "--with-token", API_KEY),
        ("kind = 'credentials'", "--with-password", PASSWORD),
        (&oauth, "--with-password", CLIENT_SECRET),
    ] {
        let world = World::new();
        let user =
            if auth.contains("basic'") || auth.contains("credentials") { "username = 'ada'" } else { "" };
        let config = configure(&world, &sandbox.url, &format!("{user}\nauth = {{ {auth} }}"));
        world.run(patch(&config, &["-o", "json"])).expect(4);
        let signed_in = login(&world, &config, flag, secret);
        let document = signed_in.expect(0).json();
        assert_eq!(document["auth"]["user"], "ada", "{auth}");
        assert_eq!(document["auth"]["tried"], true, "{auth}");
        assert_eq!(document["auth"]["store"], world.path("credentials.toml").to_str().expect("a path"));
        assert_eq!(signed_in.stderr, "");
        world.run(patch(&config, &[])).expect(0);
        let status = world.run(["auth", "status", "--config", &config, "-o", "json"]);
        let status = status.expect(0).json();
        assert_eq!(
            (&status["auth"]["set"], &status["auth"]["tried"], &status["auth"]["user"]),
            (&true.into(), &false.into(), &"ada".into()),
            "{auth}"
        );
        let checked = world.run(["auth", "status", "--check", "--config", &config, "-o", "json"]);
        let checked = checked.expect(0).json();
        assert_eq!(
            (&checked["auth"]["accepted"], &checked["auth"]["acceptedAs"]),
            (&true.into(), &"ada".into())
        );
        assert!(status["auth"]["lastUsed"].is_string(), "{auth}: {status}");
        world.run(["auth", "logout", "--config", &config]).expect(0);
        world.run(["auth", "status", "--config", &config]).expect(4);
        world.run(patch(&config, &[])).expect(4);
    }
}

#[test]
fn each_kind_goes_out_in_its_own_header() {
    let password = ("BOOSTER_PASSWORD", "p\u{e4}ss");
    let token = ("BOOSTER_TOKEN", "tok");
    for (auth, secret, header) in [
        ("kind = 'none'", token, None),
        ("kind = 'bearer'", token, Some("Authorization: Bearer tok")),
        ("kind = 'basic'", password, Some("Authorization: Basic YWRhOnDDpHNz")),
        ("kind = 'api-key'", token, Some("X-Api-Key: tok")),
        ("kind = 'api-key', as = 'bearer'", token, Some("Authorization: Bearer tok")),
        ("kind = 'api-key', as = 'basic'", token, Some("Authorization: Basic dG9rOg==")),
    ] {
        let world = World::new();
        let service = Service::start([Answer::json(200, "{}")]);
        let config = configure(&world, &service.url, &format!("username = 'ada'\nauth = {{ {auth} }}"));
        run(world.booster(patch(&config, &[])).env(secret.0, secret.1)).expect(0);
        assert_eq!(credential(&service.only()).as_deref(), header, "{auth}");
    }
}

#[test]
fn a_token_that_cannot_be_good_is_explained() {
    let world = World::new();
    let sandbox = Sandbox::demanding(&world, &[]);
    let config = profile(&world, &sandbox.url, "kind = 'bearer'");
    // {"exp":1000000000}
    let expired = "e30.eyJleHAiOjEwMDAwMDAwMDB9.c2ln";
    for (token, said) in [
        (expired, "the token says that it expired on 2001-09-09T01:46:40Z"),
        ("a.b!.c", "Illegal base64url string!"),
        ("unknown", "check BOOSTER_TOKEN"),
        ("t\u{f6}ken", "contains a space or a character that is not ASCII"),
    ] {
        let patched = run(world.booster(patch(&config, &[])).env("BOOSTER_TOKEN", token));
        patched.expect(4);
        assert!(patched.stderr.contains(said), "{token}: {}", patched.stderr);
        assert!(!patched.stderr.contains(token.trim()), "{}", patched.stderr);
    }
    let status = run(world.booster(["auth", "status", "--config", &config]).env("BOOSTER_TOKEN", expired));
    status.expect(4);
    assert!(status.stderr.contains("2001-09-09T01:46:40Z"), "{}", status.stderr);
    let empty = run(world.booster(patch(&config, &[])).env("BOOSTER_TOKEN", ""));
    empty.expect(4);
    assert!(empty.stderr.contains("booster auth login -p dev"), "{}", empty.stderr);
}

#[test]
fn an_auth_that_cannot_be_is_refused_where_it_stands() {
    let world = World::new();
    for (auth, said) in [
        ("kind = 'bearer', header = 'X'", "this type of sign-in has no key header"),
        ("kind = 'hunter2'", "write none, bearer, basic, api-key, credentials, oauth2-client"),
        ("header = 'X'", "auth needs the key kind"),
        ("kind = 'api-key', as = 'hunter2'", "write header, bearer, basic"),
        ("kind = 'api-key', as = 'basic', header = 'X'", "header can only be used with"),
        ("kind = 'api-key', header = 'a b'", "not a valid header name"),
        ("kind = 'api-key', haeder = 'X'", "did you mean header?"),
        ("kind = 'api-key', header = 'content-type'", "set by booster itself"),
        ("kind = 'api-key', header = 'Transfer-Encoding'", "set by booster itself"),
        ("kind = 'oauth2-client', client_id = 'x'", "auth needs the key token_url"),
        (
            "kind = 'oauth2-client', token_url = 'http://example.com', client_id = 'x'",
            "token_url is not encrypted",
        ),
        ("kind = 'oauth2-client', token_url = 'https://example.com'", "auth needs the key client_id"),
        ("kind = 'bearer', token = 'hunter2'", "secrets are not allowed in the configuration"),
        ("kind = 5", "auth.kind: expected text, found a number"),
    ] {
        let config = profile(&world, "https://example.com", auth);
        let run = world.run(["config", "check", "--config", &config, "-o", "json"]);
        let document = run.expect(2).json();
        assert!(document["problems"].to_string().contains(said), "{auth}: {document}");
        assert_eq!(document["problems"][0]["source"]["line"], 4, "{auth}");
        assert!(!run.stdout.contains("hunter2"), "{auth}");
    }
}

/// A server would take what is before the colon for the name, and the rest for a part of the password.
#[test]
fn a_user_name_with_a_colon_is_refused_where_it_is_written() {
    let world = World::new();
    let sent = |config: &str, variables: &[(&str, &str)], words: &[&str]| {
        let mut command = world.booster([words, &["--config", config, "-o", "json"]].concat());
        let problem = run(command.envs(variables.iter().copied())).expect(2).json()["problems"][0].clone();
        assert!(
            problem["message"].as_str().expect("a message").contains("cannot contain a colon"),
            "{problem}"
        );
        problem["source"].clone()
    };
    let colon = [("BOOSTER_USERNAME", "a:b"), ("BOOSTER_PASSWORD", "pw")];
    let patch = crate::common::patch(&["-p", "dev"]);
    let config = configure(&world, "https://example.com", "username = 'a:b'\nauth = { kind = 'basic' }");
    assert_eq!(sent(&config, &[], &patch)["column"], 12);
    let config = configure(&world, "https://example.com", "auth = { kind = 'basic' }");
    assert_eq!(sent(&config, &colon, &patch)["environment"], "BOOSTER_USERNAME");
    let login = ["auth", "login", "-p", "dev", "--username=a:b", "--with-password"];
    assert_eq!(sent(&config, &[], &login)["flag"], "--username");
    let empty = world.file("empty.toml", "");
    let patch = crate::common::patch(&["--base-url=https://example.com"]);
    assert_eq!(sent(&empty, &colon, &patch)["environment"], "BOOSTER_USERNAME");
}
