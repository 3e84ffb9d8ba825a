//! Values, for cases that compare them (`compare = "exact"`): every one that is not volatile.

use serde_json::{Number, Value};

use super::found::{Collector, Found};
use super::show;
use crate::contract::Expectation;
use crate::contract::envelope::codes_at;
use crate::contract::pointer::{Trail, names};
use crate::contract::uri::is_same_form;
use crate::contract::volatile::{is_volatile, text_class};
use crate::finding::{Finding, FindingId, Severity};
use crate::message::{Answer, Headers};
use crate::placeholder;

/// Values that differ. Free are placeholders, volatile values, the ids in URIs, and what `volatile` names, though where a
/// difference fails the case such a value must be there, of its type; an array under `unordered` may be in
/// any order. Members that came in addition are no changed values.
/// One that is told already (its type is wrong, it is gone) is not told again.
pub(super) fn check(
    expectation: &Expectation,
    example: &Value,
    body: &Value,
    level: Severity,
    told: &mut Collector<'_>,
) {
    let corrected = corrected(expectation, example);
    let mut values = Values { expectation, corrected, level, found: Vec::new() };
    values.compare(example, Some(body), &Trail::ROOT);
    values.found.retain(|found| !told.tells(&found.place));
    values.found.into_iter().for_each(|found| told.push(found));
}

/// A text that is another one; `expected` is there where texts are compared. Line ends and white
/// space around the text do not count. Where the text as a whole is volatile (a timestamp, a token),
/// it must be one of the same class.
pub(super) fn text(expected: Option<&str>, answer: &Answer) -> Option<Finding> {
    fn plain(text: &str) -> String {
        text.trim_start_matches('\u{feff}').trim().replace("\r\n", "\n")
    }
    let expected = plain(expected?);
    if placeholder::recognise(&expected).is_some() {
        return None;
    }
    let actual = answer.text().map(|text| plain(&text));
    let class = text_class(&expected);
    let free =
        |actual: &str| class.is_some() && text_class(actual) == class || is_same_form(&expected, actual);
    if actual.is_some_and(|actual| actual == expected || free(&actual)) {
        return None;
    }
    let changed = Finding::new(
        FindingId::BodyValueChanged,
        "",
        show::excerpt(expected.as_bytes()),
        show::excerpt(&answer.body),
    );
    Some(changed.at_severity(Severity::Breaking))
}

/// The place of a result code that suite.toml corrects: what the example shows there is wrong, and
/// the check of the code compares it.
fn corrected<'e>(expectation: &'e Expectation, example: &Value) -> Option<&'e str> {
    let code = expectation.code.as_ref().filter(|code| code.at.starts_with('/'))?;
    let shown = codes_at(&code.at, &Headers::new(), Some(example));
    (!shown.contains(&code.code)).then_some(code.at.as_str())
}

struct Values<'a> {
    expectation: &'a Expectation,
    corrected: Option<&'a str>,
    level: Severity,
    found: Vec<Found>,
}

