//! `booster sandbox`: keeps a sandbox running until it is interrupted.

use crate::app::App;
use crate::environment::Variable;
use crate::failure::Failure;
use crate::model::customer::CUSTOMER;
use crate::outcome::Outcome;
use crate::platform::shell;
use crate::platform::signals::Signal;
use crate::report::{Output, Report};
use crate::sandbox::{self, Options, RequestLog, Sandbox, StartError};

/// Runs until Ctrl-C or SIGTERM, which are its regular end.
///
/// # Errors
/// When the sandbox cannot start: usage where its data file is wrong.
pub async fn run(args: &Options, app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    let mut running = None;
    // Signals are awaited before the address is printed, as one may follow at once.
    let serving = async {
        let terminal = app.terminal.clone();
        let log = RequestLog::new(move |line| terminal.verbose(1, || line.to_owned()));
        let sandbox = sandbox::start(&CUSTOMER, Options { log, ..args.clone() }).await?;
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
fn announce(sandbox: &Sandbox, args: &Options, app: &App<'_>, report: &mut Report) {
    let url = sandbox.base_url();
    report.answer("url", url.clone().into(), format!("Sandbox listening on {url}"));
    report.print_early(app.terminal, if app.json { Output::Json } else { Output::Text });
    if !app.json {
        app.terminal.say(&what_to_set(&url, &sandbox.customers(), args.sign_in.required));
    }
}

/// More customers than this are counted, not listed.
const LISTED: usize = 20;

fn what_to_set(url: &str, customers: &[i64], sign_in: bool) -> String {
    let (mut credential, mut accounts) = (String::new(), String::new());
    if sign_in {
        use sandbox::{API_KEY, CLIENT_ID, CLIENT_SECRET, PASSWORD, USER};
        credential = format!(" {}", shell::variable(Variable::Token.name(), API_KEY));
        accounts = format!(
            "It has the user {USER} with the password {PASSWORD:?}, and for {url}/oauth2/token the client \
             {CLIENT_ID} with the secret {CLIENT_SECRET:?}.\n"
        );
    }
    let listed: Vec<String> = customers.iter().take(LISTED).map(i64::to_string).collect();
    let more = customers.len() - listed.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!(
        "To use it, set {}{credential}\n{accounts}\
         It has the customers {}{more}.\nCtrl-C stops it.",
        shell::variable(Variable::BaseUrl.name(), url),
        listed.join(", ")
    )
}
