//! How a request is sent, and what becomes of its answer, besides what is in it.

use super::Origin;

/// How one request is sent: what of Postman's `protocolProfileBehavior` holds on the wire.
///
/// The default is what holds where nothing is said: no redirect is followed, HTTP/2 is spoken where
/// the server chooses it, cookies are kept, every field is sent that a client owes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delivery {
    /// Whether redirects are followed, and how.
    pub redirects: Redirects,
    /// `protocolVersion`.
    pub version: HttpVersion,
    /// `disabledSystemHeaders`: fields of the client's own that are left out.
    pub omitted: Omitted,
    /// `disableCookies`: no cookie of a jar is sent, and none is kept. A typed `Cookie` field goes
    /// out.
    pub no_cookies: bool,
    /// `strictSSL`; `None` where nothing is said. `Some(false)` switches nothing off: a collection
    /// alone is no reason to trust a server.
    pub strict_tls: Option<bool>,
}

/// The version of HTTP. Plain `http` is HTTP/1.1 in any case, as in Postman.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum HttpVersion {
    /// What the server chooses (ALPN).
    #[default]
    Auto,
    /// HTTP/1.1 alone.
    Http1,
    /// HTTP/2 alone: a server that does not speak it gives no answer.
    Http2,
}

/// Fields that a client adds by itself and that can be left out; a typed one is sent all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Omitted {
    /// `User-Agent`.
    pub user_agent: bool,
    /// `Accept-Encoding`.
    pub accept_encoding: bool,
}

/// Whether redirects are followed, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirects {
    /// `followRedirects`.
    pub follow: bool,
    /// `maxRedirects`: so many are followed, one more is an error.
    pub limit: u32,
    /// `followOriginalHttpMethod`: method and body are kept whatever the status says.
    pub keep_method: bool,
    /// `removeRefererHeaderOnRedirect`: no `Referer` is written.
    pub no_referer: bool,
    /// The origins besides the request's own that the user named: a redirect may lead there, but
    /// takes nothing of the request with it.
    pub named: Vec<Origin>,
}

impl Default for Redirects {
    /// Not followed; 10 of them where that is switched on, which is Postman's number.
    fn default() -> Self {
        Self { follow: false, limit: 10, keep_method: false, no_referer: false, named: Vec::new() }
    }
}
