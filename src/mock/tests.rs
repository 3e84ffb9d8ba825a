use std::path::PathBuf;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;
use crate::contract::{BodyExpectation, Expectation, Known, Outcome};
use crate::finding::CaseId;
use crate::message::{Answer, Headers, Request as Planned};
use crate::plan::{Action, Case, Recipe, Skip, Source, SuitePlan};
use crate::postman::Example;
use crate::suite::{Compare, SeverityTable};

/// A case under construction: item `item`, example `name`.
struct Draft {
    suite: &'static str,
    item: usize,
    example: Example,
    request: Planned,
    carries_auth: bool,
    recipe: Recipe,
    skipped: bool,
}

fn draft(name: &str, method: &str, target: &str, code: Option<u16>) -> Draft {
    Draft {
        suite: "api",
        item: 0,
        example: Example {
            name: name.to_owned(),
            id: None,
            request: None,
            code,
            headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
            body: Some(format!("{{\"example\":\"{name}\"}}")),
            language: None,
            pointer: String::new(),
        },
        request: Planned {
            method: method.to_owned(),
            origin: Origin::parse("http://127.0.0.1:1").unwrap(),
            target: target.to_owned(),
            headers: Headers::new(),
            body: None,
        },
        carries_auth: false,
        recipe: Recipe::AsSaved,
        skipped: false,
    }
}

impl Draft {
    fn item(mut self, item: usize) -> Self {
        self.item = item;
        self
    }

    fn body(mut self, body: &'static str) -> Self {
        self.request.body = Some(body.into());
        self
    }

    fn auth(mut self, header: &str, value: &str) -> Self {
        self.request.headers.push(header, value);
        self.carries_auth = true;
        self
    }

    fn answers(mut self, headers: &[(&str, &str)], body: &str) -> Self {
        self.example.headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        self.example.body = Some(body.to_owned());
        self
    }

