//! HTTP digest (RFC 7616, and RFC 2617 where the server offers no `qop`).

use md5::Md5;
use sha2::{Digest as _, Sha256, Sha512_256};

use super::encode::hex;
use crate::message::{Answer, Request};
use crate::postman::auth::late::Digest;

/// What a server asks with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Challenge {
    realm: String,
    nonce: String,
    opaque: Option<String>,
    /// As the server writes it; `None` means MD5.
    algorithm: Option<String>,
    qop: Vec<String>,
    /// Only the nonce was too old.
    pub(super) stale: bool,
    /// `nonceCount`, where it is preset.
    count: Option<String>,
}

#[derive(Debug, Clone, Copy)]
enum Hash {
    Md5,
    Sha256,
    Sha512_256,
}

impl Hash {
    /// The hash of that algorithm, and whether it is a `-sess` one.
    fn of(name: &str) -> Option<(Self, bool)> {
        let name = name.to_ascii_lowercase();
        let (base, session) = match name.strip_suffix("-sess") {
            Some(base) => (base, true),
            None => (name.as_str(), false),
        };
        let hash = match base {
            "md5" => Self::Md5,
            "sha-256" => Self::Sha256,
            "sha-512-256" => Self::Sha512_256,
            _ => return None,
        };
        Some((hash, session))
    }

    fn hex(self, bytes: impl AsRef<[u8]>) -> String {
        match self {
            Self::Md5 => hex(&Md5::digest(bytes)),
            Self::Sha256 => hex(&Sha256::digest(bytes)),
            Self::Sha512_256 => hex(&Sha512_256::digest(bytes)),
        }
    }
}

/// The challenge that the parameters themselves make.
pub(super) fn preset(auth: &Digest) -> Option<Challenge> {
    let (realm, nonce) = auth.preset.clone()?;
    Some(Challenge {
        realm,
        nonce,
        opaque: auth.opaque.clone(),
        algorithm: auth.algorithm.clone(),
        qop: auth.qop.clone().into_iter().collect(),
        stale: false,
        count: auth.nonce_count.clone(),
    })
}

/// The challenge of a 401 that can be answered: the first of the algorithm that the auth names,
/// else the first of a known algorithm (RFC 7616 §3.7: the server's order is its preference).
pub(super) fn challenge(auth: &Digest, answer: &Answer) -> Option<Challenge> {
    if answer.status != 401 {
        return None;
    }
    let found: Vec<Challenge> = answer
        .headers
        .get_all("www-authenticate")
        .flat_map(challenges)
        .filter(|challenge| Hash::of(challenge.algorithm()).is_some())
        .filter(|challenge| challenge.qop.is_empty() || chosen(auth, challenge).is_some())
        .collect();
    let wanted = auth.algorithm.as_deref();
    let named = found.iter().find(|c| wanted.is_some_and(|name| c.algorithm().eq_ignore_ascii_case(name)));
    named.or(found.first()).cloned()
}

impl Challenge {
    fn algorithm(&self) -> &str {
        self.algorithm.as_deref().unwrap_or("MD5")
    }
}

/// The `qop` that is answered with: the auth's where it is offered, else `auth`, else `auth-int`.
fn chosen<'c>(auth: &'c Digest, challenge: &'c Challenge) -> Option<&'c str> {
    let offered = |wanted: &str| challenge.qop.iter().any(|qop| qop.eq_ignore_ascii_case(wanted));
    [auth.qop.as_deref().unwrap_or("auth"), "auth", "auth-int"].into_iter().find(|qop| offered(qop))
}

/// Writes the answer to the challenge into the request.
pub(super) fn answer(auth: &Digest, challenge: &Challenge, request: &mut Request, cnonce: &str) {
    let Some((hash, session)) = Hash::of(challenge.algorithm()) else { return };
    let Challenge { realm, nonce, .. } = challenge;
    let cnonce = auth.client_nonce.as_deref().unwrap_or(cnonce);
    let mut a1 = format!("{}:{realm}:{}", auth.username, auth.password);
    if session {
        a1 = format!("{}:{nonce}:{cnonce}", hash.hex(a1));
    }
    let qop = chosen(auth, challenge);
    let mut a2 = format!("{}:{}", request.method, request.target);
    if qop == Some("auth-int") {
        a2 = format!("{a2}:{}", hash.hex(request.body.as_deref().unwrap_or_default()));
    }
    let (a1, a2) = (hash.hex(a1), hash.hex(a2));
    let count = challenge.count.as_deref().unwrap_or("00000001");
    let response = match qop {
        Some(qop) => hash.hex(format!("{a1}:{nonce}:{count}:{cnonce}:{qop}:{a2}")),
        None => hash.hex(format!("{a1}:{nonce}:{a2}")),
    };
    let mut fields = vec![
        format!("username={}", quoted(&auth.username)),
        format!("realm={}", quoted(realm)),
        format!("nonce={}", quoted(nonce)),
        format!("uri={}", quoted(&request.target)),
    ];
    fields.extend(challenge.algorithm.as_ref().map(|name| format!("algorithm={name}")));
    fields.extend(qop.map(|qop| format!("qop={qop}, nc={count}")));
    if qop.is_some() || session {
        fields.push(format!("cnonce={}", quoted(cnonce)));
    }
    fields.push(format!("response=\"{response}\""));
    fields.extend(challenge.opaque.as_deref().map(|opaque| format!("opaque={}", quoted(opaque))));
    request.headers.set("Authorization", format!("Digest {}", fields.join(", ")));
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The digest challenges of one `WWW-Authenticate` value; other schemes may stand before, between
/// and after them (RFC 9110 §11.6.1).
fn challenges(value: &str) -> Vec<Challenge> {
    let mut found: Vec<Challenge> = Vec::new();
    let mut scheme = String::new();
    for part in parts(value) {
        let (mut name, text) = match part.split_once('=') {
            Some((name, text)) => (name.trim(), text.trim()),
            None => (part.trim(), ""),
        };
        // `Digest realm="a"`: a scheme stands before the first of its parameters.
        if let Some((first, rest)) = name.split_once(char::is_whitespace) {
            scheme = first.to_ascii_lowercase();
            name = rest.trim();
            if scheme == "digest" {
                found.push(Challenge::default());
            }
        } else if !part.contains('=') {
            scheme = name.to_ascii_lowercase();
            continue;
        }
        if let Some(challenge) = found.last_mut().filter(|_| scheme == "digest") {
            challenge.take(&name.to_ascii_lowercase(), unquoted(text));
        }
    }
    found.retain(|challenge| !challenge.nonce.is_empty());
    found
}

impl Challenge {
    fn take(&mut self, name: &str, value: String) {
        match name {
            "realm" => self.realm = value,
            "nonce" => self.nonce = value,
            "opaque" => self.opaque = Some(value),
            "algorithm" => self.algorithm = Some(value),
            "stale" => self.stale = value.eq_ignore_ascii_case("true"),
            "qop" => self.qop = value.split(',').map(|qop| qop.trim().to_owned()).collect(),
            _ => {}
        }
    }
}

/// Split at the commas outside of quotes.
fn parts(value: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut from, mut inside, mut escaped) = (0, false, false);
    for (at, char) in value.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => inside = !inside,
            ',' if !inside => {
                parts.push(value.get(from..at).unwrap_or_default());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(value.get(from..).unwrap_or_default());
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

fn unquoted(text: &str) -> String {
    let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return text.to_owned();
    };
    let mut plain = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        plain.extend(if char == '\\' { chars.next() } else { Some(char) });
    }
    plain
}

#[cfg(test)]
mod tests;
