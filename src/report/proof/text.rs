//! The proof for people: a line for each case, a table for each suite, and why some changes cannot be
//! caught.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{Proof, SuiteProof, Totals};
use crate::mutate::{CaseProof, Count, Kind, MOST_PLACES, Nature, Reason};
use crate::redact::Redactor;
use crate::report::count::count;
use crate::report::{Verbosity, escape, row};

/// What catches a change that is missed.
const MISSED: &str = "next: one more example that shows the place, `compare = \"exact\"` for the case, or a schema of your own catches what is missed";
/// Missed changes and false alarms that are shown for one case.
const SHOWN: usize = 25;

/// Prints the proof; quietly, only the cases with something wrong, the scores and the summary; verbosely, each
/// case with what is inherent.
pub fn write(
    out: &mut dyn Write,
    proof: &Proof,
    redactor: &Redactor,
    verbosity: Verbosity,
) -> io::Result<()> {
    let quiet = verbosity == Verbosity::Quiet;
    let mut page = Page { out, redactor, verbose: verbosity == Verbosity::Verbose };
    for (id, case) in proof.cases().filter(|(_, case)| !quiet || !case.is_proven()) {
        page.case(id, case)?;
    }
    for id in &proof.undecided {
        page.line(&format!("ERROR   {id}  (its schema takes too long to judge by)"))?;
        page.line("        hint: branches (`anyOf`, `oneOf`, `$ref`) that branch again multiply")?;
    }
    for suite in proof.suites.iter().filter(|suite| !quiet && !suite.cases.is_empty()) {
        page.suite(suite)?;
    }
    page.summary(proof)
}

struct Page<'p> {
    out: &'p mut dyn Write,
    redactor: &'p Redactor,
    verbose: bool,
}

