//! The codes of ISO 3166-1 (countries) and ISO 639-2 (languages) with their English names.
//!
//! The facts are the standards' own. The two lists in `iso/` were written from Debian's iso-codes 4.15.0: the
//! codes in lower case as the API page writes them, the name in common use where the package has one. `UK`, which
//! ISO 3166 only reserves, and plain `Greek` are among the other names because people write them. So are old names and
//! parts of countries (Burma, England), and each name in the country's official languages and in the language itself
//! (Suisse, Deutsch), from the Unicode CLDR as Babel 2.19 carries it.
//!
//! The lists are searched where they lie in the program: nothing is built at start. A line that begins with `#` is a
//! remark.

use memchr::memmem;

const COUNTRIES: &str = include_str!("countries.tsv");
const LANGUAGES: &str = include_str!("languages.tsv");

/// Which codes there are: every row of a large table asks for them.
static COUNTRY_CODES: Codes<26> = Codes::of(COUNTRIES, 2);
static LANGUAGE_CODES: Codes<{ 26 * 26 }> = Codes::of(LANGUAGES, 3);

/// The name of the codes `qaa` to `qtz`, which ISO 639-2 leaves to everybody's own use.
const LOCAL_USE: &str = "Reserved for local use";

/// The country's English name; the code is ISO 3166-1 alpha-2 in lower case, as in `it`.
pub fn country(code: &str) -> Option<&'static str> {
    line_of(COUNTRIES, code).map(|line| cell(line, COUNTRY_NAME))
}

/// The language's English name; the code is ISO 639-2, bibliographic, in lower case, as in `chi`.
pub fn language(code: &str) -> Option<&'static str> {
    if is_local_use(code) {
        return Some(LOCAL_USE);
    }
    line_of(LANGUAGES, code).map(|line| cell(line, LANGUAGE_NAME))
}

/// Whether there is a country with this code.
pub fn is_country(code: &str) -> bool {
    COUNTRY_CODES.has(code)
}

/// Whether there is a language with this code.
pub fn is_language(code: &str) -> bool {
    is_local_use(code) || LANGUAGE_CODES.has(code)
}

/// The bibliographic code of a language for which ISO 639-2 has two: `zho` gives `chi`, in any case.
/// `None` for every other code, one that is bibliographic already included.
pub fn bibliographic(terminology: &str) -> Option<&'static str> {
    lines(LANGUAGES)
        .find(|line| !terminology.is_empty() && cell(line, TERMINOLOGY).eq_ignore_ascii_case(terminology))
        .map(|line| cell(line, CODE))
}

/// The alpha-2 code of a country that is meant by one of its names, its alpha-2 or its alpha-3 code, in any case.
pub fn country_by_name(name: &str) -> Option<&'static str> {
    by_name(COUNTRIES, name)
}

/// The bibliographic code of a language that is meant by one of its names, by either of its ISO 639-2 codes or by
/// its two letters of ISO 639-1, in any case.
pub fn language_by_name(name: &str) -> Option<&'static str> {
    by_name(LANGUAGES, name)
}

