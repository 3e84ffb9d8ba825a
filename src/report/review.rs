//! The walk through pending answers: what is shown of each, and what is asked.

use std::collections::HashMap;
use std::io::{self, BufRead, Write};
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::pending::Pending;
use super::waiting::{Unusable, tell};
use super::{escape, row};
use crate::finding::FindingId;

/// How many lines of differences are shown of one answer.
const SHOWN_LINES: usize = 120;
/// How many characters of a line.
const SHOWN_CHARS: usize = 400;

/// A pending answer with what its case documents.
#[derive(Debug, Clone)]
pub struct Item {
    /// The answer.
    pub pending: Pending,
    /// What the case documents; `None` where there is no such case.
    pub known: Option<Known>,
    /// Why it cannot be accepted any more.
    pub stale: Option<String>,
}

/// What a case documents.
#[derive(Debug, Clone)]
pub struct Known {
    /// The status.
    pub status: u16,
    /// The header fields.
    pub headers: Vec<(String, String)>,
    /// The body, with stand-ins as the answer has them.
    pub body: Option<String>,
    /// Where the example stands.
    pub file: PathBuf,
    /// The place in the file.
    pub pointer: String,
}

/// What somebody decided on an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is what the case expects from now on.
    Accept,
    /// It is not; the answer is taken away.
    Reject,
    /// Nothing is done.
    Skip,
    /// What was found is let go.
    Waive {
        /// Why.
        reason: String,
        /// Until this day.
        until: String,
    },
}

/// What came of a walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walked {
    /// A decision for each answer, in their order, as far as there is one.
    pub decisions: Vec<Decision>,
    /// Whether it went to the end, or to `q`; where the input ended, nothing is decided.
    pub is_whole: bool,
}

/// Whether a text is a day until which something can be waived, or why not.
pub type IsDay<'d> = &'d dyn Fn(&str) -> Result<(), String>;

/// Shows each answer and asks what becomes of it. `A`, `R`, `S` decide on all later ones, too, whose gravest
/// finding is of the same kind.
pub fn walk(
    items: &[Item],
    is_day: IsDay<'_>,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> io::Result<Walked> {
    let mut standing: HashMap<String, Decision> = HashMap::new();
    let mut decisions = Vec::new();
    for (number, item) in items.iter().enumerate() {
        let kind = kind(item);
        if let Some(decision) = standing.get(&kind) {
            let told = word(decision);
            writeln!(out, "{told}: {} (as every {kind})", escape::line(&item.pending.case))?;
            decisions.push(decision.clone());
            continue;
        }
        show(item, (number + 1, items.len()), out)?;
        let Some(answer) = ask(item, &kind, is_day, input, out)? else {
            writeln!(out)?;
            return Ok(Walked { decisions: Vec::new(), is_whole: false });
        };
        match answer {
            Asked::Quit => break,
            Asked::One(decision) => decisions.push(decision),
            Asked::All(decision) => {
                standing.insert(kind, decision.clone());
                decisions.push(decision);
            }
        }
    }
    Ok(Walked { decisions, is_whole: true })
}

enum Asked {
    Quit,
    One(Decision),
    All(Decision),
}

fn kind(item: &Item) -> String {
    item.pending.findings.first().map(|finding| finding.id.clone()).unwrap_or_default()
}

fn word(decision: &Decision) -> &'static str {
    match decision {
        Decision::Accept => "accept",
        Decision::Reject => "reject",
        Decision::Skip => "skip",
        Decision::Waive { .. } => "waive",
    }
}

/// `None` where the input ends.
fn ask(
    item: &Item,
    kind: &str,
    is_day: IsDay<'_>,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> io::Result<Option<Asked>> {
    let can = item.stale.is_none() && item.pending.answer.is_some();
    // A waiver needs a case that it fits, and findings that can be waived.
    let mut ids = item.pending.counting().into_iter().map(|finding| FindingId::parse(&finding.id));
    let can_be_waived = item.known.is_some() && ids.all(|id| id.is_some_and(FindingId::is_of_an_answer));
    loop {
        let (accept, all) = if can { ("y accept, ", "A R S") } else { ("", "R S") };
        let waive_too = if can_be_waived { "w waive, " } else { "" };
        let kind = escape::line(kind);
        write!(out, "{accept}n reject, s skip, {waive_too}q quit; {all} all {kind}: ")?;
        out.flush()?;
        let Some(line) = line(input)? else { return Ok(None) };
        let asked = match line.as_str() {
            "y" if can => Asked::One(Decision::Accept),
            "A" if can => Asked::All(Decision::Accept),
            "n" => Asked::One(Decision::Reject),
            "R" => Asked::All(Decision::Reject),
            "s" => Asked::One(Decision::Skip),
            "S" => Asked::All(Decision::Skip),
            "q" => Asked::Quit,
            "w" if can_be_waived => match waive(is_day, input, out)? {
                Some(decision) => Asked::One(decision),
                None => return Ok(None),
            },
            "" => continue,
            other => {
                writeln!(out, "`{}` is none of these", cut(&escape::line(other)))?;
                continue;
            }
        };
        return Ok(Some(asked));
    }
}

