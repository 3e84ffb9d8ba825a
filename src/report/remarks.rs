//! What is said of cases in a list: a text that several of them share gets a number and is written once.

use indexmap::IndexMap;

/// Texts that are said of several cases, with their numbers from 1 in the order in which they come.
#[derive(Debug, Default)]
pub(super) struct Remarks(IndexMap<String, usize>);

impl Remarks {
    /// Those of these texts that come more than once.
    pub(super) fn of<'t>(texts: impl Iterator<Item = &'t String>) -> Self {
        let mut counts: IndexMap<&String, usize> = IndexMap::new();
        for text in texts {
            *counts.entry(text).or_insert(0) += 1;
        }
        let shared = counts.into_iter().filter(|(_, count)| *count > 1);
        Self(shared.map(|(text, count)| (text.clone(), count)).collect())
    }

    pub(super) fn is_shared(&self, text: &str) -> bool {
        self.0.contains_key(text)
    }

    /// What stands behind a case of which these are said: `  skipped [1], note [2] [3]`.
    pub(super) fn numbers(&self, texts: &[String]) -> String {
        let mut of_kind: IndexMap<&str, Vec<String>> = IndexMap::new();
        for (text, at) in texts.iter().filter_map(|text| Some((text, self.0.get_index_of(text)?))) {
            of_kind.entry(kind(text)).or_default().push(format!("[{}]", at + 1));
        }
        let parts = of_kind.iter().map(|(kind, numbers)| format!("{kind} {}", numbers.join(" ")));
        match parts.collect::<Vec<_>>().join(", ") {
            parts if parts.is_empty() => parts,
            parts => format!("  {parts}"),
        }
    }

    /// `[1] 27 × skipped: …`, one line each.
    pub(super) fn legend(&self) -> impl Iterator<Item = String> {
        let lines = self.0.iter().enumerate();
        lines.map(|(at, (text, count))| format!("[{}] {count} × {text}", at + 1))
    }
}

/// `skipped` of `skipped: why`.
fn kind(text: &str) -> &str {
    text.split(':').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_several_share_is_written_once() {
        let texts = ["skipped: a: b", "note: x", "skipped: alone", "skipped: a: b", "note: x", "note: x"];
        let texts = texts.map(str::to_owned);
        let remarks = Remarks::of(texts.iter());
        assert_eq!(remarks.legend().collect::<Vec<_>>(), ["[1] 2 × skipped: a: b", "[2] 3 × note: x"]);
        assert_eq!(remarks.numbers(&texts[..2]), "  skipped [1], note [2]");
        assert_eq!(remarks.numbers(&texts[2..3]), "");
        assert!(remarks.is_shared("note: x") && !remarks.is_shared("skipped: alone"));
    }
}
