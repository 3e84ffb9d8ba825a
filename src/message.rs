//! Plain HTTP messages: what is sent ([`Request`]), how ([`Delivery`]), and what comes back
//! ([`Answer`]).
//!
//! The messages know nothing of clients, collections or expectations. Invariants: a [`Request`]
//! is complete (nothing in it is still to be substituted), and the body of an [`Answer`] is
//! decoded (no `Content-Encoding` left to undo) while its headers are as they arrived.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;

mod delivery;

pub use delivery::{Delivery, HttpVersion, Omitted, Redirects};

/// Header fields in the order in which they are written or arrived, names compared without case.
///
/// A name may stand more than once (RFC 9110 §5.3).
///
/// ```
/// use uphold::message::Headers;
///
/// let mut headers = Headers::new();
/// headers.push("Content-Type", "text/plain");
/// headers.push("Set-Cookie", "a=1");
/// headers.push("Set-Cookie", "b=2");
/// assert_eq!(headers.get("content-type"), Some("text/plain"));
/// assert_eq!(headers.get_all("set-cookie").count(), 2);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    entries: Vec<(String, String)>,
}

impl Headers {
    /// No header at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field at the end, beside any field of the same name.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.entries.push((name.into(), value.into()));
    }

    /// Puts one field in the place of all fields of that name, or at the end if there is none.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let place = self.entries.iter().position(|(n, _)| n.eq_ignore_ascii_case(name));
        self.remove(name);
        let at = place.unwrap_or(self.entries.len()).min(self.entries.len());
        self.entries.insert(at, (name.to_owned(), value.into()));
    }

    /// Takes every field of that name away.
    pub fn remove(&mut self, name: &str) {
        self.entries.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
    }

    /// The first value of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Every value of that name, in order.
    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Whether a field of that name is there.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Name and value of every field, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The number of fields.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        Self { entries: fields.into_iter().map(|(n, v)| (n.into(), v.into())).collect() }
    }
}

/// Whether a text can be the name of a header field at all (RFC 9110 §5.1).
pub fn is_field_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
}

/// Whether a field of this name says how a message is framed, or what becomes of the connection
/// that carries it (RFC 9110 §7.6.1, RFC 9112 §6): the business of each connection, so that a
/// saved one is never repeated. A saved `Content-Length` would make the other side wait for bytes
/// that never come.
///
/// ```
/// use uphold::message::is_framing;
///
/// assert!(is_framing("Transfer-Encoding"));
/// assert!(!is_framing("Content-Encoding"));
/// ```
pub fn is_framing(name: &str) -> bool {
    const NAMES: [&str; 9] = [
        "connection",
        "content-length",
        "http2-settings",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Whether a field asks for the connection to be closed behind the answer: the one field about the
/// connection that is a request's own (RFC 9112 §9.6).
///
/// ```
/// use uphold::message::is_close;
///
/// assert!(is_close("connection", "Close"));
/// assert!(!is_close("Connection", "keep-alive"));
/// ```
pub fn is_close(name: &str, value: &str) -> bool {
    name.eq_ignore_ascii_case("connection") && value.trim().eq_ignore_ascii_case("close")
}

/// The bytes of a field value: Latin-1, which is what Postman's runtime writes; `None` where a
/// character is beyond it.
///
/// ```
/// use uphold::message::field_bytes;
///
/// assert_eq!(field_bytes("ü"), Some(vec![0xfc]));
/// assert_eq!(field_bytes("漢"), None);
/// ```
pub fn field_bytes(value: &str) -> Option<Vec<u8>> {
    value.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
}

/// Scheme and authority of a URL: where a request goes (RFC 6454 §4, with the port as written).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    scheme: String,
    authority: String,
}

/// Why a text is no [`Origin`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// The text does not parse as an absolute URL.
    #[error("`{0}` is not an absolute URL such as https://api.example.com")]
    NotAbsolute(String),
    /// Another scheme than http or https.
    #[error("`{0}` is neither http nor https")]
    Scheme(String),
    /// User and password in front of the host.
    #[error("the URL holds a user name or password before the host")]
    UserInfo,
}

impl Origin {
    /// Takes scheme and authority from an absolute `http` or `https` URL; the host comes out in
    /// lower case and as punycode, a default port is left out.
    ///
    /// ```
    /// use uphold::message::Origin;
    ///
    /// let origin = Origin::parse("HTTPS://API.example.com:443/v1")?;
    /// assert_eq!(origin.to_string(), "https://api.example.com");
    /// # Ok::<(), uphold::message::OriginError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let url = url::Url::parse(text).map_err(|_| OriginError::NotAbsolute(text.to_owned()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(OriginError::Scheme(text.to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            // Not quoted: it holds a password.
            return Err(OriginError::UserInfo);
        }
        let host = url.host_str().ok_or_else(|| OriginError::NotAbsolute(text.to_owned()))?;
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        Ok(Self { scheme: url.scheme().to_owned(), authority })
    }

    /// `http` on this machine at that port.
    pub fn loopback(port: u16) -> Self {
        let authority = if port == 80 { "127.0.0.1".to_owned() } else { format!("127.0.0.1:{port}") };
        Self { scheme: "http".to_owned(), authority }
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Host and, where it is not the default one, port.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Whether the host is this machine: `localhost` and names below it, 127.0.0.0/8, `[::1]`.
    pub fn is_loopback(&self) -> bool {
        match url::Url::parse(&self.to_string()).ok().and_then(|url| url.host().map(|h| h.to_owned())) {
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
            Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

/// One request, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method token, case kept (RFC 9110 §9.1: methods are case-sensitive).
    pub method: String,
    /// Where it goes.
    pub origin: Origin,
    /// Path and query as they stand on the request line, percent-encoded; begins with `/`.
    pub target: String,
    /// The fields the case gives; framing (`Host`, `Content-Length`, …) is left to the client.
    pub headers: Headers,
    /// The bytes after the head; `None` where the request has no body at all.
    pub body: Option<Bytes>,
}

impl Request {
    /// The absolute URL.
    pub fn url(&self) -> String {
        format!("{}{}", self.origin, self.target)
    }

    /// The part of the target before `?`.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or(&self.target)
    }

    /// Whether the method only reads (RFC 9110 §9.2.1: GET, HEAD, OPTIONS, TRACE).
    pub fn is_safe(&self) -> bool {
        is_safe(&self.method)
    }
}

/// Whether this method, in upper case, only reads.
pub fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE")
}

