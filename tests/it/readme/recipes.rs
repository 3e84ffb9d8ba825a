//! The files of docs/ci/: each is what its CI server reads, and its commands are commands of uphold.

use std::fs;

use serde_json::Value;

use super::page;
use crate::support::{copy_of_the_project, run, uphold};

/// The commands of uphold in all of them; the test of the pages runs them.
pub(super) fn commands() -> Vec<String> {
    let github = github();
    let gitlab = gitlab();
    let jobs = github["jobs"].as_object().unwrap().values();
    let steps = jobs.flat_map(|job| job["steps"].as_array().unwrap()).filter_map(|step| step["run"].as_str());
    let scripts = gitlab.as_object().unwrap().values().filter_map(|job| job["script"].as_array()).flatten();
    let jenkins = page("docs/ci/Jenkinsfile");
    let quoted = jenkins.lines().filter_map(|line| line.trim().strip_prefix("sh '")?.strip_suffix('\''));
    let all = steps.chain(scripts.map(|line| line.as_str().unwrap())).chain(quoted);
    let all: Vec<String> = all.filter(|line| line.starts_with("uphold ")).map(str::to_owned).collect();
    assert_eq!(all.len(), 4 + 3 + 3, "{all:?}");
    all
}

fn yaml(name: &str) -> Value {
    serde_saphyr::from_str(&page(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn github() -> Value {
    yaml("docs/ci/github-actions.yml")
}

fn gitlab() -> Value {
    yaml("docs/ci/gitlab-ci.yml")
}

#[test]
fn the_workflow_has_the_form_that_github_reads() {
    let workflow = github();
    let triggers = workflow["on"].as_object().unwrap();
    assert!(triggers.contains_key("pull_request") && triggers.contains_key("schedule"), "{triggers:?}");
    for (name, job) in workflow["jobs"].as_object().unwrap() {
        assert!(job["runs-on"].is_string(), "{name}");
        for step in job["steps"].as_array().unwrap() {
            let step = step.as_object().unwrap();
            assert_ne!(step.contains_key("run"), step.contains_key("uses"), "one of both: {step:?}");
            let known = ["run", "uses", "with", "if", "name", "env"];
            assert!(step.keys().all(|key| known.contains(&key.as_str())), "{step:?}");
            let pinned = step.get("uses").is_none_or(|uses| uses.as_str().unwrap().contains("@v"));
            assert!(pinned, "{step:?}");
        }
    }
    // A cache that only passing nights save would tell the same finding as new for ever.
    let steps = workflow["jobs"]["nightly"]["steps"].as_array().unwrap();
    let cache = |action: &str| {
        let uses = |step: &&Value| step["uses"].as_str().is_some_and(|uses| uses.starts_with(action));
        steps.iter().find(uses).unwrap()
    };
    let (restore, save) = (cache("actions/cache/restore"), cache("actions/cache/save"));
    assert_eq!(save["if"], "always()");
    assert_eq!(
        (&save["with"]["path"], &save["with"]["key"]),
        (&restore["with"]["path"], &restore["with"]["key"])
    );
}

/// The commands of the workflow with shards, each as often as its matrix says, as they follow on each other.
fn of_shards() -> Vec<String> {
    let workflow = yaml("docs/ci/github-shards.yml");
    let mut all = Vec::new();
    for name in ["cases", "report"] {
        let job = &workflow["jobs"][name];
        let runs = job["steps"].as_array().unwrap().iter().filter_map(|step| step["run"].as_str());
        let command = runs.filter(|run| run.starts_with("uphold ")).map(str::to_owned).next().unwrap();
        match job["strategy"]["matrix"]["shard"].as_array() {
            Some(shards) => all.extend(shards.iter().map(|shard| {
                command
                    .replace("${{ matrix.shard }}", &shard.to_string())
                    .replace("${{ github.run_number }}", "42")
            })),
            None => all.push(command),
        }
    }
    all
}

#[test]
fn the_shards_of_the_workflow_make_one_report() {
    let folder = copy_of_the_project();
    let commands = of_shards();
    assert!(commands.len() == 5 && !commands.concat().contains("${{"), "{commands:?}");
    for command in commands {
        let ran = run(uphold(folder.path()).args(command.split_whitespace().skip(1)));
        assert_eq!(ran.code, 0, "{command}: {ran:?}");
    }
    let merged = fs::read_to_string(folder.path().join("reports/run.json")).unwrap();
    assert!(!merged.contains("\"shard\": {"), "{merged}");
    let workflow = yaml("docs/ci/github-shards.yml");
    let (cases, report) = (&workflow["jobs"]["cases"], &workflow["jobs"]["report"]);
    assert_eq!((&report["needs"], &report["if"]), (&"cases".into(), &"always()".into()));
    assert_eq!(cases["strategy"]["fail-fast"], false);
    let steps = |job: &Value| job["steps"].as_array().unwrap().clone();
    let uses = |step: &Value| step["uses"].as_str().unwrap_or_default().to_owned();
    let upload = steps(cases).into_iter().find(|step| uses(step).starts_with("actions/upload-artifact@v"));
    assert_eq!(upload.unwrap()["if"], "always()", "the report of a part that failed is wanted, too");
    let download =
        steps(report).into_iter().find(|step| uses(step).starts_with("actions/download-artifact@v"));
    assert_eq!(download.unwrap()["with"]["path"], "shards");
}

#[test]
fn the_matrix_on_the_page_is_that_of_the_workflow() {
    let workflow = page("docs/ci/github-shards.yml");
    let readme = page("README.md");
    let shown = readme.split_once("```yaml\n").unwrap().1.split_once("```").unwrap().0;
    for line in shown.lines() {
        assert!(workflow.lines().any(|known| known == line), "{line}");
    }
}

#[test]
fn the_pipeline_has_the_form_that_gitlab_reads() {
    let pipeline = gitlab();
    let template = &pipeline[".uphold"];
    assert_eq!(template["artifacts"]["reports"]["junit"], "reports/junit.xml");
    assert_eq!(template["artifacts"]["when"], "always");
    for name in ["examples", "nightly"] {
        let job = &pipeline[name];
        assert_eq!(job["extends"], ".uphold", "{name}");
        assert!(job["script"].is_array() && job["rules"].is_array(), "{name}");
    }
    assert_eq!(pipeline["nightly"]["cache"]["when"], "always");
}

#[test]
fn the_jenkinsfile_is_closed_and_takes_the_reports() {
    let text = page("docs/ci/Jenkinsfile");
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let mut open = Vec::new();
    for c in code.chars() {
        match c {
            '{' | '(' | '[' => open.push(c),
            '}' => assert_eq!(open.pop(), Some('{')),
            ')' => assert_eq!(open.pop(), Some('(')),
            ']' => assert_eq!(open.pop(), Some('[')),
            _ => {}
        }
    }
    assert!(open.is_empty() && code.starts_with("pipeline {"), "{open:?}");
    assert_eq!(code.matches('\'').count() % 2, 0);
    assert!(code.contains("junit 'reports/junit.xml'"));
}
