//! Makes a suite: the one writer of new folders below `cases/`.
//!
//! Invariants: nothing that is there is changed; a suite appears whole or not at all: it is put
//! together in a hidden folder of `cases/` and renamed into place.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::copy::{copy, copy_folder, write_new};
use super::error::SuiteError;
use super::inputs::Inputs;
use super::locate::{CASES, COLLECTION, ENVIRONMENTS, SETTINGS, stem_of, strip_ending};
use super::name::id_part;
use super::reach::reach;
use super::taken::Taken;
use super::workspace::{Suite, Workspace};
use crate::postman::read;

/// What a suite is made of.
#[derive(Debug, Clone)]
pub struct NewSuite {
    /// The collection: a file, or a folder in v3 form.
    pub collection: PathBuf,
    /// Its name; without one that of the file or folder.
    pub name: Option<String>,
    /// Environment files.
    pub environments: Vec<PathBuf>,
}

/// A file or folder of the new suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeFile {
    /// Its name in the suite's folder.
    pub name: String,
    /// What it is a copy of; `None` where it is none.
    pub of: Option<PathBuf>,
}

/// A suite that is put together, and is not in its place yet. Dropped, it is gone.
#[derive(Debug)]
pub struct Staged {
    name: String,
    /// The hidden folder around the suite's.
    around: TempDir,
    environment: Option<PathBuf>,
    files: Vec<MadeFile>,
    /// Links and other things of a v3 folder that were not copied.
    left_out: Vec<PathBuf>,
    cases: Cases,
    schemas: PathBuf,
    taken: Option<Taken>,
}

/// A suite in its place.
#[derive(Debug)]
pub struct Made {
    /// The name of its folder.
    pub name: String,
    /// The folder.
    pub dir: PathBuf,
    /// What is in it.
    pub files: Vec<MadeFile>,
    /// Links and other things of a v3 folder that were not copied.
    pub left_out: Vec<PathBuf>,
    /// The schema files that the collection had as a lone file; `None` where it had none.
    pub taken: Option<Taken>,
    cases: Cases,
    schemas: PathBuf,
}

/// The folder `cases/`, and whether it was made for this suite.
#[derive(Debug)]
struct Cases {
    dir: PathBuf,
    is_new: bool,
}

impl Workspace {
    /// Puts a suite together: the collection and its environments, byte for byte.
    ///
    /// The name is in the form of an id part, so that the ids of its cases are those of the lone
    /// collection, and so are its schema files, where it has some. Of a v3 folder links are not
    /// followed and `.git` is left out. Fails, with nothing changed, where a file cannot be used, where
    /// `cases/<name>`, another suite of that name in ids, or `schemas/<name>` with other schemas is there
    /// already, and where `cases` is a link that leads out of the workspace.
    pub fn stage(&self, new: &NewSuite) -> Result<Staged, SuiteError> {
        let name = name_of(new)?;
        let schemas = self.root().join("schemas").join(&name);
        let is_folder = check(new)?;
        let taken = Taken::find(self.root(), &new.collection, &schemas)?;
        self.is_free(&name, taken.as_ref().filter(|taken| taken.is_in_place()))?;
        let cases = Cases::ready(self.root())?;
        if is_folder {
            cases.lies_outside(&new.collection)?;
        }
        let failed =
            |dir: &Path, source| SuiteError::Write { deed: "make a folder in", file: dir.to_owned(), source };
        let around = match tempfile::Builder::new().prefix(".init-").tempdir_in(&cases.dir) {
            Ok(around) => around,
            Err(source) => {
                let error = failed(&cases.dir, source);
                cases.drop_if_new();
                return Err(error);
            }
        };
        let (files, left_out) = (Vec::new(), Vec::new());
        let mut staged = Staged { name, around, environment: None, files, left_out, cases, schemas, taken };
        match staged.fill(new, is_folder) {
            Ok(()) => Ok(staged),
            Err(error) => {
                staged.drop_all();
                Err(error)
            }
        }
    }

