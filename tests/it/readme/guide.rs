//! `docs/guide.md`, walked through as it stands there: its commands one after the other, each with the output that
//! the page shows, against a server that answers as the page tells.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::{blocks, every_block, page, timeless};
use crate::support::{Ran, Recorder, answer, project, run, uphold, workspace};

const API: &str = "https://api.example.com";
const SETTINGS: &str = "cases/bookshop/suite.toml";

/// The shop of the page: as the collection documents it, but that the price is a text.
fn bookshop() -> Recorder {
    Recorder::with(|request| {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        let (status, body) = match head.lines().next().unwrap() {
            _ if !head.contains("Bearer ey.abc") => {
                ("401 Unauthorized", r#"{"code": "INVALID_TOKEN", "message": "sign in first"}"#)
            }
            line if line.starts_with("GET /books?") => {
                ("200 OK", r#"{"books": [{"id": 7, "title": "Dubliners", "price": 12.5}], "more": false}"#)
            }
            line if line.starts_with("GET /books/7 ") => {
                ("200 OK", r#"{"id": 7, "title": "Dubliners", "price": "12.50", "in_stock": true}"#)
            }
            line if line.starts_with("GET /books/") => {
                ("404 Not Found", r#"{"code": "BOOK_NOT_FOUND", "message": "there is no such book"}"#)
            }
            _ if body.contains("book_id") => {
                ("201 Created", r#"{"order": {"id": 4712, "total": 25.0, "state": "open"}}"#)
            }
            _ => (
                "422 Unprocessable Entity",
                r#"{"code": "EMPTY_ORDER", "message": "an order needs an item"}"#,
            ),
        };
        answer(status, "application/json", body)
    })
}

/// What a reader who follows the page has: the exported files, the variables that were set, the last exit code.
struct Reader {
    folder: tempfile::TempDir,
    api: Recorder,
    environment: BTreeMap<String, String>,
    code: i32,
}

impl Reader {
    fn new() -> Self {
        let file = |name: &str| page(&format!("tests/fixtures/guide/{name}"));
        let (collection, environment) = ("bookshop.postman_collection.json", "dev.postman_environment.json");
        let folder = workspace(&[(collection, &file(collection)), (environment, &file(environment))]);
        Self { folder, api: bookshop(), environment: BTreeMap::new(), code: 0 }
    }

    /// The API of the page is on this machine; where nothing is sent it is where the page says.
    fn runs(&self, arguments: &str) -> Ran {
        let words = arguments.split_whitespace().map(|word| word.replace('\'', ""));
        run(uphold(self.folder.path()).envs(&self.environment).args(words))
    }

    /// Types a command; gives its output, as the page would show it.
    fn types(&mut self, command: &str) -> Vec<String> {
        if command == "echo $?" {
            return vec![self.code.to_string()];
        }
        if let Some((name, value)) = command.strip_prefix("export ").and_then(|set| set.split_once('=')) {
            self.environment.insert(name.to_owned(), value.to_owned());
            return Vec::new();
        }
        let ran = self.runs(command.strip_prefix("uphold ").expect("a command of uphold"));
        self.code = ran.code;
        assert!(ran.stderr.is_empty(), "{command}: {ran:?}");
        ran.stdout.replace(&self.api.url(), API).lines().map(neutral).collect()
    }

    fn writes(&self, settings: &str) {
        fs::write(self.folder.path().join(SETTINGS), settings.replace(API, &self.api.url())).unwrap();
    }
}

/// Times and days are those of the run.
fn neutral(line: &str) -> String {
    let day = regex::Regex::new(r"\b20\d\d-\d\d-\d\d\b").unwrap();
    day.replace_all(&timeless(line), "DAY").into_owned()
}

/// The commands of a block, each with the lines that the page shows under it.
fn transcript(block: &str) -> Vec<(String, Vec<String>)> {
    let mut commands: Vec<(String, Vec<String>)> = Vec::new();
    for line in block.lines() {
        match line.strip_prefix("$ ") {
            Some(command) => commands.push((command.to_owned(), Vec::new())),
            None => commands.last_mut().expect("a command first").1.push(neutral(line)),
        }
    }
    commands
}

/// Whether these lines are the shown ones, `…` for any number of lines.
fn shows(shown: &[String], printed: &[String]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((line, rest)) if line == "…" => {
            (0..=printed.len()).any(|skipped| shows(rest, &printed[skipped..]))
        }
        Some((line, rest)) => printed.first() == Some(line) && shows(rest, &printed[1..]),
    }
}

#[test]
fn every_step_of_the_guide_does_what_it_shows() {
    let mut reader = Reader::new();
    let guide = page("docs/guide.md");
    let mut steps = 0;
    for (mark, block) in every_block(&guide) {
        match mark.as_str() {
            "toml" => reader.writes(&block),
            "console guide" => {
                for (command, shown) in transcript(&block) {
                    let printed = reader.types(&command);
                    assert!(shows(&shown, &printed), "`{command}` prints\n{}", printed.join("\n"));
                    steps += 1;
                }
            }
            _ => {}
        }
    }
    assert!(steps >= 15 && reader.code == 0, "{steps} steps; the last one ended with {}", reader.code);
    assert!(reader.api.seen().iter().all(|request| request.starts_with("GET ")), "--only-safe");
}

#[test]
fn an_output_that_differs_from_the_page_is_noticed() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let printed = lines("a\nb\nc\nd");
    for shown in ["a\nb\nc\nd", "…\nd", "a\n…", "a\n…\nc\n…", "…"] {
        assert!(shows(&lines(shown), &printed), "{shown}");
    }
    for shown in ["a\nb\nc", "b\n…", "…\nc", "a\n…\nx\n…", "…\nc\nb\n…", ""] {
        assert!(!shows(&lines(shown), &printed), "{shown}");
    }
}

/// `init` wrote each key of the piece behind a `#` for the reader to switch on.
#[test]
fn what_the_guide_sets_is_what_init_proposes() {
    let mut reader = Reader::new();
    reader.types("uphold init bookshop.postman_collection.json -e dev.postman_environment.json");
    let made = fs::read_to_string(reader.folder.path().join(SETTINGS)).unwrap();
    let piece = blocks(&page("docs/guide.md"), "toml").next().unwrap();
    for line in piece.lines().filter(|line| !line.is_empty()) {
        let key = line.split_once(" = ").map_or(line, |(key, _)| key);
        let known = |made: &str| made.trim_start_matches("# ").starts_with(key);
        assert!(made.lines().any(known), "{key}:\n{made}");
    }
}

#[test]
fn the_line_of_crontab_is_one_and_its_command_runs() {
    let mut reader = Reader::new();
    reader.types("uphold init bookshop.postman_collection.json -e dev.postman_environment.json");
    let guide = page("docs/guide.md");
    reader.writes(&blocks(&guide, "toml").next().unwrap());
    reader.types("export BOOKSHOP_TOKEN=ey.abc");
    let block = blocks(&guide, "text crontab").next().unwrap();
    let fields: Vec<&str> = block.trim_end().splitn(6, ' ').collect();
    let of_time = |field: &&str| *field == "*" || field.parse::<u8>().is_ok();
    assert!(fields.len() == 6 && fields.iter().take(5).all(of_time), "{block}");
    assert!(!fields[5].contains(['\n', '%']), "cron takes a `%` for the end of the line");
    let (_, arguments) = fields[5].split_once(" uphold ").unwrap();
    let ran = reader.runs(arguments);
    let findings = ran.stdout.matches("\n       breaking ").count();
    assert!(ran.code == 1 && findings == 1, "the price, and nothing else: {ran:?}");
    assert!(Path::new(&project()).join("docs/nightly.md").exists());
}
