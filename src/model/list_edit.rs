//! Adding items to a customer's list and removing items from it, as the list that is sent.
//!
//! The API takes a list whole, so an edit needs the list that the customer has. A service that adds to lists instead is
//! sent the new items alone.

use crate::escape::quoted;
use crate::model::diff::{both_same, same, same_item, same_items};
use crate::model::field::{Field, Kind, Need};
use crate::model::patch::{Given, Item, Patch, Removal, Value};
use crate::model::problem::{Fault, Problem, Rule, Source};
use crate::model::record::Snapshot;

/// What the service makes of a list that it is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum ListMode {
    /// It takes the place of the list that the customer has.
    #[default]
    Replace,
    /// Its items are added to the customer's.
    Append,
}

impl ListMode {
    /// The word of the profile.
    pub fn word(self) -> &'static str {
        match self {
            ListMode::Replace => "replace",
            ListMode::Append => "append",
        }
    }
}

/// Turns the lists that are changed by their items into the whole lists that are sent, without those that stay as they
/// are. What cannot be done, and what need not be, is returned.
pub fn resolve(patch: &mut Patch, snapshot: &Snapshot) -> Vec<Problem> {
    let mut problems = Vec::new();
    for field in patch.edited_lists() {
        match present(field, snapshot) {
            Ok(items) => {
                let before = items.clone();
                problems.extend(resolve_list(patch, field, items));
                // To send a list as it is could only lose what its items hold besides.
                if matches!(patch.value(field.name), Some(Value::List(now)) if same_items(now, &before)) {
                    patch.remove(field);
                }
            }
            Err(why) => {
                let source = patch.get(field.name).map(|given| given.source.clone());
                problems.push(not_known(&why, Some(snapshot.id())).at(field.name, source));
            }
        }
    }
    problems
}

/// The same for a service that adds to lists: the items of each list are sent alone, and stay marked as added. None can
/// be removed, and of a list that was given as a whole it is said that it is added.
pub fn resolve_appended(patch: &mut Patch) -> Vec<Problem> {
    let lists: Vec<(&'static Field, Source)> = patch
        .iter()
        .filter(|(_, given)| matches!(&given.value, Value::List(items) if !items.is_empty()))
        .map(|(field, given)| (field, given.source.clone()))
        .collect();
    let mut problems = Vec::new();
    for (field, source) in lists {
        if patch.list_edit(field).is_none() {
            let message = "these items are added to the customer's list: the service only adds to lists";
            let fault = Fault::new(Rule::LIST_IS_ADDED_TO, message).hint(SAYS_SO);
            problems.push(fault.at(field.name, source.clone()));
        }
        patch.edit_list(field, Vec::new(), source);
    }
    let removals = patch.edited_lists().into_iter().flat_map(|field| {
        patch.list_edit(field).unwrap_or_default().iter().map(move |removal| (field, removal))
    });
    let refused = removals.map(|(field, removal)| {
        let message = "nothing can be removed from the list: the service only adds to lists";
        Fault::new(Rule::CANNOT_CLEAR, message).hint(SAYS_SO).at(field.name, removal.source.clone())
    });
    problems.extend(refused);
    problems
}

const SAYS_SO: &str = "the profile says lists = \"append\"";

/// Takes out of the lists that are added to what the customer has already: the service would have it twice. A list of
/// which nothing is left is not sent.
pub fn drop_present(patch: &mut Patch, snapshot: &Snapshot) -> Vec<Problem> {
    let mut problems = Vec::new();
    for field in patch.edited_lists() {
        let Some(Given { value: Value::List(sent), source }) = patch.get(field.name).cloned() else {
            continue;
        };
        let Some(Value::List(present)) = snapshot.get(field) else { continue };
        let (known, new): (Vec<Item>, Vec<Item>) =
            sent.into_iter().partition(|item| present.iter().any(|other| is_same_thing(item, other)));
        for item in &known {
            let is_marked = |other: &Item| is_same_thing(item, other) && is_main(other);
            problems.push(if is_main(item) && !present.iter().any(is_marked) {
                let message =
                    "already exists in the list, and cannot become the main one: the service only adds to lists";
                let fault = Fault::new(Rule::CANNOT_CLEAR, format!("{} {message}", quoted(&name(item))));
                fault.hint(SAYS_SO).at(field.name, item.source.clone())
            } else {
                exists(item).at(field.name, item.source.clone())
            });
        }
        if new.is_empty() {
            patch.remove(field);
        } else if !known.is_empty() {
            patch.set(field, Value::List(new), source.clone());
            patch.edit_list(field, Vec::new(), source);
        }
    }
    problems
}

/// That an item need not be added.
fn exists(item: &Item) -> Fault {
    let message = format!("{} already exists in the list, and is not added again", quoted(&name(item)));
    Fault::new(Rule::ITEM_EXISTS, message).hint("leave it out")
}

/// What the customer's lists become at a service that adds to lists, where they are known.
pub fn appended(patch: &Patch, snapshot: &Snapshot) -> Patch {
    let mut result = patch.clone();
    for (field, given) in patch.iter() {
        if let (Some(Value::List(present)), Value::List(sent)) = (snapshot.get(field), &given.value) {
            let items = [present.as_slice(), sent.as_slice()].concat();
            result.set(field, Value::List(items), given.source.clone());
        }
    }
    result
}

/// Changes these items as the patch says, and gives the field the whole list that results.
pub fn resolve_list(patch: &mut Patch, field: &'static Field, mut items: Vec<Item>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for removal in patch.list_edit(field).unwrap_or_default() {
        match find(removal, &items) {
            Ok(position) => {
                items.remove(position);
            }
            Err(fault) => problems.push(fault.at(field.name, removal.source.clone())),
        }
    }
    let given = patch.get(field.name).expect("a list that is changed is given").clone();
    if let Value::List(added) = given.value {
        let unchanged = add(&mut items, added);
        problems.extend(unchanged.iter().map(|item| exists(item).at(field.name, item.source.clone())));
    }
    patch.set(field, Value::List(items), given.source);
    problems
}

