//! Where the files of a suite are: from what was asked for to one folder and one collection file.
//!
//! Reads directories, and of a file only enough to tell a collection from other JSON.

use std::ffi::OsStr;
use std::fs;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::error::SuiteError;
use super::name::{did_you_mean, id_part};
use crate::postman::read::{is_v3_folder, text_of};

pub(super) const COLLECTION: &str = ".postman_collection.json";
pub(super) const ENVIRONMENTS: [&str; 3] =
    [".postman_environment.json", ".environment.yaml", ".environment.yml"];
pub(super) const GLOBALS: &str = ".postman_globals.json";
pub(super) const SETTINGS: &str = "suite.toml";
pub(super) const CASES: &str = "cases";

/// The files of one suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Located {
    /// The name of the folder, or of the file without its ending, as written.
    pub(super) name: String,
    /// The folder.
    pub(super) dir: PathBuf,
    /// The collection.
    pub(super) collection: PathBuf,
    /// suite.toml, where there is one.
    pub(super) settings: Option<PathBuf>,
    /// The environment files of the folder, sorted.
    pub(super) environments: Vec<PathBuf>,
    /// `schemas/<name>`; need not exist.
    pub(super) schemas: PathBuf,
    /// Whether it has a folder of its own, with files beside the collection that belong to it.
    pub(super) has_folder: bool,
}

