//! The JSON Schema of suite.toml, by which editors complete and check it.
//!
//! Invariant: what the parser takes the schema takes, and both know the same keys; what hangs on other files (a
//! profile that is not there, a glob that fits no case) only the parser refuses. It is the one source of the list of
//! keys in `docs/suite.toml.md`, too: `description`, `default` and `examples` are read by people.

use serde_json::{Map, Value, json};

use super::auth_types::{AUTH_TYPES, Param, allowed};
use crate::finding::FindingId;

/// A place in the body of a request or an answer (RFC 6901).
const POINTER: &str = "^(/([^~]|~[012])*)?$";

/// The JSON Schema (2020-12) of suite.toml.
pub fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "uphold suite.toml",
        "description": "What a suite says that its collection cannot.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "environment": {
                "description": "The environment file in the folder of the suite.",
                "default": "the only environment file in the folder",
                "examples": ["sandbox.postman_environment.json"],
                "type": "string", "pattern": "\\S",
            },
            "target": target(),
            "variables": with(variables(), "Values that go before environment, collection and globals; `--var` goes \
                before them. `${NAME}` in one is a variable of the process environment, and secret.",
                json!({"user_id": "738964000000291009", "token": "${API_TOKEN}"})),
            "auth": auth(),
            "recipes": section("How answers are had that no saved request gives.", json!({
                "broken_body": key("Examples of 400 and 422 that send the same request as another one: send the JSON \
                    body broken.", json!({"type": "boolean"}), json!(false), json!(true)),
            })),
            "headers": section("Header fields of answers that are checked otherwise.", json!({
                "ignore": optional("Neither presence nor value is checked.", fields(), json!(["X-Build"])),
                "exact": optional("Presence and value are checked.", fields(), json!(["X-Content-Type-Options"])),
            })),
            "severity": with(levels(&ids()), "The level of a finding, by its id; `off` does not tell it, `env` counts it \
                as an error of the environment.", json!({"body.field.added": "warning"})),
            "compare": section("What is another one on the two servers of `uphold compare`.", json!({
                "old": side("the old server"),
                "new": side("the new server"),
            })),
            "case": case(),
        },
    })
}

fn target() -> Value {
    section(
        "Where the suite is sent.",
        json!({
            "base_url": key("Scheme, host, port and, where it is to replace that of the collection, the path in front. \
                `--base-url` goes before it.", json!({"type": "string", "pattern": "://"}), json!("the embedded mock"),
                json!("https://sandbox.example.com")),
            "base_variable": key("The variable of the collection that `base_url` stands for.", text(),
                json!("the variable that starts every URL"), json!("api-domain")),
            "writes": key("Allow POST, PUT, PATCH, DELETE, … to hosts other than this machine.",
                json!({"type": "boolean"}), json!(false), json!(true)),
            "hosts": optional("Where URLs go that begin otherwise, by how they begin.", table(text()),
                json!({"{{auth_url}}": "https://auth.example.com"})),
            "rate": optional("No more requests of this suite than that in a second, minute or hour.",
                json!({"type": "string", "pattern": "^\\s*[0-9]+/[smh]\\s*$"}), json!("10/s")),
        }),
    )
}

fn side(server: &str) -> Value {
    section(
        &format!("What is another one on {server}."),
        json!({
            "base_url": optional("Where it is; the option of that name goes before it.",
                json!({"type": "string", "pattern": "://"}), json!("https://next.example.com")),
            "variables": with(variables(), "Before `[variables]`.", json!({"tenant": "42"})),
            "auth": optional("The profile that stands for `[auth.default]`.", text(), json!("next")),
            "hosts": optional("Before `[target] hosts`.", table(text()),
                json!({"{{auth_url}}": "https://auth.next.example.com"})),
            "rewrite": optional("Paths that begin otherwise there, by how they begin.",
                json!({"type": "object", "propertyNames": {"pattern": "^/"},
                    "additionalProperties": {"type": "string", "pattern": "^/"}}), json!({"/crm/v2": "/crm/v8"})),
        }),
    )
}

