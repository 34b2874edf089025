//! The service's own errors as problems at the table's fields.

use crate::escape::{escaped, foreign};
use crate::http::response_status::{ResponseStatus, ServiceError, is_same_name};
use crate::model::customer::CUSTOMER;
use crate::model::field::{Kind, Record};
use crate::model::problem::{Level, Problem, ProblemId, Source};

/// What the service says is wrong, at the fields it means. Some hosts name the field, some only write it into the
/// message: `Failed to set property 'birthDate' with …`, `Path: $.emails[0].isMainEmail | …`.
pub fn problems(status: &ResponseStatus) -> Vec<Problem> {
    let problem = |code: &str, field: &str, message: &str| {
        let named = if field.is_empty() { place_in(message) } else { Some(field) };
        let text = [message, code].into_iter().find(|text| !text.is_empty());
        let text = text.unwrap_or("the service does not accept it, and does not say why");
        let field = named.map(|name| place(name).unwrap_or_else(|| escaped(&foreign(name))));
        Problem { field, ..Problem::new(ProblemId::Service, Level::Error, foreign(text)).at(Source::Service) }
    };
    let says_something = |error: &&ServiceError| **error != ServiceError::default();
    let errors: Vec<&ServiceError> = status.errors.iter().filter(says_something).collect();
    if errors.is_empty() {
        let says_nothing = status.code.is_empty() && status.message.is_empty();
        return if says_nothing { Vec::new() } else { vec![problem(&status.code, "", &status.message)] };
    }
    // The framework repeats the first error as the message of the whole; a service of one's own may say more there.
    let is_said = status.message.is_empty() || errors.iter().any(|error| error.message == status.message);
    let whole = (!is_said).then(|| problem(&status.code, "", &status.message));
    let each = errors.iter().map(|error| problem(&error.code, &error.field, &error.message));
    whole.into_iter().chain(each).collect()
}

/// The field that a message names only in its text.
fn place_in(message: &str) -> Option<&str> {
    let after = |mark: &str| message.split_once(mark).map(|(_, rest)| rest);
    let property = after("Failed to set property '").and_then(|rest| rest.split('\'').next());
    property.or_else(|| after("Path: $.").and_then(|rest| rest.split([' ', '|']).next()))
}

/// A name of the service, in any casing, as the place that the table has for it; `None` where it has none.
fn place(name: &str) -> Option<String> {
    let mut record: &Record = &CUSTOMER;
    let mut place = String::new();
    for part in name.split('.') {
        let (own, index) = part.split_once('[').map_or((part, ""), |(own, index)| (own, index));
        let field = record.fields.iter().find(|field| is_same_name(field.name, own))?;
        place = field.at(&place);
        if !index.is_empty() {
            place.push_str(&format!("[{}", escaped(index)));
        }
        if let Kind::List(inner) = field.kind {
            record = inner;
        }
    }
    Some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_services_errors_find_their_fields() {
        let fields = |status: ResponseStatus| {
            problems(&status).into_iter().map(|found| found.field).collect::<Vec<_>>()
        };
        let message = |message: &str| ResponseStatus { message: message.into(), ..ResponseStatus::default() };
        let named = |field: &str| ResponseStatus {
            errors: vec![ServiceError {
                field: field.into(),
                message: "x".into(),
                ..ServiceError::default()
            }],
            ..ResponseStatus::default()
        };
        for (status, field) in [
            (named("BirthDate"), Some("birthDate")),
            (named("Emails[0].Email"), Some("emails[0].email")),
            (named("Something\u{202e}"), Some("Something\\u{202e}")),
            (
                message("Could not…\nError: Failed to set property 'birthDate' with '2020-02-30'"),
                Some("birthDate"),
            ),
            (message("… Path: $.emails[0].isMainEmail | LineNumber: 0"), Some("emails[0].isMainEmail")),
            (message("Customer 1 does not exist"), None),
        ] {
            assert_eq!(fields(status), [field.map(str::to_owned)]);
        }
        assert_eq!(fields(ResponseStatus::default()), Vec::<Option<String>>::new());
    }

    #[test]
    fn the_services_own_message_is_kept_beside_its_errors() {
        let status = |message: &str| ResponseStatus {
            message: message.into(),
            errors: vec![ServiceError { message: "Invalid email".into(), ..ServiceError::default() }],
            ..ResponseStatus::default()
        };
        let messages = |status: ResponseStatus| {
            problems(&status).into_iter().map(|found| found.message).collect::<Vec<_>>()
        };
        assert_eq!(messages(status("Customer is locked")), ["Customer is locked", "Invalid email"]);
        assert_eq!(messages(status("Invalid email")), ["Invalid email"]);
    }
}
