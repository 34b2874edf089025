//! Beginning to read an input by rows: what it is, and what its columns stand for.

use std::io::Read;
use std::rc::Rc;

use super::gzip::{self, Bytes};
use super::kind::{self, Kind};
use super::lines::Lines;
use super::map::Map;
use super::reader::Stop;
use super::sheet::Sheet;
use super::table::Table;
use super::transcode::Encoding;
use super::window::{Opened, Unusable, Window};
use super::{Detected, Format, Reading, RowOptions, SheetUsed, stopped, workbook};
use crate::model::field::Record;
use crate::model::problem::{Fault, Problem, Rule, Source};

/// Begins to read the input with this name.
///
/// # Errors
/// What is wrong with the input as a whole, or with its header.
pub fn open<R: Read>(
    record: &'static Record,
    name: &str,
    reader: R,
    options: &RowOptions,
) -> Result<(Reading<R>, Detected), Vec<Problem>> {
    let unreadable = |error| {
        vec![
            Problem::usage(format!("cannot read {name}: {error}"))
                .hint("name a file that can be read, or - for standard input"),
        ]
    };
    let map = options.map.as_ref().map(Map::read).transpose()?;
    let map = map.as_ref();
    let input = Bytes::open(reader).map_err(unreadable)?;
    let opened = Window::open(input, options.encoding).map_err(|error| match error {
        Unusable::Stop(Stop::Io(error)) => unreadable(error),
        Unusable::Stop(stop) => vec![*stopped::problem(stop, Format::Workbook, 1, None)],
        Unusable::Fault(fault) => vec![whole(name, fault)],
    })?;
    match opened {
        Opened::Text(window, encoding) => text(record, name, window, encoding, options, map),
        Opened::Workbook(input, head) => sheet(record, name, input, head, options, map),
    }
}

fn whole(name: &str, fault: Fault) -> Problem {
    fault.of(Source::WholeFile(Rc::from(name)))
}

const HEADER: &str = "the first row must be the header; `booster bulk template` prints one";

fn text<R: Read>(
    record: &'static Record,
    name: &str,
    mut window: Window<R>,
    encoding: Encoding,
    options: &RowOptions,
    map: Option<&Map>,
) -> Result<(Reading<R>, Detected), Vec<Problem>> {
    if options.sheet.is_some() {
        return Err(vec![not_for("sheet", "--sheet names a sheet of a workbook, and the input is none")]);
    }
    if !has_text(&mut window) {
        return Err(vec![whole(name, Fault::new(Rule::SYNTAX, "the file is empty").hint(HEADER))]);
    }
    let kind = kind::find(name, window.bytes()).map_err(|fault| vec![whole(name, fault)])?;
    let is_compressed = window.is_compressed();
    let detected = |format, columns| Detected { format, encoding, is_compressed, sheet: None, columns };
    Ok(match kind {
        Kind::JsonLines if map.is_some() => {
            return Err(vec![not_for("map", "--map is for columns, and JSON lines have none")]);
        }
        Kind::JsonLines => {
            (Reading::Lines(window, Lines::new(record)), detected(Format::JsonLines, Vec::new()))
        }
        Kind::Table => {
            let (table, columns) = Table::open(record, &mut window, options, map)?;
            let format = table.format();
            (Reading::Table(window, Box::new(table)), detected(format, columns))
        }
    })
}

fn sheet<R: Read>(
    record: &'static Record,
    name: &str,
    mut input: Bytes<R>,
    head: Vec<u8>,
    options: &RowOptions,
    map: Option<&Map>,
) -> Result<(Reading<R>, Detected), Vec<Problem>> {
    if options.encoding.is_some() {
        return Err(vec![not_for("encoding", "--encoding is for texts, and the input is a workbook")]);
    }
    let bytes = gzip::rest(&mut input, head, workbook::LARGEST)
        .map_err(|stop| vec![*stopped::problem(stop, Format::Workbook, 1, None)])?
        .ok_or_else(|| vec![whole(name, workbook::too_large())])?;
    let grid = workbook::read(name, &bytes, options)?;
    drop(bytes);
    let used = SheetUsed { name: grid.sheet.clone(), formulas: grid.formulas };
    let Some((sheet, columns)) = Sheet::open(record, grid, options, map)? else {
        let message = format!("the sheet {} is empty", crate::escape::quoted(&used.name));
        let hint = format!("name another one with --sheet, or fill this one: {HEADER}");
        return Err(vec![whole(name, Fault::new(Rule::SYNTAX, message).hint(hint))]);
    };
    let detected = Detected {
        format: Format::Workbook,
        encoding: Encoding::Utf8,
        is_compressed: input.is_compressed(),
        sheet: Some(used),
        columns,
    };
    Ok((Reading::Sheet(Box::new(sheet)), detected))
}

fn not_for(flag: &str, message: &str) -> Problem {
    Problem::usage(message).at(Source::flag(flag)).hint(format!("remove --{flag}"))
}

/// Whether there is anything but blanks. What ends the reading here will do so again.
fn has_text<R: Read>(window: &mut Window<R>) -> bool {
    loop {
        if window.bytes().iter().any(|byte| !byte.is_ascii_whitespace()) {
            return true;
        }
        match window.more() {
            Ok(true) => {}
            Ok(false) => return false,
            Err(Stop::Io(_) | Stop::Malformed { .. } | Stop::Gzip { .. } | Stop::TooLarge) => return true,
        }
    }
}
