//! Data in the page: JSON in a `<script>` of a type that browsers do not run.
//!
//! Invariant: between its tags a block has none of `<`, `>`, `&`, U+2028 and U+2029, which JSON writes as
//! `\u003c` just as well; so nothing in it ends the block or begins a comment (HTML, "restrictions for contents of
//! script elements").

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter};

/// Writes a block of that id; `id` is one of our own.
pub(super) fn island(id: &str, data: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "<script type=\"application/json\" id=\"{id}\">")?;
    data.serialize(&mut Serializer::with_formatter(&mut *out, Harmless(CompactFormatter)))?;
    out.write_all(b"</script>\n")
}

/// JSON in which the characters that mean something to HTML or JavaScript are escaped. They stand in
/// strings alone.
struct Harmless(CompactFormatter);

impl Formatter for Harmless {
    fn write_string_fragment<W>(&mut self, out: &mut W, fragment: &str) -> io::Result<()>
    where
        W: ?Sized + Write,
    {
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_special(*c)) {
            let (before, from) = rest.split_at(at);
            self.0.write_string_fragment(out, before)?;
            write!(out, "\\u{:04x}", u32::from(c))?;
            rest = from.get(c.len_utf8()..).unwrap_or_default();
        }
        self.0.write_string_fragment(out, rest)
    }
}

fn is_special(c: char) -> bool {
    matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}')
}
