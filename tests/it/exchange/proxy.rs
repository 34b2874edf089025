//! The system's proxy stands between this machine and the service, and never between this machine and itself.

use crate::common::{Answer, Service, World, patch, run};

#[test]
fn no_proxy_is_asked_for_this_machine() {
    let world = World::new();
    let proxy = Service::start([Answer::json(200, "{}")]);
    let service = Service::start([Answer::json(200, "{}")]);
    for name in ["127.0.0.1", "localhost"] {
        let url = service.url.replace("127.0.0.1", name);
        let mut command = world.booster(patch(&["--base-url", &url]));
        for variable in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            command.env(variable, &proxy.url);
        }
        run(&mut command).expect(0);
    }
    assert_eq!(service.received().len(), 2);
    assert!(proxy.received().is_empty());
}

#[test]
fn the_systems_proxy_is_asked_for_everybody_else() {
    let world = World::new();
    // The proxy lets nobody through, and it is not the service that says so.
    let refuses = |status| Answer::with_headers(status, "", "");
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let proxy = Service::start([refuses(502)]);
        let url = "https://booster.example.com/api";
        let mut command = world.booster(patch(&["--base-url", url, "-o", "json"]));
        let run = run(command
            .env(variable, proxy.url.replace("://", "://ada:t0ps3cret@"))
            .env("BOOSTER_TOKEN", "t0ken"));
        assert_eq!(run.expect(7).json()["outcome"], "unreachable");
        assert!(!format!("{}{}", run.stdout, run.stderr).contains("t0ps3cret"), "{}", run.stdout);
        let received = proxy.received();
        assert_eq!(received.len(), 4, "nothing was applied, so it is tried again");
        for request in received {
            assert!(
                request.head.starts_with("CONNECT booster.example.com:443 HTTP/1.1\r\n"),
                "{}",
                request.head
            );
            assert!(
                !request.head.contains("t0ken"),
                "the proxy sees no credential of ours: {}",
                request.head
            );
        }
    }
}
