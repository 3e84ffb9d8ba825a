//! Names as parts of ids, and the nearest of some names to a misspelt one.

/// The most characters of a part before it is cut.
const LONGEST: usize = 80;

/// A name in the form of an id part: transliterated, lower case, every stretch of other characters
/// than `[a-z0-9]` one `_`, none of them at the ends.
///
/// A name of which nothing is left is `unnamed`; one that Windows keeps for a device and takes for no folder
/// (`con`, `prn`, `aux`, `nul`, `com1` to `com9`, `lpt1` to `lpt9`) has a `_` behind; one longer than 80 characters is cut there, and a
/// short hash of the whole name is put behind.
///
/// ```
/// use uphold::suite::id_part;
///
/// assert_eq!(id_part("SUCCESS RESPONSE"), "success_response");
/// assert_eq!(id_part("GET /users/{id}"), "get_users_id");
/// assert_eq!(id_part("Größe 東"), "grosse_dong");
/// assert_eq!(id_part("…"), "unnamed");
/// assert_eq!(id_part("AUX"), "aux_");
/// ```
pub fn id_part(name: &str) -> String {
    let ascii = deunicode::deunicode_with_tofu(name, " ").to_ascii_lowercase();
    let words: Vec<&str> =
        ascii.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let part = words.join("_");
    if part.is_empty() {
        return "unnamed".to_owned();
    }
    if is_device(&part) {
        return part + "_";
    }
    match part.get(..LONGEST) {
        Some(cut) if part.len() > LONGEST => format!("{}_{:08x}", cut.trim_end_matches('_'), hash(name)),
        _ => part,
    }
}

/// Whether Windows keeps a name for a device: no folder can have it there.
fn is_device(part: &str) -> bool {
    let numbered = || part.strip_prefix("com").or_else(|| part.strip_prefix("lpt"));
    matches!(part, "con" | "prn" | "aux" | "nul")
        || numbered().is_some_and(|rest| matches!(rest.as_bytes(), [b'1'..=b'9']))
}

/// 32-bit FNV-1a: short, and the same on every machine for ever.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The candidate that a misspelt word most likely means: at most a third of its letters differ.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance * 3 <= word.chars().count().max(candidate.chars().count()))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `; did you mean …?`, or nothing.
pub fn did_you_mean<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> String {
    nearest(word, candidates).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// How many characters must be put in, taken out, replaced or swapped with their neighbour
/// (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut last = None;
    for (i, x) in a.chars().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&above, j) + usize::from(x != *y);
            let mut best = replaced.min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            let left = j.checked_sub(1).and_then(|j| b.get(j));
            if last == Some(*y) && left == Some(&x) {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
        last = Some(x);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_become_parts() {
        for (name, part) in [
            ("zoho-crm", "zoho_crm"),
            ("INVALID_DATA", "invalid_data"),
            ("  a  b!", "a_b"),
            ("200 OK", "200_ok"),
            ("", "unnamed"),
            ("é", "e"),
            ("../../etc", "etc"),
            ("a::b", "a_b"),
            ("CON", "con_"),
            ("com7", "com7_"),
            ("com0", "com0"),
            ("contacts", "contacts"),
        ] {
            assert_eq!(id_part(name), part, "{name}");
        }
    }

    #[test]
    fn long_names_stay_apart() {
        let (a, b) = (format!("{}1", "x".repeat(90)), format!("{}2", "x".repeat(90)));
        assert_eq!(id_part(&a).len(), 89);
        assert_ne!(id_part(&a), id_part(&b));
        assert_eq!(id_part(&"x".repeat(80)).len(), 80);
    }

    #[test]
    fn the_nearest_name_is_close_or_none() {
        let names = ["base_url", "base_variable", "writes", "hosts"];
        assert_eq!(nearest("base_ulr", names), Some("base_url"));
        assert_eq!(nearest("Write", names), Some("writes"));
        assert_eq!(nearest("rate", names), None);
        assert_eq!(distance("abcd", "acbd"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
    }

    proptest! {
        #[test]
        fn a_part_is_always_a_part(name in any::<String>()) {
            let part = id_part(&name);
            prop_assert!(!part.is_empty() && part.len() <= 89);
            prop_assert!(part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'));
            let again = id_part(&part);
            prop_assert!(part.len() > LONGEST || again == part, "{} → {}", part, again);
            prop_assert_eq!(nearest(&name, [name.as_str()]), Some(name.as_str()));
        }
    }
}
