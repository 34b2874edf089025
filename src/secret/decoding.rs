//! A text as it reads when its escapes are undone, one notation after the other, with the place of each byte in the text.

use std::ops::Range;

/// So many notations may lie inside one another, as HTML in a text of JSON in a text of JSON.
const DEEPEST: u8 = 3;

/// A text whose escapes are undone.
pub struct Reading {
    bytes: Vec<u8>,
    /// Where each byte is written in the text; `None` where the text is read as it is.
    places: Option<Vec<(u32, u32)>>,
}

/// Passes every reading of the text to `visit`, as it is first.
pub fn each_reading(text: &str, visit: &mut impl FnMut(&Reading)) {
    let reading = Reading { bytes: text.as_bytes().to_vec(), places: None };
    // A place has four bytes; nothing that we read is nearly as long.
    let depth = if u32::try_from(text.len()).is_ok() { DEEPEST } else { 0 };
    read_deeper(&reading, depth, visit);
}

fn read_deeper(reading: &Reading, depth: u8, visit: &mut impl FnMut(&Reading)) {
    visit(reading);
    if depth == 0 {
        return;
    }
    // The first undoes every notation at once, for texts in which they are mixed.
    let mut seen: Vec<Reading> = Vec::new();
    let all = [&[json as Unescape, percent, html][..], &[json], &[percent], &[plus, percent], &[html]];
    for decoded in all.into_iter().filter_map(|notations| reading.decoded(notations)) {
        if seen.iter().all(|other| other.bytes != decoded.bytes) {
            read_deeper(&decoded, depth - 1, visit);
            seen.push(decoded);
        }
    }
}

/// Reads an escape at the start of the bytes: how long it is, and what it stands for.
type Unescape = fn(&[u8]) -> Option<(usize, char)>;

impl Reading {
    /// Where this is in the text.
    pub fn find<'a>(&'a self, wanted: &'a [u8]) -> impl Iterator<Item = Range<usize>> + 'a {
        let mut from = 0;
        std::iter::from_fn(move || {
            let first = wanted.first()?;
            loop {
                from += self.bytes.get(from..)?.iter().position(|byte| byte == first)?;
                if self.bytes[from..].starts_with(wanted) {
                    let found = self.place(from).start..self.place(from + wanted.len() - 1).end;
                    from += wanted.len();
                    return Some(found);
                }
                from += 1;
            }
        })
    }

    fn place(&self, at: usize) -> Range<usize> {
        let place = self.places.as_ref().map(|places| places[at]);
        place.map_or(at..at + 1, |(start, end)| start as usize..end as usize)
    }

    /// The same with the escapes of these notations undone; `None` where there are none.
    fn decoded(&self, notations: &[Unescape]) -> Option<Reading> {
        let escape = |at: usize| {
            let could_be = matches!(self.bytes[at], b'\\' | b'%' | b'+' | b'&');
            could_be.then(|| notations.iter().find_map(|unescape| unescape(&self.bytes[at..])))?
        };
        let first = (0..self.bytes.len()).find(|at| escape(*at).is_some())?;
        let mut bytes = self.bytes[..first].to_vec();
        let mut places: Vec<(u32, u32)> = (0..first).map(|at| self.narrow(at, at)).collect();
        let mut at = first;
        while at < self.bytes.len() {
            let (length, letter) = match escape(at) {
                Some((length, letter)) => (length, Some(letter)),
                None => (1, None),
            };
            let place = self.narrow(at, at + length - 1);
            match letter {
                // A percent sign stands for a byte, which may be a part of a letter.
                Some(letter) if self.bytes[at] == b'%' && length == BYTE => bytes.push(letter as u8),
                Some(letter) => bytes.extend(letter.encode_utf8(&mut [0; 4]).bytes()),
                None => bytes.push(self.bytes[at]),
            }
            places.resize(bytes.len(), place);
            at += length;
        }
        Some(Reading { bytes, places: Some(places) })
    }

    fn narrow(&self, first: usize, last: usize) -> (u32, u32) {
        let (start, end) = (self.place(first).start, self.place(last).end);
        // The caller has made sure that they fit.
        (start as u32, end as u32)
    }
}

/// JSON (RFC 8259, section 7).
fn json(text: &[u8]) -> Option<(usize, char)> {
    let letter = match text.strip_prefix(b"\\")?.first()? {
        b'u' => return json_unicode(text),
        letter @ (b'"' | b'\\' | b'/' | b'\'') => char::from(*letter),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        _ => return None,
    };
    Some((2, letter))
}

fn json_unicode(text: &[u8]) -> Option<(usize, char)> {
    let unit = |at: usize| number(text.get(at..at + 6)?.strip_prefix(b"\\u")?, 16);
    let first = unit(0)?;
    match char::from_u32(first) {
        Some(letter) => Some((6, letter)),
        None => {
            let units = [u16::try_from(first).ok()?, u16::try_from(unit(6)?).ok()?];
            Some((12, char::decode_utf16(units).next()?.ok()?))
        }
    }
}

/// How long the percent sign of a byte is.
const BYTE: usize = 3;

/// A URL or a form. `%u00e4` is a unit of UTF-16, as older versions of .NET write it.
fn percent(text: &[u8]) -> Option<(usize, char)> {
    if let Some(unit) = text.strip_prefix(b"%u") {
        return Some((6, char::from_u32(number(unit.get(..4)?, 16)?)?));
    }
    let byte = number(text.get(..BYTE)?.strip_prefix(b"%")?, 16)?;
    Some((BYTE, char::from_u32(byte)?))
}

/// The space in a form.
fn plus(text: &[u8]) -> Option<(usize, char)> {
    text.starts_with(b"+").then_some((1, ' '))
}

/// HTML, by number and by the names that hosts use; of other names there are two thousand.
fn html(text: &[u8]) -> Option<(usize, char)> {
    let inner = text.strip_prefix(b"&")?;
    let length = inner.iter().take(LONGEST_NAME).position(|byte| *byte == b';')?;
    let letter = match &inner[..length] {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        b"nbsp" => '\u{a0}',
        [b'#', b'x' | b'X', digits @ ..] => char::from_u32(number(digits, 16)?)?,
        [b'#', digits @ ..] => char::from_u32(number(digits, 10)?)?,
        name => latin(name)?,
    };
    Some((length + 2, letter))
}

const LONGEST_NAME: usize = 10;

/// The names of U+00A1 to U+00FF, which `HtmlEncode` of older hosts writes (HTML 4.01, section 24.2).
fn latin(name: &[u8]) -> Option<char> {
    let at = LATIN.split(' ').position(|own| own.as_bytes() == name)?;
    char::from_u32(0xa1 + u32::try_from(at).ok()?)
}

const LATIN: &str = "iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 \
    acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig \
    Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash \
    Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc \
    euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml \
    yacute thorn yuml";

fn number(digits: &[u8], base: u32) -> Option<u32> {
    let is_digit = |byte: &u8| char::from(*byte).is_digit(base);
    if digits.is_empty() || !digits.iter().all(is_digit) {
        return None;
    }
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, base).ok()
}
