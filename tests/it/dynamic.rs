//! Postman's dynamic variables: all 118 names with the form of their values, and runs that repeat.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::{Value, json};
use uphold::message::Origin;
use uphold::plan::{Action, Options, Selection, SuitePlan, Target, suite};
use uphold::postman::dynamic::TABLE;
use uphold::postman::{BaseRule, Chance, Draw};
use uphold::suite::{Inputs, Workspace};

use crate::support::{Recorder, answer, run, uphold, workspace};

const UUID: &str = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
const DATE: &str = r"(Sun|Mon|Tue|Wed|Thu|Fri|Sat) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d\d \d{4} \d\d:\d\d:\d\d GMT\+0000 \(Coordinated Universal Time\)";
const OCTET: &str = r"(25[0-5]|2[0-4]\d|1?\d?\d)";
const HOST: &str = "[a-z0-9]+\\.(biz|com|info|name|net|org)";
const FILE: &str = "[a-z0-9_]+\\.[a-z0-9]+";
const LOCAL: &str = "[A-Za-z0-9._]+";
const SENTENCE: &str = "[A-Z][a-z]*( [a-z]+){2,9}\\.";
const WORDS: &str = "[^\\s]+( [^\\s]+)*";

/// The form of the values of each name; for the rest, some words.
fn form(name: &str) -> String {
    let sentences = |separator: &str, first: u32, last: u32| {
        format!("{SENTENCE}({separator}{SENTENCE}){{{},{}}}", first - 1, last - 1)
    };
    let image = |kind: &str| format!("http://placeimg\\.com/640/480{kind}");
    match name {
        "$guid" | "$randomUUID" => UUID.to_owned(),
        "$timestamp" => "1790363437".to_owned(),
        "$isoTimestamp" => r"2026-09-25T19:10:37\.042Z".to_owned(),
        "$randomInt" => "[0-9]|[1-9][0-9]{1,2}|1000".to_owned(),
        "$randomPhoneNumber" => r"[2-9]\d\d-[2-9]\d\d-\d{4}".to_owned(),
        "$randomPhoneNumberExt" => r"[1-9]\d?-[2-9]\d\d-[2-9]\d\d-\d{4}".to_owned(),
        "$randomLocale" => "[a-z]{2}".to_owned(),
        "$randomWords" => "[^\\s]+( [^\\s]+){1,4}".to_owned(),
        "$randomFilePath" => format!("(/[a-z0-9]+)+/{FILE}"),
        "$randomDirectoryPath" => "(/[a-z]+)+".to_owned(),
        "$randomStreetAddress" => r"\d{3,5} \S+ \S+".to_owned(),
        "$randomCountryCode" => "[A-Z]{2}".to_owned(),
        "$randomLatitude" => r"-?[0-8]?\d\.\d{4}".to_owned(),
        "$randomLongitude" => r"-?(1[0-7]\d|\d?\d)\.\d{4}".to_owned(),
        "$randomColor" => "[a-z]+".to_owned(),
        "$randomProductName" => r"\S+ \S+ \S+".to_owned(),
        "$randomDatabaseColumn" => "[a-zA-Z]+".to_owned(),
        "$randomDatabaseCollation" => "[a-z0-9]+(_[a-z]+)+".to_owned(),
        "$randomDatePast" | "$randomDateFuture" | "$randomDateRecent" => DATE.to_owned(),
        "$randomMonth" => {
            "(January|February|March|April|May|June|July|August|September|October|November|December)"
                .to_owned()
        }
        "$randomWeekday" => "(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day".to_owned(),
        "$randomBankAccount" => r"\d{8}".to_owned(),
        "$randomBankAccountName" => "[A-Z].* Account".to_owned(),
        "$randomCreditCardMask" => r"\d{4}".to_owned(),
        "$randomPrice" => r"\d{1,3}\.\d\d".to_owned(),
        "$randomTransactionType" => "(deposit|invoice|payment|withdrawal)".to_owned(),
        "$randomCurrencyCode" => "[A-Z]{3}".to_owned(),
        "$randomBitcoin" => "[13][1-9A-HJ-NP-Za-km-z]{25,33}".to_owned(),
        "$randomBankAccountIban" => r"[A-Z]{2}\d{14,26}".to_owned(),
        "$randomBankAccountBic" => "[A-Z]{6}[A-Z0-9]{2}([A-Z]{3})?".to_owned(),
        "$randomAbbreviation" => "[A-Z]+".to_owned(),
        "$randomIngverb" => "[a-z]+ing( up)?".to_owned(),
        "$randomPhrase" => "[A-Z][^{}]+!".to_owned(),
        "$randomAvatarImage" => {
            r"https://cdn\.fakercloud\.com/avatars/[a-z0-9]+_[a-z0-9]+_128\.jpg".to_owned()
        }
        "$randomImageUrl" => image(""),
        "$randomImageDataUri" => "data:image/svg\\+xml;charset=UTF-8,[A-Za-z0-9%.]+".to_owned(),
        name if name.ends_with("Image") => {
            image(&format!("/{}", name["$random".len()..name.len() - "Image".len()].to_lowercase()))
        }
        "$randomEmail" => format!("{LOCAL}@(gmail|yahoo|hotmail)\\.com"),
        "$randomExampleEmail" => format!("{LOCAL}@example\\.(com|net|org)"),
        "$randomUserName" => LOCAL.to_owned(),
        "$randomProtocol" => "https?".to_owned(),
        "$randomUrl" => format!("https?://{HOST}"),
        "$randomDomainName" => HOST.to_owned(),
        "$randomDomainSuffix" => "(biz|com|info|name|net|org)".to_owned(),
        "$randomDomainWord" | "$randomCommonFileExt" | "$randomFileExt" => "[a-z0-9]+".to_owned(),
        "$randomIP" => format!("{OCTET}(\\.{OCTET}){{3}}"),
        "$randomIPV6" => "[0-9a-f]{4}(:[0-9a-f]{4}){7}".to_owned(),
        "$randomHexColor" => "#[0-9a-f]{6}".to_owned(),
        "$randomMACAddress" => "[0-9a-f]{2}(:[0-9a-f]{2}){5}".to_owned(),
        "$randomPassword" => "[A-Za-z0-9]{15}".to_owned(),
        "$randomLoremWord" | "$randomFileType" => "[a-z]+".to_owned(),
        "$randomLoremWords" => "[a-z]+( [a-z]+){2}".to_owned(),
        "$randomLoremSlug" => "[a-z]+(-[a-z]+){2}".to_owned(),
        "$randomLoremSentence" => SENTENCE.to_owned(),
        "$randomLoremSentences" => sentences(" ", 2, 6),
        "$randomLoremParagraph" => sentences(" ", 3, 6),
        "$randomLoremParagraphs" => {
            let paragraph = sentences(" ", 3, 6);
            format!("{paragraph}(\n \r{paragraph}){{2}}")
        }
        "$randomLoremText" => "[A-Za-z][a-z. \n\rA-Z]*".to_owned(),
        "$randomLoremLines" => sentences("\n", 1, 5),
        "$randomBoolean" => "(true|false)".to_owned(),
        "$randomWord" => r"\S+".to_owned(),
        "$randomAlphaNumeric" => "[0-9a-z]".to_owned(),
        "$randomFileName" | "$randomCommonFileName" => FILE.to_owned(),
        "$randomMimeType" => r"[a-z]+/[a-z0-9.+-]+".to_owned(),
        "$randomCommonFileType" => "(application|audio|image|text|video)".to_owned(),
        "$randomSemver" => r"\d\.\d\.\d".to_owned(),
        _ => WORDS.to_owned(),
    }
}

