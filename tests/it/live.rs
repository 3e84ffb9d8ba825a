//! `uphold run` against a server that behaves like the real APIs: every case of the two suites
//! passes, and one change in the server turns the cases red that it concerns, and no other.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::fake_api::{FakeApi, Mutation, Options};
use crate::support::{Ran, project, run, uphold};

/// What a run says: exit code, and of each case (by its last part) verdict and findings.
struct Outcome {
    ran: Ran,
    cases: BTreeMap<String, (String, Vec<String>)>,
}

impl Outcome {
    /// The cases that did not pass, each with its findings that fail it.
    fn red(&self) -> Vec<(&str, Vec<&str>)> {
        let red = self.cases.iter().filter(|(_, (verdict, _))| verdict != "passed");
        red.map(|(name, (_, findings))| (name.as_str(), findings.iter().map(String::as_str).collect()))
            .collect()
    }
}

fn run_suite(suite: &str, options: Options) -> Outcome {
    let email = options.zendesk_email.clone();
    let token = options.zendesk_token.clone();
    let api = FakeApi::start(options);
    let reports = tempfile::tempdir().unwrap();
    let json = reports.path().join("run.json");
    let mut command = uphold(&project());
    command.envs([
        ("ZOHO_TOKEN", api.valid_token()),
        ("ZOHO_NARROW_TOKEN", api.narrow_token()),
        ("ZOHO_ROLE_ID", "738964000000026008"),
        ("ZOHO_PROFILE_ID", "738964000000026014"),
        ("ZOHO_TERRITORY_NORTH_ID", "738964000002030001"),
        ("ZOHO_TERRITORY_SOUTH_ID", "738964000002030002"),
        ("ZENDESK_EMAIL", &email),
        ("ZENDESK_API_TOKEN", &token),
    ]);
    command.args([
        "run",
        suite,
        "--base-url",
        &api.base_url(),
        "--report",
        &format!("json={}", json.display()),
    ]);
    let ran = run(&mut command);
    let report: Value = serde_json::from_str(&std::fs::read_to_string(json).unwrap()).unwrap();
    let cases = report["cases"].as_array().unwrap().iter().map(case).collect();
    Outcome { ran, cases }
}

fn case(case: &Value) -> (String, (String, Vec<String>)) {
    let id = case["id"].as_str().unwrap();
    let breaking = case["findings"].as_array().unwrap().iter().filter(|f| f["severity"] == "breaking");
    let findings = breaking.map(|f| format!("{} {}", f["id"].as_str().unwrap(), f["at"].as_str().unwrap()));
    let name = id.rsplit("::").next().unwrap().to_owned();
    (name, (case["verdict"].as_str().unwrap().to_owned(), findings.collect()))
}

#[test]
fn every_case_passes_on_servers_that_behave_as_documented() {
    for (suite, count) in [("zoho-crm", 11), ("zendesk-support", 1)] {
        let outcome = run_suite(suite, Options::default());
        assert_eq!((outcome.red(), outcome.cases.len(), outcome.ran.code), (Vec::new(), count, 0), "{suite}");
    }
}

#[test]
fn one_change_turns_exactly_its_case_red() {
    const MESSAGE: &str = "/users/*/message";
    for (mutation, on, case, finding) in [
        (Mutation::Status, "SUCCESS", "success_response", "status.changed "),
        (Mutation::Status, "INVALID_REQUEST_METHOD", "invalid_request_method", "status.changed "),
        (Mutation::Status, "AUTHENTICATION_FAILURE", "authentication_failure", "status.changed "),
        (Mutation::Code, "DUPLICATE_DATA", "duplicate_data", "error.code_changed /users/*/code"),
        (Mutation::Code, "OAUTH_SCOPE_MISMATCH", "oauth_scope_mismatch", "error.code_changed /code"),
        (Mutation::FieldGone, "INVALID_DATA", "invalid_data", &format!("body.field.removed {MESSAGE}")),
        (Mutation::TypeChanged, "SUCCESS", "success_response", &format!("body.type.changed {MESSAGE}")),
        (
            Mutation::NullAppeared,
            "ID_ALREADY_ACTIVE",
            "id_already_active",
            &format!("body.null.appeared {MESSAGE}"),
        ),
        (Mutation::MediaType, "SUCCESS", "success_response", "media_type.changed header:content-type"),
        (Mutation::HeaderGone, "SUCCESS", "success_response", "header.missing header:content-disposition"),
        (
            Mutation::SuccessInsteadOfError,
            "CANNOT_UPDATE_DELETED_USER",
            "cannot_update_deleted_user",
            "outcome.error_became_success /users/*/code",
        ),
        (
            Mutation::ErrorInsteadOfSuccess,
            "SUCCESS",
            "success_response",
            "outcome.success_became_error /users/*/code",
        ),
    ] {
        let outcome = run_suite("zoho-crm", Options::with(mutation, on));
        assert_eq!(outcome.red(), [(case, vec![finding])], "{mutation:?} on {on}:\n{}", outcome.ran.stdout);
        assert_eq!(outcome.ran.code, 1);
    }
}

/// Its example holds placeholders alone: they allow null, and say that a field may be absent.
#[test]
fn a_change_of_the_job_status_turns_its_case_red() {
    for (mutation, findings) in [
        (Mutation::Status, vec!["status.changed "]),
        (Mutation::TypeChanged, vec!["body.type.changed /job_status/message"]),
        (Mutation::HeaderGone, vec!["media_type.changed header:content-type"]),
        (
            Mutation::ErrorInsteadOfSuccess,
            vec!["status.class_changed ", "outcome.success_became_error /error"],
        ),
    ] {
        let outcome = run_suite("zendesk-support", Options::with(mutation, "JOB_STATUS"));
        assert_eq!(outcome.red(), [("success_response", findings)], "{mutation:?}:\n{}", outcome.ran.stdout);
    }
}
