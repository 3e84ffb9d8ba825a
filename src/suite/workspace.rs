//! Finding and loading suites: [`Workspace::load`].
//!
//! Invariants: a loaded [`Suite`] is complete (every file that it needs was read), and nothing
//! under `cases/` or `schemas/` is written.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::accepted::{self, AcceptedFiles, Earlier};
use super::beside::{sweep, sweep_below};
use super::document::Problem;
use super::error::SuiteError;
use super::inputs::Inputs;
use super::locate::{self, Located};
use super::name::id_part;
use super::schema_files::{self, SchemaFile};
use super::secrets;
use super::settings::Settings;
use super::waivers::{self, WAIVERS, Waiver};
use crate::postman::variables::Binding;
use crate::postman::{Collection, Environment, Example, Row, Scope, Warning, data, read};

/// One loaded suite.
#[derive(Debug, Clone)]
pub struct Suite {
    /// Its name in ids: the folder's name, or the file's stem, as an id part.
    pub name: String,
    /// The folder below which uploads must lie.
    pub dir: PathBuf,
    /// The collection.
    pub collection: Collection,
    /// suite.toml, or its defaults.
    pub settings: Settings,
    /// The file of suite.toml, where there is one.
    pub settings_file: Option<PathBuf>,
    /// The variables: `--var`, `[variables]`, environment, collection, globals.
    pub scope: Scope,
    /// The rows of iteration data; empty where there is none.
    pub rows: Vec<Row>,
    /// Schema files and proposals (`*.proposed.json`) by their path below `schemas/<suite>/`, with `/`.
    pub schemas: BTreeMap<String, SchemaFile>,
    /// Where they lie, `schemas/<suite>`; need not exist.
    pub schemas_dir: PathBuf,
    /// The accepted answers; the newest of each case is its example in the collection already.
    pub accepted: AcceptedFiles,
    /// Where they lie, `accepted/` of the suite; `None` for a collection file by itself, which has none.
    pub accepted_dir: Option<PathBuf>,
    /// What `waivers.toml` lets go.
    pub waivers: Vec<Waiver>,
    /// What was odd in any of the files.
    pub warnings: Vec<Warning>,
    secrets: Vec<String>,
    earlier: Earlier,
    /// The environment, the globals and the data that it was read with, wherever they lie.
    pub(super) beside: Vec<PathBuf>,
}

/// The folder with `cases/` and `schemas/`.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
}

impl Suite {
    /// The values that are secret by where they come from: `${ENV}` values, variables of type
    /// secret, values of variables under secret names. (Auth parameters come with the plan.)
    ///
    /// References to other variables are replaced by their values; a placeholder such as
    /// `<API Key>` is no secret.
    pub fn secrets(&self) -> &[String] {
        &self.secrets
    }

    /// The text of `waivers.toml`; empty where there is none.
    pub fn waivers_text(&self) -> Result<String, SuiteError> {
        let file = self.dir.join(WAIVERS);
        match fs::read_to_string(&file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
            text => text.map_err(|source| SuiteError::Io { file, source }),
        }
    }

    /// Takes away what processes that were killed left where decisions and schemas are written.
    pub fn sweep(&self) {
        sweep(&self.dir);
        self.accepted_dir.iter().chain([&self.schemas_dir]).for_each(|dir| sweep_below(dir));
    }

    /// What a case documented before its newest accepted answer and still counts, the saved example first;
    /// nothing where no answer was accepted.
    pub fn earlier(&self, example: &Example) -> &[Arc<Example>] {
        self.earlier.get(&example.pointer).map_or(&[], Vec::as_slice)
    }

    /// Whether any of its schema files was learned.
    pub fn has_learned(&self) -> bool {
        self.schemas.values().any(|file| file.text.contains("\"x-uphold\""))
    }

    /// Whether an accepted answer stands in the place of this example.
    pub fn is_accepted(&self, example: &Example) -> bool {
        self.earlier.contains_key(&example.pointer)
    }

