//! `uphold init`, through the program: what it makes and says, that nothing is ever overwritten or
//! half made, and the first suite.toml of every real collection.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use serde_json::{Value, json};
use uphold::jobs::init::{InitSettings, init};
use uphold::jobs::list::{ListSettings, list};
use uphold::jobs::{Chosen, Goal, JobError};
use uphold::plan::Selection;
use uphold::suite::{Inputs, Live, NewSuite, Settings, SuiteError, Workspace};

use crate::support::{Ran, one_example, project, real_collections, run, uphold, workspace};

/// A shop with all that a first suite.toml speaks of, and secrets where collections have them.
fn shop() -> String {
    let mut shop: Value =
        serde_json::from_str(&one_example("{{baseUrl}}/orders/{{order_id}}", 200, "{\"id\": 1}")).unwrap();
    let mut gone = shop["item"][0]["response"][0].clone();
    gone["name"] = "Gone".into();
    gone["code"] = 410.into();
    shop["item"][0]["response"].as_array_mut().unwrap().push(gone);
    let mut item = |name: &str, method: &str, url: &str| {
        let request =
            json!({"method": method, "url": url, "header": [{"key": "X-Trace", "value": "{{trace-token}}"}]});
        let response =
            json!([{"name": "OK", "originalRequest": request, "code": 200, "header": [], "body": "{}"}]);
        shop["item"]
            .as_array_mut()
            .unwrap()
            .push(json!({"name": name, "request": request, "response": response}));
    };
    item("Pay", "POST", "{{baseUrl}}/pay");
    item("Rates", "GET", "https://rates.example/v1/all");
    shop["item"]
        .as_array_mut()
        .unwrap()
        .push(json!({"name": "Ping", "request": {"method": "GET", "url": "{{baseUrl}}/ping"}}));
    shop["variable"] = json!([
        {"key": "baseUrl", "value": "https://api.shop.example/v2"},
        {"key": "apiKey", "value": "sk_live_4eC39HqLyjWDarjtT1zdp7dc"},
    ]);
    let bearer = json!([{"key": "token", "value": "eyJhbGciOi.J9.the-token-of-the-shop"}]);
    shop["auth"] = json!({"type": "bearer", "bearer": bearer});
    shop.to_string()
}

const ENVIRONMENT: &str =
    r#"{"name": "dev", "values": [{"key": "clientSecret", "value": "hush-hush-1234", "type": "secret"}]}"#;
const FILE: &str = "exports/Shop API.postman_collection.json";

fn exported() -> tempfile::TempDir {
    workspace(&[(FILE, &shop()), ("exports/dev.json", ENVIRONMENT)])
}

/// Every file and folder below, with what is in it.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.is_symlink() {
                open.push(path.clone());
            }
            let bytes = if path.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
            found.insert(path.strip_prefix(folder).unwrap().to_owned(), bytes);
        }
    }
    found
}

/// The program refuses, says this, and changes nothing.
fn refuses(folder: &Path, args: &[&str], says: &[&str]) {
    let before = tree(folder);
    let ran = run(uphold(folder).arg("init").args(args));
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}: {ran:?}");
    for text in says {
        assert!(ran.stderr.contains(text), "{args:?}: {text} in {ran:?}");
    }
    assert_eq!(tree(folder), before, "{args:?}");
}

#[test]
fn a_suite_is_made_and_runs() {
    let folder = exported();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mine = fs::Permissions::from_mode(0o600);
        fs::set_permissions(folder.path().join("exports/dev.json"), mine).unwrap();
    }
    let made = run(uphold(folder.path()).env("CI", "true").args(["init", FILE, "-e", "exports/dev.json"]));
    assert_eq!((made.code, made.stderr.as_str()), (0, ""), "{made:?}");
    insta::assert_snapshot!(made.stdout);
    let suite = folder.path().join("cases/shop_api");
    assert_eq!(fs::read(suite.join("shop_api.postman_collection.json")).unwrap(), shop().as_bytes());
    assert_eq!(fs::read(suite.join("dev.postman_environment.json")).unwrap(), ENVIRONMENT.as_bytes());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let copy = fs::metadata(suite.join("dev.postman_environment.json")).unwrap();
        assert_eq!(copy.permissions().mode() & 0o777, 0o600, "it may hold secrets");
    }
    let settings = fs::read_to_string(suite.join("suite.toml")).unwrap();
    insta::assert_snapshot!(settings);
    for secret in ["sk_live", "the-token-of", "hush-hush"] {
        assert!(!settings.contains(secret) && !made.stdout.contains(secret), "{secret}");
    }
    assert!(folder.path().join("schemas/shop_api").read_dir().unwrap().next().is_some());
    let names: Vec<_> = tree(&folder.path().join("cases")).into_keys().collect();
    assert_eq!(names.len(), 4, "nothing is left over: {names:?}");
    for next in ["run", "lint", "list"] {
        let ran = run(uphold(folder.path()).args([next, "shop_api"]));
        assert_eq!(ran.code, 0, "{next}: {ran:?}");
        assert!(!ran.stdout.contains("suite.toml:"), "{next}: {ran:?}");
    }
    let again = run(uphold(folder.path()).args(["learn", "--check", "shop_api"]));
    assert_eq!(again.code, 0, "{again:?}");
}

