//! Values, for cases that compare them (`compare = "exact"`): every one that is not volatile.

use serde_json::Value;

use super::found::{Collector, Found};
use super::show;
use crate::contract::Expectation;
use crate::contract::envelope::codes_at;
use crate::contract::pointer::{Trail, names};
use crate::contract::volatile::is_volatile;
use crate::finding::{Finding, FindingId, Severity};
use crate::message::{Answer, Headers};
use crate::placeholder;

/// Values that differ. Free are placeholders, volatile values, and what `volatile` names; an array
/// under `unordered` may be in any order. Members that came in addition are no changed values.
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
/// space around the text do not count.
pub(super) fn text(expected: Option<&str>, answer: &Answer) -> Option<Finding> {
    fn plain(text: &str) -> String {
        text.trim_start_matches('\u{feff}').trim().replace("\r\n", "\n")
    }
    let expected = plain(expected?);
    if placeholder::recognise(&expected).is_some() || is_volatile("", &Value::from(expected.as_str())) {
        return None;
    }
    let actual = answer.text().map(|text| plain(&text));
    if actual.as_deref() == Some(&expected) {
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
        if self.is_free(expected, trail) {
            return;
        }
        match (expected, actual) {
            (Value::Object(wanted), Some(Value::Object(there))) => {
                for (name, value) in wanted {
                    self.compare(value, there.get(name), &trail.key(name));
                }
            }
            (Value::Array(wanted), Some(Value::Array(there))) if wanted.len() == there.len() => {
                self.items(wanted, there, trail);
            }
            (wanted, Some(there)) if same(wanted, there) => {}
            (wanted, there) => {
                let actual = there.map_or_else(|| "absent".to_owned(), show::value);
                let place = trail.place();
                let found = Found::new(FindingId::BodyValueChanged, place, show::value(wanted), actual);
                self.found.push(found.level(self.level));
            }
        }
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
        for (index, wanted) in wanted.iter().enumerate() {
            let trail = trail.index(index);
            let partner = rest.iter().position(|there| self.agrees(wanted, there, &trail));
            if let Some(partner) = partner {
                rest.swap_remove(partner);
            } else {
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

    fn is_free(&self, expected: &Value, trail: &Trail<'_>) -> bool {
        let placeholder = expected.as_str().is_some_and(|text| placeholder::recognise(text).is_some());
        if placeholder || is_volatile(trail.name(), expected) {
            return true;
        }
        let listed = &self.expectation.volatile;
        (!listed.is_empty() || self.corrected.is_some()) && {
            let place = trail.place();
            let mut free = listed.iter().map(String::as_str).chain(self.corrected);
            free.any(|pattern| names(pattern, &place.concrete))
        }
    }
}

/// Equal values; numbers by their value where both fit (`1.0` and `1`), else by their digits.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => {
            let whole = |n: &serde_json::Number| n.is_i64() || n.is_u64();
            x == y
                || !(whole(x) && whole(y))
                    && x.as_f64() == y.as_f64()
                    && x.as_f64().is_some_and(f64::is_finite)
        }
        _ => a == b,
    }
}
