//! Values for placeholders: [`Filler`].

use base64::Engine as _;
use serde_json::{Map, Number, Value};

use super::{BYTE, DECIMAL, Kind, named_type};

/// 2020-01-01T00:00:00Z; every filled date lies in the ten years from here.
const FIRST_SECOND: i64 = 1_577_836_800;
const TEN_YEARS: u64 = 315_360_000;

/// Makes values for placeholders, the same ones for the same seed, place and kind.
///
/// Other places get other strings, so that a server which wants unique names is content.
/// Integers lie in 1..=999, numbers have one decimal digit; hosts, addresses and mailboxes come
/// from the ranges kept for documentation (RFC 2606, RFC 5737, RFC 3849) and reach nobody.
#[derive(Debug, Clone, Copy)]
pub struct Filler {
    seed: u64,
}

impl Filler {
    /// A filler; equal seeds fill equally.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// A value of that kind for that place; for [`Kind::Unknown`] a string.
    pub fn value(&self, kind: Kind, place: &str) -> Value {
        let bits = self.bits(place);
        match kind {
            Kind::Unknown | Kind::String(None) => Value::String(format!("string-{}", word(bits))),
            Kind::String(Some(format)) => Value::String(formatted(format, bits)),
            Kind::Integer => Value::from(1 + bits % 999),
            Kind::Number => number(bits),
            Kind::Boolean => Value::Bool(bits.is_multiple_of(2)),
            Kind::Array => Value::Array(Vec::new()),
            Kind::Object => Value::Object(Map::new()),
        }
    }

    /// The text of a form field, header, query value or path variable with its `<…>` type
    /// placeholder filled; `None` where the text as a whole is none.
    ///
    /// `sample string 7` is sent as it is, and so is any `<…>` that names no type.
    ///
    /// ```
    /// use uphold::placeholder::Filler;
    ///
    /// let filler = Filler::new(1);
    /// assert!(filler.text("<integer>", "query:page").is_some_and(|page| page.parse::<u32>().is_ok()));
    /// assert_eq!(filler.text("sample string 7", "query:name"), None);
    /// ```
    pub fn text(&self, text: &str, place: &str) -> Option<String> {
        match self.placeholder(text, place)? {
            Value::String(filled) => Some(filled),
            other => Some(other.to_string()),
        }
    }

    /// A JSON text in which each quoted `<…>` type placeholder became a literal of its type; the
    /// rest of the text is kept byte for byte. `None` where there is nothing to fill.
    ///
    /// Works on the tokens alone, so the text need not be valid JSON (yet): it may hold `{{x}}`
    /// and comments. Keys are left alone. Values depend on the text and on the position among its
    /// placeholders: equal texts are filled equally, other texts with other values.
    ///
    /// ```
    /// use uphold::placeholder::Filler;
    ///
    /// let filled = Filler::new(1).json_text(r#"{ "<string>": "<boolean>", "n": {{n}} }"#);
    /// let is = |literal| Some(format!(r#"{{ "<string>": {literal}, "n": {{{{n}}}} }}"#)) == filled;
    /// assert!(is("true") || is("false"));
    /// ```
    pub fn json_text(&self, text: &str) -> Option<String> {
        let within = Self { seed: self.bits(text) };
        let mut filled = String::new();
        let mut kept = 0;
        let mut count = 0_usize;
        for (start, end) in value_strings(text) {
            let Some(value) = text
                .get(start..end)
                .filter(|token| token.contains(['<', '\\']))
                .and_then(|token| serde_json::from_str::<String>(token).ok())
                .and_then(|inner| within.placeholder(&inner, &count.to_string()))
            else {
                continue;
            };
            filled.push_str(text.get(kept..start).unwrap_or_default());
            filled.push_str(&value.to_string());
            kept = end;
            count += 1;
        }
        filled.push_str(text.get(kept..).unwrap_or_default());
        (count > 0).then_some(filled)
    }

