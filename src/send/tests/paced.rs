//! Requests keep their pace, whatever they are sent for.

use std::sync::Arc;

use super::*;
use crate::message::{Delivery, Redirects};
use crate::postman::auth::Late;
use crate::postman::auth::late::{Ask, Grant, Put};
use crate::send::testing::{Frozen, Seen, answer};
use crate::send::{Cancel, Job, Pace, Sender, Signing, Unrun};

fn at(rate: &str) -> Pace {
    Pace::at(rate.parse().unwrap())
}

fn job(server: &Server, late: Option<Late>, pace: Pace) -> Job {
    let late = late.map(Arc::new);
    Job { late, pace, ..job_of(server.request("GET", "/")) }
}

/// How many requests have arrived after each second, the first at the beginning.
async fn arrivals(frozen: &Frozen, server: &Server, seconds: usize) -> Vec<usize> {
    let mut counts = Vec::new();
    for _ in 0..seconds {
        frozen.settle().await;
        counts.push(server.seen().len());
        // A place is a little more than a second after the one before.
        frozen.advance(ms(1_003)).await;
    }
    counts
}

fn sender(pace: &Pace, retries: u32) -> Sender {
    Sender::new(Client::new(limits()).paced(pace), Signing::default()).with_retries(retries)
}

#[tokio::test]
async fn jobs_of_a_run_and_of_a_suite_keep_the_slower_pace() {
    for (run, suite) in [("1/s", "9/s"), ("9/s", "1/s")] {
        let frozen = Frozen::time();
        let server = Server::answering(|_| answer(200, "", "")).await;
        let pace = at(suite);
        let jobs = (0..4).map(|_| job(&server, None, pace.clone())).collect();
        let mut run = sender(&at(run), 0).run(jobs, &Cancel::new(), |_, exchange| exchange.timing.total);
        assert_eq!(arrivals(&frozen, &server, 5).await, [1, 2, 3, 4, 4]);
        while let Some((_, time)) = run.next().await {
            assert!(time < ms(1_000), "the wait for a place is no time of the case: {time:?}");
        }
        tokio::time::resume();
    }
}

#[tokio::test]
async fn what_waited_for_its_turn_was_not_sent() {
    for stop in [Cancel::finish, Cancel::cancel] {
        let frozen = Frozen::time();
        let server = Server::answering(|_| answer(200, "", "")).await;
        let jobs = (0..5).map(|_| job(&server, None, Pace::default())).collect();
        let cancel = Cancel::new();
        let mut run = sender(&at("1/m"), 0).run(jobs, &cancel, |position, _| position);
        let (first, _) = run.next().await.unwrap();
        frozen.settle().await;
        stop(&cancel);
        assert_eq!(run.next().await, None);
        let waiting = (0..5).filter(|position| *position != first).collect();
        assert_eq!(run.unrun(), Unrun { waiting, abandoned: vec![] });
        assert_eq!(server.seen().len(), 1);
        tokio::time::resume();
    }
}

#[tokio::test]
async fn retries_count() {
    let frozen = Frozen::time();
    let server = Server::answering(|_| answer(503, "Retry-After: 0\r\n", "")).await;
    let _run =
        sender(&at("1/s"), 2).run(vec![job(&server, None, Pace::default())], &Cancel::new(), |_, _| ());
    assert_eq!(arrivals(&frozen, &server, 4).await, [1, 2, 3, 3]);
}

#[tokio::test]
async fn what_is_sent_once_more_on_a_new_connection_counts() {
    let frozen = Frozen::time();
    let server = Server::with(|mut conn| async move {
        if conn.request().await.is_some() {
            conn.write(answer(200, "", "")).await;
            conn.request().await;
        }
    })
    .await;
    let jobs = (0..2).map(|_| job(&server, None, Pace::default())).collect();
    let _run = sender(&at("1/s"), 0).run(jobs, &Cancel::new(), |_, _| ());
    assert_eq!(arrivals(&frozen, &server, 4).await, [1, 2, 3, 3]);
}

#[tokio::test]
async fn challenges_count() {
    let frozen = Frozen::time();
    let challenge = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n";
    let server = Server::answering(move |seen: &Seen| match seen.all("authorization").as_slice() {
        [] => answer(401, challenge, ""),
        _ => answer(200, "", ""),
    })
    .await;
    let _run = sender(&at("1/s"), 0).run(
        vec![job(&server, Some(Late::Digest(digest())), Pace::default())],
        &Cancel::new(),
        |_, _| (),
    );
    assert_eq!(arrivals(&frozen, &server, 3).await, [1, 2, 2]);
}

#[tokio::test]
async fn requests_for_tokens_count() {
    let frozen = Frozen::time();
    let server = Server::answering(|_| answer(200, "", "{\"access_token\": \"t\"}")).await;
    let ask = Ask {
        kind: "refresh_token",
        origin: server.origin(),
        target: "/token".to_owned(),
        headers: Vec::new(),
        form: Vec::new(),
    };
    let grant = Grant {
        place: "[auth.default]".to_owned(),
        is_profile: true,
        ask,
        put: Put::Header("Bearer".to_owned()),
    };
    let pace = at("1/s");
    let jobs = (0..2).map(|_| job(&server, Some(Late::Grant(grant.clone())), pace.clone())).collect();
    let _run = sender(&Pace::default(), 0).run(jobs, &Cancel::new(), |_, _| ());
    assert_eq!(arrivals(&frozen, &server, 4).await, [1, 2, 3, 3]);
    assert_eq!(server.seen()[0].line(), "POST /token");
}

#[tokio::test]
async fn redirects_count() {
    let frozen = Frozen::time();
    let server = Server::answering(|seen: &Seen| match seen.line() {
        "GET /" => answer(302, "Location: /there\r\n", ""),
        _ => answer(200, "", ""),
    })
    .await;
    let redirects = Redirects { follow: true, ..Redirects::default() };
    let delivery = Arc::new(Delivery { redirects, ..Delivery::default() });
    let job = Job { delivery, ..job(&server, None, Pace::default()) };
    let mut run = sender(&at("1/s"), 0).run(vec![job], &Cancel::new(), |_, exchange| exchange);
    assert_eq!(arrivals(&frozen, &server, 3).await, [1, 2, 2]);
    let (_, exchange) = run.next().await.unwrap();
    assert_eq!((exchange.result.unwrap().status, exchange.hops.len()), (200, 1));
    assert!(exchange.timing.total < ms(1_000), "the wait for a place is no time of the case");
}

#[tokio::test]
async fn a_redirect_that_is_sent_once_more_on_a_new_connection_is_a_retry() {
    // Redirects, and closes on the request that follows.
    let server = Server::with(|mut conn| async move {
        match conn.request().await.map(|seen| seen.line().to_owned()).as_deref() {
            Some("GET /") => {
                conn.write(answer(302, "Location: /there\r\n", "")).await;
                conn.request().await;
            }
            Some(_) => {
                conn.write(answer(200, "", "")).await;
            }
            None => {}
        }
    })
    .await;
    let redirects = Redirects { follow: true, ..Redirects::default() };
    let delivery = Arc::new(Delivery { redirects, ..Delivery::default() });
    let job = Job { delivery, ..job(&server, None, Pace::default()) };
    let exchange = sender(&Pace::default(), 0).send(&job).await;
    assert_eq!((exchange.result.unwrap().status, exchange.attempts, exchange.retries), (200, 2, 1));
}
