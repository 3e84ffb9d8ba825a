//! The folder of the pending answers: a file for each case, whole or not there at all, its name made of the case
//! id alone.
//!
//! Invariant: what cannot be used of it hinders nothing else. A file that no run wrote, a link, a folder in the
//! place of a file are told one by one ([`Unusable`]), and the others are read.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::pending::{Pending, VERSION};
use super::{escape, row};
use crate::finding::CaseId;
use crate::postman::read::{self, NoJson};
use crate::suite::{beside, sweep_below};

/// What to do about a file that no run wrote.
const DELETE: &str = "delete it: the next run writes it anew where it is needed";

/// The folder itself cannot be read, or an answer not be taken away.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", file.display())]
pub struct PendingError {
    /// The file or folder.
    pub file: PathBuf,
    /// Why.
    pub source: io::Error,
}

/// What waits for a decision.
#[derive(Debug, Default)]
pub struct Waiting {
    /// The answers, by case id.
    pub answers: Vec<Pending>,
    /// What cannot be used, by path.
    pub unusable: Vec<Unusable>,
}

/// A file of the folder that is no pending answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// The file.
    pub file: PathBuf,
    /// Where in it, `3:14` or a JSON pointer; empty where that is not known.
    pub place: String,
    /// What is wrong with it.
    pub why: String,
    /// What to do about it.
    pub cure: &'static str,
    /// The case that its name says, where it says one.
    pub case: Option<CaseId>,
}

impl Unusable {
    /// The file with its place; not escaped.
    pub fn at(&self) -> String {
        let file = row::file(&self.file);
        match self.place.as_str() {
            "" => file,
            pointer if pointer.starts_with('/') => format!("{file} {pointer}"),
            line => format!("{file}:{line}"),
        }
    }

    /// What is wrong, and the cure.
    pub fn told(&self) -> String {
        format!("{}; {}", self.why, self.cure)
    }
}

/// A line for each file that cannot be used.
pub fn tell(unusable: &[Unusable], out: &mut dyn io::Write) -> io::Result<()> {
    let mut lines = unusable.iter().map(|one| (one.at(), one.told()));
    lines.try_for_each(|(at, told)| writeln!(out, "UNUSED  {}: {}", escape::line(&at), escape::line(&told)))
}

/// The folder of the pending answers; need not exist.
#[derive(Debug, Clone)]
pub struct PendingFolder {
    dir: PathBuf,
}

