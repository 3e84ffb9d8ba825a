//! Twins and recipes: which example of an item is had by sending the request as saved, and how
//! the others may be had.
//!
//! Twins are examples that send the same request but document different answers; at most one of
//! them can be right when the request is sent as saved. [`assign`] gives every example a recipe
//! of its own, or the reason why there is none: two examples that document different answers
//! never get the same request, unless suite.toml gives it to both.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::case::{Recipe, Skip};
use super::skip;
use crate::contract::Outcome;
use crate::suite::AuthRule;

/// A request in a form that is equal for equal requests.
pub(super) type Signature = Vec<u8>;

/// What an example documents; examples that agree in all of it are no twins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Documented {
    pub(super) status: Option<u16>,
    pub(super) outcome: Outcome,
    pub(super) code: Option<String>,
}

/// What the choice of a recipe needs to know of one example.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    /// Its name as written.
    pub(super) name: &'a str,
    /// What it documents.
    pub(super) documented: Documented,
    /// The request without auth; `None` where it cannot be made.
    pub(super) signature: Option<Signature>,
    /// Whether the request differs when auth is left out.
    pub(super) has_auth: bool,
    /// Whether the URL has a path variable.
    pub(super) has_path_variable: bool,
    /// Whether its body can be sent broken.
    pub(super) breakable: Breakable,
    /// What suite.toml says.
    pub(super) rule: Option<&'a AuthRule>,
}

/// Whether the body of an example can be sent broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breakable {
    /// It has no JSON body.
    No,
    /// It has, but suite.toml does not allow it.
    NotAllowed,
    /// It has, and suite.toml allows it.
    Allowed,
}

/// Why an example needs a request of its own, and which.
enum Own {
    Recipe(Recipe),
    NeedsProfile,
    None,
}

/// The requests that are given away, each with the first example that got it.
struct Claims<'a, 'c> {
    candidates: &'a [Candidate<'c>],
    request: &'a dyn Fn(usize, &Recipe) -> Option<Signature>,
    taken: HashMap<Signature, usize>,
}

impl Claims<'_, '_> {
    /// Gives an example the request of a recipe, unless one that documents another answer has it:
    /// then the error names that one.
    fn claim(&mut self, index: usize, recipe: &Recipe) -> Result<(), usize> {
        // A request that cannot be made is not sent, so it is in nobody's way.
        let Some(request) = (self.request)(index, recipe) else { return Ok(()) };
        let holder = *self.taken.entry(request).or_insert(index);
        let documented = |index: usize| self.candidates.get(index).map(|candidate| &candidate.documented);
        if documented(holder) == documented(index) { Ok(()) } else { Err(holder) }
    }

    /// Whether the example would be had by a broken body, if suite.toml allowed it; `broken` are the
    /// requests of those that would.
    fn would_break(&self, index: usize, broken: &mut HashMap<Signature, usize>) -> bool {
        let Some(candidate) = self.candidates.get(index) else { return false };
        let fits = candidate.breakable == Breakable::NotAllowed
            && matches!(candidate.documented.status, Some(400 | 422));
        let Some(request) = fits.then(|| (self.request)(index, &Recipe::BrokenBody)).flatten() else {
            return false;
        };
        let first = *broken.entry(request.clone()).or_insert(index);
        let same = self.candidates.get(first).is_some_and(|first| first.documented == candidate.documented);
        same && !self.taken.contains_key(&request)
    }
}

