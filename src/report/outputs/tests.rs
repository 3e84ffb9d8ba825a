use std::os::unix::fs::{PermissionsExt, symlink};

use tempfile::TempDir;

use super::*;

fn spec(path: impl Into<PathBuf>) -> OutputSpec {
    OutputSpec { format: OutputFormat::Json, path: path.into(), behind: false }
}

fn open_one(path: impl Into<PathBuf>) -> Result<Outputs, OutputError> {
    Outputs::open(&[spec(path)])
}

fn write_new(_: OutputFormat, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"new")
}

/// The reports, where all are written.
fn whole(written: Written) -> Vec<PathBuf> {
    assert!(written.failed.is_empty() && written.without.is_empty(), "{written:?}");
    written.reports
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn folders_are_made_and_files_written() {
    let folder = TempDir::new().unwrap();
    let (a, b) = (folder.path().join("x/y/a.xml"), folder.path().join("b.json"));
    let specs = [OutputSpec { format: OutputFormat::Junit, path: a.clone(), behind: false }, spec(&b)];
    let paths = whole(Outputs::open(&specs).unwrap().commit(|format, out| write!(out, "{format:?}")));
    assert_eq!(paths, [a.clone(), b.clone()]);
    assert_eq!(fs::read_to_string(&a).unwrap(), "Junit");
    assert_eq!(fs::read_to_string(&b).unwrap(), "Json");
    assert_eq!(names(&folder), ["b.json", "x"]);
    let plain = folder.path().join("plain");
    fs::write(&plain, "").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&a), mode(&plain), "a report is as readable as any new file");
}

#[test]
fn nothing_is_touched_without_commit() {
    let folder = TempDir::new().unwrap();
    let old = folder.path().join("old.json");
    fs::write(&old, "old").unwrap();
    let outputs = Outputs::open(&[spec(&old), spec(folder.path().join("new.json"))]).unwrap();
    assert_eq!(fs::read_to_string(&old).unwrap(), "old");
    drop(outputs);
    assert_eq!(names(&folder), ["old.json"]);
    assert_eq!(fs::read_to_string(&old).unwrap(), "old");
}

#[test]
fn an_error_while_writing_leaves_the_old_file_and_costs_no_other() {
    let folder = TempDir::new().unwrap();
    let [first, second, third] = ["1.json", "2.json", "3.json"].map(|name| folder.path().join(name));
    for old in [&first, &second] {
        fs::write(old, "old").unwrap();
    }
    let mut calls = 0;
    let outputs = Outputs::open(&[spec(&first), spec(&second), spec(&third)]).unwrap();
    let written = outputs.commit(|_, out| {
        calls += 1;
        out.write_all(b"part")?;
        if calls == 2 { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(()) }
    });
    assert_eq!(written.reports, [first.clone(), third]);
    assert_eq!(names(&folder), ["1.json", "2.json", "3.json"]);
    assert_eq!(fs::read_to_string(&first).unwrap(), "part");
    assert_eq!(fs::read_to_string(&second).unwrap(), "old");
    let error = OutputError::of(written.failed).unwrap();
    assert!(matches!(&error, OutputError::Write { path, .. } if *path == second));
    assert!(error.hint().unwrap().contains("ulimit -f"));
    let full =
        |path: &Path| OutputError::Write { path: path.into(), source: io::ErrorKind::StorageFull.into() };
    let both = OutputError::of(vec![error, full(&first)]).unwrap();
    let text = both.to_string();
    assert!(
        text.contains("2.json: ") && text.contains("; cannot write ") && text.contains("1.json: "),
        "{text}"
    );
    assert!(both.hint().is_some() && OutputError::of(Vec::new()).is_none());
}

#[test]
fn a_page_is_made_where_it_is_not_there_but_only_for_a_summary() {
    let folder = TempDir::new().unwrap();
    let page = folder.path().join("page.md");
    let open = || Outputs::open(&[OutputSpec { behind: true, ..spec(&page) }]).unwrap();
    drop(open());
    assert!(names(&folder).is_empty());
    assert!(whole(open().commit(write_new)).is_empty(), "it is no report of ours");
    assert!(whole(open().commit(write_new)).is_empty());
    assert_eq!(fs::read_to_string(&page).unwrap(), "new\nnew");
}

/// Nobody asked for the page as a report.
#[test]
fn a_page_that_cannot_be_had_costs_nothing() {
    let folder = TempDir::new().unwrap();
    let (page, report) = (folder.path().join("no/page.md"), folder.path().join("1.json"));
    let page = OutputSpec { behind: true, ..spec(&page) };
    let full = OutputSpec { behind: true, ..spec("/dev/full") };
    let written = Outputs::open(&[page, full, spec(&report)]).unwrap().commit(write_new);
    assert_eq!(written.reports, [report]);
    assert!(written.failed.is_empty());
    let told: Vec<String> = written.without.iter().map(ToString::to_string).collect();
    assert!(told[0].contains("no/page.md: No such file"), "{told:?}");
    // Where there is no such device it cannot be opened, and where it is nothing can be added.
    assert!(told.len() == 2 && told[1].starts_with("cannot add the summary to /dev/full: "), "{told:?}");
}

