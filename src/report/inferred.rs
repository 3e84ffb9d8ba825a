//! What `uphold infer` prints: a schema, or where a claim of it comes from; and what was odd.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::Value;

use super::escape;

/// How many places or sources are named in one line.
const MOST: usize = 8;

/// What came of an inference.
#[derive(Debug)]
pub struct Inferred {
    /// The schema.
    pub schema: Value,
    /// Where a claim comes from, where that was asked for.
    pub why: Option<Why>,
    /// What was odd in the bodies.
    pub oddities: Oddities,
}

/// What was seen at a place, and in which bodies.
#[derive(Debug)]
pub struct Why {
    /// What was seen: `string, digits`.
    pub shown: String,
    /// How many bodies there are.
    pub of: usize,
    /// Those that show the place, by file and line.
    pub sources: Vec<String>,
}

/// What was odd in the bodies: places with `*` for array positions.
#[derive(Debug, Default)]
pub struct Oddities {
    /// Names that were twice in one object.
    pub repeated_names: Vec<String>,
    /// Whole numbers beyond 2^53.
    pub wide_integers: Vec<String>,
}

impl Inferred {
    /// The schema as JSON, or the line `string, digits; in 2 of 8: a.json, b.json:3`.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        match &self.why {
            None => writeln!(out, "{}", json(&self.schema)),
            Some(why) => {
                let line =
                    format!("{}; in {} of {}: {}", why.shown, why.sources.len(), why.of, first(&why.sources));
                writeln!(out, "{}", escape::line(&line))
            }
        }
    }
}

impl Oddities {
    /// One line for each kind.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let told = [
            (
                &self.repeated_names,
                "the same name twice in one object; both values count here, others take the last",
            ),
            (
                &self.wide_integers,
                "whole numbers beyond 2^53, which JavaScript and many other readers round; beyond 64 bits they count as `number`",
            ),
        ];
        for (places, what) in told.into_iter().filter(|(places, _)| !places.is_empty()) {
            let places: Vec<String> = places.iter().map(|place| shown(place).to_owned()).collect();
            writeln!(out, "note: {}: {what}", escape::line(&first(&places)))?;
        }
        Ok(())
    }
}

fn shown(place: &str) -> &str {
    if place.is_empty() { "the root" } else { place }
}

/// The first few names, and how many more there are.
fn first(names: &[String]) -> String {
    let shown = names.get(..MOST).unwrap_or(names).join(", ");
    match names.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The value as JSON on several lines, in which nothing is hidden: what a terminal or a CI server
/// would obey is written as `\u…`, which is the same JSON.
pub fn json(value: &Value) -> String {
    let text = format!("{value:#}");
    let mut safe = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        // Line feeds of the text itself stand between its strings.
        if c != '\n' && escape::is_hidden(c) || c == '#' && before == '#' {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(c);
        }
        before = c;
    }
    safe
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn long_lists_are_cut() {
        let names = |n: usize| (1..=n).map(|n| n.to_string()).collect::<Vec<_>>();
        assert_eq!(first(&names(2)), "1, 2");
        assert_eq!(first(&names(8)), "1, 2, 3, 4, 5, 6, 7, 8");
        assert_eq!(first(&names(11)), "1, 2, 3, 4, 5, 6, 7, 8 and 3 more");
    }

    #[test]
    fn oddities_are_one_line_each() {
        let odd =
            Oddities { repeated_names: vec!["/a\u{1b}[2J".to_owned()], wide_integers: vec![String::new()] };
        let mut out = Vec::new();
        odd.write(&mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "note: /a\\u{1b}[2J: the same name twice in one object; both values count here, others take the last\n\
             note: the root: whole numbers beyond 2^53, which JavaScript and many other readers round; \
             beyond 64 bits they count as `number`\n"
        );
    }

    #[test]
    fn nothing_in_the_json_is_hidden() {
        let value = json!({"\u{9b}31m\u{202e}##[error]": ["\u{1b}\n", "\u{e0041}"]});
        let text = json(&value);
        assert!(text.chars().all(|c| c == '\n' || !escape::is_hidden(c)) && !text.contains("##["), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    proptest! {
        #[test]
        fn the_json_is_that_of_the_value(key in any::<String>(), text in any::<String>()) {
            let value = json!({key: [text]});
            prop_assert_eq!(serde_json::from_str::<Value>(&json(&value)).unwrap(), value);
        }
    }
}
