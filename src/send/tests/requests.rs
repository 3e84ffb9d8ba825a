//! What is put on the wire.

use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::message::{Headers, Omitted, Origin, Request};
use crate::send::outgoing;
use crate::send::testing::{Seen, answer};

async fn echo_server() -> Server {
    Server::answering(|_| answer(200, "", "")).await
}

/// Sends the request and gives it as it arrived.
async fn arrived(change: impl FnOnce(&mut Request)) -> Seen {
    let server = echo_server().await;
    let mut request = server.request("GET", "/");
    change(&mut request);
    let exchange = Client::new(limits()).send_one(&request, &Jar::default()).await;
    assert_eq!((exchange.result.unwrap().status, exchange.attempts), (200, 1));
    server.seen().pop().unwrap()
}

#[tokio::test]
async fn a_client_says_what_it_is_and_takes() {
    let seen = arrived(|_| ()).await;
    assert_eq!(seen.all("accept"), ["*/*"]);
    assert_eq!(seen.all("accept-encoding"), ["gzip, deflate, br, zstd"]);
    assert_eq!(seen.all("user-agent"), [concat!("uphold/", env!("CARGO_PKG_VERSION"))]);
    assert_eq!(seen.head.lines().filter(|line| line.contains(": ")).count(), 4, "{}", seen.head);
}

#[tokio::test]
async fn what_the_request_says_stands() {
    let seen = arrived(|request| {
        for (name, value) in [
            ("Accept", "application/json"),
            ("ACCEPT-ENCODING", "identity"),
            ("User-Agent", "mine"),
            ("Host", "api.example.com"),
            ("X-Two", "1"),
            ("x-two", "2"),
            ("X-Umlaut", "grün"),
            ("X-Empty", ""),
        ] {
            request.headers.push(name, value);
        }
    })
    .await;
    assert_eq!(seen.all("accept"), ["application/json"]);
    assert_eq!(seen.all("accept-encoding"), ["identity"]);
    assert_eq!(seen.all("user-agent"), ["mine"]);
    assert_eq!(seen.all("host"), ["api.example.com"]);
    assert_eq!(seen.all("x-two"), ["1", "2"]);
    // Latin-1, which is no UTF-8.
    assert_eq!(seen.all("x-umlaut"), ["gr\u{fffd}n"]);
    assert_eq!(seen.all("x-empty"), [""]);
}

#[tokio::test]
async fn framing_is_never_copied() {
    let seen = arrived(|request| {
        request.method = "POST".into();
        request.body = Some(Bytes::from_static(b"four"));
        for (name, value) in [
            ("Content-Length", "9999"),
            ("Transfer-Encoding", "chunked"),
            ("Connection", "close, Upgrade"),
            ("Upgrade", "h2c"),
            ("TE", "trailers"),
            ("Keep-Alive", "timeout=5"),
            ("Trailer", "X-A"),
        ] {
            request.headers.push(name, value);
        }
    })
    .await;
    assert_eq!((seen.all("content-length"), seen.body.as_slice()), (vec!["4"], &b"four"[..]));
    for name in ["transfer-encoding", "connection", "upgrade", "te", "keep-alive", "trailer"] {
        assert!(seen.all(name).is_empty(), "{name}: {}", seen.head);
    }
}

#[tokio::test]
async fn any_method_token_is_sent_as_written() {
    for method in ["GET", "COPY", "get", "Purge", "M-SEARCH", "x!#$%&'*+-.^_`|~9"] {
        let seen = arrived(|request| request.method = method.into()).await;
        assert_eq!(seen.line(), format!("{method} /"));
    }
}

#[tokio::test]
async fn a_length_is_named_where_a_body_is_usual() {
    for (method, body, length) in [
        ("POST", None, vec!["0"]),
        ("PUT", Some(""), vec!["0"]),
        ("PATCH", None, vec!["0"]),
        ("GET", None, vec![]),
        ("DELETE", None, vec![]),
        ("GET", Some("{}"), vec!["2"]),
        ("DELETE", Some("{}"), vec!["2"]),
        ("COPY", Some("{}"), vec!["2"]),
    ] {
        let seen = arrived(|request| {
            request.method = method.into();
            request.body = body.map(Bytes::from);
        })
        .await;
        assert_eq!(seen.all("content-length"), length, "{method} {body:?}");
        assert_eq!(seen.body, body.unwrap_or_default().as_bytes());
    }
}

