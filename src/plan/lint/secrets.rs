//! Credentials that stand in clear in a collection: by the name of their place, and by their form.
//!
//! No message holds a value or a part of one: only the kind and the name of the place.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::found::Found;
use super::table::LintId;
use crate::contract::body::SavedBody;
use crate::placeholder::{is_credential, recognise};
use crate::plan::skip::one_line;
use crate::postman::model::{BodySpec, Param, RequestSpec};
use crate::postman::{Auth, AuthKind, Collection, Example};
use crate::redact::{LEAST, is_credential_name, is_secret_name};

/// What makers of credentials write, by the kind of it. Forms that are met by chance are not among them.
const FORMS: &[(&str, &str)] = &[
    ("a private key", r"-----BEGIN [A-Z ]{0,12}PRIVATE KEY-----"),
    ("an AWS access key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("a JSON Web Token", r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}"),
    ("a token of GitHub", r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})"),
    ("a token of GitLab", r"\bglpat-[A-Za-z0-9_-]{20}"),
    ("a token of Slack", r"\bxox[abeprs]-[A-Za-z0-9-]{20,}"),
    ("a live key of Stripe", r"\b[sr]k_live_[A-Za-z0-9]{20,}"),
    ("a key of Google", r"\bAIza[0-9A-Za-z_-]{35}"),
    ("a key of Postman", r"\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    ("a key of SendGrid", r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
];

#[expect(clippy::expect_used, reason = "the patterns are constants, and every test here compiles them")]
static KINDS: LazyLock<Regex> = LazyLock::new(|| {
    let all: Vec<String> = FORMS.iter().map(|(_, pattern)| format!("({pattern})")).collect();
    Regex::new(&all.join("|")).expect("the patterns are valid")
});

#[expect(clippy::expect_used, reason = "the pattern is a constant, and the tests here compile it")]
static BARE_VARIABLE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"([:\[,]\s*)\{\{[^{}]*\}\}").expect("the pattern is valid"));

/// The kind of the first credential that the text holds; keys that say to be examples are none
/// (`AKIAIOSFODNN7EXAMPLE`).
fn kind_in(text: &str) -> Option<&'static str> {
    let found =
        KINDS.captures_iter(text).find(|found| found.get(0).is_some_and(|all| !is_made_up(all.as_str())))?;
    let group = (1..found.len()).find(|group| found.get(*group).is_some())?;
    FORMS.get(group - 1).map(|(kind, _)| *kind)
}

/// Whether a value says of itself that it is none: `your_api_key`, `xxxx`, `test-token`, `12345678`. In a
/// long one letters and digits stand together by chance: there the short words say nothing.
fn is_made_up(value: &str) -> bool {
    const WORDS: &[&str] = &[
        "example",
        "your",
        "xxx",
        "***",
        "...",
        "…",
        "placeholder",
        "dummy",
        "sample",
        "changeme",
        "test",
        "token",
        "secret",
        "passw",
        "apikey",
        "api_key",
        "api-key",
        "abcdef",
        "string",
        "12345",
        "foo",
        "fake",
        "redacted",
        "insert",
        "replace",
        "_here",
        "-here",
        "<",
        "mysecret",
        "00000",
    ];
    let lower = value.to_ascii_lowercase();
    let says =
        |word: &str| value.len() < LONG || word.len() > 4 || !word.bytes().all(|b| b.is_ascii_alphabetic());
    WORDS.iter().any(|word| says(word) && lower.contains(word))
}

/// From how many bytes on a value is long.
const LONG: usize = 64;

/// Whether what stands in the place of a credential seems to be one: no variable, no placeholder, and
/// long enough to be hidden wherever it stands.
fn is_real(value: &str) -> bool {
    let value = value.trim();
    value.chars().count() >= LEAST
        && !value.contains("{{")
        && !value.starts_with([':', '$'])
        && recognise(value).is_none()
        && !is_credential(value)
        && !is_made_up(value)
}

/// Whether a value looks as no word does: 16 or more characters, letters and digits among them, no space.
fn is_opaque(value: &str) -> bool {
    let value = value.trim();
    value.len() >= 16
        && value.bytes().all(|byte| byte.is_ascii_graphic())
        && value.bytes().any(|byte| byte.is_ascii_digit())
        && value.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !value.contains("://")
        && is_real(value)
}

pub(super) fn lint(collection: &Collection, found: &mut Found<'_>) {
    let placed = collection.items();
    let mut last = None;
    for auth in placed.iter().filter_map(|placed| placed.auth) {
        if last != Some(&auth.place) {
            of_auth(auth, found);
        }
        last = Some(&auth.place);
    }
    for variable in &collection.variables {
        let text = variable.value.as_str().unwrap_or_default();
        let named = variable.secret || is_secret_name(&variable.key);
        if let Some(kind) = kind_in(text).or_else(|| (named && is_real(text)).then_some("a credential")) {
            in_request(found, "", kind, &format!("the variable `{}`", one_line(&variable.key)));
        }
    }
    for item in placed.iter().map(|placed| placed.item) {
        of_request(&item.request, found);
        for example in &item.examples {
            if let Some(request) = &example.request {
                of_request(request, found);
            }
            of_answer(example, found);
        }
    }
}

