//! A text with its escapes undone, and the way back from there to the text.
//!
//! Values are searched in such views instead of searching for every way to write them: which
//! characters an encoder escapes, and with which letters, makes no difference here.

use std::ops::Range;

use super::entity;

/// A way to write any character in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    /// `\n`, `\/`, `\u00e9` (RFC 8259 §7), and Rust's `\0` and `\u{e9}`, as messages quote.
    Json,
    /// `%C3%A9` (RFC 3986 §2.1).
    Percent,
    /// The same with `+` for a space (`application/x-www-form-urlencoded`).
    Form,
    /// `&amp;`, `&sol;`, `&#39;`, `&#x27;` (HTML and XML).
    Entity,
    /// `'\''` inside of a quoted word of a shell.
    Shell,
    /// `~0` and `~1` of JSON pointers (RFC 6901).
    Pointer,
    /// `=C3=A9`, and a `=` that ends a line of a mail and stands for nothing (quoted-printable, RFC 2045 §6.7).
    Quoted,
    /// A letter outside of ASCII in another case: `É` for `é`.
    Case,
}

impl Escape {
    /// Every one that programs nest in others.
    pub(super) const NESTED: [Self; 6] =
        [Self::Json, Self::Percent, Self::Form, Self::Entity, Self::Shell, Self::Pointer];

    /// Whether this byte begins one.
    pub(super) fn may_begin(self, byte: u8) -> bool {
        match self {
            Self::Json => byte == b'\\',
            Self::Percent => byte == b'%',
            Self::Form => matches!(byte, b'%' | b'+'),
            Self::Entity => byte == b'&',
            Self::Shell => byte == b'\'',
            Self::Pointer => byte == b'~',
            Self::Quoted => byte == b'=',
            // The first byte of a character in UTF-8.
            Self::Case => byte >= 0xc2,
        }
    }

    /// The length of the escape at the beginning of these bytes, and what it stands for.
    fn read(self, bytes: &[u8]) -> Option<(usize, Stands)> {
        match self {
            Self::Json => json(bytes),
            Self::Form if bytes.first() == Some(&b'+') => Some((1, Stands::Byte(b' '))),
            Self::Form | Self::Percent => percent(bytes),
            Self::Entity => entity(bytes),
            Self::Shell => bytes.starts_with(br"'\''").then_some((4, Stands::Byte(b'\''))),
            Self::Pointer => match bytes.get(1)? {
                b'0' => Some((2, Stands::Byte(b'~'))),
                b'1' => Some((2, Stands::Byte(b'/'))),
                _ => None,
            },
            Self::Quoted => quoted(bytes),
            Self::Case => folded(bytes),
        }
    }
}

/// What an escape stands for.
#[derive(Debug, Clone, Copy)]
enum Stands {
    Byte(u8),
    Char(char),
    Nothing,
}

/// Bytes with one kind of escape undone.
#[derive(Debug)]
pub(super) struct View {
    bytes: Vec<u8>,
    steps: Vec<Step>,
}

/// One escape: where it stood, and where its bytes are now.
#[derive(Debug)]
struct Step {
    source: Range<usize>,
    here: Range<usize>,
}

/// The view with these escapes undone, each place once; `None` where there is none of them.
pub(super) fn undo(escapes: &[Escape], source: &[u8]) -> Option<View> {
    let may_begin = |byte: &u8| escapes.iter().any(|escape| escape.may_begin(*byte));
    let read = |rest: &[u8]| {
        let first = *rest.first()?;
        escapes.iter().filter(|escape| escape.may_begin(first)).find_map(|escape| escape.read(rest))
    };
    let mut at = source.iter().position(may_begin)?;
    let mut view = View { bytes: Vec::with_capacity(source.len()), steps: Vec::new() };
    let mut kept = 0;
    while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some((length, stands)) = read(rest) {
            view.bytes.extend_from_slice(source.get(kept..at).unwrap_or_default());
            let start = view.bytes.len();
            match stands {
                Stands::Byte(byte) => view.bytes.push(byte),
                Stands::Char(char) => view.bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
                Stands::Nothing => {}
            }
            view.steps.push(Step { source: at..at + length, here: start..view.bytes.len() });
            at += length;
            kept = at;
        } else {
            at += 1;
        }
        let rest = source.get(at..).unwrap_or_default();
        at += rest.iter().position(may_begin).unwrap_or(rest.len());
    }
    view.bytes.extend_from_slice(source.get(kept..).unwrap_or_default());
    (!view.steps.is_empty()).then_some(view)
}

