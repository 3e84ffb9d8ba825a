//! What people see: the same run in terminals of two widths, with colours and without, and in a pipe; the line
//! that shows how far a run is; a second Ctrl-C.

use std::cell::Cell;
use std::fs;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, mpsc};

use regex::Regex;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::{Value, json};

use crate::support::{Recorder, answer, one_example, run, uphold, workspace};

const COLLECTION: &str = "cases/shop/shop.postman_collection.json";

/// A collection of so many requests, `/orders/0` and on.
pub(crate) fn orders(number: usize) -> Value {
    let mut collection: Value =
        serde_json::from_str(&one_example("{{base}}/orders", 200, "{\"id\": 1, \"note\": \"a\"}")).unwrap();
    let item = collection["item"][0].clone();
    let numbered = |number: usize| {
        let mut item = item.clone();
        item["name"] = format!("Get order {number}").into();
        item["response"][0]["originalRequest"]["url"] = format!("{{{{base}}}}/orders/{number}").into();
        item
    };
    collection["item"] = (0..number).map(numbered).collect();
    collection
}

/// A terminal of its own: what is written to it, and the end that a program gets.
pub(crate) struct Screen {
    read: OwnedFd,
    write: String,
}

impl Screen {
    pub(crate) fn new() -> Self {
        let read = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&read).unwrap();
        unlockpt(&read).unwrap();
        let write = ptsname(&read, Vec::new()).unwrap().into_string().unwrap();
        Self { read, write }
    }

    pub(crate) fn stdio(&self) -> Stdio {
        let options = rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY;
        Stdio::from(rustix::fs::open(&*self.write, options, rustix::fs::Mode::empty()).unwrap())
    }

    /// What is written until the text comes, or until everybody has closed it.
    pub(crate) fn until(&mut self, text: &str) -> String {
        let mut seen = Vec::new();
        let mut bytes = [0; 4096];
        loop {
            // A terminal that everybody has closed gives an error on Linux.
            match rustix::io::read(&self.read, &mut bytes) {
                Ok(0) | Err(_) => return String::from_utf8_lossy(&seen).into_owned(),
                Ok(length) => seen.extend_from_slice(&bytes[..length]),
            }
            let so_far = String::from_utf8_lossy(&seen);
            if !text.is_empty() && so_far.contains(text) {
                return so_far.into_owned();
            }
        }
    }
}