/// Why nothing can be added to a list or removed from it.
pub fn not_known(why: &str, id: Option<u32>) -> Fault {
    let message = format!("the current list is not known, so nothing can be added or removed: {why}");
    let hint = "--replace-lists sends only the items that you give, as the whole list".to_owned();
    Fault::new(Rule::LIST_NOT_KNOWN, message).hint(match id {
        Some(id) => format!("{hint}; `booster customer get {id}` shows what is known"),
        None => hint,
    })
}

/// The items that the customer has, if they can be sent again as they are.
///
/// # Errors
/// Why they cannot.
pub fn present(field: &Field, snapshot: &Snapshot) -> Result<Vec<Item>, String> {
    let items = match snapshot.get(field) {
        Some(Value::List(items)) => items.clone(),
        Some(Value::Text(_) | Value::Bool(_) | Value::Date(_)) | None => {
            let why = if snapshot.uncertain.contains_key(field.name) {
                "an item has an uncertain date"
            } else if snapshot.carried().mentions(field) {
                "the service's response cannot be understood there"
            } else {
                "it is not in the service's response, so it is empty or not shown"
            };
            return Err(why.to_owned());
        }
    };
    for (i, item) in items.iter().enumerate() {
        let is_missing = |own: &&Field| own.need == Need::Required && item.patch.get(own.name).is_none();
        if let Some(missing) = item.patch.record().fields.iter().find(is_missing) {
            let place = missing.at(&format!("{}[{i}]", field.name));
            return Err(format!("{place}, which must be sent too, is not in the service's response"));
        }
    }
    Ok(items)
}

/// Turns a whole list back into what was added to these items and removed from them, so that a command line can say
/// it. False, and nothing is done, where a list would come of it whose items are others.
pub fn as_edit(patch: &mut Patch, field: &'static Field, present: &[Item]) -> bool {
    let Some(Given { value: Value::List(items), source }) = patch.get(field.name).cloned() else {
        return false;
    };
    // To delete all is another wish than to remove these.
    if items.is_empty() {
        return false;
    }
    let lacks = |items: &[Item], item: &Item| !items.iter().any(|other| same_item(item, other));
    let removed = present.iter().filter(|item| lacks(&items, item));
    let removal = |item: &Item| Removal { matching: item.patch.clone(), source: source.clone() };
    let removed: Vec<Removal> = removed.map(removal).collect();
    let added = items.iter().filter(|item| lacks(present, item)).cloned().collect();
    let mut edited = patch.clone();
    edited.set(field, Value::List(added), source.clone());
    edited.edit_list(field, removed, source);
    let mut result = edited.clone();
    let is_possible = resolve_list(&mut result, field, present.to_vec()).is_empty();
    let comes = match result.value(field.name) {
        Some(Value::List(comes)) => comes.as_slice(),
        Some(Value::Text(_) | Value::Bool(_) | Value::Date(_)) | None => &[],
    };
    let is_same = comes.len() == items.len() && !items.iter().any(|item| lacks(comes, item));
    if is_possible && is_same {
        *patch = edited;
    }
    is_possible && is_same
}

