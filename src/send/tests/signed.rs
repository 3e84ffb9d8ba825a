//! Auth that needs more than one request, against a server on loopback.

use std::sync::Arc;
use std::time::UNIX_EPOCH;

use super::*;
use crate::postman::auth::Late;
use crate::postman::auth::late::Digest;
use crate::redact::Redactor;
use crate::send::testing::{Seen, answer};
use crate::send::{Job, Sender, Signing};

fn sender(signing: Signing) -> Sender {
    Sender::new(Client::new(limits()), signing)
}

fn job(server: &Server, late: Late) -> Job {
    let mut request = server.request("POST", "/a?b=c");
    request.body = Some("body".into());
    Job { late: Some(Arc::new(late)), ..job_of(request) }
}

/// Refuses until the nonce that it gave last comes; then says so.
fn challenging(nonces: &'static [&'static str]) -> impl Fn(&Seen) -> String {
    let given = std::sync::atomic::AtomicUsize::new(0);
    move |seen| {
        use std::sync::atomic::Ordering::SeqCst;
        let sent = seen.all("authorization").first().copied().unwrap_or_default().to_owned();
        let last = nonces.last().unwrap();
        if sent.contains(&format!("nonce=\"{last}\"")) {
            return answer(200, "", "in");
        }
        let number = given.fetch_add(1, SeqCst).min(nonces.len() - 1);
        let stale = if number > 0 { ", stale=true" } else { "" };
        let field = format!(
            "WWW-Authenticate: Digest realm=\"r\", nonce=\"{}\", qop=\"auth-int\"{stale}\r\n",
            nonces[number]
        );
        answer(401, &field, "out")
    }
}

#[tokio::test]
async fn a_challenge_is_answered_with_the_same_body() {
    let server = Server::answering(challenging(&["n1"])).await;
    let exchange = sender(Signing::default()).send(&job(&server, Late::Digest(digest()))).await;
    assert_eq!((exchange.result.unwrap().status, exchange.attempts), (200, 2));
    let seen = server.seen();
    assert!(seen[0].all("authorization").is_empty());
    assert!(seen[1].all("authorization")[0].contains("uri=\"/a?b=c\", qop=auth-int, nc=00000001, cnonce="));
    assert!(seen.iter().all(|seen| seen.body == b"body"));
}

#[tokio::test]
async fn a_stale_nonce_is_taken_anew_once() {
    let server = Server::answering(challenging(&["n1", "n2"])).await;
    let exchange = sender(Signing::default()).send(&job(&server, Late::Digest(digest()))).await;
    assert_eq!((exchange.result.unwrap().status, exchange.attempts), (200, 3));
    let server = Server::answering(challenging(&["n1", "n2", "n3", "n4"])).await;
    let exchange = sender(Signing::default()).send(&job(&server, Late::Digest(digest()))).await;
    assert_eq!((exchange.result.unwrap().status, exchange.attempts), (401, 3));
}

#[tokio::test]
async fn a_preset_nonce_is_used_at_once_and_no_retry_means_none() {
    let preset = Some(("r".to_owned(), "n1".to_owned()));
    let auth =
        Digest { preset, qop: Some("auth".to_owned()), nonce_count: Some("0000000a".to_owned()), ..digest() };
    let server = Server::answering(challenging(&["n1"])).await;
    let exchange = sender(Signing::default()).send(&job(&server, Late::Digest(auth))).await;
    assert_eq!((exchange.result.unwrap().status, exchange.attempts), (200, 1));
    assert!(server.seen()[0].all("authorization")[0].contains("nc=0000000a"));
    let server = Server::answering(challenging(&["n1"])).await;
    let auth = Digest { retry: false, ..digest() };
    let exchange = sender(Signing::default()).send(&job(&server, Late::Digest(auth))).await;
    assert_eq!((exchange.result.unwrap().status, exchange.attempts), (401, 1));
}

#[tokio::test]
async fn the_time_is_the_one_that_was_given() {
    let server = Server::answering(|_| answer(200, "", "")).await;
    let exchange = sender(Signing::default()).send(&job(&server, Late::AwsV4(aws()))).await;
    assert!(matches!(exchange.result, Err(SendError::Unsendable(_))), "{exchange:?}");
    let signing = Signing::new(UNIX_EPOCH + Duration::from_hours(24), Redactor::default());
    let exchange = sender(signing).send(&job(&server, Late::AwsV4(aws()))).await;
    assert_eq!(exchange.result.unwrap().status, 200);
    assert!(server.seen()[0].all("x-amz-date")[0].starts_with("19700102T0000"));
}
