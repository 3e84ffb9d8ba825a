//! An error of the user's input, as it is told: the message, and the cure below it.

use std::io::{self, Write};

use super::escape;

/// Writes `error: …` and, where there is one, `hint: …`. Whatever the texts quote from files is
/// shown without control characters and line breaks: a line of its own could be a command to a CI
/// server.
pub fn write(out: &mut dyn Write, message: &str, hint: Option<&str>) -> io::Result<()> {
    let red = anstyle::AnsiColor::Red.on_default().bold();
    let bold = anstyle::Style::new().bold();
    writeln!(out, "{red}error:{red:#} {}", escape::line(message))?;
    match hint {
        Some(hint) => writeln!(out, "{bold}hint:{bold:#} {}", escape::line(hint)),
        None => Ok(()),
    }
}
