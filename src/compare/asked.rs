//! The request of a recorded answer: `{method, url, body}`.

use super::at::{At, kind};
use super::error::CompareError;
use super::spans::members;
use crate::contract::pointer::escape;
use crate::postman::model::{BodySpec, RequestSpec};
use crate::postman::url::parse as parts_of;
use crate::suite::did_you_mean;

const MEMBERS: [&str; 3] = ["method", "url", "body"];

/// The request that this JSON object says. The method must be there; the body is JSON, or a text that is
/// none.
pub(super) fn of(text: &str, at: At<'_>) -> Result<RequestSpec, CompareError> {
    let members = members(text)
        .ok_or_else(|| at.wrong("/request", format!("must be an object, but is {}", kind(text))))?;
    let mut request = RequestSpec::default();
    for (name, value) in members {
        let pointer = format!("/request/{}", escape(&name));
        let text = || {
            let wrong = |_| at.wrong(&pointer, format!("must be a text, but is {}", kind(value)));
            serde_json::from_str::<String>(value).map_err(wrong)
        };
        match name.as_str() {
            "method" => {
                request.method = Some(text()?.trim().to_ascii_uppercase()).filter(|one| !one.is_empty());
            }
            "url" => request.url = parts_of(&text()?),
            "body" => request.body = Some(BodySpec::Raw { text: raw(value), language: None }),
            other => {
                let hint = did_you_mean(other, MEMBERS);
                return Err(at.wrong(&pointer, format!("no member of a request{hint}")));
            }
        }
    }
    if request.method.is_none() {
        return Err(at.wrong("/request", "no `method`: write it, such as \"method\": \"POST\""));
    }
    Ok(request)
}

/// A text is the body as it was sent; anything else is its JSON.
fn raw(value: &str) -> String {
    serde_json::from_str::<String>(value).unwrap_or_else(|_| value.to_owned())
}
