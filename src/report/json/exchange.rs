//! The part of `run.json` on the messages of a case.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::exchange::{BodyRow, ExchangeRow, FieldRow, MessageRow};

/// What was sent, what came, and what was expected, secrets hidden.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "exchange")]
pub(super) struct ExchangeJson<'a> {
    /// The request; its method and URL stand in `request` of the case.
    request: MessageJson<'a>,
    /// The last answer; null without one.
    answer: Option<MessageJson<'a>>,
    /// The saved example, placeholders as they are; of `uphold compare` the answer of the old server.
    expected: Option<MessageJson<'a>>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "message")]
struct MessageJson<'a> {
    /// The status; null of a request.
    status: Option<u16>,
    /// The header fields in their order; of very many the first, with values that are cut.
    headers: Vec<FieldJson<'a>>,
    /// The body; null where there is none, or an empty one.
    body: Option<BodyJson<'a>>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "field")]
struct FieldJson<'a> {
    /// The name as it is written.
    name: Cow<'a, str>,
    /// The value.
    value: Cow<'a, str>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "body")]
struct BodyJson<'a> {
    /// `type/subtype`, where the header names one.
    media_type: Option<Cow<'a, str>>,
    /// How long the body was, in bytes; its text is shorter where secrets are hidden or some is left out.
    bytes: usize,
    /// Whether it is text.
    is_text: bool,
    /// The text, of a long one its beginning; of bytes a note on them and the first of them in hexadecimal.
    text: Cow<'a, str>,
    /// How many bytes of the text are left out behind the beginning. A body has at most 64 KiB here, and 1 KiB
    /// (an answer 4 KiB) in a run whose messages come to more than 32 MiB.
    left_out: usize,
    /// The end of the text where some is left out, else empty.
    tail: Cow<'a, str>,
}

impl<'a> From<&'a ExchangeRow> for ExchangeJson<'a> {
    fn from(row: &'a ExchangeRow) -> Self {
        let ExchangeRow { request, answer, expected } = row;
        Self {
            request: request.into(),
            answer: answer.as_ref().map(Into::into),
            expected: expected.as_ref().map(Into::into),
        }
    }
}

impl<'a> From<&'a MessageRow> for MessageJson<'a> {
    fn from(row: &'a MessageRow) -> Self {
        let MessageRow { status, headers, body } = row;
        let field = |FieldRow { name, value }: &'a FieldRow| FieldJson {
            name: name.as_str().into(),
            value: value.as_str().into(),
        };
        Self {
            status: *status,
            headers: headers.iter().map(field).collect(),
            body: body.as_ref().map(Into::into),
        }
    }
}

impl<'a> From<&'a BodyRow> for BodyJson<'a> {
    fn from(row: &'a BodyRow) -> Self {
        let BodyRow { media_type, bytes, is_text, text, left_out, tail } = row;
        Self {
            media_type: media_type.as_deref().map(Into::into),
            bytes: *bytes,
            is_text: *is_text,
            text: text.as_str().into(),
            left_out: *left_out,
            tail: tail.as_str().into(),
        }
    }
}

impl From<ExchangeJson<'_>> for ExchangeRow {
    fn from(json: ExchangeJson<'_>) -> Self {
        let ExchangeJson { request, answer, expected } = json;
        Self { request: request.into(), answer: answer.map(Into::into), expected: expected.map(Into::into) }
    }
}

impl From<MessageJson<'_>> for MessageRow {
    fn from(json: MessageJson<'_>) -> Self {
        let MessageJson { status, headers, body } = json;
        let field = |FieldJson { name, value }: FieldJson<'_>| FieldRow {
            name: name.into_owned(),
            value: value.into_owned(),
        };
        Self { status, headers: headers.into_iter().map(field).collect(), body: body.map(Into::into) }
    }
}

impl From<BodyJson<'_>> for BodyRow {
    fn from(json: BodyJson<'_>) -> Self {
        let BodyJson { media_type, bytes, is_text, text, left_out, tail } = json;
        Self {
            media_type: media_type.map(Cow::into_owned),
            bytes,
            is_text,
            text: text.into_owned(),
            left_out,
            tail: tail.into_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::samples::{any_text, exchange};

    proptest! {
        #[test]
        fn what_is_written_reads_back(text in any_text(), body in any_text(), status in any::<u16>()) {
            let row = exchange(&text, status, &body);
            let written = serde_json::to_string(&ExchangeJson::from(&*row)).unwrap();
            let read: ExchangeJson<'_> = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(ExchangeRow::from(read), *row);
        }
    }
}
