//! Every saved answer, changed in one way at a time: what no client would notice gives no failing
//! finding, and what the examples show to be otherwise gives one, of the right id, at the place.
//!
//! What must be caught is said by a second, plain reading of the examples (`Shown`), not by the
//! schema. Bodies of documentation claim less than that and are only held to the harmless changes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::*;
use crate::contract::Siblings;
use crate::contract::json::kind;
use crate::contract::pointer::{Place, values_at};
use crate::contract::schema::infer::is_documentation;
use crate::contract::{BodyExpectation, Outcome};
use crate::postman::read;

/// How many places of one body are changed, and how many examples of one collection.
const PLACES: usize = 24;
const EXAMPLES: usize = 12;

/// Per kind of change: tried, and what went wrong.
type Table = BTreeMap<&'static str, (usize, Vec<String>)>;

/// One example with what it must be and the bodies of its group.
struct Subject {
    name: String,
    expectation: Arc<Expectation>,
    answer: Answer,
    group: Vec<Arc<Value>>,
}

impl Subject {
    /// Checks a changed answer and writes down what is wrong with the findings.
    fn expect(&self, table: &mut Table, kind: &'static str, answer: &Answer, wanted: &Wanted<'_>) {
        let found = check(&self.expectation, answer);
        let row = table.entry(kind).or_default();
        row.0 += 1;
        let failing = |finding: &&Finding| finding.severity >= Severity::Breaking;
        let told = match wanted {
            Wanted::Nothing => found.iter().find(|finding| finding.severity >= Severity::Warning).is_none(),
            Wanted::AtMost(hints) => {
                found.iter().all(|f| f.severity < Severity::Warning || hints.contains(&f.id.as_str()))
                    && found.iter().find(failing).is_none()
            }
            Wanted::Hint(id) => {
                found.iter().any(|f| f.id.as_str() == *id) && found.iter().find(failing).is_none()
            }
            Wanted::Breaking(ids, at) => found
                .iter()
                .filter(failing)
                .any(|f| ids.contains(&f.id.as_str()) && at.is_none_or(|at| f.at == at)),
        };
        let mut places: Vec<_> = found.iter().map(|finding| (finding.id, &finding.at)).collect();
        places.sort_unstable();
        let twice = places.windows(2).any(|pair| pair.first() == pair.last());
        if !told || twice {
            row.1.push(format!("{}: wanted {wanted:?}, got {:?}", self.name, lines(&found)));
        }
    }

    fn with_body(&self, body: &Value) -> Answer {
        Answer { body: body.to_string().into(), ..self.answer.clone() }
    }
}

#[derive(Debug)]
enum Wanted<'w> {
    Nothing,
    /// No finding from a warning on but these, and none that fails.
    AtMost(&'w [&'static str]),
    Hint(&'static str),
    Breaking(&'w [&'static str], Option<&'w str>),
}

/// What is suggested of texts by those that the examples show.
const TEXT_HINTS: &[&str] = &["body.format.changed", "body.enum.new_value"];
const BODY_GONE: &[&str] = &["body.became_empty"];
const NO_JSON: &[&str] = &["body.not_json", "outcome.error_became_success"];
const STATUS: &[&str] = &["status.changed", "status.class_changed"];
const REMOVED: &[&str] = &[
    "body.field.removed",
    // Of several codes in a list the first is gone: the next one stands in its place.
    "error.code_changed",
    "error.code_missing",
    "error.location_changed",
    "outcome.error_became_success",
    "outcome.success_became_error",
];
const RETYPED: &[&str] = &[
    "body.type.changed",
    "body.type.widened",
    "body.null.appeared",
    "body.root_type_changed",
    "error.code_changed",
    "error.code_missing",
    "error.location_changed",
    "outcome.error_became_success",
    "outcome.success_became_error",
];

