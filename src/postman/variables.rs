//! Variables: layers of values ([`Scope`]) and the substitution of `{{name}}`.
//!
//! A name is everything between the braces, verbatim: `{{ a }}` is another variable than `{{a}}`.
//! Invariants: a substitution always ends (cycles are left as tokens and reported as missing), and
//! what it adds to a text is bounded, whatever a file says.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::captured::Captured;
use super::dynamic::Drawn;
use super::hash::fnv;
use super::model::Variable;
use super::number;

/// How often a text is gone through; Postman's runtime stops there, too, so that values may refer
/// to other variables and names may be built from others, but cycles end.
const PASSES: usize = 19;

/// How many bytes of values all passes may put in: real values are large (an upload as base64).
const LIMIT: usize = 16 << 20;

/// How much of that a pass may put in: nothing is large at great depth, where values that each hold
/// two tokens would double a text 19 times.
fn limit(pass: usize, left: usize) -> usize {
    if pass < 4 { left } else { left.min(64 << 10) }
}

/// A value of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// A value; it may refer to other variables.
    Value(String),
    /// Named in suite.toml as `${NAME}`, and the process environment has no such variable.
    UnsetEnv(String),
}

/// Where variables are looked up, first layer first.
///
/// Order (Postman's, with ours in front): captured values, `--var`, iteration data, `[variables]` of suite.toml,
/// environment, collection, globals, dynamic variables.
///
/// ```
/// use uphold::postman::Scope;
/// use uphold::postman::variables::Binding;
///
/// let mut scope = Scope::default();
/// scope.push_bindings([("id".to_owned(), Binding::Value("7".to_owned()))]);
/// assert_eq!(scope.substitute("/users/{{id}}").text, "/users/7");
/// assert_eq!(scope.substitute("{{ id }}").missing[0].name, " id ");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Scope {
    layers: Vec<Arc<Layer>>,
    /// Before which layer a row of iteration data stands.
    row_at: usize,
    stand_ins: bool,
    captured: Arc<Captured>,
}

/// One source of values.
type Layer = HashMap<String, Binding>;

/// A row of iteration data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    values: Arc<Layer>,
}

impl Row {
    /// A row of these names and values; of several values of a name the last counts.
    pub fn new<I: IntoIterator<Item = (String, String)>>(values: I) -> Self {
        let values = values.into_iter().map(|(name, value)| (name, Binding::Value(value)));
        Self { values: Arc::new(values.collect()) }
    }

    /// Names and values, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().filter_map(|(name, binding)| match binding {
            Binding::Value(value) => Some((name.as_str(), value.as_str())),
            Binding::UnsetEnv(_) => None,
        })
    }
}

/// A text after substitution.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Substituted {
    /// The text; tokens without a value stand in it as they were.
    pub text: String,
    /// The names that have no value, each once, in order.
    pub missing: Vec<Missing>,
}

/// A variable without a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// Its name.
    pub name: String,
    /// The variable of the process environment that would have given the value.
    pub env: Option<String>,
    /// It has a value, but one that is never filled to the end.
    pub endless: bool,
}

impl Scope {
    /// Adds a layer behind the ones that are there.
    ///
    /// The last enabled variable of a name wins; one that is only there disabled is looked up in
    /// the layers behind. Values become text as JavaScript's `String()` makes it, which is what
    /// Postman sends: `1.50` as `1.5` (a number of more than 15 digits keeps them), `null` as `null`, an object as `[object Object]`, an
    /// array as its items joined by commas.
    pub fn push_variables(&mut self, variables: &[Variable]) {
        let enabled = variables.iter().filter(|variable| !variable.disabled);
        self.push_bindings(enabled.map(|v| (v.key.clone(), Binding::Value(text_of(&v.value)))));
    }

    /// Adds a layer of bindings behind the ones that are there.
    pub fn push_bindings<I: IntoIterator<Item = (String, Binding)>>(&mut self, bindings: I) {
        self.layers.push(Arc::new(bindings.into_iter().collect()));
    }

    /// Rows of iteration data stand behind the layers that are there, and before those to come.
    pub fn rows_stand_here(&mut self) {
        self.row_at = self.layers.len();
    }

    /// The scope with a row of iteration data in its place; the layers are shared, not copied.
    #[must_use]
    pub fn with_row(&self, row: &Row) -> Self {
        let mut scope = self.clone();
        scope.layers.insert(self.row_at.min(self.layers.len()), Arc::clone(&row.values));
        scope
    }

