//! What a run says of result codes, of announcements, and of where a claim comes from.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::fake_api::{FakeApi, Mutation, Options};
use crate::support::{Ran, Recorder, answer, copy_of_the_project, run, uphold, workspace};

/// Name, status and body of an example.
type Saved<'s> = (&'s str, u16, Value);

/// A collection of one item for each path: its examples by name, status and body.
fn collection(items: &[(&str, &[Saved<'_>])]) -> String {
    let items: Vec<Value> = items
        .iter()
        .map(|(path, examples)| {
            let request = json!({"method": "GET", "header": [], "url": format!("http://x.example/{path}")});
            let response = |(name, code, body): &Saved<'_>| {
                json!({
                    "name": name,
                    "originalRequest": request,
                    "code": code,
                    "header": [{"key": "Content-Type", "value": "application/json"}],
                    "body": body.to_string(),
                })
            };
            let examples: Vec<Value> = examples.iter().map(response).collect();
            json!({"name": path, "request": request, "response": examples})
        })
        .collect();
    let schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";
    json!({"info": {"name": "Shop", "schema": schema}, "item": items}).to_string()
}

fn refused(code: &str) -> Value {
    json!({"code": code, "message": "m"})
}

/// Runs the suite `shop` and gives what was printed and what `run.json` says.
fn shop(folder: &Path, args: &[&str]) -> (Ran, Value) {
    let ran = run(uphold(folder).args(["run", "shop"]).args(args));
    let report = fs::read_to_string(folder.join("reports/run.json")).unwrap();
    (ran, serde_json::from_str(&report).unwrap())
}

/// The states of the documented codes of the first suite, and the unknown codes.
fn catalogue(report: &Value) -> (Vec<(String, String, u64)>, Vec<String>) {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of_suite = &report["codes"][0];
    let documented = of_suite["documented"].as_array().unwrap().iter();
    let unknown = of_suite["unknown"].as_array().unwrap().iter();
    (
        documented
            .map(|one| (text(&one["code"]), text(&one["state"]), one["seen_in"].as_u64().unwrap()))
            .collect(),
        unknown.map(|one| text(&one["code"])).collect(),
    )
}

fn line_of<'r>(ran: &'r Ran, start: &str) -> &'r str {
    ran.stdout.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("no {start}: {ran:?}"))
}

/// A server that gives each path an answer of its own.
fn server(of_path: impl Fn(&str) -> (&'static str, String) + Send + Sync + 'static) -> Recorder {
    Recorder::with(move |request| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        let (status, body) = of_path(path);
        answer(status, "application/json", &body)
    })
}

