//! No block of README.md and docs/ is one that no test reads: each has a mark for which there is a test, and what
//! stands in the text as a command of uphold is one.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{Event, Parser};

use super::{blocks, every_block, page, pages};
use crate::support::{project, run, uphold, workspace};

/// The marks, and which pages may have them: all, or those whose blocks a test names.
const MARKS: [(&str, &[&str]); 10] = [
    // `every_command_of_the_pages_runs`.
    ("console", &[]),
    // `guide`, where they follow on each other and are shown with their output.
    ("console guide", &["docs/guide.md"]),
    ("text crontab", &["docs/guide.md"]),
    // `every_piece_of_suite_toml_is_read`.
    ("toml", &["README.md", "docs/guide.md", "docs/harness.md", "docs/writing-suites.md"]),
    ("toml taplo", &["docs/writing-suites.md"]),
    ("toml waivers", &["docs/accepting.md"]),
    ("rust", &["docs/harness.md"]),
    ("json", &["docs/diff.md"]),
    ("yaml", &["README.md"]),
    // Outputs and pictures: nothing that is typed.
    ("text", &[]),
];

#[test]
fn every_block_is_of_a_kind_that_is_tested() {
    for (name, text) in pages() {
        for (mark, block) in every_block(&text) {
            let known = MARKS.iter().find(|(known, _)| *known == mark);
            let (_, places) = known.unwrap_or_else(|| panic!("{name}: a block marked `{mark}`:\n{block}"));
            assert!(places.is_empty() || places.contains(&name.as_str()), "{name}: `{mark}`:\n{block}");
            let typed = block.lines().any(|line| line.trim_start().starts_with("$ uphold"));
            assert!(!typed || mark.starts_with("console"), "{name}: a command under `{mark}`:\n{block}");
        }
    }
}

/// Subcommands and options that stand in a text or a table, such as `uphold list --shard 1/2`.
#[test]
fn commands_within_the_text_are_commands_of_uphold() {
    let mut helps: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let option = regex::Regex::new(r"--[a-z][a-z-]+").unwrap();
    let mut found = 0;
    for (name, text) in pages() {
        let commands = spans(&text).filter_map(|span| span.strip_prefix("uphold ").map(str::to_owned));
        let of_all = |command: &String| command == "help COMMAND" || command == "--version";
        for command in commands.filter(|command| !of_all(command)) {
            let subcommand = command.split_whitespace().next().unwrap().to_owned();
            let known = helps.entry(subcommand.clone()).or_insert_with(|| {
                let ran = run(uphold(&project()).args([subcommand.as_str(), "--help"]));
                assert_eq!(ran.code, 0, "{name}: `uphold {command}`: {ran:?}");
                option.find_iter(&ran.stdout).map(|found| found.as_str().to_owned()).collect()
            });
            for typed in option.find_iter(&command) {
                assert!(
                    known.contains(typed.as_str()),
                    "{name}: `uphold {command}` has no {}",
                    typed.as_str()
                );
            }
            found += 1;
        }
    }
    assert!(found > 30, "{found}");
}

/// What stands between backquotes within a text.
fn spans(page: &str) -> impl Iterator<Item = String> {
    let events = Parser::new_ext(page, pulldown_cmark::Options::ENABLE_TABLES);
    events.filter_map(|event| match event {
        Event::Code(text) => Some(text.to_string()),
        _ => None,
    })
}

#[test]
fn the_waiver_on_the_page_is_read() {
    let block = blocks(&page("docs/accepting.md"), "toml waivers").next().unwrap();
    let zoho = "cases/zoho-crm/zoho-crm.postman_collection.json";
    let with = |waivers: &str| {
        let folder = workspace(&[(zoho, &page(zoho)), ("cases/zoho-crm/waivers.toml", waivers)]);
        run(uphold(folder.path()).args(["run", "zoho-crm", "--quiet"]))
    };
    let ran = with(&block);
    assert!(ran.code == 0 && !ran.stdout.contains("fits no case"), "{ran:?}");
    assert_eq!(with(&block.replace("until", "til")).code, 2, "it is this file that is read");
}

#[test]
fn the_answer_on_the_page_is_read() {
    let block = blocks(&page("docs/diff.md"), "json").next().unwrap();
    let folder = workspace(&[("old.json", &block), ("new.json", &block.replace('7', "\"7\""))]);
    let ran = run(uphold(folder.path()).args(["diff", "old.json", "new.json"]));
    assert!(ran.code == 1 && ran.stdout.contains("body.type.changed"), "{ran:?}");
}

#[test]
fn the_rule_for_editors_names_what_the_page_writes() {
    let page = page("docs/writing-suites.md");
    let block = blocks(&page, "toml taplo").next().unwrap();
    let read: toml::Table = block.parse().unwrap();
    let rule = &read["rule"][0];
    let glob = globset::Glob::new(rule["include"][0].as_str().unwrap()).unwrap().compile_matcher();
    assert!(glob.is_match("cases/zoho-crm/suite.toml"), "{rule:?}");
    let schema = rule["schema"]["path"].as_str().unwrap().trim_start_matches("./");
    assert!(
        page.contains(&format!("say as `{schema}`")) && page.contains(&format!("../../{schema}`")),
        "{schema}"
    );
}

/// Options of uphold that the page for users of newman promises; newman's are held by `tests/newman/options.js`.
#[test]
fn what_stands_beside_newmans_options_is_there() {
    let help = run(uphold(&project()).args(["run", "--help"])).stdout;
    let page = page("docs/coming-from-newman.md");
    let table = page.split_once("| newman | uphold run |").unwrap().1.split_once("\n\n").unwrap().0;
    let option = regex::Regex::new(r"--[a-z][a-z-]+").unwrap();
    let mut found = 0;
    for row in table.lines().skip(2) {
        let cell = row.split(" | ").nth(1).unwrap_or_else(|| panic!("{row}"));
        for named in option.find_iter(cell) {
            assert!(
                help.contains(&format!("{} ", named.as_str()))
                    || help.contains(&format!("{}\n", named.as_str())),
                "{row}"
            );
            found += 1;
        }
    }
    assert!(found > 15, "{found}");
}

#[test]
fn every_page_is_found_from_the_first_one() {
    let link = regex::Regex::new(r"\]\((?:docs/)?([A-Za-z.-]+\.md)[#)]").unwrap();
    let all: BTreeMap<String, String> = pages().into_iter().collect();
    let (mut known, mut open) = (BTreeSet::new(), vec!["README.md".to_owned()]);
    while let Some(name) = open.pop() {
        let Some(text) = all.get(&name).filter(|_| known.insert(name.clone())) else { continue };
        open.extend(link.captures_iter(text).map(|found| format!("docs/{}", &found[1])));
    }
    let lost: Vec<&String> = all.keys().filter(|name| !known.contains(*name)).collect();
    assert!(lost.is_empty(), "linked from no page: {lost:?}");
}
