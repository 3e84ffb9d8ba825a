//! What of the differences is drift: the decision, and what it may cost.
//!
//! A difference counts only where no answer of the old server shows it, and only where chance would
//! hardly give what was seen. Let equal servers show something with probability `p` at each call: after
//! `n` rounds, `n + 1` old answers without it beside `n` new ones with it have the probability
//! `p^n (1-p)^(n+1)`, at most one in 119 after three rounds and one in 510,000 after nine ([`most`]). Where some
//! answers do not show the place, those that do decide, and the same bound of them is what counts. What only some
//! new answers have is weighed by the exact test of Fisher ("The Design of Experiments", 1935, §12). The more
//! places of a case come and go, the less likely each must be (Bonferroni).

use crate::finding::{Finding, FindingId, Severity};

/// How many times the rounds that were asked for settle what is left of them.
const SETTLES: usize = 3;
/// The same of what comes now and then. Equal servers have shown it on both sides by then, and another answer
/// altogether in one of five is told in 9 of 10 cases.
const SETTLES_NOW_AND_THEN: usize = 12;
/// What is less likely than this between equal servers is no chance, by all places of a case together. As soon as
/// something is so, it may be told: `p^f (1-p)^o` holds for the first answers of which it is true.
const CHANCE: f64 = 0.001;
/// The same by the exact test, of what only some answers have: at most this of all comparisons that come so far.
pub(super) const CHANCE_AT_TIMES: f64 = 0.004;
/// The same of another answer altogether. There is one of these at most in an answer, and missing it is worse.
const CHANCE_WHOLE: f64 = 0.05;
/// What is less likely than this is settled before the last round: to stop as soon as something is no chance
/// would be to give chance many tries.
const SETTLED: f64 = 0.0003;

/// Findings that say of the whole answer that it is another one.
pub(super) const WHOLE: [FindingId; 9] = [
    FindingId::StatusChanged,
    FindingId::StatusClassChanged,
    FindingId::OutcomeSuccessBecameError,
    FindingId::OutcomeErrorBecameSuccess,
    FindingId::ErrorLocationChanged,
    FindingId::MediaTypeChanged,
    FindingId::BodyNotJson,
    FindingId::BodyBecameEmpty,
    FindingId::BodyRootTypeChanged,
];

/// A difference that is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancelled {
    /// What was found in an answer of the new server.
    pub finding: Finding,
    /// Why it does not count.
    pub reason: Reason,
}

/// Why a difference does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The old server's own answers show what came.
    Noise,
    /// The saved examples show what came.
    Documented,
    /// It came so seldom that chance may have it.
    Seldom,
}

/// What one answer says of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// It has it.
    Found,
    /// It shows the place, without the difference.
    Fine,
    /// It does not show the place: an empty list says nothing of the members of its items.
    Silent,
}

/// What is known of one difference that no old answer has.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    pub(super) finding: Finding,
    /// By round.
    pub(super) new: Vec<Sight>,
    /// How many old answers show the place.
    pub(super) old: usize,
    /// Whether the old server has the like there against itself, with other values.
    pub(super) is_noisy: bool,
    /// How likely as much is between equal servers, where that hangs on more than the counts.
    pub(super) chance: Option<f64>,
}

/// What a claim comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Every answer that shows the place has it.
    Drift,
    /// Some have it, more than chance gives.
    Intermittent,
    /// Some have it, and chance may give as much.
    Open,
}

/// How many rounds there are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rounds {
    /// As many as were asked for.
    pub(super) wanted: usize,
    /// Whether the request may be sent as often as it takes.
    pub(super) may_settle: bool,
}

impl Rounds {
    /// The most there are.
    pub(super) fn most(self) -> usize {
        if self.may_settle { SETTLES_NOW_AND_THEN * self.wanted } else { self.wanted }
    }

    /// Whether so many rounds are no time to look at what came: what is there in some answers only is weighed when
    /// as many rounds as were asked for have come again.
    pub(super) fn is_between(self, done: usize) -> bool {
        self.may_settle
            && done > SETTLES * self.wanted
            && done < self.most()
            && !done.is_multiple_of(self.wanted.max(1))
    }

    /// Whether to look further after so many rounds without a difference that counts: as many as were asked for
    /// where answers differ in what does not count, which `hides` what is behind it, and up to three times as
    /// many where something of it is still unseen.
    pub(super) fn look_on(self, done: usize, hides: impl Fn() -> bool, is_unseen: impl Fn() -> bool) -> bool {
        (done < self.wanted && hides()) || (done < SETTLES * self.wanted && is_unseen())
    }
}

impl Claim {
    pub(super) fn found(&self) -> usize {
        self.new.iter().filter(|sight| **sight == Sight::Found).count()
    }

    fn shown(&self) -> usize {
        self.new.iter().filter(|sight| **sight != Sight::Silent).count()
    }

    fn chance(&self) -> f64 {
        self.chance.unwrap_or_else(|| chance(self.found(), self.shown(), self.old))
    }

