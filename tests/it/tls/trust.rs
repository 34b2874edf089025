//! Whom booster trusts, and what it says of a certificate that will not do, in a patch and in `doctor`.

use rcgen::{BasicConstraints, ExtendedKeyUsagePurpose, IsCa};

use super::authority::{Authority, BOTH, Identity, self_signed};
use super::service::{Tls, refused, send};
use crate::common::{World, patch, run};

#[test]
fn the_authority_in_the_profile_is_trusted_and_no_other() {
    let world = World::new();
    let authority = Authority::new("Ada's CA");
    let service = Tls::start(&authority.issue("127.0.0.1", |_| ()));
    world.file("ca.pem", &authority.pem);
    let other = Authority::new("Another CA");
    world.file("other.pem", &other.pem);
    world.file("both.pem", format!("{}{}", other.pem, authority.pem));
    for keys in
        ["ca_file = \"ca.pem\"", "ca_file = \"both.pem\"", "ca_file = \"ca.pem\"\nsystem_roots = true"]
    {
        send(&world, &service.url("127.0.0.1"), keys).expect(0);
    }
    let (message, hint) = refused(&world, &service.url("127.0.0.1"), "ca_file = \"other.pem\"");
    assert!(message.contains("was issued by CN=Ada's CA, which is not trusted on this machine"), "{message}");
    assert!(hint.contains("ca_file"), "{hint}");
    assert_eq!(service.count(), 3);
}

#[test]
#[cfg(target_os = "linux")]
fn the_systems_authorities_are_trusted_unless_the_profile_has_its_own() {
    let world = World::new();
    let (ours, systems) = (Authority::new("Ours"), Authority::new("The system's"));
    let service = Tls::start(&systems.issue("127.0.0.1", |_| ()));
    let systems = world.file("systems.pem", &systems.pem);
    world.file("ours.pem", &ours.pem);
    for (keys, code) in [
        ("", 0),
        ("ca_file = \"ours.pem\"", 7),
        ("ca_file = \"ours.pem\"\nsystem_roots = true", 0),
        ("system_roots = false", 2),
    ] {
        let url = service.url("127.0.0.1");
        let config = world.file("config.toml", format!("[profiles.tls]\nbase_url = \"{url}\"\n{keys}"));
        let mut command = world.booster(patch(&["--config", &config, "-p", "tls"]));
        run(command.env("SSL_CERT_FILE", &systems)).expect(code);
    }
}

#[test]
fn what_is_wrong_with_a_certificate_is_said() {
    let world = World::new();
    let authority = Authority::new("Ada's CA");
    world.file("ca.pem", &authority.pem);
    let on = |identity: &Identity| {
        let service = Tls::start(identity);
        let said = refused(&world, &service.url("127.0.0.1"), "ca_file = \"ca.pem\"");
        assert_eq!(service.count(), 0);
        said
    };
    let host = "127.0.0.1";
    for (identity, what, todo) in [
        (self_signed(host, |_| ()), "the host's certificate is self-signed", "set ca_file"),
        (
            authority.issue(host, |params| params.not_after = rcgen::date_time_ymd(2024, 2, 3)),
            "the host's certificate expired at 2024-02-03T00:00:00Z",
            "needs a new certificate",
        ),
        (
            authority.issue(host, |params| params.not_before = rcgen::date_time_ymd(2999, 1, 1)),
            "the host's certificate is valid only from 2999-01-01T00:00:00Z",
            "clock",
        ),
        (
            authority.issue("other.example", |_| ()),
            "the host's certificate is for other.example, not for 127.0.0.1",
            "base_url",
        ),
        (
            Authority::new("Eve").issue(host, |_| ()),
            "the host's certificate was issued by CN=Eve, which is not trusted on this machine",
            "ca_file",
        ),
        (
            authority.issue(host, |params| {
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            }),
            "the host's certificate is not valid for a host",
            "",
        ),
        (
            self_signed(host, |params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained)),
            "is marked as a certificate authority",
            "CA:FALSE",
        ),
    ] {
        let (message, hint) = on(&identity);
        assert!(message.starts_with("not reached: ") && message.contains(what), "{message}");
        assert!(message.ends_with("nothing was applied"), "{message}");
        assert!(hint.contains(todo), "{message}: {hint}");
    }
}

#[test]
fn a_self_signed_certificate_is_trusted_when_the_profile_names_it() {
    let world = World::new();
    let identity = self_signed("127.0.0.1", |_| ());
    world.file("own.pem", &identity.pem);
    let service = Tls::start(&identity);
    send(&world, &service.url("127.0.0.1"), "ca_file = \"own.pem\"").expect(0);
}

#[test]
fn doctor_shows_the_handshake_and_what_is_wrong_with_it() {
    let world = World::new();
    let authority = Authority::new("Ada's CA");
    world.file("ca.pem", &authority.pem);
    let check = |service: &Tls, code: i32| {
        let url = service.url("127.0.0.1");
        let text = format!("[profiles.tls]\nbase_url = \"{url}\"\nca_file = \"ca.pem\"\n");
        let config = world.file("config.toml", text);
        let run = world.run(["--config", &config, "-p", "tls", "doctor", "-o", "json"]);
        let document = run.expect(code).json();
        let checks = document["checks"].as_array().expect("checks").clone();
        let tls = checks.into_iter().find(|check| check["name"] == "tls").expect("a check of TLS");
        let word = |key: &str| tls[key].as_str().unwrap_or_default().to_owned();
        (word("state"), word("message"))
    };
    for (versions, version) in
        [(&[&rustls::version::TLS12][..], "TLS 1.2"), (&[&rustls::version::TLS13], "TLS 1.3")]
    {
        let identity =
            authority.issue("127.0.0.1", |params| params.not_after = rcgen::date_time_ymd(2999, 1, 1));
        let (state, message) = check(&Tls::start_with(&identity, versions, None), 0);
        assert_eq!(state, "ok");
        assert!(message.starts_with(&format!("{version}, certificate by CN=Ada's CA, ")), "{message}");
        assert!(message.ends_with(" days left"), "{message}");
    }
    let identity = authority.issue("127.0.0.1", |params| {
        // rcgen's own type for a time is not ours to name; the difference to one that is near is.
        let midnight = rcgen::date_time_ymd(1970, 1, 1);
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
        params.not_after = midnight + now + std::time::Duration::from_secs((5 * 24 + 1) * 60 * 60);
    });
    let (state, message) = check(&Tls::start(&identity), 0);
    assert_eq!((state.as_str(), message.ends_with(", 5 days left")), ("warning", true), "{message}");
    let (state, message) = check(&Tls::start(&self_signed("127.0.0.1", |_| ())), 7);
    assert_eq!(state, "failed");
    assert!(message.contains("is self-signed"), "{message}");
    let service = Tls::start_with(&identity, BOTH, Some(&authority));
    let (state, message) = check(&service, 7);
    assert_eq!(state, "failed");
    assert!(message.contains("requires a client certificate"), "{message}");
}
