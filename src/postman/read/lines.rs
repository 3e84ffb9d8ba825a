//! The lines on which folders, items and examples begin, for what leads people to them.
//!
//! One pass over the text of a collection that was read before, beside the parser, which keeps no
//! positions. The bodies of examples, most of the text, are stepped over byte by byte; the depth is the
//! parser's.

use std::collections::HashMap;

/// The line, from 1, of each folder, item and example of the collection at the pointer `root` (empty, or
/// one name such as `/collection`), by the JSON pointers of the model. Of any text that is no such
/// collection the lines are unspecified.
pub(super) fn lines(text: &str, root: &str) -> HashMap<String, u32> {
    let mut scan = Scan { text: text.as_bytes(), at: 0, line: 1, found: HashMap::new() };
    scan.space();
    match root.strip_prefix('/') {
        None => scan.node(""),
        Some(wrapper) => scan.object(|scan, name| match scan.byte() {
            Some(b'{') if name == wrapper => scan.node(root),
            _ => scan.skip(),
        }),
    }
    scan.found
}

struct Scan<'t> {
    text: &'t [u8],
    at: usize,
    line: u32,
    found: HashMap<String, u32>,
}

impl Scan<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Steps over blanks, counting lines as editors do: LF, CR LF and CR alone end one. No other part of JSON holds
    /// any of them.
    fn space(&mut self) {
        while let Some(byte @ (b' ' | b'\t' | b'\r' | b'\n')) = self.byte() {
            self.at += 1;
            let ends = byte == b'\n' || (byte == b'\r' && self.byte() != Some(b'\n'));
            self.line = self.line.saturating_add(u32::from(ends));
        }
    }

    /// A folder, an item, or the collection itself.
    fn node(&mut self, pointer: &str) {
        self.object(|scan, name| match (name, scan.byte()) {
            ("item", Some(b'[')) => scan.list(&format!("{pointer}/item"), Self::node),
            ("response", Some(b'[')) => scan.list(&format!("{pointer}/response"), |scan, _| scan.skip()),
            _ => scan.skip(),
        });
    }

    /// Each member of the object here, with its name, at its value.
    fn object(&mut self, mut member: impl FnMut(&mut Self, &str)) {
        if self.byte() != Some(b'{') {
            return self.skip();
        }
        self.at += 1;
        self.space();
        while self.byte() == Some(b'"') {
            let start = self.at;
            self.string();
            let written = self.text.get(start..self.at).unwrap_or_default();
            let name: String = serde_json::from_slice(written).unwrap_or_default();
            self.space();
            // The colon.
            self.at += 1;
            self.space();
            member(self, &name);
            self.behind_value();
        }
        self.at += 1;
    }

    /// Each value of the array here, after its line is known; what is no object gives no part.
    fn list(&mut self, pointer: &str, mut value: impl FnMut(&mut Self, &str)) {
        self.at += 1;
        self.space();
        let mut index = 0_usize;
        while self.byte().is_some_and(|byte| byte != b']') {
            let pointer = format!("{pointer}/{index}");
            let line = self.line;
            match self.byte() {
                Some(b'{') => value(self, &pointer),
                _ => self.skip(),
            }
            self.found.insert(pointer, line);
            self.behind_value();
            index += 1;
        }
        self.at += 1;
    }

    fn behind_value(&mut self) {
        self.space();
        if self.byte() == Some(b',') {
            self.at += 1;
            self.space();
        }
    }

    /// Behind the string that begins here.
    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.byte() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                return;
            }
        }
    }

    /// Behind the value that begins here, and always further.
    fn skip(&mut self) {
        let start = self.at;
        let mut depth = 0_usize;
        while let Some(byte) = self.byte() {
            match byte {
                b'"' => self.string(),
                b' ' | b'\t' | b'\r' | b'\n' if depth > 0 => self.space(),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' if depth > 0 => {
                    depth -= 1;
                    self.at += 1;
                }
                b'}' | b']' | b',' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => break,
                _ => self.at += 1,
            }
            if depth == 0 && matches!(byte, b'"' | b'}' | b']') {
                break;
            }
        }
        self.at = self.at.max(start + 1);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_line_ends_as_editors_see_it() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["{\"item\": [", "", "{\"name\": 1},", "{}]}"].join(end);
            let found = lines(&text, "");
            assert_eq!((found["/item/0"], found["/item/1"]), (3, 4), "{end:?}");
        }
    }

    #[test]
    fn every_part_has_its_line() {
        let text = "\n{\"collection\": {\n \"item\": [1, {\"item\": [\n{\"response\":\n [{\"body\": \"[\\\"\\n{\"},\r\n {}]}]},\n\n{\"it\\u0065m\": [{}]}]}}";
        let found = lines(text, "/collection");
        let mut found: Vec<(&str, u32)> = found.iter().map(|(at, line)| (at.as_str(), *line)).collect();
        found.sort_unstable();
        assert_eq!(
            found,
            [
                ("/collection/item/0", 3),
                ("/collection/item/1", 3),
                ("/collection/item/1/item/0", 4),
                ("/collection/item/1/item/0/response/0", 5),
                ("/collection/item/1/item/0/response/1", 6),
                ("/collection/item/2", 8),
                ("/collection/item/2/item/0", 8),
            ]
        );
    }

    fn node() -> impl Strategy<Value = Value> {
        let odd = prop_oneof![
            ".*".prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            Just(json!([[{}], null]))
        ];
        let example = prop_oneof![odd.clone(), odd.clone().prop_map(|body| json!({"mark": 1, "body": body}))];
        let examples = prop::collection::vec(example, 0..4);
        let item = (odd.clone(), examples).prop_map(|(a, list)| json!({"mark": 1, "a": a, "response": list}));
        item.prop_recursive(3, 24, 4, move |inner| {
            let children = prop::collection::vec(prop_oneof![inner, odd.clone()], 0..4);
            (odd.clone(), children).prop_map(|(a, list)| json!({"mark": 1, "a": a, "item": list}))
        })
    }

    /// The pointers of all objects that bear a mark, with the mark.
    fn marked(value: &mut Value, pointer: &str, found: &mut Vec<String>) {
        if value.get("mark").is_none() {
            return;
        }
        value["mark"] = format!("here {pointer}").into();
        found.push(pointer.to_owned());
        for name in ["item", "response"] {
            for (index, child) in
                value.get_mut(name).and_then(Value::as_array_mut).into_iter().flatten().enumerate()
            {
                marked(child, &format!("{pointer}/{name}/{index}"), found);
            }
        }
    }

    proptest! {
        #[test]
        fn a_part_begins_on_its_line(node in node()) {
            let mut root = json!({"mark": 1, "item": [node]});
            let mut pointers = Vec::new();
            marked(&mut root, "", &mut pointers);
            let text = format!("{root:#}");
            let found = lines(&text, "");
            for pointer in &pointers[1..] {
                let mark = format!("{:?}", format!("here {pointer}"));
                let marked = text.lines().position(|line| line.ends_with(&format!("\"mark\": {mark},")) || line.ends_with(&format!("\"mark\": {mark}"))).unwrap() + 1;
                let line = usize::try_from(found[pointer]).unwrap();
                prop_assert!(line < marked, "{pointer}: {line} of {marked}\n{text}");
                let between: Vec<&str> = text.lines().skip(line - 1).take(marked - line).collect();
                prop_assert_eq!(between[0].trim(), "{", "{}", pointer);
            }
        }

        #[test]
        fn any_text_is_scanned_without_a_panic(text in "[\\[\\]{}\":,\\\\aitem \n]{0,60}") {
            let _ = (lines(&text, ""), lines(&text, "/a"));
        }
    }
}
