//! What sets a customer back to how it was before a patch, without touching what others have changed since.

use crate::model::field::{Field, Kind};
use crate::model::list_edit::ListMode;
use crate::model::patch::{Patch, Value};
use crate::model::problem::Source;
use crate::model::record::Snapshot;
use crate::model::{diff, fill};

/// What an undo would send, and what speaks against it.
#[derive(Debug)]
pub struct Plan {
    /// The touched fields as they were before, where they differ now, with what the rules require beside them.
    pub patch: Patch,
    /// The fields in it that are sent as they are now, since the rules require them.
    pub filled: Vec<&'static Field>,
    /// The fields that hold neither what was sent nor what was there before: they were changed since.
    pub changed: Vec<&'static Field>,
    /// The fields that the answer does not carry now: whether they were changed since is not known.
    pub unknown: Vec<&'static Field>,
    /// The fields that stay as they were sent, since it is not known what they held. That the answer left them out does not
    /// mean that they were empty.
    pub lost: Vec<&'static Field>,
    /// The fields that hold what they held before already.
    pub restored: Vec<&'static Field>,
}

impl Plan {
    /// Compares what the customer held before the patch, what was sent, and what it holds now. `filled` are the names
    /// of the fields that were sent as they were, and so were not touched; `cleared` are the fields that the user wants
    /// cleared where it is not known what they held.
    pub fn new(
        before: &Patch,
        sent: &Patch,
        filled: &[String],
        cleared: &[&'static Field],
        snapshot: &Snapshot,
    ) -> Plan {
        let mut plan = Plan {
            patch: Patch::new(sent.record()),
            filled: Vec::new(),
            changed: Vec::new(),
            unknown: Vec::new(),
            lost: Vec::new(),
            restored: Vec::new(),
        };
        let client_type = before.client_type().or(snapshot.carried().client_type());
        // A field that was given with the value it had was not changed by the run, whatever it holds now.
        let is_changed = |field: &Field, sent: &Value| {
            !filled.iter().any(|name| name == field.name)
                && before.get(field.name).is_none_or(|before| !diff::same(&before.value, sent))
        };
        let touched = sent.iter().filter(|(field, sent)| is_changed(field, &sent.value));
        for (field, sent) in touched {
            let now = snapshot.get(field);
            let is_now = |value: &Value| now.is_some_and(|now| diff::same(now, value));
            let is_cleared = cleared.iter().any(|own| own.name == field.name);
            let nothing = Value::empty(field).filter(|_| is_cleared && !field.need.demands(client_type));
            let (value, source) = match (before.get(field.name), nothing) {
                (Some(before), _) => (before.value.clone(), before.source.clone()),
                (None, Some(nothing)) => (nothing, Source::flag("force")),
                (None, None) => {
                    plan.lost.push(field);
                    continue;
                }
            };
            if is_now(&value) {
                plan.restored.push(field);
                continue;
            }
            match now {
                Some(_) if is_now(&sent.value) => {}
                Some(_) => plan.changed.push(field),
                // What was cleared is empty, as far as the service shows empty fields at all.
                None if sent.value.clears() => {}
                None => plan.unknown.push(field),
            }
            plan.patch.set(field, value, source);
        }
        if !plan.is_empty() {
            // What the answer does not carry stays missing: an old consent must not be given again as the record's.
            plan.filled = fill::fill(&mut plan.patch, snapshot);
        }
        plan
    }

    /// Whether there is nothing to set back.
    pub fn is_empty(&self) -> bool {
        self.patch.len() == self.filled.len()
    }
}

/// The lists that were sent to a service that adds to lists, which can set none back; they are taken out of `sent`.
pub fn take_lists(sent: &mut Patch, mode: ListMode) -> Vec<&'static Field> {
    if mode == ListMode::Replace {
        return Vec::new();
    }
    let is_list = |field: &&Field| matches!(field.kind, Kind::List(_));
    let lists: Vec<&'static Field> = sent.iter().map(|(field, _)| field).filter(is_list).collect();
    lists.iter().for_each(|field| sent.remove(field));
    lists
}

