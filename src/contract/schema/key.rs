//! The key of a schema within its item: which examples share it, and what its file is called.

use std::fmt;

use crate::contract::Outcome;

/// What every schema file's name ends with.
pub const SUFFIX: &str = ".schema.json";

/// What the name of a proposal ends with.
pub const PROPOSAL: &str = ".proposed.json";

/// Status and outcome, as the name of a file without its ending: `200`, `200.error` where an error
/// stands inside a status below 400, `default` where there is no code.
///
/// ```
/// use uphold::contract::Outcome;
/// use uphold::contract::schema::Key;
///
/// let name = |status, outcome| Key::of(status, outcome).to_string();
/// assert_eq!(name(Some(200), Outcome::Ok), "200");
/// assert_eq!(name(Some(200), Outcome::Error), "200.error");
/// assert_eq!(name(Some(404), Outcome::Error), "404");
/// assert_eq!(name(None, Outcome::Error), "default");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

impl Key {
    /// The key of a status and an outcome; without a status the outcome does not count.
    pub fn of(status: Option<u16>, outcome: Outcome) -> Self {
        Self(match status {
            None => "default".to_owned(),
            Some(code) if code < 400 && outcome == Outcome::Error => format!("{code}.error"),
            Some(code) => code.to_string(),
        })
    }

    /// The key that a file's name (without its ending) is, if it is one.
    pub fn parse(name: &str) -> Option<Self> {
        let code = name.strip_suffix(".error").unwrap_or(name);
        let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit());
        (name == "default" || is_code).then(|| Self(name.to_owned()))
    }

    /// Whether what has it are errors; without a status that is not known.
    pub fn is_of_errors(&self) -> bool {
        self.0.contains(".error") || self.0.starts_with(['4', '5'])
    }

    /// The path of the schema file below the suite's folder, with `/`: `item` are the id parts of
    /// folders and item.
    pub fn path(&self, item: &[String]) -> String {
        let parts = item.iter().map(String::as_str).chain([self.0.as_str()]);
        parts.collect::<Vec<_>>().join("/") + SUFFIX
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The path of the proposal that lies beside a schema file.
pub fn proposal_of(path: &str) -> String {
    path.strip_suffix(SUFFIX).unwrap_or(path).to_owned() + PROPOSAL
}
