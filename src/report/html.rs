//! `index.html`: a run as one page that is opened from a file, without network and without a server.
//!
//! The page is a skeleton, a style, a script and data. Invariants: nothing from outside stands in the markup but
//! through `text`; the data are JSON in blocks that no browser runs, written so that nothing in them ends
//! the block (`island`); the script puts texts into the page as text alone; the policy in the head (`policy`)
//! lets run this script and this style, by their hashes, and lets load nothing.
//!
//! The first block has what the list needs, so that it is on the screen before the messages, in
//! blocks of `CHUNK` cases behind the script, are even read.

use std::io::{self, Write};

use self::data::{DetailData, RunData};
use self::island::island;
use super::events::{CaseRow, Run, VerdictRow};
use super::{escape, excerpt, sentence};

/// Cases in one block of messages.
const CHUNK: usize = 50;
/// Rows of the table that is shown where scripts do not run.
const SHOWN_ROWS: usize = 500;
/// Characters of a text in that table.
const SHOWN_TEXT: usize = 300;

/// Where the parts of the skeleton go.
const SKELETON: &str = include_str!("html/page/skeleton.html");
/// The style.
const STYLE: &str = include_str!("html/page/page.css");
/// The script; its parts share one scope.
const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("html/page/text.js"),
    include_str!("html/page/lines.js"),
    include_str!("html/page/diff.js"),
    include_str!("html/page/state.js"),
    include_str!("html/page/list.js"),
    include_str!("html/page/views.js"),
    include_str!("html/page/messages.js"),
    include_str!("html/page/case.js"),
    include_str!("html/page/keys.js"),
    include_str!("html/page/main.js"),
    "})();\n"
);

/// Writes a run.
pub fn write(run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (style, script) = (unix_lines(STYLE), unix_lines(SCRIPT));
    let mut rest = SKELETON;
    while let Some((before, (part, after))) =
        rest.split_once("{{").and_then(|(before, rest)| Some((before, rest.split_once("}}")?)))
    {
        out.write_all(before.as_bytes())?;
        match part {
            "policy" => out.write_all(policy::of(&style, &script).as_bytes())?,
            "icon" => out.write_all(icon(run).as_bytes())?,
            "sentence" => out.write_all(text(&sentence::of(run)).as_bytes())?,
            "style" => out.write_all(style.as_bytes())?,
            "script" => out.write_all(script.as_bytes())?,
            "table" => table(run, out)?,
            "run" => island("run", &RunData::of(run), out)?,
            "cases" => cases(run, out)?,
            _ => {}
        }
        rest = after;
    }
    out.write_all(rest.as_bytes())
}

/// Browsers read every line break as a line feed before they take the hash.
fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn cases(run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
    for (at, rows) in run.cases.chunks(CHUNK).enumerate() {
        let details: Vec<DetailData<'_>> = rows.iter().map(|row| DetailData::of(row)).collect();
        island(&format!("cases-{at}"), &details, out)?;
    }
    Ok(())
}

/// The text as content of an element or as a value in double quotes.
fn text(text: &str) -> String {
    let mut done = String::new();
    for c in escape::line(text).chars() {
        match c {
            '&' => done.push_str("&amp;"),
            '<' => done.push_str("&lt;"),
            '>' => done.push_str("&gt;"),
            '"' => done.push_str("&quot;"),
            '\'' => done.push_str("&#39;"),
            c => done.push(c),
        }
    }
    done
}

/// A dot in the colour of the run.
fn icon(run: &Run<'_>) -> String {
    let summary = run.finished.summary;
    let colour = match (summary.failed, summary.errored, summary.passed) {
        (1.., _, _) => "c93c37",
        (0, 1.., _) => "8250df",
        (0, 0, 1..) => "1a7f37",
        (0, 0, 0) => "6e7781",
    };
    format!(
        "data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 8 8%22%3E%3Ccircle \
         cx=%224%22 cy=%224%22 r=%223.5%22 fill=%22%23{colour}%22/%3E%3C/svg%3E"
    )
}

/// What a browser shows that runs no scripts: the cases that did not pass.
fn table(run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
    let bad = |row: &&&CaseRow| matches!(row.verdict, VerdictRow::Failed | VerdictRow::Errored);
    let rows: Vec<&CaseRow> = run.cases.iter().filter(bad).copied().collect();
    for row in rows.iter().take(SHOWN_ROWS) {
        let verdict = if row.verdict == VerdictRow::Failed { "failed" } else { "no usable answer" };
        let worst = row.findings.iter().rev().max_by_key(|finding| finding.severity);
        let found = worst.map(|finding| {
            let (expected, actual) = (&finding.expected, &finding.actual);
            format!("{} {}: expected {expected}, actual {actual}", finding.id, finding.at)
        });
        let why = row.reason.clone().or(found).unwrap_or_default();
        let [id, why] = [row.id.as_str(), &why].map(|cell| text(&excerpt::line(cell, SHOWN_TEXT)));
        writeln!(out, "<tr><td>{id}</td><td>{verdict}</td><td>{why}</td></tr>")?;
    }
    match rows.len().saturating_sub(SHOWN_ROWS) {
        0 => Ok(()),
        more => writeln!(out, "<tr><td>and {more} more</td><td></td><td></td></tr>"),
    }
}

mod data;
mod island;
mod policy;

#[cfg(test)]
mod tests;
