//! Schemas as people write them, by chance: of any draft, nested, with branches and references, each true
//! of the bodies that it is drawn for.

use serde_json::{Map, Value, json};

use crate::contract::json::kind;
use crate::contract::schema::Schema;
use crate::mutate::draw::Dice;

/// A schema in two forms that say the same.
pub(super) struct Written {
    /// Nothing is referred to.
    pub(super) plain: Value,
    /// Parts of it lie under its definitions, or in the file `common.schema.json` of the suite.
    pub(super) document: Value,
    /// That file, if there is one.
    pub(super) common: Option<Value>,
}

/// The drafts, oldest first.
const DRAFTS: [&str; 6] = [
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
    "https://json-schema.org/draft/2020-12/schema",
];

const DRAFT_6: usize = 1;
const DRAFT_7: usize = 2;
const DRAFT_2019: usize = 3;
const DRAFT_2020: usize = 4;

const KINDS: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

struct Author<'d> {
    dice: &'d mut Dice,
    draft: usize,
}

/// A schema that accepts these bodies; `common` is what the file that others may refer to is called, seen
/// from the schema.
pub(super) fn written(bodies: &[&Value], common: &str, dice: &mut Dice) -> Written {
    let draft = dice.position(DRAFTS.len());
    let mut author = Author { dice, draft };
    let drawn = author.schema(bodies, 5);
    let plain = with_draft(drawn, draft);
    let (mut own, mut shared) = (Map::new(), Map::new());
    let mut document = plain.clone();
    author.move_parts(&mut document, (common, true), &mut own, &mut shared);
    if !own.is_empty() {
        document[author.definitions()] = Value::Object(own);
    }
    let common = (!shared.is_empty()).then(|| with_draft(json!({ author.definitions(): shared }), draft));
    // Where nothing leads out of it, a name of its own changes nothing.
    if common.is_none() && author.chance(20) {
        let name = if draft < DRAFT_6 { "id" } else { "$id" };
        document[name] = json!("https://example.com/schemas/answer.json");
    }
    Written { plain, document, common }
}

fn with_draft(schema: Value, draft: usize) -> Value {
    let mut members = match schema {
        Value::Object(members) => members,
        // `true`, as a schema with room for a name.
        _ => Map::new(),
    };
    members.insert("$schema".to_owned(), json!(DRAFTS[draft]));
    Value::Object(members)
}

