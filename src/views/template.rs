//! A patch file to fill in, computed from the table.
//!
//! Nothing in it is sent by oversight. What is required has no value, so that `check` refuses the file until it is
//! filled in: a text is `""`, since a blank one counts as missing. What is not required, or not certainly so, is
//! commented out in TOML and absent or null in JSON. A bool has no value at all, not even `false`: we never suggest
//! to give or refuse a consent.

use serde_json::{Map, Value};

use crate::document::tree::Format;
use crate::model::customer::{CLIENT_TYPE, CUSTOMER, ID_KEY};
use crate::model::describe;
use crate::model::field::{ClientType, Field, Group, Kind, Need, Record, Shape};

/// A patch file to fill in, for a client of this type or for one whose type is not decided.
pub fn template(client_type: Option<ClientType>, format: Format) -> String {
    match format {
        Format::Toml => toml(client_type),
        Format::Json => json(client_type),
    }
}

/// Whether a field has to be filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Demand {
    Certain,
    /// It depends on a client type that is not decided yet: it is needed for this one.
    Perhaps(ClientType),
    None,
}

fn demand(field: &Field, client_type: Option<ClientType>) -> Demand {
    match (field.need, client_type) {
        (Need::RequiredFor(needed_by), None) => Demand::Perhaps(needed_by),
        (need, _) if need.demands(client_type) => Demand::Certain,
        (Need::Required | Need::RequiredFor(_) | Need::Optional, _) => Demand::None,
    }
}

/// Just what is required, since JSON has no comments. Null is refused everywhere, so it marks what is still to be
/// decided.
fn json(client_type: Option<ClientType>) -> String {
    let mut object = Map::new();
    for field in CUSTOMER.fields {
        let value = match (demand(field, client_type), field.kind) {
            (Demand::None, _) => continue,
            // An empty text would clear the field of a client of the other type.
            (Demand::Perhaps(_), _) => Value::Null,
            (Demand::Certain, Kind::Text) => preset(field, client_type).into(),
            (Demand::Certain, Kind::Bool | Kind::Date) => Value::Null,
            (Demand::Certain, Kind::List(_)) => Value::Array(Vec::new()),
        };
        object.insert(field.name.to_owned(), value);
    }
    format!("{:#}\n", Value::Object(object))
}

/// The text that a field has from the start: the client type where it is decided, else nothing.
fn preset(field: &Field, client_type: Option<ClientType>) -> &'static str {
    if field.shape == Shape::ClientType { client_type.map_or("", ClientType::wire) } else { "" }
}

fn toml(client_type: Option<ClientType>) -> String {
    let mut text = head(client_type);
    let required_for =
        |client_type: ClientType| format!("Required when {CLIENT_TYPE} is {}", client_type.wire());
    let section = |field: &Field| match demand(field, client_type) {
        Demand::Certain => "Required".to_owned(),
        Demand::Perhaps(needed_by) => required_for(needed_by),
        Demand::None => field.group.title().to_owned(),
    };
    let titles =
        ClientType::ALL.map(required_for).into_iter().chain(Group::ALL.map(|group| group.title().to_owned()));
    for title in std::iter::once("Required".to_owned()).chain(titles) {
        let fields =
            CUSTOMER.fields.iter().filter(|field| field.record().is_none() && section(field) == title);
        let lines: Vec<String> = fields.map(|field| scalar(field, client_type)).collect();
        if !lines.is_empty() {
            text.push_str(&format!("\n# --- {title} ---\n\n{}", lines.join("\n")));
        }
    }
    // TOML wants the plain keys before the first table.
    text.push_str("\n# --- Lists ---\n#\n");
    text.push_str("# Remove one # from each line of a block, and repeat the block for another item.\n");
    text.extend(CUSTOMER.fields.iter().filter_map(|field| Some(items(field, field.record()?))));
    text
}

