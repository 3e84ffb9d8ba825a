//! What TLS trusts beyond the system's authorities, and what it shows of itself.
//!
//! Files are read and checked as a whole before anything is sent, so that a slip is an error that
//! names the file and not a handshake that fails. Every file is PEM (RFC 7468).

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

/// Authorities, a certificate of the client, and whether servers have to prove who they are.
#[derive(Clone)]
pub(super) struct Tls {
    authorities: Vec<reqwest::Certificate>,
    identity: Option<reqwest::Identity>,
    verified: bool,
}

impl std::fmt::Debug for Tls {
    /// Shows no key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("verified", &self.verified).finish_non_exhaustive()
    }
}

impl Default for Tls {
    /// The system's authorities, no certificate of the client.
    fn default() -> Self {
        Self { authorities: Vec::new(), identity: None, verified: true }
    }
}

/// A file that cannot be used, why, and the cure where one is known.
#[derive(Debug)]
pub(super) struct BadFile {
    pub(super) file: PathBuf,
    pub(super) why: String,
    pub(super) hint: Option<String>,
}

impl Tls {
    /// From the files of `--cacert`, `--cert` and `--key`. A client's certificate and key may stand
    /// in one file; the certificate comes first, then those between it and its authority.
    pub(super) fn load(
        authorities: Option<&Path>,
        certificate: Option<&Path>,
        key: Option<&Path>,
        verified: bool,
    ) -> Result<Self, BadFile> {
        let authorities = authorities.map(self::authorities).transpose()?.unwrap_or_default();
        let identity = certificate.map(|file| identity(file, key.unwrap_or(file))).transpose()?;
        Ok(Self { authorities, identity, verified })
    }

    /// Whether servers have to prove who they are.
    pub(super) fn verified(&self) -> bool {
        self.verified
    }

    /// Sets it up; `strict` asks servers to prove who they are in any case.
    pub(super) fn apply(&self, mut builder: reqwest::ClientBuilder, strict: bool) -> reqwest::ClientBuilder {
        if !self.authorities.is_empty() {
            builder = builder.tls_certs_merge(self.authorities.iter().cloned());
        }
        if let Some(identity) = &self.identity {
            builder = builder.identity(identity.clone());
        }
        builder.tls_danger_accept_invalid_certs(!self.verified && !strict)
    }
}

/// Every certificate of a bundle.
fn authorities(file: &Path) -> Result<Vec<reqwest::Certificate>, BadFile> {
    let pem = Pem::read(file)?;
    if pem.holds_a_key() {
        return Err(pem.bad(
            "holds a private key; a file of authorities needs certificates alone",
            Some(
                "--cacert takes what may be public; the client's own certificate and key are for --cert"
                    .to_owned(),
            ),
        ));
    }
    let certificates = pem.certificates()?;
    let mut store = RootCertStore::empty();
    for (number, certificate) in (1..).zip(&certificates) {
        store.add(certificate.clone()).map_err(|error| {
            pem.bad(format!("its certificate number {number} cannot be used: {error}"), None)
        })?;
    }
    let made = certificates.iter().map(|certificate| reqwest::Certificate::from_der(certificate));
    made.collect::<Result<_, _>>().map_err(|error| pem.bad(error.to_string(), None))
}

