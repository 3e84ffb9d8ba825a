//! The events of a run as JSON, one a line (`--format json`), of the types of run.json.
//!
//! `schemas/uphold/event.schema.json` is generated from them, and a test keeps it true
//! (`UPHOLD_UPDATE=1 cargo test event_schema` writes it anew). What holds for members of run.json holds here.

use std::borrow::Cow;
use std::io::{self, Write};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Value;

use super::read::VERSION;
use super::{CaseJson, PlanJson, ShardJson, SummaryJson, TargetJson, milliseconds};
use crate::report::events::{Event, WholeRow};

/// One event of a run: first `started`, then a `case` for each as it has its verdict, at last `finished`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "event", rename_all = "lowercase")]
#[schemars(title = "uphold event")]
enum EventJson<'a> {
    /// Before the first request.
    Started(StartedJson<'a>),
    /// A case has its verdict.
    Case(Box<CaseJson<'a>>),
    /// After the last case.
    Finished(FinishedJson<'a>),
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "started")]
struct StartedJson<'a> {
    /// The version of the format of run.json and of these events.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// The version of uphold.
    uphold: &'static str,
    /// When: RFC 3339, UTC.
    #[schemars(extend("format" = "date-time"))]
    started: String,
    /// As in run.json.
    seed: Option<u32>,
    /// Where the requests are sent.
    target: TargetJson<'a>,
    /// All that was selected, by this run or by it and the other shards of one run.
    plan: PlanJson<'a>,
    /// Which part of it this run has; null for all.
    shard: Option<ShardJson>,
    /// How many cases come.
    cases: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "finished")]
struct FinishedJson<'a> {
    /// The counts.
    summary: SummaryJson,
    /// How long the run took, in milliseconds.
    duration_ms: u64,
    /// The signal that ended the run early; null where none did.
    interrupted: Option<&'static str>,
    /// What kept several cases from a usable answer, each said once here.
    errors: Cow<'a, [String]>,
    /// What came up on the way that the user should know.
    notes: Cow<'a, [String]>,
    /// Of a run with memory, what is new, resolved and flaky since the runs before.
    drift: Cow<'a, [String]>,
}

/// Writes events to a reader that may go away: what it does not take is dropped from then on.
#[derive(Debug)]
pub struct Stream<W> {
    out: Option<W>,
    /// Which part of the plan the cases are of.
    whole: WholeRow,
}

impl<W: Write> Stream<W> {
    /// Nothing is written yet.
    pub fn new(out: W) -> Self {
        Self { out: Some(out), whole: WholeRow::default() }
    }

    /// Writes one event, as one line. Fails where it cannot be written, but for a reader that went away.
    pub fn event(&mut self, event: &Event<'_>) -> io::Result<()> {
        let json = match event {
            Event::Started(started) => {
                self.whole.clone_from(&started.whole);
                EventJson::Started(StartedJson {
                    version: VERSION,
                    uphold: env!("CARGO_PKG_VERSION"),
                    started: format!("{:.3}", started.started),
                    seed: started.seed,
                    target: (&started.target).into(),
                    plan: (&started.whole).into(),
                    shard: started.whole.shard.as_ref().map(Into::into),
                    cases: started.cases,
                })
            }
            Event::Case(row) => EventJson::Case(Box::new(CaseJson {
                position: self.whole.position(row),
                ..CaseJson::from(*row)
            })),
            Event::Finished(finished) => EventJson::Finished(FinishedJson {
                summary: finished.summary.into(),
                duration_ms: milliseconds(finished.duration),
                interrupted: finished.interrupted,
                errors: (&finished.errors).into(),
                notes: (&finished.notes).into(),
                drift: (&finished.drift).into(),
            }),
        };
        let Some(out) = &mut self.out else { return Ok(()) };
        let mut line = serde_json::to_vec(&json)?;
        line.push(b'\n');
        match out.write_all(&line).and_then(|()| out.flush()) {
            Err(error) => {
                self.out = None;
                if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) }
            }
            Ok(()) => Ok(()),
        }
    }
}

/// The JSON Schema (2020-12) of a line.
pub fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.into_root_schema_for::<EventJson<'static>>().to_value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::{HOSTILE, Sample, filled_with, ordinary};

    const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/uphold/event.schema.json");

    fn lines(sample: &Sample) -> Vec<Value> {
        let mut out = Vec::new();
        let mut stream = Stream::new(&mut out);
        stream.event(&Event::Started(&sample.started)).unwrap();
        sample.cases.iter().for_each(|row| stream.event(&Event::Case(row)).unwrap());
        stream.event(&Event::Finished(&sample.finished)).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.ends_with('\n'));
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn event_schema_file_is_what_the_types_say() {
        let text = format!("{:#}\n", schema());
        if std::env::var_os("UPHOLD_UPDATE").is_some() {
            std::fs::write(SCHEMA, &text).unwrap();
        }
        let file = std::fs::read_to_string(SCHEMA).unwrap_or_default();
        assert!(file == text, "{SCHEMA} is old: UPHOLD_UPDATE=1 cargo test event_schema writes it anew");
    }

    #[test]
    fn each_event_is_one_valid_line() {
        let validator = jsonschema::draft202012::new(&schema()).unwrap();
        for sample in [ordinary()].into_iter().chain(HOSTILE.map(filled_with)) {
            let lines = lines(&sample);
            assert_eq!(lines.len(), sample.cases.len() + 2);
            for line in &lines {
                let wrong: Vec<String> = validator.iter_errors(line).map(|error| error.to_string()).collect();
                assert_eq!(wrong, Vec::<String>::new(), "{line:#}");
            }
            let kinds: Vec<_> = lines.iter().map(|line| line["event"].as_str().unwrap()).collect();
            assert_eq!((kinds[0], kinds[1], kinds[kinds.len() - 1]), ("started", "case", "finished"));
        }
        assert!(!validator.is_valid(&serde_json::json!({"event": "paused"})));
    }

    #[test]
    fn a_reader_that_went_away_is_no_failure() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let sample = ordinary();
        let mut stream = Stream::new(Gone);
        for _ in 0..2 {
            stream.event(&Event::Finished(&sample.finished)).unwrap();
        }
    }
}
