//! How two values differ that look much the same: a service may normalise, trim, cut or reorder what it is sent.

use unicode_normalization::UnicodeNormalization;

use crate::model::patch::{Item, Value};

/// A difference that is easily overlooked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subtle {
    /// The same letters, composed otherwise (Unicode NFC and NFD): they look alike.
    NormalForm,
    Case,
    OuterSpaces,
    /// The record holds the first so many characters.
    CutAfter(usize),
    OrderOfItems,
}

impl Subtle {
    pub fn describe(self) -> String {
        match self {
            Subtle::NormalForm => "the same letters in another Unicode normal form".to_owned(),
            Subtle::Case => "the same but for upper and lower case".to_owned(),
            Subtle::OuterSpaces => "the same but for spaces at the ends".to_owned(),
            Subtle::CutAfter(number) => format!("cut after {number} characters"),
            Subtle::OrderOfItems => "the same items in another order".to_owned(),
        }
    }
}

/// Whether two texts are the same but for their line ends: a service may store those of its own system.
pub fn same_text(one: &str, other: &str) -> bool {
    one == other || one.replace("\r\n", "\n") == other.replace("\r\n", "\n")
}

/// How a value that was sent differs from what the record holds, if that is easily overlooked.
pub fn subtle(now: &Value, sent: &Value, same_item: impl Fn(&Item, &Item) -> bool) -> Option<Subtle> {
    match (now, sent) {
        (Value::Text(now), Value::Text(sent)) => subtle_text(now, sent),
        (Value::List(now), Value::List(sent)) => {
            let mut left: Vec<&Item> = sent.iter().collect();
            let has_all = now.iter().all(|item| {
                let found = left.iter().position(|other| same_item(item, other));
                found.map(|position| left.remove(position)).is_some()
            });
            (has_all && left.is_empty()).then_some(Subtle::OrderOfItems)
        }
        (Value::Text(_) | Value::Bool(_) | Value::Date(_) | Value::List(_), _) => None,
    }
}

fn subtle_text(now: &str, sent: &str) -> Option<Subtle> {
    if now.nfc().eq(sent.nfc()) {
        Some(Subtle::NormalForm)
    } else if now.trim() == sent.trim() {
        Some(Subtle::OuterSpaces)
    } else if now.to_lowercase() == sent.to_lowercase() {
        Some(Subtle::Case)
    } else {
        (!now.is_empty() && sent.starts_with(now)).then(|| Subtle::CutAfter(now.chars().count()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_easily_overlooked_is_named() {
        for (now, sent, expected) in [
            ("Zo\u{eb}", "Zoe\u{308}", Some(Subtle::NormalForm)),
            ("Ada", " Ada ", Some(Subtle::OuterSpaces)),
            ("ADA", "Ada", Some(Subtle::Case)),
            ("Ada", "Adalbert", Some(Subtle::CutAfter(3))),
            ("Ada", "Eva", None),
            ("", "Ada", None),
        ] {
            assert_eq!(subtle_text(now, sent), expected, "{now:?} {sent:?}");
        }
        assert!(same_text("a\r\nb", "a\nb") && !same_text("a\rb", "a\nb"));
    }
}
