//! Questions on a terminal without a cursor (`TERM=dumb`, Emacs, a serial line): numbered lists, whole lines.

use std::io::{self, BufRead, Write};

use super::ask::{Answer, Ask, Choice, Judge, Leave, Row, Text, found};
use super::screen::one_line;

/// What steps back, since such a terminal has no Esc of its own.
const BACK: &str = "<";

#[derive(Debug, Default)]
pub struct Plain;

impl Plain {
    /// One line, without its end.
    ///
    /// # Errors
    /// The input ended: Ctrl-D, or a terminal that is gone. Ctrl-C is a signal here.
    fn line(prompt: &str) -> Result<String, Leave> {
        write(prompt);
        let mut line = Vec::new();
        match io::stdin().lock().read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => {
                write("\n");
                Err(Leave)
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
        let is_called = |row: &Row| {
            let names = [row.label.as_str(), row.detail.split(' ').next().unwrap_or_default()];
            names.iter().any(|name| name.eq_ignore_ascii_case(word))
        };
        let found = found(&question.rows, word);
        match found.as_slice() {
            [only] => Some(*only),
            _ => found.into_iter().find(|row| is_called(&question.rows[*row])),
        }
    }
}

fn write(text: &str) {
    let mut stderr = io::stderr().lock();
    // Where nobody can read the question, nobody answers it either, and reading ends.
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}

impl Ask for Plain {
    fn text(&mut self, question: &Text, judge: &mut Judge<'_>) -> Result<Answer<String>, Leave> {
        if let Some(reason) = &question.reason {
            write(&format!("{}\n", one_line(reason)));
        }
        let initial = &question.initial;
        let now = if initial.is_empty() { String::new() } else { format!(" [{}]", one_line(initial)) };
        let help = [&question.place, &question.help].map(String::as_str);
        let help = help.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        loop {
            let line = Plain::line(&format!("{}{now} ({help}): ", question.label))?;
            if line == BACK {
                return Ok(Answer::Back);
            }
            let answer = if line.is_empty() { initial.clone() } else { line };
            match judge(&answer) {
                Ok(()) => return Ok(Answer::Given(answer)),
                Err(why) => write(&format!("{}\n", one_line(&why))),
            }
        }
    }

    fn one(&mut self, question: &Choice) -> Result<Answer<usize>, Leave> {
        if let Some(reason) = &question.reason {
            write(&format!("{}\n", one_line(reason)));
        }
        Plain::list(question);
        loop {
            let line = Plain::line(&format!("{} (a number or a name, {BACK} goes back): ", question.label))?;
            match line.trim() {
                BACK => return Ok(Answer::Back),
                "" => {}
                word => match Plain::row(question, word) {
                    Some(row) => return Ok(Answer::Given(row)),
                    None => write("That is none of them, or more than one.\n"),
                },
            }
        }
    }

    fn several(&mut self, question: &Choice) -> Result<Answer<Vec<usize>>, Leave> {
        Plain::list(question);
        let mut marked: Vec<bool> = question.rows.iter().map(|row| row.chosen).collect();
        loop {
            let help =
                format!("numbers or names with commas between, an empty line keeps the *, {BACK} goes back");
            let line = Plain::line(&format!("{} ({help}): ", question.label))?;
            if line.trim() == BACK {
                return Ok(Answer::Back);
            }
            let words: Vec<&str> = line.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
            let rows: Vec<Option<usize>> = words.iter().map(|word| Plain::row(question, word)).collect();
            if let Some(unknown) = rows.iter().position(Option::is_none) {
                write(&format!("{} is none of them, or more than one.\n", one_line(words[unknown])));
                continue;
            }
            for row in rows.into_iter().flatten() {
                marked[row] = !marked[row];
            }
            return Ok(Answer::Given((0..marked.len()).filter(|row| marked[*row]).collect()));
        }
    }

    fn say(&mut self, text: &str) {
        write(&format!("{}\n", anstream::adapter::strip_str(text.trim_end_matches('\n'))));
    }
}

#[cfg(test)]
mod tests {
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
            assert_eq!(Plain::row(&question, word), row, "{word}");
        }
    }
}
