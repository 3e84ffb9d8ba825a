//! Rules of `resolve` one by one, where the wire cases do not reach.

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::{Bench, with_auth};
use crate::postman::auth::INVALID;
use crate::postman::{Auth, AuthChoice, AuthKind, Cause, Changes};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// The URL under a rule for the form, or the causes as text.
fn under(bench: Bench, form: &str, base: &str) -> String {
    match bench.base(form, base).url() {
        Ok(url) => url,
        Err(causes) => format!("{causes:?}"),
    }
}

fn header(bench: &Bench, changes: &Changes<'_>, name: &str) -> Option<String> {
    bench.resolve_with(changes).ok()?.request.headers.get(name).map(str::to_owned)
}

#[test]
fn a_base_url_keeps_the_prefix_of_the_host_form_or_replaces_it() -> Outcome {
    for (url, variables, form, base, expected) in [
        ("{{b}}/x", vec![("b", "https://old/restapi")], "{{b}}", "http://new:1", "http://new:1/restapi/x"),
        ("{{b}}/x", vec![("b", "https://old/restapi/")], "{{b}}", "http://new", "http://new/restapi//x"),
        ("{{b}}/x", vec![("b", "https://old/restapi")], "{{b}}", "http://new/", "http://new/x"),
        ("{{b}}/x", vec![("b", "https://old/restapi")], "{{b}}", "http://new/v9/", "http://new/v9/x"),
        ("{{b}}/x?q=1", vec![], "{{b}}", "http://new", "http://new/x?q=1"),
        ("{{b}}Code/1", vec![], "{{b}}", "http://new", "http://new/Code/1"),
        ("{{b}}Code/1", vec![("b", "https://old/api/")], "{{b}}", "http://new", "http://new/api/Code/1"),
        ("{{H}}{{P}}/x", vec![("P", "/v1")], "{{H}}{{P}}", "http://new", "http://new/v1/x"),
        (
            "{{H}}{{P}}/x",
            vec![("H", "https://h"), ("P", "/v1")],
            "{{H}}{{P}}",
            "http://new",
            "http://new/v1/x",
        ),
        (
            "https://{{t}}.example.com:{{p}}/x",
            vec![],
            "https://{{t}}.example.com:{{p}}",
            "http://new",
            "http://new/x",
        ),
        ("https:///open/x", vec![], "https://", "http://new", "http://new/open/x"),
        ("{{b}}", vec![], "{{b}}/", "http://new", "http://new/"),
        ("{{b}}", vec![("b", "https://h/graphql?k=1")], "{{b}}", "http://new", "http://new/graphql?k=1"),
    ] {
        let mut bench = Bench::request(json!(url), &json!({}))?;
        for (name, value) in variables {
            bench = bench.variable(name, value);
        }
        assert_eq!(under(bench, form, base), expected, "{url}");
    }
    let glued = under(Bench::request(json!("{{H}}{{P}}/x"), &json!({}))?, "{{H}}{{P}}", "http://new");
    assert!(glued.contains("\"P\"") && !glued.contains("\"H\""), "{glued}");
    Ok(())
}

#[test]
fn all_ways_to_write_a_host_are_one_form() -> Outcome {
    for url in [
        json!("{{baseUrl}}/x"),
        json!({"host": ["{{baseUrl}}"], "path": ["x"]}),
        json!({"host": "{{baseUrl}}", "path": "/x"}),
        json!({"raw": "{{baseUrl}}/x"}),
    ] {
        let bench = Bench::request(url, &json!({}))?;
        let items = bench.collection.items();
        let spec = items.first().map(|placed| placed.item.request.url.clone()).unwrap_or_default();
        assert_eq!((spec.host.as_str(), spec.path.as_str()), ("{{baseUrl}}", "/x"));
    }
    Ok(())
}

#[test]
fn without_a_host_nothing_is_sent_not_even_to_a_stand_in() -> Outcome {
    for url in ["{{host}}/x", "https:///x", "about:blank", "", "<insert link>"] {
        let bench = Bench::request(json!(url), &json!({"header": [{"key": "a", "value": "b"}]}))?.stand_ins();
        assert!(bench.url().is_err(), "{url}: {:?}", bench.url());
    }
    Ok(())
}

fn example(original: &Value, request: &Value, auth: &Value) -> Result<Bench, crate::postman::ReadError> {
    let mut request = request.clone();
    if let Some(members) = request.as_object_mut() {
        members.insert("auth".to_owned(), auth.clone());
    }
    Bench::item(
        &json!({"name": "i", "request": request, "response": [{"name": "e", "originalRequest": original}]}),
    )
}