/// The first bytes, about `most` of them, of what [`undo`] gives with this one escape; `None` where there is none of it
/// among them.
pub(super) fn undo_start(escape: Escape, source: &[u8], most: usize) -> Option<Vec<u8>> {
    let first = source.iter().take(most).position(|byte| escape.may_begin(*byte))?;
    let (before, mut rest) = source.split_at_checked(first)?;
    let mut start = Vec::with_capacity(most + 4);
    start.extend_from_slice(before);
    let mut any = false;
    while start.len() < most
        && let Some((byte, behind)) = rest.split_first()
    {
        let read = if escape.may_begin(*byte) { escape.read(rest) } else { None };
        let Some((length, stands)) = read else {
            start.push(*byte);
            rest = behind;
            continue;
        };
        any = true;
        match stands {
            Stands::Byte(byte) => start.push(byte),
            Stands::Char(char) => start.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
            Stands::Nothing => {}
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    any.then_some(start)
}

impl View {
    /// The bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The positions of the source inside of escapes, behind the first byte of each.
    pub(super) fn inside(&self) -> impl Iterator<Item = usize> {
        self.steps.iter().flat_map(|step| step.source.start + 1..step.source.end)
    }

    /// Whether an escape stood in this range of its bytes, or right beside it.
    pub(super) fn touches(&self, range: &Range<usize>) -> bool {
        self.step_before(range.end).is_some_and(|step| step.here.end >= range.start)
    }

    /// The range of the source from which this range was made, escapes whole.
    pub(super) fn source(&self, range: &Range<usize>) -> Range<usize> {
        let Some(last) = range.end.checked_sub(1) else {
            return 0..0;
        };
        let start = match self.step_before(range.start) {
            Some(step) if range.start < step.here.end => step.source.start,
            Some(step) => step.source.end + (range.start - step.here.end),
            None => range.start,
        };
        let end = match self.step_before(last) {
            Some(step) if last < step.here.end => step.source.end,
            Some(step) => step.source.end + (range.end - step.here.end),
            None => range.end,
        };
        start..end
    }

    /// The last escape that begins at or before this position.
    fn step_before(&self, at: usize) -> Option<&Step> {
        let after = self.steps.partition_point(|step| step.here.start <= at);
        self.steps.get(after.checked_sub(1)?)
    }
}

fn json(bytes: &[u8]) -> Option<(usize, Stands)> {
    let simple = match bytes.get(1)? {
        b'"' => b'"',
        b'\'' => b'\'',
        b'\\' => b'\\',
        b'/' => b'/',
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'0' => 0,
        // As programs show bytes.
        b'x' => {
            let byte = u8::try_from(hex(bytes.get(2..4)?)?).ok()?;
            return Some((4, Stands::Byte(byte)));
        }
        b'u' if bytes.get(2) == Some(&b'{') => return braced(bytes),
        b'u' => return unicode(bytes),
        _ => return None,
    };
    Some((2, Stands::Byte(simple)))
}

/// `\u{X}`, with one to six digits.
fn braced(bytes: &[u8]) -> Option<(usize, Stands)> {
    let end = bytes.iter().take(10).position(|byte| *byte == b'}')?;
    Some((end + 1, Stands::Char(char::from_u32(hex(bytes.get(3..end)?)?)?)))
}

/// `\uXXXX`, or two of them where they are a surrogate pair.
fn unicode(bytes: &[u8]) -> Option<(usize, Stands)> {
    let unit = |bytes: &[u8]| hex(bytes.strip_prefix(br"\u")?.get(..4)?);
    let first = unit(bytes)?;
    if let Some(char) = char::from_u32(first) {
        return Some((6, Stands::Char(char)));
    }
    let second = unit(bytes.get(6..)?).filter(|second| (0xdc00..0xe000).contains(second))?;
    let joined = 0x1_0000 + (first.checked_sub(0xd800)? << 10) + (second - 0xdc00);
    Some((12, Stands::Char(char::from_u32(joined)?)))
}

fn percent(bytes: &[u8]) -> Option<(usize, Stands)> {
    let value = hex(bytes.get(1..3)?)?;
    Some((3, Stands::Byte(u8::try_from(value).ok()?)))
}

fn quoted(bytes: &[u8]) -> Option<(usize, Stands)> {
    match bytes.get(1..)? {
        [b'\r', b'\n', ..] => Some((3, Stands::Nothing)),
        [b'\n', ..] => Some((2, Stands::Nothing)),
        _ => percent(bytes),
    }
}

/// The character at the beginning as the small letter of its capital, where it is another one.
fn folded(bytes: &[u8]) -> Option<(usize, Stands)> {
    let char = bytes.get(..bytes.len().min(4))?.utf8_chunks().next()?.valid().chars().next()?;
    let only = |mut all: &mut dyn Iterator<Item = char>| {
        let first = all.next()?;
        (&mut all).next().is_none().then_some(first)
    };
    let capital = only(&mut char.to_uppercase()).unwrap_or(char);
    let small = only(&mut capital.to_lowercase()).unwrap_or(char);
    (small != char).then_some((char.len_utf8(), Stands::Char(small)))
}

fn entity(bytes: &[u8]) -> Option<(usize, Stands)> {
    // Numbers are shorter than names, leading zeros included.
    let end = bytes.iter().take(entity::LONGEST + 2).position(|byte| *byte == b';')?;
    let char = match bytes.get(1..end)? {
        [b'#', b'x' | b'X', digits @ ..] => char::from_u32(hex(digits)?)?,
        [b'#', digits @ ..] => {
            let decimal = std::str::from_utf8(digits).ok()?.parse::<u32>().ok()?;
            char::from_u32(decimal)?
        }
        name => entity::named(name)?,
    };
    Some((end + 1, Stands::Char(char)))
}

/// Hex digits of either case and nothing else.
fn hex(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}