/// Adds items. A main one takes the mark from those that are there, but not from another that is added: that two are
/// marked is for the rules to say. One that already exists but for its mark gets the mark. Those that need not be added
/// are returned.
fn add(items: &mut Vec<Item>, added: Vec<Item>) -> Vec<Item> {
    let mark = added.first().and_then(|first| first.patch.record().main_mark());
    let had_mark: Vec<bool> = items.iter().map(is_main).collect();
    if let (Some(mark), Some(main)) = (mark, added.iter().find(|item| is_main(item))) {
        for other in items.iter_mut().filter(|other| other.patch.is_true(mark)) {
            other.patch.set(mark, Value::Bool(false), main.source.clone());
        }
    }
    let mut unchanged = Vec::new();
    for item in added {
        match items.iter().position(|other| is_same_thing(&item, other)) {
            Some(position) if is_main(&item) => {
                if had_mark.get(position) == Some(&true) {
                    unchanged.push(item.clone());
                }
                items[position] = item;
            }
            Some(_) => unchanged.push(item),
            None => items.push(item),
        }
    }
    unchanged
}

fn is_main(item: &Item) -> bool {
    item.patch.record().main_mark().is_some_and(|mark| item.patch.is_true(mark))
}

/// The position of the one item that matches.
fn find(removal: &Removal, items: &[Item]) -> Result<usize, Fault> {
    let matches = |item: &Item| {
        removal.matching.iter().all(|(field, wanted)| {
            item.patch.value(field.name).is_some_and(|value| same(value, &wanted.value))
        })
    };
    let found: Vec<usize> = (0..items.len()).filter(|i| matches(&items[*i])).collect();
    let wanted = describe(&removal.matching);
    match found[..] {
        [position] => Ok(position),
        [] => Err(Fault::new(Rule::NO_SUCH_ITEM, format!("no item matches {wanted}"))
            .hint("all given values must be equal; `booster customer get` shows the items")),
        _ => Err(Fault::new(Rule::NO_SUCH_ITEM, format!("{} items match {wanted}", found.len()))
            .hint("give more values of the item, so that only one matches")),
    }
}

fn describe(patch: &Patch) -> String {
    let parts = patch.iter().map(|(field, given)| match &given.value {
        Value::Text(text) => format!("{} {}", field.name, quoted(text)),
        Value::Bool(yes) => format!("{} {yes}", field.name),
        Value::Date(day) => format!("{} {day}", field.name),
        Value::List(_) => field.name.to_owned(),
    });
    parts.collect::<Vec<_>>().join(" and ")
}

/// The items that the customer has and that a whole list would drop, each by its first texts.
pub fn dropped(field: &Field, list: &Value, snapshot: &Snapshot) -> Vec<String> {
    let (Some(Value::List(present)), Value::List(sent)) = (snapshot.get(field), list) else {
        return Vec::new();
    };
    let is_kept = |item: &&Item| !sent.iter().any(|other| is_same_thing(item, other));
    present.iter().filter(is_kept).map(name).collect()
}

/// Whether two items are about the same thing: all that they hold is equal, whatever their marks.
fn is_same_thing(one: &Item, other: &Item) -> bool {
    fn value<'a>(item: &'a Item, field: &Field) -> Option<&'a Value> {
        item.patch.value(field.name).filter(|value| !value.clears())
    }
    let mut fields = one.patch.record().fields.iter().filter(|field| !matches!(field.kind, Kind::Bool));
    fields.all(|field| both_same(value(one, field), value(other, field)))
}

