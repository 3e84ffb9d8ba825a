//! Collections in v3 form, from the outside: the same plan as their v2.1 source, wherever the
//! folder lies, with every place named in the file that a person would open.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use uphold::jobs::list::{ListSettings, list};
use uphold::jobs::{BaseUrls, Chosen, Goal};
use uphold::plan::{Selection, SuitePlan};
use uphold::postman::model::{Example, RequestSpec};
use uphold::postman::{Auth, read};
use uphold::suite::{Inputs, Workspace};

use crate::support::{copy, project, run, uphold, workspace};

/// A collection and what `postman collection migrate` makes of it.
const SOURCE: &str = "v3-sample-source.postman_collection.json";
const FOLDER: &str = "v3-sample";

/// What the migration changes of what decides a case: `disableBodyPruning` is not written. (Cookies
/// and response times are not, either; nothing is made of them.)
const MIGRATED: (&str, &str) = ("keep_body: true", "keep_body: false");

fn fixture(name: &str) -> PathBuf {
    project().join("tests/fixtures/v3").join(name)
}

#[test]
fn a_folder_holds_what_its_source_holds() {
    let source = items(&fixture(SOURCE));
    let (from, to) = MIGRATED;
    assert_eq!(source.matches(from).count(), 1, "{source}");
    assert_eq!(items(&fixture(FOLDER)), source.replace(from, to));
}

/// Every item of a collection with all that decides its requests and answers.
fn items(collection: &Path) -> String {
    let collection = read::collection(collection).unwrap();
    let mut text = format!("{} {:?}\n", collection.name, collection.variables);
    for placed in collection.items() {
        let item = placed.item;
        writeln!(text, "{:?} {} {:?}", placed.folders, item.name, item.behavior).unwrap();
        writeln!(text, "  {}{}", auth(placed.auth), request(&item.request)).unwrap();
        for Example { name, id, request: own, code, headers, body, language, .. } in
            item.examples.iter().map(AsRef::as_ref)
        {
            let own = own.as_ref().map(request);
            writeln!(text, "  {name} {id:?} {code:?} {headers:?} {language:?} {own:?}").unwrap();
            writeln!(text, "  {name} body {body:?}").unwrap();
        }
    }
    writeln!(text, "{} scripts", collection.scripts.len()).unwrap();
    text
}

fn auth(auth: Option<&Auth>) -> String {
    auth.map(|auth| format!("{:?} {:?} ", auth.kind, auth.params)).unwrap_or_default()
}

fn request(request: &RequestSpec) -> String {
    let RequestSpec { method, url, headers, body, .. } = request;
    format!("{method:?} {url:?} {headers:?} {body:?}")
}

#[test]
fn a_folder_has_the_plan_of_its_source() {
    for goal in ["mock", "live"] {
        let source = plan(&fixture(SOURCE), goal).replace("v3_sample_source", "v3_sample");
        assert!(source.contains("v3_sample::fold_er_a::create_user::401_2"), "{source}");
        assert_eq!(plan(&fixture(FOLDER), goal), source, "{goal}");
    }
}

/// Ids, recipes, requests and expectations.
fn plan(collection: &Path, goal: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let urls = BaseUrls::parse(&["http://127.0.0.1:9".to_owned()]).unwrap();
    let plan = list(&ListSettings {
        chosen: Chosen {
            workspace: Workspace::at(folder.path()),
            suites: vec![collection.to_string_lossy().into_owned()],
            inputs: Inputs { variables: vec![("tok".to_owned(), "t0ken".to_owned())], ..Inputs::default() },
        },
        selection: Selection::default(),
        goal: if goal == "mock" { Goal::Mock } else { Goal::Named(urls) },
        allow_writes: true,
        only_safe: false,
    })
    .unwrap();
    plan.suites.iter().map(suite).collect()
}

fn suite(plan: &SuitePlan) -> String {
    let mut text = String::new();
    for case in &plan.cases {
        writeln!(text, "{} {:?}\n  {:?}\n  {:?}", case.id, case.recipe, case.action, case.notes).unwrap();
        writeln!(text, "  {:?}", case.expectation).unwrap();
    }
    for item in &plan.without_example {
        writeln!(text, "{}", item.path).unwrap();
    }
    writeln!(text, "{:?}", plan.secrets).unwrap();
    text
}

const ENVIRONMENT: &str = "name: local\nvalues:\n  - key: tok\n    value: from-yaml\n    type: secret\n";

/// A workspace whose suite `mig` is the folder itself, and whose suite `shop` has it inside.
fn with_suites() -> tempfile::TempDir {
    let settings = "environment = \"local.environment.yaml\"\n[target]\nbase_url = \"http://127.0.0.1:9\"\n";
    let folder = workspace(&[
        ("cases/mig/suite.toml", ""),
        ("cases/shop/suite.toml", settings),
        ("cases/shop/local.environment.yaml", ENVIRONMENT),
        ("cases/shop/other.environment.yml", "values: []\n"),
    ]);
    copy(&fixture(FOLDER), &folder.path().join("cases/mig"));
    copy(&fixture(FOLDER), &folder.path().join("cases/shop/api"));
    folder
}

