//! `${NAME}` in suite.toml: values of the process environment.

use std::collections::BTreeMap;

/// A text of suite.toml with every `${NAME}` replaced.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Expanded {
    /// The text. A name without a value stands in it as the variable [`variable`].
    pub(super) text: String,
    /// The values that were put in: secret.
    pub(super) secrets: Vec<String>,
    /// The names without a value, in order.
    pub(super) unset: Vec<String>,
}

/// The name of the variable that stands for a missing value of the process environment. It is
/// bound to [`Binding::UnsetEnv`](crate::postman::variables::Binding::UnsetEnv), so that a case
/// that needs it is skipped with the cause, and gets a stand-in on the mock.
pub(super) fn variable(name: &str) -> String {
    format!("env:{name}")
}

/// Replaces every `${NAME}` by its value; `$${` stands for `${` itself. An empty value counts as
/// none: that is how continuous integration passes on a secret that is not there.
///
/// The error says what is wrong with a `${`.
pub(super) fn expand(text: &str, process: &BTreeMap<String, String>) -> Result<Expanded, String> {
    let mut expanded = Expanded::default();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        let inner = from.strip_prefix("${").unwrap_or_default();
        if let Some(before) = before.strip_suffix('$') {
            expanded.text.push_str(before);
            expanded.text.push_str("${");
            rest = inner;
            continue;
        }
        expanded.text.push_str(before);
        let (name, after) = inner
            .split_once('}')
            .filter(|(name, _)| is_name(name))
            .ok_or("`${` is not followed by the name of an environment variable and `}`; write `$${` for the characters themselves")?;
        if let Some(value) = process.get(name).filter(|value| !value.is_empty()) {
            expanded.text.push_str(value);
            expanded.secrets.push(value.clone());
        } else {
            expanded.text.extend(["{{", &variable(name), "}}"]);
            expanded.unset.push(name.to_owned());
        }
        rest = after;
    }
    expanded.text.push_str(rest);
    Ok(expanded)
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn process() -> BTreeMap<String, String> {
        [("A", "one"), ("B_2", "${A}"), ("EMPTY", "")].map(|(k, v)| (k.to_owned(), v.to_owned())).into()
    }

    #[test]
    fn names_are_replaced_inside_of_texts() {
        for (text, expected) in [
            ("plain $A {{x}}", "plain $A {{x}}"),
            ("${A}", "one"),
            ("Bearer ${A}!${A}", "Bearer one!one"),
            ("${B_2}", "${A}"),
            ("$${A} ${A}", "${A} one"),
            ("$$${A}", "$${A}"),
            ("x${NONE}", "x{{env:NONE}}"),
            ("${EMPTY}", "{{env:EMPTY}}"),
            ("", ""),
        ] {
            assert_eq!(expand(text, &process()).map(|e| e.text).as_deref(), Ok(expected), "{text}");
        }
        let expanded = expand("${A}${NONE}", &process()).expect("good");
        assert_eq!((expanded.secrets, expanded.unset), (vec!["one".to_owned()], vec!["NONE".to_owned()]));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in ["${}", "${A", "${a b}", "${1}", "${A:-x}", "${ü}"] {
            assert!(expand(text, &process()).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in "[$${}AB_2 xü]{0,24}") {
            if let Ok(expanded) = expand(&text, &process()) {
                let unchanged = expanded.text == text;
                prop_assert!(unchanged || text.contains('$'), "{}", text);
            }
        }
    }
}
