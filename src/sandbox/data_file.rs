//! The file in which a sandbox keeps its customers: a JSON list of objects, each as `GET /customer/v2/{id}` shows it.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::store::{self, Customer};

#[derive(Debug)]
pub struct DataFile {
    path: PathBuf,
}

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be used as the sandbox's data: {reason}", path.display())]
pub struct Broken {
    path: PathBuf,
    reason: String,
}

impl DataFile {
    pub fn new(path: impl Into<PathBuf>) -> DataFile {
        DataFile { path: path.into() }
    }

    /// The customers; `None` where there is no file yet.
    pub fn read(&self) -> Result<Option<BTreeMap<i64, Customer>>, Broken> {
        let broken = |reason: String| Broken { path: self.path.clone(), reason };
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                // The first change would fail otherwise, long after the sandbox had said that all is well.
                return if self.folder().is_dir() {
                    Ok(None)
                } else {
                    Err(broken(format!("there is no folder {}", self.folder().display())))
                };
            }
            Err(error) => return Err(broken(error.to_string())),
        };
        read_customers(&text).map(Some).map_err(broken)
    }

    /// Replaces the file as a whole. It is readable by its owner alone, as customers are nobody else's business.
    pub fn write(&self, customers: &Json) -> std::io::Result<()> {
        let name = self.path.file_name().ok_or(ErrorKind::InvalidInput)?.to_string_lossy();
        let temporary = self.folder().join(format!(".{name}.{}.tmp", std::process::id()));
        let written = self.write_to(&temporary, customers).and_then(|()| fs::rename(&temporary, &self.path));
        if written.is_err() {
            // What matters is the first error; the file left behind is only untidy.
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    fn write_to(&self, temporary: &Path, customers: &Json) -> std::io::Result<()> {
        let mut file = create_private(temporary)?;
        file.write_all(format!("{customers:#}\n").as_bytes())?;
        file.sync_all()
    }

    fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            Some(_) | None => Path::new("."),
        }
    }
}

fn create_private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Reads the list of customers, or says in words why it is none.
pub fn read_customers(text: &str) -> Result<BTreeMap<i64, Customer>, String> {
    let list: Vec<Json> =
        serde_json::from_str(text).map_err(|error| format!("it is no JSON list of customers ({error})"))?;
    let mut customers = BTreeMap::new();
    for entry in list {
        let Json::Object(customer) = entry else {
            return Err("an entry of the list is no object".to_owned());
        };
        let id = store::check(&customer)?;
        if customers.insert(id, customer).is_some() {
            return Err(format!("customer {id} is in it twice"));
        }
    }
    Ok(customers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_invented_customers_are_customers() {
        let customers = read_customers(include_str!("invented.json")).expect("customers");
        assert!(customers.contains_key(&123));
    }

    #[test]
    fn what_is_no_customer_is_said_in_words() {
        for (text, reason) in [
            ("[", "it is no JSON list of customers (EOF while parsing a list at line 1 column 1)"),
            ("[1]", "an entry of the list is no object"),
            ("[{}]", "a customer without boosterCustomerId"),
            (r#"[{"boosterCustomerId":"1"}]"#, "a boosterCustomerId that is no whole number"),
            (r#"[{"boosterCustomerId":1},{"boosterCustomerId":1}]"#, "customer 1 is in it twice"),
            (
                r#"[{"boosterCustomerId":1,"fristName":"x"}]"#,
                "customer 1 has \"fristName\", which is no field of a customer",
            ),
            (
                r#"[{"boosterCustomerId":1,"emails":[{"mail":"x"}]}]"#,
                "customer 1 has a value for emails that does not fit",
            ),
        ] {
            assert_eq!(read_customers(text).expect_err(text), reason);
        }
    }
}
