//! README.md and the pages of docs/ tell the truth: each command runs and does what the page says, each
//! piece of suite.toml is read, the outputs are those of the program, and links lead somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use pulldown_cmark::{CodeBlockKind, Event, Options as MarkdownOptions, Parser, Tag, TagEnd};
use serde_json::Value;
use uphold::suite::Settings;

use crate::fake_api::{FakeApi, Mutation, Options};
use crate::support::{
    Ran, Recorder, answer, cargo, copy, copy_of_the_project, one_example, project, run, uphold, workspace,
};

mod guide;
mod marks;
mod outputs;
mod recipes;

/// What is known of each command of the page.
enum Known {
    /// This very test run is a part of it.
    TheTests,
    /// Installs the program.
    Install,
    /// The mock, and a request to it: see `the_mock_on_the_page_answers`.
    TheMock,
    /// Builds the image: see `image` and `tests/docker/check.sh`.
    TheImage,
    /// Runs the program: its environment, its arguments, the exit code.
    Program(Vec<(String, String)>, Vec<String>, i32),
}

#[test]
fn every_command_of_the_pages_runs() {
    let api = FakeApi::start(Options::default());
    let shop = Recorder::answering(answer("200 OK", "application/json", "{\"id\": 1}"));
    let folder = copy_of_the_project();
    for (name, text) in [
        ("shop.json", one_example("{{base}}/orders/{{id}}", 200, "{\"id\": 1}")),
        ("my-api.postman_collection.json", one_example("{{base}}/orders/{{id}}", 200, "{\"id\": 1}")),
        ("one.json", "{\"id\": 1}".to_owned()),
        ("two.json", "{\"id\": 2}".to_owned()),
        ("answers.ndjson", ANSWERS.to_owned()),
        ("dev.json", "{\"name\": \"dev\", \"values\": [{\"key\": \"id\", \"value\": \"1\"}]}".to_owned()),
        ("globals.json", "{\"name\": \"Globals\", \"values\": []}".to_owned()),
        ("yesterday.json", r#"{"status": 200, "body": {"id": 7}}"#.to_owned()),
        ("today.json", r#"{"status": 200, "body": {"id": 8}}"#.to_owned()),
        ("zoho-crm-next.json", zoho_as_it_was()),
        ("orders.csv", "id\n1\n2\n".to_owned()),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    // What makes a suite would change what the other commands of the pages find.
    let apart = workspace(&[]);
    copy(folder.path(), apart.path());
    let mut commands: Vec<String> = pages().iter().flat_map(|(_, text)| commands(text)).collect();
    commands.extend(recipes::commands());
    assert!(commands.len() >= 12, "the pages have their commands: {commands:?}");
    for command in &commands {
        match known(command, &api, &shop) {
            Known::TheTests | Known::TheMock | Known::TheImage => {}
            Known::Install => installs(),
            Known::Program(env, args, code) => {
                let place = if command.contains(" my") { apart.path() } else { folder.path() };
                let ran = run(uphold(place).envs(env).args(args));
                assert_eq!(ran.code, code, "`{command}`: {ran:?}");
            }
        }
    }
    assert!(!shop.seen().is_empty());
}

/// Of what the page tells where a claim of their schema comes from.
const ANSWERS: &str = "{\"users\": [{\"id\": \"11\"}]}\n{\"users\": []}\n{\"users\": [{\"id\": \"12\"}]}\n";

#[test]
fn the_claim_on_the_page_is_traced_as_it_says() {
    let folder = workspace(&[("answers.ndjson", ANSWERS)]);
    let ran = run(uphold(folder.path()).args(["infer", "answers.ndjson", "--why", "/users/*/id"]));
    assert!(anywhere().contains(&format!("`{}`", ran.stdout.trim_end())), "{ran:?}");
}

#[test]
fn the_first_command_does_what_the_page_says() {
    let folder = copy_of_the_project();
    let ran = run(uphold(folder.path()).arg("run"));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        folder.path().join("reports/junit.xml").exists() && folder.path().join("reports/run.json").exists()
    );
    shown_on_the_page(&ran, "target: mock");
}

#[test]
fn the_failure_on_the_page_is_a_real_one() {
    let api = FakeApi::start(Options::with(Mutation::Code, "SUCCESS"));
    let folder = copy_of_the_project();
    let ran = run(uphold(folder.path()).env("ZOHO_TOKEN", Options::default().zoho_token).args([
        "run",
        "zoho-crm",
        "--base-url",
        &api.base_url(),
    ]));
    assert_eq!(ran.code, 1, "{ran:?}");
    shown_on_the_page(&ran, "FAIL");
}

#[test]
fn the_proof_on_the_page_is_that_of_the_program() {
    let folder = copy_of_the_project();
    let ran = run(uphold(folder.path()).args(["prove", "zoho-crm"]));
    assert_eq!(ran.code, 0, "{ran:?}");
    shown_on_the_page(&ran, "PROVEN");
    shown_on_the_page(&ran, "score: ");
}

#[test]
fn the_differences_on_the_page_are_those_of_the_program() {
    let mut next: Value = serde_json::from_str(&zoho_as_it_was()).unwrap();
    let examples = &mut next["item"][0]["item"][0]["response"];
    let body = examples[0]["body"].as_str().unwrap();
    examples[0]["body"] = body.replace("\"738964000000291009\"", "738964000000291009").into();
    examples.as_array_mut().unwrap().remove(2);
    let folder = copy_of_the_project();
    fs::write(folder.path().join("zoho-crm-next.json"), next.to_string()).unwrap();
    let commands = commands(&readme());
    let command = commands.iter().find(|command| command.starts_with("uphold diff")).unwrap();
    let ran = run(uphold(folder.path()).args(command.split_whitespace().skip(1)));
    assert_eq!(ran.code, 1, "{ran:?}");
    shown_on_the_page(&ran, "GONE");
}

fn zoho_as_it_was() -> String {
    page("cases/zoho-crm/zoho-crm.postman_collection.json")
}

#[test]
fn the_mock_on_the_page_answers() {
    let commands = commands(&anywhere());
    let find = |start: &str| commands.iter().find(|command| command.starts_with(start)).unwrap();
    let args = find("uphold mock").replace(" --port 8080", "");
    let mut mock = uphold(&project())
        .args(args.split_whitespace().skip(1))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(mock.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let curl = find("curl ").replace("http://127.0.0.1:8080", url.trim_end());
    let answer = Command::new("sh").args(["-c", &curl]).output();
    let ended = Command::new("kill").args(["-s", "TERM", &mock.id().to_string()]).status();
    assert!(ended.unwrap().success());
    assert_eq!(mock.wait().unwrap().code(), Some(0), "a mock is meant to be ended by a signal");
    match answer {
        Ok(output) if output.status.code() != Some(127) => {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(text.starts_with("HTTP/1.1 200") && text.contains("INVALID_DATA"), "{curl}: {text}");
        }
        _ => eprintln!("SKIPPED: there is no curl"),
    }
}

#[test]
fn every_piece_of_suite_toml_is_read() {
    let mut pieces = 0;
    for (name, page) in pages() {
        for block in blocks(&page, "toml").filter(|block| !block.contains("Cargo.toml")) {
            let read = Settings::parse(&block, Path::new(&name), &BTreeMap::new());
            assert!(read.is_ok(), "{read:?} in:\n{block}");
            pieces += 1;
        }
    }
    assert_eq!(pieces, 7, "one in README.md, one in docs/guide.md, five in docs/writing-suites.md");
}

#[test]
fn the_settings_on_the_pages_fit_cases() {
    let page = page("docs/writing-suites.md");
    let block = blocks(&page, "toml").find(|block| block.contains("[[case]]")).unwrap();
    let steps = blocks(&page, "toml").find(|block| block.contains("[[case.before]]")).unwrap();
    let folder = shop_with(&format!("{block}{steps}"));
    let ran = run(uphold(folder.path()).env("API_TOKEN", "of-the-page").args(["list", "shop"]));
    assert!(ran.code == 0 && ran.stdout.contains("profile narrow"), "{ran:?}");
    assert!(ran.stdout.contains("skipped: needs a deleted user"), "{ran:?}");
    let captured = "before: shop::login::ok → user_id, session, order_id, csrf, receipt";
    assert!(ran.stdout.contains(captured), "{ran:?}");
    let readme = readme();
    let short = shop_with(&blocks(&readme, "toml").find(|block| block.contains("[[case]]")).unwrap());
    for folder in [folder, short] {
        let ran = run(uphold(folder.path()).args(["lint", "shop"]));
        assert!(ran.code == 0 && !ran.stdout.contains("matches no case"), "{ran:?}");
    }
}

/// A suite that has the cases of which the pages speak.
fn shop_with(settings: &str) -> tempfile::TempDir {
    let mut collection: Value = serde_json::from_str(&one_example("{{api-domain}}/o", 200, "{}")).unwrap();
    let base = collection["item"][0].clone();
    let item = |name: &str, example: &str| {
        let mut item = base.clone();
        item["name"] = name.into();
        item["response"][0]["name"] = example.into();
        item
    };
    collection["item"] = serde_json::json!([
        item("Get", "OAUTH_SCOPE_MISMATCH"),
        item("Update user", "CANNOT_UPDATE_DELETED_USER"),
        item("Get user", "ok"),
        item("Create user", "ok"),
        item("Delete user", "ok"),
        item("Get order", "ok"),
        item("Login", "ok"),
    ]);
    workspace(&[
        ("cases/shop/suite.toml", settings),
        ("cases/shop/shop.postman_collection.json", &collection.to_string()),
        ("cases/shop/sandbox.postman_environment.json", "{\"name\": \"sandbox\", \"values\": []}"),
    ])
}

#[test]
fn the_table_of_options_is_that_of_the_help() {
    let option = regex::Regex::new(r"--[a-z][a-z-]+").unwrap();
    let named = |text: &str| -> BTreeSet<String> {
        option.find_iter(text).map(|found| found.as_str().to_owned()).collect()
    };
    let help = run(uphold(&project()).args(["run", "--help"])).stdout;
    let defined = help.lines().filter(|line| line.trim_start().starts_with('-'));
    let defined = named(&defined.map(|line| line.split('<').next().unwrap()).collect::<String>());
    let page = page("docs/run.md");
    let table = page.split_once("## Options").unwrap().1.split_once("\n## ").unwrap().0;
    let mut shown = named(table);
    shown.extend(["--help", "--version"].map(str::to_owned));
    assert_eq!(shown, defined);
}

#[test]
fn the_table_of_commands_has_all_of_them() {
    let help = run(uphold(&project()).arg("--help")).stdout;
    let listed = help.split_once("Commands:\n").unwrap().1.split_once("\n\n").unwrap().0;
    let words = listed.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let defined: BTreeSet<&str> = words.filter_map(|line| line.split_whitespace().next()).collect();
    let page = readme();
    let table = page.split_once("## Commands").unwrap().1.split_once("\n## ").unwrap().0;
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `uphold ")?.split('`').next());
    let mut shown: BTreeSet<&str> = rows.collect();
    shown.insert("help");
    assert_eq!(shown, defined);
}

#[test]
fn links_lead_somewhere() {
    let link = regex::Regex::new(r"\]\(([^)]+)\)").unwrap();
    for (name, text) in pages() {
        for found in link.captures_iter(&text).map(|found| found[1].to_owned()) {
            if found.starts_with("https://") {
                continue;
            }
            let (file, anchor) = found.split_once('#').unwrap_or((&found, ""));
            let target = match file {
                "" => project().join(&name),
                file => project().join(&name).parent().unwrap().join(file),
            };
            assert!(target.exists(), "{name}: {found}");
            let there = fs::read_to_string(&target).unwrap_or_default();
            let headings = there.lines().filter_map(|line| line.strip_prefix('#'));
            let mut anchors = headings.map(|heading| {
                let words = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
                words.replace(|c: char| !c.is_alphanumeric() && c != '-', "")
            });
            assert!(anchor.is_empty() || anchors.any(|known| known == anchor), "{name}: {found}");
        }
    }
}

#[test]
fn the_front_for_cargo_on_the_page_is_that_of_this_project() {
    let page = page("docs/harness.md");
    let rust = blocks(&page, "rust").next().unwrap();
    let ours = fs::read_to_string(project().join("tests/cases.rs")).unwrap();
    let code = |text: &str| text[text.find("fn main").unwrap()..].trim_end().to_owned();
    assert_eq!(code(&rust), code(&ours));
    let toml = blocks(&page, "toml").find(|block| block.contains("[[test]]")).unwrap();
    let manifest = fs::read_to_string(project().join("Cargo.toml")).unwrap();
    let test = toml.split_once("[[test]]").unwrap().1.trim();
    assert!(manifest.contains(test), "{test}");
}

/// The blocks of the page that are marked so, without the indent of the list that they stand in.
fn blocks(page: &str, mark: &str) -> impl Iterator<Item = String> {
    let all = every_block(page).into_iter();
    let of_mark = all.filter(|(marked, _)| marked == mark).map(|(_, text)| text);
    of_mark.collect::<Vec<_>>().into_iter()
}

/// Every block of the page with its mark, such as `console`.
fn every_block(page: &str) -> Vec<(String, String)> {
    let mut blocks: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for event in Parser::new_ext(page, MarkdownOptions::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(mark))) => {
                blocks.push((mark.to_string(), String::new()));
                inside = true;
            }
            Event::Text(text) if inside => blocks.last_mut().unwrap().1.push_str(&text),
            Event::End(TagEnd::CodeBlock) => inside = false,
            _ => {}
        }
    }
    blocks
}

