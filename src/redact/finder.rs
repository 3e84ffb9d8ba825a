//! Finds values in a text, however they are written.

use std::collections::BTreeSet;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::code::CODES;
use super::view::{self, Escape, View};

/// How many escapes on top of each other are undone in every order and from every place: a URL inside
/// of a JSON string takes two.
const DEPTH: usize = 2;

/// How many encodings on top of each other are undone where the outermost is one of whole values: base64, base32,
/// hexadecimal, quoted-printable.
const ENCODINGS: usize = 3;

/// A value in an encoding has more characters than the shortest value; less text among decoded bytes is there by
/// chance.
const SHORTEST_TEXT: usize = super::LEAST + 1;

/// How many are undone in the orders that programs nest them in: JSON in strings of JSON, and all
/// kinds at once.
const LEVELS: usize = 16;

/// So many bytes of a form decide whether it may begin somewhere; no form is shorter ([`super::LEAST`]).
const START: usize = super::LEAST;

/// So many of them are looked at before all that may follow is: a secret is hardly ever begun, and not meant.
const HEAD: usize = 4 * START;

/// Bytes of a text, for each of a form, in which that is found with so many escapes on top of each other, and
/// some more for characters before it that begin escapes.
const PEEK: [usize; DEPTH + 1] = [4, 16, LONGEST_ESCAPE];

/// The most bytes of a text for one of a form, escaped [`DEPTH`] times: a control character as
/// `\u0001`, each character of that as `%5C`.
const LONGEST_ESCAPE: usize = 36;

/// Up to so many bytes of patterns the automaton may be a table, which is searched fastest and takes about a
/// kilobyte for each byte; that of a private key would be one of megabytes.
const MOST_OF_TABLE: usize = 32 * 1024;

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
    /// Which of them are undone together where they stand on top of each other.
    ways: Vec<Vec<Escape>>,
    /// The first [`HEAD`] bytes of each pattern, in lower case, sorted.
    heads: Vec<Vec<u8>>,
    /// In so many bytes of a text any pattern stands, however it is escaped.
    reach: usize,
}

/// What a pattern of the automaton is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// The value itself, as it is or as it is read.
    Plain,
    /// The characters of a text in base64 that hold bits of the value only. `before` and `after`
    /// say whether the characters beside them hold some bits, too.
    Bits { before: bool, after: bool },
}

impl Values {
    pub(super) fn of(texts: &BTreeSet<String>) -> Self {
        let escapes = escapes(texts);
        let ways = ways(texts, &escapes);
        let mut patterns: Vec<Vec<u8>> = Vec::new();
        let mut forms = Vec::new();
        for value in texts {
            for pattern in read_forms(value, &ways) {
                patterns.push(pattern);
                forms.push(Form::Plain);
            }
            for (pattern, form) in base64_forms(value.as_bytes()) {
                patterns.push(pattern);
                forms.push(form);
            }
        }
        let heads = patterns.iter().filter(|pattern| pattern.len() >= START);
        let heads: BTreeSet<Vec<u8>> =
            heads.map(|pattern| pattern.iter().take(HEAD).map(u8::to_ascii_lowercase).collect()).collect();
        let heads = heads.into_iter().collect();
        let longest = patterns.iter().map(Vec::len).max().unwrap_or_default();
        let reach = longest.saturating_mul(LONGEST_ESCAPE);
        let size: usize = patterns.iter().map(Vec::len).sum();
        let kind = (size > MOST_OF_TABLE).then_some(AhoCorasickKind::ContiguousNFA);
        match AhoCorasick::builder().kind(kind).ascii_case_insensitive(true).build(&patterns) {
            Ok(automaton) => Self::Some(Finder { automaton, forms, escapes, ways, heads, reach }),
            Err(_) => Self::TooLarge,
        }
    }
}

impl Finder {
    /// How many forms it looks for.
    pub(super) fn forms(&self) -> usize {
        self.forms.len()
    }

