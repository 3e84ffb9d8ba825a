//! Scripts: they are not run, but what they would set is told to who misses it.

use serde_json::Value;

use super::notice::{Members, Notices};
use crate::postman::model::Script;

/// The calls that set a variable, up to the parenthesis (Postman's `pm` API, and the `postman` API
/// before it).
const CALLS: &[&str] = &[
    "pm.environment.set",
    "pm.collectionVariables.set",
    "pm.globals.set",
    "pm.variables.set",
    "postman.setEnvironmentVariable",
    "postman.setGlobalVariable",
];

/// Notes the scripts of a collection, folder or item that are enabled and not empty.
pub(super) fn scripts(members: &Members, owner: &str, at: &str, notices: &mut Notices) {
    let Some(Value::Array(events)) = members.get("event") else { return };
    for (index, event) in events.iter().enumerate() {
        let exec = event.get("script").map(|script| script.get("exec").unwrap_or(script));
        let text = match exec {
            Some(Value::Array(lines)) => {
                lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
            }
            Some(Value::String(text)) => text.clone(),
            _ => continue,
        };
        if text.trim().is_empty() || event.get("disabled") == Some(&Value::Bool(true)) {
            continue;
        }
        notices.scripts.push(Script {
            pointer: format!("{}{at}/event/{index}", notices.root),
            owner: owner.to_owned(),
            before: event.get("listen").and_then(Value::as_str) == Some("prerequest"),
            sets: sets(&text),
        });
    }
}

/// The names of the variables that a script sets by a name that stands in it, each once, in order.
/// Lines that are comments do not count.
fn sets(script: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    if !CALLS.iter().any(|call| script.contains(call)) {
        return names;
    }
    let mut found: Vec<(usize, String)> = CALLS
        .iter()
        .flat_map(|call| script.match_indices(call).map(|(at, call)| (at, at + call.len())))
        .filter(|(at, _)| !is_comment(script, *at) && !is_part_of_a_name(script, *at))
        .filter_map(|(at, end)| Some((at, first_argument(script.get(end..)?)?)))
        .collect();
    found.sort_unstable();
    for (_, name) in found {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Whether the line of this place is commented out before it; `//` of a URL is none.
fn is_comment(script: &str, at: usize) -> bool {
    let line = script.get(..at).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
    let begins = line.trim_start().starts_with(['*', '#']) || line.trim_start().starts_with("/*");
    begins || line.match_indices("//").any(|(at, _)| !line.get(..at).is_some_and(|b| b.ends_with(':')))
}

fn is_part_of_a_name(script: &str, at: usize) -> bool {
    let before = script.get(..at).and_then(|before| before.chars().next_back());
    before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.'))
}

/// The first argument of a call, where it is a text in quotes without anything put in.
fn first_argument(behind: &str) -> Option<String> {
    let arguments = behind.trim_start().strip_prefix('(')?.trim_start();
    let quote = arguments.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let text = arguments.get(1..)?;
    let name = text.get(..text.find(quote)?)?;
    let next = text.get(name.len() + 1..)?.trim_start();
    let whole = next.starts_with([',', ')']) && !name.contains(['\\', '\n']) && !name.contains("${");
    (whole && !name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_in_quotes_are_found_in_order() {
        let script = "const r = pm.response.json();\n\
            pm.environment.set(\"id\", r.id);\n\
            pm.environment . set('no', 1); if (r.ok) { pm.collectionVariables.set( 'token' , r.token ) }\n\
            postman.setEnvironmentVariable(`old`, 1); postman.setGlobalVariable(\"g\", pm.variables.get(\"x\"));\n\
            pm.globals.set(\"id\", 2);\n pm.variables.set('v', 'https://x'); pm.environment.set('after', 1);";
        assert_eq!(sets(script), ["id", "token", "old", "g", "v", "after"]);
    }

    #[test]
    fn what_is_no_name_is_left_out() {
        for script in [
            "pm.environment.set(name, 1)",
            "pm.environment.set('a' + b, 1)",
            "pm.environment.set(`a${b}`, 1)",
            "pm.environment.set('', 1)",
            "// pm.environment.set('a', 1)",
            "x(); // pm.environment.set('a', 1)",
            " * pm.environment.set('a', 1)",
            "/* pm.environment.set('a', 1) */",
            "pm.environment.unset('a')",
            "xpm.environment.set('a', 1)",
            "pm.environment.set('a",
            "pm.environment.set(",
        ] {
            assert_eq!(sets(script), [""; 0], "{script}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(before in ".{0,20}", behind in "[ ('\"`a,)$\\\\é{]{0,12}") {
            let _ = sets(&format!("{before}pm.environment.set{behind}"));
        }
    }
}
