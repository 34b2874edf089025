//! The table of fields shown to people and programs: explanations, the JSON Schema, templates, patch files.

pub mod explain;
pub mod patch_file;
pub mod schema;
pub mod template;
