//! Random groups of JSON bodies, and the laws that inference keeps for each: a small number of
//! groups is a test, a million of them a part of the benchmark `infer`.

use serde_json::Value;
use uphold::contract::json;
use uphold::contract::schema::Schema;
use uphold::contract::schema::infer::{Accumulator, fit, is_documentation};
use uphold::placeholder::Filler;

/// Random numbers by `SplitMix64` (Steele, Lea, Flood 2014): equal seeds give equal groups.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let bits = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit.max(1)).unwrap_or(1);
        usize::try_from(self.next() % limit).unwrap_or(0)
    }

    pub(crate) fn one<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        let at = self.below(texts.len());
        texts.get(at).copied().unwrap_or_default()
    }
}

const NAMES: &[&str] = &["id", "status", "a", "b", "items", "type", "owner_id", "a/b~c", "", "имя"];
const KEYS: &[&str] = &[
    "738964000000291009",
    "738964000000291010",
    "1",
    "2",
    "key_0",
    "key_1",
    "additionalProp1",
    "2021-05-11",
    "988c2c6d-df1b-4bb9-b837-6ba706c0b4ad",
    "4d8b6ee4f7d1d284c930a4e807480c5c",
    "a@b.co",
];
const SCALARS: &[&str] = &[
    "null",
    "true",
    "0",
    "-7",
    "18446744073709551615",
    "123456789012345678901234567890",
    "1.0",
    "1e400",
    "-0",
    r#""""#,
    r#""active""#,
    r#""inactive""#,
    r#""two words""#,
    r#""738964000000291009""#,
    r#""7""#,
    r#""2021-05-11""#,
    r#""2021-02-30""#,
    r#""2021-05-11T12:57:36Z""#,
    r#""2021-05-11T12:57:36""#,
    r#""988c2c6d-df1b-4bb9-b837-6ba706c0b4ad""#,
    r#""https://x.y/z?q=%20""#,
    r#""https://x.y/%z""#,
    r#""a.b@c.de""#,
    r#""10.0.0.1""#,
    r#""::1""#,
    r#""\u00e9\ud83d\ude00""#,
];
const PLACEHOLDERS: &[&str] = &[
    r#""<string>""#,
    r#""<integer>""#,
    r#""<number>""#,
    r#""<boolean>""#,
    r#""<dateTime>""#,
    r#""<date>""#,
    r#""<uuid>""#,
    r#""<uri>""#,
    r#""<email>""#,
    r#""<array>""#,
    r#""<object>""#,
    r#""<your id>""#,
    r#""sample string 3""#,
    r#""string""#,
    r#""{{id}}""#,
    r#""<Circular reference to #/x detected>""#,
    r#""\u003cinteger>""#,
];

/// The text of a random body; every tenth is one of a generator.
pub(crate) fn body(chance: &mut Chance) -> String {
    let placeholders = if chance.below(10) == 0 { 8 } else { chance.below(2) };
    let mut text = String::new();
    value(chance, placeholders, 4, &mut text);
    text
}

/// `placeholders` of ten strings are placeholders.
fn value(chance: &mut Chance, placeholders: usize, depth: usize, text: &mut String) {
    match chance.below(if depth == 0 { 4 } else { 9 }) {
        0..=3 if chance.below(10) < placeholders => text.push_str(chance.one(PLACEHOLDERS)),
        0..=3 => text.push_str(chance.one(SCALARS)),
        4 | 5 => {
            text.push('[');
            for index in 0..chance.below(4) {
                text.push_str(if index == 0 { "" } else { ", " });
                value(chance, placeholders, depth - 1, text);
            }
            text.push(']');
        }
        _ => {
            let names = if chance.below(3) == 0 { KEYS } else { NAMES };
            text.push('{');
            for index in 0..chance.below(5) {
                text.push_str(if index == 0 { "" } else { ", " });
                // The same name may come twice.
                text.push_str(&Value::from(chance.one(names)).to_string());
                text.push_str(": ");
                value(chance, placeholders, depth - 1, text);
            }
            text.push('}');
        }
    }
}

/// Makes a group from a seed and holds it against every law; the error says which one is broken.
pub(crate) fn hold(seed: u64) -> Result<(), String> {
    let mut chance = Chance::new(seed);
    let count = if chance.below(20) == 0 { 12 } else { 1 + chance.below(5) };
    let bodies: Vec<String> = (0..count).map(|_| body(&mut chance)).collect();
    laws(&bodies, seed).map_err(|why| format!("seed {seed}: {why}\n{}", bodies.join("\n")))
}

fn laws(bodies: &[String], seed: u64) -> Result<(), String> {
    let all = read(bodies)?;
    let open = all.finish().to_string();
    order_does_not_matter(bodies, &open)?;
    same(&open, &all.finish(), "a second schema of one accumulator")?;
    sound(bodies, seed, all.finish(), &all.documentation().finish())?;
    sound(bodies, seed, all.finish_strict(), &all.documentation().finish_strict())
}

/// Equal texts, so that the order of keywords and names is equal, too.
fn same(wanted: &str, schema: &Value, what: &str) -> Result<(), String> {
    let text = schema.to_string();
    if text == wanted { Ok(()) } else { Err(format!("{what} differs: {wanted}\n{text}")) }
}

fn read(bodies: &[String]) -> Result<Accumulator, String> {
    let texts = bodies.iter().map(String::as_str);
    texts.into_iter().try_fold(Accumulator::default(), Accumulator::read).map_err(|error| error.to_string())
}

/// Whatever order and grouping, and whether texts are read or values observed.
fn order_does_not_matter(bodies: &[String], schema: &str) -> Result<(), String> {
    let (left, right) = bodies.split_at(bodies.len() / 2);
    let mut joined = read(right)?;
    joined.merge(read(left)?);
    same(schema, &joined.finish(), "the schema of another grouping")?;
    let mut observed = Accumulator::default();
    let mut repeated = false;
    for body in bodies.iter().rev() {
        let (value, names) = json::parse(body).map_err(|error| error.to_string())?;
        repeated |= !names.is_empty();
        observed.observe(&value);
    }
    if repeated == joined.repeated_names().is_empty() {
        return Err("repeated names are not told".to_owned());
    }
    if repeated { Ok(()) } else { same(schema, &observed.finish(), "the schema of values") }
}

/// Each body is accepted, its type placeholders filled, and nothing has to be taken out for it. One
/// of documentation is accepted by what documentation alone says.
fn sound(bodies: &[String], seed: u64, schema: Value, documentation: &Value) -> Result<(), String> {
    let (text, mut real) = (schema.to_string(), Vec::new());
    let documented = Schema::compile(documentation.clone())?;
    for body in bodies {
        let saved = json::parse(body).map_err(|error| error.to_string())?.0;
        let filled = Filler::new(seed).json_text(body).unwrap_or_else(|| body.clone());
        let filled = json::parse(&filled).map_err(|error| error.to_string())?.0;
        if by_text(body) != is_documentation(&saved)
            && json::parse(body).is_ok_and(|(_, names)| names.is_empty())
        {
            return Err("text and value disagree on documentation".to_owned());
        }
        if !by_text(body) {
            real.push(filled);
        } else if !documented.accepts(&filled) {
            return Err(format!("{documentation}\nrefuses {filled}"));
        }
    }
    let fitted = fit(schema, &real)?;
    same(&text, &fitted.document, &format!("without {:?} it", fitted.dropped))
}

/// Whether the text counts as documentation.
fn by_text(body: &str) -> bool {
    Accumulator::default().read(body).is_ok_and(|seen| seen == seen.documentation())
}
