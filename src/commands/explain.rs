//! `booster customer explain` and `schema`: the table itself, for a person and for a program.

use serde_json::{Value, json};

use crate::app::App;
use crate::failure::Failure;
use crate::model::customer::ID_KEY;
use crate::model::rules::LARGEST_ID;
use crate::report::Report;
use crate::views::explain::{self, Explanation};
use crate::views::schema::schema as json_schema;

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
            "{ID_KEY} is the customer's id, from 1 to {LARGEST_ID}. It stands on the command line; in a file it may \
             stand too, and must then be the same. It is sent in the path alone."
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

/// The schema is a JSON document by itself, and is printed as it is whatever the output's form.
///
/// # Errors
/// None; the signature is every command's.
pub fn schema(app: &App<'_>, report: &mut Report) -> Result<(), Failure> {
    report.answer_document(json_schema(), app.json);
    Ok(())
}

/// The facts of the id, under the names that a field's have.
fn the_id() -> Value {
    json!({
        "field": ID_KEY, "label": "Customer id", "kind": "id", "type": format!("a whole number from 1 to {LARGEST_ID}"),
        "need": "required on the command line, optional in a file", "argument": "<ID>",
        "key": format!("\"{ID_KEY}\": 123"), "column": ID_KEY,
    })
}

fn as_json(explanations: &[Explanation]) -> Value {
    explanations.iter().map(Explanation::to_json).collect()
}
