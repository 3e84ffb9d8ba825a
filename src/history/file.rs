//! [`Store`]: opening the file, whatever it is.
//!
//! A history is a `SQLite` file with our `application_id`; its `user_version` is the number of the
//! [`STEPS`] that made it. It has a rollback journal and no write-ahead log, so that it is one file
//! wherever it is kept between runs, and can be read in a folder that may not be written.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::HistoryError;

/// How long another process may hold the file.
const PATIENCE: Duration = Duration::from_secs(30);

/// "uphd": the mark of our files.
const APPLICATION: i64 = 0x7570_6864;

/// What makes a history, one step a version; a step that was released is never changed.
///
/// Times are milliseconds since 1970 in UTC. `finding` has one row for each stretch of time in which a
/// difference was there; `resolved` is the start of the first run without it. `gone` is the start of the first run
/// whose collection has not the case any more, `counts` that of the last run in which a difference counted for more
/// than in the one before. `begun` is the start of the first run of a case, and stays when that run is forgotten.
pub(super) const STEPS: &[&str] = &[
    "
CREATE TABLE run (
    id INTEGER PRIMARY KEY, started INTEGER NOT NULL, duration_ms INTEGER NOT NULL
);
CREATE INDEX run_by_time ON run (started);
CREATE TABLE subject (
    id INTEGER PRIMARY KEY, target TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (target, name)
);
CREATE TABLE verdict (
    subject INTEGER NOT NULL, started INTEGER NOT NULL, run INTEGER NOT NULL, outcome INTEGER NOT NULL,
    attempts INTEGER NOT NULL, retries INTEGER NOT NULL, ms REAL, contract INTEGER NOT NULL,
    PRIMARY KEY (subject, started, run)
) WITHOUT ROWID;
CREATE TABLE finding (
    id INTEGER PRIMARY KEY, subject INTEGER NOT NULL, kind TEXT NOT NULL, place TEXT NOT NULL,
    severity INTEGER NOT NULL, expected TEXT NOT NULL, actual TEXT NOT NULL,
    first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, times INTEGER NOT NULL, resolved INTEGER
);
CREATE INDEX finding_of_subject ON finding (subject);
CREATE UNIQUE INDEX open_finding ON finding (subject, kind, place) WHERE resolved IS NULL;
",
    "
ALTER TABLE finding ADD COLUMN waived INTEGER NOT NULL DEFAULT 0;
",
    "
ALTER TABLE subject ADD COLUMN gone INTEGER;
",
    "
ALTER TABLE finding ADD COLUMN counts INTEGER;
",
    "
ALTER TABLE subject ADD COLUMN begun INTEGER;
UPDATE subject SET begun = (SELECT min(started) FROM verdict WHERE verdict.subject = subject.id);
",
];

/// The columns of a stretch, in the order in which they are read.
const STRETCH: &str =
    "kind, place, severity, expected, actual, first_seen, last_seen, times, resolved, waived, counts";
/// The same of a file of version 1, in which nothing is said of waivers.
const STRETCH_1: &str =
    "kind, place, severity, expected, actual, first_seen, last_seen, times, resolved, 0, NULL";
/// The same of versions 2 and 3, in which nothing is said of their end.
const STRETCH_2: &str =
    "kind, place, severity, expected, actual, first_seen, last_seen, times, resolved, waived, NULL";

/// An open history.
#[derive(Debug)]
pub struct Store {
    pub(super) db: Connection,
    pub(super) file: PathBuf,
    /// The columns of a stretch: a file that is only read stays of the version that it is.
    pub(super) stretch: &'static str,
    /// What says since when a case is gone, and when it began.
    pub(super) subject: &'static str,
}

/// A history that can be written.
#[derive(Debug)]
pub struct Opened {
    /// The history.
    pub store: Store,
    /// Where the file that was there went, because it was damaged.
    pub set_aside: Option<PathBuf>,
}

