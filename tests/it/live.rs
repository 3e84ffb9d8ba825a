//! The suites of `cases/` against a server that behaves like Zoho's and Zendesk's endpoints: all of
//! them pass, and after one change in its answers exactly the cases that meet it fail, each with
//! the finding that says what changed.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::fake_api::{FakeApi, Mutation, Options};
use crate::support::{Recorder, answer, copy_of_the_project, run, uphold};

/// What came of a run: exit code, and for each case the verdict with its findings at the levels
/// that fail, `id at`.
struct Live {
    code: i32,
    cases: BTreeMap<String, (String, Vec<String>)>,
    stdout: String,
}

impl Live {
    /// The cases that did not pass, by the last part of their id, with their findings.
    fn red(&self) -> BTreeMap<&str, Vec<&str>> {
        let example = |id: &'_ str| id.rfind("::").map_or(0, |at| at + 2);
        self.cases
            .iter()
            .filter(|(_, (verdict, _))| verdict != "passed")
            .map(|(id, (_, findings))| (&id[example(id)..], findings.iter().map(String::as_str).collect()))
            .collect()
    }
}

fn live(options: &Options) -> (Live, FakeApi) {
    let api = FakeApi::start(options.clone());
    let folder = copy_of_the_project();
    let mut command = uphold(folder.path());
    command.envs([
        ("ZOHO_TOKEN", options.zoho_token.as_str()),
        ("ZOHO_NARROW_TOKEN", &options.zoho_narrow_token),
        ("ZOHO_ROLE_ID", "738964000000026005"),
        ("ZOHO_PROFILE_ID", "738964000000026011"),
        ("ZOHO_TERRITORY_NORTH_ID", "738964000000305001"),
        ("ZOHO_TERRITORY_SOUTH_ID", "738964000000305002"),
        ("ZENDESK_EMAIL", &options.zendesk_email),
        ("ZENDESK_API_TOKEN", &options.zendesk_token),
    ]);
    let urls = ["zoho-crm", "zendesk-support"].map(|suite| format!("{suite}={}", api.base_url()));
    let args = ["run", "zoho-crm", "zendesk-support", "--base-url", &urls[0], "--base-url", &urls[1]];
    let ran = run(command.args(args));
    let report =
        fs::read_to_string(folder.path().join("reports/run.json")).unwrap_or_else(|_| panic!("{ran:?}"));
    let report: Value = serde_json::from_str(&report).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let cases = report["cases"].as_array().unwrap().iter().map(|case| {
        let findings = case["findings"].as_array().unwrap().iter();
        let failing =
            findings.filter(|finding| ["breaking", "env"].contains(&finding["severity"].as_str().unwrap()));
        let named = failing
            .map(|finding| format!("{} {}", text(&finding["id"]), text(&finding["at"])).trim().to_owned());
        (text(&case["id"]), (text(&case["verdict"]), named.collect()))
    });
    (Live { code: ran.code, cases: cases.collect(), stdout: ran.stdout }, api)
}

#[test]
fn every_case_passes_against_an_api_that_keeps_its_word() {
    let (live, api) = live(&Options::default());
    assert_eq!((live.code, live.red()), (0, BTreeMap::new()), "{}", live.stdout);
    assert_eq!(live.cases.len(), 12);
    assert_eq!(api.requests().len(), 13, "one case is prepared by a request before it");
    let credentials: Vec<Option<String>> =
        api.requests().iter().map(|seen| seen.header("authorization").map(str::to_owned)).collect();
    let none = credentials.iter().filter(|value| value.is_none()).count();
    let narrow = credentials.iter().flatten().filter(|value| value.contains("narrow")).count();
    assert_eq!((none, narrow), (1, 1), "one case without auth, one with the narrow profile");
    assert!(api.requests().iter().any(|seen| seen.method == "COPY"));
}

/// As a nightly job lives: no token in the environment, but what fetches one.
#[test]
fn a_token_is_fetched_for_the_whole_suite_where_none_is_given() {
    let options = Options::default();
    let api = FakeApi::start(options.clone());
    let granted = format!("{{\"access_token\": \"{}\", \"expires_in\": 3600}}", options.zoho_token);
    let tokens = Recorder::answering(answer("200 OK", "application/json", &granted));
    let folder = copy_of_the_project();
    let file = folder.path().join("cases/zoho-crm/suite.toml");
    let settings = fs::read_to_string(&file).unwrap();
    let settings = settings.replace("https://accounts.zoho.com", &tokens.url());
    fs::write(&file, settings).unwrap();
    let secrets = ["1000.id", "s3cr3t-of-client", "1000.refresh"];
    let mut command = uphold(folder.path());
    command.envs(["ZOHO_CLIENT_ID", "ZOHO_CLIENT_SECRET", "ZOHO_REFRESH_TOKEN"].into_iter().zip(secrets));
    let ran = run(command.args(["run", "zoho-crm", "--base-url", &api.base_url()]));
    assert_eq!(ran.code, 0, "{ran:?}");
    // The scope example needs a profile of its own.
    assert!(ran.stdout.contains("10 passed, 0 failed, 0 errored, 1 skipped"), "{}", ran.stdout);
    assert_eq!(tokens.seen().len(), 1);
    assert!(!ran.stdout.contains(&options.zoho_token), "{}", ran.stdout);
}

