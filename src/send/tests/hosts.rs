//! How a server is reached: by which address, on how many connections.

use super::*;
use crate::message::Origin;
use crate::send::testing::{Conn, answer};
use crate::send::{Cancel, Sender, Signing};

async fn answering(mut conn: Conn) {
    while conn.request().await.is_some() {
        conn.write(answer(200, "", "here")).await;
    }
}

#[tokio::test]
async fn an_ipv6_address_is_a_host() {
    let Ok(listener) = tokio::net::TcpListener::bind("[::1]:0").await else {
        eprintln!("skipped: this machine has no IPv6");
        return;
    };
    let server = Server::on(listener, answering);
    assert_eq!(get(&server).await.unwrap().body, "here");
    let authority = server.origin().authority().to_owned();
    assert!(authority.starts_with("[::1]:"), "{authority}");
    assert_eq!(server.seen()[0].all("host"), [authority]);
}

/// `localhost` is often `::1` first; a server that listens on 127.0.0.1 alone is found all the same.
#[tokio::test]
async fn localhost_finds_a_server_of_either_family() {
    let server = Server::with(answering).await;
    let port = server.origin().authority().rsplit_once(':').unwrap().1.to_owned();
    let mut request = server.request("GET", "/");
    request.origin = Origin::parse(&format!("http://localhost:{port}")).unwrap();
    let got = Client::new(limits()).send_one(&request, &Jar::default()).await;
    assert_eq!(got.result.unwrap().body, "here");
}

/// A server sees at most as many connections as there are jobs, however many requests come.
#[tokio::test]
async fn connections_are_kept_and_not_more_than_jobs() {
    let server = Server::with(answering).await;
    let job = |n| job_of(server.request("GET", &format!("/{n}")));
    let sender = Sender::new(Client::new(Limits { jobs: 4, ..limits() }), Signing::default());
    let mut run =
        sender.run((0..64).map(job).collect(), &Cancel::new(), |_, exchange| exchange.result.is_ok());
    let mut fine = 0;
    while let Some((_, ok)) = run.next().await {
        fine += usize::from(ok);
    }
    assert_eq!(fine, 64);
    let last = server.seen().iter().map(|seen| seen.connection).max();
    assert!(last < Some(4), "{last:?}");
}
