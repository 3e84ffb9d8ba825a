//! What holds for the plan of any collection.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// An example from a small world, so that many of them are twins.
fn any_example() -> impl Strategy<Value = Value> {
    let name = select(vec!["OK", "ok", "", "Token expired", "scope", "No such", "é 404"]);
    let code = select(vec![None, Some(200), Some(201), Some(400), Some(401), Some(403), Some(404)]);
    let id = select(vec![Value::Null, json!("1"), json!("9"), json!("{{id}}"), json!("<integer>")]);
    let body = select(vec!["{}", r#"{"code": "A", "status": "error", "message": "m"}"#, "<x/>"]);
    let token = select(vec![None, Some("Bearer a"), Some("Bearer b"), Some("<API Key>")]);
    (name, code, id, body, token).prop_map(|(name, code, id, body, token)| {
        let headers: Vec<Value> =
            token.iter().map(|token| json!({"key": "Authorization", "value": token})).collect();
        let request = json!({
            "method": "GET", "header": headers,
            "url": {"host": ["{{baseUrl}}"], "path": ["u", ":id"], "variable": [{"key": "id", "value": id}]},
        });
        let mut example = example(name, 0, &request, body);
        example["code"] = json!(code);
        example
    })
}

fn any_world() -> impl Strategy<Value = World> {
    let auth = select(vec![
        Value::Null,
        json!({"type": "noauth"}),
        json!({"type": "bearer", "bearer": [{"key": "token", "value": "T"}]}),
        json!({"type": "apikey", "apikey": [{"key": "key", "value": "k"}, {"key": "value", "value": "v"},
                                            {"key": "in", "value": "query"}]}),
    ]);
    let toml =
        select(vec!["", "[variables]\nid = \"1\"\n", "[[case]]\nmatch = \"*\"\npath = { id = \"9\" }\n"]);
    let item = (select(vec!["Get", "get", "List"]), proptest::collection::vec(any_example(), 0..7));
    (auth, toml, proptest::collection::vec(item, 1..3)).prop_map(|(auth, toml, items)| {
        let items = items.into_iter().map(|(name, examples)| {
            let mut of = item_without(name);
            of["response"] = examples.into();
            of
        });
        let mut world = World::of(items).toml(toml);
        world.collection["auth"] = auth;
        world
    })
}

fn item_without(name: &str) -> Value {
    super::item(name, "{{baseUrl}}/u/:id", &[])
}

fn ids(plan: &SuitePlan) -> Vec<String> {
    plan.cases.iter().map(|case| case.id.to_string()).collect()
}

fn examples(world: &World) -> usize {
    let items = world.collection["item"].as_array().unwrap();
    items.iter().map(|item| item["response"].as_array().unwrap().len()).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_example_is_one_case_and_different_answers_get_different_requests(world in any_world()) {
        let plan = world.live();
        prop_assert_eq!(plan.cases.len(), examples(&world));
        prop_assert_eq!(conflicts(&plan), Vec::<String>::new());
        let loaded = world.load();
        let again = |_| format!("{:?}", suite(&loaded, &world.options(world.live_target())).unwrap());
        prop_assert_eq!(again(1), again(2));
        let mock = world.mock();
        let unsent = mock.cases.iter().filter(|case| matches!(case.action, Action::Skip(_))).count();
        prop_assert_eq!(unsent, 0);
        prop_assert_eq!(ids(&mock), ids(&plan));
    }

    #[test]
    fn ids_are_unique_and_one_more_example_changes_no_other(world in any_world(), more in any_example()) {
        let mut world = world;
        let before = ids(&world.live());
        let mut unique = before.clone();
        unique.sort();
        unique.dedup();
        prop_assert_eq!(unique.len(), before.len());
        let items = world.collection["item"].as_array_mut().unwrap();
        items.last_mut().unwrap()["response"].as_array_mut().unwrap().push(more);
        let after = ids(&world.live());
        prop_assert_eq!(&after[..before.len()], &before[..]);
    }

    #[test]
    fn a_case_without_auth_carries_none(world in any_world()) {
        for case in world.live().cases.iter().filter(|case| case.recipe == Recipe::WithoutAuth) {
            if let Action::Send { request, carries_auth, .. } = &case.action {
                prop_assert!(!carries_auth);
                prop_assert!(!request.headers.contains("authorization") && !request.target.contains("k="));
            }
        }
    }
}
