//! Where requests go, what keeps them from going there, and lanes.

use super::*;

fn two_hosts() -> World {
    World::of([
        item("a", "{{rest}}/a", &[("OK", 200)]),
        item("b", "{{rest}}/b", &[("OK", 200)]),
        item("c", "{{soap}}/c", &[("OK", 200)]),
    ])
}

fn urls(plan: &SuitePlan) -> Vec<String> {
    let url = |case: &Case| match &case.action {
        Action::Send { request, .. } => request.url(),
        Action::Skip(skip) => skip.reason.clone(),
    };
    plan.cases.iter().map(|case| url(case)).collect()
}

#[test]
fn the_most_used_host_form_takes_the_base_url() {
    let urls = urls(&two_hosts().live());
    assert_eq!(urls[..2], ["http://127.0.0.1:9/a", "http://127.0.0.1:9/b"]);
    assert_eq!(
        urls[2],
        "goes to `{{soap}}`, while the base URL stands for `{{rest}}`; \
         name a server for it in `[target] hosts` of suite.toml"
    );
}

#[test]
fn a_named_variable_and_named_hosts_decide() {
    let world = two_hosts().toml("[target]\nbase_variable = \"soap\"\n");
    assert_eq!(urls(&world.live())[2], "http://127.0.0.1:9/c");
    let world = two_hosts().toml("[target]\nhosts = { \"{{soap}}/\" = \"https://soap.example/ws\" }\n");
    assert_eq!(urls(&world.live())[2], "https://soap.example/ws/c", "a `/` at the end means nothing");
    let reason = urls(&world.to(None).live()).remove(0);
    assert!(reason.starts_with("goes to `{{rest}}`, which the target does not name; give --base-url"));
}

#[test]
fn hosts_and_variables_that_nothing_goes_to_are_told() {
    let toml = "[target]\nbase_variable = \"url\"\nhosts = { \"{{soup}}\" = \"http://h\", \"{{soap}}\" = \"http://h\" }\n";
    let plan = two_hosts().toml(toml).live();
    let messages: Vec<_> = plan.warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "`[target] hosts`: no request goes to `{{soup}}`",
            "`[target] base_variable`: no URL begins with `{{url}}`"
        ]
    );
}

#[test]
fn a_path_in_the_base_url_replaces_the_prefix_of_the_variable() {
    let world = |base| {
        let mut world = World::of([
            item("plain", "{{base}}/a", &[("OK", 200)]),
            item("glued", "{{base}}b", &[("OK", 200)]),
        ])
        .to(Some(base));
        world.collection["variable"] = json!([{"key": "base", "value": "https://x.example/restapi"}]);
        urls(&world.live())
    };
    assert_eq!(world("http://127.0.0.1:9")[0], "http://127.0.0.1:9/restapi/a");
    assert_eq!(world("http://127.0.0.1:9/")[0], "http://127.0.0.1:9/a");
    assert_eq!(world("http://127.0.0.1:9/v3")[0], "http://127.0.0.1:9/v3/a");
    assert_eq!(world("http://127.0.0.1:9/v3")[1], "http://127.0.0.1:9/v3/b");
}

#[test]
fn a_base_variable_stands_for_all_forms_that_begin_with_it() {
    let world = World::of([
        item("a", "{{host}}{{path}}/a", &[("OK", 200)]),
        item("b", "{{host}}:{{port}}/b", &[("OK", 200)]),
        item("c", "{{host}}/c", &[("OK", 200)]),
    ]);
    let toml = "[target]\nbase_variable = \"host\"\n[variables]\npath = \"/v1\"\n";
    assert_eq!(
        urls(&world.toml(toml).live()),
        ["http://127.0.0.1:9/v1/a", "http://127.0.0.1:9/b", "http://127.0.0.1:9/c"]
    );
}

fn writing(method: &str, path: &str) -> Value {
    let request = json!({"method": method, "url": format!("{{{{baseUrl}}}}{path}")});
    let mut of = item(&format!("{method} {path}"), "x", &[]);
    of["request"] = request.clone();
    of["response"] = json!([example("OK", 200, &request, "{}")]);
    of
}

#[test]
fn writing_elsewhere_needs_a_yes() {
    let mut world = World::of([writing("DELETE", "/a"), writing("COPY", "/a"), writing("GET", "/a")])
        .to(Some("https://api.example.com"));
    let lines = world.lines();
    assert_eq!(
        lines[0],
        "DELETE may change data on api.example.com; \
         allow it with --allow-writes or `writes = true` in `[target]` of suite.toml"
    );
    assert!(lines[1].starts_with("COPY may change data"));
    assert_eq!(lines[2], "as saved: GET /a");
    world.writes = true;
    assert_eq!(world.lines()[0], "as saved: DELETE /a");
    world.only_safe = true;
    assert_eq!(world.lines()[..2], ["DELETE is left out by --only-safe", "COPY is left out by --only-safe"]);
    world = world.toml("[target]\nwrites = true\n");
    (world.writes, world.only_safe) = (false, false);
    assert_eq!(world.lines()[0], "as saved: DELETE /a");
    assert_eq!(world.to(Some("http://[::1]:9")).lines()[0], "as saved: DELETE /a");
}

#[test]
fn unsafe_cases_of_one_path_share_a_lane_whatever_their_method() {
    let plan = World::of([
        writing("PUT", "/a?x=1"),
        writing("DELETE", "/a"),
        writing("PUT", "/b"),
        writing("GET", "/a"),
    ])
    .live();
    let lanes: Vec<_> = plan
        .cases
        .iter()
        .map(|case| match &case.action {
            Action::Send { lane, .. } => lane.clone(),
            Action::Skip(skip) => panic!("{}", skip.reason),
        })
        .collect();
    assert!(lanes[0].is_some() && lanes[0] == lanes[1] && lanes[0] != lanes[2] && lanes[2].is_some());
    assert_eq!(lanes[3], None);
}
