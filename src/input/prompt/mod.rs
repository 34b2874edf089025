//! Input by questions: which fields are asked for, in which order, until the rules find nothing wrong.
//!
//! The questions come from the table, and what is missing or wrong comes from `rules`. `question` asks for one value,
//! `items` for a list; the answers come from a [`Prompter`].

mod items;
mod question;
#[cfg(test)]
mod script;

use crate::model::customer::CUSTOMER;
use crate::model::field::{Field, Group, Kind};
use crate::model::patch::{Given, Patch, Value};
use crate::model::problem::{Problem, ProblemId, Rule, Source};
use crate::model::{describe, rules};
use crate::terminal::prompter::{Answer, Cancelled, Choice, Prompter, Row};

/// How questions went whose answers are in the patch already.
type Step = Result<Answer<()>, Cancelled>;

/// The questions about one customer.
pub struct Prompt<'a> {
    prompter: &'a mut dyn Prompter,
    options: rules::Options,
    /// Warnings are refused like errors.
    strict: bool,
    /// The items that are answered are a whole list, instead of being added to the customer's.
    pub replaces_lists: bool,
}

impl<'a> Prompt<'a> {
    pub fn new(prompter: &'a mut dyn Prompter, options: rules::Options, strict: bool) -> Prompt<'a> {
        Prompt { prompter, options, strict, replaces_lists: false }
    }

    pub fn say(&mut self, text: &str) {
        self.prompter.say(text);
    }

    pub fn prompter(&mut self) -> &mut dyn Prompter {
        self.prompter
    }

    /// Lets the user choose fields and answer for them, and then for what the rules still demand. `prior_problems` are
    /// those of the other inputs; their fields are asked for again.
    ///
    /// # Errors
    /// The user cancelled.
    pub fn fill(&mut self, patch: &mut Patch, prior_problems: &[Problem]) -> Step {
        let mut asked = Vec::new();
        loop {
            let Answer::Given(chosen) = self.choose(patch, &asked)? else {
                if self.leaves_answers(patch)? {
                    return Ok(Answer::Back);
                }
                continue;
            };
            asked = chosen;
            if self.answer_all(patch, &asked, prior_problems)? == Answer::Back {
                continue;
            }
            if self.complete(patch)? == Answer::Given(()) {
                return Ok(Answer::Given(()));
            }
        }
    }

    /// Whether the user, having stepped back out of everything, wants to leave and lose the answers.
    fn leaves_answers(&mut self, patch: &Patch) -> Result<bool, Cancelled> {
        if !patch.iter().any(|(_, given)| given.source == Source::Prompt) {
            return Ok(true);
        }
        let rows = ["Go on", "Leave, and lose what was answered"];
        let question = Choice::new("Leave", rows.map(Row::new));
        Ok(self.prompter.one(&question)? == Answer::Given(1))
    }

    /// Lets the user change one field that has a value already, and then completes the patch anew.
    ///
    /// # Errors
    /// The user cancelled.
    pub fn change(&mut self, patch: &mut Patch) -> Step {
        let fields: Vec<&'static Field> = patch.iter().map(|(field, _)| field).collect();
        let rows = fields.iter().map(|field| Row { group: "", ..row(field, patch) });
        let question = Choice::new("Change which field", rows);
        let Answer::Given(chosen) = self.prompter.one(&question)? else { return Ok(Answer::Back) };
        if self.field(patch, fields[chosen], None)? == Answer::Back {
            return Ok(Answer::Back);
        }
        self.complete(patch)
    }

    /// The choice of the fields, chosen to begin with what was given and what was chosen before. What is no longer
    /// chosen leaves the patch; the fields that wait for a value are returned in the order of asking.
    fn choose(
        &mut self,
        patch: &mut Patch,
        before: &[&'static Field],
    ) -> Result<Answer<Vec<&'static Field>>, Cancelled> {
        let fields: Vec<&'static Field> = Group::ALL
            .into_iter()
            .flat_map(|group| CUSTOMER.fields.iter().filter(move |field| field.group == group))
            .collect();
        // A field that another input got wrong has no value and is asked for again: the cursor starts there.
        let waits = |field: &&Field| patch.mentions(field) && patch.get(field.name).is_none();
        let marked = |field: &&'static Field| {
            let row = row(field, patch);
            Row { chosen: row.chosen || before.iter().any(|chosen| chosen.name == field.name), ..row }
        };
        let mut question = Choice::new("Which fields do you want to change", fields.iter().map(marked));
        question.start = Some(fields.iter().position(waits).unwrap_or(0));
        let Answer::Given(chosen) = self.prompter.several(&question)? else { return Ok(Answer::Back) };
        for (i, field) in fields.iter().enumerate() {
            if !chosen.contains(&i) {
                patch.remove(field);
            }
        }
        let waiting = |field: &&'static Field| patch.get(field.name).is_none();
        let mut asked: Vec<&'static Field> = chosen.into_iter().map(|i| fields[i]).filter(waiting).collect();
        // In the table's order, the consents apart, behind the rest.
        asked.sort_by_key(|field| (field.is_consent(), CUSTOMER.position(field)));
        Ok(Answer::Given(asked))
    }

