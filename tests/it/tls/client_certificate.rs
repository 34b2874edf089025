//! The certificate that booster presents: where, to whom, and what is wrong with the files of one.

use rcgen::KeyPair;

use super::authority::{Authority, BOTH};
use super::service::{Tls, refused, send};
use crate::common::{World, patch, run};
#[cfg(unix)]
use crate::common::{has_curl, pasted};

#[test]
fn a_client_certificate_is_presented_where_it_is_wanted() {
    let world = World::new();
    let authority = Authority::new("Ada's CA");
    world.file("ca.pem", &authority.pem);
    let client = authority.issue("client", |_| ());
    world.file("client.pem", &client.pem);
    world.file("client-key.pem", client.key.serialize_pem());
    world.file("both.pem", client.pem.clone() + &client.key.serialize_pem());
    let stranger = Authority::new("Eve").issue("client", |_| ());
    world.file("stranger.pem", stranger.pem + &stranger.key.serialize_pem());
    let server = authority.issue("127.0.0.1", |_| ());
    for versions in [&[&rustls::version::TLS12][..], &[&rustls::version::TLS13]] {
        let service = Tls::start_with(&server, versions, Some(&authority));
        let url = service.url("127.0.0.1");
        let ca = "ca_file = \"ca.pem\"\n";
        let pair = "client_cert = \"client.pem\"\nclient_key = \"client-key.pem\"";
        for keys in [pair, "client_cert = \"both.pem\""] {
            send(&world, &url, &format!("{ca}{keys}")).expect(0);
        }
        let (message, hint) = refused(&world, &url, ca);
        assert!(message.contains("requires a client certificate, and the profile has none"), "{message}");
        assert!(hint.contains("client_cert"), "{hint}");
        let (message, hint) = refused(&world, &url, &format!("{ca}client_cert = \"stranger.pem\""));
        assert!(message.contains("refuses the profile's client certificate"), "{message}");
        assert!(hint.contains("client_cert"), "{hint}");
        assert_eq!(service.count(), 2);
    }
}

/// The issuer of the tokens is somebody else as a rule, and need not learn who we are elsewhere.
#[test]
fn a_client_certificate_is_for_the_service_alone() {
    let world = World::new();
    let authority = Authority::new("Ada's CA");
    world.file("ca.pem", &authority.pem);
    let client = authority.issue("client", |_| ());
    world.file("both.pem", client.pem.clone() + &client.key.serialize_pem());
    let server = authority.issue("127.0.0.1", |_| ());
    let service = Tls::start_with(&server, BOTH, Some(&authority));
    let issuer = Tls::start_asking(&server, BOTH, Some(&authority), false);
    for (token_url, presented) in [(issuer.url("127.0.0.1"), &[false][..]), (service.url("127.0.0.1"), &[])] {
        let auth =
            format!("{{ kind = \"oauth2-client\", token_url = \"{token_url}/t?a=b\", client_id = \"x\" }}");
        let keys = format!("ca_file = \"ca.pem\"\nclient_cert = \"both.pem\"\nauth = {auth}");
        let url = service.url("127.0.0.1");
        let config = world.file("config.toml", format!("[profiles.tls]\nbase_url = \"{url}\"\n{keys}"));
        let mut command = world.booster(patch(&["--config", &config, "-p", "tls", "-vv"]));
        let sent = run(command.env("BOOSTER_PASSWORD", "s3cret"));
        assert!(sent.expect(0).stderr.contains(&format!("> POST {token_url}/t\n")), "{}", sent.stderr);
        assert!(!sent.stderr.contains("grant_type") && !sent.stderr.contains("a=b"), "{}", sent.stderr);
        assert_eq!(*issuer.presented.lock().expect("no test panics in here"), presented);
        issuer.presented.lock().expect("no test panics in here").clear();
    }
    let strict = Tls::start_with(&server, BOTH, Some(&authority));
    let (url, strict) = (service.url("127.0.0.1"), strict.url("127.0.0.1"));
    let auth = format!("{{ kind = \"oauth2-client\", token_url = \"{strict}/t\", client_id = \"x\" }}");
    let keys = format!("ca_file = \"ca.pem\"\nclient_cert = \"both.pem\"\nauth = {auth}");
    let config = world.file("config.toml", format!("[profiles.tls]\nbase_url = \"{url}\"\n{keys}"));
    let mut command = world.booster(patch(&["--config", &config, "-p", "tls"]));
    let stopped = run(command.env("BOOSTER_PASSWORD", "s3cret"));
    let hint = format!("hint: {strict} requires a client certificate, and the profile's is only for {url}");
    assert!(stopped.expect(7).stderr.contains(&hint), "{}", stopped.stderr);
    // The issuer's own token request and two patches.
    assert_eq!(*service.presented.lock().expect("no test panics in here"), [true; 3]);
}