    fn is_free(&self, name: &str, in_place: Option<&Taken>) -> Result<(), SuiteError> {
        let exists = |there: PathBuf| SuiteError::Exists { there, name: name.to_owned() };
        let cases = self.root().join(CASES);
        if let Some(other) = self.suites()?.iter().find(|other| id_part(other) == name) {
            return Err(SuiteError::Exists { there: cases.join(other), name: other.clone() });
        }
        let schemas = in_place.is_none().then(|| self.root().join("schemas").join(name));
        let mut places = [Some(cases.join(name)), schemas].into_iter().flatten();
        match places.find(|place| place.symlink_metadata().is_ok()) {
            Some(there) => Err(exists(there)),
            None => Ok(()),
        }
    }
}

/// The given name, else that of the file or folder, as an id part.
fn name_of(new: &NewSuite) -> Result<String, SuiteError> {
    if let Some(name) = &new.name {
        let part = id_part(name);
        let is_empty = part == "unnamed" && !name.eq_ignore_ascii_case("unnamed");
        return if is_empty { Err(SuiteError::NoName { name: name.clone() }) } else { Ok(part) };
    }
    let given = &new.collection;
    // `.` has no name of its own.
    let full = if given.is_dir() { given.canonicalize().ok() } else { None };
    let name = full.as_ref().unwrap_or(given).file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(id_part(stem_of(&name.unwrap_or_default())))
}

/// Whether the collection is a folder. Fails where a file is none that can be read.
fn check(new: &NewSuite) -> Result<bool, SuiteError> {
    let given = &new.collection;
    let is_folder = given.is_dir();
    if is_folder && !read::is_v3_folder(given) {
        let why = "a folder, but no collection in Postman's v3 form; name the collection file";
        return Err(SuiteError::Unfit { given: given.clone(), why });
    }
    for file in new.environments.iter().chain(Some(given).filter(|_| !is_folder)) {
        let kind = fs::metadata(file).map_err(|source| SuiteError::Io { file: file.clone(), source })?;
        if !kind.is_file() {
            return Err(SuiteError::Unfit {
                given: file.clone(),
                why: "no regular file; it cannot be copied",
            });
        }
    }
    read::collection(given)?;
    new.environments.iter().try_for_each(|file| read::environment(file).map(|_| ()))?;
    Ok(is_folder)
}

impl Staged {
    fn dir(&self) -> PathBuf {
        self.around.path().join(&self.name)
    }

    /// Loads what is there, as it will be once it is in its place.
    pub fn load(&self, workspace: &Workspace) -> Result<Suite, SuiteError> {
        let inputs = Inputs { environment: self.environment.clone(), ..Inputs::default() };
        workspace.load(&self.dir().to_string_lossy(), &inputs)
    }

    /// The names of the environment files.
    pub fn environments(&self) -> impl Iterator<Item = &str> {
        self.files.iter().skip(1).map(|file| file.name.as_str())
    }

    /// The name of the suite's folder.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Takes back what was made.
    pub fn drop_all(self) {
        // What is left over is hidden, and no suite.
        let _ = self.around.close();
        self.cases.drop_if_new();
    }

    /// Writes suite.toml and puts the suite into its place. Where that fails nothing is left.
    pub fn settle(mut self, settings: &str) -> Result<Made, SuiteError> {
        let (from, dir) = (self.dir(), self.cases.dir.join(&self.name));
        let written = write_new(&from.join(SETTINGS), settings.as_bytes(), None);
        self.files.push(MadeFile { name: SETTINGS.to_owned(), of: None });
        // Nothing is replaced: a folder that came up in the meantime is not empty, or stays empty.
        let placed = written.and_then(|()| fs::rename(&from, &dir));
        if let Err(source) = placed {
            self.drop_all();
            return Err(SuiteError::Write { deed: "make", file: dir, source });
        }
        let _ = self.around.close();
        let Self { name, files, left_out, cases, schemas, taken, .. } = self;
        Ok(Made { name, dir, files, left_out, taken, cases, schemas })
    }