#[test]
fn what_the_example_lacks_comes_from_the_item_and_is_said() -> Outcome {
    let item = json!({"method": "PUT", "url": {"host": ["h"], "path": ["u", ":id.json"],
        "variable": [{"key": "id", "value": 7}]}});
    let lacking =
        json!({"url": {"host": ["h"], "path": ["u", ":id.json"], "variable": [{"key": "id", "value": ""}]}});
    let resolved = example(&lacking, &item, &Value::Null)?.resolve().map_err(|c| format!("{c:?}"))?;
    assert_eq!((resolved.request.method.as_str(), resolved.request.target.as_str()), ("PUT", "/u/7.json"));
    assert_eq!(resolved.path_variables, ["id"]);
    assert_eq!(resolved.notes.len(), 2, "{:?}", resolved.notes);
    let missing = example(&Value::Null, &item, &Value::Null)?.resolve().map_err(|c| format!("{c:?}"))?;
    assert_eq!(missing.request.url(), "http://h/u/7.json");
    assert_eq!(missing.notes.len(), 1, "{:?}", missing.notes);
    Ok(())
}

#[test]
fn auth_stands_in_the_place_of_typed_credentials() -> Outcome {
    let typed = json!({"method": "GET", "url": "http://h/x?private_token=q&p=1", "header": [
        {"key": "authorization", "value": "Basic {{nope}}"}, {"key": "Cookie", "value": "s=1"},
        {"key": "X-Api-Key", "value": "k123456"}, {"key": "X-Plain", "value": "p"}]});
    let bearer = json!({"type": "bearer", "bearer": {"token": "T0KEN!"}});
    let bench = example(&typed, &typed, &bearer)?;
    let inherited = bench.resolve().map_err(|c| format!("{c:?}"))?;
    assert_eq!(inherited.request.headers.get_all("authorization").collect::<Vec<_>>(), ["Bearer T0KEN!"]);
    assert!(inherited.carries_auth);
    assert_eq!(inherited.secrets, ["T0KEN!", "k123456", "q", "s=1"]);

    let without = bench.resolve_with(&with_auth(AuthChoice::Without)).map_err(|c| format!("{c:?}"))?;
    assert_eq!(without.request.headers.iter().collect::<Vec<_>>(), [("X-Plain", "p")]);
    assert_eq!(without.request.target, "/x?p=1");
    assert!(!without.carries_auth && without.secrets.is_empty());

    let invalid = bench.resolve_with(&with_auth(AuthChoice::Invalid)).map_err(|c| format!("{c:?}"))?;
    assert_eq!(invalid.request.headers.get("authorization"), Some(format!("Bearer {INVALID}").as_str()));
    assert_eq!(invalid.request.headers.get("x-api-key"), Some(INVALID));
    assert!(invalid.carries_auth && !invalid.request.headers.contains("cookie"), "{invalid:?}");

    let params = [("token".to_owned(), "{{narrow}}".to_owned())].into_iter().collect();
    let profile = Auth { kind: AuthKind::Bearer, params, place: "[auth.narrow]".to_owned() };
    let bench = bench.variable("narrow", "N");
    let value = header(&bench, &with_auth(AuthChoice::Profile(&profile)), "Authorization");
    assert_eq!(value.as_deref(), Some("Bearer N"));
    Ok(())
}

#[test]
fn the_apikey_of_the_item_is_taken_away_wherever_it_is_typed() -> Outcome {
    let typed = json!({"url": "http://h/x?key=abc&p=1"});
    let auth = json!({"type": "apikey", "apikey": [{"key": "key", "value": "key"}, {"key": "value", "value": "a&b c"},
        {"key": "in", "value": "query"}]});
    let bench = example(&typed, &typed, &auth)?;
    assert_eq!(bench.url(), Ok("http://h/x?p=1&key=a%26b%20c".to_owned()));
    assert_eq!(bench.url_with(&with_auth(AuthChoice::Without)), Ok("http://h/x?p=1".to_owned()));
    let invalid = format!("http://h/x?p=1&key={INVALID}");
    assert_eq!(bench.url_with(&with_auth(AuthChoice::Invalid)), Ok(invalid));
    Ok(())
}

#[test]
fn auth_that_cannot_be_made_is_named_and_only_a_mock_gets_a_stand_in() -> Outcome {
    let request = json!({"url": "http://h/x"});
    for (auth, text) in [
        (json!({"type": "hawk", "hawk": []}), "auth type `hawk`: is not supported"),
        (json!({"type": "oauth2"}), "auth type `oauth2`: has no `accessToken`"),
        (json!({"type": "bearer", "bearer": {"token": ""}}), "auth type `bearer`: has no `token`"),
    ] {
        let bench = example(&request, &request, &auth)?;
        let causes = bench.resolve().err().unwrap_or_default();
        assert!(causes.iter().any(|cause| cause.to_string().starts_with(text)), "{causes:?}");
        let mocked = bench.stand_ins();
        assert!(mocked.resolve().is_ok_and(|resolved| resolved.carries_auth && resolved.secrets.is_empty()));
    }
    let auth = json!({"type": "oauth2", "oauth2": {"accessToken": "t", "tokenType": "mac"}});
    let causes = example(&request, &request, &auth)?.resolve().err().unwrap_or_default();
    let told = causes.first().map(ToString::to_string).unwrap_or_default();
    assert!(told.starts_with("auth type `oauth2`: has the `tokenType` `mac`, which is not"), "{told}");
    Ok(())
}

