//! Twins and recipes: which example of an item is had by sending the request as saved, and how
//! the others may be had.
//!
//! Twins are examples that send the same request but document different answers; at most one of
//! them can be right when the request is sent as saved. [`assign`] gives every example a recipe
//! of its own, or the reason why there is none: two examples that document different answers
//! never get the same request.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::case::{Recipe, Skip};
use super::skip;
use crate::contract::Outcome;
use crate::suite::AuthRule;

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
    /// The request without auth, as comparable text; `None` where it cannot be made.
    pub(super) signature: Option<String>,
    /// Whether the request differs when auth is left out; asked only of an example of 401.
    pub(super) has_auth: bool,
    /// Whether the URL has a path variable.
    pub(super) has_path_variable: bool,
    /// What suite.toml says.
    pub(super) rule: Option<&'a AuthRule>,
}

/// Why an example needs a request of its own, and which.
enum Own {
    Recipe(Recipe),
    NeedsProfile,
    None,
}

/// A recipe, or the reason why there is none, for each example of an item.
pub(super) fn assign(candidates: &[Candidate<'_>]) -> Vec<Result<Recipe, Skip>> {
    let mut claims: HashMap<(&str, Recipe), usize> = HashMap::new();
    let heads = heads(candidates);
    for &head in &heads {
        if let Some(signature) = &candidates[head].signature {
            claims.insert((signature, Recipe::AsSaved), head);
        }
    }
    (0..candidates.len())
        .map(|index| {
            let candidate = &candidates[index];
            if let Some(rule) = candidate.rule {
                return Ok(ruled(rule));
            }
            let Some(signature) = candidate.signature.as_deref() else { return Ok(Recipe::AsSaved) };
            let saved = claims.get(&(signature, Recipe::AsSaved)).copied();
            if saved.is_some_and(|head| candidates[head].documented == candidate.documented) {
                return Ok(Recipe::AsSaved);
            }
            let recipe = match own(candidate) {
                Own::Recipe(recipe) => recipe,
                Own::NeedsProfile => return Err(without_recipe(candidates, saved, candidate, true)),
                Own::None => match saved {
                    Some(_) => return Err(without_recipe(candidates, saved, candidate, false)),
                    None => Recipe::AsSaved,
                },
            };
            let holder = *claims.entry((signature, recipe.clone())).or_insert(index);
            if candidates[holder].documented == candidate.documented {
                Ok(recipe)
            } else {
                Err(without_recipe(candidates, Some(holder), candidate, false))
            }
        })
        .collect()
}

/// Of each group that sends one request, the example that is had by sending it as saved: the
/// first 2xx that is no error, else the first that has no recipe of its own. A lone example that
/// does not expect 401 is always its own head.
fn heads(candidates: &[Candidate<'_>]) -> Vec<usize> {
    let mut groups: Vec<(&str, Vec<usize>)> = Vec::new();
    for (index, candidate) in candidates.iter().enumerate() {
        let (Some(signature), None) = (&candidate.signature, candidate.rule) else { continue };
        match groups.iter_mut().find(|(other, _)| other == signature) {
            Some((_, members)) => members.push(index),
            None => groups.push((signature, vec![index])),
        }
    }
    groups
        .into_iter()
        .filter_map(|(_, members)| {
            let lone = members.iter().all(|&m| candidates[m].documented == candidates[members[0]].documented);
            let success = members.iter().copied().find(|&m| is_success(&candidates[m].documented));
            let plain = || {
                members.iter().copied().find(|&m| {
                    let candidate = &candidates[m];
                    match own(candidate) {
                        Own::None => true,
                        Own::Recipe(_) | Own::NeedsProfile => {
                            lone && candidate.documented.status != Some(401)
                        }
                    }
                })
            };
            success.or_else(plain)
        })
        .collect()
}

fn is_success(documented: &Documented) -> bool {
    documented.status.is_some_and(|status| (200..300).contains(&status)) && documented.outcome == Outcome::Ok
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
        Some(401) if !candidate.has_auth => Own::Recipe(Recipe::AsSaved),
        Some(401) if speaks_of(candidate, &REFUSED) => Own::Recipe(Recipe::InvalidAuth),
        Some(401) => Own::Recipe(Recipe::WithoutAuth),
        Some(403) => Own::NeedsProfile,
        Some(404) if candidate.has_path_variable => Own::Recipe(Recipe::UnknownId),
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
            signature: Some(signature.to_owned()),
            has_auth: true,
            has_path_variable: true,
            rule: None,
        }
    }

    fn texts(candidates: &[Candidate<'_>]) -> Vec<String> {
        assign(candidates)
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
                "sends the same request as 'OK' (200); name an auth profile in suite.toml that gets 403",
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
            "sends the same request as 'No auth' (401); say in suite.toml how to get 401"
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
                "needs credentials with fewer rights; name an auth profile in suite.toml that gets 401",
            ]
        );
    }

    #[test]
    fn without_auth_changes_nothing_where_there_is_none() {
        let mut refused = candidate("No", 401, "r");
        refused.has_auth = false;
        let all = [candidate("OK", 200, "r"), refused];
        assert_eq!(texts(&all)[1], "sends the same request as 'OK' (200); say in suite.toml how to get 401");
    }

    #[test]
    fn without_a_success_the_one_that_cannot_be_had_otherwise_is_sent_as_saved() {
        let all = [candidate("gone", 404, "r"), candidate("bad", 422, "r"), candidate("no", 401, "r")];
        assert_eq!(texts(&all), ["with an unknown id", "as saved", "without auth"]);
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
