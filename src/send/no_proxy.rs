//! The hosts that no proxy is used for, as `NO_PROXY` lists them.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::message::Origin;

/// A list such as `localhost, .example.com, 10.0.0.0/8, api.test:8080, [::1], *`.
///
/// A name stands for itself and every name below it, also as `.name` and `*.name`; an address for
/// itself; a network (RFC 4632) for the addresses in it; `*` for everything. A port restricts the
/// entry to it. Names are not looked up, so a network says nothing about them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct NoProxy {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    hosts: Hosts,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Hosts {
    All,
    /// In lower case, without a dot in front.
    Below(String),
    Address(IpAddr),
    Network(IpNet),
}

impl NoProxy {
    /// The entries of a list, and those of its parts that are none.
    pub(super) fn parse(list: &str) -> (Self, Vec<&str>) {
        let parts = list.split([',', ' ', '\t']).filter(|part| !part.is_empty());
        let (mut entries, mut bad) = (Vec::new(), Vec::new());
        for part in parts {
            match Entry::parse(part) {
                Some(entry) => entries.push(entry),
                None => bad.push(part),
            }
        }
        (Self { entries }, bad)
    }

    /// Whether the list names that host.
    pub(super) fn names(&self, origin: &Origin) -> bool {
        let authority = origin.authority();
        let default = if origin.scheme() == "https" { 443 } else { 80 };
        let (host, port) = with_port(authority).unwrap_or((authority, default));
        self.entries.iter().any(|entry| entry.names(host, port))
    }
}

impl Entry {
    fn parse(text: &str) -> Option<Self> {
        // Before a port is looked for: `::1` has colons of its own.
        if let Some(hosts) = Hosts::parse(text) {
            return Some(Self { hosts, port: None });
        }
        let (host, port) = with_port(text)?;
        Some(Self { hosts: Hosts::parse(host)?, port: Some(port) })
    }

    fn names(&self, host: &str, port: u16) -> bool {
        self.port.is_none_or(|only| only == port) && self.hosts.contain(host)
    }
}

impl Hosts {
    fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::All);
        }
        if let Ok(address) = bare(text).parse() {
            return Some(Self::Address(address));
        }
        if let Ok(network) = text.parse() {
            return Some(Self::Network(network));
        }
        let name = text.strip_prefix("*.").or(text.strip_prefix('.')).unwrap_or(text);
        let name = name.strip_suffix('.').unwrap_or(name).to_lowercase();
        let letters = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
        (letters && !name.is_empty()).then_some(Self::Below(name))
    }

    fn contain(&self, host: &str) -> bool {
        let address: Option<IpAddr> = bare(host).parse().ok();
        match self {
            Self::All => true,
            Self::Address(own) => address == Some(*own),
            Self::Network(network) => address.is_some_and(|address| network.contains(&address)),
            Self::Below(name) => {
                let host = host.strip_suffix('.').unwrap_or(host).to_lowercase();
                host.strip_suffix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            }
        }
    }
}

/// `host:port`; `None` where no port stands behind a host.
fn with_port(text: &str) -> Option<(&str, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    Some((host, port.parse().ok()?))
}

/// An IPv6 address without its brackets.
fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(list: &str, url: &str) -> bool {
        NoProxy::parse(list).0.names(&Origin::parse(url).unwrap())
    }

    #[test]
    fn names_addresses_networks_and_ports() {
        for (list, url, expected) in [
            ("example.com", "https://example.com", true),
            ("example.com", "https://API.example.com:8443", true),
            (".example.com", "https://example.com", true),
            ("*.Example.com", "https://a.b.example.com", true),
            ("example.com.", "https://example.com", true),
            ("example.com", "https://notexample.com", false),
            ("example.com", "https://example.com.evil.test", false),
            ("a.test, b.test", "http://b.test", true),
            ("a.test b.test", "http://b.test", true),
            ("10.0.0.0/8", "http://10.1.2.3", true),
            ("10.0.0.0/8", "http://11.1.2.3", false),
            ("10.0.0.0/8", "http://10.example.com", false),
            ("192.0.2.7", "http://192.0.2.7:81", true),
            ("192.0.2.7", "http://192.0.2.70", false),
            ("2001:db8::/32", "http://[2001:db8::1]:80", true),
            ("[2001:db8::1]", "http://[2001:db8::1]", true),
            ("2001:db8::1", "http://[2001:db8::2]", false),
            ("[2001:db8::1]:81", "http://[2001:db8::1]", false),
            ("api.test:8080", "http://api.test:8080", true),
            ("api.test:8080", "http://api.test", false),
            ("api.test:443", "https://api.test", true),
            ("*", "https://anything.test", true),
            ("*:80", "https://anything.test", false),
            ("", "https://example.com", false),
            (" , ,", "https://example.com", false),
        ] {
            assert_eq!(names(list, url), expected, "{list:?} {url}");
        }
    }

    #[test]
    fn what_is_no_host_is_told() {
        let (list, bad) = NoProxy::parse("http://a.test,b.test,c.test/x,10.0.0.0/99,a:b");
        assert_eq!(bad, ["http://a.test", "c.test/x", "10.0.0.0/99", "a:b"]);
        assert!(list.names(&Origin::parse("http://b.test").unwrap()));
    }

    proptest! {
        #[test]
        fn any_list_can_be_read(list in ".{0,60}") {
            let (read, bad) = NoProxy::parse(&list);
            let parts = list.split([',', ' ', '\t']).filter(|part| !part.is_empty()).count();
            prop_assert_eq!(read.entries.len() + bad.len(), parts);
        }

        #[test]
        fn a_name_is_itself_and_what_is_below_and_nothing_else(
            name in "[a-z]{1,8}(\\.[a-z]{1,5}){0,2}",
            other in "[a-z]{1,8}",
        ) {
            let on = |host: &str| names(&name, &format!("https://{host}"));
            let (below, beside) = (format!("{other}.{name}"), format!("{other}{name}"));
            prop_assert!(on(&name) && on(&below) && !on(&beside));
        }
    }
}
