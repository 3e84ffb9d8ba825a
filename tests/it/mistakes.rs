//! The mistakes that people make, each with all that the program says of it and its exit code: what is wrong,
//! where (with the line and a mark under the place, where it is a file), and what to do.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::TcpListener;

use serde_json::{Value, json};

use crate::support::{Ran, Recorder, answer, listen, one_example, run, uphold, workspace};

const COLLECTION: &str = "cases/shop/shop.postman_collection.json";
const SETTINGS: &str = "cases/shop/suite.toml";
const SCHEMA: &str = "schemas/shop/get_order/200.schema.json";

/// The page without what was given to make it.
macro_rules! snapshot {
    ($page:expr) => {
        insta::with_settings!({omit_expression => true}, { insta::assert_snapshot!($page) })
    };
}

/// A collection with one request, over several lines, as Postman writes it.
fn collection() -> String {
    let value: Value = serde_json::from_str(&one_example("{{base}}/orders/1", 200, "{\"id\": 1}")).unwrap();
    format!("{value:#}")
}

/// Runs `uphold` with these arguments where `shop` is the only suite, but for these files.
fn ran(files: &[(&str, &str)], args: &str) -> Ran {
    let whole = collection();
    let mut all = vec![(COLLECTION, whole.as_str())];
    all.retain(|(path, _)| !files.iter().any(|(other, _)| other == path));
    all.extend_from_slice(files);
    let folder = workspace(&all);
    let args: Vec<&str> = args.split(' ').collect();
    run(uphold(folder.path()).args(args))
}

/// What it is called, the files, and what is typed.
type Mistake<'m> = (&'m str, &'m [(&'m str, &'m str)], &'m str);

/// What was typed, the exit code and stderr, one mistake below the other.
fn told(mistakes: &[Mistake]) -> String {
    mistakes.iter().fold(String::new(), |mut page, (what, files, args)| {
        let Ran { stderr, code, stdout } = ran(files, args);
        assert_eq!(stdout, "", "{what}: nothing of an error belongs on stdout");
        let _ = write!(page, "── {what}\n$ uphold {args}\n{stderr}exit {code}\n\n");
        page
    })
}

#[test]
fn of_suite_toml_and_waivers() {
    snapshot!(told(&[
        (
            "misspelt keys",
            &[(SETTINGS, "[target]\nbase_url = \"http://127.0.0.1:9\"\nwirtes = true\n\trate = \"fast\"\n")],
            "run"
        ),
        ("the wrong type", &[(SETTINGS, "[target]\nwrites = \"yes\" # really\n")], "run"),
        ("bad TOML", &[(SETTINGS, "[variables]\nuser = 7\ntoken = abc-secret-def\n")], "run"),
        (
            "a text that is not closed",
            &[(SETTINGS, "[auth.default]\ntype = \"bearer\"\ntoken = \"s3cr3t-t0ken\nx = 1\n")],
            "run"
        ),
        (
            "a finding that there is not",
            &[(SETTINGS, "[severity]\n\"body.field.remved\" = \"info\"\n")],
            "run"
        ),
        (
            "a waiver for none",
            &[(
                "cases/shop/waivers.toml",
                "[[waiver]]\ncase = \"*\"\nid = \"body.field.remved\"\nreason = \"r\"\nuntil = 2030-01-01\n"
            )],
            "run"
        ),
        ("an environment that is not there", &[(SETTINGS, "environment = \"sandbx.json\"\n")], "run"),
    ]));
}