/// 2026-09-25T19:10:37.042Z
fn chance(seed: u32) -> Chance {
    Chance { seed, now: "2026-09-25T19:10:37.042Z".parse().unwrap() }
}

#[test]
fn every_name_gives_values_of_its_form() {
    let names: BTreeSet<&str> = TABLE.iter().map(|dynamic| dynamic.name).collect();
    assert_eq!((TABLE.len(), names.len()), (118, 118));
    let one_value = |name: &str| {
        matches!(name, "$timestamp" | "$isoTimestamp")
            || (name.contains("Image") && name != "$randomAvatarImage")
    };
    for dynamic in TABLE {
        let form = Regex::new(&format!("^(?:{})$", form(dynamic.name))).unwrap();
        let draw = Draw::of(chance(1), "suite::item::example");
        let values: BTreeSet<String> = (0..300).map(|nth| draw.value(dynamic.name, nth).unwrap()).collect();
        for value in &values {
            assert!(form.is_match(value), "{}: {value:?} is not {form}", dynamic.name);
        }
        assert_eq!(values.len() == 1, one_value(dynamic.name), "{}: {values:?}", dynamic.name);
        assert!(!dynamic.meaning.is_empty());
    }
}

#[test]
fn numbers_reach_both_ends_and_dates_lie_where_they_should() {
    let draw = Draw::of(chance(1), "c");
    let numbers: BTreeSet<u32> =
        (0..20_000).map(|nth| draw.value("$randomInt", nth).unwrap().parse().unwrap()).collect();
    assert_eq!((numbers.first(), numbers.last()), (Some(&0), Some(&1000)));
    let year = |name: &str| {
        let years = (0..100).map(|nth| draw.value(name, nth).unwrap()[11..15].to_owned());
        years.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    };
    assert_eq!(year("$randomDatePast"), ["2025", "2026"]);
    assert_eq!(year("$randomDateFuture"), ["2026", "2027"]);
    for nth in 0..100 {
        let recent = draw.value("$randomDateRecent", nth).unwrap();
        assert!(recent.starts_with("Fri Sep 25 2026") || recent.starts_with("Thu Sep 24 2026"), "{recent}");
    }
}

