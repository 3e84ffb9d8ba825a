//! Answers that break off or are no HTTP, and odd ones that are whole.

use super::*;
use crate::send::testing::answer;

#[tokio::test]
async fn a_redirect_is_an_answer_and_nothing_follows_it() {
    let other = Server::once("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    let places = [other.origin().to_string(), "/again".to_owned(), "file:///etc/passwd".to_owned()];
    for place in places {
        for status in [301, 302, 303, 307, 308] {
            let server = Server::once(answer(status, &format!("Location: {place}\r\n"), "moved")).await;
            let got = get(&server).await.unwrap();
            assert_eq!((got.status, got.headers.get("location")), (status, Some(place.as_str())));
            assert_eq!(got.body, "moved");
            assert_eq!(server.seen().len(), 1);
        }
    }
    assert_eq!(other.seen(), []);
}

#[tokio::test]
async fn a_truncated_body_is_an_error_though_it_parses() {
    assert_eq!(
        refused("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":1}").await,
        "the body of the answer is broken after 7 bytes: end of file before message length reached"
    );
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for end in ["", "3\r\nab", "0\r\n"] {
        let text = refused(format!("{chunked}7\r\n{{\"a\":1}}\r\n{end}")).await;
        assert!(text.starts_with("the body of the answer is broken after "), "{text}");
    }
}

#[tokio::test]
async fn a_bad_chunk_size_is_an_error() {
    let text = refused("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n").await;
    assert!(
        text.starts_with("the body of the answer is broken after 0 bytes: invalid chunk size line"),
        "{text}"
    );
}

#[tokio::test]
async fn nonsense_is_an_error_that_names_it() {
    for (bytes, text) in [
        ("", "no usable answer: connection closed before message completed"),
        ("hello\n", "no usable answer: invalid HTTP version parsed"),
        ("<html>old</html>\r\n\r\n", "no usable answer: invalid HTTP version parsed"),
        ("HTTP/1.1 2x0 OK\r\n\r\n", "no usable answer: invalid HTTP status-code parsed"),
        ("HTTP/1.1 200 OK\r\nContent-Le", "no usable answer: connection closed before message completed"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 7\r\n\r\n{}12345",
            "no usable answer: invalid content-length parsed",
        ),
    ] {
        assert_eq!(refused(bytes).await, text, "{bytes:?}");
    }
}

#[tokio::test]
async fn a_head_without_end_is_an_error_that_names_the_limit() {
    let limit = "no usable answer: its head is larger than 100 fields or about 400 KiB";
    let fields = "x: 1\r\n".repeat(200);
    assert_eq!(refused(format!("HTTP/1.1 200 OK\r\n{fields}\r\n")).await, limit);
    let huge = "x".repeat(10 * 1024 * 1024);
    assert_eq!(refused(format!("HTTP/1.1 200 OK\r\nx: {huge}\r\n\r\n")).await, limit);
}

#[tokio::test]
async fn a_reset_is_an_error_before_and_within_the_body() {
    for (head, expected) in [
        ("", "no usable answer: "),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", "the body of the answer is broken after "),
    ] {
        let server = Server::with(move |mut conn| async move {
            conn.request().await;
            conn.write(head).await;
            conn.reset();
        })
        .await;
        let text = get(&server).await.unwrap_err().to_string();
        assert!(text.starts_with(expected) && text.ends_with("connection reset by peer"), "{text}");
    }
}

#[tokio::test]
async fn a_refused_connection_names_host_and_cause() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let authority = free.local_addr().unwrap().to_string();
    drop(free);
    let mut request = Server::once("").await.request("GET", "/");
    request.origin = crate::message::Origin::parse(&format!("http://{authority}")).unwrap();
    let error = Client::new(limits()).send_one(&request, &Jar::default()).await.result.unwrap_err();
    assert_eq!(error.to_string(), format!("cannot connect: {authority}: connection refused"));
}

#[tokio::test]
async fn an_unknown_host_is_named() {
    // A label of 64 characters cannot be asked for (RFC 1035 §2.3.4), so no name server is.
    let host = format!("{}.invalid", "x".repeat(64));
    let mut request = Server::once("").await.request("GET", "/");
    request.origin = crate::message::Origin::parse(&format!("http://{host}")).unwrap();
    let error = Client::new(limits()).send_one(&request, &Jar::default()).await.result.unwrap_err();
    let text = error.to_string();
    let expected = format!("cannot connect: {host}: the host name is not known (");
    assert!(text.starts_with(&expected), "{text}");
}

#[tokio::test]
async fn answers_without_body_are_whole_and_empty() {
    for (method, bytes) in [
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 42\r\nContent-Encoding: gzip\r\n\r\n"),
        ("GET", "HTTP/1.1 204 No Content\r\n\r\n"),
        ("GET", "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n{}"),
        ("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 42\r\nContent-Encoding: br\r\n\r\n"),
        ("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Encoding: zstd\r\n\r\n"),
    ] {
        let server = Server::once(bytes).await;
        let request = server.request(method, "/");
        let got = Client::new(limits()).send_one(&request, &Jar::default()).await.result.unwrap();
        assert_eq!(got.body, "", "{bytes}");
    }
}

#[tokio::test]
async fn early_hints_are_passed_over_and_the_length_may_be_the_end_of_the_connection() {
    let hints =
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    let old = "HTTP/1.0 200 OK\r\n\r\n{}";
    let both =
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    for bytes in [hints, old, both] {
        let got = get(&Server::once(bytes).await).await.unwrap();
        assert_eq!((got.status, got.body.as_ref()), (200, &b"{}"[..]), "{bytes}");
    }
}

#[tokio::test]
async fn header_values_are_text_whatever_their_bytes() {
    let bytes = b"HTTP/1.1 200 OK\r\nX-Utf: gr\xc3\xbcn\r\nX-Latin: gr\xfcn\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nContent-Length: 0\r\n\r\n";
    let got = get(&Server::once(*bytes).await).await.unwrap();
    assert_eq!(got.headers.get("X-Utf"), Some("grün"));
    assert_eq!(got.headers.get("x-latin"), Some("grün"));
    assert_eq!(got.headers.get_all("Set-Cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
}
