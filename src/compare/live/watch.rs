//! One case on two servers.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use super::super::error::CompareError;
use super::align::aligned;
use super::contract::Kind;
use super::evidence::{Seen, claims, is_at_or_above, is_noise, is_same};
use super::family::{Family, choices};
use super::patterns::places;
use super::settle::{Cancelled, Claim, Reason, Rounds, Settled, WHOLE, settle};
use super::shapes::{Shape, differing};
use super::together::{Jointly, Strange, Together};
use super::unseen::{hides, is_unseen};
use super::{contract, documented};
use crate::check::{check, check_with_values};
use crate::contract::pointer::values_at;
use crate::contract::{BodyExpectation, Expectation, json};
use crate::finding::{Finding, FindingId, Severity};
use crate::message::{Answer, Headers, Origin, Request};
use crate::plan::Case;
use crate::suite::{Compare, Settings};

/// One case under comparison: begun with an answer of the old server, fed with the answers that follow.
#[derive(Debug)]
pub struct Watch {
    case: Arc<Case>,
    method: String,
    settings: Arc<Settings>,
    /// What the first answer of the old server asks for.
    expectation: Arc<Expectation>,
    /// Its status, headers and body, where values are compared.
    first: Option<Answer>,
    violations: Vec<Finding>,
    /// The origin of the new server and that of the old one, where they differ.
    origins: Option<(String, String)>,
    rounds: Rounds,
    /// By round the answers of the new server.
    new: Vec<Taken>,
    /// The answers of the old server, from the first on: one more than there are complete rounds.
    old: Vec<Taken>,
    documented: Vec<Finding>,
    claims: Vec<Claim>,
    settled: Settled,
    noise: Vec<Finding>,
    /// Of how many rounds that is.
    weighed: usize,
}

/// An answer, and what it has against the first one of the old server.
#[derive(Debug)]
struct Taken {
    answer: Answer,
    /// Where it is JSON.
    body: Option<Value>,
    found: Vec<Finding>,
    /// What of that the saved examples allow.
    allowed: Vec<Finding>,
    family: Family,
    shape: Option<Shape>,
}

impl Taken {
    fn new(case: &Case, answer: &Answer, found: Vec<Finding>) -> Self {
        let body = read(answer);
        let mut own = found.clone();
        let allowed = documented::take(&case.expectation, (answer, body.as_ref()), &mut own);
        let family = Family::of(case, answer, body.as_ref());
        let shape = body.as_ref().map(Shape::of);
        Self { answer: answer.clone(), body, found, allowed, family, shape }
    }

    fn seen<'a>(&'a self, found: &'a [Finding]) -> Seen<'a> {
        Seen { found, body: self.body.as_ref(), family: self.family }
    }
}

/// What came of one case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// What every answer of the new server has that shows the place, and none of the old one: by [`check`],
    /// at its level. Also differences of a level of which every answer has one or another.
    pub drift: Vec<Finding>,
    /// What only some answers of the new server have, more than chance gives: one level lower.
    pub intermittent: Vec<Finding>,
    /// What does not count, each once.
    pub cancelled: Vec<Cancelled>,
    /// Where the old server differs from the saved example, from a warning on.
    pub violations: Vec<Finding>,
    /// How many answers of the new server were looked at.
    pub rounds: usize,
}

impl Watch {
    /// Begins with the first answer of the old server to a request; `settings` are those
    /// of the suite on the old server. With `values`, values that are not volatile are compared, too.
    ///
    /// The inner error is a finding of level [`Severity::Env`]: the answer says more of the environment
    /// than of the API, and there is nothing to compare with.
    pub fn begin(
        case: &Arc<Case>,
        request: &Request,
        settings: &Arc<Settings>,
        answer: &Answer,
        values: bool,
    ) -> Result<Result<Self, Box<Finding>>, CompareError> {
        let mut violations = check(&case.expectation, answer);
        if let Some(environment) = environment(&violations) {
            return Ok(Err(environment));
        }
        violations.retain(|finding| finding.severity >= Severity::Warning);
        Ok(Ok(Self {
            expectation: contract::of(case, &request.method, answer, settings)?,
            // `compare = "exact"` compares them itself, at its own level.
            first: (values && case.expectation.compare == Compare::Contract).then(|| answer.clone()),
            old: vec![Taken::new(case, answer, Vec::new())],
            case: Arc::clone(case),
            method: request.method.clone(),
            origins: None,
            settings: Arc::clone(settings),
            violations,
            weighed: 0,
            rounds: Rounds { wanted: 1, may_settle: false },
            new: Vec::new(),
            documented: Vec::new(),
            claims: Vec::new(),
            settled: Settled::default(),
            noise: Vec::new(),
        }))
    }

