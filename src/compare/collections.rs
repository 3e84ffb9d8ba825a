//! Two versions of a collection.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;

use super::Comparison;
use super::documented::held;
use super::error::CompareError;
use super::request;
use crate::check::quoted;
use crate::contract::json;
use crate::contract::{Contracts, ResultCode, Siblings, Told};
use crate::finding::{CaseId, Finding, FindingId, Severity};
use crate::plan::name_items;
use crate::postman::model::{Item, RequestSpec};
use crate::postman::{Collection, Example};
use crate::suite::{CaseSettings, Level, Settings, SeverityTable};

/// Compares two collections, the examples paired by their ids.
///
/// - What a new example documents is held against the contract that the old examples of its request give
///   (`check`); with `values`, values that are not volatile, too. Where one of the two has no status, that
///   alone is told of the status.
/// - What it sends is compared as written (`request.changed`).
/// - A new example without a counterpart is held against the same contract where an old example of its request
///   documents the same status and outcome; that it has another result code is no difference, that its code stands
///   elsewhere than in all of these is one. Where no example documents that outcome any more under this status, and
///   one that sent the same is gone, it documents another outcome in the place of that.
/// - An example without a counterpart is `case.gone` or `case.new`; where one of each, of one request, send
///   the same and document the same, it is `case.renamed`. A request without examples is told by its own
///   id.
/// - A result code that no new example documents is `error.code_gone`, once, at the first example that
///   documented it.
///
/// A status such as 401 or 503 is here what the vendor documents, and says nothing of an environment.
pub fn collections(old: &Collection, new: &Collection, values: bool) -> Result<Comparison, CompareError> {
    let (old, new) = (Version::of(old), Version::of(new));
    let pairs = Pairs::of(&old, &new);
    let mut lost = old.codes();
    new.codes().keys().for_each(|code| {
        lost.shift_remove(code);
    });
    let mut comparison = Comparison { unrelated: pairs.none(&old, &new), ..Comparison::default() };
    for (at, entry) in old.entries.iter().enumerate() {
        let mut found = match pairs.of_old.get(&at).and_then(|at| new.entries.get(*at)) {
            Some(counterpart) => {
                comparison.compared += usize::from(entry.example.is_some());
                paired(&old, entry, counterpart, values)?
            }
            None => old.gone(entry, &new).into_iter().collect(),
        };
        let of_entry = lost.iter().filter(|(_, (first, _))| *first == at);
        found.extend(of_entry.map(|(code, (_, place))| {
            let documented = Finding::new(FindingId::ErrorCodeGone, place.as_str(), quoted(code), "absent");
            documented.with_hint("no example of the new collection documents this result code")
        }));
        comparison.add(Some(&entry.id), found);
    }
    let free = new.entries.iter().enumerate().filter(|(at, _)| !pairs.taken.contains(at));
    for (_, entry) in free {
        let mut found: Vec<Finding> = new.came(entry, &old).into_iter().collect();
        found.extend(unpaired(&old, entry, values)?);
        if let Some(before) = pairs.turned(&old, &new, entry) {
            found.extend(outcome_turned(&old, before, entry, values)?);
        }
        comparison.add(Some(&entry.id), found);
    }
    Ok(comparison)
}

/// A collection with its contracts.
struct Version<'c> {
    entries: Vec<Entry<'c>>,
    /// The ids of the requests.
    items: HashSet<String>,
    contracts: Contracts,
}

/// An example, or a request without one.
struct Entry<'c> {
    /// Without the suite.
    id: String,
    /// The parts of folders and item.
    parts: Vec<String>,
    item: &'c Item,
    siblings: Arc<Siblings>,
    example: Option<&'c Arc<Example>>,
}

