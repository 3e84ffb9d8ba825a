//! Answers become saved examples: which answers are fit ([`example_of`]), and what of them is hidden; and
//! answers are kept until somebody decides on them ([`kept()`]).
//!
//! Pure. Invariant: no value that the redactor knows, no value under a secret name and no credential is in
//! an example; what stands in its place is of the same type, so that the example documents what came.

mod field;
mod hide;
mod marked;
mod named;
mod nested;
mod parts;
mod scrub;
mod stand_in;

pub(crate) use field::given_by;
pub use scrub::{Kept, StandIns, Unkept, kept};

use std::borrow::Cow;

use crate::message::{Answer, is_framing};
use crate::postman::reason::phrase;
use crate::postman::write::NewExample;
use crate::redact::Redactor;
use crate::send::{Exchange, SendError};

/// Why an answer is no example.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// There is none.
    #[error("{0}")]
    NoAnswer(SendError),
    /// It says that the credentials are refused, not what the API does.
    #[error(
        "{0}: the credentials were refused, so the answer documents nothing else; give others, or save this one in Postman"
    )]
    Refused(String),
    /// It says how the server was just then.
    #[error("{0}: that is the state of the server, no documentation; try again later, or save it in Postman")]
    State(String),
    /// Without its secrets its body would be no JSON any more.
    #[error("without the secrets in it the body would be no JSON any more; save it in Postman, without them")]
    Broken,
    /// Its body is no text.
    #[error("the body is no text{}, and an example holds text only; save it in Postman", of_type(.0.as_deref()))]
    NoText(Option<String>),
}

fn of_type(media: Option<&str>) -> String {
    media.map(|media| format!(" ({media})")).unwrap_or_default()
}

/// The example that documents this exchange, named `<status> <reason>`.
///
/// Fields that only frame the message, and `Content-Encoding` (the body is decoded), are left out. Secrets
/// are replaced (`hide`). Fails where there is no answer, for 401, 403 and 407 (the credentials), for 408,
/// 429 and 5xx (the server), and for a body that is no text.
pub fn example_of(exchange: &Exchange, redactor: &Redactor) -> Result<NewExample, Unfit> {
    let answer = exchange.result.as_ref().map_err(|error| Unfit::NoAnswer(error.clone()))?;
    let status = phrase(answer.status).unwrap_or_default().to_owned();
    let name = format!("{} {status}", answer.status).trim_end().to_owned();
    match answer.status {
        401 | 403 | 407 => return Err(Unfit::Refused(name)),
        408 | 429 | 500..=599 => return Err(Unfit::State(name)),
        _ => {}
    }
    let text = text(answer)?;
    let mut hider = hide::Hider::new(redactor);
    hider.learn(&answer.headers, &text);
    let headers = answer.headers.iter().filter(|(field, _)| !is_left_out(field));
    let headers = headers.map(|(field, value)| hider.header(field, value)).collect();
    let language = language(answer, &text);
    let body = hider.body(&text, language == "xml" || language == "html");
    if hide::is_json(&text) && !hide::is_json(&body) {
        return Err(Unfit::Broken);
    }
    Ok(NewExample { name, code: answer.status, status, headers, body, language })
}

fn is_left_out(field: &str) -> bool {
    is_framing(field) || field.eq_ignore_ascii_case("content-encoding")
}

fn text(answer: &Answer) -> Result<Cow<'_, str>, Unfit> {
    let no_text = || Unfit::NoText(answer.media_type().map(|media| media.essence));
    answer.text().filter(|text| !text.contains('\0')).ok_or_else(no_text)
}

/// What Postman shows the body as.
fn language(answer: &Answer, text: &str) -> &'static str {
    match answer.media_type() {
        Some(media) if media.is_json() => "json",
        Some(media) if media.essence == "text/html" || media.essence == "application/xhtml+xml" => "html",
        Some(media) if media.is_xml() => "xml",
        Some(media) if media.essence.ends_with("/javascript") => "javascript",
        None if hide::is_json(text) => "json",
        Some(_) | None => "text",
    }
}
