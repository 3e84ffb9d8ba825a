//! What examples, siblings, schema files and suite.toml make of an expectation.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::*;
use crate::suite::SchemaFile;

fn example(code: Option<u16>, media: Option<&str>, body: Option<&str>) -> Arc<Example> {
    Arc::new(Example {
        name: String::new(),
        id: None,
        request: None,
        code,
        headers: media.map(|media| ("Content-Type".to_owned(), media.to_owned())).into_iter().collect(),
        body: body.map(str::to_owned),
        language: None,
        pointer: String::new(),
    })
}

fn json_example(status: u16, body: &Value) -> Arc<Example> {
    example(Some(status), Some("application/json"), Some(&body.to_string()))
}

struct World {
    examples: Vec<Arc<Example>>,
    files: BTreeMap<String, SchemaFile>,
    rules: CaseSettings,
    method: &'static str,
}

impl World {
    fn of(examples: impl IntoIterator<Item = Arc<Example>>) -> Self {
        let examples = examples.into_iter().collect();
        Self { examples, files: BTreeMap::new(), rules: CaseSettings::default(), method: "GET" }
    }

    fn file(mut self, path: &str, text: &str) -> Self {
        self.files.insert(path.into(), SchemaFile { file: PathBuf::from(path), text: text.into() });
        self
    }

    fn make(&self) -> Result<Vec<Arc<Expectation>>, ContractError> {
        let contracts = Contracts::of(
            self.examples.iter().map(|example| Told { item: 0, method: "GET", example }),
            &self.files,
            &Settings::default(),
        );
        let status = |example: &Example| self.rules.status.or(example.code);
        let siblings: Vec<_> = self.examples.iter().map(|e| (Arc::clone(e), status(e))).collect();
        let item = ["folder".to_owned(), "item".to_owned()];
        let one = |(example, status): &(Arc<Example>, Option<u16>)| {
            contracts.expectation(
                &item,
                &Siblings::of(&siblings),
                example,
                status.unwrap_or(200),
                self.method,
                &self.rules,
            )
        };
        siblings.iter().map(one).collect()
    }

    fn first(&self) -> Arc<Expectation> {
        Arc::clone(&self.make().unwrap()[0])
    }
}

fn schema(expectation: &Expectation) -> &Arc<Schema> {
    match &expectation.body {
        BodyExpectation::Json { schema, .. } => schema,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_group_is_item_status_and_outcome() {
    let made = World::of([
        json_example(200, &json!({"id": 1, "n": "x"})),
        json_example(200, &json!({"id": 2})),
        json_example(200, &json!({"code": "BAD", "message": "m", "status": "error"})),
        json_example(404, &json!({"code": "GONE", "message": "m"})),
    ])
    .make()
    .unwrap();
    assert!(Arc::ptr_eq(schema(&made[0]), schema(&made[1])));
    assert_eq!(schema(&made[0]).document["required"], json!(["id"]));
    assert_eq!(schema(&made[2]).document["required"], json!(["code", "message", "status"]));
    assert_eq!((made[2].outcome, made[2].status), (Outcome::Error, 200));
    assert_eq!(schema(&made[3]).document["required"], json!(["code", "message"]));
}

#[test]
fn a_file_wins_and_one_that_is_broken_stops_everything() {
    let body = json!({"id": 1});
    let file = |path: &str, text: &str| World::of([json_example(200, &body)]).file(path, text);
    let stored = file("folder/item/200.schema.json", r#"{"type": "array"}"#).first();
    assert_eq!(*schema(&stored).document, json!({"type": "array"}));
    let inferred = file("folder/item/404.schema.json", r#"{"type": "array"}"#).first();
    assert_eq!(schema(&inferred).document["required"], json!(["id"]));
    let error = file("other/200.schema.json", r#"{"type": 7}"#).make().unwrap_err().to_string();
    assert!(error.starts_with("other/200.schema.json: ") && error.contains("/type"), "{error}");
}

#[test]
fn a_file_holds_also_where_the_example_shows_no_json() {
    let make = |code, media, body| {
        let world = World::of([example(code, media, body)]);
        world
            .file("folder/item/200.schema.json", "true")
            .file("folder/item/default.schema.json", "{}")
            .first()
    };
    let kind = |expectation: Arc<Expectation>| match &expectation.body {
        BodyExpectation::Json { schema, example: None, .. } => schema.document.to_string(),
        other => format!("{other:?}"),
    };
    assert_eq!(kind(make(Some(200), None, None)), "true");
    assert_eq!(kind(make(Some(200), Some("application/json"), Some("{broken"))), "true");
    assert_eq!(kind(make(Some(200), Some("text/csv"), Some("a,b"))), "Opaque { text: None }");
    assert_eq!(kind(make(None, None, None)), "true");
    assert_eq!(kind(make(Some(201), None, None)), "Any");
    let coded = World::of([example(None, None, None)]).file("folder/item/default.schema.json", "{}").first();
    assert_eq!(kind(coded), "{}");
}

#[test]
fn without_a_body_nothing_is_said_of_its_type() {
    let made = |status, body, method| {
        let mut world = World::of([example(Some(status), Some("text/plain"), body)]);
        world.method = method;
        world.first()
    };
    let silent = made(204, Some("x"), "DELETE");
    assert!(matches!(silent.body, BodyExpectation::Any) && silent.media_type.is_none());
    let empty = made(200, Some(""), "GET");
    assert!(matches!(empty.body, BodyExpectation::Empty) && empty.media_type.is_none());
    let head = made(200, Some("x"), "HEAD");
    assert!(matches!(head.body, BodyExpectation::Any) && head.media_type.is_some());
}

#[test]
fn codes_of_errors_successes_and_suite_toml() {
    let bulk = |code: &str, status: &str| json!({"users": [{"code": code, "status": status}]});
    let mut world =
        World::of([json_example(200, &bulk("SUCCESS", "success")), json_example(200, &bulk("BAD", "error"))]);
    let codes = |world: &World| -> Vec<_> {
        let made = world.make().unwrap();
        made.iter().map(|e| e.code.as_ref().map(|c| format!("{} {}", c.at, c.code))).collect()
    };
    let at = |code: &str| Some(format!("/users/*/code {code}"));
    assert_eq!(codes(&world), [at("SUCCESS"), at("BAD")]);
    world.rules.error_code = Some("WORSE".into());
    assert_eq!(codes(&world), [at("WORSE"), at("WORSE")]);

    let lone = World::of([json_example(200, &bulk("SUCCESS", "success"))]);
    assert_eq!(codes(&lone), [None]);
    let placeholder = World::of([json_example(400, &json!({"code": "<string>", "message": "<string>"}))]);
    assert_eq!(codes(&placeholder), [None]);
    let mut named = World::of([json_example(400, &json!({"message": "m"}))]);
    named.rules.error_code = Some("E".into());
    assert_eq!(codes(&named), [Some(" E".to_owned())]);
}

#[test]
fn documentation_that_disagrees_with_recordings_has_a_schema_of_its_own() {
    let made = World::of([
        json_example(200, &json!({"id": "abc", "n": 1})),
        json_example(200, &json!({"id": "<integer>"})),
        json_example(200, &json!({"id": "<string>", "n": "<integer>"})),
    ])
    .make()
    .unwrap();
    assert_eq!(schema(&made[0]).document["properties"]["id"], json!({"type": "string"}));
    assert_eq!(schema(&made[1]).document["required"], Value::Null);
    assert!(!Arc::ptr_eq(schema(&made[0]), schema(&made[1])));
    assert!(Arc::ptr_eq(schema(&made[0]), schema(&made[2])));
}
