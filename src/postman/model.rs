//! What a collection holds, after reading: plain data, every part with its JSON pointer.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

use super::auth::Auth;
use super::places::Places;
use crate::message::Delivery;

/// Something odd in a user's file that changes what is sent or expected.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// The file.
    pub file: PathBuf,
    /// The place in it (RFC 6901); empty for the whole file.
    pub pointer: String,
    /// What is odd and what was made of it.
    pub message: String,
}

/// One collection: v2.0, v2.1, or a v3 folder.
#[derive(Debug, Clone)]
pub struct Collection {
    /// The file it was read from; for v3 the folder.
    pub file: PathBuf,
    /// Where its parts stand that are in files of their own.
    pub places: Places,
    /// `info.name`.
    pub name: String,
    /// Folders and items, in file order.
    pub nodes: Vec<Node>,
    /// The collection's own auth.
    pub auth: Option<Auth>,
    /// Collection variables, in file order.
    pub variables: Vec<Variable>,
    /// The scripts that Postman would run and uphold does not: enabled and not empty, of the
    /// collection, its folders and items, in file order.
    pub scripts: Vec<Script>,
    /// What was odd.
    pub warnings: Vec<Warning>,
    /// Settings that change nothing here, or less than in Postman: for who asks what is wrong with the
    /// collection, not for every run.
    pub remarks: Vec<Warning>,
    /// Where the status text of an example says another status than its code.
    pub contradictions: Vec<Warning>,
}

/// A script that is not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Its place in the file.
    pub pointer: String,
    /// The name of the collection, folder or item that it belongs to.
    pub owner: String,
    /// Whether it would run before the request; else after it (a test script).
    pub before: bool,
    /// The names of the variables that it would set, as far as they stand in it.
    pub sets: Vec<String>,
}

/// A folder or an item.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "most nodes are items; a box would cost them more")]
pub enum Node {
    /// A folder with further nodes.
    Folder(Folder),
    /// A request with its saved examples.
    Item(Item),
}

/// A folder.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Its name, as written.
    pub name: String,
    /// What it holds, in file order.
    pub nodes: Vec<Node>,
    /// Its auth; `None` inherits.
    pub auth: Option<Auth>,
    /// Its place in the file.
    pub pointer: String,
}

/// Postman's request: what is sent, and the saved answers.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its name, as written.
    pub name: String,
    /// The request as it stands in the item.
    pub request: RequestSpec,
    /// Its auth; `None` inherits.
    pub auth: Option<Auth>,
    /// What of `protocolProfileBehavior` holds for it, its own before its folders' and the
    /// collection's, key by key.
    pub behavior: Behavior,
    /// The saved answers, in file order; shared, so that a plan can hold on to them.
    pub examples: Vec<Arc<Example>>,
    /// Its place in the file.
    pub pointer: String,
}

/// What of Postman's `protocolProfileBehavior` changes a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Behavior {
    /// `disableBodyPruning`: a body is sent with GET, COPY, HEAD, PURGE and UNLOCK, too.
    pub keep_body: bool,
    /// `disableUrlEncoding`: the URL is not percent-encoded (beyond what a request line needs).
    pub raw_url: bool,
    /// `disabledSystemHeaders` names `content-type`: none is made from the body's kind.
    pub no_content_type: bool,
    /// Everything that is about sending.
    pub delivery: Delivery,
}

/// One saved answer of an item, with the request that got it.
#[derive(Debug, Clone)]
pub struct Example {
    /// Its name, as written (empty where it has none).
    pub name: String,
    /// `id`, where the file has one.
    pub id: Option<String>,
    /// `originalRequest`; `None` where it is missing or empty: the item's request stands for it.
    pub request: Option<RequestSpec>,
    /// The status code; `None` where the file has none.
    pub code: Option<u16>,
    /// The saved header fields that are not disabled.
    pub headers: Vec<(String, String)>,
    /// The saved body as text; `None` where it is null or missing.
    pub body: Option<String>,
    /// `_postman_previewlanguage` (also inside `_`).
    pub language: Option<String>,
    /// Its place in the file.
    pub pointer: String,
}

impl Example {
    /// The saved body without a byte order mark; empty where there is none.
    pub fn text(&self) -> &str {
        self.body.as_deref().unwrap_or_default().trim_start_matches('\u{feff}')
    }

    /// Where the example lies in memory: tells one from another that says the same, as long as both are held.
    pub(crate) fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }
}

/// A request as saved, nothing substituted.
#[derive(Debug, Clone, Default)]
pub struct RequestSpec {
    /// The method, upper case as Postman sends it; `None` where the file has none (GET).
    pub method: Option<String>,
    /// The URL.
    pub url: UrlSpec,
    /// Header fields, disabled ones included.
    pub headers: Vec<Param>,
    /// The body.
    pub body: Option<BodySpec>,
    /// Its place in the file.
    pub pointer: String,
}

