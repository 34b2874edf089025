//! The question for a list: it begins with the items that the customer has; they are changed and removed, and others
//! added, each item's fields asked for like any other.

use super::{Prompt, Step, row};
use crate::model::describe;
use crate::model::field::{Field, Record};
use crate::model::list_edit::{self, ListMode};
use crate::model::patch::{Item, Patch, Value};
use crate::model::problem::Source;
use crate::model::{diff, rules};
use crate::terminal::prompter::{Answer, Cancelled, Choice, Row};

/// What the items that are answered are to the customer's list.
enum Base {
    /// They are the list as it becomes; these are the items that the customer has now.
    Present(Vec<Item>),
    /// They are added to what the customer has.
    Added,
    /// They are the whole list, and what the customer has is not known or does not matter, for this reason.
    Whole(String),
}

impl Base {
    fn reason(&self) -> Option<String> {
        match self {
            Base::Present(_) => None,
            Base::Added => Some("The service adds these to the items that the customer has.".to_owned()),
            Base::Whole(why) => Some(why.clone()),
        }
    }
}

/// What can be done with a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ListAction {
    Done,
    LeaveOut,
    Item(usize),
    Add,
    /// Send an empty list, which clears it.
    Clear,
}

impl Prompt<'_> {
    /// Asks for the items of a list field and sets the list in the patch.
    pub(super) fn items(
        &mut self,
        patch: &mut Patch,
        field: &'static Field,
        record: &'static Record,
        reason: Option<String>,
    ) -> Step {
        let base = self.base(field);
        let reason = reason.or_else(|| base.reason());
        let mut items = match (patch.value(field.name), &base) {
            (Some(Value::List(items)), _) => items.clone(),
            (Some(Value::Text(_) | Value::Bool(_) | Value::Date(_)) | None, Base::Present(items)) => {
                items.clone()
            }
            (Some(Value::Text(_) | Value::Bool(_) | Value::Date(_)) | None, _) => Vec::new(),
        };
        let before = items.clone();
        loop {
            let actions = actions(&items, &base);
            let rows = actions.iter().map(|action| action_row(*action, field, record, &items));
            let (place, reason) = (field.name.to_owned(), reason.clone());
            let question = Choice { place, reason, ..Choice::new(format!("{}?", field.label), rows) };
            let Answer::Given(chosen) = self.prompter.one(&question)? else {
                // Stepping back keeps what was done.
                if items != before {
                    set_list(patch, field, items, &base);
                }
                return Ok(Answer::Back);
            };
            match actions[chosen] {
                ListAction::Add => self.add_item(&mut items, field, record, &base)?,
                ListAction::Item(at) => {
                    let place = format!("{}[{at}]", field.name);
                    self.change_item(&mut items, at, &place, record)?;
                }
                ListAction::Done => {
                    if self.one_main(&mut items, record, &base)? == Answer::Given(()) {
                        set_list(patch, field, items, &base);
                        return Ok(Answer::Given(()));
                    }
                }
                ListAction::Clear => {
                    patch.set(field, Value::List(Vec::new()), Source::Prompt);
                    return Ok(Answer::Given(()));
                }
                ListAction::LeaveOut => {
                    patch.remove(field);
                    return Ok(Answer::Given(()));
                }
            }
        }
    }

    /// What the answers are to the list that the customer has.
    fn base(&self, field: &'static Field) -> Base {
        if self.lists == ListMode::Append {
            return Base::Added;
        }
        let whole = |why: &str| {
            let name = field.label.to_lowercase();
            Base::Whole(format!("{why}. What you give here replaces all {name} that the customer has."))
        };
        match self.record {
            _ if self.replaces_lists => whole("--replace-lists is given"),
            None => whole("The customer's record is not known here"),
            Some(record) => match list_edit::present(field, record) {
                Ok(items) => Base::Present(items),
                Err(why) => whole(&format!("The customer's list is not known: {why}")),
            },
        }
    }

    /// Asks for one field of one item of a list that is in the patch.
    pub(super) fn item_value(
        &mut self,
        patch: &mut Patch,
        list: &'static Field,
        at: usize,
        field: &'static Field,
        reason: String,
    ) -> Step {
        let Some(Value::List(mut items)) = patch.value(list.name).cloned() else { return Ok(Answer::Back) };
        let Some(item) = items.get_mut(at) else { return Ok(Answer::Back) };
        let place = field.at(&format!("{}[{at}]", list.name));
        if self.value(&mut item.patch, field, &place, None, Some(reason))? == Answer::Back {
            return Ok(Answer::Back);
        }
        set_list(patch, list, items, &self.base(list));
        Ok(Answer::Given(()))
    }

    /// Asks for a new item. The first one of a whole list is the main one.
    fn add_item(
        &mut self,
        items: &mut Vec<Item>,
        field: &'static Field,
        record: &'static Record,
        base: &Base,
    ) -> Result<(), Cancelled> {
        let place = format!("{}[{}]", field.name, items.len());
        let mut begun = Patch::new(record);
        let is_added = matches!(base, Base::Added);
        let mark = record.main_mark().filter(|_| items.is_empty() && !is_added);
        if let Some(mark) = mark {
            begun.set(mark, Value::Bool(true), Source::Prompt);
        }
        if let Some(item) = self.new_item(begun, &place)? {
            let at = items.len();
            items.push(item);
            take_mark(items, at, record);
        }
        Ok(())
    }

    /// Asks for what an item needs, and for what else it can have. None where the user steps back.
    fn new_item(&mut self, mut item: Patch, place: &str) -> Result<Option<Item>, Cancelled> {
        let record = item.record();
        let (needed, more): (Vec<&'static Field>, Vec<&'static Field>) =
            record.fields.iter().partition(|field| rules::is_demanded(&item, field));
        if self.steps(&mut item, &needed, place)? == Answer::Back {
            return Ok(None);
        }
        if !more.is_empty() {
            let label = format!("What else do you want to give of this {}?", describe::item(record));
            let rows = more.iter().map(|field| row::of_item(field, &item));
            let mut question = Choice::new(label, rows);
            (question.place, question.may_be_empty) = (place.to_owned(), true);
            // The item is complete before this question, so stepping back keeps it.
            if let Answer::Given(chosen) = self.prompter.several(&question)? {
                let chosen: Vec<&'static Field> = chosen.into_iter().map(|at| more[at]).collect();
                self.steps(&mut item, &chosen, place)?;
            }
        }
        Ok(Some(Item { patch: item, source: Source::Prompt }))
    }

    fn steps(&mut self, item: &mut Patch, fields: &[&'static Field], place: &str) -> Step {
        self.one_by_one(fields, |prompt, field| prompt.value(item, field, &field.at(place), None, None))
    }

    /// Lets one field of an item after the other be changed, or the item be removed.
    fn change_item(
        &mut self,
        items: &mut Vec<Item>,
        at: usize,
        place: &str,
        record: &'static Record,
    ) -> Result<(), Cancelled> {
        let name = describe::item(record);
        let (remove, done) = (record.fields.len(), record.fields.len() + 1);
        let mut start = 0;
        loop {
            let item = &items[at].patch;
            let ends = [format!("Remove this {name}"), "Done".to_owned()].map(Row::new);
            let rows = record.fields.iter().map(|field| row::of_item(field, item)).chain(ends);
            let label = format!("{}: what do you want to change?", row::item(item));
            let question = Choice { place: place.to_owned(), start: Some(start), ..Choice::new(label, rows) };
            let chosen = match self.prompter.one(&question)? {
                Answer::Given(chosen) if chosen < done => chosen,
                Answer::Back | Answer::Given(_) => return Ok(()),
            };
            if chosen == remove {
                items.remove(at);
                return Ok(());
            }
            let field = &record.fields[chosen];
            let before = item.clone();
            self.value(&mut items[at].patch, field, &field.at(place), None, None)?;
            if items[at].patch != before {
                items[at].source = Source::Prompt;
                if record.main_mark().is_some_and(|mark| !before.is_true(mark)) {
                    take_mark(items, at, record);
                }
                // Most items need one correction.
                start = done;
            }
        }
    }

    /// Where not exactly one item is marked as the main one, asks which of them is. Beside the items that the customer has
    /// none need be.
    fn one_main(&mut self, items: &mut [Item], record: &'static Record, base: &Base) -> Step {
        let Some(mark) = record.main_mark() else { return Ok(Answer::Given(())) };
        let mains = mains(items, mark);
        let none_will_do = items.is_empty() || matches!(base, Base::Added);
        if mains.len() == 1 || mains.is_empty() && none_will_do {
            return Ok(Answer::Given(()));
        }
        let (candidates, rest, reason) = if mains.is_empty() {
            ((0..items.len()).collect(), "None of these", "None of them is marked as the main one.")
        } else {
            let reason =
                "More than one is marked as the main one. It is not known which one the service keeps.";
            (mains, "All of these", reason)
        };
        let candidates: Vec<usize> = candidates;
        let rows = candidates.iter().map(|at| Row::new(row::item(&items[*at].patch))).chain([Row::new(rest)]);
        let label = format!("Which is the main {}?", describe::item(record));
        // Enter alone must not choose.
        let question = Choice { reason: Some(reason.into()), start: None, ..Choice::new(label, rows) };
        let Answer::Given(kept) = self.prompter.one(&question)? else { return Ok(Answer::Back) };
        if let Some(kept) = candidates.get(kept) {
            for at in &candidates {
                items[*at].patch.set(mark, Value::Bool(at == kept), Source::Prompt);
            }
        }
        Ok(Answer::Given(()))
    }
}

