//! Iteration data: a table whose rows each give values to variables ([`read`]).
//!
//! As newman reads it: a JSON list of objects, or CSV whose first row names the columns. Different
//! from newman, a number keeps its digits where JavaScript would lose some, empty lines of CSV are
//! no rows, and a column without a name is left out. Invariant: what is returned has a row.

mod csv;

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::model::Warning;
use super::number;
use super::read::{ReadError, kind, load, text};
use super::variables::{Row, text_of};

/// The rows of a file, at least one, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data {
    /// The rows; row 1 is the first.
    pub rows: Vec<Row>,
    /// What is odd in the file.
    pub warnings: Vec<Warning>,
}

/// Reads a file of iteration data: JSON where its name ends in `.json`, CSV where it ends in
/// `.csv`, else whichever its first character says.
pub fn read(file: &Path) -> Result<Data, ReadError> {
    read_from(file, &load(file)?)
}

/// Reads iteration data from bytes; `file` is for the format and for messages.
pub fn read_from(file: &Path, bytes: &[u8]) -> Result<Data, ReadError> {
    let text = text::decode(file, bytes)?;
    let extension = file.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    let is_json = match extension.as_deref() {
        Some("json") => true,
        Some("csv") => false,
        _ => text.trim_start().starts_with(['[', '{']),
    };
    let data = if is_json { json(file, &text)? } else { csv::data(file, &text)? };
    if data.rows.is_empty() {
        let line = text.lines().count().max(1);
        return Err(wrong(file, (line, 1), "no rows of data: every case is sent once for each row"));
    }
    Ok(data)
}

fn json(file: &Path, text: &str) -> Result<Data, ReadError> {
    let parsed: Value =
        serde_json::from_str(text).map_err(|error| ReadError::not_json(file, text, &error))?;
    let Value::Array(items) = parsed else {
        let what =
            format!("iteration data is a list of objects, one for each row, but this is {}", kind(&parsed));
        return Err(wrong(file, (1, 1), what));
    };
    let rows = items.into_iter().enumerate().map(|(at, item)| match item {
        Value::Object(members) => {
            Ok(Row::new(members.into_iter().map(|(name, value)| (name, json_text(&value)))))
        }
        other => Err(ReadError::Shape {
            file: file.to_owned(),
            pointer: format!("/{at}"),
            what: format!(
                "a row of iteration data is an object of names and values, but this is {}",
                kind(&other)
            ),
        }),
    });
    Ok(Data { rows: rows.collect::<Result<_, _>>()?, warnings: Vec::new() })
}

fn json_text(value: &Value) -> String {
    match value {
        Value::Number(written) => number::as_javascript(&written.to_string()),
        other => text_of(other),
    }
}

/// Something is wrong at this line and column, both from 1.
fn wrong(file: &Path, (line, column): (usize, usize), what: impl Into<String>) -> ReadError {
    ReadError::Data { file: PathBuf::from(file), line, column, what: what.into() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn json_rows(text: &str) -> Result<Vec<Row>, String> {
        read_from(Path::new("d.json"), text.as_bytes()).map(|data| data.rows).map_err(|e| e.to_string())
    }

    fn get<'r>(row: &'r Row, name: &str) -> Option<&'r str> {
        row.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    #[test]
    fn json_values_become_text_as_javascript_makes_it() -> Result<(), String> {
        let text = r#"[{"n": null, "i": 5, "f": 1.50, "e": 1e3, "b": true, "s": "007", "l": [1, null],
            "o": {}, "long": 738964000000291009}, {}]"#;
        let rows = json_rows(text)?;
        let expected = [
            ("n", "null"),
            ("i", "5"),
            ("f", "1.5"),
            ("e", "1000"),
            ("b", "true"),
            ("s", "007"),
            ("l", "1,"),
            ("o", "[object Object]"),
            ("long", "738964000000291009"),
        ];
        for (name, value) in expected {
            assert_eq!(get(&rows[0], name), Some(value), "{name}");
        }
        assert_eq!((rows.len(), rows[1].iter().count()), (2, 0));
        Ok(())
    }

    #[test]
    fn what_is_no_table_is_refused_with_its_place() {
        for (text, message) in [
            (
                "{\"a\": 1}",
                "d.json:1:1: iteration data is a list of objects, one for each row, but this is an object",
            ),
            (
                "[{}, 7]",
                "d.json /1: a row of iteration data is an object of names and values, but this is a number",
            ),
            ("[]", "d.json:1:1: no rows of data: every case is sent once for each row"),
        ] {
            assert_eq!(json_rows(text), Err(message.to_owned()), "{text}");
        }
        let error = json_rows("[\n{\"a\": }]").unwrap_err();
        assert!(error.starts_with("d.json:2:7: not JSON"), "{error}");
    }

    #[test]
    fn only_unicode_is_read() {
        let read = |bytes: &[u8]| read_from(Path::new("d.csv"), bytes).map_err(|e| e.to_string());
        let data = read(b"\xef\xbb\xbfa\n1").unwrap();
        assert_eq!(get(&data.rows[0], "a"), Some("1"));
        let latin = read(b"a,b\n1,caf\xe9").unwrap_err();
        assert!(latin.starts_with("d.csv:2:6: ") && latin.contains("UTF-8"), "{latin}");
        assert_eq!(read(b"\xff\xfea\0\n\x001\0").map(|wide| wide.rows), Ok(data.rows));
    }

    #[test]
    fn the_name_or_the_first_character_says_the_format() {
        let rows = |name: &str, text: &str| {
            read_from(Path::new(name), text.as_bytes()).map(|data| data.rows).map_err(|e| e.to_string())
        };
        let expected = vec![Row::new([("a".to_owned(), "1".to_owned())])];
        assert_eq!(rows("d.txt", "a\n1").as_ref(), Ok(&expected));
        assert_eq!(rows("d.txt", " [{\"a\": 1}]").as_ref(), Ok(&expected));
        assert!(rows("d.json", "a\n1").is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            for name in ["d.json", "d.csv", "d"] {
                let read = read_from(Path::new(name), &bytes);
                prop_assert!(read.is_err() || read.is_ok_and(|data| !data.rows.is_empty()));
            }
        }

        #[test]
        fn json_strings_come_back(table in proptest::collection::vec(
            proptest::collection::btree_map("[a-z]{1,3}", any::<String>(), 0..4), 1..4)) {
            let rows = json_rows(&json!(table).to_string()).unwrap_or_default();
            let expected: Vec<Row> = table.into_iter().map(Row::new).collect();
            prop_assert_eq!(rows, expected);
        }
    }
}
