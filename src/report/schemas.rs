//! What `uphold learn` prints: one line a file, then what to do about those of people.

use std::io::{self, Write};
use std::path::PathBuf;

use super::{escape, row};
use crate::contract::learn::{Changes, Deed, FileChange, Kept};
use crate::contract::schema::{PROPOSAL, SUFFIX, proposal_of};

/// What became of the schema files of one suite.
#[derive(Debug, Clone)]
pub struct SuiteSchemas {
    /// The suite.
    pub name: String,
    /// Where its schema files lie.
    pub dir: PathBuf,
    /// What became of each.
    pub changes: Changes,
    /// Nothing was ever learned for it, and this is a check: there is no file that could be out of date.
    pub never: bool,
}

impl SuiteSchemas {
    /// How many files were, or would be, written or removed.
    pub fn changed(&self) -> usize {
        let changes = self.changes.files.iter().filter(|change| change.deed.is_change()).count();
        if self.never { 0 } else { changes }
    }
}

/// Tells what became of the files; with `check`, what would become of them.
pub fn text(out: &mut dyn Write, suites: &[SuiteSchemas], check: bool) -> io::Result<()> {
    for suite in suites.iter().filter(|suite| !suite.never) {
        for change in &suite.changes.files {
            tell(out, suite, change, check)?;
        }
    }
    for suite in suites {
        let dir = row::file(&suite.dir);
        let told = if suite.never { NEVER.to_owned() } else { counted(&suite.changes, check) };
        writeln!(out, "{}: {told}", escape::line(&dir))?;
    }
    let waits = |change: &FileChange| change.deed == Deed::Kept(Kept::Waiting);
    if suites.iter().flat_map(|suite| &suite.changes.files).any(waits) {
        writeln!(out, "{WAITING}")?;
    }
    let changed: usize = suites.iter().map(SuiteSchemas::changed).sum();
    match (changed, check) {
        (0, _) => Ok(()),
        (_, true) => writeln!(out, "next: `uphold learn` writes this; look at the change, and commit it"),
        (_, false) => writeln!(out, "{COMMIT}"),
    }
}

/// Of a suite whose schemas are those of its examples, in memory.
const NEVER: &str = "nothing is learned, so nothing can be out of date: a run takes its schemas from the examples; `uphold learn` \
     writes them";

/// What becomes of files that were written.
const COMMIT: &str =
    "next: look at the change and commit it; `uphold learn --check` in CI tells when it is due again";

/// How many files became what: `3 written, 1 kept, 11 unchanged`.
fn counted(changes: &Changes, check: bool) -> String {
    let words = [("written", true), ("refreshed", true), ("proposed", true), ("removed", true)];
    let words = words.into_iter().chain([("kept", false), ("skipped", false)]);
    let count = |word| changes.files.iter().filter(|change| participle(&change.deed) == word).count();
    let mut counts: Vec<String> = words
        .map(|(word, is_change)| (count(word), word, if check && is_change { "would be " } else { "" }))
        .filter(|(number, ..)| *number > 0)
        .map(|(number, word, would)| format!("{number} {would}{word}"))
        .collect();
    counts.push(format!("{} unchanged", changes.unchanged));
    counts.join(", ")
}

fn participle(deed: &Deed) -> &'static str {
    match deed {
        Deed::New { .. } => "written",
        Deed::Changed { .. } => "refreshed",
        Deed::Proposed { .. } => "proposed",
        Deed::Gone | Deed::Withdrawn => "removed",
        Deed::Kept(_) => "kept",
        Deed::Unlearned(_) => "skipped",
    }
}

/// How a proposal is answered.
const WAITING: &str = "\
a proposal is what the examples say today: take it by moving it over the file, or take from it what you
want and copy its `x-uphold` into the file, which says that you have seen it";

fn tell(out: &mut dyn Write, suite: &SuiteSchemas, change: &FileChange, check: bool) -> io::Result<()> {
    let file = row::file(&suite.dir.join(&change.path));
    let (verb, why) = told(change, check);
    let width = if check { "would refresh".len() } else { "refreshed".len() };
    let line = format!("{verb:<width$} {file}{why}");
    writeln!(out, "{}", escape::line(&line))?;
    for keyword in &change.dropped {
        let line = format!("{:width$} without {keyword}, which refuses one of the examples", "");
        writeln!(out, "{}", escape::line(&line))?;
    }
    Ok(())
}

