use proptest::prelude::*;

use super::*;
use crate::message::{Headers, Origin};
use crate::redact::MASK;

const SECRET: &str = "s3cr3t/Value+1";

fn redactor() -> Redactor {
    Redactor::new([SECRET.to_owned()])
}

fn answer(content_type: &str, body: &[u8]) -> Answer {
    let headers: Headers = [("Content-Type", content_type), ("X-Echo", SECRET)].into_iter().collect();
    Answer { status: 400, headers, body: body.to_vec().into() }
}

fn body(text: &str) -> BodyRow {
    of_answer(&answer("text/plain", text.as_bytes()), &redactor()).body.unwrap()
}

#[test]
fn what_was_sent_came_and_was_saved_is_told_without_secrets() {
    let request = Request {
        method: "POST".to_owned(),
        origin: Origin::parse("https://api.example.com").unwrap(),
        target: "/".to_owned(),
        headers: [("Authorization", "Bearer abcdef"), ("Content-Type", "application/json; charset=utf-8")]
            .into_iter()
            .collect(),
        body: Some(format!("{{\"echo\": \"{SECRET}\"}}").into()),
    };
    let example = Example {
        name: "Ok".to_owned(),
        id: None,
        request: None,
        code: Some(201),
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: Some("{\"id\": \"<integer>\", \"password\": \"hunter22\"}".to_owned()),
        language: None,
        pointer: String::new(),
    };
    let came = answer("application/problem+json; charset=utf-8", b"{\"token\": \"abc\"}");
    let row = ExchangeRow::new(&request, Some(&came), (&example, 200), &redactor());
    let text = format!("{row:?}");
    for secret in ["s3cr3t", "Value+1", "abcdef", "hunter22", "\"abc\""] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    let ExchangeRow { request, answer: Some(answer), expected: Some(expected) } = row else {
        panic!("{text}");
    };
    let statuses = [&request, &answer, &expected].map(|message| message.status);
    assert_eq!(statuses, [None, Some(400), Some(200)]);
    let types = [&request, &answer, &expected].map(|m| m.body.as_ref().unwrap().media_type.clone().unwrap());
    assert_eq!(types, ["application/json", "application/problem+json", "application/json"]);
    assert_eq!(expected.body.unwrap().text, format!("{{\"id\": \"<integer>\", \"password\": \"{MASK}\"}}"));
    let bytes = request.body.unwrap().bytes;
    assert_eq!(bytes, 12 + SECRET.len());
}

#[test]
fn a_long_body_keeps_both_ends_and_says_what_is_left_out() {
    let text = format!("{}{}", "ä".repeat(SHOWN_BODY), "z".repeat(SHOWN_BODY));
    let row = body(&text);
    assert!(row.text.len() <= SHOWN_BODY / 4 * 3 && row.tail.len() == SHOWN_BODY / 4);
    assert_eq!(row.text.len() + row.left_out + row.tail.len(), text.len());
    assert_eq!(row.bytes, text.len());
    assert!(text.starts_with(&row.text) && text.ends_with(&row.tail));
}

#[test]
fn too_many_fields_are_cut() {
    let long = "x".repeat(SHOWN_FIELDS);
    let headers: Headers = (0..500).map(|n| (format!("X-{n}"), long.clone())).collect();
    let row = of_answer(&Answer { status: 200, headers, body: Vec::new().into() }, &redactor());
    assert_eq!((row.headers.len(), &row.body), (MOST_FIELDS, &None));
    assert!(row.size() < 128 * 1024, "{}", row.size());
}

#[test]
fn where_the_allowance_is_used_up_messages_are_short() {
    let text = "y".repeat(SHOWN_BODY);
    let message = MessageRow { body: Some(body(&text)), ..MessageRow::default() };
    let whole =
        ExchangeRow { request: message.clone(), answer: Some(message.clone()), expected: Some(message) };
    let mut allowance = Allowance { left: whole.size() + 100 };
    let (mut first, mut second, mut third) = (whole.clone(), whole.clone(), whole.clone());
    third.answer = None;
    third.expected = None;
    third.request.body = Some(body("tiny"));
    for row in [&mut first, &mut second, &mut third] {
        allowance.fit(row);
    }
    assert_eq!(first, whole);
    assert_eq!(third.request.body.unwrap().text, "tiny");
    assert!(second.size() <= EXCERPT + 2 * SHORT, "{}", second.size());
    assert_eq!(second.answer_excerpt(), whole.answer_excerpt(), "the excerpt is the same");
}

proptest! {
    #[test]
    fn an_excerpt_of_what_was_kept_is_that_of_the_whole(
        part in "[a-zä🏠\n]{1,40}",
        times in 1usize..9000,
        limits in prop::collection::vec(EXCERPT..SHOWN_BODY, 0..3),
    ) {
        let text = part.repeat(times);
        let mut row = body(&text);
        let mut limits = limits;
        limits.sort_unstable_by(|a, b| b.cmp(a));
        for limit in limits {
            row.cut(limit);
        }
        prop_assert_eq!(row.text.len() + row.left_out + row.tail.len(), text.len());
        let shown = excerpt::lines(&text, EXCERPT);
        prop_assert_eq!(row.excerpt(), shown.as_ref());
    }
}
