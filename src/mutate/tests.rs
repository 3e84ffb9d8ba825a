use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::finding::{FindingId, Severity};
use crate::jobs::learn::{LearnSettings, learn};
use crate::jobs::list::{ListSettings, list};
use crate::jobs::{Chosen, Goal, JobError};
use crate::mock::served;
use crate::plan::{Case, SEED, Selection};
use crate::suite::{Inputs, Workspace};

const RULES: Rules = Rules { fail_on: Severity::Breaking, seed: 1, owned: false };

mod found;
mod random;
mod severity;

/// Name, status, headers, body.
type Saved<'t> = (&'t str, u16, &'t [(&'t str, &'t str)], &'t str);

/// One item with these examples, and lines of suite.toml.
fn cases(examples: &[Saved<'_>], settings: &str) -> Vec<Arc<Case>> {
    let response = |(name, code, headers, body): &Saved<'_>| {
        let header: Vec<Value> = headers.iter().map(|(k, v)| json!({"key": k, "value": v})).collect();
        json!({"name": name, "code": code, "header": header, "body": body})
    };
    let url = "https://api.example.com/a";
    let collection = json!({
        "info": {"name": "s", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "item": [{
            "name": "Get",
            "request": {"method": "GET", "url": url},
            "response": examples.iter().map(response).collect::<Vec<_>>(),
        }],
    });
    planned(&collection, settings)
}

/// The cases of a collection with lines of suite.toml.
fn planned(collection: &Value, settings: &str) -> Vec<Arc<Case>> {
    planned_with(collection, settings, &Files::None).unwrap()
}

/// What lies below `schemas/s/`.
#[derive(Debug, Clone)]
enum Files {
    None,
    /// What `learn --strict` writes.
    Strict,
    /// By their paths.
    Written(Vec<(String, Value)>),
}

fn planned_with(collection: &Value, settings: &str, files: &Files) -> Result<Vec<Arc<Case>>, JobError> {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("cases/s/s.postman_collection.json", &collection.to_string());
    write("cases/s/suite.toml", settings);
    let chosen = Chosen {
        workspace: Workspace::at(folder.path()),
        suites: vec!["s".to_owned()],
        inputs: Inputs::default(),
    };
    match files {
        Files::None => {}
        Files::Strict => {
            drop(learn(&LearnSettings { chosen: chosen.clone(), strict: true, check: false })?);
        }
        Files::Written(all) => {
            for (path, schema) in all {
                write(&format!("schemas/s/{path}"), &schema.to_string());
            }
        }
    }
    let settings = ListSettings {
        chosen,
        selection: Selection::default(),
        goal: Goal::Mock,
        allow_writes: true,
        only_safe: false,
    };
    Ok(list(&settings)?.suites.remove(0).cases)
}

const JSON: &[(&str, &str)] = &[("Content-Type", "application/json; charset=utf-8")];

fn of_json(bodies: &[Value], settings: &str) -> Vec<Arc<Case>> {
    let texts: Vec<String> = bodies.iter().map(Value::to_string).collect();
    let examples: Vec<_> = texts.iter().map(|text| ("ok", 200, JSON, text.as_str())).collect();
    cases(&examples, settings)
}

fn base(case: &Case) -> Base {
    Base::new(served(case, SEED))
}

fn proof(case: &Case) -> CaseProof {
    proof_by(case, &base(case), RULES)
}

fn proof_by(case: &Case, base: &Base, rules: Rules) -> CaseProof {
    prove(case, base, rules, &Witnesses::default(), &|| false)
}

/// `kind at: reason` of every survivor, sorted.
fn survivors(proof: &CaseProof) -> Vec<String> {
    let reason =
        |survivor: &Survivor| survivor.reason.as_ref().map_or("MISSED".into(), Reason::class).into_owned();
    let all = proof.survivors.iter();
    let mut lines: Vec<_> = all.map(|s| format!("{} {}: {}", s.kind.as_str(), s.at, reason(s))).collect();
    lines.sort();
    lines.dedup();
    lines
}

#[test]
fn every_kind_is_tried_where_it_applies_and_changes_one_thing() {
    let users = json!({"users": [
        {"id": 7, "name": "Ann", "at": "2021-05-11T12:57:36Z", "tags": {}},
        {"id": 8, "name": "Bob", "at": "2021-05-12T12:57:36Z", "tags": {}},
    ], "by_id": {"738964000000291009": {"n": 1}}});
    let failed = json!({"users": [{"code": "INVALID", "status": "error", "message": "m"}]});
    let headers: &[(&str, &str)] = &[("Content-Type", "application/json; charset=utf-8"), ("X-Plan", "gold")];
    let cases =
        cases(&[("ok", 200, headers, &users.to_string()), ("bad", 200, headers, &failed.to_string())], "");
    let mut tried = BTreeSet::new();
    for case in &cases {
        let base = base(case);
        for mutation in mutations(case, &base, 1).list {
            let Some(answer) = mutation.apply(&base, 1) else {
                assert_eq!(mutation.kind, Kind::VolatileChanged, "{mutation:?} does not apply");
                continue;
            };
            tried.insert(mutation.kind);
            assert_ne!(answer, base.answer, "{mutation:?}");
            let parts = [
                answer.status != base.answer.status,
                answer.headers != base.answer.headers,
                answer.body != base.answer.body,
            ];
            assert_eq!(parts.iter().filter(|changed| **changed).count(), 1, "{mutation:?}");
            assert_eq!(mutation.apply(&base, 1), Some(answer), "seeded");
        }
    }
    assert_eq!(tried, Kind::ALL.iter().copied().collect());
}

#[test]
fn harmless_changes_keep_every_type_and_breaking_ones_do_not_come_back_as_they_were() {
    let body = json!({"id": "738964000000291009", "at": "2021-05-11T12:57:36+00:00",
        "uuid": "988c2c6d-df1b-4bb9-b837-6ba706c0b4ad", "token_type": "bearer",
        "url": "https://example.com/a/1234567890123456789a", "count": 12});
    let base = Base::new(crate::message::Answer {
        status: 200,
        headers: JSON.iter().copied().collect(),
        body: body.to_string().into(),
    });
    let mut seen = BTreeSet::new();
    for seed in 0..50 {
        let answer = another_call(&base, None, seed);
        let now: Value = serde_json::from_slice(&answer.body).unwrap();
        let text = |name: &str| now[name].as_str().unwrap().to_owned();
        assert_eq!((text("id").len(), text("id").parse::<u64>().is_ok()), (18, true));
        assert!(text("at").parse::<jiff::Timestamp>().is_ok(), "{}", text("at"));
        assert!(text("uuid").len() == 36 && text("uuid").matches('-').count() == 4);
        assert_eq!(text("token_type"), "bearer");
        assert!(text("url").starts_with("https://example.com/"));
        assert!(now["count"].is_u64());
        seen.insert(text("id"));
    }
    assert!(seen.len() > 40, "the values are new: {seen:?}");
}

#[test]
fn what_real_examples_show_is_caught_and_what_they_do_not_is_named() {
    let cases = of_json(
        &[
            json!({"id": 1, "name": "a", "note": null, "tags": [], "more": {"x": "y"}}),
            json!({"id": 2, "name": null, "note": null, "tags": []}),
        ],
        "",
    );
    let first = proof(&cases[0]);
    assert!(first.is_proven(), "{first:?}");
    assert_eq!(
        survivors(&first),
        [
            "field.removed /more: optional in another example",
            "null.appeared /name: the type is shown by an example",
            "type.changed /note: nothing but null is shown",
        ]
    );
    assert!(first.counts[&Kind::TypeChanged].caught > 15);
}

#[test]
fn documentation_is_no_real_example() {
    let cases = of_json(&[json!({"job": {"id": "<string>", "n": "<integer>", "note": "<string>"}})], "");
    let proof = proof(&cases[0]);
    assert!(proof.is_proven(), "{proof:?}");
    let kinds: BTreeSet<_> = proof.survivors.iter().map(|s| (s.kind, s.reason.clone().unwrap())).collect();
    assert!(kinds.contains(&(Kind::FieldRemoved, Reason::Documentation)));
    assert!(kinds.iter().all(|(_, reason)| *reason == Reason::Documentation), "{kinds:?}");
}

/// A contract that says nothing of a place that an example shows is a miss, whoever made it; only
/// where a person wrote the schema it is meant.
#[test]
fn a_gap_of_the_contract_is_a_miss_and_no_excuse_is_found_in_the_schema() {
    let cases = of_json(&[json!({"id": 1, "deep": {"name": "a"}})], "");
    let mut case = Arc::into_inner(cases.into_iter().next().unwrap()).unwrap();
    case.documented = Arc::default();
    let mut expectation = Arc::into_inner(case.expectation).unwrap();
    let crate::contract::BodyExpectation::Json { example, repeated, .. } = expectation.body else { panic!() };
    let blind =
        json!({"type": "object", "required": ["id", "deep"], "properties": {"id": {"type": "integer"}}});
    let schema = Arc::new(crate::contract::schema::Schema::new(blind));
    expectation.body = crate::contract::BodyExpectation::Json { schema, example, repeated };
    let case = Case { expectation: Arc::new(expectation), ..case };
    let missed = proof_by(&case, &base(&case), RULES);
    assert!(!missed.is_proven());
    let places: BTreeSet<_> = missed.missed().map(|s| (s.kind.as_str(), s.at.as_str())).collect();
    for place in [
        ("field.removed", "/deep/name"),
        ("null.appeared", "/deep"),
        ("type.changed", "/deep/name"),
        ("object.to_array", "/deep"),
    ] {
        assert!(places.contains(&place), "{place:?} in {places:?}");
    }
    let meant = proof_by(&case, &base(&case), Rules { owned: true, ..RULES });
    assert!(meant.is_proven(), "{meant:?}");
    assert!(meant.survivors.iter().all(|s| s.reason == Some(Reason::SchemaFile(None))));
}

#[test]
fn a_harmless_change_that_is_told_is_a_false_alarm_unless_it_is_asked_for() {
    let cases = of_json(&[json!({"id": 1})], "");
    let mut case = Arc::into_inner(cases.into_iter().next().unwrap()).unwrap();
    case.documented = Arc::default();
    let mut expectation = Arc::into_inner(case.expectation).unwrap();
    let crate::contract::BodyExpectation::Json { example, repeated, .. } = expectation.body else { panic!() };
    let closed = json!({"type": "object", "maxProperties": 1, "required": ["id"], "properties": {"id": {"type": "integer"}}});
    let schema = Arc::new(crate::contract::schema::Schema::new(closed));
    expectation.body = crate::contract::BodyExpectation::Json { schema, example, repeated };
    let case = Case { expectation: Arc::new(expectation), ..case };
    let proof = proof_by(&case, &base(&case), RULES);
    let [alarm] = proof.false_alarms.as_slice() else { panic!("{proof:?}") };
    assert_eq!((alarm.kind, alarm.finding), (Some(Kind::FieldAdded), FindingId::SchemaViolation));

    let cases = of_json(&[json!({"id": 1})], "[severity]\n\"body.field.added\" = \"breaking\"\n");
    let asked = proof_by(&cases[0], &base(&cases[0]), RULES);
    assert!(asked.is_proven() && asked.counts[&Kind::FieldAdded].inherent == 1, "{asked:?}");
}

#[test]
fn settings_that_let_changes_through_are_named() {
    let body = json!({"a": {"b": "c"}, "code": "X", "message": "m"});
    let failed: &[(&str, &str)] =
        &[("Content-Type", "application/json"), ("X-Plan", "gold"), ("Pragma", "no-cache"), ("Date", "now")];
    let of = |settings: &str| {
        let cases = cases(&[("bad", 400, failed, &body.to_string())], settings);
        let proof = proof(&cases[0]);
        assert!(proof.is_proven(), "{settings}: {proof:?}");
        survivors(&proof)
    };
    let usual = of("");
    assert_eq!(
        usual,
        [
            "header.gone header:pragma: a security or caching header",
            "header.value header:pragma: values of headers are not compared",
            "header.value header:x-plan: values of headers are not compared",
        ]
    );
    assert_eq!(of("[headers]\nexact = [\"x-plan\", \"pragma\"]\n"), Vec::<String>::new());
    assert!(
        of("[headers]\nignore = [\"x-plan\"]\n")
            .contains(&"header.gone header:x-plan: a volatile or ignored header".to_owned())
    );
    let case = |text: &str| of(&format!("[[case]]\nmatch = \"*\"\n{text}\n"));
    assert!(case("ignore = [\"/a\"]").contains(&"null.appeared /a/b: ignored by suite.toml".to_owned()));
    assert!(case("volatile = [\"/code\"]").contains(&"code.changed /code: ignored by suite.toml".to_owned()));
    assert!(
        case("compare = \"status\"").contains(&"body.empty : the case compares the status alone".to_owned())
    );
    let lowered = of("[severity]\n\"body.null.appeared\" = \"info\"\n");
    assert!(lowered.contains(&"null.appeared /a/b: lowered by suite.toml".to_owned()), "{lowered:?}");
}

/// What each [`Reason`] names as the cure catches the change that slipped through.
#[test]
fn the_cures_that_are_named_catch_what_slipped_through() {
    let lines = |case: &Case| survivors(&proof(case));
    let exact = "[[case]]\nmatch = \"*\"\ncompare = \"exact\"\n";
    let both = |bodies: &[Value], settings: &str, line: &str| {
        let found = lines(&of_json(bodies, settings)[0]);
        assert_eq!(found.iter().any(|known| known == line), settings.is_empty(), "{line}: {found:?}");
    };
    // Values that stay, and values that are new in every call, which only their type is known of.
    for value in
        [json!("word"), json!("738964000000291009"), json!("2021-05-11T12:57:30+02:00"), json!(1_620_730_650)]
    {
        for settings in ["", exact] {
            let without = [json!({"id": value, "b": 1}), json!({"b": 1})];
            both(&without, settings, "field.removed /id: optional in another example");
            let with_null = [json!({"id": value}), json!({"id": null})];
            both(&with_null, settings, "null.appeared /id: the type is shown by an example");
        }
    }
    let of = |bodies: &[Value], wanted: &str| {
        let all = lines(&of_json(bodies, "")[0]);
        all.iter().filter(|line| line.ends_with(wanted)).count()
    };
    let nothing_but_null = "nothing but null is shown";
    assert!(of(&[json!({"a": null})], nothing_but_null) > 0);
    assert_eq!(of(&[json!({"a": null}), json!({"a": "text"})], nothing_but_null), 0);
    let documented = "only documentation shows the place";
    assert!(of(&[json!({"a": "<string>", "b": "<integer>"})], documented) > 0);
    assert_eq!(of(&[json!({"a": "<string>", "b": "<integer>"}), json!({"a": "x", "b": 1})], documented), 0);
    let fields: &[(&str, &str)] = &[
        ("Content-Type", "application/json"),
        ("ETag", "\"1\""),
        ("X-A", "a"),
        ("Cache-Control", "no-store"),
    ];
    let headers = |settings: &str| {
        let all = lines(&cases(&[("ok", 200, fields, "{}")], settings)[0]);
        all.into_iter().filter(|line| line.contains("header:")).count()
    };
    assert_eq!(headers(""), 5);
    assert_eq!(headers("[headers]\nexact = [\"ETag\", \"X-A\", \"Cache-Control\"]\n"), 0);
}

#[test]
fn text_is_not_looked_into_unless_it_is_compared() {
    let text: &[(&str, &str)] = &[("Content-Type", "text/plain")];
    let plain = cases(&[("ok", 200, text, "hello world")], "");
    assert_eq!(
        survivors(&proof(&plain[0])),
        ["body.html : a text body is not looked into", "body.truncated : a text body is not looked into"]
    );
    let exact = cases(&[("ok", 200, text, "hello world")], "[[case]]\nmatch = \"*\"\ncompare = \"exact\"\n");
    assert_eq!(survivors(&proof(&exact[0])), Vec::<String>::new());
}

#[test]
fn an_answer_that_is_not_as_documented_proves_nothing() {
    let cases = of_json(&[json!({"id": 1})], "");
    let mut base = base(&cases[0]);
    base.answer.status = 500;
    let proof = proof_by(&cases[0], &base, RULES);
    assert!(!proof.is_proven() && proof.counts.is_empty());
    assert_eq!(proof.false_alarms.first().map(|alarm| alarm.kind), Some(None));
}

#[test]
fn large_bodies_have_a_limit_that_is_said_and_a_choice_by_seed() {
    let wide: serde_json::Map<_, _> = (0..500).map(|n| (format!("member{n}"), json!("x"))).collect();
    let case = &of_json(&[Value::Object(wide)], "")[0];
    let base = base(case);
    let list = mutations(case, &base, 1);
    assert_eq!(list.left_out, 501 - MOST_PLACES);
    assert!(list.list.len() < 12 * MOST_PLACES);
    assert_eq!(list, mutations(case, &base, 1));
    assert_ne!(list, mutations(case, &base, 2));

    let heavy = json!({"items": vec![json!({"a": "x".repeat(1000), "b": 1, "c": 2, "d": 3}); 1000]});
    let case = &of_json(&[heavy], "")[0];
    assert_eq!(mutations(case, &Base::new(served(case, SEED)), 1).left_out, 3);
}

#[test]
fn odd_bodies_are_changed_and_judged_without_harm() {
    let deep = format!("{}1{}", "[".repeat(120), "]".repeat(120));
    let texts = [
        "null",
        "[]",
        "{}",
        "[1,2]",
        "[[],[1.5,null]]",
        r#"{"":{"a/b":{"~":[{}]}}}"#,
        r#"{"*":1,"{key}":{"x":2}}"#,
        r#"{"n":123456789012345678901234567890,"f":1e400,"u":"\ud83d\ude00"}"#,
        deep.as_str(),
    ];
    for text in texts {
        let case = &cases(&[("ok", 200, JSON, text)], "")[0];
        let proof = proof(case);
        assert!(proof.is_proven(), "{text}: {proof:?}");
    }
}

#[test]
fn bodies_in_other_charsets_stay_readable() {
    for charset in ["ISO-8859-1", "utf-16", "utf-16le", "shift_jis"] {
        let media = format!("application/json; charset={charset}");
        let headers: &[(&str, &str)] = &[("Content-Type", &media)];
        let case = &cases(&[("ok", 200, headers, r#"{"a": "grün", "b": {"c": 1}}"#)], "")[0];
        let proof = proof(case);
        assert!(proof.is_proven(), "{charset}: {proof:?}");
        assert!(proof.counts[&Kind::TypeChanged].caught > 5);
    }
}

#[test]
fn the_seeds_are_proven() {
    let chosen = Chosen {
        workspace: Workspace::at(PathBuf::from(env!("CARGO_MANIFEST_DIR"))),
        suites: Vec::new(),
        inputs: Inputs::default(),
    };
    let settings = ListSettings {
        chosen,
        selection: Selection::default(),
        goal: Goal::Mock,
        allow_writes: true,
        only_safe: false,
    };
    for case in list(&settings).unwrap().suites.iter().flat_map(|suite| &suite.cases) {
        let proof = proof(case);
        assert!(proof.is_proven() && proof.left_out == 0, "{}: {proof:?}", case.id);
    }
}

/// Which objects are maps is read off all examples, as it is by the contract.
#[test]
fn maps_are_what_all_examples_show_to_be_maps() {
    let id = "874817934551159449";
    for bodies in [
        vec![json!({"fields": {}}), json!({"fields": {id: "x"}})],
        vec![json!({"id": 1, "x": {"2020-01-01": 5}}), json!({"id": 1, "x": {"2020-01-01": "y"}})],
        vec![json!({id: null})],
        vec![json!({"details": [{"additionalProp1": "a"}]}), json!({"details": [{"name": "b", "n": 1}]})],
        vec![json!({"key_0": null}), json!({"other": "x"})],
    ] {
        for case in of_json(&bodies, "") {
            let proof = proof(&case);
            assert!(proof.is_proven(), "{bodies:?}: {proof:?}");
        }
    }
    let cases = of_json(&[json!({"by_id": {id: {"n": 1}}}), json!({"by_id": {}})], "");
    assert_eq!(proof(&cases[0]).counts[&Kind::MapKeysChanged].tried, 1);
    assert!(!proof(&cases[1]).counts.contains_key(&Kind::MapKeysChanged), "no key, no other key");
}

/// Both values of a name that comes twice in one object are shown.
#[test]
fn values_under_repeated_names_are_shown() {
    for (body, at) in [
        (r#"{"a": 1, "a": "x", "b": 2}"#, "/a"),
        (r#"{"u": [{"a": {"c": 1}, "a": {"c": "x"}}], "b": 2}"#, "/u/*/a/c"),
        (r#"{"a": 1, "a": null, "a": "x"}"#, "/a"),
    ] {
        let cases = cases(&[("twice", 200, JSON, body)], "");
        let proof = proof(&cases[0]);
        assert!(proof.is_proven(), "{body}: {proof:?}");
        let shown = format!("type.changed {at}: the type is shown by an example");
        assert!(survivors(&proof).contains(&shown), "{body}: {:?}", survivors(&proof));
    }
}
