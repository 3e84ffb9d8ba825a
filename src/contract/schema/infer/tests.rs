//! Rows of the golden table that this inference covers, and the laws: sound, and independent of
//! order and grouping.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::contract::schema::Schema;
use crate::placeholder::Filler;

const GOLDEN: &str = include_str!("../../../../tests/fixtures/golden/inference.jsonl");

#[test]
fn golden_rows() {
    let mut rows = 0;
    for line in GOLDEN.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let name = row["name"].as_str().unwrap();
        let bodies = row["examples"].as_array().unwrap().iter().map(|text| text.as_str().unwrap());
        let seen = read(bodies);
        let schema = if row["strict"] == true { seen.finish_strict() } else { seen.finish() };
        let compiled = Schema::compile(schema.clone()).unwrap();
        for value in row["accepts"].as_array().unwrap() {
            assert!(compiled.accepts(value), "{name} must accept {value}: {schema}");
        }
        for value in row["rejects"].as_array().unwrap() {
            assert!(!compiled.accepts(value), "{name} must reject {value}: {schema}");
        }
        assert_eq!(known_values(&schema), known_values(&row["reference_schema"]), "{name}: {schema}");
        rows += 1;
    }
    assert_eq!(rows, 34);
}

/// What no validator asserts, in the order of the places.
fn known_values(schema: &Value) -> Vec<&Value> {
    let below: Vec<&Value> = match schema {
        Value::Object(members) => members.values().collect(),
        Value::Array(items) => items.iter().collect(),
        _ => Vec::new(),
    };
    schema.get("x-known-values").into_iter().chain(below.into_iter().flat_map(known_values)).collect()
}

fn read<'t>(bodies: impl IntoIterator<Item = &'t str>) -> Accumulator {
    bodies.into_iter().try_fold(Accumulator::default(), Accumulator::read).unwrap()
}

fn infer(bodies: impl Iterator<Item = Value>) -> Value {
    let mut seen = Accumulator::default();
    bodies.for_each(|body| seen.observe(&body));
    seen.finish()
}

#[test]
fn placeholders_are_marked_and_not_required() {
    let schema =
        infer([json!({"job": {"id": "<string>", "total": "<integer>"}, "n": "<number>"})].into_iter());
    assert_eq!(schema["required"], json!(["job"]));
    assert_eq!(
        schema["properties"],
        json!({
            "job": {"type": "object", "properties": {
                "id": {"type": ["string", "null"], "x-from": "documentation"},
                "total": {"type": ["integer", "null"], "x-from": "documentation"},
            }},
            "n": {"type": ["number", "null"], "x-from": "documentation"},
        })
    );
}

#[test]
fn a_placeholder_in_a_real_body_is_no_promise() {
    let schema =
        infer([json!({"id": 7, "name": "Ann", "city": "Ulm", "token": "<access_token>"})].into_iter());
    assert_eq!(schema["required"], json!(["city", "id", "name"]));
    assert_eq!(schema["properties"]["token"]["x-from"], json!("documentation"));
}

#[test]
fn documentation_adds_what_real_bodies_never_showed() {
    let bodies = [json!({"a": 1, "l": []}), json!({"a": "<string>", "b": "<string>", "l": ["<integer>"]})];
    let schema = infer(bodies.into_iter());
    assert_eq!(schema["required"], json!(["a", "l"]));
    assert_eq!(schema["properties"]["a"], json!({"type": "integer"}));
    assert_eq!(schema["properties"]["b"]["x-from"], json!("documentation"));
    assert_eq!(schema["properties"]["l"]["items"]["type"], json!(["integer", "null"]));
}

fn any_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        Just("<integer>".to_owned()),
        Just("<string>".to_owned()),
        Just("<array>".to_owned()),
        Just("<object>".to_owned()),
        Just("<boolean>".to_owned()),
        Just("<Error: too deep>".to_owned()),
        Just("sample string 3".to_owned()),
        "[a-z]{0,3}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e9..1e9f64).prop_map(Value::from),
        text.prop_map(Value::from),
        Just("123456789012345678901234567890").prop_map(|text| serde_json::from_str(text).unwrap()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[abc]", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn sound(bodies in prop::collection::vec(any_json(), 1..6), seed in any::<u64>()) {
        let mut seen = Accumulator::default();
        for body in &bodies {
            seen.observe(body);
        }
        let schema = Schema::compile(seen.finish()).unwrap();
        let documentation = Schema::compile(seen.documentation().finish()).unwrap();
        for body in &bodies {
            let mut filled = body.clone();
            Filler::new(seed).fill_value(&mut filled, "");
            let own = if is_documentation(body) { &documentation } else { &schema };
            prop_assert!(own.accepts(&filled), "{} by {}", filled, own.document);
        }
    }

    #[test]
    fn order_and_grouping_do_not_matter(
        a in prop::collection::vec(any_json(), 0..4),
        b in prop::collection::vec(any_json(), 0..4),
        c in prop::collection::vec(any_json(), 0..4),
    ) {
        let fold = |bodies: &[Value]| {
            let mut seen = Accumulator::default();
            for body in bodies {
                seen.observe(body);
            }
            seen
        };
        let join = |mut left: Accumulator, right: Accumulator| {
            left.merge(right);
            left
        };
        let left = join(join(fold(&a), fold(&b)), fold(&c));
        let right = join(fold(&a), join(fold(&c), fold(&b)));
        let all: Vec<Value> = a.iter().chain(&b).chain(&c).rev().cloned().collect();
        prop_assert_eq!(&left, &right);
        prop_assert_eq!(&left, &fold(&all));
        prop_assert_eq!(left.finish().to_string(), fold(&all).finish().to_string());
    }
}
