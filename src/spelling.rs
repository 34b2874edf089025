//! Which known name a misspelt one was meant to be.

/// A longer word was meant to be no name, in bytes; comparing takes the square of it.
const LONGEST: usize = 128;

/// The candidate nearest to the word, or none where guessing would be noise. Case, dashes and underscores do not
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
