//! What came of a run, in one sentence of our own words: it holds numbers, and no text from outside.

use super::count::count;
use super::events::Run;

/// `2 of 13 cases failed; 1 without a usable answer; 3 skipped`.
pub(super) fn of(run: &Run<'_>) -> String {
    if let Some(compared) = &run.started.compared {
        return compared.counts.sentence("");
    }
    let summary = run.finished.summary;
    let ran = summary.passed + summary.failed + summary.errored;
    let mut text = match (ran, summary.failed, summary.errored) {
        (0, _, _) => "nothing was tested".to_owned(),
        (_, 0, 0) => format!("{} passed", count(ran, "case")),
        (_, failed, _) => format!("{failed} of {} failed", count(ran, "case")),
    };
    for (number, what) in [(summary.errored, "without a usable answer"), (summary.skipped, "skipped")] {
        if number > 0 {
            text = format!("{text}; {number} {what}");
        }
    }
    let forbidden = run.forbidden_skips();
    if forbidden > 0 {
        text = format!("{text}, {forbidden} of them against --no-skips");
    }
    match run.finished.interrupted {
        Some(signal) => format!("{text}; interrupted by {signal}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::events::Summary;
    use crate::report::samples;

    #[test]
    fn what_there_is_none_of_is_not_told() {
        let mut sample = samples::ordinary();
        let mut said = |passed, failed, errored, skipped| {
            sample.finished.summary = Summary { passed, failed, errored, skipped, without_example: 1 };
            of(&sample.run())
        };
        assert_eq!(said(10, 2, 1, 3), "2 of 13 cases failed; 1 without a usable answer; 3 skipped");
        assert_eq!(said(1, 0, 0, 0), "1 case passed");
        assert_eq!(said(0, 0, 0, 4), "nothing was tested; 4 skipped");
        sample.finished.no_skips = true;
        assert_eq!(of(&sample.run()), "nothing was tested; 4 skipped, 1 of them against --no-skips");
    }
}
