//! A profile's `secret_command`: a program that prints a secret. It runs without a shell, for a limited time, and
//! what it prints is read within a limit and never shown.

use std::process::Stdio;
use std::time::Duration;

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

use crate::auth::error::AuthError;
use crate::environment;
use crate::escape::quoted;
use crate::platform::program;

/// How long it may run.
pub const LIMIT: Duration = Duration::from_secs(30);

/// The most that it may print, in bytes.
const MAX_OUTPUT: usize = 64 << 10;

/// Runs the program and takes what it prints, as it is. Its errors go to our own.
///
/// # Errors
/// Usage where it cannot be started; where it fails, takes too long, or prints nothing, too much or no text.
pub async fn run(argv: &[String], limit: Duration) -> Result<SecretString, AuthError> {
    let (name, args) = argv.split_first().ok_or_else(|| AuthError::new("secret_command is empty").usage())?;
    let named = format!("the secret_command {}", quoted(name));
    let mut command = Command::new(program::find(name));
    // A program that wants to ask something opens the terminal; our own input may be a patch.
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    environment::hide_secrets(command.as_std_mut());
    let mut child = command.spawn().map_err(|error| {
        let hint = "it is started without a shell: write the program and each argument as a separate text";
        AuthError::new(format!("{named} cannot be started: {error}")).hint(hint).usage()
    })?;
    let mut printed = Zeroizing::new(Vec::with_capacity(MAX_OUTPUT + 1));
    let stdout = child.stdout.take();
    let ended = tokio::time::timeout(limit, async {
        if let Some(stdout) = stdout {
            // What cannot be read counts as the end.
            let _ = stdout.take(MAX_OUTPUT as u64 + 1).read_to_end(&mut printed).await;
        }
        if printed.len() > MAX_OUTPUT { None } else { child.wait().await.ok() }
    });
    match ended.await {
        Ok(Some(status)) if status.success() => return secret(&printed, &named),
        Ok(Some(status)) => {
            return Err(AuthError::new(format!("{named} failed: {status}"))
                .hint("its output is above; run it alone to see what is wrong"));
        }
        Ok(None) | Err(_) => {}
    }
    // It may have ended by itself in this moment, which is as good.
    let _ = child.kill().await;
    Err(if printed.len() > MAX_OUTPUT {
        AuthError::new(format!("{named} printed more than 64 KiB")).hint("it must print only the secret")
    } else {
        AuthError::new(format!("{named} took longer than {} s", limit.as_secs_f64()))
            .hint("run it alone; it may be waiting for input")
    })
}

fn secret(printed: &[u8], named: &str) -> Result<SecretString, AuthError> {
    let text = std::str::from_utf8(printed).map_err(|_| {
        AuthError::new(format!("{named} printed something that is not UTF-8 text"))
            .hint("it must print the secret in UTF-8")
    })?;
    if text.trim().is_empty() {
        return Err(
            AuthError::new(format!("{named} printed nothing")).hint("run it alone to see what is wrong")
        );
    }
    Ok(SecretString::from(text))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;
    use std::time::Instant;

    async fn shell(script: &str, limit: Duration) -> Result<String, String> {
        let argv = ["/bin/sh", "-c", script].map(str::to_owned);
        let ended = run(&argv, limit).await;
        ended.map(|secret| secret.expose_secret().to_owned()).map_err(|error| error.message)
    }

    #[tokio::test]
    async fn what_it_prints_is_given_as_it_is() {
        for (script, secret) in [
            ("printf s3cret", "s3cret"),
            ("printf 's3cret\\r\\n'", "s3cret\r\n"),
            ("printf 'two\\nlines\\n\\n'", "two\nlines\n\n"),
        ] {
            assert_eq!(shell(script, LIMIT).await.as_deref(), Ok(secret), "{script}");
        }
    }

    #[tokio::test]
    async fn what_is_no_secret_is_an_error_that_does_not_repeat_it() {
        for (script, said) in [
            ("echo hunter2; exit 3", "failed: exit status: 3"),
            ("echo hunter2; kill -9 $$", "failed: signal: 9"),
            ("true", "printed nothing"),
            ("echo", "printed nothing"),
            ("printf 'hunter2\\377'", "printed something that is not UTF-8 text"),
            ("yes hunter2", "printed more than 64 KiB"),
        ] {
            let error = shell(script, LIMIT).await.expect_err(script);
            assert!(error.contains(said) && !error.contains("hunter2"), "{script}: {error}");
        }
        for argv in [vec![], vec!["/nowhere/at all".to_owned()]] {
            assert_eq!(
                run(&argv, LIMIT).await.expect_err("no program").outcome,
                crate::outcome::Outcome::Usage
            );
        }
    }

    #[tokio::test]
    async fn one_that_takes_too_long_is_killed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let pid = folder.path().join("pid");
        for (script, limit) in [("exec sleep 60", 300), ("exec sleep 60 >&-", 300)] {
            let script = format!("echo $$ > {}; {script}", pid.display());
            let begun = Instant::now();
            let error = shell(&script, Duration::from_millis(limit)).await.expect_err("too long");
            assert!(error.contains("took longer than 0.3 s"), "{error}");
            assert!(begun.elapsed() < Duration::from_secs(20));
            let pid = std::fs::read_to_string(&pid).expect("it began");
            let look = format!("kill -0 {pid}");
            let alive = Command::new("/bin/sh").args(["-c", &look]).stderr(Stdio::null()).status().await;
            assert!(!alive.expect("a shell").success(), "it is still there");
        }
    }
}
