//! `booster customer patch`: one customer, from all doors, checked, sent and answered.

use std::cell::Cell;
use std::time::{Duration, Instant};

use serde_json::json;

use super::App;
use super::inputs::{self, Checked, Inputs, Strictness};
use super::interactive::{self, Ended, Subject};
use super::permit::{Confirmation, Shown};
use super::preview::{self, Layers};
use crate::client::request::Request;
use crate::client::verdict::{self, ResponseStatus, Verdict};
use crate::client::{Attempt, Client, Exchange, auth::Auth, retry};
use crate::doors::flags::FieldFlags;
use crate::doors::tree::Format;
use crate::failure::{Failure, Outcome};
use crate::guard::{self, Guard};
use crate::interrupt::Signal;
use crate::patch::Patch;
use crate::problem::Source;
use crate::profile::Profile;
use crate::profile::secret::Secrets;
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
    fields: FieldFlags,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum DryRun {
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
    let (id, mut inputs) = gather(args, &profile, app, report)?;
    let sandbox = if app.global.sandbox { Some(start_sandbox(&mut profile).await?) } else { None };
    if !args.asks(app) {
        let checked = inputs.check(args.strictness)?;
        return deliver(args, id, checked, &profile, sandbox.as_ref(), app, report).await;
    }
    if args.dry_run.is_none() {
        guard::forbid(profile.guard, profile.name.as_deref())?;
    }
    let send = if args.dry_run.is_some() { "Show what would go out" } else { "Send it" };
    let subject = Subject { id, profile: &profile, strictness: args.strictness, send };
    let ended = interactive::converse(&mut inputs, &subject, app, report)?;
    let checked = inputs.check(args.strictness)?;
    let patch = checked.patch.clone();
    let (saved, done) = match ended {
        Ended::Send => (None, deliver(args, id, checked, &profile, sandbox.as_ref(), app, report).await),
        Ended::Saved(path) => {
            report.outcome = Outcome::Planned;
            report.text = format!("Wrote {path}. Nothing was sent.");
            report.answer = Some(("file", path.clone().into()));
            (Some(path), Ok(()))
        }
    };
    report.afterword = interactive::repeated(&subject, &patch, saved.as_deref(), app);
    done
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

/// Shows the patch, or sends it and says what came of it.
async fn deliver(
    args: &Args,
    id: u32,
    checked: Checked,
    profile: &Profile,
    sandbox: Option<&Sandbox>,
    app: &App<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    report.problems = checked.warnings;
    app.terminal.explain(1, || preview::layers(&checked.patch));
    if let Some(form) = args.dry_run {
        return plan(form, id, &checked.patch, checked.body, profile, report);
    }
    let target = profile.target()?;
    let shown = if args.asks(app) { Shown::Agreed } else { Shown::Nothing };
    let preview = preview::before_sending(id, &checked.patch, profile, Layers::Defaults);
    let permission = args.confirmation.permit(app, profile, &preview, shown, report)?;
    let (credential, secrets) = profile.credential()?;
    let proposal = Request::patch_customer(target, id, checked.body, credential);
    report.request = Some(proposal.to_json());
    let request = proposal.permitted(&permission);
    let exchange = send(&request, checked.patch.is_repeatable(), profile, &secrets, app, report).await?;
    conclude(id, &checked.patch, &exchange, profile, report)?;
    if let Some(sandbox) = sandbox {
        let record = sandbox.customer(i64::from(id)).unwrap_or_default();
        report.text.push_str(&preview::held(&record));
        report.answer = Some(("record", record.into()));
    }
    Ok(())
}

/// Brings the inputs together: defaults, files, flags, and the id.
fn gather(
    args: &Args,
    profile: &Profile,
    app: &App<'_>,
    report: &mut Report,
) -> Result<(u32, Inputs), Failure> {
    let stdin_uses =
        args.from.iter().filter(|path| *path == crate::input::STDIN).count() + args.fields.stdin_uses();
    inputs::read_stdin_once(stdin_uses)?;
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
    args.from.iter().for_each(|path| inputs.lay_file(path, args.format));
    inputs.lay_flags(&args.fields);
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
    profile.base_url = Some(crate::profile::base_url(&sandbox.base_url(), None)?);
    profile.auth = Auth::None;
    profile.guard = Guard::Open;
    profile.environment = None;
    profile.is_sandbox = true;
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
    report.verbatim = form != DryRun::Text;
    report.text = match form {
        DryRun::Text => preview::dry_run(id, patch, profile),
        DryRun::Http => request.to_http(),
        DryRun::Json => request.into_body(),
        DryRun::Curl => request.to_curl() + "\n",
    };
    if form == DryRun::Curl && profile.is_sandbox {
        report.afterword = SANDBOX_ENDS.to_owned();
    }
    Ok(())
}

/// What is said of an address that a curl line would no longer reach.
const SANDBOX_ENDS: &str =
    "The sandbox ends with this command, and its address with it; `booster sandbox` keeps one running.";

/// Sends the request, or stops in the middle because of a signal.
async fn send(
    request: &Request,
    repeatable: bool,
    profile: &Profile,
    secrets: &Secrets,
    app: &App<'_>,
    report: &mut Report,
) -> Result<Exchange, Failure> {
    let client = Client::new(profile.target()?, &profile.settings).map_err(|error| {
        Failure::from(error.context("the encrypted connection cannot be set up"))
            .hint("a machine without certificates to trust needs a ca_file in the profile")
    })?;
    app.terminal.explain(2, || preview::lines("> ", &request.to_http()));
    let under_way = UnderWay::default();
    let on_pause = |attempt: &Attempt, pause: Duration, next: u32| {
        under_way.pauses(attempt, pause);
        let most = retry::MOST_ATTEMPTS;
        let seconds = pause.as_secs_f64();
        app.terminal
            .say(&format!("{}; attempt {next} of {most} at most in {seconds:.1} s", what_came(attempt)));
    };
    let sending = client.exchange(request, repeatable, secrets, on_pause);
    let exchange = app.interrupts.or_signal(sending).await;
    let exchange =
        exchange.map_err(|signal| interrupted(signal, under_way.may_have_been_applied(), report))?;
    if let Attempt::Answer(answer) = &exchange.last {
        app.terminal.explain(2, || {
            preview::lines("< ", &format!("HTTP {}, {} bytes", answer.status, answer.body.len()))
        });
    }
    Ok(exchange)
}

/// What is known of a request in the middle of an exchange.
#[derive(Debug, Default)]
struct UnderWay {
    /// Until when nothing is sent.
    pause: Cell<Option<Instant>>,
    blind: Cell<bool>,
}

impl UnderWay {
    fn pauses(&self, attempt: &Attempt, pause: Duration) {
        self.pause.set(Instant::now().checked_add(pause));
        self.blind.set(self.blind.get() || retry::is_blind(attempt));
    }

    fn may_have_been_applied(&self) -> bool {
        self.blind.get() || self.pause.get().is_none_or(|end| end <= Instant::now())
    }
}

fn interrupted(signal: Signal, may_have_been_applied: bool, report: &mut Report) -> Failure {
    report.exit_code = Some(signal.exit_code());
    if may_have_been_applied {
        Failure::new(
            Outcome::Unknown,
            "interrupted while the request was under way: it may have been applied",
        )
        .hint("look at the customer before sending it again")
    } else {
        Failure::new(Outcome::Stopped, "interrupted before the request was repeated; nothing was applied")
    }
}

/// What came of an attempt, in a few words.
fn what_came(attempt: &Attempt) -> String {
    match attempt {
        Attempt::Answer(answer) => match verdict::doubt(answer) {
            Some(doubt) => format!("the service answered {} {doubt}", answer.status),
            None => format!("the service answered {}", answer.status),
        },
        Attempt::NotSent { cause, .. } => format!("not reached: {cause}"),
        Attempt::Lost { cause } => format!("no whole answer: {cause}"),
    }
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
    if let Attempt::Answer(answer) = &exchange.last {
        let mut response = json!({ "status": answer.status, "attempts": exchange.attempts });
        if let Some(ResponseStatus { code, message, .. }) = &status {
            response["errorCode"] = crate::escape::foreign(code).into();
            response["message"] = crate::escape::foreign(message).into();
        }
        report.response = Some(response);
    }
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
        Verdict::Unreachable => {
            let failure = Failure::new(Outcome::Unreachable, format!("{came}; nothing was applied"));
            match &exchange.last {
                Attempt::Answer(answer) => failure.hint(come_back(answer.retry_after)),
                Attempt::NotSent { hint: Some(hint), .. } => failure.hint(hint),
                Attempt::NotSent { hint: None, .. } | Attempt::Lost { .. } => {
                    failure.hint("look at the base URL and the network")
                }
            }
        }
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

fn sign_in_hint(profile: &Profile) -> String {
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
