//! From the text of suite.toml to [`Settings`]: one method per section.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use indexmap::IndexMap;
use toml::de::{DeTable, DeValue};

use super::auth_types::{self, AUTH_TYPES};
use super::case_table;
use super::compare_table;
use super::document::{Document, Key, Node, Problem, entries, listed, path};
use super::error::SuiteError;
use super::name::did_you_mean;
use super::rate::Rate;
use super::settings::{Level, Settings, SeverityTable};
use crate::finding::{FindingId, Severity};
use crate::postman::Auth;

pub(super) const SECTIONS: &[&str] =
    &["environment", "target", "variables", "auth", "recipes", "headers", "severity", "compare", "case"];
pub(super) const TARGET: &[&str] = &["base_url", "base_variable", "writes", "hosts", "rate"];
pub(super) const RECIPES: &[&str] = &["broken_body"];
pub(super) const HEADERS: &[&str] = &["ignore", "exact"];
pub(super) const LEVELS: &[&str] = &["off", "info", "warning", "breaking", "env"];

/// Reads one suite.toml.
#[derive(Debug)]
struct Parser<'p> {
    document: Document<'p>,
    settings: Settings,
    /// The names of the profiles, those with problems included.
    profiles: BTreeSet<String>,
}

impl Settings {
    /// Reads suite.toml; `process` is the process environment, `file` is for messages only.
    ///
    /// Unknown keys, wrong types, unknown findings, levels and profiles, bad globs, pointers, URLs
    /// and statuses are all told at once, each with line and column.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use std::path::Path;
    ///
    /// use uphold::suite::Settings;
    ///
    /// let error = Settings::parse("[target]\nwrite = true", Path::new("suite.toml"), &BTreeMap::new());
    /// assert_eq!(
    ///     error.map(drop).map_err(|error| error.to_string()),
    ///     Err("suite.toml:2:1: unknown key `target.write`; did you mean `writes`?".to_owned()),
    /// );
    /// ```
    pub fn parse(text: &str, file: &Path, process: &BTreeMap<String, String>) -> Result<Self, SuiteError> {
        self::parse(text, process)
            .map_err(|problems| SuiteError::Settings { file: file.to_owned(), problems })
    }
}

/// The settings of this text, or everything that is wrong with it.
fn parse(text: &str, process: &BTreeMap<String, String>) -> Result<Settings, Vec<Problem>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut document = Document::new(text, process);
    let root = match DeTable::parse(text) {
        Ok(root) => root,
        Err(error) => {
            document.broken(&error);
            return Err(document.into_problems());
        }
    };
    let mut parser = Parser { document, settings: Settings::default(), profiles: BTreeSet::new() };
    parser.root(root.get_ref());
    let Parser { mut document, mut settings, .. } = parser;
    (settings.secrets, settings.unset) = document.take_process_values();
    let problems = document.into_problems();
    if problems.is_empty() { Ok(settings) } else { Err(problems) }
}

