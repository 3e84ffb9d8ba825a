//! `protocolProfileBehavior`: how Postman sends what is below a node.

use serde_json::Value;

use super::notice::{Members, Notices, kind};
use crate::message::{HttpVersion, Omitted};
use crate::postman::model::Behavior;

/// The fields that Postman adds by itself and uphold never does: to leave them out is no news.
const NEVER_ADDED: [&str; 3] = ["cache-control", "connection", "postman-token"];

/// The most redirects that are followed, whatever a collection says: what was asked on the way is kept.
const MOST_REDIRECTS: u32 = 100;

/// What a setting must be.
type Wanted = &'static str;

const BOOLEAN: Wanted = "true or false";

/// The node's own settings, key by key over what is inherited.
///
/// A setting of the wrong kind counts as not said, with a warning. What is unknown, or known and not
/// done, is a remark.
pub(super) fn over(inherited: &Behavior, members: &Members, at: &str, notices: &mut Notices) -> Behavior {
    let mut made = inherited.clone();
    let at = format!("{at}/protocolProfileBehavior");
    let own = match members.get("protocolProfileBehavior") {
        None | Some(Value::Null) => return made,
        Some(Value::Object(own)) => own,
        Some(other) => {
            let message = format!("must be an object, but is {}; what is inherited holds", kind(other));
            notices.warn(&at, message);
            return made;
        }
    };
    for (key, value) in own.iter().filter(|(_, value)| !value.is_null()) {
        if let Err(wanted) = set(&mut made, key, value, &at, notices) {
            let message = format!(
                "`{key}` must be {wanted}, but is {}; what is inherited holds",
                serde_json::to_string(value)
                    .ok()
                    .filter(|text| text.len() <= 40)
                    .unwrap_or(kind(value).into())
            );
            notices.warn(&format!("{at}/{key}"), message);
        }
    }
    made
}

/// Takes one setting over, or says what it must be.
fn set(made: &mut Behavior, key: &str, value: &Value, at: &str, notices: &mut Notices) -> Result<(), Wanted> {
    let delivery = &mut made.delivery;
    match key {
        "disableBodyPruning" => made.keep_body = flag(value)?,
        "disableUrlEncoding" => made.raw_url = flag(value)?,
        "disableCookies" => delivery.no_cookies = flag(value)?,
        "strictSSL" => delivery.strict_tls = Some(flag(value)?),
        "followRedirects" => delivery.redirects.follow = flag(value)?,
        "maxRedirects" => {
            let asked = count(value)?;
            if asked > MOST_REDIRECTS {
                notices.warn(
                    &format!("{at}/{key}"),
                    format!("`{key}`: no more than {MOST_REDIRECTS} are followed"),
                );
            }
            delivery.redirects.limit = asked.min(MOST_REDIRECTS);
        }
        "followOriginalHttpMethod" => delivery.redirects.keep_method = flag(value)?,
        "removeRefererHeaderOnRedirect" => delivery.redirects.no_referer = flag(value)?,
        "protocolVersion" => delivery.version = version(value)?,
        "disabledSystemHeaders" => disabled(made, value, &format!("{at}/{key}"), notices)?,
        "followAuthorizationHeader" => {
            if flag(value)? {
                let why = "does nothing here: a redirect takes no credential to another host";
                notices.remark(&format!("{at}/{key}"), format!("`{key}` {why}"));
            }
        }
        "insecureHTTPParser" | "tlsPreferServerCiphers" | "tlsDisabledProtocols" | "tlsCipherSelection" => {
            if !is_off(value) {
                notices.remark(&format!("{at}/{key}"), format!("`{key}` is not supported and does nothing"));
            }
        }
        _ => notices.remark(at, format!("`{key}` is no setting of Postman that is known; it does nothing")),
    }
    Ok(())
}

fn flag(value: &Value) -> Result<bool, Wanted> {
    value.as_bool().ok_or(BOOLEAN)
}

fn count(value: &Value) -> Result<u32, Wanted> {
    let number = value.as_u64().ok_or("a whole number from 0 on")?;
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}

fn version(value: &Value) -> Result<HttpVersion, Wanted> {
    match value.as_str() {
        Some("auto") => Ok(HttpVersion::Auto),
        Some("http1") => Ok(HttpVersion::Http1),
        Some("http2") => Ok(HttpVersion::Http2),
        Some(_) | None => Err("\"http1\", \"http2\" or \"auto\""),
    }
}

/// `{"user-agent": true}`. The list takes the place of an inherited one as a whole, as in Postman.
fn disabled(made: &mut Behavior, value: &Value, at: &str, notices: &mut Notices) -> Result<(), Wanted> {
    const WANTED: Wanted = "an object of names, each true or false";
    let names = value.as_object().ok_or(WANTED)?;
    if names.values().any(|on| !on.is_boolean() && !on.is_null()) {
        return Err(WANTED);
    }
    let mut omitted = Omitted::default();
    let mut no_content_type = false;
    for (name, _) in names.iter().filter(|(_, on)| **on == Value::Bool(true)) {
        match name.to_ascii_lowercase().as_str() {
            "user-agent" => omitted.user_agent = true,
            "accept-encoding" => omitted.accept_encoding = true,
            "content-type" => no_content_type = true,
            "accept" | "host" | "content-length" => {
                let message = format!("`disabledSystemHeaders`: `{name}` is sent all the same");
                notices.remark(at, message);
            }
            known if NEVER_ADDED.contains(&known) => {}
            _ => {
                let message =
                    format!("`disabledSystemHeaders`: `{name}` is no field that is added by itself");
                notices.remark(at, message);
            }
        }
    }
    made.delivery.omitted = omitted;
    made.no_content_type = no_content_type;
    Ok(())
}

/// Whether a setting says what holds anyway.
fn is_off(value: &Value) -> bool {
    match value {
        Value::Bool(on) => !on,
        Value::Array(list) => list.is_empty(),
        Value::Null | Value::Number(_) | Value::String(_) | Value::Object(_) => false,
    }
}
