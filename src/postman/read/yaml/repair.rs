//! Quoted texts over several lines that are not indented.
//!
//! Files of Postman collections have them (21 of the 33 requests of one published collection), and
//! Postman reads them. YAML wants each further line indented deeper than the key before it, by
//! spaces that are no part of the text: so they can be put in without changing what is read.

use serde_json::Value;

/// The most texts that are indented in one file.
const REPAIRS: usize = 64;

/// Why a text is no YAML.
pub(super) struct Complaint {
    /// The line, from 1.
    pub(super) line: usize,
    /// The column in characters, from 1.
    pub(super) column: usize,
    /// Whether it is a quoted text that is not indented.
    pub(super) indentation: bool,
    /// What is wrong there.
    pub(super) why: String,
}

/// Indents the quoted text that this complaint is about, and each further one, until the file can
/// be read or something else is wrong with it.
pub(super) fn repaired(
    text: &str,
    complaint: Complaint,
    read: impl Fn(&str) -> Result<Value, Complaint>,
) -> Result<Value, Complaint> {
    let (mut text, mut complaint) = (text.to_owned(), complaint);
    for _ in 0..REPAIRS {
        if !complaint.indentation {
            break;
        }
        let mut further = None;
        // The parser does not say which quote it is in; with the wrong one, something is wrong
        // before its end.
        for quote in ['"', '\''] {
            let Some((tried, end)) = indented(&text, complaint.line, quote) else { continue };
            match read(&tried) {
                Ok(value) => return Ok(value),
                Err(next) if next.line > end => further = further.or(Some((tried, next))),
                Err(_) => {}
            }
        }
        match further {
            Some(next) => (text, complaint) = next,
            None => break,
        }
    }
    Err(complaint)
}

/// The text with this line and those up to the closing quote indented deeper than every line
/// before, and the number of the last one.
fn indented(text: &str, line: usize, quote: char) -> Option<(String, usize)> {
    let before: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let (head, tail) = text.split_at_checked(before)?;
    let end = closing(tail, quote)?;
    let (inner, rest) = tail.split_at_checked(end)?;
    let deepest = head.lines().map(|line| line.len() - line.trim_start_matches(' ').len()).max();
    let spaces = " ".repeat(deepest.unwrap_or_default() + 1);
    let mut made = head.to_owned();
    for line in inner.split_inclusive('\n') {
        made.push_str(&spaces);
        made.push_str(line);
    }
    made.push_str(rest);
    Some((made, line + inner.matches('\n').count()))
}

/// Where the quote is that ends a text which began before: not one behind a backslash in double
/// quotes, not a doubled one in single quotes.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        if char == '\\' && quote == '"' {
            chars.next();
        } else if char == quote {
            if quote == '\'' && chars.next_if(|(_, next)| *next == quote).is_some() {
                continue;
            }
            return Some(at);
        }
    }
    None
}
