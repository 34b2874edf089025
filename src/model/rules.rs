//! What the API page demands of a patch, and what we warn about.
//!
//! The doors have already refused what has the wrong kind or an unknown name. The rules look at what was read; each
//! is a function that names the place, and is called from [`check`].

use jiff::civil::Date;

use crate::escape::quoted;
use crate::model::customer::{CLIENT_TYPE, ID_KEY};
use crate::model::field::{ClientType, Field, Need, Shape};
use crate::model::iso;
use crate::model::patch::{Given, Item, Patch, Value};
use crate::model::problem::{Fault, Level, Problem, Rule, Source};
use crate::spelling::did_you_mean;

/// The largest value, in bytes of UTF-8.
pub const LARGEST_VALUE: usize = 32 << 10;

/// The largest body, in bytes.
pub const LARGEST_BODY: usize = 1 << 20;

/// The largest customer id: the API page says `int`, which is 32 bits with a sign.
pub const LARGEST_ID: u32 = i32::MAX as u32;

#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Leave out what the documentation may be wrong about: missing fields and the client type.
    pub unchecked: bool,
    /// Leave out what is missing: a whole input could not be read, in which it may stand.
    pub incomplete: bool,
    /// The day from which a birth or a wedding lies in the future.
    pub today: Date,
}

/// The day from which another one lies in the future. In UTC, so that the verdict does not hang on the machine.
pub fn today() -> Date {
    jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date()
}

/// Checks a whole patch: everything that was given, and what is missing.
pub fn check(patch: &Patch, options: Options) -> Vec<Problem> {
    let mut found = Found(Vec::new());
    // Neither the profile's defaults nor what was taken over from the record is a wish of the user's.
    let is_wished = |given: &Given| !matches!(given.source, Source::Profile(_) | Source::Record);
    let is_empty = !patch.iter().any(|(_, given)| is_wished(given)) && !patch.has_invalid();
    if is_empty && !options.incomplete {
        found.add(Fault::new(Rule::Empty, "there is nothing to send").of(None));
    }
    record(patch, "", None, options, &mut found);
    if !options.unchecked {
        client_type(patch, &mut found);
    }
    found.0
}

/// Checks the customer's id as it was written: decimal digits only, since `/customer/007` patches customer 7 and
/// `/customer/-1` is answered with 200.
///
/// # Errors
/// `id`.
pub fn id(text: &str) -> Result<u32, Fault> {
    let fault = || Fault::new(Rule::Id, format!("{} is not a customer id", quoted(text)));
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits {
        let trimmed = text.trim();
        return Err(if trimmed != text && id(trimmed).is_ok() {
            fault().hint(format!("write {trimmed}, without blanks"))
        } else {
            fault().hint("an id is a whole number from 1 to 2147483647, in the digits 0 to 9")
        });
    }
    let without_zeros = text.trim_start_matches('0');
    if without_zeros.len() < text.len() {
        return Err(match id(without_zeros) {
            Ok(meant) => {
                fault().hint(format!("write {meant} if that is meant: the service ignores leading zeros"))
            }
            Err(_) => fault().hint("ids begin with 1"),
        });
    }
    text.parse::<u32>()
        .ok()
        .filter(|id| *id <= LARGEST_ID)
        .ok_or_else(|| fault().hint("ids end with 2147483647"))
}

/// Checks that the id in a file is the one of the command.
///
/// # Errors
/// `id`.
pub fn same_id(wanted: u32, written: &str) -> Result<(), Fault> {
    let found = id(written)?;
    if found == wanted {
        return Ok(());
    }
    Err(Fault::new(Rule::Id, format!("{ID_KEY} is {found}, but the command is about customer {wanted}"))
        .hint("only the id of the command would count: the service ignores the one in the body"))
}

/// Checks the length of the whole body.
///
/// # Errors
/// `too-long`.
pub fn body(body: &str) -> Result<(), Fault> {
    if body.len() <= LARGEST_BODY {
        return Ok(());
    }
    Err(Fault::new(Rule::TooLong, format!("the body has {} bytes, more than 1 MiB", body.len())))
}

struct Found(Vec<Problem>);

impl Found {
    fn add(&mut self, problem: Problem) {
        self.0.push(problem);
    }
}

