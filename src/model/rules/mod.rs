//! The rules that a patch must keep: the list of all of them, and the check of a patch by those that the inputs have
//! not applied while reading.
//!
//! A rule's row holds its id, level and meaning beside its check. [`check`], `booster help rules` and
//! `booster customer explain` go over the rows, so a new rule is one row, in `missing` (what must be given), in `given`
//! (what was given), or in a file of its own. A rule that inputs find while they read has no check; it is in
//! [`Rule`].

mod given;
mod hidden;
mod id;
mod missing;
mod placeholder;

use std::sync::LazyLock;

use jiff::civil::Date;

use crate::model::field::{Field, Kind, Need, Record, Shape};
use crate::model::patch::{Given, Item, Patch, Value};
use crate::model::problem::{Fault, Level, Problem, Rule};
pub use given::{LARGEST_VALUE, body};
pub use id::{LARGEST_ID, id, same_id, same_id_in_files};

/// A rule and how it is checked.
struct Row {
    rule: &'static Rule,
    check: Check,
}

/// What a check looks at. It is handed its rule, for the faults that it returns.
enum Check {
    /// A field of this need, which must be given and not blank.
    Missing(Need),
    /// The customer's patch as a whole.
    Patch(fn(&'static Rule, &Patch, Options) -> Option<Problem>),
    /// A field of the customer's own, whatever was given for it.
    Given(fn(&'static Rule, &Field, &Given) -> Option<Fault>),
    /// Any text.
    Text(fn(&'static Rule, &Field, &str) -> Option<Fault>),
    /// A text of one of these shapes, unless it is empty.
    Shape(&'static [Shape], fn(&'static Rule, &Field, &str) -> Option<Fault>),
    /// A day of one of these shapes; the second day is today.
    Day(&'static [Shape], fn(&'static Rule, Date, Date) -> Option<Fault>),
    /// A list at a place, whose items can be marked as the main one by this field; whether these are all its items.
    Marks(fn(&'static Rule, &[Item], &'static Field, &str, bool) -> Vec<Problem>),
}

/// All rules with a check.
fn rows() -> impl Iterator<Item = &'static Row> {
    missing::ROWS.iter().chain(of_values())
}

/// Those of what was given.
fn of_values() -> impl Iterator<Item = &'static Row> {
    given::ROWS.iter().chain(placeholder::ROWS).chain(hidden::ROWS)
}

/// The rows by what they look at: they are asked for every value of perhaps a hundred thousand patches.
static OF_GIVEN: Rows = LazyLock::new(|| of_check(|check| matches!(check, Check::Given(_))));
static OF_TEXT: Rows = LazyLock::new(|| of_check(|check| matches!(check, Check::Text(_))));
static OF_SHAPE: Rows = LazyLock::new(|| of_check(|check| matches!(check, Check::Shape(..))));
static OF_DAY: Rows = LazyLock::new(|| of_check(|check| matches!(check, Check::Day(..))));

type Rows = LazyLock<Vec<&'static Row>>;

fn of_check(is_wanted: fn(&Check) -> bool) -> Vec<&'static Row> {
    rows().filter(|row| is_wanted(&row.check)).collect()
}

/// All rules, in the order in which help lists them.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    let of_what_is_missing = missing::ROWS.iter().map(|row| row.rule);
    let inputs = |rules: &'static [&Rule]| rules.iter().copied();
    inputs(Rule::OF_KINDS)
        .chain(of_what_is_missing)
        .chain(inputs(Rule::OF_WRITING))
        .chain(of_values().map(|row| row.rule))
}

