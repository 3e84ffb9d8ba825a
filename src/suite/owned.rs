//! [`Suite::owns`]: where nothing but the files of suites has a place.

use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

use super::locate::{CASES, COLLECTION, ENVIRONMENTS, GLOBALS, SETTINGS, strip_ending};
use super::waivers::WAIVERS;
use super::workspace::Suite;

impl Suite {
    /// Whether a file at this path, there or not, would be taken for one of a suite: its collection, the environment,
    /// globals and data that it was read with, what lies in a folder
    /// of a suite below `cases/` or in `schemas/`, and in a folder of a suite elsewhere its suite.toml, its waivers, its
    /// accepted answers, collections and environments.
    pub fn owns(&self, path: &Path) -> bool {
        let path = resolved(path);
        let files = [Some(self.collection.file.as_path()), self.settings_file.as_deref()];
        let beside = self.beside.iter().map(PathBuf::as_path);
        if files.into_iter().flatten().chain(beside).any(|file| path.starts_with(resolved(file))) {
            return true;
        }
        let home = self.schemas_dir.parent().and_then(Path::parent).unwrap_or(Path::new(""));
        if path.starts_with(resolved(&home.join("schemas"))) {
            return true;
        }
        let of_cases = path.strip_prefix(resolved(&home.join(CASES)));
        if of_cases.is_ok_and(|below| below.components().count() > 1) {
            return true;
        }
        let Some(accepted) = &self.accepted_dir else { return false };
        let own = path.parent() == Some(&resolved(&self.dir)) && path.file_name().is_some_and(is_known);
        own || path.starts_with(resolved(accepted))
    }
}

fn is_known(name: &OsStr) -> bool {
    let ends = |name: &str| {
        [COLLECTION, GLOBALS].iter().chain(&ENVIRONMENTS).any(|of| strip_ending(name, of).is_some())
    };
    name == SETTINGS || name == WAIVERS || name.to_str().is_some_and(ends)
}

/// The path without links and without `.` and `..`, also where it is not there, or not all of it.
fn resolved(path: &Path) -> PathBuf {
    let mut rest: Vec<OsString> = Vec::new();
    let mut there = if path.is_absolute() { path.to_owned() } else { Path::new(".").join(path) };
    let mut made = loop {
        if let Ok(real) = there.canonicalize() {
            break real;
        }
        let last = there.components().next_back().map(|part| part.as_os_str().to_owned());
        rest.extend(last);
        if !there.pop() {
            break there;
        }
    };
    for part in rest.iter().rev() {
        match Path::new(part).components().next() {
            Some(Component::ParentDir) => {
                made.pop();
            }
            Some(Component::CurDir) | None => {}
            Some(_) => made.push(part),
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::suite::{Inputs, Workspace};

    const COLLECTION_TEXT: &str = r#"{"info": {"name": "s", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "item": [{"name": "a", "request": "https://h.example/a"}]}"#;

    fn owned<'p>(suite: &str, file: &str, paths: &[&'p str]) -> Vec<&'p str> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, COLLECTION_TEXT).unwrap();
        let root = folder.path().canonicalize().unwrap();
        let name = if suite.contains(['/', '.']) {
            root.join(suite).to_str().unwrap().to_owned()
        } else {
            suite.to_owned()
        };
        let suite = Workspace::at(&root).load(&name, &Inputs::default()).unwrap();
        paths.iter().copied().filter(|path| suite.owns(&root.join(path))).collect()
    }

    #[test]
    fn what_lies_among_the_suites_is_owned_whether_it_is_there_or_not() {
        let all = [
            "cases/s/suite.toml",
            "cases/s/report.md",
            "cases/s/reports/x.xml",
            "cases/other/suite.toml",
            "cases/s/../s/x.md",
            "reports/../cases/s/x.md",
            "schemas/x.json",
            "schemas/s/a/200.schema.json",
            "cases/s/s.postman_collection.json",
            "cases/x.xml",
            "reports/junit.xml",
            "x.xml",
            "cases/s/../../x.xml",
        ];
        assert_eq!(owned("s", "cases/s/s.postman_collection.json", &all), all[..9]);
    }

    #[test]
    fn a_folder_elsewhere_owns_what_it_reads() {
        let all = [
            "api/suite.toml",
            "api/waivers.toml",
            "api/accepted/a/ok.json",
            "api/dev.postman_environment.json",
            "api/new.postman_collection.json",
            "api/s.json",
            "schemas/api/x.json",
            "api/reports/run.json",
            "api/run.xml",
        ];
        assert_eq!(owned("api/.", "api/s.json", &all), all[..7]);
        assert_eq!(owned("api/s.json", "api/s.json", &all), ["api/s.json", "schemas/api/x.json"]);
    }

    #[test]
    fn what_it_was_read_with_is_owned_wherever_it_lies() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("s.json"), COLLECTION_TEXT).unwrap();
        fs::write(at("rows.json"), r#"[{"a": 1}]"#).unwrap();
        for name in ["dev.json", "all.json"] {
            fs::write(at(name), r#"{"name": "e", "values": []}"#).unwrap();
        }
        let inputs = Inputs {
            environment: Some(at("dev.json")),
            globals: Some(at("all.json")),
            data: Some(at("rows.json")),
            ..Inputs::default()
        };
        let suite = Workspace::at(folder.path()).load(at("s.json").to_str().unwrap(), &inputs).unwrap();
        for name in ["dev.json", "all.json", "rows.json", "./x/../rows.json"] {
            assert!(suite.owns(&at(name)), "{name}");
        }
        assert!(!suite.owns(&at("run.json")));
    }
}
