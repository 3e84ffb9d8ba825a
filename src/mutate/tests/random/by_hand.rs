//! Suites with schema files that somebody wrote: what these refuse is found, and what they accept is not
//! told, by the same schema in one piece, which knows no files and no references.

use std::collections::BTreeMap;

use super::schemas::{Written, written};
use super::*;
use crate::contract::BodyExpectation;
use crate::contract::json;
use crate::contract::schema::Schema;

/// The file that the others refer to.
const COMMON: &str = "common.schema.json";

/// The schema files of a suite.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) files: Vec<(String, Value)>,
    /// By the path of the file.
    whole: BTreeMap<String, Schema>,
}

/// A schema for each item and status whose examples all show JSON, as it is served.
pub(super) fn told(cases: &[Arc<Case>], items: &[Item], seed: u64) -> Told {
    let mut dice = Dice::new(seed, "by hand");
    let mut left = cases.iter();
    let mut told = Told::default();
    for (number, item) in items.iter().enumerate() {
        let of_item: Vec<&Arc<Case>> = left.by_ref().take(item.examples.len()).collect();
        let statuses: std::collections::BTreeSet<u16> =
            of_item.iter().map(|case| case.expectation.status).collect();
        for status in statuses {
            let of_status = of_item.iter().filter(|case| case.expectation.status == status);
            let bodies: Option<Vec<Value>> = of_status.map(|case| served_json(case)).collect();
            if let Some(bodies) = bodies {
                told.add(&format!("item_{number}"), status, &bodies, &mut dice);
            }
        }
    }
    told
}

fn served_json(case: &Case) -> Option<Value> {
    let is_json = matches!(case.expectation.body, BodyExpectation::Json { .. });
    let text = served(case, SEED).text().filter(|_| is_json)?.into_owned();
    json::parse(&text).ok().map(|(value, _)| value)
}

pub(super) fn is_persons(case: &Case) -> bool {
    matches!(&case.expectation.body, BodyExpectation::Json { schema, .. } if schema.is_persons())
}

fn path_of(case: &Case) -> Option<String> {
    let BodyExpectation::Json { schema, .. } = &case.expectation.body else { return None };
    let path = schema.file()?.to_string_lossy().replace('\\', "/");
    Some(path.rsplit_once("schemas/s/")?.1.to_owned())
}

impl Told {
    fn add(&mut self, item: &str, status: u16, bodies: &[Value], dice: &mut Dice) {
        let common = format!("{item}_{status}_{COMMON}");
        let bodies: Vec<&Value> = bodies.iter().collect();
        let Written { plain, document, common: shared } = written(&bodies, &format!("../{common}"), dice);
        for name in [format!("{status}"), format!("{status}.error")] {
            let path = format!("{item}/{name}.schema.json");
            let whole = Schema::new(plain.clone());
            assert!(bodies.iter().all(|body| whole.accepts(body)), "{plain} of {bodies:?}");
            self.whole.insert(path.clone(), whole);
            self.files.push((path, document.clone()));
        }
        self.files.extend(shared.map(|shared| (common, shared)));
    }

    /// What a change is told as, against what the schema says of it.
    pub(super) fn unlike(&self, case: &Case, settings: &str) -> Option<String> {
        let free = ["[severity]", "ignore = [\"/", "volatile", "\"status\""];
        let whole = self.whole.get(&path_of(case)?)?;
        if free.iter().any(|word| settings.contains(word)) {
            return None;
        }
        let base = base(case);
        mutations(case, &base, RULES.seed).list.iter().find_map(|mutation| {
            let answer = mutation.apply(&base, RULES.seed)?;
            let (body, _) = json::parse(&answer.text()?).ok()?;
            let found = crate::check::check(&case.expectation, &answer);
            let is_refused = !whole.accepts(&body);
            if is_refused && !is_caught(&found, Severity::Breaking) {
                return Some(format!("refused and not found: {mutation:?} {found:?}"));
            }
            let harmless = mutation.kind.nature() == Nature::Harmless;
            let told = harmless && !is_refused && is_caught(&found, Severity::Warning);
            told.then(|| format!("accepted and told: {mutation:?} {found:?}"))
        })
    }

    /// The schema of a case.
    pub(super) fn shown(&self, case: &Case) -> String {
        let whole = path_of(case).and_then(|path| self.whole.get(&path));
        whole.map_or_else(String::new, |whole| format!("\n{}\n{:?}", whole.document, self.files))
    }
}
