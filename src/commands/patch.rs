//! `booster customer patch`: one customer, from all doors, or from a conversation.

use super::App;
use super::interactive::{self, Ended, Subject};
use crate::auth::Auth;
use crate::config::Profile;
use crate::document::tree::Format;
use crate::failure::Failure;
use crate::guard::{self, Guard};
use crate::input::flags::FieldFlags;
use crate::model::problem::Source;
use crate::outcome::Outcome;
use crate::pipeline::confirm::{Confirmation, Shown};
use crate::pipeline::context::{Around, ReadBack};
use crate::pipeline::gather::{self, Inputs, Strictness};
use crate::pipeline::preview;
use crate::pipeline::send::{DryRun, Errand, carry_out};
use crate::pipeline::service::Service;
use crate::report::Report;
use crate::sandbox::{self, Sandbox};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
A value that begins with @ is read from that file, @- from standard input; @@ is a literal at sign.
Several files are merged one over the other, flags over files; a list replaces the list below it.
`booster help exit-codes`, `help rules` and `help shorthand` say more; `customer explain FIELD` about one field.")]
pub struct Args {
    /// The customer's Booster id, from 1 to 2147483647
    #[arg(allow_negative_numbers = true)]
    id: String,
    /// JSON or TOML file with fields, - for standard input; may be repeated
    #[arg(long, value_name = "FILE|-")]
    from: Vec<String>,
    /// Form of the files, where neither extension nor first character tells it: toml, json
    #[arg(long, value_enum, hide_possible_values = true, value_name = "FORM")]
    format: Option<Format>,
    /// Show what would go out, and send nothing: text, http, json, curl
    #[arg(long, value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "text")]
    #[arg(value_name = "FORM", hide_possible_values = true)]
    dry_run: Option<DryRun>,
    /// Be asked for the fields, as without any on a terminal
    #[arg(short, long)]
    interactive: bool,
    /// Leave out the profile's defaults
    #[arg(long)]
    no_defaults: bool,
    #[command(flatten)]
    confirmation: Confirmation,
    #[command(flatten)]
    strictness: Strictness,
    #[command(flatten)]
    read_back: ReadBack,
    #[command(flatten)]
    fields: FieldFlags,
}

/// # Errors
/// Every way in which a patch can fail; the report keeps what was known until then.
pub async fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let mut profile = Profile::resolve(&app.global.wanted())?;
    report.profile = profile.name.clone();
    args.read_back.allowed_by(&profile, None, args.dry_run.is_some())?;
    let (id, mut inputs) = gather(args, &profile, app, report)?;
    let sandbox = if app.global.sandbox { Some(start_sandbox(&mut profile).await?) } else { None };
    let mut around = Around::new("customer patch", id, &args.read_back, &profile, app);
    let mut service = Service::new(&profile, app);
    let subject =
        Subject { id, profile: &profile, strictness: args.strictness, is_dry_run: args.dry_run.is_some() };
    let mut shown = Shown::Nothing;
    if args.asks(app) {
        if args.dry_run.is_none() {
            guard::forbid(profile.guard, profile.name.as_deref())?;
            // Nobody should answer for a patch that can go nowhere.
            service.credential().await?;
        }
        // What the record gives need not be asked for.
        around.fill_before_asking(&mut inputs, &mut service, report).await?;
        let kept = match interactive::converse(&mut inputs, &subject, app, report)? {
            Ended::Saved(path) => {
                report.outcome = Outcome::Planned;
                report.text = format!("Wrote {path}. Nothing was sent.");
                report.afterword = interactive::repeated(&subject, &inputs.patch, Some(&path), app);
                report.part("file", path.into());
                return Ok(());
            }
            Ended::Send(kept) => kept,
        };
        report.afterword = interactive::repeated(&subject, &inputs.patch, kept.as_deref(), app);
        shown = Shown::Agreed;
    }
    let (strictness, dry_run, confirmation) = (args.strictness, args.dry_run, &args.confirmation);
    carry_out(Errand { inputs, strictness, dry_run, confirmation, shown, around }, &mut service, report)
        .await?;
    if let Some(sandbox) = sandbox.as_ref().filter(|_| report.outcome == Outcome::Sent) {
        let record = sandbox.customer(i64::from(id)).unwrap_or_default();
        report.text.push_str(&preview::held(&record));
        report.answer = Some(("record", record.into()));
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

/// Brings the inputs together: defaults, files, flags, and the id.
fn gather(
    args: &Args,
    profile: &Profile,
    app: &App<'_>,
    report: &mut Report,
) -> Result<(u32, Inputs), Failure> {
    let stdin_uses = args.from.iter().filter(|path| *path == crate::document::read::STDIN).count()
        + args.fields.stdin_uses();
    gather::read_stdin_once(stdin_uses)?;
    let mut inputs = if args.no_defaults { Inputs::new() } else { Inputs::of(profile)? };
    let id = inputs.customer(&args.id, Source::Argument("ID"));
    report.customer = id;
    let refusal = if args.interactive && !app.may_ask() {
        Some("nobody can be asked here: there is no terminal, or --no-input forbids it")
    } else if !args.has_fields() && !args.asks(app) {
        Some("no field is given: there is nothing to change")
    } else {
        None
    };
    if let Some(message) = refusal {
        inputs.problems.extend(interactive::cannot_ask(message).problems);
        return Err(Failure::problems(inputs.problems));
    }
    args.from.iter().for_each(|path| inputs.merge_file(path, args.format));
    inputs.merge_flags(&args.fields);
    inputs.compare_ids(id);
    match id {
        Some(id) => Ok((id, inputs)),
        // With everything else that is wrong.
        None => Err(inputs.check(args.strictness).expect_err("a wrong id is a problem, and a problem stops")),
    }
}

/// Starts a Booster in this process and makes it the target. No credential goes there, and the guard, which is about
/// the profile's own target, has nothing to guard.
pub async fn start_sandbox(profile: &mut Profile) -> Result<Sandbox, Failure> {
    let sandbox = sandbox::start(sandbox::Options::default()).await?;
    profile.base_url = Some(crate::config::base_url(&sandbox.base_url(), None)?);
    profile.auth = Auth::none();
    profile.guard = Guard::Open;
    profile.environment = None;
    profile.is_sandbox = true;
    Ok(sandbox)
}
