//! Random suites: whatever a collection shows, no harmless change is told, no breaking one is missed,
//! and every reason that a survivor is named with is true by a second reading of the saved texts.
//!
//! `UPHOLD_SUITES_TO_PROVE=50000 cargo test --lib mutate::tests::random` proves as many suites; of one
//! that fails the smallest that still fails is shown.

mod by_hand;
mod draw;
mod reasons;
mod schemas;
mod shrink;
mod tree;
mod words;

use std::fmt;

use self::tree::Tree;
use super::*;
use crate::contract::json::readable;
use crate::mutate::draw::Dice;

/// How many suites are proven where nothing else is said.
const SUITES: u64 = 150;

/// A suite: the examples of each item.
#[derive(Debug, Clone)]
struct Drawn {
    items: Vec<Item>,
    settings: String,
    schemas: Schemas,
}

/// What the answers are judged by beside the examples.
#[derive(Debug, Clone, Copy)]
enum Schemas {
    None,
    /// What `learn --strict` makes of the examples.
    Strict,
    /// Schemas by hand, of this seed.
    ByHand(u64),
}

#[derive(Debug, Clone)]
struct Item {
    method: &'static str,
    examples: Vec<Saved>,
}

/// A saved answer.
#[derive(Debug, Clone)]
struct Saved {
    name: String,
    status: Option<u16>,
    headers: Vec<(String, String)>,
    body: Body,
}

#[derive(Debug, Clone)]
enum Body {
    Json(Tree),
    Text(String),
    Null,
}

impl Saved {
    fn tree(&self) -> Option<Tree> {
        match &self.body {
            Body::Json(tree) => Some(tree.clone()),
            Body::Text(text) => {
                Some(Tree::of(serde_json::from_str(&readable(text.trim_start_matches('\u{feff}'))).ok()?))
            }
            Body::Null => None,
        }
    }

    fn text(&self) -> Option<String> {
        match &self.body {
            Body::Json(tree) => Some(tree.to_string()),
            Body::Text(text) => Some(text.clone()),
            Body::Null => None,
        }
    }
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for item in &self.items {
            writeln!(f, "{}", item.method)?;
            for Saved { name, status, headers, .. } in &item.examples {
                writeln!(f, "  {name} {status:?} {headers:?}")?;
            }
            for saved in &item.examples {
                writeln!(f, "  {}: {}", saved.name, saved.text().as_deref().unwrap_or("(null)"))?;
            }
        }
        f.write_str(&self.settings)?;
        write!(f, "schemas: {:?}", self.schemas)
    }
}

impl Drawn {
    fn collection(&self) -> Value {
        let item = |(at, item): (usize, &Item)| {
            let request = json!({"method": item.method, "url": format!("https://api.example.com/{at}")});
            let response = |saved: &Saved| {
                let header: Vec<Value> =
                    saved.headers.iter().map(|(k, v)| json!({"key": k, "value": v})).collect();
                json!({"name": saved.name, "code": saved.status, "header": header, "body": saved.text()})
            };
            let responses: Vec<Value> = item.examples.iter().map(response).collect();
            json!({"name": format!("item {at}"), "request": request, "response": responses})
        };
        let items: Vec<Value> = self.items.iter().enumerate().map(item).collect();
        json!({"info": {"name": "s", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}, "item": items})
    }

    /// The first thing that is wrong.
    fn wrong(&self) -> Option<String> {
        let collection = self.collection();
        let (mut files, mut told) = (Files::None, by_hand::Told::default());
        match self.schemas {
            Schemas::None => {}
            Schemas::Strict => files = Files::Strict,
            Schemas::ByHand(seed) => {
                told = by_hand::told(&planned(&collection, &self.settings), &self.items, seed);
                files = Files::Written(told.files.clone());
            }
        }
        let cases = match planned_with(&collection, &self.settings, &files) {
            Ok(cases) => cases,
            Err(error) => return Some(format!("no plan: {error}\n{files:?}")),
        };
        let all: usize = self.items.iter().map(|item| item.examples.len()).sum();
        assert_eq!(cases.len(), all);
        let items = self.items.iter().flat_map(|item| item.examples.iter().map(move |saved| (item, saved)));
        cases.iter().zip(items).find_map(|(case, (item, saved))| {
            let owned = by_hand::is_persons(case);
            let proof = proof_by(case, &base(case), Rules { owned, ..RULES });
            let alarm = proof.false_alarms.first().map(|alarm| format!("false alarm: {alarm:?}"));
            let missed = || proof.missed().next().map(|missed| format!("missed: {missed:?}"));
            let untrue = || {
                proof
                    .survivors
                    .iter()
                    .find_map(|one| reasons::untrue(one, case, (item, saved), &self.settings))
            };
            let unlike = || told.unlike(case, &self.settings);
            let why = alarm.or_else(missed).or_else(untrue).or_else(unlike)?;
            Some(format!("{}: {why}{}", saved.name, told.shown(case)))
        })
    }
}

#[test]
fn random_suites_are_proven() {
    let count = std::env::var("UPHOLD_SUITES_TO_PROVE").ok();
    let count = count.map_or(SUITES, |text| text.parse().unwrap());
    let from: u64 = std::env::var("UPHOLD_FROM").ok().map_or(0, |text| text.parse().unwrap());
    let next = std::sync::atomic::AtomicU64::new(from);
    let failed = std::sync::Mutex::new(std::collections::BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, std::num::NonZero::get) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if seed >= from + count {
                        return;
                    }
                    let drawn = draw::suite(&mut Dice::new(seed, "suite"));
                    if drawn.wrong().is_some() {
                        let small = shrink::shrunk(drawn);
                        let why = small.wrong().unwrap_or_default();
                        let class: String =
                            why.chars().skip(2).filter(|c| !c.is_ascii_digit()).take(90).collect();
                        failed
                            .lock()
                            .unwrap()
                            .entry(class)
                            .or_insert_with(|| format!("seed {seed}\n{small}\n{why}"));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    let told: Vec<_> = failed.values().take(20).map(String::as_str).collect();
    assert!(failed.is_empty(), "{} of {count} suites fail:\n{}", failed.len(), told.join("\n---\n"));
}
