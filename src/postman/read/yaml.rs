//! YAML files of Postman become JSON values.
//!
//! As Postman reads them: the core schema of YAML 1.2 (so `on` and `yes` are texts), anchors,
//! aliases and merge keys. Stricter than YAML where a file would be read in two ways: one document
//! only, no key twice. A number that begins with `0` or holds `_` stays the text that it is. A file
//! is refused beyond 64 levels, 250,000 values or 64 MiB of text, aliases counted as often as they
//! are used, so that no small file grows into a large one.

mod repair;

use std::path::Path;

use serde_json::Value;
use serde_saphyr::options::{DuplicateKeyPolicy, NonFiniteFloatPolicy};

use super::ReadError;
use repair::{Complaint, repaired};

/// The deepest nesting of maps and lists.
const LEVELS: usize = 64;
/// The most maps, lists, keys and values.
const VALUES: usize = 250_000;
/// The most bytes of keys and values together.
const BYTES: usize = 64 << 20;

/// Parses one document; an empty file is null.
pub(super) fn parse(file: &Path, text: &str) -> Result<Value, ReadError> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: LEVELS,
            max_nodes: VALUES,
            max_total_scalar_bytes: BYTES,
        },
        duplicate_keys: DuplicateKeyPolicy::Error,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    };
    let read = |text: &str| {
        let read: Result<Value, _> = serde_saphyr::from_str_with_options(text, options.clone());
        read.map_err(|error| complaint(&error))
    };
    read(text).or_else(|complaint| repaired(text, complaint, read)).map_err(|complaint| ReadError::NotYaml {
        file: file.to_owned(),
        line: complaint.line,
        column: complaint.column,
        why: complaint.why,
    })
}

fn complaint(error: &serde_saphyr::Error) -> Complaint {
    use serde_saphyr::Error;
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).max(1);
    let message = error.to_string();
    let place = error.location();
    Complaint {
        line: place.map_or(1, |place| number(place.line())),
        column: place.map_or(1, |place| number(place.column())),
        indentation: message.starts_with("invalid indentation in multiline quoted scalar"),
        why: match error {
            Error::DuplicateMappingKey { key: Some(key), .. } => format!("the key `{key}` stands twice"),
            Error::DuplicateMappingKey { .. } => "a key stands twice".to_owned(),
            Error::MultipleDocuments { .. } => {
                "a second document begins; Postman's files hold one".to_owned()
            }
            _ => why(&message),
        },
    }
}

/// The parser's words without the place, which stands before them.
fn why(message: &str) -> String {
    if message.starts_with("budget breached") || message.starts_with("recursion limit") {
        return format!(
            "too much for one file, which may hold {LEVELS} levels, {VALUES} values and {} MiB of text",
            BYTES >> 20
        );
    }
    let message = message.split(" at line ").next().unwrap_or(message);
    message.split(" (defined at ").next().unwrap_or(message).to_owned()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use serde_json::json;

    use super::*;

    fn refusal(text: &str) -> String {
        parse(Path::new("f.yaml"), text).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn scalars_are_those_of_yaml_1_2() -> Result<(), ReadError> {
        let text = "a: on\nb: yes\nc: 010\nd: 1_000\ne: ~\nf:\ng: 738964000000291009\nh: true\n\
                    i: 2026-01-01\nj: .nan\n401: k\nl: &x {m: 1}\nn: *x\no: {<<: *x}\n";
        let expected = json!({
            "a": "on", "b": "yes", "c": "010", "d": "1_000", "e": null, "f": null,
            "g": 738_964_000_000_291_009_u64, "h": true, "i": "2026-01-01", "j": ".nan", "401": "k",
            "l": {"m": 1}, "n": {"m": 1}, "o": {"m": 1},
        });
        assert_eq!(parse(Path::new("f.yaml"), text)?, expected);
        assert_eq!(parse(Path::new("f.yaml"), "# nothing\n")?, Value::Null);
        Ok(())
    }

    #[test]
    fn quoted_texts_need_no_indentation() -> Result<(), ReadError> {
        let text = "a:\n  b: \"{\n\\\"x\\\": 'it',\n\n}\"\n  c: 'one\ntwo''s\n  \"three'\nd: \"e\nf\"\n";
        let expected = json!({"a": {"b": "{ \"x\": 'it',\n}", "c": "one two's \"three"}, "d": "e f"});
        assert_eq!(parse(Path::new("f.yaml"), text)?, expected);
        // What is wrong besides stays so, at its own place.
        assert!(refusal("a: \"x\ny\"\na: 1\n").starts_with("f.yaml:3:1: not YAML: the key `a`"));
        assert!(refusal("a: \"x\ny\n").starts_with("f.yaml:"));
        Ok(())
    }

    #[test]
    fn refusals_name_the_place() {
        for (text, expected) in [
            ("a: 1\na: 2\n", "f.yaml:2:1: not YAML: the key `a` stands twice"),
            ("a: 1\n---\nb: 2\n", "f.yaml:3:1: not YAML: a second document begins"),
            ("a:\n\tb: 1\n", "f.yaml:2:2: not YAML: tabs disallowed"),
            ("a: [1,\n", "f.yaml:1:4: not YAML: unclosed bracket '['"),
            ("a: *b\n", "f.yaml:1:4: not YAML: alias references unknown anchor"),
            ("a: &a [*a]\n", "f.yaml:1:8: not YAML: "),
            ("a: \"\u{0}\"\n", "f.yaml:1:"),
        ] {
            let said = refusal(text);
            assert!(said.starts_with(expected) && !said.contains(" at line "), "{text:?}: {said}");
        }
    }

    #[test]
    fn no_file_grows_without_bound() {
        let mut laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for level in 1..20 {
            let inner = vec![format!("*a{}", level - 1); 9].join(",");
            let _ = writeln!(laughs, "a{level}: &a{level} [{inner}]");
        }
        let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), "*a,".repeat(90));
        for text in [
            laughs,
            long,
            "[".repeat(100_000),
            "{a: ".repeat(100_000),
            "- ".repeat(100_000),
            "? ".repeat(100_000),
            "- a\n".repeat(VALUES),
        ] {
            let said = refusal(&text);
            assert!(said.contains("64 levels, 250000 values and 64 MiB"), "{said}");
        }
    }
}
