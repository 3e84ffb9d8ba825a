//! Kept connections that the server closes.

use super::*;
use crate::send::testing::{Conn, answer};
use crate::send::{Cancel, Sender, Signing};

/// Answers one request of each connection, reads the next one and closes without a word, or in the
/// middle of the first line, or with RST.
async fn one_each(mut conn: Conn, how: &'static str) {
    if conn.request().await.is_none() {
        return;
    }
    conn.write(answer(200, "", "")).await;
    if conn.request().await.is_none() {
        return;
    }
    match how {
        "reset" => conn.reset(),
        "word" => {
            conn.write("HTTP/1.1 2").await;
        }
        _ => {}
    }
}

#[tokio::test]
async fn an_idempotent_request_is_sent_once_more_hundreds_of_times() {
    for (method, how) in [
        ("GET", ""),
        ("HEAD", ""),
        ("OPTIONS", ""),
        ("PUT", ""),
        ("DELETE", ""),
        ("GET", "reset"),
        ("PUT", "word"),
    ] {
        let server = Server::with(move |conn| one_each(conn, how)).await;
        let client = Client::new(limits());
        let mut request = server.request(method, "/a?b=c");
        request.body = (method == "PUT").then(|| "body".into());
        for number in 0..100_u32 {
            let exchange = client.send_one(&request, &Jar::default()).await;
            let counts = (exchange.attempts, exchange.retries);
            assert_eq!(exchange.result.map(|answer| answer.status), Ok(200), "{method} {how} {number}");
            assert_eq!(counts, if number % 2 == 0 { (1, 0) } else { (2, 1) }, "{method} {how} {number}");
        }
        // A connection for sending once more is new and not kept, so every other one is kept and closed.
        assert_eq!(server.seen().len(), 150);
        assert!(server.seen().iter().all(|seen| seen.line() == format!("{method} /a?b=c")));
        assert!(
            server.seen().iter().all(|seen| seen.body == if method == "PUT" { &b"body"[..] } else { b"" })
        );
    }
}

#[tokio::test]
async fn any_other_request_has_a_connection_of_its_own_and_is_sent_once() {
    for method in ["POST", "PATCH", "TRACE", "COPY", "get"] {
        let server = Server::with(|conn| one_each(conn, "")).await;
        let client = Client::new(limits());
        for _ in 0..20 {
            // One of the others leaves a connection behind, which the server closes as the next comes.
            assert!(client.send_one(&server.request("GET", "/"), &Jar::default()).await.result.is_ok());
            let exchange = client.send_one(&server.request(method, "/"), &Jar::default()).await;
            assert_eq!(exchange.result.map(|answer| answer.status), Ok(200), "{method}");
            assert_eq!((exchange.attempts, exchange.retries), (1, 0), "{method}");
        }
        let seen = server.seen();
        assert_eq!(seen.iter().filter(|seen| seen.line().starts_with(&format!("{method} "))).count(), 20);
        // On its own connection, too, it is sent once.
        let silent = Server::with(|mut conn| async move {
            conn.request().await;
        })
        .await;
        let exchange = client.send_one(&silent.request(method, "/"), &Jar::default()).await;
        assert!(matches!(exchange.result, Err(SendError::Broken(_))), "{method}");
        assert_eq!((exchange.attempts, silent.seen().len()), (1, 1), "{method}");
    }
}

#[tokio::test]
async fn on_a_new_connection_nothing_is_sent_twice() {
    let server = Server::with(|mut conn| async move {
        conn.request().await;
    })
    .await;
    let client = Client::new(limits());
    for _ in 0..3 {
        let exchange = client.send_one(&server.request("GET", "/"), &Jar::default()).await;
        assert!(matches!(exchange.result, Err(SendError::Broken(_))));
        assert_eq!(exchange.attempts, 1);
    }
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn once_more_is_once() {
    // The first connection answers once; every other one closes on whatever comes.
    let server = Server::with(|mut conn| async move {
        if conn.request().await.is_some() && conn.number() == 0 {
            conn.write(answer(200, "", "")).await;
            conn.request().await;
        }
    })
    .await;
    let client = Client::new(limits());
    let request = server.request("GET", "/");
    assert!(client.send_one(&request, &Jar::default()).await.result.is_ok());
    let exchange = client.send_one(&request, &Jar::default()).await;
    assert!(matches!(exchange.result, Err(SendError::Broken(_))));
    assert_eq!((exchange.attempts, server.seen().len()), (2, 3));
}

/// A server that closes after each answer without saying so, under many requests at once: whether the
/// end of a connection is seen before or after the next request went out on it is chance.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_closes_when_it_likes_loses_no_request() {
    let server = Server::with(|mut conn| async move {
        if conn.request().await.is_some() {
            conn.write(answer(200, "", "")).await;
        }
    })
    .await;
    let job = |n| job_of(server.request("GET", &format!("/{n}")));
    let sender = Sender::new(Client::new(Limits { jobs: 8, ..limits() }), Signing::default());
    let mut run = sender.run((0..800).map(job).collect(), &Cancel::new(), |_, exchange| exchange.result);
    while let Some((number, result)) = run.next().await {
        assert!(result.is_ok(), "{number}: {result:?}");
    }
}
