//! Which fields a name means, in whichever of the notations it is written.

use super::{Explanation, all};
use crate::model::customer::every_field;
use crate::spelling::did_you_mean;

/// The fields that a name means: a wire name in any case at all its places, a place with or without the number of
/// an item, a flag, a shorthand's key; a list brings its fields with it.
///
/// # Errors
/// The place of the field with the most similar name, if one is similar.
pub fn find(name: &str) -> Result<Vec<Explanation>, Option<String>> {
    let name = name.trim();
    let wanted = without_items(name).to_lowercase();
    let everything = all();
    let notations: &[fn(&Explanation, &str) -> bool] = match wanted.strip_prefix("--") {
        Some(_) => &[is_item_flag, is_flag_of_the_customer, is_kebab],
        None => &[is_place_or_name, is_item_flag, is_kebab, is_short_key],
    };
    let wanted = wanted.trim_start_matches("--").to_owned();
    let found = notations
        .iter()
        .map(|matches| places(&everything, |own| matches(own, &wanted)))
        .find(|places| !places.is_empty());
    match found {
        Some(places) => Ok(everything.into_iter().filter(|own| places.contains(&own.place)).collect()),
        None => Err(similar(&everything, &wanted)),
    }
}

/// A name for every field that no shell reads as a pattern: `emails.isMainEmail`.
pub fn names() -> Vec<String> {
    every_field().map(|(_, place)| without_items(&place)).collect()
}

/// The places of the fields that match; a list brings its own fields.
fn places(everything: &[Explanation], matches: impl Fn(&Explanation) -> bool) -> Vec<String> {
    let matching: Vec<&Explanation> = everything.iter().filter(|own| matches(own)).collect();
    let is_within = |own: &Explanation| {
        matching.iter().any(|found| {
            found.place == own.place
                || found.list.is_none() && own.list.is_some_and(|list| list.name == found.place)
        })
    };
    everything.iter().filter(|own| is_within(own)).map(|own| own.place.clone()).collect()
}

/// `emails[0].email` and `emails[].email` as `emails.email`.
fn without_items(place: &str) -> String {
    let mut rest = place;
    let mut bare = String::with_capacity(place.len());
    while let Some((before, behind)) = rest.split_once('[') {
        let Some((number, after)) = behind.split_once(']') else { break };
        if !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'*') {
            break;
        }
        bare.push_str(before);
        rest = after;
    }
    bare + rest
}

fn is_place_or_name(own: &Explanation, wanted: &str) -> bool {
    without_items(&own.place).to_lowercase() == wanted || own.field.name.to_lowercase() == wanted
}

/// The flag that adds an item means the list.
fn is_item_flag(own: &Explanation, wanted: &str) -> bool {
    own.field.record().is_some_and(|record| record.item_flag() == wanted)
}

fn is_flag_of_the_customer(own: &Explanation, wanted: &str) -> bool {
    own.list.is_none() && own.field.flag() == wanted
}

/// A field of an item has no flag of its own, but its name is found when it is written like one.
fn is_kebab(own: &Explanation, wanted: &str) -> bool {
    own.field.flag() == wanted
}

fn is_short_key(own: &Explanation, wanted: &str) -> bool {
    let short = own.record().and_then(|record| record.short_key(own.field));
    short.is_some_and(|short| short.to_lowercase() == wanted)
}

fn similar(everything: &[Explanation], wanted: &str) -> Option<String> {
    let names = |own: &Explanation| [without_items(&own.place), own.field.name.to_owned()];
    let near = did_you_mean(wanted, everything.iter().flat_map(names))?;
    everything.iter().find(|own| names(own).contains(&near)).map(|own| own.place.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str) -> Vec<String> {
        find(name).expect(name).into_iter().map(|own| own.place).collect()
    }

    #[test]
    fn a_field_is_found_in_every_notation() {
        for name in ["firstName", "firstname", "FIRSTNAME", "first-name", "--first-name", " --First-Name "] {
            assert_eq!(found(name), ["firstName"], "{name}");
        }
        for name in [
            "emails[0].isMainEmail",
            "emails[12].isMainEmail",
            "emails[].isMainEmail",
            "emails[*].ismainemail",
            "emails.isMainEmail",
            "isMainEmail",
            "is-main-email",
        ] {
            assert_eq!(found(name), ["emails[].isMainEmail"], "{name}");
        }
    }

    #[test]
    fn a_list_brings_its_fields() {
        let whole = ["emails", "emails[].email", "emails[].isMainEmail"];
        for name in ["emails", "--emails", "--email", "emails[]", "emails[0]", "EMAILS"] {
            assert_eq!(found(name), whole, "{name}");
        }
        assert_eq!(found("event")[0], "events");
        assert_eq!(found("--product-collection"), found("productCollections"));
    }

    #[test]
    fn a_name_in_several_records_is_found_at_all_its_places() {
        assert_eq!(found("countryId"), ["countryId", "addresses[].countryId"]);
        assert_eq!(found("--country-id"), ["countryId"]);
        assert_eq!(found("translation").len(), 3);
        assert_eq!(found("type"), ["phones[].phoneType", "addresses[].addressType", "events[].eventType"]);
        assert_eq!(found("email"), ["emails[].email"]);
    }

    #[test]
    fn every_place_and_every_flag_is_found() {
        for (field, place) in every_field() {
            assert!(found(&place).contains(&place), "{place}");
            assert!(found(field.name).contains(&place), "{place}");
            assert!(found(&field.flag()).contains(&place) || field.record().is_some(), "{place}");
        }
    }

    #[test]
    fn a_misspelt_name_brings_a_similar_one() {
        for (name, place) in [
            ("fristName", Some("firstName")),
            ("--frist-name", Some("firstName")),
            ("emails[0].emial", Some("emails[].email")),
            ("countri", Some("countryId")),
            ("", None),
            ("--", None),
            ("xyzzy", None),
            ("[", None),
        ] {
            assert_eq!(find(name).expect_err("no field has this name").as_deref(), place, "{name}");
        }
        assert!(find("emails[x].email[").is_err());
    }
}
