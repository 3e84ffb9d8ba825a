//! One change in an answer: what a vendor's new version might do.

use serde_json::{Map, Value, json};

use super::{Reply, zendesk, zoho};

/// What is different; everything else of the answer stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mutation {
    /// Nothing.
    None,
    /// 200 becomes 202, 400 becomes 422, 401 becomes 403.
    Status,
    /// The result code gets another name.
    Code,
    /// `message` is gone.
    FieldGone,
    /// `message` is an array of texts.
    TypeChanged,
    /// `message` is null.
    NullAppeared,
    /// The same bytes as `text/html`.
    MediaType,
    /// `Content-Disposition` is gone, and where there is none, `X-Content-Type-Options`; Zendesk
    /// loses `Content-Type`, its only documented header.
    HeaderGone,
    /// An error is answered as if the request had succeeded.
    SuccessInsteadOfError,
    /// A success is answered as an error: Zoho says so inside of the same 200, Zendesk with 422.
    ErrorInsteadOfSuccess,
}

impl Mutation {
    /// The answer with this change. Panics where the answer has nothing to change: such a test
    /// would prove nothing.
    pub(super) fn applied(self, mut reply: Reply) -> Reply {
        let before = reply.clone();
        match self {
            Self::None => return reply,
            Self::Status => {
                reply.status = match reply.status {
                    200 => 202,
                    400 => 422,
                    _ => 403,
                }
            }
            Self::Code => {
                set(&mut reply, "code", |code| json!(format!("{}_V2", code.as_str().unwrap_or("CODE"))));
            }
            Self::FieldGone => drop(outcome(&mut reply.body).remove("message")),
            Self::TypeChanged => set(&mut reply, "message", |message| json!([message])),
            Self::NullAppeared => set(&mut reply, "message", |_| Value::Null),
            Self::MediaType => header(&mut reply, "Content-Type", Some("text/html;charset=utf-8")),
            Self::HeaderGone => {
                let names = ["Content-Disposition", "X-Content-Type-Options", "Content-Type"];
                let there = |name: &&str| before.headers.iter().any(|(n, _)| n == name);
                if let Some(name) = names.into_iter().find(there) {
                    header(&mut reply, name, None);
                }
            }
            Self::SuccessInsteadOfError => reply = zoho::success("738964000000291009"),
            Self::ErrorInsteadOfSuccess if reply.kind == zendesk::JOB_STATUS => {
                reply = zendesk::invalid("name", "is too short");
            }
            Self::ErrorInsteadOfSuccess => {
                reply = zoho::refused("INTERNAL_ERROR", &json!({}), "Internal Server Error");
            }
        }
        let same = (&before.status, &before.body) == (&reply.status, &reply.body)
            && before.headers.len() == reply.headers.len()
            && self != Self::MediaType;
        assert!(!same, "{self:?} changes nothing in {}", before.kind);
        reply
    }
}

fn set(reply: &mut Reply, name: &str, value: impl FnOnce(&Value) -> Value) {
    if let Some(member) = outcome(&mut reply.body).get_mut(name) {
        *member = value(member);
    }
}

/// The object that tells how it went: `/users/0`, `/job_status`, or the body itself.
fn outcome(body: &mut Value) -> &mut Map<String, Value> {
    let place = ["/users/0", "/job_status", ""].into_iter().find(|place| body.pointer(place).is_some());
    place
        .and_then(|place| body.pointer_mut(place))
        .and_then(Value::as_object_mut)
        .expect("every answer is an object")
}

fn header(reply: &mut Reply, name: &str, value: Option<&str>) {
    match value {
        Some(value) => {
            for (_, old) in reply.headers.iter_mut().filter(|(n, _)| *n == name) {
                value.clone_into(old);
            }
        }
        None => reply.headers.retain(|(n, _)| *n != name),
    }
}
