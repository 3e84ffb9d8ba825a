//! Takes a value out of an answer, as `capture` of suite.toml says.

use serde_json::Value;

use crate::message::Answer;
use crate::suite::{Capture, CaptureFrom};

/// The value, or why there is none. Strings are taken without their quotes, numbers as written,
/// `true` and `false` as words, objects and arrays as compact JSON. `null` and an empty text are no
/// value: what is sent with them is not what anybody meant.
///
/// Of several header fields of one name the first counts, of several cookies the last.
pub(super) fn capture(capture: &Capture, answer: &Answer) -> Result<String, String> {
    let whole = match &capture.from {
        CaptureFrom::Pointer(pointer) => at_pointer(pointer, answer)?,
        CaptureFrom::Header(name) => match answer.headers.get(name) {
            Some(value) => value.to_owned(),
            None => return Err(format!("no header `{name}`")),
        },
        CaptureFrom::Cookie(name) => match cookie(name, answer) {
            Some(value) => value,
            None => return Err(format!("no cookie `{name}`")),
        },
        CaptureFrom::Body => answer.text().ok_or("a body that is no text")?.into_owned(),
    };
    let value = match &capture.part {
        None => whole,
        Some(part) => {
            let found = part.pattern.captures(&whole).and_then(|found| found.get(part.group));
            found.ok_or_else(|| format!("nothing that fits `{}`", part.pattern))?.as_str().to_owned()
        }
    };
    if value.is_empty() { Err("an empty text".to_owned()) } else { Ok(value) }
}

/// Where the value is taken from, for people.
pub(super) fn place(capture: &Capture) -> String {
    let place = match &capture.from {
        CaptureFrom::Pointer(pointer) => format!("`{pointer}` of the body"),
        CaptureFrom::Header(name) => format!("header `{name}`"),
        CaptureFrom::Cookie(name) => format!("cookie `{name}`"),
        CaptureFrom::Body => "the body".to_owned(),
    };
    match &capture.part {
        Some(part) => format!("{place} by `{}`", part.pattern),
        None => place,
    }
}

fn at_pointer(pointer: &str, answer: &Answer) -> Result<String, String> {
    let (body, _) = super::body::parse(answer).map_err(|why| format!("a body that is {why}"))?;
    match body.pointer(pointer) {
        None => Err("nothing there".to_owned()),
        Some(Value::Null) => Err("null".to_owned()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(other) => Ok(other.to_string()),
    }
}

/// The value of a cookie as it is set (RFC 6265 §4.1.1), without quotes.
fn cookie(name: &str, answer: &Answer) -> Option<String> {
    let set = answer.headers.get_all("set-cookie");
    let pairs = set.filter_map(|field| field.split(';').next()?.split_once('='));
    let value = pairs.filter(|(key, _)| key.trim() == name).map(|(_, value)| value.trim()).last()?;
    let bare = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    Some(bare.unwrap_or(value).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::Settings;

    /// The captures of suite.toml, written after `capture = `.
    fn captured(toml: &str, answer: &Answer) -> Result<String, String> {
        let text =
            format!("[[case]]\nmatch = \"*\"\nbefore = [{{ case = \"*\", capture = {{ x = {toml} }} }}]");
        let settings =
            Settings::parse(&text, std::path::Path::new("suite.toml"), &std::collections::BTreeMap::new());
        let settings = settings.unwrap();
        let step = settings.steps().next().unwrap();
        capture(&step.capture[0].1, answer)
    }

    fn answer() -> Answer {
        Answer {
            status: 200,
            headers: [
                ("Location", "https://api.example.com/users/42"),
                ("Set-Cookie", "sid=first"),
                ("set-cookie", "sid=\"a=b\"; Path=/; HttpOnly"),
                ("Set-Cookie", "sidx=no"),
                ("X-Empty", ""),
            ]
            .into_iter()
            .collect(),
            body: r#"{"users": [{"id": 12345678901234567890.50, "on": true, "no": null, "name": "a\"b", "": ""}], "a/b": {"k": [1, "x"]}}"#.into(),
        }
    }

    #[test]
    fn every_form_takes_its_value() {
        for (toml, expected) in [
            ("\"/users/0/id\"", "12345678901234567890.50"),
            ("\"/users/0/on\"", "true"),
            ("\"/users/0/name\"", "a\"b"),
            ("\"/a~1b\"", r#"{"k":[1,"x"]}"#),
            ("{ header = \"location\" }", "https://api.example.com/users/42"),
            ("{ header = \"Location\", regex = '/(\\d+)$' }", "42"),
            ("{ header = \"Location\", regex = '/\\d+$' }", "/42"),
            ("{ cookie = \"sid\" }", "a=b"),
            ("{ regex = '\"on\": (t)(rue)', group = 2 }", "rue"),
            ("{ regex = '\"on\": (t)(rue)', group = 0 }", "\"on\": true"),
            ("{ body = true, regex = '(\\d+)\\.' }", "12345678901234567890"),
        ] {
            assert_eq!(captured(toml, &answer()).as_deref(), Ok(expected), "{toml}");
        }
        let text = Answer { body: "plain".into(), ..answer() };
        assert_eq!(captured("{ body = true }", &text).as_deref(), Ok("plain"));
    }

    #[test]
    fn what_is_not_there_is_said() {
        for (toml, expected) in [
            ("\"/users/1/id\"", "nothing there"),
            ("\"/users/0/no\"", "null"),
            ("\"/users/0/\"", "an empty text"),
            ("{ header = \"X-No\" }", "no header `X-No`"),
            ("{ header = \"X-Empty\" }", "an empty text"),
            ("{ cookie = \"SID\" }", "no cookie `SID`"),
            ("{ regex = 'nope' }", "nothing that fits `nope`"),
            ("{ regex = '(nope)?', group = 1 }", "nothing that fits `(nope)?`"),
        ] {
            assert_eq!(captured(toml, &answer()), Err(expected.to_owned()), "{toml}");
        }
        let text = Answer { body: "plain".into(), ..answer() };
        assert!(captured("\"/id\"", &text).unwrap_err().starts_with("a body that is no JSON"));
    }
}
