//! Applying the rules to everything that was gathered.

use super::gather::Inputs;
use super::options::Strictness;
use crate::failure::Failure;
use crate::model::patch::Patch;
use crate::model::problem::{Level, Problem, Rule, Source};
use crate::model::rules;
use crate::model::wire;

/// A patch that may be sent.
#[derive(Debug)]
pub struct Checked {
    pub patch: Patch,
    /// The request's body, in bytes as they are sent.
    pub body: String,
    pub warnings: Vec<Problem>,
}

/// Applies the rules.
///
/// # Errors
/// Every problem of every input, if one of them is an error.
pub fn check(inputs: Inputs, strictness: Strictness) -> Result<Checked, Failure> {
    let Inputs { patch, mut problems, is_restored, is_incomplete, for_fill, has_flags, .. } = inputs;
    let Strictness { unchecked, strict } = strictness;
    let today = rules::today();
    let options = rules::Options { unchecked, for_fill, has_flags, incomplete: is_incomplete, today };
    problems.extend(rules::check(&patch, options));
    for problem in &mut problems {
        // Setting what the service already holds does no harm, however odd it is. But with an unknown client type
        // the rules cannot tell what is required.
        let is_harmless =
            problem.source == Some(Source::Record) && problem.id != Rule::UNKNOWN_CLIENT_TYPE.into();
        if is_harmless || is_restored && problem.source.is_some() {
            problem.level = Level::Warning;
        }
    }
    let body = wire::body(&patch);
    problems.extend(rules::body(&body).err().map(|fault| fault.of(None)));
    if strict {
        problems.iter_mut().for_each(|problem| problem.level = Level::Error);
    }
    if problems.iter().any(Problem::is_error) {
        return Err(Failure::problems(problems));
    }
    Ok(Checked { patch, body, warnings: problems })
}

/// Checks what can be judged before the record is read.
///
/// # Errors
/// As [`check`].
pub fn check_before_reading(inputs: &Inputs, strictness: Strictness) -> Result<(), Failure> {
    check(inputs.clone(), strictness).map(|_| ())
}
