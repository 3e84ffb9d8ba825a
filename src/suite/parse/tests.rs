use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::finding::{CaseId, Finding};
use crate::postman::AuthKind;
use crate::postman::variables::Binding;
use crate::suite::auth_types::AUTH_TYPES;
use crate::suite::{AuthRule, Compare, step_table};

fn process() -> BTreeMap<String, String> {
    [("TOKEN", "env-secret"), ("EMPTY", "")].map(|(k, v)| (k.to_owned(), v.to_owned())).into()
}

fn settings(text: &str) -> Settings {
    Settings::parse(text, Path::new("suite.toml"), &process()).unwrap_or_else(|error| panic!("{error}"))
}

fn refusal(text: &str) -> String {
    Settings::parse(text, Path::new("s.toml"), &process()).expect_err(text).to_string()
}

const FULL: &str = r#"
environment = "sandbox.postman_environment.json"

[target]
base_url = "https://sandbox.example.com/crm/"
base_variable = "api-domain"
writes = true
hosts = { "{{soap_endpoint}}" = "http://127.0.0.1:8080/soap" }
rate = "600/m"

[variables]
user_id = 738964000000291009
hex = 0xff
ratio = 0.5
on = true
token = "${TOKEN}"
header = "Bearer ${TOKEN}"
late = "${NOT_SET}"
empty = "${EMPTY}"
plain = "$${TOKEN}"

[auth.default]
type = "oauth2"
access_token = "x${TOKEN}"
headerPrefix = "Zoho-oauthtoken"
[auth.narrow]
type = "bearer"
token = "a ${NOT_SET}"
[auth.key]
type = "apikey"
key = "X-Key"
value = "{{key}}"
in = "query"

[headers]
ignore = ["clientVersion"]
exact = ["X-Content-Type-Options"]

[severity]
"body.field.added" = "warning"
header.missing = "off"

[[case]]
match = "*::update_user::*scope*"
auth = "narrow"
tags = ["nightly", "slow"]

[[case]]
match = "zoho::*"
auth = "none"
set = { "/users/0/id" = "{{active_id}}", "/n" = [1, 2.5, true, "${TOKEN}"] }
query = { page = 2 }
path = { id = "42" }
status = 200
error_code = "ID_ALREADY_ACTIVE"
compare = "exact"
volatile = ["/users/*/details/id"]
unordered = ["/tags", ""]
maps = ["/rates", ""]
not_maps = ["/sizes"]
ignore = ["/meta/**"]
skip = "needs a deleted user"
tags = ["slow", "zoho"]

[[case]]
match = "none::*"
"#;

#[test]
fn every_key_is_read() {
    let settings = settings(FULL);
    assert_eq!(settings.environment.as_deref(), Some("sandbox.postman_environment.json"));
    let base = settings.target.base_url.as_ref().expect("base");
    assert_eq!(
        (base.origin.to_string().as_str(), base.prefix.as_deref()),
        ("https://sandbox.example.com", Some("/crm"))
    );
    assert_eq!(settings.target.base_variable.as_deref(), Some("api-domain"));
    assert!(settings.target.writes);
    assert_eq!(settings.target.rate.map(|rate| rate.to_string()).as_deref(), Some("600/m"));
    assert_eq!(settings.target.hosts["{{soap_endpoint}}"].prefix.as_deref(), Some("/soap"));
    assert_eq!(settings.headers.ignore, ["clientversion"]);
    assert_eq!(settings.headers.exact, ["x-content-type-options"]);
    let at = |id| settings.severity.apply(Finding::new(id, "", "", "")).map(|finding| finding.severity);
    assert_eq!(at(FindingId::BodyFieldAdded), Some(Severity::Warning));
    assert_eq!(at(FindingId::HeaderMissing), None);
    assert_eq!(at(FindingId::StatusChanged), Some(Severity::Breaking));
}

#[test]
fn no_error_tells_a_value_of_the_environment() {
    for (kind, _, params) in AUTH_TYPES {
        for (name, snake, _) in *params {
            let others = params.iter().filter(|(other, ..)| other != name && other != &"tokenRequestParams");
            let others: Vec<String> =
                others.map(|(other, ..)| format!("{other} = \"${{TOKEN}}\"\n")).collect();
            let others = others.concat();
            for key in [name, snake] {
                for rest in ["", others.as_str()] {
                    let text = format!("[auth.x]\ntype = \"{kind}\"\n{key} = \"${{TOKEN}}\"\n{rest}");
                    if let Err(error) = Settings::parse(&text, Path::new("s.toml"), &process()) {
                        assert!(!error.to_string().contains("env-secret"), "{error}");
                    }
                }
            }
        }
    }
}