    /// A difference is confirmed by so many rounds, or, where the request `may_settle` it by being sent as
    /// often as that takes, by up to six times as many ([`most_rounds`](Self::most_rounds)). Without this
    /// there is one round.
    #[must_use]
    pub fn confirmed_by(mut self, wanted: usize, may_settle: bool) -> Self {
        self.rounds = Rounds { wanted, may_settle };
        self
    }

    /// The most rounds that [`is_suspicious`](Self::is_suspicious) asks for.
    pub fn most_rounds(&self) -> usize {
        self.rounds.most()
    }

    /// Reads the new server's own address in its answers as the old one's in theirs: links that lead to
    /// the server itself are no difference.
    #[must_use]
    pub fn at(mut self, old: &Origin, new: &Origin) -> Self {
        self.origins = (old != new).then(|| (new.to_string(), old.to_string()));
        self
    }

    /// Takes an answer of the new server: a round begins; one that was begun and is not complete is
    /// forgotten. The error is as in [`begin`](Self::begin), and leaves everything as it was.
    pub fn new_answer(&mut self, answer: &Answer) -> Result<(), Box<Finding>> {
        let answer =
            self.origins.as_ref().map_or(Cow::Borrowed(answer), |(new, old)| moved(answer, new, old));
        let found = self.found(&answer)?;
        self.new.truncate(self.rounds_done());
        self.new.push(Taken::new(&self.case, &answer, found));
        Ok(())
    }

    /// Takes a further answer of the old server: the round is complete. The error is as in
    /// [`new_answer`](Self::new_answer).
    pub fn old_again(&mut self, answer: &Answer) -> Result<(), Box<Finding>> {
        let found = self.found(answer)?;
        self.old.push(Taken::new(&self.case, answer, found));
        Ok(())
    }

    /// How many rounds are complete.
    pub fn rounds_done(&self) -> usize {
        self.old.len().saturating_sub(1)
    }

    /// Whether anything is left that another round could confirm, take away, or bring to light. Once the rounds
    /// that settle what every answer has are over, that is asked every few rounds.
    pub fn is_suspicious(&mut self) -> bool {
        let done = self.rounds_done();
        if self.rounds.is_between(done) {
            return true;
        }
        self.weigh();
        self.settled.goes_on(done, self.rounds)
            || (self.rounds.may_settle && self.rounds.look_on(done, || self.hides(), || self.is_unseen()))
    }

    /// What the answers differ in that does not count.
    fn hiding(&self) -> impl Iterator<Item = &Finding> {
        let own = self.old.iter().flat_map(|taken| &taken.found);
        own.chain(&self.noise).chain(&self.documented).filter(|finding| hides(finding))
    }

    fn hides(&self) -> bool {
        self.hiding().next().is_some() || self.is_mixed()
    }

    /// Whether the answers are of several families, each of which hides what the others are like.
    fn is_mixed(&self) -> bool {
        let mut all = self.old.iter().chain(&self.new).map(|taken| taken.family);
        all.next().is_some_and(|first| all.any(|family| family != first))
    }

    /// Whether the old server has something at one of these places that the new one has not shown.
    fn is_unseen(&self) -> bool {
        let [old, new] = [&self.old, &self.new]
            .map(|taken| taken.iter().map(|taken| taken.body.as_ref()).collect::<Vec<_>>());
        let root = self.is_mixed().then_some("");
        is_unseen(self.hiding().map(|finding| finding.at.as_str()).chain(root), &old, &new)
    }