fn record(patch: &Patch, inside: &str, item: Option<&Item>, options: Options, found: &mut Found) {
    for field in patch.record().fields {
        let place = field.at(inside);
        let given = patch.get(field.name);
        if !options.unchecked && !options.incomplete {
            missing(patch, field, &place, item, found);
        }
        if let Some(given) = given {
            value(field, given, &place, options, found);
        }
    }
}

/// Whether the API page demands the field of this patch, whose client type decides.
pub fn is_demanded(patch: &Patch, field: &Field) -> bool {
    field.need.demands(patch.client_type())
}

/// Reads one answer to a question and judges it by itself.
///
/// # Errors
/// The first error; with `strict` the first warning as well.
pub fn answer(field: &Field, text: &str, options: Options, strict: bool) -> Result<Value, Fault> {
    let value = Value::parse(field, text)?;
    let faults = match &value {
        Value::Text(text) => text_faults(field, text),
        Value::Date(day) => odd_date(field, *day, options.today).into_iter().collect(),
        Value::Bool(_) | Value::List(_) => Vec::new(),
    };
    let is_refused = |fault: &Fault| strict || fault.rule.level() == Level::Error;
    faults.into_iter().find(is_refused).map_or(Ok(value), Err)
}

fn missing(patch: &Patch, field: &Field, place: &str, item: Option<&Item>, found: &mut Found) {
    if !is_demanded(patch, field) {
        return;
    }
    let (rule, who) = match field.need {
        Need::Optional => return,
        Need::Required => (Rule::Required, "the service wants it in every patch"),
        Need::RequiredFor(ClientType::Private) => (Rule::RequiredForPrivate, "a PRIVATE client needs it"),
        Need::RequiredFor(ClientType::Company) => (Rule::RequiredForCompany, "a COMPANY client needs it"),
    };
    let who = if item.is_some() { "every item needs it" } else { who };
    let (what, source, hint) = match patch.get(field.name) {
        None if patch.mentions(field) => return,
        None => ("is missing", item.map(|item| item.source.clone()), add(field, item)),
        Some(Given { value: Value::Text(text), source }) if text.is_empty() => match source {
            // Only a flag of its own clears on purpose; an empty text in a file may be what a template left.
            Source::Flag { .. } if item.is_none() => (
                "is empty",
                Some(source.clone()),
                "do not clear it: give the value that it is to have".to_owned(),
            ),
            source => ("is empty", Some(source.clone()), "fill it in".to_owned()),
        },
        Some(Given { value: Value::Text(text), source }) if text.trim().is_empty() => {
            ("is blank", Some(source.clone()), "fill it in".to_owned())
        }
        Some(_) => return,
    };
    let fault = Fault::new(rule, format!("{} {what}: {who}", field.name));
    found.add(fault.hint(hint).at(place, source));
}

/// How a field that is missing is given: of the customer by flag or file, of an item where the item was written.
fn add(field: &Field, item: Option<&Item>) -> String {
    let Some(item) = item else { return format!("add --{}, or {} in a file", field.flag(), field.name) };
    let record = item.patch.record();
    match &item.source {
        Source::Flag { flag, .. } if *flag == format!("--{}", record.item_flag()) => {
            let key = record.short_key(field).unwrap_or_else(|| field.name.to_owned());
            format!("add ,{key}=… to the item")
        }
        Source::Flag { .. }
        | Source::Argument(_)
        | Source::File { .. }
        | Source::WholeFile(_)
        | Source::Profile(_)
        | Source::Environment(_)
        | Source::Prompt
        | Source::Record
        | Source::Service => format!("add {} to the item", field.name),
    }
}

fn value(field: &Field, given: &Given, place: &str, options: Options, found: &mut Found) {
    let at = |fault: Fault| fault.at(place, Some(given.source.clone()));
    match &given.value {
        Value::Text(text) => {
            for fault in text_faults(field, text) {
                found.add(at(fault));
            }
        }
        Value::Date(day) => {
            if let Some(fault) = odd_date(field, *day, options.today) {
                found.add(at(fault));
            }
        }
        Value::List(items) => {
            for (i, item) in items.iter().enumerate() {
                record(&item.patch, &format!("{place}[{i}]"), Some(item), options, found);
            }
            two_mains(items, place, found);
        }
        Value::Bool(_) => {}
    }
}

