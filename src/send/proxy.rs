//! Which proxy a request goes through: `--proxy` and `--no-proxy`, or the variables of the
//! environment that every other program takes.
//!
//! Invariants: no request to this machine goes through a proxy, whatever is asked for; nothing shows
//! a proxy's user name or password.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use reqwest::Url;

use super::no_proxy::NoProxy;
use crate::message::Origin;

/// The proxies of a run; by default none.
#[derive(Debug, Clone, Default)]
pub(super) struct Proxies {
    http: Option<Proxy>,
    https: Option<Proxy>,
    except: NoProxy,
}

/// One proxy.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Proxy {
    /// With user name and password.
    url: Url,
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Proxy").field(&self.shown()).finish()
    }
}

impl Proxy {
    /// `http` and `https`; without a scheme it is `http`. The error does not repeat the text, which
    /// may hold a password.
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let wanted = "write http://HOST:PORT, with USER:PASSWORD@ before the host where it asks for them";
        let url =
            Url::parse(&whole).map_err(|error| format!("not the URL of a proxy ({error}); {wanted}"))?;
        match url.scheme() {
            "http" | "https" => {}
            socks if socks.starts_with("socks") => {
                return Err(format!("a SOCKS proxy ({socks}) is not supported; name one that speaks HTTP"));
            }
            other => return Err(format!("`{other}` is no scheme of a proxy; {wanted}")),
        }
        if url.host_str().is_none_or(str::is_empty)
            || url.path() != "/"
            || url.query().is_some()
            || url.fragment().is_some()
        {
            return Err(format!("not the URL of a proxy; {wanted}"));
        }
        Ok(Self { url })
    }

    /// `host:port`.
    pub(super) fn shown(&self) -> String {
        let port = self.url.port_or_known_default().map(|port| format!(":{port}"));
        format!("{}{}", self.url.host_str().unwrap_or_default(), port.unwrap_or_default())
    }

    /// Where it is, with what it wants to know.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// Whether it is itself reached over TLS.
    pub(super) fn over_tls(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// What must not be shown: the password, alone and behind the user name.
    fn secrets(&self) -> Vec<String> {
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let Some(written) = self.url.password() else { return Vec::new() };
        let password = decoded(written);
        let pair = format!("{}:{password}", decoded(self.url.username()));
        vec![written.to_owned(), password, pair]
    }
}