fn in_request(found: &mut Found<'_>, pointer: &str, kind: &str, place: &str) {
    let message = format!(
        "{kind} stands in clear in {place}: everyone who reads the file has it; change it, and give the new one by `${{NAME}}` in suite.toml"
    );
    found.add_in(LintId::SecretInRequest, pointer, message);
}

/// Parameters that are credentials under a name that does not say so.
fn of_auth(auth: &Auth, found: &mut Found<'_>) {
    for (name, value) in &auth.params {
        let named = match auth.kind {
            AuthKind::ApiKey => name == "value",
            AuthKind::AwsV4 => matches!(name.as_str(), "secretKey" | "sessionToken"),
            AuthKind::OAuth1 => {
                matches!(name.as_str(), "consumerSecret" | "tokenSecret" | "token" | "privateKey")
            }
            _ => is_secret_name(name) && !name.ends_with("Url") && !name.ends_with("Name"),
        };
        if let Some(kind) = kind_in(value).or_else(|| (named && is_real(value)).then_some("a credential")) {
            in_request(found, &auth.place, kind, &format!("`{}` of the auth", one_line(name)));
        }
    }
}

fn of_request(request: &RequestSpec, found: &mut Found<'_>) {
    let lists = [("header", &request.headers), ("query parameter", &request.url.query)];
    for (what, params) in lists {
        for param in params {
            of_param(param, what, &request.pointer, found);
        }
    }
    let password = request.url.userinfo.as_deref().and_then(|userinfo| userinfo.split_once(':'));
    if password.is_some_and(|(_, password)| is_real(password)) {
        in_request(found, &request.pointer, "a password", "the URL");
    }
    match &request.body {
        Some(BodySpec::Raw { text, .. }) => {
            if let Some(kind) = kind_in(text) {
                in_request(found, &request.pointer, kind, "the body of a request");
            } else if let Some(name) = credential_in(text) {
                let place = format!("the body of a request, as `{}`", one_line(&name));
                in_request(found, &request.pointer, "a credential", &place);
            }
        }
        Some(BodySpec::UrlEncoded(params)) => {
            for param in params {
                of_param(param, "form field", &request.pointer, found);
            }
        }
        Some(BodySpec::FormData(parts)) => {
            for part in parts {
                of_param(&part.param, "form field", &request.pointer, found);
            }
        }
        Some(BodySpec::File(_) | BodySpec::GraphQl { .. }) | None => {}
    }
}

/// The first member of a JSON body whose name says that it is a credential, and whose value seems to be
/// one: behind a password anything that is no placeholder, else what looks as no word does.
fn credential_in(text: &str) -> Option<String> {
    // Where a variable stands bare (`{"n": {{n}}}`) it is no JSON; with any value in its place it is.
    let filled = BARE_VARIABLE.replace_all(text, "${1}null");
    let json: Value = serde_json::from_str(filled.trim_start_matches('\u{feff}').trim()).ok()?;
    first_member(&json, |name, value| {
        let last = name.to_ascii_lowercase();
        let password = ["password", "passwd", "passphrase", "pwd"].iter().any(|end| last.ends_with(end));
        let word = |value: &str| !value.contains(char::is_whitespace) && is_real(value) && !is_word(value);
        if password { word(value) } else { is_credential_name(name) && is_opaque(value) }
    })
}

/// Letters alone: a word that documentation puts where a password stands.
fn is_word(value: &str) -> bool {
    value.trim().chars().all(|c| c.is_alphabetic() && c.is_lowercase())
}

/// A header, parameter or field, also one that is switched off: it stands in the file all the same.
fn of_param(param: &Param, what: &str, pointer: &str, found: &mut Found<'_>) {
    let (name, value) =
        (param.key.as_deref().unwrap_or_default(), param.value.as_deref().unwrap_or_default());
    // `Bearer …`: what counts is behind the scheme.
    let bare = value.trim().rsplit(' ').next().unwrap_or_default();
    let is_named = is_secret_name(name) && !name.eq_ignore_ascii_case("postman-token");
    let by_name = || (is_named && is_opaque(bare)).then_some("a credential");
    if let Some(kind) = kind_in(value).or_else(by_name) {
        in_request(found, pointer, kind, &format!("the {what} `{}`", one_line(name)));
    }
}