impl Store {
    /// Opens the file for a run; makes it, and its folder, where there is none. An older one is brought to
    /// this version in one transaction. A damaged one is renamed to `FILE.corrupt-<time>`, and a new one
    /// is begun.
    pub fn open(file: &Path, now: Timestamp) -> Result<Opened, HistoryError> {
        let place = |source| HistoryError::Place { file: file.to_owned(), source };
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(place)?;
        }
        match Self::writable(file) {
            Ok(store) => Ok(Opened { store, set_aside: None }),
            Err(HistoryError::Damaged { .. }) if is_text(file) => {
                Err(HistoryError::Foreign { file: file.to_owned() })
            }
            Err(HistoryError::Damaged { .. }) => {
                let aside = set_aside(file, now).map_err(place)?;
                Ok(Opened { store: Self::writable(file)?, set_aside: Some(aside) })
            }
            Err(error) => Err(error),
        }
    }

    fn writable(file: &Path) -> Result<Self, HistoryError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut store = Self::with(file, flags)?;
        let version = store.checked()?;
        if version == 0 {
            store.prepare().map_err(|error| store.error(error))?;
        }
        if version < steps() {
            migrate(&mut store.db, STEPS).map_err(|error| store.error(error))?;
        }
        store.whole()?;
        Ok(store)
    }

    /// Opens the file to ask it; it is not written, unless a run that was killed left it half-written.
    pub fn read(file: &Path) -> Result<Self, HistoryError> {
        if !file.exists() {
            return Err(HistoryError::Missing { file: file.to_owned() });
        }
        match Self::readable(file) {
            Err(HistoryError::Damaged { .. }) if is_text(file) => {
                Err(HistoryError::Foreign { file: file.to_owned() })
            }
            read => read,
        }
    }

    fn readable(file: &Path) -> Result<Self, HistoryError> {
        // Any of them can be the first to look into the file, which is when a journal is noticed.
        let with = |flags| Self::with(file, flags)?.usable();
        match with(OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX) {
            Err(HistoryError::Database { source, .. }) if is_half_written(&source) => {
                let repaired = with(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX);
                match repaired {
                    Err(HistoryError::Database { file, source })
                        if is_half_written(&source) && has_journal(&file) =>
                    {
                        Err(HistoryError::HalfWritten { file, source })
                    }
                    repaired => repaired,
                }
            }
            read => read,
        }
    }

    /// The store, if there is something to ask and all of it can be read.
    fn usable(mut self) -> Result<Self, HistoryError> {
        match self.checked()? {
            0 => return Err(HistoryError::Missing { file: self.file.clone() }),
            1 => (self.stretch, self.subject) = (STRETCH_1, "NULL, NULL"),
            2 => (self.stretch, self.subject) = (STRETCH_2, "NULL, NULL"),
            3 => (self.stretch, self.subject) = (STRETCH_2, "gone, NULL"),
            4 => self.subject = "gone, NULL",
            _ => {}
        }
        self.whole()?;
        Ok(self)
    }

    /// The file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    fn with(file: &Path, flags: OpenFlags) -> Result<Self, HistoryError> {
        let error = |error| told(file, error);
        let db = Connection::open_with_flags(file, flags).map_err(error)?;
        db.busy_timeout(PATIENCE).map_err(error)?;
        // What a file says of itself is not run, and a run that was told of is on the disk.
        db.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA synchronous = FULL").map_err(error)?;
        Ok(Self { db, file: file.to_owned(), stretch: STRETCH, subject: "gone, begun" })
    }

    /// A file of no bytes becomes one that shrinks as rows go.
    fn prepare(&self) -> rusqlite::Result<()> {
        self.db.execute_batch("PRAGMA auto_vacuum = FULL")
    }

    /// The version, where it is a history that this program knows.
    fn checked(&self) -> Result<i64, HistoryError> {
        let number = |name: &str| -> Result<i64, HistoryError> {
            self.db.pragma_query_value(None, name, |row| row.get(0)).map_err(|error| self.error(error))
        };
        let (version, application, known) = (number("user_version")?, number("application_id")?, steps());
        let count = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
        let tables = self.db.query_row("SELECT count(*) FROM sqlite_schema", [], count);
        let tables = tables.map_err(|error| self.error(error))?;
        if application != APPLICATION && (tables > 0 || version != 0 || application != 0) {
            return Err(HistoryError::Foreign { file: self.file.clone() });
        }
        if version > known {
            return Err(HistoryError::Newer { file: self.file.clone(), found: version, known });
        }
        Ok(version)
    }

    /// Looks through the whole file.
    fn whole(&self) -> Result<(), HistoryError> {
        let said: String = self
            .db
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
            .map_err(|error| self.error(error))?;
        if said != "ok" {
            return Err(HistoryError::Damaged { file: self.file.clone(), why: said });
        }
        Ok(())
    }

    /// An error of the database, with the file, by what is to be done about it.
    pub(super) fn error(&self, error: rusqlite::Error) -> HistoryError {
        told(&self.file, error)
    }
}

fn steps() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}

/// Brings a file of any older version, also one of no bytes, to that of the last step; all of it or nothing.
pub(super) fn migrate(db: &mut Connection, steps: &[&str]) -> rusqlite::Result<()> {
    let changes = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have done it while this one waited.
    let version: u32 = changes.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let latest = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    for step in steps.iter().skip(version as usize) {
        changes.execute_batch(step)?;
    }
    changes.pragma_update(None, "application_id", APPLICATION)?;
    changes.pragma_update(None, "user_version", latest.max(version))?;
    changes.commit()
}

fn told(file: &Path, error: rusqlite::Error) -> HistoryError {
    let damaged = match &error {
        rusqlite::Error::SqliteFailure(why, _) => {
            matches!(why.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown)
        }
        // A value is not of the type that its column has, or a table is not there.
        _ => true,
    };
    if damaged {
        HistoryError::Damaged { file: file.to_owned(), why: error.to_string() }
    } else {
        HistoryError::Database { file: file.to_owned(), source: error }
    }
}

/// Whether it is a text, such as a collection that was named by mistake: whatever befell a history, it is
/// none.
fn is_text(file: &Path) -> bool {
    fs::read_to_string(file).is_ok_and(|text| !text.contains('\0'))
}

/// `SQLITE_READONLY_ROLLBACK`, or no right to look at the journal: a run was killed while it wrote.
fn is_half_written(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map(|error| error.code);
    matches!(code, Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen))
}

/// Whether there is a journal, which only a run that was killed leaves.
fn has_journal(file: &Path) -> bool {
    journal(file).exists()
}

fn journal(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push("-journal");
    path.with_file_name(name)
}

/// Renames the file and its journal, which belongs to no other file.
fn set_aside(file: &Path, now: Timestamp) -> std::io::Result<PathBuf> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let time = now.strftime("%Y%m%dT%H%M%SZ");
    let named = |count: u32| {
        let again = if count == 1 { String::new() } else { format!("-{count}") };
        file.with_file_name(format!("{name}.corrupt-{time}{again}"))
    };
    let free = (1..=1000).map(named).find(|path| !path.exists()).unwrap_or_else(|| named(1));
    fs::rename(file, &free)?;
    match fs::rename(journal(file), journal(&free)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(free),
    }
}