    /// Searches these bytes for values in any form.
    pub(super) fn search(&self, bytes: &[u8]) -> Search<'_> {
        let mut search = Search { finder: self, found: Vec::new(), looked_at: 0 };
        search.level(bytes, DEPTH, &|range| range);
        search.encoded(bytes, None, ENCODINGS, &|range| range);
        search.nested(bytes);
        search
    }

    /// Whether a pattern begins with these bytes, [`START`] of them at most.
    fn is_start(&self, bytes: &[u8]) -> bool {
        self.heads_from(bytes).next().is_some()
    }

    /// Whether these bytes begin with a pattern, of which `most` bytes are looked at.
    fn begins(&self, bytes: &[u8], most: usize) -> bool {
        let begins = |head: &[u8]| {
            let head = head.get(..most).unwrap_or(head);
            bytes.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head))
        };
        bytes.get(..START).is_some_and(|start| self.heads_from(start).any(begins))
    }

    /// The heads that begin with these bytes.
    fn heads_from<'f>(&'f self, bytes: &'f [u8]) -> impl Iterator<Item = &'f [u8]> {
        let letters = move || bytes.iter().map(u8::to_ascii_lowercase);
        let at = self.heads.partition_point(|head| head.iter().copied().lt(letters()));
        let rest = self.heads.get(at..).unwrap_or_default();
        let begins = move |head: &&Vec<u8>| letters().eq(head.iter().copied().take(bytes.len()));
        rest.iter().take_while(begins).map(Vec::as_slice)
    }
}

/// A search in one text.
pub(super) struct Search<'f> {
    finder: &'f Finder,
    /// The ranges of the text that hold a value in any form.
    pub(super) found: Vec<Range<usize>>,
    /// How many bytes were searched, undone or looked at: what it cost.
    pub(super) looked_at: usize,
}

