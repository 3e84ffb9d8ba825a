//! Servers that take their time, and bodies without end.

use super::*;

/// Writes the head, then the piece for ever, as fast as it is read.
async fn endless(head: &'static str, piece: &'static [u8]) -> Server {
    Server::with(move |mut conn| async move {
        conn.request().await;
        conn.write(head).await;
        while conn.write(piece).await {}
    })
    .await
}

/// Writes the head, then the piece once in a while, never the end.
async fn dripping(head: &'static str, piece: &'static str) -> Server {
    Server::with(move |mut conn| async move {
        conn.request().await;
        conn.write(head).await;
        let mut every = tokio::time::interval(ms(5));
        while conn.write(piece).await {
            every.tick().await;
        }
    })
    .await
}

const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

fn timeout(text: &str) -> Result<Answer, SendError> {
    Err(SendError::Timeout(text.to_owned()))
}

#[tokio::test]
async fn no_answer_ends_at_the_sooner_limit_and_says_which() {
    let server = Server::with(|mut conn| async move { conn.closed().await }).await;
    let idle = Limits { idle: ms(60), ..limits() };
    let got = get_within(idle, &server).await;
    assert_eq!(got.result, timeout("no answer within 60 ms, the limit without a sign of life"));
    assert!(got.timing.total >= ms(60));
    let total = Limits { total: ms(60), ..limits() };
    assert_eq!(
        get_within(total, &server).await.result,
        timeout("no answer within 60 ms, the limit for a whole exchange")
    );
}

#[tokio::test]
async fn a_dripping_head_is_no_answer() {
    let server = dripping("HTTP/1.1 200 OK\r\nX-Long: ", "x").await;
    let got = get_within(Limits { idle: ms(80), ..limits() }, &server).await;
    assert_eq!(got.result, timeout("no answer within 80 ms, the limit without a sign of life"));
}

#[tokio::test]
async fn a_dripping_body_ends_with_the_whole_exchange() {
    let server = dripping(CHUNKED, "1\r\nx\r\n").await;
    let got = get_within(Limits { total: ms(150), ..limits() }, &server).await;
    let Err(SendError::Timeout(text)) = got.result else { panic!("{got:?}") };
    assert!(
        text.starts_with(
            "the answer was not complete within 150 ms, the limit for a whole exchange: its head and "
        ),
        "{text}"
    );
}

#[tokio::test]
async fn a_body_that_stops_says_where() {
    let gzip = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n";
    // Ten bytes: nothing of note, or a whole gzip header.
    for (head, piece) in [(CHUNKED, b"0123456789"), (gzip, b"\x1f\x8b\x08\0\0\0\0\0\0\x03")] {
        let server = Server::with(move |mut conn| async move {
            conn.request().await;
            conn.write(head).await;
            conn.write([&b"a\r\n"[..], piece, b"\r\n"].concat()).await;
            conn.closed().await;
        })
        .await;
        assert_eq!(
            get_within(Limits { idle: ms(60), ..limits() }, &server).await.result,
            timeout(
                "the answer stopped after its head and 10 bytes of its body: nothing more within 60 ms, the limit without a sign of life"
            )
        );
    }
}

#[tokio::test]
async fn a_body_without_end_stops_at_the_limit() {
    let server = endless(CHUNKED, b"4\r\nabcd\r\n").await;
    let small = Limits { body_bytes: 100_000, ..limits() };
    assert_eq!(get_within(small, &server).await.result, Err(SendError::TooLarge { limit: 100_000 }));
    let server = endless("HTTP/1.1 200 OK\r\n\r\n", &[b'x'; 4096]).await;
    assert_eq!(get_within(small, &server).await.result, Err(SendError::TooLarge { limit: 100_000 }));
}

#[tokio::test]
async fn a_large_length_is_refused_before_the_body() {
    let server = Server::with(|mut conn| async move {
        conn.request().await;
        conn.write("HTTP/1.1 200 OK\r\nContent-Length: 300000000\r\n\r\n").await;
        conn.closed().await;
    })
    .await;
    let limit = limits().body_bytes;
    assert_eq!(get(&server).await, Err(SendError::TooLarge { limit }));
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_whole() {
    let server = Server::once("HTTP/1.1 200 OK\r\n\r\n12345").await;
    let five = Limits { body_bytes: 5, ..limits() };
    assert_eq!(get_within(five, &server).await.result.unwrap().body, "12345");
    let four = Limits { body_bytes: 4, ..limits() };
    assert_eq!(get_within(four, &server).await.result, Err(SendError::TooLarge { limit: 4 }));
}

#[tokio::test]
async fn a_connection_that_never_stands_names_its_limit() {
    // TLS is part of connecting, and this server never answers the greeting.
    let server = Server::with(|mut conn| async move { conn.closed().await }).await;
    let mut request = server.request("GET", "/");
    let authority = request.origin.authority().to_owned();
    request.origin = crate::message::Origin::parse(&format!("https://{authority}")).unwrap();
    let client = Client::trusting(Vec::new(), Limits { connect: ms(60), ..limits() });
    let got = client.send_one(&request, &Jar::default()).await.result;
    assert_eq!(got, timeout(&format!("no connection to {authority} within 60 ms, the limit for connecting")));
}

#[tokio::test]
async fn limits_beyond_the_clock_mean_never() {
    let server = Server::once("HTTP/1.1 200 OK\r\n\r\nfine").await;
    let never = Duration::MAX;
    let limits = Limits { idle: never, total: never, connect: never, ..limits() };
    assert_eq!(get_within(limits, &server).await.result.unwrap().body, "fine");
}
