//! A prompter that answers every question from a given patch: what flags can say, answers can say too.

use std::collections::HashMap;

use proptest::prelude::*;

use super::Prompt;
use super::question::written;
use crate::input::flags::FieldFlags;
use crate::model::arbitrary::{self, snapshot_of};
use crate::model::customer::CUSTOMER;
use crate::model::field::{Field, Kind};
use crate::model::list_edit::{self, ListMode};
use crate::model::patch::{Item, Patch, Removal, Value};
use crate::model::record::Snapshot;
use crate::model::{diff, fill, rules, wire};
use crate::terminal::prompter::{Answer, Cancelled, Choice, Prompter, Row, Text, Validator};

struct Script<'a> {
    target: &'a Patch,
    /// How many items of a list were added so far.
    added: HashMap<String, usize>,
    /// How many questions are answered at most; more mean that they never end.
    questions_left: usize,
}

impl Script<'_> {
    fn count_question(&mut self) {
        self.questions_left = self.questions_left.checked_sub(1).expect("the questions end");
    }

    /// The field at a place, and its value in the target.
    fn at(&self, place: &str) -> (&'static Field, Option<Value>) {
        let value = |patch: &Patch, name: &str| patch.value(name).cloned();
        match place.split_once("].") {
            None => (CUSTOMER.field(place).expect("a field"), value(self.target, place)),
            Some((list, name)) => {
                let (list, at) = list.split_once('[').expect("a list's item");
                let field = CUSTOMER.field(list).expect("a list");
                let item = self.items(list).remove(at.parse().expect("a number"));
                (
                    field.record().and_then(|record| record.field(name)).expect("a field"),
                    value(&item.patch, name),
                )
            }
        }
    }

    fn items(&self, list: &str) -> Vec<Item> {
        match self.target.value(list) {
            Some(Value::List(items)) => items.clone(),
            _ => Vec::new(),
        }
    }

    /// The items that the customer has are removed one by one, and then those of the target are added.
    fn of_list(&mut self, question: &Choice, value: Option<Value>) -> Option<usize> {
        let row = |label: &str| question.rows.iter().position(|row| row.label.starts_with(label));
        match value {
            None => return row("Don't change"),
            Some(value) if value.clears() => return row("Delete all").or_else(|| row("Don't change")),
            Some(_) => {}
        }
        let wanted = self.items(&question.place).len();
        let added = self.added.entry(question.place.clone()).or_default();
        let shown = row("Add ").expect("a row to add") - 1;
        if shown > *added {
            return Some(1);
        }
        if *added < wanted {
            *added += 1;
            return row("Add ");
        }
        Some(0)
    }
}

impl Prompter for Script<'_> {
    fn text(&mut self, question: &Text, validate: &mut Validator<'_>) -> Result<Answer<String>, Cancelled> {
        self.count_question();
        let (_, value) = self.at(&question.place);
        let answer = value.as_ref().map(written).unwrap_or_default();
        validate(&answer).unwrap_or_else(|why| panic!("{answer:?} for {}: {why}", question.place));
        Ok(Answer::Given(answer))
    }

    fn one(&mut self, question: &Choice) -> Result<Answer<usize>, Cancelled> {
        self.count_question();
        let row = |label: &str| question.rows.iter().position(|row| row.label.starts_with(label));
        if question.place.is_empty() {
            // Which of two main ones: as the target has it, all or none.
            return Ok(Answer::Given(
                row("All of these").or_else(|| row("None of these")).expect("the last row"),
            ));
        }
        if question.place.ends_with(']') {
            return Ok(Answer::Given(row("Remove this").expect("a row to remove")));
        }
        let (field, value) = self.at(&question.place);
        let found = match (field.kind, value) {
            (Kind::List(_), value) => self.of_list(question, value),
            (_, None) => row("Don't change it").or_else(|| row("None")).or_else(|| row("Leave it out")),
            (_, Some(Value::Bool(yes))) => row(if yes { "Yes" } else { "No" }),
            (_, Some(value)) if value.clears() => row("Delete it").or_else(|| row("Another value")),
            (_, Some(value)) => {
                let text = written(&value);
                let is_it = |row: &Row| {
                    let code = row.detail.strip_suffix("(now)").unwrap_or(&row.detail).trim();
                    if code.is_empty() { row.label == text } else { code == text }
                };
                question.rows.iter().position(is_it).or_else(|| row("Another value"))
            }
        };
        Ok(Answer::Given(found.unwrap_or_else(|| panic!("no response among {:?}", question.rows))))
    }

    fn several(&mut self, question: &Choice) -> Result<Answer<Vec<usize>>, Cancelled> {
        self.count_question();
        let wanted = |row: &usize| {
            let name = question.rows[*row].names.last().expect("the wire name is the last one");
            let inside = if question.place.is_empty() { "" } else { &format!("{}.", question.place) };
            self.at(&format!("{inside}{name}")).1.is_some()
        };
        Ok(Answer::Given((0..question.rows.len()).filter(wanted).collect()))
    }

    fn say(&mut self, _text: &str) {}
}

