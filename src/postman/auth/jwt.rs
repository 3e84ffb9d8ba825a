//! JSON Web Tokens (RFC 7519) in compact form (RFC 7515 §7.1), signed as Postman's `jwt` auth does.
//!
//! Pure: equal parameters give equal tokens. Where a signature needs random bits (the salt of
//! RSASSA-PSS) they are derived from key and message, as RFC 6979 does for ECDSA.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use rand_core::{CryptoRng, RngCore};
use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs8::DecodePrivateKey;
use rsa::signature::{RandomizedSigner, SignatureEncoding};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::postman::no_json::place;

/// What a signature is made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Hmac,
    Rsa,
    Pss,
    Ecdsa,
}

/// The bits of the hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bits {
    B256,
    B384,
    B512,
}

/// `HS256` to `ES512` (RFC 7518 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Algorithm {
    family: Family,
    bits: Bits,
}

impl Algorithm {
    /// The algorithm of that name; `None` for any other, `none` among them.
    pub(super) fn of(name: &str) -> Option<Self> {
        let (family, bits) = name.split_at_checked(2)?;
        let family = match family {
            "HS" => Family::Hmac,
            "RS" => Family::Rsa,
            "PS" => Family::Pss,
            "ES" => Family::Ecdsa,
            _ => return None,
        };
        let bits = match bits {
            "256" => Bits::B256,
            "384" => Bits::B384,
            "512" => Bits::B512,
            _ => return None,
        };
        Some(Self { family, bits })
    }

    /// Whether it signs with a shared secret instead of a private key.
    pub(super) fn is_shared(self) -> bool {
        self.family == Family::Hmac
    }
}

/// The token of these texts. `alg` of the header is always the algorithm's name; header and payload
/// are written compactly, members in the order given. Empty texts are empty objects.
///
/// The error says what is wrong, never the key.
pub(super) fn token(
    name: &str,
    algorithm: Algorithm,
    header: &str,
    payload: &str,
    key: &[u8],
) -> Result<String, String> {
    let mut members = Map::new();
    members.insert("alg".to_owned(), name.into());
    for (member, value) in object("header", header)? {
        if member != "alg" {
            members.insert(member, value);
        }
    }
    let part = |members: Map<String, Value>| URL_SAFE_NO_PAD.encode(Value::Object(members).to_string());
    let input = format!("{}.{}", part(members), part(object("payload", payload)?));
    let signature = signature(algorithm, key, input.as_bytes())?;
    Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

fn object(what: &str, text: &str) -> Result<Map<String, Value>, String> {
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(format!("`{what}` is no JSON object")),
        Err(error) => {
            let (line, column) = place(&error, text);
            Err(format!("`{what}` is no JSON (line {line}, column {column})"))
        }
    }
}

/// The secret of an HMAC algorithm as bytes.
pub(super) fn secret(text: &str, is_base64: bool) -> Result<Vec<u8>, String> {
    if !is_base64 {
        return Ok(text.as_bytes().to_vec());
    }
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    STANDARD
        .decode(&plain)
        .or_else(|_| URL_SAFE_NO_PAD.decode(plain.trim_end_matches('=')))
        .map_err(|_| "`secret` is no base64 (`isSecretBase64Encoded`)".to_owned())
}

/// An RSA key from PEM: PKCS#8 (`BEGIN PRIVATE KEY`) or PKCS#1 (`BEGIN RSA PRIVATE KEY`).
pub fn rsa_key(pem: &str) -> Result<RsaPrivateKey, String> {
    let pem = cleaned(pem)?;
    RsaPrivateKey::from_pkcs8_pem(&pem)
        .or_else(|_| RsaPrivateKey::from_pkcs1_pem(&pem))
        .map_err(|_| "`privateKey` is no RSA key in PEM (PKCS#8 or PKCS#1)".to_owned())
}

/// The text with real line breaks (`\n` typed as two characters is common where the key came
/// through a variable), without the white space around it.
fn cleaned(pem: &str) -> Result<String, String> {
    let pem = pem.trim().replace("\\n", "\n").replace("\r\n", "\n");
    if pem.contains("ENCRYPTED") {
        return Err(
            "`privateKey` is encrypted, which is not supported; give it without a passphrase".to_owned()
        );
    }
    let lines: Vec<&str> = pem.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    Ok(lines.join("\n") + "\n")
}

fn signature(algorithm: Algorithm, key: &[u8], input: &[u8]) -> Result<Vec<u8>, String> {
    match algorithm.family {
        Family::Hmac => hmac(algorithm.bits, key, input),
        Family::Rsa | Family::Pss => rsa(algorithm, &text(key)?, input),
        Family::Ecdsa => ecdsa(algorithm.bits, &text(key)?, input),
    }
}

fn text(key: &[u8]) -> Result<String, String> {
    String::from_utf8(key.to_vec()).map_err(|_| "`privateKey` is no PEM".to_owned())
}