/// `[[case]]`.
fn case() -> Value {
    let mut table = section(
        "Rules for cases; of several that fit a case, each key is taken from the first that has it.",
        json!({
            "match": optional("A glob over case ids; `*` stands for any text, also across `::`. Needed.", text(),
                json!("*::update_user::*")),
            "auth": optional("A profile of `[auth.NAME]`, `none` or `invalid`.", text(), json!("narrow")),
            "set": optional("Values in the JSON body of the request, by pointers into it.",
                json!({"type": "object", "propertyNames": {"pattern": POINTER}}), json!({"/users/0/id": "{{user_id}}"})),
            "query": optional("Query parameters.", table(scalar()), json!({"page": "2"})),
            "path": optional("Path variables.", table(scalar()), json!({"id": "42"})),
            "status": key("The status that is expected.", json!({"type": "integer", "minimum": 100, "maximum": 599}),
                json!("that of the example"), json!(200)),
            "error_code": key("The API's own result code that is expected.", scalar(), json!("that of the example"),
                json!("ID_ALREADY_ACTIVE")),
            "compare": key("How much of the answer is compared: the status alone, the contract, or every value.",
                json!({"enum": ["status", "contract", "exact"]}), json!("contract"), json!("exact")),
            "volatile": optional("Places whose value is free and whose kind is checked.", pointers(),
                json!(["/users/*/details/id"])),
            "unordered": optional("Arrays whose order does not count.", pointers(), json!(["/tags"])),
            "ignore": optional("Places at which nothing is checked; below them, too, where they end in `/**`.", pointers(),
                json!(["/meta/**"])),
            "maps": optional("Objects whose names are data (ids, words): any name may come, with a value like the others.",
                pointers(), json!(["/rates"])),
            "not_maps": optional("Objects whose names are fixed, though they look like data.", pointers(),
                json!(["/sizes"])),
            "repeatable": key("It may be sent several times although it writes (compare, drift).",
                json!({"type": "boolean"}), json!(false), json!(true)),
            "skip": optional("Why it is not sent.", json!({"type": "string", "pattern": "\\S"}),
                json!("needs a deleted user")),
            "tags": optional("For `--tag`; a case has those of every rule that fits it.", list(text()), json!(["nightly"])),
            "before": optional("Cases whose requests are sent before it, and what is taken from their answers.",
                list(step(true)), json!([{"case": "*::create_user::ok", "capture": {"user_id": "/users/0/id"}}])),
            "after": optional("Cases whose requests are sent after it, whatever came of it.", list(step(false)),
                json!([{"case": "*::delete_user::ok"}])),
        }),
    );
    table["required"] = json!(["match"]);
    let description = table.as_object_mut().and_then(|table| table.remove("description"));
    let mut cases = list(table);
    cases["description"] = description.unwrap_or_default();
    cases
}

/// A step; what comes after a case captures nothing.
fn step(captures: bool) -> Value {
    let mut members = json!({
        "case": optional("A glob over case ids that fits one case. Needed.", text(), json!("*::create_user::ok")),
    });
    if captures {
        members["capture"] = optional(
            "Variables for the steps behind it, the case, and `after`.",
            json!({"type": "object", "propertyNames": {"pattern": "^[^{}]+$"}, "additionalProperties": capture()}),
            json!({"user_id": "/users/0/id"}),
        );
    }
    let mut step = section("A request around the case.", members);
    step["required"] = json!(["case"]);
    step
}

fn capture() -> Value {
    let from = section(
        "Where the value stands: in one of `header`, `cookie` and `body`; `regex` alone looks in the body.",
        json!({
            "header": optional("A header field.", text(), json!("Location")),
            "cookie": optional("A cookie.", text(), json!("sid")),
            "body": optional("All of the body.", json!({"const": true}), json!(true)),
            "regex": optional("A pattern; its first group, or what `group` says.", text(), json!("/orders/(\\d+)$")),
            "group": optional("The group of the pattern, 0 for all of it.", json!({"type": "integer", "minimum": 0}), json!(1)),
        }),
    );
    json!({"anyOf": [{"type": "string", "pattern": POINTER}, from]})
}