/// What the answers are checked by.
fn unchecked() -> rules::Options {
    rules::Options { unchecked: true, ..rules::Options::of_day(jiff::civil::date(2026, 1, 1)) }
}

/// The body that comes of answers from the target, over this record.
fn answered(target: &Patch, begun: Patch, record: Option<&Snapshot>) -> String {
    let mut script = Script { target, added: HashMap::new(), questions_left: 2000 };
    let mut patch = begun;
    let mut prompt = Prompt {
        prompter: &mut script,
        options: unchecked(),
        strict: false,
        record,
        lists: ListMode::Replace,
        replaces_lists: false,
    };
    let ended = prompt.fill(&mut patch, &[]);
    assert_eq!(ended, Ok(Answer::Given(())));
    wire::body(&prompt.completed(&patch))
}

/// What the target changes of the record: what is equal is not sent; a consent is, and a list that is given as a whole.
fn changes(target: &Patch, record: &Snapshot) -> Patch {
    target.clone().only(|field, given| {
        let is_same = match &given.value {
            Value::List(items) => {
                list_edit::present(field, record).is_ok_and(|present| diff::same_items(&present, items))
            }
            value => record.get(field) == Some(value),
        };
        !is_same || field.is_consent()
    })
}

/// The patch without the characters that the rules refuse, which nobody can answer with.
fn answerable(patch: &Patch) -> Patch {
    let mut clean = Patch::new(patch.record());
    for (field, given) in patch.iter() {
        let value = match &given.value {
            Value::Text(text) => Value::Text(text.chars().filter(|letter| !letter.is_control()).collect()),
            Value::List(items) => {
                let clean =
                    |item: &Item| Item { patch: answerable(&item.patch), source: item.source.clone() };
                Value::List(items.iter().map(clean).collect())
            }
            Value::Bool(_) | Value::Date(_) => given.value.clone(),
        };
        clean.set(field, value, given.source.clone());
    }
    clean
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_flags_can_say_can_be_answered(target in arbitrary::patch()) {
        let target = answerable(&target);
        prop_assume!(target.len() > 0);
        prop_assert_eq!(answered(&target, Patch::new(&CUSTOMER), None), wire::body(&target));
    }

    #[test]
    fn what_flags_can_say_can_be_answered_over_a_record(target in arbitrary::patch(), record in arbitrary::record()) {
        // What the rules refuse in the record would be asked for.
        let record = snapshot_of(&wire::object(&answerable(snapshot_of(&record).carried())));
        let target = answerable(&target);
        let mut expected = changes(&target, &record);
        prop_assume!(expected.len() > 0);
        fill::fill(&mut expected, &record);
        prop_assert_eq!(answered(&target, Patch::new(&CUSTOMER), Some(&record)), wire::body(&expected));
    }

    #[test]
    fn the_line_to_repeat_sends_the_same(patch in arbitrary::patch()) {
        let words = FieldFlags::write(&patch).expect("whole lists");
        let mut problems = Vec::new();
        let read = FieldFlags::of_words(&words).patch(&CUSTOMER, &mut problems);
        prop_assert_eq!(problems, Vec::new());
        prop_assert_eq!(wire::body(&read), wire::body(&patch));
    }
}

proptest! {
    #[test]
    fn the_line_to_repeat_edits_the_same_lists(patch in arbitrary::patch()) {
        let mut edited = patch.clone();
        for (field, given) in patch.iter() {
            if let Value::List(items) = &given.value {
                let removal = |item: &Item| Removal { matching: item.patch.clone(), source: item.source.clone() };
                edited.edit_list(field, items.iter().take(1).map(removal).collect(), given.source.clone());
            }
        }
        // An item without its mark, or with an empty text, cannot be written.
        let Some(words) = FieldFlags::write(&edited) else { return Ok(()) };
        let mut problems = Vec::new();
        let read = FieldFlags::of_words(&words).patch(&CUSTOMER, &mut problems);
        prop_assert_eq!(problems, Vec::new());
        let edits = |patch: &Patch| -> Vec<(&str, Vec<String>)> {
            let removed = |field| patch.list_edit(field).unwrap_or_default().iter();
            let edit = |field: &'static Field| {
                (field.name, removed(field).map(|removal| wire::body(&removal.matching)).collect())
            };
            patch.edited_lists().into_iter().map(edit).collect()
        };
        // A list that is neither added to nor removed from cannot be said, nor need it be.
        let says_something = |edit: &(&str, Vec<String>)| !edit.1.is_empty();
        let said: Vec<_> = edits(&edited).into_iter().filter(says_something).collect();
        prop_assert_eq!(edits(&read), said);
    }
}

#[test]
fn what_was_given_before_can_be_taken_out_again() {
    let value = |text: &str| Value::Text(text.to_owned());
    let with = |name: &str| {
        let mut patch = Patch::new(&CUSTOMER);
        patch.set(
            CUSTOMER.field(name).expect("a field"),
            value("Ada"),
            crate::model::problem::Source::flag("x"),
        );
        patch
    };
    assert_eq!(answered(&with("lastName"), with("firstName"), None), r#"{"lastName":"Ada"}"#);
}