/// Where something that is wrong stands, and what is wrong with it.
pub(super) type Wrong = (&'static str, String);

impl Proxies {
    /// From the options, and from these variables of the environment.
    ///
    /// `--proxy` takes the place of `http_proxy`, `https_proxy` and `all_proxy` (which holds where the
    /// other has no value), `--no-proxy` that of `no_proxy`. Each variable is also read in capitals,
    /// where it has no value in small letters; an empty value is none. `HTTP_PROXY` in capitals is
    /// ignored where `REQUEST_METHOD` is set: in a CGI program it comes from whoever asks
    /// (CVE-2016-5385).
    pub(super) fn new(
        proxy: Option<&str>,
        no_proxy: Option<&str>,
        environment: &BTreeMap<String, String>,
    ) -> Result<Self, Wrong> {
        let (http, https) = if let Some(text) = proxy {
            let one = Proxy::parse(text).map_err(|why| ("--proxy", why))?;
            (Some(one.clone()), Some(one))
        } else {
            let http = first(environment, &["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])?;
            let https = first(environment, &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])?;
            (http, https)
        };
        let except = match no_proxy {
            Some(list) => match NoProxy::parse(list) {
                (except, bad) if bad.is_empty() => except,
                (_, bad) => {
                    let why = format!(
                        "`{}` is no host; write a list such as .example.com,10.0.0.0/8",
                        bad.join(" ")
                    );
                    return Err(("--no-proxy", why));
                }
            },
            // What other programs understand and this one does not is no reason to stop.
            None => {
                NoProxy::parse(value(environment, &["no_proxy", "NO_PROXY"]).map_or("", |(_, list)| list)).0
            }
        };
        Ok(Self { http, https, except })
    }

    /// The proxy for requests to that origin.
    pub(super) fn of(&self, origin: &Origin) -> Option<&Proxy> {
        let proxy = if origin.scheme() == "https" { &self.https } else { &self.http };
        proxy.as_ref().filter(|_| !origin.is_loopback() && !self.except.names(origin))
    }

    /// Whether there is any.
    pub(super) fn any(&self) -> bool {
        self.http.is_some() || self.https.is_some()
    }

    /// Values that must not appear in any output.
    pub(super) fn secrets(&self) -> Vec<String> {
        self.http.iter().chain(&self.https).flat_map(Proxy::secrets).collect()
    }
}

/// Every variable that [`Proxies::new`] looks at.
pub(super) const VARIABLES: [&str; 9] = [
    "http_proxy",
    "HTTP_PROXY",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
    "REQUEST_METHOD",
];

fn first(environment: &BTreeMap<String, String>, names: &[&'static str]) -> Result<Option<Proxy>, Wrong> {
    let Some((name, text)) = value(environment, names) else { return Ok(None) };
    Proxy::parse(text).map(Some).map_err(|why| (name, why))
}

/// The first of these variables that has a value.
fn value<'e>(
    environment: &'e BTreeMap<String, String>,
    names: &[&'static str],
) -> Option<(&'static str, &'e str)> {
    let by_request = environment.contains_key("REQUEST_METHOD");
    names
        .iter()
        .filter(|name| !(by_request && **name == "HTTP_PROXY"))
        .filter_map(|name| Some((*name, environment.get(*name)?.trim())))
        .find(|(_, text)| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> BTreeMap<String, String> {
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn via(proxies: &Proxies, url: &str) -> Option<String> {
        proxies.of(&Origin::parse(url).unwrap()).map(Proxy::shown)
    }

    #[test]
    fn variables_are_taken_in_order() {
        for (variables, http, https) in [
            (&[][..], None, None),
            (&[("http_proxy", "http://a:1")], Some("a:1"), None),
            (&[("HTTPS_PROXY", "b:2")], None, Some("b:2")),
            (&[("all_proxy", "c:3"), ("https_proxy", "http://d")], Some("c:3"), Some("d:80")),
            (&[("http_proxy", "small:1"), ("HTTP_PROXY", "large:1")], Some("small:1"), None),
            (&[("http_proxy", " "), ("HTTP_PROXY", "large:1")], Some("large:1"), None),
            (&[("HTTP_PROXY", "evil:1"), ("REQUEST_METHOD", "GET")], None, None),
            (&[("http_proxy", "good:1"), ("REQUEST_METHOD", "GET")], Some("good:1"), None),
            (&[("ALL_PROXY", "https://tls")], Some("tls:443"), Some("tls:443")),
        ] {
            let proxies = Proxies::new(None, None, &environment(variables)).unwrap();
            assert_eq!(via(&proxies, "http://api.test").as_deref(), http, "{variables:?}");
            assert_eq!(via(&proxies, "https://api.test").as_deref(), https, "{variables:?}");
        }
    }

    #[test]
    fn an_option_takes_the_place_of_its_variables_and_this_machine_is_never_behind_a_proxy() {
        let environment = environment(&[("all_proxy", "env:1"), ("no_proxy", "inside.test")]);
        let proxies = |proxy, no_proxy| Proxies::new(proxy, no_proxy, &environment).unwrap();
        let option = proxies(Some("http://option:2"), None);
        assert_eq!(via(&option, "https://api.test").as_deref(), Some("option:2"));
        assert_eq!(via(&option, "https://a.inside.test"), None);
        let other = proxies(None, Some("api.test"));
        assert_eq!(via(&other, "https://api.test"), None);
        assert_eq!(via(&other, "https://a.inside.test").as_deref(), Some("env:1"));
        for url in [
            "http://localhost:1",
            "https://127.0.0.1",
            "http://127.9.9.9",
            "http://[::1]:1",
            "http://a.localhost",
        ] {
            assert_eq!(via(&option, url), None, "{url}");
        }
    }

    #[test]
    fn what_is_no_proxy_is_refused_without_its_password() {
        for (text, part) in [
            ("socks5://u:s3cr3t@p:1080", "a SOCKS proxy (socks5) is not supported"),
            ("socks4a://p", "a SOCKS proxy (socks4a)"),
            ("ftp://u:s3cr3t@p", "`ftp` is no scheme"),
            ("http://u:s3cr3t@p:99999", "not the URL of a proxy (invalid port number)"),
            ("http://", "not the URL of a proxy"),
            ("", "not the URL of a proxy"),
            ("http://u:s3cr3t@p/path", "not the URL of a proxy; write http://HOST:PORT"),
            ("http://p?s3cr3t", "not the URL of a proxy"),
        ] {
            let (place, why) = Proxies::new(Some(text), None, &BTreeMap::new()).unwrap_err();
            assert!(place == "--proxy" && why.contains(part) && !why.contains("s3cr3t"), "{text}: {why}");
        }
        let wrong = Proxies::new(None, None, &environment(&[("HTTPS_PROXY", "socks5h://p")])).unwrap_err();
        assert_eq!(wrong.0, "HTTPS_PROXY");
        let wrong = Proxies::new(None, Some("http://x"), &BTreeMap::new()).unwrap_err();
        assert!(wrong.0 == "--no-proxy" && wrong.1.starts_with("`http://x` is no host"), "{wrong:?}");
        assert!(Proxies::new(None, None, &environment(&[("NO_PROXY", "http://x")])).is_ok());
    }

    #[test]
    fn a_password_is_a_secret_as_written_and_decoded_and_never_shown() {
        let proxies = Proxies::new(Some("http://me:p%40ss%20word@p:1"), None, &BTreeMap::new()).unwrap();
        let secrets = proxies.secrets();
        for secret in ["p%40ss%20word", "p@ss word", "me:p@ss word"] {
            assert!(secrets.contains(&secret.to_owned()), "{secrets:?}");
        }
        assert!(!format!("{proxies:?}").contains("ss"), "{proxies:?}");
    }
}