/// A URL as saved, in parts, nothing substituted and nothing encoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UrlSpec {
    /// Scheme, host and port: `{{baseUrl}}`, `https://api.example.com:8080`,
    /// `{{HOST}}{{BASE_PATH}}`. As written, but without spaces around it and without a `/` at the
    /// end, scheme and host in lower case, so that one host has one form. Empty where the URL has
    /// none.
    pub host: String,
    /// User and password before the host, as written (`user:password`).
    pub userinfo: Option<String>,
    /// The path as written; begins with `/`, except where text is glued to the host's variable
    /// (`{{baseUrl}}users`). Empty where there is none.
    pub path: String,
    /// Query parameters, disabled ones included.
    pub query: Vec<Param>,
    /// Path variables, `:key` in the path.
    pub variables: Vec<Param>,
}

/// A key and a value that can be switched off: header, query parameter, form field, path variable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Param {
    /// The key; `None` where it is null or missing.
    pub key: Option<String>,
    /// The value; `None` where it is null or missing (a header that is null is sent as the text
    /// `null`, as Postman does, and so has a value).
    pub value: Option<String>,
    /// Not sent.
    pub disabled: bool,
}

/// A body as saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodySpec {
    /// Text, with `options.raw.language`.
    Raw {
        /// The text.
        text: String,
        /// `json`, `xml`, `text`, …
        language: Option<String>,
    },
    /// `application/x-www-form-urlencoded`.
    UrlEncoded(Vec<Param>),
    /// `multipart/form-data`.
    FormData(Vec<FormPart>),
    /// The bytes of a file; `None` where no file is named.
    File(Option<String>),
    /// GraphQL: query, operation name, variables as JSON text.
    GraphQl {
        /// The query text.
        query: String,
        /// `operationName`: a text, or null where it is sent as such.
        operation: Option<Value>,
        /// `variables` as JSON text.
        variables: Option<String>,
    },
}

/// One part of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormPart {
    /// Key, text value and switch.
    pub param: Param,
    /// File paths, for a part of type file; `Some` of none where no file is named.
    pub files: Option<Vec<String>>,
    /// `contentType`.
    pub content_type: Option<String>,
    /// `fileName`: stands in the place of the file's own name.
    pub file_name: Option<String>,
}

/// A variable of a collection, environment or globals file.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// Its name.
    pub key: String,
    /// Its value, of any JSON type; an empty string where it is missing.
    pub value: Value,
    /// Switched off by `disabled: true` or `enabled: false`.
    pub disabled: bool,
    /// Of type `secret`.
    pub secret: bool,
}

/// An environment or globals file.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The file it was read from.
    pub file: PathBuf,
    /// Its name, empty where it has none.
    pub name: String,
    /// Its variables, in file order.
    pub variables: Vec<Variable>,
    /// What was odd.
    pub warnings: Vec<Warning>,
}

/// An item with where it stands.
#[derive(Debug, Clone)]
pub struct Placed<'a> {
    /// The names of the folders around it, outermost first.
    pub folders: Vec<&'a str>,
    /// The item.
    pub item: &'a Item,
    /// Its own auth, else that of the nearest folder, else the collection's.
    pub auth: Option<&'a Auth>,
}

impl Item {
    /// The method of the request that an example answers: its own, else the item's, else GET.
    pub fn method_of<'m>(&'m self, example: &'m Example) -> &'m str {
        let own = example.request.as_ref().and_then(|request| request.method.as_deref());
        own.or(self.request.method.as_deref()).unwrap_or("GET")
    }
}

impl Collection {
    /// Every item in file order, with its folders and the auth that holds for it.
    pub fn items(&self) -> Vec<Placed<'_>> {
        let mut found = Vec::new();
        let mut folders = Vec::new();
        collect(&self.nodes, &mut folders, self.auth.as_ref(), &mut found);
        found
    }
}

fn collect<'a>(
    nodes: &'a [Node],
    folders: &mut Vec<&'a str>,
    inherited: Option<&'a Auth>,
    found: &mut Vec<Placed<'a>>,
) {
    for node in nodes {
        match node {
            Node::Folder(folder) => {
                folders.push(&folder.name);
                collect(&folder.nodes, folders, folder.auth.as_ref().or(inherited), found);
                folders.pop();
            }
            Node::Item(item) => {
                found.push(Placed { folders: folders.clone(), item, auth: item.auth.as_ref().or(inherited) });
            }
        }
    }
}
