//! The fields given for one record: their values, where each was written, and how one patch is merged into another.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::escape::{is_dangerous, quoted};
use crate::model::date::parse_date;
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
    /// Each with the field's position in the record, in the table's order.
    given: Vec<(usize, Given)>,
    /// The fields whose value could not be read. They are not missing, though they have no value.
    invalid: BTreeSet<usize>,
    /// The lists that change the customer's item by item: the items given here are added, these are removed.
    edits: BTreeMap<usize, Vec<Removal>>,
}

/// An item that is to be removed from a list: the one whose fields have these values.
#[derive(Debug, Clone, PartialEq)]
pub struct Removal {
    pub matching: Patch,
    pub source: Source,
}

impl PartialEq for Patch {
    fn eq(&self, other: &Patch) -> bool {
        self.record.name == other.record.name
            && self.given == other.given
            && self.invalid == other.invalid
            && self.edits == other.edits
    }
}

impl Patch {
    pub fn new(record: &'static Record) -> Patch {
        Patch { record, given: Vec::new(), invalid: BTreeSet::new(), edits: BTreeMap::new() }
    }

    /// A patch that was given but could not be read: no value is known, and none is missing.
    pub fn invalid(record: &'static Record) -> Patch {
        Patch { invalid: (0..record.fields.len()).collect(), ..Patch::new(record) }
    }

