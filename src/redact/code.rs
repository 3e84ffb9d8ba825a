//! What stands in base64, base32 and hexadecimal inside of a text.

use std::ops::Range;

/// A way to write bytes as digits, each of which holds some bits of them.
pub(super) struct Code {
    /// How many bits a digit holds.
    bits: usize,
    /// What each byte of a text stands for; [`NONE`] for nothing.
    digits: [u8; 256],
    /// After so many digits a byte begins with a digit again: which of them is the first nobody tells.
    group: usize,
    /// The fewest digits that are read: fewer hold no value.
    fewest: usize,
    /// How many bytes may stand between two digits, at the beginning of these.
    gap: fn(&[u8]) -> usize,
}

const NONE: u8 = u8::MAX;

/// base64 in both alphabets (RFC 4648 §4, §5) and base32 (§6), in capitals or small letters, both also cut into
/// lines (RFC 2045 §6.8, RFC 7468); hexadecimal, also with something between its digits (`41:42`, `0x41, 0x42`).
///
/// A plain value in base64 is searched as such, so base64 is read for values in another encoding, which are longer, and
/// for what is cut into lines.
pub(super) static CODES: [Code; 4] = [
    Code {
        bits: 6,
        digits: digits(&[
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
        ]),
        group: 4,
        fewest: 8,
        gap: line_end,
    },
    Code {
        bits: 5,
        digits: digits(&[b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"]),
        group: 8,
        fewest: 10,
        gap: line_end,
    },
    Code {
        bits: 5,
        digits: digits(&[b"abcdefghijklmnopqrstuvwxyz234567"]),
        group: 8,
        fewest: 10,
        gap: line_end,
    },
    Code {
        bits: 4,
        digits: digits(&[b"0123456789abcdef", b"0123456789ABCDEF"]),
        group: 2,
        fewest: 12,
        gap: separator,
    },
];

/// What each byte stands for: its place in one of these alphabets.
const fn digits(alphabets: &[&[u8]]) -> [u8; 256] {
    let mut all = [NONE; 256];
    let mut at = 0;
    while at < alphabets.len() {
        let mut digit = 0;
        let mut rest = alphabets[at];
        while let [first, behind @ ..] = rest {
            all[*first as usize] = digit;
            digit += 1;
            rest = behind;
        }
        at += 1;
    }
    all
}

/// The most bytes between two digits.
const WIDEST: usize = 16;

/// The end of a line with the white space around it.
fn line_end(rest: &[u8]) -> usize {
    let length = rest.iter().take(WIDEST).take_while(|byte| b"\r\n\t ".contains(byte)).count();
    let gap = rest.get(..length).unwrap_or_default();
    if gap.iter().any(|byte| b"\r\n".contains(byte)) { length } else { 0 }
}

/// Something between two digits, and the prefix of the second.
fn separator(rest: &[u8]) -> usize {
    let length = rest.iter().take(WIDEST).take_while(|byte| b"\r\n\t ,;:.-_".contains(byte)).count();
    let prefix = rest.get(length..length + 2).is_some_and(|two| matches!(two, b"0x" | b"0X"));
    if prefix { length + 2 } else { length }
}

/// Digits in a row.
pub(super) struct Run<'c> {
    code: &'c Code,
    digits: Vec<u8>,
    range: Range<usize>,
    /// Before which digits something else stands, and how many bytes stand so up to there.
    gaps: Vec<(usize, usize)>,
}

impl Code {
    /// The runs of digits in this text that are long enough to be read.
    pub(super) fn runs<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = Run<'t>> {
        let mut at = 0;
        std::iter::from_fn(move || {
            while at < text.len() {
                let rest = text.get(at..)?;
                at += rest.iter().position(|byte| self.is_digit(*byte)).unwrap_or(rest.len());
                let run = self.run(text, at);
                at = at.max(run.range.end);
                if run.digits.len() >= self.fewest {
                    return Some(run);
                }
            }
            None
        })
    }

    fn is_digit(&self, byte: u8) -> bool {
        self.digits.get(usize::from(byte)).is_some_and(|digit| *digit != NONE)
    }

    /// The run that begins at a digit.
    fn run(&self, text: &[u8], start: usize) -> Run<'_> {
        let mut run = Run { code: self, digits: Vec::new(), range: start..start, gaps: Vec::new() };
        let mut between = 0;
        loop {
            let rest = text.get(run.range.end..).unwrap_or_default();
            let digit =
                |byte: &u8| self.digits.get(usize::from(*byte)).copied().filter(|digit| *digit != NONE);
            let before = run.digits.len();
            run.digits.extend(rest.iter().map_while(digit));
            run.range.end += run.digits.len() - before;
            let rest = text.get(run.range.end..).unwrap_or_default();
            let gap = (self.gap)(rest);
            if gap == 0 || !rest.get(gap).is_some_and(|byte| self.is_digit(*byte)) {
                return run;
            }
            between += gap;
            run.gaps.push((run.digits.len(), between));
            run.range.end += gap;
        }
    }
}