fn change_head(subject: &Subject, table: &mut Table) {
    let answer = &subject.answer;
    let status = |status| Answer { status, ..answer.clone() };
    let class = if answer.status < 400 { 418 } else { 200 };
    subject.expect(table, "status class", &status(class), &Wanted::Breaking(STATUS, Some("")));
    let within = status(answer.status / 100 * 100 + 99);
    subject.expect(table, "status within its class", &within, &Wanted::Breaking(STATUS, Some("")));

    let mut more = answer.clone();
    more.headers.push("X-Uphold-New", "1");
    subject.expect(table, "header added", &more, &Wanted::Nothing);
    for field in &subject.expectation.headers {
        let mut less = answer.clone();
        less.headers.remove(&field.name);
        let at = format!("header:{}", field.name);
        match field.missing {
            Some(Severity::Breaking) => {
                let wanted = Wanted::Breaking(&["header.missing"], Some(&at));
                subject.expect(table, "header gone", &less, &wanted);
            }
            Some(_) => subject.expect(table, "hint of a header gone", &less, &Wanted::Hint("header.missing")),
            None => subject.expect(table, "volatile header gone", &less, &Wanted::Nothing),
        }
        if field.missing.is_some() {
            less.headers.set(&field.name, "another");
            subject.expect(table, "header changed", &less, &Wanted::Nothing);
        }
    }
    if let Some(media) = &subject.expectation.media_type {
        let typed = |value: &str| {
            let mut answer = answer.clone();
            answer.headers.set("Content-Type", value);
            answer
        };
        let at = Some("header:content-type");
        let wanted = Wanted::Breaking(&["media_type.changed"], at);
        subject.expect(table, "media type", &typed("image/png"), &wanted);
        let charset = format!("{}; charset=us-ascii", media.essence);
        if media.charset.is_none() {
            subject.expect(table, "charset", &typed(&charset), &Wanted::Hint("media_type.param_changed"));
        }
        if media.essence == "application/json" {
            let wanted = Wanted::Hint("media_type.changed");
            subject.expect(table, "json to +json", &typed("application/hal+json"), &wanted);
        }
    }
}

fn change_text(subject: &Subject, table: &mut Table) {
    let with = |body: &[u8]| Answer { body: Bytes::copy_from_slice(body), ..subject.answer.clone() };
    let body = &subject.answer.body;
    subject.expect(table, "body empty", &with(b""), &Wanted::Breaking(BODY_GONE, Some("")));
    let cut = with(&body[..body.len() - 1]);
    if serde_json::from_slice::<Value>(&cut.body).is_err() {
        subject.expect(table, "body truncated", &cut, &Wanted::Breaking(NO_JSON, None));
    }
    let page = with(b"<!DOCTYPE html><html><body>Bad gateway</body></html>");
    subject.expect(table, "HTML", &page, &Wanted::Breaking(NO_JSON, None));
    let spaced = [b"\xef\xbb\xbf \n".as_slice(), body, b"\r\n\t "].concat();
    subject.expect(table, "white space and a mark", &with(&spaced), &Wanted::Nothing);
}

/// Other codes, errors where success was, and success where errors were, in the same status.
fn change_outcome(subject: &Subject, body: &Value, table: &mut Table) {
    let expected = &subject.expectation;
    if expected.outcome == Outcome::Ok && expected.status < 300 {
        let error = json!({"code": "UPHOLD_FAILED", "message": "m", "status": "error"});
        let wanted = Wanted::Breaking(&["outcome.success_became_error"], Some("/code"));
        subject.expect(table, "error inside of a success", &subject.with_body(&error), &wanted);
    }
    let Some(code) = expected.code.as_ref().filter(|code| code.at.starts_with('/')) else { return };
    if expected.outcome == Outcome::Error && expected.status < 400 {
        let wanted = Wanted::Breaking(&["outcome.error_became_success"], Some(&code.at));
        subject.expect(table, "success inside of a success", &subject.with_body(&json!({"id": 1})), &wanted);
    }
    let concrete = code.at.replace('*', "0");
    let mut changed = body.clone();
    if let Some(place) = changed.pointer_mut(&concrete) {
        *place = json!("UPHOLD_OTHER");
        let wanted = Wanted::Breaking(&["error.code_changed"], Some(&code.at));
        subject.expect(table, "another code", &subject.with_body(&changed), &wanted);
    }
    if expected.outcome == Outcome::Error && code.at != "/error/code" {
        let moved = json!({"error": {"code": code.code, "message": "m"}});
        let wanted = Wanted::Breaking(&["error.location_changed", "error.code_changed"], Some(&code.at));
        subject.expect(table, "code moved", &subject.with_body(&moved), &wanted);
    }
}

/// What the examples of the group show at the places of a body.
struct Shown<'g> {
    group: &'g [Arc<Value>],
}

impl Shown<'_> {
    fn kinds(&self, at: &str) -> BTreeSet<&'static str> {
        self.group.iter().flat_map(|body| values_at(at, body)).map(kind).collect()
    }

    /// Whether every object that could hold the member does.
    fn always(&self, holder: &str, name: &str) -> bool {
        let holders = self.group.iter().flat_map(|body| values_at(holder, body));
        holders.filter_map(Value::as_object).all(|members| members.contains_key(name))
    }
}

