//! Which program a name or a command line is for.

use std::ffi::OsString;

/// What starts the program of this name. Windows starts by itself only what ends in `.exe`; many a program is a script
/// that ends in `.cmd` there, as `code` and `gcloud` are. The working directory is not looked through.
pub fn find(name: &str) -> OsString {
    #[cfg(windows)]
    if let Ok(found) = which::which_global(name) {
        return found.into();
    }
    name.into()
}

/// Whether a program has this name or path.
#[cfg(windows)]
pub fn exists(name: &str) -> bool {
    which::which_global(name).is_ok()
}

/// The program and the arguments of a command line that no shell reads, as `VISUAL` is on Windows: quotes protect blanks,
/// and a path with blanks is taken whole without them where it leads to a program.
#[cfg(any(windows, test))]
pub fn split(line: &str, is_program: impl Fn(&str) -> bool) -> (String, Vec<String>) {
    let line = line.trim();
    let blanks = line.char_indices().filter(|(_, letter)| letter.is_whitespace()).map(|(at, _)| at);
    let ends: Vec<usize> = blanks.chain([line.len()]).collect();
    if let Some(&end) = ends.iter().rev().find(|&&end| is_program(&line[..end])) {
        return (line[..end].to_owned(), words(&line[end..]));
    }
    let mut words = words(line).into_iter();
    (words.next().unwrap_or_default(), words.collect())
}

/// The words of a text, in which quotes protect blanks.
#[cfg(any(windows, test))]
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted) = (Vec::new(), None::<String>, false);
    for letter in text.chars() {
        match letter {
            '"' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            blank if blank.is_whitespace() && !is_quoted => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_blanks_is_one_program_with_quotes_or_without() {
        let editor = r"C:\Program Files\Notepad++\notepad++.exe";
        let is_program = |path: &str| path == editor || path == "code";
        for (line, program, arguments) in [
            (editor.to_owned(), editor, &[][..]),
            (format!("{editor} -multiInst -nosession"), editor, &["-multiInst", "-nosession"]),
            (format!("\"{editor}\" -multiInst"), editor, &["-multiInst"]),
            ("code --wait".to_owned(), "code", &["--wait"]),
            (" code  --title \"a b\" ".to_owned(), "code", &["--title", "a b"]),
            ("unknown --x".to_owned(), "unknown", &["--x"]),
            (String::new(), "", &[]),
        ] {
            let (found, rest) = split(&line, is_program);
            assert_eq!(
                (found.as_str(), rest),
                (program, arguments.iter().map(|&word| word.to_owned()).collect()),
                "{line}"
            );
        }
    }
}