/// What the fields that a patch touches hold, with what is demanded beside them, and the touched fields of which this
/// is not known. `filled` are the names of the fields that are sent as they are.
pub fn before(snapshot: &Snapshot, patch: &Patch, filled: &[String]) -> (Patch, Vec<&'static Field>) {
    let is_touched = |field: &Field| patch.mentions(field) && !filled.iter().any(|name| name == field.name);
    let mut before = Patch::new(patch.record());
    let touched = snapshot.carried().iter().filter(|(field, _)| is_touched(field));
    for (field, given) in fill::demanded(snapshot).chain(touched) {
        before.set(field, given.value.clone(), Source::Record);
    }
    let lost = patch.iter().map(|(field, _)| field).filter(|field| snapshot.get(field).is_none());
    (before, lost.collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value as Json};

    use super::*;
    use crate::model::arbitrary::{self, applied, patch_of, snapshot_of};
    use crate::model::customer::CUSTOMER;

    fn without(record: &Map<String, Json>, lacking: &[&str]) -> Map<String, Json> {
        record
            .iter()
            .filter(|(name, _)| !lacking.contains(&name.as_str()))
            .map(|(n, v)| (n.clone(), v.clone()))
            .collect()
    }

    proptest! {
        #[test]
        fn an_undo_restores_every_field_that_the_answer_carried(
            record in arbitrary::record(),
            patch in arbitrary::patch(),
            lacking in proptest::sample::subsequence(arbitrary::names(), 0..6),
            fills: bool,
        ) {
            let mut patch = patch;
            let snapshot = snapshot_of(&without(&record, &lacking));
            let filled = if fills { fill::fill(&mut patch, &snapshot) } else { Vec::new() };
            let filled: Vec<String> = filled.iter().map(|field| field.name.to_owned()).collect();
            let (before, _) = before(&snapshot, &patch, &filled);
            let changed = applied(&record, &patch);
            let plan = Plan::new(&before, &patch, &filled, &[], &snapshot_of(&without(&changed, &lacking)));
            prop_assert!(plan.changed.is_empty(), "{:?}", plan.changed);
            let restored = applied(&changed, &plan.patch);
            for (field, _) in snapshot.carried().iter() {
                prop_assert_eq!(restored.get(field.name), record.get(field.name), "{}", field.name);
            }
            for field in CUSTOMER.fields.iter().filter(|field| !patch.mentions(field)) {
                prop_assert_eq!(restored.get(field.name), record.get(field.name), "{} was not touched", field.name);
            }
        }
    }

    fn snapshot(json: &str) -> Snapshot {
        Snapshot::read(&CUSTOMER, json, 123, None).expect(json)
    }

    #[test]
    fn what_somebody_else_has_changed_since_is_named() {
        let before = patch_of(r#"{"firstName":"Ada","notes":"a","lastName":"L"}"#);
        let sent = patch_of(r#"{"firstName":"Eva","notes":"b","lastName":"M"}"#);
        let now = snapshot(r#"{"boosterCustomerId":123,"firstName":"Eva","notes":"c","lastName":"L"}"#);
        let plan = Plan::new(&before, &sent, &[], &[], &now);
        let names = |fields: &[&Field]| fields.iter().map(|field| field.name).collect::<Vec<_>>();
        assert_eq!(names(&plan.changed), ["notes"]);
        let restored: Vec<&str> = plan.patch.iter().map(|(field, _)| field.name).collect();
        assert_eq!(restored, ["firstName", "notes"]);
        let now = snapshot(r#"{"boosterCustomerId":123,"notes":"b","lastName":"L"}"#);
        let plan = Plan::new(&before, &sent, &[], &[], &now);
        assert_eq!((names(&plan.changed), names(&plan.unknown)), (vec![], vec!["firstName"]));
    }

    #[test]
    fn what_was_not_known_before_is_cleared_by_name_alone() {
        let sent = patch_of(
            r#"{"middleName":"X","hobbies":[{"hobby":"Art"}],"birthDate":"2020-12-30","dataSharingConsent":true,"title":"Mrs.",
                "notes":"b"}"#,
        );
        let now = snapshot(
            r#"{"boosterCustomerId":123,"clientType":"Private","middleName":"X","hobbies":[{"hobby":"Art"}],
                "birthDate":"2020-12-30","dataSharingConsent":true,"title":"Mrs.","notes":"b"}"#,
        );
        let before = patch_of(r#"{"notes":""}"#);
        let names = |fields: &[&Field]| fields.iter().map(|field| field.name).collect::<Vec<_>>();
        let plan = Plan::new(&before, &sent, &[], &[], &now);
        assert_eq!(names(&plan.lost), ["title", "middleName", "birthDate", "dataSharingConsent", "hobbies"]);
        let body = |plan: &Plan| crate::model::wire::body(&plan.patch);
        assert_eq!(body(&plan), r#"{"title":"Mrs.","clientType":"PRIVATE","notes":""}"#);
        // A title is required, and neither a day nor a bool can be cleared.
        let all: Vec<&'static Field> = CUSTOMER.fields.iter().collect();
        let plan = Plan::new(&before, &sent, &[], &all, &now);
        assert_eq!(names(&plan.lost), ["title", "birthDate", "dataSharingConsent"]);
        assert_eq!(
            body(&plan),
            r#"{"title":"Mrs.","middleName":"","clientType":"PRIVATE","notes":"","hobbies":[]}"#
        );
    }

    #[test]
    fn an_old_consent_is_not_given_again_as_the_records() {
        let before = patch_of(r#"{"firstName":"Ada","canBeContactedByMaison":true,"countryId":"it"}"#);
        let sent = patch_of(r#"{"firstName":"Eva","canBeContactedByMaison":true,"countryId":"it"}"#);
        let filled = ["canBeContactedByMaison", "countryId"].map(str::to_owned);
        let now = snapshot(r#"{"boosterCustomerId":123,"firstName":"Eva","countryId":"it"}"#);
        let plan = Plan::new(&before, &sent, &filled, &[], &now);
        assert_eq!(crate::model::wire::body(&plan.patch), r#"{"firstName":"Ada","countryId":"it"}"#);
    }
}
