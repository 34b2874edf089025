//! What the API page says of a field, word for word, read from the copy of the page.

use crate::model::customer::CUSTOMER;
use crate::model::field::{Field, Kind, Need, Record};

const PAGE: &str = include_str!("../../../tests/api/PatchCustomer.txt");

/// The last column of the field's row. The copy runs the columns together, so the columns before it (name,
/// place, type, required) are written as the page has them and stripped. `None` where the page has no such row.
pub fn quotation(record: &Record, field: &Field) -> Option<&'static str> {
    let is_customer = record.name == CUSTOMER.name;
    let title = format!("{} Parameters:", if is_customer { "PatchCustomer" } else { record.name });
    let (place, may_be_absent) = if is_customer { ("query", "?") } else { ("form", "") };
    let kind = match field.kind {
        Kind::Text => "string".to_owned(),
        Kind::Bool => format!("bool{may_be_absent}"),
        Kind::Date => format!("DateTime{may_be_absent}"),
        Kind::List(inner) => format!("List<{}>", inner.name),
    };
    let required = match field.need {
        Need::Required => "Yes",
        Need::Optional | Need::RequiredFor(_) => "No",
    };
    let start = format!("{}{place}{kind}{required}", field.name);
    PAGE.lines()
        .skip_while(|line| *line != title)
        .skip(1)
        .take_while(|line| !line.ends_with("Parameters:"))
        .find_map(|line| line.strip_prefix(start.as_str()))
        .map(str::trim)
}