    /// The scope with captured values before every layer; it must have none yet.
    #[must_use]
    pub fn with_captured(&self, captured: Captured) -> Self {
        let mut scope = self.clone();
        let marked = captured.marked().map(|(name, mark)| (name, Binding::Value(mark)));
        scope.layers.insert(0, Arc::new(marked.collect()));
        scope.row_at += 1;
        scope.captured = Arc::new(captured);
        scope
    }

    /// What was captured.
    pub(super) fn captured(&self) -> &Captured {
        &self.captured
    }

    /// From now on every name without a value gets a stand-in value (for the embedded mock only):
    /// six digits made from the name, which are harmless in URLs, headers, JSON strings and as a
    /// bare JSON literal.
    #[must_use]
    pub fn with_stand_ins(mut self) -> Self {
        self.stand_ins = true;
        self
    }

    /// Replaces every `{{name}}`, repeatedly, until nothing changes or 19 passes are done. Dynamic
    /// variables have no value here: they belong to a request.
    pub fn substitute(&self, text: &str) -> Substituted {
        self.substitute_with(text, self.stand_ins, None)
    }

    /// As [`substitute`](Self::substitute), with the dynamic variables of a request; a variable of
    /// the same name in a layer goes before them.
    pub(super) fn substitute_in(&self, text: &str, drawn: &Drawn) -> Substituted {
        self.substitute_with(text, self.stand_ins, Some(drawn))
    }

    /// As [`substitute_in`](Self::substitute_in), but never with stand-ins: where a made-up value
    /// would do harm, as in a host.
    pub(super) fn substitute_known(&self, text: &str, drawn: &Drawn) -> Substituted {
        self.substitute_with(text, false, Some(drawn))
    }

    /// Whether the name has a value (stand-ins do not count).
    pub fn has(&self, name: &str) -> bool {
        matches!(self.lookup(name), Some(Binding::Value(_)))
    }

    /// The names that have a value, of every layer, in no order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.layers.iter().flat_map(|layer| layer.keys().map(String::as_str))
    }

    /// The variables that values of any layer name, in no order.
    pub fn names_in_values(&self) -> impl Iterator<Item = &str> {
        let values = self.layers.iter().flat_map(|layer| layer.values());
        values.flat_map(|binding| {
            match binding {
                Binding::Value(value) => Some(names_in(value)),
                Binding::UnsetEnv(_) => None,
            }
            .into_iter()
            .flatten()
        })
    }

    fn lookup(&self, name: &str) -> Option<&Binding> {
        self.layers.iter().find_map(|layer| layer.get(name))
    }

    fn substitute_with(&self, text: &str, stand_ins: bool, drawn: Option<&Drawn>) -> Substituted {
        let mut text = text.to_owned();
        let mut left = LIMIT;
        for pass in 0..PASSES {
            match self.pass(&text, limit(pass, left), stand_ins, drawn) {
                Some((next, inserted)) => {
                    text = next;
                    left = left.saturating_sub(inserted);
                }
                None => break,
            }
        }
        if stand_ins && let Some((filled, _)) = replace(&text, usize::MAX, |name| Some(stand_in(name))) {
            // What is left are cycles.
            text = filled;
        }
        let missing = if text.contains("{{") { self.leftovers(&text) } else { Vec::new() };
        Substituted { text, missing }
    }

    /// One pass: the text and how many bytes were put in; `None` where nothing was replaced.
    fn pass(
        &self,
        text: &str,
        limit: usize,
        stand_ins: bool,
        drawn: Option<&Drawn>,
    ) -> Option<(String, usize)> {
        let made_up = |name: &str| stand_ins.then(|| stand_in(name));
        replace(text, limit, |name| match self.lookup(name) {
            Some(Binding::Value(value)) => Some(value.clone()),
            Some(Binding::UnsetEnv(_)) => made_up(name),
            None => drawn.and_then(|drawn| drawn.next(name)).or_else(|| made_up(name)),
        })
    }

    fn leftovers(&self, text: &str) -> Vec<Missing> {
        let mut missing: Vec<Missing> = Vec::new();
        for token in Tokens::of(text) {
            if !missing.iter().any(|m| m.name == token.name) {
                let (env, endless) = match self.lookup(token.name) {
                    Some(Binding::UnsetEnv(env)) => (Some(env.clone()), false),
                    Some(Binding::Value(_)) => (None, true),
                    None => (None, false),
                };
                missing.push(Missing { name: token.name.to_owned(), env, endless });
            }
        }
        missing
    }
}

