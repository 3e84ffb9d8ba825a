//! What of `protocolProfileBehavior` is settled by the plan.

use super::*;
use crate::message::Delivery;

/// Requests to two hosts of the user's, with these settings for all of them.
fn world(behavior: &Value) -> World {
    let mut world = World::of([
        item("a", "{{rest}}/a", &[("OK", 200), ("Moved", 302)]),
        item("b", "{{rest}}/b", &[("OK", 200)]),
        item("c", "{{soap}}/c", &[("OK", 200)]),
    ])
    .toml("[target]\nbase_url = \"http://127.0.0.1:7\"\nhosts = { \"{{soap}}\" = \"https://soap.example/ws\" }\n");
    world.collection["protocolProfileBehavior"] = behavior.clone();
    world
}

fn deliveries(plan: &SuitePlan) -> Vec<Delivery> {
    let delivery = |case: &Arc<Case>| match &case.action {
        Action::Send { delivery, .. } => Some(delivery.as_ref().clone()),
        Action::Skip(_) => None,
    };
    plan.cases.iter().filter_map(delivery).collect()
}

/// The base URL in force counts, not one of suite.toml that another took the place of.
#[test]
fn a_redirect_may_lead_to_the_origins_that_the_target_names() {
    let plan = world(&json!({"followRedirects": true})).live();
    let named = ["http://127.0.0.1:9", "https://soap.example"].map(|url| Origin::parse(url).unwrap());
    for delivery in deliveries(&plan) {
        assert!(delivery.redirects.follow);
        assert_eq!(delivery.redirects.named, named);
    }
    assert_eq!(deliveries(&world(&json!({})).live())[0], Delivery::default());
}

#[test]
fn a_documented_redirect_is_not_followed_and_the_mock_is_alone() {
    let plan = world(&json!({"followRedirects": true})).mock();
    let mock = [Origin::loopback(9)];
    let follow: Vec<_> = deliveries(&plan).iter().map(|delivery| delivery.redirects.follow).collect();
    assert_eq!(follow, [true, false, true, true]);
    assert_eq!(deliveries(&plan)[0].redirects.named, mock);
}

#[test]
fn lint_tells_what_is_not_as_in_postman() {
    let settings = json!({"strictSSL": false, "disabledSystemHeaders": {"accept": true}});
    let world = world(&settings);
    let suite = world.load();
    let lints = lint::lint(&suite, &world.live()).unwrap();
    let said: Vec<_> = lints
        .iter()
        .map(|lint| (lint.pointer.as_str(), lint.places, lint.message.as_str()))
        .filter(|(_, _, message)| message.contains("strictSSL") || message.contains("accept"))
        .collect();
    assert_eq!(
        said,
        [
            (
                "/item/0",
                3,
                "`strictSSL: false` is not followed: certificates are checked, because a collection alone is \
                 no reason to trust a server; `--insecure` switches that off for a run"
            ),
            (
                "/protocolProfileBehavior/disabledSystemHeaders",
                1,
                "`disabledSystemHeaders`: `accept` is sent all the same"
            ),
        ]
    );
}
