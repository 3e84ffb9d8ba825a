//! An error of the user's input, as it is told: one message with file and place, and the cure.

use super::exit::Exit;
use crate::jobs::JobError;
use crate::plan::GlobError;
use crate::report::failure;

/// Why the program ends before anything was sent.
#[derive(Debug)]
pub(super) struct Failure {
    message: String,
    hint: Option<String>,
}

impl Failure {
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
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
        let _ = failure::write(&mut anstream::stderr().lock(), &self.message, self.hint.as_deref());
        Exit::Usage
    }
}

impl From<JobError> for Failure {
    fn from(error: JobError) -> Self {
        Self { message: error.to_string(), hint: error.hint() }
    }
}

impl From<GlobError> for Failure {
    fn from(error: GlobError) -> Self {
        Self::usage(error.to_string())
    }
}
