//! `uphold prove`: exit codes and reports, the table over real collections, and noise.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};
use uphold::check::check;
use uphold::contract::Expectation;
use uphold::contract::schema::infer::Strictness;
use uphold::contract::schema::mark::stamp;
use uphold::finding::Severity;
use uphold::jobs::list::{ListSettings, list};
use uphold::jobs::prove::{ProveSettings, prove};
use uphold::jobs::{Chosen, Goal, JobError};
use uphold::mock::{Mock, MockOptions, served};
use uphold::mutate::{Base, Kind, Nature, another_call};
use uphold::plan::{Action, Case, Plan, SEED, Selection};
use uphold::report::proof::{Proof, Totals};
use uphold::report::{OutputFormat, OutputSpec, Verbosity};
use uphold::send::{Client, Jar, Limits};
use uphold::suite::{Inputs, Workspace};

use crate::support::{copy_of_the_project, one_example, project, real_collections, run, uphold, workspace};

/// How often each answer is served with other values.
const NOISY_RUNS: u64 = 20;

#[test]
fn the_seeds_are_proven_and_told_in_json() {
    let folder = copy_of_the_project();
    let ran = run(uphold(folder.path()).args(["prove", "--report", "json=out/prove.json"]));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("score: zoho_crm 100.0 %"), "{ran:?}");
    assert!(
        ran.stdout.contains("12 cases proven, 0 weak") && !ran.stdout.contains("over HTTP judged otherwise"),
        "{ran:?}"
    );
    let json: Value =
        serde_json::from_slice(&fs::read(folder.path().join("out/prove.json")).unwrap()).unwrap();
    assert_eq!((&json["holds"], &json["suites"][2]["score"]), (&Value::from(true), &Value::from(1.0)));
    let survivors = json["suites"][2]["cases"][0]["survivors"].as_array().unwrap();
    assert!(
        survivors.iter().all(|survivor| survivor["reason"].is_string() && survivor["caught_by"].is_string())
    );
}

#[test]
fn the_report_goes_to_stdout_as_json_and_the_talk_to_stderr() {
    let folder = copy_of_the_project();
    let ran = run(uphold(folder.path()).args(["prove", "--format", "json", "--report", "json=prove.json"]));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("score: zoho_crm 100.0 %") && ran.stderr.contains("report: prove.json"));
    let file = fs::read_to_string(folder.path().join("prove.json")).unwrap();
    assert_eq!(ran.stdout, file);
    let schema: Value =
        serde_json::from_slice(&fs::read(project().join("schemas/uphold/prove.schema.json")).unwrap())
            .unwrap();
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert!(jsonschema::draft202012::new(&schema).unwrap().is_valid(&report));
    assert_eq!((&report["interrupted"], &report["unproven"]), (&Value::Null, &Value::from(0)));
}

