//! What a request came to once it was bound, as the service method gets it and as ServiceStack prints it.

use serde_json::{Map, Value as Json};

use super::dates::Moment;
use super::lenient::jsv_text;
use crate::model::customer::{CUSTOMER, ID_KEY};
use crate::model::field::{Field, Kind, Record};

#[derive(Debug, Clone)]
pub enum Value {
    Text(String),
    Bool(bool),
    Date(Moment),
    List(Vec<Received>),
}

/// The values bound for one record; `None` is null, which is also what a lost value becomes.
#[derive(Debug, Clone)]
pub struct Received {
    record: &'static Record,
    /// One for each of the record's fields, in the table's order.
    values: Vec<Option<Value>>,
}

/// The whole request.
#[derive(Debug, Clone)]
pub struct PatchCustomer {
    pub id: i32,
    pub customer: Received,
}

impl PatchCustomer {
    pub fn nothing() -> PatchCustomer {
        PatchCustomer { id: 0, customer: Received::nothing(&CUSTOMER) }
    }

    /// As ServiceStack's JSON prints the request: nulls left out, dates in its own notation.
    #[cfg(test)]
    pub fn to_json(&self) -> Json {
        let mut object = Map::from_iter([(ID_KEY.to_owned(), Json::from(self.id))]);
        object.extend(self.customer.object(&|moment| moment.wcf()));
        Json::Object(object)
    }

    /// As a debug host prints the request into its stack traces.
    pub fn to_jsv(&self) -> String {
        let members = std::iter::once(format!("{ID_KEY}:{}", self.id)).chain(self.customer.jsv_members());
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    }
}

impl Received {
    /// Everything null, as in a patch of the customer, whose bools and dates are all nullable.
    pub fn nothing(record: &'static Record) -> Received {
        Received { record, values: vec![None; record.fields.len()] }
    }

    /// A nested record before anything is bound. Its bools and dates are not nullable: what is missing or lost there
    /// is false and the first day of year 1.
    pub fn empty_item(record: &'static Record) -> Received {
        let values = record.fields.iter().map(|field| match field.kind {
            Kind::Bool => Some(Value::Bool(false)),
            Kind::Date => Some(Value::Date(Moment::NONE_GIVEN)),
            Kind::Text | Kind::List(_) => None,
        });
        Received { record, values: values.collect() }
    }

    pub fn set(&mut self, position: usize, value: Value) {
        if let Some(place) = self.values.get_mut(position) {
            *place = Some(value);
        }
    }

    /// The bound fields with their values, in the table's order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Field, &Value)> {
        self.record
            .fields
            .iter()
            .zip(&self.values)
            .filter_map(|(field, value)| Some((field, value.as_ref()?)))
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.iter().find(|(field, _)| field.name == name).map(|(_, value)| value)
    }

    /// As a JSON object, dates printed by the caller's way.
    fn object(&self, date: &dyn Fn(Moment) -> String) -> Map<String, Json> {
        self.iter().map(|(field, value)| (field.name.to_owned(), value.json(date))).collect()
    }

    fn jsv_members(&self) -> impl Iterator<Item = String> {
        self.iter().map(|(field, value)| format!("{}:{}", field.name, value.jsv()))
    }
}

impl Value {
    /// As the sandbox stores and shows it: a date by its day.
    pub fn shown(&self) -> Json {
        self.json(&|moment| moment.day().to_string())
    }

    fn json(&self, date: &dyn Fn(Moment) -> String) -> Json {
        match self {
            Value::Text(text) => Json::from(text.as_str()),
            Value::Bool(yes) => Json::from(*yes),
            Value::Date(moment) => Json::from(date(*moment)),
            Value::List(items) => items.iter().map(|item| Json::Object(item.object(date))).collect(),
        }
    }

    fn jsv(&self) -> String {
        match self {
            Value::Text(text) => jsv_text(text),
            Value::Bool(yes) => yes.to_string(),
            Value::Date(moment) => moment.day().to_string(),
            Value::List(items) => {
                let items = items
                    .iter()
                    .map(|item| format!("{{{}}}", item.jsv_members().collect::<Vec<_>>().join(",")));
                format!("[{}]", items.collect::<Vec<_>>().join(","))
            }
        }
    }
}