/// Every line of the block on the page that has a line with this beginning is a line of the
/// output, but for times and ports; `…` stands for lines left out.
fn shown_on_the_page(ran: &Ran, beginning: &str) {
    let printed: Vec<String> = ran.stdout.lines().map(timeless).collect();
    let page = anywhere();
    let block = blocks(&page, "text").find(|block| block.lines().any(|line| line.starts_with(beginning)));
    let block = block.unwrap_or_else(|| panic!("no block with {beginning} on the page:\n{}", ran.stdout));
    for line in block.lines().filter(|line| *line != "…") {
        assert!(printed.contains(&timeless(line)), "`{line}` is not printed by the program:\n{}", ran.stdout);
    }
}

fn timeless(line: &str) -> String {
    let time = regex::Regex::new(r"\d+(\.\d+)? ?(ms|s)\b").unwrap();
    let port = regex::Regex::new(r"127\.0\.0\.1:\d+").unwrap();
    port.replace_all(&time.replace_all(line, "TIME"), "HOST").trim_end().to_owned()
}

fn page(name: &str) -> String {
    fs::read_to_string(project().join(name)).unwrap()
}

fn readme() -> String {
    page("README.md")
}

/// All pages, README.md first.
fn anywhere() -> String {
    pages().into_iter().map(|(_, text)| text).collect()
}

