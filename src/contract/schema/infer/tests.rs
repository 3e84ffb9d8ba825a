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
fn a_hidden_value_was_there_all_the_same() {
    let schema = infer(
        [json!({"access_token": "<string#1>", "auth_code": "<string#2>", "sid": "<uuid#1>", "key": "<integer#1>"})]
            .into_iter(),
    );
    assert_eq!(schema["required"], json!(["access_token", "auth_code", "key", "sid"]));
    assert_eq!(
        schema["properties"],
        json!({
            "access_token": {"type": "string"}, "auth_code": {"type": "string"}, "key": {"type": "integer"},
            "sid": {"type": "string", "format": "uuid", "x-level": "warning"},
        })
    );
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

#[test]
fn hints_stand_beside_the_type_and_are_marked() {
    let schema = infer(
        [json!({"id": "738", "at": "2021-05-11T12:57:36Z", "status": "ok", "day": null, "zip": "89073"})]
            .into_iter(),
    );
    assert_eq!(
        schema.to_string(),
        concat!(
            r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"#,
            r#""at":{"type":"string","format":"date-time","x-level":"warning"},"day":{},"#,
            r#""id":{"type":"string","pattern":"^[0-9]+$","x-level":"warning"},"#,
            r#""status":{"type":"string","x-known-values":["ok"]},"zip":{"type":"string"}},"#,
            r#""required":["at","day","id","status","zip"]}"#
        )
    );
}

#[test]
fn one_empty_or_other_text_or_placeholder_cancels_what_was_suggested() {
    let id = |other: &str| {
        let schema = read([r#"{"id": "7", "type": "A", "day": "2021-05-11"}"#, other]).finish();
        ["id", "type", "day"].map(|name| schema["properties"][name].as_object().unwrap().len() > 1)
    };
    assert_eq!(id(r#"{"id": "8", "type": "B", "day": "2021-05-12"}"#), [true; 3]);
    assert_eq!(id(r#"{"id": "", "type": "", "day": ""}"#), [false; 3]);
    assert_eq!(id(r#"{"id": "x", "type": "two words", "day": "soon"}"#), [false; 3]);
    // One placeholder among three strings leaves the body real.
    assert_eq!(id(r#"{"id": "8", "type": "B", "day": "<date>"}"#), [true, true, false]);
}

#[test]
fn names_of_maps_are_said_by_their_kind() {
    let names = |body: &str| read([body]).finish()["propertyNames"].clone();
    let hint = |keyword: &str, value: &str| json!({keyword: value, "x-level": "warning"});
    assert_eq!(names(r#"{"738964000000291009": 1}"#), hint("pattern", "^[0-9]+$"));
    assert_eq!(names(r#"{"1": 1, "2": 1.5, "3": null}"#), hint("pattern", "^[0-9]+$"));
    assert_eq!(names(r#"{"988c2c6d-df1b-4bb9-b837-6ba706c0b4ad": {}}"#), hint("format", "uuid"));
    assert_eq!(names(r#"{"2021-05-11": 7, "2021-05-12": 9}"#), hint("format", "date"));
    assert_eq!(names(r#"{"a@b.co": "x"}"#), hint("format", "email"));
    assert_eq!(names(r#"{"4d8b6ee4f7d1d284": []}"#), hint("pattern", "^[0-9A-Fa-f]{16,}$"));
    for no_map in [r#"{"1": 1}"#, r#"{"1": 1, "2": "x"}"#, r#"{"a": 1, "b": 2}"#, r#"{"100000": 1, "x": 2}"#]
    {
        assert_eq!(names(no_map), Value::Null, "{no_map}");
    }
    let marked = read([r#"{"m": {"key_0": "<integer>", "key_1": "<integer>"}}"#]).finish();
    assert_eq!(marked["properties"]["m"]["propertyNames"], Value::Null);
    assert_eq!(marked["properties"]["m"]["additionalProperties"]["type"], json!(["integer", "null"]));
}

#[test]
fn a_field_that_is_always_there_makes_no_map_of_a_wide_object() {
    let bodies: Vec<String> =
        (0..30).map(|n| format!(r#"{{"name": "x", "a{n}": "x y", "b{n}": "y z"}}"#)).collect();
    let schema = read(bodies.iter().map(String::as_str)).finish();
    assert_eq!(schema["required"], json!(["name"]));
    let bodies: Vec<String> = bodies.iter().map(|body| body.replace(r#""name": "x", "#, "")).collect();
    let schema = read(bodies.iter().map(String::as_str)).finish();
    assert_eq!(schema["additionalProperties"], json!({"type": "string"}));
}

#[test]
fn strict_closes_what_is_known_and_lists_null() {
    let seen =
        read([r#"{"status": "a", "m": {"100001": {"x": 1}}, "e": {}}"#, r#"{"status": null, "e": {}}"#]);
    let strict = Schema::compile(seen.finish_strict()).unwrap();
    assert!(strict.accepts(&json!({"status": null, "e": {}, "m": {"100002": {"x": 2}}})));
    for refused in [
        json!({"status": "b", "e": {}}),
        json!({"status": "a", "e": {"new": 1}}),
        json!({"status": "a", "e": {}, "m": {"100002": {"x": 2, "y": 3}}}),
    ] {
        assert!(!strict.accepts(&refused), "{refused}");
    }
    let mixed = read([r#"{"status": "a"}"#, r#"{"status": 7}"#]).finish_strict();
    assert!(Schema::compile(mixed).unwrap().accepts(&json!({"status": 7})));
}

#[test]
fn what_no_reader_takes_is_an_error_and_nothing_panics() {
    let nested = |levels: usize| "{\"a\":".repeat(levels) + "1" + &"}".repeat(levels);
    for (text, good) in [
        (nested(126).as_str(), true),
        (&nested(100_000), false),
        (&"[".repeat(100_000), false),
        (r#"{"a": "\ud800"}"#, true),
        (r#"{"a": "<integer>", "b": "\ud800x"}"#, true),
        (r#"{"a": "\ud80"}"#, false),
        (r#"{"$serde_json::private::Number": "x"}"#, false),
        (r#"{"a": 123456789012345678901234567890.5e-30}"#, true),
        ("[1", false),
        ("[1] [2]", false),
        ("", false),
    ] {
        assert_eq!(Accumulator::default().read(text).is_ok(), good, "{text:.60}");
    }
}

#[test]
fn a_name_that_is_twice_counts_once_as_present() {
    let seen = read([r#"{"a": 1, "a": 2}"#, r#"{"l": [{"b": 1, "b": 1}]}"#]);
    assert_eq!(seen.finish()["required"], Value::Null);
    assert_eq!(seen.repeated_names(), ["/a", "/l/*/b"]);
}

#[test]
fn provenance_tells_what_and_where() {
    let bodies = [
        r#"{"users": [{"details": {"id": "738964000000291009"}, "role": null}]}"#,
        r#"{"users": [{"details": {}, "role": "admin"}]}"#,
        r#"{"users": [{"details": {"id": "738964000002058003", "a~b": [1, 2.5]}}]}"#,
        r#"{"users": [{"details": {"note": "<string>"}}]}"#,
    ];
    let mut seen = Accumulator::default();
    for (number, body) in (0..).zip(bodies) {
        seen = seen.read_from(number, body).unwrap();
    }
    let names = ["SUCCESS RESPONSE", "INVALID", "DUPLICATE_DATA", "DOCS"];
    let told = |at: &str| seen.provenance(at).map(|found| found.told(|n| names[n as usize]));
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        told("/users/*/details/id"),
        text("string, digits; in 2 of 4: SUCCESS RESPONSE, DUPLICATE_DATA")
    );
    assert_eq!(
        told("/users/*/role"),
        text("string or null, known values; in 2 of 4: SUCCESS RESPONSE, INVALID")
    );
    assert_eq!(told("/users/*/details/note"), text("string, from documentation; in 1 of 4: DOCS"));
    assert_eq!(told("/users/*/details/a~0b/*"), text("number; in 1 of 4: DUPLICATE_DATA"));
    assert_eq!(told("/users/*/details/{key}").map(|told| told.contains("in 3 of 4")), Some(true));
    assert_eq!(told("/nobody"), None);
    let mixed = Accumulator::default().read_from(0, r#"{"a": "<integer>", "z": "<string>"}"#).unwrap();
    let mixed = mixed.read_from(1, r#"{"a": null, "z": "x"}"#).unwrap();
    let told = |at: &str| mixed.provenance(at).map(|found| found.told(|n| names[n as usize]));
    assert_eq!(told("/a"), text("null, or integer from documentation; in 2 of 2: SUCCESS RESPONSE, INVALID"));
    assert_eq!(told("/z"), text("string; in 2 of 2: SUCCESS RESPONSE, INVALID"));
}

#[test]
fn a_keyword_that_refuses_an_example_is_taken_out() {
    let schema = json!({"type": "object", "properties": {
        "a": {"type": "string", "format": "date"}, "m": {"propertyNames": {"pattern": "^x"}}, "n": {"type": "integer"},
    }});
    let body = json!({"a": "soon", "m": {"y": 1}, "n": "<integer>"});
    let fitted = fit(schema, [&body]).unwrap();
    assert_eq!(fitted.dropped, ["/properties/a/format", "/properties/m/propertyNames/pattern"]);
    assert_eq!(fitted.document["properties"]["n"], json!({"type": "integer"}));
    assert!(Schema::compile(fitted.document).unwrap().accepts(&json!({"a": "soon", "m": {"y": 1}})));
    assert!(fit(json!(false), [&body]).is_err());
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

/// More names than anybody has fields are data: none is kept, and neither their order nor where they were cut
/// into bodies counts.
#[test]
fn a_crowd_of_names_is_a_map_in_any_order() {
    let kept = super::node::MOST_NAMES;
    let value = |n: usize| match n % 3 {
        0 => json!({"n": n, "by": {format!("sub {n}"): 1}}),
        1 => json!("text"),
        _ => json!({"n": null, "big": 9_007_199_254_740_993_u64}),
    };
    let body = |names: &[usize]| {
        let members: serde_json::Map<_, _> = names.iter().map(|n| (format!("name {n}"), value(*n))).collect();
        json!({"all": members, "v": 1}).to_string()
    };
    let names: Vec<usize> = (0..=kept).collect();
    let of = |bodies: &[&[usize]]| {
        let mut seen = Accumulator::default();
        for names in bodies {
            seen = seen.read(&body(names)).unwrap();
        }
        seen
    };
    let backwards: Vec<usize> = names.iter().rev().copied().collect();
    let whole = of(&[&names]);
    let schema = whole.finish();
    assert_eq!(schema, of(&[&backwards]).finish());
    assert_eq!(whole.wide_integers(), ["/all/{key}/big"]);
    let merged = || {
        let mut left = of(&[&names[..7]]);
        left.merge(of(&[&names[7..]]));
        left
    };
    let parts = of(&[&backwards[..9], &backwards[9..]]);
    assert_eq!(parts.finish(), merged().finish());
    assert_eq!(parts, merged());
    let all = &schema["properties"]["all"];
    assert!(all["properties"].is_null() && all["additionalProperties"]["anyOf"].is_array(), "{all}");
    assert!(whole.maps(&MapRules::default()).contains("/all"));
    let compiled = crate::contract::schema::Schema::compile(schema.clone()).unwrap();
    assert!(compiled.accepts(&serde_json::from_str(&body(&names)).unwrap()));
    // One less, and each is a member.
    let fewer = of(&[&names[1..]]).finish();
    assert_eq!(fewer["properties"]["all"]["required"].as_array().map(Vec::len), Some(kept));
}

/// A crowd keeps what its names have in common.
#[test]
fn a_crowd_of_ids_has_names_of_their_form() {
    let ids: serde_json::Map<_, _> = (0..=super::node::MOST_NAMES)
        .map(|n| (format!("{}", 738_964_000_000_000_000 + n), json!(n)))
        .collect();
    let schema = Accumulator::default().read(&json!({"by": ids}).to_string()).unwrap().finish();
    assert_eq!(
        schema["properties"]["by"],
        json!({"type": "object", "propertyNames": {"pattern": "^[0-9]+$", "x-level": "warning"},
            "additionalProperties": {"type": "integer"}})
    );
}
