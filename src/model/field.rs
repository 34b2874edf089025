//! The types of the table: records, fields, their kinds and needs, and the const builders that make a row of the table
//! read like a row of the API page.

/// A type of the API page: Customer, or one of the seven records nested in it.
#[derive(Debug)]
pub struct Record {
    /// The type's name on the API page, `Customer` for `PatchCustomer` itself.
    pub name: &'static str,
    /// The fields, in the page's order, which is also the order of the body.
    pub fields: &'static [Field],
}

/// One row of a record. Equality is identity of the name within its record; compare names, not addresses.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The name on the wire, in the page's casing: `contactBySMSFlag`.
    pub name: &'static str,
    pub kind: Kind,
    pub need: Need,
    /// What the field is, in a few words of ours; the page's own words are quoted by `customer explain`.
    pub label: &'static str,
    /// The page's "e.g." values: offered and suggested, never enforced.
    pub examples: &'static [&'static str],
    /// Other words by which people look for the field: `surname` for the last name.
    pub words: &'static [&'static str],
    /// What else is known of the value, beyond its kind.
    pub shape: Shape,
    /// Where the field is in help, in `explain` and on the terminal.
    pub group: Group,
    /// Whether the profile in use may change it. In the table itself every field may be changed.
    pub may_change: bool,
}

/// What a value is on the wire.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Text,
    Bool,
    /// A calendar day, sent as `"YYYY-MM-DD"`.
    Date,
    List(&'static Record),
}

/// Whether the API page demands the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Optional,
    Required,
    /// Demanded only of this type of client.
    RequiredFor(ClientType),
}

impl Need {
    /// Whether the field is demanded of a client of this type, or of one whose type is not known.
    pub fn demands(self, client_type: Option<ClientType>) -> bool {
        match self {
            Need::Optional => false,
            Need::Required => true,
            Need::RequiredFor(wanted) => client_type == Some(wanted),
        }
    }
}

/// The two values of `clientType`. The page's conditional notes call them 'Personal' and 'Company'.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientType {
    Private,
    Company,
}

impl ClientType {
    pub const ALL: [ClientType; 2] = [ClientType::Private, ClientType::Company];

    /// The value as the service spells it.
    pub fn wire(self) -> &'static str {
        match self {
            ClientType::Private => "PRIVATE",
            ClientType::Company => "COMPANY",
        }
    }

    /// Reads the wire's value in any case, and the word that the page's notes use for it.
    pub fn read(text: &str) -> Option<ClientType> {
        const WORDS: [(&str, ClientType); 3] = [
            ("private", ClientType::Private),
            ("personal", ClientType::Private),
            ("company", ClientType::Company),
        ];
        WORDS
            .into_iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(text))
            .map(|(_, client_type)| client_type)
    }
}

/// What is known of a value beyond its kind. It leads to warnings and suggestions, never to another kind of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Plain,
    /// Running text, which may hold newlines and tabs.
    Lines,
    Email,
    Phone,
    /// ISO 3166-1 alpha-2, lower case.
    Country,
    /// ISO 639-2, bibliographic code, lower case.
    Language,
    /// The examples read as a list: any other value is worth a warning.
    Listed,
    /// PRIVATE or COMPANY, on which the conditional rules depend.
    ClientType,
    /// A day of a person's life: after today or before 1900 is odd.
    LifeDay,
}

/// The groups in which 35 fields can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Identity,
    Names,
    Company,
    Dates,
    Consents,
    Staff,
    Notes,
    Lists,
}

impl Group {
    pub const ALL: [Group; 8] = [
        Group::Identity,
        Group::Names,
        Group::Company,
        Group::Dates,
        Group::Consents,
        Group::Staff,
        Group::Notes,
        Group::Lists,
    ];

    /// The word for all fields of the group, as a profile's `may_change` has it.
    pub fn word(self) -> &'static str {
        match self {
            Group::Identity => "identity",
            Group::Names => "names",
            Group::Company => "company",
            Group::Dates => "dates",
            Group::Consents => "consents",
            Group::Staff => "staff",
            Group::Notes => "notes",
            Group::Lists => "lists",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Group::Identity => "Identity",
            Group::Names => "Names",
            Group::Company => "Company",
            Group::Dates => "Dates",
            Group::Consents => "Contact and consents",
            Group::Staff => "Sales staff",
            Group::Notes => "Notes",
            Group::Lists => "Lists",
        }
    }
}

const fn field(name: &'static str, kind: Kind, label: &'static str) -> Field {
    Field {
        name,
        kind,
        need: Need::Optional,
        label,
        examples: &[],
        words: &[],
        shape: Shape::Plain,
        group: Group::Identity,
        may_change: true,
    }
}

pub const fn text(name: &'static str, label: &'static str) -> Field {
    field(name, Kind::Text, label)
}

pub const fn yes_no(name: &'static str, label: &'static str) -> Field {
    field(name, Kind::Bool, label)
}

pub const fn date(name: &'static str, label: &'static str) -> Field {
    field(name, Kind::Date, label)
}