/// The names of the variables that stand in a text, in order.
pub fn names_in(text: &str) -> impl Iterator<Item = &str> {
    Tokens::of(text).map(|token| token.name)
}

/// Replaces the tokens for which there is a value, until so many bytes are put in; `None` where
/// there is none at all, else the text and that number.
fn replace(text: &str, limit: usize, value: impl Fn(&str) -> Option<String>) -> Option<(String, usize)> {
    let mut out = String::new();
    let (mut done, mut inserted) = (0, 0);
    for token in Tokens::of(text) {
        if inserted > limit {
            break;
        }
        if let Some(value) = value(token.name) {
            out.push_str(text.get(done..token.start)?);
            out.push_str(&value);
            inserted += value.len();
            done = token.end;
        }
    }
    (done > 0).then(|| (out + text.get(done..).unwrap_or_default(), inserted))
}

/// Six digits for a name: as good a stand-in for an id as for a count, a date part or a word.
pub(super) fn stand_in(name: &str) -> String {
    (100_000 + fnv(name.as_bytes()) % 900_000).to_string()
}

/// A `{{name}}` in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'t> {
    /// Where its first brace stands.
    pub(super) start: usize,
    /// Where the text goes on after it.
    pub(super) end: usize,
    /// What stands between the braces.
    pub(super) name: &'t str,
}

/// The tokens of a text: `/{{([^{}]*?)}}/g`, so of nested braces the innermost.
#[derive(Debug, Clone)]
pub(super) struct Tokens<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Tokens<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, at: 0 }
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        loop {
            let start = self.at + self.text.get(self.at..)?.find("{{")?;
            let inner = self.text.get(start + 2..)?;
            let length = inner.find(['{', '}'])?;
            let end = start + 2 + length + 2;
            if inner.get(length..length + 2) == Some("}}") {
                self.at = end;
                return Some(Token { start, end, name: inner.get(..length)? });
            }
            self.at = start + 1;
        }
    }
}

