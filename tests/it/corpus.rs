//! The whole path over real collections: every example of every file passes on the mock, and the
//! plan for a live API says how many could be sent there.
//!
//! The files are no part of the project: the folder comes from `UPHOLD_CORPUS`; without it the
//! test says so and ends.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use uphold::finding::Severity;
use uphold::jobs::list::{ListSettings, list};
use uphold::jobs::run::{RunSettings, Seed, run};
use uphold::jobs::{BaseUrls, Chosen, Goal, JobError};
use uphold::plan::{Action, Plan, Selection};
use uphold::report::{OutputFormat, OutputSpec, ReportSettings, Verbosity};
use uphold::send::{Limits, NetworkSettings};
use uphold::suite::{Inputs, Workspace};

use crate::support::every_real_collection;

/// What the collections are measured by: one line of the table each.
#[derive(Default)]
struct Row {
    name: String,
    examples: usize,
    runnable: usize,
    skipped: BTreeMap<&'static str, usize>,
    passed: usize,
    not_passed: Vec<String>,
    refused: Option<String>,
}

#[test]
fn every_example_of_real_collections_passes_on_the_mock() {
    let Some(collections) = every_real_collection() else { return };
    let rows = rows(collections);
    let table = table(&rows);
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus.md");
    fs::write(&file, &table).unwrap();
    println!("{table}\nalso in {}", file.display());

    let not_passed: Vec<&String> = rows.iter().flat_map(|row| &row.not_passed).collect();
    assert!(
        not_passed.is_empty(),
        "{} did not pass, e.g. {:#?}",
        not_passed.len(),
        &not_passed[..not_passed.len().min(10)]
    );
    let examples: usize = rows.iter().map(|row| row.examples).sum();
    let runnable: usize = rows.iter().map(|row| row.runnable).sum();
    assert!(examples > 9_000, "only {examples} examples: is this the right folder?");
    assert!(runnable * 100 >= examples * 45, "{runnable} of {examples} could be sent live");
    for row in rows.iter().filter(|row| row.refused.is_some()) {
        let known = ["broken-file", "echo-v1", "petstore-v1"];
        assert!(known.iter().any(|name| row.name.starts_with(name)), "{} was refused", row.name);
    }
}

fn rows(paths: Vec<PathBuf>) -> Vec<Row> {
    let work = Mutex::new(paths.into_iter());
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some(path) = work.lock().unwrap().next() else { return };
                    let row = measure(&path);
                    done.lock().unwrap().push(row);
                }
            });
        }
    });
    let mut rows = done.into_inner().unwrap();
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    rows
}

fn measure(path: &Path) -> Row {
    let name = path.file_name().unwrap().to_string_lossy().replace(".postman_collection.json", "");
    let mut row = Row { name, ..Row::default() };
    match on_the_mock(path, &mut row) {
        Ok(()) => live(path, &mut row),
        Err(refused) => row.refused = Some(refused.to_string()),
    }
    row
}

fn on_the_mock(path: &Path, row: &mut Row) -> Result<(), JobError> {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("run.json");
    let outcome = run(
        &RunSettings {
            chosen: chosen(folder.path(), path.to_str().unwrap()),
            selection: Selection::default(),
            shard: None,
            no_skips: false,
            goal: Goal::Mock,
            allow_writes: false,
            only_safe: false,
            limits: Limits::default(),
            rate: None,
            retries: 0,
            network: NetworkSettings::default(),
            fail_on: Severity::Breaking,
            reports: ReportSettings {
                outputs: vec![OutputSpec { format: OutputFormat::Json, path: report.clone(), behind: false }],
                ..ReportSettings::default()
            },
            pending: None,
            progress: None,
            links: None,
            verbosity: Verbosity::Quiet,
            started: jiff::Timestamp::UNIX_EPOCH,
            give_up: |signal| panic!("{signal:?}"),
            seed: Seed::Asked(7),
        },
        &mut std::io::sink(),
    )?;
    row.passed = outcome.summary.passed;
    let run: serde_json::Value = serde_json::from_slice(&fs::read(report).unwrap()).unwrap();
    for case in run["cases"].as_array().unwrap() {
        row.examples += 1;
        if case["verdict"] != "passed" {
            row.not_passed.push(format!(
                "{} {} {}: {} {}",
                row.name, case["id"], case["verdict"], case["reason"], case["findings"]
            ));
        }
    }
    Ok(())
}

