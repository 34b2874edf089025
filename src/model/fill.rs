//! Filling a patch from the record: just what the rules require and the user did not give.

use crate::model::customer::CLIENT_TYPE;
use crate::model::field::Field;
use crate::model::patch::{Given, Patch};
use crate::model::problem::Source;
use crate::model::record::Snapshot;

/// Takes over from the record what is required and was not given, and returns the filled fields.
///
/// The record goes before the profile's defaults, which were not written for this customer: where the record has a value,
/// a default is replaced by it if the field is required, and removed if it is not. What is required depends on the client
/// type, so that one is filled first.
pub fn fill(patch: &mut Patch, snapshot: &Snapshot) -> Vec<&'static Field> {
    let mut filled = Vec::new();
    let record = patch.record();
    let client_type = record.fields.iter().filter(|field| field.name == CLIENT_TYPE);
    let others = record.fields.iter().filter(|field| field.name != CLIENT_TYPE);
    for field in client_type.chain(others) {
        let is_default =
            patch.get(field.name).is_some_and(|given| matches!(given.source, Source::Profile(_)));
        if patch.mentions(field) && !is_default {
            continue;
        }
        let Some(value) = snapshot.get(field) else { continue };
        if field.need.demands(patch.client_type()) {
            // In what counts as missing there is nothing to take over.
            if !value.is_blank() {
                patch.set(field, value.clone(), Source::Record);
                filled.push(field);
            }
        } else if is_default {
            patch.remove(field);
        }
    }
    filled.sort_by_key(|field| record.position(field));
    filled
}

/// Takes the profile's defaults out of the patch that the record goes before, so that none is shown that is not sent.
pub fn remove_overridden_defaults(patch: &mut Patch, snapshot: &Snapshot) {
    let mut filled = patch.clone();
    fill(&mut filled, snapshot);
    let is_overridden = |(field, given): &(&'static Field, &Given)| {
        matches!(given.source, Source::Profile(_))
            && filled.get(field.name).is_none_or(|now| now.source != given.source)
    };
    let overridden: Vec<_> = patch.iter().filter(is_overridden).map(|(field, _)| field).collect();
    overridden.into_iter().for_each(|field| patch.remove(field));
}

/// The record's fields that the rules demand in every patch, by the record's client type: an undo has to send them
/// beside the fields that it sets back.
pub fn demanded(snapshot: &Snapshot) -> impl Iterator<Item = (&'static Field, &Given)> {
    let client_type = snapshot.carried().client_type();
    snapshot.carried().iter().filter(move |(field, _)| field.need.demands(client_type))
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use proptest::prelude::*;

    use super::*;
    use crate::model::arbitrary::{self, snapshot_of};
    use crate::model::customer::CUSTOMER;
    use crate::model::patch::Value;
    use crate::model::wire;

    fn field(name: &str) -> &'static Field {
        CUSTOMER.field(name).expect("a field")
    }

    fn snapshot(members: &str) -> Snapshot {
        Snapshot::read(&CUSTOMER, &format!("{{\"boosterCustomerId\":123,{members}}}"), 123, None)
            .expect(members)
    }

    fn filled_body(patch: &Patch, snapshot: &Snapshot) -> String {
        let mut patch = patch.clone();
        fill(&mut patch, snapshot);
        wire::body(&patch)
    }

    const PRIVATE: &str = r#""title":"Mr.","firstName":"Ugo","lastName":"D","canBeContactedByMaison":true,"clientType":"Private",
        "companyName":"Acme","languageId":"ita","gender":"M","countryId":"it","notes":"x","contactByEmailFlag":true"#;

    #[test]
    fn what_is_required_hangs_on_the_records_client_type_unless_the_user_gives_one() {
        let mut patch = Patch::new(&CUSTOMER);
        patch.set(field("firstName"), Value::Text("Ada".into()), Source::flag("first-name"));
        assert_eq!(
            filled_body(&patch, &snapshot(PRIVATE)),
            r#"{"title":"Mr.","firstName":"Ada","lastName":"D","canBeContactedByMaison":true,"clientType":"PRIVATE","languageId":"ita","gender":"M","countryId":"it"}"#
        );
        patch.set(field("clientType"), Value::Text("COMPANY".into()), Source::flag("client-type"));
        assert_eq!(
            filled_body(&patch, &snapshot(PRIVATE)),
            r#"{"firstName":"Ada","canBeContactedByMaison":true,"clientType":"COMPANY","companyName":"Acme","countryId":"it"}"#
        );
    }

    #[test]
    fn the_record_goes_before_a_default_and_a_default_before_nothing() {
        let default = || Source::Profile(Rc::from("dev"));
        let mut patch = Patch::new(&CUSTOMER);
        patch.set(field("countryId"), Value::Text("fr".into()), default());
        patch.set(field("notes"), Value::Text("default".into()), default());
        patch.set(field("middleName"), Value::Text("default".into()), default());
        let fields: Vec<&str> = fill(&mut patch, &snapshot(PRIVATE)).iter().map(|field| field.name).collect();
        assert!(fields.contains(&"countryId"));
        let body: serde_json::Value = serde_json::from_str(&wire::body(&patch)).expect("JSON");
        assert_eq!(body["countryId"], "it");
        assert_eq!(body.get("notes"), None);
        assert_eq!(body["middleName"], "default");
        let mut patch = Patch::new(&CUSTOMER);
        patch.set(field("countryId"), Value::Text("fr".into()), default());
        assert_eq!(filled_body(&patch, &snapshot(r#""countryId":" ""#)), r#"{"countryId":"fr"}"#);
    }

    #[test]
    fn what_the_user_gave_stays_even_where_it_is_cleared_or_could_not_be_read() {
        let mut patch = Patch::new(&CUSTOMER);
        patch.set(field("title"), Value::Text(String::new()), Source::flag("clear"));
        patch.set_invalid(field("canBeContactedByMaison"));
        fill(&mut patch, &snapshot(PRIVATE));
        let body: serde_json::Value = serde_json::from_str(&wire::body(&patch)).expect("JSON");
        assert_eq!(body["title"], "");
        assert_eq!(body.get("canBeContactedByMaison"), None);
    }

    proptest! {
        #[test]
        fn filling_never_adds_what_the_rules_do_not_require(record in arbitrary::record(), patch in arbitrary::patch()) {
            let snapshot = snapshot_of(&record);
            let mut filled = patch.clone();
            let fields = fill(&mut filled, &snapshot);
            let client_type = filled.client_type();
            for (field, given) in filled.iter() {
                match patch.get(field.name) {
                    Some(before) => prop_assert_eq!(before, given, "{} was given", field.name),
                    None => {
                        prop_assert!(field.need.demands(client_type), "{} is not required", field.name);
                        prop_assert_eq!(Some(&given.value), snapshot.get(field));
                        prop_assert_eq!(&given.source, &Source::Record);
                        prop_assert!(fields.iter().any(|own| own.name == field.name));
                    }
                }
            }
            prop_assert_eq!(filled.len(), patch.len() + fields.len());
            // What is required and known is there.
            for (field, given) in snapshot.carried().iter().filter(|(field, _)| field.need.demands(client_type)) {
                prop_assert!(filled.mentions(field) || given.value.is_blank(), "{} is missing", field.name);
            }
        }
    }
}
