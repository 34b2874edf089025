//! What the service reports of itself in an answer, in keys of any casing: `responseStatus`, or what an app of its own
//! says of an error beside it (`"success": false`, `errors`, `error`).

use serde_json::Value;

/// Stack traces and `meta`, which can repeat the request, are never read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ResponseStatus {
    pub code: String,
    pub message: String,
    pub errors: Vec<ServiceError>,
    /// Whether it speaks of an error, whatever the status of the answer says.
    pub is_error: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct ServiceError {
    pub code: String,
    pub field: String,
    pub message: String,
}

/// The service's own words in the body of an answer, where it has some.
pub fn response_status(body: &str) -> Option<ResponseStatus> {
    status_in(&serde_json::from_str(body).ok()?)
}

/// The same in a body that is JSON already.
pub fn status_in(body: &Value) -> Option<ResponseStatus> {
    // Of several in different casings the one that speaks of an error counts.
    let mut statuses = members(body, "responseStatus").filter(|status| status.is_object());
    let Some(first) = statuses.next() else { return own_error(body) };
    let has_code = |status: &&Value| !code(status).is_empty();
    let status = std::iter::once(first).chain(statuses).find(has_code).unwrap_or(first);
    let (code, errors) = (code(status), errors(status));
    let is_error = !code.is_empty() || !errors.is_empty() || own_error(body).is_some();
    Some(ResponseStatus { code, message: text(status, "message"), errors, is_error })
}

/// An error that an app reports without `responseStatus`: `"success": false`, or an `errors` or `error` with something
/// in it.
fn own_error(body: &Value) -> Option<ResponseStatus> {
    let is_something = |value: &Value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(true) | Value::Number(_) => true,
    };
    let has_failed = members(body, "success").any(|value| {
        *value == Value::Bool(false) || value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("false"))
    });
    let speaks = ["errors", "error"].into_iter().flat_map(|name| members(body, name)).any(is_something);
    (has_failed || speaks).then(|| {
        let message = ["message", "error_description", "error"]
            .into_iter()
            .map(|name| text(body, name))
            .find(|text| !text.is_empty());
        let message = message.unwrap_or_default();
        ResponseStatus { code: String::new(), message, errors: errors(body), is_error: true }
    })
}

/// The errors in a list of objects or texts.
fn errors(value: &Value) -> Vec<ServiceError> {
    let of_item = |error: &Value| ServiceError {
        code: text(error, "errorCode"),
        field: text(error, "fieldName"),
        message: error.as_str().map_or_else(|| text(error, "message"), str::to_owned),
    };
    match member(value, "errors") {
        Some(Value::Array(errors)) => errors.iter().map(of_item).collect(),
        // ASP.NET writes them by the field: {"LastName": ["is required"]}.
        Some(Value::Object(fields)) => {
            let of_field = |(field, errors): (&String, &Value)| {
                let errors = errors.as_array().cloned().unwrap_or_else(|| vec![errors.clone()]);
                let with_field = |error| ServiceError { field: field.clone(), ..of_item(error) };
                errors.iter().map(with_field).collect::<Vec<_>>()
            };
            fields.iter().flat_map(of_field).collect()
        }
        Some(_) | None => Vec::new(),
    }
}

/// The code of an error, whatever it is written as; empty where there is none.
fn code(status: &Value) -> String {
    let codes = members(status, "errorCode").map(|code| match code {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    codes.max_by_key(String::len).unwrap_or_default()
}

fn members<'a>(value: &'a Value, name: &'a str) -> impl Iterator<Item = &'a Value> {
    let all = value.as_object().into_iter().flatten();
    all.filter(move |(key, _)| is_same_name(key, name)).map(|(_, value)| value)
}

/// A member of an object by its name in any casing, `error_code` included: an app chooses one for all its answers.
pub fn member<'a>(value: &'a Value, name: &'a str) -> Option<&'a Value> {
    members(value, name).next()
}

/// Whether two names are the same but for casing and underscores.
pub fn is_same_name(one: &str, other: &str) -> bool {
    let letters = |name: &str| name.replace('_', "").to_ascii_lowercase();
    letters(one) == letters(other)
}

/// A member that is a text or a number; empty where it is not.
pub fn text(value: &Value, name: &str) -> String {
    match member(value, name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) | None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stack_trace_is_never_read() {
        let status = response_status(
            r#"{"responseStatus":{"errorCode":"E","message":"m","stackTrace":"[REQUEST: {firstName:Ada}]","meta":{"a":"b"},
                "errors":[{"errorCode":"NotEmpty","fieldName":"title","message":"x","meta":{}}]}}"#,
        );
        assert!(!format!("{status:?}").contains("Ada"));
        assert_eq!(status.expect("a status").errors[0].field, "title");
    }
}
