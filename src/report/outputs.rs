//! The report files: opened before the first request, written whole or not at all.
//!
//! A file is written beside its target and renamed over it at the end, so a reader sees the old
//! report or the new one, never a part. Until [`Outputs::commit`] nothing that exists is touched; a
//! run that dies leaves the report of the run before, which tells by its time that it is older.
//! What is no regular file (`/dev/stdout`, a named pipe) is written directly: it must never be
//! replaced.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use tempfile::NamedTempFile;

use crate::suite::{beside, sweep};

/// The formats of report files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutputFormat {
    /// `JUnit` XML.
    Junit,
    /// `run.json`.
    Json,
    /// A page for browsers.
    Html,
    /// A summary in Markdown.
    Markdown,
}

/// One report file that is wanted, `junit=reports/junit.xml` on the command line.
///
/// ```
/// use uphold::report::{OutputFormat, OutputSpec};
///
/// let spec: OutputSpec = "json=reports/run.json".parse()?;
/// assert_eq!(spec.format, OutputFormat::Json);
/// assert!("yaml=x".parse::<OutputSpec>().is_err());
/// # Ok::<(), uphold::report::OutputError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputSpec {
    /// The format.
    pub format: OutputFormat,
    /// The file.
    pub path: PathBuf,
    /// Whether it is written behind what the file holds: a page that several programs write to.
    pub behind: bool,
}

/// Why a report file cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// Not `format=path`.
    #[error("`{0}` names no report: write junit=PATH, json=PATH, html=PATH or md=PATH")]
    Spec(String),
    /// The folder cannot be made.
    #[error("cannot make the folder {}: {source}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The target is a folder.
    #[error("{} is a folder, not a file to write a report to", .0.display())]
    IsFolder(PathBuf),
    /// The target may not be written.
    #[error("{} is write-protected", .0.display())]
    Protected(PathBuf),
    /// A page that others write to, too, cannot be opened; everything else goes on without it.
    #[error("cannot add the summary to {}: {source}", path.display())]
    Page {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Two or more of them.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Several(Vec<OutputError>),
    /// Two reports for one file.
    #[error("{} is named for two reports", .0.display())]
    Twice(PathBuf),
    /// The file cannot be opened or looked at.
    #[error("cannot open {} for writing: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file cannot be written; what was there before is still there.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl FromStr for OutputSpec {
    type Err = OutputError;

    fn from_str(text: &str) -> Result<Self, OutputError> {
        let format = |name: &str| match name {
            "junit" => Some(OutputFormat::Junit),
            "json" => Some(OutputFormat::Json),
            "html" => Some(OutputFormat::Html),
            "md" => Some(OutputFormat::Markdown),
            _ => None,
        };
        text.split_once('=')
            .filter(|(_, path)| !path.is_empty())
            .and_then(|(name, path)| Some(Self { format: format(name)?, path: path.into(), behind: false }))
            .ok_or_else(|| OutputError::Spec(text.to_owned()))
    }
}

impl OutputError {
    /// All of them as one; `None` where there is none.
    pub fn of(mut errors: Vec<Self>) -> Option<Self> {
        if errors.len() > 1 { Some(Self::Several(errors)) } else { errors.pop() }
    }

    /// What to do about it, where something is known.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Write { source, .. } => match source.kind() {
                io::ErrorKind::FileTooLarge => {
                    Some("no file may be larger here: look at `ulimit -f`, or at the limits of the service")
                }
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    Some("make room there, or name another folder with --report")
                }
                _ => None,
            },
            Self::Several(errors) => errors.iter().find_map(Self::hint),
            _ => None,
        }
    }
}

/// What came of the files.
#[derive(Debug, Default)]
pub struct Written {
    /// The files as they were asked for, without the pages of others.
    pub reports: Vec<PathBuf>,
    /// Files that could not be written; what was there before is still there.
    pub failed: Vec<OutputError>,
    /// Pages that nothing could be added to. Nobody named them as a report: they fail nothing.
    pub without: Vec<OutputError>,
}

impl Written {
    fn fail(&mut self, spec: OutputSpec, source: io::Error) {
        let path = spec.path;
        if spec.behind {
            self.without.push(OutputError::Page { path, source });
        } else {
            self.failed.push(OutputError::Write { path, source });
        }
    }
}

/// The opened report files. Dropped without [`Outputs::commit`], it leaves nothing behind.
#[derive(Debug, Default)]
pub struct Outputs {
    files: Vec<Output>,
}

#[derive(Debug)]
struct Output {
    spec: OutputSpec,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// A file beside the target that will take its place.
    Beside { file: NamedTempFile, target: PathBuf },
    /// A device or a pipe.
    Direct(File),
    /// A page that is written behind what it holds, opened only then, and made where it is not there.
    Page(PathBuf),
}

