//! Which case a request asks for.
//!
//! 1. `x-mock-response-id` (a case id, or the id that Postman gave the example) decides alone.
//! 2. Else the method must be equal, and `x-mock-response-name` and `x-mock-response-code` where
//!    they are sent.
//! 3. Of these the path decides first, then the query, then the body; see [`Rank`].
//! 4. What is still equal goes to a 2xx example, then to the first in the file.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::asked::{Asked, query_pairs};
use super::credential::Credential;
use super::example::served_status;
use super::path::Path;
use crate::message::Request;
use crate::plan::{Action, Case, Plan, Recipe};

/// How many near misses a 404 names.
const CLOSEST: usize = 3;

/// One case, ready to be compared with requests.
#[derive(Debug)]
pub(super) struct Entry {
    /// The case.
    pub(super) case: Arc<Case>,
    /// How it is asked for; `None` where the plan skips it: then only its id gets it.
    pub(super) route: Option<Route>,
    /// The status that it is served with.
    pub(super) status: u16,
    /// The item that it belongs to, by number.
    item: usize,
}

/// The planned request in comparable form.
#[derive(Debug)]
pub(super) struct Route {
    /// The planned request.
    pub(super) request: Request,
    /// Where its credential stands; empty where it carries none.
    pub(super) credentials: Vec<Credential>,
    path: Path,
    query: Vec<(String, String)>,
}

