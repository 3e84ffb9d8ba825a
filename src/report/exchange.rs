//! What was sent, what came and what was saved, as reports show it ([`ExchangeRow`]).
//!
//! Invariants: every text is redacted before it is cut, since half a secret would not be found any more; a body
//! is not longer than [`SHOWN_BODY`], and those of all cases of a run together are held by an `Allowance`.

use std::fmt::Write as _;

use super::excerpt;
use crate::message::{Answer, MediaType, Request};
use crate::postman::Example;
use crate::redact::Redactor;

/// How much of a body is kept, in bytes of its redacted text.
pub const SHOWN_BODY: usize = 64 * 1024;
/// How much of the header fields is kept as it is, in bytes; behind that each value is cut.
const SHOWN_FIELDS: usize = 64 * 1024;
/// How much of a value is kept where there are too many fields, in bytes.
const SHOWN_VALUE: usize = 1024;
/// How many fields are kept where there are too many.
const MOST_FIELDS: usize = 100;
/// How many bytes of a body that is no text are shown.
const SHOWN_BYTES: usize = 256;
/// How much of an answer stands in reports that show an excerpt, in bytes.
pub(super) const EXCERPT: usize = 4 * 1024;
/// How much of a request and of an example is kept where the allowance is used up, in bytes.
const SHORT: usize = 1024;
/// What the exchanges of one run may take together before they are shortened, in bytes.
const ALLOWANCE: usize = 32 * 1024 * 1024;

/// The messages of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeRow {
    /// What was sent; its method and URL are those of the row.
    pub request: MessageRow,
    /// What came last; `None` where there was no answer.
    pub answer: Option<MessageRow>,
    /// What was expected: the saved example, placeholders as they are; of a comparison, the answer of the old
    /// server.
    pub expected: Option<MessageRow>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MessageRow {
    /// The status; `None` of a request.
    pub status: Option<u16>,
    /// The header fields as they stand, in order.
    pub headers: Vec<FieldRow>,
    /// The body; `None` where there is none, or an empty one.
    pub body: Option<BodyRow>,
}

/// A header field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRow {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// A body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BodyRow {
    /// `type/subtype`, where the header names one.
    pub media_type: Option<String>,
    /// How long it was on the wire (its content coding undone), in bytes.
    pub bytes: usize,
    /// Whether it is text.
    pub is_text: bool,
    /// The text, of a long one its beginning; of bytes a note on them and the first of them in hexadecimal.
    pub text: String,
    /// How many bytes of the text are left out behind the beginning.
    pub left_out: usize,
    /// The end of the text where some are left out, else empty.
    pub tail: String,
}

impl ExchangeRow {
    /// The messages of a case, secrets hidden.
    pub(super) fn new(
        request: &Request,
        answer: Option<&Answer>,
        (example, status): (&Example, u16),
        redactor: &Redactor,
    ) -> Self {
        Self {
            request: of_request(request, redactor),
            answer: answer.map(|answer| of_answer(answer, redactor)),
            expected: Some(of_example(example, status, redactor)),
        }
    }

    /// What was sent and what came, where nothing was expected.
    pub(super) fn seen(request: &Request, answer: Option<&Answer>, redactor: &Redactor) -> Self {
        Self {
            request: of_request(request, redactor),
            answer: answer.map(|answer| of_answer(answer, redactor)),
            expected: None,
        }
    }

    /// Head and body of the answer, cut to an excerpt.
    pub fn answer_excerpt(&self) -> Option<String> {
        self.answer.as_ref().map(MessageRow::excerpt)
    }

    fn size(&self) -> usize {
        let messages = [Some(&self.request), self.answer.as_ref(), self.expected.as_ref()];
        messages.into_iter().flatten().map(MessageRow::size).sum()
    }

    /// Of the answer what an excerpt shows, of the others less.
    fn shorten(&mut self) {
        self.request.shorten(SHORT);
        if let Some(answer) = &mut self.answer {
            answer.shorten(EXCERPT);
        }
        if let Some(expected) = &mut self.expected {
            expected.shorten(SHORT);
        }
    }
}

/// What the exchanges of one run may take. Those of the first cases are kept as they are; from the first that does
/// not fit, each that is too long is shortened: 10,000 of them then take less than 100 MB.
#[derive(Debug)]
pub(super) struct Allowance {
    left: usize,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { left: ALLOWANCE }
    }
}

impl Allowance {
    /// Shortens what does not fit any more. Takes the cases in the order of the plan, so that equal runs keep
    /// the same.
    pub(super) fn fit(&mut self, exchange: &mut ExchangeRow) {
        match self.left.checked_sub(exchange.size()) {
            Some(left) => self.left = left,
            None => exchange.shorten(),
        }
    }
}

impl MessageRow {
    fn size(&self) -> usize {
        let fields: usize = self.headers.iter().map(FieldRow::size).sum();
        fields + self.body.as_ref().map_or(0, |body| body.text.len() + body.tail.len())
    }

    fn shorten(&mut self, limit: usize) {
        if let Some(body) = &mut self.body {
            body.cut(limit);
        }
        if self.headers.iter().map(FieldRow::size).sum::<usize>() > EXCERPT {
            few(&mut self.headers);
        }
    }

