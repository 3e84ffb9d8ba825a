//! What `drift` tells where something cannot be written: the reports, the history, the terminal.

use std::fs;
use std::path::Path;

use crate::support::{Ran, Recorder, answer, one_example, run, uphold, workspace};

const COLLECTION: &str = "cases/shop/shop.postman_collection.json";

/// A suite whose case differs from what the server answers.
fn shop() -> (tempfile::TempDir, Recorder) {
    let folder = workspace(&[(COLLECTION, &one_example("{{base}}/orders/1", 200, "{\"id\": 1}"))]);
    (folder, Recorder::with(|_| answer("200 OK", "application/json", "{\"id\": \"1\"}")))
}

/// A night, with these reports; no report may have more than so many bytes, where that is said.
fn drift(folder: &Path, api: &Recorder, reports: &[&str], most: Option<u32>) -> Ran {
    let mut command = match most {
        None => uphold(folder),
        Some(most) => {
            let script = format!("trap '' XFSZ; ulimit -c 0; ulimit -f {}; exec \"$@\"", most / 512);
            let mut command = std::process::Command::new("sh");
            command.current_dir(folder).env_clear().args(["-c", &script, "sh", env!("CARGO_BIN_EXE_uphold")]);
            command
        }
    };
    command.args(["drift", "--base-url", &api.url()]);
    run(command.args(reports.iter().flat_map(|report| ["--report", report])))
}

/// Whether all that the memory says is there.
fn is_told(ran: &Ran, counts: &str, label: &str) -> bool {
    let line = match label {
        "" => String::new(),
        label => format!("\n{label:<8}  breaking body.type.changed  /id  shop::get_order::ok\n"),
    };
    ran.stdout.contains(counts) && ran.stdout.contains(&line)
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_new_is_told_also_where_a_report_cannot_be_written() {
    let (folder, api) = shop();
    for (reports, most) in [
        (&["json=/dev/full"][..], None),
        (&["junit=a.xml", "md=/dev/full", "json=b.json"], None),
        (&["html=index.html"], Some(56 * 1024)),
    ] {
        let _ = fs::remove_file(folder.path().join("reports/history.sqlite"));
        for (counts, label) in
            [("drift: new (no earlier run is remembered): 1; known: 0", "new"), ("drift: new since 20", "")]
        {
            let ran = drift(folder.path(), &api, reports, most);
            assert_eq!(ran.code, 2, "{ran:?}");
            assert!(is_told(&ran, counts, label), "{reports:?}: {ran:?}");
            assert!(ran.stdout.contains("\nhistory: reports/history.sqlite\n"), "{reports:?}: {ran:?}");
            assert!(ran.stderr.starts_with("error: cannot write "), "{reports:?}: {ran:?}");
        }
    }
    assert!(folder.path().join("b.json").exists(), "one report costs no other");
    // The reports and the history.
    fs::remove_dir_all(folder.path().join("reports")).unwrap();
    let ran = drift(folder.path(), &api, &["html=index.html"], Some(0));
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(is_told(&ran, "drift: new (no earlier run is remembered): 1; known: 0", "new"), "{ran:?}");
    assert!(ran.stdout.contains("\nhistory: this run is not remembered: "), "{ran:?}");
}

#[test]
fn nothing_is_told_of_cases_that_were_not_sent() {
    let (folder, api) = shop();
    fs::write(folder.path().join("taken"), "").unwrap();
    for reports in [&["json=taken/run.json"][..], &["json=reports"], &["json=x.json", "md=x.json"]] {
        fs::create_dir_all(folder.path().join("reports")).unwrap();
        let ran = drift(folder.path(), &api, reports, None);
        assert_eq!((ran.code, ran.stdout.contains("drift: ")), (2, false), "{reports:?}: {ran:?}");
    }
    assert!(api.seen().is_empty(), "{:?}", api.seen());
    let ran = drift(folder.path(), &api, &["json=x.json"], None);
    assert!(ran.code == 1 && is_told(&ran, "drift: new (no earlier run is remembered): 1", "new"), "{ran:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_that_is_full_is_told_after_the_history_was_written() {
    let (folder, api) = shop();
    let ran = run(uphold(folder.path()).args(["drift", "--base-url", &api.url()]).stdout(full()));
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("cannot print the report"), "{ran:?}");
    let again = drift(folder.path(), &api, &["json=x.json"], None);
    assert!(again.stdout.contains("known: 1 (since 20"), "{again:?}");
}

#[cfg(target_os = "linux")]
fn full() -> std::process::Stdio {
    fs::OpenOptions::new().write(true).open("/dev/full").unwrap().into()
}

#[test]
fn a_history_in_which_nothing_ran_says_so() {
    let (folder, api) = shop();
    let night =
        |args: &[&str]| run(uphold(folder.path()).args(["drift", "--base-url", &api.url()]).args(args)).code;
    let asked = |args: &[&str]| run(uphold(folder.path()).arg("history").args(args));
    assert_eq!(night(&["--filter", "*::nothing"]), 4);
    for args in [&[][..], &["--since", "90d"], &["--format", "json"]] {
        let ran = asked(args);
        assert!(ran.code == 2 && ran.stdout.is_empty(), "{ran:?}");
        assert!(ran.stderr.starts_with("error: reports/history.sqlite: no run since 20"), "{ran:?}");
        assert!(ran.stderr.contains(" is remembered\n") && !ran.stderr.contains("such a case"), "{ran:?}");
    }
    assert_eq!(night(&[]), 1);
    assert_eq!(asked(&[]).code, 0);
    let other = asked(&["no_such"]);
    assert!(other.code == 2 && other.stderr.contains(" sent such a case\n"), "{other:?}");
    let later = asked(&["--since", "2999-01-01"]);
    assert!(later.stderr.contains("no run since 2999-01-01 is remembered"), "{later:?}");
}
