//! Every change of an answer of the seeds that `prove` makes is found in a recorded answer as in a run.

use std::collections::BTreeMap;

use super::*;
use crate::check::check;
use crate::contract::Siblings;
use crate::contract::{Contracts, Told};
use crate::jobs::list::{ListSettings, list};
use crate::jobs::{Chosen, Goal};
use crate::message::Answer;
use crate::mock::served;
use crate::mutate::{Base, mutations};
use crate::plan::{Plan, SEED, Selection};
use crate::suite::{CaseSettings, Inputs, Settings, Workspace};

/// The answer as a file would hold it; `None` where its body is no text.
fn recorded(answer: &Answer) -> Option<Arc<Example>> {
    let headers: Vec<Value> = answer.headers.iter().map(|(name, value)| json!([name, value])).collect();
    let raw = std::str::from_utf8(&answer.body).ok()?;
    let text = json!({"status": answer.status, "headers": headers, "raw": raw}).to_string();
    answers_in(&text).ok()?.pop()
}

/// The cases of this repository's suites, as the mock is asked for them.
pub(in crate::compare) fn seeds() -> Plan {
    list(&ListSettings {
        chosen: Chosen {
            workspace: Workspace::at(env!("CARGO_MANIFEST_DIR")),
            suites: Vec::new(),
            inputs: Inputs::default(),
        },
        selection: Selection::default(),
        goal: Goal::Mock,
        allow_writes: true,
        only_safe: false,
    })
    .unwrap()
}

#[test]
fn changes_are_found_as_in_a_run() {
    let plan = seeds();
    let (mut changed, mut told) = (0, 0);
    for case in plan.suites.iter().flat_map(|suite| &suite.cases) {
        let base = Base::new(served(case, SEED));
        let old = recorded(&served(case, SEED)).unwrap();
        let saved = Told { item: 0, method: "GET", example: &old };
        let contracts = Contracts::of([saved].into_iter(), &BTreeMap::new(), &Settings::default());
        let siblings = [(Arc::clone(&old), old.code)];
        let status = old.code.unwrap();
        let expectation = contracts
            .expectation(&[], &Siblings::of(&siblings), &old, status, "GET", &CaseSettings::default())
            .unwrap();
        for mutation in mutations(case, &base, SEED).list {
            let Some(answer) = mutation.apply(&base, SEED) else { continue };
            let Some(new) = recorded(&answer) else { continue };
            let comparison = answers(&[Arc::clone(&old)], &new, false).unwrap();
            let mut found: Vec<Finding> = comparison.differences.into_iter().map(|one| one.finding).collect();
            let mut wanted = check(&expectation, &answer);
            for list in [&mut found, &mut wanted] {
                list.sort_by(|a, b| (a.id, &a.at).cmp(&(b.id, &b.at)));
            }
            assert_eq!(found, wanted, "{} {} {}", case.id, mutation.kind.as_str(), mutation.at);
            changed += 1;
            told += usize::from(!found.is_empty());
        }
    }
    assert!(changed > 500 && told > 400, "{told} of {changed}");
}
