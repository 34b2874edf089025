//! The file in which a sandbox keeps its customers: a JSON list of objects, each as `GET /customer/v2/{id}` returns it.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use serde_json::Value as Json;

use super::customer::{self, Customer};
use crate::escape::escaped_json;
use crate::platform::{regular, replace};

/// The customers; `None` where there is no file yet. The error says why it cannot be used.
pub fn read(path: &Path) -> Result<Option<BTreeMap<i64, Customer>>, String> {
    let broken =
        |reason: String| format!("{} cannot be used as the sandbox's data: {reason}", path.display());
    replace::remove_leftovers(replace::folder_of(path));
    match regular::read(path) {
        Ok(bytes) => {
            let text = String::from_utf8(bytes).map_err(|_| broken("it is not UTF-8".to_owned()))?;
            read_customers(&text).map(Some).map_err(broken)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            // The first change would fail otherwise, long after the start.
            let folder = replace::folder_of(path);
            if folder.is_dir() {
                Ok(None)
            } else {
                Err(broken(format!("there is no folder {}", folder.display())))
            }
        }
        Err(error) => Err(broken(error.to_string())),
    }
}

/// Replaces the file as a whole. It is readable by its owner alone, as customers are nobody else's business.
pub fn write(path: &Path, customers: &Json) -> std::io::Result<()> {
    replace::replace_private(path, format!("{}\n", escaped_json(&format!("{customers:#}"))).as_bytes())
}

/// Reads the list of customers, or says in words why it is none.
pub fn read_customers(text: &str) -> Result<BTreeMap<i64, Customer>, String> {
    let list: Vec<Json> = serde_json::from_str(text)
        .map_err(|error| format!("it is not a JSON list of customers ({error})"))?;
    let mut customers = BTreeMap::new();
    for entry in list {
        let Json::Object(customer) = entry else {
            return Err("an entry of the list is not an object".to_owned());
        };
        let id = customer::check(&customer)?;
        if customers.insert(id, customer).is_some() {
            return Err(format!("customer {id} is in it twice"));
        }
    }
    Ok(customers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::escape::is_dangerous;

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

        #[test]
        fn customers_are_read_back_whatever_stands_in_them(
            records in proptest::collection::vec(crate::model::arbitrary::record(), 0..3),
        ) {
            let world = tempfile::tempdir().expect("a folder");
            let file = world.path().join("data.json");
            let with_id = |(id, mut record): (usize, Customer)| {
                record.insert(crate::model::customer::ID_KEY.to_owned(), id.into());
                record
            };
            let records: Vec<Customer> = records.into_iter().enumerate().map(with_id).collect();
            write(&file, &records.iter().cloned().map(Json::Object).collect()).expect("written");
            let text = std::fs::read_to_string(&file).expect("UTF-8");
            proptest::prop_assert!(!text.contains(|letter| is_dangerous(letter) && letter != '\n'), "{:?}", text);
            let read = read(&file).expect("readable").expect("a file");
            proptest::prop_assert_eq!(read.into_values().collect::<Vec<_>>(), records);
        }
    }

    #[test]
    fn the_invented_customers_are_customers() {
        let customers = read_customers(include_str!("invented.json")).expect("customers");
        assert!(customers.contains_key(&123));
    }

    #[test]
    fn what_is_no_customer_is_said_in_words() {
        for (text, reason) in [
            ("[", "it is not a JSON list of customers (EOF while parsing a list at line 1 column 1)"),
            ("[1]", "an entry of the list is not an object"),
            ("[{}]", "a customer without boosterCustomerId"),
            (r#"[{"boosterCustomerId":"1"}]"#, "a boosterCustomerId that is not a whole number"),
            (r#"[{"boosterCustomerId":1},{"boosterCustomerId":1}]"#, "customer 1 is in it twice"),
            (
                r#"[{"boosterCustomerId":1,"fristName":"x"}]"#,
                "customer 1 has \"fristName\", which is not a field of a customer",
            ),
            (
                r#"[{"boosterCustomerId":1,"emails":[{"mail":"x"}]}]"#,
                "customer 1 has a value for emails of the wrong type",
            ),
        ] {
            assert_eq!(read_customers(text).expect_err(text), reason);
        }
    }
}
