//! Of what kind a saved body is ([`SavedBody`]), and the root element of XML ([`xml_root`]).

use std::collections::BTreeSet;
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;

use super::json;
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
    Xml(String),
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
        let xml = media.as_ref().is_some_and(MediaType::is_xml) || says("xml") || text.starts_with("<?xml");
        match xml.then(|| xml_root(text)) {
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

/// The name of the root element, namespace prefix kept, if the text is well-formed XML.
///
/// Flat over the events: nothing is built, no entity is expanded, and depth costs no stack. The
/// error says what is wrong.
///
/// ```
/// use uphold::contract::body::xml_root;
///
/// assert_eq!(xml_root("<?xml version='1.0'?><s:Envelope/>").as_deref(), Ok("s:Envelope"));
/// assert!(xml_root("<a><b></a>").is_err());
/// ```
pub fn xml_root(text: &str) -> Result<String, String> {
    let mut reader = Reader::from_str(text);
    let (mut root, mut depth) = (None, 0u64);
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                open(&start, depth, &mut root)?;
                depth += 1;
            }
            Event::Empty(start) => open(&start, depth, &mut root)?,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Text(text) if depth == 0 && !text.trim().is_empty() => {
                return Err("text outside of the root element".to_owned());
            }
            Event::CData(_) | Event::GeneralRef(_) if depth == 0 => {
                return Err("text outside of the root element".to_owned());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if depth > 0 {
        return Err("an element is not closed".to_owned());
    }
    root.ok_or_else(|| "no element".to_owned())
}

fn open(start: &BytesStart<'_>, depth: u64, root: &mut Option<String>) -> Result<(), String> {
    for attribute in start.attributes() {
        attribute.map_err(|error| error.to_string())?;
    }
    if depth > 0 {
        return Ok(());
    }
    if root.is_some() {
        return Err("a second root element".to_owned());
    }
    *root = Some(start.name().as_ref().to_owned());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
        assert_eq!(saved(Some("text/xml"), None, Some("<a/>")), SavedBody::Xml("a".into()));
        assert_eq!(saved(Some("text/xml"), None, Some("<string>")), SavedBody::Text);
        assert_eq!(saved(Some("text/csv"), None, Some("a,b")), SavedBody::Text);
    }

    #[test]
    fn xml_is_well_formed_or_not() {
        for text in ["<a>", "</a>", "<a/><b/>", "x<a/>", "<a b=1/>", "<a b='1' b='2'/>", "", "<a/>&x;"] {
            assert!(xml_root(text).is_err(), "{text}");
        }
        let laughs = "<!DOCTYPE l [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><l>&b;</l>";
        assert_eq!(xml_root(laughs).as_deref(), Ok("l"));
        assert_eq!(xml_root(&("<a>".repeat(20_000) + &"</a>".repeat(20_000))).as_deref(), Ok("a"));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[<>/a&;!\\[\\]\"'= \\-?x]{0,60}") {
            let _ = xml_root(&text);
        }
    }
}
