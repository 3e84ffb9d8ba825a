//! What stands in the place of a secret.
//!
//! In JSON the whole value, text or number, becomes a placeholder of its type with a number,
//! `<uuid#1>` ([`scrubbed`]): equal values of one answer have
//! equal numbers, so that what belonged together still does. A run reads it as a claim about the type,
//! the mock fills it. In any other text the secret alone becomes `redacted-1`.

use std::collections::HashMap;
use std::ops::Range;

use serde::de::IgnoredAny;

use super::field::{given_by, secret_part};
use super::nested::{is_name, secret_members, tokens};
use crate::contract::formats::{date, date_time, uuid};
use crate::contract::volatile::is_token_like;
use crate::message::Headers;
use crate::placeholder::scrubbed;
use crate::redact::{MASK, Redactor, is_secret_name};

/// Hides the secrets of one answer.
pub(super) struct Hider {
    redactor: Redactor,
    /// The number of each value, by the name of its class and the value.
    numbers: HashMap<(&'static str, String), usize>,
    /// How many values of each class there are.
    counts: HashMap<&'static str, usize>,
}

/// Whether the text is JSON.
pub(super) fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

impl Hider {
    pub(super) fn new(redactor: &Redactor) -> Self {
        Self { redactor: Redactor::clone(redactor), numbers: HashMap::new(), counts: HashMap::new() }
    }

    /// What the answer gives away under the names of credentials is hidden wherever else it stands in it; what
    /// looks like a token, also in the answers that come after it. A word such as `english` in a cookie is none.
    pub(super) fn learn(&mut self, headers: &Headers, body: &str) {
        let given = given_by(headers, body);
        self.redactor.learn(given.iter().filter(|value| is_token_like(value)).cloned());
        self.redactor = self.redactor.with(given);
    }

    /// A header field. Of a cookie the name and the attributes stay.
    pub(super) fn header(&mut self, name: &str, value: &str) -> (String, String) {
        let shown = self.redactor.text(name).replace(MASK, "redacted");
        if name.eq_ignore_ascii_case("set-cookie") {
            return (shown, self.cookie(value));
        }
        let hidden = self.redactor.headers([(name, value)]);
        let hidden = hidden.first().map_or(MASK, |(_, hidden)| hidden);
        let hidden = if hidden == value {
            value.to_owned()
        } else if is_secret_name(name) {
            self.placeholder(value, false)
        } else {
            hidden.replace(MASK, "redacted")
        };
        (shown, hidden)
    }

    fn cookie(&mut self, value: &str) -> String {
        let part = secret_part("set-cookie", value, &self.redactor).unwrap_or(0..value.len());
        let outside = |range: Range<usize>| self.redactor.text(value.get(range).unwrap_or_default());
        let (before, behind) = (outside(0..part.start), outside(part.end..value.len()));
        let (before, behind) = (before.replace(MASK, "redacted"), behind.replace(MASK, "redacted"));
        format!("{before}{}{behind}", self.word(value.get(part).unwrap_or_default()))
    }

    /// A body; in markup a placeholder would be a tag.
    pub(super) fn body(&mut self, text: &str, is_markup: bool) -> String {
        let mut hidden = self.redactor.hidden_in(text);
        let as_json = !is_markup && is_json(text);
        if as_json {
            hidden.extend(secret_members(text));
            hidden.sort_unstable_by_key(|range| (range.start, range.end));
        }
        if hidden.is_empty() {
            return text.to_owned();
        }
        let made = if as_json { self.json(text, &hidden) } else { self.plain(text, &hidden) };
        // What the parts joined again would show, such as a secret over several values, is masked.
        if self
            .redactor
            .hidden_in(&made)
            .iter()
            .any(|range| !is_ours(made.get(range.clone()).unwrap_or_default()))
        {
            return self.redactor.body(&made).replace(MASK, "redacted");
        }
        made
    }

    fn plain(&mut self, text: &str, hidden: &[Range<usize>]) -> String {
        let (mut made, mut done) = (String::with_capacity(text.len()), 0);
        for range in hidden {
            let start = text.floor_char_boundary(range.start).max(done);
            let end = text.ceil_char_boundary(range.end);
            made.push_str(text.get(done..start).unwrap_or_default());
            made.push_str(&self.word(text.get(start..end).unwrap_or_default()));
            done = end;
        }
        made.push_str(text.get(done..).unwrap_or_default());
        made
    }