impl Search<'_> {
    /// Undoes escapes until nothing changes any more, at most [`LEVELS`] times, and searches what is there each
    /// time. Each time costs one pass over the text.
    fn nested(&mut self, bytes: &[u8]) {
        let finder = self.finder;
        let mut before: Vec<View> = Vec::new();
        for way in &finder.ways {
            let mut views: Vec<View> = Vec::new();
            while views.len() < LEVELS
                && let Some(view) = view::undo(way, views.last().map_or(bytes, View::bytes))
            {
                views.push(view);
                let back = |range| views.iter().rev().fold(range, |range, view| view.source(&range));
                let Some(view) = views.last() else { break };
                if before.get(views.len() - 1).is_some_and(|same| same.bytes() == view.bytes()) {
                    continue;
                }
                self.scan(view.bytes(), &back);
                self.encoded(view.bytes(), Some(view), ENCODINGS, &back);
            }
            before = views;
        }
    }

    /// Searches what is encoded in these bytes, `depth` encodings on top of each other. Of the view of a text that was
    /// searched, only what is not as it is there.
    fn encoded(&mut self, bytes: &[u8], new_in: Option<&View>, depth: usize, back: Back<'_>) {
        let Some(deeper) = depth.checked_sub(1) else { return };
        self.looked_at += bytes.len();
        for code in &CODES {
            for run in code.runs(bytes) {
                if new_in.is_some_and(|view| !view.touches(run.range())) {
                    continue;
                }
                for reading in run.readings() {
                    let back = |range: Range<usize>| back(reading.source(&range));
                    self.scan(&reading.bytes, &back);
                    for part in if deeper > 0 { texts(&reading.bytes) } else { Vec::new() } {
                        let text = reading.bytes.get(part.clone()).unwrap_or_default();
                        let back =
                            |range: Range<usize>| back(range.start + part.start..range.end + part.start);
                        self.encoded(text, None, deeper, &back);
                        self.escaped(text, deeper, &back);
                    }
                }
            }
        }
        // The escapes of mails look like the values of forms, so they are undone by themselves alone.
        self.undone(&[Escape::Quoted], bytes, depth, back);
    }

    /// Searches what these bytes are without their escapes.
    fn escaped(&mut self, bytes: &[u8], depth: usize, back: Back<'_>) {
        let finder = self.finder;
        let mut before = None;
        for way in &finder.ways {
            before = self.undone_unless(before.as_ref(), way, bytes, depth, back).or(before);
        }
    }

    fn undone(&mut self, escapes: &[Escape], bytes: &[u8], depth: usize, back: Back<'_>) {
        self.undone_unless(None, escapes, bytes, depth, back);
    }

    /// Searches what these bytes are with these escapes undone, unless that was just searched; gives it.
    fn undone_unless(
        &mut self,
        before: Option<&View>,
        escapes: &[Escape],
        bytes: &[u8],
        depth: usize,
        back: Back<'_>,
    ) -> Option<View> {
        let deeper = depth.checked_sub(1)?;
        let view = view::undo(escapes, bytes)?;
        if before.is_none_or(|before| before.bytes() != view.bytes()) {
            let back = |range: Range<usize>| back(view.source(&range));
            self.scan(view.bytes(), &back);
            self.encoded(view.bytes(), Some(&view), deeper, &back);
            self.escaped(view.bytes(), deeper, &back);
        }
        Some(view)
    }

    /// Searches these bytes, then what they are with each escape undone; `back` leads to the text.
    fn level(&mut self, bytes: &[u8], depth: usize, back: Back<'_>) {
        let views = self.views(bytes, depth, back);
        let present: Vec<Escape> = views.iter().map(|(escape, _)| *escape).collect();
        for (_, view) in views {
            let mut same = 0;
            for start in view.inside() {
                // Within a long run of the same character that begins escapes nothing else is to be read.
                if start >= same {
                    same = start + run(bytes.get(start..).unwrap_or_default());
                }
                if same - start < peek(depth, START) || self.is_of_start(bytes.get(start)) {
                    self.inside((bytes, &present), start, depth, back);
                }
            }
        }
    }

    /// Whether a pattern begins with this byte again and again, or it begins no escape.
    fn is_of_start(&self, byte: Option<&u8>) -> bool {
        byte.is_none_or(|byte| !begins_escape(*byte) || self.finder.is_start(&[*byte; START]))
    }

    /// Searches from a place inside of an escape: it may be the beginning of one, cut off, and a
    /// value behind it. A backslash before `new"key` in JSON, `\new\"key`, reads as a line break
    /// before `ew"key`, and `%4` before `1%20b` as `A b`.
    ///
    /// `present` are the escapes of which there is any in these bytes.
    fn inside(&mut self, (bytes, present): (&[u8], &[Escape]), start: usize, depth: usize, back: Back<'_>) {
        let rest = bytes.get(start..).unwrap_or_default();
        let first = |length: usize| rest.get(..length).unwrap_or(rest);
        let mut may_begin = |most| self.may_begin((first(peek(depth, most)), present), depth, most);
        if may_begin(START) && may_begin(HEAD) {
            let back = |range: Range<usize>| back(range.start + start..range.end + start);
            self.views(first(self.finder.reach), depth, &back);
        }
    }

    /// Searches these bytes as they are.
    fn scan(&mut self, bytes: &[u8], back: Back<'_>) {
        let finder = self.finder;
        self.looked_at += bytes.len();
        for hit in finder.automaton.find_overlapping_iter(bytes) {
            let form = finder.forms.get(hit.pattern().as_usize()).copied().unwrap_or(Form::Plain);
            self.found.push(back(widened(form, hit.range(), bytes)));
        }
    }

    fn views(&mut self, bytes: &[u8], depth: usize, back: Back<'_>) -> Vec<(Escape, View)> {
        let finder = self.finder;
        self.scan(bytes, back);
        let Some(deeper) = depth.checked_sub(1) else {
            return Vec::new();
        };
        let mut views = Vec::new();
        let undo = |escape: &Escape| Some((*escape, view::undo(&[*escape], bytes)?));
        for (escape, view) in finder.escapes.iter().filter_map(undo) {
            self.level(view.bytes(), deeper, &|range| back(view.source(&range)));
            views.push((escape, view));
        }
        views
    }

    /// Whether a value, of which `most` bytes are looked at, may begin here, or behind characters that begin
    /// escapes. Nearly every place is one where none does, and is told by the characters up to the next escape:
    /// nothing changes these.
    fn may_begin(&mut self, (bytes, present): (&[u8], &[Escape]), depth: usize, most: usize) -> bool {
        let finder = self.finder;
        self.looked_at += START;
        let first = plain(bytes);
        if !first.is_empty() {
            let known = finder.is_start(first);
            if !known || (first.len() == START && most == START) {
                return known;
            }
        }
        let introducers = bytes.iter().take_while(|byte| begins_escape(**byte)).count();
        let whole = |from: usize| bytes.get(from..).is_some_and(|start| finder.begins(start, most));
        if whole(0) || whole(introducers) {
            return true;
        }
        let Some(deeper) = depth.checked_sub(1) else { return false };
        present.iter().any(|escape| {
            // A few bytes are enough nearly everywhere.
            let is_none = |start: Vec<u8>| {
                let first = plain(&start);
                !first.is_empty() && !finder.is_start(first)
            };
            if view::undo_start(*escape, bytes, START).is_some_and(is_none) {
                return false;
            }
            self.looked_at += bytes.len();
            view::undo_start(*escape, bytes, peek(deeper, most))
                .is_some_and(|start| self.may_begin((&start, &finder.escapes), deeper, most))
        })
    }
}

