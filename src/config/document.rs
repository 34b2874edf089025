//! Changes the text of the configuration; comments, blank lines and order stay what they are.

use toml_edit::{DocumentMut, InlineTable, Item, Key, Table, TableLike, Value};

use super::error::ConfigError;
use crate::escape::escaped;

pub struct Document {
    toml: DocumentMut,
    /// Whether its lines end as on Windows. While it is changed they end in a newline alone.
    has_carriage_returns: bool,
}

impl Document {
    /// # Errors
    /// Usage: no TOML.
    pub fn read(text: &str) -> Result<Document, ConfigError> {
        let toml =
            text.replace("\r\n", "\n").parse().map_err(|_| ConfigError::new("the text is not TOML"))?;
        Ok(Document { toml, has_carriage_returns: text.contains("\r\n") })
    }

    /// The text as it would be written.
    pub fn text(&self) -> String {
        let text = self.toml.to_string();
        if self.has_carriage_returns { text.replace('\n', "\r\n") } else { text }
    }

    /// Sets the default profile.
    pub fn set_default(&mut self, name: &str) {
        match self.toml.get_mut("default_profile").and_then(Item::as_value_mut) {
            Some(old) => {
                // The blanks and the comment behind a value are the old value's, and would go with it.
                let decor = old.decor().clone();
                *old = name.into();
                *old.decor_mut() = decor;
            }
            None => self.insert_default(name),
        }
    }

    /// A key of the root is before every table, and so before the comment above the first one. What of that
    /// comment is about the file, down to its last blank line, stays on top.
    fn insert_default(&mut self, name: &str) {
        let mut head = self.comments_alone();
        let root = self.toml.as_table_mut();
        let begins_with_table = root.iter().next().is_some_and(|(_, item)| item.is_table());
        if let Some(table) = next_table(root, None).filter(|_| begins_with_table) {
            let comment = prefix(table);
            if let Some((above, own)) = comment.rsplit_once("\n\n") {
                head = format!("{above}\n\n");
                table.decor_mut().set_prefix(format!("\n{own}"));
            } else if !comment.starts_with('\n') {
                table.decor_mut().set_prefix(format!("\n{comment}"));
            }
        }
        let root = self.toml.as_table_mut();
        root.insert("default_profile", toml_edit::value(name));
        if let Some(mut key) = root.key_mut("default_profile") {
            key.leaf_decor_mut().set_prefix(head);
        }
    }

    /// Removes the default profile.
    pub fn clear_default(&mut self) {
        let root = self.toml.as_table_mut();
        let key = root.key("default_profile");
        let comment = key.and_then(|key| key.leaf_decor().prefix()?.as_str()).unwrap_or_default().to_owned();
        root.remove("default_profile");
        if let Some(table) = next_table(root, None) {
            // The blank line that parted the two would be the file's first.
            let own = prefix(table);
            table.decor_mut().set_prefix(own.strip_prefix('\n').unwrap_or(&own));
        }
        self.keep_above(&comment, None);
    }

    /// Adds a profile behind the others.
    ///
    /// # Errors
    /// Usage: a key that is where no table can be.
    pub fn add(&mut self, name: &str, keys: &[(String, toml::Value)]) -> Result<(), ConfigError> {
        let mut entry = Table::new();
        for (path, value) in keys {
            set(&mut entry, path, value)?;
        }
        let above = if self.toml.is_empty() { self.comments_alone() } else { "\n".to_owned() };
        entry.decor_mut().set_prefix(above);
        entry.set_position(Some(isize::MAX));
        self.profiles()?.insert(name, Item::Table(entry));
        Ok(())
    }

    /// Removes a profile with the comment right above it. What is above that, behind a blank line, was about the
    /// file or the profile before, and stays.
    pub fn remove(&mut self, name: &str) {
        let Ok(profiles) = self.profiles() else { return };
        let Some(mut item) = profiles.remove(name) else { return };
        let Some(table) = item.as_table_mut().and_then(|table| next_table(table, None)) else { return };
        let (comment, position) = (prefix(table), table.position());
        self.keep_above(&comment, position);
    }

