//! What a profile says about reading customers back: whether, by which route, what is backed up, and what the service
//! makes of lists.

use std::time::Duration;

use jiff::tz::TimeZone;

use super::config_file::Entry;
use super::error::{ConfigError, Errors};
use super::history_mode::HistoryMode;
use crate::http::address::is_plain_path;
use crate::model::list_edit::ListMode;
use crate::model::problem::Source;

/// The public route of the API (`GET /customer/v2/{customerId}`), below the base URL.
pub const ROUTE: &str = "/customer/v2/{id}";

/// What is in a route for the customer's id.
const ID: &str = "{id}";

/// How long `--verify` waits for a service that is slow to show what it took.
const VERIFY_WITHIN: Duration = Duration::from_secs(5);

/// The longest such wait, in seconds.
const LONGEST_VERIFY: f64 = 600.0;

/// How long a backup is kept unless the profile says otherwise, in days.
pub const BACKUP_DAYS: u32 = 30;

/// The longest time for which a backup is kept: ten years, in days.
const MAX_BACKUP_DAYS: i64 = 3650;

#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// None where the profile turns reading off.
    route: Option<String>,
    pub verify_within: Duration,
    /// Whether every patch leaves a backup in the state folder.
    pub backup: bool,
    pub backup_days: u32,
    pub history: HistoryMode,
    /// What the service makes of a list that it is sent.
    pub lists: ListMode,
    /// In which an instant of the service's that is midnight is a day.
    pub time_zone: Option<TimeZone>,
}

impl Default for Reading {
    fn default() -> Reading {
        Reading {
            route: Some(ROUTE.to_owned()),
            verify_within: VERIFY_WITHIN,
            backup: false,
            backup_days: BACKUP_DAYS,
            history: HistoryMode::default(),
            lists: ListMode::default(),
            time_zone: None,
        }
    }
}

impl Reading {
    /// # Errors
    /// Usage: a route or a number that will not do, where it is.
    pub fn resolve(
        entry: &Entry,
        in_config: impl Fn(std::ops::Range<usize>) -> Option<Source>,
    ) -> Result<Reading, ConfigError> {
        let default = Reading::default();
        let refused = |span: std::ops::Range<usize>, message: &str, hint: &str| {
            ConfigError::new(message).at(in_config(span)).hint(hint)
        };
        let mut errors = Errors::default();
        if let Some(route) = entry.read_route.as_ref().filter(|route| !is_route(route.get_ref())) {
            let message = "read_route must be a path that contains {id} once, without a query";
            let hint = "write it as in read_route = \"/customer/v2/{id}\"";
            errors.add(refused(route.span(), message, hint));
        }
        let is_wait = |seconds: &f64| (0.0..=LONGEST_VERIFY).contains(seconds);
        if let Some(wrong) = entry.verify_within.as_ref().filter(|seconds| !is_wait(seconds.get_ref())) {
            let message = "verify_within must be from 0 to 600 seconds";
            errors.add(refused(wrong.span(), message, "the usual value is 5"));
        }
        let is_life = |days: &i64| (1..=MAX_BACKUP_DAYS).contains(days);
        if let Some(wrong) = entry.backup_days.as_ref().filter(|days| !is_life(days.get_ref())) {
            let message = "backup_days must be from 1 to 3650 days";
            errors.add(refused(wrong.span(), message, "the usual value is 30"));
        }
        let time_zone = entry.time_zone.as_ref().map(|name| {
            TimeZone::get(name.get_ref()).map_err(|_| {
                let hint = "write it as in time_zone = \"Europe/Paris\"; it must be in the system's time \
                zones (tzdata)";
                refused(name.span(), "time_zone is not a time zone known to this system", hint)
            })
        });
        let time_zone = errors.keep(time_zone.transpose()).flatten();
        errors.finish()?;
        let route = entry.read_route.as_ref().map_or(ROUTE, |route| route.get_ref());
        let seconds = entry.verify_within.as_ref().map(|seconds| Duration::from_secs_f64(*seconds.get_ref()));
        let days = entry.backup_days.as_ref().and_then(|days| u32::try_from(*days.get_ref()).ok());
        Ok(Reading {
            route: Some(route.to_owned()).filter(|_| entry.read.unwrap_or(true)),
            verify_within: seconds.unwrap_or(default.verify_within),
            backup: entry.backup.unwrap_or(default.backup),
            backup_days: days.unwrap_or(default.backup_days),
            history: entry.history.unwrap_or_default(),
            lists: entry.lists.unwrap_or_default(),
            time_zone,
        })
    }

