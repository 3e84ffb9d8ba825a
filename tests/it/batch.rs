//! Many small suites in one run, so that a property test pays for one process a batch.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Ran, run, uphold};

/// A workspace of suites that each hold one item with one example.
pub(crate) struct Batch {
    folder: tempfile::TempDir,
    suites: usize,
}

/// What came of a run.
pub(crate) struct Outcome {
    pub(crate) ran: Ran,
    /// The cases of run.json.
    pub(crate) rows: Vec<Value>,
}

impl Outcome {
    /// How many requests the run says that it sent.
    pub(crate) fn attempts(&self) -> usize {
        let attempts = self.rows.iter().filter_map(|row| row["attempts"].as_u64());
        usize::try_from(attempts.sum::<u64>()).unwrap()
    }
}

impl Batch {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), suites: 0 }
    }

    /// Adds a suite that goes to `base`: `request` as an item and as its example, further members of
    /// the collection, an environment, further lines of suite.toml.
    pub(crate) fn suite(
        &mut self,
        base: &str,
        request: &Value,
        variables: &Value,
        environment: &Value,
        toml: &str,
    ) {
        let suite = self.folder.path().join(format!("cases/s{}", self.suites));
        self.suites += 1;
        let mut original = request.clone();
        if let Some(members) = original.as_object_mut() {
            members.remove("auth");
        }
        let collection = json!({
            "info": {"name": "s"},
            "variable": variables,
            "item": [{"name": "i", "request": request, "response": [
                {"name": "e", "originalRequest": original, "code": 200, "header": [], "body": ""},
            ]}],
        });
        fs::create_dir_all(&suite).unwrap();
        fs::write(suite.join("s.postman_collection.json"), collection.to_string()).unwrap();
        fs::write(
            suite.join("s.postman_environment.json"),
            json!({"name": "e", "values": environment}).to_string(),
        )
        .unwrap();
        fs::write(suite.join("suite.toml"), format!("[target]\nbase_url = \"{base}\"\n{toml}")).unwrap();
        fs::write(suite.join("a.txt"), "A").unwrap();
    }

    /// Adds a file to the workspace.
    pub(crate) fn file(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    pub(crate) fn run(&self, args: &[&str], environment: &[(&str, String)]) -> Outcome {
        let ran = run(uphold(self.folder.path())
            .args(["run", "--report=json=run.json", "--timeout=10"])
            .args(args)
            .envs(environment.iter().map(|(name, value)| (name, value))));
        let report = fs::read_to_string(self.folder.path().join("run.json"));
        let report: Value = serde_json::from_str(&report.unwrap_or_else(|_| panic!("{ran:?}"))).unwrap();
        let rows = report["cases"].as_array().unwrap().clone();
        assert_eq!(rows.len(), self.suites, "{ran:?}");
        Outcome { ran, rows }
    }
}