/// The verb of a line, and what stands behind the file.
fn told(change: &FileChange, check: bool) -> (&'static str, String) {
    let verb = |done, would| if check { would } else { done };
    let plain = |verb| (verb, String::new());
    match &change.deed {
        Deed::New { .. } => plain(verb("wrote", "would write")),
        Deed::Changed { .. } => plain(verb("refreshed", "would refresh")),
        Deed::Proposed { .. } => plain(verb("proposed", "would propose")),
        Deed::Gone => (verb("removed", "would remove"), "  (no example for it any more)".to_owned()),
        Deed::Withdrawn => {
            (verb("removed", "would remove"), "  (the proposal has become pointless)".to_owned())
        }
        Deed::Kept(Kept::Edited) => ("kept", "  (edited)".to_owned()),
        Deed::Kept(Kept::Waiting) => {
            let proposal = proposal_of(&change.path);
            let name = proposal.rsplit('/').next().unwrap_or(PROPOSAL);
            ("kept", format!("  (yours, and the examples say otherwise: see {name})"))
        }
        Deed::Kept(Kept::WithoutExample) => ("kept", "  (edited, but no example for it any more)".to_owned()),
        Deed::Kept(Kept::Referred) => {
            ("kept", format!("  (no example for it any more, but a `$ref` of a {SUFFIX} leads to it)"))
        }
        Deed::Kept(Kept::Proposal) => {
            ("kept", "  (edited; without it `learn` proposes again where that is needed)".to_owned())
        }
        Deed::Unlearned(why) => ("skipped", format!("  (no schema is learned: {why})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_deed_is_one_safe_line() {
        let text_of = |text: &str| text.to_owned();
        let change = |path: &str, deed| FileChange { path: path.to_owned(), deed, dropped: Vec::new() };
        let mut files = vec![
            change("a/200.schema.json", Deed::New { text: text_of("{}") }),
            change("b/200.schema.json", Deed::Changed { text: text_of("{}") }),
            change("c/200.proposed.json", Deed::Proposed { text: text_of("{}") }),
            change("c/200.schema.json", Deed::Kept(Kept::Waiting)),
            change("c/201.proposed.json", Deed::Kept(Kept::Proposal)),
            change("d/200.schema.json", Deed::Gone),
            change("e/200.schema.json", Deed::Unlearned("no\u{1b}[2J".to_owned())),
        ];
        files[0].dropped.push("/properties/a/format".to_owned());
        let dir = PathBuf::from("schemas/my\u{1b}shop");
        let suites = [SuiteSchemas {
            name: "shop".into(),
            dir,
            changes: Changes { files, unchanged: 3, ..Changes::default() },
            never: false,
        }];
        let told = |check| {
            let mut out = Vec::new();
            text(&mut out, &suites, check).unwrap();
            String::from_utf8(out).unwrap()
        };
        let done = r"wrote     schemas/my\u{1b}shop/a/200.schema.json
          without /properties/a/format, which refuses one of the examples
refreshed schemas/my\u{1b}shop/b/200.schema.json
proposed  schemas/my\u{1b}shop/c/200.proposed.json
kept      schemas/my\u{1b}shop/c/200.schema.json  (yours, and the examples say otherwise: see 200.proposed.json)
kept      schemas/my\u{1b}shop/c/201.proposed.json  (edited; without it `learn` proposes again where that is needed)
removed   schemas/my\u{1b}shop/d/200.schema.json  (no example for it any more)
skipped   schemas/my\u{1b}shop/e/200.schema.json  (no schema is learned: no\u{1b}[2J)
schemas/my\u{1b}shop: 1 written, 1 refreshed, 1 proposed, 1 removed, 2 kept, 1 skipped, 3 unchanged
";
        assert_eq!(told(false), format!("{done}{WAITING}\n{COMMIT}\n"));
        let mut would = done.to_owned();
        for (word, other) in [
            ("1 written, 1 refreshed", "1 would be written, 1 would be refreshed"),
            ("1 proposed, 1 removed", "1 would be proposed, 1 would be removed"),
            ("wrote     s", "would write   s"),
            ("          w", "              w"),
            ("refreshed s", "would refresh s"),
            ("proposed  s", "would propose s"),
            ("kept      s", "kept          s"),
            ("removed   s", "would remove  s"),
            ("skipped   s", "skipped       s"),
        ] {
            assert!(would.contains(word), "{word}");
            would = would.replace(word, other);
        }
        let next = "next: `uphold learn` writes this; look at the change, and commit it";
        assert_eq!(told(true), format!("{would}{WAITING}\n{next}\n"));
    }
}
