//! Finds values in a text, however they are written.

use std::collections::BTreeSet;
use std::iter::once;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::view::{self, Escape, View};
use super::written;

/// How many escapes on top of each other are undone in every order and from every place: a URL inside
/// of a JSON string takes two.
const DEPTH: usize = 2;

/// How many are undone in the orders that programs nest them in: JSON in strings of JSON, and all
/// kinds at once.
const LEVELS: usize = 16;

/// So many bytes of a form decide whether it may begin somewhere; no form is shorter ([`super::LEAST`]).
const START: usize = super::LEAST;

/// Bytes of a text in which these are found with so many escapes on top of each other, and some more for
/// characters before them that begin escapes.
const PEEK: [usize; DEPTH + 1] = [4 * START, 16 * START, LONGEST_ESCAPE * START];

/// The most bytes of a text for one of a form, escaped [`DEPTH`] times: a control character as
/// `\u0001`, each character of that as `%5C`.
const LONGEST_ESCAPE: usize = 36;

/// Up to so many bytes of patterns the automaton may be a table, which is searched fastest and takes about a
/// kilobyte for each byte; that of a private key would be one of megabytes.
const MOST_OF_TABLE: usize = 16 * 1024;

/// Leads from a range of a view to that of the text.
type Back<'b> = &'b dyn Fn(Range<usize>) -> Range<usize>;

/// What is searched.
#[derive(Clone, Default)]
pub(super) enum Values {
    /// There is no value.
    #[default]
    None,
    /// They are searched.
    Some(Finder),
    /// The automaton cannot be built (values of gigabytes): nothing may leave.
    TooLarge,
}

/// Searches the values in a text.
#[derive(Clone)]
pub(super) struct Finder {
    /// Finds the patterns.
    automaton: AhoCorasick,
    /// What each pattern is.
    forms: Vec<Form>,
    /// The escapes that can make a difference to one of the values.
    escapes: Vec<Escape>,
    /// The first [`START`] bytes of each pattern, in lower case, sorted.
    starts: Vec<[u8; START]>,
    /// In so many bytes of a text any pattern stands, however it is escaped.
    reach: usize,
}

/// What a pattern of the automaton is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// The value itself, or all of it in hexadecimal, as it is or as it is written.
    Plain,
    /// The characters of a base64 text that hold bits of the value only. `before` and `after`
    /// say whether the characters beside them hold some bits, too.
    Base64 { before: bool, after: bool },
}

impl Values {
    pub(super) fn of(texts: &BTreeSet<String>) -> Self {
        let escapes = escapes(texts);
        let mut patterns: Vec<Vec<u8>> = Vec::new();
        let mut forms = Vec::new();
        for value in texts {
            for pattern in read_forms(value, &escapes) {
                patterns.push(pattern);
                forms.push(Form::Plain);
            }
            for bytes in once(value.clone()).chain(written::forms(value)) {
                for pattern in hex_forms(bytes.as_bytes()) {
                    patterns.push(pattern);
                    forms.push(Form::Plain);
                }
                for (pattern, form) in base64_forms(bytes.as_bytes()) {
                    patterns.push(pattern);
                    forms.push(form);
                }
            }
        }
        let starts = patterns.iter().filter_map(|pattern| pattern.first_chunk::<START>());
        let starts: BTreeSet<_> = starts.map(|start| start.map(|byte| byte.to_ascii_lowercase())).collect();
        let starts = starts.into_iter().collect();
        let longest = patterns.iter().map(Vec::len).max().unwrap_or_default();
        let reach = longest.saturating_mul(LONGEST_ESCAPE);
        let size: usize = patterns.iter().map(Vec::len).sum();
        let kind = (size > MOST_OF_TABLE).then_some(AhoCorasickKind::ContiguousNFA);
        match AhoCorasick::builder().kind(kind).ascii_case_insensitive(true).build(&patterns) {
            Ok(automaton) => Self::Some(Finder { automaton, forms, escapes, starts, reach }),
            Err(_) => Self::TooLarge,
        }
    }
}

