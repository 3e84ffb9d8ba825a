//! `uphold compare`: a noisy pair of servers, every kind of break between them, what is sent how often,
//! and what is told before anything is.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use serde_json::{Value, json};

use crate::support::{Ran, Recorder, answer, run, uphold, workspace};

mod breaks;
mod steps;

const SUITE: &str = "cases/shop/shop.postman_collection.json";

/// A break of a server: what it changes in status, further header fields, and the body as text.
type Break = fn(&mut u16, &mut Vec<(String, String)>, &mut Value) -> Option<String>;

/// The things of an API whose every answer is another one: ids, dates, tokens, counters, the order of
/// sets, a member that comes at every second call (of the other server at the other), one that comes as it likes, and a word of three.
fn noisy(seed: u64, fault: Option<Break>) -> Recorder {
    let calls: Mutex<HashMap<String, u64>> = Mutex::default();
    Recorder::with(move |request| {
        let target = request.split(' ').nth(1).unwrap_or_default().to_owned();
        let call = {
            let mut calls = calls.lock().unwrap();
            let call = calls.entry(target.clone()).or_default();
            *call += 1;
            *call
        };
        let mut dice = Dice(
            target.bytes().fold(seed ^ (call << 32), |sum, byte| sum.wrapping_mul(31) + u64::from(byte)),
        );
        let mut body = thing(call, (call + seed).is_multiple_of(2), &mut dice);
        let mut status = 200;
        let mut fields = vec![
            ("Content-Type".to_owned(), "application/json".to_owned()),
            ("X-Request-Id".to_owned(), format!("{:x}", dice.next())),
            ("X-Total".to_owned(), "3".to_owned()),
            ("API-Version".to_owned(), "2".to_owned()),
        ];
        let text = fault.and_then(|fault| fault(&mut status, &mut fields, &mut body));
        let text = text.unwrap_or_else(|| body.to_string());
        let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let fields = fields.concat();
        format!(
            "HTTP/1.1 {status} X\r\n{fields}Content-Length: {}\r\nConnection: close\r\n\r\n{text}",
            text.len()
        )
        .into_bytes()
    })
}

/// xorshift64*, as in Marsaglia, "Xorshift RNGs".
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 |= 1;
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, end: u64) -> u64 {
        (self.next() >> 33) % end
    }

    fn shuffled(&mut self, mut items: Vec<Value>) -> Value {
        for at in (1..items.len()).rev() {
            items.swap(at, usize::try_from(self.below(at as u64 + 1)).unwrap());
        }
        items.into()
    }
}

fn thing(call: u64, nick: bool, dice: &mut Dice) -> Value {
    let state = ["open", "closed", "held"][usize::try_from(dice.below(3)).unwrap()];
    let lines = ["red", "green", "blue"].map(|name| json!({"name": name, "qty": 2, "price": 1.5}));
    let mut thing = json!({
        "id": dice.below(1_000_000),
        "uuid": format!("{:08x}-0000-4000-8000-{:012x}", dice.below(1 << 32), dice.below(1 << 48)),
        "created_at": format!("2026-11-{:02}T08:{:02}:00Z", dice.below(28) + 1, dice.below(60)),
        "load": format!("0.{:03}5", dice.below(1000)).parse::<f64>().unwrap(),
        "calls": call,
        "title": "thing",
        "size": 3,
        "email": "ann@example.com",
        "state": state,
        "owner": {"name": "Ann", "phone": "555"},
        "tags": dice.shuffled(vec!["a".into(), "b".into(), "c".into()]),
        "lines": dice.shuffled(lines.to_vec()),
        "by_id": {"100001": {"n": 1}, "100002": {"n": 2}},
    });
    if nick {
        thing["nick"] = "every second time".into();
    }
    if dice.below(2) == 0 {
        thing["note"] = "as it likes".into();
    }
    thing
}

