//! What a run leaves for people who were not there: summary.md, GitHub's page and annotations, lines.

use std::fs;

use serde_json::Value;

use crate::support::{Recorder, answer, one_example, run, uphold, workspace};

fn shop() -> (tempfile::TempDir, Recorder) {
    let folder = workspace(&[("shop.json", &one_example("{{base}}/orders/1", 200, "{\"id\": 1}"))]);
    (
        folder,
        Recorder::answering(answer("200 OK", "application/json", "{\"id\": \"![x](http://evil.example)\"}")),
    )
}

/// The line of the example, as an editor counts it.
fn line_of_example(text: &str) -> usize {
    let at = text.find("\"response\"").unwrap();
    let at = at + text[at..].find('{').unwrap();
    text[..at].matches('\n').count() + 1
}

#[test]
fn a_failure_names_the_line_of_its_example_in_every_report() {
    let (folder, api) = shop();
    // As Postman writes it: in many lines.
    let pretty: Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("shop.json")).unwrap()).unwrap();
    let pretty = format!("{pretty:#}");
    fs::write(folder.path().join("shop.json"), &pretty).unwrap();
    let line = line_of_example(&pretty);
    assert!(line > 5);
    let ran = run(uphold(folder.path()).args(["run", "shop.json", "--base-url", &api.url()]));
    assert!(ran.code == 1 && ran.stdout.contains(&format!("  source    shop.json:{line}\n")), "{ran:?}");
    assert!(!ran.stdout.contains("::error"), "{ran:?}");
    let read = |name: &str| fs::read_to_string(folder.path().join("reports").join(name)).unwrap();
    let report: Value = serde_json::from_str(&read("run.json")).unwrap();
    assert_eq!(report["cases"][0]["source"]["line"], line);
    assert!(
        read("junit.xml").contains(&format!(" file=\"shop.json\" line=\"{line}\"")),
        "{}",
        read("junit.xml")
    );
    let page = read("index.html");
    assert!(page.contains("<title>uphold: 1 of 1 case failed</title>"), "{page}");
    assert!(page.contains(&format!("\"line\":{line}")) && page.contains("<td>shop::"), "{page}");
    let exchange = &report["cases"][0]["exchange"];
    assert_eq!(exchange["answer"]["status"], 200, "{exchange:#}");
    assert_eq!(exchange["expected"]["body"]["media_type"], "application/json", "{exchange:#}");
    let summary = read("summary.md");
    assert!(summary.starts_with("## uphold: 1 of 1 case failed\n"), "{summary}");
    assert!(summary.contains(&format!("(`shop.json:{line}`)")), "{summary}");
    assert!(summary.contains("actual `string \"![x](http://evil.example)\"`"), "{summary}");
}

#[test]
fn on_github_there_are_annotations_and_the_page_grows() {
    let (folder, api) = shop();
    let page = folder.path().join("page.md");
    fs::write(&page, "# Before\n").unwrap();
    let inner = folder.path().join("services/crm");
    fs::create_dir_all(&inner).unwrap();
    fs::copy(folder.path().join("shop.json"), inner.join("shop.json")).unwrap();
    let on_github = |more: &[&str]| {
        run(uphold(&inner)
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_WORKSPACE", folder.path().canonicalize().unwrap())
            .env("GITHUB_STEP_SUMMARY", &page)
            .args(["run", "shop.json", "--base-url", &api.url()])
            .args(more))
    };
    let ran = on_github(&[]);
    let annotation = ran.stdout.lines().find(|line| line.starts_with("::error ")).unwrap();
    assert!(
        annotation.starts_with("::error file=services/crm/shop.json,line=1,title=body.type.changed%3A "),
        "{annotation}"
    );
    assert!(ran.stdout.ends_with("::notice title=uphold::1 of 1 case failed\n"), "{ran:?}");
    assert!(!ran.stdout.contains("page.md"), "{ran:?}");
    let ran = on_github(&["--format", "pretty", "--report", "json=run.json"]);
    assert!(ran.code == 1 && !ran.stdout.contains("\n::"), "{ran:?}");
    let text = fs::read_to_string(&page).unwrap();
    assert!(text.starts_with("# Before\n## uphold: 1 of 1 case failed\n"), "{text}");
    assert_eq!(text.matches("## uphold: ").count(), 2, "{text}");
    assert!(!ran.stderr.contains("warning: "), "{ran:?}");
    // Only named, as other runners do: it is made.
    fs::remove_file(&page).unwrap();
    let ran = on_github(&[]);
    assert!(ran.code == 1 && !ran.stderr.contains("warning: "), "{ran:?}");
    assert!(fs::read_to_string(&page).unwrap().starts_with("## uphold: 1 of 1 case failed\n"));
    // Of another machine: nothing to write to, and no reason to fail. It is told.
    let elsewhere = folder.path().join("elsewhere/page.md");
    let ran = run(uphold(&inner).env("GITHUB_STEP_SUMMARY", &elsewhere).args([
        "run",
        "shop.json",
        "--format",
        "github",
        "--base-url",
        &api.url(),
    ]));
    assert_eq!(ran.code, 1);
    let warning = format!("warning: cannot add the summary to {}: No such file", elsewhere.display());
    assert!(ran.stderr.contains(&warning), "{ran:?}");
    assert!(!elsewhere.exists() && inner.join("reports/run.json").exists());
}

#[test]
fn annotations_may_be_asked_for_anywhere() {
    let (folder, api) = shop();
    let ran =
        run(uphold(folder.path()).args(["run", "shop.json", "--base-url", &api.url(), "--format", "github"]));
    assert!(ran.stdout.contains("\n::error file=shop.json,line=1,"), "{ran:?}");
}
