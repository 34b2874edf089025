//! What booster keeps of its runs on this machine.

pub mod backup;
pub mod history;
