//! Grants of OAuth 2 against a token endpoint on loopback: fetched once, renewed in time, and one
//! clear error where they fail.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};

use serde_json::{Value, json};

use crate::support::{Ran, Recorder, answer, run, uphold, workspace};

const COLLECTION: &str = "cases/shop/shop.postman_collection.json";
const SCHEMA: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

/// A collection of GET items, the last one of them without auth.
fn collection(items: usize) -> Value {
    let item = |number: usize| {
        let url = format!("{{{{base}}}}/orders/{number}");
        let mut item = json!({
            "name": format!("Get {number}"),
            "request": {"method": "GET", "url": url},
            "response": [{
                "name": "OK",
                "originalRequest": {"method": "GET", "url": url},
                "code": 200,
                "header": [{"key": "Content-Type", "value": "application/json"}],
                "body": "{\"id\": 1}",
            }],
        });
        if number + 1 == items {
            item["request"]["auth"] = json!({"type": "noauth"});
        }
        item
    };
    json!({"info": {"name": "Shop", "schema": SCHEMA}, "item": (0..items).map(item).collect::<Vec<_>>()})
}

fn settings(token_url: &str) -> String {
    format!(
        "[auth.default]\ntype = \"oauth2\"\ngrant = \"refresh_token\"\ntoken_url = \"{token_url}/oauth/v2/token\"\n\
         client_id = \"1000.client\"\nclient_secret = \"${{CLIENT_SECRET}}\"\nrefresh_token = \"${{REFRESH_TOKEN}}\"\n\
         header_prefix = \"Zoho-oauthtoken\"\n"
    )
}

fn ok() -> Vec<u8> {
    answer("200 OK", "application/json", "{\"id\": 2}")
}

fn granted(token: &str, expires_in: i64) -> Vec<u8> {
    let body = json!({"access_token": token, "expires_in": expires_in, "token_type": "Bearer"});
    answer("200 OK", "application/json", &body.to_string())
}

/// Answers the first request by the first of these, and so on; the last one stays.
fn in_turn(answers: Vec<Vec<u8>>) -> impl Fn(&str) -> Vec<u8> {
    let asked = AtomicUsize::new(0);
    move |_| answers[asked.fetch_add(1, SeqCst).min(answers.len() - 1)].clone()
}

struct Shop {
    ran: Ran,
    report: Value,
    outputs: String,
}

impl Shop {
    /// Runs so many items with the profile that [`settings`] gives.
    fn run(api: &Recorder, tokens: &Recorder, items: usize, jobs: &str) -> Self {
        let folder = workspace(&[
            (COLLECTION, &collection(items).to_string()),
            ("cases/shop/suite.toml", &settings(&tokens.url())),
        ]);
        Self::run_in(folder.path(), api, jobs)
    }

    fn run_in(folder: &Path, api: &Recorder, jobs: &str) -> Self {
        let ran = run(uphold(folder)
            .env("CLIENT_SECRET", "client-s3cr3t")
            .env("REFRESH_TOKEN", "1000.refresh-s3cr3t")
            .args(["run", "--base-url", &api.url(), "--jobs", jobs]));
        let report =
            fs::read_to_string(folder.join("reports/run.json")).unwrap_or_else(|_| panic!("{ran:?}"));
        let junit = fs::read_to_string(folder.join("reports/junit.xml")).unwrap();
        let outputs = format!("{}{}{report}{junit}", ran.stdout, ran.stderr);
        for secret in ["client-s3cr3t", "1000.refresh-s3cr3t"] {
            assert!(!outputs.contains(secret), "{secret} in {outputs}");
        }
        Self { report: serde_json::from_str(&report).unwrap(), ran, outputs }
    }

    fn summary(&self) -> [u64; 4] {
        ["passed", "failed", "errored", "skipped"].map(|name| self.report["summary"][name].as_u64().unwrap())
    }
}

/// The values of `Authorization` that arrived, in order; empty where there was none.
fn credentials(server: &Recorder) -> Vec<String> {
    let field = |request: &String| {
        let line = request.lines().find_map(|line| line.strip_prefix("authorization: "));
        line.unwrap_or_default().to_owned()
    };
    server.seen().iter().map(field).collect()
}

