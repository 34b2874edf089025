//! The question for one value: a text with its examples, a day, a yes or no, a choice out of what is known.

use super::{Prompt, Step};
use crate::model::field::{Field, Kind, Shape};
use crate::model::patch::{Patch, Value};
use crate::model::problem::Source;
use crate::model::{describe, iso, rules};
use crate::terminal::prompter::{Answer, Choice, Row, Text};

/// What an answer of two double quotes stands for, since an empty one leaves the field out. An answer that is nothing
/// but double quotes loses two of them, so that every text can be given.
const EMPTY: &str = "\"\"";

/// A suggested answer.
struct Suggestion {
    row: Row,
    meaning: Meaning,
}

#[derive(Debug, Clone, PartialEq)]
enum Meaning {
    Value(Value),
    /// Nothing is sent for the field.
    LeaveOut,
    /// To be typed.
    Other,
}

impl Prompt<'_> {
    /// Asks for a field and sets the answer in `patch`. `place` is where the field is.
    pub(super) fn value(
        &mut self,
        patch: &mut Patch,
        field: &'static Field,
        place: &str,
        reason: Option<String>,
    ) -> Step {
        let suggestions = self.suggestions(patch, field, place);
        if suggestions.is_empty() {
            return self.typed(patch, field, place, reason);
        }
        let now = patch.value(field.name).cloned();
        let at = |meaning: &Meaning| suggestions.iter().position(|suggestion| suggestion.meaning == *meaning);
        // Where there is no value yet, Enter alone must not choose one that is sent.
        let start = match &now {
            Some(value) => at(&Meaning::Value(value.clone())).or_else(|| at(&Meaning::Other)),
            None => at(&Meaning::LeaveOut).filter(|row| *row == 0),
        };
        let rows = suggestions.iter().map(|suggestion| suggestion.row.clone());
        let mut question = Choice::new(field.label, rows);
        (question.place, question.reason, question.start) = (place.to_owned(), reason.clone(), start);
        let Answer::Given(chosen) = self.prompter.one(&question)? else { return Ok(Answer::Back) };
        match suggestions[chosen].meaning.clone() {
            Meaning::Value(value) => patch.set(field, value, Source::Prompt),
            Meaning::LeaveOut => patch.remove(field),
            Meaning::Other => return self.typed(patch, field, place, reason),
        }
        Ok(Answer::Given(()))
    }

    /// The answers suggested for a field; none where it is to be typed.
    fn suggestions(&self, patch: &Patch, field: &'static Field, place: &str) -> Vec<Suggestion> {
        let text =
            |code: &str, row: Row| Suggestion { row, meaning: Meaning::Value(Value::text(field, code)) };
        let code = |named: iso::Named| {
            text(named.code, Row { also: named.also, ..Row::new(named.name).detail(named.code) })
        };
        let other = Suggestion { row: Row::new("Another value…"), meaning: Meaning::Other };
        let leave_out = |label: &str| Suggestion { row: Row::new(label), meaning: Meaning::LeaveOut };
        match field.kind {
            Kind::Bool => return self.yes_or_no(patch, field, place),
            Kind::Date | Kind::List(_) => return Vec::new(),
            Kind::Text => {}
        }
        let is_listed = matches!(field.shape, Shape::Plain | Shape::Listed | Shape::ClientType);
        let mut suggestions: Vec<Suggestion> = if field.shape == Shape::Country {
            examples_first(field, iso::countries()).map(code).collect()
        } else if field.shape == Shape::Language {
            examples_first(field, iso::languages()).map(code).collect()
        } else if is_listed && field.examples.len() > 1 {
            field.examples.iter().map(|example| text(example, Row::new(*example))).collect()
        } else {
            return Vec::new();
        };
        let has_open_end = field.shape != Shape::ClientType || self.options.unchecked;
        suggestions.extend(has_open_end.then_some(other));
        if !self.is_demanded(patch, field) {
            suggestions.push(leave_out("Leave it out"));
        }
        suggestions
    }

    /// For a consent "leave it as it is" comes first, unless the rules demand an answer. The mark of a main item is no
    /// consent.
    fn yes_or_no(&self, patch: &Patch, field: &'static Field, place: &str) -> Vec<Suggestion> {
        let value =
            |label: &str, yes| Suggestion { row: Row::new(label), meaning: Meaning::Value(Value::Bool(yes)) };
        let leave = Suggestion { row: Row::new("Leave it as it is"), meaning: Meaning::LeaveOut };
        if field.is_consent() && place == field.name {
            let leave = (!self.is_demanded(patch, field)).then_some(leave);
            leave.into_iter().chain([value("Yes", true), value("No", false)]).collect()
        } else {
            let leave = self.options.unchecked.then_some(leave);
            vec![value("No", false), value("Yes", true)].into_iter().chain(leave).collect()
        }
    }

    /// Asks for a text or a day to be typed. An empty answer leaves the field out.
    fn typed(
        &mut self,
        patch: &mut Patch,
        field: &'static Field,
        place: &str,
        reason: Option<String>,
    ) -> Step {
        let is_demanded = self.is_demanded(patch, field);
        let in_item = place != field.name;
        let question = Text {
            label: field.label.to_owned(),
            place: place.to_owned(),
            reason,
            help: help(field, is_demanded),
            initial_is_mark: patch.value(field.name).is_some_and(Value::clears),
            initial: patch.value(field.name).map(written).unwrap_or_default(),
            can_be_left_out: !is_demanded,
            has_lines: field.shape == Shape::Lines,
        };
        let (options, strict) = (self.options, self.strict);
        let mut validate = |answer: &str| {
            let text = unquoted(answer);
            if is_demanded && text.trim().is_empty() {
                return Err(describe::why(field, in_item));
            }
            if answer.is_empty() || text.is_empty() {
                return Ok(());
            }
            rules::check_answer(field, &text, options, strict).map(|_| ()).map_err(|fault| match fault.hint {
                Some(hint) => format!("{}; {hint}", fault.message),
                None => fault.message,
            })
        };
        let Answer::Given(answer) = self.prompter.text(&question, &mut validate)? else {
            return Ok(Answer::Back);
        };
        if answer.is_empty() {
            patch.remove(field);
        } else if let Ok(value) = Value::parse(field, &unquoted(&answer)) {
            patch.set(field, value, Source::Prompt);
        }
        Ok(Answer::Given(()))
    }
}