pub const fn list(name: &'static str, record: &'static Record, label: &'static str) -> Field {
    field(name, Kind::List(record), label).group(Group::Lists)
}

impl Field {
    pub const fn required(mut self) -> Field {
        self.need = Need::Required;
        self
    }

    pub const fn required_for(mut self, client_type: ClientType) -> Field {
        self.need = Need::RequiredFor(client_type);
        self
    }

    pub const fn eg(mut self, examples: &'static [&'static str]) -> Field {
        self.examples = examples;
        self
    }

    pub const fn words(mut self, words: &'static [&'static str]) -> Field {
        self.words = words;
        self
    }

    pub const fn shape(mut self, shape: Shape) -> Field {
        self.shape = shape;
        self
    }

    pub const fn group(mut self, group: Group) -> Field {
        self.group = group;
        self
    }

    /// The record of a list's items.
    pub fn record(&self) -> Option<&'static Record> {
        match self.kind {
            Kind::List(record) => Some(record),
            Kind::Text | Kind::Bool | Kind::Date => None,
        }
    }

    /// Whether the field is the customer's consent to something, as every bool of the customer itself is.
    pub fn is_consent(&self) -> bool {
        matches!(self.kind, Kind::Bool) && self.group == Group::Consents
    }

    /// Whether the field says of an item that it is the main one of its list.
    pub fn is_main_mark(&self) -> bool {
        self.name.starts_with("isMain")
    }

    /// The flag's name without the dashes: the kebab case of the wire name, acronyms kept whole.
    pub fn flag(&self) -> String {
        kebab(self.name)
    }

    /// The place of a field in the one notation that header, problem and explanation share: `emails[0].email`.
    pub fn at(&self, inside: &str) -> String {
        if inside.is_empty() { self.name.to_owned() } else { format!("{inside}.{}", self.name) }
    }
}

impl Record {
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Where the field is in the body.
    ///
    /// # Panics
    /// When the field is of another record, which is a defect of the caller.
    pub fn position(&self, field: &Field) -> usize {
        // Nearly every time it is one of our own, and its address tells which.
        let distance = std::ptr::from_ref(field).addr().wrapping_sub(self.fields.as_ptr().addr());
        let position = distance / size_of::<Field>();
        if self.fields.get(position).is_some_and(|own| own.name == field.name) {
            return position;
        }
        self.fields.iter().position(|own| own.name == field.name).expect("a field of this record")
    }

    /// The flag that adds one item to a list of this record: `--product-collection`.
    pub fn item_flag(&self) -> String {
        kebab(self.name)
    }

    /// The field that says of an item that it is the main one of its list.
    pub fn main_mark(&self) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.is_main_mark())
    }

    /// A field's name without the record's own in it, for the shorthand: `phoneType` is `type` in a phone.
    /// `None` where nothing is left or where the name does not carry the record's.
    pub fn short_key(&self, field: &Field) -> Option<String> {
        let own = self.name.to_ascii_lowercase();
        let whole = field.name.to_ascii_lowercase();
        let start = whole.find(&own)?;
        let rest = format!("{}{}", &field.name[..start], &field.name[start + own.len()..]);
        let mut letters = rest.chars();
        letters.next().map(|first| first.to_lowercase().chain(letters).collect())
    }

    /// The key of the shorthand that help shows and that is written: the short one where there is one.
    pub fn key(&self, field: &Field) -> String {
        self.short_key(field).unwrap_or_else(|| field.name.to_owned())
    }

    /// A field by its name in any case. `first_name` is not `firstName`.
    pub fn field_in_any_case(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// The field that a key of the shorthand means: the wire name or the short form, in any case.
    pub fn field_by_key(&self, key: &str) -> Option<&'static Field> {
        self.field_in_any_case(key).or_else(|| {
            self.fields
                .iter()
                .find(|field| self.short_key(field).is_some_and(|short| short.eq_ignore_ascii_case(key)))
        })
    }
}

/// `contactBySMSFlag` as `contact-by-sms-flag`: a run of capitals is one word, its last letter belonging to the
/// next word where one follows. Wire names are ASCII, and each is turned several times at every start, so it goes
/// by bytes.
fn kebab(name: &str) -> String {
    let letters = name.as_bytes();
    let mut kebab = String::with_capacity(name.len() + 6);
    for (i, letter) in letters.iter().enumerate() {
        let starts_word = letter.is_ascii_uppercase()
            && i > 0
            && (!letters[i - 1].is_ascii_uppercase()
                || letters.get(i + 1).is_some_and(u8::is_ascii_lowercase));
        if starts_word {
            kebab.push('-');
        }
        kebab.push(char::from(letter.to_ascii_lowercase()));
    }
    kebab
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kebab_keeps_acronyms_whole() {
        for (name, expected) in [
            ("contactBySMSFlag", "contact-by-sms-flag"),
            ("firstNameNotLatin", "first-name-not-latin"),
            ("poBox", "po-box"),
            ("street2", "street2"),
            ("ProductCollection", "product-collection"),
            ("tvAllowStoreDataAbroad", "tv-allow-store-data-abroad"),
        ] {
            assert_eq!(kebab(name), expected);
        }
    }
}