#[test]
fn values_of_the_environment_are_put_in_and_secret() {
    let settings = settings(FULL);
    let value = |text: &str| Binding::Value(text.to_owned());
    let unset = |name: &str| Binding::UnsetEnv(name.to_owned());
    for (name, binding) in [
        ("user_id", value("738964000000291009")),
        ("hex", value("255")),
        ("ratio", value("0.5")),
        ("on", value("true")),
        ("token", value("env-secret")),
        ("header", value("Bearer env-secret")),
        ("late", unset("NOT_SET")),
        ("empty", unset("EMPTY")),
        ("plain", value("${TOKEN}")),
    ] {
        assert_eq!(settings.variables[name], binding, "{name}");
    }
    assert_eq!(settings.secrets.iter().collect::<Vec<_>>(), ["env-secret"]);
    let bindings: BTreeMap<String, Binding> = settings.bindings().collect();
    assert_eq!(bindings["env:NOT_SET"], unset("NOT_SET"));
}

#[test]
fn profiles_have_postmans_parameters() {
    let settings = settings(FULL);
    let default = &settings.auth["default"];
    assert_eq!((&default.kind, default.place.as_str()), (&AuthKind::OAuth2, "[auth.default]"));
    assert_eq!(default.params["accessToken"], "xenv-secret");
    assert_eq!(default.params["headerPrefix"], "Zoho-oauthtoken");
    assert_eq!(settings.auth["narrow"].params["token"], "a {{env:NOT_SET}}");
    assert_eq!(settings.auth["key"].params["in"], "query");
}

#[test]
fn the_first_match_wins_per_key() {
    let settings = settings(FULL);
    let id = CaseId::from_parts(&["zoho", "users", "update_user", "oauth_scope_mismatch"]);
    let case = settings.case(&id);
    assert_eq!(case.auth, Some(AuthRule::Profile("narrow".to_owned())));
    assert_eq!(case.tags, ["nightly", "slow", "zoho"]);
    assert_eq!((case.status, case.compare), (Some(200), Compare::Exact));
    assert_eq!(case.set["/n"], json!([1, 2.5, true, "env-secret"]));
    assert_eq!((case.query["page"].as_str(), case.path["id"].as_str()), ("2", "42"));
    assert_eq!(case.unordered, ["/tags", ""]);
    assert_eq!(
        (case.maps, case.not_maps),
        (vec!["/rates".to_owned(), String::new()], vec!["/sizes".to_owned()])
    );
    assert_eq!(case.skip.as_deref(), Some("needs a deleted user"));
    let other = CaseId::from_parts(&["zoho", "users", "get"]);
    assert_eq!(settings.case(&other).auth, Some(AuthRule::Without));
    let stranger = settings.case(&CaseId::from_parts(&["other", "x", "y"]));
    assert_eq!((stranger.auth, stranger.compare, stranger.tags.len()), (None, Compare::Contract, 0));
    let line = FULL.lines().position(|line| line.contains("none::*")).expect("there");
    assert_eq!(settings.unmatched([id, other].iter()), [("none::*".to_owned(), line)]);
}

#[test]
fn an_empty_file_is_the_default() {
    let settings = settings("\u{feff}# nothing\n");
    assert!(settings.environment.is_none() && settings.auth.is_empty() && !settings.target.writes);
}