    /// Whether every answer of both servers shows the place, and every new one has it: what that may be by chance
    /// hangs on the number of rounds alone.
    fn is_plain(&self) -> bool {
        !self.is_noisy && self.found() == self.new.len() && self.old > self.new.len()
    }

    /// Where so many `places` of the case come and go.
    fn standing(&self, places: usize) -> Standing {
        let (found, shown, chance) = (self.found(), self.shown(), self.chance());
        let limit = |limit: f64| limit / float(places.max(1));
        let always = self.chance.unwrap_or_else(|| most(found, self.old)) <= limit(CHANCE);
        let is_of_all = WHOLE.contains(&self.finding.id) && shown == self.new.len();
        if found == shown && (self.is_plain() || always) {
            Standing::Drift
        } else if chance <= limit(CHANCE_AT_TIMES) || (chance <= CHANCE_WHOLE && is_of_all) {
            Standing::Intermittent
        } else {
            Standing::Open
        }
    }

    /// The finding one level lower, and in how many rounds it came; `None` below info.
    fn lowered(&self) -> Option<Finding> {
        let told = format!(
            "intermittent: in {} of {} rounds, and never in the old server's own answers",
            self.found(),
            self.new.len()
        );
        self.lowered_as(&told)
    }

    /// The finding one level lower, with what is told of it; `None` below info.
    pub(super) fn lowered_as(&self, told: &str) -> Option<Finding> {
        let severity = match self.finding.severity {
            Severity::Breaking => Severity::Warning,
            Severity::Warning => Severity::Info,
            Severity::Info => return None,
            Severity::Env => Severity::Env,
        };
        let hint = match &self.finding.hint {
            Some(hint) => format!("{told}; {hint}"),
            None => told.to_owned(),
        };
        Some(self.finding.clone().at_severity(severity).with_hint(hint))
    }
}

/// The most that the probability can be that so many answers have something and so many others have it not,
/// whatever its own: `p^found (1-p)^other` where `p` is `found / (found + other)`.
pub(super) fn most(found: usize, other: usize) -> f64 {
    let share = |of: usize| {
        let of = i32::try_from(of).unwrap_or(i32::MAX);
        (f64::from(of) / float(found + other).max(1.0)).powi(of)
    };
    share(found) * share(other)
}

/// The probability that, of all ways to spread `found` over `new + old` answers of equal servers, all are
/// among the new ones.
pub(super) fn chance(found: usize, new: usize, old: usize) -> f64 {
    (0..found.min(new)).map(|taken| float(new - taken) / float(new + old - taken)).product()
}

/// The same where `strange` old answers have it, too: the probability that at least `found` of all of them are
/// among the new ones (Fisher's exact test, one-sided).
pub(super) fn chance_beside((found, new): (usize, usize), (strange, old): (usize, usize)) -> f64 {
    let all = found + strange;
    let fewer = |more: usize| -> f64 {
        // Ways to have `found + more` among the new, by all ways.
        let (of_new, of_old) = (found + more, strange - more);
        ways(new, of_new) * ways(old, of_old) / ways(new + old, all)
    };
    (0..=strange.min(new.saturating_sub(found))).map(fewer).sum()
}

/// How many ways there are to choose so many of them.
fn ways(of: usize, chosen: usize) -> f64 {
    if chosen > of {
        return 0.0;
    }
    (0..chosen).map(|taken| float(of - taken) / float(chosen - taken)).product()
}

pub(super) fn float(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// The differences, told apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Settled {
    /// In every answer that shows the place.
    pub(super) drift: Vec<Finding>,
    /// In some: one level lower, with a hint that says so.
    pub(super) intermittent: Vec<Finding>,
    /// In so few that chance may have it, and whatever would be told below info.
    pub(super) seldom: Vec<Finding>,
    /// Whether one of those would be a warning at least.
    is_open: bool,
}

/// Tells the claims apart, of a case of which so many `places` come and go.
pub(super) fn settle(claims: &[Claim], places: usize) -> Settled {
    let mut settled = Settled::default();
    for claim in claims {
        match (claim.standing(places), claim.lowered()) {
            (Standing::Drift, _) => settled.drift.push(claim.finding.clone()),
            (Standing::Intermittent, Some(lowered)) => {
                settled.is_open |= claim.chance() > SETTLED / float(places.max(1));
                settled.intermittent.push(lowered);
            }
            (Standing::Intermittent | Standing::Open, _) => {
                settled.is_open |= claim.finding.severity >= Severity::Warning;
                settled.seldom.push(claim.finding.clone());
            }
        }
    }
    settled
}

impl Settled {
    /// Whether another round is needed after so many.
    pub(super) fn goes_on(&self, done: usize, rounds: Rounds) -> bool {
        if self.drift.is_empty() && self.intermittent.is_empty() && self.seldom.is_empty() {
            return false;
        }
        let most = if self.is_open { SETTLES_NOW_AND_THEN } else { SETTLES };
        done < rounds.wanted || (rounds.may_settle && done < most * rounds.wanted)
    }
}