/// Every place of a body as a concrete pointer, the deepest last in each branch.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let name = crate::contract::pointer::escape(name);
                places(value, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate().take(2) {
                places(item, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn change_places(subject: &Subject, body: &Value, table: &mut Table) {
    let shown = Shown { group: &subject.group };
    let strict = subject.group.iter().all(|body| !is_documentation(body) && !has_placeholder(body));
    let mut all = Vec::new();
    places(body, "", &mut all);
    let step = all.len().div_ceil(PLACES).max(1);
    for pointer in all.iter().step_by(step) {
        let at = Place::of(pointer, body).at;
        let old = body.pointer(pointer).unwrap();
        if strict {
            remove(subject, body, pointer, &shown, table);
            let kinds = shown.kinds(&at);
            for new in [json!(null), json!(true), json!(7), json!(7.5), json!("x y"), json!([]), json!({})] {
                let known = kinds.contains(kind(&new)) || kind(&new) == "integer" && kinds.contains("number");
                // Where null is all that is known, any value may come.
                let free = kinds.iter().all(|known| *known == "null");
                if known || free || kind(old) == kind(&new) {
                    continue;
                }
                let mut changed = body.clone();
                *changed.pointer_mut(pointer).unwrap() = new;
                let wanted = Wanted::Breaking(RETYPED, None);
                subject.expect(table, "type", &subject.with_body(&changed), &wanted);
            }
        }
        harmless(subject, body, pointer, table);
    }
}

fn remove(subject: &Subject, body: &Value, pointer: &str, shown: &Shown<'_>, table: &mut Table) {
    let Some((holder, name)) = pointer.rsplit_once('/') else { return };
    let name = crate::contract::pointer::unescape(name);
    let mut changed = body.clone();
    let Some(Value::Object(members)) = changed.pointer_mut(holder) else { return };
    members.shift_remove(name.as_ref());
    let answer = subject.with_body(&changed);
    if is_by_field(subject, holder, body) {
        subject.expect(table, "text on a field gone", &answer, &Wanted::Nothing);
    } else if shown.always(&Place::of(holder, body).at, &name) {
        subject.expect(table, "field removed", &answer, &Wanted::Breaking(REMOVED, None));
    }
}

fn harmless(subject: &Subject, body: &Value, pointer: &str, table: &mut Table) {
    let mut changed = body.clone();
    let value = changed.pointer_mut(pointer).unwrap();
    let at = Place::of(pointer, body).at;
    let fails = subject.expectation.outcome == Outcome::Error;
    let code = subject.expectation.code.as_ref().is_some_and(|code| code.at == at)
        || fails && crate::contract::envelope::details(body).contains_key(&at);
    let what = match value {
        Value::Object(members) => {
            let reversed = members.clone().into_iter().rev().collect();
            *members = reversed;
            match members.iter().next().map(|(name, value)| (name.clone(), value.clone())) {
                // The keys of a map are data: another one has a value of their kind.
                Some((name, value)) if is_key(&name) || is_by_field(subject, pointer, body) => {
                    members.insert(another_key(&name), value)
                }
                _ => members.insert("upholdNew".to_owned(), json!({"a": [1]})),
            };
            "order of members, and one more"
        }
        Value::Array(items) => {
            items.extend(items.clone());
            "longer array"
        }
        Value::String(text) if !code => {
            text.push_str(" and more");
            "another text"
        }
        Value::Number(number) if !code && number.is_u64() => {
            *value = json!(number.as_u64().unwrap() / 2 + 1);
            "another number"
        }
        _ => return,
    };
    let read = Read::of(&subject.expectation, &subject.with_body(&changed), None).reading;
    if read.outcome == subject.expectation.outcome {
        let wanted = if what == "another text" { Wanted::AtMost(TEXT_HINTS) } else { Wanted::Nothing };
        subject.expect(table, what, &subject.with_body(&changed), &wanted);
    }
}

/// Whether an object of an error lists, for each field of the request, what is wrong with it: another one may come
/// for any field.
fn is_by_field(subject: &Subject, pointer: &str, body: &Value) -> bool {
    let is_text = |value: &Value| value.is_string();
    let lists =
        |value: &Value| value.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(is_text));
    let object = body.pointer(pointer).and_then(Value::as_object).filter(|members| !members.is_empty());
    subject.expectation.outcome == Outcome::Error
        && pointer.ends_with("/errors")
        && object.is_some_and(|members| members.values().all(lists))
}

fn is_key(name: &str) -> bool {
    name.starts_with("key_") || name.len() >= 6 && name.bytes().all(|b| b.is_ascii_digit())
}

fn another_key(name: &str) -> String {
    format!("{name}0")
}

fn has_placeholder(body: &Value) -> bool {
    match body {
        Value::String(text) => crate::placeholder::recognise(text).is_some(),
        Value::Array(items) => items.iter().any(has_placeholder),
        Value::Object(members) => members.values().any(has_placeholder),
        _ => false,
    }
}

fn change(subject: &Subject, table: &mut Table) {
    change_head(subject, table);
    if let BodyExpectation::Json { example: Some(_), .. } = &subject.expectation.body {
        change_text(subject, table);
        let body: Value = serde_json::from_slice(&subject.answer.body).unwrap();
        change_outcome(subject, &body, table);
        change_places(subject, &body, table);
    }
}

/// The examples of a collection with their groups: item, status, outcome.
fn subjects(path: &std::path::Path, most: usize) -> Vec<Subject> {
    let Ok(collection) = read::collection(path) else { return Vec::new() };
    let items = collection.items();
    let settings = Settings::default();
    let contracts = Contracts::of(told(&items), &BTreeMap::new(), &settings);
    let mut found = Vec::new();
    let count: usize = items.iter().map(|placed| placed.item.examples.len()).sum();
    for placed in items.iter().step_by((count / most).clamp(1, items.len().max(1))) {
        let siblings: Vec<_> = placed.item.examples.iter().map(|e| (Arc::clone(e), e.code)).collect();
        let key = |example: &Example| {
            (example.code, contracts.reading(example, example.code.unwrap_or(200)).outcome)
        };
        for (example, code) in
            siblings.iter().filter(|(e, _)| e.body.as_ref().is_none_or(|b| b.len() < 20_000))
        {
            let Some(status) = *code else { continue };
            let rules = CaseSettings::default();
            let item = [placed.item.pointer.clone()];
            let expectation = contracts
                .expectation(&item, &Siblings::of(&siblings), example, status, "GET", &rules)
                .unwrap();
            let group = siblings
                .iter()
                .filter(|(other, _)| key(other) == key(example))
                .filter_map(|(other, _)| crate::contract::body::SavedBody::of(other).json().cloned());
            found.push(Subject {
                name: format!("{}{}", path.display(), example.pointer),
                answer: super::corpus::served(example, status),
                group: group.collect(),
                expectation,
            });
        }
        if found.len() >= most {
            break;
        }
    }
    found
}

fn report(table: &Table) {
    for (kind, (tried, wrong)) in table {
        println!("{kind}: {tried} tried, {} wrong", wrong.len());
    }
    let wrong: Vec<&String> = table.values().flat_map(|(_, wrong)| wrong.iter().take(5)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn changes_of_the_seeds_and_of_odd_shapes_are_judged_right() {
    let mut table = Table::new();
    let cases = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    for suite in ["zoho-crm", "zendesk-support"] {
        let file = cases.join(suite).join(format!("{suite}.postman_collection.json"));
        for subject in subjects(&file, usize::MAX) {
            change(&subject, &mut table);
        }
    }
    for body in [
        json!([1, 2]),
        json!("text"),
        json!(null),
        json!([{"id": 1, "tags": []}, {"id": 2, "name": null, "tags": ["a"]}]),
        json!({"a": {"b": [{"c": [1.5, null]}, {"c": []}]}, "d/e": {"~": true}, "": 0}),
        json!({"code": "BUSY", "status": "error", "message": "m", "details": {}}),
        json!({"big": u64::MAX, "deep": [[[{"x": -1}]]]}),
    ] {
        let world = World::json(&body.to_string());
        let subject = Subject {
            name: body.to_string(),
            expectation: world.expectation(0),
            answer: answer(200, &[("Content-Type", "application/json")], body.to_string().as_bytes()),
            group: vec![Arc::new(body)],
        };
        change(&subject, &mut table);
    }
    report(&table);
}

#[test]
fn changes_of_real_answers_are_judged_right() {
    let Some(folder) = std::env::var_os("UPHOLD_CORPUS") else {
        println!("skipped: UPHOLD_CORPUS names no folder of collections");
        return;
    };
    let mut table = Table::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        for subject in subjects(&entry.unwrap().path(), EXAMPLES) {
            change(&subject, &mut table);
        }
    }
    report(&table);
}
