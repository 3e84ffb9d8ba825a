//! What several tests need: the program, folders to run it in, the recording server.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::thread;

/// The program, in a folder, with an environment that holds nothing of the caller's.
pub(crate) fn uphold(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_uphold"));
    command.current_dir(folder).env_clear().env("NO_COLOR", "1");
    command
}

/// Cargo in the folder of the project, with the target folder of this very test, so that it finds what
/// is built already. The variables that cargo itself sets for a test are taken away: build scripts look
/// at some (`ring`'s at `CARGO_MANIFEST_DIR`), and all that depends on them would be built again.
pub(crate) fn cargo(args: &[&str]) -> Command {
    let target = Path::new(env!("CARGO_BIN_EXE_uphold")).parent().and_then(Path::parent).unwrap();
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(project()).args(args);
    command.args(["--offline", "--locked", "--target-dir"]).arg(target);
    let of_cargo = |name: &str| ["CARGO_MANIFEST_", "CARGO_PKG_"].iter().any(|start| name.starts_with(start));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(of_cargo)) {
        command.env_remove(name);
    }
    command
}

/// Stdout, stderr and exit code of a finished program.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

pub(crate) fn run(command: &mut Command) -> Ran {
    let Output { status, stdout, stderr } = command.output().unwrap();
    Ran {
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
        code: status.code().unwrap_or(-1),
    }
}

/// The folder of the project.
pub(crate) fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The folder that a variable names; says so and gives `None` where it names none.
pub(crate) fn folder_from(variable: &str, what: &str) -> Option<PathBuf> {
    let folder = std::env::var_os(variable).map(PathBuf::from).filter(|folder| folder.is_dir());
    if folder.is_none() {
        eprintln!("SKIPPED: {variable} names no folder with {what}");
    }
    folder
}

/// The real collections, files and v3 folders, the largest first, so that no thread is left with it at the end;
/// `None` without a folder of them.
pub(crate) fn every_real_collection() -> Option<Vec<PathBuf>> {
    let corpus = folder_from("UPHOLD_CORPUS", "collections")?;
    let mut paths: Vec<PathBuf> = fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort_by_key(|path| std::cmp::Reverse(size(path)));
    Some(paths)
}

/// Those that a test judges in seconds: files of more than 10 MB are half of all examples and a generator made them
/// all alike. With `UPHOLD_WHOLE_CORPUS=1` they are judged, too.
pub(crate) fn real_collections() -> Option<Vec<PathBuf>> {
    let mut paths = every_real_collection()?;
    if std::env::var_os("UPHOLD_WHOLE_CORPUS").is_none() {
        let (left, kept): (Vec<PathBuf>, _) = paths.into_iter().partition(|path| size(path) > 10_000_000);
        paths = kept;
        for path in left {
            eprintln!("SKIPPED: {} (UPHOLD_WHOLE_CORPUS=1 judges it)", path.display());
        }
    }
    Some(paths)
}

/// In bytes.
fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |meta| meta.len())
}

/// A workspace of its own: `files` by path and text.
pub(crate) fn workspace(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// A collection with one GET item and one example of it.
pub(crate) fn one_example(url: &str, code: u16, body: &str) -> String {
    serde_json::json!({
        "info": {"name": "Shop", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "item": [{
            "name": "Get order",
            "request": {"method": "GET", "header": [], "url": url},
            "response": [{
                "name": "OK",
                "originalRequest": {"method": "GET", "header": [], "url": url},
                "status": "OK",
                "code": code,
                "header": [{"key": "Content-Type", "value": "application/json"}],
                "body": body,
            }],
        }],
    })
    .to_string()
}

/// Listens on a free port of loopback; each connection is served on a thread of its own. The threads
/// end with the process.
pub(crate) fn listen(serve: impl Fn(&TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = Arc::clone(&serve);
            thread::spawn(move || serve(&stream));
        }
    });
    address
}

/// A server that answers every request with the same bytes and keeps what it saw.
pub(crate) struct Recorder {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Recorder {
    pub(crate) fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::with(move |_| answer.clone())
    }

    /// The same with an answer that depends on the request (head and body).
    pub(crate) fn with(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&seen);
        Self { address: listen(move |stream| serve(stream, &answer, &record)), seen }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Head and body of every request so far.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

fn serve(stream: &TcpStream, answer: &dyn Fn(&str) -> Vec<u8>, record: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    loop {
        let mut line = Vec::new();
        match reader.read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            // Fields are latin-1 (RFC 9110 §5.5).
            Ok(_) => head.extend(line.iter().copied().map(char::from)),
        }
        if line == b"\r\n" {
            break;
        }
    }
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned))
        .and_then(|value| value.trim().parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    let request = format!("{head}{}", String::from_utf8_lossy(&body));
    record.lock().unwrap().push(request.clone());
    let mut stream = stream;
    // The client may have gone; that is its business.
    let _ = stream.write_all(&answer(&request));
}

/// An HTTP/1.1 answer that closes the connection.
pub(crate) fn answer(status: &str, content_type: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// `cases/` and `schemas/` in a folder of its own, so that no test writes into the checkout.
pub(crate) fn copy_of_the_project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for part in ["cases", "schemas"] {
        copy(&project().join(part), &folder.path().join(part));
    }
    folder
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// The names in a folder, sorted; none where there is no such folder.
pub(crate) fn folder_entries(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
