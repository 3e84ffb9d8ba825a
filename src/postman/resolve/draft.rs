//! A request in the making: texts are substituted and filled here, and everything that keeps it
//! from being sent is collected, so that all causes are told at once.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Cause, Resolver};
use crate::placeholder;
use crate::postman::auth;
use crate::postman::dynamic::{Draw, Drawn};
use crate::postman::variables::{Missing, Substituted, names_in};

/// How many filled places a note names.
const NAMED: usize = 3;

/// Collects causes and notes while the parts of one request are made.
#[derive(Debug)]
pub(super) struct Draft<'r> {
    pub(super) resolver: &'r Resolver<'r>,
    /// Why the request cannot be sent.
    pub(super) causes: BTreeSet<Cause>,
    pub(super) notes: Vec<String>,
    filled: Vec<String>,
    /// The dynamic values of the request.
    pub(super) drawn: Drawn,
}

/// A file to be sent.
#[derive(Debug)]
pub(super) struct Upload {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// Its name without folders.
    pub(super) name: String,
    /// By its extension.
    pub(super) content_type: String,
}

impl<'r> Draft<'r> {
    pub(super) fn new(resolver: &'r Resolver<'r>, draw: Draw) -> Self {
        let drawn = Drawn::new(draw);
        Self { resolver, causes: BTreeSet::new(), notes: Vec::new(), filled: Vec::new(), drawn }
    }

    /// The notes, with one for everything that was filled.
    pub(super) fn take_notes(&mut self) -> Vec<String> {
        let mut notes = std::mem::take(&mut self.notes);
        if !self.filled.is_empty() {
            let named = self.filled.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
            let more = match self.filled.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            notes.push(format!("type placeholders filled in {named}{more}"));
        }
        notes
    }

    /// Says what the plan took from elsewhere or left out.
    pub(super) fn note(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.notes.contains(&text) {
            self.notes.push(text);
        }
    }

    /// Nothing can be sent because of this; with stand-ins it is only noted, and the caller goes
    /// on without the part that is wrong.
    pub(super) fn refuse(&mut self, what: String) {
        if self.resolver.stand_ins {
            self.note(format!("left out: {what}"));
        } else {
            self.causes.insert(Cause::Malformed { what });
        }
    }

    /// Replaces variables.
    pub(super) fn substitute(&mut self, text: &str) -> String {
        if !text.contains("{{") {
            return text.to_owned();
        }
        let Substituted { text, missing } = self.resolver.scope.substitute_in(text, &self.drawn);
        self.lack(missing);
        text
    }

    /// Replaces variables; what is missing is for the caller to tell by [`lack`](Self::lack).
    pub(super) fn substitute_later(&self, text: &str) -> Substituted {
        self.resolver.scope.substitute_in(text, &self.drawn)
    }

    /// What variables would make of the text: nothing is missed, and the dynamic values in it will
    /// be drawn again.
    pub(super) fn preview(&self, text: &str) -> String {
        let before = self.drawn.mark();
        let Substituted { text, .. } = self.resolver.scope.substitute_in(text, &self.drawn);
        self.drawn.reset(before);
        text
    }

    /// The text with captured values as they are: for auth that is computed from them, and for
    /// nothing that is still to be read.
    pub(super) fn reveal(&self, text: String) -> String {
        let captured = self.resolver.scope.captured();
        if captured.has_values() { captured.revealed(&text) } else { text }
    }

    /// These variables have no value.
    pub(super) fn lack(&mut self, missing: impl IntoIterator<Item = Missing>) {
        self.causes.extend(missing.into_iter().map(|missing| match missing.env {
            Some(env) => Cause::UnsetEnv { env },
            None if missing.endless => Cause::Endless { name: missing.name },
            None if missing.name.starts_with('$') => Cause::Dynamic { name: missing.name },
            None => Cause::Variable { name: missing.name },
        }));
    }

    /// The variables of this text are empty where nothing empty can stand; a mock takes it all the same.
    pub(super) fn empty(&mut self, text: &str) {
        if !self.resolver.stand_ins {
            let names = names_in(text).map(|name| Cause::Empty { name: name.to_owned() });
            self.causes.extend(names);
        }
    }

    /// The text with its type placeholders filled.
    pub(super) fn fill(&mut self, text: &str, kind: &str, name: &str) -> Option<String> {
        let filled = self.resolver.filler.text(text, &format!("{kind}:{name}"))?;
        self.filled.push(format!("{kind} `{name}`"));
        Some(filled)
    }

    /// The JSON text with its type placeholders filled.
    pub(super) fn fill_json(&mut self, text: &str) -> Option<String> {
        let filled = self.resolver.filler.json_text(text)?;
        self.filled.push("the body".to_owned());
        Some(filled)
    }

    /// A form field, path variable or the like: filled, then substituted.
    pub(super) fn field(&mut self, text: &str, kind: &str, name: &str) -> String {
        let filled = self.fill(text, kind, name);
        self.substitute(filled.as_deref().unwrap_or(text))
    }

