//! `booster customer patch`: one customer, from all doors, checked, sent and answered.

use std::time::Duration;

use serde_json::json;

use super::App;
use super::inputs::{Inputs, Strictness};
use super::preview;
use super::read_back::{Around, ReadBack};
use super::service::{self, Service, what_came};
use crate::client::request::Request;
use crate::client::verdict::{self, Verdict};
use crate::client::{Attempt, Exchange, auth::Auth};
use crate::doors::flags::FieldFlags;
use crate::doors::tree::Format;
use crate::failure::{Failure, Outcome};
use crate::interrupt::Signal;
use crate::patch::Patch;
use crate::problem::{Problem, Source};
use crate::profile::Profile;
use crate::report::Report;
use crate::sandbox::{self, Sandbox};
use crate::wire;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
A value that begins with @ is read from that file, @- from standard input; @@ is a literal at sign.
Several files are laid one over the other, flags over files; a list replaces the list below it.
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
    #[command(flatten)]
    strictness: Strictness,
    #[command(flatten)]
    read_back: ReadBack,
    #[command(flatten)]
    fields: FieldFlags,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum DryRun {
    Text,
    /// Request line, headers and body, byte for byte.
    Http,
    /// The body alone.
    Json,
    /// A command line.
    Curl,
}

/// # Errors
/// Every way in which a patch can fail; the report keeps what was known until then.
pub async fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let mut profile = Profile::resolve(&app.global.wanted())?;
    report.profile = profile.name.clone();
    args.read_back.allowed_by(&profile, None, args.dry_run.is_some())?;
    let (id, inputs) = gather(args, &profile, report)?;
    let sandbox = if app.global.sandbox { Some(start_sandbox(&mut profile).await?) } else { None };
    let around = Around::new("customer patch", id, &args.read_back, &profile, app);
    let errand = Errand { inputs, strictness: args.strictness, dry_run: args.dry_run, around };
    carry_out(errand, &mut Service::new(&profile, app), report).await?;
    if let Some(sandbox) = sandbox.as_ref().filter(|_| report.outcome == Outcome::Sent) {
        let record = sandbox.customer(i64::from(id)).unwrap_or_default();
        report.text.push_str(&preview::held(&record));
        report.answer = Some(("record", record.into()));
    }
    Ok(())
}

/// One patch, gathered, and what is wanted around it.
pub(super) struct Errand<'a> {
    pub inputs: Inputs,
    pub strictness: Strictness,
    pub dry_run: Option<DryRun>,
    pub around: Around<'a>,
}

/// The way of every single patch, whichever command it comes from: filled, checked, compared, shown, kept, sent,
/// looked at.
///
/// # Errors
/// Every way in which a patch can fail; the report keeps what was known until then.
pub(super) async fn carry_out(
    errand: Errand<'_>,
    service: &mut Service<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    let Errand { mut inputs, strictness, dry_run, mut around } = errand;
    let (id, profile, app) = (around.id, around.profile, around.app);
    around.fill(&mut inputs, strictness, dry_run.is_some(), service, report).await?;
    let checked = inputs.check(strictness)?;
    let patch = checked.patch;
    report.problems.extend(checked.warnings);
    app.terminal.explain(1, || preview::layers(&patch));

    let differences = around.compare(&patch, report)?;
    if let Some(form) = dry_run {
        plan(form, id, &patch, checked.body, profile, report)?;
        around.planned(form == DryRun::Text, differences.as_deref(), report);
        return Ok(());
    }
    if differences.as_ref().is_some_and(Vec::is_empty) {
        around.unchanged(report);
        return Ok(());
    }
    let credential = service.credential().await?;
    let request = Request::patch_customer(profile.target()?, id, checked.body, credential);
    around.show(&patch, differences.as_deref());
    // A guard that asks here shows what was taken over as well: then that was shown too.
    around.still_the_same(&patch, differences.is_some(), service, report).await?;
    around.back_up(&patch, strictness, report)?;
    report.request = Some(request.to_json());
    let sending = service.exchange(&request, patch.is_repeatable());
    let ended = match app.interrupts.or_signal(sending).await {
        Ok(exchange) => conclude(id, &patch, &exchange?, profile, report),
        Err(signal) => Err(interrupted(signal, report)),
    };
    around.conclude(ended, &patch, service, report).await
}

/// Brings the inputs together: defaults, files, flags, and the id.
fn gather(args: &Args, profile: &Profile, report: &mut Report) -> Result<(u32, Inputs), Failure> {
    let stdin_uses =
        args.from.iter().filter(|path| *path == crate::input::STDIN).count() + args.fields.stdin_uses();
    if stdin_uses > 1 {
        return Err(Failure::usage("standard input is named more than once, and can be read only once")
            .hint("put one of the inputs into a file"));
    }
    let mut inputs = Inputs::of(profile)?;
    let id = inputs.customer(&args.id, Source::Argument("ID"));
    report.customer = id;
    if args.from.is_empty() && args.fields.is_empty() {
        let problem = Problem::usage(None, "no field is given: there is nothing to change", Some(
            "add a flag such as --first-name, or --from FILE; `booster customer explain` lists every field".into(),
        ));
        inputs.problems.push(problem);
        return Err(Failure::problems(inputs.problems));
    }
    args.from.iter().for_each(|path| inputs.lay_file(path, args.format));
    inputs.lay_flags(&args.fields);
    inputs.compare_ids(id);
    match id {
        Some(id) => Ok((id, inputs)),
        // Without an id nothing can be read, so everything else that is wrong is said now.
        None => Err(inputs.check(args.strictness).expect_err("a wrong id is a problem")),
    }
}