/// What is wrong or odd about one text.
fn text_faults(field: &Field, text: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    faults.extend(control_character(field, text));
    if text.len() > LARGEST_VALUE {
        faults.push(
            Fault::new(Rule::TooLong, format!("the value has {} bytes, more than 32 KiB", text.len()))
                .hint("this is no name or note: look whether the right file was named"),
        );
        return faults;
    }
    if text.is_empty() {
        return faults;
    }
    if text.trim() != text {
        faults.push(
            Fault::new(Rule::OuterSpace, format!("{} begins or ends with a blank", quoted(text)))
                .hint("whether the service keeps it is not known"),
        );
    }
    faults.extend(match field.shape {
        Shape::Plain | Shape::Lines | Shape::ClientType | Shape::LifeDay => None,
        Shape::Email => odd_email(text),
        Shape::Phone => odd_phone(text),
        Shape::Listed => unlisted(field, text),
        Shape::Country => unlisted_country(text),
        Shape::Language => unlisted_language(text),
    });
    faults
}

fn control_character(field: &Field, text: &str) -> Option<Fault> {
    let has_lines = field.shape == Shape::Lines;
    let (i, letter) = text
        .chars()
        .enumerate()
        .find(|(_, letter)| *letter < ' ' && !(has_lines && matches!(letter, '\n' | '\t')))?;
    let fault = Fault::new(
        Rule::ControlCharacter,
        format!("character {} is the control character U+{:04X}", i + 1, letter as u32),
    );
    Some(match letter {
        '\r' if has_lines => fault.hint("end lines with a newline alone"),
        '\n' => fault.hint("this field is one line; notes may have several"),
        _ => fault.hint("remove it"),
    })
}

fn odd_email(text: &str) -> Option<Fault> {
    let options =
        email_address::Options::default().with_required_tld().without_domain_literal().without_display_text();
    let is_address = email_address::EmailAddress::parse_with_options(text, options).is_ok();
    (!is_address).then(|| {
        Fault::new(Rule::OddEmail, format!("{} is not written like an email address", quoted(text)))
            .hint("whether the service takes it is not known")
    })
}

/// The page's examples are digits alone, the country's prefix standing in a field of its own. E.164 allows 15.
fn odd_phone(text: &str) -> Option<Fault> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let fault = |what: &str| Some(Fault::new(Rule::OddPhone, format!("{} {what}", quoted(text))));
    if text.starts_with('+') || text.starts_with("00") {
        fault("begins with an international prefix")
            .map(|fault| fault.hint("the country goes in countryPrefix"))
    } else if !is_digits {
        fault("is not digits alone")
            .map(|fault| fault.hint("the API page's examples are digits, as in 13888889999"))
    } else if !(4..=15).contains(&text.len()) {
        fault("has an odd length").map(|fault| fault.hint("phone numbers have 4 to 15 digits"))
    } else {
        None
    }
}

fn unlisted(field: &Field, text: &str) -> Option<Fault> {
    if field.examples.contains(&text) {
        return None;
    }
    let fault =
        Fault::new(Rule::UnlistedValue, format!("{} is not among the API page's examples", quoted(text)));
    Some(match did_you_mean(text, field.examples.iter().copied()) {
        Some(near) => fault.hint(format!("did you mean {near}?")),
        None => fault.hint(format!("they are {}", field.examples.join(", "))),
    })
}

fn unlisted_country(text: &str) -> Option<Fault> {
    if iso::country(text).is_some() {
        return None;
    }
    let fault = Fault::new(
        Rule::UnlistedValue,
        format!("{} is not an ISO 3166-1 country code in lower case", quoted(text)),
    );
    let lower = text.to_lowercase();
    Some(if iso::country(&lower).is_some() {
        fault.hint(format!("write \"{lower}\", in small letters"))
    } else if let Some(code) = iso::country_by_name(text) {
        fault.hint(format!("did you mean {code}?"))
    } else {
        fault.hint("write two letters, as in it, cn, az, gb, de")
    })
}

