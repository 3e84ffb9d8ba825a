use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::contract::schema::Schema;
use crate::contract::schema::infer::Accumulator;

const SECRET: &str = "s3cr3t-of-the-plan";

fn answer(body: &str, fields: &[(&str, &str)]) -> Answer {
    let fields = fields.iter().copied().chain([("Content-Type", "application/json")]);
    Answer { status: 200, headers: fields.collect(), body: body.to_owned().into_bytes().into() }
}

fn scrubbed(answer: &Answer) -> Kept {
    let redactor = Redactor::new([SECRET.to_owned()]);
    kept(answer, &["A_CODE_OF_THE_API_123".to_owned()].into(), &redactor).unwrap().0
}

fn body(value: &Value) -> Value {
    serde_json::from_str(&scrubbed(&answer(&value.to_string(), &[])).body.unwrap()).unwrap()
}

fn as_answer(kept: &Kept) -> Answer {
    Answer {
        status: kept.status,
        headers: kept.headers.iter().cloned().collect(),
        body: kept.body.clone().unwrap_or_default().into_bytes().into(),
    }
}

fn schema(value: &Value) -> Schema {
    let mut seen = Accumulator::default();
    seen.observe(value);
    Schema::compile(seen.finish()).unwrap()
}

#[test]
fn values_of_a_class_have_stand_ins_and_words_stay() {
    let made = body(&json!({
        "id": "738964000000291009", "parent": {"id": 42}, "owner_id": 43, "same": "738964000000291009",
        "url": "https://api.example.com/users/738964000000291009?page=2",
        "email": "ann.lee@corp.example", "message": "sent to ann.lee@corp.example, twice",
        "first_name": "Ann", "phone": "+49 170 1234567", "created": "2026-11-22T07:00:00+01:00",
        "access_token": "hunter", "state": "ACTIVE", "amount": 12.5, "count": 42, "none_id": 0, "on": true,
        "code": "A_CODE_OF_THE_API_123", "trace": "4d8b6ee4f7d1d284c930a4e807480c5c",
        "uuid": "988c2c6d-df1b-4bb9-b837-6ba706c0b4ad", "null": null, "echo": format!("Bearer {SECRET}!"),
    }));
    assert_eq!(
        made,
        json!({
            "id": "100000000000000000", "parent": {"id": 10}, "owner_id": 11, "same": "100000000000000000",
            "url": "https://api.example.com/users/100000000000000000?page=2",
            "email": "user1@example.com", "message": "sent to user1@example.com, twice",
            "first_name": "Aaa", "phone": "+00 000 0000000", "created": "2001-01-01T00:00:01+01:00",
            "access_token": "aaaaaa", "state": "ACTIVE", "amount": 12.5, "count": 42, "none_id": 0, "on": true,
            "code": "A_CODE_OF_THE_API_123", "trace": "0a0a0aa0a0a0a000a000a0a000000a0a",
            "uuid": "00000000-0000-4000-8000-000000000001", "null": null, "echo": "Bearer a0aa0a-aa-aaa-aaaa!",
        })
    );
}

#[test]
fn the_codes_of_an_error_stay_though_a_person_is_their_subject() {
    let error = json!({"error": {"phone": {"reason": "NO_SUCH_NUMBER"}, "first_name": {"error_code": 1007}}});
    assert_eq!(body(&error), error);
}

#[test]
fn parts_of_longer_texts_have_stand_ins() {
    let uuid = "ff6289b7-e785-40e8-ab2a-a05afc135566";
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
    let made = body(&json!({
        "ref": uuid, "url": format!("https://cdn.example.com/{uuid}/x?email=jane.doe%40corp.example"),
        "text": format!("order {uuid} by jane.doe@corp.example from 10.1.2.3, {jwt}"),
        "call": "call +49 170 5551234, pay DE89 3704 0044 0532 0130 00 or 4111 1111 1111 1111",
        "plain": "app 1.2.3.4 of 2026-11-22", "build": "version 1.2.3.4",
    }));
    let first = "00000000-0000-4000-8000-000000000001";
    assert_eq!(made["ref"], first);
    assert_eq!(made["url"], format!("https://cdn.example.com/{first}/x?email=user1%40example.com"));
    let text = made["text"].as_str().unwrap();
    assert!(text.starts_with(&format!("order {first} by user1@example.com from 10.0.0.")), "{text}");
    assert!(!text.contains(jwt) && text.len() > 120, "{text}");
    assert_eq!(made["call"], "call +00 000 0000000, pay AA00 0000 0000 0000 0000 00 or 0000 0000 0000 0000");
    assert_eq!(made["build"], "version 1.2.3.4");
}

