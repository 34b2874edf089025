//! The fields given for one record: their values, where each was written, and how one patch is laid over another.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::escape::quoted;
use crate::model::field::{ClientType, Field, Kind, Record, Shape};
use crate::model::problem::{Fault, Rule, Source};

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// The empty text clears the field.
    Text(String),
    Bool(bool),
    Date(Date),
    /// The empty list clears the field.
    List(Vec<Item>),
}

/// One item of a list, and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub patch: Patch,
    pub source: Source,
}

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    pub value: Value,
    pub source: Source,
}

/// The fields given for one record. A field not given is absent, which is not the same as empty.
#[derive(Debug, Clone)]
pub struct Patch {
    record: &'static Record,
    /// By the field's position in the record, so that iteration is in the table's order.
    given: BTreeMap<usize, Given>,
    /// The fields that were given but could not be read. They are not missing, though they have no value.
    invalid: BTreeSet<usize>,
}

impl PartialEq for Patch {
    fn eq(&self, other: &Patch) -> bool {
        self.record.name == other.record.name && self.given == other.given && self.invalid == other.invalid
    }
}

impl Patch {
    pub fn new(record: &'static Record) -> Patch {
        Patch { record, given: BTreeMap::new(), invalid: BTreeSet::new() }
    }

    /// One that was given and could not be read: nothing of it is known, and nothing of it is missing.
    pub fn invalid(record: &'static Record) -> Patch {
        Patch { invalid: (0..record.fields.len()).collect(), ..Patch::new(record) }
    }

    pub fn record(&self) -> &'static Record {
        self.record
    }

    /// Gives the field this value, in place of one that it had.
    pub fn set(&mut self, field: &Field, value: Value, source: Source) {
        let position = self.record.position(field);
        self.invalid.remove(&position);
        self.given.insert(position, Given { value, source });
    }

    /// Takes the field out, as if it had never been given.
    pub fn remove(&mut self, field: &Field) {
        let position = self.record.position(field);
        self.given.remove(&position);
        self.invalid.remove(&position);
    }

    /// Notes that the field was given with something that could not be read.
    pub fn set_invalid(&mut self, field: &Field) {
        self.invalid.insert(self.record.position(field));
    }

    pub fn get(&self, name: &str) -> Option<&Given> {
        let position = self.record.fields.iter().position(|field| field.name == name)?;
        self.given.get(&position)
    }

    /// Whether the field was given, readable or not.
    pub fn mentions(&self, field: &Field) -> bool {
        let position = self.record.position(field);
        self.given.contains_key(&position) || self.invalid.contains(&position)
    }

    /// The given fields in the table's order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Field, &Given)> {
        self.given.iter().map(|(position, given)| (&self.record.fields[*position], given))
    }

    /// The fields of this list that are given, with their values.
    pub fn only(&self, fields: &[&'static Field]) -> Patch {
        let mut only = Patch::new(self.record);
        for (field, given) in self.iter().filter(|(field, _)| fields.iter().any(|own| own.name == field.name))
        {
            only.set(field, given.value.clone(), given.source.clone());
        }
        only
    }

    /// The number of fields with a value.
    pub fn len(&self) -> usize {
        self.given.len()
    }

    /// Whether a field was given that could not be read.
    pub fn has_invalid(&self) -> bool {
        !self.invalid.is_empty()
    }

    /// Lays `upper` over this patch: a field given there replaces the one given here, a list as a whole.
    pub fn merge(&mut self, upper: Patch) {
        for (position, given) in upper.given {
            self.invalid.remove(&position);
            self.given.insert(position, given);
        }
        self.invalid.extend(upper.invalid);
    }

    /// Whether the patch may arrive twice without harm: setting a scalar to the same value is. Whether the service
    /// replaces lists and notes, or appends to them, is not known.
    pub fn is_repeatable(&self) -> bool {
        self.iter().all(|(field, _)| !matches!(field.kind, Kind::List(_)) && field.shape != Shape::Lines)
    }

    /// The client type, where it is given and known.
    pub fn client_type(&self) -> Option<ClientType> {
        match &self.get(crate::model::customer::CLIENT_TYPE)?.value {
            Value::Text(text) => ClientType::read(text),
            Value::Bool(_) | Value::Date(_) | Value::List(_) => None,
        }
    }
}