/// Runs two cases, of which the second is answered when `release` says so.
fn held(
    folder: &Path,
    args: &[&str],
    variables: &[(&str, &str)],
    screen: &Screen,
) -> (Child, mpsc::Sender<()>) {
    let (release, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    let server = Recorder::with(move |request| {
        if request.starts_with("GET /orders/1 ") {
            let _ = held.lock().unwrap().recv();
        }
        answer("200 OK", "application/json", "{\"id\": 1, \"note\": \"b\"}")
    });
    let mut command = uphold(folder);
    command
        .args(["run", "--base-url", &server.url()])
        .args(args)
        .env("TERM", "xterm")
        .envs(variables.iter().copied());
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(screen.stdio()).spawn().unwrap();
    (child, release)
}

#[test]
fn a_line_shows_how_far_the_run_is_and_is_gone_at_the_end() {
    let folder = workspace(&[(COLLECTION, &orders(2).to_string())]);
    let mut screen = Screen::new();
    let (child, release) = held(folder.path(), &[], &[], &screen);
    let seen = screen.until("1/2 cases");
    assert!(seen.contains("\r\u{1b}[2K[##########..........] 1/2 cases"), "{seen:?}");
    let seen = screen.until("1 in flight");
    assert!(!seen.contains('\n'), "{seen:?}");
    release.send(()).unwrap();
    let ended = child.wait_with_output().unwrap();
    let rest = screen.until("");
    assert!(rest.ends_with("\r\u{1b}[2K"), "{rest:?}");
    let stdout = String::from_utf8(ended.stdout).unwrap();
    assert!(ended.status.success() && stdout.contains("2 passed") && !stdout.contains('\u{1b}'), "{stdout}");
}

#[test]
fn no_line_is_shown_where_nobody_wants_it() {
    let folder = workspace(&[(COLLECTION, &orders(2).to_string())]);
    for (args, variables) in
        [(&["--no-progress"][..], &[][..]), (&[], &[("CI", "true")]), (&[], &[("TERM", "dumb")])]
    {
        let mut screen = Screen::new();
        let (child, release) = held(folder.path(), args, variables, &screen);
        release.send(()).unwrap();
        assert!(child.wait_with_output().unwrap().status.success());
        assert_eq!(screen.until(""), "", "{args:?} {variables:?}");
    }
}

#[test]
fn the_wire_is_shown_without_secrets_and_only_when_asked_for() {
    let settings = "[auth.default]\ntype = \"bearer\"\ntoken = \"${SHOP_TOKEN}\"\n";
    let folder = workspace(&[(COLLECTION, &orders(1).to_string()), ("cases/shop/suite.toml", settings)]);
    let server = Recorder::answering(answer(
        "200 OK",
        "application/json",
        "{\"id\": 1,\n \"note\": \"s3cr3t-t0ken\"}",
    ));
    let shown = |args: &[&str]| {
        let mut command = uphold(folder.path());
        command.env("SHOP_TOKEN", "s3cr3t-t0ken").args(["run", "--base-url", &server.url()]).args(args);
        run(&mut command)
    };
    let ran = shown(&["--verbose"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let url = format!("       > GET {}/orders/0\n", server.url());
    for part in
        [&url, "       < 200\n", "       < Content-Type: application/json\n", "       < {\"id\": 1,\n"]
    {
        assert!(
            ran.stdout.to_lowercase().contains(&part.to_lowercase()),
            "{part} is not in:\n{}",
            ran.stdout
        );
    }
    assert!(ran.stdout.contains("«redacted»") && !ran.stdout.contains("s3cr3t"), "{}", ran.stdout);
    let report = fs::read_to_string(folder.path().join("reports/run.json")).unwrap();
    let quiet = shown(&[]);
    assert!(!quiet.stdout.contains("       > "), "{}", quiet.stdout);
    // What is looked at is no part of the report.
    let again = fs::read_to_string(folder.path().join("reports/run.json")).unwrap();
    let length = |text: &str| Regex::new(r"[0-9.]+").unwrap().replace_all(text, "").len();
    assert_eq!(length(&report), length(&again));
    assert_eq!(run(uphold(folder.path()).args(["run", "--quiet", "--verbose"])).code, 2);
}

#[test]
fn links_and_colours_are_for_terminals() {
    let (folder, server) = failing();
    let url = server.url();
    let start = |screen: Option<&Screen>, args: &[&str], variables: &[(&str, &str)]| {
        let mut command = uphold(folder.path());
        command.env_remove("NO_COLOR").env("TERM", "xterm").envs(variables.iter().copied());
        command.args(["run", "--base-url", &url]).args(args).stdin(Stdio::null()).stderr(Stdio::null());
        command.stdout(screen.map_or_else(Stdio::piped, Screen::stdio));
        // With the command its ends of the terminal are closed.
        command.spawn().unwrap()
    };
    let link = "\u{1b}]8;;file://";
    let forced = ("FORCE_HYPERLINK", "1");
    let on_screen = |args: &[&str], variables: &[(&str, &str)]| {
        let mut screen = Screen::new();
        let mut child = start(Some(&screen), args, variables);
        let seen = screen.until("");
        assert_eq!(child.wait().unwrap().code(), Some(1));
        seen
    };
    let seen = on_screen(&[], &[forced]);
    assert!(
        seen.contains(link) && seen.contains("/cases/shop/shop.postman_collection.json#1\u{1b}\\cases/shop/"),
        "{seen:?}"
    );
    assert!(!on_screen(&[], &[]).contains(link), "nothing is known of this terminal");
    for (args, variables) in [(&["--color", "never"][..], &[forced][..]), (&[], &[forced, ("NO_COLOR", "1")])]
    {
        assert!(!on_screen(args, variables).contains('\u{1b}'), "{args:?} {variables:?}");
    }
    let in_pipe = |args: &[&str], variables: &[(&str, &str)]| {
        String::from_utf8(start(None, args, variables).wait_with_output().unwrap().stdout).unwrap()
    };
    assert!(!in_pipe(&[], &[forced]).contains('\u{1b}'));
    for (args, variables) in
        [(&["--color", "always"][..], &[forced][..]), (&[], &[forced, ("CLICOLOR_FORCE", "1")])]
    {
        let seen = in_pipe(args, variables);
        assert!(seen.contains("\u{1b}[1m\u{1b}[31mFAIL") && !seen.contains(link), "{seen:?}");
    }
}

/// A run of which three cases fail for one reason, one for another.
fn failing() -> (tempfile::TempDir, Recorder) {
    let server = Recorder::with(|request| {
        if request.starts_with("GET /orders/0 ") {
            return answer("200 OK", "application/json", "{\"id\": \"1\", \"note\": \"b\"}");
        }
        let body = json!({"code": "INVALID_TOKEN", "message": "the token expired"});
        answer("410 Gone", "application/json", &body.to_string())
    });
    (workspace(&[(COLLECTION, &orders(4).to_string())]), server)
}

/// Without times and ports, and without blanks at the end of lines.
fn plain(text: &str) -> String {
    let port = Regex::new(r"127\.0\.0\.1:\d+").unwrap();
    let time = Regex::new(r"\d+(\.\d+)? m?s\b").unwrap();
    let text = port.replace_all(text, "HOST");
    let lines: Vec<String> =
        time.replace_all(&text, "TIME").lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n").trim_end().to_owned()
}

#[test]
fn what_fails_for_one_reason_is_told_once_more_at_the_end() {
    let (folder, server) = failing();
    let ran = run(uphold(folder.path()).args(["run", "--base-url", &server.url()]));
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(plain(&ran.stdout));
}

/// A server of tmux of its own.
struct Tmux {
    socket: String,
    made: Cell<usize>,
}

impl Tmux {
    /// `None`, and a word about it, where there is no tmux.
    fn start() -> Option<Self> {
        if Command::new("tmux").arg("-V").output().is_err() {
            eprintln!("SKIPPED: there is no tmux");
            return None;
        }
        // A name that nobody else has; the folder itself is not needed.
        let random = tempfile::Builder::new().prefix("uphold-").tempdir().unwrap();
        Some(Self {
            socket: random.path().file_name().unwrap().to_string_lossy().into_owned(),
            made: Cell::new(0),
        })
    }

    fn command(&self, args: &[&str]) -> String {
        let ran =
            Command::new("tmux").args(["-L", &self.socket, "-f", "/dev/null"]).args(args).output().unwrap();
        assert!(ran.status.success(), "tmux {args:?}: {}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8_lossy(&ran.stdout).into_owned()
    }

    /// What stands on a screen of that width when uphold has ended; with `how`, as `capture-pane` has it.
    fn screen(&self, folder: &Path, width: usize, args: &str, how: &str) -> String {
        // Without a session the server ends, so each stays until all are done.
        let made = self.made.get() + 1;
        self.made.set(made);
        let (name, socket) = (format!("screen{made}"), &self.socket);
        let script = format!(
            "unset CI TF_BUILD GITHUB_ACTIONS NO_COLOR CLICOLOR_FORCE; cd '{}'; '{}' {args}; tmux -L {socket} wait-for -S {name}; read -r nothing",
            folder.display(),
            env!("CARGO_BIN_EXE_uphold"),
        );
        let columns = width.to_string();
        self.command(&["new-session", "-d", "-s", &name, "-x", &columns, "-y", "120", "sh", "-c", &script]);
        self.command(&["wait-for", &name]);
        self.command(&["capture-pane", "-p", how, "-t", &name])
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        let _ = Command::new("tmux").args(["-L", &self.socket, "kill-server"]).output();
    }
}

#[test]
fn a_terminal_shows_what_a_pipe_gets() {
    let Some(tmux) = Tmux::start() else { return };
    let (folder, server) = failing();
    let piped = plain(&run(uphold(folder.path()).args(["run", "--base-url", &server.url()])).stdout);
    for width in [80, 200] {
        for color in ["never", "always", "auto"] {
            let args = format!("run --base-url {} --color {color}", server.url());
            // `-J` joins the lines that the terminal wrapped.
            let screen = plain(&tmux.screen(folder.path(), width, &args, "-J"));
            assert_eq!(screen, piped, "{width} columns, colours {color}");
        }
        let args = format!("run --base-url {}", server.url());
        let coloured = tmux.screen(folder.path(), width, &args, "-e");
        assert!(
            coloured.contains("\u{1b}[1m\u{1b}[31mFAIL") && !coloured.contains("in flight"),
            "{coloured:?}"
        );
        let none = tmux.screen(folder.path(), width, &format!("{args} --color never"), "-e");
        assert!(!none.contains('\u{1b}'), "{none:?}");
    }
}

#[test]
fn a_line_of_a_file_is_as_wide_as_the_terminal() {
    let Some(tmux) = Tmux::start() else { return };
    let broken = format!("{{\"info\": {{}}, \"item\": [{} oops]}}", "{\"name\": \"日本\"}, ".repeat(90));
    let folder = workspace(&[(COLLECTION, &broken)]);
    for width in [80, 200] {
        let screen = tmux.screen(folder.path(), width, "run", "-J");
        let lines: Vec<&str> = screen.lines().map(str::trim_end).collect();
        let at =
            lines.iter().position(|line| line.starts_with("   1 | …")).unwrap_or_else(|| panic!("{screen}"));
        let (line, mark) = (lines[at].chars().collect::<Vec<_>>(), lines[at + 1]);
        assert!(line.len() <= width && line.len() + 20 > width, "{screen}");
        let column = mark.find('^').unwrap();
        assert_eq!(line[column..column + 4].iter().collect::<String>(), "oops", "{screen}");
        assert_eq!(
            mark.trim_start(),
            "| ".to_owned() + mark.trim_start().trim_start_matches("| "),
            "{screen}"
        );
    }
}

#[test]
fn the_second_interrupt_ends_a_run_that_cannot_end() {
    let folder = workspace(&[(COLLECTION, &orders(5_000).to_string())]);
    let mut child =
        uphold(folder.path()).arg("run").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    // From its first word on it is in the middle of the run; nobody reads any further, so it cannot go on.
    let mut first = [0; 1];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    // Two signals that are not taken yet are one: they are sent until the second is taken.
    let id = child.id().to_string();
    while child.try_wait().unwrap().is_none() {
        let _ = Command::new("kill").args(["-s", "INT", &id]).stderr(Stdio::null()).status();
    }
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(!folder.path().join("reports/run.json").exists(), "nobody waited for the reports");
}