#[test]
fn sixteen_jobs_that_wait_for_a_slow_endpoint_make_one_grant() {
    // The endpoint answers when the case without auth has arrived: it is the last of the list, so
    // all the others have started by then.
    let gate = Arc::new((Mutex::new(false), Condvar::new()));
    let opened = Arc::clone(&gate);
    let tokens = Recorder::with(move |_| {
        let mut open = gate.0.lock().unwrap();
        while !*open {
            open = gate.1.wait(open).unwrap();
        }
        granted("1000.access-A", 3600)
    });
    let api = Recorder::with(move |request| {
        if !request.contains("authorization: ") {
            *opened.0.lock().unwrap() = true;
            opened.1.notify_all();
        }
        ok()
    });
    let shop = Shop::run(&api, &tokens, 17, "17");
    assert_eq!((shop.ran.code, shop.summary()), (0, [17, 0, 0, 0]), "{:?}", shop.ran);
    let asked = tokens.seen();
    assert_eq!(asked.len(), 1);
    assert!(asked[0].starts_with("POST /oauth/v2/token HTTP/1.1\r\n"), "{}", asked[0]);
    assert!(asked[0].ends_with("grant_type=refresh_token&refresh_token=1000.refresh-s3cr3t&client_id=1000.client&client_secret=client-s3cr3t"), "{}", asked[0]);
    let with = credentials(&api).into_iter().filter(|value| value == "Zoho-oauthtoken 1000.access-A").count();
    assert_eq!(with, 16);
}

#[test]
fn a_token_that_runs_out_is_renewed_in_mid_run() {
    let tokens = Recorder::with(in_turn(vec![granted("access-A", 0), granted("access-B", 3600)]));
    let api = Recorder::answering(ok());
    let shop = Shop::run(&api, &tokens, 4, "1");
    assert_eq!((shop.ran.code, tokens.seen().len()), (0, 2), "{:?}", shop.ran);
    let all = ["access-A", "access-B", "access-B"].map(|token| format!("Zoho-oauthtoken {token}"));
    assert_eq!(credentials(&api), [&all[..], &[String::new()]].concat());
}

#[test]
fn a_refused_token_is_renewed_once_and_no_more() {
    let refusal = || answer("401 Unauthorized", "application/json", "{\"code\": \"INVALID_TOKEN\"}");
    let tokens = Recorder::with(in_turn(vec![granted("access-A", 3600), granted("access-B", 3600)]));
    let api = Recorder::with(move |request| if request.contains("access-A") { refusal() } else { ok() });
    let shop = Shop::run(&api, &tokens, 3, "1");
    assert_eq!((shop.ran.code, tokens.seen().len()), (0, 2), "{:?}", shop.ran);
    assert_eq!(shop.report["cases"][0]["attempts"], 2);
    assert_eq!(shop.report["cases"][1]["attempts"], 1);

    let tokens = Recorder::with(in_turn(vec![granted("access-A", 3600), granted("access-B", 3600)]));
    let api = Recorder::with(move |request| if request.contains("authorization") { refusal() } else { ok() });
    let shop = Shop::run(&api, &tokens, 5, "4");
    assert_eq!((shop.ran.code, shop.summary()), (3, [1, 0, 4, 0]), "{:?}", shop.ran);
    assert_eq!(tokens.seen().len(), 2, "one renewal, not one for each case");
}

#[test]
fn a_refresh_token_that_is_revoked_in_mid_run_is_one_error() {
    let revoked = json!({"error": "invalid_grant", "error_description": "the refresh token was revoked"});
    let revoked = answer("400 Bad Request", "application/json", &revoked.to_string());
    let tokens = Recorder::with(in_turn(vec![granted("access-A", 0), revoked]));
    let api = Recorder::answering(ok());
    let shop = Shop::run(&api, &tokens, 6, "1");
    assert_eq!((shop.ran.code, shop.summary()), (3, [2, 0, 4, 0]), "{:?}", shop.ran);
    assert_eq!(tokens.seen().len(), 2, "a grant that failed is not tried again");
    assert_eq!(shop.ran.stdout.matches("the refresh token was revoked").count(), 1, "{}", shop.ran.stdout);
    let error = shop.report["errors"][0].as_str().unwrap();
    let expected = format!(
        "[auth.default]: the refresh_token grant at {} gave no token: status 400 invalid_grant: the refresh token was revoked",
        tokens.url().trim_start_matches("http://")
    );
    assert_eq!((error, shop.report["errors"].as_array().unwrap().len()), (expected.as_str(), 1));
    let reason = shop.report["cases"][1]["reason"].as_str().unwrap();
    assert_eq!(
        reason,
        "no access token: the grant of [auth.default] failed (invalid_grant); the end of the run says more"
    );
    assert_eq!(shop.report["cases"][1]["findings"][0]["id"], "env.auth");
}

#[test]
fn an_error_inside_of_200_is_one() {
    let tokens = Recorder::answering(answer("200 OK", "application/json", "{\"error\": \"invalid_code\"}"));
    let api = Recorder::answering(ok());
    let shop = Shop::run(&api, &tokens, 4, "4");
    assert_eq!((shop.ran.code, shop.summary()), (3, [1, 0, 3, 0]), "{:?}", shop.ran);
    assert_eq!((tokens.seen().len(), api.seen().len()), (1, 1), "nothing is sent without a token");
    assert_eq!(shop.ran.stdout.matches("status 200 invalid_code").count(), 1, "{}", shop.ran.stdout);
}

