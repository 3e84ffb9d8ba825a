//! `[severity]` of suite.toml: what it lowers is no miss, and what it raises no false alarm.

use super::*;

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
