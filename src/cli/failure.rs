//! An error of the user's input, as it is told: one message with file and place, and the cure.

use super::exit::Exit;
use super::width;
use crate::jobs::JobError;
use crate::plan::GlobError;
use crate::postman::Fault;
use crate::report::failure;

/// Why the program ends before anything was sent.
#[derive(Debug)]
pub(super) struct Failure {
    faults: Vec<Fault>,
    hint: Option<String>,
}

impl Failure {
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self { faults: vec![Fault::nowhere(message)], hint: None }
    }

    /// The same with the cure.
    pub(super) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// What a write to stdout came to. A reader that has seen enough (`uphold list | head`) is no
    /// failure.
    pub(super) fn unless_printed(printed: std::io::Result<()>) -> Result<(), Self> {
        match printed {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Self::usage(format!("cannot write to stdout: {error}")))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Says it on stderr.
    pub(super) fn tell(&self) -> Exit {
        // A closed stderr leaves nobody to tell; the exit code still says it.
        let (mut out, width) = (anstream::stderr().lock(), width::of_stderr());
        let _ = failure::write(&mut out, &self.faults, self.hint.as_deref(), width);
        Exit::Usage
    }
}

impl From<JobError> for Failure {
    fn from(error: JobError) -> Self {
        Self { faults: error.faults(), hint: error.hint() }
    }
}

impl From<GlobError> for Failure {
    fn from(error: GlobError) -> Self {
        Self::usage(error.to_string())
    }
}