    pub fn record(&self) -> &'static Record {
        self.record
    }

    /// Gives the field this value, in place of one that it had.
    pub fn set(&mut self, field: &Field, value: Value, source: Source) {
        self.put(self.record.position(field), Given { value, source });
    }

    fn put(&mut self, position: usize, given: Given) {
        self.invalid.remove(&position);
        self.edits.remove(&position);
        // Most are given in the table's order.
        let is_last = self.given.last().is_none_or(|(last, _)| *last < position);
        match if is_last { Err(self.given.len()) } else { self.find(position) } {
            Ok(at) => self.given[at].1 = given,
            Err(at) => self.given.insert(at, (position, given)),
        }
    }

    /// Makes room for so many more fields.
    pub fn reserve(&mut self, fields: usize) {
        self.given.reserve_exact(fields);
    }

    /// Where the field of this position is among the given ones, or would be.
    fn find(&self, position: usize) -> Result<usize, usize> {
        self.given.binary_search_by_key(&position, |(position, _)| *position)
    }

    /// Changes the customer's list by its items, instead of giving the whole list: the items that are here are added,
    /// and these are removed.
    pub fn edit_list(&mut self, field: &Field, removed: Vec<Removal>, source: Source) {
        let position = self.record.position(field);
        if let Err(at) = self.find(position) {
            self.given.insert(at, (position, Given { value: Value::List(Vec::new()), source }));
        }
        self.edits.entry(position).or_default().extend(removed);
    }

    /// What is removed from a list that is changed by its items; `None` for a list that is given as a whole.
    pub fn list_edit(&self, field: &Field) -> Option<&[Removal]> {
        self.edits.get(&self.record.position(field)).map(Vec::as_slice)
    }

    /// The lists that are changed by their items.
    pub fn edited_lists(&self) -> Vec<&'static Field> {
        self.edits.keys().map(|position| &self.record.fields[*position]).collect()
    }

    /// Takes the field out, as if it had never been given.
    pub fn remove(&mut self, field: &Field) {
        let position = self.record.position(field);
        self.given.retain(|(given, _)| *given != position);
        self.invalid.remove(&position);
        self.edits.remove(&position);
    }

    /// Notes that a value was given for the field which could not be read.
    pub fn set_invalid(&mut self, field: &Field) {
        self.invalid.insert(self.record.position(field));
    }

    pub fn get(&self, name: &str) -> Option<&Given> {
        self.given_at(self.record.fields.iter().position(|field| field.name == name)?)
    }

    /// What was given for the field at this position of the record.
    pub fn given_at(&self, position: usize) -> Option<&Given> {
        self.find(position).ok().map(|at| &self.given[at].1)
    }

    pub fn value(&self, name: &str) -> Option<&Value> {
        self.get(name).map(|given| &given.value)
    }

    /// Whether the field is given as true.
    pub fn is_true(&self, field: &Field) -> bool {
        self.value(field.name) == Some(&Value::Bool(true))
    }

    /// Whether the field was given, readable or not.
    pub fn mentions(&self, field: &Field) -> bool {
        let position = self.record.position(field);
        self.find(position).is_ok() || self.invalid.contains(&position)
    }

    /// Every field of the record, with what was given for it.
    pub fn every_field(&self) -> impl Iterator<Item = (&'static Field, Option<&Given>)> {
        let mut given = self.given.iter().peekable();
        self.record.fields.iter().enumerate().map(move |(position, field)| {
            (field, given.next_if(|(own, _)| *own == position).map(|(_, given)| given))
        })
    }

    /// The given fields in the table's order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Field, &Given)> {
        self.given.iter().map(|(position, given)| (&self.record.fields[*position], given))
    }

    /// The positions of the fields that were given, readable or not.
    pub fn positions(&self) -> impl Iterator<Item = usize> {
        self.given.iter().map(|(position, _)| position).chain(&self.invalid).copied()
    }

    /// The patch without the given fields that are not wanted.
    pub fn only(mut self, is_wanted: impl Fn(&Field, &Given) -> bool) -> Patch {
        let fields = self.record.fields;
        self.given.retain(|(position, given)| is_wanted(&fields[*position], given));
        let given = &self.given;
        self.edits.retain(|position, _| given.iter().any(|(given, _)| given == position));
        self
    }

    /// Whether anything was given by the user: neither the profile's defaults nor what comes from the record is.
    pub fn has_users_fields(&self) -> bool {
        let is_users = |given: &Given| !matches!(given.source, Source::Profile(_) | Source::Record);
        self.given.iter().any(|(_, given)| is_users(given)) || self.has_invalid()
    }

    /// The number of fields with a value.
    pub fn len(&self) -> usize {
        self.given.len()
    }

    /// Whether the value of a given field could not be read.
    pub fn has_invalid(&self) -> bool {
        !self.invalid.is_empty()
    }

    /// Merges `upper` into this patch: a field given there replaces the one given here, a list as a whole.
    pub fn merge(&mut self, upper: Patch) {
        if self.given.is_empty() && self.edits.is_empty() {
            self.invalid.retain(|position| upper.given_at(*position).is_none());
            self.given = upper.given;
        } else {
            self.reserve(upper.given.len());
            upper.given.into_iter().for_each(|(position, given)| self.put(position, given));
        }
        self.invalid.extend(upper.invalid);
        self.edits.extend(upper.edits);
    }

    /// Whether the patch can arrive twice without harm, as one of scalars can. Whether the service replaces lists and
    /// notes or appends to them is not known.
    pub fn is_repeatable(&self) -> bool {
        self.iter().all(|(field, _)| !matches!(field.kind, Kind::List(_)) && field.shape != Shape::Lines)
    }

    /// The client type, where it is given and known.
    pub fn client_type(&self) -> Option<ClientType> {
        match self.value(crate::model::customer::CLIENT_TYPE)? {
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
            Kind::List(_) => Err(Fault::new(Rule::NOT_A_LIST, "expected a list, found text")),
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

    /// The value that clears a field. A day and a bool cannot be cleared.
    pub fn empty(field: &Field) -> Option<Value> {
        match field.kind {
            Kind::Text => Some(Value::Text(String::new())),
            Kind::List(_) => Some(Value::List(Vec::new())),
            Kind::Bool | Kind::Date => None,
        }
    }

    /// Whether the value is a text of which nothing is seen, an empty one included. It counts as missing.
    pub fn is_blank(&self) -> bool {
        match self {
            Value::Text(text) => text.chars().all(|letter| letter.is_whitespace() || is_dangerous(letter)),
            Value::Bool(_) | Value::Date(_) | Value::List(_) => false,
        }
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
        Err(Fault::new(Rule::NOT_A_BOOL, format!("expected true or false, found {}", quoted(text)))
            .hint("write true or false"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::customer::CUSTOMER;

    fn source() -> Source {
        Source::flag("x")
    }

    #[test]
    fn a_bool_is_true_or_false_in_any_case() {
        assert_eq!(parse_bool("TRUE"), Ok(true));
        assert_eq!(parse_bool("False"), Ok(false));
        for bad in ["yes", "1", "", " true", "on"] {
            assert_eq!(parse_bool(bad).expect_err(bad).rule, Rule::NOT_A_BOOL);
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