#[tokio::test]
async fn targets_arrive_as_they_are() {
    for target in [
        "/",
        "//host/path",
        "/a//b/",
        "/a%2Fb/%7Bid%7D?q=%20x&y=a+b",
        "/crm/v2/users?type=AllUsers&empty=&flag",
        "/?",
        "/p;v=1/@me/~/!$&'()*+,=:",
        "/?next=//h/../x?y&b[0]=1",
    ] {
        assert_eq!(arrived(|request| request.target = target.into()).await.line(), format!("GET {target}"));
    }
}

#[tokio::test]
async fn a_backslash_is_no_slash() {
    let seen = arrived(|request| request.target = "/a\\..\\b".into()).await;
    assert_eq!(seen.line(), "GET /a%5C..%5Cb");
}

#[tokio::test]
async fn what_cannot_be_said_is_not_sent() {
    type Change = fn(&mut Request);
    let changes: [(Change, &str); 11] = [
        (|r| r.method = "GE T".into(), "the method `GE T` is not a token"),
        (|r| r.method = String::new(), "the method `` is not a token"),
        (|r| r.method = "GET / HTTP/1.1\r\nX: y".into(), "is not a token"),
        (|r| r.method = "CONNECT".into(), "asks for a tunnel"),
        (|r| r.target = "/a\r\nX: y".into(), "the request target holds a control character"),
        (|r| r.target = "/a\tb".into(), "the request target holds a control character"),
        (|r| r.target = "@other.example/".into(), "does not begin with `/`"),
        (|r| r.target = "/a#b".into(), "the request target holds `#`"),
        (
            |r| r.headers.push("X-A", "secret\r\nX-B: 1"),
            "the value of header `X-A` holds a control character",
        ),
        (|r| r.headers.push("X\r\nY", "1"), "the header name `X\\r\\nY` is not a token"),
        (|r| r.headers.push("", "1"), "the header name `` is not a token"),
    ];
    let server = echo_server().await;
    for (change, text) in changes {
        let mut request = server.request("GET", "/");
        change(&mut request);
        let got = Client::new(limits()).send_one(&request, &Jar::default()).await;
        let Err(SendError::Unsendable(why)) = got.result else { panic!("{text}: {:?}", got.result) };
        assert!(why.contains(text) && !why.contains("secret"), "{why}");
        assert_eq!(got.attempts, 0);
    }
    assert_eq!(server.seen(), []);
}

proptest! {
    /// Nothing in a target, method or field chooses another host or adds a line.
    #[test]
    fn a_request_stays_with_its_host(
        method in "[A-Za-z]{1,5}|\\PC{0,4}",
        target in "[/@:?#\\\\.a-z\\[\\]%0-9\r\n\t ü]{0,24}|/.{0,16}",
        name in "[A-Za-z-]{1,8}|\\PC{0,4}",
        value in ".{0,16}|[a\r\n\0]{0,4}",
    ) {
        let request = Request {
            method,
            origin: Origin::parse("http://api.example.com:8080").unwrap(),
            target,
            headers: [(name, value)].into_iter().collect::<Headers>(),
            body: None,
        };
        if let Ok(built) = outgoing::build(&request, Omitted::default()) {
            let url = built.url();
            prop_assert_eq!((url.scheme(), url.authority()), ("http", "api.example.com:8080"));
            prop_assert!(url.fragment().is_none());
            for (_, value) in built.headers() {
                prop_assert!(!value.as_bytes().iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)));
            }
        } else {
            prop_assert!(matches!(outgoing::build(&request, Omitted::default()), Err(SendError::Unsendable(_))));
        }
    }
}