/// `[auth.NAME]`: one of the types, each with its parameters in snake case or by Postman's names.
fn auth() -> Value {
    let profiles: Vec<Value> = AUTH_TYPES.iter().map(|(name, _, params)| profile(name, params)).collect();
    json!({
        "description": "Profiles: `default` stands for the auth of the collection, the others are named by cases.",
        "examples": [{"default": {"type": "bearer", "token": "${API_TOKEN}"}}],
        "type": "object",
        "propertyNames": {"not": {"enum": ["none", "invalid"]}},
        "additionalProperties": {"oneOf": profiles},
    })
}

fn profile(kind: &str, params: &[Param]) -> Value {
    let mut properties = Map::new();
    properties
        .insert("type".to_owned(), json!({"const": kind, "description": "The type, by Postman's name."}));
    let mut needed = vec![json!({"required": ["type"]})];
    for (name, snake, is_needed) in params {
        let value = match allowed(name, params) {
            _ if *name == "tokenRequestParams" => table(scalar()),
            Some(["true", "false"]) => json!({"enum": ["true", "false", true, false]}),
            // A variable of the process environment may give it.
            Some(values) => json!({"anyOf": [{"enum": values}, {"type": "string", "pattern": "\\$\\{"}]}),
            None => scalar(),
        };
        for spelt in [*name, *snake] {
            properties.insert(spelt.to_owned(), value.clone());
        }
        if *is_needed {
            needed.push(json!({"anyOf": [{"required": [snake]}, {"required": [name]}]}));
        }
    }
    json!({"type": "object", "additionalProperties": false, "properties": properties, "allOf": needed})
}

fn ids() -> Vec<&'static str> {
    FindingId::ALL.iter().map(|id| id.as_str()).collect()
}

/// The ids in quotes, and without them, as tables in tables.
fn levels(ids: &[&str]) -> Value {
    let mut properties = Map::new();
    for id in ids {
        properties.insert((*id).to_owned(), json!({"enum": ["off", "info", "warning", "breaking", "env"]}));
    }
    let mut inner: Map<String, Value> = Map::new();
    for first in ids.iter().filter_map(|id| id.split_once('.')).map(|(first, _)| first) {
        let prefix = format!("{first}.");
        let rest: Vec<&str> = ids.iter().filter_map(|id| id.strip_prefix(&prefix)).collect();
        inner.entry(first).or_insert_with(|| levels(&rest));
    }
    properties.extend(inner);
    json!({"type": "object", "additionalProperties": false, "properties": properties})
}

fn section(description: &str, properties: Value) -> Value {
    let mut section = json!({"description": description, "type": "object", "additionalProperties": false});
    section["properties"] = properties;
    section
}

fn key(description: &str, form: Value, default: Value, example: Value) -> Value {
    let mut key = optional(description, form, example);
    key["default"] = default;
    key
}

fn optional(description: &str, form: Value, example: Value) -> Value {
    with(form, description, example)
}

fn with(mut form: Value, description: &str, example: Value) -> Value {
    form["description"] = description.into();
    form["examples"] = Value::Array(vec![example]);
    form
}

fn text() -> Value {
    json!({"type": "string"})
}

/// A text, or a number or boolean that stands for one.
fn scalar() -> Value {
    json!({"type": ["string", "number", "boolean"]})
}

fn variables() -> Value {
    table(scalar())
}

fn table(of: Value) -> Value {
    let mut table = json!({"type": "object"});
    table["additionalProperties"] = of;
    table
}

fn list(of: Value) -> Value {
    let mut list = json!({"type": "array"});
    list["items"] = of;
    list
}

fn fields() -> Value {
    list(json!({"type": "string", "pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"}))
}

fn pointers() -> Value {
    list(json!({"type": "string", "pattern": POINTER}))
}

#[cfg(test)]
mod tests;
