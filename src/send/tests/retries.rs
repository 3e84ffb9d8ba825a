//! What is tried again, how often, and how long is waited between.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::UNIX_EPOCH;

use super::*;
use crate::postman::auth::Late;
use crate::redact::Redactor;
use crate::send::testing::{Frozen, answer};
use crate::send::{Cancel, Job, Sender, Signing, Unrun};

fn job(server: &Server, method: &str, expected: u16) -> Job {
    Job { expected, ..job_of(server.request(method, "/")) }
}

fn sender(retries: u32) -> Sender {
    Sender::new(Client::new(limits()), Signing::default()).with_retries(retries)
}

/// Gives these answers one after another, the last one for ever; an empty one closes the connection.
async fn in_turn(answers: Vec<String>) -> Server {
    let (answers, next) = (Arc::new(answers), Arc::new(AtomicUsize::new(0)));
    Server::with(move |mut conn| {
        let (answers, next) = (Arc::clone(&answers), Arc::clone(&next));
        async move {
            while conn.request().await.is_some() {
                let number = next.fetch_add(1, SeqCst).min(answers.len() - 1);
                if answers[number].is_empty() {
                    return;
                }
                conn.write(&answers[number]).await;
            }
        }
    })
    .await
}

fn at_once(status: u16) -> String {
    answer(status, "Retry-After: 0\r\n", "")
}

#[tokio::test]
async fn a_status_that_is_not_expected_is_tried_again_as_often_as_asked() {
    for (answers, expected, retries, outcome) in [
        // Answers, expected status, retries, then: status, attempts, retries made.
        (vec![at_once(503), at_once(429), at_once(200)], 200, 2, (200, 3, 2)),
        (vec![at_once(502), at_once(200)], 200, 5, (200, 2, 1)),
        (vec![at_once(503)], 200, 3, (503, 4, 3)),
        (vec![at_once(503), at_once(200)], 200, 0, (503, 1, 0)),
        (vec![at_once(503), at_once(200)], 503, 3, (503, 1, 0)),
        (vec![at_once(504), at_once(503)], 503, 3, (503, 2, 1)),
        (vec![at_once(500), at_once(200)], 200, 3, (500, 1, 0)),
        (vec![at_once(404), at_once(200)], 200, 3, (404, 1, 0)),
    ] {
        let server = in_turn(answers).await;
        let exchange = sender(retries).send(&job(&server, "GET", expected)).await;
        let got = (exchange.result.unwrap().status, exchange.attempts, exchange.retries);
        assert_eq!(got, outcome);
        assert_eq!(server.seen().len(), usize::try_from(outcome.1).unwrap());
    }
}

#[tokio::test]
async fn only_reading_methods_are_tried_again() {
    for (method, attempts) in [
        ("GET", 2),
        ("HEAD", 2),
        ("OPTIONS", 2),
        ("PUT", 1),
        ("DELETE", 1),
        ("POST", 1),
        ("PATCH", 1),
        ("TRACE", 1),
    ] {
        let server = in_turn(vec![at_once(503), at_once(200)]).await;
        let exchange = sender(3).send(&job(&server, method, 200)).await;
        assert_eq!((exchange.attempts, server.seen().len()), (attempts, attempts as usize), "{method}");
    }
}

#[tokio::test]
async fn without_retry_after_the_wait_doubles_and_each_try_has_its_whole_time() {
    let frozen = Frozen::time();
    // Closed, then a broken answer, then one that never comes, then a good one.
    let server = in_turn(vec![
        String::new(),
        "nonsense\r\n\r\n".into(),
        "HTTP/1.1 100 X\r\n\r\n".into(),
        at_once(200),
    ])
    .await;
    let limits = Limits { total: ms(9_000), idle: ms(9_000), ..limits() };
    let sender = Sender::new(Client::new(limits), Signing::default()).with_retries(3);
    let job = job(&server, "GET", 200);
    let sent = tokio::spawn(async move { sender.send(&job).await });
    let until = async |count: usize| {
        while server.seen().len() < count {
            tokio::task::yield_now().await;
        }
        frozen.settle().await;
    };
    until(1).await;
    frozen.advance(ms(249)).await;
    assert_eq!(server.seen().len(), 1, "the first wait is a quarter of a second at least");
    frozen.advance(ms(252)).await;
    until(2).await;
    frozen.advance(ms(499)).await;
    assert_eq!(server.seen().len(), 2);
    frozen.advance(ms(502)).await;
    until(3).await;
    // Eleven seconds have gone by; of the third try nine.
    frozen.advance(ms(8_990)).await;
    assert!(!sent.is_finished());
    frozen.advance(ms(12)).await;
    frozen.advance(ms(2_001)).await;
    until(4).await;
    let exchange = sent.await.unwrap();
    assert_eq!((exchange.result.unwrap().status, exchange.attempts, exchange.retries), (200, 4, 3));
    assert!(exchange.timing.total >= ms(9_000) && exchange.timing.total < ms(9_100), "without the waits");
}

