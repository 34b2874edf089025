//! What was given: that there is something, and what is wrong or odd about single values.

use super::{Check, Options, Row};
use crate::escape::quoted;
use crate::model::field::{Field, Need, Shape};
use crate::model::iso;
use crate::model::patch::{Given, Item, Patch, Value};
use crate::model::problem::{Fault, Problem, Rule, Source};
use crate::spelling::near_or;

/// The largest value, in bytes of UTF-8.
pub const LARGEST_VALUE: usize = 32 << 10;

/// The largest body, in bytes.
const LARGEST_BODY: usize = 1 << 20;

pub(super) static ROWS: &[Row] = &[
    Row { rule: Rule::EMPTY, check: Check::Patch(empty) },
    Row { rule: Rule::NOT_ALLOWED, check: Check::Given(not_allowed) },
    Row {
        rule: &Rule::error(
            "control-character",
            "a control character; notes and similar fields may have line ends and tabs",
        ),
        check: Check::Text(control_character),
    },
    Row {
        rule: Rule::TOO_LONG,
        check: Check::Text(|rule, _, text| {
            (text.len() > LARGEST_VALUE).then(|| {
                Fault::new(rule, format!("the value has {} bytes, more than 32 KiB", text.len()))
                    .hint("this is too long for a name or a note: check that it is the right file")
            })
        }),
    },
    Row {
        rule: &Rule::warning("two-mains", "more than one main email, phone or address"),
        check: Check::Marks(two_mains),
    },
    Row {
        rule: &Rule::warning("no-main", "none of the emails, phones or addresses is the main one"),
        check: Check::Marks(|rule, items, mark, place, is_whole| {
            // One whose mark is missing or could not be read may be the main one.
            let may_be_main =
                |item: &Item| item.patch.get(mark.name).is_none_or(|given| given.value == Value::Bool(true));
            if !is_whole || items.iter().any(may_be_main) {
                return Vec::new();
            }
            let source = items.first().map(|item| item.source.clone());
            vec![
                Fault::new(rule, format!("none of the {place} is marked as the main one"))
                    .hint("mark one of them; it is not known what the service does without a main one")
                    .at(place, source),
            ]
        }),
    },
    Row {
        rule: &Rule::warning("unlisted-value", "a value that is not in the list of known values"),
        check: Check::Shape(&[Shape::Listed, Shape::Country, Shape::Language], unlisted),
    },
    Row {
        rule: &Rule::warning("odd-email", "not written like an email address"),
        check: Check::Shape(&[Shape::Email], |rule, _, text| {
            let options = email_address::Options::default()
                .with_required_tld()
                .without_domain_literal()
                .without_display_text();
            let is_address = email_address::EmailAddress::parse_with_options(text, options).is_ok();
            (!is_address).then(|| {
                Fault::new(rule, format!("{} is not written like an email address", quoted(text)))
                    .hint("check it; the service may not accept it")
            })
        }),
    },
    Row {
        rule: &Rule::warning("odd-phone", "not written like a phone number"),
        check: Check::Shape(&[Shape::Phone], odd_phone),
    },
    Row {
        rule: &Rule::warning("odd-date", "a birth or wedding date in the future or before 1900"),
        check: Check::Day(&[Shape::LifeDay], |rule, day, today| {
            if day > today {
                Some(Fault::new(rule, format!("{day} is in the future")).hint("check the year"))
            } else {
                (day.year() < 1900)
                    .then(|| Fault::new(rule, format!("{day} is before 1900")).hint("check the year"))
            }
        }),
    },
    Row {
        rule: &Rule::warning("outer-space", "spaces before or after a text"),
        check: Check::Text(|rule, _, text| {
            (text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace)).then(|| {
                Fault::new(rule, format!("{} begins or ends with a space", quoted(text)))
                    .hint("remove the spaces; it is not known whether the service keeps them")
            })
        }),
    },
];

/// Checks the length of the whole body, in bytes.
///
/// # Errors
/// `too-long`.
pub fn body(length: usize) -> Result<(), Fault> {
    if length <= LARGEST_BODY {
        return Ok(());
    }
    Err(Fault::new(Rule::TOO_LONG, format!("the body has {length} bytes, more than 1 MiB"))
        .hint("split the fields into several patches"))
}

fn empty(rule: &'static Rule, patch: &Patch, options: Options) -> Option<Problem> {
    let is_empty = !patch.has_users_fields();
    (is_empty && !options.incomplete)
        .then(|| Fault::new(rule, "there is nothing to send").hint("give at least one field").of(None))
}

