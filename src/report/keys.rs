//! `docs/suite.toml.md`: every key of suite.toml, made of its JSON Schema.

use std::fmt::Write as _;

use serde_json::Value;

use crate::suite::schema;

const HEAD: &str = "\
# Every key of suite.toml

Made of [its JSON Schema](../schemas/uphold/suite.schema.json), by which [editors](writing-suites.md#in-an-editor) complete it.
Every key is optional, but for what is called needed; one that does not exist is an error. [suite.toml](writing-suites.md) tells
what they are for.
";

/// The page.
pub fn page() -> String {
    let schema = schema::schema();
    let mut page = HEAD.to_owned();
    let top = schema.pointer("/properties").and_then(Value::as_object).into_iter().flatten();
    let (tables, plain): (Vec<_>, Vec<_>) = top.partition(|(_, key)| rows_of(key).is_some());
    page.push_str("\n## At the top\n");
    table(&mut page, plain.into_iter());
    for (name, key) in tables {
        section(&mut page, name, key);
    }
    page
}

/// The keys of a table, where they are listed by themselves: those of `[severity]` are the ids of findings.
fn rows_of(key: &Value) -> Option<(&Value, bool)> {
    let own = key.pointer("/properties").map(|rows| (rows, false));
    let of_items = key.pointer("/items/properties").map(|rows| (rows, true));
    own.or(of_items).filter(|(rows, _)| rows.pointer("/header.missing").is_none())
}

fn section(page: &mut String, name: &str, key: &Value) {
    let Some((rows, is_list)) = rows_of(key) else { return };
    let heading = if is_list { format!("[[{name}]]") } else { format!("[{name}]") };
    // A String takes every text.
    let _ = writeln!(page, "\n## {heading}\n\n{}", description(key));
    let rows = rows.as_object().into_iter().flatten();
    let (tables, plain): (Vec<_>, Vec<_>) =
        rows.partition(|(_, key)| !is_list && key.pointer("/properties").is_some());
    if !plain.is_empty() {
        table(page, plain.into_iter());
    }
    for (inner, key) in tables {
        section(page, &format!("{name}.{inner}"), key);
    }
}

fn table<'k>(page: &mut String, rows: impl Iterator<Item = (&'k String, &'k Value)>) {
    page.push_str("\n| key | is | default | for example |\n| --- | --- | --- | --- |\n");
    for (name, key) in rows {
        let example =
            key.pointer("/examples/0").map(|example| format!("`{}`", toml(example).replace('|', "\\|")));
        let default = match key.get("default") {
            Some(Value::String(words)) if words.contains(' ') => words.clone(),
            Some(value) => format!("`{}`", toml(value)),
            None => String::new(),
        };
        let _ = writeln!(
            page,
            "| `{name}` | {} | {default} | {} |",
            description(key),
            example.unwrap_or_default()
        );
    }
}

fn description(key: &Value) -> &str {
    key.get("description").and_then(Value::as_str).unwrap_or_default()
}

/// As it stands in suite.toml.
fn toml(value: &Value) -> String {
    let all = |items: Vec<String>| items.join(", ");
    match value {
        Value::Array(items) => format!("[{}]", all(items.iter().map(toml).collect())),
        Value::Object(members) => {
            let bare = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let member = |(name, value): (&String, &Value)| {
                let name = if bare(name) { name.clone() } else { format!("{name:?}") };
                format!("{name} = {}", toml(value))
            };
            format!("{{ {} }}", all(members.iter().map(member).collect()))
        }
        // JSON and TOML write texts, numbers and booleans alike.
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/suite.toml.md");

    #[test]
    fn suite_page_is_what_the_schema_says() {
        if std::env::var_os("UPHOLD_UPDATE").is_some() {
            std::fs::write(FILE, page()).unwrap();
        }
        let file = std::fs::read_to_string(FILE).unwrap_or_default();
        assert!(file == page(), "{FILE} is old: UPHOLD_UPDATE=1 cargo test suite_page writes it anew");
    }

    #[test]
    fn every_key_has_its_row() {
        let page = page();
        for key in
            ["environment", "variables", "auth", "severity", "base_url", "broken_body", "exact", "rewrite"]
        {
            assert!(page.contains(&format!("| `{key}` | ")), "{key}");
        }
        assert!(page.contains("\n## [[case]]\n") && page.contains("\n## [compare.new]\n"));
        assert!(
            page.contains("`[{ case = \"*::create_user::ok\", capture = { user_id = \"/users/0/id\" } }]`")
        );
    }
}
