//! Every change of a case, judged.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::base::Base;
use super::change::Mutation;
use super::contract::contract_of;
use super::kind::{Kind, Nature};
use super::list::mutations;
use super::reason::{Reason, explain};
use super::shown::Witnesses;
use crate::check::{check, waived};
use crate::contract::schema::infer::Strictness;
use crate::contract::{BodyExpectation, Expectation, json};
use crate::finding::{Finding, FindingId, Severity};
use crate::message::Answer;
use crate::plan::Case;
use crate::suite::SeverityTable;

/// By what a proof is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// The lowest level that fails a case.
    pub fail_on: Severity,
    /// Chooses among places and draws new values.
    pub seed: u64,
    /// Whether a person wrote the schema of the case: what it allows is meant.
    pub owned: bool,
}

/// What became of the changes of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Changes that were made.
    pub tried: usize,
    /// Breaking ones that were found.
    pub caught: usize,
    /// Breaking ones that nothing real shows, and harmless ones that the person's settings forbid.
    pub inherent: usize,
    /// Breaking ones that slipped through, and harmless ones that were found.
    pub wrong: usize,
}

impl Count {
    /// Both together.
    pub fn add(&mut self, other: Self) {
        self.tried += other.tried;
        self.caught += other.caught;
        self.inherent += other.inherent;
        self.wrong += other.wrong;
    }
}

/// A breaking change that nothing found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survivor {
    /// The kind.
    pub kind: Kind,
    /// The place.
    pub at: String,
    /// What became what.
    pub what: String,
    /// Why it is inherent; `None` where the contract missed it.
    pub reason: Option<Reason>,
}

/// A harmless change that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FalseAlarm {
    /// The kind; `None` where the answer was not changed at all.
    pub kind: Option<Kind>,
    /// The place of the change.
    pub at: String,
    /// What was found.
    pub finding: FindingId,
    /// Where it was found.
    pub found_at: String,
}

/// What became of all changes of one case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseProof {
    /// What [`contract_of`] says of the case.
    pub contract: String,
    /// By kind; kinds that do not apply are left out.
    pub counts: BTreeMap<Kind, Count>,
    /// Breaking changes that slipped through, in the order in which they were made.
    pub survivors: Vec<Survivor>,
    /// Harmless changes that were found.
    pub false_alarms: Vec<FalseAlarm>,
    /// Classes of places that were left out.
    pub left_out: usize,
}

impl CaseProof {
    /// Survivors that the contract missed.
    pub fn missed(&self) -> impl Iterator<Item = &Survivor> {
        self.survivors.iter().filter(|survivor| survivor.reason.is_none())
    }

    /// Whether nothing was missed and nothing was told in vain.
    pub fn is_proven(&self) -> bool {
        self.false_alarms.is_empty() && self.missed().next().is_none()
    }
}

/// Whether a case with these findings does not pass.
pub fn is_caught(findings: &[Finding], fail_on: Severity) -> bool {
    findings.iter().any(|finding| finding.severity >= fail_on)
}

/// Makes every change of the case's answer and judges it.
///
/// An unchanged answer that is found wanting is the only false alarm of its case: nothing can be said
/// of changes then; wanting is what fails the case, and a warning in any case. A harmless change is a
/// false alarm where anything from a warning on is found, whatever fails a case: warnings are read, too.
/// Waivers let go here what they let go in a run.
///
/// `is_over` is asked before each change: once it is so, what was found until then is all there will be.
pub fn prove(
    case: &Case,
    base: &Base,
    rules: Rules,
    witnesses: &Witnesses,
    is_over: &dyn Fn() -> bool,
) -> CaseProof {
    let mut proof = CaseProof { contract: contract_of(case, rules.fail_on), ..CaseProof::default() };
    let found = waived(case, check(&case.expectation, &base.answer));
    if let Some(finding) = alarm(&found, rules.fail_on.min(Severity::Warning)) {
        proof.false_alarms.push(false_alarm(None, "", finding));
        return proof;
    }
    let (shown, usual) = (OnceCell::new(), Usual::of(case));
    let all = mutations(case, base, rules.seed);
    proof.left_out = all.left_out;
    for mutation in &all.list {
        if is_over() {
            break;
        }
        let Some(answer) = mutation.apply(base, rules.seed) else { continue };
        let found = check(&case.expectation, &answer);
        let fails = is_caught(&found, rules.fail_on);
        let found = waived(case, found);
        let count = match mutation.kind.nature() {
            Nature::Breaking if is_caught(&found, rules.fail_on) => Count { caught: 1, ..Count::default() },
            Nature::Breaking if fails => proof.survivor(mutation, Reason::waived(&found)),
            Nature::Breaking => {
                let lowered = || usual.lowered(&answer, rules.fail_on).map(Reason::Severity);
                let shown = || shown.get_or_init(|| witnesses.of(case));
                let explain = || explain(case, mutation, shown(), (rules.fail_on, rules.owned));
                proof.survivor(mutation, lowered().or_else(explain))
            }
            Nature::Harmless => {
                let refused = || rules.owned && is_refused(case, &answer);
                let is_meant = |id| refused() || closes(case, id) || usual.is_raised(&answer);
                proof.harmless(mutation, &found, &is_meant)
            }
        };
        let total = proof.counts.entry(mutation.kind).or_default();
        total.add(Count { tried: 1, ..count });
    }
    proof
}

