//! The flags of one object by the form of their names ([`Named`]).

use std::collections::HashSet;

use serde_json::Value;

use super::asked::Asked;
use super::pairs;

/// No envelope has more members.
const MOST_MEMBERS: usize = 256;

/// How many flags of names that no list has an object with more members may have: what has more of them is data,
/// and each looks at all members.
const MOST_NAMED: usize = 16;

/// The flags of an object whose names no list has.
#[derive(Default)]
pub(super) struct Named {
    /// Codes beside a text of their stem.
    pub(super) paired: HashSet<String>,
    /// What holds errors.
    pub(super) erring: HashSet<String>,
    /// The flag of a request (`transactionStatus`).
    pub(super) switched: HashSet<String>,
}

impl Named {
    pub(super) fn of(members: &[(String, &str, &Value)], asked: &Asked) -> Self {
        let most = if members.len() > MOST_MEMBERS { MOST_NAMED } else { usize::MAX };
        let few = |names: HashSet<String>| if names.len() > most { HashSet::new() } else { names };
        let paired = few(pairs::paired(members));
        // Where something was asked for that is more than reading.
        if asked.only_reads() {
            return Self { paired, ..Self::default() };
        }
        let all = |holds: &dyn Fn(&str, &Value) -> bool| {
            let held = members.iter().filter(|(_, name, value)| holds(name, value));
            few(held.map(|(plain, ..)| plain.clone()).collect())
        };
        Self {
            paired,
            erring: all(&|name, value| {
                !value.is_boolean() && !value.is_string() && pairs::holds_errors(name)
            }),
            switched: all(&|name, value| value.is_boolean() && pairs::is_flag(name)),
        }
    }
}
