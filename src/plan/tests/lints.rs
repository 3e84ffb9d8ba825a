//! Lints: each is found where it is meant, once, and a healthy suite has none.

use super::*;
use crate::plan::lint::{Lint, LintId, lint};

fn lints(world: &World) -> Vec<Lint> {
    let loaded = world.load();
    lint(&loaded, &suite(&loaded, &world.options(world.live_target())).unwrap()).unwrap()
}

/// The lints of one kind: first place, number of places, message.
fn said(world: &World, id: LintId) -> Vec<(String, usize, String)> {
    let of_kind = lints(world).into_iter().filter(|lint| lint.id == id);
    of_kind.map(|lint| (lint.pointer, lint.places, lint.message)).collect()
}

#[track_caller]
fn says(world: &World, id: LintId, expected: &[(&str, usize, &str)]) {
    let expected: Vec<_> =
        expected.iter().map(|(at, places, text)| ((*at).to_owned(), *places, (*text).to_owned())).collect();
    assert_eq!(said(world, id), expected, "{id}");
}

/// A suite with which nothing is wrong, and items put beside its one.
fn healthy(more: impl IntoIterator<Item = Value>) -> World {
    let mut world = World::of([item("Ok", "{{baseUrl}}/users", &[("OK", 200)])].into_iter().chain(more));
    world.collection["auth"]["bearer"][0]["value"] = json!("{{bearer}}");
    world.toml("[variables]\nbearer = \"${BEARER}x\"\n")
}

/// The item with its only example changed.
fn with(url: &str, code: u16, change: impl FnOnce(&mut Value)) -> Value {
    let mut made = item("Item", url, &[("Example", code)]);
    change(&mut made["response"][0]);
    made
}

#[test]
fn a_healthy_suite_has_no_lint_but_what_this_shell_lacks() {
    let ids: Vec<_> = lints(&healthy([])).into_iter().map(|lint| (lint.id, lint.message)).collect();
    assert_eq!(
        ids,
        [(LintId::Unset, "not sent from here: `BEARER` is not set in the environment".to_owned())]
    );
}

#[test]
fn the_same_lint_at_several_places_is_one() {
    let empty = || item("Empty", "{{baseUrl}}/y", &[]);
    let text = "the request has no example, so nothing is tested; save one in Postman";
    says(&healthy([empty(), empty()]), LintId::WithoutExample, &[("/item/1", 2, text)]);
}

#[test]
fn variables_without_a_value_are_told_with_what_is_near() {
    let mut world = World::of([
        item(
            "a",
            "{{baseUrl}}/{{user_id}}/{{uesr_id}}?a={{off}}&b={{$gid}}&c={{$guid}}&d={{loop}}",
            &[("OK", 200)],
        ),
        item("b", "{{baseUrl}}/{{nothing}}?a={{deep}}", &[("OK", 200), ("Again", 201)]),
    ]);
    world.collection["variable"] = json!([
        {"key": "user_id", "value": "1"}, {"key": "off", "value": "1", "disabled": true},
        {"key": "loop", "value": "{{loop}}"}, {"key": "deep", "value": "{{user_id}}-{{inner}}"},
    ]);
    let cure = "give it in `[variables]` of suite.toml or in an environment";
    let near =
        format!("variable `uesr_id` has no value; {cure}; did you mean `user_id`? (used in 2 requests)");
    let plain = |name: &str| format!("variable `{name}` has no value; {cure} (used in 3 requests)");
    says(
        &world,
        LintId::UndefinedVariable,
        &[
            ("/item/0/request", 1, &near),
            (
                "/item/0/request",
                1,
                "variable `off` has no value: it is switched off in the collection (used in 2 requests)",
            ),
            (
                "/item/0/request",
                1,
                "unknown dynamic variable `{{$gid}}`; did you mean `$guid` (a version 4 UUID)? (used in 2 requests)",
            ),
            (
                "/item/0/request",
                1,
                "variable `loop` leads to itself, or through too many others (used in 2 requests)",
            ),
            ("/item/1/request", 1, &plain("nothing")),
            ("/item/1/request", 1, &plain("inner")),
        ],
    );
    let given =
        world.toml("[variables]\nuesr_id = 1\noff = 1\nloop = 1\n\"$gid\" = 1\nnothing = 1\ninner = 1");
    says(&given, LintId::UndefinedVariable, &[]);
}

