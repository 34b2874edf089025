//! Answers to a question for a customer that are not what they should be, and changes by somebody else between two.

use serde_json::{Value as Json, json};

use super::answer::{Answer, Content};
use super::fault::Misreport;
use super::store::Store;
use crate::model::customer::ID_KEY;
use crate::model::field::Kind;

/// More than a client should read, in bytes.
const HUGE: usize = 3 << 20;

/// The answer with everything done to it that is rehearsed. An answer about nobody stays as it is.
pub fn disfigured(mut answer: Answer, misreports: &[Misreport]) -> Answer {
    for misreport in misreports.iter().filter(|_| answer.status.is_success()) {
        let Content::Json(body) = &mut answer.content else { return answer };
        match misreport {
            Misreport::Lack(field) => {
                body.as_object_mut().and_then(|body| body.shift_remove(field.0.name));
            }
            Misreport::Mistype(field) => {
                body[field.0.name] = match field.0.kind {
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
                    json!({ "errorCode": "Rehearsed", "message": "Rehearsed by the sandbox" });
            }
            Misreport::Change(_) => {}
        }
    }
    answer
}

/// Makes the changes that somebody else is rehearsed to make.
pub fn change(store: &mut Store, id: i64, misreports: &[Misreport]) {
    for misreport in misreports {
        match misreport {
            Misreport::Change(field) => store.change(id, field.0, |value| match field.0.kind {
                Kind::Text => "Changed meanwhile".into(),
                Kind::Bool => (value != Some(&Json::Bool(true))).into(),
                Kind::Date if value == Some(&json!("1999-12-31")) => json!("1999-12-30"),
                Kind::Date => json!("1999-12-31"),
                Kind::List(_) => json!([]),
            }),
            Misreport::Lack(_)
            | Misreport::Mistype(_)
            | Misreport::OtherId
            | Misreport::Array
            | Misreport::Huge
            | Misreport::ErrorCode => {}
        }
    }
}
