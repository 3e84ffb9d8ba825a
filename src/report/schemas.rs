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
}

impl SuiteSchemas {
    /// How many files were, or would be, written or removed.
    pub fn changed(&self) -> usize {
        self.changes.files.iter().filter(|change| change.deed.is_change()).count()
    }
}

/// Tells what became of the files; with `check`, what would become of them.
pub fn text(out: &mut dyn Write, suites: &[SuiteSchemas], check: bool) -> io::Result<()> {
    for suite in suites {
        for change in &suite.changes.files {
            tell(out, suite, change, check)?;
        }
    }
    for suite in suites {
        let (changed, unchanged) = (suite.changed(), suite.changes.unchanged);
        let verb = if check { "would change" } else { "changed" };
        let dir = row::file(&suite.dir);
        writeln!(out, "{}: {changed} {verb}, {unchanged} unchanged", escape::line(&dir))?;
    }
    let waits = |change: &FileChange| change.deed == Deed::Kept(Kept::Waiting);
    if suites.iter().flat_map(|suite| &suite.changes.files).any(waits) {
        writeln!(out, "{WAITING}")?;
    }
    Ok(())
}

/// How a proposal is answered.
const WAITING: &str = "\
a proposal is what the examples say today: take it by moving it over the file, or take from it what you
want and copy its `x-uphold` into the file, which says that you have seen it";

fn tell(out: &mut dyn Write, suite: &SuiteSchemas, change: &FileChange, check: bool) -> io::Result<()> {
    let file = row::file(&suite.dir.join(&change.path));
    let (verb, why) = told(change, check);
    let line = format!("{verb:<9} {file}{why}");
    writeln!(out, "{}", escape::line(&line))?;
    for keyword in &change.dropped {
        let line = format!("          without {keyword}, which refuses one of the examples");
        writeln!(out, "{}", escape::line(&line))?;
    }
    Ok(())
}

/// The verb of a line, and what stands behind the file.
fn told(change: &FileChange, check: bool) -> (&'static str, String) {
    let verb = |done, would| if check { would } else { done };
    let plain = |verb| (verb, String::new());
    match &change.deed {
        Deed::New { .. } => plain(verb("wrote", "new")),
        Deed::Changed { .. } => plain(verb("refreshed", "changed")),
        Deed::Proposed { .. } => plain(verb("proposed", "proposal")),
        Deed::Gone => (verb("removed", "gone"), "  (no example for it any more)".to_owned()),
        Deed::Withdrawn => (verb("removed", "gone"), "  (the proposal has become pointless)".to_owned()),
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
        Deed::Unlearned(why) => ("skipped", format!("  (no schema accepts its examples: {why})")),
    }
}