    /// Fills every string of the value that is a `<…>` type placeholder, at any depth; the place
    /// of each is its JSON pointer behind `place`. Keys, `sample string 7` and `<Error: …>` stay.
    pub fn fill_value(&self, value: &mut Value, place: &str) {
        match value {
            Value::String(text) => {
                if let Some(filled) = self.placeholder(text, place) {
                    *value = filled;
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.fill_value(item, &format!("{place}/{index}"));
                }
            }
            Value::Object(members) => {
                for (name, member) in members.iter_mut() {
                    let name = name.replace('~', "~0").replace('/', "~1");
                    self.fill_value(member, &format!("{place}/{name}"));
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn placeholder(self, text: &str, place: &str) -> Option<Value> {
        let (name, kind) = named_type(text)?;
        let bits = self.bits(place);
        Some(match name {
            DECIMAL => Value::String(number(bits).to_string()),
            BYTE => Value::String(base64::engine::general_purpose::STANDARD.encode(word(bits))),
            _ => self.value(kind, place),
        })
    }

    /// 64 bits for a place: FNV-1a over its bytes, started from the mixed seed, then mixed.
    fn bits(self, place: &str) -> u64 {
        let start = mixed(self.seed) ^ 0xcbf2_9ce4_8422_2325;
        mixed(place.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
    }
}

/// The finisher of `SplitMix64` (Steele, Lea, Flood 2014): every bit of the input moves every bit.
fn mixed(bits: u64) -> u64 {
    let bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// Ten letters and digits.
fn word(bits: u64) -> String {
    format!("{:010x}", bits >> 24)
}

fn number(bits: u64) -> Value {
    // Never `x.0`: a whole number would say less than the placeholder.
    let text = format!("{}.{}", 1 + bits % 999, 1 + (bits >> 32) % 9);
    text.parse::<Number>().map_or_else(|_| Value::from(1.5), Value::Number)
}

fn formatted(format: &str, bits: u64) -> String {
    match format {
        "date" => moment(bits).strftime("%Y-%m-%d").to_string(),
        "date-time" => moment(bits).strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "time" => moment(bits).strftime("%H:%M:%SZ").to_string(),
        "duration" => format!("PT{}S", 1 + bits % 86_400),
        "uuid" => uuid(bits),
        "email" => format!("user-{}@example.com", word(bits)),
        "uri" => format!("https://example.com/{}", word(bits)),
        "hostname" => format!("host-{}.example.com", word(bits)),
        "ipv4" => {
            let net = match bits % 3 {
                0 => "192.0.2",
                1 => "198.51.100",
                _ => "203.0.113",
            };
            format!("{net}.{}", (bits >> 8) % 254 + 1)
        }
        "ipv6" => format!("2001:db8::{:x}:{:x}", ((bits >> 16) & 0xffff) | 1, (bits & 0xffff) | 1),
        _ => format!("string-{}", word(bits)),
    }
}

fn moment(bits: u64) -> jiff::Timestamp {
    let offset = i64::try_from(bits % TEN_YEARS).unwrap_or(0);
    jiff::Timestamp::from_second(FIRST_SECOND + offset).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

/// A version 4 UUID (RFC 9562 §5.4) from 64 bits and their mix.
fn uuid(bits: u64) -> String {
    let more = mixed(bits);
    format!(
        "{:08x}-{:04x}-4{:03x}-{:x}{:03x}-{:012x}",
        bits >> 32,
        bits & 0xffff,
        (bits >> 16) & 0xfff,
        8 | (more >> 62),
        (more >> 48) & 0xfff,
        more & 0xffff_ffff_ffff
    )
}

/// The byte ranges, quotes included, of the quoted strings of a JSON-like text that are no keys.
///
/// A line end closes an open string (JSON has none in strings), so that one lost quote spoils one
/// line and not the rest of the text. Comments (`//`, `/* */`) hold no strings.
fn value_strings(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied();
        at = match (byte, next) {
            (b'"', _) => match string_end(bytes, at) {
                Ok(end) => {
                    if bytes.get(skip_blank(bytes, end)) != Some(&b':') {
                        found.push((at, end));
                    }
                    end
                }
                Err(line_end) => line_end,
            },
            (b'/', Some(b'/' | b'*')) => comment_end(bytes, at),
            _ => at + 1,
        };
    }
    found
}

/// The position after the closing quote, or that of the line end or text end before it.
fn string_end(bytes: &[u8], start: usize) -> Result<usize, usize> {
    let mut at = start + 1;
    loop {
        match bytes.get(at) {
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') if !matches!(bytes.get(at + 1), Some(b'\n' | b'\r')) => at += 2,
            Some(b'\n' | b'\r') | None => return Err(at.min(bytes.len())),
            Some(_) => at += 1,
        }
    }
}

/// The position after the comment that begins here.
fn comment_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let length = if rest.starts_with(b"//") {
        rest.iter().position(|b| *b == b'\n')
    } else {
        rest.get(2..).and_then(|inner| inner.windows(2).position(|two| two == b"*/")).map(|at| at + 4)
    };
    start + length.unwrap_or(rest.len())
}

fn skip_blank(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b' ' | b'\t' | b'\n' | b'\r'), _) => at += 1,
            (Some(b'/'), Some(b'/' | b'*')) => at = comment_end(bytes, at),
            _ => return at,
        }
    }
}