    fn case(self, place: usize) -> Arc<Case> {
        let slug = self.example.name.to_lowercase().replace(' ', "_");
        let expectation = Expectation {
            status: self.example.code.unwrap_or(200),
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
        let send = Action::Send {
            request: self.request,
            late: None,
            delivery: Arc::default(),
            carries_auth: self.carries_auth,
            lane: None,
        };
        let skip = Action::Skip(Skip::new(crate::plan::SkipClass::Rule, "not sent"));
        Arc::new(Case {
            id: CaseId::from_parts(&[self.suite, "item", &slug]),
            item: "Item".to_owned(),
            source: Source {
                file: Arc::new(PathBuf::from(self.suite)),
                pointer: format!("/item/{}/response/{place}", self.item),
                line: None,
            },
            example: Arc::new(self.example),
            tags: Vec::new(),
            recipe: self.recipe,
            asked: 0,
            action: if self.skipped { skip } else { send },
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
        })
    }
}

async fn mock(drafts: Vec<Draft>) -> Mock {
    let cases = drafts.into_iter().enumerate().map(|(place, draft)| draft.case(place)).collect();
    let suite = SuitePlan {
        bare: None,
        codes: Vec::new(),
        name: "api".to_owned(),
        cases,
        without_example: Vec::new(),
        secrets: vec!["k-123456".to_owned()],
        warnings: Vec::new(),
        drawn: false,
        rate: None,
        waivers: Vec::new(),
    };
    Mock::bind(MockOptions::default()).await.unwrap().serve(&Plan { suites: vec![suite] })
}

/// Sends bytes and reads to the end: no client's own ideas stand between.
async fn ask(mock: &Mock, request_line: &str, headers: &str, body: &str) -> Answer {
    let asking =
        tokio::time::timeout(Duration::from_secs(5), ask_unguarded(mock, request_line, headers, body));
    asking.await.expect("an answer within five seconds")
}

async fn ask_unguarded(mock: &Mock, request_line: &str, headers: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(mock.origin().authority()).await.unwrap();
    let length = body.len();
    let text = format!(
        "{request_line} HTTP/1.1\r\nHost: mock\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").expect("a whole head");
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines.filter_map(|line| line.split_once(": ")).collect();
    Answer { status, headers, body: bytes[end + 4..].to_vec().into() }
}

async fn example(mock: &Mock, request_line: &str, headers: &str, body: &str) -> String {
    let answer = ask(mock, request_line, headers, body).await;
    let json: Value = serde_json::from_slice(&answer.body).unwrap();
    json["example"].as_str().map_or_else(|| format!("{} {json}", answer.status), str::to_owned)
}

#[tokio::test]
async fn a_named_example_is_served_whatever_is_asked() {
    let mut uid = draft("by postman id", "GET", "/a", Some(418));
    uid.example.id = Some("11-22".to_owned());
    let mut skipped = draft("skipped", "GET", "/a", Some(200));
    skipped.skipped = true;
    let mock = mock(vec![draft("first", "GET", "/a", Some(200)), uid, skipped]).await;
    assert_eq!(example(&mock, "GET /a", "", "").await, "first");
    for id in ["11-22", "api::item::by_postman_id"] {
        let header = format!("X-Mock-Response-Id: {id}\r\n");
        assert_eq!(example(&mock, "PUT /elsewhere", &header, "").await, "by postman id");
        assert_eq!(ask(&mock, "GET /a", &header, "").await.status, 418);
    }
    assert_eq!(example(&mock, "GET /a", "x-mock-response-id: api::item::skipped\r\n", "").await, "skipped");
    assert_eq!(ask(&mock, "GET /a", "x-mock-response-id: api::item::none\r\n", "").await.status, 404);
}

#[tokio::test]
async fn name_and_code_choose_among_the_examples_of_a_request() {
    let mock = mock(vec![
        draft("Not Found", "GET", "/a/1", Some(404)),
        draft("Fine", "GET", "/a/1", Some(201)),
        draft("No code", "GET", "/a/1", None),
        draft("Fine elsewhere", "GET", "/b", Some(404)),
    ])
    .await;
    // Of equals a success comes first, of these the first in the file.
    assert_eq!(example(&mock, "GET /a/1", "", "").await, "Fine");
    assert_eq!(example(&mock, "GET /a/1", "x-mock-response-name: Not Found\r\n", "").await, "Not Found");
    assert_eq!(example(&mock, "GET /b", "x-mock-response-code: 404\r\n", "").await, "Fine elsewhere");
    assert_eq!(example(&mock, "GET /a/1", "x-mock-response-code: 200\r\n", "").await, "No code");
    assert_eq!(ask(&mock, "GET /a/1", "x-mock-response-code: 500\r\n", "").await.status, 404);
    assert_eq!(ask(&mock, "GET /b", "x-mock-response-name: Fine\r\n", "").await.status, 404);
}

#[tokio::test]
async fn path_then_query_then_body_decide() {
    let mock = mock(vec![
        draft("any page", "GET", "/users", Some(200)),
        draft("page 2", "GET", "/users?page=2&q=a%20b", Some(200)),
        draft("copied", "COPY", "/users", Some(400)),
        draft("one", "PUT", "/users", Some(200)).body("{\"id\": 1, \"b\": [1.0]}"),
        draft("two", "PUT", "/users", Some(200)).body("{\"id\": 2}"),
        draft("text", "PUT", "/users", Some(500)).body("plain"),
        draft("upper", "GET", "/Teams/7", Some(200)),
    ])
    .await;
    assert_eq!(example(&mock, "GET /users", "", "").await, "any page");
    assert_eq!(example(&mock, "GET /users?q=a+b&page=2", "", "").await, "page 2");
    assert_eq!(example(&mock, "GET /users?page=3", "", "").await, "any page");
    assert_eq!(example(&mock, "COPY /users", "", "").await, "copied");
    assert_eq!(example(&mock, "PUT /users", "", "{ \"id\":2 }").await, "two");
    assert_eq!(example(&mock, "PUT /users", "", "plain").await, "text");
    assert_eq!(example(&mock, "PUT /users", "", "neither").await, "one");
    assert_eq!(example(&mock, "GET /teams/8/", "", "").await, "upper");
}

#[tokio::test]
async fn what_nothing_answers_is_told_with_the_closest() {
    let mock = mock(vec![
        draft("far", "GET", "/other", Some(200)),
        draft("near", "PUT", "/crm/v2/users?token=k-123456", Some(200)),
    ])
    .await;
    let answer = ask(&mock, "GET /crm/v2/user?x=1", "x-mock-response-name: near\r\n", "").await;
    assert_eq!((answer.status, answer.headers.get("content-type")), (404, Some("application/json")));
    let said: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(said["asked"]["method"], "GET");
    assert_eq!(said["asked"]["target"], "/crm/v2/user?x=1");
    assert_eq!(said["asked"]["x-mock-response-name"], "near");
    assert_eq!(said["closest"][0]["id"], "api::item::near");
    assert_eq!(said["closest"][0]["path"], "/crm/v2/users", "a query may hold a key");
}

#[tokio::test]
async fn a_missing_credential_gets_the_401_of_the_item() {
    let mut plain = draft("authentication failure", "PUT", "/users", Some(401));
    plain.recipe = Recipe::WithoutAuth;
    let mock = mock(vec![
        draft("other item", "GET", "/other", Some(401)).item(1),
        draft("scope", "PUT", "/users", Some(401)).auth("Authorization", "Bearer narrow"),
        draft("success", "PUT", "/users", Some(200)).auth("Authorization", "Bearer good"),
        plain,
    ])
    .await;
    assert_eq!(example(&mock, "PUT /users", "", "").await, "authentication failure");
    assert_eq!(example(&mock, "PUT /users", "Authorization: x\r\n", "").await, "success");
    let named = "x-mock-response-id: api::item::success\r\n";
    assert_eq!(example(&mock, "PUT /users", named, "").await, "authentication failure");
    assert_eq!(ask(&mock, "PUT /users", named, "").await.status, 401);
    let scope = "x-mock-response-id: api::item::scope\r\nAuthorization: Bearer narrow\r\n";
    assert_eq!(example(&mock, "PUT /users", scope, "").await, "scope");
    let named = "x-mock-response-id: api::item::authentication_failure\r\n";
    assert_eq!(example(&mock, "PUT /users", named, "").await, "authentication failure");
}

#[tokio::test]
async fn without_a_401_example_the_refusal_is_bare() {
    let mock = mock(vec![
        draft("basic", "GET", "/basic", Some(200)).auth("authorization", "Basic dTpw"),
        draft("header key", "GET", "/header", Some(200)).item(1).auth("X-Key", "k-123456"),
        draft("other item", "GET", "/other", Some(401)).item(4),
        draft("unset key", "GET", "/unset", Some(200)).item(3).auth("X-Api-Key", ""),
        Draft { carries_auth: true, ..draft("query key", "GET", "/query?q=1&k=k-123456", Some(200)).item(2) },
    ])
    .await;
    let answer = ask(&mock, "GET /basic", "Authorization: \r\n", "").await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.headers.get("www-authenticate"), Some("Basic realm=\"uphold mock\""));
    let said: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(said["expected"][0], "header authorization");