#[test]
fn what_the_contract_tells_in_vain_fails_the_proof() {
    let open = r#"{"type": "object"}"#;
    let learned = stamp(json!({"type": "object", "maxProperties": 1}), &[], Strictness::Open).to_string();
    let learned = learned.as_str();
    for (schema, code, part) in [
        (None, 0, "score: shop 100.0 %"),
        // A person's schema that says little is meant; one that was learned is held against the examples.
        (Some(open), 0, "allowed by the schema file"),
        (Some(open), 0, "caught by a stricter schema file: schemas/shop/get_order/200.schema.json"),
        (Some(learned), 1, "missed       null.appeared  /id"),
        (Some(learned), 1, "false alarm  field.added"),
    ] {
        let collection = one_example("{{api}}/orders", 200, r#"{"id": 7}"#);
        let mut files = vec![("cases/shop/shop.postman_collection.json", collection.as_str())];
        files.extend(schema.map(|schema| ("schemas/shop/get_order/200.schema.json", schema)));
        let folder = workspace(&files);
        let ran = run(uphold(folder.path()).args(["prove", "shop"]));
        assert_eq!(ran.code, code, "{schema:?}: {ran:?}");
        assert!(ran.stdout.contains(part), "{part} in {ran:?}");
    }
}

#[test]
fn a_change_that_a_waiver_lets_go_is_named_with_its_end() {
    let folder = workspace(&[
        (
            "cases/shop/shop.postman_collection.json",
            &one_example("{{api}}/orders", 200, r#"{"id": 7, "n": "x"}"#),
        ),
        (
            "cases/shop/waivers.toml",
            "[[waiver]]\ncase = \"*\"\nid = \"body.field.removed\"\npath = \"/n\"\n\
             reason = \"on its way\"\nuntil = 2999-12-31\n",
        ),
    ]);
    let ran = run(uphold(folder.path()).args(["prove", "--report", "json=prove.json"]));
    assert_eq!(ran.code, 0, "{ran:?}");
    for part in [
        "1 × waived: body.field.removed until 2999-12-31: on its way",
        "such as /n of shop::get_order::ok",
        "caught by the contract, without the waiver of body.field.removed in waivers.toml",
        ", 1 inherent (",
    ] {
        assert!(ran.stdout.contains(part), "{part}: {ran:?}");
    }
    let json: Value = serde_json::from_slice(&fs::read(folder.path().join("prove.json")).unwrap()).unwrap();
    let survivor = &json["suites"][0]["cases"][0]["survivors"][0];
    assert_eq!(survivor["at"], "/n");
    assert_eq!(survivor["reason"], "the waiver of body.field.removed until 2999-12-31: on its way");
    assert_eq!(json["http"]["differing"], json!([]));
}

#[test]
fn an_answer_that_fails_as_it_is_proves_nothing_at_the_level_that_fails() {
    let collection = one_example("{{api}}/orders", 200, r#"{"id": 7, "extra": 1}"#);
    let with = |schema: &str, settings: &str| {
        let folder = workspace(&[
            ("cases/shop/shop.postman_collection.json", &collection),
            ("cases/shop/suite.toml", settings),
            ("schemas/shop/get_order/200.schema.json", schema),
        ]);
        let ran = |command: &[&str]| run(uphold(folder.path()).args(command).args(["--fail-on", "info"]));
        (ran(&["run", "--mock"]), ran(&["prove"]))
    };
    // What the example shows beside a schema that does not describe all of it is no news.
    let partial = r#"{"type": "object", "properties": {"id": {"type": "integer"}}}"#;
    let (judged, proven) = with(partial, "");
    assert!(judged.code == 0 && !judged.stdout.contains("body.field.added"), "{judged:?}");
    assert_eq!(proven.code, 0, "{proven:?}");
    let other = r#"{"type": "object", "required": ["other"]}"#;
    let (judged, proven) = with(other, "[severity]\n\"body.field.removed\" = \"info\"\n");
    assert_eq!((judged.code, proven.code), (1, 1), "{judged:?} {proven:?}");
    assert!(proven.stdout.contains("the answer as it is    told as body.field.removed /other"), "{proven:?}");
}

#[test]
fn nothing_to_prove_and_bad_usage_have_codes_of_their_own() {
    let folder = copy_of_the_project();
    let code = |args: &[&str]| run(uphold(folder.path()).arg("prove").args(args)).code;
    assert_eq!(code(&["--filter", "nothing_of_that_name"]), 4);
    assert_eq!(code(&["no-such-suite"]), 2);
    assert_eq!(code(&["--report", "junit=x.xml"]), 2);
    assert_eq!(code(&["--report", "json=cases/zoho-crm/suite.toml"]), 2);
    assert_eq!(code(&["zoho-crm", "--fail-on", "warning", "--seed", "9", "--quiet"]), 0);
}

/// A row of the table: what became of the changes of one collection.
struct Row {
    name: String,
    cases: usize,
    totals: Totals,
    weak: Vec<String>,
}

#[test]
fn real_collections_are_proven() {
    let Some(collections) = real_collections() else { return };
    let mut rows = Vec::new();
    for path in collections {
        match proof_of(&path) {
            Ok(proof) if proof.cases().next().is_some() => rows.push(row(&path, &proof)),
            Ok(_) | Err(_) => {}
        }
    }
    let table = table(&rows);
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("prove.md");
    fs::write(&file, &table).unwrap();
    println!("{table}\nalso in {}", file.display());
    assert!(rows.len() > 30, "only {} collections have answers: is this the right folder?", rows.len());
    let weak: Vec<&String> = rows.iter().flat_map(|row| &row.weak).collect();
    assert!(weak.is_empty(), "{weak:#?}");
}

fn proof_of(path: &Path) -> Result<Proof, JobError> {
    let folder = tempfile::tempdir().unwrap();
    let settings = ProveSettings {
        progress: None,
        chosen: chosen(folder.path(), path),
        selection: Selection::default(),
        fail_on: Severity::Breaking,
        seed: 1,
        outputs: vec![OutputSpec {
            format: OutputFormat::Json,
            path: folder.path().join("prove.json"),
            behind: false,
        }],
        verbosity: Verbosity::Quiet,
        started: jiff::Timestamp::UNIX_EPOCH,
        give_up: |signal| panic!("{signal:?}"),
    };
    Ok(prove(&settings, &mut std::io::sink(), None)?.proof)
}

fn row(path: &Path, proof: &Proof) -> Row {
    let name = path.file_name().unwrap().to_string_lossy().replace(".postman_collection.json", "");
    let mut weak: Vec<String> = proof.wire.differing.iter().chain(&proof.wire.unanswered).cloned().collect();
    for (id, case) in proof.cases() {
        let missed = case.missed().map(|s| format!("{id}: missed {} {} {}", s.kind.as_str(), s.at, s.what));
        let told = case.false_alarms.iter().map(|alarm| format!("{id}: false alarm {alarm:?}"));
        weak.extend(missed.chain(told));
    }
    Row { name, cases: proof.cases().count(), totals: Totals::of(proof.cases().map(|(_, case)| case)), weak }
}

fn table(rows: &[Row]) -> String {
    let mut text = "| collection | cases | breaking changes at shown places | caught | inherent | harmless changes | false alarms |\n\
                    | --- | --- | --- | --- | --- | --- | --- |\n"
        .to_owned();
    for row in rows {
        let (breaking, harmless) = (row.totals.all(Nature::Breaking), row.totals.all(Nature::Harmless));
        let shown = breaking.caught + breaking.wrong;
        let Row { name, cases, .. } = row;
        let (caught, inherent) = (breaking.caught, breaking.inherent);
        let (tried, wrong) = (harmless.tried, harmless.wrong);
        writeln!(text, "| {name} | {cases} | {shown} | {caught} | {inherent} | {tried} | {wrong} |").unwrap();
    }
    text.push_str("\n| kind | changes | caught | inherent | wrong |\n| --- | --- | --- | --- | --- |\n");
    let mut kinds: BTreeMap<Kind, [usize; 4]> = BTreeMap::new();
    for (kind, count) in rows.iter().flat_map(|row| row.totals.kinds()) {
        let sums = kinds.entry(kind).or_default();
        for (sum, more) in sums.iter_mut().zip([count.tried, count.caught, count.inherent, count.wrong]) {
            *sum += more;
        }
    }
    for (kind, [tried, caught, inherent, wrong]) in kinds {
        writeln!(text, "| {} | {tried} | {caught} | {inherent} | {wrong} |", kind.as_str()).unwrap();
    }
    for weak in rows.iter().flat_map(|row| &row.weak) {
        write!(text, "\n- {weak}").unwrap();
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seeds_served_with_other_values_find_nothing() {
    let bound = Mock::bind(MockOptions { port: None, seed: SEED }).await.unwrap();
    let origin = bound.origin();
    let mut plan = planned(&project(), &[]).unwrap();
    let cases: Vec<_> = plan.suites.iter().flat_map(|suite| suite.cases.clone()).collect();
    let mut answers = HashMap::new();
    for seed in 0..NOISY_RUNS {
        for case in &cases {
            answers.insert(format!("{}#{seed}", case.id), noisy(case, seed));
        }
    }
    plan.suites.clear();
    let names: BTreeSet<String> = answers.keys().cloned().collect();
    let bodies: BTreeSet<_> = answers.values().map(|answer| answer.body.clone()).collect();
    assert!(bodies.len() > cases.len() * 5, "the answers differ");
    let mock = bound.serve_also(&plan, answers);
    let client = Client::new(Limits::default());
    let mut checked = 0;
    for case in &cases {
        let Action::Send { request, .. } = &case.action else { panic!("{} is not sent", case.id) };
        for seed in 0..NOISY_RUNS {
            let mut request = request.clone();
            request.origin = origin.clone();
            let name = format!("{}#{seed}", case.id);
            assert!(names.contains(&name));
            request.headers.set("x-mock-response-id", name);
            let answer = client.send_one(&request, &Jar::default()).await.result.unwrap();
            quiet(case, &case.expectation, &answer).unwrap();
            checked += 1;
        }
    }
    mock.stop().await;
    assert_eq!(checked, cases.len() * 20);
}

#[test]
fn real_collections_served_with_other_values_find_nothing() {
    let Some(collections) = real_collections() else { return };
    let (mut checked, mut loud) = (0, Vec::new());
    for path in collections {
        let folder = tempfile::tempdir().unwrap();
        let Ok(plan) = planned(folder.path(), &[path]) else { continue };
        let cases: Vec<_> = plan.suites.iter().flat_map(|suite| &suite.cases).collect();
        let (next, told) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let of_case = (0..NOISY_RUNS)
                            .find_map(|seed| quiet(case, &case.expectation, &noisy(case, seed)).err());
                        told.lock().unwrap().extend(of_case);
                    }
                });
            }
        });
        checked += cases.len();
        loud.extend(told.into_inner().unwrap());
    }
    println!("{checked} answers, {NOISY_RUNS} times each, {} with a finding", loud.len());
    assert!(checked > 4_500, "only {checked} answers: is this the right folder?");
    assert!(loud.is_empty(), "{loud:#?}");
}

