//! Zoho CRM, `/crm/v2/users`: updating users, and reading one to see what became of it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Options, Reply, Seen, fresh_hex};

const USERS: &str = "/crm/v2/users";

/// The users of one organisation.
#[derive(Debug)]
pub(super) struct Zoho {
    users: BTreeMap<String, User>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Active,
    Inactive,
    Deleted,
}

#[derive(Debug)]
struct User {
    email: String,
    status: Status,
    /// Has accepted the invitation; from then on the address is the user's own.
    confirmed: bool,
    /// What else was set: `phone`, `dob`, …
    fields: Map<String, Value>,
}

impl Zoho {
    pub(super) fn new() -> Self {
        let user = |email: &str, status, confirmed| User {
            email: email.to_owned(),
            status,
            confirmed,
            fields: Map::new(),
        };
        let users = [
            ("738964000000291009", user("patricia@zohocorp.com", Status::Active, true)),
            ("738964000002058003", user("patricia.b@zohocorp.com", Status::Inactive, true)),
            ("738964000002112003", user("invited@zohocorp.com", Status::Active, false)),
            ("738964000002112147", user("gone@zohocorp.com", Status::Deleted, true)),
        ];
        Self { users: users.into_iter().map(|(id, user)| (id.to_owned(), user)).collect() }
    }

    /// The gateway first (path and method), then the token, then the request itself.
    pub(super) fn answer(&mut self, seen: &Seen, options: &Options) -> Reply {
        let path = seen.target.split('?').next().unwrap_or_default();
        let id = path.strip_prefix(USERS).and_then(|rest| rest.strip_prefix('/'));
        match (path == USERS, id, seen.method.as_str()) {
            (true, _, "PUT" | "GET") | (_, Some(_), "GET") => {}
            (true, ..) | (_, Some(_), _) => {
                return at_gateway(
                    "INVALID_REQUEST_METHOD",
                    "The http request method type is not a valid one",
                );
            }
            _ => {
                let message = "Please check if the URL trying to access is a correct one";
                return at_gateway("INVALID_URL_PATTERN", message);
            }
        }
        if let Some(refusal) = authenticate(seen, options) {
            return refusal;
        }
        match id {
            Some(id) => self.read(id),
            None if seen.method == "GET" => self.list(),
            None => self.update(seen),
        }
    }

    /// Every user who is not deleted, the active ones first.
    fn list(&self) -> Reply {
        let mut users: Vec<_> =
            self.users.iter().filter(|(_, user)| user.status != Status::Deleted).collect();
        users.sort_by_key(|(_, user)| user.status != Status::Active);
        let shown = users.iter().map(|(id, user)| json!({ "id": id, "email": user.email }));
        reply("USERS", 200, signed_in(), json!({ "users": shown.collect::<Vec<_>>() }))
    }

    fn read(&self, id: &str) -> Reply {
        let Some(user) = self.users.get(id) else {
            return refused("INVALID_DATA", &json!({}), "the id given seems to be invalid");
        };
        let mut shown = user.fields.clone();
        shown.insert("id".to_owned(), json!(id));
        shown.insert("email".to_owned(), json!(user.email));
        shown.insert("confirm".to_owned(), json!(user.confirmed));
        shown.insert("status".to_owned(), json!(format!("{:?}", user.status).to_lowercase()));
        reply("USER", 200, signed_in(), json!({ "users": [shown] }))
    }

    fn update(&mut self, seen: &Seen) -> Reply {
        let body: Value = serde_json::from_str(&seen.body).unwrap_or_default();
        let typed = seen.header("content-type").is_some_and(|value| value.contains("json"));
        let users = body["users"].as_array().filter(|users| typed && users.len() == 1);
        match users.and_then(|users| users.first()).and_then(Value::as_object) {
            Some(wanted) => self.update_one(wanted),
            None => at_gateway("INVALID_DATA", "body is not a valid list of one user"),
        }
    }

    fn update_one(&mut self, wanted: &Map<String, Value>) -> Reply {
        let Some(id) = wanted.get("id") else {
            return refused("MANDATORY_NOT_FOUND", &json!({ "api_name": "id" }), "required field not found");
        };
        let known = id.as_str().filter(|id| self.users.contains_key(*id));
        let Some(id) = known else {
            return refused("INVALID_DATA", &json!({}), "the id given seems to be invalid");
        };
        if let Some(refusal) = self.objection(id, wanted) {
            return refusal;
        }
        if let Some(user) = self.users.get_mut(id) {
            user.take_over(wanted);
        }
        success(id)
    }

