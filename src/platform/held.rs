//! Trying again where another program, such as a virus scanner or an indexer, holds a file open for a moment. Only Windows
//! refuses to open or replace such a file.

use std::io::{Error, Result};
use std::time::Duration;

/// How long is waited before another try, in milliseconds.
const PAUSES: [u64; 6] = [10, 20, 40, 80, 160, 320];

/// Why a file cannot be used now.
const ACCESS_DENIED: i32 = 5;
const SHARING_VIOLATION: i32 = 32;
const LOCK_VIOLATION: i32 = 33;

/// Opens a file, if need be after a while.
///
/// # Errors
/// The last try's.
pub fn open<T>(mut open: impl FnMut() -> Result<T>) -> Result<T> {
    repeat((), |()| open().map_err(|error| (error, ())), &[SHARING_VIOLATION, LOCK_VIOLATION])
}

/// Puts a file in the place of another one, if need be after a while. What a try consumes it gives back with its error.
///
/// # Errors
/// The last try's.
pub fn replace<T, R>(given: T, replace: impl FnMut(T) -> std::result::Result<R, (Error, T)>) -> Result<R> {
    repeat(given, replace, &[ACCESS_DENIED, SHARING_VIOLATION, LOCK_VIOLATION])
}

fn repeat<T, R>(
    mut given: T,
    mut action: impl FnMut(T) -> std::result::Result<R, (Error, T)>,
    passing: &[i32],
) -> Result<R> {
    let passes =
        |error: &Error| cfg!(windows) && error.raw_os_error().is_some_and(|code| passing.contains(&code));
    for pause in PAUSES {
        match action(given) {
            Err((error, back)) if passes(&error) => given = back,
            ended => return ended.map_err(|(error, _)| error),
        }
        std::thread::sleep(Duration::from_millis(pause));
    }
    action(given).map_err(|(error, _)| error)
}
