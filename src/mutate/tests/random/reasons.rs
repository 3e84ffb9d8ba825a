//! Whether the reason that a survivor is named with is true, read off the saved texts once more.

use super::tree::{Tree, unescaped};
use super::*;
use crate::contract::json::readable;
use crate::contract::schema::infer::is_documentation_text;
use crate::contract::volatile::{is_opaque, is_timestamp};
use crate::contract::{BodyExpectation, headers};
use crate::placeholder;

/// Security and caching headers among those that are drawn.
const HINTS: &[&str] =
    &["cache-control", "x-frame-options", "strict-transport-security", "access-control-allow-origin"];

/// What is wrong with the reason of a survivor.
pub(super) fn untrue(
    survivor: &Survivor,
    case: &Case,
    (item, own): (&Item, &Saved),
    settings: &str,
) -> Option<String> {
    let reason = survivor.reason.as_ref()?;
    let is_true = match reason {
        Reason::HeaderFree | Reason::HeaderHint(_) | Reason::HeaderValue => of_header(survivor, case, own),
        Reason::Text => is_text(case, own),
        Reason::Documentation if matches!(survivor.kind, Kind::BodyTruncated | Kind::BodyHtml) => {
            own.text().is_some_and(|text| placeholder::recognise(text.trim()).is_some())
        }
        Reason::StatusOnly => settings.contains("\"status\""),
        Reason::Ignored => settings.contains("ignore = [\"/") || settings.contains("volatile"),
        Reason::Severity(id) => settings.contains(id.as_str()),
        Reason::SchemaFile(_) => by_hand::is_persons(case),
        Reason::Waived { .. } => false,
        Reason::Optional(_) | Reason::TypeShown(_) | Reason::NullOnly | Reason::Documentation => {
            of_place(survivor, case, item, own)
        }
    };
    (!is_true).then(|| format!("untrue: {survivor:?}"))
}

fn of_place(survivor: &Survivor, case: &Case, item: &Item, own: &Saved) -> bool {
    let at = &survivor.at;
    let what = &survivor.what;
    let wanted = what.rsplit(' ').next().unwrap_or_default();
    let (holder, name) = at.rsplit_once('/').unwrap_or_default();
    let of_group = |saved: &&Saved| {
        let mut all = case.documented.iter();
        let other = all.find(|one| one.example.name == saved.name).map(|one| &one.expectation);
        let is_of_group =
            other.is_some_and(|other| match (&other.known.sources, &case.expectation.known.sources) {
                (Some(of_other), Some(of_own)) => Arc::ptr_eq(of_other, of_own),
                _ => false,
            });
        is_of_group || saved.name == own.name
    };
    let group = || item.examples.iter().filter(of_group).filter_map(Saved::tree);
    let real = || group().filter(|tree| !documents(tree));
    let named = |name: &str| item.examples.iter().find(|saved| saved.name == name).and_then(Saved::tree);
    match survivor.reason.as_ref() {
        Some(Reason::Optional(example)) => named(example).is_some_and(|tree| {
            let lacks = |held: &&Tree| held.kind() == "object" && !held.has(&unescaped(name));
            tree.at(holder).iter().any(lacks)
        }),
        Some(Reason::TypeShown(example)) => named(example).is_some_and(|tree| {
            let is_wanted = |kind: &str| kind == wanted || kind == "number" && wanted == "integer";
            tree.at(at).iter().any(|value| is_wanted(value.kind()))
        }),
        Some(Reason::NullOnly) => {
            real().all(|tree| tree.at(at).into_iter().all(|value| value.kind() == "null" || is_claim(value)))
        }
        Some(Reason::Documentation) => {
            let shows = |at: &str| real().any(|tree| !tree.at(at).into_iter().all(is_claim));
            let claims = |at: &str| real().any(|tree| tree.at(at).into_iter().any(is_claim));
            !shows(at) || claims(if what == "gone" { holder } else { at })
        }
        _ => false,
    }
}

fn of_header(survivor: &Survivor, case: &Case, own: &Saved) -> bool {
    let name = survivor.at.strip_prefix("header:").unwrap_or_default();
    let all = own.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
    let value = all.map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(", ");
    match survivor.reason.as_ref() {
        Some(Reason::HeaderHint(level)) => *level == Severity::Warning && HINTS.contains(&name),
        Some(Reason::HeaderValue) => survivor.kind == Kind::HeaderValue,
        _ => {
            let ignored = ["x-token", "content-language"].contains(&name);
            headers::is_ignored(name)
                || ignored
                    && case
                        .expectation
                        .headers
                        .iter()
                        .all(|field| field.name != name || field.missing.is_none())
                || ["deprecation", "sunset", "warning"].contains(&name)
                || is_timestamp(&value) && !name.ends_with("-version")
                || is_opaque(&value)
        }
    }
}

fn is_text(case: &Case, own: &Saved) -> bool {
    let is_json = |text: &str| {
        let read = serde_json::from_str::<Value>(&readable(text.trim_start_matches('\u{feff}')));
        // A scalar is JSON where the media type says so.
        read.is_ok_and(|value| value.is_object() || value.is_array() || own.headers.iter().any(is_json_type))
    };
    matches!(case.expectation.body, BodyExpectation::Opaque { text: None })
        && !own.text().as_deref().is_some_and(is_json)
}

fn is_json_type((name, value): &(String, String)) -> bool {
    name.eq_ignore_ascii_case("content-type") && value.contains('/') && value.contains("json")
}

fn is_claim(value: &Tree) -> bool {
    value.text().is_some_and(|text| placeholder::recognise(&text).is_some())
}

fn documents(tree: &Tree) -> bool {
    is_documentation_text(&tree.to_string())
}
