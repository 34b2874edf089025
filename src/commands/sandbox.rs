//! `booster sandbox`: keeps a sandbox running until it is interrupted.

use std::path::PathBuf;
use std::time::Duration;

use crate::app::App;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::platform::signals::Signal;
use crate::report::{Output, Report};
use crate::sandbox::{self, Fault, HeaderName, Host, Options, Rules, Sandbox, StartError};

/// A Booster to try things on, on this machine alone
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The port to listen on; 0 takes any free one
    #[arg(long, value_name = "PORT", default_value_t = 0, value_parser = port)]
    port: u16,

    /// Keep the customers in this JSON file, from one start to the next
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,

    /// The host to behave like
    #[arg(long, value_enum, default_value_t)]
    host: Host,

    /// Let nobody in who does not sign in, as ada with the password "correct horse" or with the key key-ada-0123456789
    #[arg(long)]
    sign_in: bool,

    /// How long tokens and sessions last, instead of days
    #[arg(long, value_name = "SECONDS", requires = "sign_in", value_parser = clap::value_parser!(u32).range(1..))]
    token_life: Option<u32>,

    /// Take the key in this header too, as a gateway before the service may
    #[arg(long, value_name = "NAME", requires = "sign_in")]
    api_key_header: Option<HeaderName>,

    /// Rehearse a failure: a status such as 503 (with retry-after=SECONDS), slow=SECONDS, cut, cut-body, html, drop=FIELD, lag=SECONDS, lack=FIELD, mistype=FIELD, change=FIELD, other-id, array, huge or error-code, each with times=N for the first N requests alone, and with on=read or on=patch for these requests alone
    ///
    /// Parts of one failure are joined by commas: 503,retry-after=1,times=2. Of several failures with an answer of
    /// their own, each strikes when the one before it is used up. A status of success is given after the change was
    /// made, any other one instead of it. With cut the request is read and the connection closed, and nothing changes;
    /// with cut-body the change is made and the answer breaks off. drop=FIELD answers 200 and does not apply that
    /// field. With lag=SECONDS a change can be read only later. Where a customer is read, lack=FIELD leaves the field out,
    /// mistype=FIELD gives it a value of another kind, change=FIELD lets somebody else change it right behind the
    /// answer; other-id, array, huge and error-code spoil the whole answer.
    #[arg(long = "fault", value_name = "SPEC")]
    faults: Vec<Fault>,
}

fn port(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| format!("a port is a number from 0 to {}", u16::MAX))
}

/// Runs until Ctrl-C or SIGTERM, which are its regular end.
///
/// # Errors
/// When the sandbox cannot start: usage where its data file is wrong.
pub async fn run(args: &Args, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let mut running = None;
    // Signals are awaited before the address is printed, as one may follow at once.
    let serving = async {
        let sandbox = sandbox::start(options(args)).await?;
        announce(&sandbox, args, app, report);
        running = Some(sandbox);
        std::future::pending().await
    };
    let ended: Result<Result<(), StartError>, Signal> = app.interrupts.or_signal(serving).await;
    if let Some(sandbox) = running {
        // A second signal only ends the wait for requests in flight.
        let _ = app.interrupts.or_signal(sandbox.stop()).await;
    }
    match ended {
        Ok(ended) => Ok(ended?),
        Err(Signal::Interrupt | Signal::Terminate) => Ok(()),
    }
}

fn options(args: &Args) -> Options {
    Options {
        host: args.host,
        sign_in: Rules {
            required: args.sign_in,
            token_life: args.token_life.map(|seconds| Duration::from_secs(seconds.into())),
            api_key_header: args.api_key_header.clone(),
        },
        port: args.port,
        data: args.data.clone(),
        faults: args.faults.clone(),
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Failure {
        let outcome = match &error {
            StartError::Port { .. } => Outcome::Failed,
            StartError::Data(_) => Outcome::Usage,
        };
        Failure::new(outcome, error.to_string()).hint(error.hint())
    }
}

/// Prints the address at once, and what to set to use it.
fn announce(sandbox: &Sandbox, args: &Args, app: &App<'_>, report: &mut Report) {
    let url = sandbox.base_url();
    report.answer("url", url.clone().into(), format!("Sandbox listening on {url}"));
    report.print_early(app.terminal, if app.json { Output::Json } else { Output::Text });
    if !app.json {
        app.terminal.say(&what_to_set(&url, &sandbox.customers(), args.sign_in));
    }
}

/// More customers than this are counted, not listed.
const LISTED: usize = 20;

fn what_to_set(url: &str, customers: &[i64], sign_in: bool) -> String {
    let credential = if sign_in { format!(" BOOSTER_TOKEN={}", sandbox::API_KEY) } else { String::new() };
    let accounts = if sign_in {
        format!(
            "It knows the user {} with the password {:?}, and for {url}/oauth2/token the client {} with the secret {:?}.\n",
            sandbox::USER,
            sandbox::PASSWORD,
            sandbox::CLIENT_ID,
            sandbox::CLIENT_SECRET
        )
    } else {
        String::new()
    };
    let listed: Vec<String> = customers.iter().take(LISTED).map(i64::to_string).collect();
    let more = customers.len() - listed.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!(
        "Talk to it with BOOSTER_BASE_URL={url}{credential}\n{accounts}\
         It has the customers {}{more}.\nCtrl-C stops it.",
        listed.join(", ")
    )
}