/// A collection of items with two examples each, which send requests of their own: with the note and
/// without it, in two of the states.
fn shop(items: usize) -> String {
    let mut dice = Dice(7);
    let mut saved = |note: bool, state: &str| {
        let mut body = thing(2, false, &mut dice);
        body["state"] = state.into();
        body.as_object_mut().unwrap().remove("note");
        if note {
            body["note"] = "saved".into();
        }
        body.to_string()
    };
    let header = json!([{"key": "Content-Type", "value": "application/json"}]);
    let items: Vec<Value> = (0..items)
        .map(|item| {
            let request =
                |call| json!({"method": "GET", "url": format!("{{{{base}}}}/things/{item}?call={call}")});
            let mut example = |call: usize, note, state| {
                json!({"name": format!("call {call}"), "originalRequest": request(call), "code": 200,
                    "header": header, "body": saved(note, state)})
            };
            let examples = [example(1, true, "open"), example(2, false, "closed"), example(3, false, "held")];
            json!({"name": format!("thing {item}"), "request": request(1), "response": examples})
        })
        .collect();
    json!({"info": {"name": "Shop"}, "item": items}).to_string()
}

fn compare(folder: &Path, old: &Recorder, new: &Recorder, args: &[&str]) -> Ran {
    run(uphold(folder).args(["compare", "shop", "--old", &old.url(), "--new", &new.url()]).args(args))
}

fn report(folder: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join("reports/run.json")).unwrap()).unwrap()
}

/// `severity id at` of every finding of every case.
fn findings(report: &Value) -> Vec<String> {
    let cases = report["cases"].as_array().unwrap().iter();
    let all = cases.flat_map(|case| case["findings"].as_array().unwrap());
    all.map(|f| ["severity", "id", "at"].map(|key| f[key].as_str().unwrap()).join(" ").trim_end().to_owned())
        .collect()
}

