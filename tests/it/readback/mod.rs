//! Reading customers back: get, fill, diff, verify, backup and history, and what a wrong answer gets.

mod answers;
mod backup;
mod days;
mod diff;
mod fill;
mod get;
mod history;
mod lists;
mod named;
mod repetition;
mod requests;
mod verify;

use crate::common::{Received, Service};
use serde_json::Value;

/// The recorded answer about customer 123.
const RECORDED: &str = r#"{"boosterCustomerId":123,"sapId":"SAP123","title":"Mr.","firstName":"Ana","lastName":"Lo","canBeContactedByMaison":true,"clientType":"Private","languageId":"eng","gender":"F","countryId":"gb","countryDs":"Great Britain","birthDate":"2020-12-30","posCode":"GB100:102048","brand":"CAR","contactByEmailFlag":false,"addresses":[{"addressType":"Home","countryId":"ch","zipCode":"1204","street":"Rue \"du\" Rhône, 1","isMainAddress":true}]}"#;

/// The recorded body of the 404 for a customer who does not exist.
const NOBODY: &str = r#"{"canBeContactedByMaison":false,"contactByEmailFlag":false,"contactByMailFlag":false,"contactByPhoneFlag":false,"contactBySMSFlag":false,"contactBySocialMediaFlag":false}"#;

fn methods(service: &Service) -> Vec<String> {
    let method = |request: Received| request.head.split(' ').next().unwrap_or_default().to_owned();
    service.received().into_iter().map(method).collect()
}

/// A run against this address.
fn at<'a>(url: &'a str, words: &[&'a str]) -> Vec<&'a str> {
    words.iter().copied().chain(["--base-url", url]).collect()
}

/// `customer patch 123 --first-name Eva` with these words.
fn eva<'a>(url: &'a str, words: &[&'a str]) -> Vec<&'a str> {
    at(url, &[&["customer", "patch", "123", "--first-name=Eva"], words].concat())
}

fn body(request: &Received) -> Value {
    serde_json::from_str(&request.body).expect("a body in JSON")
}

fn names(list: &Value, key: &str) -> Vec<String> {
    let rows = list.as_array().expect("a list").iter();
    rows.map(|row| row[key].as_str().expect("a name").to_owned()).collect()
}