impl PendingFolder {
    /// The folder at this path.
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.dir
    }

    fn file(&self, case: &CaseId) -> PathBuf {
        self.dir.join(format!("{}.json", case.parts().collect::<Vec<_>>().join("/")))
    }

    /// Writes the file of a case, in the place of the one that was there.
    pub fn put(&self, pending: &Pending) -> io::Result<()> {
        let file = self.file(&pending.case_id());
        let folder = file.parent().unwrap_or(&self.dir);
        let new = || fs::create_dir_all(folder).and_then(|()| beside(folder, None));
        // Another process may take the folder away while it is empty.
        let mut new = new().or_else(|_| new())?;
        serde_json::to_writer_pretty(&mut new, pending)?;
        new.write_all(b"\n")?;
        new.persist(&file).map(|_| ()).map_err(|error| error.error)
    }

    /// Removes the file of a case, if there is one, and the folders that are empty then.
    pub fn remove(&self, case: &CaseId) -> Result<(), PendingError> {
        let file = self.file(case);
        match fs::remove_file(&file) {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(());
            }
            removed => removed.map_err(|source| PendingError { file: file.clone(), source })?,
        }
        for folder in file.ancestors().skip(1).take_while(|folder| folder.starts_with(&self.dir)) {
            // One that is not empty stays.
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(())
    }

    /// Whether there is any file or folder in it.
    pub fn is_there(&self) -> bool {
        self.dir.is_dir()
    }

    /// Takes away what processes that were killed left in it.
    pub fn sweep(&self) {
        sweep_below(&self.dir);
    }

    /// Every pending answer, and everything that is none; no link is followed.
    ///
    /// Fails where the folder itself cannot be read.
    pub fn read(&self) -> Result<Waiting, PendingError> {
        let mut waiting = Waiting::default();
        let mut open = vec![self.dir.clone()];
        while let Some(dir) = open.pop() {
            let entries = fs::read_dir(&dir).and_then(Iterator::collect::<io::Result<Vec<_>>>);
            match entries {
                Ok(entries) => entries.iter().for_each(|entry| self.see(entry, &mut open, &mut waiting)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(source) if dir == self.dir => return Err(PendingError { file: dir, source }),
                Err(error) => waiting.unusable.push(self.refused(dir, &error)),
            }
        }
        waiting.answers.sort_by(|a, b| a.case.cmp(&b.case));
        waiting.unusable.sort_by(|a, b| a.file.cmp(&b.file));
        Ok(waiting)
    }

    fn see(&self, entry: &fs::DirEntry, open: &mut Vec<PathBuf>, waiting: &mut Waiting) {
        let file = entry.path();
        let kind = match entry.file_type() {
            Ok(kind) => kind,
            Err(error) => return waiting.unusable.push(self.refused(file, &error)),
        };
        let is_named = file.extension().is_some_and(|ending| ending == "json");
        let odd = |why: &str, cure| self.unusable(file.clone(), String::new(), why.to_owned(), cure);
        if kind.is_symlink() {
            waiting.unusable.push(odd("it is a link, and none is followed here", "take the link away"));
        } else if kind.is_dir() && is_named {
            let cure = "take the folder away: the next run writes a file of this name where it is needed";
            waiting.unusable.push(odd("it is a folder, and its name is that of a file", cure));
        } else if kind.is_dir() {
            open.push(file);
        } else if is_named && !kind.is_file() {
            waiting.unusable.push(odd("it is no regular file", DELETE));
        } else if is_named {
            match self.one(&file) {
                Ok(pending) => waiting.answers.push(pending),
                Err(why) => waiting.unusable.push(why),
            }
        }
    }

    fn one(&self, file: &Path) -> Result<Pending, Unusable> {
        #[derive(Deserialize)]
        struct Version {
            version: serde_json::Value,
        }
        let text = fs::read_to_string(file).map_err(|error| self.refused(file.to_owned(), &error))?;
        let broken = |place: String, why: String| self.unusable(file.to_owned(), place, why, DELETE);
        let no_json = |error: serde_json::Error| {
            let (line, column) = read::place(&error, &text);
            broken(format!("{line}:{column}"), NoJson::of(&error).to_string())
        };
        // A file of another version may have anything else in it.
        if let Ok(Version { version }) = serde_json::from_str(&text)
            && version != VERSION
        {
            let why = format!("it is of version {version}, not {VERSION}");
            let cure = "decide with the uphold that wrote it, or delete it: the next run writes it anew";
            return Err(self.unusable(file.to_owned(), "/version".to_owned(), why, cure));
        }
        let pending: Pending = serde_json::from_str(&text).map_err(no_json)?;
        match pending.id() {
            Some(_) if pending.findings.is_empty() => {
                Err(broken("/findings".to_owned(), "there is nothing to decide on".to_owned()))
            }
            Some(id) if self.file(&id) == file => Ok(pending),
            Some(_) | None => Err(broken(
                "/case".to_owned(),
                "it is not the case that the name of the file says".to_owned(),
            )),
        }
    }

    fn refused(&self, file: PathBuf, error: &io::Error) -> Unusable {
        let cure = match error.kind() {
            io::ErrorKind::PermissionDenied => "give yourself the right to read it, or delete it",
            _ => DELETE,
        };
        self.unusable(file, String::new(), error.to_string(), cure)
    }

    fn unusable(&self, file: PathBuf, place: String, why: String, cure: &'static str) -> Unusable {
        let named = file.with_extension("");
        let parts = named.strip_prefix(&self.dir).ok().and_then(|below| {
            below.components().map(|part| part.as_os_str().to_str()).collect::<Option<Vec<_>>>()
        });
        let case = parts.filter(|parts| parts.len() > 1).map(|parts| CaseId::from_parts(&parts));
        Unusable { file, place, why, cure, case }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_used_is_named_one_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("pending");
        assert!(PendingFolder::at(&dir).read().unwrap().unusable.is_empty(), "need not exist");
        fs::create_dir_all(dir.join("shop/folder.json")).unwrap();
        let put = |name: &str, bytes: &[u8]| fs::write(dir.join("shop").join(name), bytes).unwrap();
        put("a_no_json.json", b"{\n \"version\": 1,\n oops}");
        put("b_version.json", b"{\"version\": 2, \"new\": {}}");
        put("c_text.json", b"\xff\xfe");
        put("d_key.json", b"{\"version\": 1, \"caze\": 1}");
        let finding =
            r#"{"id": "status.changed", "severity": "breaking", "at": "", "expected": "", "actual": ""}"#;
        let whole = |case: &str, findings: &str| {
            format!(
                "{{\"version\": 1, \"case\": \"{case}\", \"at\": \"\", \"expectation\": \"\", \"findings\": [{findings}], \"answer\": null}}"
            )
        };
        put("e_case.json", whole("shop::other", finding).as_bytes());
        put("f_case.json", whole("../../x\\u0000", finding).as_bytes());
        put("g_none.json", whole("shop::g_none", "").as_bytes());
        put("g_ok.json", whole("shop::g_ok", finding).as_bytes());
        put("h_other.txt", b"nothing of ours");
        put("\u{1b}[2J\u{202e}.json", b"");
        let Waiting { answers, unusable } = PendingFolder::at(&dir).read().unwrap();
        assert_eq!(answers.iter().map(|one| one.case.as_str()).collect::<Vec<_>>(), ["shop::g_ok"]);
        let told = |one: &Unusable| format!("{}: {}", one.at().replace(&*row::file(&dir), ""), one.why);
        assert_eq!(
            unusable.iter().map(told).collect::<Vec<_>>(),
            [
                "/shop/\u{1b}[2J\u{202e}.json:1:1: it ends in the middle of a value",
                "/shop/a_no_json.json:3:2: key must be a string",
                "/shop/b_version.json /version: it is of version 2, not 1",
                "/shop/c_text.json: stream did not contain valid UTF-8",
                "/shop/d_key.json:1:21: unknown field `caze`, expected one of `version`, `case`, `at`, `expectation`, `findings`, `answer`, `unkept`",
                "/shop/e_case.json /case: it is not the case that the name of the file says",
                "/shop/f_case.json /case: it is not the case that the name of the file says",
                "/shop/folder.json: it is a folder, and its name is that of a file",
                "/shop/g_none.json /findings: there is nothing to decide on",
            ]
        );
        assert_eq!(unusable[1].case, Some(CaseId::from_parts(&["shop", "a_no_json"])));
        assert!(unusable.iter().all(|one| !one.cure.is_empty()));
    }

    #[test]
    #[cfg(unix)]
    fn no_link_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("pending");
        fs::create_dir_all(dir.join("shop")).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", dir.join("shop/ok.json")).unwrap();
        std::os::unix::fs::symlink(folder.path(), dir.join("round")).unwrap();
        let found = PendingFolder::at(&dir).read().unwrap().unusable;
        assert_eq!(found.len(), 2);
        assert!(
            found
                .iter()
                .all(|one| one.told() == "it is a link, and none is followed here; take the link away")
        );
    }

    #[test]
    fn a_file_in_the_place_of_the_folder_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pending");
        fs::write(&file, "").unwrap();
        assert_eq!(PendingFolder::at(&file).read().unwrap_err().file, file);
    }
}
