//! Any answer: accepted, it is what its case expects, as it came and not only as it is kept.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use uphold::check::check;
use uphold::finding::{Finding, Severity};
use uphold::jobs::accept::{AcceptSettings, accept};
use uphold::message::Answer;
use uphold::plan::{Case, Options, Selection, Target, suite};
use uphold::postman::Chance;
use uphold::redact::Redactor;
use uphold::report::accepted::Choice;
use uphold::report::pending::Pending;
use uphold::report::waiting::PendingFolder;
use uphold::suite::{Inputs, Workspace};

use super::{COLLECTION, collection};
use crate::support::workspace;

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0_u64..20_000).prop_map(Value::from),
        (0_u32..1_000).prop_map(|n| Value::from(f64::from(n) / 10.0)),
        "[a-zA-Z]{0,9}( [a-z]{1,9})?".prop_map(Value::from),
        "[A-Z_]{2,12}".prop_map(Value::from),
        "[0-9]{1,20}".prop_map(Value::from),
        "[a-z0-9]{20,40}".prop_map(Value::from),
        "[a-z]{1,6}@[a-z]{2,6}\\.example".prop_map(Value::from),
        "20[0-2][0-9]-0[1-9]-[12][0-9]T[01][0-9]:[0-5][0-9]:[0-5][0-9]Z".prop_map(Value::from),
        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}".prop_map(Value::from),
    ]
}

fn object() -> impl Strategy<Value = Value> {
    const NAMES: &[&str] =
        &["id", "user_id", "email", "first_name", "token", "status", "type", "code", "message", "items", "n"];
    let value = scalar().prop_recursive(2, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((prop::sample::select(NAMES), inner.clone()), 0..4).prop_map(named),
            prop::collection::vec(("[0-9]{7,18}", inner), 1..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    prop::collection::vec((prop::sample::select(NAMES), value), 0..6).prop_map(named)
}

fn named(members: Vec<(&str, Value)>) -> Value {
    Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn case_of(workspace: &Workspace) -> std::sync::Arc<Case> {
    let options = Options {
        target: Target::Live(None),
        selection: Selection::default(),
        allow_writes: true,
        only_safe: false,
        repeats: false,
        chance: Chance::default(),
    };
    let loaded = workspace.load("shop", &Inputs::default()).unwrap();
    suite(&loaded, &options).unwrap().cases.remove(0)
}

fn grave(case: &Case, answer: &Answer) -> Vec<Finding> {
    check(&case.expectation, answer).into_iter().filter(|found| found.severity >= Severity::Warning).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_came_is_clean_once_it_is_accepted(
        old in object(), new in object(), status in prop::sample::select(vec![200_u16, 201, 404]), replace: bool,
    ) {
        let folder = workspace(&[(COLLECTION, &collection(&[("OK", 200, old), ("Other", 200, json!({"id": 1}))]))]);
        let workspace = Workspace::at(folder.path());
        let answer = Answer {
            status,
            headers: [("Content-Type", "application/json")].into_iter().collect(),
            body: new.to_string().into_bytes().into(),
        };
        let case = case_of(&workspace);
        let found = check(&case.expectation, &answer);
        let codes: BTreeSet<String> = new.get("code").and_then(Value::as_str).map(str::to_owned).into_iter().collect();
        let redactor = Redactor::default();
        let about = ("2026-11-22T07:00:00Z", &redactor);
        let Some(pending) = Pending::of(&case, &found, Severity::Breaking, &answer, &codes, about) else {
            return Ok(());
        };
        let waiting = folder.path().join("pending");
        PendingFolder::at(&waiting).put(&pending).unwrap();
        let report = accept(&AcceptSettings {
            workspace: workspace.clone(),
            inputs: Inputs::default(),
            pending: waiting,
            choice: Choice::all(),
            replace,
            dry: false,
            now: jiff::Timestamp::UNIX_EPOCH,
        })
        .unwrap()
        .report;
        prop_assert_eq!(report.counts(), [1, 0, 0], "{:?}", report.rows);
        prop_assert_eq!(grave(&case_of(&workspace), &answer), Vec::new(), "{}", new);
    }
}
