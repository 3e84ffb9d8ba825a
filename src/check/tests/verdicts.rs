//! Verdicts, and answers that are those of a twin.

use std::time::Duration;

use super::*;
use crate::finding::CaseId;
use crate::plan::{Action, Case, Documented, Recipe, Skip, Source};
use crate::send::{Exchange, SendError, Timing};

fn case(world: &World) -> Case {
    let names = ["UPDATED", "BAD_ID", "REFUSED", "GONE"];
    let documented = (1..world.examples.len()).map(|index| Documented {
        example: Arc::new(Example {
            name: names[index].to_owned(),
            ..Example::clone(&world.examples[index])
        }),
        expectation: world.expectation(index),
    });
    Case {
        id: CaseId::from_parts(&["s", "item", "updated"]),
        item: "item".into(),
        source: Source {
            file: Arc::new(PathBuf::from("c.json")),
            pointer: "/item/0/response/0".into(),
            line: None,
        },
        example: Arc::clone(&world.examples[0]),
        tags: Vec::new(),
        recipe: Recipe::AsSaved,
        asked: 0,
        action: Action::Skip(Skip::new(crate::plan::SkipClass::Rule, "")),
        expectation: world.expectation(0),
        documented: documented.collect(),
        credential: None,
        notes: Vec::new(),
        altered: None,
        repeatable: false,
        path: None,
        steps: None,
        waivers: Vec::new(),
        clock: jiff::Timestamp::UNIX_EPOCH,
    }
}

#[test]
fn a_sunset_is_near_by_the_start_of_the_run_where_the_answer_has_no_date() {
    let case = Case { clock: "2026-11-21T20:00:00Z".parse().unwrap(), ..case(&world()) };
    let level = |fields: &[(&str, &str)]| {
        let fields: Vec<_> = [("Content-Type", "application/json")].iter().chain(fields).copied().collect();
        let result = Ok(super::answer(200, &fields, br#"{"id": 1, "name": "Ann"}"#));
        let timing = Timing { total: Duration::ZERO };
        let exchange = Exchange { result, timing, attempts: 1, retries: 0, hops: Vec::new() };
        let (Verdict::Passed(found) | Verdict::Failed(found)) = judge(&case, &exchange, Severity::Breaking)
        else {
            panic!()
        };
        let mut sunsets = found.into_iter().filter(|one| one.at == "header:sunset");
        sunsets.next().map(|one| one.severity)
    };
    let (near, far) =
        (("Sunset", "Tue, 01 Dec 2026 00:00:00 GMT"), ("Sunset", "Fri, 31 Dec 2027 23:59:59 GMT"));
    assert_eq!(level(&[near]), Some(Severity::Breaking));
    assert_eq!(level(&[far]), Some(Severity::Warning));
    assert_eq!(level(&[near, ("Date", "now")]), Some(Severity::Breaking), "no date");
    let early = ("Date", "Thu, 01 Jan 2026 00:00:00 GMT");
    assert_eq!(level(&[near, early]), Some(Severity::Warning), "the answer's own clock counts");
}

fn world() -> World {
    let media = [("Content-Type", "application/json")];
    World::of([
        example(200, &media, Some(r#"{"id": 1, "name": "Ann"}"#)),
        example(400, &media, Some(r#"{"code": "BAD_ID", "message": "m"}"#)),
        example(401, &media, Some(r#"{"code": "REFUSED", "message": "m"}"#)),
        example(404, &media, Some(r#"{"message": "m"}"#)),
    ])
}

fn verdict(answer: Answer, fail_on: Severity) -> Verdict {
    verdict_on(Ok(answer), fail_on)
}

fn verdict_on(result: Result<Answer, SendError>, fail_on: Severity) -> Verdict {
    let timing = Timing { total: Duration::ZERO };
    judge(&case(&world()), &Exchange { result, timing, attempts: 1, retries: 0, hops: Vec::new() }, fail_on)
}

fn answered(status: u16, body: &str) -> Answer {
    answer(status, &[("Content-Type", "application/json")], body.as_bytes())
}

#[test]
fn passed_and_failed_by_level() {
    let added = || answered(200, r#"{"id": 1, "name": "Ann", "new": 1}"#);
    assert!(matches!(verdict(added(), Severity::Breaking), Verdict::Passed(f) if f.len() == 1));
    assert!(matches!(verdict(added(), Severity::Info), Verdict::Failed(_)));
    let Verdict::Failed(found) = verdict(answered(200, r#"{"id": 1}"#), Severity::Breaking) else { panic!() };
    assert_eq!(lines(&found), ["breaking body.field.removed /name"]);
    assert_eq!(found[0].hint, None);
}

#[test]
fn the_answer_of_a_twin_is_named() {
    let hint = |verdict| match verdict {
        Verdict::Failed(found) | Verdict::Errored(found) => found[0].hint.clone().unwrap_or_default(),
        other => panic!("{other:?}"),
    };
    let bad = verdict(answered(400, r#"{"code": "BAD_ID", "message": "other words"}"#), Severity::Breaking);
    assert_eq!(hint(bad), "the API answered as its example 'BAD_ID'");
    let refused = verdict(answered(401, r#"{"code": "REFUSED", "message": "m"}"#), Severity::Breaking);
    assert!(matches!(refused, Verdict::Errored(_)));
    assert!(hint(refused).starts_with("the API answered as its example 'REFUSED'; check the credentials"));
    let other = verdict(answered(400, r#"{"code": "WORSE", "message": "m"}"#), Severity::Breaking);
    assert_eq!(hint(other), "");
    let gone = verdict(answered(404, r#"{"message": "other words"}"#), Severity::Breaking);
    assert_eq!(hint(gone), "the API answered as its example 'GONE'");
    let coded = verdict(answered(404, r#"{"code": "NEW", "message": "m"}"#), Severity::Breaking);
    assert_eq!(hint(coded), "");
    let half = verdict(answered(400, r#"{"code": "BAD_ID"}"#), Severity::Breaking);
    assert_eq!(hint(half), "");
}

#[test]
fn without_an_answer_a_case_errors() {
    let id = |error| match verdict_on(Err(error), Severity::Breaking) {
        Verdict::Errored(found) => found[0].id,
        other => panic!("{other:?}"),
    };
    assert_eq!(id(SendError::Timeout("30 s".into())), FindingId::TransportTimeout);
    assert_eq!(id(SendError::Broken("cut off".into())), FindingId::TransportError);
    assert_eq!(id(SendError::TooLarge { limit: 1 }), FindingId::TransportError);
}
