//! Many requests: how many at once, in which order, and how they are stopped.

use std::sync::{Arc, Mutex};

use tokio::sync::Barrier;

use super::*;
use crate::plan::Lane;
use crate::send::testing::answer;
use crate::send::{Cancel, Job, Run, Sender, Signing, Unrun};

fn job(server: &Server, target: &str, lane: Option<&str>) -> Job {
    Job { lane: lane.map(|name| Lane(name.to_owned())), ..job_of(server.request("GET", target)) }
}

fn sender(jobs: usize) -> Sender {
    Sender::new(Client::new(Limits { jobs, ..limits() }), Signing::default())
}

/// Every judgement, by position.
async fn all<R: Ord>(run: &mut Run<R>) -> Vec<(usize, R)> {
    let mut results = Vec::new();
    while let Some(result) = run.next().await {
        results.push(result);
    }
    results.sort();
    results
}

fn body(position: usize, exchange: Exchange) -> String {
    let answer = exchange.result.unwrap();
    format!("{position}:{}", String::from_utf8_lossy(&answer.body))
}

/// Requests that are being answered, as the server sees them.
#[derive(Default)]
struct Watch {
    now: Vec<String>,
    most: usize,
    started: Vec<String>,
}

/// Answers with the request's target, but holds each request until `at_once` of them are there.
async fn gathering(at_once: usize, watch: Arc<Mutex<Watch>>) -> Server {
    let barrier = Arc::new(Barrier::new(at_once));
    Server::with(move |mut conn| {
        let (barrier, watch) = (Arc::clone(&barrier), Arc::clone(&watch));
        async move {
            while let Some(seen) = conn.request().await {
                let target = seen.line().trim_start_matches("GET ").to_owned();
                {
                    let mut watch = watch.lock().unwrap();
                    watch.now.push(target.clone());
                    watch.started.push(target.clone());
                    watch.most = watch.most.max(watch.now.len());
                }
                barrier.wait().await;
                watch.lock().unwrap().now.retain(|other| *other != target);
                conn.write(answer(200, "", &target)).await;
            }
        }
    })
    .await
}

#[tokio::test]
async fn as_many_as_allowed_are_in_flight_and_never_more() {
    let watch = Arc::new(Mutex::new(Watch::default()));
    // Held until four are there: with fewer in flight this would never end.
    let server = gathering(4, Arc::clone(&watch)).await;
    let jobs = (0..40).map(|n| job(&server, &format!("/{n}"), None)).collect();
    let mut run = sender(4).run(jobs, &Cancel::new(), body);
    let expected: Vec<_> = (0..40).map(|n| (n, format!("{n}:/{n}"))).collect();
    assert_eq!(all(&mut run).await, expected);
    assert_eq!(run.unrun(), Unrun::default());
    assert_eq!(watch.lock().unwrap().most, 4);
}