fn head(client_type: Option<ClientType>) -> String {
    let (of_type, decision) = match client_type {
        Some(client_type) => (format!(" of the type {}", client_type.wire()), String::new()),
        None => {
            let types = ClientType::ALL.map(ClientType::wire).join(" and ");
            let what = "then also give the fields that are required for that type";
            (String::new(), format!("# Decide between {types}, {what}.\n"))
        }
    };
    format!(
        "# A patch of a Booster customer{of_type}.\n\
         #\n\
         # Fill in the required fields. To give another field, remove the # before its name and write its value.\n\
         # A field that is not given is not changed. Empty text (\"\") clears a field that is not required.\n\
         {decision}#\n\
         # An editor with Taplo (VS Code: Even Better TOML) completes and checks this file if its first line is\n\
         # #:schema ./customer.schema.json\n\
         # and `booster customer schema` was saved in that file, in the same folder.\n\
         \n\
         # Customer id; not needed if the command line has it. If both have it, it must be the same.\n\
         #{ID_KEY} =\n"
    )
}

/// A field of the customer: its comment, then its line.
fn scalar(field: &Field, client_type: Option<ClientType>) -> String {
    let line = assignment(field, preset(field, client_type));
    // A line without a value is not TOML, so it stays commented out until the user decides.
    let is_live = demand(field, client_type) == Demand::Certain && matches!(field.kind, Kind::Text);
    format!("# {}\n{}{line}\n", remark(field, false), if is_live { "" } else { "#" })
}

/// One item of a list, commented out. Comments follow on the same line, and what is optional has a second #, so that
/// one # can be removed from the whole block.
pub fn items(list: &Field, record: &Record) -> String {
    let lines: Vec<(String, String)> = record
        .fields
        .iter()
        .map(|field| {
            let marks = match field.need {
                Need::Required => "#",
                Need::Optional | Need::RequiredFor(_) => "##",
            };
            (format!("{marks}{}", assignment(field, "")), remark(field, true))
        })
        .collect();
    let width = lines.iter().map(|(line, _)| line.len()).max().unwrap_or(0);
    let mut text = format!("\n# {}\n#[[{}]]\n", remark(list, false), list.name);
    text.extend(lines.iter().map(|(line, remark)| format!("{line:<width$}  # {remark}\n")));
    text
}

pub fn assignment(field: &Field, preset: &str) -> String {
    match field.kind {
        Kind::Text => format!("{} = \"{preset}\"", field.name),
        Kind::Bool | Kind::Date => format!("{} =", field.name),
        Kind::List(_) => format!("{} = []", field.name),
    }
}