    /// The keys that the entry leaves out, with what holds in their place.
    pub fn unwritten(&self, entry: &Entry) -> Vec<(&'static str, String)> {
        let keys = [
            ("read", entry.read.is_some(), self.is_on().to_string()),
            ("read_route", entry.read_route.is_some(), ROUTE.to_owned()),
            ("verify_within", entry.verify_within.is_some(), self.verify_within.as_secs_f64().to_string()),
            ("backup", entry.backup.is_some(), self.backup.to_string()),
            ("backup_days", entry.backup_days.is_some(), self.backup_days.to_string()),
            ("history", entry.history.is_some(), self.history.word().to_owned()),
            ("lists", entry.lists.is_some(), self.lists.word().to_owned()),
            ("time_zone", entry.time_zone.is_some(), "none".to_owned()),
        ];
        keys.into_iter()
            .filter(|(_, is_written, _)| !is_written)
            .map(|(key, _, value)| (key, value))
            .collect()
    }

    /// In a sandbox, which has its own ways: the profile's route is not its, and nothing is left to be set back.
    pub fn of_sandbox(self) -> Reading {
        let default = Reading::default();
        Reading {
            route: default.route,
            backup: default.backup,
            lists: default.lists,
            time_zone: None,
            ..self
        }
    }

    /// The path of one customer, below the base URL; none where reading is off.
    pub fn path(&self, id: u32) -> Option<String> {
        self.route.as_ref().map(|route| route.replace(ID, &id.to_string()))
    }

    /// Whether customers can be read.
    pub fn is_on(&self) -> bool {
        self.route.is_some()
    }
}

/// A path with a place for the customer's id.
fn is_route(route: &str) -> bool {
    route.matches(ID).count() == 1 && is_plain_path(&route.replacen(ID, "0", 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::config_file::Config;

    fn resolved(keys: &str) -> Result<Reading, String> {
        let config = Config::read("config.toml", &format!("[profiles.dev]\n{keys}\n")).expect("valid");
        Reading::resolve(&config.file.profiles["dev"], |span| Some(config.source(span)))
            .map_err(|failure| failure.problems[0].message.clone())
    }

    #[test]
    fn a_profile_that_says_nothing_reads_by_the_public_route_and_keeps_nothing() {
        let reading = resolved("").expect("valid");
        assert_eq!(reading, Reading::default());
        assert_eq!(reading.path(123).as_deref(), Some("/customer/v2/123"));
    }

    #[test]
    fn a_profile_can_say_otherwise() {
        let keys = "read_route = \"/crm/{id}/whole\"\nbackup = true\nbackup_days = 7\nverify_within = 0.5";
        let reading = resolved(keys).expect("valid");
        assert_eq!(reading.path(1).as_deref(), Some("/crm/1/whole"));
        assert_eq!((reading.backup, reading.backup_days), (true, 7));
        assert_eq!(reading.verify_within, Duration::from_millis(500));
        assert_eq!(resolved("read = false\nread_route = \"/x/{id}\"").expect("valid").path(1), None);
    }

    #[test]
    fn what_will_not_do_is_refused() {
        for route in [
            "customer/{id}",
            "/customer",
            "/{id}/{id}",
            "/c/{id}?x=1",
            "/c/{id}#x",
            "/../{id}",
            "/c d/{id}",
            "/{ID}",
            "https://x.co/{id}",
        ] {
            let refused = resolved(&format!("read_route = \"{route}\""));
            assert!(refused.is_err_and(|message| message.starts_with("read_route")), "{route}");
        }
        for keys in
            ["verify_within = -1.0", "verify_within = nan", "verify_within = 601.0", "backup_days = 0"]
        {
            assert!(resolved(keys).is_err(), "{keys}");
        }
    }
}
