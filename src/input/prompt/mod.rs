//! Input by questions: a form over the customer's record, in which fields are chosen and answered until the rules find
//! nothing wrong.
//!
//! The questions come from the table, and what is missing or wrong comes from `rules`. `question` asks for one value,
//! `items` for a list, `row` shows fields and values; the answers come from a [`Prompter`].

mod items;
mod question;
pub mod row;
#[cfg(test)]
mod script;

use crate::model::customer::CUSTOMER;
use crate::model::field::{Field, Group, Kind};
use crate::model::list_edit::ListMode;
use crate::model::patch::Patch;
use crate::model::problem::{Problem, ProblemId, Rule, Source};
use crate::model::record::Snapshot;
use crate::model::{describe, fill, rules};
use crate::terminal::prompter::{Answer, Cancelled, Choice, Prompter, Row};

/// How questions went whose answers are in the patch already.
type Step = Result<Answer<()>, Cancelled>;

/// The questions about one customer.
pub struct Prompt<'a> {
    pub prompter: &'a mut dyn Prompter,
    pub options: rules::Options,
    /// Warnings are refused like errors.
    pub strict: bool,
    /// The customer's record, where it could be read: its values are shown, kept by Enter, and taken where the rules
    /// require one that was not answered.
    pub record: Option<&'a Snapshot>,
    /// What the service makes of a list that it is sent.
    pub lists: ListMode,
    /// The items that are answered are a whole list, whatever the customer has.
    pub replaces_lists: bool,
}

impl Prompt<'_> {
    pub fn say(&mut self, text: &str) {
        self.prompter.say(text);
    }

    /// Lets the user choose fields and answer for them, and then for what the rules still demand. `prior_problems` are
    /// those of the other inputs; their fields are asked for again. Back means that they want to leave.
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
            if self.record.is_some() && patch.len() == 0 && !patch.has_invalid() {
                self.say("Nothing is changed yet.");
                continue;
            }
            if self.complete(patch)? == Answer::Given(()) {
                return Ok(Answer::Given(()));
            }
        }
    }

    /// The patch with what the rules require and nobody answered taken from the record.
    pub fn completed(&self, patch: &Patch) -> Patch {
        let mut whole = patch.clone();
        if let Some(record) = self.record {
            fill::fill(&mut whole, record);
        }
        whole
    }

    /// Whether the user, having stepped back out of everything, wants to leave and lose the answers.
    fn leaves_answers(&mut self, patch: &Patch) -> Result<bool, Cancelled> {
        if !patch.iter().any(|(_, given)| given.source == Source::Prompt) {
            return Ok(true);
        }
        let rows = ["Go on", "Leave without sending"];
        let question = Choice::new("Leave, and lose what was answered?", rows.map(Row::new));
        Ok(self.prompter.one(&question)? == Answer::Given(1))
    }

    /// Lets the user change one field that has a value already, and then completes the patch anew.
    ///
    /// # Errors
    /// The user cancelled.
    pub fn change(&mut self, patch: &mut Patch) -> Step {
        let fields: Vec<&'static Field> = patch.iter().map(|(field, _)| field).collect();
        let rows = fields.iter().map(|field| Row { group: "", ..row::field(field, patch, self.record) });
        let question = Choice::new("Which answer do you want to change?", rows);
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
        let table = patch.record();
        let fields: Vec<&'static Field> = Group::ALL
            .into_iter()
            .flat_map(|group| table.fields.iter().filter(move |field| field.group == group))
            .filter(|field| field.may_change || patch.mentions(field))
            .collect();
        // The cursor starts at a field that another input got wrong, or at one that was stepped back from.
        let waits = |field: &&Field| patch.mentions(field) && patch.get(field.name).is_none();
        let was_chosen = |field: &&Field| before.first().is_some_and(|chosen| chosen.name == field.name);
        let marked = |field: &&'static Field| {
            let row = row::field(field, patch, self.record);
            Row { chosen: row.chosen || before.iter().any(|chosen| chosen.name == field.name), ..row }
        };
        let mut question = Choice::new("What do you want to change?", fields.iter().map(marked));
        let start = |is_it: &dyn Fn(&&Field) -> bool| fields.iter().position(is_it);
        question.start = Some(start(&waits).or_else(|| start(&was_chosen)).unwrap_or(0));
        let Answer::Given(chosen) = self.prompter.several(&question)? else { return Ok(Answer::Back) };
        for (i, field) in fields.iter().enumerate() {
            if !chosen.contains(&i) {
                patch.remove(field);
            }
        }
        let waiting = |field: &&'static Field| patch.get(field.name).is_none();
        let mut asked: Vec<&'static Field> = chosen.into_iter().map(|i| fields[i]).filter(waiting).collect();
        // In the table's order, the consents apart, behind the rest.
        asked.sort_by_key(|field| (field.is_consent(), table.position(field)));
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
                prompt.say(
                    "Consents: answer only what the customer said. One that you don't change is not sent.",
                );
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
            let problems = rules::check(&self.completed(patch), self.options);
            let refused = |problem: &&Problem| self.strict || problem.is_error();
            let Some(problem) = problems.iter().find(refused) else { return Ok(Answer::Given(())) };
            let Some(field) = head(problem).and_then(|name| patch.record().field(name)) else {
                self.prompter.say(&problem.message);
                return Ok(Answer::Back);
            };
            let inner = problem.field.as_deref().and_then(|place| inside(field, place));
            let step = match inner {
                Some((at, inner)) => self.item_value(patch, field, at, inner, problem.message.clone()),
                None => self.field(patch, field, Some(reason(problem, field))),
            };
            if step? == Answer::Back {
                return Ok(Answer::Back);
            }
        }
    }

    /// Asks for one field of the customer and sets the answer in the patch.
    fn field(&mut self, patch: &mut Patch, field: &'static Field, reason: Option<String>) -> Step {
        match field.kind {
            Kind::List(record) => self.items(patch, field, record, reason),
            Kind::Text | Kind::Bool | Kind::Date => {
                let present = self.record.and_then(|record| record.get(field)).cloned();
                let uncertain = self.record.and_then(|record| row::uncertain(field, record));
                let of_record =
                    || Some(format!("The record holds {}, which may be either of two days.", uncertain?));
                let reason = reason.or_else(of_record);
                self.value(patch, field, field.name, present.as_ref(), reason)
            }
        }
    }

    /// The rules, as they look at a patch that is still being filled in.
    fn is_demanded(&self, patch: &Patch, field: &Field) -> bool {
        let of_record = || self.record.and_then(|record| record.carried().client_type());
        let client_type = patch.client_type().or_else(of_record);
        !self.options.unchecked && field.need.demands(client_type)
    }
}

/// Why a field is asked for: what is wrong with it, or that it is missing.
fn reason(problem: &Problem, field: &Field) -> String {
    let is_missing = rules::required(field.need).is_some_and(|rule| problem.id == rule.into());
    match (problem.field.as_deref(), is_missing) {
        (Some(place), true) if place == field.name => describe::why(field, false),
        (Some(place), _) if place != field.name => format!("{place}: {}", problem.message),
        (_, _) => problem.message.clone(),
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