#[test]
fn all_of_a_secret_object_has_stand_ins() {
    assert_eq!(
        body(&json!({"credentials": {"user": "u", "n": [12], "on": true, "type": "basic"}, "pin": 4321,
            "secret": {"deep": "abc"}, "user": "u-1"})),
        json!({"credentials": {"user": "a", "n": [10], "on": true, "type": "basic"}, "pin": 1000,
            "secret": {"deep": "aaa"}, "user": "u-1"})
    );
    let kept =
        scrubbed(&answer("{}", &[("X-Nonce", "Nonce99"), ("X-Csrf-Token", "t0"), ("X-Sig-Signature", "s1")]));
    let fields: Vec<&str> = kept.headers.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(fields, ["Aaaaa00", "a0", "a1", "application/json"]);
}

#[test]
fn names_that_are_data_have_stand_ins_too() {
    assert_eq!(
        body(
            &json!({"users": {"738964000000291009": {"n": 1}, "738964000000291010": {"n": 2}}, "owner_id": "738964000000291010"})
        ),
        json!({"users": {"100000000000000000": {"n": 1}, "100000000000000001": {"n": 2}}, "owner_id": "100000000000000001"})
    );
    assert_eq!(
        body(&json!({"a@b.de": 1, "b@b.de": "x"})),
        json!({"user1@example.com": 1, "user2@example.com": "x"})
    );
    // The contract would read a field there, and no answer would ever have it.
    let fields = json!({"a@b.de": 1, "name": "x"}).to_string();
    let refused = kept(&answer(&fields, &[]), &BTreeSet::new(), &Redactor::default());
    assert_eq!(refused.err(), Some(Unkept::Name));
    assert_eq!(body(&json!({"200": 1, "404": "x"})), json!({"200": 1, "404": "x"}));
}

#[test]
fn header_fields_are_scrubbed_and_frames_are_left_out() {
    let kept = scrubbed(&answer(
        "{\"id\": \"738964000000291009\"}",
        &[
            ("Set-Cookie", "sid=abc123; Path=/; HttpOnly"),
            ("X-Api-Key", "abc"),
            ("Location", "/users/738964000000291009"),
            ("ETag", "W/\"0123456789abcdef01234567\""),
            ("X-Echo", SECRET),
            ("Content-Length", "12"),
            ("Content-Encoding", "gzip"),
        ],
    ));
    let fields: Vec<_> = kept.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        fields,
        [
            ("Set-Cookie", "sid=aaa000; Path=/; HttpOnly"),
            ("X-Api-Key", "aaa"),
            ("Location", "/users/100000000000000000"),
            ("ETag", "A/\"0000000000aaaaaa00000000\""),
            ("X-Echo", "a0aa0a-aa-aaa-aaaa"),
            ("Content-Type", "application/json"),
        ]
    );
}

#[test]
fn what_is_no_json_is_scrubbed_as_text_and_what_is_no_text_is_not_kept() {
    let kept = scrubbed(&answer(&format!("<a><token>abc</token><m>ann@b.de</m>{SECRET}</a>"), &[]));
    assert_eq!(
        kept.body.as_deref(),
        Some("<a><token>aaa</token><m>user1@example.com</m>a0aa0a-aa-aaa-aaaa</a>")
    );
    let redactor = Redactor::default();
    let bytes = Answer { body: vec![0xff, 0, 1].into(), ..answer("", &[]) };
    assert_eq!(super::kept(&bytes, &BTreeSet::new(), &redactor).unwrap_err(), Unkept::NoText);
    assert_eq!(scrubbed(&answer("", &[])).body, None);
}