impl<'c> Version<'c> {
    fn of(collection: &'c Collection) -> Self {
        let (mut entries, mut items) = (Vec::new(), HashSet::new());
        let mut told = Vec::new();
        for (position, named) in name_items("", collection).into_iter().enumerate() {
            let parts = named.below_suite().to_vec();
            let item = named.placed.item;
            items.insert(parts.join("::"));
            let siblings: Vec<_> =
                item.examples.iter().map(|example| (Arc::clone(example), example.code)).collect();
            let siblings = Arc::new(Siblings::of(&siblings));
            let entry = |id: String, example| Entry {
                id,
                parts: parts.clone(),
                item,
                siblings: Arc::clone(&siblings),
                example,
            };
            if item.examples.is_empty() {
                entries.push(entry(parts.join("::"), None));
            }
            let examples = named.examples.iter().zip(&item.examples);
            entries.extend(examples.map(|(id, example)| entry(below_suite(id), Some(example))));
            let of_item = item.examples.iter();
            told.extend(of_item.map(|example| Told {
                item: position,
                method: item.method_of(example),
                example,
            }));
        }
        let contracts = Contracts::of(told.into_iter(), &BTreeMap::new(), &settings());
        Self { entries, items, contracts }
    }

    /// The result codes, each with the first entry that documents it and the place.
    fn codes(&self) -> IndexMap<String, (usize, String)> {
        let mut codes = IndexMap::new();
        for (at, entry) in self.entries.iter().enumerate() {
            if let Some(ResultCode { at: place, code }) = entry.example.and_then(|example| self.code(example))
            {
                codes.entry(code).or_insert((at, place));
            }
        }
        codes
    }

    fn code(&self, example: &Example) -> Option<ResultCode> {
        self.contracts.reading(example, example.code.unwrap_or(200)).code
    }

    /// What an entry documents, for people.
    fn described(&self, entry: &Entry<'_>) -> String {
        let Some(example) = entry.example else { return "a request without an example".to_owned() };
        let status = example.code.map_or_else(|| "no status".to_owned(), |status| status.to_string());
        match self.code(example) {
            Some(code) => format!("{status} with the result code {}", quoted(&code.code)),
            None => status,
        }
    }

    fn gone(&self, entry: &Entry<'_>, new: &Version<'_>) -> Option<Finding> {
        let request_is_there = new.items.contains(&entry.parts.join("::"));
        if entry.example.is_none() && request_is_there {
            // It has examples now, and these are told.
            return None;
        }
        let gone = Finding::new(FindingId::CaseGone, "", self.described(entry), "absent");
        let alone = entry.example.is_some() && !request_is_there;
        Some(if alone { gone.with_hint("its request is gone, too") } else { gone })
    }

    fn came(&self, entry: &Entry<'_>, old: &Version<'_>) -> Option<Finding> {
        let request_was_there = old.items.contains(&entry.parts.join("::"));
        if entry.example.is_none() && request_was_there {
            return None;
        }
        let came = Finding::new(FindingId::CaseNew, "", "absent", self.described(entry));
        let alone = entry.example.is_some() && !request_was_there;
        Some(if alone { came.with_hint("its request is new, too") } else { came })
    }
}

/// Environment findings would stand for documented statuses here.
fn settings() -> Settings {
    let never = [FindingId::EnvThrottled, FindingId::EnvUnavailable, FindingId::EnvAuth];
    let levels = never.into_iter().map(|id| (id, Level::Off)).collect();
    let mut settings = Settings::default();
    settings.severity = SeverityTable::new(levels);
    settings
}

/// Which entry is which.
#[derive(Default)]
struct Pairs {
    /// Positions of the new entries by those of the old ones.
    of_old: HashMap<usize, usize>,
    /// The new entries that have a counterpart.
    taken: HashSet<usize>,
}

impl Pairs {
    fn of(old: &Version<'_>, new: &Version<'_>) -> Self {
        let mut pairs = Self::default();
        let key = |entry: &Entry<'_>| (entry.id.clone(), entry.example.is_some());
        let by_id: HashMap<_, _> = new.entries.iter().map(key).zip(0..).collect();
        for (at, entry) in old.entries.iter().enumerate() {
            if let Some(counterpart) = by_id.get(&key(entry)) {
                pairs.of_old.insert(at, *counterpart);
                pairs.taken.insert(*counterpart);
            }
        }
        pairs.renamed(old, new);
        pairs
    }

    /// Whether there was something to pair, and nothing was.
    fn none(&self, old: &Version<'_>, new: &Version<'_>) -> bool {
        self.of_old.is_empty() && !old.entries.is_empty() && !new.entries.is_empty()
    }