/// ISO 13616: the digits of the account, the country as numbers and the check digits make 1.
#[test]
fn accounts_have_valid_check_digits() {
    let draw = Draw::of(chance(1), "c");
    for nth in 0..200 {
        let iban = draw.value("$randomBankAccountIban", nth).unwrap();
        let (head, account) = iban.split_at(4);
        let digits: String =
            format!("{account}{head}").chars().map(|c| c.to_digit(36).unwrap().to_string()).collect();
        let rest = digits.bytes().fold(0, |rest, b| (rest * 10 + u32::from(b - b'0')) % 97);
        assert_eq!(rest, 1, "{iban}");
    }
}

#[test]
fn seed_case_name_and_occurrence_decide() {
    let of = |seed, case: &str| Draw::of(chance(seed), case).value("$guid", 0);
    assert_eq!(of(1, "a"), of(1, "a"));
    let all = [of(1, "a"), of(2, "a"), of(1, "b"), Draw::of(chance(1), "a").value("$guid", 1)];
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 4, "{all:?}");
    assert_ne!(of(1, "a"), Draw::of(chance(1), "a").value("$randomUUID", 0));
}

/// A collection whose requests have dynamic values everywhere, two twins among them.
fn collection() -> Value {
    let example = |name: &str, code: u16, request: &Value| json!({"name": name, "originalRequest": request, "code": code, "header": [], "body": ""});
    let order = json!({
        "method": "POST",
        "url": "{{base}}/{{$randomInt}}?a={{$guid}}&b={{$guid}}",
        "header": [{"key": "X-Trace", "value": "{{$randomUUID}}"}],
        "body": {"mode": "raw", "raw": "{\"id\": \"{{$guid}}\", \"n\": {{$randomInt}}, \"set\": 1, \"t\": \"{{trace}}\"}",
                 "options": {"raw": {"language": "json"}}},
    });
    let form = json!({
        "method": "POST", "url": "{{base}}/form", "header": [],
        "body": {"mode": "urlencoded", "urlencoded": [{"key": "mail", "value": "{{$randomEmail}}"}]},
    });
    let graph = json!({
        "method": "POST", "url": "{{base}}/graph/:id", "header": [],
        "body": {"mode": "graphql", "graphql": {"query": "query($id: ID) { a }", "variables": "{\"id\": \"{{$guid}}\"}"}},
    });
    let item = |name: &str, request: &Value, examples: Vec<Value>| json!({"name": name, "request": request, "response": examples});
    json!({
        "info": {"name": "s", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "t-{{$randomPassword}}"}]},
        "item": [
            item("order", &order, vec![example("made", 201, &order), example("taken", 409, &order)]),
            item("form", &form, vec![example("ok", 200, &form)]),
            item("graph", &graph, vec![example("ok", 200, &graph)]),
        ],
    })
}

