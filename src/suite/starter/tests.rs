//! The first suite.toml: that it says what is known, parses, and holds whatever names are made of.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::suite::Settings;

fn parse(text: &str) -> Result<Settings, String> {
    Settings::parse(text, Path::new("suite.toml"), &BTreeMap::new()).map_err(|error| error.to_string())
}

/// The text with every setting switched on.
pub(crate) fn switched_on(text: &str) -> String {
    let setting =
        |rest: &&str| rest.starts_with('[') || rest.match_indices(" = ").any(|(end, _)| is_key(&rest[..end]));
    let line = |line: &str| match line.strip_prefix("# ").filter(setting) {
        Some(rest) => rest.to_owned(),
        None => line.to_owned(),
    };
    text.lines().map(|text| line(text) + "\n").collect()
}

fn is_key(text: &str) -> bool {
    !text.starts_with(' ') && format!("{text} = 1").parse::<toml::Table>().is_ok()
}

fn shop() -> Starter {
    Starter {
        name: "shop".to_owned(),
        title: "The Shop".to_owned(),
        environments: vec!["dev.postman_environment.json".to_owned()],
        cases: 9,
        base_variable: Some("baseUrl".to_owned()),
        base_url: Some("https://api.shop.example/v1".to_owned()),
        hosts: vec![OtherHost { form: "{{soap}}".to_owned(), url: None, cases: 1 }],
        unsafe_methods: vec![("POST".to_owned(), 2), ("DELETE".to_owned(), 1)],
        variables: vec![("user id".to_owned(), 2), ("api-key".to_owned(), 1), ("API_KEY".to_owned(), 1)],
        auth: Some(StarterAuth {
            kind: "apikey".to_owned(),
            cases: 8,
            api_key: Some("X-Shop".to_owned()),
            in_query: false,
            others: vec!["basic".to_owned()],
        }),
        live: Live { sent: 2, waiting: 5, recipes: 1, others: 1 },
        skipped: vec![
            SkippedCase {
                id: "shop::get_user::gone".to_owned(),
                reason: "sends the same request as 'OK' (200); say in suite.toml how to get 410".to_owned(),
                cure: Cure::Request,
            },
            SkippedCase {
                id: "shop::get_user::old".to_owned(),
                reason: "the example has no status code".to_owned(),
                cure: Cure::Status(Some(404)),
            },
            SkippedCase {
                id: "shop::get_order::ok".to_owned(),
                reason: "path variable `:id` has no value".to_owned(),
                cure: Cure::Path(vec!["id".to_owned()]),
            },
        ],
    }
}

#[test]
fn everything_that_is_known_is_said() {
    insta::assert_snapshot!(shop().text());
}

#[test]
fn switched_on_it_means_what_it_says() {
    let off = parse(&shop().text()).unwrap();
    assert_eq!(off.target.base_variable.as_deref(), Some("baseUrl"));
    assert!(off.target.base_url.is_none() && !off.target.writes && off.variables.is_empty());
    assert!(off.auth.is_empty() && off.target.hosts.is_empty());
    let on = parse(&switched_on(&shop().text())).unwrap();
    assert!(on.target.base_url.is_some() && on.target.writes);
    assert_eq!(on.target.hosts.keys().collect::<Vec<_>>(), ["{{soap}}"]);
    assert_eq!(on.variables.keys().collect::<Vec<_>>(), ["user id", "api-key", "API_KEY"]);
    assert_eq!(on.auth.keys().collect::<Vec<_>>(), ["default"]);
    assert!(switched_on(&shop().text()).contains("match = \"shop::get_order::ok\"\npath.id = \"1\""));
}

#[test]
fn every_auth_type_that_is_sent_has_its_parameters() {
    for (name, ..) in super::super::auth_types::AUTH_TYPES {
        let auth = StarterAuth {
            kind: (*name).to_owned(),
            cases: 1,
            api_key: None,
            in_query: true,
            others: Vec::new(),
        };
        let starter = Starter { auth: Some(auth), ..shop() };
        let on = parse(&switched_on(&starter.text())).unwrap();
        assert_eq!(on.auth.contains_key("default"), *name != "noauth", "{name}");
    }
}

#[test]
fn many_skipped_cases_are_cut_and_several_environments_named() {
    let skipped = vec![shop().skipped.remove(0); 40];
    let environments = vec!["a.postman_environment.json".to_owned(), "b\u{2028}.json".to_owned()];
    let text = Starter { environments, skipped, ..shop() }.text();
    assert_eq!(text.matches("# [[case]]").count(), MOST_CASES);
    assert!(text.contains("And 28 more: `uphold list shop` shows them."));
    assert!(text.contains("\nenvironment = \"a.postman_environment.json\"\n"));
    assert!(text.contains("# One of: a.postman_environment.json, b\\u{2028}.json\n"), "{text}");
}

fn hostile() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "\n",
        "\r\n",
        "\u{2028}",
        "\u{1b}[2J",
        "\"",
        "'",
        "\\",
        "# ",
        "x = 1",
        "[x]",
        "\n[auth.default]\n",
        "${A",
        "$${",
        "${B}",
        "{{",
        "}}",
        "\0",
        "\u{202e}",
        "»",
        "🏠",
        " = ",
        "]]>",
        "token",
    ]);
    prop::collection::vec(prop_oneof![nasty.prop_map(str::to_owned), any::<String>()], 0..5)
        .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_name_breaks_out_of_its_place(
        title in hostile(), variable in hostile(), other in hostile(), form in hostile(), reason in hostile(),
        path in hostile(),
    ) {
        let mut starter = shop();
        starter.title = title;
        starter.base_variable = Some(variable.clone());
        starter.variables = vec![(variable.clone(), 1)];
        if other != variable {
            starter.variables.push((other.clone(), 2));
        }
        starter.unsafe_methods = vec![(other.clone(), 1)];
        starter.hosts = vec![OtherHost { form, url: None, cases: 2 }];
        starter.auth.as_mut().unwrap().api_key = Some(reason.clone());
        starter.auth.as_mut().unwrap().others = vec![reason.clone()];
        for case in &mut starter.skipped {
            case.reason = reason.clone();
        }
        starter.skipped[2].cure = Cure::Path(vec![path]);
        // Their names are made by uphold.
        starter.environments.push("prod.environment.yaml".to_owned());
        let text = starter.text();
        prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{}", text);
        let off: toml::Table = text.parse().unwrap();
        prop_assert_eq!(off["target"]["base_variable"].as_str(), Some(variable.as_str()));
        prop_assert!(off.keys().all(|key| ["environment", "target", "variables"].contains(&key.as_str())), "{}", text);
        prop_assert_eq!(off["target"].as_table().unwrap().len(), 1);
        prop_assert!(parse(&text).is_ok(), "{}", text);
        let on: toml::Table = switched_on(&text).parse().map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        let names: Vec<&String> = on["variables"].as_table().unwrap().keys().collect();
        prop_assert!(names.contains(&&variable) && names.len() <= 2, "{}", text);
        prop_assert_eq!(on["auth"].as_table().unwrap().len(), 1);
        prop_assert_eq!(on["case"].as_array().unwrap().len(), 3);
    }
}
