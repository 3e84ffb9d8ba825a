//! How wide the terminal is.

use std::io::IsTerminal;

/// Where nothing is known of it: a pipe, a file, the log of a CI server.
const USUAL: usize = 100;

/// The columns of stderr, or the usual width where it is no terminal.
pub(super) fn of_stderr() -> usize {
    let is_terminal = std::io::stderr().is_terminal();
    let size = is_terminal.then(terminal_size::terminal_size).flatten();
    size.map_or(USUAL, |(width, _)| usize::from(width.0))
}
