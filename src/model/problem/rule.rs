//! A rule's id, level and meaning, and by name the rules that more than one place speaks of.

/// A rule, as `booster help rules` lists it. Rules are the same where their ids are.
#[derive(Debug, Eq)]
pub struct Rule {
    /// Part of the interface: scripts compare it.
    pub id: &'static str,
    /// The level without `--strict`.
    pub level: Level,
    /// What breaks the rule, in a few words.
    pub meaning: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Error,
    Warning,
}

impl Level {
    pub fn word(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
        }
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Rule) -> bool {
        self.id == other.id
    }
}

impl Rule {
    pub const fn error(id: &'static str, meaning: &'static str) -> Rule {
        Rule { id, level: Level::Error, meaning }
    }

    pub const fn warning(id: &'static str, meaning: &'static str) -> Rule {
        Rule { id, level: Level::Warning, meaning }
    }

    pub const UNKNOWN_FIELD: &Rule =
        &Rule::error("unknown-field", "a name that neither the API page nor the profile's extra_fields has");
    pub const NOT_TEXT: &Rule =
        &Rule::error("not-text", "a number, bool, list or object where a text is expected");
    pub const NOT_A_BOOL: &Rule =
        &Rule::error("not-a-bool", "anything but true or false where one of them is expected");
    pub const NOT_A_DATE: &Rule = &Rule::error("not-a-date", "not a day of the calendar written YYYY-MM-DD");
    pub const NOT_A_LIST: &Rule = &Rule::error("not-a-list", "something else where a list is expected");
    pub const NOT_A_RECORD: &Rule = &Rule::error("not-a-record", "an item of a list that is no object");
    pub const ID: &Rule = &Rule::error("id", "a customer id that is not a whole number from 1 to 2147483647");
    pub const SYNTAX: &Rule = &Rule::error("syntax", "an input that cannot be read as what it claims to be");
    pub const DUPLICATE_KEY: &Rule = &Rule::error("duplicate-key", "the same key twice in one object");
    pub const NULL: &Rule = &Rule::error("null", "null, which the service takes for absent");
    pub const EMPTY_TEXT: &Rule = &Rule::error("empty-text", "an empty value given by flag");
    pub const CANNOT_CLEAR: &Rule = &Rule::error(
        "cannot-clear",
        "a date or a bool, which this API cannot clear, or a list where the service only adds",
    );

    pub const LIST_IS_ADDED_TO: &Rule = &Rule::warning(
        "list-is-added-to",
        "a whole list, whose items the service adds to the customer's (lists = \"append\")",
    );
    pub const ITEM_EXISTS: &Rule =
        &Rule::warning("item-exists", "an item to add that the list has already; it is not added again");
    pub const NO_REASON: &Rule =
        &Rule::error("no-reason", "a change for which the profile wants a --reason, without one");

    pub const LIST_NOT_KNOWN: &Rule =
        &Rule::error("list-not-known", "an item to add to or remove from a list that is not known");
    pub const NO_SUCH_ITEM: &Rule =
        &Rule::error("no-such-item", "an item to remove that the list does not have, or has more than once");
    pub const LIST_MAY_REPLACE: &Rule = &Rule::warning(
        "list-may-replace",
        "a whole list, where the customer's is not known or its items hold more than can be sent",
    );

    pub const FILE_NAME: &Rule =
        &Rule::warning("file-name", "a text given by flag that is the name of a file: no @ before it");

    /// Of names and of values of the wrong kind. The inputs find these while they read.
    pub const OF_KINDS: &[&Rule] = &[
        Rule::UNKNOWN_FIELD,
        Rule::NOT_TEXT,
        Rule::NOT_A_BOOL,
        Rule::NOT_A_DATE,
        Rule::NOT_A_LIST,
        Rule::NOT_A_RECORD,
    ];

    /// Of the way in which something was written. The inputs find these while they read.
    pub const OF_WRITING: &[&Rule] = &[
        Rule::ID,
        Rule::SYNTAX,
        Rule::DUPLICATE_KEY,
        Rule::NULL,
        Rule::EMPTY_TEXT,
        Rule::FILE_NAME,
        Rule::CANNOT_CLEAR,
        Rule::LIST_NOT_KNOWN,
        Rule::NO_SUCH_ITEM,
        Rule::LIST_MAY_REPLACE,
        Rule::LIST_IS_ADDED_TO,
        Rule::ITEM_EXISTS,
        Rule::NO_REASON,
    ];

    // These have checks in `model::rules`, and are spoken of elsewhere too.
    pub const UNKNOWN_CLIENT_TYPE: &Rule =
        &Rule::error("unknown-client-type", "a clientType besides PRIVATE and COMPANY");
    pub const NOT_ALLOWED: &Rule =
        &Rule::error("not-allowed", "a field that the profile's may_change does not name");
    pub const EMPTY: &Rule = &Rule::error("empty", "nothing to send");
    pub const TOO_LONG: &Rule = &Rule::error("too-long", "a value over 32 KiB, or a body over 1 MiB");
}
