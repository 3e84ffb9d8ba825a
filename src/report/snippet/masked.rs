//! What of a line of a file may be shown: its structure, and no value that may be a secret.
//!
//! The rule: names, brackets and short plain words stay, texts in quotes and long words give way to `…`. Behind
//! the place of the error nothing is sure any more (a quote too many turns what is inside out), so that there
//! names give way, too. Comments always do. To know whether a line begins inside of a text, the file is
//! read from its beginning.

use std::ops::Range;
use std::path::Path;

/// How many characters a word may have that is shown though it may be a value; shorter ones are hidden by no
/// output.
const SHORT: usize = 6;
/// How many characters the name of a key may have.
const LONGEST_NAME: usize = 40;

/// The names of tables in our own files: the same in every one of them, so that none of them is a secret.
const TABLES: [&str; 9] =
    ["waiver", "case", "target", "variables", "auth", "recipes", "headers", "severity", "compare"];

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Toml,
    Yaml,
    /// A table, or anything else: no word of it is known to be a name.
    Table,
}

impl Form {
    /// The form of a file: by its ending, else by its first character.
    pub(super) fn of(file: &Path, text: &str) -> Self {
        let ending = file.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        match ending.as_deref() {
            Some("toml") => Self::Toml,
            Some("yaml" | "yml") => Self::Yaml,
            Some("json" | "ndjson" | "jsonl") => Self::Json,
            Some("csv") => Self::Table,
            _ if text.trim_start().starts_with(['{', '[', '"']) => Self::Json,
            _ => Self::Table,
        }
    }
}

/// What is known of a line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Masked {
    /// What is not shown, in bytes of the whole text, in order.
    pub(super) hidden: Vec<Range<usize>>,
    /// The word or text at the place of the error.
    pub(super) word: Option<Range<usize>>,
}

/// What of `line`, a range of the text, is hidden, where something is wrong at `at`.
pub(super) fn masked(text: &str, line: &Range<usize>, at: usize, form: Form) -> Masked {
    let mut scan = Scan { text, line: line.clone(), error: at, at: 0, masked: Masked::default() };
    match form {
        Form::Json => scan.json(),
        Form::Toml => scan.toml(),
        Form::Yaml => scan.yaml(),
        Form::Table => scan.table(),
    }
    scan.masked
}

struct Scan<'t> {
    text: &'t str,
    line: Range<usize>,
    error: usize,
    at: usize,
    masked: Masked,
}

