//! Finding the program that a name is for.

use std::ffi::OsString;

/// What starts the program of this name. Windows starts by itself only what ends in `.exe`; many a program is a script
/// that ends in `.cmd` there, as `code` and `gcloud` are. The working directory is not looked through.
pub fn find(name: &str) -> OsString {
    #[cfg(windows)]
    if let Ok(found) = which::which_global(name) {
        return found.into();
    }
    name.into()
}
