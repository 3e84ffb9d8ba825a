//! Precedence, marks, hand-written schemas, `[severity]` and the `[[case]]` keys.

use indexmap::IndexMap;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::placeholder::Filler;
use crate::suite::{Compare, Level, SeverityTable};

const NONE: [&str; 0] = [];

#[test]
fn a_hand_written_schema_wins_and_counts_in_full() {
    let schema = json!({
        "type": "object",
        "properties": {
            "kind": {"enum": ["a", "b"]},
            "fixed": {"const": 1},
            "name": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 3},
            "hint": {"type": "string", "pattern": "^[a-z]+$", "x-level": "warning"},
            "tags": {"type": "array", "minItems": 1},
        },
        "additionalProperties": false,
    });
    let world = World::json(r#"{"other": 1}"#).with_file("item/200.schema.json", &schema.to_string());
    assert_eq!(world.on(r#"{"kind": "a", "fixed": 1, "name": "ab"}"#), NONE);
    assert_eq!(
        world.on(r#"{"kind": "c", "fixed": 2}"#),
        ["breaking body.enum.new_value /fixed", "breaking body.enum.new_value /kind"]
    );
    assert_eq!(
        world.on(r#"{"name": "ABCD", "hint": "X"}"#),
        [
            "breaking body.format.changed /name",
            "breaking schema.violation /name",
            "warning body.format.changed /hint"
        ]
    );
    assert_eq!(
        world.on(r#"{"more": 1, "tags": []}"#),
        ["breaking body.array.became_empty /tags", "breaking body.field.added /more"]
    );
}

#[test]
fn of_branches_the_one_that_came_furthest_speaks() {
    let world = World::of([
        example(200, &[], Some(r#"{"a": {"b": 1}}"#)),
        example(200, &[], Some(r#"{"a": [1]}"#)),
        example(200, &[], Some(r#"{"a": "x"}"#)),
    ]);
    assert_eq!(world.on(r#"{"a": {"b": "1"}}"#), ["breaking body.type.changed /a/b"]);
    assert_eq!(world.on(r#"{"a": [1, null]}"#), ["breaking body.null.appeared /a/*"]);
    assert_eq!(world.on(r#"{"a": {"b": 1, "c": 2}}"#), ["info body.field.added /a/c"]);
    let found = world.findings(&answer(200, &[], br#"{"a": true}"#));
    assert_eq!(lines(&found), ["breaking body.type.changed /a"]);
    assert_eq!(found[0].expected, "array or object or string");
    assert_eq!(found[0].actual, "boolean true");
}

#[test]
fn of_two_branches_of_the_right_type_the_deeper_error_speaks() {
    let schema = json!({"oneOf": [
        {"type": "object", "properties": {"kind": {"const": "a"}}},
        {"type": "object", "properties": {"v": {"properties": {"w": {"type": "integer"}}}}},
    ]});
    let world = World::json("{}").with_file("item/200.schema.json", &schema.to_string());
    assert_eq!(world.on(r#"{"kind": "b", "v": {"w": "1"}}"#), ["breaking body.type.changed /v/w"]);
}

#[test]
fn references_within_a_schema_are_followed_also_in_circles() {
    let schema = r##"{"$ref": "#/$defs/node", "$defs": {"node": {"type": "object",
        "properties": {"next": {"$ref": "#/$defs/node"}, "v": {"type": "integer"}}}}}"##;
    let world = World::json("{}").with_file("item/200.schema.json", schema);
    assert_eq!(
        world.on(r#"{"next": {"next": {"v": 1.5, "w": 1}}}"#),
        ["breaking body.type.widened /next/next/v", "info body.field.added /next/next/w"]
    );
}

#[test]
fn a_pattern_that_runs_away_is_the_fault_of_the_schema() {
    let schema = r#"{"type": "object", "properties": {"a": {"pattern": "^(a*)*\\1c"}}}"#;
    let world = World::json("{}").with_file("item/200.schema.json", schema);
    let body = json!({"a": "a".repeat(60) + "!"}).to_string();
    assert_eq!(world.on(&body), ["env schema.violation /a"]);
}

#[test]
fn every_item_that_lost_a_field_is_one_finding() {
    let world = World::json(r#"{"u": [{"id": 1, "userName": "x"}]}"#);
    let items = vec![r#"{"id": "a", "user_name": "x"}"#; 3000].join(",");
    let found = world.findings(&answer(200, &[], format!(r#"{{"u": [{items}]}}"#).as_bytes()));
    let body: Vec<_> = lines(&found).into_iter().filter(|line| line.contains("body.")).collect();
    assert_eq!(body, ["breaking body.field.renamed /u/*/userName", "breaking body.type.changed /u/*/id"]);
}

#[test]
fn ignored_places_are_silent_and_only_they() {
    let mut world = World::json(r#"{"meta": {"a": 1}, "u": [{"id": 1, "n": 2}]}"#);
    world.rules.ignore = vec!["/meta/**".into(), "/u/*/id".into()];
    assert_eq!(world.on(r#"{"meta": {"b": 1}, "u": [{"id": "x", "n": 2}]}"#), NONE);
    assert_eq!(
        world.on(r#"{"u": [{"n": "2"}]}"#),
        ["breaking body.field.removed /meta", "breaking body.type.changed /u/*/n"]
    );
}

#[test]
fn exact_compares_every_value_that_is_not_volatile() {
    let mut world = World::json(
        r#"{"id": 1, "at": "2021-05-11", "name": "Ann", "big": 123456789012345678901, "tags": ["a", "b"], "l": [1]}"#,
    );
    world.rules.compare = Compare::Exact;
    world.rules.unordered = vec!["/tags".into()];
    let same = r#"{"id": 2, "at": "2026-01-01", "name": "Ann", "big": 123456789012345678901, "tags": ["b", "a"], "l": [1]}"#;
    assert_eq!(world.on(same), NONE);
    assert_eq!(world.on(&same.replace("Ann", "Bob")), ["breaking body.value.changed /name"]);
    assert_eq!(world.on(&same.replace("678901", "678902")), ["breaking body.value.changed /big"]);
    assert_eq!(
        world.on(&same.replace(r#""b", "a""#, r#""b", "c""#)),
        ["breaking body.value.changed /tags/*"]
    );
    assert_eq!(world.on(&same.replace("[1]", "[1, 1]")), ["breaking body.value.changed /l"]);
    assert_eq!(world.on(&same.replace(r#""Ann""#, "null")), ["breaking body.null.appeared /name"]);
    world.rules.volatile = vec!["/name".into()];
    assert_eq!(world.on(&same.replace("Ann", "Bob")), NONE);
    assert_eq!(world.on(&same.replace(r#""Ann""#, "7")), ["breaking body.type.changed /name"]);
}

#[test]
fn status_alone_is_compared_where_asked() {
    let mut world = World::json(r#"{"id": 1}"#);
    world.rules.compare = Compare::Status;
    assert_eq!(lines(&world.findings(&answer(200, &[], b"<html>"))), NONE);
    assert_eq!(lines(&world.findings(&answer(201, &[], b""))), ["breaking status.changed "]);
}

#[test]
fn severity_of_suite_toml_comes_last() {
    let mut world = World::json(r#"{"id": 1}"#);
    let table = |levels: Vec<(FindingId, Level)>| SeverityTable::new(IndexMap::from_iter(levels));
    world.settings.severity = table(vec![
        (FindingId::BodyFieldAdded, Level::At(Severity::Warning)),
        (FindingId::BodyTypeChanged, Level::Off),
    ]);
    assert_eq!(world.on(r#"{"id": "1", "x": 1}"#), ["warning body.field.added /x"]);

    world.settings.severity = table(vec![(FindingId::EnvAuth, Level::Off)]);
    let refused = answer(401, &[("Content-Type", "application/json")], br#"{"m": 1}"#);
    assert_eq!(
        lines(&world.findings(&refused)),
        ["breaking outcome.success_became_error ", "breaking status.class_changed "]
    );
    world.settings.severity = table(vec![(FindingId::EnvAuth, Level::At(Severity::Info))]);
    assert_eq!(world.findings(&refused).len(), 3, "a level below env excuses nothing");
}

#[test]
fn a_redirect_says_where_it_led_and_only_a_redirect_does() {
    let world = World::json(r#"{"a": 1}"#);
    for (status, hint) in [(302, Some("not followed: a redirect to /in?x=1")), (304, None), (200, None)] {
        let found = world.findings(&answer(status, &[("Location", "/in?x=1")], br#"{"a": 1}"#));
        assert_eq!(found.first().and_then(|finding| finding.hint.as_deref()), hint, "{status}");
    }
}

#[test]
fn what_the_status_says_of_the_environment() {
    let on = |expected: u16, actual: u16| {
        let world = World::of([example(expected, &[], None)]);
        lines(&world.findings(&answer(actual, &[], b"")))
    };
    assert_eq!(on(200, 429), ["env env.throttled "]);
    for status in 502..=504 {
        assert_eq!(on(404, status), ["env env.unavailable "]);
    }
    assert_eq!(on(200, 403), ["env env.auth "]);
    assert_eq!(on(404, 401), ["breaking status.changed "]);
    assert_eq!(on(429, 429), NONE);
    assert_eq!(on(503, 503), NONE);
    assert_eq!(on(503, 500), ["breaking status.class_changed "]);
    assert_eq!(on(200, 302), ["breaking status.class_changed "]);
}

#[test]
fn a_code_moved_named_or_in_a_header() {
    let mut world = World::of([example(400, &[], Some(r#"{"error": {"code": "A", "message": "m"}}"#))]);
    let on = |world: &World, body: &str| lines(&world.findings(&answer(400, &[], body.as_bytes())));
    assert_eq!(
        on(&world, r#"{"code": "A", "message": "m"}"#),
        ["breaking error.location_changed /error/code"]
    );
    assert_eq!(
        on(&world, r#"{"code": "B", "message": "m"}"#),
        ["breaking error.code_changed /error/code", "breaking error.location_changed /error/code"]
    );
    assert_eq!(on(&world, r#"{"error": {"message": "m"}}"#), ["breaking error.code_missing /error/code"]);
    world.rules.error_code = Some("B".into());
    assert_eq!(on(&world, r#"{"error": {"code": "B", "message": "m"}}"#), NONE);

    let two = r#"{"data": [{"code": "DONE", "status": "error"}, {"code": "DONE", "status": "error"}]}"#;
    let list = World::of([example(200, &[], Some(two))]);
    let without = two.replacen(r#""code": "DONE", "#, "", 1);
    let told = lines(&list.findings(&answer(200, &[], without.as_bytes())));
    assert!(told.contains(&"breaking error.code_missing /data/*/code".to_owned()), "{told:?}");

    let aws = World::of([example(400, &[("x-amzn-ErrorType", "Gone:http://x/")], None)]);
    let from = |value: &str| lines(&aws.findings(&answer(400, &[("x-amzn-errortype", value)], b"")));
    assert!(!from("Gone").iter().any(|line| line.contains("error.")));
    assert!(from("Other").contains(&"breaking error.code_changed header:x-amzn-errortype".to_owned()));
}

#[test]
fn a_list_may_show_only_the_codes_of_its_example() {
    let list = |codes: &[&str]| {
        let items: Vec<_> = codes.iter().map(|code| json!({"code": code, "status": "error"})).collect();
        json!({"data": items}).to_string()
    };
    let world = World::json(&list(&["A", "B"]));
    assert_eq!(world.on(&list(&["A", "B", "A"])), NONE);
    assert_eq!(world.on(&list(&["A"])), NONE);
    assert_eq!(world.on(&list(&["A", "C"])), ["breaking error.code_changed /data/*/code"]);
    assert_eq!(world.on(&list(&["B"])), ["breaking error.code_changed /data/*/code"]);
}

#[test]
fn members_of_a_map_are_no_news() {
    let schema = r#"{"type": "object", "properties": {"a": {}},
        "additionalProperties": {"type": "object", "properties": {"n": {}}}}"#;
    let world = World::json("{}").with_file("item/200.schema.json", schema);
    assert_eq!(world.on(r#"{"x": {"n": 1}, "y": {}}"#), NONE);
    assert_eq!(world.on(r#"{"x": {"m": 1}}"#), ["info body.field.added /{key}/m"]);
    let open = World::json("{}").with_file("item/200.schema.json", r#"{"type": "object"}"#);
    assert_eq!(open.on(r#"{"x": 1}"#), NONE);
}

#[test]
fn the_deepest_body_that_parses_is_checked() {
    for (open, close) in [(r#"{"a":"#, "}"), ("[", "]")] {
        let nested = |leaf: &str| format!("{}{leaf}{}", open.repeat(127), close.repeat(127));
        let world = World::json(&nested("1"));
        assert_eq!(world.on(&nested("1")), NONE);
        assert_eq!(world.on(&nested("null")).len(), 1);
    }
}

#[test]
fn other_bodies_are_looked_at_from_outside() {
    let world =
        World::of([example(200, &[("Content-Type", "text/xml")], Some("<s:a xmlns:s='u'><b/></s:a>"))]);
    let on =
        |body: &str| lines(&world.findings(&answer(200, &[("Content-Type", "text/xml")], body.as_bytes())));
    assert_eq!(on("<s:a xmlns:s='u'><c/></s:a>"), NONE);
    assert_eq!(on("<a xmlns='u'/>"), NONE);
    for other in ["<s:a xmlns:s='v'/>", "<s:c xmlns:s='u'/>", "<a/>"] {
        assert_eq!(on(other), ["breaking body.root_type_changed "]);
    }
    for broken in ["<s:a>", "<a xmlns='u'>&nbsp;</a>", "\n<?xml version='1.0'?><a xmlns='u'/>"] {
        assert_eq!(on(broken), ["breaking body.not_xml "]);
    }
    let broken = World::of([example(200, &[("Content-Type", "application/json")], Some("{broken"))]);
    assert_eq!(broken.on("anything"), NONE);
    assert_eq!(broken.on(""), ["breaking body.became_empty "]);
    assert_eq!(World::of([example(200, &[], Some(""))]).on("x"), ["warning body.became_nonempty "]);
    assert_eq!(World::of([example(200, &[], None)]).on("x"), NONE);
}

#[test]
fn charset_mark_and_broken_bytes() {
    let world = World::json(r#"{"n": "x"}"#);
    let found = |media: &str, body: &[u8]| world.findings(&answer(200, &[("Content-Type", media)], body));
    assert_eq!(lines(&found("application/json", b"\xef\xbb\xbf{\"n\": \"x\"}")), NONE);
    assert_eq!(
        lines(&found("application/json; charset=iso-8859-1", b"{\"n\": \"\xfc\"}")),
        ["info media_type.param_changed header:content-type"]
    );
    let broken = found("application/json", b"{\"n\": \"\xfc\"}");
    assert_eq!(lines(&broken), ["breaking body.not_json "]);
    assert!(broken[0].actual.contains("fc"), "{}", broken[0].actual);
    let deep = found("application/json", &b"[".repeat(100_000));
    assert_eq!(lines(&deep), ["breaking body.not_json "]);
    assert_eq!(
        lines(&found("application/hal+json", br#"{"n": "x"}"#)),
        ["warning media_type.changed header:content-type"]
    );
    assert_eq!(
        lines(&found("text/json", br#"{"n": "x"}"#)),
        ["breaking media_type.changed header:content-type"]
    );
}

#[test]
fn several_media_types_are_one_only_where_they_agree() {
    let world = World::json(r#"{"n": "x"}"#);
    let found = |second: &str| {
        let fields = [("Content-Type", "application/json"), ("Content-Type", second)];
        world.findings(&answer(200, &fields, br#"{"n": "x"}"#))
    };
    assert_eq!(lines(&found("Application/JSON")), NONE);
    let told = found("text/html");
    assert_eq!(lines(&told), ["breaking media_type.changed header:content-type"]);
    assert_eq!(told[0].actual, "application/json, text/html");
}

fn any_body() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "<integer>|<string>|[a-c]{0,2}|A_CODE".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("code|error|errors|status|message|a|A", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_answer_is_judged_and_the_saved_one_is_as_documented(
        saved in prop::collection::vec((any_body(), prop_oneof![Just(200u16), Just(400)]), 1..4),
        other in any_body(), exact in any::<bool>(), seed in any::<u64>(),
    ) {
        let media = [("Content-Type", "application/json"), ("X-Own", "1")];
        let mut world = World::of(saved.iter().map(|(body, status)| example(*status, &media, Some(&body.to_string()))));
        world.rules.compare = if exact { Compare::Exact } else { Compare::Contract };
        let (body, status) = &saved[0];
        let mut filled = body.clone();
        Filler::new(seed).fill_value(&mut filled, "");
        let text = filled.to_string();
        // Where filling changes what the envelope is, no expectation can hold for both.
        let reading = |body: &Value| envelope::read(*status, &[("X", "")].into_iter().collect(), Some(body)).outcome;
        if reading(body) == reading(&filled) {
            prop_assert_eq!(lines(&world.findings(&answer(*status, &media, text.as_bytes()))), NONE, "{}", text);
        }
        let found = world.findings(&answer(*status, &media, other.to_string().as_bytes()));
        let mut keys: Vec<_> = found.iter().map(|f| (f.id, &f.at)).collect();
        keys.sort_unstable();
        keys.dedup();
        prop_assert_eq!(keys.len(), found.len());
    }
}

#[test]
fn a_uri_is_no_token_and_a_date_may_be_a_version() {
    let found = |name: &str, saved: &str, now: Option<&str>| {
        let world = World::of([example(200, &[(name, saved)], None)]);
        let fields: Vec<_> = now.map(|now| (name, now)).into_iter().collect();
        lines(&world.findings(&answer(200, &fields, b"")))
    };
    let order = "/api/v1/orders/12345";
    let version = "2022-11-28";
    for (name, saved, now, wanted) in [
        ("Location", order, None, "breaking header.missing header:location"),
        ("Location", order, Some("/api/v1/orders/678"), ""),
        ("Location", order, Some("/api/v2/orders/12345"), "info header.value_changed header:location"),
        (
            "Location",
            order,
            Some("https://h/api/v1/orders/12345"),
            "info header.value_changed header:location",
        ),
        ("Operation-Location", "https://h/jobs/12345", Some("https://h/jobs/6"), ""),
        ("X-Secret", "4d8b6ee4f7d1d284c930a4e807480c5c", None, ""),
        ("api-version", version, None, "breaking header.missing header:api-version"),
        ("api-version", version, Some("2024-11-28"), "info header.api_version_changed header:api-version"),
        (
            "Stripe-Version",
            version,
            Some("2024-11-28"),
            "info header.api_version_changed header:stripe-version",
        ),
        ("X-Reset", version, Some("2024-11-28"), ""),
    ] {
        let wanted: Vec<&str> = Some(wanted).filter(|wanted| !wanted.is_empty()).into_iter().collect();
        assert_eq!(found(name, saved, now), wanted, "{name}: {saved} {now:?}");
    }
}

#[test]
fn each_parameter_of_the_media_type_counts_but_the_boundary() {
    let found = |saved: &str, now: &str| {
        let world = World::of([example(200, &[("Content-Type", saved)], Some("x"))]);
        let found = world.findings(&answer(200, &[("Content-Type", now)], b"x"));
        found
            .iter()
            .map(|f| format!("{} {} {} -> {}", f.severity, f.id, f.expected, f.actual))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        found("text/plain;version=1", "text/plain; Version=2"),
        ["info media_type.param_changed version 1 -> version 2"]
    );
    assert_eq!(
        found("text/plain;odata.metadata=minimal;charset=utf-8", "text/plain; v=\"1\""),
        [
            "info media_type.param_changed charset utf-8, odata.metadata minimal, v none -> charset none, odata.metadata none, v 1"
        ]
    );
    assert_eq!(found("multipart/mixed; boundary=a", "multipart/mixed; boundary=b"), NONE);
    assert_eq!(found("text/plain; a=1; b=2", "text/plain;b=2;a=\"1\""), NONE);
}

#[test]
fn what_documentation_shows_itself_is_no_new_value_to_it() {
    let json = [("Content-Type", "application/json")];
    let of = |body| example(200, &json, Some(body));
    let own = r#"{"type": [{"status": "a\u0000b", "value": "<string>"}]}"#;
    let world = World::of([of(own), of(r#"{"type": [{"status": "Ann", "value": "x"}]}"#)]);
    assert_eq!(world.on(own), NONE);
    assert_eq!(
        world.on(r#"{"type": [{"status": "other", "value": "x"}]}"#),
        ["warning body.enum.new_value /type/*/status"]
    );
}
