//! One access token: asked for at a token endpoint (RFC 6749 §4 to §6), and written into a request.

use std::time::Duration;

use serde_json::Value;

use super::encode::{strict, with_query};
use crate::message::{Answer, Headers, Request, field_bytes};
use crate::postman::auth::late::{Ask, Grant, Put};
use crate::send::client::Client;
use crate::send::cookies::Jar;

/// The most characters of a server's own words that are told.
const LONGEST: usize = 200;

/// A token as it was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Granted {
    pub(super) access: String,
    /// How long it holds; `None` where the server does not say.
    pub(super) holds: Option<Duration>,
    /// A refresh token for the next time.
    pub(super) refresh: Option<String>,
    /// Every value of the answer that must not be shown.
    pub(super) secrets: Vec<String>,
}

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    /// In a few words: the error code, the status, or that nothing came.
    pub(super) short: String,
    /// What the server said, or what went wrong on the way; cut, and without control characters.
    pub(super) long: String,
}

/// Asks once. A `refresh` token takes the place of the one in the form.
pub(super) async fn ask(client: &Client, ask: &Ask, refresh: Option<&str>) -> Result<Granted, Refused> {
    let form: Vec<String> = ask
        .form
        .iter()
        .map(|(name, value)| match (name.as_str(), refresh) {
            ("refresh_token", Some(newer)) => (name, newer),
            _ => (name, value.as_str()),
        })
        .map(|(name, value)| format!("{}={}", strict(name), strict(value)))
        .collect();
    let mut headers: Headers =
        [("Accept", "application/json"), ("Content-Type", "application/x-www-form-urlencoded")]
            .into_iter()
            .collect();
    for (name, value) in &ask.headers {
        headers.set(name, value.as_str());
    }
    let request = Request {
        method: "POST".to_owned(),
        origin: ask.origin.clone(),
        target: ask.target.clone(),
        headers,
        body: Some(form.join("&").into()),
    };
    match client.send_one(&request, &Jar::default()).await.result {
        Ok(answer) => read(&answer),
        Err(error) => Err(Refused { short: "no answer".to_owned(), long: tidy(&error.to_string()) }),
    }
}

/// A token, or why there is none: an error may also come with status 200.
fn read(answer: &Answer) -> Result<Granted, Refused> {
    let json: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let text = |name: &str| {
        let value = json.as_ref()?.get(name)?;
        value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let status = answer.status;
    if let Some(access) = text("access_token")
        && (access.chars().any(char::is_control) || field_bytes(&access).is_none())
    {
        let long = format!("status {status}, and an access token with characters that no header can hold");
        return Err(Refused { short: "an unusable access token".to_owned(), long });
    }
    if let (Some(access), None, 200..300) = (text("access_token"), text("error"), status) {
        let others = ["refresh_token", "id_token"].into_iter().filter_map(text);
        let secrets = [access.clone()].into_iter().chain(others).collect();
        let holds = json.as_ref().and_then(|json| json.get("expires_in")).and_then(seconds);
        return Ok(Granted { access, holds, refresh: text("refresh_token"), secrets });
    }
    let code = text("error").map(|code| tidy(&code));
    let said: Vec<String> = [text("error_description"), text("message")].into_iter().flatten().collect();
    let said = if said.is_empty() { String::new() } else { format!(": {}", tidy(&said.join("; "))) };
    let what = match &code {
        Some(code) => format!(" {code}"),
        None if json.is_none() => " and no JSON".to_owned(),
        None => " without an access token".to_owned(),
    };
    Err(Refused {
        short: code.unwrap_or_else(|| format!("status {status}")),
        long: format!("status {status}{what}{said}"),
    })
}

/// A number, or a text that is one: both are in use. A negative one counts as 0.
fn seconds(value: &Value) -> Option<Duration> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }?;
    Duration::try_from_secs_f64(number.max(0.0)).ok()
}

fn tidy(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut cut: String = plain.trim().chars().take(LONGEST).collect();
    if cut.len() < plain.trim().len() {
        cut.push('…');
    }
    cut
}

/// Writes the token where the grant says.
pub(super) fn put(grant: &Grant, token: &str, request: &mut Request) {
    match &grant.put {
        Put::Header(prefix) => {
            request.headers.set("Authorization", format!("{prefix} {token}").trim());
        }
        Put::Query => {
            let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
            let written = query.split('&').filter(|pair| !pair.is_empty());
            let others = written.filter(|pair| pair.split('=').next() != Some("access_token"));
            let mut params: Vec<String> = others.map(str::to_owned).collect();
            params.push(format!("access_token={}", strict(token)));
            request.target = with_query(path, &params.join("&"));
        }
    }
}

#[cfg(test)]
mod tests;
