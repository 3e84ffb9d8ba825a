//! The line of a file with a mark under the place at which something is wrong:
//!
//! ```text
//!   3 | wirtes = true
//!     | ^^^^^^
//! ```
//!
//! Invariants: no value of the line is shown that may be a secret ([`masked()`]); every character is one that may
//! reach a terminal ([`escape`]); every line begins with a number or `|`, so that it is no command to a CI server;
//! a line is as wide as the terminal at most, and the mark stands below its place whatever width the characters
//! before it have.

mod masked;

use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::escape;
use crate::postman::Spot;
use crate::postman::read::again;
use masked::{Form, Masked, masked};

/// The narrowest line that is drawn, whatever the terminal says.
const NARROWEST: usize = 40;
/// What a tab is shown as.
const TAB: &str = "    ";

/// Line and character of a place, both from 1, with the two lines that show it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Snippet {
    /// `file:line:column`.
    pub(super) place: String,
    /// The number of the line, and its text.
    pub(super) line: String,
    /// `|` below the number, and blanks up to the mark.
    pub(super) before: String,
    /// `^^^^`.
    pub(super) mark: String,
}

impl Snippet {
    /// What is to be shown of a place, at most `width` columns wide; `None` where its file cannot be read again, or
    /// does not have the place.
    pub(super) fn of(spot: &Spot, width: usize) -> Option<Self> {
        let text = again(&spot.file)?;
        let at = spot.at.find(&text)?;
        let before = text.get(..at)?;
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let length = text.get(start..)?.find(['\n', '\r']).unwrap_or(text.len() - start);
        let (number, column) = (before.matches('\n').count() + 1, text.get(start..at)?.chars().count() + 1);
        let form = Form::of(&spot.file, &text);
        let pieces = Pieces::of(&text, start..start + length, at.min(start + length), form)?;
        let gutter = format!("{number:>4}");
        let (shown, blanks, marks) =
            pieces.fitted(width.max(NARROWEST).saturating_sub(gutter.len() + 3), TAB.len())?;
        let file = escape::line(&spot.file.to_string_lossy()).into_owned();
        Some(Self {
            place: format!("{file}:{number}:{column}"),
            line: format!("{gutter} | {shown}"),
            before: format!("{:1$} | {2:3$}", "", gutter.len(), "", blanks),
            mark: "^".repeat(marks),
        })
    }
}

/// What is shown of a line: before the place, at it, behind it.
struct Pieces {
    before: String,
    word: String,
    behind: String,
}

impl Pieces {
    fn of(text: &str, line: Range<usize>, at: usize, form: Form) -> Option<Self> {
        let Masked { hidden, word } = masked(text, &line, at, form);
        // A place inside of what is hidden is at its beginning.
        let start = around(&hidden, at).map_or(at, |range| range.start);
        let end = word.map_or(start, |word| word.end).clamp(start, line.end);
        let piece = |range: Range<usize>| {
            let mut shown = String::new();
            for (index, c) in text.get(range.clone())?.char_indices() {
                let index = range.start + index;
                match around(&hidden, index) {
                    Some(hidden) if hidden.start == index => shown.push('…'),
                    Some(_) => {}
                    None if c == '\t' => shown.push_str(TAB),
                    None => shown.push(c),
                }
            }
            Some(escape::line(&shown).into_owned())
        };
        Some(Self {
            before: piece(line.start..start)?,
            word: piece(start..end)?,
            behind: piece(end..line.end)?,
        })
    }

    /// The line cut to `width` around the place, with the blanks before the mark and the length of the mark;
    /// `None` where the pieces together are more than each by itself (`##[`).
    fn fitted(&self, width: usize, least: usize) -> Option<(String, usize, usize)> {
        let word = head(&self.word, width / 2);
        let room = width.saturating_sub(word.width().max(1));
        let (left, right) = (self.before.width(), self.behind.width());
        let for_left =
            if left + right <= room { left } else { (room * 2 / 3).max(room.saturating_sub(right)) };
        let before = tail(&self.before, for_left.max(least));
        let behind = head(&self.behind, room.saturating_sub(before.width()));
        let line = format!("{before}{word}{behind}");
        let is_safe = escape::line(&line) == line;
        is_safe.then(|| (line.trim_end().to_owned(), before.width(), word.width().max(1)))
    }
}

/// The range that holds this position; the ranges are in order, and many in a long line.
fn around(ranges: &[Range<usize>], at: usize) -> Option<&Range<usize>> {
    let behind = ranges.partition_point(|range| range.end <= at);
    ranges.get(behind).filter(|range| range.contains(&at))
}

/// The first characters that fit into `width` columns, with `…` where some are left out.
fn head(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut shown: String = fitting(text.chars(), width.saturating_sub(1)).into_iter().collect();
    shown.push('…');
    shown
}

/// The last characters that fit.
fn tail(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut shown = fitting(text.chars().rev(), width.saturating_sub(1));
    shown.push('…');
    shown.into_iter().rev().collect()
}

fn fitting(chars: impl Iterator<Item = char>, width: usize) -> Vec<char> {
    let mut used = 0;
    chars
        .take_while(|c| {
            used += c.width().unwrap_or_default();
            used <= width
        })
        .collect()
}

#[cfg(test)]
mod tests;