impl Value {
    /// Reads a text that stands for one value, as flags, columns and questions give it.
    ///
    /// # Errors
    /// A fault of the kind: `not-a-bool`, `not-a-date`, or `not-a-list` since no list is one text.
    pub fn parse(field: &Field, text: &str) -> Result<Value, Fault> {
        match field.kind {
            Kind::Text => Ok(Value::text(field, text)),
            Kind::Bool => parse_bool(text).map(Value::Bool),
            Kind::Date => parse_date(text).map(Value::Date),
            Kind::List(_) => Err(Fault::new(Rule::NotAList, "a list is not one text")),
        }
    }

    /// A text as it will be sent. A client type that means one of the two is sent as the service spells it;
    /// every other text is sent as it was written.
    pub fn text(field: &Field, text: &str) -> Value {
        let known = (field.shape == Shape::ClientType).then(|| ClientType::read(text)).flatten();
        Value::Text(match known {
            Some(client_type) => client_type.wire().to_owned(),
            None => text.to_owned(),
        })
    }

    /// Whether the value clears the field: an empty text or an empty list.
    pub fn clears(&self) -> bool {
        match self {
            Value::Text(text) => text.is_empty(),
            Value::List(items) => items.is_empty(),
            Value::Bool(_) | Value::Date(_) => false,
        }
    }
}

fn parse_bool(text: &str) -> Result<bool, Fault> {
    if text.eq_ignore_ascii_case("true") {
        Ok(true)
    } else if text.eq_ignore_ascii_case("false") {
        Ok(false)
    } else {
        Err(Fault::new(Rule::NotABool, format!("{} is neither true nor false", quoted(text)))
            .hint("write true or false"))
    }
}