impl Outputs {
    /// Makes the folders and opens every file. The first that cannot be had is the error; what was
    /// opened until then is gone again (folders stay). A page of others is looked at only by [`Outputs::commit`].
    pub fn open(specs: &[OutputSpec]) -> Result<Self, OutputError> {
        let mut files: Vec<Output> = Vec::new();
        for spec in specs {
            let place = if spec.behind { Place::Page(spec.path.clone()) } else { open(&spec.path)? };
            if files.iter().any(|other| other.place.is_same(&place)) {
                return Err(OutputError::Twice(spec.path.clone()));
            }
            files.push(Output { spec: spec.clone(), place });
        }
        Ok(Self { files })
    }

    /// Writes every file with `render`, brings all of them to the disk, and only then renames them
    /// to their targets. One that cannot be written costs none of the others.
    pub fn commit<F>(self, mut render: F) -> Written
    where
        F: FnMut(OutputFormat, &mut dyn Write) -> io::Result<()>,
    {
        let mut written = Written::default();
        let mut whole = Vec::new();
        for mut output in self.files {
            let format = output.spec.format;
            match output.place.write(|out| render(format, out)) {
                Ok(()) => whole.push(output),
                Err(source) => written.fail(output.spec, source),
            }
        }
        for Output { spec, place } in whole {
            match place.put() {
                Ok(()) if spec.behind => {}
                Ok(()) => written.reports.push(spec.path),
                Err(source) => written.fail(spec, source),
            }
        }
        written
    }
}

impl Place {
    fn write(&mut self, render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let is_page = matches!(self, Self::Page(_));
        let mut page;
        let (file, whole) = match self {
            Self::Beside { file, .. } => (file.as_file_mut(), true),
            Self::Direct(file) => (file, false),
            Self::Page(path) => {
                page = OpenOptions::new().read(true).append(true).create(true).open(path)?;
                (&mut page, false)
            }
        };
        // Whoever wrote before may have left the last line open.
        let breaks = is_page && !ends_line(file)?;
        let mut out = BufWriter::new(&mut *file);
        if breaks {
            out.write_all(b"\n")?;
        }
        render(&mut out)?;
        out.flush()?;
        drop(out);
        // Devices and pipes have nothing to bring to a disk.
        if whole { file.sync_all() } else { Ok(()) }
    }

    /// To its target.
    fn put(self) -> io::Result<()> {
        match self {
            Self::Beside { file, target } => file.persist(target).map(drop).map_err(|error| error.error),
            Self::Direct(_) | Self::Page(_) => Ok(()),
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Beside { target, .. }, Self::Beside { target: other, .. }) => target == other,
            (Self::Direct(_) | Self::Page(_), _) | (_, Self::Direct(_) | Self::Page(_)) => false,
        }
    }
}

/// Whether what is appended begins a line.
fn ends_line(mut file: &File) -> io::Result<bool> {
    let mut last = [b'\n'];
    if file.metadata()?.is_file() && file.metadata()?.len() > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    Ok(last == [b'\n'])
}

fn open(path: &Path) -> Result<Place, OutputError> {
    let cannot = |source| OutputError::Open { path: path.to_owned(), source };
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(OutputError::IsFolder(path.to_owned())),
        Ok(found) if !found.is_file() => {
            OpenOptions::new().write(true).open(path).map(Place::Direct).map_err(cannot)
        }
        Ok(found) if found.permissions().readonly() => Err(OutputError::Protected(path.to_owned())),
        Ok(found) => {
            // A link stays a link: the file that it names is replaced.
            let target = fs::canonicalize(path).map_err(cannot)?;
            beside_target(target, Some(found.permissions())).map_err(cannot)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => new(path),
        Err(error) => Err(cannot(error)),
    }
}

/// A target that is not there yet.
fn new(path: &Path) -> Result<Place, OutputError> {
    let cannot = |source| OutputError::Open { path: path.to_owned(), source };
    if path.is_symlink() {
        return Err(cannot(io::Error::other("it is a link to a file that is not there")));
    }
    let Some(name) = path.file_name() else {
        return Err(OutputError::IsFolder(path.to_owned()));
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    let impossible = |source| OutputError::Folder { folder: folder.to_owned(), source };
    fs::create_dir_all(folder).map_err(impossible)?;
    let folder = fs::canonicalize(folder).map_err(impossible)?;
    let target = folder.join(name);
    // `new/../new`, whose folder was only just made.
    if target.is_dir() {
        return Err(OutputError::IsFolder(path.to_owned()));
    }
    beside_target(target, None).map_err(cannot)
}

/// A file in the folder of the target, with the permissions that the target has, or that any new
/// file gets.
fn beside_target(target: PathBuf, permissions: Option<fs::Permissions>) -> io::Result<Place> {
    let folder = target.parent().unwrap_or(Path::new("."));
    sweep(folder);
    let file = beside(folder, permissions)?;
    Ok(Place::Beside { file, target })
}

// Links, modes and devices as Unix has them.
#[cfg(test)]
#[cfg(unix)]
mod tests;
