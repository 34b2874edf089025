//! What the text of a Windows security descriptor says about who may use a file.

/// Whether anybody but the owner, the system and its administrators is allowed anything. A text that cannot be read
/// counts as one that does.
pub fn is_open_to_others(descriptor: &str) -> bool {
    let Some((head, list)) = descriptor.split_once("D:") else { return true };
    // Its group follows.
    let owner = head.strip_prefix("O:").and_then(|owner| owner.split("G:").next());
    // A file system without rights.
    if list.contains("NO_ACCESS_CONTROL") {
        return true;
    }
    list.split('(').skip(1).any(|entry| {
        let mut parts = entry.trim_end_matches(')').split(';');
        let allows = parts.next().is_none_or(|kind| !kind.contains('D'));
        let who = parts.nth(4);
        allows && !who.is_some_and(|who| TRUSTED.contains(&who) || Some(who) == owner)
    })
}

/// The system, its administrators, whoever made a file, and the owner, by both notations.
const TRUSTED: [&str; 8] = ["SY", "BA", "CO", "OW", "S-1-5-18", "S-1-5-32-544", "S-1-3-0", "S-1-3-4"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_descriptor_is_open_when_it_allows_somebody_else_anything() {
        for closed in [
            "O:S-1-5-21-1-2-3-1001D:P(A;OICI;FA;;;S-1-5-21-1-2-3-1001)",
            "O:S-1-5-21-1-2-3-1001G:S-1-5-21-1-2-3-513D:(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;FA;;;S-1-5-21-1-2-3-1001)",
            "O:BAD:PAI(A;;FA;;;BA)(D;;FA;;;WD)",
            "O:BAD:P",
        ] {
            assert!(!is_open_to_others(closed), "{closed}");
        }
        for open in [
            "O:S-1-5-21-1-2-3-1001D:P(A;;FA;;;S-1-5-21-1-2-3-1001)(A;;FR;;;WD)",
            "O:BAD:(A;ID;0x1200a9;;;BU)",
            "O:S-1-5-21-1-2-3-1001D:(A;;FA;;;S-1-5-21-1-2-3-1002)",
            "O:BAD:NO_ACCESS_CONTROL",
            "O:BA",
            "D:(A",
        ] {
            assert!(is_open_to_others(open), "{open}");
        }
    }
}
