//! Bodies one after another from a stream: NDJSON, or any sequence of JSON texts.
//!
//! Memory is bounded by what was seen, not by how much: a line that is a text of its own is read
//! into one buffer, everything else (a text of several lines, a line beyond 1 MiB) as its bytes
//! come. No values are built.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufRead, Cursor, Read};
use std::path::Path;

use serde::de::{DeserializeSeed as _, IgnoredAny};

use super::Accumulator;
use super::census::Tally;
use super::node::Node;
use super::observe::{Fold, Way};
use crate::postman::read::{NoJson, decode};
use crate::postman::spot::At;
use crate::postman::{ReadError, Spot};

/// The longest line that is read as a whole, in bytes.
const LONGEST_LINE: u64 = 1 << 20;

/// Why a stream of bodies cannot be read, and where.
#[derive(Debug, thiserror::Error)]
#[error("{name}{}: {fault}", Place(.at))]
pub struct BodyError {
    /// The file, or what else the stream is called.
    pub name: String,
    /// Line, and column in bytes, from 1; `None` for the whole file.
    pub at: Option<(u64, u64)>,
    /// What is wrong there.
    pub fault: Fault,
}

/// What is wrong with a stream of bodies.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It cannot be read.
    #[error("cannot read it: {0}")]
    Io(io::Error),
    /// There is nothing in it but white space.
    #[error("empty: there is no JSON text in it")]
    Empty,
    /// The bytes are no text.
    #[error("{0}; save it as UTF-8")]
    NotText(&'static str),
    /// The text is no JSON, or none that a reader takes.
    #[error("not JSON: {0}")]
    NotJson(String),
}

impl BodyError {
    /// Where it is, where the stream is a file.
    pub fn spot(&self) -> Option<Spot> {
        let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let (line, column) = self.at?;
        Some(Spot { file: self.name.clone().into(), at: At::Byte(number(line), number(column)) })
    }
}

struct Place<'p>(&'p Option<(u64, u64)>);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |(line, column)| write!(f, ":{line}:{column}"))
    }
}

impl Accumulator {
    /// Folds every JSON text of a stream in: NDJSON, texts of many lines, or one text; each is one
    /// body. UTF-8 or UTF-16, with or without a byte order mark (UTF-16 is read as a whole).
    ///
    /// `number` is asked for the number of each body ([`read_from`](Self::read_from)) with the line
    /// where it begins, from 1; `None` remembers none. Between two texts there is white space,
    /// unless a bracket or a quote ends the first.
    ///
    /// Fails where [`read`](Self::read) does, where there is no text, and where the stream does;
    /// `name` is what the error calls it.
    pub fn read_all(
        self,
        name: &str,
        from: impl BufRead,
        number: &mut dyn FnMut(u64) -> Option<u32>,
    ) -> Result<Self, BodyError> {
        let error = |at, fault| BodyError { name: name.to_owned(), at, fault };
        let mut reading = Reading { seen: self, number, texts: 0 };
        let read = reading.all(from);
        match read {
            Ok(()) if reading.texts == 0 => Err(error(None, Fault::Empty)),
            Ok(()) => Ok(reading.seen),
            Err((at, fault)) => Err(error(at, fault)),
        }
    }
}

type Failed = (Option<(u64, u64)>, Fault);

struct Reading<'n> {
    seen: Accumulator,
    number: &'n mut dyn FnMut(u64) -> Option<u32>,
    texts: u64,
}

