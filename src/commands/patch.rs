//! `booster customer patch`: changes one customer, by flags, files or questions.

use super::interaction::{PreviewState, TerminalInteraction, interrupted};
use super::interactive::{self, Answered, Subject};
use super::patch_report::{add_parts, send_and_report};
use crate::app::App;
use crate::auth::Auth;
use crate::config::Profile;
use crate::document::tree::Format;
use crate::failure::Failure;
use crate::guard;
use crate::input::flags::FieldFlags;
use crate::outcome::Outcome;
use crate::pipeline::check::{self, check};
use crate::pipeline::gather::{self, Inputs};
use crate::pipeline::options::{Force, PatchOptions, Reading, Sending, Strictness};
use crate::pipeline::service::Service;
use crate::pipeline::{PatchContext, PatchResult, fill};
use crate::report::Report;
use crate::sandbox::{self, Sandbox};
use crate::views::{diff_view, preview};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
A value that begins with @ is read from that file, and @- from standard input; write @@ for a value that \
begins with @.
A later file overrides an earlier one, and flags override files. A list overrides a whole list.
An item flag such as --email adds to the list in a file, or else to the customer's list, which is read for that.
See also `booster help exit-codes`, `help rules`, `help shorthand`, and `customer explain FIELD` for one field.")]
pub struct Args {
    /// The customer's Booster id, from 1 to 2147483647; or give it in a file, as boosterCustomerId
    #[arg(allow_negative_numbers = true)]
    id: Option<String>,
    /// JSON or TOML file with fields, - for standard input; may be repeated
    #[arg(long, value_name = "FILE|-")]
    from: Vec<String>,
    /// Format of the files, if their names and first characters do not show it: toml, json
    #[arg(long, value_enum, hide_possible_values = true, value_name = "FORMAT")]
    format: Option<Format>,
    #[command(flatten)]
    sending: Sending,
    /// Answer questions; the default on a terminal if no field is given
    #[arg(short, long)]
    interactive: bool,
    /// Do not use the profile's defaults
    #[arg(long)]
    no_defaults: bool,
    #[command(flatten)]
    strictness: Strictness,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    fields: FieldFlags,
}

/// # Errors
/// Every way in which a patch can fail; the report keeps what was known until then.
pub async fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let mut profile = super::resolve_profile(app, report)?;
    let mut options = PatchOptions {
        fill: args.reading.fills(&profile),
        diff: args.reading.diff,
        strictness: args.strictness,
        sending: args.sending.clone(),
        keeps_values: false,
    };
    options.check(&profile, None)?;
    let (id, mut inputs) = gather(args, options.fill, &profile, app, report)?;
    let sandbox = start_sandbox(&mut profile).await?;
    if !args.asks(app) && wants_the_rest(&inputs, &options, &profile, app)? {
        options.fill = true;
    }
    let interaction = TerminalInteraction::new(app);
    let service = Service::new(&profile, &interaction);
    let mut result = PatchResult::default();
    if args.asks(app) {
        let customer = Customer { id, profile: &profile, options: &options, force: args.reading.force };
        ask(&customer, &mut inputs, &service, &mut result, app, report).await?;
        if report.outcome == Outcome::Planned {
            return Ok(());
        }
        // What the rules require and nobody answered comes from the record that was shown.
        options.fill |= result.snapshot.is_some();
        interaction.set_preview(PreviewState::Agreed);
    }
    let mut context = PatchContext::new("customer patch", id, &profile, &options, &interaction);
    if args.reading.force {
        context.force = Force::All;
    }
    let run = send_and_report(inputs, &context, &service, result, app, report).await?;
    if let Some(sandbox) = sandbox.as_ref().filter(|_| run.is_some()) {
        let record = sandbox.customer(i64::from(id)).unwrap_or_default();
        report.text.push_str(&preview::sandbox_record(&record));
        report.answer = Some(("record", record.into()));
    }
    Ok(())
}

/// Whether a person wants what is required and not given to be taken from the record. Enter alone is no: consents are
/// among it, and nobody takes one over by habit.
fn wants_the_rest(
    inputs: &Inputs,
    options: &PatchOptions,
    profile: &Profile,
    app: &App<'_>,
) -> Result<bool, Failure> {
    let missing = check::missing(inputs, options, profile);
    if missing.is_empty() || app.json || !app.may_ask() {
        return Ok(false);
    }
    if !options.is_dry_run() {
        guard::forbid(&profile.guard)?;
    }
    app.terminal.error(&format!("Required, and not given: {}.", diff_view::with_consents(&missing)));
    app.terminal.confirm("Take the rest from the customer's record?").map_err(interrupted)
}

