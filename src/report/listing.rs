//! What `uphold list` and `uphold lint` print: plain lines, one fact a line, fit for grep.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::io::{self, Write};

use super::count::count;
use super::events::DocumentedRow;
use super::remarks::Remarks;
use super::{escape, row};
use crate::finding::Severity;
use crate::plan::lint::{Lint, LintId};
use crate::plan::{Action, Case, Plan, Skip, SkipClass, Step, Steps, SuitePlan};
use crate::redact::Redactor;

/// The cases of a plan: id, expectation, recipe; what is said of one case stands below it, what is said of
/// several has a number there and stands below all of them.
pub fn cases(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    for suite in &plan.suites {
        suite_cases(out, suite)?;
    }
    let cases: usize = plan.suites.iter().map(|suite| suite.cases.len()).sum();
    let skipped =
        plan.suites.iter().flat_map(|suite| &suite.cases).filter(|case| skip(case).is_some()).count();
    let without: usize = plan.suites.iter().map(|suite| suite.without_example.len()).sum();
    writeln!(
        out,
        "{}: {} to send, {skipped} skipped; {} without an example",
        count(cases, "case"),
        cases - skipped,
        count(without, "request")
    )?;
    let next = match cases - skipped {
        _ if cases == 0 => return Ok(()),
        0 => "give what the reasons name, most of it in suite.toml; `uphold init` writes one for a lone file",
        _ => {
            "`uphold run` with the same arguments sends them (to the mock, where no --base-url is named); what is \
             skipped lacks what its reason names"
        }
    };
    writeln!(out, "next: {next}")
}

fn suite_cases(out: &mut dyn Write, suite: &SuitePlan) -> io::Result<()> {
    let redactor = Redactor::new(suite.secrets.iter().cloned());
    let ids = width(suite.cases.iter().map(|case| case.id.as_str()));
    let expected: Vec<String> = suite.cases.iter().map(|case| expectation(case, &redactor)).collect();
    let expectations = width(expected.iter().map(String::as_str));
    let said: Vec<Vec<String>> = suite.cases.iter().map(|case| remarks_of(case, &redactor)).collect();
    let remarks = Remarks::of(said.iter().flatten());
    for ((case, expected), said) in suite.cases.iter().zip(&expected).zip(&said) {
        let expected = escape::line(expected);
        let line = format!("{:ids$}  {expected:expectations$}  {}", case.id.as_str(), recipe(case));
        let numbers = remarks.numbers(said);
        writeln!(out, "{}", escape::line(format!("{}{numbers}", line.trim_end()).trim_end()))?;
        for line in said.iter().filter(|text| !remarks.is_shared(text)) {
            writeln!(out, "    {}", escape::line(line))?;
        }
        for line in case.steps.iter().flat_map(|steps| steps_of(steps)) {
            writeln!(out, "    {}", escape::line(&line))?;
        }
    }
    for line in remarks.legend() {
        writeln!(out, "{}", escape::line(&line))?;
    }
    for item in &suite.without_example {
        writeln!(out, "{}  (request without an example)", escape::line(&item.path))?;
    }
    codes(out, suite, &redactor)
}

/// Why a case is skipped, and what else there is to know of it.
fn remarks_of(case: &Case, redactor: &Redactor) -> Vec<String> {
    let skipped = skip(case).map(|reason| format!("skipped: {}", redactor.text(reason)));
    let notes = case.notes.iter().map(|note| format!("note: {}", redactor.text(note)));
    skipped.into_iter().chain(notes).collect()
}