#[test]
fn every_fault_is_told_with_its_place_and_cure() {
    for (text, expected) in [
        ("a = ", "s.toml:1:"),
        ("a = 1\na = 2", "s.toml:2:1: duplicate key `a`"),
        ("[target]\nwrites = true\nwrites = false", "s.toml:3:1: duplicate key `writes`"),
        ("[target]\n\n[target]", "s.toml:3:2: duplicate key `target`"),
        ("x = { \"a b\" = 1, \"a b\" = 2 }", "duplicate key `\"a b\"`"),
        ("\n[targets]", "s.toml:2:2: unknown key `targets`; did you mean `target`?"),
        ("rate = 1", "s.toml:1:1: unknown key `rate`; known are `environment`, `target`"),
        ("[target]\nretries = 3", "s.toml:2:1: unknown key `target.retries`"),
        (
            "[recipes]\nbroken_bodies = true",
            "unknown key `recipes.broken_bodies`; did you mean `broken_body`?",
        ),
        ("[recipes]\nbroken_body = 1", "s.toml:2:15: `recipes.broken_body` must be true or false"),
        ("[[case]]\nmatch = \"*\"\nrepeat = true", "unknown key `case.repeat`; known are `match`"),
        (
            "[auth.default]\ntype = \"oauth2\"\naccessToken = \"x\"\ngrant = \"refresh_token\"",
            "s.toml:1:7: [auth.default] has no `token_url`",
        ),
        (
            "[auth.default]\ntype = \"oauth2\"\ngrant = \"implicit\"",
            "s.toml:3:9: `auth.default.grant` is one of",
        ),
        (
            "[auth.default]\ntype = \"awsv4\"\naccess_key = \"x\"\nsecret_key = \"y\"\nregoin = \"z\"",
            "s.toml:5:1: unknown key `auth.default.regoin`; did you mean `region`?",
        ),
        ("[auth.default]\ntype = \"digest\"\nusername = \"x\"", "`auth.default.password` is missing"),
        ("[target]\nwrites = \"yes\"", "s.toml:2:10: `target.writes` must be true or false, not a string"),
        (
            "[target]\nrate = \"fast\"",
            "s.toml:2:8: `target.rate` must be a rate such as 10/s, 600/m or 5000/h; the number is whole, 1 to 1000000, not \"fast\"",
        ),
        ("[target]\nrate = 10", "s.toml:2:8: `target.rate` must be a string, not this integer"),
        ("environment = 1", "`environment` must be a string, not this integer"),
        ("environment = \"\"", "`environment` must name a file"),
        ("target = []", "`target` must be a table, not an array"),
        (
            "[target]\nbase_url = \"https://h?a=1\"",
            "s.toml:2:12: `target.base_url`: `https://h?a=1` holds a query",
        ),
        ("[target.hosts]\n\"{{x}}\" = \"h\"", "`target.hosts.\"{{x}}\"`: `h` is not an absolute URL"),
        ("[variables]\na = []", "`variables.a` must be a string, not an array"),
        ("[variables]\na = \"${\"", "s.toml:2:5: `variables.a`: `${` is not followed by the name"),
        ("[auth.x]\ntoken = \"x\"", "s.toml:1:7: `auth.x.type` is missing"),
        ("[auth.x]\ntype = \"baerer\"", "unknown auth type `baerer`; did you mean `bearer`?"),
        ("[auth.x]\ntype = \"bearer\"", "`auth.x.token` is missing; `bearer` needs it"),
        (
            "[auth.x]\ntype = \"bearer\"\ntokn = \"x\"\ntoken = \"x\"",
            "unknown key `auth.x.tokn`; did you mean `token`?",
        ),
        ("[auth.x]\ntype = \"oauth2\"\naccessToken = \"a\"\naccess_token = \"b\"", "stands here twice"),
        (
            "[auth.x]\ntype = \"apikey\"\nkey = \"a\"\nvalue = \"b\"\nin = \"body\"",
            "`auth.x.in` is one of `header` and `query`, and this is another text",
        ),
        ("[auth.none]\ntype = \"noauth\"", "`none` already has a meaning"),
        ("[headers]\nignore = [\"a b\"]", "s.toml:2:11: `headers.ignore`: `a b` is no header name"),
        ("[headers]\nexact = \"etag\"", "`headers.exact` must be an array of strings, not a string"),
        (
            "[severity]\n\"status.chnaged\" = \"info\"",
            "there is no finding `status.chnaged`; did you mean `status.changed`?",
        ),
        ("[severity]\n\"status.changed\" = \"warn\"", "`warn` is no level"),
        ("[case]\nmatch = \"*\"", "`case` must be written as [[case]] tables, not a table"),
        ("[[case]]\nskip = \"x\"", "s.toml:1:1: `case.match` is missing"),
        ("[[case]]\nmatch = \"a[\"", "`a[` is no glob"),
        (
            "[[case]]\nmatch = \"*\"\nauth = \"narow\"\n[auth.narrow]\ntype = \"noauth\"",
            "there is no [auth.narow]; it is a profile, \"none\" or \"invalid\"; did you mean `narrow`?",
        ),
        ("[[case]]\nmatch = \"*\"\nstatus = 600", "600 is no HTTP status"),
        ("[[case]]\nmatch = \"*\"\nstatus = \"200\"", "`case.status` must be an integer, not a string"),
        ("[[case]]\nmatch = \"*\"\ncompare = \"exactly\"", "not \"exactly\"; did you mean `exact`?"),
        ("[[case]]\nmatch = \"*\"\nvolatile = [\"users/id\"]", "must begin with `/` (`/users/id`?)"),
        ("[[case]]\nmatch = \"*\"\nignore = [\"/a~b\"]", "write `~0` for `~`"),
        ("[[case]]\nmatch = \"*\"\nignore = [\"/**/a\"]", "`**` may only be the last part"),
        ("[[case]]\nmatch = \"*\"\nmaps = [\"/a/**\"]", "`**` may only be the last part"),
        (
            "[[case]]\nmatch = \"*\"\nnot_maps = [\"/a\"]\nmaps = [\"/a\"]",
            "s.toml:3:13: `case.not_maps`: `/a` stands in `case.maps`, too",
        ),
        ("[[case]]\nmatch = \"*\"\nunordered = [\"/a/**\"]", "`**` may only be the last part"),
        ("[[case]]\nmatch = \"*\"\nset = { a = 1 }", "`case.set`: `a` is no JSON pointer"),
        ("[[case]]\nmatch = \"*\"\nset = { \"/a\" = nan }", "JSON has no number `nan`"),
        ("[[case]]\nmatch = \"*\"\nskip = true", "`case.skip` must be a string"),
        ("[[case]]\nmatch = \"*\"\nskip = \" \"", "must say why"),
        ("[variables]\na = 99999999999999999999", "`variables.a` must be a string, not this integer"),
    ] {
        let message = refusal(text);
        assert!(message.contains(expected), "{text}\n→ {message}");
    }
}

