//! What the operations on a customer answer once a request is bound: the rules, and the ids that always fail.

use axum::http::StatusCode;
use serde_json::Value as Json;

use super::binding::PatchCustomer;
use super::customer::{Customer, not_found_body};
use super::response::{Content, Response, field_error};
use crate::model::customer::{CLIENT_TYPE, CUSTOMER};
use crate::model::field::{ClientType, Field};

/// The recorded host's service failed for these two, whatever was sent.
const DATABASE_DOWN: i32 = 910_002;
const OTHER_BRAND: i32 = 910_003;

/// The refusal of a host that checks what the page requires; `None` when nothing is missing.
pub fn check_rules(request: &PatchCustomer) -> Option<Response> {
    let client_type = request.fields.get(CLIENT_TYPE).and_then(Json::as_str).and_then(ClientType::read);
    let is_empty = |value: &Json| value.as_str().is_some_and(|text| text.trim().is_empty());
    let is_missing = |field: &&Field| {
        field.need.demands(client_type) && request.fields.get(field.name).is_none_or(is_empty)
    };
    let message = |field: &Field| format!("'{}' must not be empty.", field.name);
    let missing: Vec<&Field> = CUSTOMER.fields.iter().filter(is_missing).collect();
    let first = message(missing.first()?);
    let errors = missing.iter().map(|field| field_error("NotEmpty", field.name, &message(field))).collect();
    Some(Response::errors(StatusCode::BAD_REQUEST, "NotEmpty", &first, errors))
}

/// The refusals of the recorded host's service itself.
pub fn check_customer(id: i32, exists: bool) -> Option<Response> {
    let refuse = |status, code, message: &str| Some(Response::error(status, code, message));
    match id {
        DATABASE_DOWN => Some(exception("Database is not available")),
        OTHER_BRAND => refuse(StatusCode::FORBIDDEN, "Forbidden", "Customer belongs to another brand"),
        id if !exists => refuse(StatusCode::NOT_FOUND, "NotFound", &format!("Customer {id} does not exist")),
        _ => None,
    }
}

/// An exception inside the service.
pub fn exception(message: &str) -> Response {
    Response::error(StatusCode::INTERNAL_SERVER_ERROR, "Exception", message)
}

/// The answer to `GET /customer/v2/{id}`.
pub fn read(customer: Option<Customer>) -> Response {
    match customer {
        Some(customer) => Response::json(Json::Object(customer)),
        None => {
            let body = Content::Json(Json::Object(not_found_body()));
            Response::new(StatusCode::NOT_FOUND, body)
        }
    }
}
