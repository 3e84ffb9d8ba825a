//! The order of units that have several lanes; what the order of requests is made of.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use tokio::sync::Barrier;

use super::*;

fn unit(position: usize, lanes: &[&str]) -> Unit<usize> {
    Unit { lanes: lanes.iter().map(|name| Lane((*name).to_owned())).collect(), work: position }
}

async fn all<R>(run: &mut Run<R>) -> Vec<R> {
    let mut results = Vec::new();
    while let Some((_, result)) = run.next().await {
        results.push(result);
    }
    results
}

#[tokio::test]
async fn units_that_one_unit_held_back_run_at_once() {
    // The first holds both lanes; behind it two that share none meet at a barrier.
    let barrier = Arc::new(Barrier::new(2));
    let units = vec![unit(0, &["a", "b"]), unit(1, &["a"]), unit(2, &["b"])];
    let mut run = start(units, 4, &Cancel::new(), move |position| {
        let barrier = Arc::clone(&barrier);
        async move {
            if position > 0 {
                barrier.wait().await;
            }
            Some(position)
        }
    });
    let mut done = all(&mut run).await;
    done.sort_unstable();
    assert_eq!(done, [0, 1, 2]);
    assert_eq!(run.unrun(), Unrun::default());
}

#[tokio::test]
async fn a_panic_ends_the_run_also_where_others_wait_for_it() {
    let units = vec![unit(0, &["a"]), unit(1, &["a"]), unit(2, &[])];
    let mut run = start(units, 4, &Cancel::new(), |position| async move {
        assert!(position != 0, "the work fell over");
        Some(position)
    });
    let ended = tokio::spawn(async move { while run.next().await.is_some() {} }).await;
    assert!(ended.is_err_and(|error| error.is_panic()));
}

#[tokio::test]
async fn cancelled_work_may_still_give_its_result() {
    let cancel = Cancel::new();
    let stop = cancel.clone();
    let units = vec![unit(0, &["a"]), unit(1, &["b"]), unit(2, &["a"])];
    let mut run = start(units, 1, &cancel, move |position| {
        let stop = stop.clone();
        async move {
            stop.cancel();
            (position == 0).then_some(position)
        }
    });
    assert_eq!(all(&mut run).await, [0]);
    assert_eq!(run.unrun(), Unrun { waiting: vec![1, 2], abandoned: Vec::new() });
}

proptest! {
    #[test]
    fn every_unit_runs_and_no_lane_is_held_twice_or_out_of_order(
        lanes in proptest::collection::vec(proptest::collection::vec(0_usize..4, 0..4), 0..30),
        jobs in 0_usize..8,
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
        let units: Vec<_> = lanes
            .iter()
            .enumerate()
            .map(|(position, lanes)| Unit {
                lanes: lanes.iter().map(|lane| Lane(lane.to_string())).collect(),
                work: position,
            })
            .collect();
        let held: Arc<Vec<AtomicUsize>> = Arc::new((0..4).map(|_| AtomicUsize::new(0)).collect());
        let order = Arc::new(Mutex::new(Vec::new()));
        let (of_unit, seen) = (lanes.clone(), Arc::clone(&order));
        let overlaps = Arc::new(AtomicUsize::new(0));
        let wrong = Arc::clone(&overlaps);
        runtime.block_on(async move {
            let mut run = start(units, jobs, &Cancel::new(), move |position: usize| {
                let mut mine = of_unit[position].clone();
                mine.sort_unstable();
                mine.dedup();
                let (held, seen, wrong) = (Arc::clone(&held), Arc::clone(&seen), Arc::clone(&wrong));
                async move {
                    seen.lock().unwrap().push(position);
                    for lane in &mine {
                        wrong.fetch_add(held[*lane].fetch_add(1, Ordering::SeqCst), Ordering::SeqCst);
                    }
                    tokio::task::yield_now().await;
                    for lane in &mine {
                        held[*lane].fetch_sub(1, Ordering::SeqCst);
                    }
                    Some(position)
                }
            });
            all(&mut run).await
        });
        prop_assert_eq!(overlaps.load(Ordering::SeqCst), 0);
        let order = order.lock().unwrap().clone();
        prop_assert_eq!(order.len(), lanes.len());
        for lane in 0..4 {
            let mine: Vec<_> = order.iter().filter(|position| lanes[**position].contains(&lane)).collect();
            prop_assert!(mine.is_sorted(), "{:?}", mine);
        }
    }
}