#[test]
fn of_the_files_of_postman() {
    let minified = format!(
        "{{\"info\": {{\"name\": \"Shop\"}}, \"item\": [{} oops]}}",
        "{\"name\": \"x\"}, ".repeat(90)
    );
    snapshot!(told(&[
        (
            "bad JSON at a line",
            &[(COLLECTION, "{\n  \"info\": {\"name\": \"Größe\", \"x\": 日,},\n  \"item\": []\n}\n")],
            "run"
        ),
        ("bad JSON in one long line", &[(COLLECTION, &minified)], "run"),
        ("a collection that breaks off", &[(COLLECTION, "{\n  \"item\": [\n    {\"name\": \"a\"")], "run"),
        ("an empty file", &[(COLLECTION, "")], "run"),
        (
            "a v1 collection",
            &[(COLLECTION, "{\"id\": \"1\", \"name\": \"old\", \"order\": [], \"requests\": []}")],
            "run"
        ),
        (
            "an OpenAPI document",
            &[("api.json", "{\"openapi\": \"3.1.0\", \"info\": {}, \"paths\": {}}")],
            "run api.json"
        ),
        (
            "requests that are no list",
            &[(COLLECTION, "{\n  \"info\": {\"name\": \"Shop\"},\n  \"item\": {\"name\": \"Get\"}\n}\n")],
            "run"
        ),
        (
            "an environment with a comma too many",
            &[(
                "dev.json",
                "{\"name\": \"dev\", \"values\": [\n  {\"key\": \"token\", \"value\": \"s3cr3t-t0ken\",}\n]}"
            )],
            "run -e dev.json"
        ),
        (
            "names and values for the list of an environment",
            &[("dev.json", "{\n  \"name\": \"dev\",\n  \"values\": {\"token\": \"s3cr3t-t0ken\"}\n}")],
            "run -e dev.json",
        ),
        (
            "a collection for an environment",
            &[("dev.json", "{\"info\": {}, \"item\": []}")],
            "run -e dev.json"
        ),
        (
            "globals that are YAML, and broken",
            &[("globals.yaml", "name: g\nvalues:\n  - key: token\n    value: [s3cr3t-t0ken\n")],
            "run --globals globals.yaml"
        ),
        (
            "a row of data that is no object",
            &[("rows.json", "[\n  {\"id\": 1},\n  7\n]")],
            "run --data rows.json"
        ),
        (
            "a quote in a table that is not closed",
            &[("rows.csv", "id,name\n1,\"Ann\n2,Bob\n")],
            "run --data rows.csv"
        ),
        (
            "an accepted answer that somebody edited",
            &[(
                "cases/shop/accepted/get_order/ok.json",
                "[\n  {\"at\": \"2026-01-01T00:00:00Z\" \"status\": 200}\n]\n"
            )],
            "run"
        ),
    ]));
}

#[test]
fn of_schemas() {
    snapshot!(told(&[
        ("a schema that is no JSON", &[(SCHEMA, "{\n  \"type\": \"object\",\n}\n")], "run"),
        (
            "a schema that is none",
            &[(SCHEMA, "{\n  \"properties\": {\n    \"id\": {\"type\": \"strange\"}\n  }\n}\n")],
            "run"
        ),
    ]));
}

#[test]
fn of_the_command_line() {
    let other = one_example("{{base}}/x", 200, "{}");
    snapshot!(told(&[
        ("an unknown command", &[], "rnu"),
        ("a file for a command", &[], COLLECTION),
        ("an unknown option", &[], "run --base-ulr https://api.example.com"),
        ("a suite that is not there", &[], "run shpo"),
        ("a URL without a scheme", &[], "run --base-url api.example.com"),
        ("a bad rate", &[], "run --rate fast"),
        ("a bad time", &[], "run --timeout soon"),
        ("a bad glob", &[], "run --filter a["),
        ("an unknown finding", &[], "explain body.field.remved"),
        (
            "a case that is not there",
            &[],
            "waive --case *::get_odrer::* --id status.changed --reason r --until 2999-01-01"
        ),
        ("a report below a file", &[("out", "")], "run --report junit=out/junit.xml"),
        ("a report that is a folder", &[("out/x", "")], "run --report json=out"),
        (
            "suites of one name",
            &[("old/shop.postman_collection.json", &other)],
            "run shop old/shop.postman_collection.json"
        ),
        ("a variable without a value", &[], "run --var token"),
    ]));
    let folder = workspace(&[]);
    let Ran { stderr, code, .. } = run(uphold(folder.path()).arg("run"));
    assert_eq!((stderr.lines().next(), code), (Some("error: no suite in ./cases"), 2));
    assert!(stderr.contains("hint: give a collection file"), "{stderr}");
}

/// What a run prints, without times and ports.
fn run_of(collection: &str, files: &[(&str, &str)], args: &[&str]) -> String {
    let mut all = vec![(COLLECTION, collection)];
    all.extend_from_slice(files);
    let folder = workspace(&all);
    let Ran { stdout, stderr, code } = run(uphold(folder.path()).arg("run").args(args));
    let port = regex::Regex::new(r"127\.0\.0\.1:\d+").unwrap();
    let time = regex::Regex::new(r"\d+(\.\d+)? m?s\b").unwrap();
    let stdout = port.replace_all(&stdout, "HOST");
    let stdout = time.replace_all(&stdout, "TIME");
    let shown = stdout.lines().filter(|line| !line.starts_with("report: ") && !line.starts_with("uphold "));
    format!("{}\n{stderr}exit {code}\n", shown.collect::<Vec<_>>().join("\n"))
}

