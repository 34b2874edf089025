//! `booster customer template`: a patch file to fill in.

use serde_json::json;

use crate::document::tree::Format;
use crate::escape::quoted;
use crate::failure::Failure;
use crate::model::field::ClientType;
use crate::report::Report;
use crate::views::template::template;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// PRIVATE or COMPANY; without it the fields of both are included, as comments
    #[arg(long, value_name = "TYPE")]
    client_type: Option<String>,
    /// toml, with comments, or json
    #[arg(long, value_enum, default_value = "toml", hide_possible_values = true, hide_default_value = true)]
    #[arg(value_name = "FORMAT")]
    format: Format,
}

/// # Errors
/// Usage: an unknown client type.
pub fn run(args: &Args, report: &mut Report) -> Result<(), Failure> {
    let client_type = args.client_type.as_deref().map(|text| {
        ClientType::read(text).ok_or_else(|| {
            let known = ClientType::ALL.map(ClientType::wire).join(" and ");
            Failure::usage(format!("{} is not a client type", quoted(text)))
                .hint(format!("there are {known}"))
        })
    });
    let text = template(client_type.transpose()?, args.format);
    report.answer("template", json!(text), text.clone());
    Ok(())
}