/// Label, need, and what can be written.
pub fn remark(field: &Field, in_item: bool) -> String {
    let mut parts = vec![field.label.to_owned(), describe::need(field, in_item)];
    let examples = field.examples.join(", ");
    match field.kind {
        Kind::Bool => parts.push("choose: true or false".to_owned()),
        Kind::Date => parts.extend(["a day".to_owned(), format!("e.g. {examples}")]),
        Kind::Text if !examples.is_empty() => {
            let quoted: Vec<String> =
                field.examples.iter().map(|example| Value::from(*example).to_string()).collect();
            parts.push(format!("e.g. {}", quoted.join(", ")));
        }
        Kind::Text | Kind::List(_) => {}
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::customer::every_field;
    use crate::views::schema::schema;

    const CHOICES: [Option<ClientType>; 3] = [None, Some(ClientType::Private), Some(ClientType::Company)];

    fn is_valid(patch: &Value) -> bool {
        jsonschema::options()
            .should_validate_formats(true)
            .build(&schema(&CUSTOMER, false))
            .expect("valid")
            .is_valid(patch)
    }

    /// The TOML as JSON, its dates as texts.
    fn read(text: &str) -> Value {
        fn convert(value: toml::Value) -> Value {
            match value {
                toml::Value::String(text) => text.into(),
                toml::Value::Integer(number) => number.into(),
                toml::Value::Float(number) => number.into(),
                toml::Value::Boolean(yes) => yes.into(),
                toml::Value::Datetime(day) => day.to_string().into(),
                toml::Value::Array(items) => items.into_iter().map(convert).collect(),
                toml::Value::Table(table) => table.into_iter().map(|(k, v)| (k, convert(v))).collect(),
            }
        }
        convert(toml::Value::Table(text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"))))
    }

    /// A value that somebody might fill in.
    fn filling(field: &Field, client_type: ClientType) -> Value {
        match field.kind {
            Kind::Text if field.shape == Shape::ClientType => client_type.wire().into(),
            Kind::Text => "something".into(),
            Kind::Bool => false.into(),
            Kind::Date => "2020-12-30".into(),
            Kind::List(_) => Vec::<Value>::new().into(),
        }
    }

    /// Fills in the lines of the TOML: those that are live, and those behind a number of # as well.
    fn filled_in(text: &str, client_type: ClientType, marks: usize) -> String {
        let mut record = &CUSTOMER;
        let fill = |line: &str| {
            let (bare, taken) = without_marks(line, marks);
            if let Some(list) = bare.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]")) {
                if taken > 0
                    && let Kind::List(inner) = CUSTOMER.field(list).expect("a list of the table").kind
                {
                    record = inner;
                }
                return bare.to_owned();
            }
            let Some((name, behind)) = bare.split_once(" =") else { return line.to_owned() };
            let value = match record.field(name) {
                Some(field) => filling(field, client_type),
                None if name == ID_KEY => 7.into(),
                None => return line.to_owned(),
            };
            // A day is written without quotes as well as with them; here without.
            let is_day = record.field(name).is_some_and(|field| matches!(field.kind, Kind::Date));
            let value = if is_day { "2020-12-30".to_owned() } else { value.to_string() };
            let remark = behind.split_once("  # ").map_or("", |(_, remark)| remark);
            format!("{name} = {value}  # {remark}")
        };
        text.lines().map(fill).collect::<Vec<_>>().join("\n")
    }

    fn without_marks(line: &str, marks: usize) -> (&str, usize) {
        let taken = line.bytes().take_while(|byte| *byte == b'#').count().min(marks);
        (&line[taken..], taken)
    }

    fn names_in(patch: &Value) -> Vec<String> {
        let mut names = Vec::new();
        for (name, value) in patch.as_object().expect("an object") {
            names.push(name.clone());
            let items = value.as_array().into_iter().flatten();
            names.extend(
                items
                    .flat_map(|item| item.as_object().expect("an object").keys())
                    .map(|k| format!("{name}[].{k}")),
            );
        }
        names.sort();
        names
    }

    #[test]
    fn a_template_is_refused_until_it_is_filled_in() {
        for choice in CHOICES {
            let toml = read(&template(choice, Format::Toml));
            let json: Value = serde_json::from_str(&template(choice, Format::Json)).expect("JSON");
            assert!(!is_valid(&toml), "{choice:?}: {toml}");
            assert!(!is_valid(&json), "{choice:?}: {json}");
        }
    }

    #[test]
    fn a_template_gives_no_bool_and_no_text_but_the_client_type() {
        for choice in CHOICES {
            let toml = read(&template(choice, Format::Toml));
            let json: Value = serde_json::from_str(&template(choice, Format::Json)).expect("JSON");
            for (name, value) in [toml, json].iter().flat_map(|patch| patch.as_object().expect("an object")) {
                let is_decided = name == CLIENT_TYPE && choice.is_some();
                assert_eq!(is_decided, !(value.is_null() || value == ""), "{choice:?}: {name} = {value}");
                if let Some(decided) = choice.filter(|_| is_decided) {
                    assert_eq!(value, decided.wire());
                }
            }
            let text = template(choice, Format::Toml);
            assert!(!text.contains("= true") && !text.contains("= false"), "{text}");
        }
    }

    #[test]
    fn a_toml_template_of_a_client_type_passes_once_the_required_is_filled_in() {
        for client_type in ClientType::ALL {
            let text = template(Some(client_type), Format::Toml);
            let section: String = text
                .split("# --- ")
                .filter(|section| section.starts_with("Required ---"))
                .map(|section| section.split_once('\n').expect("a heading").1)
                .collect();
            let patch = read(&filled_in(&section, client_type, 1));
            assert!(is_valid(&patch), "{client_type:?}: {patch}");
        }
    }

    #[test]
    fn a_toml_template_without_a_client_type_passes_with_the_fields_of_the_type_that_was_chosen() {
        for client_type in ClientType::ALL {
            let text = template(None, Format::Toml);
            let chosen = format!("Required when clientType is {} ---", client_type.wire());
            let sections: String = text
                .split("# --- ")
                .filter(|section| section.starts_with("Required ---") || section.starts_with(&chosen))
                .map(|section| section.split_once('\n').expect("a heading").1)
                .collect();
            assert!(is_valid(&read(&filled_in(&sections, client_type, 1))), "{sections}");
        }
    }

    #[test]
    fn a_block_of_a_list_passes_when_one_mark_is_taken_from_each_of_its_lines() {
        let text = filled_in(&template(None, Format::Toml), ClientType::Private, 1);
        let patch = read(&text);
        assert!(is_valid(&patch), "{text}");
        let mut expected: Vec<String> = every_field()
            .filter(|(field, place)| !place.contains("[]") || field.need == Need::Required)
            .map(|(_, place)| place)
            .chain([ID_KEY.to_owned()])
            .collect();
        expected.sort();
        assert_eq!(names_in(&patch), expected);
    }

    #[test]
    fn a_toml_template_names_every_field() {
        for choice in CHOICES {
            let patch = read(&filled_in(&template(choice, Format::Toml), ClientType::Company, 2));
            let mut expected: Vec<String> = every_field().map(|(_, place)| place).collect();
            expected.push(ID_KEY.to_owned());
            expected.sort();
            assert_eq!(names_in(&patch), expected);
            assert!(is_valid(&patch), "{choice:?}");
        }
    }

    #[test]
    fn a_json_template_passes_once_it_is_filled_in() {
        for choice in CHOICES {
            for client_type in ClientType::ALL {
                if choice.is_some_and(|decided| decided != client_type) {
                    continue;
                }
                let mut patch: Value = serde_json::from_str(&template(choice, Format::Json)).expect("JSON");
                for (name, value) in patch.as_object_mut().expect("an object") {
                    *value = filling(CUSTOMER.field(name).expect("a field of the table"), client_type);
                }
                assert!(is_valid(&patch), "{choice:?} as {client_type:?}: {patch}");
            }
        }
    }

    #[test]
    fn a_field_of_the_other_type_is_never_cleared_by_an_undecided_template() {
        for format in [
            read(&template(None, Format::Toml)),
            serde_json::from_str(&template(None, Format::Json)).expect("JSON"),
        ] {
            for field in CUSTOMER.fields.iter().filter(|field| matches!(field.need, Need::RequiredFor(_))) {
                assert_ne!(format.get(field.name), Some(&Value::from("")), "{}", field.name);
            }
        }
    }

    #[test]
    fn a_template_reads_well() {
        let text = template(Some(ClientType::Company), Format::Toml);
        let beginning: Vec<&str> = text.lines().take(28).collect();
        insta::assert_snapshot!(beginning.join("\n"), @r#"
        # A patch of a Booster customer of the type COMPANY.
        #
        # Fill in the required fields. To give another field, remove the # before its name and write its value.
        # A field that is not given is not changed. Empty text ("") clears a field that is not required.
        #
        # An editor with Taplo (VS Code: Even Better TOML) completes and checks this file if its first line is
        # #:schema ./customer.schema.json
        # and `booster customer schema` was saved in that file, in the same folder.

        # Customer id; not needed if the command line has it. If both have it, it must be the same.
        #boosterCustomerId =

        # --- Required ---

        # Can be contacted by the Maison; required; choose: true or false
        #canBeContactedByMaison =

        # Client type; required; e.g. "PRIVATE", "COMPANY"
        clientType = "COMPANY"

        # Company name; required when clientType is COMPANY
        companyName = ""

        # Country; required; e.g. "it", "cn", "az", "gb", "de"
        countryId = ""

        # --- Identity ---
        "#);
        let phones: Vec<&str> = text.lines().skip_while(|line| *line != "#[[phones]]").take(5).collect();
        insta::assert_snapshot!(phones.join("\n"), @r#"
        #[[phones]]
        #phone = ""          # Phone number; required in every item; e.g. "13888889999", "352858088", "023123456"
        #countryPrefix = ""  # Country of the prefix; required in every item; e.g. "it", "fr", "az"
        ##phoneType = ""     # Phone type; optional; e.g. "Home", "Mobile", "Work", "Other", "Secondary Address"
        #isMainPhone =       # Main phone; required in every item; choose: true or false
        "#);
        insta::assert_snapshot!(template(Some(ClientType::Company), Format::Json), @r#"
        {
          "canBeContactedByMaison": null,
          "clientType": "COMPANY",
          "companyName": "",
          "countryId": ""
        }
        "#);
        insta::assert_snapshot!(template(None, Format::Json), @r#"
        {
          "title": null,
          "lastName": null,
          "canBeContactedByMaison": null,
          "clientType": "",
          "companyName": null,
          "languageId": null,
          "gender": null,
          "countryId": ""
        }
        "#);
    }
}