fn waive(is_day: IsDay<'_>, input: &mut dyn BufRead, out: &mut dyn Write) -> io::Result<Option<Decision>> {
    let Some(reason) = asked("reason", &is_reason, input, out)? else { return Ok(None) };
    let Some(until) = asked("until (2027-03-31)", is_day, input, out)? else { return Ok(None) };
    Ok(Some(Decision::Waive { reason, until }))
}

/// Asks until the answer will do, and says of each that will not why; `None` where the input ends.
fn asked(
    question: &str,
    will_do: &dyn Fn(&str) -> Result<(), String>,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> io::Result<Option<String>> {
    loop {
        write!(out, "{question}: ")?;
        out.flush()?;
        let Some(text) = line(input)? else { return Ok(None) };
        match will_do(&text) {
            Ok(()) => return Ok(Some(text)),
            Err(why) => writeln!(out, "{}", cut(&escape::line(&why)))?,
        }
    }
}

fn is_reason(text: &str) -> Result<(), String> {
    match text {
        "" => Err("a waiver needs a reason".to_owned()),
        _ if text.contains(char::REPLACEMENT_CHARACTER) => Err("that is no UTF-8; type it again".to_owned()),
        _ => Ok(()),
    }
}

/// Without the blanks around it; `None` at the end.
fn line(input: &mut dyn BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    let read = input.read_until(b'\n', &mut line)?;
    Ok((read > 0).then(|| String::from_utf8_lossy(&line).trim().to_owned()))
}

fn show(item: &Item, (number, all): (usize, usize), out: &mut dyn Write) -> io::Result<()> {
    let bold = Style::new().bold();
    let pending = &item.pending;
    writeln!(out, "\n{bold}{number} of {all}  {}{bold:#}", escape::line(&pending.case))?;
    if let Some(known) = &item.known {
        let file = row::file(&known.file);
        writeln!(out, "  example   {}", escape::line(&format!("{file} {}", known.pointer)))?;
    }
    writeln!(out, "  answered  {}", escape::line(&pending.at))?;
    if let Some(why) = &item.stale {
        writeln!(out, "  stale     {}", escape::line(why))?;
    }
    if let Some(why) = &pending.unkept {
        writeln!(out, "  not kept  {}", escape::line(why))?;
    }
    for finding in &pending.findings {
        let color = match finding.severity.as_str() {
            "breaking" => AnsiColor::Red,
            "warning" => AnsiColor::Yellow,
            _ => AnsiColor::Blue,
        };
        let style = color.on_default();
        writeln!(
            out,
            "  {style}{}{style:#} {}",
            escape::line(&finding.severity),
            escape::line(&finding.name())
        )?;
        let told = [
            ("expected", Some(&finding.expected)),
            ("actual", Some(&finding.actual)),
            ("examples", finding.provenance.as_ref()),
            ("hint", finding.hint.as_ref()),
        ];
        for (name, text) in told.into_iter().filter_map(|(name, text)| Some((name, text?))) {
            writeln!(out, "    {name:<8}  {}", cut(&escape::line(text)))?;
        }
    }
    if let (Some(known), Some(answer)) = (&item.known, &pending.answer) {
        let new = message(answer.status, &answer.headers, answer.body.as_deref());
        difference(out, &message(known.status, &known.headers, known.body.as_deref()), &new)?;
    }
    Ok(())
}

/// Status, fields in the order of their names, and the body.
fn message(status: u16, headers: &[(String, String)], body: Option<&str>) -> String {
    let mut fields: Vec<String> = headers
        .iter()
        .filter(|(name, _)| !crate::contract::headers::is_ignored(&name.to_ascii_lowercase()))
        .map(|(name, value)| format!("{}: {value}\n", name.to_ascii_lowercase()))
        .collect();
    fields.sort();
    let body = body.unwrap_or_default();
    let body = match serde_json::from_str::<Value>(body) {
        Ok(value) => format!("{value:#}"),
        Err(_) => body.to_owned(),
    };
    format!("HTTP {status}\n{}\n{body}\n", fields.concat())
}

/// The lines that differ between two texts, with three around them.
pub(super) fn difference(out: &mut dyn Write, old: &str, new: &str) -> io::Result<()> {
    let diff = TextDiff::from_lines(old, new);
    let (mut shown, mut left) = (0, 0);
    for (number, group) in diff.grouped_ops(3).iter().enumerate() {
        if number > 0 && shown < SHOWN_LINES {
            writeln!(out, "  …")?;
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            if shown == SHOWN_LINES {
                left += 1;
                continue;
            }
            shown += 1;
            let (sign, style) = match change.tag() {
                ChangeTag::Delete => ('-', AnsiColor::Red.on_default()),
                ChangeTag::Insert => ('+', AnsiColor::Green.on_default()),
                ChangeTag::Equal => (' ', Style::new()),
            };
            let text = change.value().trim_end_matches('\n');
            writeln!(out, "  {style}{sign} {}{style:#}", cut(&escape::line(text)))?;
        }
    }
    if left > 0 {
        writeln!(out, "  and {left} more lines")?;
    }
    Ok(())
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Lists what waits: a line for each answer, and the commands that decide.
pub fn list(items: &[Item], unusable: &[Unusable], out: &mut dyn Write) -> io::Result<()> {
    tell(unusable, out)?;
    for item in items {
        let findings: Vec<String> = item.pending.counting().iter().map(|finding| finding.name()).collect();
        let level = item.pending.findings.first().map_or("", |finding| finding.severity.as_str());
        writeln!(
            out,
            "{level:<8}  {}  {}",
            escape::line(&item.pending.case),
            escape::line(&findings.join(", "))
        )?;
        if let Some(why) = &item.stale {
            writeln!(out, "          stale: {}", escape::line(why))?;
        }
    }
    if items.is_empty() {
        let other = if unusable.is_empty() { "nothing" } else { "nothing else" };
        return writeln!(out, "{other} waits for a decision");
    }
    let holds = |item: &Item| item.stale.is_none();
    let Some(first) = items.iter().find(|item| holds(item)).or(items.first()) else { return Ok(()) };
    let case = escape::line(&first.pending.case);
    writeln!(out, "\n{} waiting for a decision; decide with", items.len())?;
    // What is stale, or came without an answer, cannot be accepted.
    if holds(first) && first.pending.answer.is_some() {
        writeln!(out, "  uphold accept --case '{case}'")?;
    }
    if holds(first) {
        writeln!(out, "  uphold waive --case '{case}' --id ID --reason TEXT --until DATE")?;
    }
    writeln!(out, "  uphold reject --case '{case}'")
}

#[derive(Serialize)]
struct ListJson<'a> {
    version: u32,
    pending: Vec<ItemJson<'a>>,
    /// The files that are no pending answers.
    unusable: Vec<UnusableJson<'a>>,
}

#[derive(Serialize)]
struct UnusableJson<'a> {
    file: String,
    /// The line and column, or a JSON pointer; empty where that is not known.
    place: &'a str,
    why: &'a str,
    hint: &'a str,
}

#[derive(Serialize)]
struct ItemJson<'a> {
    #[serde(flatten)]
    pending: &'a Pending,
    /// Why it cannot be accepted any more; null where it can.
    stale: Option<&'a str>,
}

/// The same as JSON: each as it is in its file, and whether it is stale; and the files that are none.
pub fn json(items: &[Item], unusable: &[Unusable], out: &mut dyn Write) -> io::Result<()> {
    let item = |item| -> ItemJson<'_> {
        let Item { pending, stale, .. }: &Item = item;
        ItemJson { pending, stale: stale.as_deref() }
    };
    let bad = |one| -> UnusableJson<'_> {
        let Unusable { file, place, why, cure, .. }: &Unusable = one;
        UnusableJson { file: row::file(file), place, why, hint: cure }
    };
    let (pending, unusable) = (items.iter().map(item).collect(), unusable.iter().map(bad).collect());
    let list = ListJson { version: 1, pending, unusable };
    serde_json::to_writer_pretty(&mut *out, &list)?;
    out.write_all(b"\n")
}
