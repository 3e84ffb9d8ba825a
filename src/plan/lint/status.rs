//! Statuses of examples: missing, or another one than the name says.

use super::found::Found;
use super::table::LintId;
use crate::plan::skip::one_line;
use crate::postman::{Example, reason};

pub(super) fn lint(example: &Example, found: &mut Found<'_>) {
    let Some(code) = example.code else {
        let message = "the example has no status code, so live it is not sent; save it again, or say `status = …` for it in suite.toml";
        return found.add_in(LintId::NoStatus, &example.pointer, message);
    };
    if let Some(says) = reason::said(&example.name).filter(|says| *says != code) {
        let name = one_line(&example.name);
        let message = format!("the name '{name}' says {says}, but the code is {code}; the code counts");
        found.add_in(LintId::StatusContradicted, &example.pointer, message);
    }
}