    /// Keeps what is above the last blank line of a comment whose table or key was removed: before the next table
    /// behind this position, or at the end.
    fn keep_above(&mut self, comment: &str, position: Option<isize>) {
        let Some((above, _)) = comment.rsplit_once("\n\n").filter(|(above, _)| !above.trim().is_empty())
        else {
            return;
        };
        let kept = |own: &str| format!("{above}\n{}{own}", if own.starts_with('\n') { "" } else { "\n" });
        if let Some(table) = next_table(self.toml.as_table_mut(), position) {
            let own = prefix(table);
            table.decor_mut().set_prefix(kept(&own));
        } else {
            let own = self.toml.trailing().as_str().unwrap_or_default().to_owned();
            let kept = if own.is_empty() { format!("{above}\n") } else { kept(&own) };
            self.toml.set_trailing(kept);
        }
    }

    /// Takes the comments of a file that holds nothing else, to be above what is about to be written. Left where
    /// they are they would come behind it.
    fn comments_alone(&mut self) -> String {
        let comments = self.toml.trailing().as_str().unwrap_or_default().trim_end().to_owned();
        if !self.toml.is_empty() || comments.is_empty() {
            return String::new();
        }
        self.toml.set_trailing("");
        format!("{comments}\n\n")
    }

    fn profiles(&mut self) -> Result<&mut dyn TableLike, ConfigError> {
        let item = self.toml.entry("profiles").or_insert_with(|| {
            let mut table = Table::new();
            table.set_implicit(true);
            Item::Table(table)
        });
        item.as_table_like_mut().ok_or_else(|| ConfigError::new("profiles is not a table"))
    }
}

fn prefix(table: &Table) -> String {
    table.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().to_owned()
}

/// The first table that is written behind this position, of this one and those in it.
fn next_table(table: &mut Table, position: Option<isize>) -> Option<&mut Table> {
    fn lowest(table: &Table, behind: Option<isize>) -> Option<isize> {
        let own = table.position().filter(|_| !table.is_implicit()).filter(|own| Some(*own) > behind);
        let inner = table.iter().filter_map(|(_, item)| lowest(item.as_table()?, behind));
        own.into_iter().chain(inner).min()
    }
    fn at(table: &mut Table, position: isize) -> Option<&mut Table> {
        if table.position() == Some(position) && !table.is_implicit() {
            return Some(table);
        }
        table.iter_mut().find_map(|(_, item)| at(item.as_table_mut()?, position))
    }
    let position = lowest(table, position)?;
    at(table, position)
}

/// Sets a key such as `auth.header`. `auth` is written in one line, as everybody does; `defaults` is a table.
fn set(entry: &mut Table, path: &str, value: &toml::Value) -> Result<(), ConfigError> {
    let wrong = |why: &str| {
        ConfigError::new(format!("the key {} {why}", escaped(path)))
            .hint("write it as in auth.header or defaults.countryId")
    };
    let keys = Key::parse(path).map_err(|_| wrong("cannot be read"))?;
    let (last, above) = keys.split_last().ok_or_else(|| wrong("is empty"))?;
    let mut table: &mut dyn TableLike = entry;
    for (depth, key) in above.iter().enumerate() {
        let is_block = depth == 0 && key.get() == "defaults";
        let empty = if is_block { toml_edit::table() } else { InlineTable::new().into() };
        table = table
            .entry(key.get())
            .or_insert(empty)
            .as_table_like_mut()
            .ok_or_else(|| wrong("is not a table"))?;
    }
    if table.contains_key(last.get()) {
        return Err(wrong("is given twice").hint("use a flag or --set for the same key, and --set only once"));
    }
    table.insert(last.get(), Item::Value(value_of(value)));
    Ok(())
}