#[test]
fn that_show_in_a_run() {
    let page = "<!DOCTYPE html><html><title>Log in</title><form action=/login></form></html>";
    let html = Recorder::answering(answer("200 OK", "text/html; charset=utf-8", page));
    let nothing =
        Recorder::answering(answer("404 Not Found", "application/json", "{\"error\": \"no such route\"}"));
    let expired = "{\"code\": \"INVALID_TOKEN\", \"message\": \"the access token expired\"}";
    let expired = Recorder::answering(answer("401 Unauthorized", "application/json", expired));
    let fine = Recorder::answering(answer("200 OK", "application/json", "{\"id\": 1}"));
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let refused = format!("http://127.0.0.1:{port}");
    let plain = listen(|mut stream| {
        let _ =
            stream.write_all(&answer("400 Bad Request", "text/plain", "an HTTP request was sent to nowhere"));
    });
    let tls = format!("https://{plain}");
    let mut misspelt: Value = serde_json::from_str(&collection()).unwrap();
    misspelt["item"][0]["response"][0]["header"][0]["key"] = "Conten-Type".into();
    let variable = one_example("{{base}}/orders/{{ordr_id}}", 200, "{\"id\": 1}");
    let token = "[auth.default]\ntype = \"bearer\"\ntoken = \"${SHOP_TOKEN}\"\n";
    let mut page = String::new();
    for (what, collection, files, args) in [
        ("a host that is not there", collection(), vec![], vec!["--base-url", "http://no-such-host.invalid"]),
        ("a port that nobody listens on", collection(), vec![], vec!["--base-url", &refused]),
        ("https for http", collection(), vec![], vec!["--base-url", &tls]),
        ("a page to log in", collection(), vec![], vec!["--base-url", &html.url()]),
        ("a wrong base path", collection(), vec![], vec!["--base-url", &nothing.url()]),
        ("a token that is over", collection(), vec![], vec!["--base-url", &expired.url()]),
        (
            "a variable of the environment that is not set",
            collection(),
            vec![(SETTINGS, token)],
            vec!["--base-url", &fine.url()],
        ),
        ("a variable without a value", variable, vec![], vec!["--base-url", &fine.url()]),
        (
            "a header that is misspelt in the example",
            misspelt.to_string(),
            vec![],
            vec!["--base-url", &fine.url()],
        ),
        ("a case that is not there", collection(), vec![], vec!["--filter", "get_ordre"]),
        (
            "a collection without examples",
            json!({"info": {"name": "x"}, "item": []}).to_string(),
            vec![],
            vec![],
        ),
        (
            "rows of data of different lengths",
            collection(),
            vec![("rows.csv", "id,name\n1,Ann\n2,Bob,extra\n")],
            vec!["--data", "rows.csv"],
        ),
    ] {
        let _ = write!(page, "── {what}\n{}\n", run_of(&collection, &files, &args));
    }
    let resolver = regex::Regex::new(r"\(failed to lookup address information: [^)]*\)").unwrap();
    snapshot!(resolver.replace_all(&page, "(RESOLVER)"));
}

#[test]
fn of_files_in_another_encoding() {
    let latin = |text: &str| text.chars().map(|c| u8::try_from(c).unwrap()).collect::<Vec<u8>>();
    let mut page = String::new();
    for (file, text, args) in [
        (SETTINGS, "[target]\nwrites = true # für alle\n".to_owned(), "run"),
        ("cases/shop/waivers.toml", "# für alle\n".to_owned(), "run"),
        (SCHEMA, "{\n  \"title\": \"Größe\"\n}\n".to_owned(), "run"),
        (COLLECTION, collection().replace("\"OK\"", "\"Größe\""), "run"),
        ("dev.json", "{\"name\": \"für alle\", \"values\": []}".to_owned(), "run -e dev.json"),
        ("rows.csv", "id,name\n1,Jörg\n".to_owned(), "run --data rows.csv"),
    ] {
        let folder = workspace(&[(COLLECTION, &collection())]);
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, latin(&text)).unwrap();
        let Ran { stderr, code, .. } = run(uphold(folder.path()).args(args.split(' ')));
        let _ = write!(page, "── {file}\n$ uphold {args}\n{stderr}exit {code}\n\n");
    }
    snapshot!(page);
}

