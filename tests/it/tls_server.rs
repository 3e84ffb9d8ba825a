//! A server that speaks TLS, HTTP/1.1 and HTTP/2, with an authority of its own.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, pem::PemObject};
use rustls::server::WebPkiClientVerifier;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

/// Two authorities of one name would be told apart by a broken signature only.
static NUMBER: AtomicUsize = AtomicUsize::new(1);

/// Signs certificates.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate with its key, both PEM.
pub(crate) struct Identity {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        let name = format!("Authority {}", NUMBER.fetch_add(1, Ordering::Relaxed));
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self { issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap() }
    }

    pub(crate) fn pem(&self) -> String {
        self.issuer.pem()
    }

    pub(crate) fn identity(&self, names: &[&str]) -> Identity {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &self.issuer).unwrap();
        Identity { certificate: certificate.pem(), key: key.serialize_pem() }
    }

    fn store(&self) -> Arc<rustls::RootCertStore> {
        let mut store = rustls::RootCertStore::empty();
        store.add(self.issuer.der().clone()).unwrap();
        Arc::new(store)
    }
}

/// One request: the version it came in, whether the client showed a certificate, its head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) version: &'static str,
    pub(crate) certified: bool,
    pub(crate) head: String,
}

/// Answers every request with the same JSON. The thread ends with the process.
pub(crate) struct TlsServer {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl TlsServer {
    /// For `127.0.0.1` and `api.test`; speaks the versions of `protocols`, and with `clients` wants a
    /// certificate of that authority from whoever comes.
    pub(crate) fn start(authority: &Authority, protocols: &[&str], clients: Option<&Authority>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let Identity { certificate, key } = authority.identity(&["127.0.0.1", "api.test"]);
        let chain = vec![rustls::pki_types::CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
        let builder = rustls::ServerConfig::builder();
        let builder = match clients {
            Some(clients) => builder
                .with_client_cert_verifier(WebPkiClientVerifier::builder(clients.store()).build().unwrap()),
            None => builder.with_no_client_auth(),
        };
        let mut config = builder.with_single_cert(chain, key).unwrap();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&seen);
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(listener, TlsAcceptor::from(Arc::new(config)), record));
        });
        Self { address, seen }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn serve(listener: std::net::TcpListener, acceptor: TlsAcceptor, record: Arc<Mutex<Vec<Seen>>>) {
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, record) = (acceptor.clone(), Arc::clone(&record));
        tokio::spawn(async move {
            // Whoever does not trust the server goes away here.
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let session = stream.get_ref().1;
            let certified = session.peer_certificates().is_some();
            if session.alpn_protocol() == Some(b"h2") {
                two(stream, certified, &record).await;
            } else {
                one(stream, certified, &record).await;
            }
        });
    }
}

const BODY: &str = "{\"id\": 1}";

async fn one<S>(mut stream: TlsStream<S>, certified: bool, record: &Mutex<Vec<Seen>>)
where
    TlsStream<S>: AsyncReadExt + AsyncWriteExt + Unpin,
{
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    record.lock().unwrap().push(Seen { version: "1.1", certified, head });
    let answer = crate::support::answer("200 OK", "application/json", BODY);
    let _ = stream.write_all(&answer).await;
    let _ = stream.shutdown().await;
}

async fn two<S>(stream: TlsStream<S>, certified: bool, record: &Mutex<Vec<Seen>>)
where
    TlsStream<S>: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let Ok(mut connection) = h2::server::handshake(stream).await else { return };
    while let Some(Ok((request, mut answer))) = connection.accept().await {
        let head = format!("{} {}\n{:?}", request.method(), request.uri(), request.headers());
        record.lock().unwrap().push(Seen { version: "2", certified, head });
        let response = http::Response::builder().header("content-type", "application/json").body(()).unwrap();
        if let Ok(mut body) = answer.send_response(response, false) {
            let _ = body.send_data(BODY.into(), true);
        }
    }
}
