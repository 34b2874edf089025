//! A problem as a person reads it.

use super::layout;
use super::snippet::snippet;
use super::style::{BOLD, CYAN, RED, YELLOW};
use crate::escape::{cut, escaped, escaped_lines};
use crate::model::problem::{Level, Problem, ProblemId, Source, line_and_column};

/// The longest name of a place that is shown whole, in characters; no field of ours comes near.
const LONGEST_NAME: usize = 120;

/// A problem as a person reads it: message, the line it is in, hint. The line is shown where the user's own
/// text is at hand and may be shown.
pub fn rendered(problem: &Problem) -> String {
    if problem.id == ProblemId::Left {
        return escaped_lines(&problem.message);
    }
    let style = match problem.level {
        Level::Error => RED,
        Level::Warning => YELLOW,
    };
    let mut text = format!("{style}{}{style:#}", problem.level.word());
    if problem.has_rule() {
        text.push_str(&format!("[{}]", problem.id.word()));
    }
    text.push_str(": ");
    if let Some(field) =
        problem.field.as_ref().filter(|field| !problem.message.starts_with(&format!("{field} ")))
    {
        text.push_str(&format!("{BOLD}{}{BOLD:#}: ", escaped(&cut(field, LONGEST_NAME))));
    }
    if problem.id == ProblemId::Service {
        text.push_str("the service says: ");
    }
    // A line of somebody else's text must not be taken for one of ours.
    text.push_str(&escaped_lines(&problem.message).replace('\n', "\n  | "));
    match &problem.source {
        Some(source @ Source::File { file, span }) => match file.shown(span) {
            Some((shown, marked)) => {
                let place = file.line_and_column(span.start);
                let snippet = snippet(&shown, &file.path, place, &marked, layout::width());
                text.push_str(&format!("\n{snippet}"));
            }
            None => text.push_str(&format!(" ({})", source.describe())),
        },
        Some(Source::Flag { flag, within: Some((whole, span)) }) => {
            text.push_str(&format!(
                "\n{}",
                snippet(whole, flag, line_and_column(whole, span.start), span, layout::width())
            ));
        }
        // The message of a file that cannot be read names it already.
        Some(Source::WholeFile(path)) if problem.message.contains(path.as_ref()) => {}
        Some(
            source @ (Source::WholeFile(_)
            | Source::Row { .. }
            | Source::Flag { .. }
            | Source::Profile(_)
            | Source::Environment(_)
            | Source::Record),
        ) => {
            text.push_str(&format!(" ({})", source.describe()));
        }
        Some(Source::Argument(_) | Source::Prompt | Source::Service) | None => {}
    }
    if let Some(hint) = &problem.hint {
        text.push_str(&format!("\n  {CYAN}hint{CYAN:#}: {}", escaped_lines(hint)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::laid_out;
    use super::*;

    #[test]
    fn the_words_of_the_service_are_marked_as_such() {
        let problem =
            Problem::new(ProblemId::Service, Level::Error, "the id is wrong".to_owned()).on("emails");
        let text = crate::terminal::plain(&laid_out(&rendered(&problem), None));
        assert_eq!(text, "error: emails: the service says: the id is wrong");
    }

    #[test]
    fn a_foreign_message_cannot_pass_for_a_line_of_ours() {
        let problem = Problem::usage("no\nerror: yes\n  hint: do it\n").hint("ours");
        assert_eq!(
            crate::terminal::plain(&laid_out(&rendered(&problem), None)),
            "error: no\n  | error: yes\n  |   hint: do it\n  | \n  hint: ours"
        );
    }
}
