//! Sessions: how one is renewed, and how often a request is replayed.

use std::time::Duration;

use super::{credential, request_lines, token};
use crate::common::sandbox::{CLIENT_SECRET, PASSWORD, Sandbox, configure, login, patch, profile};
use crate::common::{Answer, Service, World, run};

#[test]
fn a_token_that_is_over_is_renewed_on_every_sort_of_host() {
    let world = World::new();
    let hosts = ["default", "token-cookie"];
    let rows: Vec<_> = hosts
        .iter()
        .map(|host| {
            let world = World::new();
            let sandbox = Sandbox::demanding(&world, &["--token-life=2", "--host", host]);
            let config = configure(&world, &sandbox.url, "username = 'ada'\nauth = { kind = 'credentials' }");
            login(&world, &config, "--with-password", PASSWORD).expect(0);
            (host, world, sandbox, config)
        })
        .collect();
    let oauth = Sandbox::demanding(&world, &["--token-life=2"]);
    let auth =
        format!("kind = 'oauth2-client', token_url = '{}/oauth2/token', client_id = 'booster'", oauth.url);
    let oauth_config = profile(&world, &oauth.url, &auth);
    login(&world, &oauth_config, "--with-password", CLIENT_SECRET).expect(0);
    // The sandbox counts in whole seconds: the renewed one is good for one at least, on a busy machine too.
    std::thread::sleep(Duration::from_millis(3100));
    for (host, world, _sandbox, config) in &rows {
        let run = world.run(patch(config, &["-o", "json"]));
        assert_eq!(run.expect(0).json()["response"]["attempts"], 1, "{host}: renewed beforehand");
        let store = std::fs::read_to_string(world.path("credentials.toml")).expect("a store");
        assert!(!store.contains(PASSWORD), "a session is kept, and no password");
    }
    world.run(patch(&oauth_config, &[])).expect(0);
}

#[test]
fn a_session_that_nothing_renews_says_so() {
    let world = World::new();
    let sandbox = Sandbox::demanding(&world, &["--token-life=1", "--host=session"]);
    let config = configure(&world, &sandbox.url, "username = 'ada'\nauth = { kind = 'credentials' }");
    login(&world, &config, "--with-password", PASSWORD).expect(0);
    world.run(patch(&config, &[])).expect(0);
    std::thread::sleep(Duration::from_millis(1100));
    let ended = world.run(patch(&config, &["-o", "json"]));
    let document = ended.expect(4).json();
    assert_eq!(document["outcome"], "unauthenticated");
    let problems = document["problems"].to_string();
    assert!(problems.contains("booster auth login -p dev"), "{problems}");
    // With the password at hand it signs in anew.
    run(world.booster(patch(&config, &[])).env("BOOSTER_PASSWORD", PASSWORD)).expect(0);
}

#[test]
fn a_request_that_is_turned_away_is_made_once_more_and_never_again() {
    let kept = || {
        let world = World::new();
        let service = Service::start([token("one"), Answer::json(200, "{\"userName\":\"ada\"}")]);
        let config = configure(&world, &service.url, "username = 'ada'\nauth = { kind = 'credentials' }");
        (world, service, config)
    };
    // With the password in the environment: sign-in, patch, renewal, patch.
    for (last, code) in [(200, 0), (401, 4)] {
        let world = World::new();
        let answers = [
            token("one"),
            Answer::json(401, ""),
            Answer::json(200, "{\"accessToken\":\"two\"}"),
            Answer::json(last, ""),
        ];
        let service = Service::start(answers);
        let config = configure(&world, &service.url, "username = 'ada'\nauth = { kind = 'credentials' }");
        let run = run(world.booster(patch(&config, &["-o", "json"])).env("BOOSTER_PASSWORD", PASSWORD));
        assert_eq!(run.expect(code).json()["response"]["attempts"], 2);
        assert_eq!(
            request_lines(&service),
            ["POST /auth/credentials", "PATCH /customer/1", "POST /access-token", "PATCH /customer/1"]
        );
        let received = service.received();
        assert_eq!(credential(&received[1]).as_deref(), Some("Authorization: Bearer one"));
        assert_eq!(received[2].body, "{\"refreshToken\":\"refresh-one\"}");
        assert_eq!(credential(&received[3]).as_deref(), Some("Authorization: Bearer two"));
        assert!(!world.path("credentials.toml").exists(), "what the environment gives is kept nowhere");
    }
    // A renewal that fails, with nothing else to sign in with.
    let (world, service, config) = kept();
    login(&world, &config, "--with-password", PASSWORD).expect(0);
    let refusing = Service::start([Answer::json(401, ""), Answer::json(400, "")]);
    let store = world.path("credentials.toml");
    let moved = std::fs::read_to_string(&store).expect("a store").replace(&service.url, &refusing.url);
    std::fs::write(&store, moved).expect("written in place");
    let config = configure(&world, &refusing.url, "username = 'ada'\nauth = { kind = 'credentials' }");
    let run = world.run(patch(&config, &["-o", "json"]));
    let document = run.expect(4).json();
    assert_eq!(request_lines(&refusing), ["PATCH /customer/1", "POST /access-token"]);
    assert!(document["problems"].to_string().contains("cannot be renewed"), "{document}");
}
