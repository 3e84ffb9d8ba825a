use std::collections::BTreeMap;
use std::path::Path;

use crate::suite::{CaptureFrom, Settings};

fn parse(steps: &str) -> Result<Settings, String> {
    let text = format!("[[case]]\nmatch = \"*\"\n{steps}");
    Settings::parse(&text, Path::new("s.toml"), &BTreeMap::new()).map_err(|error| error.to_string())
}

fn capture(text: &str) -> Result<Settings, String> {
    parse(&format!("before = [{{ case = \"a\", capture = {{ x = {text} }} }}]"))
}

#[test]
fn steps_and_captures_keep_their_order() {
    let settings = parse(
        "after = [{ case = \"c\" }]\nbefore = [{ case = \"a\", capture = { z = \"/z\", b = { header = \"H\" } } }, { case = \"b\" }]",
    );
    let case = settings.unwrap().case(&crate::finding::CaseId::from_parts(&["s", "x"]));
    let patterns = |steps: &[crate::suite::Step]| -> Vec<String> {
        steps.iter().map(|step| step.pattern.clone()).collect()
    };
    assert_eq!(
        (patterns(&case.before), patterns(&case.after)),
        (vec!["a".into(), "b".into()], vec!["c".into()])
    );
    let names: Vec<&str> = case.before[0].capture.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["z", "b"]);
    assert_eq!(case.before[0].capture[1].1.from, CaptureFrom::Header("H".to_owned()));
}

#[test]
fn a_pattern_takes_its_first_group_unless_told_otherwise() {
    for (text, group) in [
        ("{ regex = 'a(b)(c)' }", 1),
        ("{ regex = 'abc' }", 0),
        ("{ regex = 'a(b)(c)', group = 2 }", 2),
        ("{ body = true, regex = 'a(b)', group = 0 }", 0),
    ] {
        let settings = capture(text).unwrap();
        let step = settings.steps().next().unwrap();
        let (_, capture) = &step.capture[0];
        assert_eq!(capture.from, CaptureFrom::Body, "{text}");
        assert_eq!(capture.part.as_ref().unwrap().group, group, "{text}");
    }
}

#[test]
fn every_fault_is_told_with_its_place() {
    for (steps, expected) in [
        ("before = 1", "s.toml:3:10: `case.before` must be an array of tables"),
        ("before = [\"a\"]", "s.toml:3:11: `case.before` must be a table, not a string"),
        ("before = [{}]", "s.toml:3:11: `case.before.case` is missing"),
        ("before = [{ case = \"a[\" }]", "s.toml:3:20: `case.before.case`: `a[` is no glob"),
        (
            "before = [{ case = \"a\", captures = {} }]",
            "unknown key `case.before.captures`; did you mean `capture`?",
        ),
        (
            "after = [{ case = \"a\", capture = { x = \"/x\" } }]",
            "s.toml:3:24: `case.after.capture`: nothing is sent after the tear-down",
        ),
        ("before = [{ case = \"a\", capture = { \"a}b\" = \"/x\" } }]", "`a}b` is no name of a variable"),
    ] {
        let error = parse(steps).expect_err(steps);
        assert!(error.contains(expected), "`{expected}` is not in `{error}`");
    }
    for (text, expected) in [
        (
            "\"users/0\"",
            "s.toml:3:41: `case.before.capture.x`: `users/0` is no JSON pointer: it must begin with `/`",
        ),
        ("7", "must be a JSON pointer into the body"),
        ("{}", "says where the value stands by one of `header`, `cookie` and `body`"),
        ("{ header = \"A\", cookie = \"b\" }", "by one of `header`, `cookie` and `body`"),
        ("{ header = \"A B\" }", "`A B` is no header name"),
        ("{ body = false }", "`case.before.capture.x.body` can only be true"),
        ("{ group = 1, body = true }", "is a group of `regex`, which is missing"),
        ("{ regex = '(' }", "`(` is no regex: unclosed group"),
        ("{ regex = 'a(b)', group = 2 }", "there is no group 2; `a(b)` has 1 group"),
        ("{ regex = 'a', group = -1 }", "there is no group -1; `a` has no group"),
        ("{ heder = \"A\" }", "unknown key `case.before.capture.x.heder`; did you mean `header`?"),
    ] {
        let error = capture(text).expect_err(text);
        assert!(error.contains(expected), "`{expected}` is not in `{error}`");
    }
}
