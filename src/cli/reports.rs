//! The options of report files that several commands share.

use clap::{Args, ValueEnum};

use crate::report::{Dialect, OutputFormat, OutputSpec};

/// Which files are written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reports")]
pub(super) struct ReportArgs {
    /// Write these reports: junit=FILE, json=FILE; may be repeated, or joined by commas
    ///
    /// Without it junit=reports/junit.xml,json=reports/run.json.
    #[arg(long, value_name = "FORMAT=FILE", value_delimiter = ',')]
    report: Vec<OutputSpec>,

    /// How much the JUnit file holds
    ///
    /// rich: for GitLab, GitHub, Azure, CircleCI. strict: valid against the schema that Jenkins' xunit
    /// plugin enforces.
    #[arg(long, value_name = "DIALECT", default_value = "rich")]
    junit_dialect: JunitDialect,
}

impl ReportArgs {
    /// The files that were asked for, or the usual ones.
    pub(super) fn outputs(&self) -> Vec<OutputSpec> {
        if !self.report.is_empty() {
            return self.report.clone();
        }
        [(OutputFormat::Junit, "reports/junit.xml"), (OutputFormat::Json, "reports/run.json")]
            .map(|(format, path)| OutputSpec { format, path: path.into() })
            .to_vec()
    }

    pub(super) fn dialect(&self) -> Dialect {
        match self.junit_dialect {
            JunitDialect::Rich => Dialect::Rich,
            JunitDialect::Strict => Dialect::Strict,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum JunitDialect {
    Rich,
    Strict,
}