/// The names of the folders under `cases/` that hold a collection or a suite.toml, sorted.
pub(super) fn suites(root: &Path) -> Result<Vec<String>, SuiteError> {
    let cases = root.join(CASES);
    if !cases.is_dir() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for dir in listed(&cases)?.into_iter().filter(|path| path.is_dir()) {
        let Some(name) = dir.file_name().and_then(OsStr::to_str).filter(|name| !name.starts_with('.')) else {
            continue;
        };
        let files = listed(&dir)?;
        if files.iter().any(|file| is_settings(file)) || !collections(&dir, &files).is_empty() {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

/// Finds the suite: a name under `cases/` (also in the form it has in ids), a folder, also that of a
/// v3 collection, or a collection file.
pub(super) fn locate(root: &Path, suite: &str) -> Result<Located, SuiteError> {
    let known = suites(root)?;
    let named =
        known.iter().find(|name| *name == suite).or_else(|| known.iter().find(|name| id_part(name) == suite));
    if let Some(name) = named {
        return folder(root, &root.join(CASES).join(name));
    }
    let is_name = Path::new(suite).components().count() == 1 && !suite.contains(['/', '\\']);
    let under_cases = root.join(CASES).join(suite);
    if is_name && suite != "." && suite != ".." && !suite.is_empty() && under_cases.is_dir() {
        return folder(root, &under_cases);
    }
    let path = &near(Path::new(suite));
    if !suite.is_empty() && path.is_dir() {
        if let Some(located) = v3_of_a_suite(root, path) {
            return Ok(located);
        }
        return folder(root, path);
    }
    if path.is_file() {
        return Ok(file(root, path));
    }
    let hint = did_you_mean(suite, known.iter().map(String::as_str));
    Err(SuiteError::NoSuchSuite { suite: suite.to_owned(), cases: root.join(CASES), known, hint })
}

/// An absolute path below the working directory, or one that goes up and comes back, as seen from there: the readers
/// of reports find the files of a repository by relative paths without `..`. What lies elsewhere stays as it was typed,
/// but an absolute path loses its `..`.
fn near(path: &Path) -> PathBuf {
    let climbs = path.components().any(|part| part == Component::ParentDir);
    let here = Path::new(".").canonicalize().ok().filter(|_| path.is_absolute() || climbs);
    let real = if climbs { without_climbing(path) } else { None };
    let path = match (&here, &real) {
        (Some(here), Some(real)) if real.starts_with(here) || path.is_absolute() => real,
        _ => path,
    };
    match here.and_then(|here| path.strip_prefix(here).map(Path::to_owned).ok()) {
        Some(near) if near.as_os_str().is_empty() => PathBuf::from("."),
        Some(near) => near,
        None => path.to_owned(),
    }
}

/// The same place without `..`. The last part keeps its name, which may be that of a link: it names the suite.
fn without_climbing(path: &Path) -> Option<PathBuf> {
    match path.file_name() {
        Some(name) => Some(path.parent()?.canonicalize().ok()?.join(name)),
        None => path.canonicalize().ok(),
    }
}

fn folder(root: &Path, dir: &Path) -> Result<Located, SuiteError> {
    let files = listed(dir)?;
    let collection = match collections(dir, &files).as_slice() {
        [one] => one.clone(),
        [] => return Err(SuiteError::NoCollection { dir: dir.to_owned() }),
        several => {
            return Err(SuiteError::SeveralCollections { dir: dir.to_owned(), files: names(several) });
        }
    };
    // `.` and `..` have no name of their own.
    let full = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let name = full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(in_folder(root, dir, &full, name, collection, &files))
}

/// A v3 collection right inside of a folder of a `cases/` belongs to that suite, as a file does.
fn v3_of_a_suite(root: &Path, collection: &Path) -> Option<Located> {
    let full = collection.canonicalize().ok()?;
    let suite = full.parent().filter(|suite| workspace_of(suite).is_some())?;
    if !is_v3_folder(collection) || is_v3_folder(suite) {
        return None;
    }
    let written = collection.parent().filter(|dir| dir.file_name().is_some());
    let dir = written.unwrap_or(suite);
    let name = suite.file_name()?.to_string_lossy().into_owned();
    Some(in_folder(root, dir, suite, name, collection.to_owned(), &listed(dir).ok()?))
}

/// A file of a folder under a `cases/` belongs to that suite; any other stands for itself.
fn file(root: &Path, collection: &Path) -> Located {
    let dir = match collection.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir.to_owned(),
        _ => PathBuf::from("."),
    };
    let full = dir.canonicalize().unwrap_or_else(|_| dir.clone());
    if workspace_of(&full).is_some()
        && let Some(name) = full.file_name()
        && let Ok(files) = listed(&dir)
    {
        let name = name.to_string_lossy().into_owned();
        return in_folder(root, &dir, &full, name, collection.to_owned(), &files);
    }
    let name = collection.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = stem_of(&name);
    Located {
        // Of `...json` nothing is left that could be a folder below schemas/.
        schemas: root.join("schemas").join(if stem.trim_matches('.').is_empty() { "unnamed" } else { stem }),
        name: stem.to_owned(),
        has_folder: false,
        dir,
        collection: collection.to_owned(),
        settings: None,
        environments: Vec::new(),
    }
}

/// `schemas/<stem>` of a collection that belongs to no suite yet.
pub(super) fn schemas_of_lone(root: &Path, collection: &Path) -> Result<Option<PathBuf>, SuiteError> {
    let dir = if collection.is_dir() { Some(collection) } else { collection.parent() };
    let full = dir.and_then(|dir| Path::new(".").join(dir).canonicalize().ok()).unwrap_or_default();
    let in_a_suite = full.ancestors().take(2).any(|dir| workspace_of(dir).is_some());
    Ok(match (in_a_suite, collection.is_dir()) {
        (true, _) => None,
        (false, true) => Some(folder(root, collection)?.schemas),
        (false, false) => Some(file(root, collection).schemas),
    })
}

/// The name of a collection file without its ending.
pub(super) fn stem_of(name: &str) -> &str {
    strip_ending(name, COLLECTION).or_else(|| strip_ending(name, ".json")).unwrap_or(name)
}

fn in_folder(
    root: &Path,
    dir: &Path,
    full: &Path,
    name: String,
    collection: PathBuf,
    files: &[PathBuf],
) -> Located {
    // The schemas of `elsewhere/cases/x` are in `elsewhere/schemas/x`. The root is kept as it was
    // written where it is the same folder, so that messages name files as people do.
    let same = |home: &&Path| root.canonicalize().is_ok_and(|root| root == *home);
    let home = match workspace_of(full) {
        Some(home) if !same(&home) => home,
        _ => root,
    };
    Located {
        schemas: home.join("schemas").join(&name),
        has_folder: true,
        name,
        dir: dir.to_owned(),
        collection,
        settings: files.iter().find(|file| is_settings(file)).cloned(),
        environments: files.iter().filter(|file| is_environment(file)).cloned().collect(),
    }
}

/// The folder that holds the `cases/` in which this folder is.
fn workspace_of(dir: &Path) -> Option<&Path> {
    let cases = dir.parent().filter(|cases| cases.file_name() == Some(OsStr::new(CASES)))?;
    cases.parent()
}

/// What a folder holds, sorted by name.
fn listed(dir: &Path) -> Result<Vec<PathBuf>, SuiteError> {
    let unreadable = |source| SuiteError::Io { file: dir.to_owned(), source };
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir).map_err(unreadable)? {
        paths.push(entry.map_err(unreadable)?.path());
    }
    paths.sort();
    Ok(paths)
}

/// The collections of a folder that holds these files: those with Postman's ending, else the plain
/// JSON files that look like one, else folders in Postman's v3 form (the folder itself or one right
/// inside of it), else the only plain JSON file (its reader says what it is instead).
fn collections(dir: &Path, files: &[PathBuf]) -> Vec<PathBuf> {
    let of = |wanted: &dyn Fn(&Path) -> bool| -> Vec<PathBuf> {
        files.iter().filter(|file| wanted(file) && file.is_file()).cloned().collect()
    };
    let by_name = of(&|file| ends_with(file, COLLECTION));
    if !by_name.is_empty() {
        return by_name;
    }
    let plain = of(&|file| ends_with(file, ".json") && !is_environment(file) && !ends_with(file, GLOBALS));
    let alike: Vec<PathBuf> = plain.iter().filter(|file| looks_like_collection(file)).cloned().collect();
    if !alike.is_empty() {
        return alike;
    }
    if is_v3_folder(dir) {
        return vec![dir.to_owned()];
    }
    let folders: Vec<PathBuf> =
        files.iter().filter(|file| file.is_dir() && is_v3_folder(file)).cloned().collect();
    if folders.is_empty() && plain.len() == 1 { plain } else { folders }
}

/// The members by which a collection is told from other JSON, without reading into them.
#[derive(Deserialize)]
struct Outline {
    info: Option<IgnoredAny>,
    item: Option<IgnoredAny>,
    collection: Option<IgnoredAny>,
}

fn looks_like_collection(file: &Path) -> bool {
    let Ok(bytes) = fs::read(file) else {
        return false;
    };
    let text = text_of(&bytes).unwrap_or_default();
    serde_json::from_str::<Outline>(&text).is_ok_and(|outline| {
        outline.collection.is_some() || (outline.info.is_some() && outline.item.is_some())
    })
}

fn is_environment(file: &Path) -> bool {
    ENVIRONMENTS.iter().any(|ending| ends_with(file, ending))
}

fn is_settings(file: &Path) -> bool {
    file.file_name() == Some(OsStr::new(SETTINGS))
}

fn ends_with(file: &Path, ending: &str) -> bool {
    file.file_name().and_then(OsStr::to_str).is_some_and(|name| strip_ending(name, ending).is_some())
}

/// The name without this ending, which may be in any case.
pub(super) fn strip_ending<'n>(name: &'n str, ending: &str) -> Option<&'n str> {
    let at = name.len().checked_sub(ending.len())?;
    name.get(at..).filter(|end| end.eq_ignore_ascii_case(ending)).and_then(|_| name.get(..at))
}

/// The names of these files.
pub(super) fn names(files: &[PathBuf]) -> Vec<String> {
    let name = |file: &PathBuf| file.file_name().map(|name| name.to_string_lossy().into_owned());
    files.iter().filter_map(name).collect()
}

#[cfg(test)]
mod tests;
