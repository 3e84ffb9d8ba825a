//! Real collections with the files that are learned from them: learning is settled after one time, each
//! file accepts its examples, and judges as a run does that has none.

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use serde_json::{Value, json};
use uphold::check::check;
use uphold::contract::schema::Schema;
use uphold::contract::{BodyExpectation, learn::Deed};
use uphold::finding::Finding;
use uphold::jobs::learn::{LearnSettings, learn};
use uphold::jobs::list::{ListSettings, list};
use uphold::jobs::{Chosen, Goal, JobError};
use uphold::mock::served;
use uphold::mutate::{Base, mutations};
use uphold::plan::{Case, SEED, Selection};
use uphold::suite::{Inputs, Workspace};

use crate::inference::groups::{Chance, body};
use crate::support::real_collections;

/// What became of one real collection.
#[derive(Default)]
struct Corpus {
    files: usize,
    answers: usize,
    wrong: Vec<String>,
}

#[test]
fn real_collections_are_judged_by_files_as_without() {
    let Some(paths) = real_collections() else { return };
    let (work, total) = (Mutex::new(paths.into_iter()), Mutex::new(Corpus::default()));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some(path) = work.lock().unwrap().next() else { return };
                    let one = held(&path).unwrap_or_default();
                    let mut total = total.lock().unwrap();
                    total.files += one.files;
                    total.answers += one.answers;
                    total.wrong.extend(one.wrong);
                }
            });
        }
    });
    let Corpus { files, answers, wrong } = total.into_inner().unwrap();
    println!("{files} files learned, {answers} answers judged with and without them");
    assert!(wrong.is_empty(), "{} of them, such as {:#?}", wrong.len(), &wrong[..wrong.len().min(10)]);
    assert!(
        files > 3_500 && answers > 5_000,
        "only {files} files, {answers} answers: is this the right folder?"
    );
}

/// Random bodies of every kind, a group for each item; some items differ in the case of their names alone.
#[test]
fn random_groups_are_judged_by_files_as_without() {
    let item = |seed: u64| {
        let mut chance = Chance::new(seed);
        let request = json!({"method": "GET", "url": "{{api}}/x"});
        let example = |at: usize, body: String| {
            json!({"name": format!("e {at}"), "originalRequest": request, "code": 200, "body": body,
                "header": [{"key": "Content-Type", "value": "application/json"}]})
        };
        let count = 1 + chance.below(4);
        let examples: Vec<Value> = (0..count).map(|at| example(at, body(&mut chance))).collect();
        let name = if seed.is_multiple_of(2) { "Get it" } else { "GET IT" };
        json!({"name": name, "request": request, "response": examples})
    };
    let collection = json!({
        "info": {"name": "r", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "item": (0..500).map(item).collect::<Vec<_>>(),
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("random.json");
    fs::write(&file, collection.to_string()).unwrap();
    let Corpus { files, answers, wrong } = held(&file).unwrap();
    assert!(files > 450 && answers > 1_000, "{files} files, {answers} answers");
    assert!(wrong.is_empty(), "{} of them, such as {:#?}", wrong.len(), &wrong[..wrong.len().min(5)]);
}

/// Learns into a workspace of its own, and judges the served answers and one change of each.
fn held(path: &Path) -> Result<Corpus, JobError> {
    let folder = tempfile::tempdir().unwrap();
    let chosen = Chosen {
        workspace: Workspace::at(folder.path()),
        suites: vec![path.to_str().unwrap().to_owned()],
        inputs: Inputs::default(),
    };
    let cases = || {
        let settings = ListSettings {
            chosen: chosen.clone(),
            selection: Selection::default(),
            goal: Goal::Mock,
            allow_writes: true,
            only_safe: false,
        };
        list(&settings).map(|plan| plan.suites.into_iter().flat_map(|suite| suite.cases).collect::<Vec<_>>())
    };
    let learn_it = |check| learn(&LearnSettings { chosen: chosen.clone(), strict: false, check });
    let mut found = Corpus::default();
    let without = cases()?;
    let learned = learn_it(false)?;
    let with = cases()?;
    for suite in learn_it(true)? {
        let odd = suite.changes.files.iter().filter(|change| !matches!(change.deed, Deed::Kept(_)));
        found.wrong.extend(odd.map(|change| format!("learned twice: {change:?}")));
    }
    for change in learned.iter().flat_map(|suite| &suite.changes.files) {
        found.files += 1;
        if !change.dropped.is_empty() || !matches!(change.deed, Deed::New { .. }) {
            found.wrong.push(format!("{change:?}"));
        }
    }
    for (at, (without, with)) in without.iter().zip(&with).enumerate() {
        let answer = served(without, SEED);
        let is_refused = is_refused(with, &answer.body);
        let mut answers = vec![answer];
        if at.is_multiple_of(8) {
            let base = Base::new(served(without, SEED));
            let list = mutations(without, &base, SEED).list;
            let one = list.get(at % list.len().max(1)).and_then(|change| change.apply(&base, SEED));
            answers.extend(one);
        }
        for answer in answers {
            found.answers += 1;
            let (plain, filed) = (check(&without.expectation, &answer), check(&with.expectation, &answer));
            if facts(&plain) != facts(&filed) {
                found.wrong.push(format!("{}: {plain:?} {filed:?}", without.id));
            }
        }
        if is_refused {
            found.wrong.push(format!("{}: refused by its own file", with.id));
        }
    }
    Ok(found)
}

fn facts(findings: &[Finding]) -> Vec<(String, String)> {
    findings.iter().map(|finding| (finding.id.to_string(), finding.at.clone())).collect()
}

/// Whether the schema of a case refuses its own example, placeholders filled.
fn is_refused(case: &Case, served: &[u8]) -> bool {
    let accepts = |schema: &Schema| serde_json::from_slice(served).is_ok_and(|body| schema.accepts(&body));
    matches!(&case.expectation.body, BodyExpectation::Json { schema, example: Some(_), .. } if !accepts(schema))
}