    fn answer_all(
        &mut self,
        patch: &mut Patch,
        fields: &[&'static Field],
        prior_problems: &[Problem],
    ) -> Step {
        let mut in_consents = false;
        self.one_by_one(fields, |prompt, field| {
            if field.is_consent() && !in_consents {
                in_consents = true;
                prompt.say("Consents: only what the customer said; leaving one as it is sends nothing.");
            }
            let reason = prior_problems.iter().find(|problem| head(problem) == Some(field.name));
            prompt.field(patch, field, reason.map(|problem| problem.message.clone()))
        })
    }

    /// Asks for one field after the other; a step back leads to the one before.
    fn one_by_one(
        &mut self,
        fields: &[&'static Field],
        mut ask: impl FnMut(&mut Self, &'static Field) -> Step,
    ) -> Step {
        let mut at = 0;
        while let Some(field) = fields.get(at) {
            at = match (ask(self, field)?, at) {
                (Answer::Given(()), _) => at + 1,
                (Answer::Back, 0) => return Ok(Answer::Back),
                (Answer::Back, _) => at - 1,
            };
        }
        Ok(Answer::Given(()))
    }

    /// Asks for what the rules find wrong, until they find nothing.
    fn complete(&mut self, patch: &mut Patch) -> Step {
        loop {
            let problems = rules::check(patch, self.options);
            let refused = |problem: &&Problem| self.strict || problem.is_error();
            let Some(problem) = problems.iter().find(refused) else { return Ok(Answer::Given(())) };
            let Some(field) = head(problem).and_then(|name| CUSTOMER.field(name)) else {
                self.prompter.say(&problem.message);
                return Ok(Answer::Back);
            };
            if let Some((at, inner)) = problem.field.as_deref().and_then(|place| inside(field, place)) {
                if self.item_value(patch, field, at, inner, problem.message.clone())? == Answer::Back {
                    return Ok(Answer::Back);
                }
                continue;
            }
            let is_missing = rules::required(field.need).is_some_and(|rule| problem.id == rule.into());
            let reason = match (problem.field.as_deref(), is_missing) {
                (Some(place), true) if place == field.name => describe::why(field, false),
                (Some(place), _) if place != field.name => format!("{place}: {}", problem.message),
                (_, _) => problem.message.clone(),
            };
            if self.field(patch, field, Some(reason))? == Answer::Back {
                return Ok(Answer::Back);
            }
        }
    }

    /// Asks for one field of the customer and sets the answer in the patch.
    fn field(&mut self, patch: &mut Patch, field: &'static Field, reason: Option<String>) -> Step {
        match field.kind {
            Kind::List(record) => self.items(patch, field, record, reason),
            Kind::Text | Kind::Bool | Kind::Date => self.value(patch, field, field.name, reason),
        }
    }

    /// The rules, as they look at a patch that is still being filled in.
    fn is_demanded(&self, patch: &Patch, field: &Field) -> bool {
        !self.options.unchecked && rules::is_demanded(patch, field)
    }
}

/// The customer's field that a problem is about: `emails` for `emails[0].email`.
fn head(problem: &Problem) -> Option<&str> {
    problem.field.as_deref()?.split(['[', '.']).next()
}

/// The item and its field that a place in a list means: `emails[0].email`.
fn inside(list: &Field, place: &str) -> Option<(usize, &'static Field)> {
    let Kind::List(record) = list.kind else { return None };
    let (at, name) = place.strip_prefix(list.name)?.strip_prefix('[')?.split_once("].")?;
    Some((at.parse().ok()?, record.field(name)?))
}

/// Whether the problem is the one value of a field, which can be asked for again; not a name, a file, an item of
/// a list or a request to clear something, which would be lost.
pub fn can_be_asked_again(problem: &Problem) -> bool {
    let is_value = [
        Rule::NOT_TEXT,
        Rule::NOT_A_BOOL,
        Rule::NOT_A_DATE,
        Rule::NOT_A_LIST,
        Rule::NULL,
        Rule::EMPTY_TEXT,
        Rule::TOO_LONG,
    ]
    .iter()
    .any(|rule| problem.id == ProblemId::Rule(rule));
    is_value && problem.field.as_deref().is_some_and(|name| CUSTOMER.field(name).is_some())
}

/// A field in a list: its name, and the value that it has by now, with where that came from.
fn row(field: &Field, patch: &Patch) -> Row {
    // The value before the name, which a narrow window has no room for.
    let state = match patch.get(field.name) {
        Some(Given { source: Source::Prompt, value }) => summary(value),
        Some(Given { source, value }) => format!("{} ({})", summary(value), source.describe()),
        None if patch.mentions(field) => "to be answered again".to_owned(),
        None => field.name.to_owned(),
    };
    Row {
        label: field.label.to_owned(),
        detail: state,
        also: field.name.to_owned(),
        group: field.group.title(),
        chosen: patch.mentions(field),
    }
}

/// A value in a few words.
fn summary(value: &Value) -> String {
    match value {
        value if value.clears() => "(cleared)".to_owned(),
        Value::Text(text) => text.clone(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Date(day) => day.to_string(),
        Value::List(items) if items.len() == 1 => "1 item".to_owned(),
        Value::List(items) => format!("{} items", items.len()),
    }
}