#[test]
fn all_faults_are_told_at_once_in_order() {
    let message = refusal("x = 1\n[[case]]\nmatch = \"[\"\nstatus = 1\n[target]\ny = 1\n");
    let places: Vec<&str> = message.lines().filter_map(|line| line.split(": ").next()).collect();
    assert_eq!(places, ["s.toml:1:1", "s.toml:3:9", "s.toml:4:10", "s.toml:6:1"]);
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in any::<String>()) {
        let _ = Settings::parse(&text, Path::new("s"), &process());
    }

    #[test]
    fn shuffled_lines_never_panic(lines in prop::collection::vec(prop::sample::select(FULL.lines().collect::<Vec<_>>()), 0..12)) {
        let text = lines.join("\n");
        if let Err(SuiteError::Settings { problems, .. }) = Settings::parse(&text, Path::new("s"), &process()) {
            let last = text.lines().count() + 1;
            prop_assert!(!problems.is_empty());
            prop_assert!(problems.iter().all(|p| (1..=last).contains(&p.line) && p.column > 0), "{:?}", problems);
        }
    }

    #[test]
    fn any_value_anywhere_never_panics(
        key in prop::sample::select(vec!["environment", "target", "target.base_url", "target.hosts", "variables", "variables.a",
            "auth", "auth.a", "auth.a.type", "headers.ignore", "severity", "severity.a", "case", "case.match"]),
        value in prop::sample::select(vec!["1", "\"\"", "[]", "{}", "[[]]", "[{}]", "[{match = 1}]", "1979-05-27", "inf", "{a = {}}", "true"]),
    ) {
        let _ = Settings::parse(&format!("{key} = {value}"), Path::new("s"), &process());
    }
}

#[test]
fn the_page_has_every_key_and_every_parameter_of_auth() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/writing-suites.md");
    let page = std::fs::read_to_string(page).unwrap();
    let words: BTreeSet<&str> = page.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let keys = [
        SECTIONS,
        TARGET,
        RECIPES,
        HEADERS,
        LEVELS,
        case_table::KEYS,
        compare_table::SIDES,
        compare_table::KEYS,
        step_table::STEP,
        step_table::CAPTURE,
    ];
    let auth = AUTH_TYPES
        .iter()
        .flat_map(|(kind, _, params)| params.iter().map(|(_, snake, _)| *snake).chain([*kind]));
    let missing: Vec<&str> =
        keys.concat().into_iter().chain(auth).filter(|key| !words.contains(key)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}