/// The mock's answer with fresh ids, dates, tokens and counts, members and maps shuffled.
fn noisy(case: &Case, seed: u64) -> uphold::message::Answer {
    let code = case.expectation.code.as_ref().map(|code| code.at.as_str());
    another_call(&Base::new(served(case, SEED)), code, seed)
}

/// Nothing at the level that fails a case.
fn quiet(case: &Case, expectation: &Expectation, answer: &uphold::message::Answer) -> Result<(), String> {
    let found = check(expectation, answer);
    match found.iter().find(|finding| finding.severity >= Severity::Breaking) {
        Some(finding) => Err(format!("{}: {finding:?}", case.id)),
        None => Ok(()),
    }
}

fn planned(root: &Path, paths: &[PathBuf]) -> Result<Plan, JobError> {
    let suites = paths.iter().map(|path| path.to_str().unwrap().to_owned()).collect();
    list(&ListSettings {
        chosen: Chosen { workspace: Workspace::at(root), suites, inputs: Inputs::default() },
        selection: Selection::default(),
        goal: Goal::Mock,
        allow_writes: true,
        only_safe: false,
    })
}

fn chosen(workspace: &Path, path: &Path) -> Chosen {
    let suites = vec![path.to_str().unwrap().to_owned()];
    Chosen { workspace: Workspace::at(workspace), suites, inputs: Inputs::default() }
}
