//! Cookies: per jar, per path, beside what the request says.

use super::*;
use crate::send::testing::{Seen, answer};

/// Sets a cookie for everything and one below `/a`, both named after the request's query.
fn setting(seen: &Seen) -> String {
    let who = seen.line().rsplit('=').next().unwrap_or_default().to_owned();
    let fields = format!("Set-Cookie: all={who}\r\nSet-Cookie: deep={who}; Path=/a\r\n");
    answer(200, if seen.line().contains("login") { &fields } else { "" }, "")
}

async fn cookies_at(client: &Client, server: &Server, target: &str, jar: &Jar) -> Vec<String> {
    let exchange = client.send_one(&server.request("GET", target), jar).await;
    assert_eq!(exchange.result.unwrap().status, 200);
    let seen = server.seen();
    let mut sent: Vec<String> = seen
        .last()
        .into_iter()
        .flat_map(|seen| seen.all("cookie"))
        .flat_map(|value| value.split("; "))
        .map(str::to_owned)
        .collect();
    sent.sort();
    sent
}

#[tokio::test]
async fn jars_are_apart_and_paths_are_kept() {
    let server = Server::answering(setting).await;
    let client = Client::new(limits());
    let (one, two) = (Jar::default(), Jar::default());
    assert!(cookies_at(&client, &server, "/login?who=1", &one).await.is_empty());
    assert!(cookies_at(&client, &server, "/a/b", &two).await.is_empty());
    assert!(cookies_at(&client, &server, "/login?who=2", &two).await.is_empty());
    assert_eq!(cookies_at(&client, &server, "/b", &one).await, ["all=1"]);
    assert_eq!(cookies_at(&client, &server, "/a/b", &one).await, ["all=1", "deep=1"]);
    assert_eq!(cookies_at(&client, &server, "/a/b", &two.clone()).await, ["all=2", "deep=2"]);
}

#[tokio::test]
async fn cookies_of_the_request_come_first_and_once() {
    let server = Server::answering(setting).await;
    let client = Client::new(limits());
    let jar = Jar::default();
    cookies_at(&client, &server, "/login?who=jar", &jar).await;
    let mut request = server.request("GET", "/a");
    request.headers.push("Cookie", "mine=1; all=written");
    client.send_one(&request, &jar).await.result.unwrap();
    assert_eq!(server.seen().last().unwrap().all("cookie"), ["mine=1; all=written; deep=jar"]);
}

#[tokio::test]
async fn a_cookie_of_another_host_is_not_kept() {
    let server = Server::answering(|_| answer(200, "Set-Cookie: evil=1; Domain=example.com\r\n", "")).await;
    let client = Client::new(limits());
    let jar = Jar::default();
    cookies_at(&client, &server, "/", &jar).await;
    assert!(cookies_at(&client, &server, "/", &jar).await.is_empty());
    assert_eq!(format!("{jar:?}"), "Jar { .. }");
}