impl Finder {
    /// How many forms it looks for.
    pub(super) fn forms(&self) -> usize {
        self.forms.len()
    }

    /// The ranges of these bytes that hold a value in any form.
    pub(super) fn search(&self, bytes: &[u8], found: &mut Vec<Range<usize>>) {
        self.level(bytes, DEPTH, &|range| range, found);
        self.nested(bytes, &[Escape::Json], found);
        self.nested(bytes, &self.escapes, found);
    }

    /// Undoes these escapes until nothing changes any more, at most [`LEVELS`] times, and searches what
    /// is there each time. Each time costs one pass over the text.
    fn nested(&self, bytes: &[u8], escapes: &[Escape], found: &mut Vec<Range<usize>>) {
        let mut views: Vec<View> = Vec::new();
        while views.len() < LEVELS
            && let Some(view) = view::undo(escapes, views.last().map_or(bytes, View::bytes))
        {
            views.push(view);
            let back = |range| views.iter().rev().fold(range, |range, view| view.source(&range));
            let here = views.last().map_or(bytes, View::bytes);
            self.level(here, 0, &back, found);
        }
    }

    /// Searches these bytes, then what they are with each escape undone; `back` leads to the text.
    fn level(&self, bytes: &[u8], depth: usize, back: Back<'_>, found: &mut Vec<Range<usize>>) {
        for view in self.views(bytes, depth, back, found) {
            for start in view.inside() {
                self.inside(bytes, start, depth, back, found);
            }
        }
    }

    /// Searches from a place inside of an escape: it may be the beginning of one, cut off, and a
    /// value behind it. A backslash before `new"key` in JSON, `\new\"key`, reads as a line break
    /// before `ew"key`, and `%4` before `1%20b` as `A b`.
    fn inside(
        &self,
        bytes: &[u8],
        start: usize,
        depth: usize,
        back: Back<'_>,
        found: &mut Vec<Range<usize>>,
    ) {
        let rest = bytes.get(start..).unwrap_or_default();
        let first = |length: usize| rest.get(..length).unwrap_or(rest);
        if self.may_begin(first(peek(depth)), depth) {
            self.views(
                first(self.reach),
                depth,
                &|range| back(range.start + start..range.end + start),
                found,
            );
        }
    }

    fn views(&self, bytes: &[u8], depth: usize, back: Back<'_>, found: &mut Vec<Range<usize>>) -> Vec<View> {
        for hit in self.automaton.find_overlapping_iter(bytes) {
            let form = self.forms.get(hit.pattern().as_usize()).copied().unwrap_or(Form::Plain);
            found.push(back(widened(form, hit.range(), bytes)));
        }
        let Some(deeper) = depth.checked_sub(1) else {
            return Vec::new();
        };
        let mut views = Vec::new();
        for view in self.escapes.iter().filter_map(|escape| view::undo(&[*escape], bytes)) {
            self.level(view.bytes(), deeper, &|range| back(view.source(&range)), found);
            views.push(view);
        }
        views
    }

    /// Whether a value may begin here, or behind characters that begin escapes. Nearly every place is one
    /// where none does, and is told by the characters up to the next escape: nothing changes these.
    fn may_begin(&self, bytes: &[u8], depth: usize) -> bool {
        let plain = bytes.iter().take(START).take_while(|byte| !begins_escape(**byte)).count();
        if plain > 0 {
            let known = self.is_start(bytes.get(..plain).unwrap_or_default());
            if !known || plain == START {
                return known;
            }
        }
        let introducers = bytes.iter().take_while(|byte| begins_escape(**byte)).count();
        let whole = |from: usize| bytes.get(from..from + START).is_some_and(|start| self.is_start(start));
        whole(0)
            || whole(introducers)
            || depth.checked_sub(1).is_some_and(|deeper| {
                let mut starts =
                    self.escapes.iter().filter_map(|escape| view::undo_start(*escape, bytes, peek(deeper)));
                starts.any(|start| self.may_begin(&start, deeper))
            })
    }