/// The first bytes, up to one that begins an escape, [`START`] at most.
fn plain(bytes: &[u8]) -> &[u8] {
    let length = bytes.iter().take(START).take_while(|byte| !begins_escape(**byte)).count();
    bytes.get(..length).unwrap_or_default()
}

/// How often the first byte comes in a row.
fn run(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| bytes.first() == Some(byte)).count()
}

fn peek(depth: usize, most: usize) -> usize {
    PEEK.get(depth).or(PEEK.last()).map_or(0, |each| each * most)
}

fn begins_escape(byte: u8) -> bool {
    Escape::NESTED.iter().any(|escape| escape.may_begin(byte))
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

/// The escapes that are undone together, each of these by itself: JSON in strings of JSON; what may stand for any
/// character; and what some values alone can be written with, which are other characters elsewhere (`+` in base64).
fn ways(values: &BTreeSet<String>, escapes: &[Escape]) -> Vec<Vec<Escape>> {
    let mut common = vec![Escape::Json, Escape::Percent, Escape::Entity];
    let mut all = escapes.to_vec();
    if values.iter().any(|value| !value.is_ascii()) {
        common.push(Escape::Case);
        all.push(Escape::Case);
    }
    let mut ways = vec![vec![Escape::Json], common, all];
    ways.dedup();
    ways
}

/// The value, and what is left of it where a reader undoes what looks like an escape in it: in a
/// text that is undone all the way it stands so. Short rests occur by chance in any text. Also in capitals, which
/// may be other letters (`ß`).
fn read_forms(value: &str, ways: &[Vec<Escape>]) -> BTreeSet<Vec<u8>> {
    let mut forms = BTreeSet::from([value.as_bytes().to_vec()]);
    if !value.is_ascii() {
        forms.insert(value.to_uppercase().into_bytes());
    }
    for way in ways {
        let mut form = value.as_bytes().to_vec();
        for _ in 1..LEVELS {
            match view::undo(way, &form) {
                Some(view) if String::from_utf8_lossy(view.bytes()).chars().count() >= super::LEAST => {
                    form = view.bytes().to_vec();
                    forms.insert(form.clone());
                }
                Some(_) | None => break,
            }
        }
    }
    forms
}

/// Where there is text in decoded bytes: an encoding of a value is one.
fn texts(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for chunk in bytes.utf8_chunks() {
        let mut at = start;
        for part in
            chunk.valid().split_inclusive(|char: char| char.is_ascii_control() && !char.is_ascii_whitespace())
        {
            if part.len() >= SHORTEST_TEXT {
                found.push(at..at + part.len());
            }
            at += part.len();
        }
        start += chunk.valid().len() + chunk.invalid().len();
    }
    found
}

/// A hit in base64 together with the neighbours that hold some bits of the value.
fn widened(form: Form, hit: Range<usize>, bytes: &[u8]) -> Range<usize> {
    let Form::Bits { before, after } = form else {
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
        let form = Form::Bits { before: offset > 0, after: (padded.len() * 8) % 6 != 0 };
        for text in [STANDARD_NO_PAD.encode(&padded), URL_SAFE_NO_PAD.encode(&padded)] {
            if let Some(core) = text.as_bytes().get(first..end) {
                forms.insert((core.to_vec(), form));
            }
        }
    }
    forms
}
