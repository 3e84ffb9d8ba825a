use std::path::Path;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::report::outputs::OutputSpec;
use crate::report::samples::{Sample, ordinary};
use crate::report::terminal::Verbosity;

fn outputs(folder: &Path) -> Outputs {
    Outputs::open(&[
        OutputSpec { format: OutputFormat::Junit, path: folder.join("junit.xml"), behind: false },
        OutputSpec { format: OutputFormat::Json, path: folder.join("run.json"), behind: false },
    ])
    .unwrap()
}

/// Feeds a run whose cases finish in this order.
fn feed<W: Write>(reporter: &mut Reporter<W>, sample: &Sample, order: &[usize]) -> Result<(), ReportError> {
    reporter.event(&Event::Started(&sample.started))?;
    for position in order {
        reporter.event(&Event::Case(&sample.cases[*position]))?;
    }
    reporter.event(&Event::Finished(&sample.finished))
}

fn report(sample: &Sample, order: &[usize]) -> [String; 3] {
    let folder = TempDir::new().unwrap();
    let mut printed = Vec::new();
    let terminal = Terminal::new(&mut printed, false, Verbosity::Normal);
    let mut reporter = Reporter::new(terminal, outputs(folder.path()), &ReportSettings::default());
    feed(&mut reporter, sample, order).unwrap();
    let read = |name| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let printed = String::from_utf8(printed).unwrap();
    [printed.replace(&folder.path().display().to_string(), "reports"), read("junit.xml"), read("run.json")]
}

#[test]
fn reports_are_written_and_named() {
    let [printed, junit, json] = report(&ordinary(), &[0, 1, 2, 3, 4]);
    assert!(printed.contains("\nreport: reports/junit.xml\nreport: reports/run.json\nnext: "), "{printed}");
    assert!(junit.contains("</testsuites>") && json.contains("\"version\": 1"));
}

#[test]
fn a_case_is_printed_as_soon_as_those_before_it_are() {
    let sample = ordinary();
    let mut cases = InOrder::default();
    let mut ready = |position: usize| {
        cases.add(sample.cases[position].clone());
        cases.ready().map(|row| row.position).collect::<Vec<_>>()
    };
    assert_eq!(
        [ready(1), ready(0), ready(4), ready(2), ready(3)],
        [vec![], vec![0, 1], vec![], vec![2], vec![3, 4]]
    );
}

#[test]
fn cases_behind_a_gap_are_not_lost() {
    let [printed, junit, json] = report(&ordinary(), &[0, 2, 4]);
    for text in [printed, junit, json] {
        assert!(text.contains("list_tickets") && !text.contains("no_permission"), "{text}");
    }
}

/// A reader that went away.
struct Closed(io::ErrorKind);

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn files_are_written_though_nobody_reads_the_terminal() {
    for (kind, complaint) in [(io::ErrorKind::BrokenPipe, false), (io::ErrorKind::StorageFull, true)] {
        let folder = TempDir::new().unwrap();
        let terminal = Terminal::new(Closed(kind), false, Verbosity::Normal);
        let mut reporter = Reporter::new(
            terminal,
            outputs(folder.path()),
            &ReportSettings { dialect: junit::Dialect::Strict, ..ReportSettings::default() },
        );
        let result = feed(&mut reporter, &ordinary(), &[0, 1, 2, 3, 4]);
        assert_eq!(matches!(result, Err(ReportError::Terminal(_))), complaint);
        assert!(folder.path().join("junit.xml").exists() && folder.path().join("run.json").exists());
    }
}

#[test]
fn a_file_that_cannot_be_written_is_an_error_and_the_summary_is_still_printed() {
    if !Path::new("/dev/full").exists() {
        println!("skipped: there is no /dev/full here");
        return;
    }
    let mut printed = Vec::new();
    let outputs = Outputs::open(&["json=/dev/full".parse().unwrap()]).unwrap();
    let terminal = Terminal::new(&mut printed, false, Verbosity::Quiet);
    let mut reporter = Reporter::new(terminal, outputs, &ReportSettings::default());
    let result = feed(&mut reporter, &ordinary(), &[0, 1, 2, 3, 4]);
    assert!(matches!(result, Err(ReportError::Output(OutputError::Write { .. }))));
    let printed = String::from_utf8(printed).unwrap();
    assert!(printed.contains("summary: ") && !printed.contains("report: "), "{printed}");
}

#[test]
fn a_run_that_dies_leaves_the_old_files() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("junit.xml"), "old").unwrap();
    let terminal = Terminal::new(Vec::new(), false, Verbosity::Normal);
    let mut reporter = Reporter::new(terminal, outputs(folder.path()), &ReportSettings::default());
    reporter.event(&Event::Started(&ordinary().started)).unwrap();
    drop(reporter);
    assert_eq!(std::fs::read_to_string(folder.path().join("junit.xml")).unwrap(), "old");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn the_order_of_finishing_changes_nothing(order in Just(vec![0usize, 1, 2, 3, 4]).prop_shuffle()) {
        prop_assert_eq!(report(&ordinary(), &order), report(&ordinary(), &[0, 1, 2, 3, 4]));
    }
}
