//! The table of fields as people and programs read it.

pub mod explain;
pub mod patch_file;
pub mod schema;
pub mod template;
