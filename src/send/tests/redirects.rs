//! Redirects on the wire.

use std::sync::Arc;
use std::time::UNIX_EPOCH;

use super::*;
use crate::message::{Delivery, Origin, Redirects};
use crate::postman::auth::Late;
use crate::redact::Redactor;
use crate::send::testing::{Seen, answer};
use crate::send::{Fate, Job, Sender, Signing};

fn following(named: Vec<Origin>) -> Delivery {
    Delivery { redirects: Redirects { follow: true, named, ..Redirects::default() }, ..Delivery::default() }
}

/// A POST with everything that must not get into other hands.
fn job(server: &Server, target: &str, delivery: Delivery) -> Job {
    let mut request = server.request("POST", target);
    for (name, value) in [
        ("Authorization", "Bearer t"),
        ("X-Api-Key", "k"),
        ("Cookie", "own=1"),
        ("Content-Type", "text/plain"),
    ] {
        request.headers.push(name, value);
    }
    request.body = Some("body".into());
    let delivery = Arc::new(delivery);
    Job { delivery, ..job_of(request) }
}

async fn sent(job: &Job) -> Exchange {
    Sender::new(Client::new(limits()), Signing::default()).send(job).await
}

fn to(location: &str) -> String {
    answer(302, &format!("Location: {location}\r\nSet-Cookie: jar=1\r\n"), "moved")
}

/// `/from` leads to that place, everything else is an end.
async fn leading(status: u16, location: String) -> Server {
    let moved = move || answer(status, &format!("Location: {location}\r\nSet-Cookie: jar=1\r\n"), "moved");
    Server::answering(
        move |seen| {
            if seen.line().ends_with("/from") { moved() } else { answer(200, "", "end") }
        },
    )
    .await
}

#[tokio::test]
async fn without_being_asked_for_none_is_followed() {
    let server = leading(302, "/to".to_owned()).await;
    let exchange = sent(&job(&server, "/from", Delivery::default())).await;
    assert_eq!((exchange.result.unwrap().status, exchange.hops.len(), server.seen().len()), (302, 0, 1));
}

#[tokio::test]
async fn at_the_same_origin_the_fields_stay_and_the_body_goes() {
    let server = leading(302, "/to?x=1".to_owned()).await;
    let exchange = sent(&job(&server, "/from", following(Vec::new()))).await;
    assert_eq!((exchange.result.unwrap().body, exchange.attempts), ("end".into(), 1));
    let [hop] = exchange.hops.as_slice() else { panic!("{:?}", exchange.hops) };
    assert_eq!((hop.status, &hop.fate), (302, &Fate::Followed { method: "GET".to_owned() }));
    let seen = server.seen();
    assert_eq!(hop.to, format!("{}/to?x=1", server.origin()));
    assert_eq!((seen[1].line(), seen[1].body.len()), ("GET /to?x=1", 0));
    assert_eq!(seen[1].all("authorization"), ["Bearer t"]);
    assert_eq!(seen[1].all("cookie"), ["own=1; jar=1"]);
    assert_eq!(seen[1].all("referer"), [format!("{}/from", server.origin())]);
    assert!(seen[1].all("content-type").is_empty() && seen[1].all("content-length").is_empty());
}

#[tokio::test]
async fn the_body_is_sent_again_where_the_method_stays() {
    let server = leading(307, "/to".to_owned()).await;
    let exchange = sent(&job(&server, "/from", following(Vec::new()))).await;
    assert_eq!(exchange.result.unwrap().status, 200);
    let seen = server.seen();
    assert_eq!((seen[1].line(), seen[1].body.as_slice()), ("POST /to", &b"body"[..]));
    assert_eq!(seen[1].all("content-type"), ["text/plain"]);
}

#[tokio::test]
async fn another_origin_sees_nothing_and_the_redirect_is_the_answer() {
    let other = Server::answering(|_| answer(200, "", "")).await;
    for status in [301, 302, 303, 307, 308] {
        let server = leading(status, format!("{}/x", other.origin())).await;
        let exchange = sent(&job(&server, "/from", following(Vec::new()))).await;
        let got = exchange.result.unwrap();
        assert_eq!((got.status, got.body), (status, "moved".into()));
        assert!(matches!(exchange.hops[0].fate, Fate::Refused(_)));
    }
    assert_eq!(other.seen(), []);
}

