//! The Dockerfile fits the project, without a daemon: `tests/docker/check.sh` builds and runs it where one is.

use std::fs;
use std::path::Path;

use crate::support::project;

fn text(name: &str) -> String {
    fs::read_to_string(project().join(name)).unwrap()
}

/// Instruction and arguments, one a line, each stage after the other.
fn instructions() -> Vec<(String, String)> {
    let joined = text("Dockerfile").replace("\\\n", " ");
    let lines = joined.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let pair =
        |line: &str| line.split_once(' ').map(|(name, rest)| (name.to_owned(), rest.trim().to_owned()));
    lines.map(|line| pair(line).unwrap_or_else(|| panic!("{line}"))).collect()
}

/// The instructions from the last `FROM` on.
fn last_stage() -> Vec<(String, String)> {
    let all = instructions();
    let start = all.iter().rposition(|(name, _)| name == "FROM").unwrap();
    all[start..].to_vec()
}

fn arguments<'a>(of: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    of.iter().filter(|(known, _)| known == name).map(|(_, rest)| rest.as_str()).collect()
}

/// What the build is given of the project: `.dockerignore` drops all, and names what stays.
fn given() -> Vec<String> {
    let ignore = text(".dockerignore");
    let lines: Vec<&str> =
        ignore.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert_eq!(lines[0], "*", "nothing goes to the builder by itself: no target folder, no credentials");
    let kept = lines[1..].iter().map(|line| line.strip_prefix('!').unwrap_or_else(|| panic!("{line}")));
    kept.map(str::to_owned).collect()
}

fn is_given(path: &str) -> bool {
    given().iter().any(|kept| Path::new(path).starts_with(kept))
}

/// What the instructions outside of the last stage take out of the project.
fn taken() -> Vec<String> {
    let all = instructions();
    let copies = arguments(&all, "COPY").into_iter().filter(|rest| !rest.starts_with("--from="));
    let sources = copies.flat_map(|rest| {
        let words: Vec<_> = rest.split_whitespace().map(str::to_owned).collect();
        words[..words.len() - 1].to_vec()
    });
    sources.collect()
}

#[test]
fn the_build_has_the_compiler_of_the_project() {
    let manifest: toml::Table = text("Cargo.toml").parse().unwrap();
    let version = manifest["package"]["rust-version"].as_str().unwrap();
    let all = instructions();
    let base = arguments(&all, "FROM")[0];
    assert!(base.starts_with(&format!("docker.io/library/rust:{version}-")), "{base}");
    assert!(base.ends_with(" AS build"), "tests/docker/check.sh reads it: {base}");
    let build = arguments(&all, "RUN").into_iter().find(|run| run.contains("cargo build")).unwrap();
    assert!(build.contains("--release --locked --bin uphold"), "{build}");
}

#[test]
fn the_build_gets_what_it_reads_and_nothing_else() {
    for path in taken() {
        let there = project().join(&path).exists();
        let inside = given().iter().any(|kept| Path::new(kept).starts_with(&path));
        assert!(there && (is_given(&path) || inside), "{path}");
    }
    for kept in given() {
        let copied = taken().iter().any(|path| Path::new(&kept).starts_with(path));
        assert!(copied && project().join(&kept).exists(), "{kept} is given and not used");
    }
    // Cargo reads the manifest as a whole: each target that it names must be there.
    let manifest: toml::Table = text("Cargo.toml").parse().unwrap();
    let targets = ["bin", "test", "bench"].into_iter().flat_map(|kind| {
        let of_kind = manifest[kind].as_array().unwrap().iter();
        of_kind.map(move |target| match target.get("path") {
            Some(path) => path.as_str().unwrap().to_owned(),
            None => format!(
                "{kind}{}/{}.rs",
                if kind == "bench" { "es" } else { "s" },
                target["name"].as_str().unwrap()
            ),
        })
    });
    for path in targets {
        assert!(project().join(&path).exists() && is_given(&path), "{path}");
    }
    for path in ["target/release/uphold", "cases/zoho-crm/suite.toml", ".git/config", "reports/run.json"] {
        assert!(!is_given(path), "{path}");
    }
}

#[test]
fn the_image_has_no_shell_and_no_root() {
    let stage = last_stage();
    assert_eq!(arguments(&stage, "FROM"), ["scratch"]);
    assert!(arguments(&stage, "RUN").is_empty(), "there is nothing that could run it");
    let [user] = arguments(&stage, "USER")[..] else { panic!("{stage:?}") };
    let (user, group) = user.split_once(':').unwrap();
    assert!(user.parse::<u32>().unwrap() > 0 && group.parse::<u32>().unwrap() > 0, "names need /etc/passwd");
    for name in ["ENTRYPOINT", "CMD"] {
        let [given] = arguments(&stage, name)[..] else { panic!("{stage:?}") };
        let words: Vec<String> = serde_json::from_str(given).expect("without brackets it is for a shell");
        assert!(!words.is_empty(), "{name}");
    }
    assert_eq!(arguments(&stage, "WORKDIR"), ["/project"], "the guide mounts it");
}