#[test]
fn what_is_told_of_an_answer_has_its_stand_ins() {
    let answer = answer("{\"first_name\": \"Ann\", \"id\": \"738964000000291009\"}", &[]);
    let (_, stand_ins) = kept(&answer, &BTreeSet::new(), &Redactor::default()).unwrap();
    assert_eq!(
        stand_ins.told("string \"Ann\" of 738964000000291009"),
        "string \"Aaa\" of 100000000000000000"
    );
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0_u64..2_000).prop_map(Value::from),
        (1_000_000_000_u64..u64::MAX).prop_map(Value::from),
        (-5_i64..5).prop_map(Value::from),
        (0_u32..100_000).prop_map(|n| Value::from(f64::from(n) / 100.0)),
        "[0-9]{1,20}".prop_map(Value::from),
        "[a-z]{0,9}( [a-z]{1,9})?".prop_map(Value::from),
        "[A-Z_]{2,12}".prop_map(Value::from),
        "[a-z0-9]{20,40}".prop_map(Value::from),
        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}".prop_map(Value::from),
        "[a-z]{1,6}(\\.[a-z]{1,6})?@[a-z]{2,6}\\.(de|example)".prop_map(Value::from),
        "20[0-2][0-9]-0[1-9]-[12][0-9]T[01][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?(Z|[+-]0[0-9]:30)"
            .prop_map(Value::from),
        "20[0-2][0-9]-0[1-9]-[12][0-9]".prop_map(Value::from),
        "https://[a-z]{2,5}\\.example/[a-z0-9]{1,9}/[0-9]{1,18}".prop_map(Value::from),
        "(mail|see) [a-z]{2,5}@b\\.de[,.]? [a-z]{0,5}".prop_map(Value::from),
        "(10|192)\\.[0-9]\\.[0-9]{2}\\.1[0-9]{2}".prop_map(Value::from),
        "(see|https://x\\.example/[a-z]{2})[ /][0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}( now)?"
            .prop_map(Value::from),
        "(https://x\\.example/\\?m=|mail )[a-z]{1,5}%40[a-z]{2,6}\\.example".prop_map(Value::from),
        "(from|http://)[ ]?(10|192)\\.[0-9]\\.[0-9]{2}\\.1[0-9]{2}(/x)?".prop_map(Value::from),
        "call \\+[1-9][0-9] [0-9]{3} [0-9]{5}".prop_map(Value::from),
        "(card )?[3-6][0-9]{3} [0-9]{4} [0-9]{4} [0-9]{4}".prop_map(Value::from),
        "(token )?eyJ[a-zA-Z0-9]{9,20}\\.[a-zA-Z0-9]{9,20}\\.[a-zA-Z0-9]{9,20}".prop_map(Value::from),
        Just(Value::from("pay DE89370400440532013000")),
        Just(Value::from(SECRET)),
        Just(Value::from(format!("x={SECRET}&token=abc"))),
    ]
}

fn name() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "id",
        "user_id",
        "email",
        "first_name",
        "token",
        "password",
        "created_at",
        "status",
        "n",
        "url",
        "key",
        "phone",
        "credentials",
        "pin",
        "secret",
    ];
    prop_oneof![
        8 => prop::sample::select(KNOWN).prop_map(str::to_owned),
        2 => "[a-z]{1,5}",
        1 => "[0-9]{7,18}",
    ]
}

fn any_body() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((name(), inner.clone()), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
            prop::collection::vec(("[0-9]{7,18}", inner), 1..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Every text of a value.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(members) => {
            for (key, value) in members {
                found.push(key.clone());
                texts(value, found);
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn formats_and_relations_survive_and_secrets_do_not(value in any_body(), cookie in "[a-z0-9]{1,30}") {
        let original = answer(&value.to_string(), &[("Set-Cookie", &format!("sid={cookie}; Path=/"))]);
        let first = scrubbed(&original);
        let made: Value = serde_json::from_str(first.body.as_deref().unwrap()).unwrap();
        prop_assert_eq!(&scrubbed(&as_answer(&first)), &first, "kept again, it is the same");
        prop_assert!(schema(&value).accepts(&made), "{} is refused by the schema of {}", made, value);
        prop_assert!(schema(&made).accepts(&value), "{} is refused by the schema of {}", value, made);
        let text = first.body.unwrap();
        prop_assert!(!text.contains(SECRET));
        let (mut before, mut after) = (Vec::new(), Vec::new());
        texts(&value, &mut before);
        texts(&made, &mut after);
        let mut seen: HashMap<&String, &String> = HashMap::new();
        for (old, new) in before.iter().zip(&after) {
            if recognised(old).is_some() {
                prop_assert_eq!(recognised(old), recognised(new));
                prop_assert_eq!(*seen.entry(old).or_insert(new), new, "equal values stay equal");
            }
            for range in super::super::parts::mailboxes(old) {
                let mail = &old[range];
                prop_assert!(mail.ends_with("@example.com") || !text.contains(mail), "{} in {}", mail, text);
            }
        }
    }
}

/// No value of an answer costs more than its length, however often it repeats itself.
#[test]
fn long_values_are_found_at_a_cost_that_is_linear() {
    let memory = |length: usize| {
        let value = "JTQxXHUwMDQyJiM2Nzs9NDQ".repeat(length / 23);
        let finder = finder(&[value.as_str(), "short-value"]).unwrap();
        assert!(finder.is_match(&format!("x{value}y")));
        finder.memory_usage()
    };
    let (short, long) = (memory(10_000), memory(100_000));
    assert!(short < 10_000 * 64 && long < short * 11, "{short} and {long} bytes");
}