/// Starts a Booster in this process and makes it the target. No credential goes there.
pub(super) async fn start_sandbox(profile: &mut Profile) -> Result<Sandbox, Failure> {
    let sandbox = sandbox::start(sandbox::Options::default()).await.map_err(anyhow::Error::from)?;
    profile.base_url = Some(crate::profile::base_url(&sandbox.base_url(), None)?);
    profile.auth = Auth::None;
    Ok(sandbox)
}

/// Shows what would go out. Neither a credential nor, for the body alone, an address is needed.
fn plan(
    form: DryRun,
    id: u32,
    patch: &Patch,
    body: String,
    profile: &Profile,
    report: &mut Report,
) -> Result<(), Failure> {
    report.outcome = Outcome::Planned;
    report.verbatim = form == DryRun::Json;
    let Some(base_url) = &profile.base_url else {
        report.request = Some(json!({ "method": "PATCH", "body": wire::object(patch) }));
        report.text = match form {
            DryRun::Http | DryRun::Curl => return profile.target().map(|_| ()),
            DryRun::Json => body,
            DryRun::Text => preview::dry_run(id, patch, profile),
        };
        return Ok(());
    };
    let request = Request::patch_customer(base_url, id, body, profile.shown_credential());
    report.request = Some(request.to_json());
    report.verbatim = matches!(form, DryRun::Http | DryRun::Json);
    report.text = match form {
        DryRun::Text => preview::dry_run(id, patch, profile),
        DryRun::Http => request.to_http(),
        DryRun::Json => request.body,
        DryRun::Curl => request.to_curl(),
    };
    Ok(())
}

fn interrupted(signal: Signal, report: &mut Report) -> Failure {
    report.exit_code = Some(signal.exit_code());
    Failure::new(Outcome::Unknown, "interrupted while the request was under way: it may have been applied")
        .hint("look at the customer before sending it again")
}

/// Turns the end of the exchange into the report's outcome.
fn conclude(
    id: u32,
    patch: &Patch,
    exchange: &Exchange,
    profile: &Profile,
    report: &mut Report,
) -> Result<(), Failure> {
    let (verdict, status) = verdict::of(exchange);
    report.response = service::response(exchange, status.as_ref());
    let came = what_came(&exchange.last);
    let failure = match verdict {
        Verdict::Done => {
            report.outcome = Outcome::Sent;
            report.text = preview::sent(id, patch, profile, &came);
            return Ok(());
        }
        Verdict::Rejected => {
            Failure::new(Outcome::Rejected, format!("{came}: it refused the patch, nothing was applied"))
        }
        Verdict::Unauthenticated => {
            Failure::new(Outcome::Unauthenticated, format!("{came}: it does not accept the sign-in"))
                .hint(sign_in_hint(profile))
        }
        Verdict::Forbidden => Failure::new(Outcome::Forbidden, format!("{came}: it does not allow this")),
        Verdict::NotFound => Failure::new(Outcome::NotFound, format!("{came}: it knows no customer {id}"))
            .hint("look at the id, and at the base URL, which must end before /customer"),
        Verdict::Unreachable => Failure::new(Outcome::Unreachable, format!("{came}; nothing was applied"))
            .hint(unreachable_hint(&exchange.last)),
        Verdict::Unknown => {
            Failure::new(Outcome::Unknown, format!("{came}: the patch may have been applied, or not")).hint(
                if patch.is_repeatable() {
                    "sending it again is harmless: it sets the same values".to_owned()
                } else {
                    format!("look at customer {id} first: sending lists or notes again may add them twice")
                },
            )
        }
    };
    let mut failure = failure;
    failure.problems.extend(status.iter().flat_map(wire::problems));
    Err(failure)
}

pub(super) fn unreachable_hint(last: &Attempt) -> String {
    match last {
        Attempt::Answer(answer) => come_back(answer.retry_after),
        Attempt::NotSent { .. } | Attempt::Lost { .. } => "look at the base URL and the network".to_owned(),
    }
}

pub(super) fn sign_in_hint(profile: &Profile) -> String {
    match &profile.auth {
        Auth::None => "the profile signs in by none: give it an auth, or set BOOSTER_TOKEN".to_owned(),
        Auth::Bearer | Auth::ApiKey { .. } => {
            "look whether BOOSTER_TOKEN is right and not expired".to_owned()
        }
        Auth::Basic { username } => format!("look at the user name ({username}) and at BOOSTER_PASSWORD"),
    }
}

fn come_back(retry_after: Option<Duration>) -> String {
    match retry_after {
        Some(pause) => format!("come back in {} s: the service asks for that", pause.as_secs()),
        None => "come back later".to_owned(),
    }
}