/// The warnings that a value of the field can lead to. `record` is the one whose items the field is in, if any.
pub fn warnings(field: &'static Field, record: Option<&Record>) -> impl Iterator<Item = &'static Rule> {
    let is_mark = record.is_some() && field.is_main_mark();
    let can_speak = move |check: &Check| match check {
        Check::Missing(need) => *need == field.need,
        Check::Patch(_) | Check::Given(_) => false,
        Check::Text(_) => matches!(field.kind, Kind::Text),
        Check::Shape(shapes, _) | Check::Day(shapes, _) => shapes.contains(&field.shape),
        Check::Marks(_) => is_mark || matches!(field.kind, Kind::List(inner) if inner.main_mark().is_some()),
    };
    rows().filter(move |row| row.rule.level == Level::Warning && can_speak(&row.check)).map(|row| row.rule)
}

/// The rule that is broken when a field of this need is missing.
pub fn required(need: Need) -> Option<&'static Rule> {
    rows().find(|row| matches!(row.check, Check::Missing(own) if own == need)).map(|row| row.rule)
}

/// Whether the problem is that something required is missing.
pub fn is_about_missing(problem: &Problem) -> bool {
    rows().any(|row| matches!(row.check, Check::Missing(_)) && problem.id == row.rule.into())
}

/// Whether the API page demands the field of this patch, whose client type decides.
pub fn is_demanded(patch: &Patch, field: &Field) -> bool {
    field.need.demands(patch.client_type())
}

#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Leave out what the documentation may be wrong about: missing fields and the client type.
    pub unchecked: bool,
    /// Leave out which of the customer's own fields are missing: they come from the record.
    pub for_fill: bool,
    /// Whether a field can be given by its flag, which hints then name.
    pub has_flags: bool,
    /// Leave out what is missing: a whole input could not be read, in which it may be.
    pub incomplete: bool,
    /// A birth or a wedding after this day lies in the future.
    pub today: Date,
}

impl Options {
    /// Every rule, of a patch that was given by flags as well, on this day.
    pub fn of_day(today: Date) -> Options {
        Options { unchecked: false, for_fill: false, has_flags: true, incomplete: false, today }
    }
}

/// Today in UTC, so that the result does not depend on the machine's time zone.
pub fn today() -> Date {
    jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date()
}

/// Checks a whole patch: everything that was given, and what is missing. Problems of no field come first, then those
/// of each field by itself in the table's order, then those that only the whole patch shows.
pub fn check(patch: &Patch, options: Options) -> Vec<Problem> {
    let of_patch = rows().filter_map(|row| {
        let Check::Patch(check) = &row.check else { return None };
        check(row.rule, patch, options)
    });
    let (at_fields, mut found): (Vec<Problem>, Vec<Problem>) =
        of_patch.partition(|problem| problem.field.is_some());
    check_record(patch, "", None, options, &mut found);
    found.extend(at_fields);
    found
}

fn check_record(
    patch: &Patch,
    inside: &str,
    item: Option<&Item>,
    options: Options,
    found: &mut Vec<Problem>,
) {
    let client_type = patch.client_type();
    for (field, given) in patch.every_field() {
        if field.need.demands(client_type) && !options.unchecked && !options.incomplete {
            let comes_from_record = options.for_fill && item.is_none() && !patch.mentions(field);
            if !comes_from_record {
                found.extend(missing::missing(patch, field, given, inside, item, options.has_flags));
            }
        }
        let Some(given) = given else { continue };
        let at_place = |fault: Fault| fault.at(field.at(inside), given.source.clone());
        found.extend(given_faults(field, given).map(at_place));
        found.extend(value_faults(field, &given.value, options).into_iter().map(at_place));
        if let Value::List(items) = &given.value {
            let place = field.at(inside);
            for (i, item) in items.iter().enumerate() {
                check_record(&item.patch, &format!("{place}[{i}]"), Some(item), options, found);
            }
            // Of a list that is changed by its items, the marks are judged when all of them are known.
            if patch.list_edit(field).is_none() {
                found.extend(check_marks(items, &place, true));
            }
        }
    }
}

/// Checks which items of a list are marked as the main one; `is_whole` says that these are all its items.
pub fn check_marks(items: &[Item], place: &str, is_whole: bool) -> Vec<Problem> {
    let Some(mark) = items.first().and_then(|item| item.patch.record().main_mark()) else {
        return Vec::new();
    };
    let of_row = |row: &Row| {
        let Check::Marks(check) = &row.check else { return Vec::new() };
        check(row.rule, items, mark, place, is_whole)
    };
    rows().flat_map(of_row).collect()
}