    /// What came of it; a round that is not complete does not count.
    pub fn finish(mut self) -> Compared {
        self.weigh();
        let rounds = self.rounds_done();
        self.tell_together();
        self.tell_jointly();
        let Settled { drift, intermittent, seldom, .. } = self.settled;
        let cancelled = |reason| move |finding| Cancelled { finding, reason };
        let noise = self.noise.into_iter().map(cancelled(Reason::Noise));
        let seldom = seldom.into_iter().map(cancelled(Reason::Seldom));
        let documented = self.documented.into_iter().map(cancelled(Reason::Documented));
        Compared {
            drift,
            intermittent,
            cancelled: noise.chain(seldom).chain(documented).collect(),
            violations: self.violations,
            rounds,
        }
    }

    /// Holds every new answer against all old ones. What the new answer has against the first old one, and
    /// not against all of them, is noise; what the saved examples show is taken out of both.
    fn weigh(&mut self) {
        self.new.truncate(self.rounds_done());
        if self.weighed == self.rounds_done() {
            return;
        }
        self.weighed = self.rounds_done();
        if self.new.iter().all(|taken| taken.found.is_empty() && self.is_like_first(taken)) {
            return;
        }
        let old: Vec<&Taken> = self.old.iter().collect();
        let kinds = self.kinds(&old);
        let (mut all, mut allowed, mut first) = (Vec::new(), Vec::new(), Vec::new());
        for taken in &self.new {
            let mut own = taken.found.clone();
            own.retain(|finding| !taken.allowed.iter().any(|allowed| is_same(allowed, finding)));
            let mut found = self.against(&kinds, &old, taken);
            let answer = (&taken.answer, taken.body.as_ref());
            allowed.extend(taken.allowed.iter().cloned());
            allowed.extend(documented::take(&self.case.expectation, answer, &mut found));
            first.push(own);
            all.push(found);
        }
        let seen: Vec<Seen<'_>> = self.new.iter().zip(&all).map(|(taken, found)| taken.seen(found)).collect();
        let others: Vec<Seen<'_>> = self.old.iter().map(|taken| taken.seen(&[])).collect();
        let own: Vec<Vec<Finding>> = self.old.iter().map(|taken| taken.found.clone()).collect();
        let claims = claims(&seen, &others, &own);
        let is_claimed = |finding: &Finding| claims.iter().any(|claim| is_same(&claim.finding, finding));
        let places = if claims.is_empty() { 0 } else { self.places(&claims, &first, &own) };
        let mut noise: Vec<Finding> = first.into_iter().flatten().collect();
        noise.retain(|finding| !is_claimed(finding));
        self.noise = once(noise);
        self.documented = once(allowed);
        self.settled = settle(&claims, places);
        self.claims = claims;
    }

    /// How many tries chance has.
    fn places(&self, claims: &[Claim], first: &[Vec<Finding>], own: &[Vec<Finding>]) -> usize {
        let all = || self.new.iter().chain(&self.old);
        let differing = differing(all().map(|taken| (taken.family, taken.shape.as_ref())));
        places(claims, (first, own), &differing) * choices(all().map(|taken| taken.family))
    }

    fn is_like_first(&self, taken: &Taken) -> bool {
        self.old.first().is_some_and(|first| first.family == taken.family)
    }

    /// Tells what every new answer has in one way or another, at the highest level at which that is so, where
    /// nothing of that level is told already.
    fn tell_together(&mut self) {
        for level in [Severity::Breaking, Severity::Warning] {
            if self.settled.drift.iter().any(|finding| finding.severity >= level) {
                return;
            }
            let Some(together) = Together::of(&self.claims, level) else { continue };
            if !Together::may_be_chance(self.strange(level)) {
                together.tell(&self.claims, &mut self.settled);
            }
        }
    }