/// Each result code that the listed cases document, with the case that gives it; where none of them
/// is sent, with the first, beside which the reason stands. Codes of cases that are not selected are left out.
fn codes(out: &mut dyn Write, suite: &SuitePlan, redactor: &Redactor) -> io::Result<()> {
    let mut by_id: HashMap<&str, Vec<&Case>> = HashMap::new();
    for case in &suite.cases {
        by_id.entry(case.id.without_row()).or_default().push(case);
    }
    let documented = row::documented(suite, redactor).documented;
    let cases_of = |row: &DocumentedRow| -> Vec<&Case> {
        row.cases.iter().filter_map(|id| by_id.get(id.as_str())).flatten().copied().collect()
    };
    let listed: Vec<_> = documented.iter().map(|row| (row, cases_of(row))).collect();
    let listed = || listed.iter().filter(|(_, cases)| !cases.is_empty());
    let codes = width(listed().map(|(row, _)| row.code.as_str()));
    for (documented, cases) in listed() {
        let code = escape::line(&documented.code);
        let how = match (cases.iter().find(|case| skip(case).is_none()), cases.first()) {
            (Some(case), _) => case.id.to_string(),
            (None, first) => {
                let skipped = first.map(|case| case.id.to_string()).unwrap_or_default();
                format!("nothing gives it: {skipped} is skipped")
            }
        };
        writeln!(out, "code: {code:codes$}  {}", escape::line(&how))?;
    }
    Ok(())
}

/// `before: shop::get_users::ok → active_id`, `after: …`.
fn steps_of(steps: &Steps) -> Vec<String> {
    let line = |what: &str, step: &Step| {
        let names: Vec<&str> = step.capture.iter().map(|(name, _)| name.as_str()).collect();
        let arrow = if names.is_empty() { "" } else { " → " };
        format!("{what}: {}{arrow}{}", step.case.id, names.join(", "))
    };
    let before = steps.before.iter().map(|step| line("before", step));
    before.chain(steps.after.iter().map(|step| line("after", step))).collect()
}

fn recipe(case: &Case) -> String {
    match &case.action {
        Action::Send { request, .. } => format!("{} {}", request.method, case.recipe),
        Action::Skip(_) => case.recipe.to_string(),
    }
}

fn expectation(case: &Case, redactor: &Redactor) -> String {
    if let Action::Skip(Skip { class: SkipClass::NoStatus, .. }) = &case.action {
        return "no status".to_owned();
    }
    match &case.expectation.code {
        Some(code) => {
            format!("{} {}", case.expectation.status, row::shown_code(&code.at, &code.code, redactor))
        }
        None => case.expectation.status.to_string(),
    }
}

fn skip(case: &Case) -> Option<&str> {
    match &case.action {
        Action::Send { .. } => None,
        Action::Skip(skip) => Some(&skip.reason),
    }
}

/// The lints, each with level and id, the first place, and how many more there are.
pub fn lints(out: &mut dyn Write, lints: &[Lint]) -> io::Result<()> {
    for lint in lints {
        let place = format!("{} {}", row::file(&lint.file), lint.pointer);
        writeln!(out, "{}", escape::line(place.trim_end()))?;
        let more = if lint.places > 1 {
            format!(" (and {} more)", count(lint.places - 1, "place"))
        } else {
            String::new()
        };
        let level = lint.id.severity();
        writeln!(out, "    {level}: {}{more} [{}]", escape::line(&lint.message), lint.id)?;
    }
    let warnings = lints.iter().filter(|lint| lint.id.severity() >= Severity::Warning).count();
    let of = match (warnings, lints.len()) {
        (_, 0) => String::new(),
        (warnings, all) => format!(": {}, {} of level info", count(warnings, "warning"), all - warnings),
    };
    writeln!(out, "{}{of}", count(lints.len(), "lint"))?;
    cures(out, lints)
}

/// What to do about each kind of lint, once.
fn cures(out: &mut dyn Write, lints: &[Lint]) -> io::Result<()> {
    let mut ids: Vec<LintId> = lints.iter().map(|lint| lint.id).collect();
    ids.sort_by_key(|id| (Reverse(id.severity()), *id));
    ids.dedup();
    if ids.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nwhat to do:")?;
    let names = width(ids.iter().map(|id| id.as_str()));
    ids.iter().try_for_each(|id| writeln!(out, "  {:names$}  {}", id.as_str(), id.cure()))
}

fn width<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(|text| text.chars().count()).max().unwrap_or(0).min(100)
}