impl Author<'_> {
    fn chance(&mut self, percent: u64) -> bool {
        self.dice.below(100) < percent
    }

    fn below(&mut self, n: usize) -> usize {
        self.dice.position(n)
    }

    fn definitions(&self) -> &'static str {
        if self.draft < DRAFT_2019 { "definitions" } else { "$defs" }
    }

    fn schema(&mut self, values: &[&Value], depth: usize) -> Value {
        if depth == 0 || values.is_empty() || self.chance(8) {
            return if self.draft >= DRAFT_6 && self.chance(30) { json!(true) } else { json!({}) };
        }
        match self.below(if depth > 2 { 14 } else { 9 }) {
            9 => json!({"anyOf": [self.refusing(values), self.schema(values, depth - 1)]}),
            10 => json!({"oneOf": [self.schema(values, depth - 1), self.refusing(values)]}),
            11 => json!({"allOf": [self.schema(values, depth - 1), self.schema(values, depth - 1)]}),
            12 => json!({"not": self.refusing(values)}),
            13 if self.draft >= DRAFT_7 => json!({
                "if": self.refusing(values), "then": {"not": {}}, "else": self.schema(values, depth - 1)
            }),
            _ => Value::Object(self.plain(values, depth)),
        }
    }

    /// What none of these values is.
    fn refusing(&mut self, values: &[&Value]) -> Value {
        let is_free = |name: &&str| {
            values.iter().all(|value| {
                let kind = kind(value);
                // In most drafts 1.0 is an integer.
                let is_number = matches!(kind, "integer" | "number");
                if is_number { !matches!(*name, "integer" | "number") } else { kind != *name }
            })
        };
        let free: Vec<&str> = KINDS.into_iter().filter(is_free).collect();
        match free.len() {
            0 => json!({"enum": ["no value of any example"]}),
            count => json!({"type": free[self.below(count)]}),
        }
    }

    /// The keywords side by side.
    fn plain(&mut self, values: &[&Value], depth: usize) -> Map<String, Value> {
        let mut schema = Map::new();
        let mut kinds: Vec<&str> = values.iter().map(|value| kind(value)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.contains(&"number") {
            kinds.retain(|kind| *kind != "integer");
        }
        if self.chance(80) {
            let types = match kinds.as_slice() {
                [one] if self.chance(80) => json!(one),
                [one] if *one != "null" => json!([one, "null"]),
                all => json!(all),
            };
            schema.insert("type".to_owned(), types);
        }
        let is_scalar = values.iter().all(|value| !value.is_object() && !value.is_array());
        if is_scalar && self.chance(15) {
            let mut all: Vec<Value> = values.iter().map(|value| (*value).clone()).collect();
            all.extend(self.chance(50).then(|| json!("one more")));
            all.dedup();
            let mut distinct: Vec<Value> = Vec::new();
            for one in all {
                if !distinct.contains(&one) {
                    distinct.push(one);
                }
            }
            match distinct.as_slice() {
                [only] if self.draft >= DRAFT_6 => schema.insert("const".to_owned(), only.clone()),
                _ => schema.insert("enum".to_owned(), Value::Array(distinct)),
            };
        }
        self.numbers(values, &mut schema);
        self.texts(values, &mut schema);
        self.arrays(values, depth, &mut schema);
        self.objects(values, depth, &mut schema);
        schema
    }

    fn numbers(&mut self, values: &[&Value], schema: &mut Map<String, Value>) {
        let whole: Vec<i64> = values.iter().filter_map(|value| value.as_i64()).collect();
        let is_all = whole.len() == values.iter().filter(|value| value.is_number()).count();
        let small = whole.iter().all(|number| number.unsigned_abs() < 1 << 50);
        let (Some(least), Some(most)) = (whole.iter().min(), whole.iter().max()) else { return };
        if !is_all || !small {
            return;
        }
        if self.chance(30) {
            schema.insert("minimum".to_owned(), json!(least));
        }
        if self.chance(30) {
            let above = most + 1;
            if self.draft < DRAFT_6 {
                schema.insert("maximum".to_owned(), json!(above));
                schema.insert("exclusiveMaximum".to_owned(), json!(true));
            } else {
                schema.insert("exclusiveMaximum".to_owned(), json!(above));
            }
        }
        if self.chance(10) {
            schema.insert("multipleOf".to_owned(), json!(1));
        }
    }

    fn texts(&mut self, values: &[&Value], schema: &mut Map<String, Value>) {
        let texts: Vec<&str> = values.iter().filter_map(|value| value.as_str()).collect();
        let lengths = || texts.iter().map(|text| text.chars().count());
        let (Some(least), Some(most)) = (lengths().min(), lengths().max()) else { return };
        if self.chance(15) {
            schema.insert("minLength".to_owned(), json!(least));
        }
        if self.chance(15) {
            schema.insert("maxLength".to_owned(), json!(most + self.below(3)));
        }
        if self.chance(30) {
            let patterns =
                ["^[0-9]+$", "^[A-Z_]+$", "^[^<>]*$", "^(?!never)", "^\\S+@\\S+$", "^[\\s\\S]*$", "[a-z]"];
            let pattern = patterns[self.below(patterns.len())];
            let fits = Schema::new(json!({ "pattern": pattern }));
            if texts.iter().all(|text| fits.accepts(&json!(text))) {
                schema.insert("pattern".to_owned(), json!(pattern));
            }
        }
        if self.chance(25) {
            let formats = ["uuid", "email", "ipv4", "ipv6", "uri", "date", "date-time"];
            let format = formats[self.below(formats.len())];
            let fits = Schema::new(json!({ "format": format }));
            // Only later drafts know this one.
            let is_known = format != "uuid" || self.draft >= DRAFT_2019;
            if is_known && texts.iter().all(|text| fits.accepts(&json!(text))) {
                schema.insert("format".to_owned(), json!(format));
            }
        }
    }

    fn arrays(&mut self, values: &[&Value], depth: usize, schema: &mut Map<String, Value>) {
        let lists: Vec<&Vec<Value>> = values.iter().filter_map(|value| value.as_array()).collect();
        let lengths = || lists.iter().map(|list| list.len());
        let (Some(least), Some(most)) = (lengths().min(), lengths().max()) else { return };
        let items: Vec<&Value> = lists.iter().flat_map(|list| list.iter()).collect();
        if self.chance(12) && least > 0 {
            let firsts: Vec<&Value> = lists.iter().filter_map(|list| list.first()).collect();
            let first = self.schema(&firsts, depth - 1);
            let name = if self.draft < DRAFT_2020 { "items" } else { "prefixItems" };
            schema.insert(name.to_owned(), json!([first]));
        } else if self.chance(85) {
            schema.insert("items".to_owned(), self.schema(&items, depth - 1));
        }
        if self.chance(20) {
            schema.insert("minItems".to_owned(), json!(least));
        }
        if self.chance(10) {
            schema.insert("maxItems".to_owned(), json!(most + self.below(2)));
        }
        let is_unique = lists.iter().all(|list| (1..list.len()).all(|at| !list[..at].contains(&list[at])));
        if is_unique && self.chance(10) {
            schema.insert("uniqueItems".to_owned(), json!(true));
        }
    }

    fn objects(&mut self, values: &[&Value], depth: usize, schema: &mut Map<String, Value>) {
        let objects: Vec<&Map<String, Value>> = values.iter().filter_map(|value| value.as_object()).collect();
        if objects.is_empty() {
            return;
        }
        let mut names: Vec<&String> = objects.iter().flat_map(|object| object.keys()).collect();
        names.sort_unstable();
        names.dedup();
        let under =
            |name: &String| -> Vec<&Value> { objects.iter().filter_map(|object| object.get(name)).collect() };
        let (mut properties, mut rest) = (Map::new(), Vec::new());
        for name in &names {
            if self.chance(85) {
                properties.insert((*name).clone(), self.schema(&under(name), depth - 1));
            } else {
                rest.extend(under(name));
            }
        }
        let is_closed = rest.is_empty();
        if !properties.is_empty() || self.chance(50) {
            schema.insert("properties".to_owned(), Value::Object(properties));
        }
        let always = |name: &&&String| objects.iter().all(|object| object.contains_key(name.as_str()));
        let mut required: Vec<&String> = names.iter().filter(always).copied().collect();
        required.retain(|_| self.chance(80));
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        match self.below(10) {
            0 | 1 if is_closed => drop(schema.insert("additionalProperties".to_owned(), json!(false))),
            2 if is_closed && self.draft >= DRAFT_2019 => {
                schema.insert("unevaluatedProperties".to_owned(), json!(false));
            }
            3 if !rest.is_empty() => {
                let rest = self.schema(&rest, depth - 1);
                schema.insert("additionalProperties".to_owned(), rest);
            }
            4 => drop(schema.insert("patternProperties".to_owned(), json!({"^never_": {"type": "integer"}}))),
            5 if self.draft >= DRAFT_6 => {
                let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
                schema.insert("propertyNames".to_owned(), json!({"maxLength": longest + 2}));
            }
            6 => {
                let most = objects.iter().map(|object| object.len()).max().unwrap_or(0);
                schema.insert("maxProperties".to_owned(), json!(most + self.below(2)));
            }
            7 => {
                let name = if self.draft < DRAFT_2019 { "dependencies" } else { "dependentRequired" };
                schema.insert(name.to_owned(), json!({"never": ["other"]}));
            }
            _ => {}
        }
    }

    /// Moves parts into the definitions, and some of these into the common file, with references in their
    /// places.
    fn move_parts(
        &mut self,
        schema: &mut Value,
        (common, is_root): (&str, bool),
        own: &mut Map<String, Value>,
        shared: &mut Map<String, Value>,
    ) {
        let Value::Object(members) = schema else { return };
        for (keyword, value) in members.iter_mut() {
            let mut parts: Vec<&mut Value> = match (keyword.as_str(), &mut *value) {
                ("properties" | "patternProperties", Value::Object(parts)) => parts.values_mut().collect(),
                ("allOf" | "anyOf" | "oneOf" | "prefixItems" | "items", Value::Array(parts)) => {
                    parts.iter_mut().collect()
                }
                ("items" | "additionalProperties" | "not" | "if" | "then" | "else", part) => vec![part],
                _ => continue,
            };
            for part in &mut parts {
                self.move_parts(part, (common, false), own, shared);
            }
        }
        if is_root || !self.chance(12) {
            return;
        }
        let definitions = self.definitions();
        // A part of the common file sees the definitions of the schema no more.
        let is_free = !schema.to_string().contains("\"#/");
        let (all, file) = if is_free && self.chance(50) { (shared, common) } else { (own, "") };
        let name = format!("d{}", all.len());
        let there = json!({ "$ref": format!("{file}#/{definitions}/{name}") });
        // Seen from that file itself, its name is another one.
        let name_there = common.rsplit('/').next().unwrap_or_default();
        let text = schema.to_string().replace(common, name_there);
        let moved = if file.is_empty() { schema.take() } else { serde_json::from_str(&text).unwrap() };
        all.insert(name, moved);
        *schema = there;
    }
}
