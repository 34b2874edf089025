//! The reason for a change: whether the profile wants one, and where it comes from.

use super::{PatchContext, PatchResult};
use crate::config::reason_mode::ReasonMode;
use crate::failure::Failure;
use crate::model::diff;
use crate::model::field::Field;
use crate::model::patch::Patch;
use crate::model::problem::{Fault, Rule};

/// Finds the reason: the one that was given, or, where the profile wants one, the answer of a person.
///
/// # Errors
/// Refused, where one is wanted and nobody can be asked.
pub fn find(patch: &Patch, context: &PatchContext<'_>, result: &mut PatchResult) -> Result<(), Failure> {
    result.reason.clone_from(&context.options.sending.reason);
    let wanted_for = wanted_for(patch, context, result);
    if wanted_for.is_empty() || result.reason.is_some() {
        return Ok(());
    }
    result.reason = context.interaction.ask_reason(&wanted_for)?;
    if result.reason.is_some() {
        return Ok(());
    }
    let names: Vec<&str> = wanted_for.iter().map(|field| field.name).collect();
    let message = format!("the profile requires a reason for changing {}", names.join(", "));
    let hint = "give a reason with --reason TEXT; it is stored in the history";
    Err(Failure::problem(Fault::new(Rule::NO_REASON, message).hint(hint).of(None)))
}

/// The fields for whose change the profile wants a reason. What a sandbox holds is nobody's customer.
fn wanted_for(patch: &Patch, context: &PatchContext<'_>, result: &PatchResult) -> Vec<&'static Field> {
    if context.profile.is_sandbox {
        return Vec::new();
    }
    let mut changed = diff::changed(patch, result.snapshot.as_ref());
    match context.profile.patching.reason {
        ReasonMode::Optional => changed.clear(),
        ReasonMode::Consents => changed.retain(|field| field.is_consent()),
        ReasonMode::Always => {}
    }
    changed
}
