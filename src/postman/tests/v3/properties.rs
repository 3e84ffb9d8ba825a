//! Arbitrary YAML and bytes: no panic, and no warning without a file of the collection.

use std::path::Path;

use proptest::prelude::*;

use super::Made;
use crate::postman::read;

/// The keys that the readers look for, so that arbitrary YAML reaches all of them.
const KEYS: &[&str] = &[
    "$kind",
    "name",
    "order",
    "url",
    "method",
    "headers",
    "header",
    "queryParams",
    "pathVariables",
    "body",
    "type",
    "content",
    "src",
    "auth",
    "credentials",
    "rules",
    "settings",
    "disabledSystemHeaders",
    "scripts",
    "code",
    "examples",
    "request",
    "originalRequest",
    "response",
    "statusCode",
    "status",
    "variables",
    "key",
    "value",
    "disabled",
    "enabled",
    "query",
    "mode",
    "values",
    "<<",
];

fn any_yaml() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        proptest::sample::select(
            &["~", "1", "-0.5", "true", "json", "file", "bearer", "http-request", "&a x", "*a", "''"][..]
        )
        .prop_map(str::to_owned),
        "\"[a-z:/?#@{}]{0,8}\"",
        "[\\PC\n\t]{0,6}",
    ];
    leaf.prop_recursive(5, 48, 5, |inner| {
        let member = (proptest::sample::select(KEYS), inner.clone())
            .prop_map(|(key, value)| format!("{key}: {value}"));
        prop_oneof![
            proptest::collection::vec(inner, 0..4).prop_map(|list| format!("[{}]", list.join(", "))),
            proptest::collection::vec(member, 0..5).prop_map(|members| format!("{{{}}}", members.join(", "))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_yaml_panics(request in any_yaml(), example in any_yaml(), definition in any_yaml()) {
        let made = Made::of(&[
            ("r.request.yaml", &request),
            (".resources/r.resources/examples/e.example.yaml", &example),
            (".resources/definition.yaml", &definition),
        ])?;
        if let Ok(collection) = made.read() {
            for warning in &collection.warnings {
                prop_assert!(warning.file.starts_with(made.root()), "{:?}", warning);
            }
        }
        let _ = read::environment_from(Path::new("e.yaml"), request.as_bytes());
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        for file in ["c.json", "e.yaml"] {
            let _ = read::collection_from(Path::new(file), &bytes);
            let _ = read::environment_from(Path::new(file), &bytes);
        }
        let made = Made::of(&[])?;
        made.write("r.request.yaml", &bytes)?;
        let _ = made.read();
    }
}
