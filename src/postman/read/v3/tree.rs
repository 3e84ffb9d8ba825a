//! The files of a v3 collection: found, parsed and put in order, nothing understood yet.
//!
//! Links to folders are not followed, so that no walk is endless or leaves the collection.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::super::detect::shape;
use super::super::notice::{Members, kind, scalar};
use super::super::{ReadError, load, text, yaml};
use crate::postman::model::Warning;

/// The deepest nesting of folders.
const LEVELS: usize = 64;

const REQUEST: [&str; 2] = [".request.yaml", ".request.yml"];
const EXAMPLE: [&str; 2] = [".example.yaml", ".example.yml"];
const DEFINITION: [&str; 2] = [".resources/definition.yaml", ".resources/definition.yml"];

/// One file, parsed.
#[derive(Debug)]
pub(super) struct Doc {
    pub(super) file: Arc<PathBuf>,
    /// Its name without the ending; for a definition that of its folder.
    pub(super) stem: String,
    pub(super) members: Members,
}

/// A folder of the collection, or the collection itself.
#[derive(Debug)]
pub(super) struct Folder {
    /// Its definition; without members where there is no such file.
    pub(super) definition: Doc,
    pub(super) nodes: Vec<Node>,
}

#[derive(Debug)]
pub(super) enum Node {
    Folder(Folder),
    Request { doc: Doc, examples: Vec<Doc> },
}

/// Whether the folder holds a collection in v3 form: `.resources/definition.yaml`, or a file
/// `*.request.yaml`; both also with `.yml`.
pub(super) fn is_v3(folder: &Path) -> bool {
    if DEFINITION.iter().any(|name| folder.join(name).is_file()) {
        return true;
    }
    let Ok(entries) = folder.read_dir() else { return false };
    entries.flatten().any(|entry| stem(&entry.file_name().to_string_lossy(), &REQUEST).is_some())
}

/// Reads every file of the collection.
pub(super) fn read(root: &Path) -> Result<(Folder, Vec<Warning>), ReadError> {
    let mut walk = Walk { root, warnings: Vec::new() };
    let (folder, _) = walk.folder(root, 0)?;
    Ok((folder, walk.warnings))
}

struct Walk<'r> {
    root: &'r Path,
    warnings: Vec<Warning>,
}