const SETTINGS: &str = r#"
[variables]
trace = "tr-{{$randomAlphaNumeric}}{{$randomAlphaNumeric}}{{$randomAlphaNumeric}}"
[[case]]
match = "*::order::*"
set = { "/set" = "{{$randomFirstName}}" }
[[case]]
match = "*::graph::*"
path = { id = "{{$randomBankAccount}}" }
query = { at = "{{$timestamp}}" }
"#;

fn plan(seed: u32, typed: &[(&str, &str)]) -> SuitePlan {
    let folder = workspace(&[
        ("cases/s/s.postman_collection.json", &collection().to_string()),
        ("cases/s/suite.toml", SETTINGS),
    ]);
    let variables = typed.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let loaded = Workspace::at(folder.path()).load("s", &Inputs { variables, ..Inputs::default() }).unwrap();
    let rule = BaseRule { origin: Origin::parse("http://127.0.0.1:9").unwrap(), prefix: None };
    let options = Options {
        target: Target::Live(Some(rule)),
        selection: Selection::default(),
        allow_writes: true,
        only_safe: false,
        repeats: false,
        chance: chance(seed),
    };
    suite(&loaded, &options).unwrap()
}

/// Every request of the plan as text, and the reasons of those that are not sent.
fn texts(plan: &SuitePlan) -> Vec<String> {
    plan.cases
        .iter()
        .map(|case| match &case.action {
            Action::Send { request, .. } => {
                let headers: Vec<String> = request.headers.iter().map(|(k, v)| format!("{k}: {v}")).collect();
                let body = String::from_utf8_lossy(request.body.as_deref().unwrap_or_default());
                format!("{} {} {} {body}", request.method, request.target, headers.join("\n"))
            }
            Action::Skip(skip) => skip.reason.clone(),
        })
        .collect()
}

