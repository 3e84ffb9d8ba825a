//! JSON as it is written: names that come again, escapes and numbers are kept.

use std::fmt;

use serde_json::Value;

#[derive(Debug, Clone)]
pub(super) enum Tree {
    /// A scalar as written.
    Raw(String),
    List(Vec<Tree>),
    /// Names as they stand between their quotes.
    Object(Vec<(String, Tree)>),
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Raw(text) => f.write_str(text),
            Self::List(items) => {
                f.write_str("[")?;
                for (at, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if at > 0 { "," } else { "" })?;
                }
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (at, (name, value)) in members.iter().enumerate() {
                    write!(f, "{}\"{name}\":{value}", if at > 0 { "," } else { "" })?;
                }
                f.write_str("}")
            }
        }
    }
}

impl Tree {
    pub(super) fn of(value: Value) -> Self {
        match value {
            Value::Array(items) => Self::List(items.into_iter().map(Self::of).collect()),
            Value::Object(members) => {
                let member = |(name, value): (String, Value)| {
                    let quoted = Value::from(name).to_string();
                    (quoted[1..quoted.len() - 1].to_owned(), Self::of(value))
                };
                Self::Object(members.into_iter().map(member).collect())
            }
            scalar => Self::Raw(scalar.to_string()),
        }
    }

    pub(super) fn string(text: &str) -> Self {
        Self::Raw(Value::from(text).to_string())
    }

    /// Every value at a place, those under repeated names, too.
    pub(super) fn at(&self, at: &str) -> Vec<&Self> {
        let mut found = vec![self];
        for segment in at.split('/').skip(1) {
            found = found.into_iter().flat_map(|tree| tree.step(segment)).collect();
        }
        found
    }

    fn step(&self, segment: &str) -> Vec<&Self> {
        match self {
            Self::List(items) if segment == "*" => items.iter().collect(),
            Self::Object(_) if segment == "*" => Vec::new(),
            Self::Object(members) => {
                let any = segment == "{key}";
                let named = |name: &str| any || name_of(name) == unescaped(segment);
                members.iter().filter(|(name, _)| named(name)).map(|(_, value)| value).collect()
            }
            Self::Raw(_) | Self::List(_) => Vec::new(),
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        matches!(self, Self::Object(members) if members.iter().any(|(known, _)| name_of(known) == name))
    }

    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::List(_) => "array",
            Self::Object(_) => "object",
            Self::Raw(text) => match text.as_bytes() {
                [b'"', ..] => "string",
                [b't' | b'f', ..] => "boolean",
                [b'n', ..] => "null",
                [b'[', ..] => "array",
                [b'{', ..] => "object",
                _ if text.contains(['.', 'e', 'E']) => "number",
                _ if text.parse::<u64>().is_ok() || text.parse::<i64>().is_ok_and(|n| n != 0) => "integer",
                _ => "number",
            },
        }
    }

    /// The text of a string.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Raw(text) => serde_json::from_str(text).ok(),
            Self::List(_) | Self::Object(_) => None,
        }
    }
}

fn name_of(raw: &str) -> String {
    serde_json::from_str(&format!("\"{raw}\"")).unwrap_or_default()
}

pub(super) fn unescaped(segment: &str) -> String {
    match segment {
        "~2" => "*".to_owned(),
        "~3key}" => "{key}".to_owned(),
        other => other.replace("~1", "/").replace("~0", "~"),
    }
}