    /// Tells what breaks some new answers in one way or another, where nothing of that level or the one below is
    /// told already.
    fn tell_jointly(&mut self) {
        let mut told = self.settled.drift.iter().chain(&self.settled.intermittent);
        if told.any(|finding| finding.severity >= Severity::Warning) {
            return;
        }
        let Some(jointly) = Jointly::of(&self.claims, Severity::Breaking) else { return };
        if !Jointly::may_be_chance(self.strange(Severity::Breaking)) {
            jointly.tell(&self.claims, &mut self.settled);
        }
    }

    /// How many answers have a difference of that level from the first quarter of the old ones.
    fn strange(&self, level: Severity) -> Strange {
        let (known, later) = self.old.split_at((1 + self.rounds_done() / 4).min(self.old.len()));
        let own: Vec<Vec<Finding>> = known.iter().map(|taken| taken.found.clone()).collect();
        let known: Vec<&Taken> = known.iter().collect();
        let kinds = self.kinds(&known);
        let is_strange = |taken: &&Taken| {
            let mut found = self.against(&kinds, &known, taken);
            let answer = (&taken.answer, taken.body.as_ref());
            documented::take(&self.case.expectation, answer, &mut found);
            found.iter().any(|finding| finding.severity >= level && !is_noise(finding, &own))
        };
        let count = |all: &[Taken]| (all.iter().filter(is_strange).count(), all.len());
        Strange { new: count(&self.new), old: count(later) }
    }

    fn kinds(&self, old: &[&Taken]) -> Vec<Kind> {
        let answers: Vec<Answer> = old.iter().map(|taken| taken.answer.clone()).collect();
        contract::kinds(&self.case, &self.method, &answers, &self.settings).unwrap_or_default()
    }

    /// What an answer has against these old ones, of which it was checked against the first. Answers to one
    /// request are one observation of the values of a record, however many they are: a list of known values
    /// counts only where one answer makes it known alone. And an empty text among them says nothing of the
    /// format of the others.
    fn against(&self, kinds: &[Kind], old: &[&Taken], taken: &Taken) -> Vec<Finding> {
        let mut found = against_all(kinds, taken, self.is_like_first(taken));
        found.retain(|finding| {
            finding.id != FindingId::BodyEnumNewValue
                || taken.found.iter().any(|first| is_same(first, finding))
                || self.asks_alone(old, taken, finding)
        });
        let is_of_format = |finding: &&Finding| {
            finding.id == FindingId::BodyFormatChanged
                && !found.iter().any(|known| known.at == finding.at)
                && !old.iter().any(|old| old.found.iter().any(|own| is_same(own, finding)))
        };
        let formats: Vec<Finding> = taken.found.iter().filter(is_of_format).cloned().collect();
        found.extend(formats);
        found
    }

    /// Whether the first of these answers that shows the place, alone, asks for what the finding is about.
    fn asks_alone(&self, old: &[&Taken], taken: &Taken, finding: &Finding) -> bool {
        let shows = |one: &&&Taken| {
            let there = one.body.as_ref().map(|body| values_at(&finding.at, body)).unwrap_or_default();
            there.iter().any(|value| !value.is_null())
        };
        let asked = old.iter().find(shows);
        let asked =
            asked.and_then(|one| contract::of(&self.case, &self.method, &one.answer, &self.settings).ok());
        asked.is_some_and(|asked| check(&asked, &taken.answer).iter().any(|one| is_same(one, finding)))
    }

    fn found(&self, answer: &Answer) -> Result<Vec<Finding>, Box<Finding>> {
        let mut found = check(&self.expectation, answer);
        if let Some(environment) = environment(&found) {
            return Err(environment);
        }
        if let Some(first) = &self.first {
            found.extend(self.values(first, answer));
        }
        Ok(found)
    }

    /// The values that are others, arrays put side by side.
    fn values(&self, first: &Answer, answer: &Answer) -> Vec<Finding> {
        let is_json = matches!(self.expectation.body, BodyExpectation::Json { .. });
        let (Some(old), Some(new)) = (read(first).filter(|_| is_json), read(answer)) else {
            return only_values(check_with_values(&self.expectation, answer));
        };
        let (old, new) = aligned(&old, &new);
        let with =
            |answer: &Answer, body: &Value| Answer { body: written(&body.to_string()), ..answer.clone() };
        let first = with(first, &old);
        // The first answer was read before, so this is read as well.
        let Ok(expectation) = contract::of(&self.case, &self.method, &first, &self.settings) else {
            return Vec::new();
        };
        only_values(check_with_values(&expectation, &with(answer, &new)))
    }
}