/// The answer that a request gets.
#[derive(Debug)]
pub(super) enum Choice<'a> {
    /// This example.
    Example(&'a Entry),
    /// The example needs a credential, none arrived, and its item has no 401 example.
    Unauthorised(&'a Route),
    /// No example; these come closest.
    Nothing(Vec<&'a Entry>),
}

/// How well an example answers a request, the parts compared in this order: a better path
/// outranks any query, a better query any body.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// See [`Path::score`].
    path: u8,
    /// Two for each planned parameter that arrived, minus one for each that did not, and minus
    /// one for each that arrived unplanned.
    query: i64,
    /// The body is the planned one: the same bytes or the same JSON.
    body: bool,
    /// The example documents a success.
    success: bool,
}

/// Every case of a plan.
#[derive(Debug)]
pub(super) struct Catalogue {
    entries: Vec<Entry>,
    ids: HashMap<String, usize>,
}

impl Catalogue {
    /// Takes the cases of all suites.
    pub(super) fn new(plan: &Plan) -> Self {
        let mut entries = Vec::new();
        let mut items = HashMap::new();
        for suite in &plan.suites {
            for case in with_steps(&suite.cases) {
                let next = items.len();
                let item = *items.entry(item_key(case)).or_insert(next);
                let route = Route::new(case, &suite.secrets);
                let status = served_status(case);
                entries.push(Entry { case: Arc::clone(case), route, status, item });
            }
        }
        Self { ids: ids(&entries), entries }
    }

    /// The answer to this request.
    pub(super) fn choose(&self, asked: &Asked<'_>) -> Choice<'_> {
        let chosen = match asked.wish("x-mock-response-id") {
            Some(id) => self.ids.get(id).and_then(|place| self.entries.get(*place)),
            None => self.best(asked),
        };
        let Some(entry) = chosen else {
            return Choice::Nothing(self.closest(asked));
        };
        match &entry.route {
            Some(route) if route.lacks_credential(asked) => match self.unauthorised(entry.item) {
                Some(example) => Choice::Example(example),
                None => Choice::Unauthorised(route),
            },
            _ => Choice::Example(entry),
        }
    }

    fn best(&self, asked: &Asked<'_>) -> Option<&Entry> {
        let mut best: Option<(Rank, &Entry)> = None;
        for entry in &self.entries {
            let Some(rank) = entry.rank(asked) else { continue };
            // Of equals the first in the file stays.
            if best.as_ref().is_none_or(|(so_far, _)| rank > *so_far) {
                best = Some((rank, entry));
            }
        }
        best.map(|(_, entry)| entry)
    }

    /// The 401 example of an item: rather one that is got without auth (so not the one that speaks
    /// of a missing scope), else the first.
    fn unauthorised(&self, item: usize) -> Option<&Entry> {
        let refusals = self.entries.iter().filter(|entry| entry.item == item && entry.status == 401);
        refusals.min_by_key(|entry| match entry.case.recipe {
            Recipe::WithoutAuth => 0,
            Recipe::InvalidAuth => 1,
            _ => 2,
        })
    }

    /// The cases whose path has the most in common with the one asked for, best first.
    fn closest(&self, asked: &Asked<'_>) -> Vec<&Entry> {
        let mut near: Vec<(usize, &Entry)> = self
            .entries
            .iter()
            .filter_map(|entry| {
                let route = entry.route.as_ref()?;
                let method = usize::from(route.request.method == asked.method);
                Some((2 * route.path.common(&asked.path) + method, entry))
            })
            .collect();
        near.sort_by_key(|(likeness, _)| std::cmp::Reverse(*likeness));
        near.into_iter().take(CLOSEST).map(|(_, entry)| entry).collect()
    }
}

impl Entry {
    /// `None` where the example cannot be the answer.
    fn rank(&self, asked: &Asked<'_>) -> Option<Rank> {
        let route = self.route.as_ref()?;
        let status = self.status;
        let name = asked.wish("x-mock-response-name");
        let code = asked.wish("x-mock-response-code");
        if route.request.method != asked.method
            || name.is_some_and(|name| name != self.case.example.name.trim())
            || code.is_some_and(|code| code != status.to_string())
        {
            return None;
        }
        Some(Rank {
            path: route.path.score(&asked.path)?,
            query: query_score(&route.query, &asked.query),
            body: same_body(route.request.body.as_deref().unwrap_or_default(), asked.body),
            success: (200..300).contains(&status),
        })
    }
}

impl Route {
    fn new(case: &Case, secrets: &[String]) -> Option<Self> {
        let Action::Send { request, carries_auth, .. } = &case.action else { return None };
        let credentials = if *carries_auth { Credential::places(request, secrets) } else { Vec::new() };
        let written = case.example.request.as_ref().map_or("", |spec| spec.url.path.as_str());
        Some(Self {
            path: Path::planned(request.path(), written),
            query: query_pairs(&request.target),
            request: request.clone(),
            credentials,
        })
    }

    fn lacks_credential(&self, asked: &Asked<'_>) -> bool {
        !self.credentials.is_empty()
            && !self.credentials.iter().any(|place| place.arrived(asked.headers, &asked.query))
    }
}

/// What the examples of one item have in common: the place of the item in its file.
fn item_key(case: &Case) -> (String, String) {
    let id = case.id.as_str();
    match case.source.pointer.rsplit_once("/response/") {
        Some((item, _)) => (case.source.file.display().to_string(), item.to_owned()),
        // A v3 example is a file of its own; its item is the part of the id before it.
        None => (String::new(), id.rsplit_once("::").map_or(id, |(item, _)| item).to_owned()),
    }
}

/// The cases, then those that are only sent around others, each once.
fn with_steps(cases: &[Arc<Case>]) -> Vec<&Arc<Case>> {
    let mut ids: HashSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    let steps = cases.iter().filter_map(|case| case.steps.as_deref());
    let steps = steps.flat_map(|steps| steps.before.iter().chain(&steps.after)).map(|step| &step.case);
    let unselected: Vec<_> = steps.filter(|case| ids.insert(case.id.as_str())).collect();
    cases.iter().chain(unselected).collect()
}

/// Case ids, and behind them the ids of Postman; of equal ones the first in the file counts.
fn ids(entries: &[Entry]) -> HashMap<String, usize> {
    let numbered = || entries.iter().enumerate();
    let own = numbered().map(|(place, entry)| (entry.case.id.as_str().to_owned(), place));
    let postman = numbered().filter_map(|(place, entry)| Some((entry.case.example.id.clone()?, place)));
    let mut ids = HashMap::new();
    for (id, place) in own.chain(postman) {
        ids.entry(id).or_insert(place);
    }
    ids
}

fn query_score(planned: &[(String, String)], asked: &[(String, String)]) -> i64 {
    let mut left: Vec<_> = asked.iter().collect();
    let mut score = 0;
    for pair in planned {
        match left.iter().position(|other| *other == pair) {
            Some(place) => {
                left.swap_remove(place);
                score += 2;
            }
            None => score -= 1,
        }
    }
    score - i64::try_from(left.len()).unwrap_or(i64::MAX)
}

fn same_body(planned: &[u8], asked: &[u8]) -> bool {
    if planned == asked {
        return true;
    }
    let json = |bytes| serde_json::from_slice::<serde_json::Value>(bytes).ok();
    matches!((json(planned), json(asked)), (Some(planned), Some(asked)) if planned == asked)
}
