//! CSV as newman 6.2.2 reads it: comma, `"` quotes doubled inside, blanks around fields cut, rows
//! of any length. The `csv` crate does not say which fields were quoted, and that decides here: an
//! unquoted number is a number (`007` is sent as `7`), a quoted one is text.

use std::collections::HashSet;
use std::path::Path;

use super::{Data, Row, wrong};
use crate::postman::model::Warning;
use crate::postman::number;
use crate::postman::read::ReadError;

/// Line and column, both from 1.
type Place = (usize, usize);

#[derive(Debug, PartialEq, Eq)]
struct Field {
    text: String,
    quoted: bool,
    place: Place,
}

impl Field {
    fn value(&self) -> String {
        if self.quoted { self.text.clone() } else { number::as_javascript(&self.text) }
    }
}

/// Reads the rows below the header row.
pub(super) fn data(file: &Path, text: &str) -> Result<Data, ReadError> {
    let mut records = Records::new(text);
    let mut next = || records.next_record().map_err(|(place, what)| wrong(file, place, what));
    let header = next()?.filter(|fields| fields.iter().any(|field| !field.text.is_empty()));
    let Some(header) = header else {
        return Err(wrong(file, (1, 1), "no header row: the first row names the columns"));
    };
    let mut warnings = repeated(file, &header);
    let (mut rows, mut ragged) = (Vec::new(), Vec::new());
    while let Some(fields) = next()? {
        ragged.extend(unlike(&header, &fields));
        let named = header.iter().zip(fields).filter(|(column, _)| !column.text.is_empty());
        rows.push(Row::new(named.map(|(column, field)| (column.text.clone(), field.value()))));
    }
    warnings.extend(told(file, ragged));
    Ok(Data { rows, warnings })
}

/// What is odd of a row that has more or fewer fields than there are columns, as newman reads it.
fn unlike(header: &[Field], fields: &[Field]) -> Option<(Place, String)> {
    let named =
        format!("{} in a table of {}", counted(fields.len(), "field"), counted(header.len(), "column"));
    match (fields.get(header.len()), fields.last(), header.get(fields.len())) {
        (Some(more), _, _) => Some((more.place, format!("{named}; what is too much is left out"))),
        (None, Some(last), Some(column)) if !column.text.is_empty() => {
            Some((last.place, format!("{named}; from `{}` on the row has no values", column.text)))
        }
        _ => None,
    }
}

fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// The first of them, and how many more there are.
fn told(file: &Path, ragged: Vec<(Place, String)>) -> Option<Warning> {
    let more = ragged.len().saturating_sub(1);
    let ((line, column), what) = ragged.into_iter().next()?;
    let more =
        if more == 0 { String::new() } else { format!(" (and {} like it)", counted(more, "more row")) };
    let message = format!("line {line}, column {column}: {what}{more}");
    Some(Warning { file: file.to_owned(), pointer: String::new(), message })
}

fn repeated(file: &Path, header: &[Field]) -> Vec<Warning> {
    let mut seen = HashSet::new();
    let repeated = header.iter().filter(|field| !field.text.is_empty() && !seen.insert(field.text.as_str()));
    let warning = |field: &Field| {
        let (line, column) = field.place;
        let message = format!(
            "line {line}, column {column}: the column `{}` is named twice; the last one counts",
            field.text
        );
        Warning { file: file.to_owned(), pointer: String::new(), message }
    };
    repeated.map(warning).collect()
}

/// The records of a text, empty lines left out.
struct Records<'t> {
    rest: &'t str,
    place: Place,
}

impl<'t> Records<'t> {
    fn new(text: &'t str) -> Self {
        Self { rest: text, place: (1, 1) }
    }

    fn next_record(&mut self) -> Result<Option<Vec<Field>>, (Place, String)> {
        while !self.rest.is_empty() {
            let fields = self.record()?;
            if !matches!(fields.as_slice(), [only] if only.text.is_empty() && !only.quoted) {
                return Ok(Some(fields));
            }
        }
        Ok(None)
    }

    fn record(&mut self) -> Result<Vec<Field>, (Place, String)> {
        let mut fields = Vec::new();
        loop {
            fields.push(self.field()?);
            match self.take() {
                Some(',') => {}
                Some('\r') => {
                    if self.rest.starts_with('\n') {
                        self.take();
                    }
                    return Ok(fields);
                }
                Some(_) | None => return Ok(fields),
            }
        }
    }

    /// A field, up to the comma or line end behind it.
    fn field(&mut self) -> Result<Field, (Place, String)> {
        self.blanks();
        let place = self.place;
        if !self.rest.starts_with('"') {
            let mut text = String::new();
            while let Some(c) = self.peek().filter(|c| !is_end(*c)) {
                text.push(c);
                self.take();
            }
            return Ok(Field { text: text.trim_end().to_owned(), quoted: false, place });
        }
        let text = self.quoted(place)?;
        self.blanks();
        match self.peek() {
            Some(c) if !is_end(c) => {
                Err((self.place, "text behind a closing quote; write `\"\"` for a quote inside".to_owned()))
            }
            Some(_) | None => Ok(Field { text, quoted: true, place }),
        }
    }

