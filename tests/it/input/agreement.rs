//! The same patch through each input of the real binary gives the same body. What the fields are, `explain` says.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use crate::common::{Answer, Service, World};

/// The fields of the customer as a program sees them: name, kind, and the flag for a scalar or a whole list; those of
/// a list's items behind it.
struct Field {
    name: String,
    kind: String,
    flag: String,
    inner: Vec<Field>,
}

fn fields(world: &World) -> Vec<Field> {
    let document = world.run(["customer", "explain", "-o", "json"]).expect(0).json();
    let mut fields: Vec<Field> = Vec::new();
    for row in document["fields"].as_array().expect("fields") {
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let flag = row["flags"]
            .as_array()
            .and_then(|flags| flags.last())
            .map_or(String::new(), |flag| word(&flag["flag"]));
        let name = word(&row["field"]);
        let field = |name: &str| Field {
            name: name.to_owned(),
            kind: word(&row["kind"]),
            flag: flag.clone(),
            inner: Vec::new(),
        };
        match name.split_once("[].") {
            Some((_, inner)) => {
                fields.last_mut().expect("a list goes before its items").inner.push(field(inner))
            }
            None => fields.push(field(&name)),
        }
    }
    assert_eq!((fields.len(), fields.iter().map(|field| field.inner.len()).sum::<usize>()), (35, 33));
    fields
}

/// An object with any of the fields, in their order.
fn object(fields: &[Field]) -> BoxedStrategy<Map<String, Value>> {
    let values: Vec<_> = fields.iter().map(|field| proptest::option::of(value(field))).collect();
    let names: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
    values
        .prop_map(move |values| {
            names.iter().cloned().zip(values).filter_map(|(name, value)| Some((name, value?))).collect()
        })
        .boxed()
}

fn value(field: &Field) -> BoxedStrategy<Value> {
    match field.kind.as_str() {
        // A known type is sent as the service spells it, which is another property.
        "text" if field.name == "clientType" => Just(json!("PRIVATE")).boxed(),
        "text" => "(@|-|--|main|null|\"|'|\\\\|,|=|\\{|\\[|#|é|李|😀|\u{7f}|\u{202e}|a| b){1,5}"
            .prop_map(Value::from)
            .boxed(),
        "bool" => any::<bool>().prop_map(Value::from).boxed(),
        "date" => (1900..2020_u32, 1..13_u32, 1..29_u32)
            .prop_map(|(year, month, day)| json!(format!("{year}-{month:02}-{day:02}")))
            .boxed(),
        "list" => proptest::collection::vec(object(&field.inner), 0..3)
            .prop_map(|items| items.into_iter().map(Value::Object).collect())
            .boxed(),
        other => panic!("a new kind: {other}"),
    }
}

fn as_flag(field: &Field, value: &Value) -> String {
    match value {
        Value::Array(items) if items.is_empty() => format!("--clear={}", field.name),
        Value::String(text) if text.starts_with('@') => format!("{}=@{text}", field.flag),
        Value::String(text) => format!("{}={text}", field.flag),
        other => format!("{}={other}", field.flag),
    }
}

fn as_toml(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{name} = {}", as_toml(value)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(as_toml).collect::<Vec<_>>().join(", ")),
        other => other.to_string().replace('\u{7f}', "\\u007f"),
    }
}

fn toml_file(object: &Map<String, Value>) -> String {
    object.iter().map(|(name, value)| format!("{name} = {}\n", as_toml(value))).collect()
}

const PATCH: [&str; 4] = ["customer", "patch", "123", "--unchecked"];

#[test]
fn the_same_patch_through_each_input_of_the_binary_gives_the_same_body() {
    let world = World::new();
    let fields = fields(&world);
    let service = Service::start([Answer::json(200, "{}")]);
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() });
    let patches = object(&fields).prop_filter("nothing to send", |patch| !patch.is_empty());
    let done = runner.run(&(patches, 0..3_usize), |(patch, turn)| {
        let expected = Value::Object(patch.clone()).to_string();
        let of = |part: usize, parts: usize| -> Map<String, Value> {
            patch
                .iter()
                .enumerate()
                .filter(|(i, _)| (i + turn) % parts == part)
                .map(|(_, (name, value))| (name.clone(), value.clone()))
                .collect()
        };
        let flags = |object: &Map<String, Value>| -> Vec<String> {
            fields.iter().filter_map(|field| Some(as_flag(field, object.get(&field.name)?))).collect()
        };
        let body = |more: &[String], stdin: &str| {
            let words = PATCH.iter().map(|word| (*word).to_owned()).chain(more.iter().cloned());
            let run = world.run_with_stdin(words.chain(["--dry-run=json".to_owned()]), stdin);
            run.expect(0).stdout.clone()
        };
        let json = world.file("patch.json", &expected);
        let toml = world.file("patch.toml", toml_file(&patch));
        prop_assert_eq!(body(&flags(&patch), ""), expected.as_str(), "flags");
        prop_assert_eq!(body(&["--from".into(), json], ""), expected.as_str(), "JSON");
        prop_assert_eq!(body(&["--from".into(), toml], ""), expected.as_str(), "TOML");
        prop_assert_eq!(body(&["--from=-".into()], &expected), expected.as_str(), "JSON on standard input");
        prop_assert_eq!(
            body(&["--from=-".into()], &toml_file(&patch)),
            expected.as_str(),
            "TOML on standard input"
        );
        // Each third from another layer, and sent.
        let defaults = format!(
            "[profiles.dev]\nbase_url = \"{}\"\n[profiles.dev.defaults]\n{}",
            service.url,
            toml_file(&of(0, 3))
        );
        let config = world.file("config.toml", defaults);
        let file = world.file("part.json", Value::Object(of(1, 3)).to_string());
        let layers: Vec<String> = ["-p", "dev", "--config", &config, "--from", &file]
            .map(str::to_owned)
            .into_iter()
            .chain(flags(&of(2, 3)))
            .collect();
        let run = world.run(PATCH.iter().map(|word| (*word).to_owned()).chain(layers));
        // Defaults alone are nothing to send.
        if !of(1, 3).is_empty() || !of(2, 3).is_empty() {
            run.expect(0);
            prop_assert_eq!(service.received().pop().map(|request| request.body), Some(expected), "layers");
        }
        Ok(())
    });
    if let Err(error) = done {
        panic!("{error}");
    }
}
