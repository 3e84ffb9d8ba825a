//! Faults of SOAP: what a message of SOAP 1.1 (W3C note of 8 May 2000, §4.4) or 1.2 (W3C
//! recommendation, second edition, part 1, §5.4) says of the request, whatever its prefixes are.

use quick_xml::NsReader;
use quick_xml::events::Event;
use quick_xml::name::{Namespace, ResolveResult};

use super::{Outcome, Reading, ResultCode};

/// The namespaces of SOAP 1.1 and 1.2.
const NAMESPACES: [&str; 2] =
    ["http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"];

/// The names of the elements down to the code of a fault, in 1.1 and 1.2.
const CODES: [&[&str]; 2] =
    [&["Envelope", "Body", "Fault", "faultcode"], &["Envelope", "Body", "Fault", "Code", "Value"]];

/// A message of SOAP.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Soap {
    is_fault: bool,
    /// The code of the fault without its prefix: `Server`, `Sender`.
    code: Option<String>,
}

impl Soap {
    /// Reads a text whose root element is an envelope of SOAP, as far as it is XML.
    pub(crate) fn of(text: &str) -> Option<Self> {
        // Most texts are none, and are not read.
        NAMESPACES.iter().find(|namespace| text.contains(*namespace))?;
        let mut reader = NsReader::from_str(text.trim_start_matches('\u{feff}'));
        let (mut message, mut path) = (None, Vec::<String>::new());
        while let Ok((namespace, event)) = reader.read_resolved_event() {
            match event {
                Event::Start(start) => {
                    path.push(start.local_name().as_ref().to_owned());
                    Self::enter(&mut message, &path, &namespace)?;
                }
                Event::Empty(start) => {
                    path.push(start.local_name().as_ref().to_owned());
                    Self::enter(&mut message, &path, &namespace)?;
                    path.pop();
                }
                Event::End(_) => {
                    path.pop();
                }
                Event::Text(text) => {
                    let is_code = CODES.iter().any(|names| path.iter().eq(names.iter()));
                    if let Some(message) =
                        message.as_mut().filter(|one| is_code && one.is_fault && one.code.is_none())
                    {
                        message.code = local(&text);
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        message
    }

    /// Takes note of an element; `None` where the root element is no envelope of SOAP.
    fn enter(message: &mut Option<Self>, path: &[String], namespace: &ResolveResult<'_>) -> Option<()> {
        let is_soap = matches!(namespace, ResolveResult::Bound(Namespace(name)) if NAMESPACES.contains(name));
        match message {
            None => *message = (is_soap && path.iter().eq(["Envelope"].iter())).then(Self::default),
            Some(known) => known.is_fault |= is_soap && path.iter().eq(["Envelope", "Body", "Fault"].iter()),
        }
        message.as_ref().map(|_| ())
    }

    /// What a fault says of the request; `None` where there is no fault. The place of the code is the
    /// whole body: pointers are for JSON.
    pub(crate) fn failure(self) -> Option<Reading> {
        let code = self.code.map(|code| ResultCode { at: String::new(), code });
        let failure = Reading { outcome: Outcome::Error, code, said_at: Some(String::new()) };
        self.is_fault.then_some(failure)
    }
}

/// A qualified name without its prefix.
fn local(text: &str) -> Option<String> {
    let name = text.trim().rsplit(':').next().unwrap_or_default();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[expect(clippy::option_option, reason = "there is no fault, or one without a code")]
    fn code(text: &str) -> Option<Option<String>> {
        Soap::of(text)?.failure().map(|failure| failure.code.map(|code| code.code))
    }

    #[test]
    fn faults_of_both_versions_under_any_prefix() {
        let (old, new) = (NAMESPACES[0], NAMESPACES[1]);
        for (text, expected) in [
            (
                format!(
                    "<?xml version='1.0'?><s:Envelope xmlns:s='{old}'><s:Header/><s:Body><s:Fault><faultcode>s:Server</faultcode><faultstring>x</faultstring></s:Fault></s:Body></s:Envelope>"
                ),
                Some(Some("Server".to_owned())),
            ),
            (
                format!(
                    "<Envelope xmlns=\"{new}\"><Body><Fault><Code><Value>\n env:Sender </Value><Subcode><Value>m:Late</Value></Subcode></Code></Fault></Body></Envelope>"
                ),
                Some(Some("Sender".to_owned())),
            ),
            (format!("<e:Envelope xmlns:e='{new}'><e:Body><e:Fault/></e:Body></e:Envelope>"), Some(None)),
            (
                format!(
                    "<e:Envelope xmlns:e='{old}'><e:Body><Fault xmlns='urn:x'><faultcode>a</faultcode></Fault></e:Body></e:Envelope>"
                ),
                None,
            ),
            (format!("<e:Envelope xmlns:e='{old}'><e:Body><r><e:Fault/></r></e:Body></e:Envelope>"), None),
            (format!("<r xmlns:e='{old}'><e:Fault/></r>"), None),
            ("<Envelope><Body><Fault/></Body></Envelope>".to_owned(), None),
        ] {
            assert_eq!(code(&text), expected, "{text}");
        }
        assert_eq!(Soap::of(&format!("<a xmlns='{old}'/>")), None);
        assert_eq!(Soap::of(&format!("<s:Envelope xmlns:s='{old}'><s:Body>")), Some(Soap::default()));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[<>/a:&;\"'= ?EnvelopBdyFaut]{0,60}") {
            Soap::of(&format!("{}{text}", NAMESPACES[0]));
        }
    }
}
