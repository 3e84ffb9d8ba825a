//! What stands in base64 inside of a text.

use std::ops::Range;

/// The fewest characters of base64 in a row that are undone: shorter ones hold no value in another encoding.
const FEWEST: usize = 12;

/// The bytes of a run of characters of base64, read from one of four places: which of them is the beginning
/// nobody tells.
pub(super) struct Undone {
    pub(super) bytes: Vec<u8>,
    /// Where the first character of the first byte stands in the text.
    start: usize,
    /// Where the run ends.
    end: usize,
}

impl Undone {
    /// The characters of the text that hold bits of these bytes.
    pub(super) fn source(&self, range: &Range<usize>) -> Range<usize> {
        let end = self.start + (range.end * 8).div_ceil(6);
        self.start + range.start * 8 / 6..end.min(self.end)
    }
}

/// Every run of characters of base64 in either alphabet (RFC 4648 §4, §5), read from each of its first four.
pub(super) fn undone(text: &[u8]) -> impl Iterator<Item = Undone> {
    let mut at = 0;
    let runs = std::iter::from_fn(move || {
        while at < text.len() {
            let rest = text.get(at..)?;
            let start = at + rest.iter().position(|byte| bits(*byte).is_some()).unwrap_or(rest.len());
            let run = text.get(start..)?;
            let end = start + run.iter().position(|byte| bits(*byte).is_none()).unwrap_or(run.len());
            at = end;
            if end - start >= FEWEST {
                return Some(start..end);
            }
        }
        None
    });
    runs.flat_map(move |run| (0..4).map(move |shift| read(text, run.start + shift, run.end)))
}

fn read(text: &[u8], start: usize, end: usize) -> Undone {
    let characters = text.get(start..end).unwrap_or_default();
    let mut bytes = Vec::with_capacity(characters.len() * 3 / 4);
    for group in characters.chunks(4) {
        let joined =
            group.iter().fold(0_u32, |joined, byte| joined << 6 | u32::from(bits(*byte).unwrap_or(0)));
        // Left-aligned in four bytes, of which as many count as the characters hold whole.
        let [first, second, third, _] = (joined << (32 - 6 * group.len().min(4))).to_be_bytes();
        bytes.extend([first, second, third].into_iter().take(group.len() * 6 / 8));
    }
    Undone { bytes, start, end }
}

/// What a character stands for.
fn bits(byte: u8) -> Option<u8> {
    BITS.get(usize::from(byte)).copied().filter(|bits| *bits < 64)
}

/// The same of every byte, and 64 of those that stand for nothing: a text is looked through byte by byte.
const BITS: [u8; 256] = {
    let mut all = [64; 256];
    let mut bits = 0;
    while bits < 62 {
        let byte = match bits {
            0..26 => b'A' + bits,
            26..52 => b'a' + bits - 26,
            _ => b'0' + bits - 52,
        };
        all[byte as usize] = bits;
        bits += 1;
    }
    all[b'+' as usize] = 62;
    all[b'-' as usize] = 62;
    all[b'/' as usize] = 63;
    all[b'_' as usize] = 63;
    all
};

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_encoded_is_read_at_one_of_the_places(
            before in "[A-Za-z0-9]{0,5}", value in prop::collection::vec(any::<u8>(), 9..40),
        ) {
            let text = format!("{{{before}{}}}", STANDARD.encode(&value));
            let found: Vec<Undone> = undone(text.as_bytes()).collect();
            prop_assert_eq!(found.len(), 4);
            let has = |one: &&Undone| one.bytes.windows(value.len()).any(|window| window == value);
            let one = found.iter().find(has);
            prop_assert!(one.is_some(), "{}", text);
            if let Some(one) = one {
                let at = one.bytes.windows(value.len()).position(|window| window == value).unwrap_or(0);
                let source = one.source(&(at..at + value.len()));
                prop_assert_eq!(text.get(source), text.get(1 + before.len()..).map(|rest| rest.trim_end_matches(['}', '='])));
            }
        }
    }
}
