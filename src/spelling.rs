//! The known name that is most similar to a misspelt one.

/// The longest word that is compared, in bytes: comparing takes quadratic time, and no name is that long.
const LONGEST: usize = 128;

/// The candidate most similar to the word, or none where a guess would not help. Case, dashes and underscores do not
/// count, so `first_name` is as near to `firstName` as can be.
pub fn did_you_mean<S: AsRef<str>>(word: &str, candidates: impl IntoIterator<Item = S>) -> Option<S> {
    if word.len() > LONGEST {
        return None;
    }
    let word = folded(word);
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word, &folded(candidate.as_ref())), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

/// A hint that asks for the candidate most similar to the word; the other hint where there is none.
pub fn near_or<S: AsRef<str>>(
    word: &str,
    candidates: impl IntoIterator<Item = S>,
    other: impl FnOnce() -> String,
) -> String {
    did_you_mean(word, candidates).map_or_else(other, |near| format!("did you mean {}?", near.as_ref()))
}

fn folded(word: &str) -> String {
    word.chars().filter(|letter| !matches!(letter, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_whatever_its_casing() {
        let names = ["firstName", "lastName", "middleName"];
        assert_eq!(did_you_mean("fristName", names), Some("firstName"));
        assert_eq!(did_you_mean("first_name", names), Some("firstName"));
        assert_eq!(did_you_mean("LASTNAME", names), Some("lastName"));
        assert_eq!(did_you_mean("colour", names), None);
    }
}
