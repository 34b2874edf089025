//! Questions on a terminal without a cursor (`TERM=dumb`, Emacs, a serial line): numbered lists, whole lines.

use std::io::{self, BufRead};
use std::time::Duration;

use super::keys::{PASTE, is_there};
use super::layout::{laid_out, width};
use super::prompter::{Answer, Cancelled, Choice, Empty, Prompter, Text, Validator, found};
use super::screen;
use super::style::plain;
use crate::escape::one_line;

/// What steps back, since such a terminal has no Esc of its own.
const BACK: &str = "<";

/// What leaves out an answer that was given before: an empty line keeps it.
const LEAVE_OUT: &str = "<<";

/// The longest line that such a terminal hands over, in bytes: the rest is cut off without a word (Linux, N_TTY).
const LONGEST: usize = 4095;

#[derive(Debug, Default)]
pub struct LinePrompter {
    /// Whether each question says where its answer goes: `emails[0].email`.
    pub shows_places: bool,
}

impl LinePrompter {
    /// One line, without its end. What was typed before the question is dropped.
    ///
    /// # Errors
    /// The input ended: Ctrl-D, or a terminal that is gone. Ctrl-C is a signal here.
    fn line(prompt: &str) -> Result<String, Cancelled> {
        loop {
            while is_there(Duration::ZERO)? {
                LinePrompter::raw_line()?;
            }
            write(prompt);
            let line = LinePrompter::raw_line()?;
            if is_there(PASTE)? {
                write("Several lines came at once, and none of them was taken: one line is one answer.\n");
            } else if line.len() >= LONGEST {
                write(
                    "The terminal cuts a line as long as this one, so it was not taken: give it by --from FILE.\n",
                );
            } else {
                return Ok(line);
            }
        }
    }

    fn raw_line() -> Result<String, Cancelled> {
        let mut line = Vec::new();
        match io::stdin().lock().read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => {
                write("\n");
                Err(Cancelled)
            }
            Ok(_) => {
                let text = String::from_utf8_lossy(&line);
                Ok(text.trim_end_matches('\n').trim_end_matches('\r').to_owned())
            }
        }
    }

    fn list(question: &Choice) {
        let mut group = "";
        let mut text = String::new();
        for (i, row) in question.rows.iter().enumerate() {
            if row.group != group {
                group = row.group;
                text.push_str(&format!("{group}\n"));
            }
            let mark = if row.chosen { "*" } else { " " };
            text.push_str(&format!(
                "{mark}{:3}  {}  {}\n",
                i + 1,
                one_line(&row.label),
                one_line(&row.detail)
            ));
        }
        write(&text);
    }

    /// The row that a number or a name means.
    fn row(question: &Choice, word: &str) -> Option<usize> {
        if let Ok(number) = word.parse::<usize>() {
            return number.checked_sub(1).filter(|row| *row < question.rows.len());
        }
        let found = found(&question.rows, word);
        match found.as_slice() {
            [only] => Some(*only),
            _ => found.into_iter().find(|row| question.rows[*row].is_called(word)),
        }
    }
}

fn write(text: &str) {
    // The blank before the answer stays.
    let end = &text[text.trim_end_matches(' ').len()..];
    let text = plain(&laid_out(text.trim_end_matches(' '), Some(width()))) + end;
    // Where the question cannot be written, there is no answer either, and reading ends.
    screen::write_all(text.as_bytes());
}

impl Prompter for LinePrompter {
    fn text(&mut self, question: &Text, validate: &mut Validator<'_>) -> Result<Answer<String>, Cancelled> {
        if let Some(reason) = &question.reason {
            write(&format!("{}\n", one_line(reason)));
        }
        let mut present = question.present.clone();
        loop {
            let can_be_left_out = question.empty == Empty::LeavesOut;
            let empty_help = match (present.is_empty(), can_be_left_out) {
                (true, true) => "an empty line changes nothing",
                (false, true) => "an empty line keeps it, << leaves it out",
                (false, false) => "an empty line keeps it",
                (true, false) => "",
            };
            let place = if self.shows_places { question.place.as_str() } else { "" };
            let help = [place, &question.help, empty_help, "< goes back"];
            let help = help.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
            let now = if present.is_empty() { String::new() } else { format!(" [{}]", one_line(&present)) };
            let line = LinePrompter::line(&format!("{}{now} ({help}): ", question.label))?;
            if line == BACK {
                return Ok(Answer::Back);
            }
            let answer = match line.as_str() {
                "" => present.clone(),
                LEAVE_OUT if can_be_left_out => String::new(),
                _ => line,
            };
            match validate(&answer) {
                Ok(()) => return Ok(Answer::Given(answer)),
                Err(why) => write(&format!("{}\n", one_line(&why))),
            }
            if let Some(offered) = question.offer.and_then(|offer| offer(&answer)) {
                present = offered;
            }
        }
    }

    fn one(&mut self, question: &Choice) -> Result<Answer<usize>, Cancelled> {
        if let Some(reason) = &question.reason {
            write(&format!("{}\n", one_line(reason)));
        }
        LinePrompter::list(question);
        loop {
            let line =
                LinePrompter::line(&format!("{} (a number or a name, {BACK} goes back): ", question.label))?;
            match line.trim() {
                BACK => return Ok(Answer::Back),
                "" => {}
                word => match LinePrompter::row(question, word) {
                    Some(row) => return Ok(Answer::Given(row)),
                    None => write("That is none of them, or more than one.\n"),
                },
            }
        }
    }

    fn several(&mut self, question: &Choice) -> Result<Answer<Vec<usize>>, Cancelled> {
        if let Some(reason) = &question.reason {
            write(&format!("{}\n", one_line(reason)));
        }
        LinePrompter::list(question);
        let mut marked: Vec<bool> = question.rows.iter().map(|row| row.chosen).collect();
        loop {
            let help = "numbers or names with commas between; -name takes the * away; an empty line goes on; < goes back";
            let line = LinePrompter::line(&format!("{} ({help}): ", question.label))?;
            if line.trim() == BACK {
                return Ok(Answer::Back);
            }
            let words = line.split(',').map(str::trim).filter(|word| !word.is_empty());
            let words: Vec<(&str, bool)> = words
                .map(|word| word.strip_prefix('-').map_or((word, true), |word| (word.trim(), false)))
                .collect();
            let unknown = words.iter().find(|(word, _)| LinePrompter::row(question, word).is_none());
            if let Some((unknown, _)) = unknown {
                write(&format!("{} is none of them, or more than one.\n", one_line(unknown)));
                continue;
            }
            for (word, chosen) in words {
                if let Some(row) = LinePrompter::row(question, word) {
                    marked[row] = chosen;
                }
            }
            return Ok(Answer::Given((0..marked.len()).filter(|row| marked[*row]).collect()));
        }
    }

    fn say(&mut self, text: &str) {
        write(&format!("{}\n", text.trim_end_matches('\n')));
    }
}

#[cfg(test)]
mod tests {
    use super::super::prompter::Row;
    use super::*;

    #[test]
    fn a_row_is_meant_by_its_number_or_by_a_name_that_only_it_has() {
        let rows = ["Name", "Name suffix", "Notes"].map(Row::new).to_vec();
        let question = Choice { rows, ..Choice::default() };
        for (word, row) in [
            ("1", Some(0)),
            ("3", Some(2)),
            ("0", None),
            ("4", None),
            ("suffix", Some(1)),
            ("name", Some(0)),
            ("zzz", None),
        ] {
            assert_eq!(LinePrompter::row(&question, word), row, "{word}");
        }
    }
}
