//! The types of a plan.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use crate::contract::{BodyExpectation, Expectation};
use crate::finding::{CaseId, Finding};
use crate::message::{Delivery, Origin, Request};
use crate::postman::auth::Late;
use crate::postman::{Cause, Deferred, Example, Warning};
use crate::suite::{Capture, Rate, Waiver};

/// Everything that will be run, and everything that will not, with the reason.
#[derive(Debug)]
pub struct Plan {
    /// The suites, in the order they were asked for.
    pub suites: Vec<SuitePlan>,
}

impl Plan {
    /// The collections, where none of their requests has a saved example, so that no selection gives a
    /// case; else nothing.
    pub fn bare(&self) -> Vec<&PathBuf> {
        let bare: Vec<_> = self.suites.iter().filter_map(|suite| suite.bare.as_ref()).collect();
        if bare.len() == self.suites.len() { bare } else { Vec::new() }
    }

    /// Where requests of the plan go, those for access tokens and those that redirects may ask for
    /// included; some more than once.
    pub fn origins(&self) -> impl Iterator<Item = &Origin> {
        let cases = self.suites.iter().flat_map(|suite| &suite.cases);
        let sent = cases.flat_map(|case| case.with_steps()).filter_map(|case| match &case.action {
            Action::Send { request, late, delivery, .. } => {
                Some((&request.origin, late.as_deref(), delivery))
            }
            Action::Skip(_) => None,
        });
        sent.flat_map(|(origin, late, delivery)| {
            let token = match late {
                Some(Late::Grant(grant)) => Some(&grant.ask.origin),
                Some(Late::Digest(_) | Late::AwsV4(_) | Late::OAuth1(_)) | None => None,
            };
            let led = delivery.redirects.named.iter().filter(|_| delivery.redirects.follow);
            std::iter::once(origin).chain(token).chain(led)
        })
    }
}

/// The cases of one suite.
#[derive(Debug)]
pub struct SuitePlan {
    /// The suite's name.
    pub name: String,
    /// The collection, where no request of it has an example: selected or not, there is no case.
    pub bare: Option<PathBuf>,
    /// The selected cases, in file order.
    pub cases: Vec<Arc<Case>>,
    /// Requests that have no example and so give no case.
    pub without_example: Vec<WithoutExample>,
    /// Values that must not appear in any output.
    pub secrets: Vec<String>,
    /// The result codes that its examples document, also those of cases that are not selected.
    pub codes: Vec<DocumentedCode>,
    /// What is odd in the suite's files.
    pub warnings: Vec<Warning>,
    /// Whether a request that is sent has dynamic values in it, so that the seed matters.
    pub drawn: bool,
    /// `[target] rate`, where the target is live.
    pub rate: Option<Rate>,
    /// The waivers of which every case that they fit is in the plan, where the target is live: whether they were
    /// of use can be said when all of these are judged.
    pub waivers: Vec<Arc<Waiver>>,
}

/// A result code that examples of a suite show, or that suite.toml names for a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentedCode {
    /// The code.
    pub code: String,
    /// Where it stands, as in [`ResultCode::at`](crate::contract::ResultCode::at).
    pub places: Vec<String>,
    /// The cases whose examples show it, selected or not, in file order; without rows of data.
    pub cases: Vec<CaseId>,
}

/// A request without an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithoutExample {
    /// Suite, folders and item in the form of an id.
    pub path: String,
    /// Where it stands.
    pub source: Source,
}

/// A place in a user's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file.
    pub file: Arc<PathBuf>,
    /// The JSON pointer in it.
    pub pointer: String,
    /// The line, from 1, on which it begins, where that is known.
    pub line: Option<u32>,
}

/// An example with what it documents.
#[derive(Debug, Clone)]
pub struct Documented {
    /// The example.
    pub example: Arc<Example>,
    /// What an answer must be.
    pub expectation: Arc<Expectation>,
}