fn unlisted_language(text: &str) -> Option<Fault> {
    if iso::language(text).is_some() {
        return None;
    }
    let fault = Fault::new(
        Rule::UnlistedValue,
        format!("{} is not an ISO 639-2 bibliographic language code in lower case", quoted(text)),
    );
    let lower = text.to_lowercase();
    Some(if iso::language(&lower).is_some() {
        fault.hint(format!("write \"{lower}\", in small letters"))
    } else if let Some(code) = iso::bibliographic(&lower) {
        fault.hint(format!("the bibliographic code is {code}; the API page's examples are of that kind"))
    } else if let Some(code) = iso::language_by_name(text) {
        fault.hint(format!("did you mean {code}?"))
    } else {
        fault.hint("write three letters, as in ita, chi, aze, eng, ger")
    })
}

fn odd_date(field: &Field, day: Date, today: Date) -> Option<Fault> {
    if field.shape != Shape::LifeDay {
        return None;
    }
    if day > today {
        Some(Fault::new(Rule::OddDate, format!("{day} lies in the future")))
    } else if day.year() < 1900 {
        Some(Fault::new(Rule::OddDate, format!("{day} lies before 1900")))
    } else {
        None
    }
}

fn two_mains(items: &[Item], place: &str, found: &mut Found) {
    let mut first = None;
    for (i, item) in items.iter().enumerate() {
        let Some(mark) = item.patch.record().main_mark() else { return };
        let Some(Given { value: Value::Bool(true), source }) = item.patch.get(mark.name) else { continue };
        match first {
            None => first = Some(i),
            Some(first) => found.add(
                Fault::new(Rule::TwoMains, format!("{place}[{first}] is already the main one"))
                    .hint("which of them the service keeps as the main one is not known")
                    .at(mark.at(&format!("{place}[{i}]")), Some(source.clone())),
            ),
        }
    }
}

fn client_type(patch: &Patch, found: &mut Found) {
    let Some(Given { value: Value::Text(text), source }) = patch.get(CLIENT_TYPE) else { return };
    if text.trim().is_empty() || ClientType::read(text).is_some() {
        return;
    }
    let known = ClientType::ALL.map(ClientType::wire);
    let fault = Fault::new(
        Rule::UnknownClientType,
        format!("{} is neither {} nor {}", quoted(text), known[0], known[1]),
    );
    let fault = match did_you_mean(text, known) {
        Some(near) => fault.hint(format!("did you mean {near}?")),
        None => fault.hint("what else the service requires hangs on it, so it cannot be judged"),
    };
    found.add(fault.at(CLIENT_TYPE, Some(source.clone())));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::customer::CUSTOMER;
    use crate::model::field::Kind;

    fn checked(json: &str, unchecked: bool) -> Vec<(String, &'static str)> {
        let mut problems = Vec::new();
        let file = crate::document::read::decode("x.json", json.as_bytes().to_vec()).expect("UTF-8");
        let read = crate::input::file::patch(&file, None, &mut problems);
        problems.extend(check(
            &read.patch,
            Options { unchecked, incomplete: false, today: jiff::civil::date(2026, 1, 1) },
        ));
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
        assert_eq!(checked(r#"{"birthDate":"x"}"#, true), [("birthDate".into(), "not-a-date")]);
    }

    #[test]
    fn every_value_is_looked_at() {
        for (fields, place, rule) in [
            (r#""notes":"a\u0000""#, "notes", "control-character"),
            (r#""firstName":"a\nb""#, "firstName", "control-character"),
            (r#""firstName":" a""#, "firstName", "outer-space"),
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
    fn an_id_is_digits_without_anything_else() {
        assert_eq!(id("1"), Ok(1));
        assert_eq!(id("2147483647"), Ok(2_147_483_647));
        for bad in ["0", "-1", "007", "2147483648", " 12", "１２", "", "1e3", "+1", "99999999999999999999"]
        {
            assert_eq!(id(bad).expect_err(bad).rule, Rule::Id);
        }
    }

    #[test]
    fn every_rule_has_an_id_of_its_own() {
        let mut ids: Vec<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), Rule::ALL.len());
        assert!(
            CUSTOMER
                .fields
                .iter()
                .all(|field| !matches!(field.kind, Kind::List(_)) || field.need == Need::Optional)
        );
    }
}