    /// Fails where this is no suite of `cases/`, but one there has the same schema files: to learn
    /// those of the one would take away those of the other.
    pub fn owns_its_schemas(&self) -> Result<(), SuiteError> {
        let name = self.schemas_dir.file_name().unwrap_or_default();
        let root = self.schemas_dir.parent().and_then(Path::parent).unwrap_or(Path::new(""));
        let namesake = root.join("cases").join(name);
        let full = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if !namesake.is_dir() || full(&self.dir) == full(&namesake) {
            return Ok(());
        }
        Err(SuiteError::SharedSchemas {
            collection: self.collection.file.clone(),
            suite: namesake,
            schemas: self.schemas_dir.clone(),
        })
    }
}

impl Workspace {
    /// A workspace at this folder; `cases/` need not exist.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The names of the suites under `cases/`, sorted: the folders that hold a collection or a
    /// suite.toml. Whether each can be loaded is for [`Workspace::load`] to say.
    pub fn suites(&self) -> Result<Vec<String>, SuiteError> {
        locate::suites(&self.root)
    }

    /// Whether this is one of the suites under `cases/`, where answers are accepted and waived: no collection file by
    /// itself, and no folder of another place.
    pub fn has(&self, suite: &Suite) -> bool {
        let real = |dir: &Path| dir.canonicalize().ok();
        let names = locate::suites(&self.root).unwrap_or_default();
        let mut dirs = names.iter().filter_map(|name| real(&self.root.join(locate::CASES).join(name)));
        suite.accepted_dir.is_some() && dirs.any(|dir| Some(dir) == real(&suite.dir))
    }

    /// The folder of a suite that is named as for [`load`](Self::load); that of a lone file is the one it is in.
    pub fn folder_of(&self, suite: &str) -> Result<PathBuf, SuiteError> {
        let dir = locate::locate(&self.root, suite)?.dir;
        Ok(if dir.as_os_str().is_empty() { PathBuf::from(".") } else { dir })
    }

    /// Loads one suite: a name under `cases/` (as the folder is called, or as it stands in ids), a
    /// folder, or a collection file. Paths are relative to the working directory.
    ///
    /// A file right inside of a folder of a `cases/` belongs to that suite and has its suite.toml;
    /// any other file is a suite of its own, with default settings and no environment.
    pub fn load(&self, suite: &str, inputs: &Inputs) -> Result<Suite, SuiteError> {
        self.load_with(suite, inputs, &AcceptedFiles::new())
    }

    /// The suite as it would be with these accepted answers in the places of the files of their paths.
    pub fn load_with(
        &self,
        suite: &str,
        inputs: &Inputs,
        accepted: &AcceptedFiles,
    ) -> Result<Suite, SuiteError> {
        let located = locate::locate(&self.root, suite)?;
        let settings = match &located.settings {
            Some(file) => Settings::parse(&text_of(file)?, file, &inputs.process)?,
            None => Settings::default(),
        };
        let settings = match inputs.side {
            Some(side) => settings.on(side),
            None => settings,
        };
        let (chosen, warning) = choose_environment(&located, &settings, inputs)?;
        let environment = chosen.as_deref().map(read::environment).transpose()?;
        let globals = inputs.globals.as_deref().map(read::environment).transpose()?;
        let data = inputs.data.as_deref().map(data::read).transpose()?;
        let mut collection = read::collection(&located.collection)?;
        let scope = scope(&settings, environment.as_ref(), &collection, globals.as_ref(), inputs);
        let layers = [environment.as_ref(), globals.as_ref()];
        let files = layers.into_iter().flatten().map(|file| file.variables.as_slice());
        let variables = files.chain([collection.variables.as_slice()]).flatten();
        let mut secrets = secrets::of(&settings, inputs, variables, &scope);
        let (rows, of_data) = data.map(|data| (data.rows, data.warnings)).unwrap_or_default();
        secrets.extend(secrets::of_rows(&rows, &scope));
        let odd = layers.into_iter().flatten().flat_map(|file| &file.warnings).chain(&collection.warnings);
        let warnings: Vec<Warning> = warning.into_iter().chain(odd.cloned()).chain(of_data).collect();
        let name = id_part(&located.name);
        let accepted_dir = located.has_folder.then(|| accepted::folder(&located.dir));
        let mut answers = accepted_dir.as_deref().map(accepted::read).transpose()?.unwrap_or_default();
        answers.extend(accepted.clone());
        let dir = accepted_dir.as_deref().unwrap_or(&located.dir);
        let (earlier, of_no_case) = accepted::join(&mut collection, &name, dir, &answers);
        let warnings = warnings.into_iter().chain(of_no_case).collect();
        Ok(Suite {
            name,
            accepted: answers,
            accepted_dir,
            earlier,
            waivers: if located.has_folder { waivers_of(&located.dir)? } else { Vec::new() },
            schemas: schema_files::read(&located.schemas)?,
            schemas_dir: located.schemas,
            dir: located.dir,
            collection,
            settings,
            settings_file: located.settings,
            scope,
            rows,
            warnings,
            secrets,
            beside: [chosen, inputs.globals.clone(), inputs.data.clone()].into_iter().flatten().collect(),
        })
    }
}

