//! Fields, patches and differences as people and programs read them.

pub mod diff_view;
pub mod explain;
pub mod form;
pub mod map_template;
pub mod patch_file;
pub mod preview;
pub mod record;
pub mod schema;
pub mod table_header;
pub mod template;
