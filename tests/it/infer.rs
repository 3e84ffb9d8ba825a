//! `uphold infer`, through the program: what it reads, what it prints, and every refusal.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{Ran, run, uphold, workspace};

/// The program with these bytes on stdin.
fn piped(folder: &Path, args: &[&str], stdin: &[u8]) -> Ran {
    let mut command = uphold(folder);
    command.arg("infer").args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let bytes = stdin.to_vec();
    // The program may end before it has read everything.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&bytes)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Ran {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap_or(-1),
    }
}

fn users() -> tempfile::TempDir {
    let users = |id: &str| format!(r#"{{"users": [{{"id": "{id}", "role": "admin"}}]}}"#);
    let many = format!("{}\n\n{}\n{{\"users\": []}}\n", users("12"), users("13"));
    workspace(&[("a.json", &users("11")), ("b.ndjson", &many)])
}

fn schema(ran: &Ran) -> Value {
    assert_eq!(ran.code, 0, "{ran:?}");
    serde_json::from_str(&ran.stdout).unwrap()
}

#[test]
fn files_and_stdin_are_bodies_of_one_schema() {
    let folder = users();
    let whole = run(uphold(folder.path()).args(["infer", "a.json", "b.ndjson"]));
    let id = json!({"type": "string", "pattern": "^[0-9]+$", "x-level": "warning"});
    assert_eq!(schema(&whole)["properties"]["users"]["items"]["properties"]["id"], id);
    assert_eq!(schema(&whole)["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(whole.stderr.is_empty() && whole.stdout.ends_with("}\n"), "{whole:?}");
    let other = run(uphold(folder.path()).args(["infer", "b.ndjson", "a.json"]));
    assert_eq!(other.stdout, whole.stdout, "the order of files does not matter");
    let all =
        [fs::read(folder.path().join("a.json")).unwrap(), fs::read(folder.path().join("b.ndjson")).unwrap()];
    assert_eq!(piped(folder.path(), &[], &all.concat()).stdout, whole.stdout);
    assert_eq!(piped(folder.path(), &["-"], &all.concat()).stdout, whole.stdout);
    assert_eq!(piped(folder.path(), &["b.ndjson", "-"], &all[0]).stdout, whole.stdout);
    let utf16: Vec<u8> = "\u{feff}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let text = String::from_utf8(all.concat()).unwrap();
    let text: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(piped(folder.path(), &[], &[utf16, text].concat()).stdout, whole.stdout);
}

#[test]
fn strict_closes_objects_and_lists_values() {
    let folder = users();
    let strict = schema(&run(uphold(folder.path()).args(["infer", "--strict", "a.json"])));
    let user = &strict["properties"]["users"]["items"];
    assert_eq!(user["additionalProperties"], false);
    assert_eq!(user["properties"]["role"]["enum"], json!(["admin"]));
}

#[test]
fn a_claim_is_traced_to_files_and_lines() {
    let folder = users();
    let why = |at: &str| run(uphold(folder.path()).args(["infer", "a.json", "b.ndjson", "--why", at]));
    assert_eq!(why("/users/*/id").stdout, "string, digits; in 3 of 4: a.json, b.ndjson:1, b.ndjson:3\n");
    assert_eq!(why("/users").stdout, "array; in 4 of 4: a.json, b.ndjson:1, b.ndjson:3, b.ndjson:4\n");
    assert_eq!(why("").stdout, "object; in 4 of 4: a.json, b.ndjson:1, b.ndjson:3, b.ndjson:4\n");
    assert!(why("/{key}").stdout.starts_with("array; in 4 of 4"));
    let many = "{\"a\":1}\n".repeat(20);
    let long = piped(folder.path(), &["--why", "/a"], many.as_bytes());
    assert!(long.stdout.ends_with("stdin:7, stdin:8 and 12 more\n"), "{long:?}");
    let none = why("/nobody");
    assert_eq!((none.code, none.stdout.as_str()), (2, ""));
    assert!(none.stderr.contains("no body shows `/nobody`\nhint: a place is a JSON pointer"), "{none:?}");
    let no_pointer = why("users");
    assert_eq!(no_pointer.code, 2);
    assert!(no_pointer.stderr.contains("--why must begin with `/`\nhint: "), "{no_pointer:?}");
}

#[test]
fn what_is_odd_is_said_beside_the_schema() {
    let folder = workspace(&[]);
    let ran = piped(folder.path(), &[], br#"{"a": 1, "a": 2, "l": [9007199254740993]}"#);
    assert_eq!(schema(&ran)["type"], "object");
    let notes: Vec<&str> = ran.stderr.lines().collect();
    assert_eq!(notes.len(), 2, "{ran:?}");
    assert!(notes[0].starts_with("note: /a: the same name twice"), "{ran:?}");
    assert!(notes[1].starts_with("note: /l/*: whole numbers beyond 2^53"), "{ran:?}");
}

#[test]
fn what_cannot_be_read_is_named_and_nothing_is_printed() {
    let deep = "[".repeat(128) + &"]".repeat(128);
    let folder = workspace(&[
        ("good.json", "{}"),
        ("bad.ndjson", "{\"a\": 1}\n{\"a\" 2}\n"),
        ("half.json", "{\n  \"a\": \"\\ud800\"}"),
        ("deep.json", &deep),
        ("empty.json", " \n"),
        ("open.json", "[1, 2"),
    ]);
    fs::write(folder.path().join("latin.json"), b"{\"a\": \"M\xfcller\"}").unwrap();
    for (file, wanted) in [
        ("bad.ndjson", "bad.ndjson:2:6: not JSON: expected `:`"),
        (
            "half.json",
            "half.json:2:15: not JSON: half of a surrogate pair (`\\ud800` to `\\udfff` alone) is no character",
        ),
        ("deep.json", "deep.json:1:128: not JSON: nested deeper than 127 levels"),
        ("empty.json", "empty.json: empty: there is no JSON text in it"),
        ("open.json", "open.json:1:5: not JSON: it ends in the middle of a list"),
        ("latin.json", "latin.json:1:9: neither UTF-8 nor UTF-16 text; save it as UTF-8"),
        ("none.json", "cannot read none.json: No such file or directory (os error 2)"),
        (".", ".: cannot read it: Is a directory (os error 21)"),
    ] {
        for args in [vec!["infer", "good.json", file], vec!["infer", file, "--why", "/a"]] {
            let ran = run(uphold(folder.path()).args(&args));
            assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}: {ran:?}");
            // Where it is in a text, its line stands below.
            assert_eq!(ran.stderr.lines().next(), Some(&*format!("error: {wanted}")), "{args:?}");
        }
    }
    let nothing = piped(folder.path(), &[], b"");
    assert_eq!(nothing.stderr, "error: stdin: empty: there is no JSON text in it\n");
    let twice = piped(folder.path(), &["-", "-"], b"{}");
    assert_eq!((twice.code, twice.stdout.as_str()), (2, ""));
    assert!(twice.stderr.contains("stdin can be read only once"), "{twice:?}");
    let both = piped(folder.path(), &["--strict", "--why", "/a"], b"{}");
    assert_eq!(both.code, 2, "{both:?}");
}

/// Also the first of several that fail is always the same.
#[test]
fn of_several_bad_files_the_first_is_told() {
    let files: Vec<(String, &str)> = (0..20).map(|n| (format!("{n}.json"), "{")).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    let folder = workspace(&files);
    let ran = run(uphold(folder.path()).arg("infer").args(files.iter().map(|(name, _)| name)));
    assert!(ran.stderr.starts_with("error: 0.json:1:1: not JSON"), "{ran:?}");
}

/// Where `script` can make a terminal, it stands for a person who types nothing.
#[test]
#[cfg(target_os = "linux")]
fn a_terminal_is_not_waited_for() {
    let program = env!("CARGO_BIN_EXE_uphold");
    let typed = std::process::Command::new("script")
        .args(["-qec", &format!("{program} infer --color never"), "/dev/null"])
        .stdin(Stdio::null())
        .output();
    let Ok(output) = typed else {
        eprintln!("SKIPPED: there is no `script`");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("there is nothing to infer from") && said.contains("hint: give files"), "{said}");
}