/// The code of the line one of whose cells has this name; every cell holds codes or names.
fn by_name(list: &'static str, name: &str) -> Option<&'static str> {
    lines(list).find(|line| line.split('\t').any(|names| says(names, name))).map(|line| cell(line, CODE))
}

/// A code with its name, and with the other names and codes that mean the same, semicolons between.
#[derive(Debug, Clone)]
pub struct Named {
    pub code: &'static str,
    pub name: &'static str,
    pub also: String,
}

/// Every country, by name.
pub fn countries() -> Vec<Named> {
    named(COUNTRIES, COUNTRY_NAME, &[ALPHA_3, COUNTRY_OTHERS])
}

/// Every language by its bibliographic code, by name, without those for local use.
pub fn languages() -> Vec<Named> {
    named(LANGUAGES, LANGUAGE_NAME, &[TERMINOLOGY, ALPHA_2, LANGUAGE_OTHERS])
}

fn named(list: &'static str, name: usize, also: &[usize]) -> Vec<Named> {
    let mut named: Vec<Named> = lines(list)
        .map(|line| Named {
            code: cell(line, CODE),
            name: cell(line, name),
            also: also
                .iter()
                .map(|column| cell(line, *column))
                .filter(|cell| !cell.is_empty())
                .collect::<Vec<_>>()
                .join("; "),
        })
        .collect();
    named.sort_by_key(|named| named.name);
    named
}

const CODE: usize = 0;
const ALPHA_3: usize = 1;
const COUNTRY_NAME: usize = 2;
const COUNTRY_OTHERS: usize = 3;
const TERMINOLOGY: usize = 1;
const ALPHA_2: usize = 2;
const LANGUAGE_NAME: usize = 3;
const LANGUAGE_OTHERS: usize = 4;

fn lines(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().filter(|line| !line.starts_with('#'))
}

/// The text of a column, empty where the line ends before it.
fn cell(line: &'static str, column: usize) -> &'static str {
    line.split('\t').nth(column).unwrap_or_default()
}

/// Whether one of the names in the cell is this one.
fn says(names: &str, name: &str) -> bool {
    fn lower(text: &str) -> impl Iterator<Item = char> {
        text.chars().flat_map(char::to_lowercase)
    }
    !name.is_empty() && names.split("; ").any(|own| lower(own).eq(lower(name)))
}

fn is_local_use(code: &str) -> bool {
    matches!(code.as_bytes(), [b'q', b'a'..=b't', b'a'..=b'z'])
}

/// The codes of a list, whose first cells have so many letters: for each of the letters before the last one, a bit for
/// each last one.
struct Codes<const N: usize> {
    letters: usize,
    last: [u32; N],
}

impl<const N: usize> Codes<N> {
    const fn of(list: &str, letters: usize) -> Codes<N> {
        let list = list.as_bytes();
        let mut last = [0; N];
        let mut start = 0;
        while start < list.len() {
            if list[start] != b'#' {
                let (before, letter) = list.split_at(start + letters - 1);
                last[place(before.split_at(start).1)] |= 1 << (letter[0] - b'a');
            }
            while start < list.len() && list[start] != b'\n' {
                start += 1;
            }
            start += 1;
        }
        Codes { letters, last }
    }

    fn has(&self, code: &str) -> bool {
        let code = code.as_bytes();
        let is_code = code.len() == self.letters && code.iter().all(u8::is_ascii_lowercase);
        is_code
            && code
                .split_last()
                .is_some_and(|(letter, before)| self.last[place(before)] & 1 << (letter - b'a') != 0)
    }
}

/// The number of these letters among all that are as long.
const fn place(letters: &[u8]) -> usize {
    let (mut place, mut i) = (0, 0);
    while i < letters.len() {
        place = place * 26 + (letters[i] - b'a') as usize;
        i += 1;
    }
    place
}

/// Finds the line whose first cell is the code.
fn line_of(list: &'static str, code: &str) -> Option<&'static str> {
    // Anything else might be a remark, or more than the first cell.
    if !code.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    // A remark is the first line.
    let start = memmem::find(list.as_bytes(), format!("\n{code}\t").as_bytes())? + 1;
    list[start..].lines().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_lists_are_whole_and_sorted() {
        assert_eq!(countries().len(), 249);
        assert_eq!(languages().len(), 486);
        assert!(lines(COUNTRIES).map(|line| cell(line, CODE)).is_sorted_by(|a, b| a < b));
        assert!(lines(LANGUAGES).map(|line| cell(line, CODE)).is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn every_code_is_found_with_its_name() {
        for Named { code, name, .. } in countries() {
            assert!(!name.is_empty(), "{code} has a name");
            assert!(code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase()), "{code}");
            assert_eq!((country(code), is_country(code)), (Some(name), true));
        }
        for Named { code, name, .. } in languages() {
            assert!(!name.is_empty(), "{code} has a name");
            assert!(code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_lowercase()), "{code}");
            assert_eq!((language(code), is_language(code)), (Some(name), true));
        }
    }

    #[test]
    fn what_is_no_code_is_not_found() {
        for no_country in ["", "IT", "uk", "xx", "zz", "it ", "ita", "italy", "#", "# ISO 3166-1: alpha-2"] {
            assert_eq!((country(no_country), is_country(no_country)), (None, false), "{no_country}");
        }
        for no_language in ["", "ITA", "zho", "deu", "it", "zzz", "qua", "qaa ", "qa"] {
            assert_eq!((language(no_language), is_language(no_language)), (None, false), "{no_language}");
        }
    }

    #[test]
    fn codes_for_local_use_are_languages() {
        assert_eq!((language("qaa"), language("qtz")), (Some(LOCAL_USE), Some(LOCAL_USE)));
        assert_eq!(language("que"), Some("Quechua"));
    }

    #[test]
    fn the_codes_of_the_api_page_are_known() {
        for code in ["it", "cn", "az", "gb", "de", "fr"] {
            assert!(country(code).is_some(), "{code}");
        }
        for code in ["ita", "chi", "aze", "eng", "ger"] {
            assert!(language(code).is_some(), "{code}");
        }
    }

    #[test]
    fn a_terminology_code_leads_to_the_bibliographic_one() {
        assert_eq!(bibliographic("zho"), Some("chi"));
        assert_eq!(bibliographic("DEU"), Some("ger"));
        for other in ["chi", "ita", "", "zzz"] {
            assert_eq!(bibliographic(other), None, "{other}");
        }
        let of_two_codes = languages().iter().filter(|named| bibliographic(named.code).is_some()).count();
        assert_eq!(of_two_codes, 0, "a bibliographic code is not a terminology code of another language");
        assert_eq!(lines(LANGUAGES).filter(|line| !cell(line, TERMINOLOGY).is_empty()).count(), 20);
    }

    #[test]
    fn a_name_or_another_code_leads_to_the_code() {
        for (name, code) in [
            ("italy", "it"),
            ("ITA", "it"),
            ("IT", "it"),
            ("uk", "gb"),
            ("united kingdom", "gb"),
            ("CÔTE D'IVOIRE", "ci"),
            ("Korea, Republic of", "kr"),
            ("england", "gb"),
            ("Holland", "nl"),
            ("Suisse", "ch"),
            ("россия", "ru"),
        ] {
            assert_eq!(country_by_name(name), Some(code), "{name}");
        }
        for (name, code) in [
            ("italian", "ita"),
            ("it", "ita"),
            ("ZH", "chi"),
            ("zho", "chi"),
            ("castilian", "spa"),
            ("greek", "gre"),
            ("deutsch", "ger"),
        ] {
            assert_eq!(language_by_name(name), Some(code), "{name}");
        }
        for none in ["", "atlantis", ";"] {
            assert_eq!((country_by_name(none), language_by_name(none)), (None, None), "{none}");
        }
    }
}