#[test]
fn no_token_appears_in_any_output_though_both_servers_echo_it() {
    let echo = json!({"id": "1000.access/A+1", "note": "Zoho-oauthtoken 1000.access/A+1"}).to_string();
    let body = json!({"access_token": "1000.access/A+1", "refresh_token": "1000.other/R+2", "expires_in": 0});
    let denied = json!({"error": "denied", "error_description": "1000.access/A+1 and 1000.other/R+2"});
    let tokens = Recorder::with(in_turn(vec![
        answer("200 OK", "application/json", &body.to_string()),
        answer("400 Bad Request", "application/json", &denied.to_string()),
    ]));
    let api = Recorder::answering(answer("200 OK", "application/json", &echo));
    let shop = Shop::run(&api, &tokens, 3, "1");
    assert_eq!((shop.ran.code, shop.summary()), (1, [0, 2, 1, 0]), "{:?}", shop.ran);
    assert!(credentials(&api)[0].contains("1000.access/A+1"), "it was sent");
    for part in ["access/A", "other/R", "access%2FA", "A+1", "R+2"] {
        assert!(!shop.outputs.contains(part), "{part} in {}", shop.outputs);
    }
    assert!(tokens.seen()[1].contains("refresh_token=1000.other%2FR%2B2&"), "the newer one is used");
    assert!(shop.ran.stdout.contains("note: [auth.default]: "), "{}", shop.ran.stdout);
}

#[test]
fn a_grant_without_its_environment_is_skipped_with_the_cause() {
    let tokens = Recorder::answering(granted("access-A", 3600));
    let api = Recorder::answering(ok());
    let folder = workspace(&[
        (COLLECTION, &collection(2).to_string()),
        ("cases/shop/suite.toml", &settings(&tokens.url())),
    ]);
    let ran = run(uphold(folder.path()).args(["run", "--base-url", &api.url()]));
    assert_eq!((ran.code, tokens.seen().len(), api.seen().len()), (0, 0, 1), "{ran:?}");
    assert!(ran.stdout.contains("`CLIENT_SECRET` is not set in the environment"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("nor is"), "there is no token beside it: {}", ran.stdout);
    let both = settings(&tokens.url()).replace("grant =", "access_token = \"${STORED_TOKEN}\"\ngrant =");
    let beside = workspace(&[(COLLECTION, &collection(2).to_string()), ("cases/shop/suite.toml", &both)]);
    let listed = run(uphold(beside.path()).args(["list", "--base-url", &api.url()]));
    let said =
        "`REFRESH_TOKEN` is not set in the environment, nor is `STORED_TOKEN`, the token that would do";
    assert!(listed.stdout.contains(said), "{}", listed.stdout);
    let on_the_mock = run(uphold(folder.path()).args(["run", "--mock"]));
    assert_eq!((on_the_mock.code, tokens.seen().len()), (0, 0), "{on_the_mock:?}");
}

#[test]
fn the_collections_own_token_url_is_asked_only_where_its_host_is_named() {
    let tokens = Recorder::answering(granted("access-A", 3600));
    let api = Recorder::answering(ok());
    let mut saved = collection(2);
    let param = |key: &str, value: &str| json!({"key": key, "value": value});
    saved["auth"] = json!({"type": "oauth2", "oauth2": [
        param("grant_type", "client_credentials"),
        param("accessTokenUrl", &format!("{}/t", tokens.url())),
        param("clientId", "id"),
        param("clientSecret", "client-s3cr3t"),
    ]});
    let folder = workspace(&[(COLLECTION, &saved.to_string())]);
    let shop = Shop::run_in(folder.path(), &api, "2");
    assert_eq!((shop.summary(), tokens.seen().len()), ([1, 0, 0, 1], 0), "{:?}", shop.ran);
    assert!(
        shop.ran.stdout.contains("`[target] hosts`") || shop.ran.stdout.contains("[target] hosts"),
        "{}",
        shop.ran.stdout
    );

    let named = format!("[target]\nhosts = {{ \"{0}\" = \"{0}\" }}\n", tokens.url());
    let folder = workspace(&[(COLLECTION, &saved.to_string()), ("cases/shop/suite.toml", &named)]);
    let shop = Shop::run_in(folder.path(), &api, "2");
    assert_eq!((shop.ran.code, shop.summary(), tokens.seen().len()), (0, [2, 0, 0, 0], 1), "{:?}", shop.ran);
    // `id:client-s3cr3t`
    assert!(
        tokens.seen()[0].contains("authorization: Basic aWQ6Y2xpZW50LXMzY3IzdA=="),
        "{}",
        tokens.seen()[0]
    );

    saved["auth"]["oauth2"][0]["value"] = "authorization_code".into();
    let folder = workspace(&[(COLLECTION, &saved.to_string())]);
    let listed = run(uphold(folder.path()).args(["list", "--base-url", &api.url()]));
    assert!(listed.stdout.contains("the grant `authorization_code` needs a browser"), "{}", listed.stdout);
}
