//! The four tasks that a clerk has most often, and how few keys each of them takes.

use serde_json::json;

use super::{CHOOSE, DECIDE, DOWN, ENTER, Form, SEND, ada, body, changing, required, showing, with};
use crate::common::World;

#[test]
fn a_birth_date_is_corrected_with_twelve_keys_after_the_search() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.at(CHOOSE, "birthday");
    let searched = form.keys;
    form.at("search: birthday Dates > [ ] Birth date 1985-12-10", ENTER);
    form.at("Birth date [1985-12-10]:", "19851211");
    form.at("Enter takes 1985-12-11", ENTER);
    assert_eq!(form.sends(), 0);
    assert!(form.keys - searched <= 12, "{} keys", form.keys - searched);
    assert_eq!(body(&service), required(json!({ "birthDate": "1985-12-11" })));
    assert_eq!(
        form.line(),
        format!("booster customer patch 123 --base-url={} --fill --birth-date=1985-12-11", service.url)
    );
}

#[test]
fn a_birth_date_whose_last_digit_is_wrong_takes_six() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.at(CHOOSE, "birthday");
    let searched = form.keys;
    form.at("search: birthday", ENTER);
    form.at("Birth date [1985-12-10]:", "\x7f1");
    form.at("Birth date [1985-12-10]: 1985-12-11", ENTER);
    assert_eq!(form.sends(), 0);
    assert!(form.keys - searched <= 6, "{} keys", form.keys - searched);
    assert_eq!(body(&service)["birthDate"], "1985-12-11");
}

#[test]
fn a_phone_number_is_changed_without_touching_the_other_phone() {
    let phones = json!([
        { "phone": "5551235", "countryPrefix": "gb", "phoneType": "Home", "isMainPhone": true },
        { "phone": "5559999", "countryPrefix": "it", "isMainPhone": false },
    ]);
    let (world, service) = (World::new(), changing(&ada(), json!({ "phones": phones })));
    let mut form = Form::of(&world, &service, &[]);
    form.at(CHOOSE, "telephone");
    let searched = form.keys;
    form.at("search: telephone Lists > [ ] Phones", ENTER);
    form.at("Phones? > Don't change phones", DOWN);
    form.at("> 5551234, United Kingdom (gb), Home, main", ENTER);
    form.at("what do you want to change? > Phone number 5551234", ENTER);
    form.at("Phone number [5551234]:", "\x7f5");
    form.at("Phone number [5551234]: 5551235", ENTER);
    // After a correction Enter goes on.
    form.at("Remove this phone > Done", ENTER);
    form.at("Phones? > Done", ENTER);
    form.asks("Phones 5551234, United Kingdom (gb), Home, main → 5551235, United Kingdom (gb), Home, main");
    form.asks("5559999, Italy (it) · unchanged");
    assert_eq!(form.sends(), 0);
    assert!(form.keys - searched <= 11, "{} keys", form.keys - searched);
    assert_eq!(body(&service), required(json!({ "phones": phones })));
}

#[test]
fn a_consent_is_withdrawn_with_six_keys_after_the_search() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.at(CHOOSE, "by email");
    let searched = form.keys;
    form.at("> [ ] Wants to be contacted by email yes", ENTER);
    form.at("Wants to be contacted by email? > Don't change it now yes Yes No", "no");
    form.at("> No", ENTER);
    form.asks("Consents Can be contacted by the Maison yes · unchanged (required)");
    form.asks("Wants to be contacted by email yes → no");
    assert_eq!(form.sends(), 0);
    assert!(form.keys - searched <= 6, "{} keys", form.keys - searched);
    assert_eq!(body(&service), required(json!({ "contactByEmailFlag": false })));
}

#[test]
fn a_second_email_is_added_and_the_first_one_stays_the_main_one() {
    let emails = json!([
        { "email": "ada@example.com", "isMainEmail": true },
        { "email": "work@example.com", "isMainEmail": false },
    ]);
    let (world, service) = (World::new(), changing(&ada(), json!({ "emails": emails })));
    let mut form = Form::of(&world, &service, &[]);
    form.at(CHOOSE, "emails");
    let searched = form.keys;
    form.at("> [ ] Emails ada@example.com, main", ENTER);
    form.at("Emails? > Don't change emails ada@example.com, main Add an email Delete all emails", "add");
    form.at("> Add an email", ENTER);
    form.at("Email?", "work@example.com\r");
    form.at("Main email? > No Yes", ENTER);
    form.at("Emails? > Done", ENTER);
    form.at(DECIDE, SEND);
    assert_eq!(form.ends(), 0);
    let keys = form.keys - searched - "work@example.com".len();
    assert!(keys <= 10, "{keys} keys besides the address");
    assert_eq!(body(&service), required(json!({ "emails": emails })));
    assert!(form.line().ends_with("--fill --email=work@example.com"), "{}", form.line());
}

#[test]
fn a_consent_that_is_required_is_withdrawn_like_any_other() {
    let (world, service) = (World::new(), showing(&ada()));
    let mut form = Form::of(&world, &service, &[]);
    form.choose("maison");
    form.at("Can be contacted by the Maison? > Don't change it now yes", "no\r");
    form.asks("Can be contacted by the Maison yes → no");
    assert_eq!(form.sends(), 0);
    assert_eq!(body(&service), with(required(json!({})), json!({ "canBeContactedByMaison": false })));
}