impl<'t> Scan<'t> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied().filter(|_| at < self.line.end)
    }

    /// The end of the stretch from `from` on without any of these bytes.
    fn run(&self, from: usize, ends: &[u8]) -> usize {
        let rest = self.text.as_bytes().get(from..self.line.end).unwrap_or_default();
        rest.iter()
            .position(|byte| ends.contains(byte))
            .map_or(self.line.end.max(from), |length| from + length)
    }

    fn slice(&self, range: &Range<usize>) -> &'t str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// The first byte from here that is neither blank nor tab.
    fn next_byte(&self, from: usize) -> Option<u8> {
        let rest = self.text.as_bytes().get(from..)?;
        rest.iter().copied().find(|byte| !matches!(byte, b' ' | b'\t'))
    }

    fn hide(&mut self, range: Range<usize>) {
        let inner = range.start.max(self.line.start)..range.end.min(self.line.end);
        if inner.start < inner.end {
            self.masked.hidden.push(inner);
        }
    }

    /// A token that begins here ends there; remembers the one at the error.
    fn token(&mut self, end: usize) -> Range<usize> {
        let token = self.at..end.max(self.at + 1);
        if token.contains(&self.error) {
            self.masked.word = Some(token.clone());
        }
        self.at = token.end;
        token
    }

    fn is_behind_error(&self, token: &Range<usize>) -> bool {
        token.start > self.error
    }

    /// A text in quotes that ends in its line, with whether it is closed.
    fn quoted(&mut self, quote: u8, escapes: bool) -> (Range<usize>, bool) {
        let mut end = self.at + 1;
        let closed = loop {
            match self.byte(end) {
                None | Some(b'\n') => break false,
                Some(b'\\') if escapes => end += 2,
                Some(byte) if byte == quote => break true,
                Some(_) => end += 1,
            }
        };
        (self.token(if closed { end + 1 } else { end }), closed)
    }

    fn hide_inside(&mut self, token: &Range<usize>, closed: bool) {
        self.hide(token.start + 1..token.end - usize::from(closed));
    }

    fn json(&mut self) {
        while let Some(byte) = self.byte(self.at) {
            match byte {
                b'"' => {
                    let (token, closed) = self.quoted(b'"', true);
                    let is_name = closed && self.next_byte(token.end) == Some(b':');
                    if !is_name || self.is_behind_error(&token) {
                        self.hide_inside(&token, closed);
                    }
                }
                _ if byte.is_ascii_whitespace() || b",:{}[]".contains(&byte) => drop(self.token(self.at + 1)),
                _ => {
                    let glued = self.at > 0 && self.text.as_bytes().get(self.at - 1) == Some(&b'"');
                    let end = self.run(self.at, b" \t\r\n,:{}[]\"");
                    let token = self.token(end);
                    if glued || !self.is_plain(&token) {
                        self.hide(token);
                    }
                }
            }
        }
    }

    /// Whether a word can be shown wherever it stands: behind the error only what is the same in every file.
    fn is_plain(&self, token: &Range<usize>) -> bool {
        let word = self.slice(token);
        let tag = word.trim_start_matches(['<', '!', '/']).trim_end_matches('>');
        let known = matches!(
            word,
            "true" | "false" | "null" | "nan" | "inf" | "NaN" | "None" | "True" | "False" | "undefined"
        ) || word.starts_with('<')
            && matches!(tag, "html" | "DOCTYPE" | "doctype" | "HTML" | "?xml");
        known || (!self.is_behind_error(token) && word.chars().count() < SHORT)
    }

    fn toml(&mut self) {
        // The open brackets, and whether a key is expected.
        let (mut open, mut key) = (Vec::new(), true);
        while let Some(byte) = self.byte(self.at) {
            match byte {
                b'#' => {
                    let end = self.run(self.at, b"\n");
                    let token = self.token(end);
                    self.hide(token.start + 1..token.end);
                }
                b'"' | b'\'' if self.text.as_bytes().get(self.at..self.at + 3) == Some(&[byte; 3]) => {
                    let mark = if byte == b'"' { "\"\"\"" } else { "'''" };
                    let rest = self.text.get(self.at + 3..).unwrap_or_default();
                    let end = rest.find(mark).map_or(self.text.len(), |length| self.at + 6 + length);
                    let token = self.token(end);
                    self.hide(token.start + 3..token.end.saturating_sub(3).max(token.start + 3));
                }
                b'"' | b'\'' => {
                    let (token, closed) = self.quoted(byte, byte == b'"');
                    if !(key && closed && self.is_name(&token)) {
                        self.hide_inside(&token, closed);
                    }
                }
                b'\n' | b'=' | b',' | b'[' | b']' | b'{' | b'}' => {
                    key = next_is_key(byte, key, &mut open);
                    self.token(self.at + 1);
                }
                _ if byte.is_ascii_whitespace() => drop(self.token(self.at + 1)),
                _ => {
                    let end = self.run(self.at, b" \t\r\n=,[]{}\"'#");
                    let token = self.token(end);
                    let is_table = TABLES.contains(&self.slice(&token));
                    let is_shown = is_table || self.is_plain(&token) || (key && self.is_name(&token));
                    if !is_shown {
                        self.hide(token);
                    }
                }
            }
        }
    }

    /// Whether a word where a key is expected is one: what follows says so.
    fn is_name(&self, token: &Range<usize>) -> bool {
        let rest = self.text.get(token.end..).unwrap_or_default().trim_start_matches([' ', '\t']);
        let follows = rest.starts_with(['.', ']'])
            || self.slice(token).ends_with('.')
            || (rest.starts_with('=') && !rest.starts_with("=="));
        follows && !self.is_behind_error(token) && self.slice(token).chars().count() <= LONGEST_NAME
    }

    /// Only the line itself is looked at: `key: …`, and nothing else, whatever it is in.
    fn yaml(&mut self) {
        self.at = self.line.start;
        while matches!(self.byte(self.at), Some(b' ' | b'\t' | b'-' | b'\r')) {
            self.token(self.at + 1);
        }
        let end = self.run(self.at, b": \t\r\n{}[],#&*|>%@`\"'");
        let is_name = self.byte(end) == Some(b':')
            && matches!(self.byte(end + 1), None | Some(b' ' | b'\t' | b'\r'))
            && (1..=LONGEST_NAME).contains(&(end - self.at));
        if is_name {
            self.token(end);
            self.token(self.at + 1);
        }
        self.words(b" \t\r\n:{}[],");
    }

    fn table(&mut self) {
        self.at = self.line.start;
        self.words(b",;\t\r\n\"");
    }

    /// Every word from here on is hidden, what stands between them is not.
    fn words(&mut self, between: &[u8]) {
        while let Some(byte) = self.byte(self.at) {
            let end = if between.contains(&byte) { self.at + 1 } else { self.run(self.at, between) };
            let token = self.token(end);
            if !between.contains(&byte) {
                self.hide(token);
            }
        }
    }
}