    /// Replaces every value that a hidden range is a part of; in a name the range alone.
    fn json(&mut self, text: &str, hidden: &[Range<usize>]) -> String {
        let (mut made, mut done) = (String::with_capacity(text.len()), 0);
        let mut hidden = hidden.iter().peekable();
        for token in tokens(text) {
            while hidden.next_if(|range| range.end <= token.start).is_some() {}
            if hidden.peek().is_none_or(|range| range.start >= token.end) {
                continue;
            }
            let written = text.get(token.clone()).unwrap_or_default();
            made.push_str(text.get(done..token.start).unwrap_or_default());
            let shown = match serde_json::from_str::<String>(written) {
                Ok(_) if is_name(text, token.end) => format!("\"{}\"", self.word(written)),
                Ok(value) => format!("\"{}\"", self.placeholder(&value, false)),
                Err(_) => format!("\"{}\"", self.placeholder(written, true)),
            };
            made.push_str(&shown);
            done = token.end;
        }
        made.push_str(text.get(done..).unwrap_or_default());
        made
    }

    fn placeholder(&mut self, value: &str, is_number: bool) -> String {
        let class = if is_number { number_class(value) } else { text_class(value) };
        format!("<{class}#{}>", self.number(class, value))
    }

    fn word(&mut self, value: &str) -> String {
        format!("redacted-{}", self.number("redacted", value))
    }

    fn number(&mut self, class: &'static str, value: &str) -> usize {
        let key = (class, value.to_owned());
        if let Some(number) = self.numbers.get(&key) {
            return *number;
        }
        let count = self.counts.entry(class).or_default();
        *count += 1;
        self.numbers.insert(key, *count);
        *count
    }
}

/// Whether this is what was put in, under the name that hides it still.
fn is_ours(text: &str) -> bool {
    scrubbed(text).is_some()
        || text.strip_prefix("redacted-").is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
}

fn number_class(literal: &str) -> &'static str {
    if literal.contains(['.', 'e', 'E']) { "number" } else { "integer" }
}