#[tokio::test]
async fn retry_after_is_waited_for_to_the_second_and_to_the_date() {
    let dated = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:49:49 GMT\r\n";
    for fields in ["Retry-After: 12\r\n", dated] {
        let frozen = Frozen::time();
        let server = in_turn(vec![answer(429, fields, ""), at_once(200)]).await;
        let (sender, job) = (sender(1), job(&server, "GET", 200));
        let sent = tokio::spawn(async move { sender.send(&job).await });
        while server.seen().is_empty() {
            tokio::task::yield_now().await;
        }
        frozen.settle().await;
        frozen.advance(ms(11_990)).await;
        assert_eq!(server.seen().len(), 1, "{fields}");
        frozen.advance(ms(12)).await;
        assert_eq!(sent.await.unwrap().result.unwrap().status, 200);
        assert_eq!(server.seen().len(), 2, "{fields}");
        tokio::time::resume();
    }
}

#[tokio::test]
async fn what_takes_too_long_is_not_waited_for_and_said() {
    let server =
        in_turn(vec![answer(503, "Retry-After: 31\r\n", ""), answer(503, "Retry-After: 3600\r\n", "")]).await;
    let (sender, job) = (sender(5), job(&server, "GET", 200));
    for _ in 0..2 {
        let exchange = sender.send(&job).await;
        assert_eq!((exchange.result.unwrap().status, exchange.attempts), (503, 1));
    }
    let expected = format!(
        "2 cases were not tried again: {} asks to wait 3600 s (Retry-After), and no more than 30 s are waited",
        server.origin()
    );
    assert_eq!(sender.notes(), [expected]);
    let never = self::sender(0);
    never.send(&job).await;
    assert_eq!(never.notes(), Vec::<String>::new(), "nobody asked for retries");
}

#[tokio::test]
async fn an_interrupt_ends_the_wait_at_once() {
    let _frozen = Frozen::time();
    for stop in [Cancel::finish, Cancel::cancel] {
        let server = in_turn(vec![answer(503, "Retry-After: 30\r\n", "")]).await;
        let cancel = Cancel::new();
        let mut run = sender(1).run(vec![job(&server, "GET", 200)], &cancel, |_, exchange| exchange.attempts);
        while server.seen().is_empty() {
            tokio::task::yield_now().await;
        }
        stop(&cancel);
        assert_eq!(run.next().await, None);
        assert_eq!(run.unrun(), Unrun { waiting: vec![], abandoned: vec![0] });
    }
}

#[tokio::test]
async fn every_try_is_signed_anew() {
    let frozen = Frozen::time();
    let server = in_turn(vec![answer(503, "Retry-After: 5\r\n", ""), at_once(200)]).await;
    let signing = Signing::new(UNIX_EPOCH, Redactor::default());
    let sender = Sender::new(Client::new(limits()), signing).with_retries(1);
    let job = Job { late: Some(Arc::new(Late::AwsV4(aws()))), ..job(&server, "GET", 200) };
    let sent = tokio::spawn(async move { sender.send(&job).await });
    while server.seen().is_empty() {
        tokio::task::yield_now().await;
    }
    frozen.settle().await;
    frozen.advance(ms(5_001)).await;
    assert_eq!(sent.await.unwrap().attempts, 2);
    let dates: Vec<String> = server.seen().iter().map(|seen| seen.all("x-amz-date").concat()).collect();
    assert_eq!(dates, ["19700101T000000Z", "19700101T000005Z"]);
}
