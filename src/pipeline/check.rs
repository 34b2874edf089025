//! Applying the rules to everything that was gathered.

use super::PatchContext;
use super::gather::Inputs;
use super::options::{PatchOptions, Strictness};
use crate::config::Profile;
use crate::failure::Failure;
use crate::model::field::Field;
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
pub fn check(mut inputs: Inputs, strictness: Strictness) -> Result<Checked, Failure> {
    let problems = std::mem::take(&mut inputs.problems);
    let body = wire::body(&inputs.patch);
    let warnings = judged(&inputs, problems, body.len(), strictness)?;
    Ok(Checked { patch: inputs.patch, body, warnings })
}

/// The warnings of a patch that may be sent, whose body has so many bytes.
fn judged(
    inputs: &Inputs,
    mut problems: Vec<Problem>,
    length: usize,
    strictness: Strictness,
) -> Result<Vec<Problem>, Failure> {
    let Inputs { patch, is_restored, is_incomplete, for_fill, has_flags, .. } = inputs;
    let (for_fill, has_flags, incomplete) = (*for_fill, *has_flags, *is_incomplete);
    let (unchecked, today) = (strictness.unchecked, rules::today());
    let options = rules::Options { unchecked, for_fill, has_flags, incomplete, today };
    problems.extend(rules::check(patch, options));
    for problem in &mut problems {
        // Setting what the service already holds does no harm, however odd it is. But with an unknown client type
        // the rules cannot tell what is required.
        let is_harmless =
            problem.source == Some(Source::Record) && problem.id != Rule::UNKNOWN_CLIENT_TYPE.into();
        // Who may not change a field may not set it back either.
        let is_old = *is_restored && problem.source.is_some() && problem.id != Rule::NOT_ALLOWED.into();
        if is_harmless || is_old {
            problem.level = Level::Warning;
        }
    }
    problems.extend(rules::body(length).err().map(|fault| fault.of(None)));
    let problems = leveled(problems, strictness);
    if problems.iter().any(Problem::is_error) {
        return Err(Failure::problems(problems));
    }
    Ok(problems)
}

/// The fields that the rules require and that could be taken from the record, where nothing else is wrong and nobody has
/// asked for that yet.
pub fn missing(inputs: &Inputs, options: &PatchOptions, profile: &Profile) -> Vec<&'static Field> {
    if options.fill || !profile.reading.is_on() {
        return Vec::new();
    }
    let Err(failure) = check_before_reading(inputs, options.strictness) else { return Vec::new() };
    let mut errors = failure.problems.iter().filter(|problem| problem.is_error());
    if !errors.all(is_missing) {
        return Vec::new();
    }
    let places = failure.problems.iter().filter(|problem| is_missing(problem));
    places.filter_map(|problem| inputs.patch.record().field(problem.field.as_ref()?)).collect()
}

/// Whether a field of the customer's own was not given at all: one that was given empty is not for the record to fill.
fn is_missing(problem: &Problem) -> bool {
    problem.source.is_none() && rules::is_about_missing(problem)
}

/// Says first how the record can give what is missing, where it can.
///
/// # Errors
/// The failure with that hint.
pub fn hint_at_fill<T>(checked: Result<T, Failure>, context: &PatchContext<'_>) -> Result<T, Failure> {
    checked.map_err(|mut failure| {
        let can_fill = !context.options.fill && context.profile.reading.is_on();
        if let Some(first) = failure.problems.iter_mut().find(|problem| can_fill && is_missing(problem)) {
            let other = first.hint.take().map_or_else(String::new, |hint| format!("; or {hint}"));
            first.hint = Some(format!("--fill takes what is missing from the customer's record{other}"));
        }
        failure
    })
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

/// Checks what can be judged before the record is read, and gives the warnings.
///
/// # Errors
/// As [`check`].
pub fn check_before_reading(inputs: &Inputs, strictness: Strictness) -> Result<Vec<Problem>, Failure> {
    // The body is not wanted, and hardly one is so long that its bytes have to be counted.
    let most = wire::most_bytes(&inputs.patch);
    let length = if rules::body(most).is_ok() { most } else { wire::body(&inputs.patch).len() };
    judged(inputs, inputs.problems.clone(), length, strictness)
}
