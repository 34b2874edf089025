//! What came of a patch, as text for a person and as parts of the document that `-o json` prints.
//!
//! The document holds, if it was asked for:
//! - `cleared`: `["field"]`, the texts and lists that the patch empties;
//! - `defaults`: `[{"field", "value", "source"}]`, the profile's defaults that are sent;
//! - `filled`: `[{"field", "value", "source": {"record": true}, "consent"}]`, what was taken from the record;
//! - `diff`: `[{"field", "now", "then", "known"}]`, what the patch would change, lists item by item; empty if it would
//!   change nothing;
//! - `removedItems`: `[{"field", "items": ["text"]}]`, the items of the customer that a list of the patch drops;
//! - `backup`: `{"file", "notRestored": ["field"]}`, where the values before lie, and which fields the answer did not
//!   carry, so that they cannot be set back;
//! - `unverified`: `["field"]`, what `--verify` could not compare because the answer does not carry it, and what was
//!   not saved as it was sent, which is a problem too, under the rule `unverified`;
//! - `run`: the name under which `history show` and `undo` know the patch that went out.

use serde_json::{Value as Json, json};

use crate::app::App;
use crate::failure::Failure;
use crate::http::curl::to_curl;
use crate::http::request::Proposal;
use crate::model::diff::Difference;
use crate::model::field::Field;
use crate::model::patch::{Given, Patch};
use crate::model::record::Snapshot;
use crate::model::wire;
use crate::outcome::Outcome;
use crate::pipeline::gather::Inputs;
use crate::pipeline::options::DryRunFormat;
use crate::pipeline::service::Service;
use crate::pipeline::{self, Ended, PatchContext, PatchResult};
use crate::platform::shell::Shell;
use crate::report::Report;
use crate::state::history::Run;
use crate::views::{diff_view, preview};

/// Runs the pipeline and reports what came of it. Gives the run in which the patch was sent.
///
/// # Errors
/// Every way in which a patch can fail; the report keeps what was known until then.
pub async fn send_and_report(
    inputs: Inputs,
    context: &PatchContext<'_>,
    service: &Service<'_>,
    mut result: PatchResult,
    app: &App<'_>,
    report: &mut Report,
) -> Result<Option<Run>, Failure> {
    let ended = pipeline::run(inputs, context, service, app.interrupts, &mut result).await;
    add_parts(&mut result, app, report);
    match ended.inspect_err(|_| add_afterword(&result, context, report))? {
        Ended::Planned { patch, body, request } => {
            planned(&patch, body, request, context, report)?;
            let is_curl = context.options.sending.dry_run == Some(DryRunFormat::Curl);
            if is_curl && !app.json && report.afterword.is_empty() && Shell::current() != Shell::Unix {
                report.afterword = FOR_UNIX.to_owned();
            }
            if !result.dropped.is_empty() && !app.json {
                app.terminal.error(&diff_view::dropped_items(&result.dropped));
            }
            if let Some(differences) = &result.differences {
                planned_differences(differences, context, app, report);
            }
            Ok(None)
        }
        Ended::Unchanged => {
            unchanged(context.id, report);
            Ok(None)
        }
        Ended::Sent { patch, answer } => {
            report.outcome = Outcome::Sent;
            add_cleared_and_defaults(&patch, report);
            report.text = preview::sent(context.id, &patch, context.profile, &answer);
            if let Some(backup) = &result.backup {
                report.text.push_str(&format!("{}\n", backup.describe(context)));
            }
            if let Some(unknown) = &result.unverified {
                report.text.push_str(&diff_view::verified(patch.len(), unknown));
            }
            Ok(result.run)
        }
    }
}

/// Reads a customer before anything else is done, and reports the exchange if that fails.
///
/// # Errors
/// As [`Service::read`].
pub async fn read_and_report(
    id: u32,
    service: &Service<'_>,
    app: &App<'_>,
    report: &mut Report,
) -> Result<Snapshot, Failure> {
    let mut result = PatchResult::default();
    let read = service.read(id, &mut result).await;
    read.inspect_err(|_| add_parts(&mut result, app, report))
}

