//! The house rules, checked on the source text: a room imports only rooms above it, and names
//! only the crates that its duty needs; inside of a room the files form layers.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the ground up, each with the outside crates that it may name.
const ROOMS: &[(&str, &[&str])] = &[
    ("redact", &["aho_corasick", "base64", "percent_encoding", "serde_json"]),
    ("message", &["bytes", "encoding_rs", "mime", "thiserror", "url"]),
    ("finding", &[]),
    ("placeholder", &["base64", "jiff", "serde_json"]),
    (
        "postman",
        &[
            "base64",
            "bytes",
            "fake",
            "hmac",
            "http",
            "indexmap",
            "jiff",
            "mime_guess",
            "p256",
            "p384",
            "p521",
            "percent_encoding",
            "rand_core",
            "rsa",
            "serde_json",
            "serde_saphyr",
            "sha2",
            "thiserror",
            "url",
        ],
    ),
    (
        "suite",
        &[
            "deunicode",
            "globset",
            "http",
            "indexmap",
            "regex",
            "serde",
            "serde_json",
            "tempfile",
            "thiserror",
            "toml",
            "url",
        ],
    ),
    (
        "contract",
        &[
            "indexmap",
            "jsonschema",
            "percent_encoding",
            "quick_xml",
            "regex",
            "serde",
            "serde_json",
            "sha2",
            "thiserror",
            "jiff",
        ],
    ),
    ("plan", &["indexmap", "jiff", "regex", "serde_json", "thiserror"]),
    (
        "send",
        &[
            "async_compression",
            "aws_credential_types",
            "aws_sigv4",
            "base64",
            "bytes",
            "futures_util",
            "hmac",
            "http",
            "httpdate",
            "hyper",
            "hyper_util",
            "ipnet",
            "md5",
            "percent_encoding",
            "rand_core",
            "reqwest",
            "rsa",
            "rustls",
            "serde_json",
            "sha1",
            "sha2",
            "thiserror",
            "tokio",
            "tokio_util",
            "tower_layer",
            "tower_service",
        ],
    ),
    ("check", &["httpdate", "indexmap", "jiff", "jsonschema", "serde_json"]),
    ("compare", &["bytes", "indexmap", "serde", "serde_json", "thiserror"]),
    ("mutate", &["bytes", "indexmap", "serde", "serde_json"]),
    ("mock", &["axum", "encoding_rs", "percent_encoding", "serde_json", "thiserror", "tokio", "url"]),
    ("record", &["aho_corasick", "indexmap", "jiff", "serde", "serde_json", "thiserror"]),
    ("history", &["jiff", "rusqlite", "thiserror"]),
    (
        "report",
        &[
            "anstyle",
            "base64",
            "indexmap",
            "jiff",
            "junit_report",
            "percent_encoding",
            "quick_xml",
            "schemars",
            "serde",
            "serde_json",
            "sha2",
            "similar",
            "tempfile",
            "thiserror",
            "unicode_width",
        ],
    ),
    ("jobs", &["jiff", "thiserror", "tokio"]),
    ("harness", &["anstream", "jiff", "libtest_mimic", "tokio"]),
    ("cli", &["anstream", "clap", "clap_complete", "clap_mangen", "jiff", "terminal_size"]),
];

/// Where the outside world may be touched, by a piece of source text.
const PLACES: &[(&str, &[&str])] = &[
    ("std::env", &["cli", "harness"]),
    ("std::process::", &["cli", "harness"]),
    ("std::fs", &["postman", "suite", "send", "history", "report"]),
    ("println!", &[]),
    ("Timestamp::now", &["cli", "harness"]),
    ("SystemTime::now", &[]),
];

struct Source {
    room: String,
    path: PathBuf,
    text: String,
}

