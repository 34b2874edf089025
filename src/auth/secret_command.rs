//! A profile's `secret_command`: a program that prints a secret. It runs without a shell, for a limited time, and
//! what it prints is read within a limit and never shown.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

use crate::auth::error::AuthError;
use crate::environment;
use crate::escape::quoted;

/// How long it may run.
pub const LIMIT: Duration = Duration::from_secs(30);

/// The most that it may print, in bytes.
const MOST: usize = 64 << 10;

/// How often a program that has closed its output is asked whether it has ended.
const PACE: Duration = Duration::from_millis(5);

/// Runs the program and takes what it prints, without one newline at the end. Its errors go to our own.
///
/// # Errors
/// Usage where it cannot be started; where it fails, takes too long, or prints nothing, too much or no text.
pub fn run(argv: &[String], limit: Duration) -> Result<SecretString, AuthError> {
    let (program, args) =
        argv.split_first().ok_or_else(|| AuthError::new("secret_command is empty").usage())?;
    let named = format!("the secret_command {}", quoted(program));
    let until = Instant::now() + limit;
    let mut command = Command::new(program);
    // A program that wants to ask something opens the terminal; our own input may be a patch.
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    environment::hide_secrets(&mut command);
    let mut child = command.spawn().map_err(|error| {
        let hint = "it is started without a shell: write the program and each argument as a text of its own";
        AuthError::new(format!("{named} cannot be started: {error}")).hint(hint).usage()
    })?;
    let read = output(&mut child, until);
    let ended = match &read {
        Some(printed) if printed.len() <= MOST => wait(&mut child, until),
        Some(_) | None => None,
    };
    let Some(status) = ended else {
        // It may have ended by itself in this moment, which is as good.
        let _ = child.kill();
        let _ = child.wait();
        return Err(match read {
            Some(printed) if printed.len() > MOST => {
                AuthError::new(format!("{named} prints more than 64 KiB"))
                    .hint("let it print the secret alone")
            }
            Some(_) | None => AuthError::new(format!("{named} took longer than {} s", limit.as_secs_f64()))
                .hint("try it by itself; it may be waiting for something"),
        });
    };
    if !status.success() {
        return Err(AuthError::new(format!("{named} failed: {status}"))
            .hint("what it said stands above; try it by itself"));
    }
    secret(read.unwrap_or_default(), &named)
}

/// What it prints, at most one byte more than it may. None when the time is up first.
fn output(child: &mut Child, until: Instant) -> Option<Zeroizing<Vec<u8>>> {
    let stdout = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    // The thread is not waited for: something that the program started may hold the pipe for long.
    std::thread::spawn(move || {
        let mut printed = Zeroizing::new(Vec::with_capacity(MOST + 1));
        // What cannot be read counts as the end.
        let _ = stdout.take(MOST as u64 + 1).read_to_end(&mut printed);
        let _ = sender.send(printed);
    });
    receiver.recv_timeout(until.saturating_duration_since(Instant::now())).ok()
}

fn wait(child: &mut Child, until: Instant) -> Option<std::process::ExitStatus> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < until => std::thread::sleep(PACE),
            Ok(None) | Err(_) => return None,
        }
    }
}

fn secret(printed: Zeroizing<Vec<u8>>, named: &str) -> Result<SecretString, AuthError> {
    let text = std::str::from_utf8(&printed).map_err(|_| {
        AuthError::new(format!("{named} prints no text")).hint("let it print the secret in UTF-8")
    })?;
    let text = without_newline(text);
    if text.is_empty() {
        return Err(AuthError::new(format!("{named} prints nothing")).hint("try it by itself"));
    }
    Ok(SecretString::from(text))
}

/// The text without one newline at its end, which is the end of the line rather than of the secret.
pub fn without_newline(text: &str) -> &str {
    text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    fn shell(script: &str, limit: Duration) -> Result<String, String> {
        let argv = ["/bin/sh", "-c", script].map(str::to_owned);
        let ended = run(&argv, limit);
        ended.map(|secret| secret.expose_secret().to_owned()).map_err(|error| error.message)
    }

    #[test]
    fn what_it_prints_is_the_secret_but_for_one_newline() {
        for (script, secret) in [
            ("printf s3cret", "s3cret"),
            ("printf 's3cret\\n'", "s3cret"),
            ("printf 's3cret\\r\\n'", "s3cret"),
            ("printf 'two\\nlines\\n\\n'", "two\nlines\n"),
        ] {
            assert_eq!(shell(script, LIMIT).as_deref(), Ok(secret), "{script}");
        }
    }

    #[test]
    fn what_is_no_secret_is_an_error_that_does_not_repeat_it() {
        for (script, said) in [
            ("echo hunter2; exit 3", "failed: exit status: 3"),
            ("echo hunter2; kill -9 $$", "failed: signal: 9"),
            ("true", "prints nothing"),
            ("echo", "prints nothing"),
            ("printf 'hunter2\\377'", "prints no text"),
            ("yes hunter2", "prints more than 64 KiB"),
        ] {
            let error = shell(script, LIMIT).expect_err(script);
            assert!(error.contains(said) && !error.contains("hunter2"), "{script}: {error}");
        }
        for argv in [vec![], vec!["/nowhere/at all".to_owned()]] {
            assert_eq!(run(&argv, LIMIT).expect_err("no program").outcome, crate::outcome::Outcome::Usage);
        }
    }

    #[test]
    fn one_that_takes_too_long_is_killed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let pid = folder.path().join("pid");
        for (script, limit) in [("exec sleep 60", 300), ("exec sleep 60 >&-", 300)] {
            let script = format!("echo $$ > {}; {script}", pid.display());
            let begun = Instant::now();
            let error = shell(&script, Duration::from_millis(limit)).expect_err("too long");
            assert!(error.contains("took longer than 0.3 s"), "{error}");
            assert!(begun.elapsed() < Duration::from_secs(20));
            let pid = std::fs::read_to_string(&pid).expect("it began");
            let look = format!("kill -0 {pid}");
            let alive = Command::new("/bin/sh").args(["-c", &look]).stderr(Stdio::null()).status();
            assert!(!alive.expect("a shell").success(), "it is still there");
        }
    }
}