/// The name of the format, as Postman's import of `OpenAPI` writes it.
fn text_class(value: &str) -> &'static str {
    if uuid(value) {
        "uuid"
    } else if date_time(value) {
        "dateTime"
    } else if date(value) {
        "date"
    } else {
        "string"
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::placeholder::recognise;

    const SECRET: &str = "s3cr3t-of-the-plan";

    fn hidden(body: &str, is_markup: bool) -> String {
        Hider::new(&Redactor::new([SECRET.to_owned()])).body(body, is_markup)
    }

    #[test]
    fn json_values_become_placeholders_of_their_type() {
        let body = json!({
            "access_token": "abc", "refresh_token": "abc", "apiKey": "988c2c6d-df1b-4bb9-b837-6ba706c0b4ad",
            "client_secret": 42, "passcode": 1.5, "tokens": ["x1", "abc"], "password": null, "cookie": "",
            "token_type": "Bearer", "echo": format!("Bearer {SECRET}"), (SECRET): 1,
        });
        let wanted = json!({
            "access_token": "<string#1>", "refresh_token": "<string#1>", "apiKey": "<uuid#1>",
            "client_secret": "<integer#1>", "passcode": "<number#1>", "tokens": ["<string#2>", "<string#1>"],
            "password": null, "cookie": "", "token_type": "Bearer", "echo": "<string#3>", "redacted-1": 1,
        });
        assert_eq!(serde_json::from_str::<Value>(&hidden(&body.to_string(), false)).ok(), Some(wanted));
    }

    #[test]
    fn what_is_not_secret_stays_as_it_is_written() {
        let body = "{ \"a\" : 1.0,\r\n\t\"b\":\"\\u00fc\\/\", \"password\" :  \"x\" , \"b\": 1e3}\n";
        assert_eq!(hidden(body, false), body.replace("\"x\"", "\"<string#1>\""));
        assert_eq!(hidden("plain", false), "plain");
    }

    #[test]
    fn other_texts_stay_what_they_are() {
        assert_eq!(
            hidden("<a><token>abc</token><b>1</b></a>", true),
            "<a><token>redacted-1</token><b>1</b></a>"
        );
        assert_eq!(hidden("access_token=abc&a=1", false), "access_token=redacted-1&a=1");
        assert_eq!(hidden(&format!("see {SECRET}, {SECRET}"), false), "see redacted-1, redacted-1");
    }

    #[test]
    fn fields_are_hidden_by_name_and_by_value() {
        let redactor = Redactor::new([SECRET.to_owned()]);
        let mut hider = Hider::new(&redactor);
        for (name, value, shown) in [
            ("X-Api-Key", "abc", "<string#1>"),
            ("Location", "/a?token=abc", "/a?token=redacted"),
            ("X-Echo", SECRET, "redacted"),
            ("Set-Cookie", "sid=abc; Path=/; HttpOnly", "sid=redacted-1; Path=/; HttpOnly"),
            ("Content-Type", "application/json", "application/json"),
        ] {
            assert_eq!(hider.header(name, value), (name.to_owned(), shown.to_owned()));
        }
    }

    #[test]
    fn a_credential_of_the_answer_is_hidden_wherever_it_stands() {
        let redactor = Redactor::default();
        let mut hider = Hider::new(&redactor);
        let session = "0123456789abcdef0123456789";
        let cookies =
            [("Set-Cookie", format!("sid={session}")), ("Set-Cookie", "lang=english; Path=/".to_owned())];
        hider.learn(&cookies.into_iter().collect(), "{\"token\": \"t0ken-t0ken-t0ken-t0ken\"}");
        let body = json!({"a": session, "b": "t0ken-t0ken-t0ken-t0ken", "c": "english"}).to_string();
        let wanted = json!({"a": "<string#1>", "b": "<string#2>", "c": "english"}).to_string();
        assert_eq!(Hider::new(&redactor).body(&body, false), wanted);
    }

    #[test]
    fn a_password_of_the_answer_is_hidden_in_all_of_it_and_in_no_other() {
        let redactor = Redactor::default();
        let mut hider = Hider::new(&redactor);
        let body = json!({
            "user": {"password": "correct-Horse-9battery"}, "m": "it was correct-Horse-9battery", "d": "k3y-17 v7",
            "error": {"token": "expired"}, "state": "expired",
        });
        let fields = [("X-Api-Key", "k3y-17"), ("X-Seen", "k3y-17"), ("Set-Cookie", "s=k3y-17; Path=/")];
        hider.learn(&fields.into_iter().collect(), &body.to_string());
        let wanted = json!({
            "user": {"password": "<string#1>"}, "m": "<string#2>", "d": "<string#3>",
            "error": {"token": "<string#4>"}, "state": "expired",
        });
        assert_eq!(hider.body(&body.to_string(), false), wanted.to_string());
        assert_eq!(hider.header("X-Seen", "k3y-17").1, "redacted");
        assert_eq!(redactor.text("correct-Horse-9battery"), "correct-Horse-9battery");
    }

    #[test]
    fn a_known_secret_in_a_cookie_is_hidden_whole() {
        let mut hider = Hider::new(&Redactor::new(["ab;longsecretpart9".to_owned()]));
        for value in ["ab;longsecretpart9", "ab&#59;longsecretpart9"] {
            let (_, shown) = hider.header("Set-Cookie", &format!("s={value}; Path=/"));
            assert!(shown.starts_with("s=redacted-") && shown.ends_with("; Path=/"), "{shown}");
            assert!(!shown.contains("secret"), "{shown}");
        }
    }

    proptest! {
        #[test]
        fn no_secret_is_left_and_json_stays_json(
            names in prop::collection::vec("token|a|password|x y|\"q", 1..6),
            values in prop::collection::vec(prop_oneof!["[a-z ]{0,9}", Just(SECRET.to_owned()), Just(format!("a\"{SECRET}\\"))], 6),
            nested: bool,
        ) {
            let members = names.iter().zip(&values).map(|(name, value)| (name.clone(), Value::from(value.as_str())));
            let members = Value::Object(members.collect());
            let body = if nested { json!({"l": [members, 1, null]}) } else { members };
            let shown = hidden(&body.to_string(), false);
            prop_assert!(!shown.contains(SECRET), "{shown}");
            let read: Value = serde_json::from_str(&shown).map_err(|e| TestCaseError::fail(e.to_string()))?;
            let token = if nested { read.pointer("/l/0/password") } else { read.get("password") };
            if let Some(text) = token.and_then(Value::as_str) {
                prop_assert!(text.trim().is_empty() || recognise(text).is_some(), "{text}");
            }
        }

        #[test]
        fn any_text_is_hidden_without_a_panic(text in "[\\[\\]{}\":,\\\\aü=& <>token]{0,60}", is_markup: bool) {
            let _ = hidden(&text, is_markup);
        }
    }
}
