//! The file that secrets are stored in: for whom, with which mode, and what several processes do to it.

use std::path::Path;
use std::time::SystemTime;

use super::credential;
use crate::common::run;
use crate::common::sandbox::{configure, login, patch, profile};
use crate::common::{Answer, Service, World};

#[test]
fn what_is_kept_is_for_one_profile_and_one_address() {
    let world = World::new();
    let (first, second) =
        (Service::start([Answer::json(200, "{}")]), Service::start([Answer::json(200, "{}")]));
    let config = profile(&world, &first.url, "kind = 'bearer'");
    login(&world, &config, "--with-token", "for-the-first").expect(0);
    let moved = world.run(patch(&config, &["--base-url", &second.url, "-o", "json"]));
    let problems = moved.expect(4).json()["problems"].to_string();
    assert!(problems.contains(&format!("the stored one is for {}", first.url)), "{problems}");
    assert!(second.received().is_empty());
    // A sign-in at a second address keeps the first.
    let words = ["auth", "login", "--config", &config, "--base-url", &second.url, "--with-token"];
    world.run_with_stdin(words, "for-the-second").expect(0);
    world.run(patch(&config, &[])).expect(0);
    world.run(patch(&config, &["--base-url", &second.url])).expect(0);
    let last = |service: &Service| credential(service.received().last().expect("a request"));
    assert_eq!(last(&first).as_deref(), Some("Authorization: Bearer for-the-first"));
    assert_eq!(last(&second).as_deref(), Some("Authorization: Bearer for-the-second"));
    // Another profile, kind or user finds nothing.
    let service = Service::start([Answer::json(200, "{}")]);
    let basic = |user: &str| {
        configure(&world, &service.url, &format!("username = '{user}'\nauth = {{ kind = 'basic' }}"))
    };
    login(&world, &basic("ada"), "--with-password", "pw").expect(0);
    world.run(patch(&basic("ada"), &[])).expect(0);
    world.run(patch(&basic("bob"), &[])).expect(4);
    for (name, lines) in [("prod", "auth = { kind = 'bearer' }"), ("dev", "auth = { kind = 'api-key' }")] {
        let text =
            format!("default_profile = '{name}'\n[profiles.{name}]\nbase_url = '{}'\n{lines}\n", first.url);
        let config = world.file("other.toml", text);
        world.run(patch(&config, &[])).expect(4);
    }
}

#[cfg(unix)]
#[test]
fn a_store_that_is_not_safe_is_neither_read_nor_written() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let world = World::new();
    let service = Service::start([Answer::json(200, "{\"userName\":\"ada\"}")]);
    let config = profile(&world, &service.url, "kind = 'bearer'");
    login(&world, &config, "--with-token", "canary").expect(0);
    let store = world.path("credentials.toml");
    let old = std::fs::read(&store).expect("a store");
    let asked = service.received().len();
    let refused = |said: &str| {
        for words in [patch(&config, &[]), vec!["auth", "status", "--config", &config]] {
            let run = world.run(words);
            run.expect(4);
            assert!(run.stderr.contains(said) && run.stderr.contains("hint"), "{}", run.stderr);
        }
        let run = login(&world, &config, "--with-token", "another");
        assert!(run.expect(4).stdout.contains(said), "{}", run.stdout);
    };
    std::fs::set_permissions(&store, PermissionsExt::from_mode(0o644)).expect("changed");
    refused("can be read or changed by other users");
    assert_eq!(std::fs::read(&store).expect("a store"), old);
    let target = world.path("target");
    std::fs::rename(&store, &target).expect("moved");
    symlink(&target, &store).expect("linked");
    refused("is a symbolic link");
    assert_eq!(std::fs::read(&target).expect("a file"), old);
    std::fs::remove_file(&store).expect("removed");
    std::fs::create_dir(&store).expect("made");
    refused("is not a file");
    std::fs::remove_dir(&store).expect("removed");
    std::fs::write(&store, "canary").expect("written");
    std::fs::set_permissions(&store, PermissionsExt::from_mode(0o600)).expect("changed");
    refused("line 1 was not written by booster");
    assert_eq!(service.received().len(), asked, "nobody was asked");
}