#[tokio::test]
async fn one_at_a_time_is_the_order_of_the_list() {
    let server = Server::answering(|_| answer(200, "", "")).await;
    for jobs in [0, 1] {
        let before = server.seen().len();
        let list = (0..9).map(|n| job(&server, &format!("/{n}"), (n % 2 == 0).then_some("even"))).collect();
        all(&mut sender(jobs).run(list, &Cancel::new(), |position, _| position)).await;
        let lines: Vec<_> = server.seen()[before..].iter().map(|seen| seen.line().to_owned()).collect();
        assert_eq!(lines, (0..9).map(|n| format!("GET /{n}")).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_lane_runs_in_order_and_takes_no_place_from_others() {
    let watch = Arc::new(Mutex::new(Watch::default()));
    // Two places; held until two are there: a waiting lane job that held a place would stop it.
    let server = gathering(2, Arc::clone(&watch)).await;
    let mut jobs: Vec<_> = (0..6).map(|n| job(&server, &format!("/lane/{n}"), Some("one"))).collect();
    jobs.extend((0..6).map(|n| job(&server, &format!("/free/{n}"), None)));
    let mut run = sender(2).run(jobs, &Cancel::new(), |_, exchange| exchange.result.is_ok());
    assert!(all(&mut run).await.iter().all(|(_, fine)| *fine));
    let watch = watch.lock().unwrap();
    for kind in ["/lane/", "/free/"] {
        let started: Vec<_> = watch.started.iter().filter(|target| target.starts_with(kind)).collect();
        assert_eq!(
            started,
            (0..6).map(|n| format!("{kind}{n}")).collect::<Vec<_>>().iter().collect::<Vec<_>>()
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn lanes_never_overlap() {
    let watch = Arc::new(Mutex::new((Vec::<String>::new(), Vec::<String>::new())));
    let server = {
        let watch = Arc::clone(&watch);
        Server::with(move |mut conn| {
            let watch = Arc::clone(&watch);
            async move {
                while let Some(seen) = conn.request().await {
                    let lane = seen.line()[..6].to_owned();
                    {
                        let mut watch = watch.lock().unwrap();
                        assert!(!watch.0.contains(&lane), "{lane} overlaps");
                        watch.0.push(lane.clone());
                        watch.1.push(seen.line().to_owned());
                    }
                    tokio::task::yield_now().await;
                    watch.lock().unwrap().0.retain(|other| *other != lane);
                    conn.write(answer(200, "", "")).await;
                }
            }
        })
        .await
    };
    let jobs = (0..200).map(|n| {
        let lane = n % 7;
        job(&server, &format!("/{lane}/{n:03}"), Some(&format!("lane {lane}")))
    });
    let mut run = sender(16).run(jobs.collect(), &Cancel::new(), |_, exchange| exchange.result.is_ok());
    let results = all(&mut run).await;
    assert_eq!(results.len(), 200);
    assert!(results.iter().all(|(_, fine)| *fine), "a handler saw an overlap");
    let started = watch.lock().unwrap().1.clone();
    for lane in 0..7 {
        let of_lane: Vec<_> = started.iter().filter(|l| l.starts_with(&format!("GET /{lane}"))).collect();
        assert!(of_lane.is_sorted(), "{of_lane:?}");
    }
}

#[tokio::test]
async fn an_exchange_without_answer_does_not_stop_the_others_nor_its_lane() {
    let server = Server::with(|mut conn| async move {
        while let Some(seen) = conn.request().await {
            if seen.line().ends_with("/bad") {
                return;
            }
            conn.write(answer(200, "", "")).await;
        }
    })
    .await;
    let jobs = ["/bad", "/good", "/bad", "/good"].map(|target| job(&server, target, Some("lane")));
    let mut run = sender(2).run(jobs.to_vec(), &Cancel::new(), |_, exchange| exchange.result.is_ok());
    assert_eq!(all(&mut run).await, [(0, false), (1, true), (2, false), (3, true)]);
}

#[tokio::test]
async fn cancelled_jobs_are_named_and_what_is_in_flight_is_given_up() {
    // Answers the first request and leaves the others without an answer.
    let server = Server::with(|mut conn| async move {
        while let Some(seen) = conn.request().await {
            if seen.line() == "GET /0" {
                conn.write(answer(200, "", "")).await;
            }
        }
    })
    .await;
    let mut jobs: Vec<_> = (0..3).map(|n| job(&server, &format!("/{n}"), None)).collect();
    jobs.push(job(&server, "/3", Some("lane")));
    jobs.push(job(&server, "/4", Some("lane")));
    let cancel = Cancel::new();
    let mut run = sender(2).run(jobs, &cancel, |position, _| position);
    assert_eq!(run.next().await, Some((0, 0)));
    while server.seen().len() < 3 {
        tokio::task::yield_now().await;
    }
    cancel.clone().cancel();
    assert!(cancel.is_cancelled());
    assert_eq!(run.next().await, None);
    assert_eq!(run.unrun(), Unrun { waiting: vec![3, 4], abandoned: vec![1, 2] });
}

#[tokio::test]
async fn a_run_that_is_cancelled_before_it_starts_sends_nothing() {
    let server = Server::answering(|_| answer(200, "", "")).await;
    let cancel = Cancel::new();
    cancel.cancel();
    let mut run = sender(4).run(vec![job(&server, "/", None)], &cancel, |position, _| position);
    assert_eq!(run.next().await, None);
    assert_eq!(run.unrun(), Unrun { waiting: vec![0], abandoned: vec![] });
    assert_eq!(server.seen(), []);
}

#[tokio::test]
async fn nothing_starts_after_the_cancellation() {
    let server = Server::answering(|_| answer(200, "", "")).await;
    let cancel = Cancel::new();
    let jobs = (0..3).map(|n| job(&server, &format!("/{n}"), None)).collect();
    let stop = cancel.clone();
    let mut run = sender(1).run(jobs, &cancel, move |_, _| stop.cancel());
    assert_eq!(all(&mut run).await, [(0, ())]);
    assert_eq!(run.unrun(), Unrun { waiting: vec![1, 2], abandoned: vec![] });
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_run_of_nothing_ends_at_once() {
    let mut run = sender(4).run(Vec::new(), &Cancel::new(), |position, _| position);
    assert_eq!(run.next().await, None);
    assert_eq!(run.unrun(), Unrun::default());
}

#[tokio::test]
#[should_panic(expected = "the judge fell over")]
async fn a_panic_of_the_judge_is_passed_on() {
    let server = Server::answering(|_| answer(200, "", "")).await;
    let mut run =
        sender(1).run(vec![job(&server, "/", None)], &Cancel::new(), |_, _| panic!("the judge fell over"));
    let _: Option<(usize, ())> = run.next().await;
}
