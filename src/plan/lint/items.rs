//! Items: requests without an example, examples that are not of their item, or twice the same.

use super::found::Found;
use super::table::LintId;
use crate::plan::skip::one_line;
use crate::postman::Example;
use crate::postman::model::{Item, Placed, RequestSpec};
use crate::suite::Suite;

/// What is said of `strictSSL: false`.
const TRUSTING: &str = "`strictSSL: false` is not followed: certificates are checked, because a collection \
                        alone is no reason to trust a server; `--insecure` switches that off for a run";

pub(super) fn lint(suite: &Suite, placed: &[Placed<'_>], found: &mut Found<'_>) {
    for item in placed.iter().map(|placed| placed.item) {
        if item.behavior.delivery.strict_tls == Some(false) {
            found.add_in(LintId::SettingWithoutEffect, &item.pointer, TRUSTING);
        }
        if item.examples.is_empty() {
            let message = "the request has no example, so nothing is tested; save one in Postman";
            found.add_in(LintId::WithoutExample, &item.pointer, message);
        }
        for example in &item.examples {
            if let Some(message) = differs(suite, item, example) {
                found.add_in(LintId::RequestDiffers, &example.pointer, message);
            }
        }
        for example in redundant(item) {
            let message = if item.examples.iter().any(|other| suite.is_accepted(other)) {
                "with what was accepted, it has the same request, status and body as another example of its \
                 request: say in suite.toml how to get another answer, or delete one of both in Postman, with \
                 its file below accepted/"
            } else {
                "has the same request, status and body as another example of its request; delete one"
            };
            found.add_in(LintId::RedundantExample, &example.pointer, message);
        }
    }
}

/// Where method or path of a saved request are not the item's. A path may be saved with its variables
/// filled, and another method is the point of an example of 405 or of a refused method.
fn differs(suite: &Suite, item: &Item, example: &Example) -> Option<String> {
    let (own, request) = (&item.request, example.request.as_ref()?);
    let method = |spec: &RequestSpec| spec.method.clone().unwrap_or_else(|| "GET".to_owned());
    let (saved, wanted) = (method(request), method(own));
    if request.method.is_some() && saved != wanted && example.code.is_none_or(|code| code < 400) {
        let (saved, wanted) = (one_line(&saved), one_line(&wanted));
        return Some(format!(
            "is saved with the method {saved}, while its item has {wanted}; {saved} is sent"
        ));
    }
    let path = |spec: &RequestSpec| suite.scope.substitute(&spec.url.path).text;
    let (saved, wanted) = (path(request), path(own));
    let other = !saved.is_empty() && !wanted.is_empty() && !alike(&saved, &wanted);
    (other && example.code.is_none_or(|code| code < 400))
        .then(|| "is saved with another path than its item has now; the saved one is sent".to_owned())
}

/// Whether both paths may be of one operation: a segment with a variable fits any.
fn alike(a: &str, b: &str) -> bool {
    let segments = |path: &str| {
        path.split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    let (a, b) = (segments(a), segments(b));
    let free = |segment: &str| segment.starts_with(':') || segment.contains("{{") || segment.starts_with('{');
    let fits = |(a, b): (&String, &String)| a == b || free(a) || free(b) || is_id(a) && is_id(b);
    a.len() == b.len() && a.iter().zip(&b).all(fits)
}

/// Two ids of one place differ from example to example.
fn is_id(segment: &str) -> bool {
    segment.bytes().any(|byte| byte.is_ascii_digit())
}

/// The examples that are alike with one before them in everything that counts.
fn redundant(item: &Item) -> impl Iterator<Item = &Example> {
    let examples = item.examples.iter().enumerate();
    examples.filter_map(|(index, example)| {
        let before = item.examples.get(..index).unwrap_or_default();
        before.iter().any(|other| is_same(example, other)).then_some(&**example)
    })
}

fn is_same(a: &Example, b: &Example) -> bool {
    let parts =
        |spec: &RequestSpec| (spec.method.clone(), spec.url.clone(), spec.headers.clone(), spec.body.clone());
    a.code == b.code && a.body == b.body && a.request.as_ref().map(parts) == b.request.as_ref().map(parts)
}

#[cfg(test)]
mod tests {
    use super::alike;

    #[test]
    fn paths_are_alike_but_for_their_variables() {
        for (a, b) in [("/users/:id", "/users/42"), ("/a/b/", "a/b"), ("/u/7", "/u/8"), ("/{{v}}/x", "/v2/x")]
        {
            assert!(alike(a, b), "{a} {b}");
        }
        for (a, b) in [("/users", "/groups"), ("/users/:id", "/users"), ("/a/:id", "/b/7")] {
            assert!(!alike(a, b), "{a} {b}");
        }
    }
}
