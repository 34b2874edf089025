//! A sandbox that wants a sign-in, in a process of its own; and profiles that sign in to it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use crate::common::{Run, World};

pub const PASSWORD: &str = "correct horse";
pub const API_KEY: &str = "key-ada-0123456789";
pub const CLIENT_SECRET: &str = "staple battery";

/// Ends with the value.
pub struct Sandbox {
    pub url: String,
    child: Child,
}

impl Sandbox {
    /// `booster sandbox --sign-in` with these words.
    pub fn start(world: &World, words: &[&str]) -> Sandbox {
        let mut command = world.booster(["sandbox", "--sign-in"]);
        command.args(words).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the binary starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("it says where it listens");
        let url = line.trim().rsplit(' ').next().expect("an address").to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{line}");
        Sandbox { url, child }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may have ended already.
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