#[test]
fn two_hundred_comparisons_of_a_noisy_pair_find_nothing() {
    let folder = workspace(&[(SUITE, &shop(67))]);
    let (old, new) = (noisy(1, None), noisy(2, None));
    let ran = compare(folder.path(), &old, &new, &["--fail-on", "info"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.starts_with("compare: 0 of 201 cases break; 201 unchanged\n"), "{}", ran.stdout);
    let report = report(folder.path());
    assert_eq!(findings(&report), Vec::<String>::new());
    let cancelled = report["compare"]["cancelled"].as_array().unwrap();
    let reasons: BTreeSet<&str> = cancelled.iter().map(|one| one["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, BTreeSet::from(["documented", "noise"]), "what comes and goes was seen and excused");
    // What was sent is what the report says, and no case takes more than 18 rounds.
    let sent = old.seen().len() + new.seen().len();
    assert_eq!(report["compare"]["counts"]["requests"], sent);
    assert!(
        report["cases"]
            .as_array()
            .unwrap()
            .iter()
            .all(|case| (3..=37).contains(&case["attempts"].as_u64().unwrap()))
    );
}

/// A server that answers each path and query with what is said here.
fn plain(answers: &'static [(&'static str, &'static str, &'static str)]) -> Recorder {
    Recorder::with(move |request| {
        let target = request.split(' ').nth(1).unwrap_or_default();
        let found = answers.iter().find(|(path, ..)| *path == target);
        let (status, body) = found.map_or(("404 Not Found", "{}"), |(_, status, body)| (status, body));
        answer(status, "application/json", body)
    })
}

fn item(name: &str, method: &str, path: &str, code: u16, body: &str) -> Value {
    let request = json!({"method": method, "url": format!("{{{{base}}}}{path}"),
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}"}]}});
    json!({"name": name, "request": request, "response": [{"name": "ok", "originalRequest": request, "code": code,
        "header": [{"key": "Content-Type", "value": "application/json"}], "body": body}]})
}

fn collection(items: &[Value]) -> String {
    json!({"info": {"name": "Shop"}, "item": items}).to_string()
}

#[test]
fn a_clean_case_costs_three_requests_and_a_difference_three_times_the_rounds() {
    let items =
        [item("same", "GET", "/same", 200, "{\"a\": 1}"), item("other", "GET", "/other", 200, "{\"a\": 1}")];
    let folder = workspace(&[(SUITE, &collection(&items))]);
    let old = plain(&[("/same", "200 OK", "{\"a\": 1}"), ("/other", "200 OK", "{\"a\": 1}")]);
    let new = plain(&[("/same", "200 OK", "{\"a\": 2}"), ("/other", "200 OK", "{\"b\": 1}")]);
    for (rounds, wanted) in [("1", [2, 1, 4, 3]), ("3", [2, 1, 10, 9])] {
        let before =
            |server: &Recorder, path: &str| server.seen().iter().filter(|one| one.contains(path)).count();
        let counts = || {
            [(&old, "/same"), (&new, "/same"), (&old, "/other"), (&new, "/other")].map(|(s, p)| before(s, p))
        };
        let start = counts();
        let ran = compare(folder.path(), &old, &new, &["--rounds", rounds, "--var", "token=t0k3n-of-mine"]);
        assert_eq!(ran.code, 1, "{ran:?}");
        let spent: Vec<usize> = counts().iter().zip(start).map(|(now, then)| now - then).collect();
        assert_eq!(spent, wanted, "--rounds {rounds}");
    }
    let ran = compare(folder.path(), &old, &new, &["--values", "--var", "token=t0k3n-of-mine"]);
    assert!(findings(&report(folder.path())).contains(&"info body.value.changed /a".to_owned()), "{ran:?}");
    assert!(
        ran.stdout.starts_with("compare: 1 of 2 cases breaks: shop::other::ok (body.field.removed /a); 1 with harmless differences\n"),
        "{}",
        ran.stdout
    );
    let junit = fs::read_to_string(folder.path().join("reports/junit.xml")).unwrap();
    assert!(junit.contains("body.field.removed /a") && !junit.contains("t0k3n-of-mine"), "{junit}");
    let printed = ran.stdout + &fs::read_to_string(folder.path().join("reports/run.json")).unwrap();
    assert!(!printed.contains("t0k3n-of-mine"), "{printed}");
}

#[test]
fn each_server_gets_its_own_requests() {
    let toml = r#"
[auth.next]
type = "bearer"
token = "${NEXT_TOKEN}"
[compare.old]
base_url = "OLD/api/v2"
[compare.new]
base_url = "NEW/api/v2"
variables = { tenant = "two" }
auth = "next"
rewrite = { "/api/v2" = "/api/v8", "/api/v2/plain" = "/plain" }
"#;
    let items = [
        item("users", "GET", "/users/{{tenant}}", 200, "{\"a\": 1}"),
        item("plain", "GET", "/plain/x?y=/api/v2", 200, "{\"a\": 1}"),
    ];
    let same = || Recorder::answering(answer("200 OK", "application/json", "{\"a\": 1}"));
    let (old, new) = (same(), same());
    let toml = toml.replace("OLD", &old.url()).replace("NEW", &new.url());
    let folder = workspace(&[
        (SUITE, &collection(&items)),
        ("cases/shop/suite.toml", &format!("{toml}[variables]\ntenant = \"one\"\ntoken = \"old-token\"\n")),
    ]);
    let ran = run(uphold(folder.path()).arg("compare").env("NEXT_TOKEN", "next-token"));
    assert_eq!(ran.code, 0, "{ran:?}");
    let lines = |server: &Recorder| {
        let head = |request: &String| {
            let line = request.lines().next().unwrap().to_owned();
            let auth =
                request.lines().find(|line| line.to_ascii_lowercase().starts_with("authorization")).unwrap();
            format!("{line} {}", auth.split(' ').next_back().unwrap())
        };
        server.seen().iter().map(head).collect::<BTreeSet<String>>().into_iter().collect::<Vec<_>>()
    };
    assert_eq!(
        lines(&old),
        ["GET /api/v2/plain/x?y=/api/v2 HTTP/1.1 old-token", "GET /api/v2/users/one HTTP/1.1 old-token"]
    );
    assert_eq!(
        lines(&new),
        ["GET /api/v8/users/two HTTP/1.1 next-token", "GET /plain/x?y=/api/v2 HTTP/1.1 next-token"]
    );
}

#[test]
fn unsafe_methods_are_sent_where_they_are_allowed() {
    let items = [
        item("search", "POST", "/search", 200, "{\"a\": 1}"),
        item("remove", "DELETE", "/x", 200, "{\"a\": 1}"),
        item("get", "GET", "/x", 200, "{\"a\": 1}"),
    ];
    let toml = "[[case]]\nmatch = \"*::search::*\"\nrepeatable = true\n";
    let folder = workspace(&[(SUITE, &collection(&items)), ("cases/shop/suite.toml", toml)]);
    let same = || Recorder::answering(answer("200 OK", "application/json", "{\"a\": 1}"));
    let methods = |server: &Recorder| {
        let method = |request: &String| request.split(' ').next().unwrap().to_owned();
        server.seen().iter().map(method).collect::<BTreeSet<String>>()
    };
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<String>>();
    let (old, new) = (same(), same());
    let ran = compare(folder.path(), &old, &new, &["--var", "token=t"]);
    assert_eq!(
        (ran.code, methods(&old), methods(&new)),
        (0, names(&["GET", "POST"]), names(&["GET", "POST"]))
    );
    assert!(
        ran.stdout.starts_with("compare: 0 of 3 cases break; 2 unchanged; 1 not comparable (1 not sent)\n"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("DELETE would be sent several times to both servers"), "{}", ran.stdout);
    let (old, new) = (same(), same());
    let ran = compare(folder.path(), &old, &new, &["--var", "token=t", "--allow-writes"]);
    assert_eq!((ran.code, methods(&new)), (0, names(&["DELETE", "GET", "POST"])));
}

#[test]
fn what_cannot_be_compared_is_no_break() {
    let items = [
        item("throttled", "GET", "/throttled", 200, "{\"a\": 1}"),
        item("refused", "GET", "/refused", 200, "{\"a\": 1}"),
        item("wrong", "GET", "/wrong", 200, "{\"a\": 1}"),
    ];
    let folder = workspace(&[(SUITE, &collection(&items))]);
    let old = plain(&[
        ("/throttled", "429 Too Many Requests", "{}"),
        ("/refused", "200 OK", "{\"a\": 1}"),
        ("/wrong", "200 OK", "{\"a\": \"1\"}"),
    ]);
    let new = plain(&[
        ("/throttled", "200 OK", "{}"),
        ("/refused", "401 Unauthorized", "{}"),
        ("/wrong", "200 OK", "{\"a\": \"1\"}"),
    ]);
    let ran = compare(folder.path(), &old, &new, &["--var", "token=t"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(
        ran.stdout.starts_with("compare: 0 of 3 cases break; 1 unchanged; 2 not comparable\n"),
        "{}",
        ran.stdout
    );
    for told in [
        "old: the server limits the rate of requests (429)",
        "new: the credentials were refused where success was expected (401)",
        "old differs from its own saved example in 1 case: shop::wrong::ok",
    ] {
        assert!(ran.stdout.contains(told), "{told}: {}", ran.stdout);
    }
    let nobody = run(uphold(folder.path()).args([
        "compare",
        "shop",
        "--old",
        &old.url(),
        "--new",
        "http://127.0.0.1:1",
        "--var",
        "token=t",
    ]));
    assert_eq!(nobody.code, 3, "{nobody:?}");
    assert!(nobody.stdout.contains("new: cannot connect"), "{}", nobody.stdout);
}

#[test]
fn what_differs_only_now_and_then_is_told_apart_and_lower() {
    let items = [item("flaky", "GET", "/x", 200, "{\"a\": 1, \"b\": 1}")];
    let folder = workspace(&[(SUITE, &collection(&items))]);
    let old = plain(&[("/x", "200 OK", "{\"a\": 1, \"b\": 1}")]);
    let call = Mutex::new(0);
    let new = Recorder::with(move |_| {
        let mut call = call.lock().unwrap();
        *call += 1;
        answer("200 OK", "application/json", if *call == 2 { "{\"a\": 1, \"b\": 1}" } else { "{\"a\": 1}" })
    });
    let ran = compare(folder.path(), &old, &new, &["--var", "token=t"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(findings(&report(folder.path())), ["warning body.field.removed /b"]);
    assert!(
        ran.stdout.contains("intermittent: 1 case with differences that not every round had"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("intermittent: in 8 of 9 rounds"), "{}", ran.stdout);
}

#[test]
fn a_request_that_changes_something_is_sent_as_often_as_asked_for_unless_it_is_repeatable() {
    let items = [item("put", "PUT", "/x", 200, "{\"a\": 1}"), item("post", "POST", "/y", 200, "{\"a\": 1}")];
    let toml = "[[case]]\nmatch = \"*::put::*\"\nrepeatable = true\n";
    let folder = workspace(&[(SUITE, &collection(&items)), ("cases/shop/suite.toml", toml)]);
    let old = plain(&[("/x", "200 OK", "{\"a\": 1}"), ("/y", "200 OK", "{\"a\": 1}")]);
    let new = plain(&[("/x", "200 OK", "{}"), ("/y", "200 OK", "{}")]);
    let ran = compare(folder.path(), &old, &new, &["--allow-writes", "--var", "token=t"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let sent = |path: &str| new.seen().iter().filter(|one| one.contains(path)).count();
    assert_eq!((sent(" /x "), sent(" /y ")), (9, 3));
}

#[test]
fn a_round_without_a_usable_answer_does_not_count() {
    let items = [item("x", "GET", "/x", 200, "{\"a\": 1}")];
    let folder = workspace(&[(SUITE, &collection(&items))]);
    let throttles = |at: fn(usize) -> bool, body: &'static str| {
        let call = Mutex::new(0);
        Recorder::with(move |_| {
            let mut call = call.lock().unwrap();
            *call += 1;
            let status = if at(*call) { "429 Too Many Requests" } else { "200 OK" };
            answer(status, "application/json", body)
        })
    };
    // Asked again in the third round; gone for good after the fourth call.
    for (old, rounds, new_calls) in [
        (throttles(|call| call == 4, "{\"a\": 1}"), "1 round has no usable answer: old: ", 10),
        (throttles(|call| call > 4, "{\"a\": 1}"), "2 rounds have no usable answer: old: ", 5),
    ] {
        let new = throttles(|_| false, "{}");
        let ran = compare(folder.path(), &old, &new, &["--retries", "0", "--var", "token=t"]);
        assert_eq!(findings(&report(folder.path())), ["breaking body.field.removed /a"], "{ran:?}");
        assert_eq!(new.seen().len(), new_calls, "{ran:?}");
        let notes = report(folder.path())["cases"][0]["notes"].to_string();
        assert!(notes.contains(rounds), "{notes}");
    }
}

#[test]
fn a_case_with_steps_is_prepared_on_both_servers() {
    let items = [
        item("login", "GET", "/login", 200, "{\"sid\": \"s\"}"),
        item("me", "GET", "/me?s={{sid}}", 200, "{\"a\": 1}"),
    ];
    let toml = "[[case]]\nmatch = \"*::me::ok\"\nbefore = [{ case = \"*::login::ok\", capture = { sid = \"/sid\" } }]\n";
    let folder = workspace(&[(SUITE, &collection(&items)), ("cases/shop/suite.toml", toml)]);
    let old = plain(&[("/login", "200 OK", "{\"sid\": \"one\"}"), ("/me?s=one", "200 OK", "{\"a\": 1}")]);
    let new = plain(&[("/login", "200 OK", "{\"sid\": \"two\"}"), ("/me?s=two", "200 OK", "{\"a\": null}")]);
    let ran = compare(folder.path(), &old, &new, &["--var", "token=t"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(findings(&report(folder.path())), ["breaking body.null.appeared /a"]);
}

#[test]
fn cancelled_differences_are_listed_where_that_is_asked_for() {
    let folder = workspace(&[(SUITE, &shop(1))]);
    let (old, new) = (noisy(1, None), noisy(2, None));
    let plainly = compare(folder.path(), &old, &new, &[]);
    assert!(plainly.stdout.contains("(--show-cancelled lists them)"), "{}", plainly.stdout);
    let (old, new) = (noisy(1, None), noisy(2, None));
    let listed = compare(folder.path(), &old, &new, &["--show-cancelled", "--quiet"]);
    assert!(listed.stdout.contains("\ncancelled documented  shop::thing_0::call_"), "{}", listed.stdout);
    assert!(!listed.stdout.contains("PASS"), "{}", listed.stdout);
}

#[test]
fn both_servers_must_be_named() {
    let folder = workspace(&[(SUITE, &shop(1)), ("cases/more/more.postman_collection.json", &shop(1))]);
    let told = |args: &[&str]| {
        let ran = run(uphold(folder.path()).arg("compare").args(args));
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:?}");
        ran.stderr
    };
    for (args, message, cure) in [
        (
            &["shop"][..],
            "old server: no base URL for: shop",
            "give --old URL, or `base_url` in `[compare.old]` of suite.toml",
        ),
        (&["shop", "--old", "http://127.0.0.1:1"], "new server: no base URL for: shop", "give --new URL"),
        (&["shop", "--old", "nonsense"], "old server: base URL nonsense:", ""),
        (
            &["--old", "http://a.example", "--new", "http://b.example"],
            "old server: one base URL for 2 suites",
            "--old more=URL --old shop=URL",
        ),
        (&["shop", "--rounds", "0"], "invalid value '0' for '--rounds <N>'", ""),
    ] {
        let stderr = told(args);
        assert!(stderr.contains(message) && stderr.contains(cure), "{args:?}: {stderr}");
    }
}

#[test]
fn the_verdict_on_the_page_is_that_of_the_program() {
    let uuid = "{\"id\": \"3f0c9d52-7a1e-4b86-9c35-e2d84af6710b\"}";
    let orders = json!({"name": "Orders", "item": [
        item("list", "GET", "/orders", 200, "[{\"n\": 1}]"),
        item("get", "GET", "/order", 200, uuid),
        item("count", "GET", "/count", 200, "{\"n\": 1}"),
    ]});
    let folder = workspace(&[(SUITE, &collection(&[orders]))]);
    let old = plain(&[
        ("/orders", "200 OK", "[{\"n\": 1}]"),
        ("/order", "200 OK", "{\"id\": \"3f0c9d52-7a1e-4b86-9c35-e2d84af6710b\"}"),
        ("/count", "200 OK", "{\"n\": 1}"),
    ]);
    let new = plain(&[
        ("/orders", "200 OK", "{\"items\": [{\"n\": 1}]}"),
        ("/order", "200 OK", "{\"id\": \"17\"}"),
        ("/count", "200 OK", "{\"n\": 2}"),
    ]);
    let ran = compare(folder.path(), &old, &new, &["--var", "token=t"]);
    let verdict = ran.stdout.lines().next().unwrap();
    let page = fs::read_to_string(crate::support::project().join("docs/compare.md")).unwrap();
    assert!(page.contains(&format!("\n{verdict}\n")), "docs/compare.md does not say: {verdict}");
}
