//! Text in HTML: nothing that anybody wrote can be taken for a tag.

use jiff::Timestamp;

use crate::escape::escaped;

/// A text as HTML, with invisible characters escaped.
pub fn text(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for letter in escaped(text).chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

/// An element with this text in it.
pub fn tag(name: &str, content: &str) -> String {
    format!("<{name}>{}</{name}>", text(content))
}

/// A time in milliseconds since 1970, in UTC to the second.
pub fn time(milliseconds: i64) -> String {
    let time = Timestamp::from_millisecond(milliseconds);
    time.map_or_else(|_| String::new(), |time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
}

/// A time as the database has it, in UTC to the second.
pub fn stored_time(stored: &str) -> String {
    stored.parse().map_or_else(|_| stored.to_owned(), |read: Timestamp| time(read.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_becomes_a_tag() {
        assert_eq!(
            tag("p", "<script>alert(\"1\")</script> & '\u{202e}'"),
            "<p>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;\\u{202e}&#39;</p>"
        );
    }
}
