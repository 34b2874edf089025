//! A sandbox in a process of its own, as `booster sandbox` starts it, and profiles that sign in to it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

#[cfg(unix)]
use super::send_signal;
use super::{Run, World};

pub const PASSWORD: &str = "correct horse";
pub const API_KEY: &str = "key-ada-0123456789";
pub const CLIENT_SECRET: &str = "staple battery";

pub struct Sandbox {
    pub url: String,
    child: Child,
}

impl Sandbox {
    /// Starts one with these faults; it ends with the value.
    pub fn start(world: &World, faults: &[&str]) -> Sandbox {
        let faults: Vec<String> = faults.iter().map(|fault| format!("--fault={fault}")).collect();
        Sandbox::with(world, faults.iter().map(String::as_str))
    }

    /// Starts one that wants a sign-in, with these words; it ends with the value.
    pub fn demanding(world: &World, words: &[&str]) -> Sandbox {
        Sandbox::with(world, ["--sign-in"].into_iter().chain(words.iter().copied()))
    }

    /// Starts one with these words; it ends with the value.
    pub fn with<'a>(world: &World, words: impl IntoIterator<Item = &'a str>) -> Sandbox {
        let mut child = world
            .booster(["sandbox"].into_iter().chain(words))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe"))
            .read_line(&mut line)
            .expect("it says where it is");
        let url = line.trim_end().rsplit(' ').next().expect("an address").to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{line}");
        Sandbox { url, child }
    }

    /// One that was started elsewhere, and listens there.
    pub fn of(child: Child, url: &str) -> Sandbox {
        Sandbox { url: url.to_owned(), child }
    }

    /// Ends it by a signal, and gives its exit code.
    #[cfg(unix)]
    pub fn end(mut self, signal: &str) -> i32 {
        send_signal(self.child.id(), signal);
        self.child.wait().expect("it ends").code().expect("not by the signal itself")
    }

    /// The customer as the sandbox shows it now.
    #[track_caller]
    pub fn customer(&self, world: &World, id: u32) -> serde_json::Value {
        let id = id.to_string();
        let run = world.run(["customer", "get", &id, "--base-url", &self.url, "-o", "json"]);
        run.expect(0).json()["record"].clone()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may have ended already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Writes `config.toml` with one profile `dev` that sends to this address, and these lines; gives its path.
pub fn configure(world: &World, url: &str, lines: &str) -> String {
    world.file(
        "config.toml",
        format!("default_profile = \"dev\"\n[profiles.dev]\nbase_url = \"{url}\"\n{lines}\n"),
    )
}

/// The same with a kind of sign-in.
pub fn profile(world: &World, url: &str, auth: &str) -> String {
    configure(world, url, &format!("auth = {{ {auth} }}"))
}

/// `auth login` with this flag and this text on standard input.
pub fn login(world: &World, config: &str, flag: &str, secret: &str) -> Run {
    world.run_with_stdin(["auth", "login", "--config", config, flag, "-o", "json"], format!("{secret}\n"))
}

/// A patch of customer 1, which every sandbox has.
pub fn patch<'a>(config: &'a str, words: &[&'a str]) -> Vec<&'a str> {
    let patch = ["customer", "patch", "1", "--unchecked", "--first-name=Ada", "--config", config];
    patch.into_iter().chain(words.iter().copied()).collect()
}
