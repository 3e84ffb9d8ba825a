//! Whether a text is well-formed XML, and its root element ([`root`]).
//!
//! XML 1.0 (fifth edition) without validation: what a conforming parser must refuse in the document
//! is refused here, that is every rule on tags, attributes, references, comments, characters and
//! their order. Of a document type declaration the names of its entities are read, nothing else.
//!
//! Flat over the events of `quick-xml`: nothing is built, no entity is expanded, depth costs no
//! stack, and the time is linear in the size of the text, however many attributes and prefixes
//! there are.

use std::collections::{HashMap, HashSet};
use std::fmt;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// The root element of a document: its namespace and its name, as Namespaces in XML 1.0 has them.
///
/// A prefix that is bound to no namespace is kept as part of the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// The namespace; `None` where it is in none.
    pub namespace: Option<String>,
    /// The local name.
    pub name: String,
}

/// `<Envelope> of http://schemas.xmlsoap.org/soap/envelope/`.
impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.name)?;
        match &self.namespace {
            Some(namespace) => write!(f, " of {namespace}"),
            None => Ok(()),
        }
    }
}

/// The root element, if the text is well-formed XML; a byte order mark may stand before it. The
/// error says what is wrong.
///
/// ```
/// use uphold::contract::xml::root;
///
/// let (short, long) = (root("<s:a xmlns:s='urn:x'/>"), root("<?xml version='1.0'?><a xmlns='urn:x'></a>"));
/// assert!(short.is_ok() && short == long);
/// assert!(root("<a><b></a>").is_err() && root("<a>&nbsp;</a>").is_err());
/// ```
pub fn root(text: &str) -> Result<Root, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(odd) = text.chars().find(|c| !is_char(*c)) {
        return Err(format!("the character U+{:04X}, which XML has not", u32::from(odd)));
    }
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = true;
    let mut document = Document::default();
    let mut first = true;
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match event {
            Event::Decl(_) if !first => {
                return Err("an XML declaration that is not at the beginning".to_owned());
            }
            Event::Decl(declaration) => declared(&declaration)?,
            Event::Start(start) => document.open(&start, false)?,
            Event::Empty(start) => document.open(&start, true)?,
            Event::End(_) => document.close(),
            Event::Text(text) => document.text(&text)?,
            Event::CData(_) => document.inside()?,
            Event::GeneralRef(name) => {
                document.inside()?;
                document.reference(&name)?;
            }
            Event::DocType(doctype) => document.doctype(&doctype)?,
            Event::PI(instruction) => target(&instruction)?,
            Event::Comment(_) => {}
            Event::Eof => break,
        }
        first = false;
    }
    if document.open.is_empty() {
        document.root.ok_or_else(|| "no element".to_owned())
    } else {
        Err("an element is not closed".to_owned())
    }
}