#[test]
fn a_variable_of_suite_toml_that_has_no_value_is_told_there() {
    let world = World::item("{{baseUrl}}/x", &[("OK", 200)])
        .toml("[auth.default]\ntype = \"bearer\"\ntoken = \"{{tokn}}\"\n");
    says(&world, LintId::UndefinedVariable, &[("", 1, "variable `tokn`, which stands in it, has no value")]);
}

#[test]
fn of_many_undefined_variables_the_most_used_have_a_line() {
    let names: Vec<String> = (0..150).map(|n| format!("{{{{v{n:03}zzzzzzzzzzzz}}}}")).collect();
    let url = format!("{{{{baseUrl}}}}/{}", names.join("/"));
    let found = said(&World::of([item("a", &url, &[("OK", 200)])]), LintId::UndefinedVariable);
    assert_eq!(found.len(), 21);
    let last = &found[20].2;
    assert!(last.starts_with("130 more variables have no value: `v020zzzzzzzzzzzz`, "), "{last}");
    assert!(last.ends_with(" and 30 more"), "{last}");
}

#[test]
fn what_is_defined_and_never_used_is_told_where_no_script_could_use_it() {
    let mut world = healthy([]);
    world.collection["variable"] =
        json!([{"key": "spare", "value": ""}, {"key": "baseUrl", "value": "http://x"}]);
    says(&world, LintId::UnusedVariable, &[("", 1, "the collection defines `spare` and uses it nowhere")]);
    world.collection["event"] = json!([{"listen": "test", "script": {"exec": "x()"}}]);
    says(&world, LintId::UnusedVariable, &[]);
}