fn read(answer: &Answer) -> Option<Value> {
    json::parse(answer.text()?.trim_start_matches('\u{feff}')).ok().map(|(body, _)| body)
}

/// What the answer has against the kind of old answers that it is most like: one of its status, where there is
/// one, and with JSON beside JSON, since a text asks for nothing of it. A list of values that many answers alone
/// make known is none: only what the first old answer asks for, there or above, counts, where that is one of the
/// family.
fn against_all(kinds: &[Kind], taken: &Taken, is_like_first: bool) -> Vec<Finding> {
    let has_its_status = |kind: &&Kind| kind.expectation.status == taken.answer.status;
    let is_text = |kind: &Kind| taken.body.is_some() && !kind.is_json;
    let beside = kinds.iter().filter(has_its_status).any(|kind| kind.is_json);
    let all = kinds.iter().filter(|kind| !(beside && has_its_status(kind) && is_text(kind)));
    let all = all.map(|kind| (kind.expectation.status, check(&kind.expectation, &taken.answer)));
    let all = all.min_by_key(|(status, found)| {
        let whole = found.iter().filter(|finding| WHOLE.contains(&finding.id)).count();
        let level = found.iter().map(|finding| finding.severity).max();
        (*status != taken.answer.status, whole, level, found.len())
    });
    let Some((_, mut found)) = all else { return taken.found.clone() };
    found.retain(|finding| {
        !is_like_first || taken.found.iter().any(|first| is_at_or_above(&first.at, &finding.at))
    });
    for finding in &mut found {
        let first = taken.found.iter().find(|first| first.id == finding.id && first.at == finding.at);
        finding.provenance = first.and_then(|first| first.provenance.clone());
    }
    let values = taken.found.iter().filter(|first| first.id == FindingId::BodyValueChanged);
    let values: Vec<Finding> =
        values.filter(|value| !found.iter().any(|known| is_same(known, value))).cloned().collect();
    found.extend(values);
    found
}

/// Each finding once.
fn once(findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::new();
    for finding in findings {
        if !kept.iter().any(|known| known.id == finding.id && known.at == finding.at) {
            kept.push(finding);
        }
    }
    kept
}

/// The answer with one origin in the place of another, wherever it stands alone: `http://h:80` is no part
/// of `http://h:8080`.
pub(super) fn moved<'a>(answer: &'a Answer, from: &str, to: &str) -> Cow<'a, Answer> {
    let text = answer.text().filter(|text| text.contains(from));
    if text.is_none() && !answer.headers.iter().any(|(_, value)| value.contains(from)) {
        return Cow::Borrowed(answer);
    }
    let headers: Headers =
        answer.headers.iter().map(|(name, value)| (name, replaced(value, from, to))).collect();
    let body = text.map_or_else(|| answer.body.clone(), |text| written(&replaced(&text, from, to)));
    Cow::Owned(Answer { status: answer.status, headers, body })
}

/// The body of an answer whose text was read and changed: the mark says that it is UTF-8 now, whatever charset
/// the media type names.
fn written(text: &str) -> Bytes {
    format!("\u{feff}{}", text.trim_start_matches('\u{feff}')).into()
}

fn replaced(text: &str, from: &str, to: &str) -> String {
    let mut pieces = text.split(from);
    let mut made = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let longer = piece.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
        made.push_str(if longer { from } else { to });
        made.push_str(piece);
    }
    made
}

fn only_values(found: Vec<Finding>) -> Vec<Finding> {
    let is_value = |finding: &Finding| finding.id == FindingId::BodyValueChanged;
    found.into_iter().filter(is_value).collect()
}

/// The finding that says more of the environment than of the API.
fn environment(found: &[Finding]) -> Option<Box<Finding>> {
    found.iter().find(|finding| finding.severity == Severity::Env).cloned().map(Box::new)
}