/// An item that has become the main one takes the mark from those that the customer has. Of several that were answered
/// the person is asked.
fn take_mark(items: &mut [Item], main: usize, record: &Record) {
    let Some(mark) = record.main_mark().filter(|mark| items[main].patch.is_true(mark)) else { return };
    for (_, other) in
        items.iter_mut().enumerate().filter(|(at, item)| *at != main && item.patch.is_true(mark))
    {
        if other.patch.get(mark.name).is_some_and(|given| given.source == Source::Record) {
            other.patch.set(mark, Value::Bool(false), Source::Prompt);
        }
    }
}

/// Gives the list these items: the whole list, or what is added to the customer's. A list that is as the customer has
/// it is not sent.
fn set_list(patch: &mut Patch, list: &Field, items: Vec<Item>, base: &Base) {
    let is_unchanged = match base {
        Base::Present(present) => diff::same_items(present, &items),
        Base::Added | Base::Whole(_) => items.is_empty(),
    };
    if is_unchanged {
        return patch.remove(list);
    }
    patch.set(list, Value::List(items), Source::Prompt);
    if matches!(base, Base::Added) {
        patch.edit_list(list, Vec::new(), Source::Prompt);
    }
}

fn action_row(action: ListAction, field: &Field, record: &Record, items: &[Item]) -> Row {
    let all = field.label.to_lowercase();
    match action {
        ListAction::Add => Row::new(format!("Add {}", describe::an_item(record))),
        ListAction::Item(at) => Row::new(row::item(&items[at].patch)),
        ListAction::Done => Row::new("Done"),
        ListAction::Clear => Row::new(format!("Delete all {all}")),
        ListAction::LeaveOut => Row::new(format!("Don't change {all}")),
    }
}

/// The items that are marked as the main one.
fn mains(items: &[Item], mark: &Field) -> Vec<usize> {
    (0..items.len()).filter(|at| items[*at].patch.is_true(mark)).collect()
}

/// What can be done now: to leave comes first, where nothing was done, and else to go on.
fn actions(items: &[Item], base: &Base) -> Vec<ListAction> {
    let is_unchanged = match base {
        Base::Present(present) => diff::same_items(present, items),
        Base::Added | Base::Whole(_) => items.is_empty(),
    };
    let first = if is_unchanged { ListAction::LeaveOut } else { ListAction::Done };
    let clears = match base {
        Base::Added => false,
        Base::Present(present) => !present.is_empty(),
        Base::Whole(_) => true,
    };
    std::iter::once(first)
        .chain((0..items.len()).map(ListAction::Item))
        .chain([ListAction::Add])
        .chain(clears.then_some(ListAction::Clear))
        .chain((!is_unchanged).then_some(ListAction::LeaveOut))
        .collect()
}
