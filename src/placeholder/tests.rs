use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

#[test]
fn types_are_recognised_by_name() {
    for (text, kind) in [
        ("<string>", Kind::String(None)),
        ("<integer>", Kind::Integer),
        ("<long>", Kind::Integer),
        ("<int64>", Kind::Integer),
        ("<unix-time>", Kind::Integer),
        ("<number>", Kind::Number),
        ("<float>", Kind::Number),
        ("<double>", Kind::Number),
        ("<boolean>", Kind::Boolean),
        ("<array>", Kind::Array),
        ("<object>", Kind::Object),
        ("<date>", Kind::String(Some("date"))),
        ("<dateTime>", Kind::String(Some("date-time"))),
        ("<date-time>", Kind::String(Some("date-time"))),
        ("<uuid>", Kind::String(Some("uuid"))),
        ("<uri>", Kind::String(Some("uri"))),
        ("<decimal>", Kind::String(None)),
        ("<string,null>", Kind::String(None)),
        ("<boolean,null>", Kind::Boolean),
        ("<null,integer>", Kind::Integer),
        ("<string,null-date-time>", Kind::String(Some("date-time"))),
    ] {
        assert_eq!(recognise(text), Some(kind), "{text}");
        assert!(type_of(text).is_some(), "{text}");
    }
}

#[test]
fn other_placeholders_claim_a_string_or_nothing_and_are_not_filled() {
    for (text, kind) in [
        ("<your id>", Some(Kind::String(None))),
        ("<access_token>", Some(Kind::String(None))),
        ("<h1>", Some(Kind::String(None))),
        ("string", Some(Kind::String(None))),
        ("stringstring", Some(Kind::String(None))),
        ("sample string 12", Some(Kind::String(None))),
        ("<Error: Too many levels of nesting to fake this schema>", Some(Kind::Unknown)),
        ("<Error: Could not resolve allOf schema", Some(Kind::Unknown)),
        ("<Circular reference to #/components/schemas/A detected>", Some(Kind::Unknown)),
        ("{{role_id}}", Some(Kind::Unknown)),
        ("", None),
        ("<>", None),
        ("<null>", Some(Kind::String(None))),
        ("<integer> ", None),
        ("<string>, <string>", None),
        ("<p>text</p>", None),
        ("<a href=\"x\">", None),
        ("strings", None),
        ("sample string", None),
        ("sample string x", None),
        ("{{a}} {{b}}", None),
        ("{{a}}/{{b}}", None),
    ] {
        assert_eq!(recognise(text), kind, "{text}");
        assert!(type_of(text).is_none(), "{text}");
        assert_eq!(Filler::new(0).text(text, "p"), None, "{text}");
    }
}

#[test]
fn credentials_are_told_from_variables_and_values() {
    for (text, expected) in [
        ("<API Key>", true),
        ("<token>", true),
        ("<your token>", true),
        ("<Basic Auth Username>", true),
        ("Basic <credentials>", true),
        ("Bearer <token>", true),
        ("Bearer <string>", true),
        ("Zoho-oauthtoken <access_token>", true),
        ("Bearer {{token}}", false),
        ("{{apiKey}}", false),
        ("<string>", false),
        ("hello <world>", false),
        ("<https://api.example.com/tokens>", false),
        ("Bearer abc", false),
        ("Bearer", false),
        ("", false),
    ] {
        assert_eq!(is_credential(text), expected, "{text}");
    }
}

#[test]
fn json_text_fills_values_and_keeps_the_rest() {
    let seven = Filler::new(7);
    let text = "{ // it's \"<integer>\"\n \"<integer>\" : \"<integer>\",\r\n\t\"a\": \"\\u003cboolean\\u003e\", /* \" */\n \
                \"b\": [\"<string>\", \"<object>\",\"<array>\"], \"c\": {{c}}, \"d\": \"say \\\"<integer>\\\"\", \"e\": \"sample string 7\",\n \
                \"lost: 1,\n \"f\": \"<number>\" }";
    let filled = seven.json_text(text).expect("placeholders");
    let at = |from: &str, to: &str| {
        let start = filled.find(from).expect("kept") + from.len();
        filled[start..].split(to).next().expect("kept").to_owned()
    };
    assert!(filled.starts_with("{ // it's \"<integer>\"\n \"<integer>\" : "));
    assert!(at("\"<integer>\" : ", ",\r").parse::<u32>().is_ok(), "{filled}");
    assert!(["true", "false"].contains(&at("\"a\": ", ",").as_str()), "{filled}");
    assert!(at("\"b\": [", ",").starts_with("\"string-"), "{filled}");
    assert!(
        filled.contains(
            "\", {},[]], \"c\": {{c}}, \"d\": \"say \\\"<integer>\\\"\", \"e\": \"sample string 7\""
        )
    );
    assert!(at("\"f\": ", " }").parse::<f64>().is_ok(), "{filled}");
    assert_eq!(seven.json_text(text).as_deref(), Some(filled.as_str()));
    assert_ne!(Filler::new(8).json_text(text).as_deref(), Some(filled.as_str()));
}

#[test]
fn json_text_without_placeholders_is_nothing_to_fill() {
    for text in ["", "<string>", "{\"a\": 1}", "{\"<string>\": 1}", "\"<integer>", "{\"a\": \"<Error: x>\"}"]
    {
        assert_eq!(Filler::new(1).json_text(text), None, "{text}");
    }
}

