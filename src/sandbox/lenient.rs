//! How ServiceStack cuts a JSON or JSV text into names and raw values, forgiving most of what strict readers refuse.
//!
//! A raw value is read only when the kind that it is wanted for is known. That is why raw control characters, a key
//! given twice, an unescaped date and a body that ends inside a nested record all come out as on a real host.

/// JSON, or ServiceStack's own JSV: `{name:value}` with quotes only where a value needs them, doubled inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    Json,
    Jsv,
}

/// A value as it stands in the text, its quotes included.
#[derive(Debug, Clone, Copy)]
pub struct Raw<'a> {
    pub text: &'a str,
    pub notation: Notation,
}

#[derive(Debug)]
pub struct Member<'a> {
    /// `None` where JSON lacks the quotes: such a name binds nothing.
    pub name: Option<String>,
    pub value: Raw<'a>,
}

/// Why no object came out of a text.
#[derive(Debug, PartialEq, Eq)]
pub enum Unreadable {
    NotAnObject,
    /// The text ends in the object's own level. An end inside a nested value goes unnoticed.
    Cut,
}

impl<'a> Raw<'a> {
    pub fn new(text: &'a str, notation: Notation) -> Raw<'a> {
        Raw { text: text.trim(), notation }
    }

    pub fn is_null(self) -> bool {
        self.notation == Notation::Json && self.text == "null"
    }

    /// The text between the quotes, escapes left as they are; the whole text where there are no quotes.
    pub fn inner(self) -> &'a str {
        self.quoted().unwrap_or(self.text)
    }

    fn quoted(self) -> Option<&'a str> {
        self.text.strip_prefix('"')?.strip_suffix('"')
    }

    /// What a text field makes of the value: an object or a list in JSON becomes its JSV text.
    pub fn to_text(self) -> String {
        match (self.notation, self.quoted()) {
            (Notation::Json, Some(inner)) => unescape(inner),
            (Notation::Json, None) if self.text.starts_with(['{', '[']) => jsv(self.text),
            (Notation::Jsv, Some(inner)) => inner.replace("\"\"", "\""),
            (Notation::Json | Notation::Jsv, None) => self.text.to_owned(),
        }
    }

    /// The members of an object, in the text's order.
    pub fn members(self) -> Result<Vec<Member<'a>>, Unreadable> {
        let mut reader = Reader { text: self.text, at: 0, notation: self.notation };
        reader.skip_blanks();
        if !reader.take(b'{') {
            return Err(Unreadable::NotAnObject);
        }
        let mut members = Vec::new();
        loop {
            reader.skip_blanks();
            if reader.take(b'}') {
                return Ok(members);
            }
            if reader.take(b',') {
                continue;
            }
            let name = reader.name().ok_or(Unreadable::Cut)?;
            reader.skip_blanks();
            match reader.value() {
                (Some(value), Ending::Whole) => members.push(Member { name, value }),
                (Some(value), Ending::CutInside) => {
                    members.push(Member { name, value });
                    return Ok(members);
                }
                (None, _) | (Some(_), Ending::Cut) => return Err(Unreadable::Cut),
            }
        }
    }

    /// The items of a list; `None` where the text is no whole list.
    pub fn items(self) -> Option<Vec<Raw<'a>>> {
        let mut reader = Reader { text: self.text, at: 0, notation: self.notation };
        if !reader.take(b'[') {
            return None;
        }
        let mut items = Vec::new();
        loop {
            reader.skip_blanks();
            if reader.take(b']') {
                return Some(items);
            }
            if reader.take(b',') {
                continue;
            }
            match reader.value() {
                (Some(value), Ending::Whole) => items.push(value),
                (None, _) | (Some(_), Ending::CutInside | Ending::Cut) => return None,
            }
        }
    }
}

enum Ending {
    Whole,
    /// The text ended inside an object or list.
    CutInside,
    /// The text ended inside a string, or before anything stood there.
    Cut,
}

/// Every character that the reader stops at is ASCII, so that its offsets never fall inside a character.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    notation: Notation,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.at += 1;
        }
        found
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// The name up to and with its colon; `None` where the text ends first.
    fn name(&mut self) -> Option<Option<String>> {
        let start = self.at;
        let quoted = self.peek() == Some(b'"');
        if quoted {
            self.at = end_of_string(self.text, self.at, self.notation)?;
        } else {
            while self.peek()? != b':' {
                self.at += 1;
            }
        }
        let raw = Raw::new(&self.text[start..self.at], self.notation);
        self.skip_blanks();
        self.take(b':');
        Some((quoted || self.notation == Notation::Jsv).then(|| raw.to_text()))
    }

    fn value(&mut self) -> (Option<Raw<'a>>, Ending) {
        let start = self.at;
        let Some(first) = self.peek() else { return (None, Ending::Cut) };
        let (end, ending) = match first {
            b'"' => match end_of_string(self.text, start, self.notation) {
                Some(end) => (end, Ending::Whole),
                None => (self.text.len(), Ending::Cut),
            },
            b'{' | b'[' => match end_of_nested(self.text, start, self.notation) {
                Some(end) => (end, Ending::Whole),
                None => (self.text.len(), Ending::CutInside),
            },
            _ => {
                let rest = &self.text.as_bytes()[start..];
                let length = rest.iter().position(|byte| matches!(byte, b',' | b'}' | b']'));
                match length {
                    // A stray closing bracket would otherwise be a value of no length, again and again.
                    Some(0) => (start + 1, Ending::Whole),
                    Some(length) => (start + length, Ending::Whole),
                    None => (self.text.len(), Ending::Cut),
                }
            }
        };
        self.at = end;
        (Some(Raw::new(&self.text[start..end], self.notation)), ending)
    }
}