#[test]
fn an_empty_variable_never_shortens_a_path() {
    let folder = exported();
    assert_eq!(run(uphold(folder.path()).args(["init", FILE, "--name", "shop"])).code, 0);
    let list = |settings: &str| {
        fs::write(folder.path().join("cases/shop/suite.toml"), settings).unwrap();
        run(uphold(folder.path()).args(["list", "shop", "--base-url", "http://127.0.0.1:9"])).stdout
    };
    let empty = list("[variables]\norder_id = \"\"\n");
    assert!(empty.contains("skipped: variable `order_id` is empty; give a value with --var"), "{empty}");
    let given = list("[variables]\norder_id = \"7\"\n");
    assert!(!given.contains("is empty") && given.contains("GET as saved"), "{given}");
    // Elsewhere it is sent, as Postman does.
    let header = list("[variables]\norder_id = \"7\"\ntrace-token = \"\"\n");
    assert!(!header.contains("is empty"), "{header}");
}

#[test]
fn everything_switched_on_is_understood() {
    let folder = exported();
    assert_eq!(run(uphold(folder.path()).args(["init", FILE, "--name", "Shop!"])).code, 0);
    let file = folder.path().join("cases/shop/suite.toml");
    fs::write(&file, switched_on(&fs::read_to_string(&file).unwrap())).unwrap();
    let env = [("ORDER_ID", "o-123456"), ("TRACE_TOKEN", "t-123456"), ("SHOP_TOKEN", "s-123456")];
    let ran = run(uphold(folder.path()).envs(env).args(["list", "shop"]));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("4 cases: 3 to send, 1 skipped; 1 request without an example"), "{ran:?}");
    let why = run(uphold(folder.path()).env("CI", "true").args(["lint", "shop"]));
    assert!(why.code == 0 && !why.stdout.contains("matches no case"), "{why:?}");
}

#[test]
fn what_is_there_is_never_touched() {
    let folder = exported();
    assert_eq!(run(uphold(folder.path()).args(["init", FILE, "--name", "shop"])).code, 0);
    let there = "cases/shop is there already; nothing was changed\nhint: if it is the suite, it runs by `uphold run shop`; another name is given with --name";
    refuses(folder.path(), &[FILE, "--name", "shop"], &[there]);
    refuses(folder.path(), &[FILE, "--name", "SHOP"], &[there]);
    // In ids both would have one name.
    fs::create_dir(folder.path().join("cases/a-b")).unwrap();
    fs::write(folder.path().join("cases/a-b/suite.toml"), "").unwrap();
    refuses(folder.path(), &[FILE, "--name", "a b"], &["cases/a-b is there already", "`uphold run a-b`"]);
    // Neither a folder that is no suite, nor a link that leads nowhere, nor schemas of another suite.
    fs::create_dir(folder.path().join("cases/notes")).unwrap();
    refuses(folder.path(), &[FILE, "--name", "notes"], &["cases/notes is there already"]);
    fs::create_dir_all(folder.path().join("schemas/old")).unwrap();
    refuses(
        folder.path(),
        &[FILE, "--name", "old"],
        &[
            "schemas/old is there already",
            "hint: it holds schemas, of another suite or learned of a lone file",
        ],
    );
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere", folder.path().join("cases/link")).unwrap();
        refuses(folder.path(), &[FILE, "--name", "link"], &["cases/link is there already"]);
    }
}

