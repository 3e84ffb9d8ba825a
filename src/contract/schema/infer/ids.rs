//! Names that are ids with one prefix: `ord_1A2b3C`, `cus-481209`.

use super::node::{Node, Object};

/// The longest prefix of an id, in letters.
const LONGEST_PREFIX: usize = 12;

/// So many ids stand for one name of their prefix and length that could be a word.
const IDS_PER_OTHER: usize = 4;

/// The pattern of the names, where all have one prefix before an id; there must be several. Their values are objects
/// with a member that all have, or, where the ids can be nothing else, values without members. That all are of one
/// kind is asked elsewhere.
pub(super) fn pattern(object: &Object) -> Option<&'static str> {
    let mut names = object.members.keys().map(|name| split(name));
    let (prefix, _) = names.next()??;
    let ids: Vec<&str> = object
        .members
        .keys()
        .map(|name| split(name).filter(|(other, _)| *other == prefix).map(|(_, id)| id))
        .collect::<Option<_>>()?;
    let sure: Vec<&str> = ids.iter().copied().filter(|id| is_id(id)).collect();
    let is_like_one = |id: &str| {
        let has_digit = id.bytes().any(|b| b.is_ascii_digit());
        is_id(id) || has_digit && sure.iter().any(|one| one.len() == id.len())
    };
    let enough = sure.len() >= 2 && (ids.len() - sure.len()) * IDS_PER_OTHER <= sure.len();
    if !enough || !ids.iter().all(|id| is_like_one(id)) {
        return None;
    }
    let is_plain = || object.members.values().all(|member| is_plain(&member.node));
    let are_values = are_alike(object) || sure.iter().all(|id| is_drawn(id)) && is_plain();
    are_values.then_some("^[A-Za-z]+[-_][0-9A-Za-z]+$")
}

/// What stands before the id, letters and one `_` or `-`, and the id.
fn split(name: &str) -> Option<(&str, &str)> {
    let at = name.find(['_', '-']).filter(|at| (1..=LONGEST_PREFIX).contains(at))?;
    let (prefix, id) = (name.get(..at)?, name.get(at + 1..)?);
    let is_form = prefix.bytes().all(|b| b.is_ascii_alphabetic())
        && !id.is_empty()
        && id.bytes().all(|b| b.is_ascii_alphanumeric());
    is_form.then(|| name.get(..=at)).flatten().map(|prefix| (prefix, id))
}

/// An id changes between letters and digits three times at least, or has six digits that are no round number: words
/// with a number, a size or a range are fields (`line_1`, `d_30`, `icon_192x192`, `last_24hours`, `qty_500000`).
fn is_id(id: &str) -> bool {
    if is_number(id) { id.len() >= 6 && !id.ends_with("000") } else { turns(id) >= 3 }
}

/// An id that chance has drawn: with letters of both cases, or many changes, or many digits. So are no sizes
/// (`1920x1080p60`).
fn is_drawn(id: &str) -> bool {
    let both = id.bytes().any(|b| b.is_ascii_uppercase()) && id.bytes().any(|b| b.is_ascii_lowercase());
    if is_number(id) { id.len() >= 8 } else { both || turns(id) >= 5 }
}

fn is_number(id: &str) -> bool {
    id.bytes().all(|b| b.is_ascii_digit())
}

/// How often an id changes between letters and digits.
fn turns(id: &str) -> usize {
    let is_digit: Vec<bool> = id.bytes().map(|b| b.is_ascii_digit()).collect();
    is_digit.windows(2).filter(|pair| matches!(pair, [a, b] if a != b)).count()
}

fn is_plain(node: &Node) -> bool {
    node.object.is_none()
}

