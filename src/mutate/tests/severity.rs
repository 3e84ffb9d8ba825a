//! `[severity]` of suite.toml: what it lowers is no miss, and what it raises no false alarm.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use super::*;
use crate::mutate::draw::Dice;

/// A code in an error, a success with ids, a list and a map, a text, XML, and header fields of each class.
fn suite(settings: &str) -> Vec<Arc<Case>> {
    let fields: &[(&str, &str)] = &[
        ("Content-Type", "application/json"),
        ("X-Plan", "gold"),
        ("Cache-Control", "no-store"),
        ("api-version", "2.0"),
    ];
    let ok = r#"{"users":[{"id":"738964000000291009","n":1,"on":true,"s":"ACTIVE"}],"by":{"738964000000291009":{"x":1}}}"#;
    cases(
        &[
            ("ok", 200, fields, ok),
            ("flag", 200, fields, r#"{"success":true,"data":{"a":"b"}}"#),
            ("bad", 400, fields, r#"{"code":"INVALID","message":"m","details":{}}"#),
            ("number", 404, fields, r#"{"error":{"code":1001,"message":"m"}}"#),
            ("in 200", 200, fields, r#"{"users":[{"code":"INVALID","status":"error","message":"m"}]}"#),
            ("text", 409, &[("Content-Type", "text/plain")], "hello"),
            ("xml", 410, &[("Content-Type", "application/xml")], "<a><b/></a>"),
        ],
        settings,
    )
}

#[test]
fn whatever_level_a_finding_has_nothing_is_missed_and_nothing_told_in_vain() {
    for id in FindingId::ALL {
        for level in ["off", "info", "warning", "breaking"] {
            let settings = format!("[severity]\n\"{id}\" = \"{level}\"\n");
            for case in suite(&settings) {
                for fail_on in [Severity::Breaking, Severity::Warning] {
                    let proof = proof_by(&case, &base(&case), Rules { fail_on, ..RULES });
                    assert!(proof.is_proven(), "{settings} {}: {proof:?}", case.id);
                    let lowered = |one: &&Survivor| matches!(one.reason, Some(Reason::Severity(_)));
                    let all = proof.survivors.iter().filter(lowered);
                    let by: BTreeSet<_> = all.map(|one| one.reason.clone()).collect();
                    assert!(by.iter().all(|one| *one == Some(Reason::Severity(*id))), "{settings} {by:?}");
                }
            }
        }
    }
}

#[test]
fn a_type_that_changes_where_the_code_stands_is_let_go_with_the_code() {
    let cases = suite("[severity]\n\"error.code_changed\" = \"info\"\n");
    let lines = survivors(&proof(&cases[2]));
    assert!(lines.contains(&"type.changed /code: lowered by suite.toml".to_owned()), "{lines:?}");
    assert!(lines.contains(&"code.changed /code: lowered by suite.toml".to_owned()), "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("/message")), "{lines:?}");
}

/// One level for every finding, and levels by chance.
fn tables() -> Vec<(Option<&'static str>, String)> {
    let table = |mut level: Box<dyn FnMut() -> &'static str>| {
        let line = |id: &FindingId| format!("\"{id}\" = \"{}\"", level());
        let lines: Vec<String> = FindingId::ALL.iter().map(line).collect();
        format!("[severity]\n{}\n", lines.join("\n"))
    };
    let levels = ["off", "info", "warning", "breaking"];
    let one = levels.map(|level| (Some(level), table(Box::new(move || level))));
    let by_chance = (0..2).map(|seed| {
        let mut dice = Dice::new(seed, "levels");
        (None, table(Box::new(move || levels[dice.position(levels.len())])))
    });
    one.into_iter().chain(by_chance).collect()
}

/// What no level fails is not caught, what every level fails is as without the table, and nothing else is
/// claimed. Whether there was a case.
fn is_proven_at_every_level(name: &str, collection: &Value) -> bool {
    let caught = |proof: &CaseProof| proof.counts.values().map(|count| count.caught).sum::<usize>();
    let Ok(cases) = planned_with(collection, "", &Files::None) else { return false };
    let usual: Vec<usize> = cases.iter().map(|case| caught(&proof(case))).collect();
    for (level, settings) in tables() {
        let cases = planned(collection, &settings);
        for (case, usual) in cases.iter().zip(&usual) {
            let proof = proof(case);
            assert!(proof.is_proven(), "{name} {level:?} {}: {proof:?}\n{settings}", case.id);
            match level {
                Some("breaking") => assert!(caught(&proof) >= *usual, "{name} {}: {proof:?}", case.id),
                Some(_) => assert_eq!(caught(&proof), 0, "{name} {level:?} {}: {proof:?}", case.id),
                None => {}
            }
        }
    }
    !cases.is_empty()
}

#[test]
fn the_seeds_are_proven_at_every_level() {
    let cases = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("cases");
    let files =
        std::fs::read_dir(cases).unwrap().flat_map(|suite| std::fs::read_dir(suite.unwrap().path()).unwrap());
    let paths = files.map(|file| file.unwrap().path());
    let mut proven = 0;
    for path in paths.filter(|path| path.to_string_lossy().ends_with(".postman_collection.json")) {
        let collection = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        proven += usize::from(is_proven_at_every_level(&path.to_string_lossy(), &collection));
    }
    assert_eq!(proven, 2, "the third has no example");
}

/// A dozen small collections; `UPHOLD_COLLECTIONS_TO_PROVE=42` proves as many.
#[test]
fn real_collections_are_proven_at_every_level() {
    let Some(folder) = std::env::var_os("UPHOLD_CORPUS") else {
        println!("skipped: UPHOLD_CORPUS names no folder of collections");
        return;
    };
    let count = std::env::var("UPHOLD_COLLECTIONS_TO_PROVE").ok();
    let count = count.map_or(12, |text| text.parse().unwrap());
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort_by_key(|path| path.metadata().unwrap().len());
    let (next, proven) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while proven.load(Relaxed) < count
                    && let Some(path) = files.get(next.fetch_add(1, Relaxed))
                {
                    let text = std::fs::read_to_string(path).unwrap_or_default();
                    let read = serde_json::from_str(text.trim_start_matches('\u{feff}'));
                    let name = path.to_string_lossy();
                    let had_cases = read.is_ok_and(|collection| is_proven_at_every_level(&name, &collection));
                    proven.fetch_add(usize::from(had_cases), Relaxed);
                }
            });
        }
    });
    println!("{} collections", proven.load(Relaxed));
    assert!(proven.load(Relaxed) >= count.min(12));
}