/// How to answer: an example, and how a text is emptied.
fn help(field: &Field, is_demanded: bool) -> String {
    let mut parts: Vec<String> = Vec::new();
    match field.kind {
        Kind::Date => parts.push(format!("a day as in {}", field.examples.first().unwrap_or(&"2020-12-30"))),
        Kind::Text | Kind::Bool | Kind::List(_) => {
            parts.extend(field.examples.first().map(|example| format!("as in {example}")));
        }
    }
    if !is_demanded && matches!(field.kind, Kind::Text) {
        parts.push(format!("{EMPTY} empties it"));
    }
    parts.join(" · ")
}

/// All codes, the page's examples first.
fn examples_first(field: &Field, all: Vec<iso::Named>) -> impl Iterator<Item = iso::Named> {
    let rank = |code: &str| field.examples.iter().position(|example| *example == code);
    let mut all = all;
    all.sort_by_key(|named| rank(named.code).unwrap_or(usize::MAX));
    all.into_iter()
}

fn unquoted(answer: &str) -> String {
    let is_quotes = answer.len() >= EMPTY.len() && answer.bytes().all(|byte| byte == b'"');
    if is_quotes { answer[EMPTY.len()..].to_owned() } else { answer.to_owned() }
}

/// A value as the answer that gives it.
pub(super) fn written(value: &Value) -> String {
    match value {
        Value::Text(text) if text.bytes().all(|byte| byte == b'"') && text.len() != 1 => {
            format!("{EMPTY}{text}")
        }
        Value::Text(text) => text.clone(),
        Value::Date(day) => day.to_string(),
        Value::Bool(_) | Value::List(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_has_an_answer_that_gives_it() {
        for text in ["", "a", "\"", "\"\"", "\"\"\"", "\"a\""] {
            let answer = written(&Value::Text(text.to_owned()));
            assert!(!answer.is_empty(), "{text:?} would be left out");
            assert_eq!(unquoted(&answer), text);
        }
    }
}
