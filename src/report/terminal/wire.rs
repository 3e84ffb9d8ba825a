//! What went over the wire, as `--verbose` shows it: `>` before each line of the request, `<` before each of the
//! answer. Redacted and bounded by the row.

use std::fmt::Write as _;

use super::super::events::CaseRow;
use super::super::exchange::{BodyRow, ExchangeRow, MessageRow};
use super::super::{escape, excerpt};

/// Bytes of a body.
const SHOWN_BODY: usize = 4096;
/// Lines of a body.
const SHOWN_LINES: usize = 60;
/// Bytes of a header field.
const SHOWN_FIELD: usize = 500;

/// The lines of both messages, of a comparison of the answers of both servers; none where nothing was sent.
pub(super) fn lines(row: &CaseRow, compares: bool) -> Vec<String> {
    let Some(exchange) = &row.exchange else { return Vec::new() };
    let first = row.request.as_ref().map(|request| format!("{} {}", request.method, request.url));
    let first = first.unwrap_or_default();
    match &exchange.expected {
        Some(old) if compares => {
            let mut lines = message('>', &first, &exchange.request);
            lines.extend(answer(Some(old), " (old server)"));
            lines.extend(answer(exchange.answer.as_ref(), " (new server)"));
            lines
        }
        Some(_) | None => of_exchange(&first, exchange),
    }
}

/// The lines of a request, which begins with `first`, and of its answer.
pub(in crate::report) fn of_exchange(first: &str, exchange: &ExchangeRow) -> Vec<String> {
    let mut lines = message('>', first, &exchange.request);
    lines.extend(answer(exchange.answer.as_ref(), ""));
    lines
}

fn answer(answer: Option<&MessageRow>, whose: &str) -> Vec<String> {
    match answer {
        Some(answer) => {
            let status = answer.status.map(|status| status.to_string()).unwrap_or_default();
            message('<', &format!("{status}{whose}"), answer)
        }
        None => vec![format!("< (no answer{whose})")],
    }
}

fn message(sign: char, first: &str, message: &MessageRow) -> Vec<String> {
    let line = |text: &str| format!("{sign} {}", escape::line(&excerpt::line(text, SHOWN_FIELD)));
    let mut lines = vec![line(first)];
    lines.extend(message.headers.iter().map(|field| line(&format!("{}: {}", field.name, field.value))));
    if let Some(body) = &message.body {
        lines.push(sign.to_string());
        lines.extend(of_body(body, SHOWN_BODY, SHOWN_LINES).iter().map(|text| line(text)));
    }
    lines
}

/// The lines of a body, as they came: so many bytes and lines of it.
pub(super) fn of_body(body: &BodyRow, bytes: usize, most: usize) -> Vec<String> {
    let mut text = body.text.clone();
    if body.left_out > 0 {
        // A String takes every text.
        let _ = write!(text, "\n… {} bytes left out …\n{}", body.left_out, body.tail);
    }
    let text = excerpt::lines(&text, bytes);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if let Some(more @ 1..) = lines.len().checked_sub(most) {
        lines.truncate(most);
        lines.push(format!("… {more} lines left out …"));
    }
    lines
}
