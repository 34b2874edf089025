//! The rights on files on Windows. Within the user's profile they are inherited from its folder, which is closed to
//! others; elsewhere they have to be set.

use std::fs;
use std::io::{Error, ErrorKind, Result};
use std::path::Path;

use windows_permissions::constants::{SeObjectType, SecurityInformation};
use windows_permissions::wrappers::{
    ConvertSecurityDescriptorToStringSecurityDescriptor, GetNamedSecurityInfo, SetNamedSecurityInfo,
};
use windows_permissions::{LocalBox, SecurityDescriptor};

use super::sddl;

/// Closes a file or folder to others, and what will be made in the folder, unless its place does so.
///
/// # Errors
/// If the system refuses, or its file system knows no rights.
pub fn close(path: &Path) -> Result<()> {
    if !is_open(path) {
        return Ok(());
    }
    let owner = descriptor(path, SecurityInformation::Owner)?;
    let owner = owner.strip_prefix("O:").unwrap_or(&owner);
    set(path, &format!("D:P(A;OICI;FA;;;{owner})(A;OICI;FA;;;SY)"), SecurityInformation::ProtectedDacl)?;
    // A file system without rights takes them without a word.
    match is_open(path) {
        true => Err(Error::new(
            ErrorKind::Unsupported,
            "others can read what lies there, and booster cannot change that",
        )),
        false => Ok(()),
    }
}

/// Whether somebody else may do anything with a file or folder. One whose rights cannot be read counts as open.
pub fn is_open(path: &Path) -> bool {
    if is_in_profile(path) {
        return false;
    }
    let wanted = SecurityInformation::Owner | SecurityInformation::Dacl;
    descriptor(path, wanted).map_or(true, |text| sddl::is_open_to_others(&text))
}

/// Gives a file the rights of another one, as far as they are its own.
///
/// # Errors
/// If the system refuses.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    if is_in_profile(from) && is_in_profile(to) {
        return Ok(());
    }
    let text = descriptor(from, SecurityInformation::Dacl)?;
    let is_protected = text.starts_with("D:P");
    let inheritance =
        if is_protected { SecurityInformation::ProtectedDacl } else { SecurityInformation::UnprotectedDacl };
    set(to, &text, inheritance)
}

/// Whether a path lies in the user's profile, wherever links lead on the way to it.
fn is_in_profile(path: &Path) -> bool {
    let Some(home) = directories::BaseDirs::new() else { return false };
    let real = |path: &Path| fs::canonicalize(path);
    matches!((real(path), real(home.home_dir())), (Ok(path), Ok(home)) if path.starts_with(&home))
}

fn descriptor(path: &Path, wanted: SecurityInformation) -> Result<String> {
    let descriptor = GetNamedSecurityInfo(path, SeObjectType::SE_FILE_OBJECT, wanted)?;
    let text = ConvertSecurityDescriptorToStringSecurityDescriptor(&descriptor, wanted)?;
    text.into_string().map_err(|_| ErrorKind::InvalidData.into())
}

fn set(path: &Path, descriptor: &str, inheritance: SecurityInformation) -> Result<()> {
    let descriptor: LocalBox<SecurityDescriptor> = descriptor.parse()?;
    // Ours always has a list; the crate panics where there is none.
    SetNamedSecurityInfo(
        path,
        SeObjectType::SE_FILE_OBJECT,
        SecurityInformation::Dacl | inheritance,
        None,
        None,
        descriptor.dacl(),
        None,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_outside_the_profile_is_closed_to_others() {
        let root = std::env::var_os("SystemDrive").map_or("C:\\".into(), |mut drive| {
            drive.push("\\");
            drive
        });
        let Ok(world) = tempfile::tempdir_in(root) else { return };
        let (folder, file) = (world.path().join("closed"), world.path().join("closed").join("file"));
        fs::create_dir(&folder).expect("made");
        close(&folder).expect("closed");
        assert!(!is_open(&folder));
        fs::write(&file, "x").expect("written");
        close(&file).expect("closed");
        assert!(!is_open(&file));
        assert_eq!(fs::read(&file).expect("its owner reads it"), b"x");
    }
}
