//! Objects whose names are data: maps from ids, dates or words to values of one kind.

use serde_json::{Map, Value};

use super::kinds::Kinds;
use super::names;
use super::node::{Node, Object};
use super::shapes::LOCALES;
use super::{codes, ids, versions};

/// How many names an object must have shown to be a map by their number alone.
const MANY: usize = 20;

/// What the names of a map are, as a schema; empty where nothing can be said of them.
pub(super) type Names = Map<String, Value>;

/// Whether the objects of a place are maps, by what real bodies show, or, where these show no
/// member, by documentation:
///
/// 1. every name is of six digits or more, or there are several and all are digits; or
/// 2. every name is a UUID, date, date-time, e-mail or IP address or URL, or 16 hexadecimal digits and more, or of
///    another form that is data ([`Shapes`](super::shapes::Shapes), [`versions`], and several together by [`codes`] and
///    [`ids`]); or
/// 3. every name is what generators write for "any name": `key_0`, `additionalProp1`, `property1`; or
/// 4. two objects and more show 20 names and more, none of them in every object, and an object has
///    half of them at most; or
/// 5. there are more than 10,000 names.
///
/// What a person says of the place (`said`) goes before all of it but the last: so many names are not kept.
///
/// But for generators' names, which no server ever sends, for so many, and for UUIDs, addresses and moments, which no
/// field is called, all values must be of one kind, null aside.
/// Gives the schema of the names.
pub(super) fn of(real: Option<&Object>, doc: Option<&Object>, said: Option<bool>) -> Option<Names> {
    let shown = |object: &&Object| !object.is_empty();
    let decides = real.filter(shown).or_else(|| doc.filter(shown));
    let crowds = || real.into_iter().chain(doc).any(|object| object.crowd.is_some());
    match said {
        Some(true) => return (real.or(doc).is_some()).then(|| decides.and_then(class).unwrap_or_default()),
        Some(false) if !crowds() => return None,
        Some(false) | None => {}
    }
    let decides = decides?;
    if decides.crowd.is_some() {
        return Some(class(decides).unwrap_or_default());
    }
    let of_documentation = || doc.filter(shown).filter(|doc| is_marked(doc)).map(|_| Names::new());
    let found = class(decides).or_else(of_documentation).or_else(|| is_sparse(decides).then(Names::new))?;
    let is_sure = is_marked(decides) || is_no_field(decides);
    (is_sure || is_uniform(&decides.values())).then_some(found)
}

/// Whether no field has such names, whatever stands under them.
fn is_no_field(object: &Object) -> bool {
    matches!(object.names().formats.name(), Some("uuid" | "email" | "date-time" | "uri"))
}

/// Rules 1 to 3.
fn class(object: &Object) -> Option<Names> {
    let names::Names { formats, shapes, long, marked } = object.names();
    if marked {
        return Some(Names::new());
    }
    let count = if object.crowd.is_some() { usize::MAX } else { object.members.len() };
    if formats.is_digits() && (long || count >= 2) {
        return Some(named("pattern", "^[0-9]+$"));
    }
    match formats.name() {
        Some(format) => Some(named("format", format)),
        None if formats.is_hex() => Some(named("pattern", "^[0-9A-Fa-f]{16,}$")),
        None => {
            // What holds of languages holds of them with their countries.
            let shape = shapes.pattern(count).filter(|shape| *shape != LOCALES || !codes::is_record(object));
            let together = || codes::pattern(object).or_else(|| ids::pattern(object));
            let pattern = shape.or_else(|| versions::pattern(object)).or_else(together);
            pattern.map(|pattern| named("pattern", pattern))
        }
    }
}

fn named(keyword: &str, value: &str) -> Names {
    let pairs = [(keyword, value), ("x-level", "warning")];
    pairs.into_iter().map(|(keyword, value)| (keyword.to_owned(), Value::from(value))).collect()
}

fn is_marked(object: &Object) -> bool {
    object.names().marked
}

/// Rule 4, the cheap form of an entropy over the names (Spoth et al.).
fn is_sparse(object: &Object) -> bool {
    let present = || object.members.values().map(|member| member.present);
    let most = present().max().unwrap_or(0);
    let all = object.n.saturating_mul(object.members.len() as u64);
    object.n >= 2 && object.members.len() >= MANY && most < object.n && present().sum::<u64>() <= all / 2
}

fn is_uniform(values: &Node) -> bool {
    let kinds = values.all_kinds() - Kinds::NULL;
    let number = kinds.contains(Kinds::INTEGER) || kinds.contains(Kinds::NUMBER);
    let others = [Kinds::BOOLEAN, Kinds::STRING, Kinds::ARRAY, Kinds::OBJECT];
    others.into_iter().filter(|kind| kinds.contains(*kind)).count() + usize::from(number) <= 1
}