/// Reads a calendar day written `YYYY-MM-DD`, years 0001 to 9999. A real host drops any other day in silence.
///
/// # Errors
/// `not-a-date`, with the day in the right form where it is certain which one is meant.
pub fn parse_date(text: &str) -> Result<Date, Fault> {
    let bytes = text.as_bytes();
    let is_iso = bytes.len() == 10
        && bytes.iter().enumerate().all(|(i, byte)| match i {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !is_iso {
        let fault = Fault::new(Rule::NotADate, format!("{} is not a day written YYYY-MM-DD", quoted(text)));
        return Err(match meant_days(text).as_slice() {
            [day] if hangs_on_a_time_zone(text) => fault.hint(format!(
                "write the day alone: it is {day} where the time was taken, and may be another one where the customer lives"
            )),
            [] => fault.hint("write the day as in 2020-12-30"),
            [day] => fault.hint(format!("write {day}")),
            days => fault.hint(format!(
                "write {}: it cannot be told which one is meant",
                days.iter().map(Date::to_string).collect::<Vec<_>>().join(" or ")
            )),
        });
    }
    let number = |range: std::ops::Range<usize>| text[range].parse::<i16>().expect("digits, at most four");
    let (year, month, day) = (number(0..4), number(5..7) as i8, number(8..10) as i8);
    day_of(year, month, day).ok_or_else(|| {
        let fault = Fault::new(Rule::NotADate, format!("{text} is not a day of the calendar"));
        match day_of(year, month, 1) {
            Some(first) => fault.hint(format!("the last day of that month is {}", first.last_of_month())),
            None if year == 0 => fault.hint("years begin with 0001"),
            None => fault.hint("months go from 01 to 12"),
        }
    })
}

fn day_of(year: i16, month: i8, day: i8) -> Option<Date> {
    (year >= 1).then(|| Date::new(year, month, day).ok()).flatten()
}

/// Whether the text is a time with an offset, other than a midnight: that is how a day alone is written as a time.
fn hangs_on_a_time_zone(text: &str) -> bool {
    let Some((_, time)) = text.trim().split_once(['T', 't', ' ']) else { return false };
    let clock = time.trim_end_matches(['Z', 'z']);
    let clock = clock.find(['+', '-']).map_or(clock, |offset| &clock[..offset]);
    clock.len() < time.len() && clock.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

/// The days that a text in another notation can mean: one where it is certain, two where day and month could
/// change places, none where it is no day that we know how to read.
fn meant_days(text: &str) -> Vec<Date> {
    let text = text.trim();
    let day_alone = text.split(['T', ' ']).next().unwrap_or(text);
    if day_alone.len() == 8 && day_alone.bytes().all(|byte| byte.is_ascii_digit()) {
        let part = |range: std::ops::Range<usize>| day_alone[range].parse().unwrap_or(0);
        return day_of(part(0..4), part(4..6) as i8, part(6..8) as i8).into_iter().collect();
    }
    let parts: Vec<&str> = day_alone.split(['-', '/', '.']).collect();
    let [first, second, third] = parts.as_slice() else { return Vec::new() };
    let number =
        |part: &str| part.parse::<i16>().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit()));
    let (Some(a), Some(b), Some(c)) = (number(first), number(second), number(third)) else {
        return Vec::new();
    };
    let day = |year: i16, month: i16, day: i16| {
        day_of(year, i8::try_from(month).unwrap_or(0), i8::try_from(day).unwrap_or(0))
    };
    let mut days: Vec<Date> = match (first.len(), third.len()) {
        (4, 1..=2) => day(a, b, c).into_iter().collect(),
        (1..=2, 4) => [day(c, b, a), day(c, a, b)].into_iter().flatten().collect(),
        _ => Vec::new(),
    };
    days.dedup();
    days
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::customer::CUSTOMER;

    fn source() -> Source {
        Source::flag("x")
    }

    #[test]
    fn a_date_is_a_real_day_in_iso_form_only() {
        for good in ["2020-12-30", "2020-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(parse_date(good).expect(good).to_string(), good);
        }
        for (bad, hint) in [
            ("31/12/2020", "write 2020-12-31"),
            ("12/31/2020", "write 2020-12-31"),
            ("30.12.2020", "write 2020-12-30"),
            ("2020/12/30", "write 2020-12-30"),
            ("2020-12-30T00:00:00Z", "write 2020-12-30"),
            ("2020-12-30T00:00:00+01:00", "write 2020-12-30"),
            ("2020-12-30T22:00:00", "write 2020-12-30"),
            (
                "1990-05-04T22:00:00Z",
                "write the day alone: it is 1990-05-04 where the time was taken, and may be another one where the customer lives",
            ),
            (
                "1990-05-04 22:00:00+02:00",
                "write the day alone: it is 1990-05-04 where the time was taken, and may be another one where the customer lives",
            ),
            ("20201230", "write 2020-12-30"),
            ("2020-1-5", "write 2020-01-05"),
            (" 2020-12-30", "write 2020-12-30"),
            ("07/07/2020", "write 2020-07-07"),
            ("05/06/2020", "write 2020-06-05 or 2020-05-06: it cannot be told which one is meant"),
            ("1-1-1", "write the day as in 2020-12-30"),
            ("nonsense", "write the day as in 2020-12-30"),
            ("", "write the day as in 2020-12-30"),
            ("２０２０-１２-３０", "write the day as in 2020-12-30"),
            ("2020-02-30", "the last day of that month is 2020-02-29"),
            ("2020-13-01", "months go from 01 to 12"),
            ("0000-01-01", "years begin with 0001"),
        ] {
            let fault = parse_date(bad).expect_err(bad);
            assert_eq!((fault.rule, fault.hint.as_deref()), (Rule::NotADate, Some(hint)), "{bad}");
        }
    }

    #[test]
    fn a_bool_is_true_or_false_in_any_case() {
        assert_eq!(parse_bool("TRUE"), Ok(true));
        assert_eq!(parse_bool("False"), Ok(false));
        for bad in ["yes", "1", "", " true", "on"] {
            assert_eq!(parse_bool(bad).expect_err(bad).rule, Rule::NotABool);
        }
    }

    #[test]
    fn a_client_type_is_spelt_as_the_service_spells_it() {
        let field = CUSTOMER.field("clientType").expect("a field");
        for (written, sent) in
            [("private", "PRIVATE"), ("Personal", "PRIVATE"), ("Company", "COMPANY"), ("x", "x")]
        {
            assert_eq!(Value::text(field, written), Value::Text(sent.to_owned()));
        }
    }

    #[test]
    fn an_upper_layer_replaces_what_it_mentions() {
        let field = |name| CUSTOMER.field(name).expect("a field");
        let mut lower = Patch::new(&CUSTOMER);
        lower.set(field("firstName"), Value::Text("Ada".into()), source());
        lower.set(field("emails"), Value::List(Vec::new()), source());
        let mut upper = Patch::new(&CUSTOMER);
        upper.set(field("firstName"), Value::Text("Eva".into()), Source::flag("first-name"));
        lower.merge(upper);
        assert_eq!(lower.len(), 2);
        assert_eq!(
            lower.get("firstName"),
            Some(&Given { value: Value::Text("Eva".into()), source: Source::flag("first-name") })
        );
    }
}