impl Walk<'_> {
    /// The folder, and whether it has a definition, a request, or a folder with one.
    fn folder(&mut self, dir: &Path, level: usize) -> Result<(Folder, bool), ReadError> {
        if level > LEVELS {
            return Err(shape(dir, "", format!("folders are nested deeper than {LEVELS} levels")));
        }
        let definition = DEFINITION.iter().map(|name| dir.join(name)).find(|file| file.is_file());
        let defined = definition.is_some();
        let name = name_of(&dir.canonicalize().unwrap_or_else(|_| dir.to_owned()));
        let mut nodes = Vec::new();
        let mut known = HashSet::new();
        for path in listed(dir)? {
            let file_name = name_of(&path);
            if file_name.starts_with('.') {
                continue;
            }
            if path.is_dir() {
                nodes.extend(self.subfolder(&path, level)?.map(Node::Folder));
            } else if let Some(stem) = stem(&file_name, &REQUEST) {
                known.insert(stem.to_owned());
                if let Some(doc) = self.doc(&path, stem)? {
                    let examples = self.examples(dir, &doc)?;
                    nodes.push(Node::Request { doc, examples });
                }
            }
        }
        self.orphans(dir, &known);
        self.sort(&mut nodes, |node| match node {
            Node::Folder(folder) => &folder.definition,
            Node::Request { doc, .. } => doc,
        });
        let definition = match definition {
            Some(file) => self.doc(&file, &name)?,
            None => None,
        };
        let none = || Doc { file: Arc::new(dir.to_owned()), stem: name, members: Members::new() };
        let holds = defined || !nodes.is_empty();
        Ok((Folder { definition: definition.unwrap_or_else(none), nodes }, holds))
    }

    fn subfolder(&mut self, dir: &Path, level: usize) -> Result<Option<Folder>, ReadError> {
        if dir.is_symlink() {
            self.warn(dir, "", "a link to a folder, which is not followed; left out");
            return Ok(None);
        }
        let (folder, holds) = self.folder(dir, level + 1)?;
        Ok(holds.then_some(folder))
    }

    /// Parses a file; `None` for one without content, which is told.
    fn doc(&mut self, file: &Path, stem: &str) -> Result<Option<Doc>, ReadError> {
        let failed = |source| ReadError::Io { file: file.to_owned(), source };
        if !fs::metadata(file).map_err(failed)?.is_file() {
            self.warn(file, "", "neither a file nor a folder; left out");
            return Ok(None);
        }
        let bytes = load(file)?;
        match yaml::parse(file, &text::decode(file, &bytes)?)? {
            Value::Object(members) => {
                Ok(Some(Doc { file: Arc::new(file.to_owned()), stem: stem.to_owned(), members }))
            }
            Value::Null => {
                self.warn(file, "", "an empty file; left out");
                Ok(None)
            }
            other => {
                Err(shape(file, "", format!("must be a map of keys and values, but is {}", kind(&other))))
            }
        }
    }

    /// The saved answers of a request, from the folder that it names, else from its own.
    fn examples(&mut self, dir: &Path, request: &Doc) -> Result<Vec<Doc>, ReadError> {
        let own = own_examples(dir, &request.stem);
        let named = match request.members.get("examples") {
            None | Some(Value::Null) => None,
            Some(path) => {
                let folder = path.as_str().and_then(|path| inside(self.root, dir, path));
                if folder.is_none() {
                    let why = "`examples` must name a folder inside of the collection; its own one is read";
                    self.warn(&request.file, "/examples", why);
                }
                folder
            }
        };
        let is_named = named.is_some();
        let folder = named.unwrap_or(own);
        let paths = match listed(&folder) {
            Ok(paths) => paths,
            Err(ReadError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                if is_named {
                    let why = format!("there is no folder {}, so no example", folder.display());
                    self.warn(&request.file, "/examples", why);
                }
                return Ok(Vec::new());
            }
            Err(error) => return Err(error),
        };
        let mut examples = Vec::new();
        for path in paths {
            if let Some(stem) = stem(&name_of(&path), &EXAMPLE) {
                examples.extend(self.doc(&path, stem)?);
            }
        }
        self.sort(&mut examples, |doc| doc);
        Ok(examples)
    }

    /// Tells of examples whose request is gone: they would be lost without a word.
    fn orphans(&mut self, dir: &Path, known: &HashSet<String>) {
        for path in listed(&dir.join(".resources")).unwrap_or_default() {
            let name = name_of(&path);
            let Some(request) = stem(&name, &[".resources"]) else { continue };
            if !known.contains(request) && path.join("examples").is_dir() {
                let why = format!("examples of a request `{request}` that is not there; left out");
                self.warn(&path, "", why);
            }
        }
    }

    /// By `order`, lowest first; what has none comes after, by the name of its file.
    fn sort<T>(&mut self, list: &mut [T], doc: impl Fn(&T) -> &Doc) {
        for item in &*list {
            let doc = doc(item);
            if doc.members.get("order").is_some_and(|order| !order.is_null() && number(order).is_none()) {
                self.warn(&doc.file, "/order", "`order` is no number; it comes after those that have one");
            }
        }
        list.sort_by(|a, b| {
            let order = |item: &T| doc(item).members.get("order").and_then(number);
            match (order(a), order(b)) {
                (Some(a), Some(b)) => a.total_cmp(&b),
                (a, b) => b.is_some().cmp(&a.is_some()),
            }
        });
    }

    fn warn(&mut self, file: &Path, pointer: &str, message: impl Into<String>) {
        let (pointer, message) = (pointer.to_owned(), message.into());
        self.warnings.push(Warning { file: file.to_owned(), pointer, message });
    }
}

fn number(order: &Value) -> Option<f64> {
    scalar(order.clone())?.trim().parse().ok()
}

/// Where the examples of a request lie that names no folder for them.
fn own_examples(dir: &Path, stem: &str) -> PathBuf {
    dir.join(format!(".resources/{stem}.resources/examples"))
}

/// The folder of the examples of a request file: the one that it names, else its own.
pub(super) fn examples_folder(root: &Path, request: &Path, named: Option<&Value>) -> PathBuf {
    let dir = request.parent().unwrap_or(root);
    let name = name_of(request);
    let named = named.and_then(Value::as_str).and_then(|path| inside(root, dir, path));
    named.unwrap_or_else(|| own_examples(dir, stem(&name, &REQUEST).unwrap_or(&name)))
}

/// The folder that a path leads to from `dir`; `None` where that is outside of the collection.
fn inside(root: &Path, dir: &Path, path: &str) -> Option<PathBuf> {
    let mut folder = dir.to_owned();
    for part in Path::new(path).components() {
        match part {
            Component::CurDir => {}
            Component::Normal(name) => folder.push(name),
            Component::ParentDir if folder != root => {
                folder.pop();
            }
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(folder)
}

/// What a folder holds, sorted by name.
fn listed(dir: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let failed = |source| ReadError::Io { file: dir.to_owned(), source };
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    Ok(paths)
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The name without one of these endings.
fn stem<'n>(name: &'n str, endings: &[&str]) -> Option<&'n str> {
    endings.iter().find_map(|ending| name.strip_suffix(ending))
}