#[test]
fn plans_of_one_seed_are_equal_and_values_stand_everywhere() {
    let (one, again, other) = (texts(&plan(1, &[])), texts(&plan(1, &[])), texts(&plan(2, &[])));
    assert_eq!(one, again);
    let sent = [
        format!(
            r#"POST /\d+\?a={UUID}&b={UUID} (?s:.*)Bearer t-\w{{15}}(?s:.*)\{{"id":"{UUID}","n":\d+,"set":"\S+","t":"tr-\w{{3}}"\}}"#
        ),
        r"POST /form (?s:.*) mail=\S+%40(gmail|yahoo|hotmail)\.com".to_owned(),
        format!(r#"POST /graph/\d{{8}}\?at=1790363437 (?s:.*)"id": "{UUID}"(?s:.*)"#),
    ];
    for (position, form) in [(0, &sent[0]), (2, &sent[1]), (3, &sent[2])] {
        let form = Regex::new(&format!("^{form}$")).unwrap();
        assert!(form.is_match(&one[position]), "{form}\n{}", one[position]);
        assert_ne!(one[position], other[position]);
    }
    let ids: BTreeSet<&str> =
        Regex::new(UUID).unwrap().find_iter(&one[0]).map(|found| found.as_str()).collect();
    assert_eq!(ids.len(), 4, "each occurrence is drawn anew: {}", one[0]);
    assert!(plan(1, &[]).drawn);
}

#[test]
fn examples_that_differ_in_drawn_values_alone_are_twins() {
    let texts = texts(&plan(1, &[]));
    assert!(texts[1].starts_with("sends the same request as 'made' (201)"), "{}", texts[1]);
}

#[test]
fn a_variable_of_the_same_name_goes_first() {
    let texts = texts(&plan(1, &[("$guid", "mine")]));
    assert!(texts[0].contains("?a=mine&b=mine") && texts[0].contains("\"id\":\"mine\""), "{}", texts[0]);
}

/// The one-example suite with this URL: what was printed, with the JUnit file; run.json; and the
/// request lines that arrived.
fn run_with(url: &str, args: &[&str]) -> (String, Value, Vec<String>) {
    let server = Recorder::answering(answer("200 OK", "application/json", "{}"));
    let folder = workspace(&[("s.postman_collection.json", &crate::support::one_example(url, 200, "{}"))]);
    let base = server.url();
    let mut command = uphold(folder.path());
    command.args(["run", "s.postman_collection.json"]).args(args);
    if !args.contains(&"--mock") {
        command.args(["--base-url", &base]);
    }
    let ran = run(&mut command);
    let report = std::fs::read_to_string(folder.path().join("reports/run.json")).unwrap_or_default();
    let paths = server.seen().iter().map(|seen| seen.lines().next().unwrap_or_default().to_owned()).collect();
    let junit = std::fs::read_to_string(folder.path().join("reports/junit.xml")).unwrap_or_default();
    (format!("{}{}{junit}", ran.stdout, ran.stderr), serde_json::from_str(&report).unwrap_or_default(), paths)
}

#[test]
fn a_run_names_its_seed_and_is_repeated_by_it() {
    let (shown, report, first) = run_with("{{base}}/{{$guid}}", &[]);
    let seed = report["seed"].as_u64().unwrap().to_string();
    assert!(shown.contains(&format!("\nseed: {seed} (")), "{shown}");
    assert!(shown.contains(&format!("<property name=\"seed\" value=\"{seed}\"/>")), "{shown}");
    let (_, _, again) = run_with("{{base}}/{{$guid}}", &["--seed", &seed]);
    assert_eq!((first.len(), &first), (1, &again));
    let (_, _, fresh) = run_with("{{base}}/{{$guid}}", &[]);
    assert_ne!(first, fresh, "a run without --seed draws a seed of its own");
}

#[test]
fn a_run_without_dynamic_values_has_no_seed_to_tell() {
    let (shown, report, _) = run_with("{{base}}/1", &[]);
    assert!(report["seed"].is_null() && !shown.contains("seed"), "{shown}");
    let (_, report, _) = run_with("{{base}}/1", &["--seed", "4294967295"]);
    assert_eq!(report["seed"], 4_294_967_295_u64);
    let (shown, _, seen) = run_with("{{base}}/1", &["--seed=-1"]);
    assert!(shown.contains("--seed") && seen.is_empty(), "{shown}");
}

#[test]
fn an_unknown_name_is_a_cause_of_its_own_and_a_stand_in_on_the_mock() {
    let (_, report, seen) = run_with("{{base}}/{{$randomEmial}}", &[]);
    let reason = report["cases"][0]["reason"].as_str().unwrap().to_owned();
    let told = "unknown dynamic variable `{{$randomEmial}}`; did you mean `$randomEmail` (a mail address)?";
    assert!(reason.starts_with(told) && seen.is_empty(), "{reason}");
    let (_, report, _) = run_with("{{base}}/{{$randomEmial}}", &["--mock"]);
    assert_eq!(report["cases"][0]["verdict"], "passed");
    let folder = workspace(&[(
        "s.postman_collection.json",
        &crate::support::one_example("{{base}}/{{$nope}}", 200, "{}"),
    )]);
    let lint = run(uphold(folder.path()).args(["lint", "s.postman_collection.json"]));
    assert!(lint.stdout.contains("unknown dynamic variable `{{$nope}}`"), "{lint:?}");
}