    fn fill(&mut self, new: &NewSuite, is_folder: bool) -> Result<(), SuiteError> {
        let dir = self.dir();
        fs::create_dir(&dir).map_err(|source| SuiteError::Write {
            deed: "make",
            file: dir.clone(),
            source,
        })?;
        let name = if is_folder { self.name.clone() } else { self.name.clone() + COLLECTION };
        if is_folder {
            copy_folder(&new.collection, &dir.join(&name), &mut self.left_out)?;
        } else {
            copy(&new.collection, &dir.join(&name))?;
        }
        self.files.push(MadeFile { name, of: Some(new.collection.clone()) });
        for environment in &new.environments {
            let name = environment_name(environment);
            if self.files.iter().any(|file| file.name == name) {
                let why = "another environment has this name, too; rename one of them";
                return Err(SuiteError::Unfit { given: environment.clone(), why });
            }
            copy(environment, &dir.join(&name))?;
            self.environment.get_or_insert_with(|| dir.join(&name));
            self.files.push(MadeFile { name, of: Some(environment.clone()) });
        }
        Ok(())
    }
}

/// `dev.postman_environment.json` for `dev.json`, `dev.environment.yaml` for a YAML file.
fn environment_name(file: &Path) -> String {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let [json, yaml, _] = ENVIRONMENTS;
    let known = ENVIRONMENTS.iter().find_map(|ending| strip_ending(&name, ending));
    let is_yaml = [".yaml", ".yml"].iter().any(|ending| strip_ending(&name, ending).is_some());
    let plain = [".json", ".yaml", ".yml"].iter().find_map(|ending| strip_ending(&name, ending));
    let stem = known.or(plain).unwrap_or(&name);
    id_part(stem) + if is_yaml { yaml } else { json }
}

impl Made {
    /// Copies the schema files that the collection had as a lone file, where they are not in their
    /// place already.
    pub fn take_over(&self) -> Result<(), SuiteError> {
        self.taken.as_ref().map_or(Ok(()), |taken| taken.copy_to(&self.schemas))
    }

    /// Takes the suite away again, and the schemas that were made for it; those that were there before
    /// stay.
    pub fn take_back(self) -> Result<(), SuiteError> {
        let made_schemas =
            Some(&self.schemas).filter(|_| !self.taken.as_ref().is_some_and(Taken::is_in_place));
        for dir in [Some(&self.dir), made_schemas].into_iter().flatten() {
            match fs::remove_dir_all(dir) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(SuiteError::LeftOver { left: dir.clone(), source });
                }
                Ok(()) | Err(_) => {}
            }
        }
        self.cases.drop_if_new();
        Ok(())
    }
}

impl Cases {
    fn ready(root: &Path) -> Result<Self, SuiteError> {
        let dir = root.join(CASES);
        let is_new = dir.symlink_metadata().is_err();
        reach(root, &dir, true)?;
        if dir.is_dir() {
            return Ok(Self { dir, is_new });
        }
        let source = io::ErrorKind::AlreadyExists.into();
        Err(SuiteError::Write { deed: "make", file: dir, source })
    }

    /// A folder cannot be copied into itself.
    fn lies_outside(&self, collection: &Path) -> Result<(), SuiteError> {
        let (own, other) = (self.dir.canonicalize(), collection.canonicalize());
        match (own, other) {
            (Ok(own), Ok(other)) if !own.starts_with(&other) => Ok(()),
            _ => {
                self.drop_if_new();
                let why = "the folder holds cases/ itself; start uphold outside of it";
                Err(SuiteError::Unfit { given: collection.to_owned(), why })
            }
        }
    }

    fn drop_if_new(&self) {
        if self.is_new {
            // Where something else came into it, it stays.
            let _ = fs::remove_dir(&self.dir);
        }
    }
}