    /// A header or query value: as a field, but a placeholder credential is a cause. Under the name
    /// of a credential a type placeholder is one, too: a made-up value would be refused by the API.
    pub(super) fn guarded(&mut self, text: &str, kind: &str, name: &str) -> String {
        if auth::is_credential_name(name) {
            return self.credential(text, kind, name);
        }
        let filled = self.fill(text, kind, name);
        let value = self.substitute(filled.as_deref().unwrap_or(text));
        if filled.is_none() && placeholder::is_credential(&value) {
            return self.unusable(&value, kind, name, Self::placeholder(&value));
        }
        value
    }

    /// A credential: substituted; a placeholder is a cause, and so is a variable that is empty.
    pub(super) fn credential(&mut self, text: &str, kind: &str, name: &str) -> String {
        if self.resolver.filler.text(text, "credential").is_some() {
            return self.unusable(text, kind, name, Self::placeholder(text));
        }
        let causes = self.causes.len();
        let value = self.substitute(text);
        if placeholder::is_credential(&value) {
            return self.unusable(&value, kind, name, Self::placeholder(&value));
        }
        if value.trim().is_empty() && !text.trim().is_empty() && self.causes.len() == causes {
            return self.unusable("", kind, name, format!("`{text}` is empty"));
        }
        value
    }

    fn placeholder(text: &str) -> String {
        format!("`{text}` is a placeholder, not a credential")
    }

    /// A credential that cannot be used; with stand-ins another one of the same scheme.
    fn unusable(&mut self, value: &str, kind: &str, name: &str, what: String) -> String {
        if self.resolver.stand_ins {
            return match value.trim().split_once(' ') {
                Some((scheme, _)) if scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
                    format!("{scheme} {}", auth::STAND_IN)
                }
                _ => auth::STAND_IN.to_owned(),
            };
        }
        self.causes.insert(Cause::Credential { place: format!("{kind} `{name}`"), what });
        value.to_owned()
    }

    /// Reads a file to be sent, only below the resolver's folder.
    pub(super) fn upload(&mut self, path: &str) -> Option<Upload> {
        let path = self.substitute(path);
        let name = path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        let content_type = media_type(&name).to_owned();
        match read_below(&self.resolver.files, &path) {
            Ok(bytes) => Some(Upload { bytes, name, content_type }),
            Err(_) if self.resolver.stand_ins => {
                self.note(format!("stand-in bytes for upload `{path}`"));
                let name = if name.is_empty() { "stand-in".to_owned() } else { name };
                Some(Upload { bytes: b"uphold stand-in\n".to_vec(), name, content_type })
            }
            Err(why) => {
                self.causes.insert(Cause::Upload { path, why });
                None
            }
        }
    }
}

/// The media type of a file by its extension, as Postman's runtime has it (its table is that of the
/// npm package `mime-types`), which names the older types for some.
pub(super) fn media_type(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref().unwrap_or_default() {
        "js" => "application/javascript",
        "map" => "application/json",
        "toml" => "application/toml",
        "wav" => "audio/wave",
        "wsdl" => "application/wsdl+xml",
        "xml" | "xsd" | "xsl" => "application/xml",
        "yaml" | "yml" => "text/yaml",
        _ => mime_guess::from_path(name).first_raw().unwrap_or("application/octet-stream"),
    }
}

/// Reads a file whose real place, all links followed, lies below the folder.
fn read_below(folder: &Path, path: &str) -> Result<Vec<u8>, String> {
    if path.is_empty() {
        return Err("no file is named in the collection".to_owned());
    }
    let missing = || format!("there is no such file; put it below {}", folder.display());
    let real_folder = folder.canonicalize().map_err(|_| missing())?;
    let real = real_folder.join(path).canonicalize().map_err(|_| missing())?;
    if !real.starts_with(&real_folder) {
        return Err(format!("lies outside of {}; put a copy below it", folder.display()));
    }
    if !real.is_file() {
        return Err("is not a file".to_owned());
    }
    std::fs::read(&real).map_err(|why| format!("cannot be read: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_below_the_folder_are_read() -> std::io::Result<()> {
        let outer = tempfile::tempdir()?;
        let folder = outer.path().join("suite");
        std::fs::create_dir_all(folder.join("sub"))?;
        std::fs::write(folder.join("sub/in.txt"), "in")?;
        std::fs::write(outer.path().join("out.txt"), "out")?;
        assert_eq!(read_below(&folder, "sub/../sub/in.txt"), Ok(b"in".to_vec()));
        for path in ["../out.txt", "sub", "", "no.txt", "a\0b", "/etc/hosts"] {
            assert!(read_below(&folder, path).is_err(), "{path:?}");
        }
        let absolute = outer.path().join("out.txt");
        assert!(read_below(&folder, &absolute.to_string_lossy()).is_err());
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&absolute, folder.join("link.txt"))?;
            assert!(read_below(&folder, "link.txt").is_err());
        }
        Ok(())
    }
}
