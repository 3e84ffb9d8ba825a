//! Zendesk Support, `POST /api/v2/users/create_or_update_many`: checks the users and queues a job.

use std::collections::BTreeMap;

use base64::Engine as _;
use serde_json::{Map, Value, json};

use super::{Options, Reply, Seen, fresh_hex};

/// The kind of the answer to an accepted request.
pub(super) const JOB_STATUS: &str = "JOB_STATUS";

const MANY: &str = "/api/v2/users/create_or_update_many";
/// More are refused.
const MOST_USERS: usize = 100;

/// The users of one account.
#[derive(Debug)]
pub(super) struct Zendesk {
    base_url: String,
    /// Ids by external id or e-mail address, by which users are known again.
    users: BTreeMap<String, u64>,
}

impl Zendesk {
    pub(super) fn new(base_url: &str) -> Self {
        Self { base_url: base_url.to_owned(), users: BTreeMap::new() }
    }

    pub(super) fn answer(&mut self, seen: &Seen, options: &Options) -> Reply {
        if !is_agent(seen, options) {
            let mut reply = reply("UNAUTHORIZED", 401, json!({ "error": "Couldn't authenticate you" }));
            reply.headers.push(("WWW-Authenticate", "Basic realm=\"Web Password\"".to_owned()));
            return reply;
        }
        let path = seen.target.split('?').next().unwrap_or_default();
        if path != MANY || seen.method != "POST" {
            let body = json!({ "error": "InvalidEndpoint", "description": "Not found" });
            return reply("NOT_FOUND", 404, body);
        }
        let typed = seen.header("content-type").is_some_and(|value| value.starts_with("application/json"));
        let body: Option<Value> = serde_json::from_str(&seen.body).ok().filter(|_| typed);
        let Some(users) = body.as_ref().and_then(|body| body["users"].as_array()) else {
            let body = json!({ "error": "Bad Request", "description": "users: a JSON array is required" });
            return reply("BAD_REQUEST", 400, body);
        };
        if users.len() > MOST_USERS {
            return invalid("users", "too many");
        }
        match users.iter().find_map(wrong_field) {
            Some((field, why)) => invalid(&field, why),
            None => self.queue(users),
        }
    }

    /// Finds or makes each user, and gives out the job.
    fn queue(&mut self, users: &[Value]) -> Reply {
        let results: Vec<Value> = users
            .iter()
            .enumerate()
            .map(|(index, user)| json!({ "id": self.id_of(user), "index": index }))
            .collect();
        let id = fresh_hex();
        let queued = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M:%S +0000");
        let job = json!({
            "id": id,
            "message": format!("Queued at {queued}"),
            "progress": 0,
            "results": results,
            "status": "queued",
            "total": users.len(),
            "url": format!("{}/api/v2/job_statuses/{id}.json", self.base_url),
        });
        reply(JOB_STATUS, 200, json!({ "job_status": job }))
    }

    fn id_of(&mut self, user: &Value) -> u64 {
        let key = user["external_id"].as_str().or(user["email"].as_str()).unwrap_or_default();
        let next = 35_436 + self.users.len() as u64;
        *self.users.entry(key.to_owned()).or_insert(next)
    }
}

/// RFC 7617, with `<e-mail>/token` as user name.
fn is_agent(seen: &Seen, options: &Options) -> bool {
    let expected = format!("{}/token:{}", options.zendesk_email, options.zendesk_token);
    let sent = seen.header("authorization").and_then(|value| value.strip_prefix("Basic "));
    let decoded = sent.and_then(|text| base64::engine::general_purpose::STANDARD.decode(text).ok());
    decoded.is_some_and(|bytes| bytes == expected.as_bytes())
}

/// The first field of a user that is missing or of the wrong type.
fn wrong_field(user: &Value) -> Option<(String, &'static str)> {
    let Some(fields) = user.as_object() else { return Some(("users".to_owned(), "must be objects")) };
    if !fields.contains_key("name") {
        return Some(("name".to_owned(), "is required"));
    }
    if !fields.contains_key("email") && !fields.contains_key("external_id") {
        return Some(("email".to_owned(), "or external_id is required"));
    }
    fields.iter().find_map(|(name, value)| {
        let why = match name.as_str() {
            "custom_role_id" | "organization_id" => (!value.is_i64()).then_some("must be an integer"),
            "identities" => (!are_identities(value)).then_some("must be a list of types and values"),
            "organization" => (!value["name"].is_string()).then_some("must have a name"),
            "name" | "email" | "external_id" | "role" => (!value.is_string()).then_some("must be a string"),
            _ => None,
        };
        why.map(|why| (name.clone(), why))
    })
}

fn are_identities(value: &Value) -> bool {
    let has_both = |identity: &Value| identity["type"].is_string() && identity["value"].is_string();
    value.as_array().is_some_and(|identities| identities.iter().all(has_both))
}

/// The answer to a record that breaks a rule.
pub(super) fn invalid(field: &str, why: &str) -> Reply {
    let problem = json!([{ "description": format!("{field}: {why}"), "error": "InvalidValue" }]);
    let details = Map::from_iter([(field.to_owned(), problem)]);
    let description = "Record validation errors";
    let body = json!({ "error": "RecordInvalid", "description": description, "details": details });
    reply("RECORD_INVALID", 422, body)
}

fn reply(kind: &'static str, status: u16, body: Value) -> Reply {
    let headers = vec![
        ("Content-Type", "application/json; charset=utf-8".to_owned()),
        ("X-Request-Id", fresh_hex()),
        ("X-Rate-Limit", "700".to_owned()),
    ];
    Reply { kind, status, headers, body }
}
