//! The options of reports that several commands share.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use clap::{Args, ValueEnum};

use crate::report::settings::Annotations;
use crate::report::{Dialect, OutputFormat, OutputSpec, ReportSettings};

/// Which files are written, and who reads along.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reports")]
pub(super) struct ReportArgs {
    /// Write these reports: junit=FILE, json=FILE, html=FILE, md=FILE; repeated, or joined by commas
    ///
    /// Without it all four in reports/: junit.xml, run.json, index.html and summary.md. On GitHub the
    /// summary is also added to the page of the run (`GITHUB_STEP_SUMMARY`).
    #[arg(long, value_name = "FORMAT=FILE", value_delimiter = ',')]
    report: Vec<OutputSpec>,

    /// How much the JUnit file holds
    ///
    /// rich: for GitLab, GitHub, Azure, CircleCI. strict: valid against the schema that Jenkins' xunit
    /// plugin enforces.
    #[arg(long, value_name = "DIALECT", default_value = "rich")]
    junit_dialect: JunitDialect,

    /// Who reads stdout: pretty for people, github with annotations at the end, json one event a line
    ///
    /// With json the report for people goes to stderr.
    ///
    /// An annotation shows a case that did not pass, or a warning, at the line of its example. Without
    /// it github where `GITHUB_ACTIONS` is true.
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
}

impl ReportArgs {
    /// The reports that were asked for, or the usual ones; `process` is the process environment.
    pub(super) fn settings(&self, process: &BTreeMap<String, String>) -> ReportSettings {
        let folder = std::env::current_dir().unwrap_or_default();
        ReportSettings {
            outputs: self.files().into_iter().chain(page_of_step(process)).collect(),
            dialect: match self.junit_dialect {
                JunitDialect::Rich => Dialect::Rich,
                JunitDialect::Strict => Dialect::Strict,
            },
            annotations: self.is_github(process).then(|| annotations(process, &folder)),
            streams: self.format == Some(Format::Json),
        }
    }

    /// Where the report for people goes.
    pub(super) fn terminal(&self) -> Box<dyn Write> {
        match self.format {
            Some(Format::Json) => Box::new(anstream::stderr()),
            Some(Format::Pretty | Format::Github) | None => Box::new(anstream::stdout().lock()),
        }
    }

    fn files(&self) -> Vec<OutputSpec> {
        if !self.report.is_empty() {
            return self.report.clone();
        }
        let usual = [
            (OutputFormat::Junit, "reports/junit.xml"),
            (OutputFormat::Json, "reports/run.json"),
            (OutputFormat::Html, "reports/index.html"),
            (OutputFormat::Markdown, "reports/summary.md"),
        ];
        usual.map(|(format, path)| OutputSpec { format, path: path.into(), behind: false }).to_vec()
    }

    fn is_github(&self, process: &BTreeMap<String, String>) -> bool {
        match self.format {
            Some(format) => format == Format::Github,
            None => process.get("GITHUB_ACTIONS").is_some_and(|value| value == "true"),
        }
    }
}

/// The page that GitHub shows for a step. It is there before the step begins; other runners only name it, and it is
/// made. A name in a folder that is not there, such as that of the machine around a container, is told.
fn page_of_step(process: &BTreeMap<String, String>) -> Option<OutputSpec> {
    let path = process.get("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty())?.into();
    Some(OutputSpec { format: OutputFormat::Markdown, path, behind: true })
}

/// The folder from the root of the repository, which GitHub names.
fn annotations(process: &BTreeMap<String, String>, folder: &Path) -> Annotations {
    let inner = process.get("GITHUB_WORKSPACE").and_then(|root| folder.strip_prefix(root).ok());
    let inner = inner.unwrap_or(Path::new("")).to_string_lossy();
    Annotations { folder: inner.trim_end_matches('/').to_owned() }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum JunitDialect {
    Rich,
    Strict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Pretty,
    Github,
    Json,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_from_the_root_that_github_names() {
        let of = |root: &str| {
            let process = BTreeMap::from([("GITHUB_WORKSPACE".to_owned(), root.to_owned())]);
            annotations(&process, Path::new("/home/runner/work/shop/shop/services/crm")).folder
        };
        assert_eq!(of("/home/runner/work/shop/shop"), "services/crm");
        assert_eq!(of("/home/runner/work/shop/shop/services/crm/"), "");
        assert_eq!(of("/elsewhere"), "");
    }
}
