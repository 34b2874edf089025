//! `booster customer explain`: the table itself.

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::model::customer::ID_KEY;
use crate::model::rules::LARGEST_ID;
use crate::report::Report;
use crate::views::explain::{self, Explanation};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// A field, by its name, its flag or its place; all of them without one
    #[arg(allow_hyphen_values = true, value_parser = no_short_option)]
    field: Option<String>,
}

/// Clap takes a short option with its value behind it, such as -ojson, for a flag's name.
fn no_short_option(name: &str) -> Result<String, String> {
    if name.starts_with('-') && !name.starts_with("--") {
        return Err("here an option stands apart from its value, as in -o json".to_owned());
    }
    Ok(name.to_owned())
}

/// # Errors
/// Usage: no such field.
pub fn run(args: &Args, report: &mut Report) -> Result<(), Failure> {
    let Some(name) = &args.field else {
        report.answer("fields", as_json(&explain::all()), explain::overview());
        return Ok(());
    };
    if name.eq_ignore_ascii_case(ID_KEY) {
        let text = format!(
            "{ID_KEY} is the customer's id, from 1 to {LARGEST_ID}. It is given on the command line or in a file; where it \
             is given more than once, it must be the same. It is sent in the path alone."
        );
        report.answer("fields", json!([the_id()]), text);
        return Ok(());
    }
    let found = explain::find(name).map_err(|near| {
        let hint = near.map(|near| format!("did you mean {near}?"));
        Failure::usage(format!("there is no field {}", crate::escape::quoted(name)))
            .hint(hint.unwrap_or_else(|| "`booster customer explain` lists every field".to_owned()))
    })?;
    let text = found.iter().map(Explanation::text).collect::<Vec<_>>().join("\n");
    report.answer("fields", as_json(&found), text);
    Ok(())
}

/// The facts of the id, under the names that a field's have.
fn the_id() -> Value {
    json!({
        "field": ID_KEY, "label": "Customer id", "kind": "id", "type": format!("a whole number from 1 to {LARGEST_ID}"),
        "need": "required on the command line or in a file", "argument": "<ID>",
        "key": format!("\"{ID_KEY}\": 123"), "column": ID_KEY,
    })
}

fn as_json(explanations: &[Explanation]) -> Value {
    explanations.iter().map(Explanation::to_json).collect()
}