    /// The old example whose place a new one without a counterpart took, though it documents another outcome: it is
    /// gone, was of the same request and status, sent the same, and no new example documents its outcome there.
    fn turned<'o, 'c>(
        &self,
        old: &'o Version<'c>,
        new: &Version<'_>,
        came: &Entry<'_>,
    ) -> Option<&'o Entry<'c>> {
        let now = came.example?;
        let status = |example: &Example| example.code.unwrap_or(200);
        let outcome = |version: &Version<'_>, example: &Example| {
            version.contracts.reading(example, status(example)).outcome
        };
        let of_new = outcome(new, now);
        let still = new.entries.iter().filter(|entry| entry.parts == came.parts).any(|entry| {
            let example = entry.example.filter(|example| example.code == now.code);
            example.is_some_and(|example| outcome(new, example) != of_new)
        });
        let mut all = old
            .entries
            .iter()
            .enumerate()
            .filter(|(at, entry)| !still && entry.parts == came.parts && !self.of_old.contains_key(at));
        let is_turned = |entry: &&Entry<'_>| {
            entry.example.is_some_and(|before| {
                before.code == now.code
                    && outcome(old, before) != of_new
                    && request::changes(sent(entry), sent(came)).is_empty()
            })
        };
        all.find(|(_, entry)| is_turned(entry)).map(|(_, entry)| entry)
    }

    /// Pairs what is left of one request, sends the same and documents the same.
    fn renamed(&mut self, old: &Version<'_>, new: &Version<'_>) {
        let mut free: HashMap<&[String], Vec<usize>> = HashMap::new();
        for (at, entry) in new.entries.iter().enumerate() {
            if entry.example.is_some() && !self.taken.contains(&at) {
                free.entry(&entry.parts).or_default().push(at);
            }
        }
        for (at, entry) in old.entries.iter().enumerate().filter(|(_, entry)| entry.example.is_some()) {
            let Some(candidates) = free.get_mut(entry.parts.as_slice()) else { continue };
            if self.of_old.contains_key(&at) {
                continue;
            }
            let same = |other: &usize| new.entries.get(*other).is_some_and(|other| is_same(entry, other));
            if let Some(position) = candidates.iter().position(same) {
                let counterpart = candidates.remove(position);
                self.of_old.insert(at, counterpart);
                self.taken.insert(counterpart);
            }
        }
    }
}

/// Whether two examples send the same and document the same status and body.
fn is_same(old: &Entry<'_>, new: &Entry<'_>) -> bool {
    let (Some(before), Some(now)) = (old.example, new.example) else { return false };
    let body = |example: &Example| example.body.as_deref().map(str::trim).unwrap_or_default().to_owned();
    let (body_before, body_now) = (body(before), body(now));
    let same_body = body_before == body_now
        || matches!((json::parse(&body_before), json::parse(&body_now)), (Ok((a, _)), Ok((b, _))) if a == b);
    before.code == now.code && same_body && request::changes(sent(old), sent(new)).is_empty()
}

/// What two entries that are one differ in.
fn paired(
    version: &Version<'_>,
    old: &Entry<'_>,
    new: &Entry<'_>,
    values: bool,
) -> Result<Vec<Finding>, CompareError> {
    let mut found = Vec::new();
    if old.id != new.id
        && let (Some(before), Some(now)) = (old.example, new.example)
    {
        let renamed = Finding::new(FindingId::CaseRenamed, "", quoted(&before.name), quoted(&now.name));
        found.push(renamed.with_hint(format!("its id is {} now", new.id)));
    }
    if let (Some(before), Some(now)) = (old.example, new.example) {
        found.extend(status_documented(before.code, now.code));
        found.extend(documented(version, old, before, now, values)?);
    }
    found.extend(request::changes(sent(old), sent(new)));
    Ok(found)
}