impl Page<'_> {
    fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}", escape::line(&self.redactor.text(text.trim_end())))
    }

    fn case(&mut self, id: &str, case: &CaseProof) -> io::Result<()> {
        let label = if case.is_proven() { "PROVEN" } else { "WEAK  " };
        let all = Totals::of([case]).all(Nature::Breaking);
        let mut about = vec![format!("{} caught", of(all.caught, all.caught + all.wrong, "breaking change"))];
        about.extend((all.inherent > 0).then(|| format!("{} inherent", all.inherent)));
        about.extend((case.left_out > 0).then(|| format!("{} left out", count(case.left_out, "place"))));
        self.line(&format!("{label}  {id}  ({})", about.join(", ")))?;
        for missed in case.missed().take(SHOWN) {
            self.line(&format!(
                "        missed       {}  {}  {}",
                missed.kind.as_str(),
                row::place(&missed.at, self.redactor),
                missed.what
            ))?;
        }
        let verbose = self.verbose;
        let inherent = case.survivors.iter().filter(|_| verbose);
        for (survivor, reason) in inherent.filter_map(|one| Some((one, one.reason.as_ref()?))) {
            let at = row::place(&survivor.at, self.redactor);
            let kind = survivor.kind.as_str();
            self.line(&format!("        inherent     {kind}  {at}  {}: {}", survivor.what, reason.text()))?;
        }
        for alarm in case.false_alarms.iter().take(SHOWN) {
            let kind = alarm.kind.map_or("the answer as it is", Kind::as_str);
            let place = format!("{} {}", alarm.finding, row::place(&alarm.found_at, self.redactor));
            let at = row::place(&alarm.at, self.redactor);
            self.line(&format!("        false alarm  {kind}  {at}  told as {place}"))?;
        }
        let wrong = case.missed().count() + case.false_alarms.len();
        let shown = case.missed().count().min(SHOWN) + case.false_alarms.len().min(SHOWN);
        if wrong > shown {
            self.line(&format!("        and {} more: --report json=FILE", wrong - shown))?;
        }
        Ok(())
    }

    fn suite(&mut self, suite: &SuiteProof) -> io::Result<()> {
        let totals = Totals::of(suite.cases.iter().map(|(_, case)| case));
        writeln!(self.out)?;
        let head = format!("{} ({})", suite.name, count(suite.cases.len(), "case"));
        self.line(&format!("{head:<28}  changes  caught  inherent  missed"))?;
        for (kind, count) in totals.kinds().filter(|(kind, _)| kind.nature() == Nature::Breaking) {
            self.row(kind, [count.tried, count.caught, count.inherent, count.wrong])?;
        }
        self.line(&format!("{:<28}  changes  silent     asked  false alarms", "harmless"))?;
        for (kind, count) in totals.kinds().filter(|(kind, _)| kind.nature() == Nature::Harmless) {
            let Count { tried, inherent, wrong, .. } = count;
            self.row(kind, [tried, tried - inherent - wrong, inherent, wrong])?;
        }
        self.inherent(suite)
    }

    fn row(&mut self, kind: Kind, [a, b, c, d]: [usize; 4]) -> io::Result<()> {
        self.line(&format!("  {:<26}  {a:>7}  {b:>6}  {c:>8}  {d:>6}", kind.as_str()))
    }

    /// The inherent survivors, by reason, each with one place and the cure.
    fn inherent(&mut self, suite: &SuiteProof) -> io::Result<()> {
        let mut reasons: BTreeMap<Cow<'_, str>, (usize, &Reason, &str, &str)> = BTreeMap::new();
        for (id, case) in &suite.cases {
            for survivor in &case.survivors {
                let Some(reason) = &survivor.reason else { continue };
                let entry = reasons.entry(reason.class()).or_insert((0, reason, id, &survivor.at));
                entry.0 += 1;
            }
        }
        if reasons.is_empty() {
            return Ok(());
        }
        self.line("inherent: no contract of these examples and settings can tell")?;
        let mut reasons: Vec<_> = reasons.into_iter().collect();
        reasons.sort_by_key(|(class, (count, ..))| (std::cmp::Reverse(*count), class.clone()));
        for (class, (count, reason, id, at)) in reasons {
            self.line(&format!("  {count} × {class}"))?;
            self.line(&format!("      such as {} of {id}", row::place(at, self.redactor)))?;
            self.line(&format!("      caught by {}", reason.cure()))?;
        }
        Ok(())
    }

    fn summary(&mut self, proof: &Proof) -> io::Result<()> {
        writeln!(self.out)?;
        for suite in &proof.suites {
            let totals = Totals::of(suite.cases.iter().map(|(_, case)| case));
            let (breaking, harmless) = (totals.all(Nature::Breaking), totals.all(Nature::Harmless));
            let Some(score) = totals.score() else {
                self.line(&format!(
                    "score: {} none: nothing to change in {}",
                    suite.name,
                    count(suite.cases.len(), "case")
                ))?;
                continue;
            };
            let score = percent(score);
            let caught = of(breaking.caught, breaking.caught + breaking.wrong, "breaking change");
            let unchanged = suite
                .cases
                .iter()
                .flat_map(|(_, case)| &case.false_alarms)
                .filter(|alarm| alarm.kind.is_none());
            self.line(&format!(
                "score: {} {score}: {caught} caught, {}; {} of {}",
                suite.name,
                inherent(breaking),
                count(harmless.wrong + unchanged.count(), "false alarm"),
                count(harmless.tried, "harmless change"),
            ))?;
        }
        let left_out: usize = proof.cases().map(|(_, case)| case.left_out).sum();
        if left_out > 0 {
            self.line(&format!(
                "left out: {} of large bodies (at most {MOST_PLACES} of one body are changed; --seed chooses others)",
                count(left_out, "place")
            ))?;
        }
        self.wire(proof)?;
        if let Some(signal) = proof.interrupted {
            self.line(&format!("interrupted by {signal}: {} not proven", count(proof.unproven, "case")))?;
        }
        let proven = proof.cases().filter(|(_, case)| case.is_proven()).count();
        let weak = proof.cases().count() - proven;
        let time = proof.duration;
        let time = if time.as_secs() > 0 {
            format!("{:.1} s", time.as_secs_f64())
        } else {
            format!("{} ms", time.as_millis())
        };
        let undecided = match proof.undecided.len() {
            0 => String::new(),
            some => format!(", {some} undecided"),
        };
        self.line(&format!("summary: {} proven, {weak} weak{undecided}; {time}", count(proven, "case")))?;
        if proof.cases().any(|(_, case)| case.missed().next().is_some()) {
            self.line(MISSED)?;
        }
        Ok(())
    }

    fn wire(&mut self, proof: &Proof) -> io::Result<()> {
        let wire = &proof.wire;
        for text in &wire.differing {
            self.line(&format!("over HTTP judged otherwise: {text}"))?;
        }
        for text in &wire.unanswered {
            self.line(&format!("over HTTP not answered: {text}"))?;
        }
        let same = wire.sent - wire.differing.len() - wire.unanswered.len();
        self.line(&format!("over HTTP: {} judged as in memory", of(same, wire.sent, "changed answer")))
    }
}

/// The score is that of what the contract claims; this says how much that is.
fn inherent(Count { tried, caught, inherent, .. }: Count) -> String {
    if inherent == 0 {
        return "0 inherent".to_owned();
    }
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let part = percent(number(caught) / number(tried.max(1)));
    format!("{inherent} inherent ({part} of all {tried} caught)")
}

fn percent(score: f64) -> String {
    // Rounded down: 100 % is said of all or nothing.
    format!("{:.1} %", (score * 1000.0).floor() / 10.0)
}

fn of(part: usize, whole: usize, noun: &str) -> String {
    format!("{part} of {}", count(whole, noun))
}
