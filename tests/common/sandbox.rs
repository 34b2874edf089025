//! A sandbox in a process of its own, as `booster sandbox` starts it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use super::World;

pub struct Sandbox {
    pub url: String,
    child: Child,
}

impl Sandbox {
    /// Starts one with these faults; it ends with the value.
    pub fn start(world: &World, faults: &[&str]) -> Sandbox {
        let faults = faults.iter().map(|fault| format!("--fault={fault}"));
        let words = ["sandbox".to_owned()].into_iter().chain(faults);
        let mut child = world
            .booster(words)
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
