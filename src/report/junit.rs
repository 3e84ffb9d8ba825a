//! `JUnit` XML, through `junit-report` and one pass over what it writes.
//!
//! The layout: one `<testsuite>` for each folder of a collection, in the order of the plan; one
//! `<testcase>` for each case, `classname` = `suite.folder.item`, `name` = the example's part of the
//! id, so that both together are unique. A case has one `<failure>`, `<error>` or `<skipped>` at
//! most (many readers take only the first), and its text begins with the message (GitLab shows the
//! text, Jenkins and Azure the message). A suite's time is the sum of its cases' times.
//!
//! Invariants: the file is well-formed XML 1.0 whatever the rows hold, without CDATA; in
//! [`Dialect::Strict`] it is valid by both schemas that are around, Jenkins' (`junit-10.xsd`) and
//! Windy Road's (Ant). No text is longer than 64 KiB (1 MiB for the output of a suite), because readers
//! built on libxml2 refuse a file with a text over 10 MB.

mod finish;
mod rows;

use std::io::{self, Write};
use std::str::FromStr;

use junit_report::{Duration, OffsetDateTime, ReportBuilder, TestCase, TestResult, TestSuite};
use quick_xml::escape::partial_escape;

use super::events::{Run, RunStarted};
use rows::{ResultRow, SuiteRow, TestRow};

/// Which attributes and elements a `JUnit` file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// With what most readers know beyond the schemas: `file`, `line` and properties of a case, its
    /// output, totals of the run.
    #[default]
    Rich,
    /// Only what both schemas allow; what a case has to tell is in the output of its suite.
    Strict,
}

impl FromStr for Dialect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "rich" => Ok(Self::Rich),
            "strict" => Ok(Self::Strict),
            _ => Err(format!("`{text}` is no dialect of JUnit: write rich or strict")),
        }
    }
}

/// Writes a run.
pub fn write(run: &Run<'_>, dialect: Dialect, out: &mut dyn Write) -> io::Result<()> {
    let suites = rows::suites(run, dialect);
    let timestamp = timestamp(run.started);
    let mut report = ReportBuilder::new();
    for suite in &suites {
        report.add_testsuite(test_suite(suite, timestamp, dialect));
    }
    let mut raw = Vec::new();
    report.build().write_xml(&mut raw).map_err(|error| io::Error::other(error.to_string()))?;
    let raw = String::from_utf8(raw).map_err(io::Error::other)?;
    finish::finish(&raw, &suites, &rows::facts(run), dialect, out)
}

/// The start in whole seconds; the crate cannot write a year before 0.
fn timestamp(run: &RunStarted) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(run.started.as_second().max(0)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn test_suite(row: &SuiteRow, timestamp: OffsetDateTime, dialect: Dialect) -> TestSuite {
    let mut suite = TestSuite::new(&row.name);
    suite.package.clone_from(&row.package);
    suite.set_timestamp(timestamp);
    suite.add_testcases(row.tests.iter().map(|test| test_case(test, dialect)));
    if dialect == Dialect::Strict {
        // The schema of Windy Road wants both elements.
        suite.set_system_out(&content(&row.output()));
        suite.set_system_err("");
    }
    suite
}

fn test_case(row: &TestRow, dialect: Dialect) -> TestCase {
    let mut case = TestCase::success(&row.name, Duration::milliseconds(row.milliseconds));
    case.set_classname(&row.classname);
    case.result = result(&row.result);
    if dialect == Dialect::Rich {
        case.set_filepath(&row.file);
        case.system_out = row.output.as_deref().map(content);
    }
    case
}

fn result(row: &ResultRow) -> TestResult {
    let told = |message: &str, text: &str| (message.to_owned(), Some(content(text)));
    match row {
        ResultRow::Passed => TestResult::Success,
        ResultRow::Failed { kind, message, text } => {
            let (message, cause) = told(message, text);
            TestResult::Failure { type_: (*kind).to_owned(), message, cause }
        }
        ResultRow::Errored { kind, message, text } => {
            let (message, cause) = told(message, text);
            TestResult::Error { type_: (*kind).to_owned(), message, cause }
        }
        ResultRow::Skipped { reason } => {
            let (message, cause) = told(reason, reason);
            TestResult::SkippedWithCause { type_: "skipped".to_owned(), message, cause }
        }
    }
}

/// A text as it goes into an element: the crate puts it into CDATA as it is, where `]]>` would end
/// it; escaped, no `>` is left, and the pass takes the CDATA away.
fn content(text: &str) -> String {
    partial_escape(text).into_owned()
}

#[cfg(test)]
mod tests;