impl Reading<'_> {
    fn all(&mut self, mut from: impl BufRead) -> Result<(), Failed> {
        let mut head = Vec::new();
        from.by_ref().take(4).read_to_end(&mut head).map_err(io_failed)?;
        if is_utf16(&head) {
            from.read_to_end(&mut head).map_err(io_failed)?;
            let text = decode(Path::new(""), &head).map_err(not_text)?;
            return self.lines(text.as_bytes());
        }
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
        self.lines(Cursor::new(head).chain(from))
    }

    /// Line by line, as long as each is a text of its own.
    fn lines(&mut self, mut from: impl BufRead) -> Result<(), Failed> {
        let mut bytes = Vec::new();
        for line in 1.. {
            bytes.clear();
            let read = from.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut bytes).map_err(io_failed)?;
            if read == 0 {
                break;
            }
            if bytes.iter().all(|byte| is_space(*byte)) && bytes.ends_with(b"\n") {
                continue;
            }
            let whole = std::str::from_utf8(&bytes).ok().filter(|text| is_text(text));
            // A line that is cut may go on with more of the last number, or with another text.
            let Some(text) = whole.filter(|_| (read as u64) < LONGEST_LINE || bytes.ends_with(b"\n")) else {
                return self.pieces(Cursor::new(bytes).chain(from), line);
            };
            let source = (self.number)(line);
            let seen = std::mem::take(&mut self.seen).fold(text, source);
            self.seen = seen.map_err(|error| failed(&error, line, line, 0))?;
            self.texts += 1;
        }
        Ok(())
    }

    /// Byte by byte, from the beginning of this line on.
    fn pieces(&mut self, from: impl BufRead, line: u64) -> Result<(), Failed> {
        let passed = Passed { line: Cell::new(line), ..Passed::default() };
        let mut json = serde_json::Deserializer::from_reader(Watched { from, passed: &passed });
        loop {
            // What follows may be the beginning of a text; it tells by failing for the right reason.
            match json.end() {
                Ok(()) => return Ok(()),
                Err(error) if error.is_io() => return Err(failed(&error, line, line, passed.column.get())),
                Err(error) if self.texts > 0 && !passed.is_apart() => {
                    return Err(failed(&error, line, line, passed.column.get()));
                }
                Err(_) => {}
            }
            let (begins, tally) = (passed.line.get(), Tally::default());
            let way = Way { documentation: false, source: (self.number)(begins), tally: Some(&tally) };
            let mut node = Node::default();
            Fold { node: &mut node, way }
                .deserialize(&mut json)
                .map_err(|error| failed(&error, line, begins, passed.column.get()))?;
            if tally.is_documentation() {
                self.seen.doc.merge(node.documented());
            } else {
                self.seen.real.merge(node);
            }
            self.texts += 1;
        }
    }
}

/// Whether the line is one JSON text.
fn is_text(line: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(line).is_ok()
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn is_utf16(head: &[u8]) -> bool {
    match head {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => true,
        [first, second, ..] => (*first == 0) != (*second == 0),
        _ => false,
    }
}

/// What a deserializer has taken of a stream.
#[derive(Debug, Default)]
struct Passed {
    /// The line of the last byte.
    line: Cell<u64>,
    /// The place of the last byte in its line, from 1; a line feed ends its own.
    column: Cell<u64>,
    last: Cell<u8>,
    before: Cell<u8>,
}

impl Passed {
    fn byte(&self, byte: u8) {
        if self.last.get() == b'\n' {
            self.line.set(self.line.get() + 1);
            self.column.set(0);
        }
        self.column.set(self.column.get() + 1);
        self.before.set(self.last.replace(byte));
    }

    /// Whether a text that begins with the last byte is apart from what stands before it.
    fn is_apart(&self) -> bool {
        let before = self.before.get();
        before == 0 || is_space(before) || matches!(before, b']' | b'}' | b'"')
    }
}

/// A reader that tells what was taken of it.
struct Watched<'p, R> {
    from: R,
    passed: &'p Passed,
}

impl<R: BufRead> Read for Watched<'_, R> {
    /// The deserializer asks for one byte at a time.
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let (Some(byte), Some(place)) = (self.from.fill_buf()?.first().copied(), into.first_mut()) else {
            return Ok(0);
        };
        *place = byte;
        self.from.consume(1);
        self.passed.byte(byte);
        Ok(1)
    }
}

fn io_failed(error: io::Error) -> Failed {
    (None, Fault::Io(error))
}

fn not_text(error: ReadError) -> Failed {
    match error {
        ReadError::NotText { line, column, why, .. } => {
            (Some((line as u64, column as u64)), Fault::NotText(why))
        }
        other => (None, Fault::NotJson(other.to_string())),
    }
}