/// All values are objects, with a member that all have.
pub(super) fn are_alike(object: &Object) -> bool {
    let objects: Option<Vec<&Object>> =
        object.members.values().map(|member| member.node.object.as_deref()).collect();
    let Some(all) = objects else { return false };
    let in_all = |name: &str| {
        all.iter().all(|one| one.members.get(name).is_some_and(|member| member.present == one.n))
    };
    all.first().is_some_and(|first| first.members.keys().any(|name| in_all(name)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::contract::schema::Schema;
    use crate::contract::schema::infer::Accumulator;

    fn schema(body: &Value) -> Value {
        let mut seen = Accumulator::default();
        seen.observe(body);
        seen.finish()
    }

    #[test]
    fn ids_with_one_prefix_are_keys() {
        for (shown, other, broken) in [
            (
                json!({"ord_1A2b3C": {"n": 1}, "ord_9Z8y7X": {"n": 2}}),
                json!({"ord_5": {"n": 1}}),
                json!({"ord_5": []}),
            ),
            (
                json!({"cus_481207": {"n": 1}, "cus_771234": {"n": 2}}),
                json!({}),
                json!({"cus_481217": {"n": "x"}}),
            ),
            (
                json!({"ord_1A2b3C": "1.0", "ord_9Z8y7X": "2.0"}),
                json!({"ord_5555aa": "7"}),
                json!({"ord_5": 1}),
            ),
            (json!({"usr_1A2b3C4": 1, "usr_9Z8y7X6": 2}), json!({"usr_5": 3}), json!({"usr_5": "3"})),
            (json!({"u-9f8e7d6c": [1], "u-1a2b3c4d": [2]}), json!({"u-1": []}), json!({"u-1": ["x"]})),
            (
                json!({"inv_10023456": true, "inv_10023457": false}),
                json!({"inv_1": true}),
                json!({"inv_1": 1}),
            ),
            (
                json!({"a_1A2b3C": 1, "a_1B2c3D": 2, "a_1C2d3E": 3, "a_1D2e3F": 4, "a_9xyzab": 5}),
                json!({"a_1": 3}),
                json!({"a_1": "3"}),
            ),
        ] {
            let schema = Schema::compile(schema(&shown)).unwrap();
            assert!(schema.accepts(&shown) && schema.accepts(&other), "{shown}: {other}");
            assert!(!schema.accepts(&broken), "{shown}: {broken}");
        }
    }

    #[test]
    fn what_may_be_a_field_is_one() {
        for shown in [
            json!({"user_1": 1, "user_2": 2}),
            json!({"u_1": 1, "u_2": 2}),
            json!({"team_1": {"n": 1}, "team_2": {"n": 2}}),
            json!({"line_1": {"n": 1}, "line_2": {"n": 2}}),
            json!({"p_50": {"n": 1}, "p_95": {"n": 2}}),
            json!({"image_1024": {"url": "a"}, "image_2048": {"url": "b"}}),
            json!({"u_1": {"n": 1}, "u_2": {"n": 2}}),
            json!({"d_1": {"n": 1}, "d_30": {"n": 2}}),
            json!({"icon-192x192": {"n": 1}, "icon-512x512": {"n": 2}}),
            json!({"img_1280x720": {"n": 1}, "img_640x360": {"n": 2}}),
            json!({"age_18to24": {"n": 1}, "age_25to34": {"n": 2}}),
            json!({"last_24hours": {"n": 1}, "last_30days": {"n": 2}}),
            json!({"qty_500000": {"n": 1}, "qty_100000": {"n": 2}}),
            json!({"fy_2023q1": {"n": 1}, "fy_2023q2": {"n": 2}}),
            json!({"ord_1A2b3C": {"n": 1}, "inv_9Z8y7X": {"n": 2}}),
            json!({"ord_1A2b3C": {"n": 1}, "ord_9Z8y7X": {"m": 2}}),
            json!({"ord_1A2b3C": {"n": 1}, "ord_name": {"n": 2}}),
            json!({"utf_8bom": {"n": 1}, "utf_16le": {"n": 1}}),
            json!({"_1": {"n": 1}, "_2": {"n": 1}}),
            json!({"ord_1A2b3C": 1, "inv_9Z8y7X": 2}),
            json!({"ord_1A2b3C": 1, "ord_9Z8y7X": 2, "ord_name": 3}),
            json!({"qty_100250": 1, "qty_500750": 2}),
            json!({"video_1920x1080p60": 1, "video_1280x720p30": 2}),
            json!({"icon-192x192": "a", "icon-512x512": "b"}),
            json!({"last_24hours": 1, "last_30days": 2}),
            json!({"sha_256bit": "a", "sha_512bit": "b"}),
            json!({"t_1h30m": 1, "t_2h45m": 2}),
        ] {
            let names = shown.as_object().unwrap().len();
            assert_eq!(schema(&shown)["required"].as_array().map(Vec::len), Some(names), "{shown}");
        }
    }
}
