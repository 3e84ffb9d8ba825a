//! What a schema says of a place: its parts, through references and branches ([`parts`]), what it
//! says of a member ([`of_member`]), and the [`Place`] with the keys of maps made one ([`place`]).

use serde_json::{Map, Value};

use crate::contract::pointer::{Place, Step, unescape};
use crate::contract::schema::Schema;

/// How many references and branches are followed at one place before the rest stays unseen.
const MOST_PARTS: usize = 64;

/// One schema of a document; its references are resolved against that document.
#[derive(Clone, Copy)]
pub(super) struct Part<'s> {
    pub(super) document: &'s Value,
    pub(super) schema: &'s Map<String, Value>,
}

impl<'s> Part<'s> {
    pub(super) fn get(&self, keyword: &str) -> Option<&'s Value> {
        self.schema.get(keyword)
    }

    pub(super) fn has(&self, keyword: &str) -> bool {
        self.schema.contains_key(keyword)
    }

    /// The schema under a keyword.
    pub(super) fn below(&self, schema: &'s Value) -> (&'s Value, &'s Value) {
        (self.document, schema)
    }
}

/// The schema as a whole, as [`parts`] takes it.
pub(super) fn root(schema: &Schema) -> Vec<(&Value, &Value)> {
    vec![(&*schema.document, &*schema.document)]
}

/// The schemas (each with its document) and everything that they bring in: references and branches.
pub(super) fn parts<'s>(schema: &'s Schema, schemas: &[(&'s Value, &'s Value)]) -> Vec<Part<'s>> {
    let mut parts: Vec<Part<'s>> = Vec::new();
    let mut rest = schemas.to_vec();
    while let Some((document, value)) = rest.pop() {
        let Some(object) = value.as_object() else { continue };
        if parts.iter().any(|known| std::ptr::eq(known.schema, object)) || parts.len() == MOST_PARTS {
            continue;
        }
        parts.push(Part { document, schema: object });
        let reference = object.get("$ref").and_then(Value::as_str);
        rest.extend(reference.and_then(|reference| schema.follow(document, reference)));
        let lists =
            ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|keyword| object.get(keyword)?.as_array());
        rest.extend(lists.flatten().map(|branch| (document, branch)));
        let single = ["if", "then", "else"].into_iter().filter_map(|keyword| object.get(keyword));
        rest.extend(single.map(|branch| (document, branch)));
    }
    parts
}

/// What is said of a member, and whether by its name; else it is said of any member.
pub(super) fn of_member<'s>(parts: &[Part<'s>], name: &str) -> (Vec<(&'s Value, &'s Value)>, bool) {
    let named: Vec<_> =
        parts.iter().filter_map(|part| Some(part.below(part.get("properties")?.get(name)?))).collect();
    if !named.is_empty() {
        return (named, true);
    }
    let any = parts.iter().flat_map(|part| {
        let schemas = [part.get("additionalProperties"), part.get("unevaluatedProperties")];
        schemas.into_iter().flatten().filter(|schema| schema.is_object()).map(|schema| part.below(schema))
    });
    (any.collect(), false)
}

/// The place that a pointer names in the body: array positions become `*`, names of a map `{key}`.
pub(super) fn place(schema: &Schema, pointer: &str, body: &Value) -> Place {
    let (mut place, mut here, mut schemas) = (Place::default(), Some(body), root(schema));
    for segment in pointer.split('/').skip(1) {
        let parts = parts(schema, &schemas);
        if let Some(Value::Array(items)) = here {
            place = place.below(&Step::Item, segment);
            schemas = parts.iter().filter_map(|part| Some(part.below(part.get("items")?))).collect();
            here = segment.parse::<usize>().ok().and_then(|index| items.get(index));
        } else {
            let name = unescape(segment);
            let (below, named) = of_member(&parts, &name);
            let is_key = !named && !below.is_empty();
            place = if is_key { place.map_key(&name) } else { place.member(&name) };
            schemas = below;
            here = here.and_then(|value| value.get(name.as_ref()));
        }
    }
    place
}
