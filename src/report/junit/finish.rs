//! The pass over what `junit-report` wrote: rounds times to milliseconds, takes the zone off the
//! timestamp, unwraps CDATA, and adds what the crate has no place for (skipped counts, properties,
//! totals).

use std::borrow::Cow;
use std::io::{self, Write};

use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};

use super::Dialect;
use super::rows::{ResultRow, SuiteRow, TestRow};

/// `raw` is the crate's report of exactly these suites, texts in CDATA already escaped.
pub(super) fn finish(
    raw: &str,
    suites: &[SuiteRow],
    facts: &[(&'static str, String)],
    dialect: Dialect,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut pass = Pass {
        out: Writer::new_with_indent(out, b' ', 2),
        dialect,
        suites,
        facts,
        next_suite: suites.iter(),
        next_test: suites.iter().flat_map(|suite| &suite.tests),
    };
    let mut reader = Reader::from_str(raw);
    loop {
        match reader.read_event().map_err(io::Error::other)? {
            Event::Eof => break,
            Event::Start(tag) => pass.start(&tag, false)?,
            Event::Empty(tag) => pass.start(&tag, true)?,
            Event::CData(text) => {
                pass.out.write_event(Event::Text(BytesText::from_escaped(text.into_inner())))?;
            }
            event @ (Event::End(_)
            | Event::Text(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_)) => pass.out.write_event(event)?,
        }
    }
    pass.out.into_inner().write_all(b"\n")
}

struct Pass<'a, S, T> {
    out: Writer<&'a mut dyn Write>,
    dialect: Dialect,
    suites: &'a [SuiteRow],
    facts: &'a [(&'static str, String)],
    next_suite: S,
    next_test: T,
}

impl<'a, S: Iterator<Item = &'a SuiteRow>, T: Iterator<Item = &'a TestRow>> Pass<'a, S, T> {
    fn start(&mut self, tag: &BytesStart<'_>, empty: bool) -> io::Result<()> {
        let rich = self.dialect == Dialect::Rich;
        match tag.name().as_ref() {
            "testsuites" => {
                let mut tag = tag.to_owned();
                if rich {
                    self.push_totals(&mut tag);
                }
                self.element(tag, empty, &[])
            }
            "testsuite" => {
                let skipped = self.next_suite.next().map_or(0, SuiteRow::skipped);
                // Jenkins puts the package before the name, which has it already.
                let mut tag = attributes(tag, |name| !(rich && name == "package"))?;
                tag.push_attribute(("skipped", skipped.to_string().as_str()));
                self.element(tag, empty, self.facts)
            }
            "testcase" => {
                let test = self.next_test.next();
                let properties = test.map_or(&[][..], |test| &test.properties);
                let mut tag = attributes(tag, |_| true)?;
                if let Some(line) = test.and_then(|test| test.line) {
                    tag.push_attribute(("line", line.to_string().as_str()));
                }
                self.element(tag, empty, properties)
            }
            // The schema of Windy Road has no type for it, and no reader uses one.
            "skipped" => self.element(attributes(tag, |name| name != "type")?, empty, &[]),
            _ => self.element(tag.to_owned(), empty, &[]),
        }
    }

    /// The counts of the whole run; `time` is the sum of the cases', as it is for a suite.
    fn push_totals(&self, tag: &mut BytesStart<'_>) {
        let tests = || self.suites.iter().flat_map(|suite| &suite.tests);
        let count = |wanted: fn(&ResultRow) -> bool| tests().filter(|test| wanted(&test.result)).count();
        let milliseconds: i64 = tests().map(|test| test.milliseconds).sum();
        for (name, number) in [
            ("tests", tests().count()),
            ("failures", count(|result| matches!(result, ResultRow::Failed { .. }))),
            ("errors", count(|result| matches!(result, ResultRow::Errored { .. }))),
            ("skipped", count(|result| matches!(result, ResultRow::Skipped { .. }))),
        ] {
            tag.push_attribute((name, number.to_string().as_str()));
        }
        let time = format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
        tag.push_attribute(("name", "uphold"));
        tag.push_attribute(("time", time.as_str()));
    }

    /// Writes a tag and, as its first child, properties; an element without children stays one.
    fn element(
        &mut self,
        tag: BytesStart<'_>,
        empty: bool,
        properties: &[(&'static str, String)],
    ) -> io::Result<()> {
        if properties.is_empty() {
            return self.out.write_event(if empty { Event::Empty(tag) } else { Event::Start(tag) });
        }
        let end = tag.to_end().into_owned();
        self.out.write_event(Event::Start(tag))?;
        self.out.write_event(Event::Start(BytesStart::new("properties")))?;
        for (name, value) in properties {
            let property = BytesStart::new("property");
            let attributes = [("name", *name), ("value", value.as_str())];
            self.out.write_event(Event::Empty(property.with_attributes(attributes)))?;
        }
        self.out.write_event(Event::End(BytesEnd::new("properties")))?;
        if empty { self.out.write_event(Event::End(end)) } else { Ok(()) }
    }
}

/// The tag with the attributes that are kept, times rounded and timestamps without a zone.
fn attributes(tag: &BytesStart<'_>, keep: impl Fn(&str) -> bool) -> io::Result<BytesStart<'static>> {
    let mut kept = BytesStart::new(tag.name().as_ref().to_owned());
    for attribute in tag.attributes() {
        let Attribute { key, value } = attribute.map_err(io::Error::other)?;
        let value = match key.as_ref() {
            "time" => Cow::Owned(rounded(&value)),
            "timestamp" => Cow::Borrowed(value.trim_end_matches('Z')),
            _ => value,
        };
        if keep(key.as_ref()) {
            // The value as it is: it was escaped when it was written first.
            kept.push_attribute(Attribute { key, value });
        }
    }
    Ok(kept)
}

/// Seconds with three decimals; the crate writes 1118 ms as `1.1179999999999999`.
fn rounded(seconds: &str) -> String {
    format!("{:.3}", seconds.parse::<f64>().unwrap_or_default())
}