/// `Char` of XML 1.0.
fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// `S` of XML 1.0.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// `NameStartChar` of XML 1.0.
fn starts_name(c: char) -> bool {
    matches!(c,
        ':' | '_' | 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

/// `NameChar` of XML 1.0.
fn continues_name(c: char) -> bool {
    starts_name(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

fn name(text: &str) -> Result<&str, String> {
    let mut letters = text.chars();
    let valid = letters.next().is_some_and(starts_name) && letters.all(continues_name);
    if valid { Ok(text) } else { Err("something else where a name must stand".to_owned()) }
}

/// The pseudo-attributes of the declaration: `version`, then perhaps `encoding` and `standalone`.
fn declared(text: &str) -> Result<(), String> {
    let mut wanted = ["version", "encoding", "standalone"].into_iter();
    let inside = text.strip_prefix("xml").unwrap_or_default();
    let all = attributes(inside)?;
    let ordered = all.iter().all(|(name, value)| {
        wanted.any(|known| known == *name)
            && match *name {
                "version" => value.strip_prefix("1.").is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit())),
                "standalone" => matches!(*value, "yes" | "no"),
                _ => value.starts_with(|c: char| c.is_ascii_alphabetic()),
            }
    });
    if ordered && all.first().is_some_and(|(name, _)| *name == "version") {
        Ok(())
    } else {
        Err("an XML declaration that is none".to_owned())
    }
}

/// The target of a processing instruction.
fn target(text: &str) -> Result<(), String> {
    let target = name(text.split(is_space).next().unwrap_or_default())?;
    if target.eq_ignore_ascii_case("xml") {
        return Err("an XML declaration that is not at the beginning".to_owned());
    }
    Ok(())
}

/// The attributes of a tag, as they are written.
fn attributes(mut rest: &str) -> Result<Vec<(&str, &str)>, String> {
    let mut all = Vec::new();
    loop {
        let trimmed = rest.trim_start_matches(is_space);
        if trimmed.is_empty() {
            return Ok(all);
        }
        if trimmed.len() == rest.len() {
            return Err("no space before an attribute".to_owned());
        }
        let (attribute, after) = trimmed.split_once('=').ok_or("an attribute without a value")?;
        let attribute = name(attribute.trim_end_matches(is_space))?;
        let after = after.trim_start_matches(is_space);
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
        let quote = quote.ok_or_else(|| "no quotes around the value of an attribute".to_owned())?;
        let inside = after.get(1..).unwrap_or_default();
        let (value, after) =
            inside.split_once(quote).ok_or_else(|| "the value of an attribute does not end".to_owned())?;
        if value.contains('<') {
            return Err("`<` in the value of an attribute".to_owned());
        }
        all.push((attribute, value));
        rest = after;
    }
}

#[derive(Default)]
struct Document {
    root: Option<Root>,
    /// For each open element the prefixes that it binds.
    open: Vec<Vec<String>>,
    /// For each prefix (the empty one is the default) the namespaces it is bound to, innermost last.
    bound: HashMap<String, Vec<String>>,
    has_doctype: bool,
    entities: HashSet<String>,
    /// There may be entities that are declared elsewhere.
    open_ended: bool,
}

impl Document {
    /// Text and references stand within the root element only.
    fn inside(&self) -> Result<(), String> {
        if self.open.is_empty() { Err("text outside of the root element".to_owned()) } else { Ok(()) }
    }

    fn text(&self, text: &str) -> Result<(), String> {
        if text.contains("]]>") {
            return Err("`]]>` in a text".to_owned());
        }
        if text.chars().all(is_space) { Ok(()) } else { self.inside() }
    }

    /// What stands between `&` and `;`.
    fn reference(&self, reference: &str) -> Result<(), String> {
        if let Some(number) = reference.strip_prefix('#') {
            let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |hex| (hex, 16));
            let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let code = u32::from_str_radix(digits, radix).ok().filter(|_| plain);
            return match code.and_then(char::from_u32).filter(|c| is_char(*c)) {
                Some(_) => Ok(()),
                None => Err("a reference to what is no character of XML".to_owned()),
            };
        }
        let known = matches!(name(reference)?, "lt" | "gt" | "amp" | "apos" | "quot");
        if known || self.open_ended || self.entities.contains(reference) {
            Ok(())
        } else {
            Err("a reference to an entity that is not declared".to_owned())
        }
    }

    fn references(&self, value: &str) -> Result<(), String> {
        value.split('&').skip(1).try_for_each(|part| {
            let (reference, _) = part.split_once(';').ok_or("`&` that begins no reference")?;
            self.reference(reference)
        })
    }

    fn open(&mut self, start: &BytesStart<'_>, empty: bool) -> Result<(), String> {
        if self.open.is_empty() && self.root.is_some() {
            return Err("a second root element".to_owned());
        }
        let element = start.name();
        let element = name(element.as_ref())?;
        let all = attributes(start.attributes_raw())?;
        let mut binds = Vec::new();
        for (attribute, value) in &all {
            self.references(value)?;
            let prefix = if *attribute == "xmlns" { Some("") } else { attribute.strip_prefix("xmlns:") };
            if let Some(prefix) = prefix {
                self.bound.entry(prefix.to_owned()).or_default().push((*value).to_owned());
                binds.push(prefix.to_owned());
            }
        }
        let mut seen = HashSet::new();
        for (attribute, _) in &all {
            // The default namespace is not that of attributes.
            let expanded =
                if attribute.contains(':') { self.expanded(attribute) } else { (None, *attribute) };
            if !seen.insert(expanded) {
                return Err("an attribute twice".to_owned());
            }
        }
        if self.open.is_empty() {
            let (namespace, name) = self.expanded(element);
            self.root = Some(Root { namespace: namespace.map(str::to_owned), name: name.to_owned() });
        }
        self.open.push(binds);
        if empty {
            self.close();
        }
        Ok(())
    }

    fn close(&mut self) {
        for prefix in self.open.pop().unwrap_or_default() {
            if let Some(namespaces) = self.bound.get_mut(&prefix) {
                namespaces.pop();
            }
        }
    }

    /// Namespace and local name.
    fn expanded<'n>(&self, name: &'n str) -> (Option<&str>, &'n str) {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        match self.bound.get(prefix).and_then(|namespaces| namespaces.last()) {
            Some(namespace) if !namespace.is_empty() => (Some(namespace), local),
            Some(_) => (None, local),
            None => (None, name),
        }
    }

    fn doctype(&mut self, text: &str) -> Result<(), String> {
        if self.has_doctype || self.root.is_some() {
            return Err("a document type declaration that is not before the root element".to_owned());
        }
        self.has_doctype = true;
        let text = text.trim_start_matches(is_space);
        let (head, subset) = text.split_once('[').unwrap_or((text, ""));
        name(head.split(is_space).next().unwrap_or_default())?;
        self.open_ended =
            head.split(is_space).any(|word| matches!(word, "SYSTEM" | "PUBLIC")) || subset.contains('%');
        for declaration in subset.split("<!ENTITY").skip(1) {
            let entity = declaration.split(is_space).find(|word| !word.is_empty());
            self.entities.extend(entity.map(str::to_owned));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name_of(text: &str) -> Result<String, String> {
        root(text).map(|root| root.to_string())
    }

    #[test]
    fn what_is_well_formed_has_a_root() {
        let laughs = "<!DOCTYPE l [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><l b='&a;'>&b;</l>";
        assert_eq!(name_of(laughs).as_deref(), Ok("<l>"));
        let deep = "<a>".repeat(100_000) + &"</a>".repeat(100_000);
        assert_eq!(name_of(&deep).as_deref(), Ok("<a>"));
        for text in [
            "\u{feff}<?xml version=\"1.0\" encoding='UTF-8' standalone=\"yes\" ?>\n<!-- x - y --><a/>\n<?p q?><!---->\r\n",
            "<a b = '1'\n\tc=\">'\"  ><![CDATA[<&]]]]>&lt;&#x41;&#10;]]&gt;</a >",
            "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"x.dtd\"><a>&nbsp;</a>",
            "<häuser-1.2 xml:lang='de'/>",
            "<a xmlns:p='u' xmlns:q='v'><b p:c='1' q:c='2' c='3'/></a>",
        ] {
            assert!(root(text).is_ok(), "{text}: {:?}", root(text));
        }
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        for text in [
            "",
            " ",
            "<a>",
            "</a>",
            "<a/><b/>",
            "x<a/>",
            "<a/>x",
            "<a/>&x;",
            "<a/>&amp;",
            "<![CDATA[x]]><a/>",
            "<a b=1/>",
            "<a b/>",
            "<a b='1'c='2'/>",
            "<a b='1' b='2'/>",
            "<a b='<'/>",
            "<a b='&x;'/>",
            "<a b='&'/>",
            "<a xmlns:p='u' xmlns:q='u' p:c='1' q:c='2'/>",
            "<a>&undefined;</a>",
            "<a>&#0;</a>",
            "<a>&#xD800;</a>",
            "<a>&#+65;</a>",
            "<a>&;</a>",
            "<a>& b</a>",
            "<a>]]></a>",
            "<a>\u{1}</a>",
            "<a>\u{ffff}</a>",
            "<!-- -- --><a/>",
            "<!-- a ---><a/>",
            "\n<?xml version='1.0'?><a/>",
            "<a><?xml version='1.0'?></a>",
            "<?xml?><a/>",
            "<?xml version='2.0'?><a/>",
            "<?xml encoding='x' version='1.0'?><a/>",
            "<?XML x?><a/>",
            "<1a/>",
            "<a><-b/></a>",
            "< a/>",
            "<a></b>",
            "<a / >",
            "<a <b/>",
            "<a/><!DOCTYPE a>",
            "<!DOCTYPE a><!DOCTYPE a><a/>",
            "<a\u{a0}b='1'/>",
            "\u{2003}<a/>",
        ] {
            assert!(root(text).is_err(), "{text}: {:?}", root(text));
        }
    }

    #[test]
    fn a_prefix_is_no_name() {
        let [one, two, three] = ["<s:E xmlns:s='u'/>", "<E xmlns='u'/>", "<E xmlns='v'/>"].map(root);
        assert_eq!(one, two);
        assert_ne!(one, three);
        assert_eq!(name_of("<s:E/>").as_deref(), Ok("<s:E>"));
        assert_eq!(name_of("<E xmlns=''/>").as_deref(), Ok("<E>"));
        assert_eq!(name_of("<s:E xmlns:s='u'/>").as_deref(), Ok("<E> of u"));
    }

    #[test]
    fn many_attributes_and_prefixes_take_linear_time() {
        let many = |what: &dyn Fn(usize) -> String| (0..100_000).map(what).collect::<String>();
        assert!(root(&format!("<a{}/>", many(&|n| format!(" b{n}='x'")))).is_ok());
        let bound = many(&|n| format!("<p{n}:a xmlns:p{n}='u{n}'>"));
        assert_eq!(root(&bound), Err("an element is not closed".to_owned()));
    }

    /// Trees that are written without looking at the rules of the reader.
    fn tree() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("<e/>".to_owned()),
            "[a-z &<]{0,6}".prop_map(|text| quick_xml::escape::escape(text.as_str()).into_owned()),
            "[a-z ]{0,6}".prop_map(|text| format!("<!--{text}-->")),
            "[a-z<&]{0,6}".prop_map(|text| format!("<![CDATA[{text}]]>")),
        ];
        let element = |inner: Vec<String>| format!("<a b='1' c=\"&amp;\">{}</a>", inner.concat());
        leaf.prop_recursive(4, 32, 4, move |inner| prop::collection::vec(inner, 0..4).prop_map(element))
            .prop_map(|inner| format!("<r>{inner}</r>"))
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[<>/a:&;!\\[\\]\"'= \\-?xml#1\u{0}é]{0,60}") {
            let _ = root(&text);
        }

        #[test]
        fn every_tree_is_well_formed_and_no_part_of_it(text in tree(), cut in any::<prop::sample::Index>()) {
            prop_assert_eq!(name_of(&text), Ok("<r>".to_owned()));
            let end = text.floor_char_boundary(cut.index(text.len()));
            prop_assert!(root(&text[..end]).is_err());
        }
    }
}
