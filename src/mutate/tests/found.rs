//! What random suites found, each as small as it could be made.

use super::*;

fn all_are_proven(examples: &[Saved<'_>], settings: &str) {
    for case in cases(examples, settings) {
        let proof = proof(&case);
        assert!(proof.is_proven(), "{examples:?} {settings}: {proof:?}");
    }
}

#[test]
fn a_name_that_no_header_field_can_have_is_not_expected() {
    all_are_proven(&[("a", 200, &[("X Bad Name", "x")], "{}")], "");
}

#[test]
fn a_scalar_that_nothing_calls_json_is_served_as_the_text_that_it_is() {
    let exact = "[[case]]\nmatch = \"*\"\ncompare = \"exact\"\n";
    all_are_proven(&[("a", 403, &[], "\"<object>\"")], exact);
    all_are_proven(&[("a", 200, JSON, "\"<integer>\"")], exact);
}

#[test]
fn a_text_that_is_new_in_every_call_gives_way_to_its_like_alone() {
    let exact = "[[case]]\nmatch = \"*\"\ncompare = \"exact\"\n";
    for text in ["1620730650123", "\"0a40c470a4f74fa040c4fcafcc40c0c4\""] {
        all_are_proven(&[("a", 200, &[], text)], exact);
    }
}

#[test]
fn blank_text_in_a_wide_charset_is_no_body() {
    let wide: &[(&str, &str)] = &[("Content-Type", "application/json; charset=utf-16")];
    all_are_proven(&[("a", 206, wide, " ")], "");
    all_are_proven(&[("a", 206, wide, "850055220522220002")], "");
}

#[test]
fn one_placeholder_among_the_values_of_a_header_frees_them() {
    let twice: &[(&str, &str)] = &[("X-Plan", "<string>"), ("X-Plan", "<string>")];
    all_are_proven(&[("a", 400, twice, "{}")], "[headers]\nexact = [\"X-Plan\"]\n");
}

#[test]
fn documentation_that_recordings_refute_has_maps_of_its_own() {
    let day = r#"{"fa7af0cf-c7a7-f07a-f00a-a4cca7c0ccf4":"<dateTime>"}"#;
    all_are_proven(&[("a", 404, &[], r#"{"n":1}"#), ("b", 404, &[], day)], "");
}

#[test]
fn the_key_that_a_result_code_stands_under_is_not_another_key_of_a_map() {
    all_are_proven(&[("a", 401, &[], r#"{"errorCode":1}"#), ("b", 401, &[], r#"{"key_0":"string"}"#)], "");
}

#[test]
fn of_repeated_names_every_value_makes_documentation() {
    for body in [
        r#"{"count":"sample string 3","count":null}"#,
        r#"{"status":"<string>","status":1}"#,
        r#"{"a":{"delta":"<integer>","delta":"<dateTime>"},"b":"x"}"#,
    ] {
        all_are_proven(&[("a", 200, &[], body)], "");
    }
}

#[test]
fn repeated_names_count_where_an_example_is_alone_with_its_schema() {
    all_are_proven(&[("a", 100, &[], r#"{"delta":{},"delta":null}"#)], "");
}

#[test]
fn a_member_that_is_named_as_places_of_maps_are_is_one_member() {
    all_are_proven(
        &[("a", 200, &[], r#"{"length":"4a0a0f70f0a0fc47","data":{"count":null,"{key}":"string"}}"#)],
        "",
    );
}

#[test]
fn a_placeholder_for_an_object_is_no_code_of_an_error() {
    for body in [
        r#"{"errorCode":"<object>"}"#,
        r#"{"error":{"code":"<array>"}}"#,
        r#"{"error":"<integer>","error_description":"d"}"#,
    ] {
        all_are_proven(&[("a", 202, &[], body)], "");
    }
}

/// Only another example documents codes at the place; this one has its own elsewhere.
#[test]
fn a_code_in_the_form_of_an_id_stays_what_it_is() {
    let both = r#"{"errorCode":"850005055205200522","error":"4af7a77ff40a77af"}"#;
    all_are_proven(&[("a", 100, &[], r#"{"errorCode":1}"#), ("b", 400, &[], both)], "");
}

#[test]
fn a_new_value_of_the_same_class_says_no_more_of_a_failure_than_the_old_one() {
    all_are_proven(&[("a", 207, &[], r#"{"error":"822002205002522252","session":"<object>"}"#)], "");
}

#[test]
fn a_member_that_is_named_as_positions_of_arrays_are_is_a_member() {
    let starred = r#"{"title":"T","detail":"d","*":"<integer>"}"#;
    all_are_proven(&[("a", 409, &[], starred), ("b", 409, &[], "[1]")], "");
    let repeated = r#"{"errors":[1],"errors":{"id":"Ann","*":"<object>"}}"#;
    all_are_proven(&[("a", 403, &[], repeated)], "");
    all_are_proven(&[("a", 599, &[], "[1]"), ("b", 599, &[], r#"{"*":null}"#)], "");
    all_are_proven(&[("a", 200, &[], r#"{"m":[[1],[2],{"*":"x"},{"*":"y"}]}"#)], "");
}

/// Beside a list and beside a map, in one example and in another, at any depth.
#[test]
fn odd_names_are_kept_apart_from_the_places_that_are_written_like_them() {
    let holders =
        [("{\"x\":", "}"), ("[", "]"), ("{\"*\":[", "]}"), ("{\"{key}\":{\"738964000000291009\":", "}}")];
    for name in ["*", "**", "{key}", "", "0", "~1", "~2", "a/b"] {
        for (before, after) in holders {
            let one = format!("{before}{{\"{name}\":{{\"id\":7,\"{name}\":true}}}}{after}");
            let list = format!("{before}[[{{\"id\":\"x\"}}],1]{after}");
            let map = format!("{before}{{\"738964000000291009\":{{\"id\":1.5}}}}{after}");
            all_are_proven(&[("a", 200, &[], &one), ("b", 200, &[], &list), ("c", 200, &[], &map)], "");
            all_are_proven(&[("a", 200, &[], &one)], "[[case]]\nmatch = \"*\"\ncompare = \"exact\"\n");
        }
    }
}

#[test]
fn errors_by_field_count_where_one_field_has_some() {
    let empty = r#"{"errors":{"name":[]}}"#;
    all_are_proven(
        &[("a", 207, &[], empty), ("b", 207, &[], r#"{"errors":{"name":["can't be blank"]}}"#)],
        "",
    );
    all_are_proven(&[("a", 200, &[], r#"{"errors":{"id":[],"name":["can't be blank"]}}"#)], "");
}

#[test]
fn a_flag_that_suite_toml_frees_may_say_that_the_request_failed() {
    let all = "[[case]]\nmatch = \"*\"\ncompare = \"exact\"\n";
    for key in ["volatile", "ignore"] {
        let settings = format!("{all}{key} = [\"/*\"]\n");
        for body in [r#"{"success":true}"#, r#"{"errcode":0}"#, r#"{"status":"success"}"#] {
            all_are_proven(&[("a", 207, &[], body)], &settings);
        }
        let flagged = r#"{"error_message":1}"#;
        all_are_proven(&[("a", 203, &[], flagged), ("b", 203, &[], "{}")], &settings);
    }
}

#[test]
fn what_comes_beside_the_same_number_is_no_flip() {
    let explained = r#"{"code":1,"msg":"m"}"#;
    all_are_proven(&[("a", 203, &[], explained), ("b", 203, &[], r#"{"code":1}"#)], "");
}

/// Examples without a code share one schema, successes and errors.
#[test]
fn examples_without_a_code_are_one_group() {
    let bodies = [r#"{"name": 1}"#, r#"{"error": {"code": 1}}"#];
    let response = |body: &&str| json!({"name": body, "header": [], "body": body});
    let collection = json!({
        "info": {"name": "s", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "item": [{
            "name": "Get",
            "request": {"method": "GET", "url": "https://api.example.com/a"},
            "response": bodies.iter().map(response).collect::<Vec<_>>(),
        }],
    });
    let cases = planned(&collection, "");
    let proof = proof(&cases[0]);
    assert!(proof.is_proven(), "{proof:?}");
    assert!(survivors(&proof).contains(&"field.removed /name: optional in another example".to_owned()));
}

/// What the examples of a group show is asked once for all its cases.
#[test]
fn cases_of_one_group_share_what_they_show() {
    let bodies: Vec<Value> = (0..3).map(|n| json!({"n": n, "a": {"b": null}})).collect();
    let (cases, witnesses) = (of_json(&bodies, ""), Witnesses::default());
    let first = witnesses.of(&cases[0]);
    assert!(cases.iter().all(|case| Arc::ptr_eq(&witnesses.of(case), &first)));
    assert!(cases.iter().all(|case| Arc::ptr_eq(&case.documented, &cases[0].documented)));
}

#[test]
fn what_stands_in_any_order_is_paired_with_its_equal_first() {
    let settings = "[[case]]\nmatch = \"*\"\ncompare = \"exact\"\nunordered = [\"\"]\n";
    all_are_proven(&[("a", 200, JSON, r#"[1,"0a40c470a4f74fa040c4fcafcc40c0c4","open"]"#)], settings);
}

#[test]
fn a_placeholder_where_another_example_says_failure_is_open() {
    all_are_proven(
        &[("a", 201, &[], r#"{"code":"<integer>"}"#), ("b", 201, &[], r#"{"code":1,"message":"m"}"#)],
        "",
    );
}

/// For the contract a body that is no JSON is a text, and it is served as it was saved; half of a surrogate pair is a
/// character of its own.
#[test]
fn a_text_that_no_reader_takes_keeps_its_placeholders() {
    let exact = "[[case]]\nmatch = \"*\"\ncompare = \"exact\"\n";
    all_are_proven(&[("a", 201, JSON, r#"{"a":"<string>","b":"\ud800"}"#)], exact);
    all_are_proven(&[("a", 201, JSON, r#"{"a":"<integer>","b":}"#)], exact);
}

#[test]
fn a_word_that_stays_says_no_more_once_a_placeholder_beside_it_is_filled() {
    all_are_proven(&[("a", 303, &[], r#"{"result":"failed","reason":"m","value":"<object>"}"#)], "");
    all_are_proven(&[("a", 200, &[], r#"{"status":"error","path":"/a","links":"<array>"}"#)], "");
}

#[test]
fn another_code_may_have_any_form() {
    for code in ["::1", "10.0.0.1", "2021-05-11", "ann@example.com", "https://example.com/probs/1"] {
        let body = json!({"errors": [{"key": code}]}).to_string();
        all_are_proven(&[("a", 418, &[], &body)], "");
    }
}

#[test]
fn a_documented_error_says_what_it_says_without_its_placeholders() {
    let error = r#"{"user_id":1,"error":{"items":"<number>","detail":"no"}}"#;
    all_are_proven(&[("a", 202, &[], error), ("b", 202, &[], r#"{"errors":"can't be blank"}"#)], "");
    let of_fields = r#"{"errors":{"user_id":"<array>","name":"can't be blank"}}"#;
    all_are_proven(&[("a", 200, &[], of_fields), ("b", 200, &[], "{}")], "");
}

#[test]
fn errors_of_other_fields_are_no_flip() {
    let both = r#"{"errors":{"name":[],"email":"can't be blank"},"value":1}"#;
    all_are_proven(
        &[("a", 301, &[], both), ("b", 301, &[], r#"{"errors":{"name":["can't be blank"]}}"#)],
        "",
    );
}

/// One more error with a code of its own is a longer list; in the place of the first it is another code.
#[test]
fn a_list_of_errors_may_grow_by_another_code() {
    for (body, at) in [
        (r#"{"errors":[{"code":"A","title":"t"}]}"#, "/errors"),
        (r#"[{"errorCode":"A","message":"m"}]"#, ""),
        (r#"{"errors":[{"message":"m","extensions":{"code":"7"}}]}"#, "/errors"),
        (r#"{"error":{"code":400,"message":"m","errors":[{"reason":"A"}]}}"#, "/error/errors"),
    ] {
        let cases = cases(&[("a", 400, JSON, body)], "");
        let base = base(&cases[0]);
        let of_list = |one: &Mutation| one.kind == Kind::ArrayLonger && one.at == at;
        let longer = mutations(&cases[0], &base, 1).list.into_iter().find(of_list).unwrap();
        assert_eq!(longer.what, "one more item, with another code");
        let mut answer = longer.apply(&base, 1).unwrap();
        let mut grown: Value = serde_json::from_slice(&answer.body).unwrap();
        let found = |answer: &crate::message::Answer| {
            crate::check::check(&cases[0].expectation, answer).into_iter().map(|f| f.id).collect::<Vec<_>>()
        };
        assert_eq!(found(&answer), [], "{body}");
        let items = grown.pointer_mut(at).unwrap().as_array_mut().unwrap();
        assert!(items.len() == 2 && items[0] != items[1], "{items:?}");
        items.reverse();
        answer.body = grown.to_string().into();
        assert_eq!(found(&answer), [FindingId::ErrorCodeChanged], "{body}");
    }
}

#[test]
fn a_placeholder_for_an_array_stands_for_no_code() {
    let response = |body: &str| json!({"name": body, "header": [], "body": body});
    for open in [r#"{"reason":{"x":"y"},"errorCode":"<array>"}"#, r#"{"error":{"code":"<object>"},"v":"y"}"#]
    {
        let collection = json!({
            "info": {"name": "s", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
            "item": [{
                "name": "Get",
                "request": {"method": "GET", "url": "https://api.example.com/a"},
                "response": [response(r#"{"errorCode":1}"#), response(open)],
            }],
        });
        for case in planned(&collection, "") {
            let proof = proof(&case);
            assert!(proof.is_proven(), "{open}: {proof:?}");
        }
    }
}

/// What `--strict` closes is asked for, also where documentation and recordings disagree.
#[test]
fn strict_schemas_tell_what_they_close_and_nothing_else() {
    let json = |text: &str| {
        let header = [json!({"key": "Content-Type", "value": "application/json"})];
        json!({"name": text, "code": 402, "header": header, "body": text})
    };
    for bodies in [
        [r#"{"status":"<string>"}"#, "1"],
        [r#"{"errors":[{"code":"OTHER"}]}"#, r#"{"errors":[]}"#],
        [r#"[{"errorCode":"invalid_grant","message":1}]"#, "[]"],
    ] {
        let collection = json!({
            "info": {"name": "s", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
            "item": [{
                "name": "Get",
                "request": {"method": "GET", "url": "https://api.example.com/a"},
                "response": bodies.map(json),
            }],
        });
        let cases = planned_with(&collection, "", &Files::Strict).unwrap();
        let proofs: Vec<CaseProof> = cases.iter().map(|case| proof(case)).collect();
        assert!(proofs.iter().all(CaseProof::is_proven), "{bodies:?} {proofs:?}");
        let inherent = |kind| {
            proofs.iter().filter_map(|proof| proof.counts.get(&kind)).map(|c| c.inherent).sum::<usize>()
        };
        assert!(inherent(Kind::FieldAdded) > 0, "{proofs:?}");
    }
}

#[test]
fn errors_by_field_of_any_depth_are_gone_where_nothing_is_left() {
    let gone = r#"{"detail":"7ccfa47afcfafac4407070c47a0ac0a0","errors":{}}"#;
    all_are_proven(&[("a", 207, &[], gone), ("b", 207, &[], r#"{"errors":{"alpha":{"x":"007"}}}"#)], "");
}
