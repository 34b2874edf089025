//! What is said where the reading ends before the input does.

use std::rc::Rc;

use super::Format;
use super::reader::Stop;
use crate::model::problem::{Fault, Problem, Rule, Source};

/// What ended the reading of this row, and in which column where that is known.
pub fn problem(stop: Stop, format: Format, row: u64, column: Option<&Rc<str>>) -> Box<Problem> {
    Box::new(match stop {
        Stop::Io(error) => Problem::usage(format!("cannot read the input: {error}"))
            .at(Source::Row { row, column: None })
            .hint("see whether the file can still be read"),
        Stop::Malformed { at, byte, encoding } => {
            return at_column(malformed(at, byte, encoding), row, column);
        }
        Stop::Gzip { is_cut } => gzip(is_cut).of(Source::Row { row, column: None }),
        Stop::TooLarge => Fault::new(Rule::TOO_LONG, "the row is larger than 4 MiB")
            .hint(match format {
                Format::Csv { .. } => "the usual reason is a double quote that is opened here and not closed",
                Format::JsonLines | Format::Workbook => "each line must be one JSON object, for one customer",
            })
            .of(Source::Row { row, column: None }),
    })
}

fn malformed(at: u64, byte: Option<u8>, encoding: &str) -> Fault {
    let is_utf_16 = encoding.starts_with("UTF-16");
    let message = match byte.filter(|_| !is_utf_16) {
        Some(byte) => format!(
            "the input is not {encoding}: byte 0x{byte:02x}, which is byte {at} of the file, cannot be read"
        ),
        None if is_utf_16 => format!("the input is not valid UTF-16 at byte {at} of the file"),
        None => format!("the input is not valid {encoding} at byte {at} of the file"),
    };
    Fault::new(Rule::SYNTAX, message).hint(if is_utf_16 {
        "save it as UTF-8"
    } else {
        "see whether --encoding names the right one, or save the table as UTF-8"
    })
}

/// A compressed file that cannot be read to its end.
pub fn gzip(is_cut: bool) -> Fault {
    let what = if is_cut { "ends before its end" } else { "is broken" };
    Fault::new(Rule::SYNTAX, format!("the compressed file (gzip) {what}"))
        .hint("copy it again, or decompress it with `gunzip` to see what is left")
}

/// A byte that is not UTF-8, by its place in the file.
pub fn not_utf8(byte: u8, at: u64, row: u64, column: Option<&Rc<str>>) -> Box<Problem> {
    let message =
        format!("the input is not UTF-8: byte 0x{byte:02x}, which is byte {at} of the file, cannot be read");
    at_column(
        Fault::new(Rule::SYNTAX, message).hint(
            "save it as UTF-8 (in Excel the type \"CSV UTF-8\"), or say which encoding it has: --encoding windows-1252",
        ),
        row,
        column,
    )
}

/// A quote that is never closed makes one cell of the rest of the input.
pub fn never_closed(row: u64, column: Option<&Rc<str>>) -> Box<Problem> {
    let fault =
        Fault::new(Rule::SYNTAX, "a double quote is opened here and not closed before the end of the input")
            .hint("close it; a double quote within a quoted value is written twice, as in \"a \"\"b\"\" c\"");
    at_column(fault, row, column)
}

/// Text behind a closing quote, which other programs read in other ways.
pub fn text_behind_quote() -> Fault {
    Fault::new(Rule::SYNTAX, "a value goes on after its closing double quote")
        .hint("a double quote within a quoted value is written twice, as in \"a \"\"b\"\" c\"")
}

pub fn at_column(fault: Fault, row: u64, column: Option<&Rc<str>>) -> Box<Problem> {
    let problem = fault.of(Source::Row { row, column: column.map(Rc::clone) });
    Box::new(match column {
        Some(column) => problem.on(column.as_ref()),
        None => problem,
    })
}
