//! The answers of a history as text. Each line begins with a word of ours, and texts of the history are
//! escaped: they are those of answers.

use std::io::{self, Write};

use jiff::Timestamp;

use crate::history::answers::{Answers, CaseAnswers, TargetAnswers, Times, What};
use crate::history::weigh::Flaky;
use crate::report::count::count;
use crate::report::drift::{day, line};
use crate::report::escape;

/// Changes, and cases in short, that are shown of one target.
const SHOWN: usize = 100;

/// Writes the answers; `in_full` shows all that is known of each case, else only the cases that do not just
/// pass, in a line each.
pub fn write(out: &mut dyn Write, answers: &Answers, in_full: bool) -> io::Result<()> {
    for (at, target) in answers.targets.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        head(out, target, answers.since)?;
        changes(out, target)?;
        if in_full {
            target.cases.iter().try_for_each(|case| full(out, case))?;
        } else {
            short(out, target)?;
        }
    }
    out.flush()
}

fn head(out: &mut dyn Write, target: &TargetAnswers, since: Timestamp) -> io::Result<()> {
    let last = target.last.map(|last| format!("; the last on {}", day(last))).unwrap_or_default();
    let target_name = escape::line(&target.target);
    let since = if since == Timestamp::MIN { String::new() } else { format!(" since {}", day(since)) };
    let runs = of_runs(target.runs);
    writeln!(out, "target: {target_name}  {runs}{since}{last}")
}

fn of_runs(number: u32) -> String {
    count(usize::try_from(number).unwrap_or(usize::MAX), "run")
}

/// What came and went, a line each.
fn changes(out: &mut dyn Write, target: &TargetAnswers) -> io::Result<()> {
    if target.changes.is_empty() {
        writeln!(out, "changes: none")?;
    }
    let more = target.changes.len().saturating_sub(SHOWN);
    if more > 0 {
        writeln!(out, "changes: {more} earlier ones are left out; --format json has all")?;
    }
    for change in target.changes.iter().skip(more) {
        let (what, behind) = match change.what {
            What::First => ("first run", String::new()),
            What::Came => ("new", String::new()),
            What::Counts => ("counts", String::new()),
            What::Went => ("resolved", String::new()),
            What::Flaky(times) => ("flaky", format!("  (changed {times} times)")),
        };
        let difference = line(&change.stretch.difference, &change.case);
        writeln!(out, "on {}  {what:<9} {}{behind}", day(change.at), escape::line(&difference))?;
    }
    Ok(())
}

/// The cases of which there is something to say.
fn short(out: &mut dyn Write, target: &TargetAnswers) -> io::Result<()> {
    let odd = |case: &&CaseAnswers| {
        case.gone.is_some()
            || case.is_flaky()
            || case.now.is_none_or(|now| !now.passes)
            || case.stretches.iter().any(|stretch| stretch.resolved.is_none())
    };
    let told: Vec<&CaseAnswers> = target.cases.iter().filter(odd).collect();
    for case in told.iter().take(SHOWN) {
        let flaky = flaky(case).map(|flaky| format!("; {flaky}")).unwrap_or_default();
        let open = case.stretches.iter().filter(|stretch| stretch.resolved.is_none()).count();
        let open = if open > 0 { format!("; findings: {open}") } else { String::new() };
        writeln!(out, "case: {}  {}{open}{flaky}", escape::line(&case.case), now(case))?;
    }
    let fine = target.cases.len() - told.len();
    let more = told.len().saturating_sub(SHOWN);
    if more > 0 {
        writeln!(out, "and {more} more such cases; --format json has all")?;
    }
    writeln!(out, "cases: {} with something to tell, {fine} that just pass", told.len())
}

/// All that is known of a case.
fn full(out: &mut dyn Write, case: &CaseAnswers) -> io::Result<()> {
    writeln!(out, "case: {}  {}", escape::line(&case.case), now(case))?;
    let CaseAnswers { runs, passed, failed, errored, .. } = case;
    writeln!(out, "  runs      {runs}: {passed} passed, {failed} failed, {errored} errored")?;
    if let Some(flaky) = flaky(case) {
        writeln!(out, "  flaky     {flaky}")?;
    }
    if case.times.count > 0 {
        writeln!(out, "  latency   {}", times(&case.times))?;
    }
    for (from, of_period) in case.periods.iter().filter(|_| case.periods.len() > 1) {
        if of_period.count > 0 {
            writeln!(out, "    from {}  {}", day(*from), times(of_period))?;
        }
    }
    for stretch in &case.stretches {
        let until = match stretch.resolved {
            Some(end) => format!("resolved on {}", day(end)),
            None => format!("last seen on {}", day(stretch.last)),
        };
        let difference = &stretch.difference;
        let place = if difference.at.is_empty() { String::new() } else { format!("  {}", difference.at) };
        let what = format!("{} {}{place}", difference.level(), difference.kind);
        writeln!(out, "  finding   {}", escape::line(&what))?;
        let times = of_runs(stretch.times);
        let counts = stretch.counts.map(|at| format!(", counts since {}", day(at))).unwrap_or_default();
        writeln!(out, "    since {}{counts}, {until}; in {times}", day(stretch.first))?;
        writeln!(out, "    expected  {}", escape::line(&difference.expected))?;
        writeln!(out, "    actual    {}", escape::line(&difference.actual))?;
    }
    Ok(())
}

/// `fails since 2026-11-10`.
fn now(case: &CaseAnswers) -> String {
    if let Some(gone) = case.gone {
        let last = case.last.map(|last| format!("; its last run was on {}", day(last))).unwrap_or_default();
        return format!("gone from the collection since {}{last}", day(gone));
    }
    match case.now {
        None => "had no usable answer".to_owned(),
        Some(now) => {
            let verb = if now.passes { "passes" } else { "fails" };
            let least = if now.at_least { "at least " } else { "" };
            format!("{verb} since {least}{}", day(now.since))
        }
    }
}

fn flaky(case: &CaseAnswers) -> Option<String> {
    let changed = case.flaky.map(|(at, Flaky { failed, runs, flips, .. })| {
        let flips = count(flips, "time");
        format!("failed in {failed} of the {runs} runs up to {}, changed its verdict {flips}", day(at))
    });
    let retried =
        (case.retried > 0).then(|| format!("passed only when tried again in {}", count(case.retried, "run")));
    let parts: Vec<String> = changed.into_iter().chain(retried).collect();
    case.is_flaky().then(|| parts.join(", "))
}

/// `p50 120 ms, p95 300 ms (28 times)`.
fn times(times: &Times) -> String {
    let ms = |value: Option<f64>| value.map_or_else(|| "?".to_owned(), |ms| format!("{ms:.0} ms"));
    format!("p50 {}, p95 {} (of {})", ms(times.p50), ms(times.p95), times.count)
}