/// README.md and every page of docs/, by name.
fn pages() -> Vec<(String, String)> {
    let files = fs::read_dir(project().join("docs")).unwrap();
    let names = files.map(|file| format!("docs/{}", file.unwrap().file_name().to_str().unwrap()));
    let mut names: Vec<_> =
        names.filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "md")).collect();
    names.push("README.md".to_owned());
    names.sort();
    names.into_iter().map(|name| (name.clone(), page(&name))).collect()
}

/// The lines after `$ ` in the blocks marked `console`.
fn commands(page: &str) -> Vec<String> {
    let lines = |block: String| block.lines().map(str::to_owned).collect::<Vec<_>>();
    let typed = |line: String| line.strip_prefix("$ ").map(str::to_owned);
    blocks(page, "console").flat_map(lines).filter_map(typed).collect()
}

fn known(command: &str, api: &FakeApi, shop: &Recorder) -> Known {
    match command {
        "cargo test" => return Known::TheTests,
        "cargo install --locked --path ." => return Known::Install,
        "docker build -t uphold ." => return Known::TheImage,
        _ if command.starts_with("uphold mock") || command.starts_with("curl ") => return Known::TheMock,
        _ => {}
    }
    let command =
        command.strip_prefix("cargo run --").map_or(command.to_owned(), |rest| format!("uphold{rest}"));
    let words: Vec<String> = command.split_whitespace().map(|word| here(word, api, shop)).collect();
    let program = words.iter().position(|word| word == "uphold").expect("a command of uphold");
    let env = words[..program].iter().filter_map(|word| word.split_once('='));
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let args = words[program + 1..].to_vec();
    // Cases that only read are none in these suites, so nothing is left of them for a live API; nor did any
    // run leave an answer that waits for a decision.
    let has = |option: &str| args.iter().any(|arg| arg == option);
    let decides = args.first().is_some_and(|command| matches!(command.as_str(), "accept" | "reject"));
    let code = if decides || has("--only-safe") && has("--base-url") { 4 } else { 0 };
    Known::Program(env, args, code)
}

/// What a shell makes of a word; hosts and credentials of the page become those of this machine.
fn here(word: &str, api: &FakeApi, shop: &Recorder) -> String {
    let hosts = [
        "https://www.zohoapis.com",
        "https://sandbox.zohoapis.com",
        "https://acme.zendesk.com",
        "https://demo.docusign.net",
    ];
    let word = hosts.iter().fold(word.to_owned(), |word, host| word.replace(host, &api.base_url()));
    let of_shop = ["https://api.example.com", "https://next.example.com"];
    let word = of_shop.iter().fold(word, |word, host| word.replace(host, &shop.url())).replace('\'', "");
    let tokens = Options::default();
    word.replace("1000.abc", &tokens.zoho_token).replace("1000.def", &tokens.zoho_narrow_token)
}

/// The installed program works; built without optimisation, so that little is compiled again.
fn installs() {
    let root = tempfile::tempdir().unwrap();
    let installed =
        run(cargo(&["install", "--path", ".", "--debug", "--quiet"]).arg("--root").arg(root.path()));
    assert_eq!(installed.code, 0, "{installed:?}");
    let version = run(Command::new(root.path().join("bin/uphold")).arg("--version"));
    assert!(version.stdout.starts_with("uphold "), "{version:?}");
}
