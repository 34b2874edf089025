//! Input by flags: a flag for each scalar, an item flag and a whole-list flag for each list, all of them made from the
//! table, and `--remove`, `--replace-lists` and `--clear`.

use std::path::Path;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::flag_value::{FlagValue, literal, missing_at_sign, whole_value};
use super::{file, shorthand};
use crate::escape::quoted;
use crate::model::customer::CUSTOMER;
use crate::model::field::{Field, Group, Kind, Need, Record};
use crate::model::patch::{Given, Item, Patch, Removal, Value};
use crate::model::problem::{Fault, Problem, Rule, Source};
use crate::model::wire;

/// What the command line gave for the customer's fields, not parsed yet.
#[derive(Debug, Clone, Default)]
pub struct FieldFlags {
    /// Each flag once, with its values in the order of writing.
    given: Vec<(Flag, Vec<String>)>,
    others: OtherFlags,
}

/// The flags that belong to no single field.
#[derive(Debug, Clone, Default, clap::Args)]
struct OtherFlags {
    /// Remove the item that has these values, as in email=old@x.com
    #[arg(long, value_name = "LIST=ITEM", help_heading = Group::Lists.title())]
    remove: Vec<String>,
    /// Send the given items as the whole list, instead of adding them
    #[arg(long, help_heading = Group::Lists.title())]
    replace_lists: bool,
    /// Make these text fields and lists empty
    #[arg(long, value_name = "FIELD,…", value_delimiter = ',', help_heading = None)]
    clear: Vec<String>,
}

