use std::collections::BTreeMap;
use std::path::Path;

use super::*;
use crate::suite::Settings;

const TWO: &str = r#"
[target]
base_url = "https://api.example.com"
hosts = { "{{a}}" = "https://a.example.com", "{{b}}" = "https://b.example.com" }

[variables]
tenant = "one"
user = "ann"

[auth.default]
type = "bearer"
token = "old"
[auth.next]
type = "bearer"
token = "new"

[compare.old]
base_url = "https://old.example.com/crm/v2"

[compare.new]
base_url = "https://new.example.com"
variables = { tenant = "two", key = "${KEY}" }
auth = "next"
hosts = { "{{b}}" = "https://b.next.example.com" }
rewrite = { "/crm/v2" = "/crm/v8" }
"#;

fn parse(text: &str) -> Result<Settings, String> {
    let process = BTreeMap::from([("KEY".to_owned(), "s3cr3t".to_owned())]);
    Settings::parse(text, Path::new("s.toml"), &process).map_err(|error| error.to_string())
}

#[test]
fn each_server_has_its_own_settings() {
    let token = |settings: &Settings| settings.auth["default"].params["token"].clone();
    let host = |settings: &Settings, form: &str| settings.target.hosts[form].origin.to_string();
    let value = |settings: &Settings, name: &str| match settings.variables.get(name) {
        Some(Binding::Value(value)) => value.clone(),
        other => format!("{other:?}"),
    };
    let plain = parse(TWO).unwrap();
    assert_eq!((token(&plain), value(&plain, "tenant")), ("old".to_owned(), "one".to_owned()));
    assert_eq!(plain.rewrites, Rewrites::default());
    let old = parse(TWO).unwrap().on(Side::Old);
    let base = old.target.base_url.as_ref().unwrap();
    assert_eq!(
        (base.origin.to_string().as_str(), base.prefix.as_deref()),
        ("https://old.example.com", Some("/crm/v2"))
    );
    assert_eq!((token(&old), value(&old, "tenant")), ("old".to_owned(), "one".to_owned()));
    let new = parse(TWO).unwrap().on(Side::New);
    assert_eq!(
        (token(&new), value(&new, "tenant"), value(&new, "user")),
        ("new".to_owned(), "two".to_owned(), "ann".to_owned())
    );
    assert_eq!(value(&new, "key"), "s3cr3t");
    assert_eq!(
        (host(&new, "{{a}}"), host(&new, "{{b}}")),
        ("https://a.example.com".to_owned(), "https://b.next.example.com".to_owned())
    );
    assert_eq!(new.rewrites.path("/crm/v2/users"), "/crm/v8/users");
    // A server is named for a comparison, or there is none.
    assert_eq!(
        parse("[target]\nbase_url = \"https://a.example\"").unwrap().on(Side::Old).target.base_url,
        None
    );
}

#[test]
fn every_fault_is_told_with_its_place_and_cure() {
    for (text, message) in [
        ("compare = 1", "s.toml:1:11: `compare` must be a table, not this integer"),
        ("[compare.olf]", "s.toml:1:10: unknown key `compare.olf`; did you mean `old`?"),
        ("[compare]\nnew = 1", "s.toml:2:7: `compare.new` must be a table, not this integer"),
        (
            "[compare.new]\nrewrites = {}",
            "s.toml:2:1: unknown key `compare.new.rewrites`; did you mean `rewrite`?",
        ),
        (
            "[compare.new]\nauth = \"nexd\"\n[auth.next]\ntype = \"noauth\"",
            "s.toml:2:8: `compare.new.auth`: there is no [auth.nexd]; it is the name of a profile; did you mean `next`?",
        ),
        (
            "[compare.old]\nbase_url = \"api\"",
            "s.toml:2:12: `compare.old.base_url`: `api` is no absolute URL",
        ),
        (
            "[compare.new]\nrewrite = { \"crm\" = \"/a\" }",
            "s.toml:2:13: `compare.new.rewrite`: \"crm\" is no beginning of a path: it begins with one `/` and is written as it is sent, without host, query or variable",
        ),
        (
            "[compare.new]\nrewrite = { \"/a\" = \"https://other.example\" }",
            "s.toml:2:20: `compare.new.rewrite.\"/a\"`: \"https://other.example\" is no beginning of a path: it begins with one `/` and is written as it is sent, without host, query or variable",
        ),
        (
            "[compare.new]\nrewrite = { \"/a\" = \"//other.example\" }",
            "s.toml:2:20: `compare.new.rewrite.\"/a\"`: \"//other.example\" is no beginning of a path: it begins with one `/` and is written as it is sent, without host, query or variable",
        ),
        (
            "[[case]]\nmatch = \"*\"\nrepeatable = 1",
            "s.toml:3:14: `case.repeatable` must be true or false, not this integer",
        ),
    ] {
        let told = parse(text).unwrap_err();
        assert!(told.starts_with(message.split(" is no absolute").next().unwrap()), "{told}\n{message}");
        assert!(told.contains(message) || message.contains("absolute"), "{told}\n{message}");
    }
}