/// The environment file: `--env-file`, else the one that suite.toml names, else the only one of
/// the folder. Several that nobody chose from are none, with a warning.
fn choose_environment(
    located: &Located,
    settings: &Settings,
    inputs: &Inputs,
) -> Result<(Option<PathBuf>, Option<Warning>), SuiteError> {
    if let Some(file) = &inputs.environment {
        return Ok((Some(file.clone()), None));
    }
    if let Some(name) = &settings.environment {
        let file = located.dir.join(name);
        if !file.is_file() {
            let (line, column) = settings.environment_place;
            let message = format!("`environment`: there is no file {}", file.display());
            let toml = located.settings.clone().unwrap_or_default();
            return Err(SuiteError::Settings {
                file: toml,
                problems: vec![Problem { line, column, message }],
            });
        }
        return Ok((Some(file), None));
    }
    match located.environments.as_slice() {
        [] => Ok((None, None)),
        [one] => Ok((Some(one.clone()), None)),
        several => {
            let message = format!(
                "several environments ({}): none is used; name one as `environment` in suite.toml or with --env-file",
                locate::names(several).join(", ")
            );
            Ok((None, Some(Warning { file: located.dir.clone(), pointer: String::new(), message })))
        }
    }
}

/// The layers in their order: `--var`, then the place for rows of iteration data, `[variables]`,
/// environment, collection, globals.
fn scope(
    settings: &Settings,
    environment: Option<&Environment>,
    collection: &Collection,
    globals: Option<&Environment>,
    inputs: &Inputs,
) -> Scope {
    let mut scope = Scope::default();
    let typed = inputs.variables.iter().map(|(name, value)| (name.clone(), Binding::Value(value.clone())));
    scope.push_bindings(typed);
    scope.rows_stand_here();
    scope.push_bindings(settings.bindings());
    if let Some(environment) = environment {
        scope.push_variables(&environment.variables);
    }
    scope.push_variables(&collection.variables);
    if let Some(globals) = globals {
        scope.push_variables(&globals.variables);
    }
    scope
}

fn waivers_of(dir: &Path) -> Result<Vec<Waiver>, SuiteError> {
    let file = dir.join(WAIVERS);
    match text_of(&file) {
        Ok(text) => waivers::parse(&text, &file),
        Err(SuiteError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn text_of(file: &Path) -> Result<String, SuiteError> {
    let bytes = fs::read(file).map_err(|source| SuiteError::Io { file: file.to_owned(), source })?;
    Ok(read::decode(file, &bytes)?.into_owned())
}

#[cfg(test)]
mod tests;
