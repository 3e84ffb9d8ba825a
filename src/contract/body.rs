//! Of what kind a saved body is ([`SavedBody`]).

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::{json, xml};
use crate::message::MediaType;
use crate::postman::Example;

/// A saved body.
#[derive(Debug, Clone, PartialEq)]
pub enum SavedBody {
    /// The file has none, or null: nothing is known.
    Absent,
    /// An empty text, or white space.
    Empty,
    /// JSON, and where a name is twice in one object ([`json::parse`]).
    Json(Arc<Value>, Arc<BTreeSet<String>>),
    /// Well-formed XML with this root element.
    Xml(xml::Root),
    /// Anything else, broken JSON and XML included.
    Text,
}

impl SavedBody {
    /// The kind of an example's body.
    ///
    /// An object or array is JSON whatever the headers say (files show JSON under
    /// `application/pdf`, `text/plain` or no type at all); a scalar only under a JSON media type
    /// or, without one, Postman's preview language `json`.
    pub fn of(example: &Example) -> Self {
        if example.body.is_none() {
            return Self::Absent;
        }
        let text = example.text().trim();
        if text.is_empty() {
            return Self::Empty;
        }
        let media = media_type(&example.headers);
        let says = |language: &str| example.language.as_deref() == Some(language);
        let typed = media.as_ref().map_or_else(|| says("json"), MediaType::is_json);
        match json::parse(text) {
            Ok((value, repeated)) if typed || value.is_object() || value.is_array() => {
                return Self::Json(Arc::new(value), Arc::new(repeated));
            }
            _ => {}
        }
        let is_xml =
            media.as_ref().is_some_and(MediaType::is_xml) || says("xml") || text.starts_with("<?xml");
        // As it is served: nothing may stand before an XML declaration.
        match is_xml.then(|| xml::root(example.text())) {
            Some(Ok(root)) => Self::Xml(root),
            _ => Self::Text,
        }
    }

    /// The JSON, if it is JSON.
    pub fn json(&self) -> Option<&Arc<Value>> {
        match self {
            Self::Json(value, _) => Some(value),
            Self::Absent | Self::Empty | Self::Xml(_) | Self::Text => None,
        }
    }
}

/// The media type of saved header fields.
pub fn media_type(headers: &[(String, String)]) -> Option<MediaType> {
    let field = headers.iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("content-type"))?;
    MediaType::parse(&field.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved(media: Option<&str>, language: Option<&str>, body: Option<&str>) -> SavedBody {
        SavedBody::of(&Example {
            name: String::new(),
            id: None,
            request: None,
            code: None,
            headers: media.map(|m| ("content-TYPE".to_owned(), m.to_owned())).into_iter().collect(),
            body: body.map(str::to_owned),
            language: language.map(str::to_owned),
            pointer: String::new(),
        })
    }

    #[test]
    fn kinds_of_saved_bodies() {
        let json = |media, language, body| saved(media, language, Some(body)).json().is_some();
        assert!(json(Some("application/pdf"), None, "{}"));
        assert!(json(None, None, "\u{feff} [1]"));
        assert!(json(None, Some("json"), "7"));
        assert!(json(Some("application/hal+json"), None, "\"x\""));
        assert!(!json(Some("text/plain"), Some("json"), "7"));
        assert_eq!(saved(None, None, None), SavedBody::Absent);
        assert_eq!(saved(Some("application/json"), None, Some(" \n")), SavedBody::Empty);
        assert_eq!(saved(Some("application/json"), None, Some("{,}")), SavedBody::Text);
        assert_eq!(saved(Some("application/json"), Some("json"), Some("<string>")), SavedBody::Text);
        assert_eq!(saved(Some("text/xml"), None, Some("<a/>")), SavedBody::Xml(xml::root("<a/>").unwrap()));
        assert_eq!(saved(Some("text/xml"), None, Some("<string>")), SavedBody::Text);
        assert_eq!(saved(Some("text/csv"), None, Some("a,b")), SavedBody::Text);
    }
}