/// What the new example documents otherwise than the old one and those of its status and outcome do. One that
/// is saved without any header field says nothing of them.
fn documented(
    version: &Version<'_>,
    old: &Entry<'_>,
    before: &Example,
    now: &Example,
    values: bool,
) -> Result<Vec<Finding>, CompareError> {
    let status = before.code.or(now.code).unwrap_or(200);
    let method = sent(old).method.as_deref().unwrap_or("GET");
    let rules = CaseSettings::default();
    let expectation =
        version.contracts.expectation(&old.parts, &old.siblings, before, status, method, &rules)?;
    let mut found = held(&expectation, now, now.code.unwrap_or(status), values);
    found.retain(|finding| !now.headers.is_empty() || !finding.at.starts_with("header:"));
    Ok(found)
}

/// What an example without a counterpart documents otherwise than the old examples of its request, status and
/// outcome. It is another answer of its kind, so that its outcome may be told from theirs only beside them,
/// and its result code and what hangs on it may be new.
fn unpaired(version: &Version<'_>, new: &Entry<'_>, values: bool) -> Result<Vec<Finding>, CompareError> {
    let Some(now) = new.example else { return Ok(Vec::new()) };
    let reading = |example: &Example| version.contracts.reading(example, example.code.unwrap_or(200));
    let of_new = reading(now);
    let alike = version.entries.iter().filter(|old| old.parts == new.parts).filter_map(|old| {
        let before = old.example.filter(|before| before.code == now.code)?;
        let of_old = reading(before);
        let (code, other) = (of_old.code.as_ref(), of_new.code.as_ref());
        let elsewhere = code.map(|code| &code.at) != other.map(|code| &code.at);
        let differs = code.map(|code| &code.code) != other.map(|code| &code.code);
        (of_old.outcome == of_new.outcome).then_some(((elsewhere, differs), old, before))
    });
    let Some((_, old, before)) = alike.min_by_key(|(unlike, ..)| *unlike) else {
        return Ok(Vec::new());
    };
    let mut found = documented(version, old, before, now, values)?;
    if found.iter().any(|finding| finding.id.as_str().starts_with("outcome.")) {
        return Ok(Vec::new());
    }
    found.retain(|finding| !is_of_another_error(finding.id) && !is_saved_by_chance(finding.id));
    Ok(found)
}

/// What an example documents that took the place of one with another outcome.
fn outcome_turned(
    version: &Version<'_>,
    old: &Entry<'_>,
    new: &Entry<'_>,
    values: bool,
) -> Result<Vec<Finding>, CompareError> {
    let (Some(before), Some(now)) = (old.example, new.example) else { return Ok(Vec::new()) };
    let mut found = documented(version, old, before, now, values)?;
    found.retain(|finding| finding.id.as_str().starts_with("outcome."));
    Ok(found)
}

/// Whether it says no more than that another error of this form is documented.
fn is_of_another_error(id: FindingId) -> bool {
    let is_moved = matches!(id, FindingId::ErrorLocationChanged | FindingId::ErrorCodeMissing);
    id.as_str().starts_with("error.") && !is_moved
}

/// Whether another example of one request may well differ so.
fn is_saved_by_chance(id: FindingId) -> bool {
    matches!(
        id,
        FindingId::HeaderMissing
            | FindingId::HeaderAdded
            | FindingId::BodyArrayBecameEmpty
            | FindingId::BodyMapBecameEmpty
    )
}

/// A status that only one of the two documents.
fn status_documented(old: Option<u16>, new: Option<u16>) -> Option<Finding> {
    let (expected, actual, severity) = match (old, new) {
        (Some(old), None) => (old.to_string(), "absent".to_owned(), Severity::Warning),
        (None, Some(new)) => ("absent".to_owned(), new.to_string(), Severity::Info),
        (Some(_), Some(_)) | (None, None) => return None,
    };
    Some(Finding::new(FindingId::StatusChanged, "", expected, actual).at_severity(severity))
}

/// The request of an entry: the example's own, else the item's.
fn sent<'c>(entry: &Entry<'c>) -> &'c RequestSpec {
    entry.example.and_then(|example| example.request.as_ref()).unwrap_or(&entry.item.request)
}

fn below_suite(id: &CaseId) -> String {
    id.parts().skip(1).collect::<Vec<_>>().join("::")
}