/// What a flag gives.
#[derive(Debug, Clone, Copy)]
enum Flag {
    Scalar(&'static Field),
    /// One item of the list.
    Item(&'static Field, &'static Record),
    /// The whole list, as JSON.
    List(&'static Field),
}

impl Flag {
    /// Group by group, as help shows them.
    fn all() -> impl Iterator<Item = Flag> {
        let of_group = |group| CUSTOMER.fields.iter().filter(move |field| field.group == group);
        Group::ALL.into_iter().flat_map(of_group).flat_map(|field| match field.kind {
            Kind::Text | Kind::Bool | Kind::Date => vec![Flag::Scalar(field)],
            Kind::List(record) => vec![Flag::Item(field, record), Flag::List(field)],
        })
    }

    /// The name without dashes.
    fn name(self) -> String {
        match self {
            Flag::Scalar(field) | Flag::List(field) => field.flag(),
            Flag::Item(_, record) => record.item_flag(),
        }
    }

    fn field(self) -> &'static Field {
        match self {
            Flag::Scalar(field) | Flag::List(field) | Flag::Item(field, _) => field,
        }
    }

    fn arg(self) -> Arg {
        let field = self.field();
        let name = self.name();
        let arg = Arg::new(name.clone()).long(name).help_heading(field.group.title());
        match self {
            Flag::Scalar(_) => {
                let arg = arg.value_name(match field.kind {
                    Kind::Bool => "true|false",
                    Kind::Date => "YYYY-MM-DD",
                    Kind::Text | Kind::List(_) => "TEXT",
                });
                arg.help(help(field))
            }
            Flag::Item(_, record) => arg
                .value_name("ITEM")
                .help(format!("Add to the customer's {}: {}", plural(field), item_form(record)))
                .action(ArgAction::Append),
            Flag::List(_) => arg.value_name("JSON").help("The whole list, as JSON"),
        }
    }
}

/// The list in words: `emails`.
fn plural(field: &Field) -> String {
    let label = field.label.to_lowercase();
    label.strip_prefix("customer ").map(str::to_owned).unwrap_or(label)
}

/// A help line: label, need, examples.
fn help(field: &Field) -> String {
    let mut help = field.label.to_owned();
    match field.need {
        Need::Optional => {}
        Need::Required => help.push_str(" [required]"),
        Need::RequiredFor(client_type) => help.push_str(&format!(" [required for {}]", client_type.wire())),
    }
    if !field.examples.is_empty() && !matches!(field.kind, Kind::Bool) {
        help.push_str(&format!(", e.g. {}", field.examples.join(", ")));
    }
    help
}

/// The shorthand of a record, as help shows it: what an item needs, and that there may be more.
fn item_form(record: &'static Record) -> String {
    let mut form = format!("<{}>", record.fields[0].name);
    for field in record.fields[1..].iter().filter(|field| field.need == Need::Required) {
        if field.is_main_mark() {
            form.push_str(&format!("[,{}]", shorthand::MAIN));
        } else {
            form.push_str(&format!(",{}=…", record.key(field)));
        }
    }
    let has_more = record.fields.iter().any(|field| field.need != Need::Required);
    form + if has_more { "[,key=…]" } else { "" }
}

impl clap::Args for FieldFlags {
    fn augment_args(command: Command) -> Command {
        OtherFlags::augment_args(command.args(Flag::all().map(Flag::arg)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for FieldFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let values = |flag: Flag| Some((flag, matches.get_many(&flag.name())?.cloned().collect()));
        let given = Flag::all().filter_map(values).collect();
        Ok(FieldFlags { given, others: OtherFlags::from_arg_matches(matches)? })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl FieldFlags {
    /// The flags of these words, for the tests that compare the inputs.
    #[cfg(test)]
    pub fn of_words(words: &[String]) -> FieldFlags {
        use clap::{Args as _, FromArgMatches as _};
        let command = FieldFlags::augment_args(Command::new("x").no_binary_name(true));
        let matches = command.try_get_matches_from(words).expect("words that the flags know");
        FieldFlags::from_arg_matches(&matches).expect("flags")
    }

    pub fn is_empty(&self) -> bool {
        self.given.is_empty() && self.others.clear.is_empty() && self.others.remove.is_empty()
    }

    /// Whether the items that are given are the whole list.
    pub fn replaces_lists(&self) -> bool {
        self.others.replace_lists
    }

    /// How many values want standard input, which can be read but once.
    pub fn stdin_uses(&self) -> usize {
        self.given.iter().flat_map(|(_, values)| values).filter(|value| *value == "@-").count()
    }

    /// Writes a patch as the words of a command line that these flags read back to the same patch. None if an item that is
    /// added or removed has no shorthand, or a field no flag.
    pub fn write(patch: &Patch) -> Option<Vec<String>> {
        let mut words = Vec::new();
        let mut cleared = Vec::new();
        let has_list =
            |(_, given): (&Field, &Given)| matches!(given.value, Value::List(_)) && !given.value.clears();
        let replaces_lists = patch.edited_lists().is_empty() && patch.iter().any(has_list);
        if replaces_lists {
            words.push("--replace-lists".to_owned());
        }
        for (field, given) in patch.iter() {
            let word = |value: &dyn std::fmt::Display| format!("--{}={value}", field.flag());
            match (&given.value, patch.list_edit(field)) {
                (Value::List(items), Some(removed)) => {
                    words.extend(item_words(items)?);
                    for removal in removed {
                        let item = shorthand::write_matching(&removal.matching)?;
                        words.push(format!("--remove={}={item}", removal.matching.record().item_flag()));
                    }
                }
                (value, _) if value.clears() => cleared.push(field.name),
                // A field that a profile adds to the table has no flag.
                _ if CUSTOMER.field(field.name).is_none() => return None,
                // Beside items that are added, a whole list has to be given as one.
                (Value::List(items), None) => match item_words(items).filter(|_| replaces_lists) {
                    Some(items) => words.extend(items),
                    None => words.push(word(&wire::value(&given.value))),
                },
                (Value::Text(text), _) => words.push(word(&literal(text))),
                (Value::Bool(yes), _) => words.push(word(yes)),
                (Value::Date(day), _) => words.push(word(day)),
            }
        }
        if !cleared.is_empty() {
            words.push(format!("--clear={}", cleared.join(",")));
        }
        Some(words)
    }

    /// Reads the flags as a patch of this table. Every problem goes to `problems`.
    pub fn patch(&self, record: &'static Record, problems: &mut Vec<Problem>) -> Patch {
        let mut patch = Patch::new(record);
        for (flag, values) in &self.given {
            let field = flag.field();
            let source = Source::flag(&flag.name());
            if patch.mentions(field) {
                let message =
                    format!("{} and {} cannot be used together", source.describe(), other_flag(*flag));
                let problem = Problem::usage(message).hint("give the whole list by one of them");
                problems.push(problem.at(source).on(field.name));
                continue;
            }
            let read = match flag {
                Flag::Scalar(_) => scalar(field, &values[0], &source, problems),
                Flag::List(_) => list(field, &values[0], &source, problems),
                Flag::Item(_, record) => Some(items(field, record, values, &source, problems)),
            };
            match read {
                Some(value) => patch.set(field, value, source.clone()),
                None => patch.set_invalid(field),
            }
            if matches!(flag, Flag::Item(..)) && !self.replaces_lists() {
                patch.edit_list(field, Vec::new(), source);
            }
        }
        self.remove(&mut patch, problems);
        self.clear(&mut patch, problems);
        patch
    }

    fn remove(&self, patch: &mut Patch, problems: &mut Vec<Problem>) {
        let source = Source::flag("remove");
        for written in &self.others.remove {
            let list = written.split_once('=').and_then(|(name, item)| {
                let lists = Flag::all().filter_map(|flag| match flag {
                    Flag::Item(field, record) => Some((field, record)),
                    Flag::Scalar(_) | Flag::List(_) => None,
                });
                let named = |(field, record): &(&Field, &Record)| {
                    record.item_flag() == name || field.name.eq_ignore_ascii_case(name)
                };
                lists.into_iter().find(named).map(|(field, record)| (field, record, item))
            });
            let Some((field, record, item)) = list else {
                let message =
                    format!("--remove needs a list and one of its items, and {} is neither", quoted(written));
                let hint = "write it as in --remove email=old@example.com or --remove phone=3331234567";
                problems.push(Problem::usage(message).at(source.clone()).hint(hint));
                continue;
            };
            if self.replaces_lists() || patch.mentions(field) && patch.list_edit(field).is_none() {
                let message =
                    format!("nothing can be removed from {}, which is given as a whole", field.name);
                let problem = Problem::usage(message).hint("remove the item from the list that you give");
                problems.push(problem.at(source.clone()).on(field.name));
                continue;
            }
            let matching = shorthand::fields(record, &source.describe(), item, field.name, problems);
            patch.edit_list(field, vec![Removal { matching, source: source.clone() }], source.clone());
        }
    }

    fn clear(&self, patch: &mut Patch, problems: &mut Vec<Problem>) {
        let source = Source::flag("clear");
        let mut cleared: Vec<&str> = Vec::new();
        for name in &self.others.clear {
            if name.trim().is_empty() {
                let problem = Problem::usage("a name is missing in --clear").at(source.clone());
                let hint = "write the names with a comma between them: --clear notes,emails";
                problems.push(problem.hint(hint));
                continue;
            }
            if name.eq_ignore_ascii_case("all") {
                let fault = Fault::new(Rule::UNKNOWN_FIELD, "there is no field all")
                    .hint("name each field to clear: --clear notes,emails");
                problems.push(fault.at(name, source.clone()));
                continue;
            }
            let Some(field) = field_by_name(patch.record(), name) else {
                problems.push(file::unknown(patch.record(), name).at(name, source.clone()));
                continue;
            };
            let Some(value) = Value::empty(field) else {
                problems.push(cannot_clear().at(field.name, source.clone()));
                continue;
            };
            if cleared.contains(&field.name) {
                continue;
            }
            if patch.mentions(field) {
                let message = format!("{} is given a value and cleared at the same time", field.name);
                problems.push(Problem::usage(message).at(source.clone()).on(field.name));
                continue;
            }
            patch.set(field, value, source.clone());
            cleared.push(field.name);
        }
    }
}

/// The flags that give these items of a list. None if one has no shorthand.
fn item_words(items: &[Item]) -> Option<Vec<String>> {
    let word = |Item { patch, .. }: &Item| {
        Some(format!("--{}={}", patch.record().item_flag(), literal(&shorthand::write(patch)?)))
    };
    items.iter().map(word).collect()
}

/// A field by its wire name in any case, or by its flag.
pub fn field_by_name(record: &Record, name: &str) -> Option<&'static Field> {
    let name = name.trim_start_matches("--");
    record.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name) || field.flag() == name)
}

/// What is said of a field for which no value is the empty one.
pub fn cannot_clear() -> Fault {
    Fault::new(Rule::CANNOT_CLEAR, "a date or a true/false field cannot be cleared through this API")
        .hint("the service treats null and empty text as if the field was not given")
}

/// The other flag of a list.
fn other_flag(flag: Flag) -> String {
    let by_item = match flag {
        Flag::List(field) => field.record(),
        Flag::Item(..) | Flag::Scalar(_) => None,
    };
    format!("--{}", by_item.map_or_else(|| flag.field().flag(), Record::item_flag))
}

fn scalar(
    field: &'static Field,
    written: &str,
    source: &Source,
    problems: &mut Vec<Problem>,
) -> Option<Value> {
    let text = whole_value(field.name, written, source, problems)?;
    let read = match Value::parse(field, &text) {
        Ok(Value::Text(text)) if text.is_empty() => {
            let what = if written.is_empty() { "the value is empty" } else { "the file is empty" };
            Err(empty(field, what))
        }
        other => other,
    };
    let at_sign = missing_at_sign(&source.describe(), written, false);
    // Many a text is the name of some file by chance, but hardly one with an extension.
    if let (Ok(Value::Text(text)), Some(hint)) = (&read, &at_sign)
        && Path::new(text).extension().is_some()
    {
        let fault = Fault::new(Rule::FILE_NAME, format!("{} is the name of a file", quoted(text)));
        problems.push(fault.hint(hint).at(field.name, source.clone()));
    }
    let with_file = |fault: Fault| match at_sign {
        Some(hint) => fault.hint(hint),
        None => fault,
    };
    read.map_err(|fault| problems.push(with_file(fault).at(field.name, source.clone()))).ok()
}

fn items(
    field: &'static Field,
    record: &'static Record,
    values: &[String],
    source: &Source,
    problems: &mut Vec<Problem>,
) -> Value {
    let mut items = Vec::new();
    for (i, written) in values.iter().enumerate() {
        let place = format!("{}[{i}]", field.name);
        let patch = match whole_value(&place, written, source, problems) {
            None => Patch::invalid(record),
            Some(text) if text.trim().is_empty() => {
                problems.push(empty(field, "the value is empty").at(&place, source.clone()));
                Patch::invalid(record)
            }
            Some(text) => shorthand::item(record, &source.describe(), &text, &place, problems),
        };
        items.push(Item { patch, source: source.clone() });
    }
    Value::List(items)
}

fn list(field: &'static Field, written: &str, source: &Source, problems: &mut Vec<Problem>) -> Option<Value> {
    match FlagValue::of(field.name, written, source, problems)? {
        FlagValue::Inline(text) if text.trim().is_empty() => {
            problems.push(empty(field, "the value is empty").at(field.name, source.clone()));
            None
        }
        FlagValue::Inline(text) => file::inline_list(field, &source.describe(), text, problems),
        FlagValue::InFile(file) => file::list(field, &file, problems),
    }
}

/// An empty value, as of a shell variable that is not set.
fn empty(field: &Field, what: &str) -> Fault {
    let fault = Fault::new(Rule::EMPTY_TEXT, what);
    match field.need {
        Need::Optional => fault.hint(format!("to clear the field, write --clear {}", field.name)),
        Need::Required => fault.hint("fill it in: it is required in every patch"),
        Need::RequiredFor(client_type) => fault.hint(format!(
            "fill it in; unless the client is {}, --clear {} clears it",
            client_type.wire(),
            field.name
        )),
    }
}
