//! Whoever watches a trial: nobody who could answer, and an observer that remembers what it was told.

use std::sync::Arc;

use super::server::Power;
use crate::bulk::database::Ended;
use crate::bulk::state::{Counts, State};
use crate::bulk::work::Observer;
use crate::failure::Failure;
use crate::model::field::Field;
use crate::model::problem::Problem;
use crate::pipeline::{Confirmation, Interaction, Preview};

pub struct Nobody;

impl Interaction for Nobody {
    fn verbose(&self, _: u8, _: &dyn Fn() -> String) {}

    fn progress(&self, _: &str) {}

    fn warn(&self, _: &Problem) -> bool {
        true
    }

    fn sign_in_listener(&self) -> Box<dyn Fn(&str) + Send + Sync> {
        Box::new(|_| {})
    }

    fn confirm(&self, _: &Preview<'_>, _: bool) -> Result<Confirmation, Failure> {
        Ok(Confirmation::NotAsked)
    }

    fn ask_reason(&self, _: &[&'static Field]) -> Result<Option<String>, Failure> {
        Ok(None)
    }
}

/// The rows that an observer was told of, by their position, while there was power.
#[derive(Debug, Default)]
pub struct Told {
    pub rows: Vec<(u64, State)>,
    pub power: Arc<Power>,
}

impl Observer for Told {
    fn rows(&mut self, ended: &[Ended]) -> Result<(), Failure> {
        if !self.power.is_off() {
            self.rows.extend(ended.iter().map(|row| (row.row.position, row.state)));
        }
        Ok(())
    }

    fn tick(&mut self, _: &Counts, _: Option<&str>) {}

    fn drains(&mut self, _: usize) {}
}
