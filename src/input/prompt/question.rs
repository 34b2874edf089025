//! The question for one value: a text with its examples, a day, a yes or no, a choice out of what is known.

use super::{Prompt, Step, row};
use crate::model::date;
use crate::model::field::{Field, Kind, Shape};
use crate::model::patch::{Patch, Value};
use crate::model::problem::Source;
use crate::model::{describe, iso, rules};
use crate::terminal::prompter::{Answer, Choice, Empty, Row, Text};

/// What an answer of two double quotes stands for, since an empty one changes nothing. An answer that is nothing
/// but double quotes loses two of them, so that every text can be given.
const EMPTY: &str = "\"\"";

/// A suggested answer.
struct Suggestion {
    row: Row,
    meaning: Meaning,
}

impl Suggestion {
    fn new(row: Row, meaning: Meaning) -> Suggestion {
        Suggestion { row, meaning }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Meaning {
    Value(Value),
    /// Nothing is sent for the field.
    LeaveOut,
    /// To be typed.
    Other,
}

/// What is asked for: a field of the customer, or of an item of a list.
struct Subject<'a> {
    field: &'static Field,
    place: &'a str,
    /// What the customer's record holds there; `None` where that is not known, and in an item, whose values are in
    /// the patch.
    present: Option<&'a Value>,
    is_demanded: bool,
}

impl Subject<'_> {
    fn is_in_item(&self) -> bool {
        self.place != self.field.name
    }

    /// Whether the value is the one that the record holds, which is not sent again. A consent is: to repeat it can be
    /// meant.
    fn is_present(&self, value: &Value) -> bool {
        self.present == Some(value) && !self.field.is_consent()
    }

    /// What the record holds, unless it is an empty text.
    fn held(&self) -> Option<&Value> {
        self.present.filter(|value| !value.clears())
    }
}