#[test]
fn what_makes_no_suite_is_refused_and_nothing_is_left() {
    let folder = exported();
    fs::create_dir(folder.path().join("empty")).unwrap();
    fs::write(folder.path().join("exports/other.json"), "{\"openapi\": \"3.0.0\"}").unwrap();
    fs::write(folder.path().join("exports/bad.json"), "{").unwrap();
    fs::create_dir(folder.path().join("more")).unwrap();
    fs::write(folder.path().join("more/dev.postman_environment.json"), ENVIRONMENT).unwrap();
    let (dev, more) = ("exports/dev.json", "more/dev.postman_environment.json");
    refuses(folder.path(), &["gone.json"], &["cannot read gone.json"]);
    refuses(folder.path(), &["empty"], &["empty: a folder, but no collection in Postman's v3 form"]);
    refuses(folder.path(), &["exports/other.json"], &["exports/other.json"]);
    refuses(folder.path(), &["exports/bad.json"], &["exports/bad.json:1:"]);
    refuses(folder.path(), &[dev], &["exports/dev.json"]);
    refuses(folder.path(), &[FILE, "-e", "gone.json"], &["cannot read gone.json"]);
    refuses(folder.path(), &[FILE, "-e", FILE], &["Shop API.postman_collection.json"]);
    refuses(
        folder.path(),
        &[FILE, "-e", dev, "-e", more],
        &["more/dev.postman_environment.json: another environment has this name"],
    );
    refuses(folder.path(), &[FILE, "--name", "…"], &["a name needs a letter or a digit; `…` has none"]);
    refuses(folder.path(), &[], &["<COLLECTION>"]);
    fs::write(folder.path().join("cases"), "a file").unwrap();
    refuses(folder.path(), &[FILE], &["cannot make ./cases"]);
}

#[test]
fn schemas_that_the_file_has_already_are_taken_over() {
    let edited = |folder: &Path, dir: &str| {
        let schema = folder.join(dir).join("pay/200.schema.json");
        fs::write(&schema, "{\"type\": \"array\"}").unwrap();
        let shared = "{\"$ref\": \"../pay/200.schema.json\"}";
        fs::write(folder.join(dir).join("rates/200.schema.json"), shared).unwrap();
    };
    // Under another name: copied, and what was there stays for the lone file.
    let folder = exported();
    assert_eq!(run(uphold(folder.path()).args(["learn", FILE])).code, 0);
    edited(folder.path(), "schemas/Shop API");
    let before = tree(&folder.path().join("schemas/Shop API"));
    let made = run(uphold(folder.path()).args(["init", FILE]));
    assert_eq!((made.code, made.stderr.as_str()), (0, ""), "{made:?}");
    assert!(
        made.stdout.contains("made schemas/shop_api/: 4 schemas, copies of those in schemas/Shop API/\n"),
        "{made:?}"
    );
    assert!(made.stdout.contains("note: schemas/Shop API/ is left for the lone file"), "{made:?}");
    assert!(made.stdout.contains("note: nothing was learned anew; `uphold learn shop_api`"), "{made:?}");
    for dir in ["schemas/Shop API", "schemas/shop_api"] {
        assert_eq!(tree(&folder.path().join(dir)), before, "{dir}");
    }
    let judged = run(uphold(folder.path()).args(["run", "shop_api", "--filter", "*::rates::*"]));
    assert!(judged.code == 1 && judged.stdout.contains("body.root_type_changed"), "{judged:?}");
    // Under the same name: they are in their place, and not touched.
    let plain = "shop.json";
    let folder = workspace(&[(plain, &shop())]);
    assert_eq!(run(uphold(folder.path()).args(["learn", plain])).code, 0);
    edited(folder.path(), "schemas/shop");
    let before = tree(&folder.path().join("schemas"));
    let made = run(uphold(folder.path()).args(["init", plain]));
    assert_eq!((made.code, made.stderr.as_str()), (0, ""), "{made:?}");
    assert!(made.stdout.contains("kept schemas/shop/: 4 schemas, as they were\n"), "{made:?}");
    assert_eq!(tree(&folder.path().join("schemas")), before);
    let judged = run(uphold(folder.path()).args(["run", "shop", "--filter", "*::pay::*"]));
    assert!(judged.code == 1 && judged.stdout.contains("body.root_type_changed"), "{judged:?}");
    // An empty folder of that name is nobody's.
    let folder = workspace(&[(plain, &shop())]);
    fs::create_dir_all(folder.path().join("schemas/shop")).unwrap();
    refuses(folder.path(), &[plain], &["schemas/shop is there already"]);
}

#[test]
#[cfg(unix)]
fn no_suite_is_made_behind_a_link_that_leads_away() {
    use std::os::unix::fs::symlink;
    let (folder, elsewhere) = (exported(), tempfile::tempdir().unwrap());
    symlink(elsewhere.path(), folder.path().join("cases")).unwrap();
    refuses(folder.path(), &[FILE], &["cases leads out of ., and nothing is written there"]);
    assert!(tree(elsewhere.path()).is_empty());
    // The copies of schemas go no further: the suite is taken back.
    let folder = exported();
    assert_eq!(run(uphold(folder.path()).args(["learn", FILE])).code, 0);
    symlink(elsewhere.path(), folder.path().join("schemas/shop_api")).unwrap();
    refuses(folder.path(), &[FILE], &["schemas/shop_api is there already"]);
    // One that stays inside is a name as good as any.
    let folder = exported();
    fs::create_dir(folder.path().join("suites")).unwrap();
    symlink("suites", folder.path().join("cases")).unwrap();
    assert_eq!(run(uphold(folder.path()).args(["init", FILE])).code, 0);
    assert!(folder.path().join("suites/shop_api/suite.toml").exists());
}