fn name(item: &Item) -> String {
    let texts = item.patch.record().fields.iter().filter_map(|field| match item.patch.value(field.name)? {
        Value::Text(text) if !text.is_empty() => Some(text.clone()),
        Value::Date(day) => Some(day.to_string()),
        Value::Text(_) | Value::Bool(_) | Value::List(_) => None,
    });
    texts.take(2).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::arbitrary::patch_of;
    use crate::model::customer::CUSTOMER;
    use crate::model::problem::Level;
    use crate::model::wire;

    const TWO: &str =
        r#""emails":[{"email":"a@b.co","isMainEmail":true},{"email":"c@d.co","isMainEmail":false}]"#;

    fn snapshot(members: &str) -> Snapshot {
        Snapshot::read(&CUSTOMER, &format!("{{\"boosterCustomerId\":123,{members}}}"), 123, None)
            .expect(members)
    }

    /// A patch that adds these items to the emails and removes those that match these.
    fn edit(added: &str, removed: &[&str]) -> Patch {
        let mut patch = patch_of(&format!("{{\"emails\":[{added}]}}"));
        let emails = CUSTOMER.field("emails").expect("a field");
        let removal = |matching: &&str| {
            let list = patch_of(&format!("{{\"emails\":[{matching}]}}"));
            let Some(Value::List(items)) = list.get("emails").map(|given| given.value.clone()) else {
                panic!("a list")
            };
            Removal { matching: items[0].patch.clone(), source: Source::flag("remove") }
        };
        patch.edit_list(emails, removed.iter().map(removal).collect(), Source::flag("email"));
        patch
    }

    /// The body that an edit of the emails leads to.
    fn resolved(record: &str, added: &str, removed: &[&str]) -> Result<String, Vec<Problem>> {
        let mut patch = edit(added, removed);
        let problems = resolve(&mut patch, &snapshot(record));
        if problems.is_empty() { Ok(wire::body(&patch)) } else { Err(problems) }
    }

    fn item(email: &str, main: bool) -> String {
        format!(r#"{{"email":"{email}","isMainEmail":{main}}}"#)
    }

    fn emails(items: &[String]) -> Result<String, Vec<Problem>> {
        Ok(format!(r#"{{"emails":[{}]}}"#, items.join(",")))
    }

    #[test]
    fn an_added_item_stands_behind_those_that_are_there() {
        let (a, c, new) = (item("a@b.co", true), item("c@d.co", false), item("n@b.co", false));
        assert_eq!(resolved(TWO, &new, &[]), emails(&[a, c, new.clone()]));
        assert_eq!(resolved(r#""emails":[]"#, &new, &[]), emails(&[new]));
    }

    #[test]
    fn a_main_item_takes_the_mark_from_those_that_are_there_alone() {
        let (a, c) = (item("a@b.co", false), item("c@d.co", false));
        let (n, m) = (item("n@b.co", true), item("m@b.co", true));
        assert_eq!(resolved(TWO, &n, &[]), emails(&[a.clone(), c.clone(), n.clone()]));
        // Two that were written as main ones stay so, and the rules warn of them.
        assert_eq!(resolved(TWO, &format!("{n},{m}"), &[]), emails(&[a, c, n, m]));
    }

    #[test]
    fn an_item_that_exists_is_not_added_again_but_can_become_the_main_one() {
        let edited = |added: &str| {
            let mut patch = edit(added, &[]);
            let problems = resolve(&mut patch, &snapshot(TWO));
            let found: Vec<String> = problems.iter().map(|found| found.message.clone()).collect();
            assert!(problems.iter().all(|found| found.id == Rule::ITEM_EXISTS.into()), "{problems:?}");
            (wire::body(&patch), found)
        };
        let exists = |email: &str| format!("\"{email}\" already exists in the list, and is not added again");
        let list = |items: &[String]| emails(items).expect("a body");
        let (a, c, n) = (item("a@b.co", true), item("c@d.co", false), item("n@b.co", false));
        // A list that stays as it is is not sent.
        for (email, main) in [("c@d.co", false), ("a@b.co", false), ("a@b.co", true)] {
            assert_eq!(edited(&item(email, main)), ("{}".to_owned(), vec![exists(email)]), "{email} {main}");
        }
        let both = format!("{c},{n}");
        assert_eq!(edited(&both), (list(&[a, c, n]), vec![exists("c@d.co")]));
        let swapped = list(&[item("a@b.co", false), item("c@d.co", true)]);
        assert_eq!(edited(&item("c@d.co", true)), (swapped, Vec::new()));
    }

    #[test]
    fn what_a_service_that_adds_has_already_is_not_sent() {
        let appended = |added: &str| {
            let mut patch = edit(added, &[]);
            assert_eq!(resolve_appended(&mut patch), []);
            let problems = drop_present(&mut patch, &snapshot(TWO));
            let ids: Vec<&str> = problems.iter().map(|found| found.id.word()).collect();
            (wire::body(&patch), ids.join(" "))
        };
        let (c, n) = (item("c@d.co", false), item("n@b.co", false));
        assert_eq!(appended(&c), ("{}".to_owned(), "item-exists".to_owned()));
        assert_eq!(appended(&item("a@b.co", true)), ("{}".to_owned(), "item-exists".to_owned()));
        assert_eq!(appended(&format!("{c},{n}")), (emails(&[n]).expect("a body"), "item-exists".to_owned()));
        assert_eq!(appended(&item("c@d.co", true)).1, "cannot-clear");
    }

    #[test]
    fn of_a_whole_list_it_is_said_that_a_service_adds_to_the_customers() {
        let mut whole = patch_of(&format!("{{\"emails\":[{}]}}", item("n@b.co", true)));
        let [found] = &resolve_appended(&mut whole)[..] else { panic!("one warning") };
        assert_eq!((found.id, found.level), (Rule::LIST_IS_ADDED_TO.into(), Level::Warning));
    }

    #[test]
    fn exactly_one_item_is_removed() {
        let (a, c, n) = (item("a@b.co", true), item("c@d.co", false), item("n@b.co", false));
        assert_eq!(resolved(TWO, "", &[r#"{"email":"c@d.co"}"#]), emails(&[a]));
        assert_eq!(resolved(TWO, &n, &[r#"{"isMainEmail":true}"#]), emails(&[c, n]));
        let message = |record: &str, removed: &[&str]| {
            let problems = resolved(record, "", removed).expect_err("refused");
            assert!(problems.iter().all(|problem| problem.id == Rule::NO_SUCH_ITEM.into()), "{problems:?}");
            problems[0].message.clone()
        };
        assert_eq!(message(TWO, &[r#"{"email":"A@b.co"}"#]), r#"no item matches email "A@b.co""#);
        assert_eq!(
            message(TWO, &[r#"{"email":"a@b.co","isMainEmail":false}"#]),
            r#"no item matches email "a@b.co" and isMainEmail false"#
        );
        let twice = format!(r#""emails":[{0},{0}]"#, item("a@b.co", false));
        assert_eq!(message(&twice, &[r#"{"email":"a@b.co"}"#]), r#"2 items match email "a@b.co""#);
        let again = [r#"{"email":"c@d.co"}"#; 2];
        assert_eq!(message(TWO, &again), r#"no item matches email "c@d.co""#);
    }

    #[test]
    fn a_list_that_is_not_known_in_full_is_not_edited() {
        for (record, why) in [
            (r#""firstName":"Ada""#, "it is not in the service's response"),
            (r#""emails":null"#, "it is not in the service's response"),
            (r#""emails":{}"#, "cannot be understood"),
            (r#""emails":[null]"#, "cannot be understood"),
            (r#""emails":[{"email":7,"isMainEmail":true}]"#, "cannot be understood"),
            (r#""emails":[{"email":"a@b.co"}]"#, "emails[0].isMainEmail, which must be sent too"),
        ] {
            let problems = resolved(record, &item("n@b.co", false), &[]).expect_err(record);
            let [problem] = problems.as_slice() else { panic!("one problem in {problems:?}") };
            assert_eq!(problem.id, Rule::LIST_NOT_KNOWN.into(), "{record}");
            assert!(problem.message.contains(why), "{record}: {}", problem.message);
            assert!(problem.hint.as_ref().is_some_and(|hint| hint.contains("--replace-lists")), "{record}");
        }
    }

    #[test]
    fn a_service_that_adds_is_sent_the_new_items_alone() {
        let mut patch = edit(&item("n@b.co", false), &[]);
        assert_eq!(resolve_appended(&mut patch), []);
        assert_eq!(Ok(wire::body(&patch)), emails(&[item("n@b.co", false)]));
        assert_eq!(
            Ok(wire::body(&appended(&patch, &snapshot(TWO)))),
            emails(&[item("a@b.co", true), item("c@d.co", false), item("n@b.co", false)])
        );
        let problems = resolve_appended(&mut edit("", &[r#"{"email":"a@b.co"}"#]));
        assert_eq!(problems[0].id, Rule::CANNOT_CLEAR.into());
    }

    #[test]
    fn an_item_is_dropped_unless_its_like_is_sent_whatever_the_mark() {
        let list = |items: &str| {
            let patch = patch_of(&format!("{{\"emails\":[{items}]}}"));
            patch.get("emails").map(|given| given.value.clone()).expect("given")
        };
        let names =
            |items: &str| dropped(CUSTOMER.field("emails").expect("a field"), &list(items), &snapshot(TWO));
        assert_eq!(names(""), ["a@b.co", "c@d.co"]);
        assert_eq!(names(&item("a@b.co", false)), ["c@d.co"]);
        assert_eq!(names(&[item("c@d.co", true), item("a@b.co", true)].join(",")), Vec::<String>::new());
    }
}