#[test]
fn a_room_imports_only_rooms_above_it() {
    let position = |room: &str| ROOMS.iter().position(|(name, _)| *name == room);
    let mut wrong = Vec::new();
    for source in sources() {
        let own = position(&source.room).unwrap_or_else(|| panic!("{} is no room", source.room));
        for used in crate_paths(&source.text) {
            match position(&used) {
                Some(other) if other <= own => {}
                Some(_) => wrong.push(format!("{} uses crate::{used}", source.path.display())),
                None => wrong.push(format!("{} uses crate::{used}, which is no room", source.path.display())),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_room_names_only_the_crates_of_its_duty() {
    let dependencies = dependencies();
    let mut wrong = Vec::new();
    for source in sources() {
        let allowed =
            ROOMS.iter().find(|(name, _)| *name == source.room).map_or(&[][..], |(_, crates)| crates);
        for name in &dependencies {
            if names_crate(&source.text, name) && !allowed.contains(&name.as_str()) {
                wrong.push(format!("{} names {name}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_allowed_crate_is_named_by_its_room() {
    let sources = sources();
    for (room, crates) in ROOMS {
        for name in *crates {
            let named = sources.iter().any(|source| source.room == *room && names_crate(&source.text, name));
            assert!(named, "{room} may name {name}, but does not: take it off the list");
        }
    }
}

#[test]
fn every_dependency_is_named_by_a_room_or_the_program() {
    let program = fs::read_to_string(root().join("src/main.rs")).unwrap();
    for name in dependencies() {
        let named = ROOMS.iter().any(|(_, crates)| crates.contains(&name.as_str()));
        let named = named || names_crate(&program, &name);
        assert!(named, "no room names {name}: take it off Cargo.toml");
    }
}

#[test]
fn the_outside_world_is_touched_in_few_places() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (text, rooms) in PLACES {
            if source.text.contains(text) && !rooms.contains(&source.room.as_str()) {
                wrong.push(format!("{} touches {text}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A folder's files form layers. A file and the folder of its own name are one; the folder's
/// `mod.rs` is its face: it hands names on and may hold what all below it share, so it is no
/// layer, and a name that it hands on counts as the file that the name comes from.
#[test]
fn the_files_of_a_folder_do_not_use_each_other_in_a_circle() {
    let sources = sources();
    let src = root().join("src");
    let folders: BTreeSet<PathBuf> = sources
        .iter()
        .filter_map(|source| source.path.parent())
        .filter(|folder| *folder != src)
        .map(Path::to_owned)
        .collect();
    let circles: Vec<String> = folders
        .iter()
        .filter_map(|folder| {
            let left = without_layers(layers(folder, &sources));
            (!left.is_empty()).then(|| format!("{}: {left:?}", folder.display()))
        })
        .collect();
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

#[test]
fn a_circle_is_seen() {
    let uses = |text: &str| names_behind(text, "super::");
    let graph = |edges: &[(&str, &[&str])]| {
        let owned = |name: &&str| (*name).to_owned();
        edges.iter().map(|(from, to)| (owned(from), to.iter().map(owned).collect())).collect()
    };
    assert_eq!(
        uses("use super::{a::{B, C}, d}; super::e::f(); super::super::g()"),
        names(&["a", "d", "e", "super"])
    );
    assert!(without_layers(graph(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[])])).is_empty());
    let left = without_layers(graph(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"]), ("d", &[])]));
    assert_eq!(left.into_keys().collect::<BTreeSet<_>>(), names(&["a", "b", "c"]));
}

#[test]
fn files_stay_small() {
    let long: Vec<String> = sources()
        .iter()
        .map(|source| (source.path.display(), fs::read_to_string(&source.path).unwrap().lines().count()))
        .filter(|(_, lines)| *lines > 500)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn the_architecture_page_names_every_room_in_order() {
    let page = fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    let mut from = 0;
    for (room, _) in ROOMS {
        let row = format!("| `{room}` |");
        let at = page[from..].find(&row).unwrap_or_else(|| panic!("no row for {room} after the one before"));
        from += at + row.len();
    }
    for name in dependencies() {
        let as_named = [name.replace('_', "-"), name];
        let named = as_named.iter().any(|name| page.contains(&format!("`{name}`")));
        assert!(named, "the page does not say why {} is there", as_named[0]);
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The library's source files without their tests and comments.
fn sources() -> Vec<Source> {
    let src = root().join("src");
    let mut files = Vec::new();
    collect(&src, &mut files);
    files
        .into_iter()
        .filter_map(|path| {
            let relative = path.strip_prefix(&src).ok()?.to_owned();
            let first = relative.components().next()?.as_os_str().to_str()?.to_owned();
            let room = first.trim_end_matches(".rs").to_owned();
            if matches!(room.as_str(), "lib" | "main") || is_test_file(&relative) {
                return None;
            }
            let text = strip(&fs::read_to_string(&path).unwrap());
            Some(Source { room, path, text })
        })
        .collect()
}

fn is_test_file(path: &Path) -> bool {
    path.components().any(|part| {
        let name = part.as_os_str().to_string_lossy();
        name.starts_with("test") || name.ends_with("_tests.rs")
    })
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            files.push(path);
        }
    }
}

/// The code before the inline tests, without comment lines.
fn strip(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The rooms named as `crate::room`, also in `use crate::{a, b}`.
fn crate_paths(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let before = text[..at].chars().next_back();
        let rest = &text[at + "crate::".len()..];
        if before.is_some_and(|c| c == '$' || c.is_alphanumeric() || c == '_') {
            continue;
        }
        assert!(!rest.starts_with('{'), "write one `use crate::room` a line, so that the order can be read");
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        found.insert(name);
    }
    found
}

type Graph = BTreeMap<String, BTreeSet<String>>;

/// Which file of the folder uses which, by module names.
fn layers(folder: &Path, sources: &[Source]) -> Graph {
    let module = |source: &Source| {
        let first = source.path.strip_prefix(folder).ok()?.components().next()?;
        let name = Path::new(first.as_os_str()).file_stem()?.to_str()?.to_owned();
        (name != "mod").then_some(name)
    };
    let modules: BTreeSet<String> = sources.iter().filter_map(module).collect();
    let handed_on = handed_on(folder, sources);
    let mut graph: Graph = modules.iter().map(|name| (name.clone(), BTreeSet::new())).collect();
    for (source, name) in sources.iter().filter_map(|source| Some((source, module(source)?))) {
        let used = prefixes(folder, &source.path).into_iter().flat_map(|p| names_behind(&source.text, &p));
        let used = used.map(|used| handed_on.get(&used).cloned().unwrap_or(used));
        let siblings = used.filter(|used| *used != name && modules.contains(used));
        graph.entry(name.clone()).or_default().extend(siblings);
    }
    graph
}

/// The names that the folder's face hands on, each with the module that it comes from.
fn handed_on(folder: &Path, sources: &[Source]) -> BTreeMap<String, String> {
    let faces = [folder.join("mod.rs"), folder.with_extension("rs")];
    let face = sources.iter().find(|source| faces.contains(&source.path));
    let text = face.map_or("", |source| source.text.as_str()).replace("use self::", "use ");
    let uses = text.split(';').filter_map(|line| line.trim().split_once("use ")?.1.split_once("::"));
    uses.flat_map(|(module, _)| {
        let names = names_behind(&text, &format!("use {module}::"));
        names.into_iter().map(move |name| (name, module.to_owned()))
    })
    .collect()
}

/// How a file writes the folder as a path: `super::` as often as needed, and from the crate.
fn prefixes(folder: &Path, file: &Path) -> [String; 2] {
    let below = file.strip_prefix(folder).unwrap().components().count();
    let ups = if file.ends_with("mod.rs") { below - 1 } else { below };
    let rooms = folder.strip_prefix(root().join("src")).unwrap();
    let path: Vec<String> = rooms.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    ["super::".repeat(ups), format!("crate::{}::", path.join("::"))]
}

/// The first names behind a path: of `super::a::B` and of `super::{a::B, c}`.
fn names_behind(text: &str, path: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices(path) {
        if text[..at].ends_with("::") {
            continue;
        }
        let mut depth = 0;
        let mut fresh = true;
        for piece in split_words(&text[at + path.len()..]) {
            match piece {
                "{" => depth += 1,
                "}" => depth -= 1,
                "," => fresh = depth == 1,
                name if fresh => {
                    found.insert(name.to_owned());
                    fresh = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    found
}

/// Words, and each other character but white space by itself.
fn split_words(text: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let end =
            if is_word(first) { rest.find(|c| !is_word(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (word, behind) = rest.split_at(end);
        rest = behind;
        Some(word)
    })
}

/// Takes away, over and over, what uses nothing that is left: what stays is in a circle or uses one.
fn without_layers(mut graph: Graph) -> Graph {
    loop {
        let ground: BTreeSet<String> =
            graph.iter().filter(|(_, used)| used.is_empty()).map(|(name, _)| name.clone()).collect();
        if ground.is_empty() {
            return graph;
        }
        graph.retain(|name, _| !ground.contains(name));
        for used in graph.values_mut() {
            used.retain(|name| !ground.contains(name));
        }
    }
}

fn names(all: &[&str]) -> BTreeSet<String> {
    all.iter().map(|name| (*name).to_owned()).collect()
}

/// The names of `[dependencies]`, as they stand in code.
fn dependencies() -> Vec<String> {
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    manifest["dependencies"].as_table().unwrap().keys().map(|name| name.replace('-', "_")).collect()
}

fn names_crate(text: &str, name: &str) -> bool {
    let path = format!("{name}::");
    text.match_indices(&path).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    })
}