/// What is wrong with a field that was given at all. In the record of an item every field may be changed: it is for the
/// list to say.
fn given_faults(field: &Field, given: &Given) -> impl Iterator<Item = Fault> {
    OF_GIVEN.iter().filter_map(move |row| {
        let Check::Given(check) = &row.check else { return None };
        check(row.rule, field, given)
    })
}

/// What is wrong with one value by itself; nothing of a list.
fn value_faults(field: &Field, value: &Value, options: Options) -> Vec<Fault> {
    match value {
        Value::Text(text) => text_faults(field, text),
        Value::Date(day) => day_faults(field, *day, options.today),
        Value::Bool(_) | Value::List(_) => Vec::new(),
    }
}

/// What any text must keep goes before its shape's rules.
fn text_faults(field: &Field, text: &str) -> Vec<Fault> {
    // Of a text that is too long it does not matter what else is odd about it.
    let is_wanted = |row: &&&Row| row.rule.level == Level::Error || text.len() <= LARGEST_VALUE;
    let of_any = OF_TEXT.iter().filter(is_wanted).filter_map(|row| {
        let Check::Text(check) = &row.check else { return None };
        check(row.rule, field, text)
    });
    let of_shape = OF_SHAPE.iter().filter(is_wanted).filter_map(|row| {
        let Check::Shape(shapes, check) = &row.check else { return None };
        if text.is_empty() || !shapes.contains(&field.shape) { None } else { check(row.rule, field, text) }
    });
    of_any.chain(of_shape).collect()
}

fn day_faults(field: &Field, day: Date, today: Date) -> Vec<Fault> {
    let of_shape = OF_DAY.iter().filter_map(|row| {
        let Check::Day(shapes, check) = &row.check else { return None };
        if shapes.contains(&field.shape) { check(row.rule, day, today) } else { None }
    });
    of_shape.collect()
}