impl CaseProof {
    fn survivor(&mut self, mutation: &Mutation, reason: Option<Reason>) -> Count {
        let (inherent, wrong) = if reason.is_some() { (1, 0) } else { (0, 1) };
        let Mutation { kind, at, what, .. } = mutation.clone();
        self.survivors.push(Survivor { kind, at, what, reason });
        Count { inherent, wrong, ..Count::default() }
    }

    /// `is_meant` says that suite.toml raises what is found, or that a schema of the person's own, or one that
    /// was learned strict, closes.
    fn harmless(
        &mut self,
        mutation: &Mutation,
        found: &[Finding],
        is_meant: &dyn Fn(FindingId) -> bool,
    ) -> Count {
        let Some(finding) = alarm(found, Severity::Warning) else { return Count::default() };
        if is_meant(finding.id) {
            return Count { inherent: 1, ..Count::default() };
        }
        self.false_alarms.push(false_alarm(Some(mutation.kind), &mutation.at, finding));
        Count { wrong: 1, ..Count::default() }
    }
}

/// Whether the schema of the case refuses what came, whatever else is said of it.
fn is_refused(case: &Case, answer: &Answer) -> bool {
    let BodyExpectation::Json { schema, .. } = &case.expectation.body else { return false };
    let text = answer.text().unwrap_or_default();
    json::parse(&text).is_ok_and(|(body, _)| !schema.accepts(&body))
}

/// Whether a schema file that was learned by `--strict` refuses this, as was asked for.
fn closes(case: &Case, id: FindingId) -> bool {
    let BodyExpectation::Json { schema, .. } = &case.expectation.body else { return false };
    let strict = schema.owner().is_some_and(|owner| owner.strictness() == Strictness::Closed);
    strict && matches!(id, FindingId::BodyFieldAdded | FindingId::BodyEnumNewValue)
}

/// The case as it would be judged without `[severity]` of suite.toml: what is found then, and not with it,
/// is what the table lowers, whatever stands beside it, and the reverse what it raises.
struct Usual<'c> {
    case: &'c Case,
    expectation: Option<Expectation>,
}

impl<'c> Usual<'c> {
    fn of(case: &'c Case) -> Self {
        let given = &case.expectation;
        let usual =
            || Expectation { severity: Arc::new(SeverityTable::default()), ..Expectation::clone(given) };
        Self { case, expectation: (!given.severity.is_empty()).then(usual) }
    }

    fn found(&self, answer: &Answer) -> Option<Vec<Finding>> {
        Some(waived(self.case, check(self.expectation.as_ref()?, answer)))
    }

    /// The gravest finding that would fail the case.
    fn lowered(&self, answer: &Answer, fail_on: Severity) -> Option<FindingId> {
        let found = self.found(answer)?;
        alarm(&found, fail_on).map(|finding| finding.id)
    }

    /// Whether nothing would be told.
    fn is_raised(&self, answer: &Answer) -> bool {
        self.found(answer).is_some_and(|found| alarm(&found, Severity::Warning).is_none())
    }
}

/// The gravest finding, if it is of that level or above; what is waived counts for nothing.
fn alarm(found: &[Finding], level: Severity) -> Option<&Finding> {
    let counts = |finding: &&Finding| finding.severity >= level && finding.waived.is_none();
    found.iter().filter(counts).max_by_key(|finding| finding.severity)
}

fn false_alarm(kind: Option<Kind>, at: &str, finding: &Finding) -> FalseAlarm {
    FalseAlarm { kind, at: at.to_owned(), finding: finding.id, found_at: finding.at.clone() }
}
