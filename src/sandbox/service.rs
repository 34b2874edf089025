//! What the operations answer once a request is bound: the rules, the customers, and the ids that always fail.

use jiff::Timestamp;
use serde_json::Value as Json;

use axum::http::StatusCode;

use super::answer::{Answer, Content, Failure, field_error};
use super::received::{PatchCustomer, Value};
use super::store;
use crate::model::customer::{CLIENT_TYPE, CUSTOMER};
use crate::model::field::{ClientType, Field, Need};

/// The recorded host's service failed for these two, whatever was sent.
pub const DATABASE_DOWN: i32 = 910_002;
pub const OTHER_BRAND: i32 = 910_003;

/// The refusal of a host that checks what the page requires; `None` when nothing is missing.
pub fn check_rules(request: &PatchCustomer) -> Option<Answer> {
    let client_type = match request.customer.get(CLIENT_TYPE) {
        Some(Value::Text(text)) => ClientType::read(text),
        Some(Value::Bool(_) | Value::Date(_) | Value::List(_)) | None => None,
    };
    let is_missing = |field: &&Field| {
        let wanted = match field.need {
            Need::Optional => false,
            Need::Required => true,
            Need::RequiredFor(only) => client_type == Some(only),
        };
        wanted
            && match request.customer.get(field.name) {
                Some(Value::Text(text)) => text.trim().is_empty(),
                Some(Value::Bool(_) | Value::Date(_) | Value::List(_)) => false,
                None => true,
            }
    };
    let message = |field: &Field| format!("'{}' must not be empty.", field.name);
    let missing: Vec<&Field> = CUSTOMER.fields.iter().filter(is_missing).collect();
    let first = missing.first()?;
    let errors = missing.iter().map(|field| field_error("NotEmpty", field.name, &message(field)));
    let failure = Failure::new("NotEmpty", message(first)).errors(errors.collect()).trace(trace(request, ""));
    Some(failure.with(StatusCode::BAD_REQUEST).reason("NotEmpty"))
}

/// The refusals of the recorded host's service itself.
pub fn check_customer(request: &PatchCustomer, exists: bool) -> Option<Answer> {
    let refuse = |code: &str, message: &str, status| {
        Some(Failure::new(code, message).trace(trace(request, "")).with(status).reason(code))
    };
    match request.id {
        DATABASE_DOWN => Some(exception(request, "Database is not available")),
        OTHER_BRAND => refuse("Forbidden", "Customer belongs to another brand", StatusCode::FORBIDDEN),
        id if !exists => refuse("NotFound", &format!("Customer {id} does not exist"), StatusCode::NOT_FOUND),
        _ => None,
    }
}

/// An exception inside the service.
pub fn exception(request: &PatchCustomer, message: &str) -> Answer {
    let thrown = format!("System.Exception: {message}\n   at CustomerServices.Patch(PatchCustomer request)");
    let failure = Failure::new("Exception", message).trace(trace(request, &thrown));
    failure.with(StatusCode::INTERNAL_SERVER_ERROR).reason("Exception")
}

/// The answer to `GET /customer/v2/{id}`.
pub fn read(customer: Option<store::Customer>) -> Answer {
    match customer {
        Some(customer) => Answer::json(Json::Object(customer)),
        None => {
            let nobody = Content::Json(Json::Object(store::nobody()));
            Answer::new(StatusCode::NOT_FOUND, nobody).reason("NotFound")
        }
    }
}

/// The stack trace of an exception that the service threw: it begins with every value that was sent.
fn trace(request: &PatchCustomer, thrown: &str) -> String {
    let time = Timestamp::now().strftime("%m/%d/%Y %H:%M:%S");
    format!("[PatchCustomer: {time}]:\n[REQUEST: {}]\n{thrown}\n", request.to_jsv())
}
