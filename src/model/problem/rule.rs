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

    pub const UNKNOWN_FIELD: &Rule = &Rule::error(
        "unknown-field",
        "a name that is neither on the API page nor in the profile's extra_fields",
    );
    pub const NOT_TEXT: &Rule =
        &Rule::error("not-text", "not text, but a number, true or false, a list or an object");
    pub const NOT_A_BOOL: &Rule = &Rule::error("not-a-bool", "not true or false");
    pub const NOT_A_DATE: &Rule = &Rule::error("not-a-date", "not a date written YYYY-MM-DD, or no such day");
    pub const NOT_A_LIST: &Rule = &Rule::error("not-a-list", "not a list");
    pub const NOT_A_RECORD: &Rule = &Rule::error("not-a-record", "an item of a list that is not an object");
    pub const ID: &Rule = &Rule::error("id", "a customer id that is not a whole number from 1 to 2147483647");
    pub const SYNTAX: &Rule =
        &Rule::error("syntax", "input that is not valid in its format, such as JSON with a missing comma");
    pub const DUPLICATE_KEY: &Rule = &Rule::error("duplicate-key", "the same key is given twice");
    pub const NULL: &Rule = &Rule::error("null", "null, which the service ignores");
    pub const EMPTY_TEXT: &Rule = &Rule::error("empty-text", "an empty value in a flag");
    pub const CANNOT_CLEAR: &Rule = &Rule::error(
        "cannot-clear",
        "cannot be cleared: a date, a true/false field, or a list to which the service only adds",
    );

    pub const LIST_IS_ADDED_TO: &Rule = &Rule::warning(
        "list-is-added-to",
        "a whole list whose items are added to the customer's (lists = \"append\")",
    );
    pub const ITEM_EXISTS: &Rule =
        &Rule::warning("item-exists", "an item that already exists in the list; it is not added again");
    pub const NO_REASON: &Rule =
        &Rule::error("no-reason", "a change for which the profile requires a --reason");

    pub const LIST_NOT_KNOWN: &Rule =
        &Rule::error("list-not-known", "an item to add or remove, while the current list is not known");
    pub const NO_SUCH_ITEM: &Rule =
        &Rule::error("no-such-item", "an item to remove that is not in the list, or more than once");
    pub const LIST_MAY_REPLACE: &Rule =
        &Rule::warning("list-may-replace", "a whole list that may delete items or parts of them");

    pub const FILE_NAME: &Rule =
        &Rule::warning("file-name", "a value that is the name of a file; the @ before it may be missing");

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
        &Rule::error("unknown-client-type", "a clientType that is neither PRIVATE nor COMPANY");
    pub const NOT_ALLOWED: &Rule =
        &Rule::error("not-allowed", "a field that the profile's may_change does not allow");
    pub const EMPTY: &Rule = &Rule::error("empty", "nothing to send");
    pub const TOO_LONG: &Rule =
        &Rule::error("too-long", "a value over 32 KiB, a body over 1 MiB, or a row over 4 MiB");
}