/// What JavaScript's `String()` makes of a JSON value.
pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(written) => number::as_javascript(&written.to_string()),
        Value::String(text) => text.clone(),
        Value::Object(_) => "[object Object]".to_owned(),
        Value::Array(items) => {
            let texts = items.iter().map(|item| if item.is_null() { String::new() } else { text_of(item) });
            texts.collect::<Vec<_>>().join(",")
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::dynamic::{Chance, Draw};
    use super::*;

    fn variable(key: &str, value: Value, disabled: bool) -> Variable {
        Variable { key: key.to_owned(), value, disabled, secret: false }
    }

    fn scope(pairs: &[(&str, Value)]) -> Scope {
        let mut scope = Scope::default();
        let variables: Vec<_> =
            pairs.iter().map(|(key, value)| variable(key, value.clone(), false)).collect();
        scope.push_variables(&variables);
        scope
    }

    fn names(substituted: &Substituted) -> Vec<&str> {
        substituted.missing.iter().map(|m| m.name.as_str()).collect()
    }

    #[test]
    fn values_become_text_as_javascript_makes_it() {
        let big: Value = serde_json::from_str("12345678901234567890.50").unwrap_or_default();
        let scope = scope(&[
            ("nul", Value::Null),
            ("num", json!(5.0)),
            ("big", big),
            ("bool", json!(true)),
            ("obj", json!({"k": 1})),
            ("arr", json!([1, null, ["x", 2]])),
        ]);
        let text = scope.substitute("{{nul}}|{{num}}|{{big}}|{{bool}}|{{obj}}|{{arr}}").text;
        assert_eq!(text, "null|5|12345678901234567890.50|true|[object Object]|1,,x,2");
    }

    #[test]
    fn the_last_enabled_duplicate_wins_and_a_disabled_one_falls_through() {
        let mut scope = Scope::default();
        scope.push_variables(&[
            variable("dup", json!("first"), false),
            variable("dup", json!("second"), false),
            variable("dup", json!("third"), true),
            variable("off", json!("front"), true),
        ]);
        scope.push_variables(&[variable("off", json!("behind"), false), variable("dup", json!("no"), false)]);
        assert_eq!(scope.substitute("{{dup}} {{off}}").text, "second behind");
        assert!(scope.has("off") && !scope.has("other"));
    }

    #[test]
    fn names_nest_and_values_refer_to_others() {
        let scope =
            scope(&[("a", json!("{{b}}")), ("b", json!("deep")), ("i", json!(1)), ("x1", json!("X"))]);
        assert_eq!(scope.substitute("{{a}} {{x{{i}}}} {{{a}}}").text, "deep X {deep}");
    }

    #[test]
    fn cycles_end_as_missing_and_bombs_stay_small() {
        let cycle = scope(&[("a", json!("{{b}}")), ("b", json!("{{a}}"))]);
        let missing = cycle.substitute("{{a}} {{c}}").missing;
        assert_eq!(missing.iter().map(|missing| missing.endless).collect::<Vec<_>>(), [true, false]);
        let bomb = scope(&[("a", json!("{{a}}{{a}}{{a}}{{a}}"))]);
        let out = bomb.substitute("{{a}}");
        assert_eq!(names(&out), ["a"]);
        assert!(out.text.len() < 2 << 20);
        let many = scope(&[("a", json!(vec!["{{a}}"; 1000]))]).substitute("{{a}}");
        assert!(many.text.len() < 18 << 20, "{}", many.text.len());
        let large = "x".repeat(3 << 20);
        let wide = scope(&[("large", json!(large)), ("id", json!(7))]).substitute("{{large}} {{id}}");
        assert!(wide.missing.is_empty() && wide.text.ends_with(" 7"));
    }

    #[test]
    fn what_is_missing_is_named_once_with_its_environment_variable() {
        let mut scope = scope(&[]);
        scope.push_bindings([("t".to_owned(), Binding::UnsetEnv("TOKEN".to_owned()))]);
        let out = scope.substitute("{{t}} {{$guid}} {{t}} {{ a }}");
        assert_eq!(out.text, "{{t}} {{$guid}} {{t}} {{ a }}");
        assert_eq!(names(&out), ["t", "$guid", " a "]);
        assert_eq!(out.missing.first().and_then(|m| m.env.as_deref()), Some("TOKEN"));
    }

    #[test]
    fn stand_ins_are_digits_and_leave_known_values_alone() {
        let scope = scope(&[("a", json!("A")), ("c", json!("{{c}}"))]).with_stand_ins();
        let out = scope.substitute("{{a}}/{{nope}}/{{c}}");
        assert!(out.missing.is_empty(), "{out:?}");
        assert!(out.text.starts_with("A/") && !out.text.contains('{'), "{out:?}");
        assert!(!scope.has("nope"));
        assert_eq!(scope.substitute_known("{{nope}}", &Drawn::default()).missing.len(), 1);
    }

    #[test]
    fn dynamic_values_come_last_and_anew_each_time() {
        let drawn = Drawn::new(Draw::of(Chance::default(), "case"));
        let scope = scope(&[("$randomColor", json!("mine")), ("id", json!("{{$guid}}"))]);
        let out = scope.substitute_in("{{$randomColor}} {{id}} {{id}} {{$nope}}", &drawn);
        let words: Vec<&str> = out.text.split(' ').collect();
        assert_eq!((words[0], names(&out)), ("mine", vec!["$nope"]));
        assert!(words[1].len() == 36 && words[2].len() == 36 && words[1] != words[2], "{words:?}");
        assert_eq!(names(&scope.substitute("{{$guid}}")), ["$guid"]);
    }

    #[test]
    fn a_row_stands_where_it_was_told_to() {
        let mut scope = Scope::default();
        scope.push_variables(&[variable("a", json!("typed"), false)]);
        scope.rows_stand_here();
        scope.push_variables(&["a", "b", "c"].map(|key| variable(key, json!("behind"), false)));
        let row = Row::new([("a", "row"), ("b", "row")].map(|(k, v)| (k.to_owned(), v.to_owned())));
        assert_eq!(scope.with_row(&row).substitute("{{a}} {{b}} {{c}}").text, "typed row behind");
        assert_eq!(scope.substitute("{{b}}").text, "behind");
    }

    proptest! {
        #[test]
        fn substitution_never_panics_and_leaves_no_known_token(
            text in "[{}a-c ü]{0,40}",
            values in proptest::collection::vec("[{}a-c]{0,8}", 3),
        ) {
            let pairs: Vec<(&str, Value)> = ["a", "b", "c"].into_iter().zip(values.into_iter().map(Value::from)).collect();
            let scope = scope(&pairs);
            let out = scope.substitute(&text);
            prop_assert_eq!(out.missing.is_empty(), Tokens::of(&out.text).next().is_none());
            prop_assert!(scope.with_stand_ins().substitute(&text).missing.is_empty());
        }
    }
}