#[test]
fn places_get_values_of_their_own() {
    let one = Filler::new(1);
    let mut values: Vec<String> =
        (0..10_000).map(|n| one.value(Kind::String(None), &format!("/users/{n}/name")).to_string()).collect();
    values.sort_unstable();
    values.dedup();
    assert_eq!(values.len(), 10_000);
    let filled = one.json_text(r#"["<string>", "<string>"]"#).expect("placeholders");
    let pair: Vec<String> = serde_json::from_str(&filled).expect("valid");
    assert_ne!(pair[0], pair[1]);
}

#[test]
fn fill_value_reaches_every_depth_and_leaves_what_it_does_not_know() {
    let mut body =
        json!({"a": [{"<integer>": "<integer>"}], "b": "<Error: x>", "c": "sample string 1", "d": "{{d}}"});
    Filler::new(3).fill_value(&mut body, "");
    assert!(body.pointer("/a/0/<integer>").is_some_and(Value::is_u64), "{body}");
    assert_eq!(body["b"], "<Error: x>");
    assert_eq!(body["c"], "sample string 1");
    assert_eq!(body["d"], "{{d}}");
}

/// Every type placeholder as a JSON Schema of what it claims.
fn schema(kind: Kind) -> Value {
    match kind {
        Kind::Unknown => json!({}),
        Kind::String(None) => json!({"type": "string"}),
        Kind::String(Some(format)) => json!({"type": "string", "format": format}),
        Kind::Integer => json!({"type": "integer", "minimum": 1}),
        Kind::Number => json!({"type": "number"}),
        Kind::Boolean => json!({"type": "boolean"}),
        Kind::Array => json!({"type": "array"}),
        Kind::Object => json!({"type": "object"}),
    }
}

proptest! {
    #[test]
    fn values_are_of_their_type_and_format(seed: u64, place in ".{0,20}", pick in 0..TYPES.len()) {
        let (name, kind) = TYPES[pick];
        let text = format!("<{name}>");
        let mut value = Value::String(text.clone());
        Filler::new(seed).fill_value(&mut value, &place);
        let validator = jsonschema::options().should_validate_formats(true).build(&schema(kind)).expect("schema");
        prop_assert!(validator.is_valid(&value), "{text}: {value}");
        let again = Filler::new(seed).text(&text, &place);
        let plain = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        prop_assert_eq!(again, Some(plain));
    }

    #[test]
    fn arbitrary_text_never_panics_and_valid_json_stays_valid(text in r#"[\[\]{}",:<>a-z/*\\ \n]{0,60}"#, seed: u64) {
        let _ = (recognise(&text), is_credential(&text));
        let filled = Filler::new(seed).json_text(&text);
        if let (Ok(_), Some(filled)) = (serde_json::from_str::<Value>(&text), filled) {
            prop_assert!(serde_json::from_str::<Value>(&filled).is_ok(), "{} → {}", text, filled);
        }
    }

    #[test]
    fn only_placeholders_change_in_a_json_body(words in prop::collection::vec(("[a-z\"\\\\<>é]{0,8}", prop::sample::select(vec![
        "<integer>", "<string>", "plain", "<boolean>", "\"<integer>\"", "sample string 3", "<", "// no", "a\nb"])), 0..8), seed: u64)
    {
        let before: Value = words.iter().map(|(k, v)| (k.clone(), json!(v))).collect::<serde_json::Map<_, _>>().into();
        let text = serde_json::to_string_pretty(&before).expect("writes");
        let filled = Filler::new(seed).json_text(&text).unwrap_or_else(|| text.clone());
        let after: Value = serde_json::from_str(&filled).expect("stays valid");
        for (key, value) in before.as_object().expect("object") {
            let kind = value.as_str().and_then(type_of);
            match kind {
                None => prop_assert_eq!(&after[key], value),
                Some(kind) => {
                    let validator = jsonschema::validator_for(&schema(kind)).expect("schema");
                    prop_assert!(validator.is_valid(&after[key]), "{}: {}", key, after[key]);
                    prop_assert!(&after[key] != value);
                }
            }
        }
    }
}

/// Every body of real collections stays what it is, but for its placeholders. Needs
/// `UPHOLD_CORPUS`, a folder of collections.
#[test]
fn real_bodies_are_filled_in_place() {
    let Some(folder) = std::env::var_os("UPHOLD_CORPUS") else {
        println!("skipped: UPHOLD_CORPUS names no folder of collections");
        return;
    };
    let mut bodies = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).unwrap_or_default();
        if let Ok(root) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) {
            collect_bodies(&root, &mut bodies);
        }
    }
    let (mut filled, mut valid) = (0, 0);
    for body in &bodies {
        let Some(text) = Filler::new(1).json_text(body) else { continue };
        filled += 1;
        let Ok(mut before) = serde_json::from_str::<Value>(body) else { continue };
        let mut after: Value = serde_json::from_str(&text).expect("stays valid");
        valid += 1;
        erase(&mut before, &mut after);
        assert_eq!(before, after, "{body}");
    }
    println!("{} bodies, {filled} with placeholders, {valid} of these valid JSON", bodies.len());
    assert!(valid > 0);
}

fn collect_bodies(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| match member {
            Value::String(text) if matches!(name.as_str(), "raw" | "body") => found.push(text.clone()),
            _ => collect_bodies(member, found),
        }),
        Value::Array(items) => items.iter().for_each(|item| collect_bodies(item, found)),
        _ => {}
    }
}

/// Takes away the placeholders of `before` and what stands at the same places of `after`.
fn erase(before: &mut Value, after: &mut Value) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            before.values_mut().zip(after.values_mut()).for_each(|(before, after)| erase(before, after));
        }
        (Value::Array(before), Value::Array(after)) => {
            before.iter_mut().zip(after).for_each(|(before, after)| erase(before, after));
        }
        (before, after) if before.as_str().and_then(type_of).is_some() => {
            assert!(after.as_str().and_then(type_of).is_none(), "{before}");
            *before = Value::Null;
            *after = Value::Null;
        }
        _ => {}
    }
}