/// The certificate of the client with its key, which must fit.
fn identity(file: &Path, key_file: &Path) -> Result<reqwest::Identity, BadFile> {
    let pem = Pem::read(file)?;
    let certificates = pem.certificates()?;
    let key_pem = if file == key_file { pem } else { Pem::read(key_file)? };
    let key = key_pem.key(file == key_file)?;
    let encoded: Vec<String> =
        certificates.iter().map(|certificate| block("CERTIFICATE", certificate)).collect();
    let encoded = format!("{}{}", encoded.concat(), block(label(&key), key.secret_der()));
    let provider = rustls::crypto::ring::default_provider();
    CertifiedKey::from_der(certificates, key, &provider).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => {
            key_pem.bad(format!("the private key does not fit the certificate in {}", file.display()), None)
        }
        rustls::Error::InvalidCertificate(why) => BadFile {
            file: file.to_owned(),
            why: format!("its certificate cannot be used: {why}"),
            hint: None,
        },
        _ => key_pem.bad(
            "the private key cannot be used; known are RSA of 2048 bits or more, ECDSA on P-256 and P-384, Ed25519",
            None,
        ),
    })?;
    // The cause is not told: it might quote the key.
    reqwest::Identity::from_pem(encoded.as_bytes())
        .map_err(|_| key_pem.bad("the private key cannot be used", None))
}

/// The text of a file with its name.
struct Pem {
    file: PathBuf,
    text: Vec<u8>,
}

impl Pem {
    fn read(file: &Path) -> Result<Self, BadFile> {
        let bad = |why: String, hint| BadFile { file: file.to_owned(), why, hint };
        let text = std::fs::read(file).map_err(|error| {
            let text = error.to_string();
            bad(format!("cannot be read: {}", text.split(" (os error").next().unwrap_or(&text)), None)
        })?;
        if text.trim_ascii().is_empty() {
            return Err(bad("is empty".to_owned(), None));
        }
        // The first byte of DER, and so of a PKCS #12 file.
        if text.first() == Some(&0x30) {
            return Err(bad(
                "is binary (DER or PKCS #12), and PEM is wanted".to_owned(),
                Some(format!(
                    "`openssl x509 -inform der -in {0}` turns a DER certificate into PEM, `openssl pkcs12 -nodes -in {0}` a .p12 file",
                    file.display()
                )),
            ));
        }
        Ok(Self { file: file.to_owned(), text })
    }

    fn bad(&self, why: impl Into<String>, hint: Option<String>) -> BadFile {
        BadFile { file: self.file.clone(), why: why.into(), hint }
    }

    fn says(&self, words: &str) -> bool {
        self.text.windows(words.len()).any(|window| window == words.as_bytes())
    }

    fn holds_a_key(&self) -> bool {
        self.says("PRIVATE KEY-----")
    }

    fn certificates(&self) -> Result<Vec<CertificateDer<'static>>, BadFile> {
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.text).collect();
        match read {
            Ok(certificates) if certificates.is_empty() => {
                Err(self.bad("holds no certificate (`-----BEGIN CERTIFICATE-----`)", None))
            }
            Ok(certificates) => Ok(certificates),
            Err(_) => Err(self.bad("is no whole PEM file: a block is cut or holds what is no base64", None)),
        }
    }

    fn key(&self, of_both: bool) -> Result<PrivateKeyDer<'static>, BadFile> {
        if self.says("ENCRYPTED PRIVATE KEY-----") || self.says("Proc-Type: 4,ENCRYPTED") {
            return Err(self.bad(
                "the private key is encrypted, and there is nobody to ask for its password",
                Some(format!(
                    "`openssl pkey -in {} -out key.pem` writes it without one, for --key; keep that file from others",
                    self.file.display()
                )),
            ));
        }
        if let Some(Ok(key)) = PrivateKeyDer::pem_slice_iter(&self.text).next() {
            return Ok(key);
        }
        if self.holds_a_key() {
            return Err(self.bad("its private key is cut, or of an unknown form", None));
        }
        let cure = "name the file that holds it with --key".to_owned();
        Err(self.bad("holds no private key", of_both.then_some(cure)))
    }
}

fn label(key: &PrivateKeyDer<'_>) -> &'static str {
    match key {
        PrivateKeyDer::Pkcs1(_) => "RSA PRIVATE KEY",
        PrivateKeyDer::Sec1(_) => "EC PRIVATE KEY",
        _ => "PRIVATE KEY",
    }
}

/// One block of PEM: lines of 64 characters (RFC 7468 §2).
fn block(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    // Base64 is ASCII.
    let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
