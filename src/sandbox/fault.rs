//! The faults of a sandbox: how `--fault` describes them, and which request each of them strikes.

use std::str::FromStr;
use std::time::Duration;

use axum::http::StatusCode;

use crate::model::customer::CUSTOMER;
use crate::spelling::did_you_mean;

/// One failure, as `--fault 503,retry-after=1,times=2` describes it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fault {
    pub answer: Option<Instead>,
    /// In seconds, with a status.
    pub retry_after: Option<u64>,
    pub slow: Option<Duration>,
    pub drop: Option<&'static str>,
    pub lag: Option<Duration>,
    pub misreport: Option<Misreport>,
    /// The kind of request that it strikes; without it any that it applies to.
    pub on: Option<Target>,
    /// How many requests it still strikes; all of them without it.
    pub times: Option<u32>,
}

/// What the client gets instead of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instead {
    /// A status of success comes after the change was made, every other one in its place.
    Status(StatusCode),
    /// A page with status 200, as a proxy or a sign-in gives it. Nothing changes.
    Html,
    /// The request is read and the connection closed. Nothing changes.
    Cut,
    /// The change is made and the answer breaks off in the middle of its body.
    CutBody,
}

/// What is wrong with the answer to a read of a customer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Misreport {
    /// The answer does not carry the field.
    Lack(&'static str),
    /// The field has a value of another kind.
    Mistype(&'static str),
    /// Right after the answer somebody else changes the field.
    Change(&'static str),
    /// The answer is about another customer.
    OtherId,
    /// The customer is in a list.
    Array,
    /// The answer has more than a megabyte.
    Huge,
    /// An error of the service is in an answer with status 200.
    ErrorCode,
}

/// The requests that a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Read,
    Patch,
}

const WORDS: &str = "retry-after, slow, cut, cut-body, drop, html, lag, lack, mistype, change, other-id, array, huge, \
                     error-code, on, times";
/// An hour is longer than any client waits.
const MOST_SECONDS: f64 = 3600.0;

impl FromStr for Fault {
    type Err = String;

    fn from_str(spec: &str) -> Result<Fault, String> {
        let mut fault = Fault::default();
        for part in spec.split(',') {
            fault.add(part.trim())?;
        }
        fault.check()?;
        Ok(fault)
    }
}

impl Fault {
    fn add(&mut self, part: &str) -> Result<(), String> {
        let (word, value) = match part.split_once('=') {
            Some((word, value)) => (word.trim(), Some(value.trim())),
            None => (part, None),
        };
        let wanted = |example: &str| value.ok_or_else(|| format!("{word} needs a value, as in {example}"));
        match word {
            "slow" => self.slow = Some(seconds(word, wanted("slow=5")?)?),
            "lag" => self.lag = Some(seconds(word, wanted("lag=5")?)?),
            "drop" => self.drop = Some(field(wanted("drop=firstName")?)?),
            "retry-after" => self.retry_after = Some(whole(word, wanted("retry-after=1")?)?),
            "times" => match whole(word, wanted("times=2")?)? {
                0 => return Err("times must be at least 1".to_owned()),
                times => self.times = Some(times),
            },
            "lack" => set(&mut self.misreport, Misreport::Lack(field(wanted("lack=notes")?)?))?,
            "mistype" => set(&mut self.misreport, Misreport::Mistype(field(wanted("mistype=notes")?)?))?,
            "change" => set(&mut self.misreport, Misreport::Change(field(wanted("change=notes")?)?))?,
            "on" => {
                self.on = Some(match wanted("on=read")? {
                    "read" => Target::Read,
                    "patch" => Target::Patch,
                    other => return Err(format!("on must be read or patch, not {other:?}")),
                });
            }
            "cut" | "cut-body" | "html" | "other-id" | "array" | "huge" | "error-code" if value.is_some() => {
                return Err(format!("{word} has no value"));
            }
            "other-id" => set(&mut self.misreport, Misreport::OtherId)?,
            "array" => set(&mut self.misreport, Misreport::Array)?,
            "huge" => set(&mut self.misreport, Misreport::Huge)?,
            "error-code" => set(&mut self.misreport, Misreport::ErrorCode)?,
            "cut" => set(&mut self.answer, Instead::Cut)?,
            "cut-body" => set(&mut self.answer, Instead::CutBody)?,
            "html" => set(&mut self.answer, Instead::Html)?,
            "" => return Err("an empty fault; write one as in 503 or slow=5".to_owned()),
            number if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                let status = number.parse().ok().and_then(|code| StatusCode::from_u16(code).ok());
                let status = status.filter(|status| (200..600).contains(&status.as_u16()));
                set(&mut self.answer, Instead::Status(status.ok_or("a status must be from 200 to 599")?))?;
            }
            unknown => {
                return Err(match did_you_mean(unknown, WORDS.split(", ")) {
                    Some(near) => format!("unknown fault {unknown:?}; did you mean {near}?"),
                    None => format!("unknown fault {unknown:?}; it can be a status such as 503, {WORDS}"),
                });
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<(), String> {
        if self.retry_after.is_some() && !matches!(self.answer, Some(Instead::Status(_))) {
            return Err("retry-after needs a status, as in 503,retry-after=1".to_owned());
        }
        if (Fault { times: None, on: None, ..self.clone() }) == Fault::default() {
            return Err("times and on need a fault, as in 503,times=2".to_owned());
        }
        Ok(())
    }

    /// Whether the fault applies to the request at all: only a change can be dropped or lag behind, and only what is
    /// read can be misreported.
    fn applies_to(&self, target: Option<Target>) -> bool {
        let of_this_kind = match target {
            Some(Target::Patch) => self.misreport.is_none(),
            Some(Target::Read) => self.misreport.is_some(),
            None => false,
        };
        (of_this_kind || self.answer.is_some() || self.slow.is_some())
            && (self.on.is_none() || self.on == target)
    }
}

fn set<T>(old: &mut Option<T>, new: T) -> Result<(), String> {
    match old.replace(new) {
        None => Ok(()),
        Some(_) => {
            Err("a fault does only one thing to a response; write a second --fault for the other".to_owned())
        }
    }
}

fn seconds(word: &str, value: &str) -> Result<Duration, String> {
    let seconds = value.parse().ok().filter(|seconds| (0.0..=MOST_SECONDS).contains(seconds));
    let seconds = seconds.ok_or_else(|| {
        format!("{word} must be a number of seconds from 0 to {MOST_SECONDS}, not {value:?}")
    })?;
    Ok(Duration::from_secs_f64(seconds))
}

fn whole<T: FromStr>(word: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{word} must be a whole number, not {value:?}"))
}

fn field(name: &str) -> Result<&'static str, String> {
    let found = CUSTOMER.field_in_any_case(name).map(|field| field.name);
    found.ok_or_else(|| match did_you_mean(name, CUSTOMER.fields.iter().map(|field| field.name)) {
        Some(near) => format!("no field {name:?}; did you mean {near}?"),
        None => format!("no field {name:?}; write the name of a customer's field, such as firstName"),
    })
}

/// What the faults do to one request.
#[derive(Debug, Default, PartialEq)]
pub struct Effect {
    pub answer: Option<Instead>,
    pub retry_after: Option<u64>,
    pub slow: Duration,
    pub dropped: Vec<&'static str>,
    pub lag: Option<Duration>,
    pub misreports: Vec<Misreport>,
}

/// Applies the faults to the next request. Of those with an answer of their own only the first one that is not used
/// up strikes, so that `--fault 503,times=1 --fault 429,times=1` gives the one and then the other.
pub fn strike(faults: &mut [Fault], target: Option<Target>) -> Effect {
    let mut effect = Effect::default();
    for fault in faults {
        let answered = fault.answer.is_some() && effect.answer.is_some();
        if fault.times == Some(0) || answered || !fault.applies_to(target) {
            continue;
        }
        fault.times = fault.times.map(|times| times - 1);
        if fault.answer.is_some() {
            (effect.answer, effect.retry_after) = (fault.answer, fault.retry_after);
        }
        effect.slow = effect.slow.saturating_add(fault.slow.unwrap_or_default());
        effect.dropped.extend(fault.drop);
        effect.lag = effect.lag.max(fault.lag);
        effect.misreports.extend(fault.misreport);
    }
    effect
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(spec: &str) -> Fault {
        spec.parse().expect(spec)
    }

    fn status(code: u16) -> Option<Instead> {
        Some(Instead::Status(StatusCode::from_u16(code).expect("a status")))
    }

    #[test]
    fn each_fault_is_read() {
        let none = Fault::default;
        let second = Duration::from_secs(1);
        let first_name = Some("firstName");
        for (spec, expected) in [
            ("429", Fault { answer: status(429), ..none() }),
            ("503, retry-after=7", Fault { answer: status(503), retry_after: Some(7), ..none() }),
            ("slow=0.5", Fault { slow: Some(second / 2), ..none() }),
            ("cut", Fault { answer: Some(Instead::Cut), ..none() }),
            ("cut-body,times=3", Fault { answer: Some(Instead::CutBody), times: Some(3), ..none() }),
            ("html", Fault { answer: Some(Instead::Html), ..none() }),
            ("drop=firstname", Fault { drop: first_name, ..none() }),
            ("lag=1", Fault { lag: Some(second), ..none() }),
            ("lack=firstName", Fault { misreport: first_name.map(Misreport::Lack), ..none() }),
            ("huge,on=read", Fault { misreport: Some(Misreport::Huge), on: Some(Target::Read), ..none() }),
        ] {
            assert_eq!(fault(spec), expected, "{spec}");
        }
    }

    #[test]
    fn a_wrong_fault_is_explained() {
        for (spec, message) in [
            ("slwo=1", "unknown fault \"slwo\"; did you mean slow?"),
            ("drop=fristName", "no field \"fristName\"; did you mean firstName?"),
            ("drop", "drop needs a value, as in drop=firstName"),
            ("slow=soon", "slow must be a number of seconds from 0 to 3600, not \"soon\""),
            ("slow=inf", "slow must be a number of seconds from 0 to 3600, not \"inf\""),
            ("cut=1", "cut has no value"),
            ("cut,503", "a fault does only one thing to a response; write a second --fault for the other"),
            ("99", "a status must be from 200 to 599"),
            ("99999999999", "a status must be from 200 to 599"),
            ("times=2", "times and on need a fault, as in 503,times=2"),
            ("503,times=0", "times must be at least 1"),
            ("503,times=-1", "times must be a whole number, not \"-1\""),
            ("on=read", "times and on need a fault, as in 503,times=2"),
            ("503,on=get", "on must be read or patch, not \"get\""),
            (
                "lack=notes,huge",
                "a fault does only one thing to a response; write a second --fault for the other",
            ),
            ("html,retry-after=1", "retry-after needs a status, as in 503,retry-after=1"),
            ("", "an empty fault; write one as in 503 or slow=5"),
        ] {
            assert_eq!(spec.parse::<Fault>().expect_err(spec), message, "{spec}");
        }
        let unknown = "earthquake".parse::<Fault>().expect_err("unknown");
        assert!(unknown.contains("such as 503, retry-after, slow"), "{unknown}");
    }

    #[test]
    fn faults_with_an_answer_strike_one_after_the_other() {
        let mut faults = [fault("503,times=1,retry-after=2"), fault("429,times=1"), fault("slow=1")];
        let answers = [(); 3].map(|()| strike(&mut faults, None));
        assert_eq!(answers.each_ref().map(|effect| effect.answer), [status(503), status(429), None]);
        assert_eq!(answers.each_ref().map(|effect| effect.retry_after), [Some(2), None, None]);
        assert!(answers.iter().all(|effect| effect.slow == Duration::from_secs(1)));
    }

    #[test]
    fn a_dropped_field_waits_for_a_change() {
        let mut faults = [fault("drop=firstName,times=1")];
        assert_eq!(strike(&mut faults, Some(Target::Read)), Effect::default());
        assert_eq!(strike(&mut faults, Some(Target::Patch)).dropped.len(), 1);
        assert_eq!(strike(&mut faults, Some(Target::Patch)), Effect::default());
    }

    #[test]
    fn what_is_misreported_waits_for_a_question_and_on_narrows_a_fault() {
        let mut faults = [fault("lack=notes,times=1"), fault("503,on=patch")];
        assert_eq!(strike(&mut faults, Some(Target::Patch)).misreports, []);
        let read = strike(&mut faults, Some(Target::Read));
        assert_eq!((read.misreports.len(), read.answer), (1, None));
        assert_eq!(strike(&mut faults, None).answer, None);
        assert_eq!(strike(&mut faults, Some(Target::Patch)).answer, status(503));
    }
}
