//! `uphold infer`: a schema of loose JSON bodies.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread;

use super::JobError;
use crate::contract::schema::infer::{Accumulator, BodyError};
use crate::report::inferred::{Inferred, Oddities, Why};
use crate::suite::open_bodies;

/// Where bodies come from.
pub enum BodySource {
    /// A file.
    File(PathBuf),
    /// A stream that is open already, such as stdin.
    Stream {
        /// What messages call it.
        name: String,
        /// The stream.
        from: Box<dyn Read + Send>,
    },
}

/// What is inferred.
pub struct InferSettings {
    /// Where the bodies come from; the order does not matter to the schema.
    pub sources: Vec<BodySource>,
    /// Closed objects and enums.
    pub strict: bool,
    /// The place whose origin is asked for, instead of the schema.
    pub why: Option<String>,
}

/// Reads every body and infers the schema, or says where a claim of it comes from.
pub fn infer(settings: InferSettings) -> Result<Inferred, JobError> {
    let InferSettings { sources, strict, why } = settings;
    let Some(at) = why else {
        let seen = read_all(sources)?;
        let schema = if strict { seen.finish_strict() } else { seen.finish() };
        return Ok(Inferred { schema, why: None, oddities: oddities(&seen) });
    };
    let (seen, numbered) = read_numbered(sources)?;
    let found = seen.provenance(&at).ok_or(JobError::NotShown { at })?;
    let why = Why { shown: found.shown, of: found.of, sources: numbered.names(&found.sources) };
    Ok(Inferred { schema: seen.finish(), why: Some(why), oddities: oddities(&seen) })
}

fn oddities(seen: &Accumulator) -> Oddities {
    Oddities { repeated_names: seen.repeated_names(), wide_integers: seen.wide_integers() }
}

impl BodySource {
    fn name(&self) -> String {
        match self {
            Self::File(file) => file.display().to_string(),
            Self::Stream { name, .. } => name.clone(),
        }
    }

    fn read(
        self,
        seen: Accumulator,
        number: &mut dyn FnMut(u64) -> Option<u32>,
    ) -> Result<Accumulator, JobError> {
        let name = self.name();
        let from: Box<dyn BufRead> = match self {
            Self::File(file) => Box::new(open_bodies(&file)?),
            Self::Stream { from, .. } => Box::new(BufReader::new(from)),
        };
        Ok(seen.read_all(&name, from, number)?)
    }
}

/// All sources on all processors; of several that fail the first is told.
fn read_all(sources: Vec<BodySource>) -> Result<Accumulator, JobError> {
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get).min(sources.len());
    let queue = Mutex::new(sources.into_iter().enumerate());
    let next = || queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner).next();
    let worker = || {
        let mut seen = Accumulator::default();
        while let Some((position, source)) = next() {
            seen = source.read(seen, &mut |_| None).map_err(|error| (position, error))?;
        }
        Ok(seen)
    };
    let done: Vec<Result<Accumulator, (usize, JobError)>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        let joined = workers.into_iter().map(thread::ScopedJoinHandle::join);
        joined.map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    let (mut all, mut failed) = (Accumulator::default(), Vec::new());
    for part in done {
        match part {
            Ok(seen) => all.merge(seen),
            Err(failure) => failed.push(failure),
        }
    }
    match failed.into_iter().min_by_key(|(position, _)| *position) {
        Some((_, error)) => Err(error),
        None => Ok(all),
    }
}

/// Where each numbered body begins.
struct Numbered {
    files: Vec<String>,
    /// The position of the file, and the line.
    bodies: Vec<(usize, u64)>,
}

fn read_numbered(sources: Vec<BodySource>) -> Result<(Accumulator, Numbered), JobError> {
    let mut numbered = Numbered { files: Vec::new(), bodies: Vec::new() };
    let mut seen = Accumulator::default();
    for (position, source) in sources.into_iter().enumerate() {
        numbered.files.push(source.name());
        seen = source.read(seen, &mut |line| {
            let number = u32::try_from(numbered.bodies.len()).ok()?;
            numbered.bodies.push((position, line));
            Some(number)
        })?;
    }
    Ok((seen, numbered))
}

impl Numbered {
    /// `a.json`, and of a file with several bodies `b.json:3`.
    fn names(&self, numbers: &[u32]) -> Vec<String> {
        let mut counts = vec![0usize; self.files.len()];
        for (file, _) in &self.bodies {
            if let Some(count) = counts.get_mut(*file) {
                *count += 1;
            }
        }
        let body = |number: &u32| self.bodies.get(usize::try_from(*number).ok()?);
        let name = |(file, line): &(usize, u64)| {
            let name = self.files.get(*file)?;
            let alone = counts.get(*file) == Some(&1);
            Some(if alone { name.clone() } else { format!("{name}:{line}") })
        };
        numbers.iter().filter_map(body).filter_map(name).collect()
    }
}

impl From<BodyError> for JobError {
    fn from(error: BodyError) -> Self {
        Self::Body(error)
    }
}