#[test]
fn suites_may_be_folders_or_have_one() {
    let folder = with_suites();
    let ran = run(uphold(folder.path()).args(["run", "--mock"]));
    assert_eq!(ran.code, 0, "{ran:?}");
    let report: Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("reports/run.json")).unwrap()).unwrap();
    let files: Vec<(&str, &str, &str)> = report["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| {
            let text = |value: &'_ Value| value.as_str().unwrap_or_default().to_owned().leak() as &str;
            (text(&case["id"]), text(&case["source"]["file"]), text(&case["source"]["pointer"]))
        })
        .collect();
    let examples = "Fold-er- A/.resources/Create user.resources/examples";
    for (suite, dir) in [("mig", "cases/mig"), ("shop", "cases/shop/api")] {
        for (name, file) in [("200_ok", "200 - OK"), ("401", "401"), ("401_2", "401 1")] {
            let id = format!("{suite}::fold_er_a::create_user::{name}");
            let case = files.iter().find(|(other, _, _)| *other == id).unwrap_or_else(|| panic!("{files:?}"));
            assert_eq!((case.1, case.2), (format!("{dir}/{examples}/{file}.example.yaml").as_str(), ""));
        }
    }
    assert_eq!(files.len(), 6);
}

#[test]
fn a_folder_inside_of_a_suite_brings_the_suite() {
    let folder = with_suites();
    for suite in ["shop", "cases/shop", "cases/shop/api"] {
        let ran = run(uphold(folder.path()).args(["list", suite]));
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.stdout.contains("shop::fold_er_a::create_user::200_ok"), "{}", ran.stdout);
        assert!(!ran.stdout.contains("variable `tok`"), "{suite}: {}", ran.stdout);
    }
    let lone = run(uphold(folder.path()).args(["list", fixture(FOLDER).to_str().unwrap()]));
    assert!(lone.stdout.contains("v3_sample::plain"), "{lone:?}");
    let inner = run(uphold(folder.path()).args(["list", "cases/shop/api/Fold-er- A"]));
    assert_eq!(inner.code, 2, "{inner:?}");
    assert!(inner.stderr.contains("`--filter`"), "{}", inner.stderr);
}

#[test]
fn environments_and_globals_may_be_yaml() {
    let folder = with_suites();
    fs::write(folder.path().join("globals.yaml"), "values: {tok: from-globals}\n").unwrap();
    let listed = |args: &[&str]| {
        run(uphold(folder.path()).args(["list", "mig", "--base-url", "http://127.0.0.1:9"]).args(args)).stdout
    };
    assert!(listed(&[]).contains("variable `tok`"));
    for args in [["--env-file", "cases/shop/local.environment.yaml"], ["--globals", "globals.yaml"]] {
        assert!(!listed(&args).contains("variable `tok`"), "{args:?}");
    }
}

#[test]
fn lints_name_the_files() {
    let folder = with_suites();
    let ran = run(uphold(folder.path()).args(["lint", "mig"]));
    let dir = "cases/mig";
    for place in [
        &format!(
            "{dir}/.resources/definition.yaml /scripts/0\n    info: its pre-request script is not run; capture what it would set with `before` in suite.toml, or give it there: `x` [lint.script_not_run]\n"
        ),
        &format!("{dir}/Fold-er- A/.resources/Create user.resources/examples/401 1.example.yaml\n"),
        &format!("{dir}/Fold-er- A/form.request.yaml\n"),
    ] {
        assert!(ran.stdout.contains(place.as_str()), "`{place}` is not in:\n{}", ran.stdout);
    }
    assert!(!ran.stdout.contains("/item/"), "{}", ran.stdout);
}

#[test]
fn the_mock_knows_which_examples_belong_together() {
    let folder = with_suites();
    let mut mock = uphold(folder.path()).args(["mock", "shop"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut url = String::new();
    BufReader::new(mock.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let asked = |headers: &str| {
        let mut stream = TcpStream::connect(url.trim().trim_start_matches("http://")).unwrap();
        let head = format!("POST /users/7?q=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let answers = (asked(""), asked("X-K: k\r\n"));
    mock.kill().unwrap();
    mock.wait().unwrap();
    assert!(answers.0.starts_with("HTTP/1.1 401 "), "{answers:?}");
    assert!(answers.1.starts_with("HTTP/1.1 200 ") && answers.1.ends_with("{\"ok\":true}"), "{answers:?}");
}

#[test]
fn broken_yaml_is_named_with_its_place() {
    let folder = with_suites();
    fs::write(folder.path().join("cases/mig/Plain.request.yaml"), "url: x\nurl: y\n").unwrap();
    let ran = run(uphold(folder.path()).args(["run", "mig"]));
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(
        ran.stderr.contains("cases/mig/Plain.request.yaml:2:1: not YAML: the key `url`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn utf_16_files_are_read() {
    let collection = crate::support::one_example("{{base}}/{{path}}", 200, "{\"name\": \"Grüße\"}");
    let environment = "{\"name\": \"e\", \"values\": [{\"key\": \"path\", \"value\": \"straße\"}]}";
    let folder = workspace(&[("cases/shop/suite.toml", "")]);
    let marked = |text: &str| -> Vec<u8> {
        format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect()
    };
    let bare = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let dir = folder.path().join("cases/shop");
    fs::write(dir.join("shop.json"), marked(&collection)).unwrap();
    fs::write(dir.join("shop.postman_environment.json"), bare(environment)).unwrap();
    fs::write(dir.join("data.json"), "[1]").unwrap();
    let ran = run(uphold(folder.path()).args(["run", "shop"]));
    assert_eq!(ran.code, 0, "{ran:?}");
    let report = fs::read_to_string(folder.path().join("reports/run.json")).unwrap();
    assert!(report.contains("/stra%C3%9Fe"), "{report}");
    let latin: Vec<u8> = collection.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    fs::write(dir.join("shop.postman_collection.json"), latin).unwrap();
    let ran = run(uphold(folder.path()).args(["run", "shop"]));
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(
        ran.stderr.contains("shop.postman_collection.json:1:") && ran.stderr.contains("ISO-8859-1"),
        "{}",
        ran.stderr
    );
}
