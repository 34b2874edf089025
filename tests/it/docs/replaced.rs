//! What differs from run to run, replaced by what a page can show: ports, times, names of runs. Each stays as long as
//! it usually is, so that tables and the lines of a terminal stay as they are.

/// The shape of each, with what is shown for it. In a shape `0` is a digit, `#` one or more, and `a` a small letter.
/// The names of runs differ, and the newest is often the first, so `SS` goes down with each other name.
const SHAPES: [(&str, &str); 8] = [
    ("00000000T000000000Z-aaaa", "20260131T0945SS123Z-kqwd"),
    ("0000-00-00T00:00:00.000Z", "2026-01-31T09:45:45.123Z"),
    ("0000-00-00T00:00:00Z", "2026-01-31T09:45:45Z"),
    ("0000-00-00 00:00:00 +00:00", "2026-01-31 09:45:45 +00:00"),
    ("0000-00-00 00:00", "2026-01-31 09:45"),
    ("127.0.0.1:#", "127.0.0.1:18310"),
    ("within # ms", "within 4 ms"),
    ("# s ahead of", "0 s ahead of"),
];

pub fn replaced(text: &str) -> String {
    let mut written = String::new();
    let mut names: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let found = SHAPES.iter().find_map(|(shape, shown)| Some((length(rest, shape)?, *shown)));
        let (length, shown) = found.unwrap_or((letter.len_utf8(), &rest[..letter.len_utf8()]));
        let value = &rest[..length];
        if shown.contains("SS") && !names.contains(&value) {
            names.push(value);
        }
        let before = names.iter().position(|name| *name == value).unwrap_or_default();
        written.push_str(&if found.is_some() {
            shown.replace("SS", &format!("{:02}", 45 - before))
        } else {
            shown.to_owned()
        });
        rest = &rest[length..];
    }
    written
}

/// How long what has this shape is at the beginning of a text.
fn length(text: &str, shape: &str) -> Option<usize> {
    let mut rest = text.as_bytes();
    for wanted in shape.bytes() {
        let (found, behind) = rest.split_first()?;
        let fits = match wanted {
            b'0' | b'#' => found.is_ascii_digit(),
            b'a' => found.is_ascii_lowercase(),
            wanted => *found == wanted,
        };
        if !fits {
            return None;
        }
        rest = behind;
        while let (b'#', Some((b'0'..=b'9', behind))) = (wanted, rest.split_first()) {
            rest = behind;
        }
    }
    Some(text.len() - rest.len())
}

#[test]
fn what_differs_from_run_to_run_is_replaced_by_something_as_long() {
    let found = "http://127.0.0.1:43777/ run 20261129T072108177Z-pcaq 2026-11-29 07:21, 20261129T072107177Z-abcd, 1985-12-10";
    let shown = "http://127.0.0.1:18310/ run 20260131T094545123Z-kqwd 2026-01-31 09:45, 20260131T094544123Z-kqwd, 1985-12-10";
    assert_eq!(replaced(found), shown);
    assert_eq!(replaced("within 123 ms; within reach"), "within 4 ms; within reach");
}
