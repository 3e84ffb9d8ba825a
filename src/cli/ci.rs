//! Whether a CI server runs the program: there nothing that belongs under version control is written.

use std::collections::BTreeMap;

/// `CI` is set, and neither empty nor `false` or `0`; or `TF_BUILD` is (Azure).
pub(super) fn in_ci(process: &BTreeMap<String, String>) -> bool {
    let is_set =
        |name: &str| process.get(name).is_some_and(|value| !matches!(value.as_str(), "" | "false" | "0"));
    is_set("CI") || is_set("TF_BUILD")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ci_is_what_ci_servers_set() {
        let ci = |name: &str, value: &str| in_ci(&[(name.to_owned(), value.to_owned())].into());
        assert_eq!(
            ["true", "1", "woodpecker", "", "false", "0"].map(|value| ci("CI", value)),
            [true, true, true, false, false, false]
        );
        assert!(ci("TF_BUILD", "True") && !ci("HOME", "true") && !in_ci(&BTreeMap::new()));
    }
}
