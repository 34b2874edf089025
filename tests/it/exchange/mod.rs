//! One exchange with the service, as the service sees it and as booster judges it.

mod answers;
mod foreign_text;
mod repetition;
mod request;

use crate::common::{Run, Service, World, patch};

/// Sends a good patch of plain scalars, and these words, to the service.
fn send(world: &World, service: &Service, words: &[&str]) -> Run {
    let words = patch(words);
    world.run(words.into_iter().chain(["--base-url", &service.url, "-o", "json"]))
}