/// Cookies know no ports, so those of the first server would go to the second one by themselves.
#[tokio::test]
async fn a_named_origin_gets_nothing_of_the_case() {
    let home = Arc::new(std::sync::Mutex::new(String::new()));
    let back = Arc::clone(&home);
    let other = Server::answering(move |_| to(&format!("{}/back", back.lock().unwrap()))).await;
    let server = leading(302, format!("{}/x", other.origin())).await;
    *home.lock().unwrap() = server.origin().to_string();
    let exchange = sent(&job(&server, "/from", following(vec![other.origin()]))).await;
    assert_eq!((exchange.result.unwrap().body, exchange.hops.len()), ("end".into(), 2));
    let (there, here) = (other.seen(), server.seen());
    assert_eq!((there[0].line(), here[1].line()), ("GET /x", "GET /back"));
    for seen in [&there[0], &here[1]] {
        for name in ["authorization", "x-api-key", "cookie", "content-type", "referer"] {
            assert!(seen.all(name).is_empty(), "{name}: {}", seen.head);
        }
        assert!(seen.body.is_empty());
    }
}

#[tokio::test]
async fn a_circle_and_redirects_without_end_are_errors() {
    let server =
        Server::answering(|seen| to(seen.line().trim_start_matches("POST ").trim_start_matches("GET ")))
            .await;
    let exchange = sent(&job(&server, "/round", following(Vec::new()))).await;
    let text = exchange.result.unwrap_err().to_string();
    assert_eq!(text, "gave up after 10 redirects, the limit (`maxRedirects`): they go in a circle");
    assert_eq!((server.seen().len(), exchange.attempts, exchange.hops.len()), (11, 1, 10));
}

#[tokio::test]
async fn all_of_them_together_take_no_longer_than_one_exchange_may() {
    let server = Server::answering(|_| to("/on")).await;
    let mut job = job(&server, "/from", following(Vec::new()));
    Arc::get_mut(&mut job.delivery).unwrap().redirects.limit = u32::MAX;
    let client = Client::new(Limits { total: ms(150), ..limits() });
    let exchange = Sender::new(client, Signing::default()).send(&job).await;
    let text = exchange.result.unwrap_err().to_string();
    assert!(text.contains("within 150 ms, the limit for a whole exchange"), "{text}");
}

#[tokio::test]
async fn every_request_on_the_way_is_signed_for_its_own_url() {
    let server = leading(307, "/to".to_owned()).await;
    let mut job = job(&server, "/from", following(Vec::new()));
    job.late = Some(Arc::new(Late::AwsV4(aws())));
    let signing = Signing::new(UNIX_EPOCH + Duration::from_hours(24), Redactor::default());
    let exchange = Sender::new(Client::new(limits()), signing).send(&job).await;
    assert_eq!(exchange.result.unwrap().status, 200);
    let seen = server.seen();
    let signatures: Vec<_> = seen.iter().map(|seen| seen.all("authorization")).collect();
    assert!(signatures.iter().all(|fields| fields.len() == 1 && fields[0].starts_with("AWS4-HMAC-SHA256")));
    assert_ne!(signatures[0], signatures[1]);
}

#[tokio::test]
async fn digest_is_answered_at_the_end_of_the_way_and_at_no_other_origin() {
    fn asking(seen: &Seen) -> String {
        match seen.all("authorization").first() {
            None => answer(401, "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n", ""),
            Some(_) if seen.line().ends_with("/from") => to("/to"),
            Some(_) => answer(200, "", "end"),
        }
    }
    let with_digest = |job: &mut Job| {
        job.request.headers.remove("authorization");
        job.late = Some(Arc::new(Late::Digest(digest())));
    };
    let server = Server::answering(asking).await;
    let mut home = job(&server, "/from", following(Vec::new()));
    with_digest(&mut home);
    let exchange = sent(&home).await;
    assert_eq!((exchange.result.unwrap().body, exchange.attempts), ("end".into(), 2));
    let seen = server.seen();
    assert!(seen.last().unwrap().all("authorization")[0].contains("uri=\"/to\""));

    let other = Server::answering(asking).await;
    let server = leading(302, other.origin().to_string()).await;
    let mut away = job(&server, "/from", following(vec![other.origin()]));
    with_digest(&mut away);
    assert_eq!(sent(&away).await.result.unwrap().status, 401);
    assert_eq!(other.seen().len(), 1);
}

#[tokio::test]
async fn without_cookies_none_is_kept_or_sent_but_the_typed_one() {
    let server = leading(302, "/to".to_owned()).await;
    let mut job = job(&server, "/from", Delivery { no_cookies: true, ..following(Vec::new()) });
    job.request.headers.remove("cookie");
    assert_eq!(sent(&job).await.result.unwrap().status, 200);
    assert!(server.seen().iter().all(|seen| seen.all("cookie").is_empty()));
    job.request.headers.push("Cookie", "typed=1");
    // The jar is that of other cases, too: it stayed empty.
    let with = Job { delivery: Arc::default(), ..job.clone() };
    for job in [&job, &with] {
        sent(job).await.result.unwrap();
    }
    let seen = server.seen();
    assert!(seen[2..].iter().all(|seen| seen.all("cookie") == ["typed=1"]), "{seen:?}");
}
