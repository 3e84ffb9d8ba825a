//! How programs write a value before they put the text that it stands in into base64 or hexadecimal.
//!
//! In a plain text escapes are undone before it is searched ([`super::view`]); in base64 there is nothing to
//! undo, since where the text begins is not known. So the usual ways to write a value are looked for there as if each
//! were a value: a server that echoes a form, a URL or JSON as base64 has what an encoder made of the value.

use std::collections::BTreeSet;

/// Values that are longer are not looked for so: they are keys that sign, and are sent nowhere.
const LONGEST: usize = 1024;

/// What stays as it is besides letters and digits: RFC 3986 §2.3; `encodeURIComponent` of ECMAScript;
/// `application/x-www-form-urlencoded` of the URL standard; a path of RFC 3986 §3.3; `encodeURI`.
const KEPT: [&str; 5] = ["-._~", "-_.!~*'()", "*-._", "-._~!$&'()*+,;=:@", "-_.!~*'();,/?:@&=+$#"];

/// The ways to write it that differ from the value.
pub(super) fn forms(value: &str) -> BTreeSet<String> {
    if value.len() > LONGEST || value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return BTreeSet::new();
    }
    let mut forms: BTreeSet<String> = BTreeSet::new();
    for kept in KEPT {
        for upper in [true, false] {
            let percent = escaped(value, kept, upper);
            forms.insert(percent.replace("%20", "+"));
            forms.insert(percent);
        }
    }
    // A text is always JSON.
    let json = serde_json::to_string(value).unwrap_or_default();
    let json = json.trim_start_matches('"').strip_suffix('"').unwrap_or_default();
    forms.extend([json.to_owned(), json.replace('/', "\\/")]);
    forms.retain(|form| form != value && !form.is_empty());
    forms
}

fn escaped(value: &str, kept: &str, upper: bool) -> String {
    let byte = |byte: u8| {
        let c = char::from(byte);
        match (c.is_ascii_alphanumeric() || kept.contains(c), upper) {
            (true, _) => c.to_string(),
            (false, true) => format!("%{byte:02X}"),
            (false, false) => format!("%{byte:02x}"),
        }
    };
    value.bytes().map(byte).collect()
}
