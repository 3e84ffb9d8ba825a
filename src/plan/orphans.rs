//! Schema files of people that hold for nothing: slips of the pen, or of items that are gone.

use std::collections::{BTreeMap, BTreeSet};

use super::rows;
use crate::contract::schema::mark::{MARK, Owner};
use crate::contract::schema::store::parse;
use crate::contract::schema::{Key, SUFFIX, references};
use crate::contract::{Contracts, corrected};
use crate::postman::Warning;
use crate::suite::ids::Named;
use crate::suite::{Suite, did_you_mean};

/// Schema files that a person wrote or edited, that no case is held against, and that no other schema file
/// refers to. What `learn` wrote is not among them: its examples made it, and `learn` takes it away.
pub(super) fn warnings(suite: &Suite, items: &[Named<'_>], contracts: &Contracts) -> Vec<Warning> {
    let of_people = of_people(suite);
    if of_people.is_empty() {
        return Vec::new();
    }
    let wanted = wanted(suite, items, contracts);
    let referred = referred(suite);
    let orphans = of_people.into_iter().filter(|(path, _)| {
        let held = split(path)
            .is_some_and(|(folder, key)| wanted.get(folder).is_some_and(|keys| keys.contains(key)));
        !held && !referred.contains(*path)
    });
    let warning = |(path, edited): (&str, bool)| Warning {
        file: suite.schemas_dir.join(path),
        pointer: String::new(),
        message: message(path, edited, &wanted),
    };
    orphans.map(warning).collect()
}

/// The paths, and whether the file was learned once. What is no JSON fails elsewhere.
fn of_people(suite: &Suite) -> Vec<(&str, bool)> {
    let files = suite.schemas.iter().filter(|(path, _)| path.ends_with(SUFFIX));
    files
        .filter_map(|(path, file)| {
            let document = parse(file).ok()?;
            Owner::of(&document).is_person().then(|| (path.as_str(), document.get(MARK).is_some()))
        })
        .collect()
}

/// The keys that examples have, by the folder of their item.
fn wanted(suite: &Suite, items: &[Named<'_>], contracts: &Contracts) -> BTreeMap<String, BTreeSet<String>> {
    let mut wanted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for item in items {
        let keys = wanted.entry(item.below_suite().join("/")).or_default();
        for (id, example) in item.examples.iter().zip(&item.placed.item.examples) {
            let own = contracts.reading(example, example.code.unwrap_or(200));
            keys.insert(Key::of(example.code, own.outcome).to_string());
            for (row, _) in rows(suite) {
                let rules = suite.settings.case(&row.map_or_else(|| id.clone(), |row| id.with_row(row)));
                if let Some(status) = rules.status.or(example.code) {
                    let reading = corrected(contracts.reading(example, status), &rules);
                    keys.insert(Key::of(Some(status), reading.outcome).to_string());
                }
            }
        }
    }
    wanted
}

/// The files that others refer to.
fn referred(suite: &Suite) -> BTreeSet<String> {
    let files = suite.schemas.iter().filter(|(path, _)| path.ends_with(SUFFIX));
    let documents = files.filter_map(|(path, file)| Some((path, parse(file).ok()?)));
    // By itself a file is of no use.
    documents
        .flat_map(|(path, document)| {
            references(path, &document).into_iter().filter(move |other| other != path)
        })
        .collect()
}

/// The folder of a file, and its name without the ending.
fn split(path: &str) -> Option<(&str, &str)> {
    path.strip_suffix(SUFFIX)?.rsplit_once('/')
}

fn message(path: &str, edited: bool, wanted: &BTreeMap<String, BTreeSet<String>>) -> String {
    let start = if edited {
        "edited, but no example is left that it could hold for"
    } else {
        "holds for no example, so nothing is checked against it"
    };
    let (folder, key) = split(path).unwrap_or_default();
    let why = match wanted.get(folder) {
        Some(keys) if keys.is_empty() => "its item has no example".to_owned(),
        Some(keys) => {
            let keys: Vec<String> = keys.iter().map(|key| format!("`{key}{SUFFIX}`")).collect();
            format!("the examples of its item make {}", keys.join(", "))
        }
        None => {
            // One with an example of that status is likelier meant.
            let with_key = wanted.iter().filter(|(_, keys)| keys.contains(key));
            let all = wanted.keys().map(String::as_str);
            let near = did_you_mean(folder, with_key.map(|(folder, _)| folder.as_str()));
            let hint = if near.is_empty() { did_you_mean(folder, all) } else { near };
            format!("no item has the folder `{folder}`{hint}")
        }
    };
    format!("{start}: {why}; rename it, or remove it if it is not needed")
}