impl Run<'_> {
    /// Where it stands.
    pub(super) fn range(&self) -> &Range<usize> {
        &self.range
    }

    /// What it holds, read from each of its first digits.
    pub(super) fn readings(&self) -> impl Iterator<Item = Reading<'_>> {
        (0..self.code.group.min(self.digits.len())).map(|skipped| self.reading(skipped))
    }

    fn reading(&self, skipped: usize) -> Reading<'_> {
        let digits = self.digits.get(skipped..).unwrap_or_default();
        let mut bytes = Vec::with_capacity(digits.len() * self.code.bits / 8);
        let (mut joined, mut held) = (0_u32, 0);
        for digit in digits {
            joined = joined << self.code.bits | u32::from(*digit);
            held += self.code.bits;
            if held >= 8 {
                held -= 8;
                // What is above these bits is of the bytes before.
                bytes.push((joined >> held & 0xff) as u8);
            }
        }
        Reading { bytes, skipped, run: self }
    }

    /// Where a digit stands.
    fn place(&self, digit: usize) -> usize {
        let before = self.gaps.partition_point(|(first, _)| *first <= digit);
        let between =
            before.checked_sub(1).and_then(|last| self.gaps.get(last)).map_or(0, |(_, bytes)| *bytes);
        self.range.start + digit + between
    }
}

/// The bytes that a run holds if it begins at one of its first digits.
pub(super) struct Reading<'r> {
    pub(super) bytes: Vec<u8>,
    skipped: usize,
    run: &'r Run<'r>,
}

impl Reading<'_> {
    /// The part of the text that holds bits of these bytes.
    pub(super) fn source(&self, range: &Range<usize>) -> Range<usize> {
        let bits = self.run.code.bits;
        let first = self.skipped + range.start * 8 / bits;
        let end = (self.skipped + (range.end * 8).div_ceil(bits)).min(self.run.digits.len());
        match end.checked_sub(1) {
            Some(last) if last >= first => self.run.place(first)..self.run.place(last) + 1,
            Some(_) | None => self.run.range.start..self.run.range.start,
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::*;

    /// The parts of the text that hold this value, and what else stands in the text.
    fn held(code: &Code, text: &str, value: &[u8]) -> Vec<String> {
        let runs: Vec<Run<'_>> = code.runs(text.as_bytes()).collect();
        let readings = runs.iter().flat_map(Run::readings);
        let found = readings.filter_map(|reading| {
            let at = reading.bytes.windows(value.len()).position(|window| window == value)?;
            text.get(reading.source(&(at..at + value.len()))).map(str::to_owned)
        });
        found.collect()
    }

    #[test]
    fn digits_are_read_with_what_stands_between_them() {
        let [base64, upper, lower, hex] = &CODES;
        for (code, text, part) in [
            (hex, "x 41424344454647 x", "41424344454647"),
            (hex, "141424344454647", "41424344454647"),
            (hex, "41-42-43-44-45-46-47", "41-42-43-44-45-46-47"),
            (hex, "[0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47]", "41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47"),
            (hex, "4142 4344\r\n  4546 47", "4142 4344\r\n  4546 47"),
            (base64, "\"QUJD\r\nREVG\r\nRw==\"", "QUJD\r\nREVG\r\nRw"),
            (base64, "x\n\tQUJDREVGRw", "QUJDREVGRw"),
            (upper, "IFBEGRCFIZDQ====", "IFBEGRCFIZDQ"),
            (lower, "IFBEGRCF ifbegrcfizdq", "ifbegrcfizdq"),
        ] {
            assert_eq!(held(code, text, b"ABCDEFG"), [part], "{text}");
        }
        for (code, text) in [
            (hex, "41 42 43 44 45 + 46 47"),
            (base64, "QUJD REVG Rw=="),
            (upper, "ifbegrcfizdq"),
            (base64, "QUJD\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\nREVGRw"),
        ] {
            assert!(held(code, text, b"ABCDEFG").is_empty(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_read_at_one_of_the_places(
            before in "[A-Za-z0-9]{0,5}", value in prop::collection::vec(any::<u8>(), 9..40), width in 4_usize..80,
        ) {
            let digits = format!("{before}{}", STANDARD.encode(&value));
            let lines: Vec<&str> = digits.as_bytes().chunks(width).filter_map(|line| std::str::from_utf8(line).ok()).collect();
            let parts = held(&CODES[0], &format!("{{{}}}", lines.join("\r\n")), &value);
            let wanted = digits.get(before.len()..).map(|rest| rest.trim_end_matches('=').to_owned());
            prop_assert!(parts.iter().any(|part| Some(part.replace("\r\n", "")) == wanted), "{:?} {:?}", lines, parts);
        }
    }
}