/// The error of a text that was read from the beginning of line `first` on; one without a place is
/// about the text that begins in line `begins`. `last` is the column of the last byte that was taken, as
/// [`place`](crate::postman::read::place) counts.
fn failed(error: &serde_json::Error, first: u64, begins: u64, last: u64) -> Failed {
    if let Some(kind) = error.io_error_kind() {
        return (None, Fault::Io(kind.into()));
    }
    let at = match error.line() {
        0 => (begins, 1),
        line @ 2.. if error.column() == 0 && !error.is_eof() => (first + line as u64 - 2, last),
        line => (first + line as u64 - 1, error.column().max(1) as u64),
    };
    let fault = match NoJson::of(error) {
        NoJson::NotUtf8 => Fault::NotText("neither UTF-8 nor UTF-16 text"),
        why => Fault::NotJson(why.to_string()),
    };
    (Some(at), fault)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::contract::schema::Schema;
    use crate::placeholder::Filler;

    fn read(bytes: &[u8]) -> Result<Accumulator, String> {
        Accumulator::default().read_all("f", bytes, &mut |_| None).map_err(|error| error.to_string())
    }

    fn lines_of(bytes: &[u8]) -> Vec<u64> {
        let mut lines = Vec::new();
        let number = &mut |line| {
            lines.push(line);
            None
        };
        Accumulator::default().read_all("f", bytes, number).unwrap();
        lines
    }

    #[test]
    fn every_text_is_a_body_however_it_is_laid_out() {
        let wanted = read(b"{\"a\":1}\n{\"a\":\"<string>\",\"b\":\"\"}\n[2]\n").unwrap();
        for other in [
            "{\"a\":1} {\"a\":\"<string>\",\"b\":\"\"} [2]",
            "\u{feff}{\"a\":1}{\"a\":\"<string>\",\"b\":\"\"}[2]",
            "\n\n{\n\"a\":\n1}\r\n\r\n{\"a\":\"<string>\",\"b\":\"\"}\n [2]  \n\n",
            "[2]\n{\"a\":1}\n{\"a\":\"<string>\",\n\"b\":\"\"}",
        ] {
            assert_eq!(read(other.as_bytes()).unwrap(), wanted, "{other}");
            let utf16: Vec<u8> = other.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(read(&utf16).unwrap(), wanted, "UTF-16 of {other}");
        }
        assert_eq!(read(b"7 8\n\"a\"true").unwrap(), read(b"true\n\"a\"\n8\n7").unwrap());
    }

    #[test]
    fn bodies_have_the_line_where_they_begin() {
        assert_eq!(lines_of(b"1\n\n2\n3"), [1, 3, 4]);
        assert_eq!(lines_of(b"\n{\"a\":\n1} 2\n\n  [\n3]\n4\n"), [2, 3, 5, 7]);
    }

    #[test]
    fn a_long_line_is_read_as_it_comes() {
        let record = r#"{"id": "7", "note": ""}"#;
        let many = vec![record; 60_000].join(",");
        let (one, two) =
            (read(format!("[{many}]").as_bytes()).unwrap(), read(format!("[{record}]").as_bytes()).unwrap());
        assert_eq!(one.finish(), two.finish());
        let digits = format!("{}1\n2", " ".repeat(usize::try_from(LONGEST_LINE).unwrap() - 1));
        assert_eq!(lines_of(digits.as_bytes()), [1, 2]);
    }

    #[test]
    fn errors_name_the_place_and_what_is_wrong() {
        let deep = "[".repeat(128) + &"]".repeat(128);
        let deep_pieces = deep.replacen('[', "[\n", 1);
        let half = "half of a surrogate pair (`\\ud800` to `\\udfff` alone) is no character";
        for (bytes, wanted) in [
            (b"" as &[u8], "f: empty: there is no JSON text in it".to_owned()),
            (b" \n\n ", "f: empty: there is no JSON text in it".to_owned()),
            (b"\xef\xbb\xbf", "f: empty: there is no JSON text in it".to_owned()),
            (b"{\"a\":1}\n{\"a\" 2}\n", "f:2:6: not JSON: expected `:`".to_owned()),
            (b"{\"a\":1}\nx\n", "f:2:1: not JSON: expected value".to_owned()),
            (b"{\"a\":\n[1,]}", "f:2:4: not JSON: trailing comma".to_owned()),
            (b"{\"a\": [1", "f:1:8: not JSON: it ends in the middle of a list".to_owned()),
            (b"{\n\"\\ud800x\": 1}", format!("f:2:8: not JSON: {half}")),
            (deep.as_bytes(), "f:1:128: not JSON: nested deeper than 127 levels".to_owned()),
            (deep_pieces.as_bytes(), "f:2:127: not JSON: nested deeper than 127 levels".to_owned()),
            (b"1\n\"M\xfcller\"", "f:2:3: neither UTF-8 nor UTF-16 text; save it as UTF-8".to_owned()),
            (b"1 true false2", "f:1:13: not JSON: trailing characters".to_owned()),
            (b"{\0\"\0", "f:1:2: not JSON: it ends in the middle of a string".to_owned()),
            (b"{\0\n\0\x00\xd8x\0", "f:2:1: half of a UTF-16 surrogate pair; save it as UTF-8".to_owned()),
            (br#"{"$serde_json::private::Number": "x"}"#, "f:1:1: not JSON: invalid number".to_owned()),
        ] {
            assert_eq!(read(bytes).unwrap_err(), wanted, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_stream_that_fails_is_an_error() {
        struct Fails;
        impl Read for Fails {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("gone"))
            }
        }
        for start in ["", "{\"a\":1}\n", "{\"a\":1}\n{\n"] {
            let from = io::BufReader::new(start.as_bytes().chain(Fails));
            let failed = Accumulator::default().read_all("f", from, &mut |_| None).unwrap_err();
            assert!(failed.to_string().starts_with("f: cannot read it: "), "{failed}");
        }
    }

    #[test]
    fn large_integers_are_told() {
        let seen =
            read(br#"{"a": 9007199254740993, "b": [-9007199254740992, 1e300], "c": 123456789012345678901}"#);
        assert_eq!(seen.unwrap().wide_integers(), ["/a", "/c"]);
        let mut values = Accumulator::default();
        values.observe(&json!({"a": 9_007_199_254_740_993_u64, "b": [1, -9_007_199_254_740_993_i64]}));
        assert_eq!(values.wide_integers(), ["/a", "/b/*"]);
    }

    fn body() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(json!(null)),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "(|<integer>|<string>|[a-z]{1,3}|2021-05-11|7)".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[abc]", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = read(&bytes);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[\\[\\]{}\":,a-c0-9.eE+\\\\u \n-]{0,60}") {
            if let Ok(seen) = read(text.as_bytes()) {
                prop_assert!(Schema::compile(seen.finish()).is_ok() && Schema::compile(seen.finish_strict()).is_ok());
            }
        }

        #[test]
        fn layout_and_order_do_not_matter(bodies in prop::collection::vec(body(), 1..6)) {
            let lines: Vec<String> = bodies.iter().map(Value::to_string).collect();
            let pretty: Vec<String> = bodies.iter().rev().map(|body| format!("{body:#}")).collect();
            let mut observed = Accumulator::default();
            for body in &bodies {
                observed.observe(body);
            }
            let seen = read(lines.join("\n").as_bytes()).unwrap();
            prop_assert_eq!(&seen, &observed);
            prop_assert_eq!(&seen, &read(format!("\n{}", pretty.join("\n")).as_bytes()).unwrap());
            let halves = lines.split_at(lines.len() / 2);
            let mut joined = read(halves.1.join(" ").as_bytes()).unwrap();
            if !halves.0.is_empty() {
                joined.merge(read(halves.0.join(" ").as_bytes()).unwrap());
            }
            prop_assert_eq!(&seen, &joined);
            let (schema, docs) = (seen.finish(), seen.documentation().finish());
            let (schema, docs) = (Schema::compile(schema).unwrap(), Schema::compile(docs).unwrap());
            for body in &bodies {
                let own = if super::super::is_documentation(body) { &docs } else { &schema };
                let mut filled = body.clone();
                Filler::new(1).fill_value(&mut filled, "");
                prop_assert!(own.accepts(&filled), "{} by {}", filled, own.document);
            }
        }
    }
}