#[test]
fn of_schemas_that_refer_to_nothing() {
    snapshot!(told(&[
        (
            "a reference to nothing",
            &[(SCHEMA, "{\n  \"properties\": {\n    \"id\": {\"$ref\": \"#/$defs/nope\"}\n  }\n}\n")],
            "run"
        ),
        (
            "a reference to the network",
            &[(SCHEMA, "{\n  \"$ref\": \"http://127.0.0.1:1/x.json\"\n}\n")],
            "run"
        ),
        ("no schema at all", &[(SCHEMA, "[]\n")], "run"),
        ("a type that there is not", &[(SCHEMA, "{\n  \"type\": \"strng\"\n}\n")], "run"),
    ]));
}

#[test]
fn of_waivers_with_the_wrong_brackets_keys_and_kinds() {
    const WAIVERS: &str = "cases/shop/waivers.toml";
    let rest = "case = \"*\"\nid = \"status.changed\"\nreason = \"r\"\n";
    let single = format!("[waiver]\n{rest}until = 2030-01-01\n");
    let soon = format!("[[waiver]]\n{rest}until = \"tomorrow\"\n");
    let quoted = format!("[[waiver]]\n{rest}until = \"2030-01-01\"\n");
    let endless = format!("[[waiver]]\n{rest}");
    let plural = format!("[[waivers]]\n{rest}until = 2030-01-01\n");
    let above = format!("{rest}until = 2030-01-01\n");
    let number = format!("[[waiver]]\n{rest}until = 2030-01-01\n").replace("\"*\"", "7");
    snapshot!(told(&[
        ("one bracket too few", &[(WAIVERS, &single)], "run"),
        ("a day in words", &[(WAIVERS, &soon)], "run"),
        ("a day in quotes", &[(WAIVERS, &quoted)], "run"),
        ("a key that is missing", &[(WAIVERS, &endless)], "run"),
        ("the table in the plural", &[(WAIVERS, &plural)], "run"),
        ("keys above any table", &[(WAIVERS, &above)], "run"),
        ("a number for a glob", &[(WAIVERS, &number)], "run"),
        ("a case without a glob", &[(SETTINGS, "[[case]]\nskip = \"later\"\n")], "run"),
    ]));
}

#[test]
fn of_files_that_are_not_what_they_are_taken_for() {
    snapshot!(told(&[
        (
            "requests under a misspelt name",
            &[(COLLECTION, "{\n  \"info\": {\"name\": \"Shop\"},\n  \"itm\": []\n}\n")],
            "run"
        ),
        (
            "requests in the plural",
            &[(
                COLLECTION,
                "{\n  \"info\": {\"name\": \"Shop\"},\n  \"variable\": [],\n  \"items\": []\n}\n"
            )],
            "run"
        ),
        (
            "no requests at all",
            &[(COLLECTION, "{\n  \"info\": {\"name\": \"Shop\"},\n  \"variable\": []\n}\n")],
            "run"
        ),
        (
            "a .env for an environment",
            &[(".env", "# of the shop\nexport TOKEN=s3cr3t-t0ken\nBASE=\"http://127.0.0.1\"\n\n")],
            "run -e .env"
        ),
        ("a .env for globals", &[(".env", "token=abc\n")], "run --globals .env"),
        ("a word for an environment", &[("dev.json", "token\n")], "run -e dev.json"),
        ("a .env for a collection", &[("shop.json", "token=abc\n")], "run shop.json"),
    ]));
}

#[test]
fn of_options_that_would_do_nothing() {
    snapshot!(told(&[
        ("a proxy for the mock", &[], "run --mock --proxy http://127.0.0.1:1"),
        ("certificates for the mock", &[], "run --mock --insecure"),
        ("writes that are left out", &[], "run --only-safe --allow-writes"),
        ("a dialect for no file", &[], "run --junit-dialect strict --report json=a.json"),
        ("a write by force that is none", &[], "record --dry-run --force-write"),
    ]));
}