/// Where the string that begins at `start` ends, its closing quote included.
fn end_of_string(text: &str, start: usize, notation: Notation) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = start + 1;
    loop {
        match (bytes.get(at)?, notation) {
            (b'\\', Notation::Json) => at += 2,
            (b'"', Notation::Jsv) if bytes.get(at + 1) == Some(&b'"') => at += 2,
            (b'"', Notation::Json | Notation::Jsv) => return Some(at + 1),
            (_, Notation::Json | Notation::Jsv) => at += 1,
        }
    }
}

/// Where the object or list that begins at `start` ends. Brackets are counted, not matched, as the original does.
fn end_of_nested(text: &str, start: usize, notation: Notation) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (start, 0usize);
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = end_of_string(text, at, notation)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

fn unescape(inner: &str) -> String {
    let mut units: Vec<u16> = Vec::new();
    let mut text = String::with_capacity(inner.len());
    let mut letters = inner.chars();
    let flush = |units: &mut Vec<u16>, text: &mut String| {
        text.extend(
            char::decode_utf16(units.drain(..)).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)),
        );
    };
    while let Some(letter) = letters.next() {
        if letter == '\\' {
            let rest = letters.as_str();
            let hex = rest.strip_prefix('u').and_then(|digits| digits.get(..4));
            if let Some(unit) = hex.and_then(|digits| u16::from_str_radix(digits, 16).ok()) {
                // The halves of a pair stand in two escapes, so they are put together at the end of the run.
                units.push(unit);
                letters = rest[5..].chars();
                continue;
            }
            flush(&mut units, &mut text);
            match letters.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some('r') => text.push('\r'),
                Some('b') => text.push('\u{8}'),
                Some('f') => text.push('\u{c}'),
                Some(other) => text.push(other),
                None => text.push('\\'),
            }
        } else {
            flush(&mut units, &mut text);
            text.push(letter);
        }
    }
    flush(&mut units, &mut text);
    text
}

/// A text as JSV writes it: quoted only where it would be taken for structure.
pub fn jsv_text(text: &str) -> String {
    if text.is_empty() || text.contains(['"', ',', '{', '}', '[', ']', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// A JSON text as JSV. It goes through the text once and never into itself, so that no depth can exhaust the stack.
fn jsv(json: &str) -> String {
    let mut jsv = String::with_capacity(json.len());
    let mut at = 0;
    while let Some(letter) = json[at..].chars().next() {
        if letter == '"' {
            let end = end_of_string(json, at, Notation::Json).unwrap_or(json.len());
            jsv.push_str(&jsv_text(&Raw::new(&json[at..end], Notation::Json).to_text()));
            at = end;
        } else {
            if !letter.is_ascii_whitespace() {
                jsv.push(letter);
            }
            at += letter.len_utf8();
        }
    }
    jsv
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(text: &str) -> Result<Vec<(String, String)>, Unreadable> {
        let members = Raw::new(text, Notation::Json).members()?;
        Ok(members
            .into_iter()
            .map(|member| (member.name.unwrap_or_default(), member.value.text.to_owned()))
            .collect())
    }

    #[test]
    fn an_end_in_the_first_level_is_noticed_and_one_further_in_is_not() {
        for cut in
            ["{", "{\"a\"", "{\"a\":", "{\"a\":\"x", "{\"a\":\"x\"", "{\"a\":\"x\",", "{\"a\":tr", "{\"a\\"]
        {
            assert_eq!(members(cut), Err(Unreadable::Cut), "{cut}");
        }
        let cut_inside = members("{\"a\":\"x\",\"list\":[{\"b\":\"y\"},{\"b").expect("silently accepted");
        assert_eq!(cut_inside.len(), 2);
        assert_eq!(cut_inside[0], ("a".to_owned(), "\"x\"".to_owned()));
    }

    #[test]
    fn odd_texts_come_to_an_end() {
        for odd in ["{]", "{]]]", "{,,", "{:}", "{\"a\":]}", "[]", "", "\u{feff}{", "{\"a\":é,\"ü\":}", "{\\"]
        {
            let _ = members(odd);
            let _ = Raw::new(odd, Notation::Jsv).members();
            let _ = Raw::new(odd, Notation::Json).items();
            let _ = Raw::new(odd, Notation::Json).to_text();
        }
    }

    #[test]
    fn a_text_is_unescaped_pairs_of_surrogates_included() {
        let text = Raw::new(r#""a\u00e9\n\ud83d\ude00\ud83d.\/\u00""#, Notation::Json).to_text();
        assert_eq!(text, "aé\n😀\u{fffd}./u00");
    }

    #[test]
    fn an_object_where_a_text_belongs_becomes_its_jsv() {
        let deep = "[".repeat(1_000_000);
        assert_eq!(Raw::new(&deep, Notation::Json).to_text(), deep);
        let text = Raw::new(r#"{"a": 1, "b": ["x, y", "z"]}"#, Notation::Json).to_text();
        assert_eq!(text, r#"{a:1,b:["x, y",z]}"#);
    }
}
