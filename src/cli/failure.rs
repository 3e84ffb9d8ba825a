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

    /// stdout cannot be written to.
    #[expect(clippy::needless_pass_by_value, reason = "the signature that map_err asks for")]
    pub(super) fn stdout(error: std::io::Error) -> Self {
        Self::usage(format!("cannot write to stdout: {error}"))
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
