//! The row of an undo: what of it has to be set back now.

use crate::failure::Failure;
use crate::input::file;
use crate::model::problem::Problem;
use crate::model::revert::{self, Plan};
use crate::outcome::Outcome;
use crate::pipeline::gather::Inputs;
use crate::pipeline::service::Service;
use crate::pipeline::{PatchContext, PatchResult, fill};

/// What of these inputs, the values before, has to be set back; none where nothing has to be. Stored are, as JSON, what the
/// run sent and which fields it took from the record. What others have changed since is set back by force alone.
///
/// # Errors
/// A record that cannot be read, a value that others have changed, or one that is not known.
pub async fn restored(
    inputs: Inputs,
    (sent, filled): (String, String),
    force: bool,
    context: &PatchContext<'_>,
    service: &Service<'_>,
    result: &mut PatchResult,
) -> Result<Option<Inputs>, Failure> {
    let mut sent = file::of_json(inputs.patch.record(), &sent, "what the run sent")?;
    revert::take_lists(&mut sent, context.profile.reading.lists);
    let filled: Vec<String> = serde_json::from_str(&filled).unwrap_or_default();
    let current = service.read(context.id, result).await?;
    fill::ensure_readable(&current, |field| sent.mentions(field))?;
    let plan = Plan::new(&inputs.patch, &sent, &filled, &[], &current);
    let changed = plan.changed.iter().chain(&plan.unknown).filter(|_| !force);
    let problems: Vec<Problem> = changed
        .map(|field| {
            let message =
                format!("{} has been changed since, or may have been; nothing was sent", field.name);
            Problem::of(Outcome::Stopped, message).on(field.name).hint("--force restores it anyway")
        })
        .collect();
    if !problems.is_empty() {
        return Err(Failure::with(Outcome::Stopped, problems));
    }
    if plan.is_empty() {
        if plan.restored.is_empty() && !plan.lost.is_empty() {
            let lost = plan.lost.iter().map(|field| field.name).collect::<Vec<_>>().join(", ");
            let message = format!("the previous values of {lost} are not known; nothing was sent");
            return Err(Failure::new(Outcome::Stopped, message));
        }
        return Ok(None);
    }
    (result.snapshot, result.filled) = (Some(current), plan.filled);
    let mut restored = Inputs::restored(plan.patch);
    restored.for_fill = inputs.for_fill;
    Ok(Some(restored))
}
