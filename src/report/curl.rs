//! A request as one line for the shell: what a person pastes to see the answer with their own eyes.
//!
//! Invariants: the command is one line without control or invisible characters; pasted into bash,
//! zsh or ksh every argument arrives as the request has it (secrets are masked before quoting);
//! nothing in it is expanded, by the shell or by curl.

use std::fmt::Write as _;

use super::escape;
use crate::message::{Headers, Request, is_field_name};
use crate::redact::{MASK, Redactor};

/// Bodies above this many bytes are not written into the command.
const LONGEST_BODY: usize = 8 * 1024;

/// The command that sends this request, secrets hidden.
///
/// A body that is no text, or too long to read, is `@body.bin`, with a comment that says what it is.
///
/// ```
/// use uphold::message::{Headers, Origin, Request};
/// use uphold::redact::Redactor;
/// use uphold::report::curl;
///
/// let request = Request {
///     method: "POST".to_owned(),
///     origin: Origin::parse("https://api.example.com")?,
///     target: "/users?fields=a[b]".to_owned(),
///     headers: [("Content-Type", "application/json")].into_iter().collect(),
///     body: Some("{\"name\": \"O'Hara\"}".into()),
/// };
/// assert_eq!(
///     curl::command(&request, &Redactor::default()),
///     "curl -sS -i -g --path-as-is -X POST 'https://api.example.com/users?fields=a[b]' \
///      -H 'Content-Type: application/json' --data-raw '{\"name\": \"O'\\''Hara\"}'"
/// );
/// # Ok::<(), uphold::message::OriginError>(())
/// ```
pub fn command(request: &Request, redactor: &Redactor) -> String {
    let mut line = "curl -sS -i -g --path-as-is".to_owned();
    match (request.method.as_str(), &request.body) {
        ("GET", None) => {}
        ("HEAD", None) => line.push_str(" --head"),
        (method, _) => push(&mut line, "-X", &redactor.text(method)),
    }
    push(&mut line, "", &redactor.url(&request.url()));
    // Of a name such as `@file` curl would read a file.
    for (name, value) in request.headers.iter().filter(|(name, _)| is_field_name(name)) {
        let hidden = redactor.headers([(name, value)]).pop().map(|(_, hidden)| hidden);
        let shown = with_scheme(value, redactor).or(hidden).unwrap_or_default();
        push(&mut line, "-H", &field(name, &shown));
    }
    if let Some(body) = &request.body {
        push_body(&mut line, body, &request.headers, redactor);
    }
    line
}

/// `Bearer «redacted»`: a credential whose secret is known by value, and before it nothing but the
/// name of its scheme, so that only the secret has to be put back. Any other value of a secret
/// field is hidden whole.
fn with_scheme(value: &str, redactor: &Redactor) -> Option<String> {
    let hidden = redactor.text(value);
    let scheme = hidden.strip_suffix(MASK)?.strip_suffix(' ')?;
    let is_scheme = !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    is_scheme.then(|| hidden.into_owned())
}

/// A header field as `-H` wants it: `Name;` sends an empty one, `Name:` would take it away.
fn field(name: &str, value: &str) -> String {
    if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") }
}

fn push_body(line: &mut String, body: &[u8], headers: &Headers, redactor: &Redactor) {
    if !headers.contains("content-type") {
        // curl would call it a form.
        push(line, "-H", "Content-Type:");
    }
    let why = match std::str::from_utf8(body) {
        Ok(text) if text.contains('\0') => "which are no text",
        Ok(_) if body.len() > LONGEST_BODY => "too many to show",
        Ok(text) => return push(line, "--data-raw", &redactor.body(text)),
        Err(_) => "which are no text",
    };
    // A String takes every text.
    let _ = write!(line, " --data-binary @body.bin # body.bin: the {} bytes of the body, {why}", body.len());
}

fn push(line: &mut String, option: &str, value: &str) {
    for part in [option, &quote(value)] {
        if !part.is_empty() {
            line.push(' ');
            line.push_str(part);
        }
    }
}

