//! The question for a list: its items are added, changed and removed, each item's fields asked for like any other.

use super::{Prompt, Step, summary};
use crate::model::describe;
use crate::model::field::{Field, Record};
use crate::model::patch::{Item, Patch, Removal, Value};
use crate::model::problem::Source;
use crate::terminal::prompter::{Answer, Cancelled, Choice, Row};

/// What can be done with a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ListAction {
    Add,
    Change(usize),
    Remove(usize),
    Done,
    /// Send an empty list, which clears it.
    Clear,
    LeaveOut,
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
        let removed = self.removed_if_added_to(patch, field);
        let is_whole = removed.is_none();
        let reason =
            reason.or_else(|| (!is_whole).then(|| "Added to those that the customer has.".to_owned()));
        let mut items = match patch.value(field.name) {
            Some(Value::List(items)) => items.clone(),
            Some(Value::Text(_) | Value::Bool(_) | Value::Date(_)) | None => Vec::new(),
        };
        loop {
            let actions = actions(&items);
            let rows = actions.iter().map(|action| action_row(*action, record, &items));
            let (place, reason) = (field.name.to_owned(), reason.clone());
            let question = Choice { place, reason, ..Choice::new(field.label, rows) };
            let Answer::Given(chosen) = self.prompter.one(&question)? else {
                // Stepping back keeps the finished items.
                if !items.is_empty() {
                    set_list(patch, field, items, removed);
                }
                return Ok(Answer::Back);
            };
            match actions[chosen] {
                ListAction::Add => {
                    let place = format!("{}[{}]", field.name, items.len());
                    let mut begun = Patch::new(record);
                    let mark = record.main_mark().filter(|mark| is_whole && mains(&items, mark).is_empty());
                    if let Some(mark) = mark {
                        begun.set(mark, Value::Bool(true), Source::Prompt);
                    }
                    items.extend(self.new_item(begun, &place)?);
                }
                ListAction::Change(at) => {
                    self.change_item(&mut items[at].patch, &format!("{}[{at}]", field.name))?;
                    items[at].source = Source::Prompt;
                }
                ListAction::Remove(at) => {
                    items.remove(at);
                }
                ListAction::Done | ListAction::Clear => {
                    self.one_main(&mut items, record, is_whole)?;
                    set_list(patch, field, items, removed);
                    return Ok(Answer::Given(()));
                }
                ListAction::LeaveOut => {
                    patch.remove(field);
                    return Ok(Answer::Given(()));
                }
            }
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
        let removed = self.removed_if_added_to(patch, list);
        let Some(item) = items.get_mut(at) else { return Ok(Answer::Back) };
        let place = field.at(&format!("{}[{at}]", list.name));
        if self.value(&mut item.patch, field, &place, Some(reason))? == Answer::Back {
            return Ok(Answer::Back);
        }
        set_list(patch, list, items, removed);
        Ok(Answer::Given(()))
    }

    /// What is removed from the customer's list, if the answers are added to it; `None` if they are the whole list.
    fn removed_if_added_to(&self, patch: &Patch, list: &Field) -> Option<Vec<Removal>> {
        // Whoever cleared the list at the questions may think again.
        let was_cleared =
            patch.get(list.name).is_some_and(|given| given.value.clears() && given.source == Source::Prompt);
        match patch.list_edit(list) {
            Some(removed) => Some(removed.to_vec()),
            None => (!self.replaces_lists && (was_cleared || !patch.mentions(list))).then(Vec::new),
        }
    }

    /// Asks for what an item needs, and for what else it can have. None where the user steps back.
    fn new_item(&mut self, mut item: Patch, place: &str) -> Result<Option<Item>, Cancelled> {
        let record = item.record();
        let (needed, more): (Vec<&'static Field>, Vec<&'static Field>) =
            record.fields.iter().partition(|field| crate::model::rules::is_demanded(&item, field));
        if self.steps(&mut item, &needed, place)? == Answer::Back {
            return Ok(None);
        }
        if !more.is_empty() {
            let label = format!("More about this {}", record.name.to_lowercase());
            let rows = more.iter().map(|field| Row::new(field.label).detail(field.name));
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
        self.one_by_one(fields, |prompt, field| prompt.value(item, field, &field.at(place), None))
    }

    /// Lets one field of an item after the other be changed.
    fn change_item(&mut self, item: &mut Patch, place: &str) -> Result<(), Cancelled> {
        let fields = item.record().fields;
        loop {
            let value = |field: &Field| item.value(field.name).map(summary);
            let row =
                |field: &Field| Row::new(field.label).detail(value(field).unwrap_or_else(|| "—".to_owned()));
            let rows = std::iter::once(Row::new("Done")).chain(fields.iter().map(row));
            let question = Choice { place: place.to_owned(), ..Choice::new("Change", rows) };
            match self.prompter.one(&question)? {
                Answer::Back | Answer::Given(0) => return Ok(()),
                Answer::Given(at) => {
                    let field = &fields[at - 1];
                    self.value(item, field, &field.at(place), None)?;
                }
            }
        }
    }

    /// Where not exactly one item is marked as the main one, asks which of them is. Beside the items that the customer has
    /// none need be.
    fn one_main(
        &mut self,
        items: &mut [Item],
        record: &'static Record,
        is_whole: bool,
    ) -> Result<(), Cancelled> {
        let Some(mark) = record.main_mark() else { return Ok(()) };
        let mains = mains(items, mark);
        if mains.len() == 1 || items.is_empty() || mains.is_empty() && !is_whole {
            return Ok(());
        }
        let (candidates, rest, reason) = if mains.is_empty() {
            ((0..items.len()).collect(), "None of these", "None of them is marked as the main one.")
        } else {
            let reason = "More than one is marked as the main one; which one the service keeps is not known.";
            (mains, "All of these", reason)
        };
        let candidates: Vec<usize> = candidates;
        let row = |at: &usize| Row::new(format!("{}: {}", at + 1, item_summary(&items[*at].patch)));
        let rows = candidates.iter().map(row).chain([Row::new(rest)]);
        let label = format!("{}: which one", mark.label);
        // Enter alone must not choose.
        let question = Choice { reason: Some(reason.into()), start: None, ..Choice::new(label, rows) };
        let Answer::Given(kept) = self.prompter.one(&question)? else { return Ok(()) };
        if let Some(kept) = candidates.get(kept) {
            for at in &candidates {
                items[*at].patch.set(mark, Value::Bool(at == kept), Source::Prompt);
            }
        }
        Ok(())
    }
}