/// Whom the questions are about, and what the command line says besides.
struct Customer<'a> {
    id: u32,
    profile: &'a Profile,
    options: &'a PatchOptions,
    force: bool,
}

/// Asks for the fields. The outcome is `planned` if the person saved the patch to a file instead of sending it.
async fn ask(
    customer: &Customer<'_>,
    inputs: &mut Inputs,
    service: &Service<'_>,
    result: &mut PatchResult,
    app: &App<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    let Customer { id, profile, options, force } = *customer;
    if !options.is_dry_run() {
        guard::forbid(&profile.guard)?;
        // Nobody should answer questions for a patch that can go nowhere.
        service.credential().await?;
    }
    let read = fill::read_before_asking(id, profile, options, inputs, service, result).await;
    let not_read = read.inspect_err(|_| add_parts(result, app, report))?;
    let (record, not_read) = (result.snapshot.as_ref(), not_read.as_deref());
    let replaces_lists = inputs.replaces_lists;
    let subject = Subject { id, profile, options, force, replaces_lists, record, not_read };
    match interactive::ask_for_patch(inputs, &subject, app)? {
        Answered::Saved(path) => {
            report.outcome = Outcome::Planned;
            report.text = format!("Wrote {path}. Nothing was sent.");
            report.afterword = interactive::how_to_repeat(&subject, &inputs.patch, Some(&path), app);
            report.part("file", path.into());
        }
        Answered::Send(kept) => {
            report.afterword = interactive::how_to_repeat(&subject, &inputs.patch, kept.as_deref(), app);
        }
    }
    Ok(())
}

impl Args {
    fn has_fields(&self) -> bool {
        !self.from.is_empty() || !self.fields.is_empty()
    }

    /// Whether questions are to be asked: on demand, or because nothing is given and somebody is there.
    fn asks(&self, app: &App<'_>) -> bool {
        self.interactive || (app.may_ask() && !self.has_fields())
    }
}

/// Gathers the inputs: defaults, files, flags, and the id.
fn gather(
    args: &Args,
    fills: bool,
    profile: &Profile,
    app: &App<'_>,
    report: &mut Report,
) -> Result<(u32, Inputs), Failure> {
    let stdin_uses = args.from.iter().filter(|path| *path == crate::document::read::STDIN).count()
        + args.fields.stdin_uses();
    gather::read_stdin_once(stdin_uses)?;
    let mut inputs = if args.no_defaults { Inputs::new(profile) } else { Inputs::of(profile)? };
    let refusal = if args.interactive && !app.may_ask() {
        Some("questions cannot be asked here: there is no terminal, or --no-input forbids them")
    } else if !args.has_fields() && !args.asks(app) {
        Some("no field is given: there is nothing to change")
    } else {
        None
    };
    if let Some(message) = refusal {
        report.customer = inputs.customer(args.id.as_deref());
        inputs.problems.extend(interactive::cannot_ask(message).problems);
        return Err(Failure::problems(inputs.problems));
    }
    args.from.iter().for_each(|path| inputs.merge_file(path, args.format));
    inputs.merge_flags(&args.fields);
    report.customer = inputs.customer(args.id.as_deref());
    if let Some(id) = report.customer {
        return Ok((id, inputs));
    }
    // Together with everything else that is wrong; but what is missing would be asked for, or be in the record.
    inputs.is_incomplete |= args.asks(app);
    inputs.for_fill = fills || app.may_ask();
    Err(check(inputs, args.strictness).expect_err("a wrong id is a problem, and a problem stops"))
}

/// Starts a sandbox in this process, where the profile is to be one, and makes it the target. It gets no credential; that no guard holds for it was decided with the profile.
pub async fn start_sandbox(profile: &mut Profile) -> Result<Option<Sandbox>, Failure> {
    if !profile.is_sandbox {
        return Ok(None);
    }
    let sandbox = sandbox::start(profile.patching.record, sandbox::Options::default()).await?;
    profile.base_url = Some(crate::config::base_url(&sandbox.base_url(), None)?);
    profile.auth = Auth::none();
    Ok(Some(sandbox))
}
