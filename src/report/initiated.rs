//! What `uphold init` prints: what was made, and what to do next.

use std::io::{self, Write};
use std::path::PathBuf;

use super::{escape, row};
use crate::suite::MadeFile;

/// A suite that was made.
#[derive(Debug)]
pub struct Initiated {
    /// Its name.
    pub name: String,
    /// Its folder.
    pub dir: PathBuf,
    /// What is in it.
    pub files: Vec<MadeFile>,
    /// What of a v3 folder was not copied.
    pub left_out: Vec<PathBuf>,
    /// How many schema files were learned.
    pub schemas: usize,
    /// For how many groups of examples none could be.
    pub unlearned: usize,
    /// How many cases it has.
    pub cases: usize,
    /// How many requests have no example.
    pub without_example: usize,
    /// How many cases suite.toml must say something for, before a live API can be asked for them.
    pub skipped: usize,
    /// How many values of its files look secret.
    pub secrets: usize,
    /// Where its URLs lead to.
    pub base_url: Option<String>,
    /// Whether cases may change data.
    pub writes: bool,
}

impl Initiated {
    /// Tells what was made, what it is worth, and the next commands.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        self.made(out)?;
        self.notes(out)?;
        self.next(out)
    }

    fn made(&self, out: &mut dyn Write) -> io::Result<()> {
        let dir = row::file(&self.dir);
        writeln!(out, "made {}/", escape::line(&dir))?;
        let width = self.files.iter().map(|file| file.name.chars().count()).max().unwrap_or_default();
        for file in &self.files {
            let what = match &file.of {
                Some(of) => format!("a copy of {}", row::file(of)),
                None => {
                    "what the collection cannot say: comments, and settings that are switched off".to_owned()
                }
            };
            writeln!(out, "  {}", escape::line(&format!("{:width$}  {what}", file.name)))?;
        }
        if self.schemas > 0 {
            let schemas = count(self.schemas, "schema");
            writeln!(out, "made schemas/{}/: {schemas}, learned from the examples", self.name)?;
        }
        Ok(())
    }

    fn notes(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "{}; {} without an example",
            count(self.cases, "case"),
            count(self.without_example, "request")
        )?;
        if self.cases == 0 {
            writeln!(
                out,
                "note: nothing is tested yet: save examples in Postman, and export the collection again"
            )?;
        }
        if self.skipped > 0 {
            let cases = count(self.skipped, "case");
            writeln!(out, "note: {cases} cannot be asked of a live API yet; the end of suite.toml says why")?;
        }
        if self.unlearned > 0 {
            let groups = count(self.unlearned, "group");
            writeln!(
                out,
                "note: no schema could be learned for {groups} of examples; `uphold learn {}` says why",
                self.name
            )?;
        }
        for path in &self.left_out {
            writeln!(out, "note: not copied, as it is no plain file: {}", escape::line(&row::file(path)))?;
        }
        if self.secrets > 0 {
            let values = count(self.secrets, "value");
            writeln!(
                out,
                "note: the copies hold {values} that look secret; think of it before you commit them"
            )?;
        }
        Ok(())
    }

    fn next(&self, out: &mut dyn Write) -> io::Result<()> {
        let name = &self.name;
        let url = match &self.base_url {
            Some(url) if url.bytes().all(|b| b.is_ascii_alphanumeric() || b":/._-".contains(&b)) => url,
            _ => "URL",
        };
        let writes = if self.writes { " --allow-writes" } else { "" };
        writeln!(out, "\nnext:")?;
        writeln!(out, "  uphold run {name}      proves the examples on the embedded mock")?;
        writeln!(out, "  uphold lint {name}     shows what is odd in the collection")?;
        writeln!(
            out,
            "  uphold list {name}     shows how each case is had from a live API, and why some are not"
        )?;
        writeln!(out, "  uphold run {name} --base-url {url}{writes}")
    }
}

/// `1 case`, `2 cases`.
fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
