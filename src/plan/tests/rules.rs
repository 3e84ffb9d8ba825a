//! What suite.toml and the selection make of a plan, and what the plan says besides.

use super::*;

#[test]
fn set_query_and_path_change_the_request_of_one_case() {
    let request = json!({
        "method": "PUT", "url": {"host": ["{{baseUrl}}"], "path": ["users", ":id"], "query": [{"key": "page", "value": "1"}]},
        "body": {"mode": "raw", "raw": "{\"users\": [{\"id\": 1, \"n\": 2}]}", "options": {"raw": {"language": "json"}}},
    });
    let mut of = item("Item", "x", &[]);
    of["request"] = request.clone();
    of["response"] = json!([example("OK", 200, &request, "{}"), example("Active", 409, &request, "{}")]);
    let toml = r#"
        [variables]
        active = "7"
        [[case]]
        match = "*::active"
        set = { "/users/0/id" = "{{active}}" }
        query = { page = "2", more = "x y" }
        [[case]]
        match = "*"
        path = { id = "42" }
    "#;
    let plan = World::of([of]).toml(toml).live();
    assert_eq!(sent(&plan.cases[0]).target, "/users/42?page=1");
    let changed = sent(&plan.cases[1]);
    assert_eq!(changed.target, "/users/42?page=2&more=x%20y");
    assert_eq!(changed.body.as_deref(), Some(br#"{"users":[{"id":"7","n":2}]}"#.as_slice()));
    assert_eq!(plan.cases[1].recipe, Recipe::AsSaved, "its request is its own");
}

#[test]
fn an_example_without_a_status_is_skipped_live_until_one_is_said() {
    let mut world = World::item("{{baseUrl}}/x", &[("default", 200), ("Too many", 429)]);
    let example = &mut world.collection["item"][0]["response"][0];
    example.as_object_mut().unwrap().remove("code");
    assert_eq!(
        world.lines(),
        ["the example has no status code; say `status = …` for it in suite.toml", "as saved: GET /x"]
    );
    assert_eq!(world.mock().cases[0].expectation.status, 200);
    let plan = world.toml("[[case]]\nmatch = \"*::default\"\nstatus = 202\n").live();
    assert_eq!(plan.cases[0].expectation.status, 202);
    assert_eq!(line(&plan.cases[0]), "as saved: GET /x");
    assert!(line(&plan.cases[1]).starts_with("sends the same request as 'default' (202)"));
}

#[test]
fn the_mock_is_held_to_the_example_as_saved() {
    let mut world = World::item("{{baseUrl}}/x", &[("Bad", 400), ("Odd", 150)]);
    world.collection["item"][0]["response"][0]["body"] = json!(r#"{"code": "OLD", "message": "m"}"#);
    let world = world.toml("[[case]]\nmatch = \"*::bad\"\nstatus = 422\nerror_code = \"NEW\"\n");
    let code = |plan: &SuitePlan| plan.cases[0].expectation.code.as_ref().map(|code| code.code.clone());
    let (live, mock) = (world.live(), world.mock());
    assert_eq!((live.cases[0].expectation.status, code(&live).as_deref()), (422, Some("NEW")));
    assert_eq!((mock.cases[0].expectation.status, code(&mock).as_deref()), (400, Some("OLD")));
    assert_eq!(mock.cases[1].expectation.status, 200, "no final answer has 150");
}

#[test]
fn a_case_that_suite_toml_skips_says_so_also_on_the_mock() {
    let world = World::item("{{baseUrl}}/x", &[("OK", 200)])
        .toml("[[case]]\nmatch = \"*::ok\"\nskip = \"needs a printer\"\ntags = [\"paper\"]\n");
    for plan in [world.live(), world.mock()] {
        assert_eq!(line(&plan.cases[0]), "needs a printer");
        assert_eq!(plan.cases[0].tags, ["paper"]);
    }
}

#[test]
fn only_what_is_selected_is_planned_and_its_recipe_is_the_same() {
    let mut world = World::item("{{baseUrl}}/x", &[("OK", 200), ("No", 401), ("Busy", 429)]);
    let all = world.lines();
    let some = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
    world.selection = Selection::new(&some(&["*::busy", "*::no"]), &some(&["*::no"]), &[]).unwrap();
    let plan = world.live();
    assert_eq!(plan.cases.len(), 1);
    assert_eq!(line(&plan.cases[0]), all[2]);
    world.toml = "[[case]]\nmatch = \"*::no\"\ntags = [\"nightly\"]\n".to_owned();
    world.selection = Selection::new(&[], &[], &some(&["nightly"])).unwrap();
    assert_eq!(world.lines(), [all[1].as_str()]);
}

#[test]
fn a_rule_that_matches_nothing_and_an_item_without_examples_are_told() {
    let world = World::of([item("Empty", "{{baseUrl}}/x", &[])])
        .toml("\n[[case]]\nmatch = \"*::nobody\"\nstatus = 200\n");
    let plan = world.live();
    let warning = plan.warnings.last().unwrap();
    assert_eq!(warning.message, "line 2: `match = \"*::nobody\"` matches no case");
    assert!(warning.file.ends_with("cases/s/suite.toml"), "{}", warning.file.display());
    assert_eq!(plan.without_example[0].path, "s::empty");
    assert_eq!(plan.without_example[0].source.pointer, "/item/0");
}

#[test]
fn every_cause_is_told_with_its_cure() {
    let request = json!({
        "method": "POST",
        "url": {"host": ["{{baseUrl}}"], "path": ["{{tenant}}", ":id"]},
        "header": [{"key": "X-Api-Key", "value": "<API Key>"}],
        "body": {"mode": "file", "file": {}},
    });
    let mut of = item("Item", "x", &[]);
    of["request"] = request.clone();
    of["response"] = json!([example("OK", 200, &request, "{}")]);
    let plan = World::of([of]).live();
    assert_eq!(
        line(&plan.cases[0]),
        "variable `tenant` has no value, path variable `:id` has no value, \
         header `X-Api-Key`: `<API Key>` is a placeholder, not a credential, \
         an upload names no file; \
         give a value with --var, an environment file or `[variables]` of suite.toml; \
         give a value with `path = { … }` in a `[[case]]` of suite.toml; \
         give credentials with `[auth.default]` in suite.toml; \
         name one in Postman and put it into the folder of the suite"
    );
}

#[test]
fn what_the_plan_took_from_elsewhere_is_noted() {
    let url = |value: Value| {
        json!({"host": ["{{baseUrl}}"], "path": ["users", ":id"],
               "query": [{"key": "size", "value": "<integer>"}],
               "variable": [{"key": "id", "value": value}]})
    };
    let mut of = item("Item", "x", &[]);
    of["request"] = json!({"method": "GET", "url": url(json!("42"))});
    let own = json!({"method": "GET", "url": url(json!(""))});
    of["response"] = json!([example("OK", 200, &own, "{}")]);
    let plan = World::of([of]).live();
    assert!(sent(&plan.cases[0]).target.starts_with("/users/42?size="));
    assert_eq!(
        plan.cases[0].notes,
        ["path variable `id` taken from the request of the item", "type placeholders filled in query `size`"]
    );
}

#[test]
fn what_the_person_says_of_a_skip_stands_before_what_is_missing() {
    let world = World::of([item("Item", "{{baseUrl}}/x", &[("OK", 200), ("Conflict", 409)])])
        .toml("[[case]]\nmatch = \"*::conflict\"\nskip = \"needs a deleted user\"\n");
    assert_eq!(world.lines(), ["as saved: GET /x", "needs a deleted user"]);
    let live = world.live();
    let Action::Skip(skip) = &live.cases[1].action else { panic!("skipped") };
    assert_eq!(skip.class, SkipClass::Rule, "no recipe is asked for");
    let mock = world.mock();
    let Action::Skip(skip) = &mock.cases[1].action else { panic!("skipped") };
    assert_eq!(skip.reason, "needs a deleted user");
    let loaded = world.load();
    let lints = crate::plan::lint::lint(&loaded, &live).unwrap();
    assert!(lints.iter().all(|lint| lint.id != crate::plan::lint::LintId::NoRecipe));
}