/// What was taken from the record is sent as it is, so it changes nothing.
fn not_allowed(rule: &'static Rule, field: &Field, given: &Given) -> Option<Fault> {
    if field.may_change || given.source == Source::Record {
        return None;
    }
    let fault = Fault::new(rule, "the profile's may_change does not allow this field");
    Some(fault.hint(match (&given.source, field.need) {
        (Source::Profile(_), _) => "remove it from the profile's defaults, or add --no-defaults",
        (_, Need::Optional) => "remove it, or use a profile that may change it",
        (_, Need::Required | Need::RequiredFor(_)) => {
            "remove it, since --fill takes it from the record; or use a profile that may change it"
        }
    }))
}

fn control_character(rule: &'static Rule, field: &Field, text: &str) -> Option<Fault> {
    if text.bytes().all(|byte| byte >= b' ') {
        return None;
    }
    let has_lines = field.shape == Shape::Lines;
    let mut letters = text.chars().enumerate().peekable();
    let mut wrong = None;
    while let (Some((i, letter)), None) = (letters.next(), wrong) {
        // A line ends in LF, or in CR LF where the text itself has it so.
        let is_line_end =
            letter == '\n' || letter == '\r' && letters.next_if(|(_, next)| *next == '\n').is_some();
        let is_allowed = has_lines && (letter == '\t' || is_line_end);
        wrong = (letter < ' ' && !is_allowed).then_some((i, letter));
    }
    let (i, letter) = wrong?;
    let message = format!("character {} is the control character U+{:04X}", i + 1, letter as u32);
    Some(Fault::new(rule, message).hint(match letter {
        '\r' if has_lines => "end lines with a newline, or with a carriage return and a newline",
        '\n' => "this field is one line; notes may have several",
        _ => "remove it",
    }))
}

/// The page's examples are digits alone, the country's prefix standing in a field of its own. E.164 allows 15.
fn odd_phone(rule: &'static Rule, _: &Field, text: &str) -> Option<Fault> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let (what, hint) = if text.starts_with('+') || text.starts_with("00") {
        ("begins with an international prefix", "write the country in countryPrefix")
    } else if !is_digits {
        ("does not consist only of digits", "write only digits, as in 13888889999")
    } else if !(4..=15).contains(&text.len()) {
        ("has an unusual length", "phone numbers have 4 to 15 digits")
    } else {
        return None;
    };
    Some(Fault::new(rule, format!("{} {what}", quoted(text))).hint(hint))
}

fn unlisted(rule: &'static Rule, field: &Field, text: &str) -> Option<Fault> {
    if field.shape == Shape::Country {
        return unlisted_country(rule, text);
    } else if field.shape == Shape::Language {
        return unlisted_language(rule, text);
    } else if field.examples.contains(&text) {
        return None;
    }
    let fault = Fault::new(rule, format!("{} is not among the API page's examples", quoted(text)));
    Some(
        fault.hint(near_or(text, field.examples, || {
            format!("the examples are {}", field.examples.join(", "))
        })),
    )
}

fn unlisted_country(rule: &'static Rule, text: &str) -> Option<Fault> {
    if iso::is_country(text) {
        return None;
    }
    let fault = Fault::new(rule, format!("{} is not an ISO 3166-1 country code in lower case", quoted(text)));
    let lower = text.to_lowercase();
    Some(if iso::is_country(&lower) {
        fault.hint(format!("write \"{lower}\", in small letters"))
    } else if let Some(code) = iso::country_by_name(text) {
        fault.hint(format!("did you mean {code}?"))
    } else {
        fault.hint("write two letters, as in it, cn, az, gb, de")
    })
}

fn unlisted_language(rule: &'static Rule, text: &str) -> Option<Fault> {
    if iso::is_language(text) {
        return None;
    }
    let message = format!("{} is not an ISO 639-2 bibliographic language code in lower case", quoted(text));
    let fault = Fault::new(rule, message);
    let lower = text.to_lowercase();
    Some(if iso::is_language(&lower) {
        fault.hint(format!("write \"{lower}\", in small letters"))
    } else if let Some(code) = iso::bibliographic(&lower) {
        fault.hint(format!("the bibliographic code is {code}; use that one, as the API page does"))
    } else if let Some(code) = iso::language_by_name(text) {
        fault.hint(format!("did you mean {code}?"))
    } else {
        fault.hint("write three letters, as in ita, chi, aze, eng, ger")
    })
}

fn two_mains(
    rule: &'static Rule,
    items: &[Item],
    mark: &'static Field,
    place: &str,
    _: bool,
) -> Vec<Problem> {
    let mut mains = items.iter().enumerate().filter_map(|(i, item)| match item.patch.get(mark.name) {
        Some(Given { value: Value::Bool(true), source }) => Some((i, source)),
        Some(_) | None => None,
    });
    let Some((first, _)) = mains.next() else { return Vec::new() };
    mains
        .map(|(i, source)| {
            Fault::new(rule, format!("{place}[{first}] is already marked as the main one"))
                .hint("mark only one; it is not known which one the service keeps as the main one")
                .at(mark.at(&format!("{place}[{i}]")), source.clone())
        })
        .collect()
}
