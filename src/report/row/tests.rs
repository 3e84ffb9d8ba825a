use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::contract::{BodyExpectation, Expectation, Known, Outcome};
use crate::finding::{CaseId, FindingId};
use crate::message::{Answer, Headers, Origin, Request};
use crate::plan::{Recipe, Skip, Source};
use crate::postman::Example;
use crate::redact::MASK;
use crate::report::exchange::EXCERPT;
use crate::report::samples;
use crate::send::{SendError, Timing};
use crate::suite::{Compare, SeverityTable};

const SECRET: &str = "s3cr3t/Value+1";

fn redactor() -> Redactor {
    Redactor::new([SECRET.to_owned()])
}

fn a_case(action: Action) -> Case {
    let expectation = Expectation {
        status: 200,
        outcome: Outcome::Ok,
        code: None,
        said_at: None,
        media_type: None,
        headers: Vec::new(),
        body: BodyExpectation::Any,
        compare: Compare::Contract,
        volatile: Vec::new(),
        unordered: Vec::new(),
        ignore: Vec::new(),
        severity: Arc::new(SeverityTable::default()),
        known: Known::default(),
    };
    let example = Example {
        name: "Ok".to_owned(),
        id: None,
        request: None,
        code: Some(200),
        headers: Vec::new(),
        body: None,
        language: None,
        pointer: "/item/0/response/0".to_owned(),
    };
    Case {
        id: CaseId::from_parts(&["api", "users", "ok"]),
        item: "Users".to_owned(),
        source: Source {
            file: Arc::new(PathBuf::from("./cases/api/a.json")),
            pointer: example.pointer.clone(),
            line: Some(7),
        },
        example: Arc::new(example),
        tags: Vec::new(),
        recipe: Recipe::AsSaved,
        asked: 0,
        action,
        expectation: Arc::new(expectation),
        documented: Arc::default(),
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

/// A request with the secret wherever one can stand.
fn request() -> Request {
    Request {
        method: "POST".to_owned(),
        origin: Origin::parse("https://api.example.com").unwrap(),
        target: "/users?page=1&api_key=abc&echo=s3cr3t%2FValue%2B1".to_owned(),
        headers: [("Authorization", "Bearer abc"), ("Content-Type", "application/json"), ("X-Echo", SECRET)]
            .into_iter()
            .collect(),
        body: Some("{\"password\": \"hunter\", \"echo\": \"s3cr3t\\/Value+1\", \"name\": \"Ann\"}".into()),
    }
}

fn sent() -> Case {
    a_case(Action::Send {
        request: request(),
        late: None,
        delivery: std::sync::Arc::default(),
        carries_auth: true,
        lane: None,
    })
}

fn exchange(result: Result<Answer, SendError>) -> Exchange {
    let timing = Timing { total: Duration::from_millis(7) };
    Exchange { result, timing, attempts: 2, retries: 0, hops: Vec::new() }
}

fn answer(content_type: &str, body: &[u8]) -> Answer {
    let headers: Headers =
        [("Content-Type", content_type), ("Set-Cookie", "sid=abc"), ("X-Echo", SECRET)].into_iter().collect();
    Answer { status: 400, headers, body: body.to_vec().into() }
}

fn failed(answer: Answer) -> CaseRow {
    let findings = vec![
        Finding::new(FindingId::BodyValueChanged, "/echo", SECRET, format!("\"{SECRET}\"")).with_hint(SECRET),
        Finding::new(FindingId::BodyValueChanged, "/password", "\"a\"", "\"b\""),
    ];
    case(3, &sent(), Some(&exchange(Ok(answer))), &Verdict::Failed(findings), &redactor())
}

fn told(row: &CaseRow) -> String {
    row.exchange.as_ref().unwrap().answer_excerpt().unwrap()
}

#[test]
fn no_secret_is_left_in_a_row() {
    let body = br#"{"access_token": "abcdef", "echo": "s3cr3t\/Value+1", "plain": "s3cr3t/Value+1"}"#;
    let row = failed(answer("application/json", body));
    let text = format!("{row:?}");
    for secret in [SECRET, "s3cr3t", "Value+1", "abc", "hunter", "\"b\""] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    let answer = told(&row);
    assert_eq!(
        row.request.unwrap().url,
        format!("https://api.example.com/users?page=1&api_key={MASK}&echo={MASK}")
    );
    let curl = row.curl.unwrap();
    assert!(curl.contains("-H 'Authorization: «redacted»'") && curl.contains("\"name\": \"Ann\""), "{curl}");
    assert!(
        answer.starts_with("HTTP 400\nContent-Type: application/json\nSet-Cookie: «redacted»\n"),
        "{answer}"
    );
}

#[test]
fn urls_in_findings_show_no_password_and_no_token() {
    let to = "https://ann:hunter22@api.example.com/in?page=2&access_token=abcdef";
    let hidden = format!("https://ann:{MASK}@api.example.com/in?page=2&access_token={MASK}");
    let header = Finding::new(FindingId::StatusClassChanged, "header:location", "/in", to)
        .with_hint(format!("not followed: a redirect to {to}"));
    let findings = Verdict::Failed(vec![header]);
    let row = case(0, &sent(), Some(&exchange(Ok(answer("text/plain", b"")))), &findings, &redactor());
    let shown = row.findings.first().unwrap();
    assert_eq!(shown.actual, hidden);
    assert_eq!(shown.hint.as_deref(), Some(format!("not followed: a redirect to {hidden}").as_str()));
}

#[test]
fn the_facts_of_an_exchange_are_taken_over() {
    let row = failed(answer("text/plain", b"no"));
    assert_eq!((row.position, row.id.as_str(), row.suite.as_str()), (3, "api::users::ok", "api"));
    assert_eq!((row.file.as_str(), row.pointer.as_str()), ("cases/api/a.json", "/item/0/response/0"));
    assert_eq!((row.verdict, row.status, row.attempts), (VerdictRow::Failed, Some(400), 2));
    assert_eq!((row.duration, row.recipe.as_str(), row.reason), (Duration::from_millis(7), "as saved", None));
}

#[test]
fn a_case_that_passed_drops_its_answer() {
    let exchange = exchange(Ok(answer("text/plain", b"yes")));
    let row = case(0, &sent(), Some(&exchange), &Verdict::Passed(Vec::new()), &redactor());
    assert_eq!((row.verdict, row.curl, row.exchange), (VerdictRow::Passed, None, None));
}

#[test]
fn reasons_say_why_there_is_no_answer() {
    let refused = SendError::Connect(format!("refused {SECRET}"));
    let finding = Finding::new(FindingId::TransportError, "", "an answer", "refused");
    let row = case(0, &sent(), Some(&exchange(Err(refused))), &Verdict::Errored(vec![finding]), &redactor());
    assert_eq!(row.reason.as_deref(), Some("cannot connect: refused «redacted»"));
    assert_eq!((row.status, row.exchange.as_ref().unwrap().answer.as_ref()), (None, None));
    assert!(row.curl.is_some());

    let limited = Finding::new(FindingId::EnvThrottled, "", "200", "429");
    let exchange = exchange(Ok(answer("text/plain", b"slow down")));
    let row = case(0, &sent(), Some(&exchange), &Verdict::Errored(vec![limited]), &redactor());
    assert_eq!(row.reason.as_deref(), Some("the server limits the rate of requests"));

    let skip = a_case(Action::Skip(Skip::new(crate::plan::SkipClass::Twin, "unused")));
    let row = case(0, &skip, None, &Verdict::Skipped(format!("needs {SECRET}")), &redactor());
    assert_eq!(row.reason.as_deref(), Some("needs «redacted»"));
    assert_eq!((row.verdict, row.request, row.attempts), (VerdictRow::Skipped, None, 0));
}

#[test]
fn long_places_are_cut_and_stay_two() {
    let place = |end: &str| format!("/{}{SECRET}{}{end}", "k".repeat(230), "k".repeat(100_000));
    let finding = |at: String| Finding::new(FindingId::BodyFieldAdded, at, "no such member", "null");
    let redactor = Redactor::new([SECRET.to_owned()]);
    let [one, two] = ["a", "b"].map(|end| hidden(&finding(place(end)), &redactor));
    assert_ne!(one.at, two.at);
    assert!(one.at.len() < 300 && !one.at.contains(&SECRET[..6]), "{}", one.at);
    let seen = SeenCodes { codes: vec![ResultCode { at: place("a"), code: "x".repeat(100_000) }], more: 0 };
    let row = codes(&seen, &redactor).codes.remove(0);
    assert!(row.at == one.at && row.code.chars().count() < 300);
}

#[test]
fn a_secret_at_the_cut_is_not_halved() {
    for before in EXCERPT / 4 * 3 - SECRET.len()..EXCERPT / 4 * 3 + 2 {
        let body = format!("{}{SECRET}{}", "x".repeat(before), "y".repeat(EXCERPT));
        let shown = told(&failed(answer("text/plain", body.as_bytes())));
        assert!(!shown.contains("s3"), "{before}");
    }
}

#[test]
fn bytes_are_shown_in_hexadecimal_unless_they_hold_a_secret() {
    let shown = |body: &[u8]| told(&failed(answer("image/png", body)));
    assert!(shown(b"\x89PNG\0").ends_with("\n\n(5 bytes that are no text)\n89 50 4e 47 00"));
    assert!(shown(&[0xff; 300]).ends_with("ff ff\n…"));
    assert!(shown(&[b"\xff", SECRET.as_bytes()].concat()).ends_with("with a secret value among them)"));
    assert!(shown(b"").ends_with("\n\n"));
}

#[test]
fn warnings_name_the_file_and_hide_values() {
    let found = Warning {
        file: "./cases/a.json".into(),
        pointer: "/item/0".to_owned(),
        message: format!("header with {SECRET}"),
    };
    let row = warning(&found, &redactor());
    assert_eq!((row.file.as_str(), row.message.as_str()), ("cases/a.json", "header with «redacted»"));
}

#[test]
fn hostile_answers_stay_as_they_are_for_the_formats_to_escape() {
    for text in samples::HOSTILE.iter().filter(|text| !text.contains('\0')) {
        assert!(told(&failed(answer("text/plain", text.as_bytes()))).ends_with(text));
    }
}