#[cfg(unix)]
#[test]
fn a_disk_that_is_full_leaves_what_was_kept() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{\"userName\":\"ada\"}")]);
    let config = profile(&world, &service.url, "kind = 'bearer'");
    login(&world, &config, "--with-token", "first").expect(0);
    let store = world.path("credentials.toml");
    let old = std::fs::read(&store).expect("a store");
    // A file may not grow beyond one block, and the signal that says so is ignored: writing fails in the middle.
    let script = "trap '' XFSZ; ulimit -f 1; printf '%8000s' x | tr ' ' x | exec \"$0\" \"$@\"";
    let mut command = std::process::Command::new("/bin/sh");
    command.args([
        "-c",
        script,
        env!("CARGO_BIN_EXE_booster"),
        "auth",
        "login",
        "--config",
        &config,
        "--with-token",
    ]);
    command.env_clear().env("HOME", world.path("")).env("PATH", "/usr/bin:/bin").current_dir(world.path(""));
    let full = run(&mut command);
    full.expect(1);
    assert!(full.stderr.contains("cannot write") && full.stderr.contains("is unchanged"), "{}", full.stderr);
    assert_eq!(std::fs::read(&store).expect("a store"), old);
    let names = std::fs::read_dir(world.path("")).expect("a folder").flatten().map(|entry| entry.file_name());
    let left_over: Vec<_> = names.filter(|name| name.to_string_lossy().ends_with(".tmp")).collect();
    assert!(left_over.is_empty(), "{left_over:?}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_takes_no_file_is_said_to_be_one() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let service = Service::start([Answer::json(200, "{}")]);
    let folder = world.path("folder");
    std::fs::create_dir(&folder).expect("made");
    let config = profile(&world, &service.url, "kind = 'bearer'");
    let inner = folder.join("config.toml");
    std::fs::copy(config, &inner).expect("copied");
    std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o500)).expect("changed");
    let is_root = std::fs::write(folder.join("probe"), "").is_ok();
    let run = login(&world, inner.to_str().expect("a path"), "--with-token", "tok");
    std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o700)).expect("changed");
    // The superuser writes anywhere.
    if !is_root {
        assert!(run.expect(4).stdout.contains("cannot write"), "{}", run.stdout);
    }
    // For everybody it fails where the lock would be another file.
    let (store, lock) = (folder.join("credentials.toml"), folder.join("credentials.lock"));
    let old = std::fs::read(&store).ok();
    let _ = std::fs::remove_file(&lock);
    std::os::unix::fs::symlink(world.path("elsewhere"), &lock).expect("linked");
    let run = login(&world, inner.to_str().expect("a path"), "--with-token", "another");
    assert!(run.expect(4).stdout.contains("cannot write"), "{}", run.stdout);
    assert_eq!(std::fs::read(&store).ok(), old);
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_the_store_at_any_moment() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let service = Service::start([Answer::json(200, "{\"userName\":\"ada\"}")]);
    let config = profile(&world, &service.url, "kind = 'bearer'");
    let folder = world.path("a/b");
    let inner = folder.join("config.toml");
    std::fs::create_dir_all(&folder).expect("made");
    std::fs::copy(&config, &inner).expect("copied");
    let (mut seen, mut worst) = (0, 0);
    std::thread::scope(|scope| {
        let signing_in = scope.spawn(|| {
            for _ in 0..20 {
                let script = "umask 0; echo tok | exec \"$0\" auth login --with-token";
                let mut command = std::process::Command::new("/bin/sh");
                command.args(["-c", script, env!("CARGO_BIN_EXE_booster")]);
                command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", world.path(""));
                run(command.env("BOOSTER_CONFIG", &inner)).expect(0);
            }
        });
        while !signing_in.is_finished() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let is_secret = entry.file_name().to_string_lossy().starts_with("credentials");
                if let (true, Ok(metadata)) = (is_secret, entry.metadata()) {
                    seen += 1;
                    worst |= metadata.permissions().mode() & 0o077;
                }
            }
        }
    });
    assert!(seen > 0);
    assert_eq!(worst, 0, "{worst:o}");
}

#[cfg(unix)]
#[test]
fn a_first_sign_in_makes_a_folder_for_the_users_own_eyes() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let service = Service::start([Answer::json(200, "{\"userName\":\"ada\"}")]);
    let script = "umask 0; \"$0\" config init";
    let mut init = std::process::Command::new("/bin/sh");
    init.args(["-c", script, env!("CARGO_BIN_EXE_booster")]).env_clear().env("HOME", world.path(""));
    run(&mut init).expect(0);
    let path = world.run(["config", "path"]);
    let path = Path::new(path.stdout.trim());
    let text = format!(
        "default_profile = 'dev'\n[profiles.dev]\nbase_url = '{}'\nauth = {{ kind = 'bearer' }}\n",
        service.url
    );
    std::fs::write(path, text).expect("written");
    world.run_with_stdin(["auth", "login", "--with-token"], "tok\n").expect(0);
    let folder = path.parent().expect("a folder");
    let mode = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(folder), 0o700);
    assert_eq!(mode(&folder.join("credentials.toml")), 0o600);
}

#[test]
fn many_processes_that_sign_in_at_once_lose_nothing() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{\"userName\":\"ada\"}")]);
    let profiles: String = (0..12)
        .map(|n| format!("[profiles.p{n}]\nbase_url = '{}'\nauth = {{ kind = 'bearer' }}\n", service.url))
        .collect();
    let config = world.file("config.toml", profiles);
    std::thread::scope(|scope| {
        for n in 0..12 {
            let (world, config) = (&world, &config);
            scope.spawn(move || {
                let name = format!("p{n}");
                let words = ["auth", "login", "--config", config, "-p", &name, "--with-token"];
                world.run_with_stdin(words, format!("token-{n}\n")).expect(0);
            });
        }
    });
    for n in 0..12 {
        world.run(["auth", "status", "--config", &config, "-p", &format!("p{n}")]).expect(0);
    }
}

#[test]
fn the_use_of_what_is_kept_is_noted_without_writing_each_time() {
    let world = World::new();
    let service = Service::start([Answer::json(200, "{\"userName\":\"ada\"}")]);
    let config = profile(&world, &service.url, "kind = 'bearer'");
    login(&world, &config, "--with-token", "tok").expect(0);
    let store = world.path("credentials.toml");
    let written = || std::fs::metadata(&store).and_then(|metadata| metadata.modified()).expect("a store");
    world.run(patch(&config, &[])).expect(0);
    let first: SystemTime = written();
    world.run(patch(&config, &[])).expect(0);
    assert_eq!(written(), first, "within the hour it is not written again");
}
