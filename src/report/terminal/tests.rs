use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::finding::FindingId;
use crate::report::events::WarningRow;
use crate::report::samples::{HOSTILE, Sample, any_run, exchange, filled_with, ordinary, row};

fn print(sample: &Sample, color: bool, verbosity: Verbosity) -> String {
    let mut terminal = Terminal::new(Vec::new(), color, verbosity);
    terminal.started(&sample.started).unwrap();
    for row in &sample.cases {
        terminal.case(row).unwrap();
    }
    let reports = ["reports/junit.xml".into(), "reports/run.json".into()];
    terminal.finished(&sample.run(), &reports).unwrap();
    String::from_utf8(terminal.out).unwrap().replace(env!("CARGO_PKG_VERSION"), "[version]")
}

#[test]
fn an_ordinary_run() {
    assert_snapshot!(print(&ordinary(), false, Verbosity::Normal));
}

#[test]
fn an_ordinary_run_in_colour() {
    assert_snapshot!(print(&ordinary(), true, Verbosity::Normal).replace('\u{1b}', "␛"));
}

#[test]
fn a_quiet_run() {
    assert_snapshot!(print(&ordinary(), false, Verbosity::Quiet));
}

#[test]
fn a_passing_run_on_the_mock() {
    let mut sample = ordinary();
    sample.started.target = TargetRow::Mock { base_url: "http://127.0.0.1:1".to_owned() };
    sample.started.warnings.clear();
    sample.started.cases = 1;
    sample.cases.truncate(1);
    sample.finished.summary = Summary { passed: 1, ..Summary::default() };
    sample.started.without_example.clear();
    assert_snapshot!(print(&sample, false, Verbosity::Normal));
}

#[test]
fn an_answer_of_several_lines_is_shown_line_by_line() {
    let mut failed = row(0, "a::b::c", VerdictRow::Failed);
    failed.findings = vec![Finding::new(FindingId::StatusClassChanged, "", "200", "500")];
    let shown = |text: &str| {
        let mut exchange = exchange("", 500, text);
        exchange.expected = None;
        plain(&CaseRow { exchange: Some(exchange), ..failed.clone() })
    };
    let long = shown(&"line\n".repeat(500));
    let text = shown("\n{\n  \"code\": \"X\",\r\n\t\"\u{1b}[2J\": 1\n\n::error::x\n}\n\n");
    let (_, text) = text.split_once("       answer\n").unwrap();
    let (text, _) = text.split_once("       source").unwrap();
    assert_eq!(
        text,
        "         | {\n         |   \"code\": \"X\",\n         | \\t\"\\u{1b}[2J\": 1\n         |\n         | \
         ::error::x\n         | }\n"
    );
    assert_eq!(long.matches("         | line\n").count(), SHOWN_ANSWER_LINES, "{long}");
    assert!(long.contains("         | … ") && long.contains(" lines left out …\n"), "{long}");
    assert!(shown("away").contains("       answer    away\n"));
}

#[test]
fn an_interrupted_run() {
    let mut sample = ordinary();
    sample.cases = vec![row(0, "a::b::c", VerdictRow::Skipped)];
    sample.cases[0].reason = Some("not run: interrupted by SIGINT".to_owned());
    sample.finished.interrupted = Some("SIGINT");
    let printed = print(&sample, false, Verbosity::Normal);
    assert!(printed.contains(
        "\ninterrupted by SIGINT: the cases that had not run are skipped\nskipped 1 case: not run: "
    ));
    assert!(!printed.contains("nothing was tested"), "{printed}");
}

#[test]
fn a_hostile_run() {
    assert_snapshot!(print(
        &filled_with("\u{1b}[2J]]>\0\r\n::error::<&\u{202e}##[x]"),
        false,
        Verbosity::Normal
    ));
}

#[test]
fn long_lists_and_values_are_cut() {
    let mut sample = ordinary();
    sample.cases.truncate(2);
    let finding = sample.cases[1].findings[0].clone();
    sample.cases[1].findings.extend(std::iter::repeat_n(finding, 100));
    sample.cases[1].findings[1].actual = "x".repeat(1_000_000);
    sample.started.without_example = (0..12).map(|n| format!("a::{n}")).collect();
    let printed = print(&sample, false, Verbosity::Normal);
    assert!(printed.contains("       and 78 more findings\n"), "{printed}");
    assert!(printed.contains("no example: and 2 more: uphold list\n"));
    assert!(printed.len() < 8000);
}

