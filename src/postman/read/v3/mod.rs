//! Collections in Postman's v3 form: a folder of YAML files, one for each request and example.
//!
//! ```text
//! <collection>/.resources/definition.yaml                          name, variables, auth, scripts
//! <collection>/<request>.request.yaml
//! <collection>/.resources/<request>.resources/examples/<name>.example.yaml
//! <collection>/<folder>/.resources/definition.yaml                 and so on
//! ```
//!
//! [`tree`] finds and parses the files; they are translated into the JSON that the same collection
//! has as v2.1, and read as such: one reader knows the rules. [`Places`] leads from there back to
//! the file and place that a person can open. Form: Postman's documentation of «collection v3», and
//! what `postman collection migrate` writes. Where they differ both are read.

mod example;
mod frame;
mod request;
mod scene;
mod tree;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::notice::{Members, Notices, take, take_text};
use super::{ReadError, detect, nodes, text, yaml};
use crate::postman::auth::Auth;
use crate::postman::model::{Collection, Node, Warning};
use crate::postman::places::Places;
use scene::{Scene, put};
use tree::{Doc, Folder};

/// Whether the folder holds a collection in v3 form.
pub(super) fn is_folder(folder: &Path) -> bool {
    tree::is_v3(folder)
}

/// The folder of the examples of this request file, as [`collection`] finds it; `named` is its `examples`.
pub(super) fn examples_folder(root: &Path, request: &Path, named: Option<&Value>) -> PathBuf {
    tree::examples_folder(root, request, named)
}

/// The content of an environment or globals file; a map of `values` becomes the list that it
/// stands for.
pub(super) fn environment(file: &Path, bytes: &[u8]) -> Result<Value, ReadError> {
    let mut root = yaml::parse(file, &text::decode(file, bytes)?)?;
    if let Some(values @ Value::Object(_)) = root.get_mut("values")
        && let Value::Object(map) = values.take()
    {
        *values = map.into_iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
    }
    Ok(root)
}

/// Reads the collection of a folder.
pub(super) fn collection(folder: &Path) -> Result<Collection, ReadError> {
    let full = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    if full.parent().is_some_and(tree::is_v3) {
        return Err(detect::inner_folder(folder));
    }
    let (tree, warnings) = tree::read(folder)?;
    let mut draft = Draft { places: Places::default(), warnings };
    let mut root = draft.folder(tree, "");
    let name = take(&mut root, "name");
    put(&mut root, "info", json!({"name": name}));
    let mut collection = nodes::collection(root, Notices::new(folder))?;
    for warning in collection.warnings.iter_mut().chain(&mut collection.remarks) {
        if let Some((file, place)) = draft.places.find(&warning.pointer) {
            warning.file.clone_from(file);
            place.clone_into(&mut warning.pointer);
        }
    }
    collection.warnings.splice(..0, draft.warnings);
    relocate(collection.auth.iter_mut().chain(auths(&mut collection.nodes)), &draft.places);
    collection.places = draft.places;
    Ok(collection)
}

/// Every auth of folders and items.
fn auths(nodes: &mut [Node]) -> Vec<&mut Auth> {
    let mut found = Vec::new();
    for node in nodes {
        match node {
            Node::Folder(folder) => {
                found.extend(&mut folder.auth);
                found.extend(auths(&mut folder.nodes));
            }
            Node::Item(item) => found.extend(&mut item.auth),
        }
    }
    found
}

/// Lets messages about auth name its file.
fn relocate<'a>(auths: impl Iterator<Item = &'a mut Auth>, places: &Places) {
    for auth in auths {
        if let Some((file, place)) = places.find(&auth.place) {
            auth.place = format!("{} {place}", file.display());
        }
    }
}

/// The v2.1 form in the making.
struct Draft {
    places: Places,
    warnings: Vec<Warning>,
}

impl Draft {
    fn scene<'d>(&'d mut self, doc: &'d Doc) -> Scene<'d> {
        Scene { file: &doc.file, places: &mut self.places, warnings: &mut self.warnings }
    }

    /// A folder, or the whole collection where `at` is empty.
    fn folder(&mut self, folder: Folder, at: &str) -> Members {
        let mut made = self.definition(folder.definition, at);
        let mut items = Vec::with_capacity(folder.nodes.len());
        for node in folder.nodes {
            let at = format!("{at}/item/{}", items.len());
            match node {
                tree::Node::Folder(folder) => items.push(Value::Object(self.folder(folder, &at))),
                tree::Node::Request { doc, examples } => items.extend(self.item(doc, examples, &at)),
            }
        }
        put(&mut made, "item", Value::Array(items));
        made
    }

    fn definition(&mut self, mut doc: Doc, at: &str) -> Members {
        let mut members = std::mem::take(&mut doc.members);
        let mut scene = self.scene(&doc);
        scene.place(at, "");
        if let Some(kind) = members.get("$kind").and_then(Value::as_str).filter(|kind| *kind != "collection")
        {
            scene.warn("/$kind", format!("the kind `{kind}` is unknown; read as `collection`"));
        }
        let mut made = frame_of(&mut members, at, &mut scene);
        put(&mut made, "auth", frame::auth(take(&mut members, "auth"), &format!("{at}/auth"), &mut scene));
        let variables = take(&mut members, "variables");
        put(&mut made, "variable", scene.entries(variables, &format!("{at}/variable"), "/variables"));
        let name = take_text(&mut members, "name").unwrap_or(doc.stem);
        put(&mut made, "name", Value::String(name));
        made
    }

    /// A request with its examples; `None` for one that is no HTTP request.
    fn item(&mut self, mut doc: Doc, examples: Vec<Doc>, at: &str) -> Option<Value> {
        let mut members = std::mem::take(&mut doc.members);
        let mut scene = self.scene(&doc);
        scene.place(at, "");
        match members.get("$kind").and_then(Value::as_str) {
            Some("http-request" | "graphql-request") => {}
            Some(kind) => {
                let count = examples.len();
                let message = format!(
                    "a request of the kind `{kind}`, which is not sent; left out with {count} examples"
                );
                scene.warn("/$kind", message);
                return None;
            }
            None => scene.warn("", "no `$kind`; read as `http-request`"),
        }
        let mut item = frame_of(&mut members, at, &mut scene);
        let place = format!("{at}/request");
        let mut request = request::request(&mut members, &place, "", &mut scene);
        let auth = frame::auth(take(&mut members, "auth"), &format!("{place}/auth"), &mut scene);
        put(&mut request, "auth", auth);
        put(&mut item, "request", Value::Object(request));
        let name = take_text(&mut members, "name").unwrap_or(doc.stem);
        put(&mut item, "name", Value::String(name));
        let mut responses = Vec::with_capacity(examples.len());
        for doc in examples {
            let at = format!("{at}/response/{}", responses.len());
            let file = std::sync::Arc::clone(&doc.file);
            let mut scene = Scene { file: &file, places: &mut self.places, warnings: &mut self.warnings };
            responses.extend(example::example(doc, &at, &mut scene));
        }
        put(&mut item, "response", Value::Array(responses));
        Some(Value::Object(item))
    }
}

/// Scripts and settings, which stand alike in definitions and requests.
fn frame_of(members: &mut Members, at: &str, scene: &mut Scene<'_>) -> Members {
    let mut made = Members::new();
    let events = frame::events(take(members, "scripts"), &format!("{at}/event"), scene);
    put(&mut made, "event", events);
    scene.place(format!("{at}/protocolProfileBehavior"), "/settings");
    put(&mut made, "protocolProfileBehavior", frame::settings(take(members, "settings"), scene));
    made
}