impl Parser<'_> {
    fn root(&mut self, root: &DeTable<'_>) {
        // Servers of a comparison and cases name profiles, so they come last wherever they stand.
        let (last, sections): (Vec<_>, Vec<_>) =
            entries(root).into_iter().partition(|(key, _)| matches!(key.name, "case" | "compare"));
        let (cases, servers): (Vec<_>, Vec<_>) = last.into_iter().partition(|(key, _)| key.name == "case");
        for (key, value) in sections {
            match key.name {
                "environment" => self.environment(value),
                "target" => self.target(value),
                "variables" => {
                    self.settings.variables =
                        compare_table::variables(&mut self.document, "variables", value);
                }
                "auth" => self.auth(value),
                "recipes" => self.recipes(value),
                "headers" => self.headers(value),
                "severity" => self.severity(value),
                _ => self.document.unknown("", &key, SECTIONS),
            }
        }
        for (_, value) in servers {
            self.settings.compare = compare_table::read(&mut self.document, &self.profiles, value);
        }
        for (_, value) in cases {
            for item in self.document.array("case", value, "written as [[case]] tables") {
                if let Some(table) = self.document.table("case", item) {
                    let rule = case_table::read(&mut self.document, &self.profiles, table, &item.span());
                    self.settings.cases.push(rule);
                }
            }
        }
    }

    fn environment(&mut self, value: &Node<'_>) {
        let Some(file) = self.document.string("environment", value) else {
            return;
        };
        if file.trim().is_empty() {
            self.document.problem(&value.span(), "`environment` must name a file");
        }
        self.settings.environment_place = self.document.place(value.span().start);
        self.settings.environment = Some(file);
    }

    fn target(&mut self, value: &Node<'_>) {
        let Some(table) = self.document.table("target", value) else {
            return;
        };
        for (key, value) in entries(table) {
            match key.name {
                "base_url" => {
                    self.settings.target.base_url =
                        compare_table::base_url(&mut self.document, "target.base_url", value);
                }
                "base_variable" => {
                    self.settings.target.base_variable = self.document.string("target.base_variable", value);
                }
                "writes" => {
                    self.settings.target.writes =
                        self.document.boolean("target.writes", value).unwrap_or_default();
                }
                "hosts" => {
                    self.settings.target.hosts =
                        compare_table::hosts(&mut self.document, "target.hosts", value);
                }
                "rate" => self.settings.target.rate = self.rate(value),
                _ => self.document.unknown("target", &key, TARGET),
            }
        }
    }

    fn rate(&mut self, value: &Node<'_>) -> Option<Rate> {
        let text = self.document.string("target.rate", value)?;
        let parsed = text.parse();
        if let Err(wanted) = &parsed {
            self.document.problem(&value.span(), format!("`target.rate` must be {wanted}, not {text:?}"));
        }
        parsed.ok()
    }

    fn auth(&mut self, value: &Node<'_>) {
        let Some(table) = self.document.table("auth", value) else {
            return;
        };
        for (key, value) in entries(table) {
            let path = path("auth", key.name);
            self.profiles.insert(key.name.to_owned());
            if matches!(key.name, "none" | "invalid") {
                let message = format!("[{path}]: `{}` already has a meaning as `auth` of a case", key.name);
                self.document.problem(&key.span, message);
            }
            if let Some(table) = self.document.table(&path, value)
                && let Some(auth) = self.profile(&path, table, &key.span)
            {
                self.settings.auth.insert(key.name.to_owned(), auth);
            }
        }
    }

    fn profile(&mut self, section: &str, table: &DeTable<'_>, span: &Range<usize>) -> Option<Auth> {
        let types: Vec<&str> = AUTH_TYPES.iter().map(|(name, ..)| *name).collect();
        let Some(kind) = table.get("type") else {
            self.document.problem(span, format!("`{section}.type` is missing: one of {}", listed(&types)));
            return None;
        };
        let name = self.document.string(&path(section, "type"), kind)?;
        let Some((_, auth_kind, known)) = AUTH_TYPES.iter().find(|(known, ..)| *known == name) else {
            let hint = did_you_mean(&name, types.iter().copied());
            let message = format!("unknown auth type `{name}`{hint} (known are {})", listed(&types));
            self.document.problem(&kind.span(), message);
            return None;
        };
        let mut params = IndexMap::new();
        for (key, value) in entries(table).into_iter().filter(|(key, _)| key.name != "type") {
            if let Some((name, text)) = self.parameter(section, known, &key, value)
                && params.insert(name.to_owned(), text).is_some()
            {
                self.document.problem(&key.span, format!("`{section}.{name}` stands here twice"));
            }
        }
        for (param, snake, _) in
            known.iter().filter(|(param, _, needed)| *needed && !params.contains_key(*param))
        {
            let spelt = [*param, *snake].iter().any(|name| table.contains_key(*name));
            if !spelt {
                self.document.problem(span, format!("`{section}.{param}` is missing; `{name}` needs it"));
            }
        }
        for problem in auth_types::complete(auth_kind, &mut params) {
            self.document.problem(span, format!("[{section}] {problem}"));
        }
        Some(Auth { kind: auth_kind.clone(), params, place: format!("[{section}]") })
    }

    /// A parameter by Postman's name, with its value.
    fn parameter(
        &mut self,
        section: &str,
        known: &[(&'static str, &'static str, bool)],
        key: &Key<'_>,
        value: &Node<'_>,
    ) -> Option<(&'static str, String)> {
        let Some((name, ..)) = known.iter().find(|(name, snake, _)| key.name == *name || key.name == *snake)
        else {
            let names: Vec<&str> = ["type"].into_iter().chain(known.iter().map(|(name, ..)| *name)).collect();
            self.document.unknown(section, key, &names);
            return None;
        };
        let path = path(section, key.name);
        if *name == "tokenRequestParams" {
            return Some((name, auth_types::token_params(&self.document.texts(&path, value))));
        }
        let text = self.document.scalar(&path, value)?;
        let text = self.document.expanded(&path, &text, &value.span()).text;
        let Some(places) = auth_types::allowed(name, known) else {
            return Some((name, text));
        };
        if !places.contains(&text.as_str()) {
            // What stands there may be a secret: a line that was taken for the one beside it.
            let hint = did_you_mean(&text, places.iter().copied());
            let message = format!("`{path}` is one of {}, and this is another text{hint}", listed(places));
            self.document.problem(&value.span(), message);
        }
        Some((name, text))
    }

    fn recipes(&mut self, value: &Node<'_>) {
        let Some(table) = self.document.table("recipes", value) else {
            return;
        };
        for (key, value) in entries(table) {
            match key.name {
                "broken_body" => {
                    self.settings.recipes.broken_body =
                        self.document.boolean("recipes.broken_body", value).unwrap_or_default();
                    self.settings.recipes.line = self.document.place(key.span.start).0;
                }
                _ => self.document.unknown("recipes", &key, RECIPES),
            }
        }
    }

    fn headers(&mut self, value: &Node<'_>) {
        let Some(table) = self.document.table("headers", value) else {
            return;
        };
        for (key, value) in entries(table) {
            let names = match key.name {
                "ignore" => &mut self.settings.headers.ignore,
                "exact" => &mut self.settings.headers.exact,
                _ => {
                    self.document.unknown("headers", &key, HEADERS);
                    continue;
                }
            };
            let path = path("headers", key.name);
            for (name, span) in self.document.strings(&path, value) {
                match http::HeaderName::from_bytes(name.as_bytes()) {
                    Ok(header) => names.push(header.as_str().to_owned()),
                    Err(_) => self.document.problem(&span, format!("`{path}`: `{name}` is no header name")),
                }
            }
        }
    }

    fn severity(&mut self, value: &Node<'_>) {
        let Some(table) = self.document.table("severity", value) else {
            return;
        };
        let mut levels = IndexMap::new();
        self.levels("", table, &mut levels);
        self.settings.severity = SeverityTable::new(levels);
    }

    /// Ids hold dots, so a table in the table is an id written without quotes.
    fn levels(&mut self, prefix: &str, table: &DeTable<'_>, levels: &mut IndexMap<FindingId, Level>) {
        for (key, value) in entries(table) {
            let name = if prefix.is_empty() { key.name.to_owned() } else { format!("{prefix}.{}", key.name) };
            if let DeValue::Table(inner) = value.get_ref() {
                self.levels(&name, inner, levels);
                continue;
            }
            let level = self.level(&name, value);
            let Some(id) = FindingId::parse(&name) else {
                let hint = did_you_mean(&name, FindingId::ALL.iter().map(|id| id.as_str()));
                self.document.problem(&key.span, format!("`severity`: there is no finding `{name}`{hint}"));
                continue;
            };
            if let Some(level) = level {
                levels.insert(id, level);
            }
        }
    }

    fn level(&mut self, name: &str, value: &Node<'_>) -> Option<Level> {
        let text = self.document.string(&path("severity", name), value)?;
        Some(match text.as_str() {
            "off" => Level::Off,
            "info" => Level::At(Severity::Info),
            "warning" => Level::At(Severity::Warning),
            "breaking" => Level::At(Severity::Breaking),
            "env" => Level::At(Severity::Env),
            other => {
                let hint = did_you_mean(other, LEVELS.iter().copied());
                let message = format!("`{other}` is no level{hint} (known are {})", listed(LEVELS));
                self.document.problem(&value.span(), message);
                return None;
            }
        })
    }
}

#[cfg(test)]
mod tests;