/// A run in which every case was skipped.
fn all_skipped(reasons: &[&str]) -> Sample {
    let mut sample = ordinary();
    let skipped = |(position, reason): (usize, &&str)| CaseRow {
        reason: Some((*reason).to_owned()),
        ..row(position, &format!("a::b::c_{position}"), VerdictRow::Skipped)
    };
    sample.cases = reasons.iter().enumerate().map(skipped).collect();
    sample.finished.summary = Summary { skipped: reasons.len(), ..Summary::default() };
    sample
}

#[test]
fn a_run_that_skips_everything_says_what_to_do_next() {
    let mut reasons = vec!["`TOKEN` is not set in the environment; set it"; 300];
    reasons.extend(["`ID` is not set in the environment; set it"; 20]);
    reasons.extend(["not today", "not today either", "a; b; c"]);
    let sentence = |n| format!("sent as 'S{n}, it's' ({}); say how to get 404", 200 + n / 2);
    let names: Vec<String> = (0..9).map(sentence).collect();
    reasons.extend(names.iter().map(String::as_str));
    for verbosity in [Verbosity::Normal, Verbosity::Quiet] {
        let printed = print(&all_skipped(&reasons), false, verbosity);
        let tail = printed.lines().skip_while(|line| !line.starts_with("skipped")).collect::<Vec<_>>();
        assert_eq!(
            tail[..12],
            [
                "skipped 320 cases: set it",
                "  300 × `TOKEN` is not set in the environment",
                "  20 × `ID` is not set in the environment",
                "skipped 9 cases: say how to get 404",
                "  2 × sent as '…' (200)",
                "  2 × sent as '…' (201)",
                "  2 × sent as '…' (202)",
                "  and 2 more causes",
                "skipped 2 cases:",
                "  1 × not today",
                "  1 × not today either",
                "skipped 1 case: a; b; c",
            ]
        );
        assert!(printed.contains("\nnothing was tested: every case is skipped; uphold list"), "{printed}");
    }
    let printed = print(&all_skipped(&reasons), false, Verbosity::Normal);
    assert!(printed.contains("\nSKIP   a::b::c_0  `TOKEN` is not set in the environment\n"), "{printed}");
}

#[test]
fn a_run_without_cases_says_so() {
    let colored = print(&all_skipped(&["not today"]), true, Verbosity::Quiet);
    assert!(colored.contains("\u{1b}[33m0 passed") && !colored.contains("\u{1b}[32m"), "no green: {colored}");
    let printed = print(&all_skipped(&[]), false, Verbosity::Quiet);
    assert!(printed.contains("nothing was tested: no case is selected; uphold list"), "{printed}");
}

#[test]
fn short_times_are_not_nothing() {
    assert_eq!(time(Duration::from_micros(430)), "0.4 ms");
    assert_eq!(time(Duration::from_millis(10)), "10 ms");
    assert_eq!(time(Duration::from_millis(10_250)), "10.2 s");
}

/// What a CI server would take for a command, and a terminal for control.
fn is_safe(printed: &str) -> bool {
    let controls = printed.chars().any(|c| c != '\n' && escape::is_hidden(c));
    let commands = printed.lines().any(|line| line.trim_start().starts_with("::"));
    !controls && !commands && !printed.contains("##[") && !printed.contains("##vso[")
}

#[test]
fn every_hostile_text_is_harmless_everywhere() {
    for text in HOSTILE {
        let printed = print(&filled_with(text), false, Verbosity::Normal);
        assert!(is_safe(&printed), "{text:?}: {printed}");
        let stripped =
            anstream::adapter::strip_str(&print(&filled_with(text), true, Verbosity::Normal)).to_string();
        assert_eq!(stripped, printed, "only our own colours may be in it");
    }
}

#[test]
fn warnings_of_the_whole_file_have_no_pointer() {
    let mut sample = ordinary();
    sample.started.warnings =
        vec![WarningRow { file: "f.json".to_owned(), pointer: String::new(), message: "m".to_owned() }];
    assert!(print(&sample, false, Verbosity::Normal).contains("\nwarning: f.json: m\n"));
}

proptest! {
    #[test]
    fn arbitrary_runs_are_harmless(sample in any_run()) {
        let printed = print(&sample, false, Verbosity::Normal);
        prop_assert!(is_safe(&printed), "{printed}");
    }
}
