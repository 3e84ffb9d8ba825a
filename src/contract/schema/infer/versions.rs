//! Names that are versions, as package registries list them: `1.0.0` beside `1.0`, `2.0b1`, `v1.2.3`, `dev-master`.

use std::sync::LazyLock;

use regex::Regex;

use super::node::Object;

/// Any name that stands in a list of versions.
const LISTED: &str =
    r"^(v?[0-9]+(\.[0-9]+)*(\.x)?([-+._]?[a-z][-+._0-9A-Za-z]*|[-+][-+._0-9A-Za-z]+)?|dev-[^ ]+)$";

/// What is a version and nothing else: three numbers and more (semver.org, with `v` as Go writes it), or two and more
/// with what Python has behind them (PEP 440).
const SURE: &str =
    r"^(v?[0-9]+(\.[0-9]+){2,}([-+][0-9A-Za-z.+-]+)?|[0-9]+(\.[0-9]+)+((a|b|rc)[0-9]+|\.(post|dev)[0-9]+)+)$";

/// Two numbers with a point: versions, or shares (`0.95`) and scales (`1.5`).
const SHORT: &str = r"^[0-9]+\.[0-9]+$";

static KNOWN: LazyLock<Option<[Regex; 3]>> =
    LazyLock::new(|| Some([Regex::new(LISTED).ok()?, Regex::new(SURE).ok()?, Regex::new(SHORT).ok()?]));

/// The pattern of the names, where all stand in a list of versions and at least one is nothing else, or several have
/// two numbers each and lists of objects (the files of a release) below them.
pub(super) fn pattern(object: &Object) -> Option<&'static str> {
    let names = || object.members.keys().map(|name| &**name);
    // Most names are words.
    if !names().next()?.starts_with(|c: char| c.is_ascii_digit() || matches!(c, 'v' | 'd')) {
        return None;
    }
    let [listed, sure, short] = KNOWN.as_ref()?;
    if !names().all(|name| listed.is_match(name)) {
        return None;
    }
    let has_files = || {
        let mut items = object.members.values().filter_map(|member| member.node.items.as_deref());
        object.members.values().all(|member| member.node.is_of_arrays())
            && items.any(|items| items.object.is_some())
    };
    let is_short = || object.members.len() >= 2 && names().all(|name| short.is_match(name)) && has_files();
    (names().any(|name| sure.is_match(name)) || is_short()).then_some(LISTED)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::contract::schema::infer::Accumulator;

    fn is_map(body: &Value) -> bool {
        let mut seen = Accumulator::default();
        seen.observe(body);
        let schema = seen.finish();
        let accepts = crate::contract::schema::Schema::compile(schema.clone()).unwrap().accepts(body);
        assert!(accepts, "{schema}: {body}");
        schema["propertyNames"].is_object()
    }

    #[test]
    fn versions_are_keys() {
        let of = |names: &[&str], value: &Value| {
            is_map(&Value::Object(names.iter().map(|name| ((*name).to_owned(), value.clone())).collect()))
        };
        let file = json!([{"size": 1}]);
        for names in [
            &["0.10.0", "0.2.0", "1.0", "2.0b1"][..],
            &["0.1", "0.2", "1.0.0"],
            &["v1.0.0", "v1.1.0"],
            &["v1.0.0"],
            &["dev-master", "1.0.0"],
            &["dev-feature/x", "1.0.x-dev", "v1.0.0-beta1"],
            &["1.0.0-rc.1", "1.0"],
            &["1.0.post1", "1.0"],
            &["2024.1.dev3", "3"],
            &["4.0.0.1", "4.0rc2"],
        ] {
            for value in [json!("x"), json!({"n": 1}), file.clone()] {
                assert!(of(names, &value), "{names:?}: {value}");
            }
        }
        assert!(of(&["1.0", "1.1"], &file), "the files of each release");
        for names in [
            &["1.0", "2.0"][..],
            &["0.5", "0.95", "0.99"],
            &["50.0", "99.9"],
            &["1.0", "1.5", "2.0"],
            &["v1", "v2"],
            &["v1.0", "v2.0"],
            &["dev-master", "dev-main"],
            &["dev", "1.0.0"],
            &["latest", "1.0.0"],
            &["1.0.0", "description"],
            &["1. open", "2. high"],
            &["16x16", "24x24"],
            &["1st", "2nd"],
            &["24h", "7d"],
        ] {
            for value in [json!(1), json!({"url": "a"})] {
                assert!(!of(names, &value), "{names:?}: {value}");
            }
        }
        for one in
            [json!({"1.0": [{"size": 1}]}), json!({"0.5": [1], "0.9": [2]}), json!({"1.0.0": 1, "1.0": "x"})]
        {
            assert!(!is_map(&one), "{one}");
        }
    }
}