#[test]
fn overrides_that_fit_nothing_are_told() {
    let get =
        with("{{baseUrl}}/u/:id", 200, |example| example["body"] = json!(r#"{"a": {"b": [{"c": 1}]}}"#));
    let toml = r#"
[variables]
usr = "x"
[headers]
ignore = ["X-Nothing"]
exact = ["content-type"]
[[case]]
match = "*"
path = { id = "1", idd = "2" }
volatile = ["/a/b/*/c", "/a/c"]
unordered = ["/a/b", "/b"]
ignore = ["/a/**", "/meta/**"]
maps = ["/a", "/b", "/a/*/c"]
not_maps = ["/a/*/*"]
[[case]]
match = "*::nobody"
volatile = ["/x"]
"#;
    let world = World::of([get]).toml(toml);
    let messages: Vec<String> =
        said(&world, LintId::UnmatchedOverride).into_iter().map(|(_, _, message)| message).collect();
    assert_eq!(
        messages,
        [
            "line 15: `match = \"*::nobody\"` matches no case",
            "line 7: `volatile`: no saved body of its cases has `/a/c`",
            "line 7: `unordered`: no saved body of its cases has `/b`",
            "line 7: `ignore`: no saved body of its cases has `/meta/**`",
            "line 7: `maps`: no saved body of its cases has an object at `/b`",
            "line 7: `maps`: no saved body of its cases has an object at `/a/*/c`",
            "line 7: `path`: no URL of its cases has `:idd`",
            "`[headers] ignore`: no example has the field `x-nothing`",
            "`[variables] usr` is used nowhere",
        ]
    );
}

#[test]
fn twins_are_one_line_for_each_status_and_skips_of_suite_toml_are_none() {
    let all = [("OK", 200), ("Bad", 409), ("Worse", 409), ("No", 403), ("Off", 410)];
    let toml = "[[case]]\nmatch = \"*::off\"\nauth = \"none\"\nskip = \"later\"\n";
    let world = World::item("{{baseUrl}}/x", &all).toml(toml);
    let why = "never sent: its request is the one of another example; say in suite.toml how to get";
    let list = "(`uphold list` shows the reason of each)";
    says(
        &world,
        LintId::NoRecipe,
        &[
            ("/item/0/response/1", 2, &format!("{why} 409 {list}")),
            ("/item/0/response/3", 1, &format!("{why} 403, as by an auth profile with fewer rights {list}")),
        ],
    );
    assert_eq!(said(&world, LintId::NotSent), []);
}

#[test]
fn causes_are_told_each_by_itself() {
    let mut world = World::of([
        item("a", "{{baseUrl}}/a/:id/:no", &[("OK", 200)]),
        item("b", "{{baseUrl}}/b/:id", &[("OK", 200)]),
        item("c", "https://other.example/c", &[("OK", 200)]),
    ]);
    world.collection["auth"]["bearer"][0]["value"] = json!("<your token>");
    let lacks = |name: &str| {
        format!(
            "never sent: path variable `:{name}` has no value; give one with `path = {{ … }}` in a `[[case]]` of suite.toml"
        )
    };
    says(
        &world,
        LintId::NotSent,
        &[("/item/0/response/0", 2, &lacks("id")), ("/item/0/response/0", 1, &lacks("no"))],
    );
    says(
        &world,
        LintId::MissingCredential,
        &[(
            "/item/0/response/0",
            2,
            "never sent: a credential is empty or still a placeholder; give credentials with `[auth.default]` in suite.toml",
        )],
    );
    assert!(
        said(&world, LintId::SeveralHosts)[0].2.starts_with("never sent: goes to `https://other.example`")
    );
    world.collection["auth"] = json!({"type": "ntlm"});
    assert!(said(&world, LintId::UnusableAuth).is_empty(), "path variables come first");
    let world = World {
        collection: json!({"info": world.collection["info"], "auth": {"type": "ntlm"}, "item": [item("a", "{{baseUrl}}/a", &[("OK", 200)])]}),
        ..world
    };
    assert!(said(&world, LintId::UnusableAuth)[0].2.contains("`ntlm`"));
    let mut world = World::item("{{baseUrl}}/a", &[("OK", 200)]);
    world.collection["auth"]["bearer"][0]["value"] = json!("");
    assert!(said(&world, LintId::UnusableAuth).is_empty());
    assert_eq!(said(&world, LintId::MissingCredential).len(), 1, "a secret that nobody gave");
}

#[test]
fn names_and_statuses_that_contradict_are_told() {
    let world = World::of([
        with("{{baseUrl}}/a", 400, |example| {
            example["name"] = json!("INVALID_DAAT");
            example["body"] = json!(r#"{"code": "INVALID_DATA", "message": "m"}"#);
        }),
        with("{{baseUrl}}/b", 200, |example| example["name"] = json!("404 Not Found")),
        with("{{baseUrl}}/c", 200, |example| example["status"] = json!("Not Found")),
        with("{{baseUrl}}/d", 200, |example| example["status"] = json!("201 Created")),
        with("{{baseUrl}}/e", 200, |example| {
            example["body"] = json!(r#"{"error": {"code": "E1", "message": "m"}}"#);
        }),
        with("{{baseUrl}}/f", 200, |example| drop(example.as_object_mut().unwrap().remove("code"))),
        with("{{baseUrl}}/g", 201, |example| example["status"] = json!("Created")),
        with("{{baseUrl}}/h", 200, |example| example["status"] = json!("Everything went well")),
    ]);
    says(
        &world,
        LintId::NameDiffersFromCode,
        &[(
            "/item/0/response/0",
            1,
            "the example is named `INVALID_DAAT`, but its body says `INVALID_DATA` at /code; the body counts",
        )],
    );
    says(
        &world,
        LintId::StatusContradicted,
        &[
            (
                "/item/1/response/0",
                1,
                "the name '404 Not Found' says 404, but the code is 200; the code counts",
            ),
            (
                "/item/2/response/0/status",
                1,
                "the status text says 404, but the code is 200; the code counts",
            ),
            (
                "/item/3/response/0/status",
                1,
                "the status text says 201, but the code is 200; the code counts",
            ),
        ],
    );
    let inside = "documents an error inside of 200; its result code is checked";
    says(&world, LintId::ErrorInsideSuccess, &[("/item/4/response/0", 1, inside)]);
    assert_eq!(said(&world, LintId::NoStatus)[0].0, "/item/5/response/0");
}

#[test]
fn bodies_that_are_not_what_they_seem_are_told() {
    let typed = |kind: &str| json!([{"key": "Content-Type", "value": kind}]);
    let body = |text: &str| json!(text);
    let world = World::of([
        with("{{baseUrl}}/a", 204, |example| example["body"] = body("{}")),
        with("{{baseUrl}}/b", 200, |example| example["body"] = body("{,}")),
        with("{{baseUrl}}/c", 200, |example| example["body"] = body("<!DOCTYPE html><html></html>")),
        with("{{baseUrl}}/d", 200, |example| example["header"] = typed("text/html; charset=utf-8")),
        with("{{baseUrl}}/e", 200, |example| example["header"] = json!([{"key": "X-A", "value": "1"}])),
        with("{{baseUrl}}/f", 200, |example| example["header"] = json!([])),
        with("{{baseUrl}}/g", 200, |example| {
            example["body"] = body(r#"{"a": 1, "a": 2, "n": [9007199254740993, 9007199254740993]}"#);
        }),
    ]);
    let never = "a body is saved, but an answer with status 204 has none; it is not checked";
    says(&world, LintId::BodyNeverComes, &[("/item/0/response/0", 1, never)]);
    says(
        &world,
        LintId::BodyNotJson,
        &[
            (
                "/item/1/response/0",
                1,
                "the saved body is no JSON at line 1, column 2 (key must be a string); only that some text comes is checked",
            ),
            ("/item/2/response/0", 1, "an HTML page is saved as JSON; only that some text comes is checked"),
        ],
    );
    let html = "the saved body is JSON, but its `Content-Type` says text/html; charset=utf-8; a live answer must say that, too";
    says(&world, LintId::MediaTypeContradicted, &[("/item/3/response/0", 1, html)]);
    let untyped = "no `Content-Type` is saved among the header fields; the media type is not checked";
    says(&world, LintId::NoContentType, &[("/item/4/response/0", 1, untyped)]);
    let twice = "`/a` of the saved body is there twice; the schema takes both values, most readers the last";
    says(&world, LintId::DuplicateKey, &[("/item/6/response/0", 1, twice)]);
    let large = "`/n/*` of the saved body is an integer beyond 2^53";
    says(&world, LintId::UnsafeInteger, &[("/item/6/response/0", 1, large)]);
}

#[test]
fn examples_that_are_not_of_their_item_or_twice_there_are_told() {
    let mut world = World::item(
        "{{baseUrl}}/a/:id",
        &[("OK", 200), ("OK again", 200), ("Moved", 200), ("Put", 200), ("Wrong", 405)],
    );
    let examples = world.collection["item"][0]["response"].as_array_mut().unwrap();
    examples[2]["originalRequest"]["url"] = json!("{{baseUrl}}/b/7");
    examples[3]["originalRequest"]["method"] = json!("PUT");
    examples[4]["originalRequest"]["method"] = json!("PUT");
    let twice = "has the same request, status and body as another example of its request; delete one";
    says(&world, LintId::RedundantExample, &[("/item/0/response/1", 1, twice)]);
    says(
        &world,
        LintId::RequestDiffers,
        &[
            (
                "/item/0/response/2",
                1,
                "is saved with another path than its item has now; the saved one is sent",
            ),
            ("/item/0/response/3", 1, "is saved with the method PUT, while its item has GET; PUT is sent"),
        ],
    );
}

#[test]
fn scripts_and_settings_that_do_nothing_are_told() {
    let mut get = item("a", "{{baseUrl}}/a", &[("OK", 200)]);
    get["request"]["proxy"] = json!({"host": "p"});
    let sets: Vec<String> = (0..8).map(|n| format!("pm.globals.set('{}{n}', 1)", "v".repeat(300))).collect();
    get["event"] = json!([{"listen": "test", "script": {"exec": sets}}]);
    let world = World::of([get]);
    let proxy = "`proxy` of a request does nothing; give --proxy, which is for the whole run";
    says(&world, LintId::SettingWithoutEffect, &[("/item/0/request/proxy", 1, proxy)]);
    let script = &said(&world, LintId::ScriptNotRun)[0].2;
    assert!(script.len() < 900 && script.contains("vvv…`, ") && script.ends_with(", 3 more"), "{script}");

    let scripts =
        |n: usize| json!([{"listen": "test", "script": {"exec": format!("pm.globals.set('v{n}', 1)")}}]);
    let items = (0..30).map(|n| {
        let mut made = item("a", "{{baseUrl}}/a", &[("OK", 200)]);
        made["event"] = scripts(n);
        made
    });
    let many = said(&World::of(items), LintId::ScriptNotRun);
    assert_eq!(many.len(), 21);
    assert!(many[20].0 == "/item/20/event/0" && many[20].2.starts_with("10 more scripts"), "{:?}", many[20]);
}

#[test]
fn credentials_in_clear_are_told_by_place_and_never_repeated() {
    let value = "b7Kq2ZpR9sTw4VxY1mNc";
    let key = ["AKIA", "Q7RT2MZK4WPLN9SD"].concat();
    let mut get =
        with(&format!("https://ann:hunter22@{{{{baseUrl}}}}/a?access_token={value}"), 200, |example| {
            example["body"] = json!(format!(r#"{{"access_token": "{value}"}}"#));
            example["header"]
                .as_array_mut()
                .unwrap()
                .push(json!({"key": "Set-Cookie", "value": format!("sid={value}; Path=/")}));
        });
    get["request"] = json!({
        "method": "POST",
        "url": get["response"][0]["originalRequest"]["url"],
        "header": [
            {"key": "X-Api-Key", "value": value, "disabled": true},
            {"key": "Postman-Token", "value": value},
            {"key": "Authorization", "value": "Bearer {{token}}"},
        ],
        "body": {"mode": "raw", "raw": format!("{{\"k\": \"{key}\"}}")},
    });
    let mut world = World::of([get]);
    world.collection["auth"]["bearer"][0]["value"] = json!(value);
    world.collection["variable"] =
        json!([{"key": "client_secret", "value": value}, {"key": "password", "value": "{{p}}"}]);
    let places = |id| -> Vec<String> {
        let messages = said(&world, id).into_iter().map(|(_, _, message)| message);
        messages.map(|message| message.split([':', ';']).next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(
        places(LintId::SecretInRequest),
        [
            "a credential stands in clear in `token` of the auth",
            "a credential stands in clear in the variable `client_secret`",
            "a credential stands in clear in the header `X-Api-Key`",
            "a credential stands in clear in the query parameter `access_token`",
            "a password stands in clear in the URL",
            "an AWS access key stands in clear in the body of a request",
        ]
    );
    assert_eq!(
        places(LintId::SecretInAnswer),
        [
            "a session is saved in the header `Set-Cookie` of an answer",
            "a credential is saved in the body, as `access_token`, of an answer",
        ]
    );
    let all = format!("{:?}", lints(&world).into_iter().map(|lint| lint.message).collect::<Vec<_>>());
    assert!(!all.contains(value) && !all.contains(&key) && !all.contains("hunter22"), "{all}");
}
