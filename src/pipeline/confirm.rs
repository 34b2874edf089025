//! Permission to send: what a person saw and said, what the guard wants, and that the record has not changed since.

use super::options::Force;
use super::service::Service;
use super::{Confirmation, PatchContext, PatchResult, Preview};
use crate::failure::Failure;
use crate::guard::{self, Confirmed, Permission};
use crate::model::diff;
use crate::model::field::Field;
use crate::model::patch::Patch;
use crate::model::problem::Problem;
use crate::model::record::Snapshot;
use crate::outcome::Outcome;

/// A permission, and whether a person was shown values of the record before it was given.
pub struct Permit {
    pub permission: Permission,
    was_shown: bool,
}

/// Shows what is about to be sent, asks if the guard wants that, and decides.
///
/// # Errors
/// Stopped, by the guard or the person.
pub fn confirm(patch: &Patch, context: &PatchContext<'_>, result: &PatchResult) -> Result<Permit, Failure> {
    let differences = result.differences.as_deref();
    let PatchContext { id, profile, .. } = *context;
    let (snapshot, filled, dropped) = (result.snapshot.as_ref(), &result.filled, &result.dropped);
    let preview = Preview { id, profile, patch, snapshot, filled, differences, dropped };
    let confirmation = context.interaction.confirm(&preview, context.must_ask())?;
    let name = context.options.sending.confirm.as_deref();
    let confirmed = Confirmed { name, profile: profile.name.as_deref(), profiles: &profile.names };
    let permission = guard::decide(&profile.guard, confirmed, || {
        Ok(match confirmation {
            Confirmation::Agreed => Some(true),
            Confirmation::Declined => Some(false),
            Confirmation::NotAsked => None,
        })
    })?;
    Ok(Permit { permission, was_shown: differences.is_some() || confirmation == Confirmation::Agreed })
}

/// Reads the record again if a person was shown values of it, and stops if they have changed since. The service gives
/// no version of a record that could be sent along, so a window of milliseconds remains.
///
/// # Errors
/// Stopped, with each field that has changed; a record that cannot be read.
pub async fn reread(
    patch: &Patch,
    permit: &Permit,
    context: &PatchContext<'_>,
    service: &Service<'_>,
    result: &mut PatchResult,
) -> Result<(), Failure> {
    // Even where no change stops the patch, a backup should hold what is there now.
    let is_wanted = permit.was_shown
        && (!matches!(context.force, Force::All) || context.options.wants_backup(context.profile));
    let Some(shown) = result.snapshot.take_if(|_| is_wanted) else { return Ok(()) };
    let current = service.read(context.id, result).await?;
    let changed =
        patch.iter().map(|(field, _)| field).filter(|field| !context.force.covers(field)).filter(|field| {
            match (shown.get(field), current.get(field)) {
                (Some(before), Some(now)) => !diff::same(before, now),
                // A day that is uncertain is compared as it is written.
                (None, None) => uncertain(&shown, field) != uncertain(&current, field),
                (Some(_), None) | (None, Some(_)) => true,
            }
        });
    let problems: Vec<Problem> = changed
        .map(|field| {
            let flag = match context.undoes {
                Some(_) => format!("--force={}", field.name),
                None => "--force".to_owned(),
            };
            let message = format!("{} has changed since it was shown; nothing was sent", field.name);
            let hint = format!("run the command again to see the new value, or send anyway with {flag}");
            Problem::of(Outcome::Stopped, message).on(field.name).hint(hint)
        })
        .collect();
    result.snapshot = Some(current);
    if problems.is_empty() {
        return Ok(());
    }
    result.is_outdated = true;
    Err(Failure::with(Outcome::Stopped, problems))
}

fn uncertain<'a>(snapshot: &'a Snapshot, field: &Field) -> Option<&'a serde_json::Value> {
    snapshot.uncertain.get(field.name).map(|found| &found.value)
}