    /// Why this user cannot be changed like this.
    fn objection(&self, id: &str, wanted: &Map<String, Value>) -> Option<Reply> {
        let user = self.users.get(id)?;
        if user.status == Status::Deleted {
            let message = "Deleted user cannot be updated";
            return Some(refused("CANNOT_UPDATE_DELETED_USER", &json!({}), message));
        }
        if let Some(name) = ["phone", "dob", "email", "status"].into_iter().find(|n| no_text(wanted.get(*n)))
        {
            return Some(refused("INVALID_DATA", &json!({ "api_name": name }), "invalid data"));
        }
        let email = wanted.get("email").and_then(Value::as_str).filter(|email| *email != user.email);
        if email.is_some() && user.confirmed {
            // The code is misspelt in the API, too.
            let message = "Cannot update email of a confirmed CRM User";
            return Some(refused("EMAIL_UPDATE_NOT_ALOWED", &json!({ "api_name": "email" }), message));
        }
        let owner = self.users.iter().find(|(_, other)| email == Some(other.email.as_str()));
        if let Some((owner, _)) = owner {
            let details = json!({ "api_name": "email", "id": owner });
            return Some(refused("DUPLICATE_DATA", &details, "Email already exists"));
        }
        match (wanted.get("status").and_then(Value::as_str), user.status) {
            (Some("active"), Status::Active) => {
                Some(refused("ID_ALREADY_ACTIVE", &json!({}), "User is already active"))
            }
            (Some("inactive"), Status::Inactive) => {
                Some(refused("ID_ALREADY_DEACTIVATED", &json!({}), "User is already deactivated"))
            }
            (Some("active" | "inactive") | None, _) => None,
            (Some(_), _) => Some(refused("INVALID_DATA", &json!({ "api_name": "status" }), "invalid data")),
        }
    }
}

impl User {
    fn take_over(&mut self, wanted: &Map<String, Value>) {
        for (name, value) in wanted {
            match (name.as_str(), value.as_str()) {
                ("id", _) => {}
                ("email", Some(email)) => email.clone_into(&mut self.email),
                ("status", Some("active")) => self.status = Status::Active,
                ("status", _) => self.status = Status::Inactive,
                _ => drop(self.fields.insert(name.clone(), value.clone())),
            }
        }
    }
}

fn no_text(value: Option<&Value>) -> bool {
    value.is_some_and(|value| !value.is_string())
}

/// `None` where the token has the scope. Both prefixes are good: Zoho's own and the standard one.
fn authenticate(seen: &Seen, options: &Options) -> Option<Reply> {
    let token = seen
        .header("authorization")
        .and_then(|value| value.strip_prefix("Bearer ").or_else(|| value.strip_prefix("Zoho-oauthtoken ")));
    let refused = |code, message| {
        let mut headers = guarded("SAMEORIGIN");
        headers.extend([
            ("Referrer-Policy", "strict-origin".to_owned()),
            ("X-XSS-Protection", "1; mode=block".to_owned()),
            ("Pragma", "no-cache".to_owned()),
            ("Cache-Control", "no-cache".to_owned()),
            ("Expires", "Thu, 01 Jan 1970 00:00:00 GMT".to_owned()),
            ("X-Download-Options", "noopen".to_owned()),
        ]);
        Some(reply(code, 401, headers, told(code, &json!({}), message, "error")))
    };
    match token {
        Some(token) if token == options.zoho_token => None,
        Some(token) if token == options.zoho_narrow_token => {
            refused("OAUTH_SCOPE_MISMATCH", "invalid oauth scope to access this URL")
        }
        _ => refused("AUTHENTICATION_FAILURE", "Authentication failed"),
    }
}

/// What the gateway refuses before anybody asks who it is.
fn at_gateway(code: &'static str, message: &str) -> Reply {
    let mut headers = guarded("deny");
    headers.push(("X-Download-Options", "noopen".to_owned()));
    reply(code, 400, headers, told(code, &json!({}), message, "error"))
}

/// The answer to a request that was understood and is not carried out: HTTP 200.
pub(super) fn refused(code: &'static str, details: &Value, message: &str) -> Reply {
    reply(code, 200, signed_in(), json!({ "users": [told(code, details, message, "error")] }))
}

/// The answer to an update.
pub(super) fn success(id: &str) -> Reply {
    let told = told("SUCCESS", &json!({ "id": id }), "User updated", "success");
    reply("SUCCESS", 200, signed_in(), json!({ "users": [told] }))
}

fn told(code: &str, details: &Value, message: &str, status: &str) -> Value {
    json!({ "code": code, "details": details, "message": message, "status": status })
}

fn reply(kind: &'static str, status: u16, headers: Vec<(&'static str, String)>, body: Value) -> Reply {
    Reply { kind, status, headers, body }
}

/// The headers of every answer.
fn guarded(frame: &str) -> Vec<(&'static str, String)> {
    vec![
        ("Server", "ZGS".to_owned()),
        ("Content-Type", "application/json;charset=utf-8".to_owned()),
        ("X-Content-Type-Options", "nosniff".to_owned()),
        ("X-Frame-Options", frame.to_owned()),
    ]
}

/// The headers of an answer to a known user; the last three are other ones at every call or
/// release.
fn signed_in() -> Vec<(&'static str, String)> {
    let reset = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
    let mut headers = guarded("SAMEORIGIN");
    headers.extend([
        ("Referrer-Policy", "strict-origin".to_owned()),
        ("X-XSS-Protection", "1; mode=block".to_owned()),
        ("Pragma", "no-cache".to_owned()),
        ("Cache-Control", "no-store, no-cache, must-revalidate, private".to_owned()),
        ("Expires", "Thu, 01 Jan 1970 00:00:00 GMT".to_owned()),
        ("Content-Disposition", "attachment; filename=response.json".to_owned()),
        ("Content-Language", "en-US".to_owned()),
        ("Strict-Transport-Security", "max-age=15768000".to_owned()),
        ("X-ACCESSTOKEN-RESET", reset.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()),
        ("clientVersion", "5117204".to_owned()),
        ("clientsubVersion", fresh_hex()),
    ]);
    headers
}