#[test]
fn a_case_changes_path_query_body_and_headers() -> Outcome {
    let request = json!({"method": "POST", "header": [{"key": "X-A", "value": "old"}],
        "url": {"host": ["h"], "path": [":org", ":id"], "query": [{"key": "p", "value": "1"}, {"key": "p", "value": "2"}],
            "variable": [{"key": "org", "value": "o"}, {"key": "id", "value": "17"}]},
        "body": {"mode": "raw", "raw": "{\"z\":1,\"n\":1.50,\"u\":[{}]}", "options": {"raw": {"language": "json"}}}});
    let bench = Bench::item(&json!({"name": "i", "request": request}))?.variable("v", "V");
    let text = |pairs: &[(&str, &str)]| -> IndexMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    };
    let changes = Changes {
        path: text(&[("org", "{{v}}")]),
        query: text(&[("p", "9"), ("new", "a&b")]),
        set: [("/u/0/id".to_owned(), json!("{{v}}"))].into_iter().collect(),
        headers: vec![("x-a".to_owned(), "new".to_owned())],
        unknown_id: true,
        ..Changes::default()
    };
    let resolved = bench.resolve_with(&changes).map_err(|c| format!("{c:?}"))?;
    assert_eq!(resolved.request.target, "/V/99?p=9&new=a%26b");
    assert_eq!(resolved.request.body.as_deref(), Some(br#"{"z":1,"n":1.50,"u":[{"id":"V"}]}"#.as_slice()));
    assert_eq!(resolved.request.headers.get_all("x-a").collect::<Vec<_>>(), ["new"]);

    let set = [("/no/where".to_owned(), json!(1))].into_iter().collect();
    let causes = bench.resolve_with(&Changes { set, ..Changes::default() }).err().unwrap_or_default();
    assert!(
        matches!(causes.as_slice(), [Cause::Malformed { what }] if what.contains("/no/where")),
        "{causes:?}"
    );
    Ok(())
}

#[test]
fn bodies_are_pruned_as_postman_prunes_them_and_it_is_said() -> Outcome {
    let more = json!({"method": "COPY", "body": {"mode": "raw", "raw": "{{nope}}"}});
    let resolved = Bench::request(json!("http://h/x"), &more)?.resolve().map_err(|c| format!("{c:?}"))?;
    assert_eq!(resolved.request.body, None);
    assert!(!resolved.request.headers.contains("content-type"));
    assert_eq!(resolved.notes, ["the body saved with COPY is not sent, as in Postman"]);
    Ok(())
}

#[test]
fn forms_carry_files_and_replace_a_boundary_that_stands_in_a_part() -> Outcome {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("a.txt"), "A")?;
    let parts = json!([{"key": "t\"\r\n", "value": "--x"}, {"key": "f", "type": "file", "src": ["a.txt"]}]);
    let more = json!({"method": "POST", "header": [{"key": "content-type", "value": "multipart/form-data; boundary=x"}],
        "body": {"mode": "formdata", "formdata": parts}});
    let mut bench = Bench::request(json!("http://h/x"), &more)?;
    bench.files = folder.path().to_owned();
    let request = bench.resolve().map_err(|c| format!("{c:?}"))?.request;
    let types: Vec<_> = request.headers.get_all("content-type").collect();
    let boundary =
        types.first().and_then(|t| t.strip_prefix("multipart/form-data; boundary=")).unwrap_or_default();
    let expected = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"t%22%0D%0A\"\r\n\r\n--x\r\n--{boundary}\r\n\
         Content-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nA\r\n\
         --{boundary}--\r\n"
    );
    assert!(types.len() == 1 && boundary.starts_with("uphold-"), "{types:?}");
    assert_eq!(request.body.as_deref().map(String::from_utf8_lossy).as_deref(), Some(expected.as_str()));
    assert_eq!(bench.resolve().map(|again| again.request), Ok(request));
    Ok(())
}

#[test]
fn every_cause_is_told_at_once() -> Outcome {
    let more = json!({"method": "POST", "header": [{"key": "X", "value": "{{h}}"}, {"key": "Y", "value": "a\nb"}],
        "body": {"mode": "file", "file": {"src": "../secret"}}});
    let bench = Bench::request(json!({"host": ["{{b}}"], "path": [":id", "{{$nope}}"]}), &more)?;
    let causes = bench.resolve().err().unwrap_or_default();
    assert_eq!(causes.len(), 6, "{causes:?}");
    assert!(causes.is_sorted());
    Ok(())
}