/// One example made into a test.
#[derive(Debug)]
pub struct Case {
    /// Its name for ever.
    pub id: CaseId,
    /// The item's name as written.
    pub item: String,
    /// Where the example stands.
    pub source: Source,
    /// The example itself: what a mock serves.
    pub example: Arc<Example>,
    /// `tags` of suite.toml.
    pub tags: Vec<String>,
    /// How the API is brought to give this answer.
    pub recipe: Recipe,
    /// A hash of what is asked: the request as saved, nothing filled in, with what suite.toml and the recipe
    /// change in it, wherever it stands.
    pub asked: u64,
    /// The auth that its request carries, in words, as far as it has auth of its own.
    pub credential: Option<String>,
    /// Sent, or not.
    pub action: Action,
    /// What the answer must be.
    pub expectation: Arc<Expectation>,
    /// The examples of the item that have a status, its own among them: one list for all its cases.
    pub documented: Arc<[Documented]>,
    /// What the plan took from elsewhere or filled.
    pub notes: Vec<String>,
    /// What the request line says otherwise than Postman would write it, and why.
    pub altered: Option<String>,
    /// `repeatable` of suite.toml: its request may be sent more than once though its method is unsafe.
    pub repeatable: bool,
    /// The path of its request, with the same dynamic values in every run: what tells cases apart that may go to
    /// different shards. `None` where it is not sent.
    pub path: Option<String>,
    /// What is sent around it; `None` where there is nothing, or where it is not sent itself.
    pub steps: Option<Arc<Steps>>,
    /// The waivers that are for it, in the order of the file.
    pub waivers: Vec<CaseWaiver>,
    /// When the run began: how near an announced end is, where the answer itself has no `Date`.
    pub clock: Timestamp,
}

/// A waiver as it holds for a case.
#[derive(Debug, Clone)]
pub struct CaseWaiver {
    /// The waiver.
    pub waiver: Arc<Waiver>,
    /// Whether its last day is over.
    pub is_over: bool,
}

impl CaseWaiver {
    /// Whether it is for findings of this kind at this place.
    pub fn names(&self, finding: &Finding) -> bool {
        let place = |path: &str| Waiver::is_at(path, &finding.at);
        self.waiver.id == finding.id && self.waiver.path.as_deref().is_none_or(place)
    }

    /// The waivers of a suite that are for this case; `today` as in [`Waiver::is_over`].
    pub(super) fn of(waivers: &[Arc<Waiver>], id: &CaseId, today: &str) -> Vec<Self> {
        let fitting = waivers.iter().filter(|waiver| waiver.fits(id));
        fitting.map(|waiver| Self { waiver: Arc::clone(waiver), is_over: waiver.is_over(today) }).collect()
    }
}

impl Case {
    /// The case, and those whose requests are sent around it.
    pub(super) fn with_steps(&self) -> impl Iterator<Item = &Self> {
        let steps = self.steps.iter().flat_map(|steps| steps.before.iter().chain(&steps.after));
        std::iter::once(self).chain(steps.map(|step| &*step.case))
    }

    /// Whether its request, and those around it, may be sent more than once: they change nothing, or
    /// suite.toml says that they are `repeatable`.
    pub fn may_repeat(&self) -> bool {
        let is_safe = |case: &Self| matches!(&case.action, Action::Send { request, .. } if request.is_safe());
        self.with_steps().all(|case| case.repeatable || is_safe(case))
    }

    /// The other examples of the item, in file order.
    pub fn siblings(&self) -> impl Iterator<Item = &Documented> {
        self.documented.iter().filter(|other| !Arc::ptr_eq(&other.expectation, &self.expectation))
    }

    /// Whether a schema that a person may have written has a say in the verdict on this case.
    pub fn has_persons_schema(&self) -> bool {
        let siblings = self.siblings().map(|sibling| &sibling.expectation);
        std::iter::once(&self.expectation).chain(siblings).any(|expected| match &expected.body {
            BodyExpectation::Json { schema, .. } => schema.is_persons(),
            _ => false,
        })
    }
}

/// What is sent around a case.
#[derive(Debug)]
pub struct Steps {
    /// Sent before the case, in this order.
    pub before: Vec<Step>,
    /// Sent after it, in this order, whatever came of the case.
    pub after: Vec<Step>,
    /// The request of the case itself, where it needs captured values.
    pub own: Option<Deferred>,
    /// The case with its steps overlaps with nothing in these lanes.
    pub lanes: Vec<Lane>,
}

/// One request before or after a case.
#[derive(Debug)]
pub struct Step {
    /// The case whose request it is; it is always one that is sent.
    pub case: Arc<Case>,
    /// The request, where it needs values captured by a step before.
    pub deferred: Option<Deferred>,
    /// What is captured from its answer, by the name of the variable.
    pub capture: Vec<(String, Capture)>,
}

