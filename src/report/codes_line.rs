//! The code catalogue in one line for each suite.

use indexmap::IndexMap;

use super::codes::{Catalogue, Entry, State};
use super::excerpt;
use super::overview::cause;

/// Codes that are named for one reason, and new ones.
const SHOWN_CODES: usize = 5;
/// Reasons that are told.
const SHOWN_REASONS: usize = 4;
/// Characters of one code.
const SHOWN_CODE: usize = 60;
/// Characters of one reason.
const SHOWN_REASON: usize = 80;

/// `codes of shop: 9 of 11 seen; not seen: A, B (no recipe), C (not selected); new: X`; `None` where
/// the examples document no code.
pub(super) fn line(catalogue: &Catalogue<'_>) -> Option<String> {
    let documented = &catalogue.documented;
    if documented.is_empty() {
        return None;
    }
    let unseen: Vec<&Entry<'_>> = documented.iter().filter(|entry| entry.state != State::Seen).collect();
    let seen = documented.len() - unseen.len();
    let mut line = format!("codes of {}: {seen} of {} seen", catalogue.suite, documented.len());
    if !unseen.is_empty() {
        line.push_str("; not seen: ");
        line.push_str(&not_seen(&unseen));
    }
    if !catalogue.unknown.is_empty() {
        let more = catalogue.unknown_more;
        let codes: Vec<&str> = catalogue.unknown.iter().map(|unknown| unknown.code).collect();
        line.push_str("; new: ");
        line.push_str(&named(&codes, more));
    }
    Some(line)
}

/// By reason, the most frequent first; one that all codes of a state have is told, else the state.
fn not_seen(unseen: &[&Entry<'_>]) -> String {
    let mut by_state: IndexMap<State, Vec<&Entry<'_>>> = IndexMap::new();
    for entry in unseen {
        by_state.entry(entry.state).or_default().push(entry);
    }
    by_state.sort_by(|a, first, b, second| second.len().cmp(&first.len()).then(a.cmp(b)));
    let mut parts: Vec<String> =
        by_state.iter().take(SHOWN_REASONS).map(|(state, of)| group(*state, of)).collect();
    let left: usize = by_state.values().skip(SHOWN_REASONS).map(Vec::len).sum();
    if left > 0 {
        parts.push(format!("{left} more for other reasons"));
    }
    parts.join(", ")
}

fn group(state: State, entries: &[&Entry<'_>]) -> String {
    let codes: Vec<&str> = entries.iter().map(|entry| entry.row.code.as_str()).collect();
    let causes: Vec<Option<&str>> = entries.iter().map(|entry| entry.reason.as_deref().map(cause)).collect();
    let common =
        causes.first().copied().flatten().filter(|first| causes.iter().all(|one| *one == Some(first)));
    let why = match (common, state) {
        (Some(cause), State::Skipped | State::NoRecipe | State::Errored) => {
            excerpt::beginning(cause, SHOWN_REASON).into_owned()
        }
        (_, state) => state.words().to_owned(),
    };
    format!("{} ({why})", named(&codes, 0))
}

/// The first few, and how many more.
fn named(codes: &[&str], more: usize) -> String {
    let shown = codes.iter().take(SHOWN_CODES).map(|code| excerpt::beginning(code, SHOWN_CODE));
    let shown = shown.collect::<Vec<_>>().join(", ");
    match codes.len().saturating_sub(SHOWN_CODES) + more {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