/// Reads an answer to the question for one value, and checks it by itself.
///
/// # Errors
/// The first error; with `strict` the first warning as well.
pub fn check_answer(field: &Field, text: &str, options: Options, strict: bool) -> Result<Value, Fault> {
    let value = Value::parse(field, text)?;
    let is_refused = |fault: &Fault| strict || fault.rule.level == Level::Error;
    value_faults(field, &value, options).into_iter().find(is_refused).map_or(Ok(value), Err)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::arbitrary::patch_of;
    use crate::model::customer::{CUSTOMER, every_field};

    fn checked(json: &str, unchecked: bool) -> Vec<(String, &'static str)> {
        let problems =
            check(&patch_of(json), Options { unchecked, ..Options::of_day(jiff::civil::date(2026, 1, 1)) });
        problems.into_iter().map(|problem| (problem.field.unwrap_or_default(), problem.id.word())).collect()
    }

    const COMPANY: &str =
        r#""canBeContactedByMaison":true,"clientType":"COMPANY","countryId":"it","companyName":"A""#;

    /// What the rules say of a company with these fields besides.
    fn company(fields: &str) -> Vec<(String, &'static str)> {
        checked(&format!("{{{COMPANY},{fields}}}"), false)
    }

    #[test]
    fn what_is_required_hangs_on_the_client_type() {
        let names = |json: &str| {
            checked(json, false).into_iter().map(|(field, id)| format!("{field} {id}")).collect::<Vec<_>>()
        };
        assert_eq!(
            names("{}"),
            [" empty", "canBeContactedByMaison required", "clientType required", "countryId required",]
        );
        assert_eq!(
            names(r#"{"canBeContactedByMaison":true,"clientType":"Personal","countryId":"it"}"#),
            [
                "title required-for-private",
                "lastName required-for-private",
                "languageId required-for-private",
                "gender required-for-private",
            ]
        );
        assert_eq!(
            names(
                r#"{"canBeContactedByMaison":true,"clientType":"company","countryId":"it","companyName":"  "}"#
            ),
            ["companyName required-for-company", "companyName outer-space"]
        );
        // Of which nothing is seen.
        assert_eq!(
            names(
                r#"{"canBeContactedByMaison":true,"clientType":"company","countryId":"it","companyName":"\u200b \ufeff"}"#
            ),
            ["companyName required-for-company", "companyName hidden-character"]
        );
        assert_eq!(names(&format!("{{{COMPANY}}}")), Vec::<String>::new());
        assert_eq!(
            names(r#"{"canBeContactedByMaison":true,"clientType":"other","countryId":"it"}"#),
            ["clientType unknown-client-type"]
        );
    }

    #[test]
    fn unchecked_leaves_out_what_is_missing_and_nothing_else() {
        assert_eq!(checked(r#"{"clientType":"other","emails":[{}]}"#, true), []);
        assert_eq!(checked("{}", true), [(String::new(), "empty")]);
    }

    #[test]
    fn every_value_is_looked_at() {
        for (fields, place, rule) in [
            (r#""notes":"a\u0000""#, "notes", "control-character"),
            (r#""firstName":"a\nb""#, "firstName", "control-character"),
            (r#""firstName":" a""#, "firstName", "outer-space"),
            (r#""firstName":"Null""#, "firstName", "placeholder"),
            (r#""notes":"[object Object]""#, "notes", "placeholder"),
            (r#""firstName":"a\u200b""#, "firstName", "hidden-character"),
            (r#""gender":"m""#, "gender", "unlisted-value"),
            (r#""preferredContactMethod":"email""#, "preferredContactMethod", "unlisted-value"),
            (r#""languageId":"zho""#, "languageId", "unlisted-value"),
            (r#""languageId":"xyz""#, "languageId", "unlisted-value"),
            (r#""birthDate":"2026-01-02""#, "birthDate", "odd-date"),
            (r#""weddingDate":"1899-12-31""#, "weddingDate", "odd-date"),
            (r#""saleRepresentativeEmail":"ada@""#, "saleRepresentativeEmail", "odd-email"),
            (r#""emails":[{"email":"a@b.co"}]"#, "emails[0].isMainEmail", "required"),
            (r#""emails":[{"email":"","isMainEmail":true}]"#, "emails[0].email", "required"),
            (
                r#""emails":[{"email":"a@b.co","isMainEmail":true},{"email":"b@b.co","isMainEmail":true}]"#,
                "emails[1].isMainEmail",
                "two-mains",
            ),
            (
                r#""phones":[{"phone":"+391","countryPrefix":"it","isMainPhone":true}]"#,
                "phones[0].phone",
                "odd-phone",
            ),
            (
                r#""phones":[{"phone":"13888889999","countryPrefix":"IT","isMainPhone":true}]"#,
                "phones[0].countryPrefix",
                "unlisted-value",
            ),
        ] {
            assert_eq!(company(fields), [(place.to_owned(), rule)], "{fields}");
        }
        assert_eq!(
            company(&format!(r#""notes":"{}""#, "x".repeat(LARGEST_VALUE + 1))),
            [("notes".into(), "too-long")]
        );
        for fine in [
            r#""notes":"a\n\tb""#,
            r#""notes":"""#,
            r#""title":"Dr.""#,
            r#""languageId":"chi""#,
            r#""birthDate":"2026-01-01""#,
            r#""emails":[]"#,
        ] {
            assert_eq!(company(fine), [], "{fine}");
        }
    }

    #[test]
    fn every_rule_has_an_id_of_its_own() {
        let mut ids: Vec<&str> = all().map(|rule| rule.id).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }

    #[test]
    fn every_need_has_a_rule() {
        for (field, place) in every_field() {
            assert_eq!(required(field.need).is_some(), field.need != Need::Optional, "{place}");
        }
        // No list is demanded: `missing` looks at texts and at absence alone.
        let is_list = |field: &&Field| matches!(field.kind, Kind::List(_));
        assert!(CUSTOMER.fields.iter().filter(is_list).all(|field| field.need == Need::Optional));
    }
}