#[test]
fn each_code_is_seen_or_told_with_the_reason() {
    let file = collection(&[
        ("a", &[("A", 400, refused("A")), ("Twin", 400, refused("TWIN"))]),
        ("b", &[("B", 400, refused("B"))]),
        ("c", &[("C", 400, refused("C"))]),
        ("d", &[("D", 400, refused("D"))]),
        ("e", &[("E", 400, refused("E"))]),
        ("f", &[("F", 404, json!({"message": "m"}))]),
    ]);
    let toml = "[[case]]\nmatch = \"*::d::d\"\nskip = \"needs a closed shop\"\n\
                [[case]]\nmatch = \"*::c::c\"\ncompare = \"status\"\n";
    let folder =
        workspace(&[("cases/shop/shop.postman_collection.json", &file), ("cases/shop/suite.toml", toml)]);
    let api = server(|path| match path {
        "/a" => ("400 Bad Request", refused("A").to_string()),
        "/b" => ("400 Bad Request", refused("NEW").to_string()),
        "/c" => ("400 Bad Request", "{}".to_owned()),
        _ => ("404 Not Found", refused("NEWER").to_string()),
    });
    let (ran, report) = shop(folder.path(), &["--base-url", &api.url(), "--skip", "*::e::e"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let state = |code: &str, state: &str, seen_in| (code.to_owned(), state.to_owned(), seen_in);
    let wanted = vec![
        state("A", "seen", 1),
        state("TWIN", "no_recipe", 0),
        state("B", "failed", 0),
        state("C", "not_compared", 0),
        state("D", "skipped", 0),
        state("E", "not_selected", 0),
    ];
    assert_eq!(catalogue(&report), (wanted, vec!["NEW".to_owned(), "NEWER".to_owned()]));
    assert_eq!(report["codes"][0]["documented"][2]["reason"], "error.code_changed /code");
    assert_eq!(report["codes"][0]["documented"][2]["cases"], json!(["shop::b::b"]));
    assert_eq!(
        line_of(&ran, "codes of shop"),
        "codes of shop: 1 of 6 seen; not seen: B (answered otherwise), C (not compared), D (needs a closed shop), \
         TWIN (sends the same request as 'A' (400)), 1 more for other reasons; new: NEW, NEWER"
    );
    assert!(ran.stdout.contains("warning error.code_unknown  /code"), "{}", ran.stdout);
    assert!(ran.stdout.contains("hint      no example of this suite documents this code"), "{}", ran.stdout);

    let listed =
        run(uphold(folder.path()).args(["list", "shop", "--base-url", &api.url(), "--skip", "*::e::e"]));
    let codes: Vec<&str> = listed.stdout.lines().filter(|line| line.starts_with("code: ")).collect();
    assert_eq!(
        codes,
        [
            "code: A     shop::a::a",
            "code: TWIN  nothing gives it: shop::a::twin is skipped",
            "code: B     shop::b::b",
            "code: C     shop::c::c",
            "code: D     nothing gives it: shop::d::d is skipped",
        ]
    );
}

#[test]
fn a_suite_without_codes_says_nothing_of_them() {
    let file = collection(&[("a", &[("OK", 200, json!({"id": 1}))])]);
    let folder = workspace(&[("cases/shop/shop.postman_collection.json", &file)]);
    let (ran, report) = shop(folder.path(), &[]);
    assert!(ran.code == 0 && !ran.stdout.contains("codes of"), "{ran:?}");
    assert_eq!(report["codes"], json!([]));
}

#[test]
fn rows_of_data_and_steps_count_as_seen() {
    let file = collection(&[("a", &[("A", 400, refused("A"))]), ("b", &[("OK", 200, json!({"id": 1}))])]);
    let toml = "[[case]]\nmatch = \"*::b::ok\"\nbefore = [{ case = \"*::a::a\" }]\n";
    let folder = workspace(&[
        ("cases/shop/shop.postman_collection.json", &file),
        ("cases/shop/suite.toml", toml),
        ("rows.csv", "n\n1\n2\n"),
    ]);
    let only_b = ["--filter", "*::b::ok"];
    let (ran, report) = shop(folder.path(), &only_b);
    assert_eq!(catalogue(&report).0, [("A".to_owned(), "seen".to_owned(), 1)], "{ran:?}");
    fs::remove_file(folder.path().join("cases/shop/suite.toml")).unwrap();
    let (ran, report) = shop(folder.path(), &["--data", "rows.csv"]);
    assert_eq!(catalogue(&report).0, [("A".to_owned(), "seen".to_owned(), 2)], "{ran:?}");
}

#[test]
fn a_hostile_code_is_shown_harmlessly_and_a_secret_one_not_at_all() {
    let file = collection(&[
        ("a", &[("A", 400, refused("A"))]),
        ("b", &[("B", 400, refused("B"))]),
        ("c", &[("C", 400, refused("C"))]),
    ]);
    let toml = "[variables]\ntoken = \"${SHOP_TOKEN}\"\n";
    let folder =
        workspace(&[("cases/shop/shop.postman_collection.json", &file), ("cases/shop/suite.toml", toml)]);
    let api = server(|path| {
        let code = match path {
            "/a" => "\u{1b}[2J\n::error::x",
            "/b" => "s3cr3t-of-the-shop",
            _ => return ("400 Bad Request", refused(&"X".repeat(1 << 20)).to_string()),
        };
        ("400 Bad Request", refused(code).to_string())
    });
    let mut command = uphold(folder.path());
    let ran =
        run(command.env("SHOP_TOKEN", "s3cr3t-of-the-shop").args(["run", "shop", "--base-url", &api.url()]));
    assert_eq!(ran.code, 1, "{ran:?}");
    let line = line_of(&ran, "codes of shop");
    assert!(line.contains(r"; new: \u{1b}[2J\n::error::x, «redacted», XXX"), "{line}");
    assert!(line.len() < 400, "{line}");
    for file in ["reports/run.json", "reports/junit.xml"] {
        let text = fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(!text.contains("s3cr3t") && text.len() < 200_000, "{file}");
    }
    assert!(!ran.stdout.contains("s3cr3t") && !ran.stdout.contains('\u{1b}'), "{}", ran.stdout);
}

#[test]
fn a_changed_code_of_a_real_api_is_seen_as_new() {
    let options = Options::with(Mutation::Code, "SUCCESS");
    let api = FakeApi::start(options.clone());
    let folder = copy_of_the_project();
    let mut command = uphold(folder.path());
    let ran = run(command.env("ZOHO_TOKEN", &options.zoho_token).args([
        "run",
        "zoho-crm",
        "--base-url",
        &api.base_url(),
    ]));
    let line = line_of(&ran, "codes of zoho_crm");
    assert!(line.starts_with("codes of zoho_crm: 9 of 11 seen; not seen: "), "{line}");
    assert!(line.contains("SUCCESS (answered otherwise)") && line.ends_with("; new: SUCCESS_V2"), "{line}");
}

#[test]
fn an_announced_end_is_a_warning_with_its_link_and_a_near_one_fails() {
    let file = collection(&[("a", &[("OK", 200, json!({"id": 1}))])]);
    let folder = workspace(&[("cases/shop/shop.postman_collection.json", &file)]);
    let with = |sunset: &str| {
        let head = format!(
            "200 OK\r\nDate: Sat, 21 Nov 2026 20:00:00 GMT\r\nDeprecation: @1688169599\r\nSunset: {sunset}\r\n\
             Link: <https://x.example/v2>; rel=\"successor-version\""
        );
        let api = Recorder::answering(answer(&head, "application/json", "{\"id\": 1}"));
        shop(folder.path(), &["--base-url", &api.url()])
    };
    let (ran, report) = with("Fri, 31 Dec 2027 23:59:59 GMT");
    assert_eq!(ran.code, 0, "{ran:?}");
    let found = report["cases"][0]["findings"].as_array().unwrap();
    let ids: Vec<_> = found.iter().filter(|one| one["severity"] == "warning").map(|one| &one["at"]).collect();
    assert_eq!(ids, ["header:deprecation", "header:sunset"], "{found:?}");
    for text in
        ["deprecated since 2023-06-30", "sunset 2027-12-31", "see https://x.example/v2 (successor-version)"]
    {
        assert!(ran.stdout.contains(text), "{text}: {}", ran.stdout);
    }
    let (ran, _) = with("Thu, 31 Dec 2026 23:59:59 GMT");
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stdout.contains("breaking header.deprecation_announced  header:sunset"), "{}", ran.stdout);
}

#[test]
fn a_broken_claim_names_the_examples_that_make_it() {
    let body = |id: Value| json!({"id": id, "code": "A", "message": "m"});
    let names = ["ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "\u{1b}SEVEN"];
    let examples: Vec<_> = names.iter().map(|name| (*name, 400, body(json!("123")))).collect();
    let file = collection(&[("a", &examples)]);
    let folder = workspace(&[("cases/shop/shop.postman_collection.json", &file)]);
    let api = server(|_| ("400 Bad Request", json!({"id": 7, "code": "A", "message": "m"}).to_string()));
    let told = "string, digits; in 7 of 7: ONE, TWO, THREE, FOUR, FIVE and 2 more";
    let (ran, report) = shop(folder.path(), &["--base-url", &api.url(), "--filter", "*::one"]);
    assert!(ran.stdout.contains(&format!("         examples  {told}\n")), "{}", ran.stdout);
    assert_eq!(report["cases"][0]["findings"][0]["provenance"], told);
    let junit = fs::read_to_string(folder.path().join("reports/junit.xml")).unwrap();
    assert!(junit.contains(&format!("examples  {told}")), "{junit}");

    // What a person wrote has no other source.
    let schema = json!({"properties": {"id": {"type": "string"}}}).to_string();
    let place = folder.path().join("schemas/shop/a");
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join("400.schema.json"), schema).unwrap();
    let (ran, report) = shop(folder.path(), &["--base-url", &api.url(), "--filter", "*::one"]);
    assert!(ran.code == 1 && !ran.stdout.contains("examples  "), "{ran:?}");
    assert_eq!(report["cases"][0]["findings"][0]["provenance"], Value::Null);
}
