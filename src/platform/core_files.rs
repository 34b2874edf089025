//! What is asked of the operating system about this process itself: no core files.

/// Keeps the memory of this process, which may hold secrets, out of core files.
///
/// The limit is 1 byte and not 0: Linux looks at no limit when a program collects the cores, as systemd's and Ubuntu's
/// do, except that it gives up at exactly 1. No core fits into one byte, so a file is not written either.
pub fn forbid_core_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        // It fails only where the limit is 0 and may not be raised, which is as good.
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(1), maximum: Some(1) });
    }
}