    assert_eq!(ask(&mock, "GET /header", "", "").await.status, 401);
    assert_eq!(example(&mock, "GET /header", "x-key: another\r\n", "").await, "header key");
    // Where the plan itself has nothing to send, nothing can be missing.
    assert_eq!(example(&mock, "GET /unset", "X-Api-Key: \r\n", "").await, "unset key");
    let answer = ask(&mock, "GET /query?q=1", "", "").await;
    assert_eq!(answer.status, 401);
    assert!(!String::from_utf8_lossy(&answer.body).contains("k-123456"));
    assert_eq!(example(&mock, "GET /query?k=z", "", "").await, "query key");
}

#[tokio::test]
async fn saved_headers_are_served_but_for_framing_and_what_is_no_header() {
    let saved = [
        ("Content-Type", "text/plain"),
        ("Content-Length", "999"),
        ("Transfer-Encoding", "chunked"),
        ("content-encoding", "gzip"),
        ("Connection", "keep-alive"),
        ("Date", "Tue, 11 May 2021 12:02:23 GMT"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        (":status", "200"),
        ("two words", "x"),
        ("X-Lines", "one\r\nX-Injected: two\n"),
        ("X-Word", "Grüße {{later}}"),
        ("X-Empty", ""),
    ];
    let mock = mock(vec![draft("all", "GET", "/", Some(299)).answers(&saved, "some text")]).await;
    let answer = ask(&mock, "GET /", "", "").await;
    assert_eq!((answer.status, &answer.body[..]), (299, b"some text".as_slice()));
    let headers = answer.headers;
    assert_eq!(headers.get("content-length"), Some("9"));
    assert_ne!(headers.get("date"), Some("Tue, 11 May 2021 12:02:23 GMT"));
    assert_eq!(headers.get_all("set-cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
    assert_eq!(headers.get("x-lines"), Some("one  X-Injected: two"));
    assert_eq!(headers.get("x-word"), Some("Grüße {{later}}"));
    assert_eq!(headers.get("x-empty"), Some(""));
    for gone in ["transfer-encoding", "content-encoding", ":status", "two words", "x-injected"] {
        assert!(!headers.contains(gone), "{gone}");
    }
}

#[tokio::test]
async fn a_body_goes_where_http_allows_one_and_in_the_charset_it_names() {
    let typed = |value: &'static str| [("Content-Type", value)];
    let mock = mock(vec![
        draft("head", "HEAD", "/", Some(200)),
        draft("empty", "DELETE", "/", Some(204)),
        draft("cached", "GET", "/cached", Some(304)),
        draft("latin", "GET", "/latin", Some(200)).answers(&typed("text/xml; charset=ISO-8859-1"), "é"),
        draft("wide", "GET", "/wide", Some(200)).answers(&typed("text/plain; charset=utf-16"), "é"),
        draft("lacks", "GET", "/lacks", Some(200)).answers(&typed("text/plain; charset=latin1"), "日"),
        draft("odd", "GET", "/odd", Some(200)).answers(&typed("*/*; charset=??"), "é"),
        draft("none", "GET", "/none", Some(200)).answers(&[], "{}"),
        draft("early", "GET", "/early", Some(103)),
        draft("zero", "GET", "/zero", Some(0)),
        draft("high", "GET", "/high", Some(999)),
    ])
    .await;
    for (line, status, body) in [
        ("HEAD /", 200, b"".as_slice()),
        ("DELETE /", 204, b""),
        ("GET /cached", 304, b""),
        ("GET /latin", 200, b"\xe9"),
        ("GET /wide", 200, b"\xe9\0"),
        ("GET /lacks", 200, "日".as_bytes()),
        ("GET /odd", 200, "é".as_bytes()),
        ("GET /none", 200, b"{}"),
        ("GET /early", 200, b"{\"example\":\"early\"}"),
        ("GET /zero", 200, b"{\"example\":\"zero\"}"),
        ("GET /high", 999, b"{\"example\":\"high\"}"),
    ] {
        let answer = ask(&mock, line, "", "").await;
        assert_eq!((answer.status, &answer.body[..]), (status, body), "{line}");
        assert_eq!(answer.headers.contains("content-type"), line != "GET /none", "{line}");
    }
}

#[tokio::test]
async fn type_placeholders_are_filled_and_nothing_else_is() {
    let json = r#"{ "<string>": "<integer>", "on": "<dateTime>", "it": "sample string 7", "x": "{{x}}" }"#;
    let xml = "<note><string>it</string></note>";
    let headers = [("Retry-After", "<integer>"), ("X-Powered-By", "Sails <sailsjs.org>")];
    let mock = mock(vec![
        draft("json", "GET", "/json", Some(200)).answers(&headers, json),
        draft("xml", "GET", "/xml", Some(200)).answers(&[("Content-Type", "text/xml")], xml),
        draft("text", "GET", "/text", Some(200)).answers(&[("Content-Type", "text/plain")], " <integer>\n"),
        draft("scalar", "GET", "/scalar", Some(200)).answers(&[], "\"<boolean>\""),
    ])
    .await;
    let answer = ask(&mock, "GET /json", "", "").await;
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    assert!(body["<string>"].is_u64(), "{body}");
    assert!(body["on"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{body}");
    assert_eq!((&body["it"], &body["x"]), (&Value::from("sample string 7"), &Value::from("{{x}}")));
    assert!(answer.headers.get("retry-after").unwrap().parse::<u64>().is_ok());
    assert_eq!(answer.headers.get("x-powered-by"), Some("Sails <sailsjs.org>"));
    assert_eq!(ask(&mock, "GET /xml", "", "").await.body, xml.as_bytes());
    assert!(ask(&mock, "GET /text", "", "").await.text().unwrap().parse::<u64>().is_ok());
    assert!(serde_json::from_slice::<bool>(&ask(&mock, "GET /scalar", "", "").await.body).is_ok());
    assert_eq!(ask(&mock, "GET /json", "", "").await.body, answer.body, "the same request, the same answer");
}

#[tokio::test]
async fn too_large_a_request_is_refused() {
    let mock = mock(vec![draft("any", "POST", "/", Some(200))]).await;
    let mut stream = TcpStream::connect(mock.origin().authority()).await.unwrap();
    let length = MAX_REQUEST_BODY + 1;
    let head = format!("POST / HTTP/1.1\r\nHost: mock\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut start = [0; 12];
    let refusal = tokio::time::timeout(Duration::from_secs(5), stream.read_exact(&mut start));
    refusal.await.expect("refused before it is sent").unwrap();
    assert_eq!(&start, b"HTTP/1.1 413");
}

#[tokio::test]
async fn a_port_in_use_is_named_and_free_again_after_stop() {
    let mock = mock(Vec::new()).await;
    let port = mock.origin().authority().rsplit(':').next().unwrap().parse().unwrap();
    let options = MockOptions { port: Some(port), seed: 0 };
    let error = Mock::bind(options).await.unwrap_err();
    assert!(matches!(error, MockError::PortInUse { port: named } if named == port));
    assert!(error.to_string().contains(&port.to_string()));
    mock.stop().await;
    let again = Mock::bind(options).await.expect("the port is free").serve(&Plan { suites: Vec::new() });
    assert_eq!(ask(&again, "GET /", "", "").await.status, 404);
}

#[tokio::test]
async fn stop_does_not_wait_for_idle_connections() {
    let mock = mock(Vec::new()).await;
    let authority = mock.origin().authority().to_owned();
    let mut idle = TcpStream::connect(&authority).await.unwrap();
    idle.write_all(b"GET / HTTP/1.1\r\nHost: mock\r\n\r\n").await.unwrap();
    let mut first = [0; 1];
    idle.read_exact(&mut first).await.unwrap();
    mock.stop().await;
    assert!(TcpStream::connect(&authority).await.is_err());
}

#[tokio::test]
async fn a_named_answer_is_served_beside_the_examples() {
    let bound = Mock::bind(MockOptions::default()).await.unwrap();
    let changed = Answer {
        status: 299,
        headers: [("X-A", "1"), ("X-A", "2"), ("no token", "x")].into_iter().collect(),
        body: "[]".into(),
    };
    let plan = Plan { suites: Vec::new() };
    let mock = bound.serve_also(&plan, HashMap::from([("changed".to_owned(), changed)]));
    let answer = ask(&mock, "PUT /anywhere", "x-mock-response-id: changed\r\n", "").await;
    assert_eq!((answer.status, answer.body.as_ref()), (299, b"[]".as_slice()));
    assert_eq!(answer.headers.get_all("x-a").collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(ask(&mock, "PUT /anywhere", "", "").await.status, 404);
    mock.stop().await;
}

#[tokio::test]
async fn what_is_said_to_be_served_is_served() {
    let draft = draft("one", "GET", "/a", Some(201))
        .answers(&[("X-N", "<integer>"), ("Date", "x")], "{\"a\":\"<uuid>\"}");
    let mock = mock(vec![draft]).await;
    let served = ask(&mock, "GET /a", "", "").await;
    assert_eq!(served.status, 201);
    let mut draft = self::draft("one", "GET", "/a", Some(201))
        .answers(&[("X-N", "<integer>"), ("Date", "x")], "{\"a\":\"<uuid>\"}");
    draft.item = 0;
    let case = draft.case(0);
    let said = super::served(&case, MockOptions::default().seed);
    assert_eq!((said.status, &said.body), (served.status, &served.body));
    assert_eq!(said.headers.get("x-n"), served.headers.get("x-n"));
    assert!(!said.headers.contains("date"));
}