#[test]
fn a_refused_token_is_no_drift() {
    let wrong = Options { zoho_token: "1000.revoked".to_owned(), ..Options::default() };
    let api = FakeApi::start(Options::default());
    let folder = copy_of_the_project();
    let ran = run(uphold(folder.path()).env("ZOHO_TOKEN", &wrong.zoho_token).args([
        "run",
        "zoho-crm",
        "--filter",
        "*::mandatory_not_found",
        "--base-url",
        &api.base_url(),
    ]));
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stdout.contains("env.auth"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("1000.revoked"), "{}", ran.stdout);
}

/// One change in the answers of one kind, and every case that must fail for it with its findings.
#[track_caller]
fn turns_red(mutation: Mutation, on: &'static str, expected: &[(&str, &[&str])]) {
    let (live, _api) = live(&Options::with(mutation, on));
    let expected: BTreeMap<&str, Vec<&str>> =
        expected.iter().map(|(case, findings)| (*case, findings.to_vec())).collect();
    assert_eq!(live.red(), expected, "{mutation:?} on {on}:\n{}", live.stdout);
    assert_eq!(live.code, 1, "{}", live.stdout);
}

#[test]
fn another_status() {
    turns_red(Mutation::Status, "SUCCESS", &[("success_response", &["status.changed"])]);
    turns_red(Mutation::Status, "INVALID_REQUEST_METHOD", &[("invalid_request_method", &["status.changed"])]);
    turns_red(Mutation::Status, "JOB_STATUS", &[("success_response", &["status.changed"])]);
}

#[test]
fn another_code() {
    turns_red(
        Mutation::Code,
        "DUPLICATE_DATA",
        &[
            ("duplicate_data", &["error.code_changed /users/*/code"]),
            // The refusal of the address is what names the deactivated user.
            ("id_already_deactivated", &["setup.failed step:zoho_crm::users::update_user::duplicate_data"]),
        ],
    );
    turns_red(
        Mutation::Code,
        "AUTHENTICATION_FAILURE",
        &[("authentication_failure", &["error.code_changed /code"])],
    );
    turns_red(Mutation::Code, "SUCCESS", &[("success_response", &["error.code_changed /users/*/code"])]);
}

#[test]
fn a_field_gone() {
    turns_red(
        Mutation::FieldGone,
        "MANDATORY_NOT_FOUND",
        &[("mandatory_not_found", &["body.field.removed /users/*/message"])],
    );
    turns_red(
        Mutation::FieldGone,
        "OAUTH_SCOPE_MISMATCH",
        &[("oauth_scope_mismatch", &["body.field.removed /message"])],
    );
}

#[test]
fn another_type_and_null() {
    turns_red(
        Mutation::TypeChanged,
        "INVALID_DATA",
        &[("invalid_data", &["body.type.changed /users/*/message"])],
    );
    turns_red(
        Mutation::NullAppeared,
        "ID_ALREADY_ACTIVE",
        &[("id_already_active", &["body.null.appeared /users/*/message"])],
    );
    turns_red(
        Mutation::TypeChanged,
        "JOB_STATUS",
        &[("success_response", &["body.type.changed /job_status/message"])],
    );
}

#[test]
fn another_media_type() {
    turns_red(
        Mutation::MediaType,
        "ID_ALREADY_DEACTIVATED",
        &[("id_already_deactivated", &["media_type.changed header:content-type"])],
    );
}

#[test]
fn a_header_gone() {
    turns_red(
        Mutation::HeaderGone,
        "EMAIL_UPDATE_NOT_ALOWED",
        &[("email_update_not_allowed", &["header.missing header:content-disposition"])],
    );
}

#[test]
fn success_instead_of_an_error_and_the_other_way_round() {
    turns_red(
        Mutation::SuccessInsteadOfError,
        "CANNOT_UPDATE_DELETED_USER",
        &[("cannot_update_deleted_user", &["outcome.error_became_success /users/*/code"])],
    );
    turns_red(
        Mutation::ErrorInsteadOfSuccess,
        "SUCCESS",
        &[("success_response", &["outcome.success_became_error /users/*/code"])],
    );
}
