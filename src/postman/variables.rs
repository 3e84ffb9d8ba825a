//! Variables: layers of values and the substitution of `{{name}}`.

use super::model::Variable;

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
/// Order (Postman's, with ours in front): `--var`, `[variables]` of suite.toml, environment,
/// collection, globals.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    _layers: Vec<()>,
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
}

impl Scope {
    /// Adds a layer behind the ones that are there.
    pub fn push_variables(&mut self, variables: &[Variable]) {
        let _ = variables;
    }

    /// Adds a layer of bindings behind the ones that are there.
    pub fn push_bindings<I: IntoIterator<Item = (String, Binding)>>(&mut self, bindings: I) {
        let _ = bindings.into_iter();
    }

    /// From now on every name without a value gets a stand-in value (for the embedded mock only).
    pub fn with_stand_ins(self) -> Self {
        self
    }

    /// Replaces every `{{name}}`, repeatedly, until nothing changes or 19 passes are done.
    pub fn substitute(&self, text: &str) -> Substituted {
        Substituted { text: text.to_owned(), missing: Vec::new() }
    }

    /// Whether the name has a value (stand-ins do not count).
    pub fn has(&self, name: &str) -> bool {
        let _ = name;
        false
    }
}
