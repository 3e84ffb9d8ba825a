//! `uphold waive`.

use std::fs;

use super::{Api, in_folder, new_order, order, shop};
use crate::support::project;

const WAIVERS: &str = "cases/shop/waivers.toml";

#[test]
fn a_waived_finding_fails_nothing_until_its_last_day() {
    let folder = shop();
    let path = folder.path();
    let mut order_without_fax = order();
    order_without_fax.as_object_mut().unwrap().remove("fax");
    let api = Api::start(&order_without_fax);
    assert_eq!(api.run(path, &[]).code, 1);
    fs::write(path.join(WAIVERS), "# ours\n").unwrap();
    let waive = |case: &str, until: &str| {
        let args = ["waive", "--case", case, "--id", "body.field.removed", "--path", "/fax"];
        in_folder(path, &[&args[..], &["--reason", "back in \"8\"", "--until", until]].concat())
    };
    let ran = waive("*::none", "2099-03-31");
    assert!(ran.code == 2 && ran.stderr.contains("no case of the suites"), "{ran:?}");
    let ran = waive("*", "2020-03-31");
    assert!(ran.code == 2 && ran.stderr.contains("2020-03-31 is over"), "{ran:?}");
    assert_eq!(waive("*", "31.3.2099").code, 2);
    assert_eq!(fs::read_to_string(path.join(WAIVERS)).unwrap(), "# ours\n");

    let ran = waive("*::get_order::*", "2099-03-31");
    assert!(ran.code == 0 && ran.stdout == format!("wrote {WAIVERS}\n"), "{ran:?}");
    let text = fs::read_to_string(path.join(WAIVERS)).unwrap();
    assert!(text.starts_with("# ours\n\n[[waiver]]\ncase = \"*::get_order::*\"\n"), "{text}");
    assert!(!path.join("reports/pending").exists(), "nothing is left to decide on");
    let ran = api.run(path, &["--fail-on", "warning"]);
    assert!(ran.code == 0 && ran.stdout.contains("waived body.field.removed  /fax"), "{ran:?}");
    assert!(ran.stdout.contains("waived    until 2099-03-31: back in \"8\""), "{ran:?}");
    let json = fs::read_to_string(path.join("reports/run.json")).unwrap();
    assert!(json.contains("\"waived\": \"until 2099-03-31: back in"), "{json}");
    assert!(
        fs::read_to_string(path.join("reports/junit.xml")).unwrap().contains("waived body.field.removed")
    );
    assert!(!path.join("reports/pending").exists());

    // What is let go hides nothing else.
    api.says("/orders/1", "200 OK", &new_order());
    let ran = api.run(path, &["--fail-on", "warning"]);
    assert!(ran.code == 1 && ran.stdout.contains("warning body.enum.new_value  /state"), "{ran:?}");

    fs::write(path.join(WAIVERS), text.replace("2099-03-31", "2020-03-31")).unwrap();
    let ran = api.run(path, &[]);
    assert!(ran.code == 1 && ran.stdout.contains("breaking body.field.removed  /fax"), "{ran:?}");
    assert!(ran.stdout.contains("warning waiver.expired  /fax"), "{ran:?}");
    assert!(ran.stdout.contains("it held until 2020-03-31: back in"), "{ran:?}");
}

#[test]
fn a_waiver_without_use_is_told_where_that_is_known() {
    let folder = shop();
    let path = folder.path();
    let api = Api::start(&order());
    let waiver = |case: &str| {
        let text = format!(
            "[[waiver]]\ncase = \"{case}\"\nid = \"status.changed\"\nreason = \"r\"\nuntil = 2099-01-01\n"
        );
        fs::write(path.join(WAIVERS), text).unwrap();
    };
    waiver("shop::*");
    let told =
        "waiver.unused: waivers.toml of shop, line 1: no case of `shop::*` has status.changed any more";
    let ran = api.run(path, &[]);
    assert!(ran.code == 0 && ran.stdout.contains(told), "{ran:?}");
    assert!(!in_folder(path, &["run"]).stdout.contains("waiver.unused"), "the mock says nothing of the API");
    let ran = api.run(path, &["--filter", "list"]);
    assert!(ran.code == 0 && !ran.stdout.contains("waiver.unused"), "not every case was judged: {ran:?}");
    api.says("/list", "503 Service Unavailable", &serde_json::json!({}));
    let ran = api.run(path, &[]);
    assert!(ran.code == 3 && !ran.stdout.contains("waiver.unused"), "one has no verdict: {ran:?}");
    api.says("/list", "200 OK", &serde_json::json!({"items": [2]}));
    let settings = "[variables]\ntoken = \"${TOKEN}\"\n[severity]\n\"waiver.unused\" = \"off\"\n";
    fs::write(path.join("cases/shop/suite.toml"), settings).unwrap();
    assert!(!api.run(path, &[]).stdout.contains("waiver.unused"));
    waiver("shop::gone::*");
    let ran = api.run(path, &[]);
    assert!(ran.stdout.contains("line 1: `case = \"shop::gone::*\"` fits no case"), "{ran:?}");
    fs::write(
        path.join(WAIVERS),
        "[[waiver]]\ncase = \"a\"\nid = \"body.x\"\nreason = \"r\"\nuntil = 2099-01-01\n",
    )
    .unwrap();
    let ran = api.run(path, &[]);
    assert!(
        ran.code == 2 && ran.stderr.contains("waivers.toml:3:6: `id`: there is no finding `body.x`"),
        "{ran:?}"
    );
}

#[test]
fn the_waiver_on_the_page_is_read() {
    let page = fs::read_to_string(project().join("docs/accepting.md")).unwrap();
    let text = page.split_once("```toml waivers\n").unwrap().1.split_once("```").unwrap().0;
    let folder = shop();
    fs::write(folder.path().join(WAIVERS), text).unwrap();
    let ran = in_folder(folder.path(), &["list"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}