/// How a case's request is changed so that the API gives this answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Recipe {
    /// As saved.
    AsSaved,
    /// Without auth.
    WithoutAuth,
    /// With a credential that no server knows.
    InvalidAuth,
    /// With another auth profile of suite.toml.
    Profile(String),
    /// With an id that exists nowhere.
    UnknownId,
    /// With a JSON body that is no JSON any more.
    BrokenBody,
    /// None of these would do: a mock is told by name which example is wanted.
    Named,
    /// None of these would do, and the API is live: the case is skipped.
    None,
}

impl fmt::Display for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AsSaved => f.write_str("as saved"),
            Self::WithoutAuth => f.write_str("without auth"),
            Self::InvalidAuth => f.write_str("with invalid auth"),
            Self::Profile(name) => write!(f, "profile {name}"),
            Self::UnknownId => f.write_str("with an unknown id"),
            Self::BrokenBody => f.write_str("with a broken body"),
            Self::Named => f.write_str("named to the mock"),
            Self::None => f.write_str("no recipe"),
        }
    }
}

/// What is done with a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// It is sent.
    Send {
        /// The request. With [`Steps::own`] only its form: captured values stand in it by their
        /// names (`{{id}}`).
        request: Request,
        /// Auth that is written into it when it goes out.
        late: Option<Arc<Late>>,
        /// How it is sent.
        delivery: Arc<Delivery>,
        /// Whether it carries auth, or gets it when it goes out.
        carries_auth: bool,
        /// Cases of one lane run one after another; `None` runs beside everything.
        lane: Option<Lane>,
    },
    /// It is not sent.
    Skip(Skip),
}

/// Cases that must not overlap: the same path, independent of the method.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lane(pub String);

impl Lane {
    /// The lane of the path of a request.
    pub(super) fn of(request: &Request) -> Self {
        Self(format!("{}{}", request.origin, request.path()))
    }
}

/// What kind of reason keeps a case from being sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipClass {
    /// suite.toml says so.
    Rule,
    /// The example has no status code.
    NoStatus,
    /// Another example of the item gets the same request.
    Twin,
    /// The answer needs credentials with other rights.
    Profile,
    /// Its host is none that the target names.
    Host,
    /// It may change data, which is not allowed.
    Write,
    /// Only safe methods are asked for.
    OnlySafe,
    /// A variable has no value, or an empty one where that cannot be.
    Variable,
    /// A variable of the process environment is not set.
    Environment,
    /// A path variable has no value.
    PathVariable,
    /// A credential is empty, or still a placeholder.
    Credential,
    /// A file to be uploaded is missing.
    Upload,
    /// Its auth cannot be made.
    Auth,
    /// No request can be made of it.
    Malformed,
}

impl SkipClass {
    /// Every kind.
    pub const ALL: [Self; 14] = [
        Self::Rule,
        Self::NoStatus,
        Self::Twin,
        Self::Profile,
        Self::Host,
        Self::Write,
        Self::OnlySafe,
        Self::Variable,
        Self::Environment,
        Self::PathVariable,
        Self::Credential,
        Self::Upload,
        Self::Auth,
        Self::Malformed,
    ];

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }

    /// In words, for tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rule => "skip",
            Self::NoStatus => "no status",
            Self::Twin => "twin",
            Self::Profile => "profile",
            Self::Host => "host",
            Self::Write => "write",
            Self::OnlySafe => "only safe",
            Self::Variable => "variable",
            Self::Environment => "environment",
            Self::PathVariable => "path variable",
            Self::Credential => "credential",
            Self::Upload => "upload",
            Self::Auth => "auth",
            Self::Malformed => "malformed",
        }
    }
}

/// Why a case is not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    /// The class of reason, for counting.
    pub class: SkipClass,
    /// The reason and the cure, in one line.
    pub reason: String,
    /// What to say in suite.toml where a recipe is missing: the end of the reason. Empty for others.
    pub recipe: String,
    /// What the request lacks, where that is the reason.
    pub causes: Vec<Cause>,
}

impl Skip {
    /// A reason that stands for itself.
    pub fn new(class: SkipClass, reason: impl Into<String>) -> Self {
        Self { class, reason: reason.into(), recipe: String::new(), causes: Vec::new() }
    }
}
