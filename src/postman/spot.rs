//! Where in a file of the user's something is wrong: [`Spot`], for whoever shows the line.

use std::path::{Path, PathBuf};

use super::spans::{array, object, skip_space};

/// One thing that is wrong, with its place where it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong where, and the cure where it is known.
    pub message: String,
    /// The place.
    pub spot: Option<Spot>,
}

impl Fault {
    /// Something that is wrong nowhere in particular.
    pub fn nowhere(message: impl Into<String>) -> Self {
        Self { message: message.into(), spot: None }
    }
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The file.
    pub file: PathBuf,
    /// The place in it.
    pub at: At,
}

/// A place in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    /// Line, and character in it, both from 1.
    Character(usize, usize),
    /// Line, and byte in it, both from 1.
    Byte(usize, usize),
    /// A JSON pointer (RFC 6901): where the value begins, or the nearest one around it that there is.
    Pointer(String),
}

impl Spot {
    /// A character of a line, both from 1.
    pub fn character(file: &Path, line: usize, column: usize) -> Self {
        Self { file: file.to_owned(), at: At::Character(line, column) }
    }

    /// A value of a JSON file.
    pub fn pointer(file: &Path, pointer: impl Into<String>) -> Self {
        Self { file: file.to_owned(), at: At::Pointer(pointer.into()) }
    }
}

impl At {
    /// The position in bytes in this text; `None` where it is not there.
    ///
    /// ```
    /// use uphold::postman::spot::At;
    ///
    /// let text = "{\n  \"ü\": [1, {}]\n}";
    /// assert_eq!(At::Character(2, 4).find(text), Some(5));
    /// assert_eq!(At::Pointer("/ü/1/x".into()).find(text), Some(14));
    /// assert_eq!(At::Character(7, 1).find(text), None);
    /// ```
    pub fn find(&self, text: &str) -> Option<usize> {
        match self {
            Self::Character(line, column) => {
                let (start, line) = line_of(text, *line)?;
                let at = line.char_indices().nth(column.saturating_sub(1)).map_or(line.len(), |(at, _)| at);
                Some(start + at)
            }
            Self::Byte(line, column) => {
                let (start, line) = line_of(text, *line)?;
                Some(start + line.floor_char_boundary(column.saturating_sub(1)))
            }
            Self::Pointer(pointer) => {
                let root = skip_space(text, 0);
                text.as_bytes().get(root)?;
                Some(value_at(text, root, pointer))
            }
        }
    }
}

/// The line of this number with the position where it begins, without its end; the one behind the last line end
/// is there, too.
fn line_of(text: &str, number: usize) -> Option<(usize, &str)> {
    let mut start = 0;
    for (at, line) in text.split('\n').enumerate() {
        if at + 1 == number {
            return Some((start, line.strip_suffix('\r').unwrap_or(line)));
        }
        start += line.len() + 1;
    }
    None
}

fn value_at(text: &str, root: usize, pointer: &str) -> usize {
    let mut start = root;
    for part in pointer.split('/').skip(1) {
        let name = part.replace("~1", "/").replace("~0", "~");
        let inner = match object(text, start) {
            Some(object) => object.member(&name).map(|member| member.value.start),
            None => array(text, start)
                .zip(name.parse::<usize>().ok())
                .and_then(|(items, index)| items.get(index).map(|item| item.start)),
        };
        match inner {
            Some(inner) => start = inner,
            None => return start,
        }
    }
    start
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_place_is_found_whatever_ends_the_lines() {
        let text = "a\r\nüb\r\n\n";
        for (at, found) in [
            (At::Character(1, 1), Some(0)),
            (At::Character(1, 9), Some(1)),
            (At::Character(2, 2), Some(5)),
            (At::Byte(2, 2), Some(3)),
            (At::Byte(2, 3), Some(5)),
            (At::Character(4, 1), Some(9)),
            (At::Character(5, 1), None),
            (At::Character(0, 0), None),
        ] {
            assert_eq!(at.find(text), found, "{at:?}");
        }
    }

    #[test]
    fn a_pointer_leads_to_its_value() {
        let text = " {\"a/b\": {\"~\": [true,\n 7]}, \"x\": 1}";
        for (pointer, begins) in [
            ("", "{\"a/b\""),
            ("/a~1b/~0/1", "7]"),
            ("/a~1b/~0/9", "[true"),
            ("/a~1b/none", "{\"~\""),
            ("/x", "1}"),
        ] {
            let at = At::Pointer(pointer.to_owned()).find(text).unwrap();
            assert!(text[at..].starts_with(begins), "{pointer}: {}", &text[at..]);
        }
        assert_eq!(At::Pointer("/a".to_owned()).find(""), None);
    }

    proptest! {
        #[test]
        fn any_text_has_or_has_not_the_place(text in any::<String>(), line in 0usize..5, column in 0usize..9, pointer in "[/a0~1\"]{0,6}") {
            for at in [At::Character(line, column), At::Byte(line, column), At::Pointer(pointer.clone())] {
                if let Some(found) = at.find(&text) {
                    prop_assert!(text.is_char_boundary(found), "{:?}", at);
                }
            }
        }

        #[test]
        fn a_member_is_found(names in prop::collection::vec("[a-z/~\"ü]{1,4}", 1..4)) {
            let mut value: Value = json!(["here"]);
            let mut pointer = String::new();
            for name in names.iter().rev() {
                value = json!({"other": {"x": [1]}, name.as_str(): value});
                pointer = format!("/{}{pointer}", name.replace('~', "~0").replace('/', "~1"));
            }
            let text = format!("{value:#}");
            let at = At::Pointer(pointer + "/0").find(&text).unwrap();
            prop_assert!(text[at..].starts_with("\"here\""), "{}", &text[at..]);
        }
    }
}