impl Values<'_> {
    fn compare(&mut self, expected: &Value, actual: Option<&Value>, trail: &Trail<'_>) {
        if self.is_unknown(expected, trail) {
            return;
        }
        match (expected, actual) {
            (wanted, there) if self.is_volatile(wanted, trail) => {
                if self.level >= Severity::Breaking && !there.is_some_and(|there| alike(wanted, there)) {
                    self.differs(wanted, there, trail);
                }
            }
            (Value::Object(wanted), Some(Value::Object(there))) => {
                for (name, value) in wanted {
                    self.compare(value, there.get(name), &trail.key(name));
                }
            }
            (Value::Array(wanted), Some(Value::Array(there))) if wanted.len() == there.len() => {
                self.items(wanted, there, trail);
            }
            (Value::String(wanted), Some(Value::String(there))) if is_same_form(wanted, there) => {}
            (wanted, Some(there)) if same(wanted, there) => {}
            (wanted, there) => self.differs(wanted, there, trail),
        }
    }

    fn differs(&mut self, wanted: &Value, there: Option<&Value>, trail: &Trail<'_>) {
        let actual = there.map_or_else(|| "absent".to_owned(), show::value);
        let found = Found::new(FindingId::BodyValueChanged, trail.place(), show::value(wanted), actual);
        self.found.push(found.level(self.level));
    }

    fn items(&mut self, wanted: &[Value], there: &[Value], trail: &Trail<'_>) {
        let place = trail.place();
        let unordered = self.expectation.unordered.iter().any(|pattern| names(pattern, &place.concrete));
        if !unordered {
            for (index, (wanted, there)) in wanted.iter().zip(there).enumerate() {
                self.compare(wanted, Some(there), &trail.index(index));
            }
            return;
        }
        let mut rest: Vec<&Value> = there.iter().collect();
        let mut open: Vec<(usize, &Value)> = wanted.iter().enumerate().collect();
        // What is the same first: a value that is free would take any of its type.
        open.retain(|(_, wanted)| !takes(&mut rest, |there| there == *wanted));
        for (index, wanted) in open {
            let trail = trail.index(index);
            if !takes(&mut rest, |there| self.agrees(wanted, there, &trail)) {
                let (expected, place) = (show::value(wanted), trail.place());
                let found = Found::new(FindingId::BodyValueChanged, place, expected, "not among the items");
                self.found.push(found.level(self.level));
            }
        }
    }

    fn agrees(&self, wanted: &Value, there: &Value, trail: &Trail<'_>) -> bool {
        let mut values = Values { found: Vec::new(), ..*self };
        values.compare(wanted, Some(there), trail);
        values.found.is_empty()
    }

    /// Nothing is shown there: a placeholder, or a code that suite.toml corrects.
    fn is_unknown(&self, expected: &Value, trail: &Trail<'_>) -> bool {
        expected.as_str().is_some_and(|text| placeholder::recognise(text).is_some())
            || self.corrected.is_some_and(|at| trail.place().at == at)
    }

    /// The value is free; that it is there, and of which type, is not.
    fn is_volatile(&self, expected: &Value, trail: &Trail<'_>) -> bool {
        let listed = &self.expectation.volatile;
        is_volatile(trail.name(), expected)
            || !listed.is_empty() && {
                let place = trail.place();
                listed.iter().any(|pattern| names(pattern, &place.concrete))
            }
    }
}

/// Takes the first item that agrees away.
fn takes(rest: &mut Vec<&Value>, agrees: impl Fn(&Value) -> bool) -> bool {
    let partner = rest.iter().position(|there| agrees(there));
    partner.map(|partner| rest.swap_remove(partner)).is_some()
}

/// Values of the same type; all numbers are alike.
fn alike(a: &Value, b: &Value) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

/// Equal values; numbers by their value, however long and however written (`1.0`, `1` and `10e-1`).
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => {
            let decimal = |number: &Number| Decimal::of(&number.to_string());
            x == y || decimal(x).is_some_and(|x| decimal(y) == Some(x))
        }
        _ => a == b,
    }
}

/// A number of JSON, exactly: `digits` × 10^`exponent`, without zeros at either end; zero has no digits.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    /// `None` where the exponent is beyond 64 bits.
    fn of(text: &str) -> Option<Self> {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let exponent: i64 = exponent.parse().ok()?;
        let (negative, unsigned) = mantissa.strip_prefix('-').map_or((false, mantissa), |rest| (true, rest));
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let written = format!("{whole}{fraction}");
        let kept = written.trim_end_matches('0');
        let digits = kept.trim_start_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Self { negative: false, digits, exponent: 0 });
        }
        let zeros = i64::try_from(written.len() - kept.len()).ok()?;
        let behind = i64::try_from(fraction.len()).ok()?;
        Some(Self { negative, digits, exponent: exponent.checked_add(zeros)?.checked_sub(behind)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_by_their_value() {
        let number = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let long = "123456789012345678901234567890";
        for (a, b, wanted) in [
            ("1", "1.0", true),
            ("1", "10e-1", true),
            ("-0.0", "0", true),
            ("1E+2", "100", true),
            ("-1", "1", false),
            ("9007199254740993", "9007199254740992.0", false),
            (long, "123456789012345678901234567891", false),
            (long, "12345678901234567890123456789e1", true),
            ("0.1", "0.10000000000000000000001", false),
            ("1e99999999999999999999", "1e99999999999999999999", true),
            ("1e99999999999999999999", "1e99999999999999999998", false),
        ] {
            assert_eq!(same(&number(a), &number(b)), wanted, "{a} {b}");
        }
    }
}
