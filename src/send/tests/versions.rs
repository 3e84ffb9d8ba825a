//! HTTP/1.1 and HTTP/2, against servers that speak what they are told.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::tls::{certified, request};
use super::*;
use crate::message::{Delivery, HttpVersion, Origin};
use crate::send::testing::answer;
use crate::send::{Job, Sender, Signing};

/// A server behind TLS that offers these protocols and answers each request with 200; what it saw:
/// the version, and the names of the fields.
struct Speaking {
    origin: Origin,
    certificate: Vec<u8>,
    seen: Arc<Log>,
}

type Log = Mutex<Vec<(&'static str, Vec<String>)>>;

async fn speaking(offered: &[&str]) -> Speaking {
    let (mut config, certificate) = certified();
    config.alpn_protocols = offered.iter().map(|name| name.as_bytes().to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = Origin::parse(&format!("https://{}", listener.local_addr().unwrap())).unwrap();
    let seen = Arc::new(Log::default());
    let log = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, log) = (acceptor.clone(), Arc::clone(&log));
            tokio::spawn(async move {
                // A client that wants none of the protocols goes away.
                let Ok(stream) = acceptor.accept(stream).await else { return };
                if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                    serve_2(stream, &log).await;
                } else {
                    serve_1(stream, &log).await;
                }
            });
        }
    });
    Speaking { origin, certificate, seen }
}

type Stream = tokio_rustls::server::TlsStream<tokio::net::TcpStream>;

async fn serve_2(stream: Stream, log: &Log) {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        let names = request.headers().keys().map(ToString::to_string).collect();
        log.lock().unwrap().push(("2", names));
        let mut body = respond.send_response(http::Response::new(()), false).unwrap();
        body.send_data("two".into(), true).unwrap();
    }
}

async fn serve_1(mut stream: Stream, log: &Log) {
    let mut read = Vec::new();
    while !read.windows(4).any(|four| four == b"\r\n\r\n") {
        if !matches!(stream.read_buf(&mut read).await, Ok(1..)) {
            return;
        }
    }
    let head = String::from_utf8_lossy(&read).into_owned();
    let version = if head.contains(" HTTP/1.1\r\n") { "1.1" } else { "no HTTP/1.1" };
    let names = head.lines().skip(1).filter_map(|line| Some(line.split_once(": ")?.0.to_owned()));
    log.lock().unwrap().push((version, names.collect()));
    let fine =
        if version == "1.1" { answer(200, "Connection: close\r\n", "one") } else { answer(400, "", "") };
    let _ = stream.write_all(fine.as_bytes()).await;
    let _ = stream.shutdown().await;
}

async fn sent(server: &Speaking, version: HttpVersion) -> Result<Answer, SendError> {
    let authority = reqwest::Certificate::from_der(&server.certificate).unwrap();
    let sender = Sender::new(Client::trusting(vec![authority], limits()), Signing::default());
    let mut delivery = Delivery { version, ..Delivery::default() };
    (delivery.omitted.user_agent, delivery.omitted.accept_encoding) = (true, true);
    let job = Job { delivery: Arc::new(delivery), ..job_of(request(server.origin.clone())) };
    sender.send(&job).await.result
}

#[tokio::test]
async fn the_version_is_the_one_that_is_asked_for() {
    for (offered, version, spoken, fields) in [
        (&["h2", "http/1.1"][..], HttpVersion::Auto, "2", &["accept"][..]),
        (&["h2", "http/1.1"], HttpVersion::Http1, "1.1", &["accept", "host"]),
        (&["h2", "http/1.1"], HttpVersion::Http2, "2", &["accept"]),
        (&["http/1.1"], HttpVersion::Auto, "1.1", &["accept", "host"]),
        (&[], HttpVersion::Auto, "1.1", &["accept", "host"]),
        (&["h2"], HttpVersion::Auto, "2", &["accept"]),
    ] {
        let server = speaking(offered).await;
        let body = sent(&server, version).await.unwrap().body;
        assert_eq!(body, if spoken == "2" { "two" } else { "one" });
        let seen = server.seen.lock().unwrap().clone();
        assert_eq!(
            seen,
            [(spoken, fields.iter().map(ToString::to_string).collect())],
            "{offered:?} {version:?}"
        );
    }
}

#[tokio::test]
async fn a_version_that_the_server_does_not_speak_gives_no_answer() {
    const REFUSED: &str =
        "the server does not speak the version of HTTP that is asked for (`protocolVersion`)";
    for (offered, version, said) in [
        (&["http/1.1"][..], HttpVersion::Http2, REFUSED),
        (&["h2"], HttpVersion::Http1, REFUSED),
        // One that settles nothing, and answers the first line of HTTP/2 with 400 in HTTP/1.1.
        (&[], HttpVersion::Http2, "no usable answer: "),
    ] {
        let server = speaking(offered).await;
        let text = sent(&server, version).await.unwrap_err().to_string();
        assert!(text.contains(said), "{offered:?} {version:?}: {text}");
    }
}

/// As in Postman, where `http2` without TLS is HTTP/1.1.
#[tokio::test]
async fn without_tls_it_is_http_1() {
    let server = Server::answering(|_| answer(200, "", "")).await;
    let client = Client::new(limits());
    for version in [HttpVersion::Auto, HttpVersion::Http1, HttpVersion::Http2] {
        let client = client.delivering(&Delivery { version, ..Delivery::default() });
        client.send_one(&server.request("GET", "/"), &Jar::default()).await.result.unwrap();
    }
    assert!(server.seen().iter().all(|seen| seen.head.starts_with("GET / HTTP/1.1\r\n")));
    assert_eq!(server.seen().last().map(|seen| seen.connection), Some(0), "one pool is enough");
}