/// Gives the list these items: the whole list, or what is added to the customer's beside what is removed. An empty list
/// clears it.
fn set_list(patch: &mut Patch, list: &Field, items: Vec<Item>, removed: Option<Vec<Removal>>) {
    let removed = removed.filter(|_| !items.is_empty());
    patch.set(list, Value::List(items), Source::Prompt);
    if let Some(removed) = removed {
        patch.edit_list(list, removed, Source::Prompt);
    }
}

fn action_row(action: ListAction, record: &Record, items: &[Item]) -> Row {
    let numbered =
        |what: &str, at: usize| Row::new(format!("{what} {}: {}", at + 1, item_summary(&items[at].patch)));
    match action {
        ListAction::Add => Row::new(format!("Add: {}", describe::capitalised(record.name))),
        ListAction::Change(at) => numbered("Change", at),
        ListAction::Remove(at) => numbered("Remove", at),
        ListAction::Done => Row::new("Done"),
        ListAction::Clear => Row::new("Send an empty list, which clears it"),
        ListAction::LeaveOut => Row::new("Leave it out"),
    }
}

/// The items that are marked as the main one.
fn mains(items: &[Item], mark: &Field) -> Vec<usize> {
    (0..items.len()).filter(|at| items[*at].patch.is_true(mark)).collect()
}

fn actions(items: &[Item]) -> Vec<ListAction> {
    if items.is_empty() {
        return vec![ListAction::Add, ListAction::Clear, ListAction::LeaveOut];
    }
    let all = 0..items.len();
    let changes = all.clone().map(ListAction::Change);
    [ListAction::Done, ListAction::Add]
        .into_iter()
        .chain(changes)
        .chain(all.map(ListAction::Remove))
        .collect()
}

/// An item in one line: its values, the main one marked.
fn item_summary(item: &Patch) -> String {
    let is_true = |value: &Value| *value == Value::Bool(true);
    let words = item.iter().filter_map(|(field, given)| match field.is_main_mark() {
        true => is_true(&given.value).then(|| "main".to_owned()),
        false => Some(summary(&given.value)),
    });
    words.collect::<Vec<_>>().join(", ")
}
