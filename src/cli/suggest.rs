//! What was meant where a command line cannot be understood.

use std::path::Path;

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::Cli;
use crate::report::escape;
use crate::suite::nearest;

/// A list of values that is longer is no help in an error.
const MOST_VALUES: usize = 12;

/// The error with a tip where one is known, and without a list of values that fills the screen.
pub(super) fn better(mut error: clap::Error) -> clap::Error {
    match error.kind() {
        ErrorKind::InvalidSubcommand => command(&mut error),
        ErrorKind::InvalidValue => {
            let list = error.get(ContextKind::ValidValue);
            if matches!(list, Some(ContextValue::Strings(values)) if values.len() > MOST_VALUES) {
                error.remove(ContextKind::ValidValue);
            }
        }
        _ => {}
    }
    error
}

/// Two letters that changed places make another command for clap; and a file was meant to be run.
fn command(error: &mut clap::Error) {
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand) else { return };
    let typed = typed.clone();
    let all = Cli::command();
    let known: Vec<&str> = all.get_subcommands().map(clap::Command::get_name).collect();
    if let Some(name) = nearest(&typed, known) {
        error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![name.to_owned()]));
    } else if Path::new(&typed).exists() {
        let tip = format!("a collection or suite is run by `uphold run {}`", escape::line(&typed));
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
}