    fn quoted(&mut self, place: Place) -> Result<String, (Place, String)> {
        self.take();
        let mut text = String::new();
        while let Some(c) = self.take() {
            if c != '"' {
                text.push(c);
            } else if self.rest.starts_with('"') {
                text.push('"');
                self.take();
            } else {
                return Ok(text);
            }
        }
        Err((place, "the quote that opens here is not closed".to_owned()))
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|c| c.is_whitespace() && !is_end(c)) {
            self.take();
        }
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        let (line, column) = self.place;
        let ends_line = c == '\n' || (c == '\r' && !self.rest.starts_with('\n'));
        self.place = if ends_line { (line + 1, 1) } else { (line, column + 1) };
        Some(c)
    }
}

fn is_end(c: char) -> bool {
    matches!(c, ',' | '\n' | '\r')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<Data, String> {
        super::super::read_from(Path::new("d.csv"), text.as_bytes()).map_err(|error| error.to_string())
    }

    /// Each row as `name=value` joined by blanks, the names sorted.
    fn rows(text: &str) -> Vec<String> {
        let row = |row: &Row| {
            let mut values: Vec<String> = row.iter().map(|(name, value)| format!("{name}={value}")).collect();
            values.sort();
            values.join(" ")
        };
        read(text).map_or_else(|error| vec![error], |data| data.rows.iter().map(row).collect())
    }

    #[test]
    fn rows_of_another_length_are_told() {
        let told = |text: &str| {
            let warnings = read(text).unwrap().warnings.into_iter();
            warnings.map(|warning| warning.message).collect::<Vec<_>>()
        };
        assert_eq!(
            told("a,b\n1,2\n1,2,3\n1\n"),
            [
                "line 3, column 5: 3 fields in a table of 2 columns; what is too much is left out (and 1 more row like it)"
            ]
        );
        assert_eq!(
            told("a,b\n1\n"),
            ["line 2, column 1: 1 field in a table of 2 columns; from `b` on the row has no values"]
        );
        assert_eq!(told("a,b,\n1,2,\n3,4\n"), Vec::<String>::new());
    }

    #[test]
    fn rows_are_read_as_newman_reads_them() {
        for (text, expected) in [
            ("a,b\n1,2\n", &["a=1 b=2"][..]),
            ("a, b ,\"c\"\n 1 ,\" x \", \"y,\"\"z\"\n", &["a=1 b= x  c=y,\"z"]),
            ("a,b\n1\n1,2,3\n\n4,5\n", &["a=1", "a=1 b=2", "a=4 b=5"]),
            ("a,a\n1,2\n", &["a=2"]),
            ("a,,b\n1,2,3\n", &["a=1 b=3"]),
            ("a\n007\n1.50\n1e400\n", &["a=7", "a=1.5", "a=1e400"]),
            ("a\n\"007\"\n\"x\ny\"\n", &["a=007", "a=x\ny"]),
            ("a\nx\"y\"z", &["a=x\"y\"z"]),
            ("a,b\r\n1,\r\n", &["a=1 b="]),
            ("a\r1\r2", &["a=1", "a=2"]),
            ("a b,\"c\"\n\"\",\"\"\n", &["a b= c="]),
        ] {
            assert_eq!(rows(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_line_and_column() {
        for (text, message) in [
            ("", "d.csv:1:1: no header row: the first row names the columns"),
            (" , ,\n1,2", "d.csv:1:1: no header row: the first row names the columns"),
            ("a,b\n", "d.csv:1:1: no rows of data: every case is sent once for each row"),
            ("a,b\n1,\"x\n", "d.csv:2:3: the quote that opens here is not closed"),
            ("a\n\"ab\"c\n", "d.csv:2:5: text behind a closing quote; write `\"\"` for a quote inside"),
        ] {
            assert_eq!(rows(text), [message], "{text:?}");
        }
    }

    #[test]
    fn a_name_that_stands_twice_is_told() {
        let warnings = read("a, a\n1,2").map(|data| data.warnings).unwrap_or_default();
        let messages: Vec<&str> = warnings.iter().map(|warning| warning.message.as_str()).collect();
        assert_eq!(messages, ["line 1, column 4: the column `a` is named twice; the last one counts"]);
    }

    proptest! {
        #[test]
        fn quoted_texts_come_back(table in proptest::collection::vec(
            proptest::collection::vec("[a\" ,\r\nü0]{0,6}", 2), 1..4)) {
            let quoted = |cells: &Vec<String>| {
                cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect::<Vec<_>>().join(" , ")
            };
            let lines: Vec<String> = table.iter().map(quoted).collect();
            let data = read(&format!("x,y\r\n{}", lines.join("\r\n")));
            let expected: Vec<Row> = table
                .into_iter()
                .map(|cells| Row::new(["x".to_owned(), "y".to_owned()].into_iter().zip(cells)))
                .collect();
            prop_assert_eq!(data.map(|data| data.rows), Ok(expected));
        }
    }
}