/// Where the schemas cannot be written, the suite is taken back.
#[test]
fn a_step_that_fails_takes_everything_with_it() {
    let folder = exported();
    fs::write(folder.path().join("schemas"), "a file").unwrap();
    refuses(folder.path(), &[FILE], &["schemas"]);
    fs::create_dir(folder.path().join("cases")).unwrap();
    refuses(folder.path(), &[FILE], &["schemas"]);
    // The suite is in its place when the first schema is refused.
    #[cfg(unix)]
    {
        let elsewhere = tempfile::tempdir().unwrap();
        fs::remove_file(folder.path().join("schemas")).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("schemas")).unwrap();
        refuses(folder.path(), &[FILE], &["leads out of"]);
        assert!(tree(elsewhere.path()).is_empty());
    }
}

#[test]
fn a_v3_folder_is_copied_without_what_links_lead_to() {
    let folder = workspace(&[]);
    let from = folder.path().join("sample");
    crate::support::copy(&project().join("tests/fixtures/v3/v3-sample"), &from);
    fs::create_dir(from.join(".git")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc", from.join("etc")).unwrap();
    let made = run(uphold(folder.path()).args(["init", "sample"]));
    assert_eq!(made.code, 0, "{made:?}");
    let mut wanted = tree(&from);
    wanted.retain(|path, _| !path.starts_with(".git") && !path.starts_with("etc"));
    assert_eq!(tree(&folder.path().join("cases/sample/sample")), wanted);
    assert!(made.stdout.contains("note: not copied, as it is no plain file: sample/.git"), "{made:?}");
    let ran = run(uphold(folder.path()).args(["run", "sample"]));
    assert_eq!(ran.code, 0, "{ran:?}");
    // Not into itself.
    refuses(&from, &["."], &["holds cases/ itself"]);
}

#[test]
fn hostile_names_stay_names() {
    let mut shop: Value = serde_json::from_str(&shop()).unwrap();
    shop["info"]["name"] = "Shop\n[target]\nwrites = true\u{1b}[2J\u{2028}".into();
    shop["item"][0]["name"] = "\"]\n[auth.default]".into();
    shop["item"][1]["request"]["method"] = "PO\nST".into();
    shop["item"][1]["response"][0]["originalRequest"]["header"][0]["value"] =
        "{{a\" = 1\nb}} {{${HOME}}}".into();
    let folder = workspace(&[("evil\u{1b}[2J.json", &shop.to_string())]);
    let made = run(uphold(folder.path()).args(["init", "evil\u{1b}[2J.json"]));
    assert_eq!(made.code, 0, "{made:?}");
    assert!(!made.stdout.contains('\u{1b}') && folder.path().join("cases/evil_2j").is_dir(), "{made:?}");
    let text = fs::read_to_string(folder.path().join("cases/evil_2j/suite.toml")).unwrap();
    assert!(!text.contains(['\u{1b}', '\u{2028}']), "{text}");
    let settings = parse(&text);
    assert!(!settings.target.writes && settings.auth.is_empty() && settings.variables.is_empty(), "{text}");
    assert!(parse(&switched_on(&text)).variables.contains_key("a\" = 1\nb"), "{text}");
}

fn parse(text: &str) -> Settings {
    match Settings::parse(text, Path::new("suite.toml"), &BTreeMap::new()) {
        Ok(settings) => settings,
        Err(error) => panic!("{error} in:\n{text}"),
    }
}

/// The text with every setting switched on: a line that begins with `# ` and a key or a bracket.
fn switched_on(text: &str) -> String {
    let is_key = |key: &str| !key.starts_with(' ') && format!("{key} = 1").parse::<toml::Table>().is_ok();
    let setting =
        |rest: &&str| rest.starts_with('[') || rest.match_indices(" = ").any(|(end, _)| is_key(&rest[..end]));
    let line = |line: &str| line.strip_prefix("# ").filter(setting).unwrap_or(line).to_owned();
    text.lines().map(|text| line(text) + "\n").collect()
}

#[test]
fn every_real_collection_becomes_a_suite_with_the_same_cases() {
    let Some(paths) = real_collections() else { return };
    let (work, made) = (Mutex::new(paths.iter()), Mutex::new(0));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some(path) = work.lock().unwrap().next() else { return };
                    *made.lock().unwrap() += usize::from(becomes_a_suite(path));
                }
            });
        }
    });
    assert!(made.into_inner().unwrap() >= paths.len() - 5, "nearly all of them are collections");
}