/// One complete answer: status line, header fields, decoded body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code, 100 to 999.
    pub status: u16,
    /// The fields as they arrived.
    pub headers: Headers,
    /// The body after undoing its content coding.
    pub body: Bytes,
}

impl Answer {
    /// The media type of `Content-Type`; `None` where it is missing or not a media type.
    pub fn media_type(&self) -> Option<MediaType> {
        self.headers.get("content-type").and_then(MediaType::parse)
    }

    /// The body as text: byte order mark first, else the `charset` of the media type, else UTF-8.
    ///
    /// `None` where the bytes are not text in that encoding.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        let named = self.media_type().and_then(|media| media.charset);
        let label = named.as_deref().unwrap_or("utf-8");
        let encoding = match encoding_rs::Encoding::for_bom(&self.body) {
            Some((encoding, _)) => encoding,
            None => encoding_rs::Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::UTF_8),
        };
        let (text, broken) = encoding.decode_with_bom_removal(&self.body);
        (!broken).then_some(text)
    }
}

/// A media type (RFC 6838), in lower case but for the values of its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaType {
    /// `type/subtype` without parameters.
    pub essence: String,
    /// The `charset` parameter.
    pub charset: Option<String>,
    /// The other parameters by their names (`version`, `odata.metadata`), without `boundary`, which is new
    /// with every body (RFC 2046 §5.1.1). Of one that stands there twice the last counts.
    pub parameters: BTreeMap<String, String>,
}

impl MediaType {
    /// Parses a `Content-Type` value; `None` where it is none (`*/*` is no media type either).
    pub fn parse(text: &str) -> Option<Self> {
        let parsed: mime::Mime = text.trim().parse().ok()?;
        if parsed.type_() == mime::STAR || parsed.subtype() == mime::STAR {
            return None;
        }
        Some(Self {
            essence: parsed.essence_str().to_ascii_lowercase(),
            charset: parsed.get_param(mime::CHARSET).map(|c| c.as_str().to_ascii_lowercase()),
            parameters: parsed
                .params()
                .map(|(name, value)| (name.as_str().to_ascii_lowercase(), value.as_str().to_owned()))
                .filter(|(name, _)| name != "charset" && name != "boundary")
                .collect(),
        })
    }

    /// `application/json`, `text/json`, or any `+json` type (RFC 6839 §3.1).
    pub fn is_json(&self) -> bool {
        self.essence.ends_with("/json") || self.essence.ends_with("+json")
    }

    /// `application/xml`, `text/xml`, or any `+xml` type (RFC 7303 §4.2).
    pub fn is_xml(&self) -> bool {
        self.essence.ends_with("/xml") || self.essence.ends_with("+xml")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(content_type: &str, body: &[u8]) -> Answer {
        Answer {
            status: 200,
            headers: [("Content-Type", content_type)].into_iter().collect(),
            body: Bytes::copy_from_slice(body),
        }
    }

    #[test]
    fn set_keeps_the_place_and_removes_every_spelling() {
        let mut headers: Headers = [("A", "1"), ("x-b", "2"), ("X-B", "3"), ("C", "4")].into_iter().collect();
        headers.set("X-b", "new");
        let all: Vec<_> = headers.iter().collect();
        assert_eq!(all, [("A", "1"), ("X-b", "new"), ("C", "4")]);
    }

    #[test]
    fn loopback_is_told_by_the_address() {
        for (text, expected) in [
            ("http://localhost:1", true),
            ("http://api.localhost", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:80", true),
            ("http://127.0.0.1.example.com", false),
            ("https://localhost.example.com", false),
        ] {
            assert_eq!(Origin::parse(text).map(|o| o.is_loopback()), Ok(expected), "{text}");
        }
    }

    #[test]
    fn an_origin_with_credentials_or_another_scheme_is_refused() {
        assert!(matches!(Origin::parse("http://u:p@h"), Err(OriginError::UserInfo)));
        assert!(matches!(Origin::parse("file:///etc"), Err(OriginError::Scheme(_))));
        assert!(matches!(Origin::parse("api.example.com"), Err(OriginError::NotAbsolute(_))));
    }

    #[test]
    fn text_honours_mark_and_charset() {
        assert_eq!(answer("text/plain", b"\xef\xbb\xbfhi").text().as_deref(), Some("hi"));
        assert_eq!(answer("text/plain; charset=ISO-8859-1", b"\xfc").text().as_deref(), Some("ü"));
        assert_eq!(answer("application/json", b"\xff\xfe{\0}\0").text().as_deref(), Some("{}"));
        assert_eq!(answer("application/json", b"\xfc").text(), None);
    }
}
