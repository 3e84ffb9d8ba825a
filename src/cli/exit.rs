//! Exit codes, the same for every command. They are part of the interface: scripts rely on them.

use std::process::ExitCode;

/// What the program ends with. `uphold mock` ends as it is meant to by a signal: with 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: all that ran passed.
    Passed,
    /// 1: at least one case failed.
    Failed,
    /// 2: bad usage or unreadable input; nothing was sent.
    Usage,
    /// 3: no case failed, but at least one errored (no usable answer).
    Errored,
    /// 4: no case ran: none was selected, or all were skipped.
    NothingRan,
    /// 130 or 143: ended by SIGINT or SIGTERM; the reports were written.
    Interrupted(u8),
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Errored => 3,
            Self::NothingRan => 4,
            Self::Interrupted(code) => code,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}