/// What is known whether the patch was sent or not.
pub fn add_parts(result: &mut PatchResult, app: &App<'_>, report: &mut Report) {
    report.problems.append(&mut result.warnings);
    report.response = result.response.as_ref().map(|response| response.to_json());
    if app.json {
        report.request = result.request.as_ref().map(|request| request.to_json());
    }
    if let Some(filled) = &result.filled_values {
        report.part("filled", filled_json(filled));
    }
    if let Some(differences) = &result.differences {
        report.part("diff", differences.iter().map(Difference::to_json).collect());
    }
    if !result.dropped.is_empty() {
        let rows = result.dropped.iter().map(|(field, items)| json!({ "field": field.name, "items": items }));
        report.part("removedItems", rows.collect());
    }
    if let Some(backup) = &result.backup {
        let lost: Vec<&str> = backup.not_restored.iter().map(|field| field.name).collect();
        report.part("backup", json!({ "file": backup.file.to_string_lossy(), "notRestored": lost }));
    }
    if let Some(unknown) = &result.unverified {
        report.part("unverified", json!(unknown));
    }
    if let Some(run) = &result.run {
        report.part("run", json!(run.name()));
    }
}

fn filled_json(filled: &Patch) -> Json {
    let row = |(field, given)| {
        let mut row = row(field, given);
        if field.is_consent() {
            row["consent"] = true.into();
        }
        row
    };
    filled.iter().map(row).collect()
}

fn row(field: &Field, given: &Given) -> Json {
    json!({ "field": field.name, "value": wire::value(&given.value), "source": given.source.to_json() })
}

/// What nobody may have meant to send.
fn add_cleared_and_defaults(patch: &Patch, report: &mut Report) {
    let cleared = preview::cleared(patch);
    if !cleared.is_empty() {
        report.part("cleared", json!(cleared));
    }
    let defaults: Vec<Json> = preview::defaults(patch).map(|(field, given)| row(field, given)).collect();
    if !defaults.is_empty() {
        report.part("defaults", json!(defaults));
    }
}

/// What is left for a person to know after a failure.
fn add_afterword(result: &PatchResult, context: &PatchContext<'_>, report: &mut Report) {
    if result.is_outdated {
        // To send the same again would overwrite the change.
        report.afterword.clear();
    }
    let removed = result.removed_backup.as_ref();
    let removed = removed.map(|file| format!("Nothing was changed, so the backup {file} was removed."));
    let kept = result.backup.as_ref().map(|backup| backup.describe(context));
    for line in removed.into_iter().chain(kept) {
        let before = std::mem::take(&mut report.afterword);
        report.afterword = if before.is_empty() { line } else { format!("{line}\n{before}") };
    }
}

/// What would go out. The body alone needs no address.
fn planned(
    patch: &Patch,
    body: String,
    request: Option<Box<Proposal>>,
    context: &PatchContext<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    let format = context.options.sending.dry_run.unwrap_or(DryRunFormat::Text);
    report.outcome = Outcome::Planned;
    add_cleared_and_defaults(patch, report);
    report.verbatim = format != DryRunFormat::Text;
    report.request = Some(match &request {
        Some(request) => request.to_json(),
        None => json!({ "method": "PATCH", "body": wire::object(patch) }),
    });
    report.text = match (format, request) {
        (DryRunFormat::Text, _) => preview::dry_run(context.id, patch, context.profile),
        (DryRunFormat::Json, _) => body,
        (DryRunFormat::Http, Some(request)) => request.to_http(),
        (DryRunFormat::Curl, Some(request)) => {
            to_curl(request.request(), &context.profile.settings.tls) + "\n"
        }
        (DryRunFormat::Http | DryRunFormat::Curl, None) => {
            return Ok(context.profile.target().map(|_| ())?);
        }
    };
    if format == DryRunFormat::Curl && context.profile.is_sandbox {
        report.afterword = SANDBOX_ENDS.to_owned();
    }
    Ok(())
}

/// What is said of a curl line elsewhere: no quoting passes a body through every PowerShell.
const FOR_UNIX: &str = "The line is for a Unix shell, such as Git Bash.";

/// What is said of an address that a curl line would no longer reach.
const SANDBOX_ENDS: &str = "This sandbox ends with this command, so its address will not work; `booster \
sandbox` starts one that keeps running.";

/// What a dry run with `--diff` ends with: the differences, and an exit code that tells whether there are some.
fn planned_differences(
    differences: &[Difference],
    context: &PatchContext<'_>,
    app: &App<'_>,
    report: &mut Report,
) {
    report.outcome = if differences.is_empty() { Outcome::Unchanged } else { Outcome::Different };
    let table = diff_view::differences(context.id, differences);
    if context.options.sending.dry_run == Some(DryRunFormat::Text) {
        report.text = format!("{table}\n\n{}", report.text);
    } else if !app.json {
        app.terminal.say(&table);
    }
}

pub fn unchanged(id: u32, report: &mut Report) {
    report.outcome = Outcome::Unchanged;
    report.text = format!("Customer {id} already has these values: nothing was sent.\n");
}