    fn excerpt(&self) -> String {
        let mut head = self.status.map(|status| format!("HTTP {status}\n")).unwrap_or_default();
        for FieldRow { name, value } in &self.headers {
            // A String takes every text.
            let _ = writeln!(head, "{name}: {value}");
        }
        let body = self.body.as_ref().map(BodyRow::excerpt).unwrap_or_default();
        format!("{}\n{body}", excerpt::lines(&head, EXCERPT))
    }
}

impl FieldRow {
    fn size(&self) -> usize {
        self.name.len() + self.value.len()
    }
}

impl BodyRow {
    fn new(
        bytes: &[u8],
        text: Option<&str>,
        media_type: Option<String>,
        redactor: &Redactor,
    ) -> Option<Self> {
        if bytes.is_empty() {
            return None;
        }
        // A server may name anything there.
        let media_type = media_type.map(|essence| redactor.text(&essence).into_owned());
        let (is_text, text) = match text.filter(|text| !text.contains('\0')) {
            Some(text) => (true, redactor.body(text).into_owned()),
            None => (false, hexadecimal(bytes, redactor)),
        };
        let mut body = Self { media_type, bytes: bytes.len(), is_text, text, ..Self::default() };
        body.cut(SHOWN_BODY);
        Some(body)
    }

    /// Keeps about `limit` bytes: three quarters of them at the beginning, as every excerpt does.
    fn cut(&mut self, limit: usize) {
        let (head, end) = (limit / 4 * 3, limit / 4);
        let (kept, whole) = (self.text.floor_char_boundary(head), self.text.len());
        if self.left_out > 0 {
            let start = self.tail.ceil_char_boundary(self.tail.len().saturating_sub(end));
            self.left_out += whole - kept + start;
            self.tail.drain(..start);
        } else if whole > limit {
            let start = self.text.ceil_char_boundary(whole - end);
            self.left_out = start - kept;
            self.tail = self.text.get(start..).unwrap_or_default().to_owned();
        } else {
            return;
        }
        self.text.truncate(kept);
    }

    /// What an excerpt of the text shows.
    fn excerpt(&self) -> String {
        let mut body = self.clone();
        body.cut(EXCERPT);
        if body.left_out == 0 {
            return body.text;
        }
        format!("{}\n… {} bytes left out …\n{}", body.text, body.left_out, body.tail)
    }
}

fn of_request(request: &Request, redactor: &Redactor) -> MessageRow {
    let media_type = request.headers.get("content-type").and_then(essence);
    let bytes = request.body.as_deref().unwrap_or_default();
    let text = std::str::from_utf8(bytes).ok();
    MessageRow {
        status: None,
        headers: fields(request.headers.iter(), redactor),
        body: BodyRow::new(bytes, text, media_type, redactor),
    }
}

/// An answer as it came.
pub(super) fn of_answer(answer: &Answer, redactor: &Redactor) -> MessageRow {
    let media_type = answer.media_type().map(|media| media.essence);
    MessageRow {
        status: Some(answer.status),
        headers: fields(answer.headers.iter(), redactor),
        body: BodyRow::new(&answer.body, answer.text().as_deref(), media_type, redactor),
    }
}

/// An example as it is saved, with the status that counts for it.
fn of_example(example: &Example, status: u16, redactor: &Redactor) -> MessageRow {
    let fields_of = || example.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut named = fields_of().filter(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let media_type = named.next().and_then(|(_, value)| essence(value));
    let text = example.text();
    MessageRow {
        status: Some(status),
        headers: fields(fields_of(), redactor),
        body: BodyRow::new(text.as_bytes(), Some(text), media_type, redactor),
    }
}

fn essence(value: &str) -> Option<String> {
    MediaType::parse(value).map(|media| media.essence)
}

fn fields<'t>(fields: impl Iterator<Item = (&'t str, &'t str)>, redactor: &Redactor) -> Vec<FieldRow> {
    let hidden = redactor.headers(fields).into_iter();
    let mut rows: Vec<FieldRow> = hidden.map(|(name, value)| FieldRow { name, value }).collect();
    if rows.iter().map(FieldRow::size).sum::<usize>() > SHOWN_FIELDS {
        few(&mut rows);
    }
    rows
}

/// The first fields, their values cut.
fn few(rows: &mut Vec<FieldRow>) {
    rows.truncate(MOST_FIELDS);
    for row in rows {
        row.name = excerpt::name(&row.name).into_owned();
        row.value = excerpt::line(&row.value, SHOWN_VALUE).into_owned();
    }
}

/// The first bytes in hexadecimal, 16 to a line.
fn hexadecimal(body: &[u8], redactor: &Redactor) -> String {
    let text = String::from_utf8_lossy(body);
    if redactor.text(&text) != text {
        return format!("({} bytes that are no text, with a secret value among them)", body.len());
    }
    let shown = body.get(..SHOWN_BYTES).unwrap_or(body);
    let mut lines = format!("({} bytes that are no text)", body.len());
    for row in shown.chunks(16) {
        let row: Vec<_> = row.iter().map(|byte| format!("{byte:02x}")).collect();
        let _ = write!(lines, "\n{}", row.join(" "));
    }
    if shown.len() < body.len() {
        lines.push_str("\n…");
    }
    lines
}

#[cfg(test)]
mod tests;
