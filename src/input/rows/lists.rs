//! What is said of a list because of what the command says that lists mean.

use crate::model::problem::{Fault, Problem, Rule};

/// What is said of lists while nothing says how they are meant.
pub fn lists_refused(first: &str) -> Problem {
    let message = format!(
        "the input has lists, such as {first}, but nothing says whether they replace the customer's lists"
    );
    Problem::usage(message).hint(
        "add --replace-lists to send each as the whole list, or --add-items to add its items to the customer's list",
    )
}

/// A list to which items are added is never emptied.
pub fn added_list_cannot_clear() -> Fault {
    Fault::new(Rule::CANNOT_CLEAR, "--add-items adds to the customer's list, and cannot clear it")
        .hint("clear it in a run with --replace-lists")
}
