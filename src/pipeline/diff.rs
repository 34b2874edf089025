//! Comparing the checked patch with the customer's record.

use super::{PatchContext, PatchResult};
use crate::model::diff;
use crate::model::patch::Patch;

/// Notes what was taken from the record and, where that was asked for, what the patch would change.
pub fn diff(patch: &Patch, context: &PatchContext<'_>, result: &mut PatchResult) {
    let Some(snapshot) = &result.snapshot else { return };
    if context.options.fill {
        result.filled_values = Some(patch.only(&result.filled));
    }
    if context.options.diff {
        result.differences = Some(diff::between(snapshot, patch));
    }
}