impl Prompt<'_> {
    /// Asks for a field and sets the answer in `patch`. `place` is where the field is, `present` what the customer's
    /// record holds there.
    pub(super) fn value(
        &mut self,
        patch: &mut Patch,
        field: &'static Field,
        place: &str,
        present: Option<&Value>,
        reason: Option<String>,
    ) -> Step {
        let subject = Subject { field, place, present, is_demanded: self.is_demanded(patch, field) };
        let now = patch.value(field.name).or(present).cloned();
        let suggestions = self.suggestions(&subject, now.as_ref());
        if suggestions.is_empty() {
            return self.typed(patch, &subject, reason);
        }
        let at = |meaning: &Meaning| suggestions.iter().position(|suggestion| suggestion.meaning == *meaning);
        // Where there is no value yet, Enter alone must not choose one that is sent.
        let is_kept = patch.get(field.name).is_none() && field.is_consent();
        let start = match now.filter(|_| !is_kept) {
            Some(value) => at(&Meaning::Value(value)).or_else(|| at(&Meaning::Other)),
            None if field.is_main_mark() => Some(0),
            None => at(&Meaning::LeaveOut),
        };
        let rows = suggestions.iter().map(|suggestion| suggestion.row.clone());
        let mut question = Choice::new(format!("{}?", field.label), rows);
        (question.place, question.reason, question.start) = (place.to_owned(), reason.clone(), start);
        loop {
            let Answer::Given(chosen) = self.prompter.one(&question)? else { return Ok(Answer::Back) };
            match suggestions[chosen].meaning.clone() {
                Meaning::Value(value) if subject.is_present(&value) => patch.remove(field),
                Meaning::Value(value) => patch.set(field, value, Source::Prompt),
                Meaning::LeaveOut => patch.remove(field),
                Meaning::Other => match self.typed(patch, &subject, reason.clone())? {
                    Answer::Given(()) => {}
                    Answer::Back => continue,
                },
            }
            return Ok(Answer::Given(()));
        }
    }

    /// The answers suggested for a field, which has this value now; none where it is to be typed.
    fn suggestions(&self, subject: &Subject<'_>, now: Option<&Value>) -> Vec<Suggestion> {
        let field = subject.field;
        let text = |code: &str, row: Row| Suggestion::new(row, Meaning::Value(Value::text(field, code)));
        let code = |named: iso::Named| {
            let names = std::iter::once(named.code).chain(named.also.split("; ")).map(str::to_owned);
            text(named.code, Row { names: names.collect(), ..Row::new(named.name).detail(named.code) })
        };
        match field.kind {
            Kind::Bool => return yes_or_no(subject),
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
        if let Some(now) = now.filter(|value| !value.clears()) {
            let meaning = Meaning::Value(now.clone());
            let known = suggestions.iter().position(|suggestion| suggestion.meaning == meaning);
            let at = known.unwrap_or_else(|| {
                suggestions.insert(0, Suggestion::new(Row::new(row::summary(field, now)), meaning));
                0
            });
            let row = &mut suggestions[at].row;
            row.detail = format!("{} (now)", row.detail).trim_start().to_owned();
        }
        let leave_out = |label: &str| Suggestion::new(Row::new(label), Meaning::LeaveOut);
        if !subject.is_demanded && subject.is_in_item() {
            suggestions.insert(0, leave_out("None"));
        } else if !subject.is_demanded && subject.held().is_none() {
            suggestions.insert(0, leave_out("Don't change it"));
        }
        let has_open_end = field.shape != Shape::ClientType || self.options.unchecked;
        suggestions.extend(has_open_end.then(|| Suggestion::new(Row::new("Another value…"), Meaning::Other)));
        if !subject.is_demanded && !subject.is_in_item() {
            let empty = Meaning::Value(Value::Text(String::new()));
            suggestions.push(Suggestion::new(Row::new("Delete it"), empty));
        }
        suggestions
    }

    /// Asks for a text or a day to be typed.
    fn typed(&mut self, patch: &mut Patch, subject: &Subject<'_>, reason: Option<String>) -> Step {
        let Subject { field, place, present, is_demanded } = *subject;
        let in_item = subject.is_in_item();
        let now = patch.value(field.name).or(present);
        let empty = match subject.held() {
            _ if is_demanded => Empty::Refused,
            Some(Value::Text(_)) => Empty::Clears,
            Some(Value::Bool(_) | Value::Date(_) | Value::List(_)) => Empty::Refused,
            None => Empty::LeavesOut,
        };
        let question = Text {
            label: field.label.to_owned(),
            place: place.to_owned(),
            reason,
            help: help(field, is_demanded),
            present: now.map(written).unwrap_or_default(),
            empty,
            has_lines: field.shape == Shape::Lines,
            offer: matches!(field.kind, Kind::Date).then_some(only_day),
        };
        let (options, strict) = (self.options, self.strict);
        let mut validate = |answer: &str| {
            let text = unquoted(answer);
            if is_demanded && Value::Text(text.clone()).is_blank() {
                return Err(describe::why(field, in_item));
            }
            if answer.is_empty() || text.is_empty() {
                return match (empty, field.kind) {
                    (Empty::Refused, Kind::Date) => {
                        Err("a date cannot be deleted through this API".to_owned())
                    }
                    _ => Ok(()),
                };
            }
            rules::check_answer(field, &text, options, strict).map(|_| ()).map_err(|fault| match fault.hint {
                Some(hint) => format!("{}; {hint}", fault.message),
                None => fault.message,
            })
        };
        let Answer::Given(answer) = self.prompter.text(&question, &mut validate)? else {
            return Ok(Answer::Back);
        };
        let value = match answer.as_str() {
            "" if empty == Empty::Clears => Some(Value::Text(String::new())),
            "" => None,
            answer => Value::parse(field, &unquoted(answer)).ok(),
        };
        match value {
            Some(value) if !subject.is_present(&value) => patch.set(field, value, Source::Prompt),
            Some(_) | None => patch.remove(field),
        }
        Ok(Answer::Given(()))
    }
}

/// For a consent "don't change it" comes first, unless an answer is needed. The mark of a main item is no consent.
fn yes_or_no(subject: &Subject<'_>) -> Vec<Suggestion> {
    let value = |label: &str, yes| Suggestion::new(Row::new(label), Meaning::Value(Value::Bool(yes)));
    if subject.is_in_item() {
        let leave = Suggestion::new(Row::new("Leave it out"), Meaning::LeaveOut);
        let leave = (!subject.is_demanded).then_some(leave);
        return [value("No", false), value("Yes", true)].into_iter().chain(leave).collect();
    }
    let now = match subject.present {
        Some(Value::Bool(yes)) => Some(if *yes { "now yes" } else { "now no" }),
        Some(Value::Text(_) | Value::Date(_) | Value::List(_)) | None => None,
    };
    let row = Row::new("Don't change it").detail(now.unwrap_or_default());
    let leave = (now.is_some() || !subject.is_demanded).then(|| Suggestion::new(row, Meaning::LeaveOut));
    leave.into_iter().chain([value("Yes", true), value("No", false)]).collect()
}

/// The day that a text in another notation certainly stands for.
fn only_day(text: &str) -> Option<String> {
    date::only_reading(text).map(|day| day.to_string())
}

/// How to answer: an example, and how a text is emptied.
fn help(field: &Field, is_demanded: bool) -> String {
    let mut parts: Vec<String> = Vec::new();
    match field.kind {
        Kind::Date => parts.push(format!("a date as in {}", field.examples.first().unwrap_or(&"2020-12-30"))),
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
