//! What `uphold init` prints: what was made, and what to do next.

use std::io::{self, Write};
use std::path::PathBuf;

use super::count::count;
use super::{escape, row};
use crate::suite::{Live, MadeFile, Taken};

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
    /// The schema files that it had before, where it goes on with them.
    pub taken: Option<Taken>,
    /// How many schema files it has.
    pub schemas: usize,
    /// For how many groups of examples none could be.
    pub unlearned: usize,
    /// How many cases it has.
    pub cases: usize,
    /// How many requests have no example.
    pub without_example: usize,
    /// How many cases a live API can be asked for.
    pub live: Live,
    /// How many values of its files look secret.
    pub secrets: usize,
    /// Where its URLs lead to, or `URL`.
    pub url: String,
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
        let schemas = count(self.schemas, "schema");
        match &self.taken {
            Some(taken) if taken.is_in_place() => {
                writeln!(out, "kept schemas/{}/: {schemas}, as they were", self.name)
            }
            Some(taken) => {
                let from = escape::line(&row::file(&taken.from)).into_owned();
                writeln!(out, "made schemas/{}/: {schemas}, copies of those in {from}/", self.name)
            }
            None if self.schemas > 0 => {
                writeln!(out, "made schemas/{}/: {schemas}, learned from the examples", self.name)
            }
            None => Ok(()),
        }
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
                "note: nothing is tested yet: save examples in Postman and export the collection again, or record the answers of a server"
            )?;
        }
        if self.live.sent < self.cases {
            let Live { sent, waiting, recipes, others } = self.live;
            let verb = |n: usize, one: &str, many: &str| {
                if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
            };
            let wait = verb(waiting, "waits", "wait");
            let need = verb(recipes, "needs", "need");
            let odd = match others {
                0 => String::new(),
                n => format!(", {} an upload or another request", verb(n, "needs", "need")),
            };
            writeln!(
                out,
                "note: {sent} of {} can be sent to a live API as it is; {wait} for a value, auth or host that suite.toml names, {need} a recipe{odd}",
                count(self.cases, "case")
            )?;
        }
        if self.unlearned > 0 {
            let groups = count(self.unlearned, "group");
            writeln!(
                out,
                "note: no schema could be learned for {groups} of examples; `uphold learn {}` says why",
                self.name
            )?;
        }
        if let Some(taken) = &self.taken {
            let name = &self.name;
            writeln!(
                out,
                "note: nothing was learned anew; `uphold learn {name}` brings the schemas up to date"
            )?;
            if !taken.is_in_place() {
                let from = escape::line(&row::file(&taken.from)).into_owned();
                writeln!(out, "note: {from}/ is left for the lone file; remove it if only the suite is run")?;
            }
        }
        for path in &self.left_out {
            writeln!(out, "note: not copied, as it is no plain file: {}", escape::line(&row::file(path)))?;
        }
        if self.secrets > 0 {
            let values = count(self.secrets, "value");
            let look = if self.secrets == 1 { "looks" } else { "look" };
            writeln!(
                out,
                "note: the copies hold {values} that {look} secret; think of it before you commit them"
            )?;
        }
        Ok(())
    }

    fn next(&self, out: &mut dyn Write) -> io::Result<()> {
        let (name, url) = (&self.name, &self.url);
        let writes = if self.writes { " --allow-writes" } else { "" };
        writeln!(out, "\nnext:")?;
        if self.cases == 0 {
            writeln!(out, "  uphold lint {name}     shows what is odd in the collection")?;
            return writeln!(out, "  uphold record {name} --base-url {url}{writes} --dry-run");
        }
        writeln!(out, "  uphold run {name}      proves the examples on the embedded mock")?;
        writeln!(out, "  uphold lint {name}     shows what is odd in the collection")?;
        writeln!(
            out,
            "  uphold list {name}     shows how each case is had from a live API, and why some are not"
        )?;
        let sent = self.live.sent;
        let skipped = match self.cases.saturating_sub(sent) {
            0 => String::new(),
            _ => format!(
                "     sends {sent} of {}; the others are skipped until suite.toml says how they are had",
                count(self.cases, "case")
            ),
        };
        writeln!(out, "  uphold run {name} --base-url {url}{writes}{skipped}")
    }
}
