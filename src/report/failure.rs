//! An error of the user's input, as it is told: the message, the line with a mark under the place, and the cure
//! below it.

use std::io::{self, Write};

use super::escape;
use super::snippet::Snippet;
use crate::postman::Fault;

/// The most faults of one file that are told.
const SHOWN: usize = 20;

/// Writes `error: …` for each fault, with its line where it has a place in a file, and `hint: …` where there is
/// one; lines of files are at most `width` columns wide.
///
/// Whatever the texts quote from files is shown without control characters and line breaks: a line of its own
/// could be a command to a CI server. Of the lines of files no value is shown that may be a secret.
pub fn write(out: &mut dyn Write, faults: &[Fault], hint: Option<&str>, width: usize) -> io::Result<()> {
    let red = anstyle::AnsiColor::Red.on_default().bold();
    let blue = anstyle::AnsiColor::Blue.on_default().bold();
    let bold = anstyle::Style::new().bold();
    for fault in faults.iter().take(SHOWN) {
        let message = escape::line(&fault.message);
        writeln!(out, "{red}error:{red:#} {message}")?;
        let Some(snippet) = fault.spot.as_ref().and_then(|spot| Snippet::of(spot, width)) else { continue };
        let Snippet { place, line, before, mark } = snippet;
        if !message.contains(&place) {
            writeln!(out, "{blue}  at{blue:#} {place}")?;
        }
        let (number, line) = line.split_once('|').unwrap_or_default();
        writeln!(out, "{blue}{number}|{blue:#}{}", line.trim_end())?;
        let blanks = before.split_once('|').map_or("", |(_, blanks)| blanks);
        writeln!(out, "{blue}{:1$}|{blue:#}{blanks}{red}{mark}{red:#}", "", number.len())?;
    }
    if let Some(more) = faults.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        writeln!(out, "{red}error:{red:#} and {more} more")?;
    }
    match hint {
        Some(hint) => writeln!(out, "{bold}hint:{bold:#} {}", escape::line(hint)),
        None => Ok(()),
    }
}