fn hmac(bits: Bits, key: &[u8], input: &[u8]) -> Result<Vec<u8>, String> {
    // An HMAC takes keys of any length (RFC 2104 §2), so this error never comes.
    let wrong = |_| "`secret` cannot be used as a key".to_owned();
    Ok(match bits {
        Bits::B256 => Hmac::<Sha256>::new_from_slice(key)
            .map_err(wrong)?
            .chain_update(input)
            .finalize()
            .into_bytes()
            .to_vec(),
        Bits::B384 => Hmac::<Sha384>::new_from_slice(key)
            .map_err(wrong)?
            .chain_update(input)
            .finalize()
            .into_bytes()
            .to_vec(),
        Bits::B512 => Hmac::<Sha512>::new_from_slice(key)
            .map_err(wrong)?
            .chain_update(input)
            .finalize()
            .into_bytes()
            .to_vec(),
    })
}

fn rsa(algorithm: Algorithm, pem: &str, input: &[u8]) -> Result<Vec<u8>, String> {
    let key = rsa_key(pem)?;
    let mut bits = Derived::new(cleaned(pem)?.as_bytes(), input);
    let pkcs1 = algorithm.family == Family::Rsa;
    let made = match (pkcs1, algorithm.bits) {
        (true, Bits::B256) => rsa::pkcs1v15::SigningKey::<Sha256>::new(key)
            .try_sign_with_rng(&mut bits, input)
            .map(|s| s.to_vec()),
        (true, Bits::B384) => rsa::pkcs1v15::SigningKey::<Sha384>::new(key)
            .try_sign_with_rng(&mut bits, input)
            .map(|s| s.to_vec()),
        (true, Bits::B512) => rsa::pkcs1v15::SigningKey::<Sha512>::new(key)
            .try_sign_with_rng(&mut bits, input)
            .map(|s| s.to_vec()),
        (false, Bits::B256) => {
            rsa::pss::SigningKey::<Sha256>::new(key).try_sign_with_rng(&mut bits, input).map(|s| s.to_vec())
        }
        (false, Bits::B384) => {
            rsa::pss::SigningKey::<Sha384>::new(key).try_sign_with_rng(&mut bits, input).map(|s| s.to_vec())
        }
        (false, Bits::B512) => {
            rsa::pss::SigningKey::<Sha512>::new(key).try_sign_with_rng(&mut bits, input).map(|s| s.to_vec())
        }
    };
    made.map_err(|_| "`privateKey` is too short for the algorithm".to_owned())
}

/// Signatures as the two numbers side by side (RFC 7518 §3.4). The nonce follows from key and
/// message: by RFC 6979, and by [`Derived`] for P-521, whose crate knows no other way.
fn ecdsa(bits: Bits, pem: &str, input: &[u8]) -> Result<Vec<u8>, String> {
    use p256::ecdsa::signature::Signer;
    let pem = cleaned(pem)?;
    let wrong = |curve: &str| format!("`privateKey` is no {curve} key in PEM (PKCS#8 or SEC1)");
    let failed = |_| "the payload cannot be signed with `privateKey`".to_owned();
    Ok(match bits {
        Bits::B256 => {
            let key =
                p256::SecretKey::from_sec1_pem(&pem).or_else(|_| pem.parse()).map_err(|_| wrong("P-256"))?;
            let made: p256::ecdsa::Signature =
                p256::ecdsa::SigningKey::from(key).try_sign(input).map_err(failed)?;
            made.to_vec()
        }
        Bits::B384 => {
            let key =
                p384::SecretKey::from_sec1_pem(&pem).or_else(|_| pem.parse()).map_err(|_| wrong("P-384"))?;
            let made: p384::ecdsa::Signature =
                p384::ecdsa::SigningKey::from(key).try_sign(input).map_err(failed)?;
            made.to_vec()
        }
        Bits::B512 => {
            let key: p521::SecretKey =
                p521::SecretKey::from_sec1_pem(&pem).or_else(|_| pem.parse()).map_err(|_| wrong("P-521"))?;
            let key = p521::ecdsa::SigningKey::from_bytes(&key.to_bytes()).map_err(failed)?;
            let mut bits = Derived::new(pem.as_bytes(), input);
            let made: p521::ecdsa::Signature = key.try_sign_with_rng(&mut bits, input).map_err(failed)?;
            made.to_vec()
        }
    })
}

/// Bits that only the holder of the key can tell, other ones for every message: enough for salt
/// and nonce, and the same at every run.
struct Derived {
    seed: [u8; 32],
    block: u64,
    left: Vec<u8>,
}

impl Derived {
    fn new(key: &[u8], message: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(Sha256::digest(key));
        hash.update(message);
        Self { seed: hash.finalize().into(), block: 0, left: Vec::new() }
    }
}

impl RngCore for Derived {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, dest: &mut [u8]) {
        for byte in dest {
            if self.left.is_empty() {
                self.left = Sha256::new()
                    .chain_update(self.seed)
                    .chain_update(self.block.to_le_bytes())
                    .finalize()
                    .to_vec();
                self.block += 1;
            }
            *byte = self.left.pop().unwrap_or_default();
        }
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(dest);
        Ok(())
    }
}

impl CryptoRng for Derived {}

#[cfg(test)]
mod tests;