#[test]
fn certificate_files_that_will_not_do_are_refused_before_anything_is_sent() {
    let world = World::new();
    let authority = Authority::new("Ada's CA");
    let client = authority.issue("client", |_| ());
    world.file("cert.pem", &client.pem);
    world.file("key.pem", client.key.serialize_pem());
    world.file("other-key.pem", KeyPair::generate().expect("a key").serialize_pem());
    world.file("damaged.pem", client.pem.replace("-----END", "####\n-----END"));
    world.file("no-der.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    world.file(
        "locked.pem",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    world.file("text.pem", "hunter2");
    // As openssl wrote it for long: the label is the one of any key.
    let locked = "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,744CB8E9\n\nAAAA\n\
                  -----END EC PRIVATE KEY-----\n";
    world.file("locked-long-ago.pem", locked);
    for (keys, line, what) in [
        ("ca_file = \"none.pem\"", 3, "there is no such file"),
        ("ca_file = \".\"", 3, "it is a folder"),
        ("ca_file = \"text.pem\"", 3, "there is no PEM certificate in it"),
        ("ca_file = \"damaged.pem\"", 3, "damaged"),
        ("ca_file = \"no-der.pem\"", 3, "certificate 1 in it cannot be read"),
        ("system_roots = false", 3, "no certificate would be trusted"),
        ("client_key = \"key.pem\"", 3, "client_key can only be used with client_cert"),
        ("client_cert = \"cert.pem\"", 3, "there is no PEM private key in it"),
        ("client_cert = \"text.pem\"\nclient_key = \"key.pem\"", 3, "there is no PEM certificate in it"),
        ("client_cert = \"no-der.pem\"\nclient_key = \"key.pem\"", 3, "its certificate cannot be read"),
        ("client_cert = \"cert.pem\"\nclient_key = \"other-key.pem\"", 4, "it is not the certificate's key"),
        ("client_cert = \"cert.pem\"\nclient_key = \"locked.pem\"", 4, "its key is encrypted"),
        ("client_cert = \"cert.pem\"\nclient_key = \"locked-long-ago.pem\"", 4, "its key is encrypted"),
        ("client_cert = \"cert.pem\"\nclient_key = \"none.pem\"", 4, "there is no such file"),
    ] {
        let text = format!("[profiles.tls]\nbase_url = \"https://127.0.0.1:1\"\n{keys}\n");
        let config = world.file("config.toml", text);
        let run = world.run(patch(&["--config", &config, "-p", "tls", "-o", "json"]));
        let document = run.expect(2).json();
        let problem = &document["problems"][0];
        assert!(problem["message"].as_str().expect("a message").contains(what), "{keys}: {problem}");
        assert_eq!(problem["source"]["line"], line, "{keys}: {problem}");
        assert!(!problem.to_string().contains("hunter2"), "{problem}");
        let hint = problem["hint"].as_str().expect("a hint");
        if what.contains("encrypted") {
            assert!(hint.contains("openssl pkey"), "{hint}");
        } else if what.contains("not the certificate's key") {
            assert!(hint.contains("the key that client_cert was issued for"), "{hint}");
        }
    }
}

#[test]
#[cfg(unix)]
fn the_curl_line_names_the_files_of_the_profile() {
    if !has_curl() {
        return;
    }
    let world = World::new();
    let authority = Authority::new("Ada's CA");
    world.file("Ada's ca.pem", &authority.pem);
    let client = authority.issue("client", |_| ());
    world.file("cli:ent.pem", &client.pem);
    world.file("client-key.pem", client.key.serialize_pem());
    world.file("both.pem", client.pem.clone() + &client.key.serialize_pem());
    let service = Tls::start_with(&authority.issue("127.0.0.1", |_| ()), BOTH, Some(&authority));
    let ca = "ca_file = \"Ada's ca.pem\"\nauth = { kind = \"none\" }\n";
    for keys in
        ["client_cert = \"cli:ent.pem\"\nclient_key = \"client-key.pem\"", "client_cert = \"both.pem\""]
    {
        let url = service.url("127.0.0.1");
        let config = world.file("config.toml", format!("[profiles.tls]\nbase_url = \"{url}\"\n{ca}{keys}"));
        let line = world.run(patch(&["--config", &config, "-p", "tls", "--dry-run=curl"]));
        let output = pasted(&world, &line.expect(0).stdout).output().expect("a shell");
        assert!(output.status.success(), "{output:?}");
    }
    assert_eq!(service.count(), 2);
    let both = world.file(
        "config.toml",
        format!("[profiles.tls]\nbase_url = \"https://a.example\"\nsystem_roots = true\n{ca}"),
    );
    let line = world.run(patch(&["--config", &both, "-p", "tls", "--dry-run=curl"]));
    assert!(
        line.expect(0).stdout.starts_with("# Where the system trusts the host already"),
        "{}",
        line.stdout
    );
}
