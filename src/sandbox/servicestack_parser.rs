//! How ServiceStack cuts JSON into names and raw values, accepting most of what strict parsers refuse.
//!
//! A raw value is read only once the kind of its field is known. That is why raw control characters, a key given
//! twice, an escaped date and a body cut inside a nested record all come out as on a real host.

/// A value as it stands in the text, its quotes included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raw<'a>(pub &'a str);

#[derive(Debug, PartialEq, Eq)]
pub enum ParseError {
    NotAnObject,
    /// The text ends in the object's own level. An end inside a nested value goes unnoticed.
    Truncated,
}

impl<'a> Raw<'a> {
    pub fn is_null(self) -> bool {
        self.0 == "null"
    }

    /// The text between the quotes, escapes left as they are; the whole text where there are no quotes.
    pub fn inner(self) -> &'a str {
        self.quoted().unwrap_or(self.0)
    }

    fn quoted(self) -> Option<&'a str> {
        self.0.strip_prefix('"')?.strip_suffix('"')
    }

    /// The value as a text field gets it: an object or a list becomes its JSV, ServiceStack's own notation.
    pub fn to_text(self) -> String {
        match self.quoted() {
            Some(inner) => unescape(inner),
            None if self.0.starts_with(['{', '[']) => to_jsv(self.0),
            None => self.0.to_owned(),
        }
    }

    /// The members of an object, in the text's order. A name without quotes binds nothing and is left out.
    pub fn members(self) -> Result<Vec<(String, Raw<'a>)>, ParseError> {
        let mut cursor = Cursor(self.0.strip_prefix('{').ok_or(ParseError::NotAnObject)?);
        let mut members = Vec::new();
        while !cursor.skip_to_next('}') {
            let name = cursor.name().ok_or(ParseError::Truncated)?;
            let (value, cut) = cursor.value().ok_or(ParseError::Truncated)?;
            members.extend(name.quoted().map(|_| (name.to_text(), value)));
            if cut {
                break;
            }
        }
        Ok(members)
    }

    /// The items of a list; `None` where the text is no whole list.
    pub fn items(self) -> Option<Vec<Raw<'a>>> {
        let mut cursor = Cursor(self.0.strip_prefix('[')?);
        let mut items = Vec::new();
        while !cursor.skip_to_next(']') {
            let (value, cut) = cursor.value()?;
            if cut {
                return None;
            }
            items.push(value);
        }
        Some(items)
    }
}

/// The text that is still to be read. Whatever it is cut at is ASCII, so that no cut falls inside a character.
struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    /// Skips blanks and commas; takes the closing bracket if it comes next, and says so.
    fn skip_to_next(&mut self, close: char) -> bool {
        self.0 = self.0.trim_start_matches(|letter: char| letter.is_ascii_whitespace() || letter == ',');
        let rest = self.0.strip_prefix(close);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn take(&mut self, length: usize) -> Raw<'a> {
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        Raw(taken.trim())
    }

    /// The name before a colon, and the colon; `None` where the text ends first.
    fn name(&mut self) -> Option<Raw<'a>> {
        let length = if self.0.starts_with('"') { string_length(self.0) } else { self.0.find(':') };
        let name = self.take(length?);
        self.0 = self.0.trim_start();
        self.0 = self.0.strip_prefix(':').unwrap_or(self.0).trim_start();
        Some(name)
    }

    /// The next value, and whether the text ended inside an object or list; `None` where it ended earlier.
    fn value(&mut self) -> Option<(Raw<'a>, bool)> {
        let length = match self.0.as_bytes().first()? {
            b'"' => string_length(self.0)?,
            b'{' | b'[' => match nested_length(self.0) {
                Some(length) => length,
                None => return Some((self.take(self.0.len()), true)),
            },
            // A stray closing bracket would otherwise be a value of no length, again and again.
            _ => self.0.find([',', '}', ']'])?.max(1),
        };
        Some((self.take(length), false))
    }
}

/// The length of the string that the text begins with, its quotes included.
fn string_length(text: &str) -> Option<usize> {
    let mut escaped = true;
    let end = text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map(|end| end + 1)
}

/// The length of the object or list that the text begins with. Brackets are counted, not matched, as the original
/// does.
fn nested_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 0usize);
    loop {
        match bytes.get(at)? {
            b'"' => {
                at += string_length(&text[at..])?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// A text without its escapes. One with an escape that JSON does not have stays as it is.
fn unescape(inner: &str) -> String {
    // Raw control characters are taken as they are here, but not by serde_json.
    let strict: String =
        inner
            .chars()
            .map(|letter| {
                if letter.is_control() { format!("\\u{:04x}", u32::from(letter)) } else { letter.to_string() }
            })
            .collect();
    serde_json::from_str(&format!("\"{strict}\"")).unwrap_or_else(|_| inner.to_owned())
}

/// A JSON text as JSV: quotes only around what would be taken for structure, doubled inside. It goes through the text
/// once and never into itself, so that no depth can exhaust the stack.
fn to_jsv(json: &str) -> String {
    let mut jsv = String::with_capacity(json.len());
    let mut rest = Cursor(json);
    while let Some(letter) = rest.0.chars().next() {
        if letter == '"' {
            let text = rest.take(string_length(rest.0).unwrap_or(rest.0.len())).to_text();
            if text.is_empty() || text.contains(['"', ',', '{', '}', '[', ']', '\n', '\r']) {
                jsv.push_str(&format!("\"{}\"", text.replace('"', "\"\"")));
            } else {
                jsv.push_str(&text);
            }
        } else {
            jsv.push_str(rest.take(letter.len_utf8()).0);
        }
    }
    jsv
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_in_the_first_level_is_noticed_and_one_further_in_is_not() {
        for cut in
            ["{", "{\"a\"", "{\"a\":", "{\"a\":\"x", "{\"a\":\"x\"", "{\"a\":\"x\",", "{\"a\":tr", "{\"a\\"]
        {
            assert_eq!(Raw(cut).members(), Err(ParseError::Truncated), "{cut}");
        }
        let cut_inside = Raw("{\"a\":\"x\",\"list\":[{\"b\":\"y\"},{\"b").members();
        let cut_inside = cut_inside.expect("silently accepted");
        assert_eq!(cut_inside.len(), 2);
        assert_eq!(cut_inside[0], ("a".to_owned(), Raw("\"x\"")));
    }

    #[test]
    fn odd_texts_come_to_an_end() {
        for odd in ["{]", "{]]]", "{,,", "{:}", "{\"a\":]}", "[]", "", "\u{feff}{", "{\"a\":é,\"ü\":}", "{\\"]
        {
            let _ = Raw(odd).members();
            let _ = Raw(odd).items();
            let _ = Raw(odd).to_text();
        }
    }

    #[test]
    fn a_text_is_unescaped_pairs_of_surrogates_included() {
        assert_eq!(Raw(r#""a\u00e9\n\ud83d\ude00.\/""#).to_text(), "aé\n😀./");
        assert_eq!(Raw("\"a\nb\\\\\"").to_text(), "a\nb\\");
    }

    #[test]
    fn an_object_where_a_text_belongs_becomes_its_jsv() {
        let deep = "[".repeat(1_000_000);
        assert_eq!(Raw(&deep).to_text(), deep);
        let text = Raw(r#"{"a": 1, "b": ["x, y", "z"]}"#).to_text();
        assert_eq!(text, r#"{a:1,b:["x, y",z]}"#);
    }
}
