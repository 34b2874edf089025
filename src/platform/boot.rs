//! Which boot of the machine this is: what was written without syncing survives the process, but not the boot.

use std::path::Path;

/// The id of this boot; none where the system has no such thing.
pub fn id() -> Option<String> {
    let id = if cfg!(target_os = "linux") {
        std::fs::read_to_string(Path::new("/proc/sys/kernel/random/boot_id")).ok()
    } else if cfg!(target_os = "macos") {
        let printed =
            std::process::Command::new("/usr/sbin/sysctl").args(["-n", "kern.bootsessionuuid"]).output();
        printed.ok().and_then(|output| String::from_utf8(output.stdout).ok())
    } else {
        None
    };
    id.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty())
}