/// Whether a key is expected behind a sign of TOML.
fn next_is_key(sign: u8, key: bool, open: &mut Vec<u8>) -> bool {
    match sign {
        b'\n' => key || open.is_empty(),
        // The head of a table holds names.
        b'[' | b']' if key && open.is_empty() => true,
        b'[' | b'{' => {
            open.push(sign);
            sign == b'{'
        }
        b']' | b'}' => {
            open.pop();
            false
        }
        b',' => open.last() == Some(&b'{'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The line with what is hidden as `…`, and the word at the error in angle brackets.
    fn shown(text: &str, at: usize, form: Form) -> String {
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
        let Masked { hidden, word } = masked(text, &(start..end), at, form);
        let mut shown = String::new();
        for (index, c) in text[start..end].char_indices().map(|(index, c)| (start + index, c)) {
            if word.as_ref().is_some_and(|word| word.start == index) {
                shown.push('«');
            }
            match hidden.iter().find(|range| range.contains(&index)) {
                Some(range) if range.start == index => shown.push('…'),
                Some(_) => {}
                None => shown.push(c),
            }
            if word.as_ref().is_some_and(|word| word.end == index + c.len_utf8()) {
                shown.push('»');
            }
        }
        shown
    }

    fn at(text: &str, part: &str) -> usize {
        text.find(part).unwrap()
    }

    #[test]
    fn values_of_json_are_hidden() {
        for (text, part, wanted) in [
            (r#"{"key": "token", "value": 7}"#, "7", r#"{"key": "…", "value": «7»}"#),
            (r#"{"key": "a\"b", "n": 12345678}"#, "1234", r#"{"key": "…", "n": «…»}"#),
            (r#"{"a": tru, "token": "x"}"#, "tru", r#"{"a": «tru», "…": "…"}"#),
            (r#"{"a": hunter2, "b": 1}"#, "hunter2", r#"{"a": «…», "…": …}"#),
            (r#"{"pw": "ab"cd", "token": "s3"}"#, "cd", r#"{"pw": "…"«…»"…"…"…"…"…"#),
            ("{\"a\": \"open\n}", "\"open", "{\"a\": «\"…»"),
            ("<html><title>Log in", "<html", "«…» …"),
            ("<!DOCTYPE html>", "<!D", "«<!DOCTYPE» …"),
        ] {
            assert_eq!(shown(text, at(text, part), Form::Json), wanted, "{text}");
        }
    }

    #[test]
    fn values_of_toml_are_hidden() {
        for (text, part, wanted) in [
            ("wirtes = true", "wirtes", "«wirtes» = true"),
            ("rate = \"fast\" # of x", "\"fast", "rate = «\"…»\" #…"),
            ("[target.\"{{a}}\"]", "target", "[«target».\"…\"]"),
            ("a = { b = \"x\", c = 'y' }", "a =", "«a» = { … = \"…\", … = '…' }"),
            ("a = { b = \"x\", c = 'y' }", "'y'", "a = { b = \"…\", c = «'…'» }"),
            ("key = '''\nsecret = \"x\"\n'''", "secret", "…"),
            ("Authorization: Bearer c2VjcmV0", "Auth", "«…» … …"),
            ("c2VjcmV0c2Vj==", "==", "…«=»="),
            ("a = abcdefgh", "abc", "a = «…»"),
            ("x = [\n \"a\", 'b',\n]", "'b'", " \"…\", «'…'»,"),
        ] {
            let shown = shown(text, at(text, part), Form::Toml);
            let loose = |text: &str| text.replace(['«', '»'], "");
            assert!(loose(&shown) == loose(wanted), "{text}: {shown} for {wanted}");
        }
    }

    #[test]
    fn of_yaml_and_tables_only_the_structure_is_shown() {
        for (text, form, wanted) in [
            ("  - key: s3cret value", Form::Yaml, "  - key: … …"),
            ("just some words", Form::Yaml, "… … …"),
            ("a: {b: [c, d]}", Form::Yaml, "a: {…: […, …]}"),
            ("1,\"two\",three 3", Form::Table, "…,\"…\",…"),
        ] {
            assert_eq!(shown(text, 0, form).replace(['«', '»'], ""), wanted);
        }
    }

    #[test]
    fn a_file_has_the_form_of_its_ending() {
        for (file, text, form) in [
            ("suite.toml", "", Form::Toml),
            ("a.YAML", "", Form::Yaml),
            ("a", " [1]", Form::Json),
            ("a", "a,b", Form::Table),
            ("a.csv", "[", Form::Table),
        ] {
            assert_eq!(Form::of(Path::new(file), text), form, "{file}");
        }
    }

    proptest! {
        #[test]
        fn no_secret_is_shown(before in "[a-z \"{}\\[\\]:,=#\n\\\\]{0,12}", behind in "[a-z \"'{}:,=\n]{0,12}", place in 0usize..20) {
            let secret = "Zq9Zq9Zq9Zq9";
            let text = format!("{before}\"{secret}\"{behind}");
            for form in [Form::Json, Form::Toml, Form::Yaml, Form::Table] {
                let at = place.min(text.len());
                let line = shown(&text, at, form);
                // The one place where a text is no value: it is the name of something.
                let named = line.contains(secret) && (line.contains(&format!("\"{secret}\"")) || line.contains(&format!("{secret}»")));
                prop_assert!(!line.contains(secret) || (named && behind.trim_start_matches([' ', '\n', '"', '\'']).starts_with([':', '=', ']', '.'])), "{:?}: {}", text, line);
            }
        }
    }
}
