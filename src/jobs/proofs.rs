//! The proofs of many cases, on all processors, each in bounded time.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use crate::contract::BodyExpectation;
use crate::finding::Severity;
use crate::mock::served;
use crate::mutate::{Base, CaseProof, Rules, Witnesses, prove};
use crate::plan::{Case, SEED};

/// What the proof of one case may take where somebody wrote its schema: some hundred answers are judged,
/// each in microseconds, and the machine may be busy.
pub(super) const WITHIN: Duration = Duration::from_secs(10);

/// How often it is looked whether a proof takes longer.
const LOOK: Duration = Duration::from_millis(100);

/// What became of a case, by its position.
#[derive(Debug)]
pub(super) enum Outcome {
    Proven(usize, CaseProof),
    /// Its schema took too long, or is one that did before.
    Undecided(usize),
}

/// Proofs under way; each worker holds one answer at a time.
#[derive(Debug)]
pub(super) struct Proofs {
    shared: Arc<Shared>,
    tell: UnboundedSender<Told>,
    told: UnboundedReceiver<Told>,
    /// Cases with a person's schema that are under way, since when.
    watched: HashMap<usize, Instant>,
    left: usize,
    /// What the proof of a case with a person's schema may take.
    within: Duration,
}

#[derive(Debug)]
struct Shared {
    cases: Vec<Arc<Case>>,
    next: AtomicUsize,
    fail_on: Severity,
    seed: u64,
    witnesses: Witnesses,
    given_up: Mutex<GivenUp>,
}

#[derive(Debug, Default)]
struct GivenUp {
    cases: HashSet<usize>,
    /// By address; the cases hold them.
    schemas: HashSet<usize>,
}

#[derive(Debug)]
enum Told {
    Begun(usize),
    Done(usize, CaseProof),
    Refused(usize),
}

impl Proofs {
    /// Begins to prove them.
    pub(super) fn begin(
        cases: Vec<Arc<Case>>,
        fail_on: Severity,
        seed: u64,
        within: Duration,
    ) -> io::Result<Self> {
        let (tell, told) = mpsc::unbounded_channel();
        let left = cases.len();
        let (next, witnesses) = (AtomicUsize::new(0), Witnesses::default());
        let shared = Shared { cases, next, fail_on, seed, witnesses, given_up: Mutex::default() };
        let proofs = Self { shared: Arc::new(shared), tell, told, watched: HashMap::new(), left, within };
        let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get).min(left);
        (0..threads).try_for_each(|_| proofs.work())?;
        Ok(proofs)
    }

    fn work(&self) -> io::Result<()> {
        let (shared, tell) = (Arc::clone(&self.shared), self.tell.clone());
        // One that is given up is left to itself: nobody waits for it.
        thread::Builder::new().name("prove".to_owned()).spawn(move || shared.work(&tell)).map(drop)
    }

    /// How many cases were begun so far, whenever it is asked.
    pub(super) fn begun(&self) -> impl Fn() -> usize + use<> {
        let shared = Arc::clone(&self.shared);
        move || shared.next.load(Ordering::Relaxed).min(shared.cases.len())
    }

    /// The next case that is done, in any order; `None` once all are. Fails where a thread cannot be had.
    pub(super) async fn next(&mut self) -> io::Result<Option<Outcome>> {
        while self.left > 0 {
            match tokio::time::timeout(LOOK, self.told.recv()).await {
                Ok(Some(Told::Begun(at))) => drop(self.watched.insert(at, Instant::now())),
                Ok(Some(Told::Done(at, proof))) => {
                    self.watched.remove(&at);
                    if !self.shared.is_given_up(at) {
                        self.left -= 1;
                        return Ok(Some(Outcome::Proven(at, proof)));
                    }
                }
                Ok(Some(Told::Refused(at))) => {
                    self.left -= 1;
                    return Ok(Some(Outcome::Undecided(at)));
                }
                // The sender is held here.
                Ok(None) => return Ok(None),
                Err(_) => {
                    let late = self.watched.iter().find(|(_, since)| since.elapsed() > self.within);
                    if let Some(at) = late.map(|(at, _)| *at) {
                        self.watched.remove(&at);
                        self.shared.give_up(at);
                        self.work()?;
                        self.left -= 1;
                        return Ok(Some(Outcome::Undecided(at)));
                    }
                }
            }
        }
        Ok(None)
    }
}

