//! Forms of names that are data, and never the name of a field.

use std::sync::LazyLock;

use regex::RegexSet;

/// A form that a name may have.
struct Shape {
    /// The names, as a pattern of ECMA-262 and of this program alike.
    pattern: &'static str,
    /// How many names of an object must have it.
    least: usize,
}

/// Locales with their country: `en-US` (RFC 5646).
pub(super) const LOCALES: &str = "^[a-z]{2,3}-[A-Z]{2}$";

/// Each with what has such names.
const SHAPES: [Shape; 13] = [
    // ULIDs (ulid/spec).
    Shape { pattern: "^[0-7][0-9A-HJKMNP-TV-Z]{25}$", least: 1 },
    // Push ids of Firebase.
    Shape { pattern: "^-[A-Z][0-9A-Za-z_-]{18}$", least: 1 },
    // Record ids of Salesforce: 15 characters, or 18 with their checksum.
    Shape { pattern: "^[0-9a][0-9A-Za-z]{4}0[0-9A-Za-z]{9}([A-Z0-5]{3})?$", least: 1 },
    // Paths, URIs, and labels with their domain.
    Shape { pattern: r"^(/|[a-z][a-z0-9+.-]*://|[a-z0-9-]+(\.[a-z0-9-]+)+/)[^ ]*$", least: 1 },
    // Media types (RFC 6838).
    Shape { pattern: "^(application|audio|font|image|message|model|multipart|text|video)/[^ ]+$", least: 1 },
    // Names of resources: `arn:aws:s3:::a`, `urn:li:share:68`.
    Shape { pattern: "^(arn|urn):[^ ]+$", least: 1 },
    Shape { pattern: LOCALES, least: 1 },
    // Pairs of currencies, as exchanges write them.
    Shape { pattern: "^[A-Z0-9]{2,10}-[A-Z]{3,5}$", least: 2 },
    // Addresses of network cards (IEEE 802).
    Shape { pattern: "^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$", least: 1 },
    // Telephone numbers (E.164).
    Shape { pattern: r"^\+[0-9]{6,15}$", least: 1 },
    // Months, and moments without an offset.
    Shape { pattern: "^[0-9]{4}-[0-9]{2}(-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?$", least: 1 },
    // Versions of three numbers (semver.org).
    Shape { pattern: r"^[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?$", least: 1 },
    // Numbers with a sign, as MediaWiki numbers pages that are not there.
    Shape { pattern: "^-[0-9]+$", least: 1 },
];

static KNOWN: LazyLock<Option<RegexSet>> =
    LazyLock::new(|| RegexSet::new(SHAPES.iter().map(|shape| shape.pattern)).ok());

/// The forms that all names so far have; a commutative monoid under [`Shapes::and`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shapes(u16);

impl Default for Shapes {
    /// What no name has been seen of yet.
    fn default() -> Self {
        Self((1 << SHAPES.len()) - 1)
    }
}

impl Shapes {
    /// Only the forms stay that this name has, too.
    pub(super) fn narrow(&mut self, name: &str) {
        if self.0 == 0 {
            return;
        }
        // Most names are words, and no form begins with a letter and holds no other character.
        let word = name.starts_with(|c: char| c.is_ascii_alphabetic() && c != 'a')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let Some(known) = KNOWN.as_ref().filter(|_| !word) else {
            self.0 = 0;
            return;
        };
        self.0 &= known.matches(name).iter().fold(0, |bits, at| bits | 1 << at);
    }

    /// Those that both have.
    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The pattern of the first form that all names have, where there are enough of them.
    pub(super) fn pattern(self, names: usize) -> Option<&'static str> {
        let of =
            SHAPES.iter().enumerate().filter(|(at, shape)| self.0 & (1 << at) != 0 && names >= shape.least);
        of.map(|(_, shape)| shape.pattern).next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(names: &[&str]) -> Option<&'static str> {
        let mut shapes = Shapes::default();
        for name in names {
            shapes.narrow(name);
        }
        shapes.pattern(names.len())
    }

    #[test]
    fn names_that_are_data_are_told_from_those_of_fields() {
        for names in [
            &["01ARZ3NDEKTSV4RRFFQ69G5FAV"][..],
            &["-NqZ1aBcDeFgHiJkLmNo"],
            &["001D000000IqhSLIAZ", "a0B5e000003DgQ2"],
            &["https://a.example/x"],
            &["app.kubernetes.io/name", "app.kubernetes.io/instance"],
            &["/users", "/orders"],
            &["application/json", "text/plain"],
            &["gid://shopify/Product/1"],
            &["arn:aws:s3:::a"],
            &["en-US"],
            &["BTC-USD", "ETH-USDT"],
            &["00:1b:63:84:45:e6"],
            &["+4930123"],
            &["2024-01", "2024-02"],
            &["2024-01-02 16:00:00"],
            &["-1"],
            &["1.0.0", "2.0.0-rc.1"],
        ] {
            assert!(pattern(names).is_some(), "{names:?}");
        }
        for names in [
            &["id", "name"][..],
            &["line1", "x509CertificateSha256"],
            &["a", "application/json"],
            &["a/b"],
            &["and/or"],
            &["BTC-USD"],
            &["Content-Type", "X-Request-Id"],
            &["ETAG", "DATE"],
            &["acme:widget", "self"],
            &["@odata.context"],
            &["1. open", "2. high"],
            &["1.0", "2.0"],
            &["1.2.3a"],
            &["16x16", "24x24"],
            &["50%", "n/a of"],
            &["address1line2"],
            &[""],
        ] {
            assert_eq!(pattern(names), None, "{names:?}");
        }
    }

    #[test]
    fn every_pattern_can_be_used() {
        assert!(KNOWN.is_some());
        for shape in &SHAPES {
            let schema = serde_json::json!({"propertyNames": {"pattern": shape.pattern}});
            assert!(jsonschema::validator_for(&schema).is_ok(), "{}", shape.pattern);
        }
    }
}
