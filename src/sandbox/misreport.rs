//! What the faults of a read do: a wrong answer about a customer, or a change by somebody else right after it.

use serde_json::{Value as Json, json};

use super::fault::Misreport;
use super::response::{Content, Response};
use super::store::Store;
use crate::model::customer::{CUSTOMER, ID_KEY};
use crate::model::field::Kind;

/// More than a client should read, in bytes.
const HUGE: usize = 3 << 20;

/// Makes the answer wrong in each of these ways. An answer without a customer stays as it is.
pub fn corrupt(response: &mut Response, misreports: &[Misreport]) {
    let Content::Json(body) = &mut response.content else { return };
    for misreport in misreports.iter().filter(|_| response.status.is_success()) {
        match *misreport {
            Misreport::Lack(name) => {
                body.as_object_mut().and_then(|body| body.shift_remove(name));
            }
            Misreport::Mistype(name) => {
                body[name] = match kind(name) {
                    Kind::Text => json!(7),
                    Kind::Bool => json!("yes"),
                    Kind::Date => json!("some day"),
                    Kind::List(_) => json!({ "0": {} }),
                };
            }
            Misreport::OtherId => body[ID_KEY] = json!(body[ID_KEY].as_i64().unwrap_or_default() + 1),
            Misreport::Array => *body = json!([body.take()]),
            Misreport::Huge => body["filler"] = "x".repeat(HUGE).into(),
            Misreport::ErrorCode => {
                body["responseStatus"] =
                    json!({ "errorCode": "Rehearsed", "message": "Simulated by the sandbox" });
            }
            Misreport::Change(_) => {}
        }
    }
}

/// Makes the changes by somebody else.
pub fn change(store: &mut Store, id: i64, misreports: &[Misreport]) {
    for misreport in misreports {
        let Misreport::Change(name) = *misreport else { continue };
        store.change(id, name, |value| match kind(name) {
            Kind::Text => "Changed meanwhile".into(),
            Kind::Bool => (value != Some(&Json::Bool(true))).into(),
            Kind::Date if value == Some(&json!("1999-12-31")) => json!("1999-12-30"),
            Kind::Date => json!("1999-12-31"),
            Kind::List(_) => json!([]),
        });
    }
}

fn kind(name: &str) -> Kind {
    CUSTOMER.field(name).expect("a fault takes only names of fields").kind
}
