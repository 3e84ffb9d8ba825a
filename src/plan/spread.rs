//! Work on many items, on all processors.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How many items a thread takes at once; fewer than two such portions are not worth a thread.
const PORTION: usize = 64;

/// What `work` makes of each item with its position, in their order. The error is that of the first
/// item that has one, whoever comes to it first.
pub(super) fn over<I, R, E>(items: &[I], work: impl Fn(usize, &I) -> Result<R, E> + Sync) -> Result<Vec<R>, E>
where
    I: Sync,
    R: Send,
    E: Send,
{
    let portions: Vec<(usize, &[I])> =
        items.chunks(PORTION).enumerate().map(|(at, portion)| (at * PORTION, portion)).collect();
    let done = |(first, portion): &(usize, &[I])| -> Result<Vec<R>, E> {
        portion.iter().enumerate().map(|(at, item)| work(first + at, item)).collect()
    };
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get).min(portions.len());
    if threads < 2 {
        return Ok(portions.iter().map(done).collect::<Result<Vec<_>, E>>()?.into_iter().flatten().collect());
    }
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut made = Vec::new();
        while let Some((at, portion)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            portions.get(at).map(|portion| (at, portion))
        } {
            made.push((at, done(portion)));
        }
        made
    };
    let mut made: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        let joined = workers.into_iter().map(thread::ScopedJoinHandle::join);
        joined.flat_map(|made| made.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    made.sort_by_key(|(at, _)| *at);
    Ok(made.into_iter().map(|(_, made)| made).collect::<Result<Vec<_>, E>>()?.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::{PORTION, over};

    #[test]
    fn what_is_made_stands_in_the_order_of_the_items() {
        for count in [0, 1, PORTION, PORTION + 1, 20 * PORTION + 7] {
            let items: Vec<usize> = (0..count).collect();
            let made = over(&items, |at, item| Ok::<_, ()>((at, *item * 2))).unwrap();
            assert_eq!(made, (0..count).map(|at| (at, at * 2)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_error_is_that_of_the_first_item() {
        let items: Vec<usize> = (0..20 * PORTION).collect();
        let made = over(&items, |at, _| if at % (3 * PORTION) == PORTION + 1 { Err(at) } else { Ok(()) });
        assert_eq!(made, Err(PORTION + 1));
    }
}
