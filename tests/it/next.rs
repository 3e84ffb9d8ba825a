//! Where there is something to do after a command, its last line says what; and a list stays readable
//! where much of it is said of many cases.

use serde_json::Value;

use crate::support::{Ran, Recorder, answer, copy_of_the_project, one_example, run, uphold, workspace};

fn last(ran: &Ran) -> &str {
    ran.stdout.lines().last().unwrap_or_default()
}

#[test]
fn a_collection_without_examples_is_told_with_the_cure() {
    let folder = copy_of_the_project();
    let ran = run(uphold(folder.path()).args(["run", "docusign-esignature"]));
    let file = "cases/docusign-esignature/docusign-esignature.postman_collection.json";
    assert_eq!(ran.code, 4, "{ran:?}");
    let told = format!("nothing was tested: no request of {file} has a saved example\n");
    assert!(ran.stdout.contains(&told) && !ran.stdout.contains("no case is selected"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("\n\n\n"), "{}", ran.stdout);
    let cure = format!("or let `uphold record {file} --base-url URL` save the answers of a server");
    assert!(
        last(&ran).starts_with("next: save examples in Postman") && last(&ran).ends_with(&cure),
        "{ran:?}"
    );
    // The command that it names is one.
    let record = ["record", file, "--base-url", "http://127.0.0.1:9", "--dry-run", "--var", "accountId=1"];
    assert_ne!(run(uphold(folder.path()).args(record)).code, 2);
    // With examples, a selection of nothing is another thing.
    let none = run(uphold(folder.path()).args(["run", "--filter", "docusign*"]));
    assert!(none.stdout.contains("nothing was tested: no case is selected"), "{none:?}");
    let both = run(uphold(folder.path()).args(["run", "docusign-esignature", "zoho-crm"]));
    assert!(both.code == 0 && !both.stdout.contains("next:"), "{both:?}");
    // A name with a blank can be pasted, and the example is missed by a comparison, too.
    let bare = one_example("{{base}}/o", 200, "{}").replace("\"response\":[", "\"none\":[");
    let folder = workspace(&[("my shop.json", &bare)]);
    let ran = run(uphold(folder.path()).args(["run", "my shop.json"]));
    assert!(last(&ran).contains("`uphold record 'my shop.json' --base-url URL`"), "{ran:?}");
}

#[test]
fn the_last_line_says_what_to_do() {
    let folder = workspace(&[("shop.json", &one_example("{{base}}/orders/1", 200, "{\"id\": 1}"))]);
    let in_folder = |args: &[&str]| run(uphold(folder.path()).args(args));
    let api = Recorder::answering(answer("200 OK", "application/json", "{\"id\": \"1\"}"));
    let url = api.url();
    for quiet in
        [&["run", "shop.json", "--base-url", &url][..], &["run", "shop.json", "-q", "--base-url", &url]]
    {
        let failed = in_folder(quiet);
        assert_eq!(failed.code, 1, "{failed:?}");
        assert!(last(&failed).contains(" alone with --filter shop::get_order::ok, or paste"), "{failed:?}");
    }
    let alone = in_folder(&["run", "shop.json", "--base-url", &url, "--filter", "shop::get_order::ok"]);
    assert!(alone.stdout.contains("1 failed"), "{alone:?}");
    assert!(!in_folder(&["run", "shop.json"]).stdout.contains("next:"));
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = format!("http://{closed}");
    let refused = in_folder(&["run", "shop.json", "--base-url", &nobody]);
    assert!(
        refused.code == 3 && last(&refused).starts_with("next: no case failed, but answers"),
        "{refused:?}"
    );
    assert!(
        last(&refused).ends_with(&format!("cannot connect: {}: connection refused", &nobody[7..])),
        "{refused:?}"
    );
    let drift = in_folder(&["drift", "shop.json", "--base-url", &url]);
    assert_eq!(last(&drift), "next: uphold history shop::get_order::ok tells since when, and how often");
    assert_eq!(in_folder(&["history", "shop::get_order::ok"]).code, 0);
    let elsewhere = in_folder(&["drift", "shop.json", "--base-url", &url, "--history", "my night.sqlite"]);
    assert!(last(&elsewhere).contains(" --history 'my night.sqlite' tells"), "{elsewhere:?}");
    let list = in_folder(&["list", "shop.json"]);
    assert!(
        last(&list).starts_with("next: `uphold run` with the same arguments sends them (to the mock"),
        "{list:?}"
    );
    let check = in_folder(&["learn", "--check", "shop.json"]);
    assert!(check.code == 0 && last(&check).ends_with("`uphold learn` writes them"), "{check:?}");
    let learn = in_folder(&["learn", "shop.json"]);
    assert!(
        learn.code == 0 && last(&learn).starts_with("next: look at the change and commit it"),
        "{learn:?}"
    );
    let old = one_example("{{base}}/orders/1", 200, "{\"id\": 1, \"total\": 2}");
    std::fs::write(folder.path().join("shop.json"), old).unwrap();
    let check = in_folder(&["learn", "--check", "shop.json"]);
    assert!(check.code == 1 && last(&check).starts_with("next: `uphold learn` writes this"), "{check:?}");
    assert_eq!(in_folder(&["learn", "shop.json"]).code, 0);
    assert!(!in_folder(&["learn", "shop.json"]).stdout.contains("next:"), "nothing has changed");
    let dry = in_folder(&["record", "shop.json", "--missing-only=false", "--base-url", &url, "--dry-run"]);
    assert_eq!(last(&dry), "next: the same command without --dry-run sends them and saves the answers");
    let odd = one_example("{{base}}/o/{{id}}", 200, "{}").replace("application/json", "text/plain");
    let folder = workspace(&[("odd.json", &odd)]);
    let odd = run(uphold(folder.path()).args(["lint", "odd.json"]));
    let ids: Vec<&str> = odd.stdout.split(" [").skip(1).filter_map(|rest| rest.split(']').next()).collect();
    let (_, cures) = odd.stdout.split_once("\nwhat to do:\n").unwrap_or_default();
    assert!(ids.len() > 1 && ids.iter().all(|id| cures.contains(&format!("  {id}"))), "{odd:?}");
}

/// A hundred cases that are skipped for one reason, and one for its own.
#[test]
fn a_reason_of_many_cases_is_listed_once() {
    let mut shop: Value =
        serde_json::from_str(&one_example("{{base}}/o/{{order_identifier}}", 200, "{}")).unwrap();
    let item = shop["item"][0].clone();
    let items = (0..100).map(|at| {
        let mut item = item.clone();
        item["name"] = format!("get {at}").into();
        item
    });
    let mut alone: Value = serde_json::from_str(&one_example("{{base}}/{{other}}", 200, "{}")).unwrap();
    let mut items: Vec<Value> = items.collect();
    alone["item"][0]["name"] = "alone".into();
    items.push(alone["item"][0].take());
    shop["item"] = items.into();
    let folder = workspace(&[("shop.json", &shop.to_string())]);
    let listed = run(uphold(folder.path()).args(["list", "shop.json"])).stdout;
    assert_eq!(listed.matches("order_identifier").count(), 1, "{listed}");
    assert!(
        listed.contains("\n[1] 100 × skipped: variable `order_identifier` has no value; give a value with")
    );
    assert_eq!(listed.lines().filter(|line| line.ends_with("as saved  skipped [1]")).count(), 100);
    assert!(listed.contains("\n    skipped: variable `other` has no value;"), "{listed}");
    assert_eq!(listed.lines().count(), 105, "{listed}");
    assert!(listed.ends_with("101 cases: 0 to send, 101 skipped; 0 requests without an example\nnext: give what the reasons name, most of it in suite.toml; `uphold init` writes one for a lone file\n"));
}