#[test]
fn an_old_file_is_replaced_and_keeps_its_permissions() {
    let folder = TempDir::new().unwrap();
    let old = folder.path().join("old.json");
    fs::write(&old, "old and longer").unwrap();
    fs::set_permissions(&old, fs::Permissions::from_mode(0o640)).unwrap();
    whole(open_one(&old).unwrap().commit(write_new));
    assert_eq!(fs::read_to_string(&old).unwrap(), "new");
    assert_eq!(fs::metadata(&old).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_link_stays_a_link() {
    let folder = TempDir::new().unwrap();
    let elsewhere = TempDir::new().unwrap();
    let (link, real) = (folder.path().join("link.json"), elsewhere.path().join("real.json"));
    fs::write(&real, "old").unwrap();
    symlink(&real, &link).unwrap();
    whole(open_one(&link).unwrap().commit(write_new));
    assert!(link.is_symlink());
    assert_eq!(fs::read_to_string(&real).unwrap(), "new");
}

#[test]
fn targets_that_cannot_be_had_are_told_at_once() {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("file"), "x").unwrap();
    fs::write(at("protected"), "x").unwrap();
    fs::set_permissions(at("protected"), fs::Permissions::from_mode(0o444)).unwrap();
    symlink(at("nowhere"), at("dangling")).unwrap();
    let root = folder.path().display().to_string();
    for (path, message) in [
        (at(""), format!("{root}/ is a folder, not a file to write a report to")),
        (
            at("file/run.json"),
            format!("cannot open {root}/file/run.json for writing: Not a directory (os error 20)"),
        ),
        (at("protected"), format!("{root}/protected is write-protected")),
        (
            at("dangling"),
            format!("cannot open {root}/dangling for writing: it is a link to a file that is not there"),
        ),
        (at("new/.."), format!("{root}/new/.. is a folder, not a file to write a report to")),
        (
            "/proc/no/run.json".into(),
            "cannot make the folder /proc/no: No such file or directory (os error 2)".into(),
        ),
    ] {
        assert_eq!(open_one(&path).unwrap_err().to_string(), message);
    }
    let error = Outputs::open(&[spec(at("a.json")), spec(at("sub/../a.json"))]).unwrap_err();
    assert!(matches!(error, OutputError::Open { .. } | OutputError::Twice(_)), "{error}");
    let error = Outputs::open(&[spec(at("a.json")), spec(at("./a.json"))]).unwrap_err();
    assert!(matches!(error, OutputError::Twice(_)), "{error}");
    assert_eq!(fs::read_to_string(at("protected")).unwrap(), "x");
}

#[test]
fn a_full_device_is_told_and_never_replaced() {
    if !Path::new("/dev/full").exists() {
        println!("skipped: there is no /dev/full here");
        return;
    }
    let error = OutputError::of(open_one("/dev/full").unwrap().commit(write_new).failed).unwrap();
    assert_eq!(error.to_string(), "cannot write /dev/full: No space left on device (os error 28)");
    assert!(!fs::metadata("/dev/full").unwrap().is_file());
    whole(open_one("/dev/null").unwrap().commit(write_new));
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn specs_are_read() {
    let spec: OutputSpec = "junit=a=b.xml".parse().unwrap();
    assert_eq!(spec, OutputSpec { format: OutputFormat::Junit, path: "a=b.xml".into(), behind: false });
    for text in ["junit", "junit=", "=x", "xml=x", "JUnit=x", ""] {
        let error = text.parse::<OutputSpec>().unwrap_err().to_string();
        assert_eq!(
            error,
            format!("`{text}` names no report: write junit=PATH, json=PATH, html=PATH or md=PATH")
        );
    }
}

#[test]
fn a_page_goes_on_in_a_line_of_its_own() {
    let folder = TempDir::new().unwrap();
    let page = folder.path().join("page.md");
    for (before, after) in [("", "Json"), ("one", "one\nJson"), ("one\n", "one\nJson")] {
        fs::write(&page, before).unwrap();
        let spec = OutputSpec { behind: true, ..spec(&page) };
        let written = whole(Outputs::open(&[spec]).unwrap().commit(|format, out| write!(out, "{format:?}")));
        assert_eq!((fs::read_to_string(&page).unwrap().as_str(), written.len()), (after, 0));
    }
}
