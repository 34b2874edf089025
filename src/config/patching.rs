//! What a profile says about a patch: what it is filled from, which fields there are and may be changed, and whether a
//! reason is demanded.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;

use super::config_file::Entry;
use super::error::ConfigError;
use super::reason_mode::ReasonMode;
use crate::escape::{escaped, quoted};
use crate::model::customer::{CUSTOMER, ExtraKind, ID_KEY, table_of};
use crate::model::field::{Field, Group, Record};
use crate::model::problem::Source;
use crate::spelling::near_or;

#[derive(Debug, Clone)]
pub struct Patching {
    /// Whether what the rules require is taken from the record without being asked to.
    pub fill: bool,
    /// The table with the fields that the service has besides, each marked by whether it may be changed.
    pub record: &'static Record,
    pub reason: ReasonMode,
}

impl Patching {
    /// # Errors
    /// Usage: a name that will not do, where it is written; a fill without reading.
    pub fn resolve(
        entry: &Entry,
        in_config: impl Fn(Range<usize>) -> Option<Source>,
    ) -> Result<Patching, ConfigError> {
        let fill = entry.fill.as_ref().is_some_and(|fill| *fill.get_ref());
        if let Some(written) = entry.fill.as_ref().filter(|_| fill && entry.read == Some(false)) {
            let message = "fill = true needs to read the customer, and read = false forbids it";
            let hint = "remove one of the two from the profile";
            return Err(ConfigError::new(message).at(in_config(written.span())).hint(hint));
        }
        let extra = entry.extra_fields.as_ref().map_or(Ok(Vec::new()), |fields| extra(fields, &in_config))?;
        let table = if extra.is_empty() { &CUSTOMER } else { table_of(&extra, |_| true) };
        let record = match &entry.may_change {
            None => table,
            Some(names) => {
                let allowed = allowed(names.get_ref(), table, &in_config)?;
                table_of(&extra, |field| allowed.contains(&field.name))
            }
        };
        Ok(Patching { fill, record, reason: entry.reason.unwrap_or_default() })
    }

    /// The keys that the entry leaves out, with what holds in their place.
    pub fn unwritten(&self, entry: &Entry) -> Vec<(&'static str, String)> {
        let keys = [
            ("fill", entry.fill.is_some(), self.fill.to_string()),
            ("may_change", entry.may_change.is_some(), "all fields".to_owned()),
            ("extra_fields", entry.extra_fields.is_some(), "none".to_owned()),
            ("reason", entry.reason.is_some(), self.reason.word().to_owned()),
        ];
        keys.into_iter()
            .filter(|(_, is_written, _)| !is_written)
            .map(|(key, _, value)| (key, value))
            .collect()
    }

    /// The fields that the profile adds to the table.
    pub fn extra_fields(&self) -> &'static [Field] {
        &self.record.fields[CUSTOMER.fields.len()..]
    }

    /// The names of the fields that may be changed; `None` where all may.
    pub fn may_change(&self) -> Option<Vec<&'static str>> {
        let may = self.record.fields.iter().filter(|field| field.may_change).map(|field| field.name);
        self.record.fields.iter().any(|field| !field.may_change).then(|| may.collect())
    }
}

/// The fields that a profile adds. One that the table has, in whatever casing, would be two fields to us and one to the
/// service, which reads names in any case.
fn extra(
    fields: &BTreeMap<Spanned<String>, ExtraKind>,
    in_config: &impl Fn(Range<usize>) -> Option<Source>,
) -> Result<Vec<(String, ExtraKind)>, ConfigError> {
    let mut known: Vec<(String, ExtraKind)> = Vec::new();
    for (written, kind) in fields {
        let name = written.get_ref();
        let refused = |message: String, hint: &str| {
            ConfigError::new(format!("extra_fields: {message}")).at(in_config(written.span())).hint(hint)
        };
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let begins = name.starts_with(|letter: char| letter.is_ascii_alphabetic());
        if !begins || !name.chars().all(is_plain) {
            let hint = "use the service's name for it: letters, digits and _, with a letter first";
            return Err(refused(format!("{} is not a valid field name", quoted(name)), hint));
        }
        let is_same = |own: &str| own.eq_ignore_ascii_case(name);
        let of_table = CUSTOMER.fields.iter().map(|field| field.name).chain([ID_KEY, "responseStatus"]);
        if let Some(own) = of_table.into_iter().find(|own| is_same(own)) {
            let hint =
                "remove it: upper and lower case do not matter to the service, so both would be one field";
            return Err(refused(format!("{own} is already a field of the API page"), hint));
        }
        if let Some((other, _)) = known.iter().find(|(own, _)| is_same(own)) {
            let hint = "remove one of the two: upper and lower case do not matter to the service";
            return Err(refused(format!("{name} differs from {other} only in upper and lower case"), hint));
        }
        known.push((name.clone(), *kind));
    }
    Ok(known)
}