fn value_of(value: &toml::Value) -> Value {
    value.to_string().parse().expect("toml writes a value as toml_edit reads it")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::config_file::Config;
    use crate::config::edit::check_name;

    fn edited(old: &str, change: impl FnOnce(&mut Document)) -> String {
        let mut document = Document::read(old).expect("TOML");
        change(&mut document);
        document.text()
    }

    const TWO: &str = "\
# The file.

default_profile  =  'a' # why a

# About a.
[profiles.a] # first
base_url = \"https://a.example\"
[profiles.a.defaults]
countryId = \"it\" # Italy

# Between.

# About b.
[profiles.\"b c\"]
base_url = \"https://b.example\" # b

# The end.
";

    #[test]
    fn comments_blanks_and_order_survive_every_change() {
        assert_eq!(edited(TWO, |_| ()), TWO);
        assert_eq!(edited(TWO, |document| document.set_default("b c")), TWO.replace("'a' #", "\"b c\" #"));
        let windows = TWO.replace('\n', "\r\n");
        assert_eq!(
            edited(&windows, |document| document.set_default("b c")),
            windows.replace("'a' #", "\"b c\" #")
        );
        let url = [("base_url".to_owned(), toml::Value::from("https://c.example"))];
        let added = edited(TWO, |document| document.add("c", &url).expect("added"));
        let (above, end) = TWO.split_once("\n# The end.").expect("an end");
        assert!(added.starts_with(above), "{added}");
        assert!(added.contains("\n[profiles.c]\nbase_url = \"https://c.example\"\n"), "{added}");
        assert!(added.ends_with(&format!("\n# The end.{end}")), "{added}");
    }

    #[test]
    fn a_removed_profile_takes_its_own_comment_along_and_no_other() {
        let without_b = edited(TWO, |document| document.remove("b c"));
        let above = TWO.split_once("\n# About b.").expect("b").0;
        assert_eq!(
            without_b,
            format!("{above}\n\n# The end.\n").replace("# Between.\n\n\n", "# Between.\n\n")
        );
        let without_a = edited(TWO, |document| document.remove("a"));
        assert_eq!(
            without_a,
            "# The file.\n\ndefault_profile  =  'a' # why a\n\n# Between.\n\n# About b.\n[profiles.\"b c\"]\n\
             base_url = \"https://b.example\" # b\n\n# The end.\n"
        );
        let both = edited("# The file.\n\n# About a.\n[profiles.a]\n", |document| document.remove("a"));
        assert_eq!(both, "# The file.\n");
    }

    #[test]
    fn a_default_goes_below_the_comment_about_the_file_and_above_the_first_profile() {
        let set = |old: &str| edited(old, |document| document.set_default("a"));
        assert_eq!(
            set("# The file.\n\n# About a.\n[profiles.a]\n"),
            "# The file.\n\ndefault_profile = \"a\"\n\n# About a.\n[profiles.a]\n"
        );
        assert_eq!(
            set("# About a.\n[profiles.a]\n"),
            "default_profile = \"a\"\n\n# About a.\n[profiles.a]\n"
        );
        assert_eq!(set(""), "default_profile = \"a\"\n");
    }

    #[test]
    fn what_is_added_to_comments_alone_stands_below_them() {
        let url = [("base_url".to_owned(), toml::Value::from("https://a.example"))];
        let profile = "[profiles.a]\nbase_url = \"https://a.example\"\n";
        for comments in ["# Mine.\n# More.\n", "\n# Mine.\n\n# More.\n\n\n"] {
            let above = format!("{}\n\n", comments.trim_end());
            let added = edited(comments, |document| document.add("a", &url).expect("added"));
            assert_eq!(added, format!("{above}{profile}"));
            let both = edited(comments, |document| {
                document.add("a", &url).expect("added");
                document.set_default("a");
            });
            assert_eq!(both, format!("{above}default_profile = \"a\"\n\n{profile}"));
            let default = edited(comments, |document| document.set_default("a"));
            assert_eq!(default, format!("{above}default_profile = \"a\"\n"));
        }
    }

    #[test]
    fn a_default_goes_and_the_comment_about_the_file_stays() {
        let cleared = |old: &str| edited(old, Document::clear_default);
        let behind = "# About a.\n[profiles.a]\n";
        assert_eq!(cleared(&format!("default_profile = \"a\"\n\n{behind}")), behind);
        assert_eq!(
            cleared(&format!("# The file.\n\n# The one.\ndefault_profile = \"a\"\n\n{behind}")),
            format!("# The file.\n\n{behind}")
        );
        assert_eq!(cleared("# The one.\ndefault_profile = \"a\"\n"), "");
    }

    #[test]
    fn profiles_written_in_other_ways_can_be_added_to() {
        for old in [
            "profiles = { a = { base_url = \"https://a.example\" } }\n",
            "profiles.a.base_url = \"https://a.example\"\n",
            "[profiles]\na.base_url = \"https://a.example\"\n",
        ] {
            let keys = [
                ("auth.kind".to_owned(), toml::Value::from("none")),
                ("defaults.countryId".to_owned(), toml::Value::from("it")),
            ];
            let added = edited(old, |document| document.add("b.c", &keys).expect("added"));
            let config = Config::read("x", &added).expect(&added);
            assert_eq!(config.file.profiles.keys().collect::<Vec<_>>(), ["a", "b.c"], "{added}");
            let removed = edited(&added, |document| document.remove("b.c"));
            assert_eq!(Config::read("x", &removed).expect("valid").file.profiles.len(), 1, "{removed}");
        }
    }

    use proptest::prelude::*;

    use crate::model::arbitrary::hostile;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_value_is_read_back_whatever_stands_in_it(name in hostile(), value in hostile(), default in hostile()) {
            let mut document = Document::read(TWO).expect("TOML");
            let keys = [
                ("username".to_owned(), toml::Value::from(value.clone())),
                ("defaults.notes".to_owned(), toml::Value::from(default)),
            ];
            document.add(&name, &keys).expect("added");
            document.set_default(&name);
            let text = document.text();
            let config = Config::read("config.toml", &text).expect(&text);
            prop_assert_eq!(config.file.default_profile.as_ref().map(|name| name.get_ref()), Some(&name));
            let written = config.file.profiles[&name].username.as_ref();
            prop_assert_eq!(written.map(|user| user.get_ref()), Some(&value), "{}", text);
        }
    }

    #[derive(Debug, Clone)]
    enum Step {
        Add(String),
        Remove(String),
        Use(String),
        Clear,
    }

    fn step() -> impl Strategy<Value = Step> {
        // Names that collide often, and some that TOML must quote.
        let name = || {
            prop_oneof!["[ab]", "[a. \"'é=#\\[]{1,3}"].prop_filter("a name", |name| check_name(name).is_ok())
        };
        prop_oneof![
            name().prop_map(Step::Add),
            name().prop_map(Step::Remove),
            name().prop_map(Step::Use),
            Just(Step::Clear)
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_done_to_it_the_file_says_what_was_done(steps in prop::collection::vec(step(), 0..12)) {
            let mut document = Document::read(TWO).expect("TOML");
            let mut names = std::collections::BTreeSet::from(["a".to_owned(), "b c".to_owned()]);
            let mut default = Some("a".to_owned());
            for step in steps {
                match &step {
                    Step::Add(name) if names.insert(name.clone()) => {
                        let url = [("base_url".to_owned(), toml::Value::from("https://x.example"))];
                        document.add(name, &url).expect("added");
                    }
                    Step::Add(_) => {}
                    Step::Remove(name) => {
                        names.remove(name);
                        document.remove(name);
                    }
                    Step::Use(name) => {
                        default = Some(name.clone());
                        document.set_default(name);
                    }
                    Step::Clear => {
                        default = None;
                        document.clear_default();
                    }
                }
                // Each change begins with the text that the last one left.
                document = Document::read(&document.text()).expect("TOML");
            }
            let text = document.text();
            let config = Config::read("config.toml", &text).expect(&text);
            prop_assert_eq!(config.file.profiles.into_keys().collect::<Vec<_>>(), Vec::from_iter(names), "{}", text);
            prop_assert_eq!(config.file.default_profile.map(|name| name.into_inner()), default, "{}", text);
            prop_assert!(text.starts_with("# The file.\n") && text.contains("# The end.\n"), "{}", text);
        }
    }
}