/// One argument for the shell: bare where nothing in it is special, else in single quotes; with
/// characters that a terminal must not get in `$'…'` (bash, zsh, ksh, POSIX.1-2024 §2.2.4).
pub(super) fn quote(text: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if !text.is_empty() && text.chars().all(bare) {
        return text.to_owned();
    }
    if escape::line(text) == text {
        return format!("'{}'", text.replace('\'', r"'\''"));
    }
    let mut quoted = "$'".to_owned();
    let mut before = None;
    for c in text.chars() {
        // A String takes every text.
        let _ = match c {
            '\'' | '\\' => write!(quoted, "\\{c}"),
            '\n' => write!(quoted, "\\n"),
            '\r' => write!(quoted, "\\r"),
            '\t' => write!(quoted, "\\t"),
            // `##[` and `[[` open commands of CI servers, see `escape`.
            '#' | '[' if before == Some(c) => write!(quoted, "\\{:03o}", u32::from(c)),
            _ if escape::is_hidden(c) => {
                c.encode_utf8(&mut [0; 4]).bytes().try_for_each(|byte| write!(quoted, "\\{byte:03o}"))
            }
            _ => write!(quoted, "{c}"),
        };
        before = Some(c);
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;
    use proptest::strategy::ValueTree;

    use super::*;
    use crate::message::Origin;

    fn request(method: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Request {
        Request {
            method: method.to_owned(),
            origin: Origin::parse("https://api.example.com").unwrap(),
            target: "/a?b={c}&d='e'".to_owned(),
            headers: headers.iter().copied().collect(),
            body: body.map(bytes::Bytes::copy_from_slice),
        }
    }

    fn shown(request: &Request) -> String {
        command(request, &Redactor::default())
            .trim_start_matches("curl -sS -i -g --path-as-is ")
            .replace(r"'https://api.example.com/a?b={c}&d='\''e'\'''", "URL")
    }

    #[test]
    fn every_part_has_its_option() {
        for (method, headers, body, expected) in [
            ("GET", &[][..], None, "URL"),
            ("HEAD", &[], None, "--head URL"),
            (
                "delete",
                &[("X-A", ""), ("X-B", "$(id) `id`")],
                None,
                "-X delete URL -H 'X-A;' -H 'X-B: $(id) `id`'",
            ),
            ("POST", &[], Some("@file"), "-X POST URL -H Content-Type: --data-raw @file"),
            (
                "GET",
                &[("Content-Type", "text/plain")],
                Some("a\nb\u{1b}\\'"),
                "-X GET URL -H 'Content-Type: text/plain' --data-raw $'a\\nb\\033\\\\\\''",
            ),
            ("a b", &[("@/etc/passwd", "x"), ("a b", "x")], None, "-X 'a b' URL"),
        ] {
            assert_eq!(shown(&request(method, headers, body.map(str::as_bytes))), expected);
        }
    }

    #[test]
    fn the_scheme_of_a_credential_is_shown_where_its_secret_is_known() {
        let redactor = Redactor::new(["s3cr3t-token".to_owned()]);
        for (value, shown) in [
            ("Bearer s3cr3t-token", "Bearer «redacted»"),
            ("Zoho-oauthtoken s3cr3t-token", "Zoho-oauthtoken «redacted»"),
            ("s3cr3t-token", "«redacted»"),
            ("Bearer unknown-token", "«redacted»"),
            ("Bearer a s3cr3t-token", "«redacted»"),
            ("hunter2 s3cr3t-token", "«redacted»"),
        ] {
            let line = command(&request("GET", &[("Authorization", value)], None), &redactor);
            assert!(line.ends_with(&format!("-H 'Authorization: {shown}'")), "{value}: {line}");
        }
    }

    #[test]
    fn bodies_that_are_no_text_are_named() {
        let binary = shown(&request("PUT", &[("Content-Type", "image/png")], Some(b"\x89PNG")));
        assert!(
            binary
                .ends_with("--data-binary @body.bin # body.bin: the 4 bytes of the body, which are no text")
        );
        let long = shown(&request("PUT", &[("Content-Type", "text/plain")], Some(&[b'a'; LONGEST_BODY + 1])));
        assert!(long.ends_with("too many to show"), "{long}");
        assert!(shown(&request("PUT", &[], Some(b"a\0b"))).contains("@body.bin"));
    }

    /// The arguments as a shell reads them.
    fn read_by_bash(texts: &[String]) -> Option<Vec<String>> {
        let quoted: Vec<_> = texts.iter().map(|text| quote(text)).collect();
        let script = format!("printf '%s\\0' {}", quoted.join(" "));
        let output = Command::new("bash").args(["-c", &script]).env("LC_ALL", "C.UTF-8").output().ok()?;
        let text = String::from_utf8(output.stdout).unwrap();
        Some(text.split_terminator('\0').map(str::to_owned).collect())
    }

    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        let mut texts: Vec<String> = [
            "",
            " ",
            "'",
            "\\",
            "$HOME",
            "a\nb",
            "!x",
            "##[x]\n",
            "\u{202e}é🏠\u{1b}",
            "$'x'",
            "-n",
            "~",
            "*",
        ]
        .map(str::to_owned)
        .into();
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let any = any::<String>().prop_map(|text| text.replace('\0', ""));
        texts.extend((0..200).map(|_| any.new_tree(&mut runner).unwrap().current()));
        match read_by_bash(&texts) {
            Some(read) => assert_eq!(read, texts),
            None => println!("skipped: there is no bash here"),
        }
    }

    proptest! {
        #[test]
        fn the_command_is_one_visible_line(value in any::<String>(), body in any::<String>()) {
            let line = command(&request("POST", &[("X-A", &value)], Some(body.as_bytes())), &Redactor::default());
            let escaped = escape::line(&line);
            prop_assert_eq!(escaped.as_ref(), line.as_str());
        }
    }
}