/// A recipe, or the reason why there is none, for each example of an item. `request` makes the
/// request of an example by a recipe.
pub(super) fn assign(
    candidates: &[Candidate<'_>],
    request: &dyn Fn(usize, &Recipe) -> Option<Signature>,
) -> Vec<Result<Recipe, Skip>> {
    let mut claims = Claims { candidates, request, taken: HashMap::new() };
    let mut broken = HashMap::new();
    let mut heads: HashMap<&[u8], usize> = HashMap::new();
    let mut as_saved: HashMap<usize, Result<(), usize>> = HashMap::new();
    for head in find_heads(candidates) {
        heads.extend(candidates[head].signature.as_deref().map(|signature| (signature, head)));
        for index in (0..candidates.len()).filter(|&index| agrees(&candidates[head], &candidates[index])) {
            as_saved.insert(index, claims.claim(index, &Recipe::AsSaved));
        }
    }
    for (index, candidate) in candidates.iter().enumerate() {
        if let Some(rule) = candidate.rule {
            // What suite.toml says is done, also where two cases get the same request by it.
            let _ = claims.claim(index, &ruled(rule));
        }
    }
    (0..candidates.len())
        .map(|index| {
            let candidate = &candidates[index];
            if let Some(rule) = candidate.rule {
                return Ok(ruled(rule));
            }
            let (Some(signature), Some(_)) = (&candidate.signature, candidate.documented.status) else {
                return Ok(Recipe::AsSaved);
            };
            let head = heads.get(signature.as_slice()).copied();
            let (recipe, claimed) = match (as_saved.remove(&index), own(candidate)) {
                (Some(claimed), _) => (Recipe::AsSaved, claimed),
                (None, Own::NeedsProfile) => return Err(without_recipe(candidates, head, candidate, true)),
                (None, Own::None) => {
                    let skip = without_recipe(candidates, head, candidate, false);
                    return Err(if claims.would_break(index, &mut broken) {
                        skip::breakable(&skip)
                    } else {
                        skip
                    });
                }
                (None, Own::Recipe(recipe)) => {
                    let claimed = claims.claim(index, &recipe);
                    (recipe, claimed)
                }
            };
            match claimed {
                Ok(()) => Ok(recipe),
                Err(holder) => Err(without_recipe(candidates, Some(holder), candidate, false)),
            }
        })
        .collect()
}

/// Whether an example is had as the head of its group is: it sends and documents the same.
fn agrees(head: &Candidate<'_>, other: &Candidate<'_>) -> bool {
    other.rule.is_none() && head.signature == other.signature && head.documented == other.documented
}

/// Of each group that sends one request, the example that is had by sending it as saved: the
/// first 2xx that is no error, else the first that has no recipe of its own, else the first 403.
/// A lone example that does not expect 401 is always its own head; one without a status is not
/// sent, and so is none.
fn find_heads(candidates: &[Candidate<'_>]) -> Vec<usize> {
    let mut groups: Vec<(&[u8], Vec<usize>)> = Vec::new();
    for (index, candidate) in candidates.iter().enumerate() {
        let (Some(signature), Some(_), None) =
            (&candidate.signature, candidate.documented.status, candidate.rule)
        else {
            continue;
        };
        match groups.iter_mut().find(|(other, _)| other == signature) {
            Some((_, members)) => members.push(index),
            None => groups.push((signature, vec![index])),
        }
    }
    let first = |members: &[usize], fits: &dyn Fn(&Candidate<'_>) -> bool| {
        members.iter().copied().find(|&member| fits(&candidates[member]))
    };
    groups
        .into_iter()
        .filter_map(|(_, members)| {
            let lone = members.iter().all(|&m| candidates[m].documented == candidates[members[0]].documented);
            first(&members, &|candidate| is_success(&candidate.documented))
                .or_else(|| first(&members, &is_plain))
                .or_else(|| first(&members, &|candidate| candidate.documented.status == Some(403)))
                .or_else(|| first(&members, &|candidate| lone && candidate.documented.status != Some(401)))
        })
        .collect()
}

fn is_success(documented: &Documented) -> bool {
    documented.status.is_some_and(|status| (200..300).contains(&status)) && documented.outcome == Outcome::Ok
}

/// Has no recipe of its own but a broken body at most: whether that is allowed changes nothing of what
/// is sent as saved.
fn is_plain(candidate: &Candidate<'_>) -> bool {
    matches!(own(candidate), Own::None | Own::Recipe(Recipe::BrokenBody))
}

fn ruled(rule: &AuthRule) -> Recipe {
    match rule {
        AuthRule::Without => Recipe::WithoutAuth,
        AuthRule::Invalid => Recipe::InvalidAuth,
        AuthRule::Profile(name) => Recipe::Profile(name.clone()),
    }
}

/// The change of the request that is known to give such an answer.
fn own(candidate: &Candidate<'_>) -> Own {
    match candidate.documented.status {
        Some(401) if speaks_of(candidate, &RIGHTS) => Own::NeedsProfile,
        Some(401) if candidate.has_auth && speaks_of(candidate, &REFUSED) => Own::Recipe(Recipe::InvalidAuth),
        Some(401) => Own::Recipe(Recipe::WithoutAuth),
        Some(403) => Own::NeedsProfile,
        Some(404) if candidate.has_path_variable => Own::Recipe(Recipe::UnknownId),
        Some(400 | 422) if candidate.breakable == Breakable::Allowed => Own::Recipe(Recipe::BrokenBody),
        _ => Own::None,
    }
}

/// Words that tell of rights: in `OAUTH_SCOPE_MISMATCH`, `insufficientScope`, `Missing permission`,
/// but not in `telescope`.
static RIGHTS: LazyLock<Regex> = LazyLock::new(|| words("scope|permission|role", "Scope|Permission|Role"));

/// Words that tell of a credential that is there and does not hold.
static REFUSED: LazyLock<Regex> = LazyLock::new(|| words("invalid|expired", "Invalid|Expired"));

/// Matches one of the words where a word begins: after anything but a letter, or with a capital
/// inside of a name.
#[expect(clippy::expect_used, reason = "both patterns are constants, and every test here compiles them")]
fn words(plain: &str, capital: &str) -> Regex {
    let pattern = format!("(?:^|[^A-Za-z])(?i:{plain})|[a-z](?:{capital})");
    Regex::new(&pattern).expect("the pattern is valid")
}

fn speaks_of(candidate: &Candidate<'_>, words: &Regex) -> bool {
    let code = candidate.documented.code.as_deref().unwrap_or_default();
    [candidate.name, code].iter().any(|text| words.is_match(text))
}

fn without_recipe(
    candidates: &[Candidate<'_>],
    holder: Option<usize>,
    candidate: &Candidate<'_>,
    needs_profile: bool,
) -> Skip {
    let status = candidate.documented.status.unwrap_or(200);
    match holder.and_then(|index| candidates.get(index)) {
        Some(holder) => {
            skip::twin(holder.name, holder.documented.status.unwrap_or(200), status, needs_profile)
        }
        None => skip::needs_profile(status),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate<'a>(name: &'a str, status: u16, signature: &str) -> Candidate<'a> {
        let outcome = if status < 400 { Outcome::Ok } else { Outcome::Error };
        Candidate {
            name,
            documented: Documented { status: Some(status), outcome, code: None },
            signature: Some(signature.into()),
            has_auth: true,
            has_path_variable: true,
            breakable: Breakable::No,
            rule: None,
        }
    }

    /// The request as saved with the recipe behind it; an unknown id makes all requests alike.
    fn request(candidates: &[Candidate<'_>], index: usize, recipe: &Recipe) -> Option<Signature> {
        let candidate = &candidates[index];
        let bare = candidate.signature.clone()?;
        let behind = |text: &str| Some([bare.as_slice(), text.as_bytes()].concat());
        match recipe {
            Recipe::AsSaved if candidate.has_auth => behind(" with auth"),
            Recipe::AsSaved | Recipe::WithoutAuth => Some(bare),
            Recipe::UnknownId => Some(b"unknown".to_vec()),
            other => behind(&other.to_string()),
        }
    }

    fn texts(candidates: &[Candidate<'_>]) -> Vec<String> {
        assign(candidates, &|index, recipe| request(candidates, index, recipe))
            .into_iter()
            .map(|result| result.map_or_else(|skip| skip.reason, |recipe| recipe.to_string()))
            .collect()
    }

    #[test]
    fn the_first_success_is_sent_as_saved_and_the_others_need_a_recipe() {
        let all = [
            candidate("Unauthorized", 401, "r"),
            candidate("OK", 200, "r"),
            candidate("OK again", 200, "r"),
            candidate("Token expired", 401, "r"),
            candidate("No such user", 404, "r"),
            candidate("Too many", 429, "r"),
            candidate("Forbidden", 403, "r"),
        ];
        assert_eq!(
            texts(&all),
            [
                "without auth",
                "as saved",
                "as saved",
                "with invalid auth",
                "with an unknown id",
                "sends the same request as 'OK' (200); say in suite.toml how to get 429",
                "sends the same request as 'OK' (200); say in suite.toml how to get 403, \
                 as by an auth profile with fewer rights",
            ]
        );
    }

    #[test]
    fn two_answers_never_share_a_request() {
        let mut second = candidate("Other", 401, "r");
        second.documented.code = Some("OTHER".to_owned());
        let all = [candidate("OK", 200, "r"), candidate("No auth", 401, "r"), second];
        assert_eq!(
            texts(&all)[2],
            "sends the same request as 'No auth' (401); say in suite.toml how to get this answer"
        );
    }

    #[test]
    fn lone_examples_are_sent_as_saved_but_for_401() {
        let all = [
            candidate("a", 404, "1"),
            candidate("b", 401, "2"),
            candidate("c", 403, "3"),
            candidate("scope missing", 401, "4"),
        ];
        assert_eq!(
            texts(&all),
            [
                "as saved",
                "without auth",
                "as saved",
                "needs credentials with fewer rights; say in suite.toml how to get 401, as by an auth profile",
            ]
        );
    }

    #[test]
    fn without_auth_changes_nothing_where_there_is_none() {
        let mut all = [candidate("OK", 200, "r"), candidate("No", 401, "r")];
        for candidate in &mut all {
            candidate.has_auth = false;
        }
        assert_eq!(texts(&all)[1], "sends the same request as 'OK' (200); say in suite.toml how to get 401");
    }

    #[test]
    fn without_a_success_the_one_that_cannot_be_had_otherwise_is_sent_as_saved() {
        let all = [candidate("gone", 404, "r"), candidate("bad", 422, "r"), candidate("no", 401, "r")];
        assert_eq!(texts(&all), ["with an unknown id", "as saved", "without auth"]);
    }

    #[test]
    fn without_a_success_and_without_a_plain_one_the_first_403_is_sent_as_saved() {
        let all = [candidate("scope", 401, "r"), candidate("no", 403, "r"), candidate("gone", 404, "r")];
        assert_eq!(texts(&all)[1..], ["as saved", "with an unknown id"]);
        assert!(texts(&all)[0].starts_with("sends the same request as 'no' (403)"));
    }

    fn with_bodies<'a>(breakable: Breakable, all: &[(&'a str, u16)]) -> Vec<Candidate<'a>> {
        let with = |(name, status): &(&'a str, u16)| Candidate { breakable, ..candidate(name, *status, "r") };
        all.iter().map(with).collect()
    }

    #[test]
    fn a_broken_body_gives_400_and_422_where_it_is_allowed_and_is_named_as_the_cure_elsewhere() {
        let all = [("OK", 200), ("Bad", 400), ("Bad again", 400), ("Invalid", 422), ("Busy", 409)];
        let other =
            |status| format!("sends the same request as 'OK' (200); say in suite.toml how to get {status}");
        let cure = ", or allow broken bodies with `broken_body = true` in `[recipes]` there";
        let taken = "sends the same request as 'Bad' (400); say in suite.toml how to get 422";
        assert_eq!(
            texts(&with_bodies(Breakable::Allowed, &all)),
            ["as saved", "with a broken body", "with a broken body", taken, &other(409)]
        );
        assert_eq!(
            texts(&with_bodies(Breakable::NotAllowed, &all)),
            ["as saved", &(other(400) + cure), &(other(400) + cure), &other(422), &other(409)]
        );
        assert_eq!(texts(&with_bodies(Breakable::No, &all))[1], other(400));
    }

    #[test]
    fn to_allow_broken_bodies_changes_nothing_of_what_was_sent_before() {
        for all in [
            vec![("Bad", 400), ("Busy", 429)],
            vec![("Bad", 400), ("Invalid", 422)],
            vec![("Gone", 404), ("Bad", 400), ("No", 401)],
            vec![("Bad", 400)],
        ] {
            let before = texts(&with_bodies(Breakable::NotAllowed, &all));
            let after = texts(&with_bodies(Breakable::Allowed, &all));
            for (before, after) in before.iter().zip(&after) {
                assert!(before == after || before.contains("broken_body"), "{all:?}: {before}, {after}");
            }
        }
        let bad = with_bodies(Breakable::Allowed, &[("Bad", 400), ("Invalid", 422)]);
        assert_eq!(texts(&bad), ["as saved", "with a broken body"]);
    }

    #[test]
    fn an_example_without_a_status_is_never_sent_and_takes_no_seat() {
        let mut unknown = candidate("default", 200, "r");
        unknown.documented.status = None;
        assert_eq!(texts(&[unknown, candidate("Too many", 429, "r")]), ["as saved", "as saved"]);
    }

    #[test]
    fn recipes_that_end_in_one_request_are_told_apart_too() {
        let all = [
            candidate("OK", 200, "1"),
            candidate("no user", 404, "1"),
            candidate("OK", 200, "2"),
            candidate("no group", 404, "2"),
            candidate("gone", 404, "2"),
        ];
        let mut other = all;
        other[3].documented.code = Some("NO_GROUP".to_owned());
        assert_eq!(
            texts(&other),
            [
                "as saved",
                "with an unknown id",
                "as saved",
                "sends the same request as 'no user' (404); say in suite.toml how to get this answer",
                "with an unknown id",
            ]
        );
    }

    #[test]
    fn what_suite_toml_says_is_claimed_before_what_is_found() {
        let rule = AuthRule::Without;
        let mut forced = candidate("blocked", 451, "r");
        forced.rule = Some(&rule);
        let all = [candidate("OK", 200, "r"), candidate("no", 401, "r"), forced];
        assert_eq!(
            texts(&all),
            [
                "as saved",
                "sends the same request as 'blocked' (451); say in suite.toml how to get 401",
                "without auth",
            ]
        );
    }

    #[test]
    fn words_are_found_where_they_begin() {
        for text in ["OAUTH_SCOPE_MISMATCH", "insufficientScope", "Missing permissions", "no role", "scope"] {
            assert!(RIGHTS.is_match(text), "{text}");
        }
        for text in ["telescope", "Enrolled", "parole", "AUTHENTICATION_FAILURE"] {
            assert!(!RIGHTS.is_match(text), "{text}");
        }
        assert!(REFUSED.is_match("INVALID_TOKEN") && REFUSED.is_match("token expired"));
        assert!(!REFUSED.is_match("Unauthorized"));
    }

    #[test]
    fn a_rule_of_the_suite_counts_in_full() {
        let rule = AuthRule::Profile("narrow".to_owned());
        let mut scoped = candidate("scope", 401, "r");
        scoped.rule = Some(&rule);
        assert_eq!(texts(&[candidate("OK", 200, "r"), scoped])[1], "profile narrow");
    }
}