/// Plans for a live API, giving every variable that is missed and the credential that most cases
/// lack.
fn live(path: &Path, row: &mut Row) {
    let folder = tempfile::tempdir().unwrap();
    let suite = folder.path().join("cases/suite");
    fs::create_dir_all(&suite).unwrap();
    std::os::unix::fs::symlink(path, suite.join("it.postman_collection.json")).unwrap();
    let mut variables: BTreeSet<String> = BTreeSet::new();
    let mut credential = None;
    for _ in 0..6 {
        let mut settings = String::new();
        settings.push_str(credential.as_deref().unwrap_or_default());
        settings.push_str("[variables]\n");
        for name in &variables {
            writeln!(settings, "{} = \"given\"", serde_json::Value::from(name.as_str())).unwrap();
        }
        fs::write(suite.join("suite.toml"), settings).unwrap();
        let plan = live_plan(folder.path());
        let before = (variables.len(), credential.is_some());
        variables.extend(missing_variables(&plan));
        credential = credential.or_else(|| missing_credential(&plan));
        if (variables.len(), credential.is_some()) == before {
            count(&plan, row);
            return;
        }
    }
    panic!("{}: variables without end", row.name);
}

/// An `[auth.default]` that stands where most placeholder credentials do: ``header `x` ``.
fn missing_credential(plan: &Plan) -> Option<String> {
    let mut places: BTreeMap<(String, String), usize> = BTreeMap::new();
    for case in plan.suites.iter().flat_map(|suite| &suite.cases) {
        let Action::Skip(skip) = &case.action else { continue };
        let words: Vec<&str> = skip.reason.split('`').collect();
        for (kind, name) in words.iter().zip(words.iter().skip(1)) {
            let kind = kind.split_whitespace().next_back().unwrap_or_default();
            if ["header", "query", "auth", "type"].contains(&kind) {
                *places.entry((kind.to_owned(), (*name).to_owned())).or_insert(0) += 1;
            }
        }
    }
    let ((kind, name), _) = places.into_iter().max_by_key(|(_, count)| *count)?;
    let header_of_auth = kind == "auth" || kind == "type";
    Some(if header_of_auth || name.eq_ignore_ascii_case("authorization") {
        "[auth.default]\ntype = \"bearer\"\ntoken = \"given-token\"\n".to_owned()
    } else {
        format!(
            "[auth.default]\ntype = \"apikey\"\nkey = \"{name}\"\nvalue = \"given-key\"\nin = \"{kind}\"\n"
        )
    })
}

fn live_plan(workspace: &Path) -> Plan {
    let urls = BaseUrls::parse(&["http://127.0.0.1:9".to_owned()]).unwrap();
    list(&ListSettings {
        chosen: chosen(workspace, "suite"),
        selection: Selection::default(),
        goal: Goal::Named(urls),
        allow_writes: true,
        only_safe: false,
    })
    .unwrap()
}

fn missing_variables(plan: &Plan) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for case in plan.suites.iter().flat_map(|suite| &suite.cases) {
        if let Action::Skip(skip) = &case.action {
            for part in skip.reason.split("variable `").skip(1) {
                names.extend(part.split("` has no value").next().map(str::to_owned));
            }
        }
    }
    names
}

fn count(plan: &Plan, row: &mut Row) {
    for case in plan.suites.iter().flat_map(|suite| &suite.cases) {
        match &case.action {
            Action::Send { .. } => row.runnable += 1,
            Action::Skip(skip) => *row.skipped.entry(skip.class.name()).or_insert(0) += 1,
        }
    }
}

fn chosen(workspace: &Path, suite: &str) -> Chosen {
    Chosen { workspace: Workspace::at(workspace), suites: vec![suite.to_owned()], inputs: Inputs::default() }
}

fn table(rows: &[Row]) -> String {
    let mut text =
        "| collection | examples | runnable live | skipped live | passed on the mock |\n".to_owned();
    text.push_str("| --- | --- | --- | --- | --- |\n");
    let mut total = Row { name: "all".to_owned(), ..Row::default() };
    for row in rows {
        line(&mut text, row);
        total.examples += row.examples;
        total.runnable += row.runnable;
        total.passed += row.passed;
        for (class, count) in &row.skipped {
            *total.skipped.entry(class).or_insert(0) += count;
        }
    }
    line(&mut text, &total);
    text
}

fn line(text: &mut String, row: &Row) {
    let skipped: Vec<String> = row.skipped.iter().map(|(class, count)| format!("{count} {class}")).collect();
    match &row.refused {
        Some(refused) => writeln!(text, "| {} | refused: {} | | | |", row.name, refused.replace('\n', " ")),
        None => writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            row.name,
            row.examples,
            row.runnable,
            skipped.join(", "),
            row.passed
        ),
    }
    .unwrap();
}