impl Shared {
    fn work(&self, tell: &UnboundedSender<Told>) {
        loop {
            let at = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = self.cases.get(at) else { return };
            let owned = is_owned(case);
            if owned && self.has_slow_schema(case) {
                let _ = tell.send(Told::Refused(at));
                continue;
            }
            if owned && tell.send(Told::Begun(at)).is_err() {
                return;
            }
            let rules = Rules { fail_on: self.fail_on, seed: self.seed, owned };
            let base = Base::new(served(case, SEED));
            let proof = prove(case, &base, rules, &self.witnesses, &|| owned && self.is_given_up(at));
            if tell.send(Told::Done(at, proof)).is_err() || self.is_given_up(at) {
                return;
            }
        }
    }

    fn given_up(&self) -> std::sync::MutexGuard<'_, GivenUp> {
        // A panic elsewhere leaves the sets whole.
        self.given_up.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_given_up(&self, at: usize) -> bool {
        self.given_up().cases.contains(&at)
    }

    fn has_slow_schema(&self, case: &Case) -> bool {
        schema(case).is_some_and(|schema| self.given_up().schemas.contains(&schema))
    }

    fn give_up(&self, at: usize) {
        let mut given_up = self.given_up();
        given_up.cases.insert(at);
        given_up.schemas.extend(self.cases.get(at).and_then(|case| schema(case)));
    }
}

/// Whether the case is judged by a schema file that a person edited or wrote.
fn is_owned(case: &Case) -> bool {
    matches!(&case.expectation.body, BodyExpectation::Json { schema, .. } if schema.is_persons())
}

fn schema(case: &Case) -> Option<usize> {
    match &case.expectation.body {
        BodyExpectation::Json { schema, .. } => Some(Arc::as_ptr(schema).addr()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::jobs::list::{ListSettings, list};
    use crate::jobs::{Chosen, Goal};
    use crate::plan::Selection;
    use crate::suite::{Inputs, Workspace};

    /// Branches that branch again, 40 levels deep: 2^40 ways to refuse a value.
    fn endless() -> Value {
        let level = |n: usize| {
            let next = json!({"$ref": format!("#/$defs/l{}", n + 1)});
            (format!("l{n}"), json!({"anyOf": [next, next]}))
        };
        let mut levels: serde_json::Map<String, Value> = (0..40).map(level).collect();
        levels.insert("l40".to_owned(), json!({"type": "string"}));
        json!({"$defs": levels, "type": "object",
            "properties": {"n": {"anyOf": [{"type": "integer"}, {"$ref": "#/$defs/l0"}]}}})
    }

    #[tokio::test]
    async fn a_schema_that_comes_to_no_end_is_given_up_once_for_all_its_cases() {
        let folder = tempfile::tempdir().unwrap();
        let suite = folder.path().join("cases/s");
        let schemas = folder.path().join("schemas/s");
        let item = |name: &str| {
            json!({"name": name, "request": {"method": "GET", "url": "https://api.example.com/a"},
                "response": [{"name": "x", "code": 200, "body": "{\"n\": 1}"},
                    {"name": "y", "code": 200, "body": "{\"n\": 2}"}]})
        };
        let schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";
        let collection =
            json!({"info": {"name": "s", "schema": schema}, "item": [item("slow"), item("fast")]});
        std::fs::create_dir_all(&suite).unwrap();
        std::fs::create_dir_all(schemas.join("slow")).unwrap();
        std::fs::write(suite.join("s.postman_collection.json"), collection.to_string()).unwrap();
        std::fs::write(schemas.join("slow/200.schema.json"), endless().to_string()).unwrap();
        let chosen = Chosen {
            workspace: Workspace::at(folder.path()),
            suites: vec!["s".to_owned()],
            inputs: Inputs::default(),
        };
        let settings = ListSettings {
            chosen,
            selection: Selection::default(),
            goal: Goal::Mock,
            allow_writes: true,
            only_safe: false,
        };
        let cases = list(&settings).unwrap().suites.remove(0).cases;
        let within = Duration::from_millis(200);
        let mut proofs = Proofs::begin(cases, Severity::Breaking, 1, within).unwrap();
        let (mut proven, mut undecided) = (Vec::new(), Vec::new());
        while let Some(next) = proofs.next().await.unwrap() {
            match next {
                Outcome::Proven(at, proof) => proven.push((at, proof.is_proven())),
                Outcome::Undecided(at) => undecided.push(at),
            }
        }
        proven.sort_unstable();
        undecided.sort_unstable();
        assert_eq!((proven, undecided), (vec![(2, true), (3, true)], vec![0, 1]));
    }
}