/// Whether the file is a collection at all.
fn becomes_a_suite(path: &Path) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::at(folder.path());
    let new = NewSuite { collection: path.to_owned(), name: None, environments: Vec::new() };
    let made = match init(&InitSettings { workspace: workspace.clone(), new }) {
        Ok(made) => made,
        Err(JobError::Suite(SuiteError::Read(_))) => {
            assert!(tree(folder.path()).is_empty(), "{}", path.display());
            return false;
        }
        Err(error) => panic!("{}: {error}", path.display()),
    };
    let text = fs::read_to_string(made.dir.join("suite.toml")).unwrap();
    parse(&text);
    parse(&switched_on(&text));
    let suite = ids(&workspace, &made.name);
    assert_eq!(suite, ids(&workspace, path.to_str().unwrap()), "{}", path.display());
    assert_eq!(suite.len(), made.cases, "{}", path.display());
    // Large ones would cost seconds and say no more.
    if fs::metadata(path).is_ok_and(|meta| meta.len() < 500_000) {
        assert_eq!(sent_live(&workspace, &made.name), made.live.sent, "{}", path.display());
    }
    let Live { sent, waiting, recipes, others } = made.live;
    assert_eq!(sent + waiting + recipes + others, made.cases, "{}", path.display());
    true
}

/// How many cases `uphold list NAME --base-url URL --allow-writes` says are to be sent.
fn sent_live(workspace: &Workspace, suite: &str) -> usize {
    let ran = run(uphold(workspace.root()).args([
        "list",
        suite,
        "--base-url",
        "https://api.example.com",
        "--allow-writes",
    ]));
    // Without any case the code is 4.
    assert!([0, 4].contains(&ran.code), "{ran:?}");
    let last = ran.stdout.lines().find(|line| line.contains(" to send, ")).unwrap_or_default();
    let number = last.split_once(": ").and_then(|(_, behind)| behind.split(' ').next());
    number.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{last}"))
}

/// The cases of a run on the mock.
fn ids(workspace: &Workspace, suite: &str) -> BTreeSet<String> {
    let chosen =
        Chosen { workspace: workspace.clone(), suites: vec![suite.to_owned()], inputs: Inputs::default() };
    let settings = ListSettings {
        chosen,
        selection: Selection::default(),
        goal: Goal::Mock,
        allow_writes: false,
        only_safe: false,
    };
    let plan = list(&settings).unwrap();
    plan.suites.iter().flat_map(|suite| &suite.cases).map(|case| case.id.as_str().to_owned()).collect()
}

#[test]
fn a_collection_without_examples_is_a_suite_that_tests_nothing_yet() {
    let mut bare: Value = serde_json::from_str(&shop()).unwrap();
    for item in bare["item"].as_array_mut().unwrap() {
        item.as_object_mut().unwrap().remove("response");
    }
    let folder = workspace(&[("bare.json", &bare.to_string())]);
    let Ran { stdout, code, .. } = run(uphold(folder.path()).args(["init", "bare.json"]));
    assert_eq!(code, 0, "{stdout}");
    assert!(
        stdout.contains("0 cases; 4 requests without an example\nnote: nothing is tested yet"),
        "{stdout}"
    );
    assert!(!folder.path().join("schemas").exists());
}

#[test]
fn of_several_environments_the_first_is_used() {
    let folder = exported();
    fs::write(
        folder.path().join("exports/prod.yaml"),
        "name: prod\nvalues:\n  - key: order_id\n    value: '7'\n",
    )
    .unwrap();
    let made = run(uphold(folder.path()).args([
        "init",
        FILE,
        "--name",
        "shop",
        "-e",
        "exports/prod.yaml",
        "-e",
        "exports/dev.json",
    ]));
    assert_eq!(made.code, 0, "{made:?}");
    let text = fs::read_to_string(folder.path().join("cases/shop/suite.toml")).unwrap();
    assert_eq!(parse(&text).environment.as_deref(), Some("prod.environment.yaml"), "{text}");
    assert!(!text.contains("order_id") && text.contains("dev.postman_environment.json"), "{text}");
    assert_eq!(run(uphold(folder.path()).args(["run", "shop"])).code, 0);
}
