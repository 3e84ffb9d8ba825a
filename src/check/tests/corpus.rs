//! Real collections, where a folder of them is at hand (`UPHOLD_CORPUS`): every saved answer, its
//! type placeholders filled, is as documented.

use std::time::Instant;

use super::*;
use crate::contract::Siblings;
use crate::placeholder::Filler;
use crate::postman::read;

#[test]
fn every_saved_answer_is_as_documented() {
    let Some(folder) = std::env::var_os("UPHOLD_CORPUS") else {
        println!("skipped: UPHOLD_CORPUS names no folder of collections");
        return;
    };
    let (mut total, mut wrong, mut claims) = (0, Vec::new(), Vec::new());
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for path in files.iter().filter(|path| path.is_file()) {
        let Ok(collection) = read::collection(path) else { continue };
        let items = collection.items();
        let settings = Settings::default();
        let start = Instant::now();
        let contracts = Contracts::of(told(&items), &BTreeMap::new(), &settings);
        let mut all = Vec::new();
        for placed in &items {
            let siblings: Vec<_> = placed.item.examples.iter().map(|e| (Arc::clone(e), e.code)).collect();
            let item: Vec<String> = [placed.item.pointer.clone()].into();
            for (example, code) in &siblings {
                let rules = CaseSettings::default();
                let status = code.unwrap_or(200);
                let expectation = contracts
                    .expectation(&item, &Siblings::of(&siblings), example, status, "GET", &rules)
                    .unwrap();
                all.push((Arc::clone(example), expectation));
            }
        }
        let time = start.elapsed();
        for (example, expectation) in &all {
            total += 1;
            if let Some(at) = &expectation.said_at {
                let body: String = example.text().chars().filter(|c| !c.is_whitespace()).take(200).collect();
                claims.push(format!("{}{} at {at}: {body}", path.display(), example.pointer));
            }
            let found = check(expectation, &served(example, expectation.status));
            if !found.is_empty() {
                wrong.push(format!("{}{}: {:?}", path.display(), example.pointer, lines(&found)));
            }
        }
        let name = path.file_name().unwrap().to_string_lossy();
        println!("{name}: {} examples, made {time:?}, with checks {:?}", all.len(), start.elapsed());
    }
    println!("{} say by themselves that they failed:\n{}", claims.len(), claims.join("\n"));
    println!("{total} examples, {} not as documented", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The answer that a mock gives: the saved one, type placeholders filled.
pub(super) fn served(example: &Example, status: u16) -> Answer {
    let seeded = Filler::new(1);
    let text = example.body.clone().unwrap_or_default();
    let body = seeded.json_text(&text).unwrap_or(text);
    let headers = example.headers.iter();
    let headers = headers
        .map(|(name, value)| (name.clone(), seeded.text(value, name).unwrap_or_else(|| value.clone())));
    Answer { status, headers: headers.collect(), body: body.into() }
}