    /// Whether a pattern begins with these bytes, [`START`] of them at most.
    fn is_start(&self, bytes: &[u8]) -> bool {
        let letters = || bytes.iter().map(u8::to_ascii_lowercase);
        let before = |start: &[u8; START]| start.iter().copied().lt(letters());
        let at = self.starts.partition_point(before);
        self.starts.get(at).is_some_and(|start| letters().eq(start.iter().copied().take(bytes.len())))
    }
}

fn peek(depth: usize) -> usize {
    PEEK.get(depth).or(PEEK.last()).copied().unwrap_or_default()
}

fn begins_escape(byte: u8) -> bool {
    Escape::ALL.iter().any(|escape| escape.may_begin(byte))
}

/// `+` for a space, a shell's quotes and the escapes of JSON pointers matter only to values that
/// hold a character that is written so; any other escape may stand for any character.
fn escapes(values: &BTreeSet<String>) -> Vec<Escape> {
    let any = |char: char| values.iter().any(|value| value.contains(char));
    let mut escapes = vec![Escape::Json, Escape::Percent, Escape::Entity];
    if any(' ') {
        escapes.push(Escape::Form);
    }
    if any('\'') {
        escapes.push(Escape::Shell);
    }
    if any('/') || any('~') {
        escapes.push(Escape::Pointer);
    }
    escapes
}

/// The value, and what is left of it where a reader undoes what looks like an escape in it: in a
/// text that is undone all the way it stands so. Short rests occur by chance in any text.
fn read_forms(value: &str, escapes: &[Escape]) -> Vec<Vec<u8>> {
    let mut forms = vec![value.as_bytes().to_vec()];
    while forms.len() < LEVELS
        && let Some(view) = forms.last().and_then(|form| view::undo(escapes, form))
        && String::from_utf8_lossy(view.bytes()).chars().count() >= super::LEAST
    {
        forms.push(view.bytes().to_vec());
    }
    forms
}

/// The bytes of a value in hexadecimal: without anything between them, and as a dump shows them.
fn hex_forms(value: &[u8]) -> [Vec<u8>; 2] {
    let digits: Vec<String> = value.iter().map(|byte| format!("{byte:02x}")).collect();
    [digits.concat(), digits.join(" ")].map(String::into_bytes)
}

/// A base64 hit together with the neighbours that hold some bits of the value.
fn widened(form: Form, hit: Range<usize>, bytes: &[u8]) -> Range<usize> {
    let Form::Base64 { before, after } = form else {
        return hit;
    };
    let is_digit = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || b"+/-_".contains(b));
    let start = hit.start.checked_sub(1).filter(|at| before && is_digit(bytes.get(*at))).unwrap_or(hit.start);
    let end = if after && is_digit(bytes.get(hit.end)) { hit.end + 1 } else { hit.end };
    start..end
}

/// What a value looks like inside of base64, for each of the three positions at which it can
/// begin in a group of three bytes, in the standard and the URL-safe alphabet (RFC 4648 §4, §5).
fn base64_forms(value: &[u8]) -> BTreeSet<(Vec<u8>, Form)> {
    let mut forms = BTreeSet::new();
    for offset in 0..3 {
        let mut padded = vec![0; offset];
        padded.extend_from_slice(value);
        // A character holds six bits; the ones that hold bits of other bytes, too, vary.
        let first = (offset * 8).div_ceil(6);
        let end = padded.len() * 8 / 6;
        let form = Form::Base64 { before: offset > 0, after: (padded.len() * 8) % 6 != 0 };
        for text in [STANDARD_NO_PAD.encode(&padded), URL_SAFE_NO_PAD.encode(&padded)] {
            if let Some(core) = text.as_bytes().get(first..end) {
                forms.insert((core.to_vec(), form));
            }
        }
    }
    forms
}