/// The names of the fields that are named, or whose group is.
fn allowed(
    names: &[Spanned<String>],
    table: &'static Record,
    in_config: &impl Fn(Range<usize>) -> Option<Source>,
) -> Result<Vec<&'static str>, ConfigError> {
    let mut allowed = Vec::new();
    for written in names {
        let name = written.get_ref().as_str();
        let of_group = Group::ALL.into_iter().find(|group| group.word() == name);
        let is_meant =
            |field: &&Field| field.name == name || of_group.is_some_and(|group| field.group == group);
        let before = allowed.len();
        allowed.extend(table.fields.iter().filter(is_meant).map(|field| field.name));
        if allowed.len() == before {
            let words = Group::ALL.map(Group::word);
            let known = table.fields.iter().map(|field| field.name).chain(words);
            let message = format!("may_change: {} is neither a field nor a group", escaped_name(name));
            let other = || match name.split_once(['[', '.']) {
                Some((list, _)) if table.field(list).is_some() => {
                    format!("write {list}: a list can only be allowed as a whole")
                }
                Some(_) | None => format!(
                    "`booster customer explain` lists the fields; the groups are {}",
                    words.join(", ")
                ),
            };
            let near = if name.contains(['[', '.']) { other() } else { near_or(name, known, other) };
            return Err(ConfigError::new(message).at(in_config(written.span())).hint(near));
        }
    }
    Ok(allowed)
}

fn escaped_name(name: &str) -> String {
    if name.is_empty() { "\"\"".to_owned() } else { escaped(name) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::config_file::Config;

    fn resolved(keys: &str) -> Result<Patching, (String, String, usize)> {
        let config = Config::read("config.toml", &format!("[profiles.dev]\n{keys}\n")).expect(keys);
        Patching::resolve(&config.file.profiles["dev"], |span| Some(config.source(span))).map_err(|error| {
            let [problem] = error.problems.as_slice() else { panic!("one problem") };
            let Some(Source::File { file, span }) = &problem.source else { panic!("a place") };
            let (line, column) = file.line_and_column(span.start);
            assert_eq!(line, 2, "{keys}");
            (problem.message.clone(), problem.hint.clone().unwrap_or_default(), column)
        })
    }

    #[test]
    fn a_profile_that_says_nothing_has_the_table_and_may_change_all_of_it() {
        let patching = resolved("").expect("valid");
        assert!(std::ptr::eq(patching.record, &CUSTOMER));
        assert_eq!(
            (patching.fill, patching.reason, patching.may_change()),
            (false, ReasonMode::Optional, None)
        );
        assert!(patching.extra_fields().is_empty());
    }

    #[test]
    fn fields_that_the_service_has_besides_come_behind_the_tables_own() {
        let patching =
            resolved("extra_fields = { vipLevel = \"text\", isVip = \"bool\", vip_since = \"date\" }");
        let patching = patching.expect("valid");
        let names: Vec<&str> = patching.extra_fields().iter().map(|field| field.name).collect();
        assert_eq!(names, ["isVip", "vipLevel", "vip_since"]);
        assert_eq!(patching.record.fields[0].name, CUSTOMER.fields[0].name);
        assert!(patching.record.field("isVip").is_some_and(Field::is_consent));
        assert_eq!(patching.may_change(), None);
    }

    #[test]
    fn what_may_be_changed_is_named_by_field_or_by_group() {
        let may = |keys: &str| resolved(keys).expect(keys).may_change().expect("not all");
        assert_eq!(may("may_change = [\"notes\", \"firstName\"]"), ["firstName", "notes"]);
        assert_eq!(may("may_change = [\"dates\", \"emails\"]"), ["birthDate", "weddingDate", "emails"]);
        assert_eq!(may("may_change = []"), Vec::<&str>::new());
        let both = "may_change = [\"vipLevel\"]\nextra_fields = { vipLevel = \"text\" }";
        assert_eq!(may(both), ["vipLevel"]);
    }

    /// So that a group's word never means less than the field of that name, or another one.
    #[test]
    fn a_groups_word_is_no_field_unless_that_is_all_of_the_group() {
        for group in Group::ALL {
            if CUSTOMER.field(group.word()).is_some() {
                let of_group = CUSTOMER.fields.iter().filter(|field| field.group == group);
                assert_eq!(of_group.map(|field| field.name).collect::<Vec<_>>(), [group.word()]);
            }
        }
    }

    #[test]
    fn a_name_that_will_not_do_is_refused_where_it_is_written() {
        for (keys, message, hint, column) in [
            ("may_change = [\"notes\", \"fristName\"]", "neither a field nor a group", "firstName", 24),
            ("may_change = [\"consent\"]", "neither a field nor a group", "consents", 15),
            ("may_change = [\"emails[0].email\"]", "neither a field nor a group", "write emails", 15),
            ("may_change = [\"\"]", "\"\" is neither", "groups are identity", 15),
            ("extra_fields = { FirstName = \"text\" }", "firstName is already a field", "do not matter", 18),
            (
                "extra_fields = { boosterCustomerID = \"text\" }",
                "boosterCustomerId is already",
                "do not matter",
                18,
            ),
            (
                "extra_fields = { vip = \"text\", VIP = \"bool\" }",
                "only in upper and lower case",
                "do not matter",
                18,
            ),
            ("extra_fields = { \"vip level\" = \"text\" }", "not a valid field name", "letters", 18),
            ("extra_fields = { \"1\" = \"text\" }", "not a valid field name", "letters", 18),
            ("fill = true\nread = false", "fill = true needs to read the customer", "remove one", 8),
        ] {
            let (said, how, at) = resolved(keys).expect_err(keys);
            assert!(said.contains(message), "{keys}: {said}");
            assert!(how.contains(hint), "{keys}: {how}");
            assert!(at >= column, "{keys}: {at}");
        }
    }
}
