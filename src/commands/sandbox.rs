//! `booster sandbox`: keeps a sandbox running until it is interrupted.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use crate::sandbox::{self, Fault, HeaderName, Host, Options, Rules};

/// A Booster to try things on, on this machine alone
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The port to listen on; 0 takes any free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
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

    /// Rehearse a failure: a status such as 503 (with retry-after=SECONDS), slow=SECONDS, cut, cut-body, html, drop=FIELD or lag=SECONDS, each with times=N for the first N requests alone
    ///
    /// Parts of one failure are joined by commas: 503,retry-after=1,times=2. Of several failures with an answer of
    /// their own, each strikes when the one before it is used up. A status of success is given after the change was
    /// made, any other one instead of it. With cut the request is read and the connection closed, and nothing changes;
    /// with cut-body the change is made and the answer breaks off. drop=FIELD answers 200 and does not apply that
    /// field. With lag=SECONDS a change can be read only later.
    #[arg(long = "fault", value_name = "SPEC")]
    faults: Vec<Fault>,
}

/// Runs until Ctrl-C or SIGTERM.
///
/// # Errors
/// When the sandbox cannot start, or the system takes no handler for its signals.
pub async fn run(args: &Args) -> anyhow::Result<()> {
    let interrupted = interruption()?;
    let sandbox = sandbox::start(Options {
        host: args.host,
        sign_in: Rules {
            required: args.sign_in,
            token_life: args.token_life.map(|seconds| Duration::from_secs(seconds.into())),
            api_key_header: args.api_key_header.clone(),
        },
        port: args.port,
        data: args.data.clone(),
        faults: args.faults.clone(),
    })
    .await?;
    let url = sandbox.base_url();
    // Whoever started the sandbox may have closed its streams; it is of use all the same.
    let _ =
        writeln!(std::io::stdout(), "Sandbox listening on {url}").and_then(|()| std::io::stdout().flush());
    let _ = write!(std::io::stderr(), "{}", what_to_set(&url, args.sign_in));
    interrupted.await;
    sandbox.stop().await;
    Ok(())
}

fn what_to_set(url: &str, sign_in: bool) -> String {
    let credential = if sign_in { format!(" BOOSTER_TOKEN={}", sandbox::API_KEY) } else { String::new() };
    let who = if sign_in {
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
    format!("Talk to it with BOOSTER_BASE_URL={url}{credential}\n{who}Ctrl-C stops it.\n")
}

/// The handlers stand before the sandbox does: a signal that comes right after the line on stdout ends it cleanly.
fn interruption() -> anyhow::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    {
        Ok(async {
            // Without a handler, Ctrl-C ends the process by itself.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}
