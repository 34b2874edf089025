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
    let Inputs { patch, mut problems, is_restored, is_incomplete, .. } = inputs;
    let options =
        rules::Options { unchecked: strictness.unchecked, incomplete: is_incomplete, today: rules::today() };
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
    let problems = leveled(problems, strictness);
    if problems.iter().any(Problem::is_error) {
        return Err(Failure::problems(problems));
    }
    Ok(Checked { patch, body, warnings: problems })
}

/// The warnings of inputs of which nothing is left to send.
///
/// # Errors
/// The problems, if one of them is an error, as every warning is to those who are strict.
pub fn warnings_alone(inputs: Inputs, strictness: Strictness) -> Result<Vec<Problem>, Failure> {
    let problems = leveled(inputs.problems, strictness);
    if problems.iter().any(Problem::is_error) { Err(Failure::problems(problems)) } else { Ok(problems) }
}

/// Takes warnings for errors, if that is wanted.
fn leveled(mut problems: Vec<Problem>, strictness: Strictness) -> Vec<Problem> {
    if strictness.strict {
        problems.iter_mut().for_each(|problem| problem.level = Level::Error);
    }
    problems
}

/// Checks what can be judged before the record is read.
///
/// # Errors
/// As [`check`].
pub fn check_before_reading(inputs: &Inputs, strictness: Strictness) -> Result<(), Failure> {
    check(inputs.clone(), strictness).map(|_| ())
}