fn of_answer(example: &Example, found: &mut Found<'_>) {
    let mut add = |kind: &str, place: &str| {
        let message = format!(
            "{kind} is saved in {place} of an answer; see that it is not valid any more, or put another text there"
        );
        found.add_in(LintId::SecretInAnswer, &example.pointer, message);
    };
    for (name, value) in &example.headers {
        if let Some(kind) = kind_in(value) {
            add(kind, &format!("the header `{}`", one_line(name)));
        } else if name.trim().eq_ignore_ascii_case("set-cookie") && names_a_session(value) {
            add("a session", "the header `Set-Cookie`");
        }
    }
    let body = example.body.as_deref().unwrap_or_default();
    if let Some(kind) = kind_in(body) {
        add(kind, "the body");
    } else if ["oken", "ecret", "OKEN", "ECRET"].iter().any(|part| body.contains(part))
        && let Some(json) = SavedBody::of(example).json()
        && let Some(name) = token_in(json)
    {
        add("a credential", &format!("the body, as `{}`,", one_line(&name)));
    }
}

/// Whether a cookie's name says that it holds a session, and its value looks like one.
fn names_a_session(cookie: &str) -> bool {
    let Some((name, value)) = cookie.split(';').next().and_then(|pair| pair.split_once('=')) else {
        return false;
    };
    let name = name.trim().to_ascii_lowercase();
    let says = ["sess", "auth", "token", "jwt", "sid"].iter().any(|part| name.contains(part));
    says && is_opaque(value)
}

/// The first member that gives a token out: of these names no API makes anything else.
fn token_in(json: &Value) -> Option<String> {
    const GIVEN: &[&str] =
        &["accesstoken", "refreshtoken", "idtoken", "clientsecret", "sessiontoken", "authtoken"];
    first_member(json, |name, value| {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        GIVEN.contains(&plain.to_ascii_lowercase().as_str()) && is_opaque(value)
    })
}

/// The name of the first member with a text of which this holds.
fn first_member(json: &Value, holds: impl Fn(&str, &str) -> bool) -> Option<String> {
    let mut open = vec![json];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(members) => {
                for (name, member) in members {
                    if member.as_str().is_some_and(|text| holds(name, text)) {
                        return Some(name.clone());
                    }
                    open.push(member);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_known_by_their_form() {
        // Put together, so that no search for leaked credentials finds this file.
        let long = "b7Kq2ZpR9sTw4VxY1mNc";
        for (text, kind) in [
            (["-----BEGIN RSA PRI", "VATE KEY-----\nMII"].concat(), "a private key"),
            (["AKIA", "Q7RT2MZK4WPLN9SD"].concat(), "an AWS access key"),
            (
                [r#"{"t": "eyJ"#, "hbGciOiJIUzI1NiJ9.eyJ", "zdWIiOiI3In0xyz.", long, long].concat(),
                "a JSON Web Token",
            ),
            (["ghp", "_", long, long].concat(), "a token of GitHub"),
            (["sk_", "live_", long].concat(), "a live key of Stripe"),
        ] {
            assert_eq!(kind_in(&text), Some(kind), "{text}");
        }
        for text in [
            "AKIAIOSFODNN7EXAMPLE",
            "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
            "eyJ.eyJ.x",
            "-----BEGIN CERTIFICATE-----",
        ] {
            assert_eq!(kind_in(text), None, "{text}");
        }
    }

    #[test]
    fn credentials_in_json_bodies_are_known_by_their_names() {
        let opaque = "b7Kq2ZpR9sTw4VxY1mNc";
        let body = |name: &str, value: &str| format!(r#"{{"n": {{{{n}}}}, "a": [{{"{name}": "{value}"}}]}}"#);
        for (name, value) in [
            ("password", "hunter2!"),
            ("userPassword", "Winter2019"),
            ("client_secret", opaque),
            ("accessToken", opaque),
            ("api_key", opaque),
        ] {
            assert_eq!(credential_in(&body(name, value)).as_deref(), Some(name));
        }
        for (name, value) in [
            ("password", "{{password}}"),
            ("password", "<password>"),
            ("password", "your_password"),
            ("password", "geheimnis"),
            ("password", "at least 8 characters"),
            ("token_type", opaque),
            ("client_secret", "the-secret"),
            ("name", opaque),
        ] {
            assert_eq!(credential_in(&body(name, value)), None, "{name}: {value}");
        }
    }

    #[test]
    fn words_in_a_long_value_say_nothing() {
        let long = format!("eyJ{}foo{}", "b7Kq2ZpR9sTw4VxY1mNc".repeat(3), "q".repeat(9));
        assert!(is_opaque(&long) && !is_opaque("eyJfoo4VxY1mNcb7Kq"));
        assert!(!is_opaque(&format!("eyJ...{long}")));
    }

    #[test]
    fn what_says_to_be_none_is_no_credential() {
        for text in ["{{token}}", "<API Key>", "your_api_key", "xxxxxxxxxxxxxxxx", "", "abc", "test-token-1"]
        {
            assert!(!is_real(text), "{text}");
        }
        assert!(is_real("hunter2!") && is_opaque("b7Kq2ZpR9sTw4VxY") && !is_opaque("a plain sentence 1"));
    }
}
